"""A room as one side sees it: values made of what that side may know, so that no page of the vendor's can hold more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from oversight import clock
from oversight.accounts.queries import names
from oversight.configuration import queries as configuration
from oversight.configuration.models import Version
from oversight.configuration.terms import Setting
from oversight.rooms.lifecycle import FIRM, OUTSIDE
from oversight.rooms.models import Room, Statement

CLIENT, VENDOR_SIDE = "your client", "you"


@dataclass(frozen=True)
class Remark:
    """A note of the firm for the firm. The vendor's values hold none."""

    who: str
    at: datetime
    words: str


@dataclass(frozen=True)
class File:
    """A file shown beside a statement."""

    filed: int
    title: str
    kind: str
    size: int


@dataclass(frozen=True)
class Said:
    """One statement; `later_at` is when another took its place."""

    pk: int
    kind: str
    side: str
    who: str
    at: datetime
    words: str
    value: str
    value_title: str
    files: tuple[File, ...]
    later_at: datetime | None
    is_mine: bool
    notes: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Supposed:
    """A hypothesis with what speaks for and against it, and how each side sees it."""

    pk: int
    side: str
    who: str
    at: datetime
    words: str
    speaks_for: tuple[Said, ...]
    speaks_against: tuple[Said, ...]
    firm_view: Said | None
    vendor_view: Said | None
    notes: tuple[Remark, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether both sides have said how it stands, and not the same."""
        return bool(self.firm_view and self.vendor_view and self.firm_view.value != self.vendor_view.value)


@dataclass(frozen=True)
class Table:
    """One version of the router's configuration on a day: what was set, since when and until when."""

    pk: int
    number: int
    release: str
    from_at: datetime
    until_at: datetime | None
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class OnDay:
    """A day with the tables in force and what was said to have been set otherwise."""

    pk: int
    on: date
    tables: tuple[Table, ...]
    otherwise: tuple[Said, ...]
    notes: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """An order chosen to be looked at, and what was said of it."""

    pk: int
    key_on: date
    symbol: str
    order_id: str
    run_id: str
    why: str
    said: tuple[Said, ...]
    notes: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Seen:
    """The whole room."""

    pk: int
    case_number: int
    about: str
    state: str
    state_title: str
    opened_at: datetime
    vendor_due_on: date
    is_late: bool
    is_open: bool
    is_unilateral: bool
    concluded_at: datetime | None
    hypotheses: tuple[Supposed, ...]
    days: tuple[OnDay, ...]
    orders: tuple[Chosen, ...]
    statements: tuple[Said, ...]
    firm_conclusion: Said | None
    vendor_conclusion: Said | None
    earlier_conclusions: tuple[Said, ...]
    notes: tuple[Remark, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether the two conclusions name different causes: the disagreement is kept as it is."""
        return bool(self.firm_conclusion and self.vendor_conclusion and self.firm_conclusion.value != self.vendor_conclusion.value)


@dataclass(frozen=True)
class _Side:
    """Who looks, and what is at hand for all rows."""

    is_firm: bool
    people: Mapping[str, str]
    files: Mapping[int, tuple[File, ...]]
    notes: Mapping[tuple[str, str], tuple[Remark, ...]] = field(default_factory=dict)

    def who(self, key: str, side: str) -> str:
        """The firm's people by name to the firm; to the vendor they are its client."""
        return self.people.get(key, key) if self.is_firm or side == OUTSIDE else CLIENT

    def beside(self, kind: str, pk: int) -> tuple[Remark, ...]:
        return self.notes.get((kind, str(pk)), ())


def seen(room: Room, *, is_firm: bool) -> Seen:
    """The room as the firm sees it, notes and all, or as its vendor does. A bounded number of queries, however much was said."""
    side = _Side(is_firm, names(), _files(room), _notes(room) if is_firm else {})
    every = list(room.statements.select_related("later").order_by("pk"))
    said = {row.pk: _said(row, side) for row in every}
    views = {(row.hypothesis_id, row.side): said[row.pk] for row in every if row.kind == "standing" and not hasattr(row, "later")}
    ends = {row.side: said[row.pk] for row in every if row.kind == "conclusion" and not hasattr(row, "later")}
    return Seen(
        room.pk, room.case.number, room.about, room.state, room.state_title, room.opened_at, room.vendor_due_on, room.is_overdue, room.takes_words,
        room.is_unilateral, room.concluded_at, _hypotheses(room, every, said, views, side), _days(room, every, said, side), _orders(room, every, said, side),
        tuple(said[row.pk] for row in every if row.kind == "statement"), ends.get(FIRM), ends.get(OUTSIDE),
        tuple(said[row.pk] for row in every if row.kind == "conclusion" and hasattr(row, "later")), side.beside(room.RECORD, room.pk),
    )  # fmt: skip


def _said(row: Statement, side: _Side) -> Said:
    later = row.later.said_at if hasattr(row, "later") else None
    mine = row.side == (FIRM if side.is_firm else OUTSIDE)
    return Said(
        row.pk, row.kind, row.side, side.who(row.said_by, row.side), row.said_at, row.words, row.value, row.value_title, side.files.get(row.pk, ()), later,
        mine, side.beside(row.RECORD, row.pk),
    )  # fmt: skip


def _hypotheses(
    room: Room, every: Sequence[Statement], said: Mapping[int, Said], views: Mapping[tuple[int | None, str], Said], side: _Side
) -> tuple[Supposed, ...]:
    def of(pk: int, kind: str) -> tuple[Said, ...]:
        return tuple(said[row.pk] for row in every if row.hypothesis_id == pk and row.kind == kind)

    return tuple(
        Supposed(
            row.pk, row.side, side.who(row.put_by, row.side), row.put_at, row.words, of(row.pk, "for"), of(row.pk, "against"), views.get((row.pk, FIRM)),
            views.get((row.pk, OUTSIDE)), side.beside(row.RECORD, row.pk),
        )
        for row in room.hypotheses.order_by("pk")
    )  # fmt: skip


def _days(room: Room, every: Sequence[Statement], said: Mapping[int, Said], side: _Side) -> tuple[OnDay, ...]:
    days = list(room.days.order_by("on"))
    versions = list(configuration.versions(room.case.vendor.key).exclude(in_force_from=None).order_by("in_force_from")) if days else []
    return tuple(
        OnDay(
            row.pk, row.on, tuple(_table(version) for version in versions if _holds(version, row.on)),
            tuple(said[each.pk] for each in every if each.day_id == row.pk), side.beside(row.RECORD, row.pk),
        )
        for row in days
    )  # fmt: skip


def _holds(version: Version, on: date) -> bool:
    """Whether the version was in force at some instant of that day of the market, as `configuration.queries.in_force_during` asks for one day."""
    assert version.in_force_from is not None, "the query asks for it"
    begins = version.in_force_from.astimezone(clock.MARKET_ZONE)
    ends = version.in_force_until.astimezone(clock.MARKET_ZONE) if version.in_force_until else None
    is_gone = ends is not None and (ends.date() < on or (ends.date() == on and ends.time().isoformat() == "00:00:00"))
    return begins.date() <= on and not is_gone


def _table(version: Version) -> Table:
    """What was set; not why the firm set it so, which is the firm's own."""
    assert version.in_force_from is not None, "the query asks for it"
    return Table(version.pk, version.number, version.release, version.in_force_from, version.in_force_until, version.terms)


def _orders(room: Room, every: Sequence[Statement], said: Mapping[int, Said], side: _Side) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(
            row.pk, row.key_on, row.symbol, row.order_id, row.run_id, row.why, tuple(said[each.pk] for each in every if each.order_id == row.pk),
            side.beside(row.RECORD, row.pk),
        )
        for row in room.orders.filter(state="shown").order_by("key_on", "pk")
    )  # fmt: skip


def _files(room: Room) -> dict[int, tuple[File, ...]]:
    """The files shown beside each statement; one that was taken back is not among them."""
    found: dict[int, tuple[File, ...]] = {}
    for row in room.files.filter(link__state="linked").select_related("filed").order_by("pk"):
        made = File(row.filed_id, row.filed.title, row.filed.type.title, row.filed.size)
        found[row.statement_id] = (*found.get(row.statement_id, ()), made)
    return found


def _notes(room: Room) -> dict[tuple[str, str], tuple[Remark, ...]]:
    people = names()
    found: dict[tuple[str, str], tuple[Remark, ...]] = {}
    for row in room.notes.order_by("pk"):
        key = (row.subject_kind, row.subject_id)
        found[key] = (*found.get(key, ()), Remark(people.get(row.noted_by, row.noted_by), row.noted_at, row.words))
    return found
