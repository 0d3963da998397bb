"""Every write of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import IO

from django.core.files.base import File
from django.db import transaction

from oversight import clock
from oversight.accounts import queries as accounts
from oversight.actor import Actor
from oversight.evidence import queries, store
from oversight.evidence.lifecycle import KEEPERS
from oversight.evidence.models import Filed, Link
from oversight.evidence.names import cleaned
from oversight.evidence.types import TYPES, Type, told
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.roles import VENDOR


def file(
    by: Actor, name: str, content: bytes | IO[bytes] | File[bytes], *,
    title: str = "", shows: str = "", effective_on: date | None = None, expires_on: date | None = None,
    supersedes: Filed | None = None, subject: tuple[str, str] | None = None, what: str = "",
) -> Filed:  # fmt: skip
    """File the bytes, and link them to `subject` where one is named. The bytes are on the disk before the row is written.

    An outside account files beside what takes its files alone, and the filing carries its vendor.
    Raises Refusal for a role that files nothing, a type that is not kept, too many bytes or none, or an expiry before the effective date.
    """
    vendor = _may(by, subject)
    if supersedes and supersedes.vendor != vendor and VENDOR in by.roles:
        raise Refusal("This file is not yours to replace.", is_forbidden=True)
    if effective_on and expires_on and expires_on < effective_on:
        raise Refusal("It would expire before it takes effect. Look at the two dates.")
    kept, kind = keep(content)
    filed = Filed(
        sha256=kept.sha256, size=kept.size, kind=kind.key, name=cleaned(name), title=(title or cleaned(name)).strip()[:200], shows=shows.strip(),
        effective_on=effective_on, expires_on=expires_on, filed_by=by.key, filed_at=clock.now(), vendor=vendor,
        supersedes=supersedes,
    )  # fmt: skip
    with transaction.atomic():
        actions.create(by, filed, verb="file")
        if subject:
            link(by, filed, subject, what)
    return filed


def keep(content: bytes | IO[bytes] | File[bytes]) -> tuple[store.Kept, Type]:
    """Put bytes in the store without filing them: for a row of another app that names them in its field BYTES and shows them to whom it says.

    Raises Refusal for a type that is not kept, too many bytes or none.
    """
    stream = BytesIO(content) if isinstance(content, bytes) else content
    kind = _type(stream)
    stream.seek(0)
    return store.keep(iter(lambda: stream.read(store.CHUNK), b"")), kind


def link(by: Actor, filed: Filed, subject: tuple[str, str], what: str = "") -> Link:
    """Say that `filed` is evidence of `subject`, (kind, id) of a recorded row. Raises Refusal where there is no such row, or the link stands already."""
    vendor = _may(by, subject)
    if vendor != filed.vendor and VENDOR in by.roles:
        raise Refusal("This file is not yours to show.", is_forbidden=True)
    kind, id_ = subject
    if queries.subject(kind, id_) is None:
        raise Refusal(f"There is no {kind} {id_} in the desk. Nothing was linked.")
    if queries.of_subject(kind, id_).filter(filed=filed).exists():
        raise Refusal("This file is linked there already.")
    made = Link(filed=filed, subject_kind=kind, subject_id=id_, what=what.strip(), state=Link.LIFECYCLE.start, linked_by=by.key, linked_at=clock.now())
    return actions.create(by, made, verb="link")


def withdraw(by: Actor, wrong: Link, why: str = "") -> Link:
    """Take a wrong link back; file and link stay. An outside account takes back its own, while what it is linked to takes files. Raises Refusal."""
    _may(by, (wrong.subject_kind, wrong.subject_id))
    if VENDOR in by.roles and not wrong.is_outside:
        raise Refusal("This link is not yours to take back.", is_forbidden=True)
    return actions.move(by, wrong, "withdraw", why=why)


def sweep(*, hours: float, is_removing: bool) -> list[str]:
    """Names of files in the store that no filing names and nobody touched for so many hours (at least one); removed, each after another look, if asked."""
    resting = list(store.resting(max(hours, 1)))
    named = queries.reference(file.name for file in resting)
    loose = [file for file in resting if file.name not in named]
    for unnamed in loose if is_removing else ():
        if not queries.reference([unnamed.name]):
            unnamed.unlink(missing_ok=True)
    return [unnamed.name for unnamed in loose]


def spoken(types: Iterable[Type] = TYPES) -> str:
    """The types that are kept, in words."""
    return ", ".join(kind.title for kind in types)


def _may(by: Actor, subject: tuple[str, str] | None) -> str:
    """Whose file it is: nobody's outside, or the vendor of the outside account. Raises Refusal for who may not file there."""
    if by.roles & set(KEEPERS):
        return ""
    account = accounts.person(by.key) if VENDOR in by.roles else None
    if account is None:
        raise Refusal("Filing evidence is for analysts, supervisors, compliance and vendor managers.", is_forbidden=True)
    row = queries.row(*subject) if subject else None
    if not account.vendor or row is None or not row.takes_files_of(account):
        raise Refusal("You can file beside a question that waits for your answer, and nowhere else.", is_forbidden=True)
    return account.vendor


def _type(stream: IO[bytes] | File[bytes]) -> Type:
    kind = told(stream)
    stream.seek(0)
    if kind is None and stream.read(1):
        raise Refusal(f"The desk does not keep files of this type. It keeps: {spoken()}. Put anything else into a ZIP archive.")
    return kind or TYPES[0]


MOVES = {(Link.RECORD, "withdraw"): withdraw}
