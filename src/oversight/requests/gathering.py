"""Every write of gathering: a filing is taken into an item, taken out, or followed by a later one."""

from __future__ import annotations

from datetime import date
from typing import IO

from django.core.files.base import File

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.requests import counseling
from oversight.requests.hashing import sha256_of
from oversight.requests.lifecycle import GIVEN
from oversight.requests.models import Document, Item, Placement
from oversight.requests.rights import filer, owner_only

OPEN_TO_MORE = ("open", "gathering")


def choose(by: Actor, item: Item, filed: Filed) -> Document:
    """Take a filing into the item; in another item of the request it stays one document. Raises Refusal where it is there, superseded or recalled."""
    owner_only(by, item, "Taking in a document")
    with actions.turn():
        now = Item.objects.select_related("request").get(pk=item.pk)
        if not now.is_worked:
            raise Refusal(f"{now.request} is “{now.request.state_title}”. Begin gathering first.")
        if now.state not in OPEN_TO_MORE:
            raise Refusal(f"{now} is “{now.state_title}”. Send it back, or take it up again, before more is put in.")
        if later := Filed.objects.filter(supersedes=filed).order_by("-pk").first():
            raise Refusal(f"A later filing took its place: {later.title} ({later.pk}). Take that one.")
        document = _placed(by, now, filed)
        if now.state == "open":
            actions.move(by, now, "gather")
    item.state = now.state
    return document


def take_in(by: Actor, item: Item, name: str, content: bytes | IO[bytes] | File[bytes], *, title: str, shows: str = "", on: date | None = None) -> Document:
    """File something and take it in; bytes that are filed already are not filed a second time."""
    owner_only(by, item, "Taking in a document")
    with actions.turn():
        filed = filed_once(by, name, content, title=title, shows=shows, on=on)
        return choose(by, item, filed)


def filed_once(by: Actor, name: str, content: bytes | IO[bytes] | File[bytes], *, title: str, shows: str = "", on: date | None = None) -> Filed:
    """The filing of these bytes that nothing supersedes; filed now where there is none. Bytes that an outside account filed are filed anew."""
    sha256 = sha256_of(content)
    found = Filed.objects.filter(sha256=sha256, superseded_by=None, vendor="").order_by("pk").first()
    return found or evidence.file(filer(by), name, content, title=title, shows=shows, effective_on=on)


def set_aside(by: Actor, row: Document, *, why: str = "") -> Document:
    """Take a document out: the owner of one of its items, or compliance."""
    _of_an_owner(by, row, "Take it out")
    return actions.move(by, row, "set_aside", why=why)


def take_back_in(by: Actor, row: Document, *, why: str = "") -> Document:
    """Take a document in again that was taken out."""
    _of_an_owner(by, row, "Take it in again")
    return actions.move(by, row, "take_back_in", why=why)


def take_later(by: Actor, row: Document) -> Document:
    """Take the filing that superseded the document's in its place, in the same items; counsel decides on it anew. Raises Refusal where there is none."""
    _of_an_owner(by, row, "Taking the later filing")
    why = "A later filing took its place."
    with actions.turn():
        now = Document.objects.select_related("request", "filed").get(pk=row.pk)
        later = now.filed
        while further := Filed.objects.filter(supersedes=later).order_by("-pk").first():
            later = further
        if later.pk == now.filed_id or now.state not in ("waiting", *GIVEN):
            raise Refusal("No later filing took its place, or it was given already: then choose the later one as a document of its own.")
        if now.state in GIVEN:
            counseling.back_to_counsel(by, now, why)
        actions.move(by, now, "set_aside", why=why)
        items = [placement.item for placement in now.placements.select_related("item__request")]
        return [_placed(by, item, later) for item in items][-1]


def _placed(by: Actor, item: Item, filed: Filed) -> Document:
    document = Document.objects.filter(request_id=item.request_id, filed=filed).first() or _same_bytes(item, filed)
    if document is None:
        made = Document(request_id=item.request_id, filed=filed, chosen_by=by.key, chosen_at=clock.now(), state=Document.LIFECYCLE.start)
        document = actions.create(by, made, verb="choose")
    if document.state == "set_aside":
        actions.move(by, document, "take_back_in")
    elif document.state == "recalled":
        raise Refusal(f"{document} was recalled. Choose another filing of it, if it is to be given again.")
    elif Placement.objects.filter(document=document, item=item).exists():
        raise Refusal(f"{document} is in {item} already.")
    if not Placement.objects.filter(document=document, item=item).exists():
        actions.create(by, Placement(document=document, item=item, placed_by=by.key, placed_at=clock.now()), verb="place")
    return document


def _same_bytes(item: Item, filed: Filed) -> Document | None:
    """The request's document with the very same bytes: one document, whatever it was filed as."""
    return Document.objects.filter(request_id=item.request_id, filed__sha256=filed.sha256, filed__superseded_by=None).order_by("pk").first()


def _of_an_owner(by: Actor, row: Document, what: str) -> None:
    items = [placement.item for placement in row.placements.select_related("item")]
    if not any(item.owner == by.key for item in items):
        owner_only(by, items[0], what)
