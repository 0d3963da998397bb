"""Every write of counsel: what is decided on a document, and the papers of counsel's own space."""

from __future__ import annotations

from typing import IO

from django.core.files.base import File

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence.names import cleaned
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.requests.grounds import PRIVILEGED
from oversight.requests.hashing import sha256_of
from oversight.requests.lifecycle import COUNSEL
from oversight.requests.models import Document, Item, Paper, Request
from oversight.requests.rights import DESK, counsel_only, filer, sitting


def clear(by: Actor, row: Document, *, why: str = "") -> Document:
    """Let it go out as it is."""
    counsel_only(by, row.request_id, "Produce it")
    return actions.move(by, row, "clear", why=why)


def redact(by: Actor, row: Document, *, redacts: str, ground: str, why: str = "") -> Document:
    """Let the redacted copy go out that was filed for it."""
    counsel_only(by, row.request_id, "Produce the redacted copy")
    return actions.move(by, row, "redact", why=why, redacts=redacts, ground=ground)


def redact_with(by: Actor, row: Document, name: str, content: bytes | IO[bytes] | File[bytes], *, redacts: str, ground: str) -> Document:
    """File the redacted copy and let it go out; the original stays as it is. Raises Refusal for the bytes of the original itself."""
    counsel_only(by, row.request_id, "Produce the redacted copy")
    with actions.turn():
        if sha256_of(content) == row.filed.sha256:
            raise Refusal("These are the bytes of the original: nothing is redacted in them.")
        copy = evidence.file(filer(by), name, content, title=f"Redacted: {row.filed.title}"[:200], shows=redacts, subject=row.subject, what="the redacted copy")
        actions.change(by, row, verb="copy", redaction=copy)
        return redact(by, row, redacts=redacts, ground=ground)


def withhold(by: Actor, row: Document, *, ground: str, log_line: str, why: str = "") -> Document:
    """Keep it back, with the line that the authority's log shows."""
    counsel_only(by, row.request_id, "Withhold it")
    return actions.move(by, row, "withhold", why=why, ground=ground, log_line=log_line)


def reconsider(by: Actor, row: Document, *, why: str = "") -> Document:
    """Decide again: the document waits for counsel, and each of its items that was reviewed waits, too."""
    counsel_only(by, row.request_id, "Decide again")
    if not why.strip():
        raise Refusal("Decide again: why is missing.")
    with actions.turn():
        return back_to_counsel(by, row, why)


def back_to_counsel(by: Actor, row: Document, why: str) -> Document:
    """The document waits for counsel again, and so do its reviewed items. Within the caller's turn; who may is asked before."""
    actor = by if by.roles & set(COUNSEL) else DESK
    actions.move(actor, row, "reconsider", why=why)
    for item in Item.objects.filter(placements__document=row, state="reviewed").select_related("request"):
        actions.move(actor, item, "look_again", why=why)
    return row


def write(
    by: Actor, request: Request, *, title: str, ground: str, note: str = "", document: Document | None = None, name: str = "",
    content: bytes | IO[bytes] | File[bytes] | None = None,
) -> Paper:  # fmt: skip
    """Put a note or a file into counsel's space. The bytes are kept and no filing names them. Raises Refusal for who is not counsel, or for nothing."""
    counsel_only(by, request.pk, "Counsel's space")
    if ground not in PRIVILEGED:
        raise Refusal("Say on which privilege it rests.")
    if not title.strip() or not (note.strip() or content is not None):
        raise Refusal("Say what it is, and write a note or add a file.")
    row = Paper(request=request, document=document, ground=ground, title=title.strip()[:200], note=note.strip(), written_by=by.key, written_at=clock.now())
    if content is not None:
        kept, kind = evidence.keep(content)
        row.sha256, row.size, row.kind, row.name = kept.sha256, kept.size, kind.key, cleaned(name)
    with actions.turn():
        actions.create(by, row, verb="write")
        keys = [one.account for one in sitting(request) if one.account != by.key]
        if keys:
            tell(DESK, to_keys=keys, what=f"Counsel's space of {request} holds something since today", url=request.get_absolute_url(), severity="info")
    return row
