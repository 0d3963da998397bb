"""Every write of a request and its items; what is gathered, reviewed, produced and read has files of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import IO, Any, TypeAlias

from django.core.files.base import File

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.requests import counseling, gathering, producing, rooming
from oversight.requests.grounds import AUTHORITIES
from oversight.requests.lifecycle import COUNSEL, KEEPERS, OPEN, OWNERS
from oversight.requests.models import Counsel, Document, Extension, Item, Production, Request, Room
from oversight.requests.rights import counsel_only, filer, holder, is_counsel, only, owner_only, sitting
from oversight.roles import COMPLIANCE, SENIOR_MANAGER

Content: TypeAlias = "bytes | IO[bytes] | File[bytes]"
DATES = ("due_on", "first_on", "last_on", "known_at")
FACTS = ("authority", "asked_by", "reference", "rule", "about", "received_on", "first_due_on", "first_on", "last_on", "owner", "outside_counsel")
"""What may be corrected of a letter while it is open; what stood there before stays in the record."""


def open_request(
    by: Actor, name: str, letter: Content, *,
    authority: str, reference: str, rule: str, about: str, received_on: date, due_on: date, first_on: date, last_on: date,
    owner: str = "", counsel: Iterable[str] = (), asked_by: str = "", outside_counsel: str = "",
) -> Request:  # fmt: skip
    """Take a letter in: it is filed as evidence, and its clock runs. Raises Refusal for days that cannot be, or a letter that is here already."""
    only(by, KEEPERS, "Taking a letter in")
    _days(received_on, due_on, first_on, last_on)
    if authority not in AUTHORITIES or not reference.strip() or not rule.strip() or not about.strip():
        raise Refusal("Say who asks, under which reference and rule, and what it asks in a sentence.")
    row = Request(
        authority=authority, reference=reference.strip(), rule=rule.strip(), about=about.strip(), received_on=received_on, first_due_on=due_on, due_on=due_on,
        first_on=first_on, last_on=last_on, owner=holder(owner or by.key, KEEPERS, "The owner of a request").key, asked_by=asked_by.strip(),
        outside_counsel=outside_counsel.strip(), state=Request.LIFECYCLE.start, opened_by=by.key, opened_at=clock.now(),
    )  # fmt: skip
    with actions.turn():
        if Request.objects.filter(authority=authority, reference=row.reference).exists():
            raise Refusal(f"A letter of {row.get_authority_display()} with the reference {row.reference} is here already.")
        row.letter = evidence.file(by, name, letter, title=f"Letter of {row}", shows=row.about, effective_on=received_on)
        actions.create(by, row, verb="open")
        evidence.link(by, row.letter, row.subject, "the letter")
        for key in dict.fromkeys(counsel):
            name_counsel(by, row, key)
        words = f"{row}: a letter of request came, due {due_on}"
        tell(
            by,
            to_roles=(COMPLIANCE, SENIOR_MANAGER),
            to_keys=[row.owner] if row.owner != by.key else (),
            what=words,
            url=row.get_absolute_url(),
            severity="high",
        )
    return row


def correct(by: Actor, row: Request, *, why: str = "", **facts: Any) -> Request:
    """Correct FACTS of an open letter, or give it to another owner. The day that is due follows the letter's unless more time was granted. Raises Refusal."""
    only(by, KEEPERS, "Correcting a request")
    if unknown := set(facts) - set(FACTS):
        raise ValueError(f"not facts of a request: {sorted(unknown)}")
    stands = {name: facts.get(name, getattr(row, name)) for name in FACTS}
    _days(stands["received_on"], stands["first_due_on"], stands["first_on"], stands["last_on"])
    holder(stands["owner"], KEEPERS, "The owner of a request")
    with actions.turn():
        _open_still(row)
        if Request.objects.filter(authority=stands["authority"], reference=stands["reference"]).exclude(pk=row.pk).exists():
            raise Refusal("Another letter has this reference.")
        if not row.extensions.filter(state="granted").exists():
            facts["due_on"] = stands["first_due_on"]
        return actions.change(by, row, verb="correct", why=why, **facts)


def add_item(
    by: Actor, request: Request, *, number: str, question: str, owner: str,
    due_on: date | None = None, first_on: date | None = None, last_on: date | None = None, known_at: datetime | None = None,
) -> Item:  # fmt: skip
    """One question of the letter. Unless said otherwise it is due some days before the letter, of the letter's period, as known when the letter came.

    Raises Refusal for an item without an owner or words, a day that cannot be, or a number that is there.
    """
    only(by, KEEPERS, "Writing an item")
    if not number.strip() or not question.strip():
        raise Refusal("An item has the letter's number and the letter's words.")
    due = due_on or max(request.due_on - timedelta(days=desk_limits().request_item_lead_days), request.received_on)
    row = Item(
        request=request, number=number.strip(), question=question.strip(), owner=holder(owner, OWNERS, "The owner of an item").key, due_on=due,
        first_on=first_on or request.first_on, last_on=last_on or request.last_on, known_at=known_at or request.opened_at, state=Item.LIFECYCLE.start,
    )  # fmt: skip
    _fits(request, row)
    with actions.turn():
        _open_still(request)
        if request.items.filter(number=row.number).exists():
            raise Refusal(f"Item {row.number} is there already.")
        row.place = request.items.count() + 1
        actions.create(by, row)
        _tell_owner(by, row)
    return row


def assign(by: Actor, item: Item, *, owner: str, why: str = "", **days: Any) -> Item:
    """Give an item to another owner, other days (DATES), or correct its words (`question`). Raises Refusal where it has ended, or for a day that cannot be."""
    only(by, KEEPERS, "Assigning an item")
    if unknown := set(days) - {*DATES, "question"}:
        raise ValueError(f"not facts of an item: {sorted(unknown)}")
    if not item.is_to_do:
        raise Refusal(f"{item} has ended. Take it up again first.")
    holder(owner, OWNERS, "The owner of an item")
    before = item.owner
    _fits(item.request, Item(**{name: days.get(name, getattr(item, name)) for name in DATES}))
    with actions.turn():
        _open_still(item.request)
        actions.change(by, item, verb="assign", why=why, owner=owner, **days)
        if owner != before:
            _tell_owner(by, item)
    return item


def name_counsel(by: Actor, request: Request, key: str) -> Counsel:
    """Name an account counsel for this request. The first is named by compliance or a senior manager; where counsel sits, counsel alone lets another in.

    Where nobody sits any more and the space holds something, a senior manager names somebody else. Raises Refusal.
    """
    only(by, COUNSEL, "Naming counsel")
    account = holder(key, COUNSEL, "Counsel on the desk")
    with actions.turn():
        here = sitting(request)
        if any(one.account == key for one in here):
            raise Refusal(f"{account} is counsel for this request already.")
        if here and not is_counsel(by.key, by.roles, request.pk):
            raise Refusal("Counsel is named for this request. Only counsel lets another person into counsel's space.", is_forbidden=True)
        if not here and request.papers.exists() and (SENIOR_MANAGER not in by.roles or by.key == key):
            raise Refusal("Nobody who sits as counsel is left. A senior manager names another person as counsel.", is_forbidden=True)
        stale = request.counsel.filter(account=key, ended_at=None).first()
        row = stale or actions.create(by, Counsel(request=request, account=key, named_by=by.key, named_at=clock.now()), verb="name")
        tell(by, to_keys=[key], what=f"You are named counsel for {request}", url=request.get_absolute_url(), severity="medium")
    return row


def end_counsel(by: Actor, row: Counsel, *, why: str = "") -> Counsel:
    """End somebody's seat as counsel: counsel does, or a senior manager. Raises Refusal for the last one while the request is worked on."""
    if not is_counsel(by.key, by.roles, row.request_id) and SENIOR_MANAGER not in by.roles:
        raise Refusal("Counsel ends it, or a senior manager.", is_forbidden=True)
    if not why.strip():
        raise Refusal("Say why.")
    with actions.turn():
        if row.request.is_worked and not [one for one in sitting(row.request) if one.pk != row.pk]:
            raise Refusal("This is the only counsel of a request that is worked on. Name another first.")
        return actions.change(by, row, verb="end", why=why, ended_by=by.key, ended_at=clock.now())


def ask_extension(by: Actor, request: Request, name: str, letter: Content, *, asked_until_on: date, reason: str, asked_on: date | None = None) -> Extension:
    """Note that more time was asked for, with the letter. Raises Refusal for a day that is no later, or while another waits for its answer."""
    only(by, KEEPERS, "Asking for more time")
    if not request.is_running:
        raise Refusal(f"{request} is “{request.state_title}”. No more time is needed.")
    if asked_until_on <= request.due_on:
        raise Refusal(f"The request is due on {request.due_on}. Ask for a later day.")
    if not reason.strip():
        raise Refusal("Say why more time is needed.")
    row = Extension(
        request=request, asked_on=asked_on or clock.today(), asked_until_on=asked_until_on, reason=reason.strip(), asked_by=by.key, asked_at=clock.now(),
        state=Extension.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        if request.extensions.filter(state="asked").exists():
            raise Refusal("An extension was asked for and not answered yet.")
        actions.create(by, row, verb="ask")
        evidence.file(by, name, letter, title=f"Asking {request} for time until {asked_until_on}", subject=row.subject, what="the letter that asks")
    return row


def grant(by: Actor, row: Extension, *, until_on: date, why: str = "", name: str = "", letter: Content | None = None) -> Extension:
    """Note that more time was granted, with the authority's letter or a note of its call: the request is due on the new day. Raises Refusal."""
    with actions.turn():
        asked = Request.objects.get(pk=row.request_id)
        if until_on <= asked.due_on:
            raise Refusal(f"The request is due on {asked.due_on}; a grant names a later day.")
        _answered(by, row, name, letter)
        actions.move(by, row, "grant", why=why, until_on=until_on)
        actions.change(by, asked, verb="extend", due_on=until_on)
        row.request = asked
    return row


def refuse_extension(by: Actor, row: Extension, *, why: str = "", name: str = "", letter: Content | None = None) -> Extension:
    """Note that no more time was granted, with the letter."""
    with actions.turn():
        _answered(by, row, name, letter)
        return actions.move(by, row, "refuse", why=why)


def hand_to_counsel(by: Actor, row: Request, *, why: str = "") -> Request:
    """Nothing is gathered any more: counsel is told."""
    with actions.turn():
        actions.move(by, row, "hand_to_counsel", why=why)
        keys = [one.account for one in sitting(row)]
        tell(by, to_keys=keys, what=f"{row} is gathered and waits for counsel", url=row.get_absolute_url(), severity="medium")
    return row


def gather_more(by: Actor, row: Request, *, why: str = "") -> Request:
    """Back to gathering: compliance or the request's counsel."""
    if COMPLIANCE not in by.roles:
        counsel_only(by, row.pk, "Gather more")
    return actions.move(by, row, "gather_more", why=why)


def owned(name: str) -> Any:
    """The move `name` of an item, for its owner or compliance."""

    def make(by: Actor, row: Item, **given: Any) -> Item:
        owner_only(by, row, row.LIFECYCLE.move(name).title)
        return actions.move(by, row, name, **given)

    return make


def counseled(name: str) -> Any:
    """The move `name` of an item, for counsel of its request."""

    def make(by: Actor, row: Item, **given: Any) -> Item:
        counsel_only(by, row.request_id, row.LIFECYCLE.move(name).title)
        return actions.move(by, row, name, **given)

    return make


def send_back(by: Actor, row: Item, *, why: str = "") -> Item:
    """Back to its owner, who is told: compliance or counsel."""
    if COMPLIANCE not in by.roles:
        counsel_only(by, row.request_id, "Send back")
    with actions.turn():
        actions.move(by, row, "send_back", why=why)
        tell(by, to_keys=[row.owner], what=f"{row} came back to you", url=row.get_absolute_url(), severity="medium")
    return row


def _days(received_on: date, due_on: date, first_on: date, last_on: date) -> None:
    if received_on > clock.today():
        raise Refusal("The letter would have come in the future.")
    if due_on < received_on:
        raise Refusal(f"It would be due on {due_on}, before it was received on {received_on}. Look at the two days.")
    if last_on < first_on:
        raise Refusal("The period would end before it begins.")


def _fits(request: Request, row: Item) -> None:
    if not request.received_on <= row.due_on <= request.due_on:
        raise Refusal(f"An item is due between {request.received_on} and {request.due_on}, the days on which the letter came and is due.")
    if row.last_on < row.first_on:
        raise Refusal("The period would end before it begins.")
    if row.known_at > clock.now():
        raise Refusal("What is known at an instant to come, nobody knows. Name now or an instant before.")


def _open_still(request: Request) -> None:
    now = Request.objects.get(pk=request.pk)
    if now.state not in OPEN:
        raise Refusal(f"{request} is “{now.state_title}”. Reopen it first.")


def _tell_owner(by: Actor, row: Item) -> None:
    tell(by, to_keys=[row.owner], what=f"{row} is yours, due {row.due_on}", url=row.get_absolute_url(), severity="medium")


def _answered(by: Actor, row: Extension, name: str, letter: Content | None) -> None:
    only(by, KEEPERS, "Answering an extension")
    if letter is None:
        raise Refusal("File the authority's answer with it: its letter, or a note of its call.")
    evidence.file(filer(by), name or "answer", letter, title=f"Answer on more time for {row.request}", subject=row.subject, what="the answer")


MOVES = {
    (Request.RECORD, "hand_to_counsel"): hand_to_counsel,
    (Request.RECORD, "gather_more"): gather_more,
    **{(Item.RECORD, name): owned(name) for name in ("gather", "hand_in", "find_nothing")},
    **{(Item.RECORD, name): counseled(name) for name in ("review", "look_again", "object")},
    (Item.RECORD, "send_back"): send_back,
    (Extension.RECORD, "grant"): grant,
    (Extension.RECORD, "refuse"): refuse_extension,
    (Document.RECORD, "clear"): counseling.clear,
    (Document.RECORD, "redact"): counseling.redact,
    (Document.RECORD, "withhold"): counseling.withhold,
    (Document.RECORD, "reconsider"): counseling.reconsider,
    (Document.RECORD, "set_aside"): gathering.set_aside,
    (Document.RECORD, "take_back_in"): gathering.take_back_in,
    (Document.RECORD, "recall"): producing.recall,
    (Production.RECORD, "release"): producing.release,
    (Production.RECORD, "hand_over"): producing.hand_over,
    (Room.RECORD, "unlock"): rooming.unlock,
}
