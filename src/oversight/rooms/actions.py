"""Every write of a room: opening it, what both sides say and show there, the firm's notes, its conclusion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import IO, Any

from django.core.files.base import File

from bestexec import Problem
from oversight import clock
from oversight.accounts import queries as accounts
from oversight.actor import Actor, automated
from oversight.cases.models import Case
from oversight.evidence import actions as evidence
from oversight.evidence.models import Link
from oversight.lifecycle import Refusal
from oversight.measured import frames
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.roles import VENDOR, VENDOR_MANAGER
from oversight.rooms import queries
from oversight.rooms.lifecycle import BY_KEY, FIRM, KEEPERS, OUTSIDE, SPEAKERS
from oversight.rooms.models import Day, Hypothesis, Note, Room, ShownFile, ShownOrder, Statement
from oversight.rooms.outgoing import hold_back, text_of

NOTED = (Room.RECORD, Hypothesis.RECORD, Day.RECORD, ShownOrder.RECORD, Statement.RECORD)
"""What a note of the firm may stand beside."""

TELLS = automated("joint investigation")


@dataclass(frozen=True)
class Upload:
    """A file shown with what is said: its name, its bytes, what it is."""

    name: str
    content: bytes | IO[bytes] | File[bytes]
    title: str = ""


def open_room(by: Actor, case: Case, *, about: str) -> Room:
    """Open the room of a case under investigation; the vendor's accounts are told. Raises Refusal for another stage, a second room or words that leak."""
    _keeps(by, "A room is opened by the vendor manager or compliance.")
    about = _said(about, "what is investigated")
    hold_back(case.vendor, about)
    with actions.turn():
        case.refresh_from_db()
        if case.state != "investigating":
            raise Refusal(f"A room is opened while a case is investigated together with its vendor; this one is “{case.state_title}”.")
        if queries.of_case(case) is not None:
            raise Refusal("This case has its room already.")
        row = Room(case=case, about=about, opened_by=by.key, opened_at=clock.now(), vendor_due_on=_due(), state=Room.LIFECYCLE.start)
        actions.create(by, row, verb="open_room")
        _tell_vendor(by, row, f"A joint investigation is open to you; your conclusion is owed by {row.vendor_due_on}", "medium")
    return row


def put(by: Actor, room: Room, words: str) -> Hypothesis:
    """Put a possible cause, from either side."""
    side = _side(by, room)
    words = _said(words, "the hypothesis")[:400]
    if side == FIRM:
        hold_back(room.case.vendor, words)
    with _words_taken(room):
        row = actions.create(by, Hypothesis(room=room, side=side, words=words, put_by=by.key, put_at=clock.now()), verb="put")
        _tell_other(by, room, side, "A hypothesis was put")
    return row


def say(
    by: Actor, room: Room, kind: str, words: str, *, of: Hypothesis | Day | ShownOrder | None = None, value: str = "",
    supersedes: Statement | None = None, upload: Upload | None = None, seen: int | None = None,
) -> Statement:  # fmt: skip
    """Say something in the room, with a file where there is one; all of it or nothing.

    `seen` is the number of the statement in whose place this one comes, as the writer saw it (0: none); a later one is refused.
    Raises Refusal for who may not speak, words that leak, another side's statement to supersede.
    """
    side, one = _side(by, room), BY_KEY[kind]
    words = _said(words, "what you say")
    if one.values and value not in dict(one.values):
        raise Refusal("Choose one of the list.")
    about = _about(room, one.of, of)
    if side == FIRM:
        hold_back(room.case.vendor, words)
    with _words_taken(room):
        before = _before(room, side, one.key, about, supersedes, seen) if one.is_one or supersedes else None
        row = Statement(
            room=room, side=side, kind=kind, value=value if one.values else "", words=words, supersedes=before, said_by=by.key, said_at=clock.now(), **about
        )
        actions.create(by, row, verb="say")
        if upload is not None:
            _show(by, row, upload)
        if kind == "conclusion" and side == FIRM:
            actions.change(by, room, verb="note_author", firm_concluded_by=by.key)
        _tell_other(by, room, side, f"{_capital(one.title)} was written by {'your client' if side == FIRM else room.case.vendor.name}")
    return row


def choose_day(by: Actor, room: Room, on: date) -> Day:
    """Show both sides how the router was set on that day."""
    _keeps(by, "Days are chosen by the vendor manager or compliance.")
    if on > clock.today():
        raise Refusal("That day has not come yet.")
    with _words_taken(room):
        if room.days.filter(on=on).exists():
            raise Refusal(f"{on} is shown already.")
        return actions.create(by, Day(room=room, on=on, chosen_by=by.key, chosen_at=clock.now()), verb="choose_day")


def show_order(by: Actor, room: Room, key_on: date, symbol: str, order_id: str, why: str = "") -> ShownOrder:
    """Show the vendor one of its own orders, as the run in force of that day has it. Raises Refusal for an order that is not this vendor's there."""
    _keeps(by, "Orders are chosen by the vendor manager or compliance.")
    hold_back(room.case.vendor, why)
    run_id = run_with(room.case.vendor.key, key_on, symbol, order_id)
    with _words_taken(room):
        if room.orders.filter(key_on=key_on, symbol=symbol, order_id=order_id, state="shown").exists():
            raise Refusal(f"Order {order_id} is shown already.")
        row = ShownOrder(
            room=room, run_id=run_id, key_on=key_on, symbol=symbol, order_id=order_id, why=why.strip()[:4000], chosen_by=by.key, chosen_at=clock.now(),
            state=ShownOrder.LIFECYCLE.start,
        )  # fmt: skip
        actions.create(by, row, verb="show_order")
        _tell_vendor(by, room, f"An order of {key_on} is there for you to look at", "info")
    return row


def show_orders(by: Actor, room: Room, keys: Sequence[tuple[date, str, str]], why: str = "") -> list[ShownOrder]:
    """Show several orders, (day, symbol, order id) each, all or none."""
    with actions.turn():
        return [show_order(by, room, key_on, symbol, order_id, why) for key_on, symbol, order_id in dict.fromkeys(keys)]


def run_with(vendor: str, key_on: date, symbol: str, order_id: str) -> str:
    """The id of the run in force of that day that has exactly this order of this vendor. Raises Refusal where there is none, or another vendor had it."""
    missing = Refusal(f"No run in force has an order {order_id[:60]} in {symbol[:20]} of {key_on} that went through this vendor.")
    try:
        sources = all_in_force().during(key_on, key_on)
    except (NothingReceived, Problem) as problem:
        raise missing from problem
    for run, _ in sources.in_force:
        rows = frames.columns(run, "orders", ("key_on", "symbol", "order_id", "vendor"))
        found = rows.filter((rows["key_on"] == key_on) & (rows["symbol"] == symbol) & (rows["order_id"] == order_id))["vendor"].to_list()
        if found and all(each == vendor for each in found):
            return run.id
    raise missing


def note(by: Actor, room: Room, words: str, *, subject: tuple[str, str]) -> Note:
    """A note of the firm for the firm, beside one thing of the room; no vendor ever sees it."""
    if not by.roles & set(SPEAKERS):
        raise Refusal("Notes are written by vendor managers, compliance, supervisors and analysts.", is_forbidden=True)
    kind, id_ = subject
    if kind not in NOTED or not _is_of(room, kind, id_):
        raise Refusal("There is nothing of this room to note that beside.")
    made = Note(room=room, subject_kind=kind, subject_id=id_, words=_said(words, "the note"), noted_by=by.key, noted_at=clock.now())
    return actions.create(by, made, verb="note")


def conclude(by: Actor, room: Room, why: str = "") -> Room:
    """The investigation ends: the firm's conclusion stands, the vendor's beside it, or its clock ran out."""
    with actions.turn():
        actions.move(by, room, "conclude", why=why)
        words = "without your conclusion, whose day had passed" if room.is_unilateral else "with both conclusions"
        _tell_vendor(by, room, f"The joint investigation was concluded {words}", "medium")
    return room


def reopen(by: Actor, room: Room, why: str = "") -> Room:
    """It goes on; the vendor's clock begins again."""
    with actions.turn():
        actions.move(by, room, "reopen", why=why)
        actions.change(by, room, verb="set_clock", vendor_due_on=_due())
        _tell_vendor(by, room, f"The joint investigation was reopened; your conclusion is owed by {room.vendor_due_on}", "medium")
    return room


def withdraw_order(by: Actor, order: ShownOrder, why: str = "") -> ShownOrder:
    """Take the page of an order back from the vendor."""
    return actions.move(by, order, "withdraw", why=why)


MOVES = {
    (Room.RECORD, "conclude"): conclude, (Room.RECORD, "reopen"): reopen, (ShownOrder.RECORD, "withdraw"): withdraw_order,
}  # fmt: skip


def _keeps(by: Actor, words: str) -> None:
    if not by.roles & set(KEEPERS):
        raise Refusal(words, is_forbidden=True)


def _side(by: Actor, room: Room) -> str:
    """Which side speaks. Raises Refusal for who has no voice here; an outside account of another vendor is told that there is no such room."""
    if by.roles & set(SPEAKERS):
        return FIRM
    account = accounts.person(by.key) if VENDOR in by.roles else None
    if account is None:
        raise Refusal("Here speak vendor managers, compliance, supervisors, analysts and the vendor.", is_forbidden=True)
    if not account.is_active or not room.case.is_shared_with(account):
        raise Refusal("There is no such room.", is_forbidden=True)
    return OUTSIDE


@contextmanager
def _words_taken(room: Room) -> Iterator[None]:
    """A turn in which the room, as the database has it, still takes words."""
    with actions.turn():
        kept = Room.objects.select_related("case").get(pk=room.pk)
        if not kept.takes_words:
            why = "was concluded" if kept.is_concluded else f"ended with its case, which is “{kept.case.state_title}”"
            raise Refusal(f"The joint investigation {why}: nothing more is said here.")
        yield


def _about(room: Room, needed: str, of: Hypothesis | Day | ShownOrder | None) -> dict[str, Any]:
    """The thing a statement is about, by the name of its column."""
    kinds = {"hypothesis": Hypothesis, "day": Day, "order": ShownOrder}
    if bool(needed) != (of is not None) or (of is not None and (not isinstance(of, kinds[needed]) or of.room_id != room.pk)):
        raise Refusal("Say of what in this room it is.")
    return {needed: of} if needed else {}


def _before(room: Room, side: str, kind: str, about: dict[str, Any], supersedes: Statement | None, seen: int | None) -> Statement | None:
    """The statement in whose place another comes. Raises Refusal where it is not this side's, or somebody was quicker."""
    if supersedes is not None:
        if (supersedes.room_id, supersedes.side, supersedes.kind) != (room.pk, side, kind) or any(getattr(supersedes, n) != v for n, v in about.items()):
            raise Refusal("A correction stands in for a statement of your own side on the same thing.", is_forbidden=True)
        if Statement.objects.filter(supersedes=supersedes).exists():
            raise Refusal("Somebody has corrected this already. Correct the later one.")
        if not BY_KEY[kind].is_one:
            return supersedes
    last = room.standing_statements(kind, side).filter(**about).order_by("-pk").first()
    if seen is not None and seen != (last.pk if last else 0):
        raise Refusal(actions.CHANGED)
    return last


def _show(by: Actor, statement: Statement, upload: Upload) -> ShownFile:
    """File it beside the statement, and say that the other side may see it."""
    content = upload.content
    if statement.side == FIRM:
        head = content if isinstance(content, bytes) else content.read()
        hold_back(statement.room.case.vendor, upload.name, upload.title, text_of(head))
        if not isinstance(content, bytes):
            content.seek(0)
    filed = evidence.file(by, upload.name, content, title=upload.title, subject=statement.subject, what="Shown in the room.")
    link = Link.objects.get(filed=filed, subject_kind=Statement.RECORD, subject_id=str(statement.pk))
    made = ShownFile(room=statement.room, statement=statement, filed=filed, link=link, shown_by=by.key, shown_at=clock.now())
    return actions.create(by, made, verb="show")


def _is_of(room: Room, kind: str, id_: str) -> bool:
    if not id_.isdecimal() or len(id_) > 18:
        return False
    if kind == Room.RECORD:
        return int(id_) == room.pk
    model = {each.RECORD: each for each in (Hypothesis, Day, ShownOrder, Statement)}[kind]
    return bool(model._default_manager.filter(pk=id_, room=room).exists())


def _tell_vendor(by: Actor, room: Room, what: str, severity: str) -> None:
    """By the desk itself: the name of who of the firm did it is not for the vendor's inbox."""
    keys = [account.key for account in queries.answering(room.case.vendor.key) if account.key != by.key]
    if keys:
        tell(TELLS, to_keys=keys, what=f"Case {room.case.number}: {what}", url=f"/rooms/mine/{room.pk}/", severity=severity)


def _tell_other(by: Actor, room: Room, side: str, what: str) -> None:
    if side == FIRM:
        _tell_vendor(by, room, what, "info")
    else:
        tell(by, to_roles=(VENDOR_MANAGER,), what=f"Case {room.case.number}: {what}", url=room.get_absolute_url(), severity="info")


def _due() -> date:
    return clock.today() + timedelta(days=desk_limits().room_conclusion_days)


def _said(words: str, what: str) -> str:
    if not words.strip():
        raise Refusal(f"{_capital(what)} is missing.")
    return words.strip()[:8000]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
