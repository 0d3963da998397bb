"""Every read of reviews that pages and other apps ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from oversight import clock
from oversight.accounts.models import Account, Holding
from oversight.accounts.queries import names
from oversight.reviews import quarterly
from oversight.reviews.floor import Floor, floor, seats
from oversight.reviews.lifecycle import ACTION, DOERS, ITEM, KEEPERS, SEATED
from oversight.reviews.models import Action, AgendaItem, LateItem, Motion, Paper, Recusal, Review, Seat
from oversight.reviews.signers import why_not
from oversight.reviews.sources import TITLES, place
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.quarters import Quarter

STATES = {"open": "not signed", "missed": "missed", "signed": "signed"}
ACTION_STATES = {"open": "to be done", "overdue": "overdue", "done": "to be confirmed", "over": "confirmed or dropped"}


@dataclass(frozen=True)
class Owed:
    """A quarter that owes a review which nobody raised yet: the daily round did not run since."""

    quarter: Quarter
    due_on: date

    @property
    def is_overdue(self) -> bool:
        return clock.today() > self.due_on


def reviews(*, state: str = "") -> QuerySet[Any]:
    """Reviews, the latest period first, each with its numbers of items, of open ones, and of what came later."""
    found: QuerySet[Any] = Review.objects.select_related("charter", "filed").annotate(
        item_count=Count("items", distinct=True), open_count=Count("items", filter=~Q(items__state__in=ITEM.ends), distinct=True),
        late_count=Count("late_items", distinct=True),
    )  # fmt: skip
    past = Q(due_on__lt=clock.today()) & ~Q(state="signed")
    states = {"open": ~Q(state="signed"), "missed": past | Q(missed_at__isnull=False), "signed": Q(state="signed")}
    return found.filter(states.get(state, Q())).order_by("-last_on", "-pk")


def not_raised() -> list[Owed]:
    """Quarters that are over and have no review yet, the earliest first."""
    return [Owed(quarter, quarterly.due_on(quarter)) for quarter in quarterly.not_raised()]


def signed(first: date, last: date) -> Review | None:
    """The signed quarterly review of exactly these days; None where nobody signed one."""
    return Review.objects.filter(kind="quarterly", state="signed", first_on=first, last_on=last).select_related("filed", "charter").first()


def signed_by(first: date, last: date, at: datetime) -> QuerySet[Review]:
    """The reviews of days from `first` to `last` that two had signed by that instant, each with its filed minutes."""
    found = Review.objects.filter(first_on__lte=last, last_on__gte=first, state="signed", signed_at__lte=at)
    return found.select_related("filed").order_by("last_on", "pk")


def tabled_by(first: date, last: date, at: datetime) -> QuerySet[Paper]:
    """What had been put on the table of the reviews of these days by that instant, what was withdrawn since among it."""
    found = Paper.objects.filter(review__first_on__lte=last, review__last_on__gte=first, attached_at__lte=at)
    return found.select_related("filed", "review").order_by("review__last_on", "pk")


def overdue() -> QuerySet[Review]:
    """Reviews past their day that are not signed, the longest first."""
    return Review.objects.filter(due_on__lt=clock.today()).exclude(state="signed").order_by("due_on", "pk")


def taking_items() -> list[Review]:
    """The reviews whose agenda is open, the next one first."""
    return list(Review.objects.filter(state__in=("raised", "convened", "in_session")).order_by("last_on", "pk"))


def next_agenda() -> Review | None:
    """The review whose agenda something is put on, unless another is chosen."""
    return next(iter(taking_items()), None)


def agenda_for(account: Account) -> Review | None:
    """The next open agenda, where this account keeps it or holds a seat under its charter; None for others, and where none is open. Six queries at most."""
    roles = account.roles
    if not roles & set(SEATED):
        return None
    held = next_agenda()
    return held if held is not None and (roles & set(KEEPERS) or floor(held).of(account.key)) else None


def review(pk: int) -> Review | None:
    """One review with its charter and filed minutes."""
    return Review.objects.select_related("charter", "filed").filter(pk=pk).first()


def agenda(of: Review) -> list[AgendaItem]:
    """The items in the order in which a meeting takes them, each with its motions and votes, papers and actions; five queries."""
    motions = Prefetch("motions", Motion.objects.select_related("item__review").prefetch_related("votes").order_by("number"))
    papers = Prefetch("papers", Paper.objects.exclude(state="withdrawn").select_related("filed"))
    found = of.items.select_related("review").prefetch_related(motions, papers, "actions").order_by("number")
    return sorted(found, key=lambda one: (place(one.source), one.number))


def papers(of: Review) -> list[Paper]:
    """What is on the table, with who was told."""
    found = list(Paper.objects.filter(review=of).select_related("filed", "item", "review__charter").order_by("pk"))
    for one in found:
        one.review = of
    return found


def recusals(of: Review) -> list[Recusal]:
    """Who stands aside from what."""
    return list(Recusal.objects.filter(review=of, state="stated").select_related("item", "seat", "review").order_by("pk"))


def later(of: Review) -> list[LateItem]:
    """What came after the signature, the first first."""
    return list(LateItem.objects.filter(review=of).select_related("run").order_by("pk"))


def every_seat() -> list[Seat]:
    """Seats, those in force first, by place; declined ones last."""
    order = {"in_force": 0, "proposed": 1, "ended": 2, "declined": 3}
    return sorted(Seat.objects.all(), key=lambda seat: (order[seat.state], seat.place, -seat.from_on.toordinal(), seat.pk))


def owners() -> list[tuple[str, str]]:
    """(key, name) of the open accounts that may own an action, by name; one query."""
    held = Holding.objects.filter(ended_at=None, role__in=DOERS, account__is_active=True).select_related("account")
    return sorted({(one.account.key, one.account.name) for one in held}, key=lambda pair: (pair[1].lower(), pair[0]))


def actions(*, state: str = "", owner: str = "") -> QuerySet[Action]:
    """Actions of reviews, by their day: in that state, of the account of that key."""
    states = {
        "open": Q(state="open"), "overdue": Q(state="open", due_on__lt=clock.today()), "done": Q(state="done"), "over": Q(state__in=ACTION.ends),
    }  # fmt: skip
    found = Action.objects.select_related("review", "item").filter(states.get(state, Q()))
    return (found.filter(owner=owner) if owner else found).order_by("due_on", "pk")


def to_vote(account: Account) -> list[Motion]:
    """Open motions on which the account's seat may vote now and has not; a bounded number of queries for each review in session."""
    found = []
    for held in Review.objects.filter(state="in_session").select_related("charter"):
        now = floor(held)
        own = now.of(account.key)
        if own is None or not own.counts:
            continue
        motions = Motion.objects.filter(item__review=held, state="open").exclude(votes__seat=own.seat).select_related("item")
        found += [motion for motion in motions.order_by("pk") if not now.is_aside(own.seat, motion.item)]
    return found


def to_sign(account: Account) -> list[Review]:
    """Reviews whose minutes wait for a signature that this account's seat can give."""
    waiting = Review.objects.filter(state__in=("adjourned", "half_signed")).exclude(first_signed_by=account.key, state="half_signed").select_related("charter")
    return [held for held in waiting if not why_not(held, account.key)]


def seat_of(account: Account) -> Seat | None:
    """The seat of the account that is in force today."""
    return next((seat for seat in seats() if seat.person == account.key), None)


def on_the_floor(of: Review) -> Floor:
    """Who is in the room now."""
    return floor(of)


def sheet(found: Iterable[Any]) -> Sheet:
    """Reviews as a table; each must come from `reviews`."""
    who = names()
    rows = tuple(
        Row(
            (
                str(row), row.state_title, _standing(row), row.first_on, row.last_on, row.due_on, row.meeting_at, row.item_count, row.open_count,
                row.late_count, who.get(row.first_signed_by, row.first_signed_by), who.get(row.signed_by, row.signed_by), row.signed_at,
                row.filed.sha256 if row.filed else "",
            ),
            {"review": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_missed else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No review fits. The daily round raises one for each quarter that is over, once a run was received or a charter is in force."
    source = "A review is missed from the day after its due day on, and stays marked where it is signed late."
    return Sheet("reviews", "Reviews by quarter", COLUMNS, rows, source=source, empty=empty)


def agenda_sheet(of: Review, items: Iterable[AgendaItem]) -> Sheet:
    """An agenda as a table, with how each item ended."""
    who = names()
    rows = tuple(
        Row(
            (
                one.number, one.title, TITLES.get(one.source, one.source), one.severity, one.vendor, one.state_title, one.why,
                one.resolution or one.skip_reason,
                who.get(one.ended_by, "the desk" if one.ended_by else ""), one.ended_at, one.ended_seats, one.address,
            ),
            {"number": one.get_absolute_url(), "title": one.get_absolute_url()}, key=str(one.number), tone="" if one.is_ended else "attention",
        )
        for one in items
    )  # fmt: skip
    empty = "The agenda is empty. Generate it: it takes up what is open in every part of the desk."
    return Sheet(f"agenda-{of.quarter}-{of.pk}", f"Agenda: {of}", AGENDA_COLUMNS, rows, source="As each item was when it came onto the agenda.", empty=empty)


def action_sheet(found: Iterable[Action]) -> Sheet:
    """Actions as a table."""
    who = names()
    rows = tuple(
        Row(
            (
                row.what, row.state_title, "overdue" if row.is_overdue else "", who.get(row.owner, row.owner), row.due_on, str(row.review),
                row.wanted or "words",
                row.done_words, row.done_at, who.get(row.confirmed_by, row.confirmed_by),
            ),
            {"what": row.get_absolute_url(), "review": row.review.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No action fits. Actions are set in a review that is in session, and by conditions on a provider that the committee voted."
    return Sheet(
        "review-actions",
        "Actions of reviews",
        ACTION_COLUMNS,
        rows,
        source="Each stays on the agenda of every later review until it is confirmed.",
        empty=empty,
    )


def _standing(row: Review) -> str:
    if row.is_overdue:
        return f"missed, {row.days_late} day{'' if row.days_late == 1 else 's'} late"
    return "signed late" if row.is_missed else ""


COLUMNS = (
    Column("review", "Review", kind="words"),
    Column("state", "State", kind="tag"),
    Column("standing", "Clock", kind="tag"),
    Column("first_on", "From", kind="day", is_for_files=True),
    Column("last_on", "To", kind="day", is_for_files=True),
    Column("due_on", "Due", kind="day"),
    Column("meeting_at", "Meeting", kind="instant"),
    Column("items", "Items", kind="count"),
    Column("open", "Open", kind="count"),
    Column("came_later", "Came later", kind="count"),
    Column("first_signed_by", "Signed by", kind="person"),
    Column("signed_by", "And by", kind="person"),
    Column("signed_at", "Signed", kind="instant"),
    Column("sha256", "Minutes PDF, SHA-256", kind="code", is_for_files=True),
)
AGENDA_COLUMNS = (
    Column("number", "No.", kind="count"), Column("title", "Item", kind="words"), Column("source", "From"), Column("severity", "Severity", kind="severity"),
    Column("vendor", "Vendor"), Column("state", "State", kind="tag"), Column("why", "Why", is_for_files=True),
    Column("resolution", "Resolution, or why skipped", is_for_files=True), Column("ended_by", "Ended by", kind="person"),
    Column("ended_at", "Ended", kind="instant"), Column("seats", "Seats counted", kind="count"), Column("address", "Evidence", is_for_files=True),
)  # fmt: skip
ACTION_COLUMNS = (
    Column("what", "What", kind="words"), Column("state", "State", kind="tag"), Column("clock", "Clock", kind="tag"), Column("owner", "Who", kind="person"),
    Column("due_on", "By", kind="day"), Column("review", "Review"), Column("wanted", "Proof"), Column("done", "What was done", is_for_files=True),
    Column("done_at", "Done", kind="instant"), Column("confirmed_by", "Confirmed by", kind="person"),
)  # fmt: skip
