"""The minutes as plain values: they fill as votes fall, and the first signature freezes them as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Prefetch

from oversight.accounts.queries import names
from oversight.lifecycle import spaced
from oversight.record.actions import canonical
from oversight.reviews.lifecycle import ACTION, AGAINST, ITEM, OF_PRESENT, OF_VOTES, TWO_THIRDS, UNANIMOUS
from oversight.reviews.models import Action, AgendaItem, Minutes, Motion, Paper, Presence, Recusal, Review, Seat, Vote
from oversight.reviews.sources import TITLES, place
from oversight.sheets import Column, shown

INSTANT = Column("at", "At", kind="instant")
RULE = {
    OF_VOTES: "more votes for than against",
    OF_PRESENT: "more than half of the seats present",
    TWO_THIRDS: "two thirds of the votes",
    UNANIMOUS: "no vote against",
}


@dataclass(frozen=True)
class Grid:
    """A table of texts; `empty` stands where it has no row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = "None."


@dataclass(frozen=True)
class Part:
    """A part of the minutes: facts, sentences, tables. `level` 2 stands within the part before (the first ones within the opening), 3 within that."""

    title: str
    level: int = 1
    facts: tuple[tuple[str, str], ...] = ()
    text: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True)
class Told:
    """The minutes. `dated` is the day of the meeting, ISO; empty before it is set."""

    title: str
    lead: str
    dated: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


def as_they_stand(review: Review) -> Told:
    """The minutes of what was said so far. The number of queries does not grow with items or votes."""
    people = names()
    items = sorted(_items(review), key=lambda one: (place(one.source), one.number))
    seats = {seat.pk: seat for seat in Seat.objects.all()}
    parts = (
        _decided(items, people), _actions(review, people), _presence(review, seats, people), _papers(review, people), _earlier(items, people), _overview(items),
        *_one_by_one(items, seats, people),
    )  # fmt: skip
    return Told(str(review), _lead(items), _day(review.meeting_at), tuple(_facts(review, people)), parts)


def text_of(told: Told) -> str:
    """The bytes that are hashed and signed: canonical JSON."""
    return canonical(asdict(told))


def frozen(minutes: Minutes) -> Told:
    """The minutes as they were frozen, from their text alone."""
    held: Mapping[str, Any] = json.loads(minutes.text)
    parts = tuple(
        Part(
            part["title"], part["level"], _pairs(part["facts"]), tuple(part["text"]),
            tuple(Grid(grid["caption"], tuple(grid["heads"]), tuple(map(tuple, grid["rows"])), grid["empty"]) for grid in part["grids"]),
        )
        for part in held["parts"]
    )  # fmt: skip
    return Told(held["title"], held["lead"], held["dated"], _pairs(held["facts"]), parts)


def told(review: Review) -> tuple[Told, Minutes | None]:
    """The minutes to show: frozen once somebody signed, as they stand before."""
    held = review.minutes.order_by("-number").first() if review.state in ("half_signed", "signed") else None
    return (frozen(held), held) if held else (as_they_stand(review), None)


def who(people: Mapping[str, str], key: str) -> str:
    """A person's name; what the automated actor is called; nobody."""
    if key.startswith("system:"):
        return f"the desk itself ({spaced(key.partition(':')[2])})"
    return people.get(key, key) if key else "nobody"


def at(value: datetime | None) -> str:
    """An instant in the market's zone."""
    return shown(INSTANT, value) if value else "—"


def _items(review: Review) -> Iterable[AgendaItem]:
    votes = Prefetch("votes", Vote.objects.order_by("pk"))
    motions = Prefetch("motions", Motion.objects.order_by("number").prefetch_related(votes))
    return review.items.order_by("number").prefetch_related(motions, Prefetch("recusals", Recusal.objects.filter(state="stated").order_by("pk")))


def _lead(items: list[AgendaItem]) -> str:
    states = {state.key: sum(one.state == state.key for one in items) for state in ITEM.states}
    skipped = f", {states['skipped']} skipped with a reason and a second" if states["skipped"] else ""
    left = states["open"] + states["skipping"]
    still = f", {left} still open" if left else ""
    return f"Of {len(items)} items {states['taken_up']} were taken up, {states['decided']} decided by motion{skipped}{still}."


def _facts(review: Review, people: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "Period reviewed", f"{review.first_on} to {review.last_on}"
    yield "To be signed by", f"{review.due_on}{', which was missed' if review.missed_at else ''}"
    if review.why:
        yield "Held out of turn because", review.why
    if review.charter:
        of = review.charter
        yield (
            "Charter",
            f"{of.number}: {of.get_mode_display()}; quorum {of.quorum}; a motion carries with {RULE[of.majority]}; papers {of.notice_days} days before",
        )
    yield "Meeting", f"{at(review.meeting_at)}, {review.place or 'place not said'}"
    yield "Opened", f"{at(review.opened_at)} by {who(people, review.opened_by)}"
    yield "Closed", f"{at(review.adjourned_at)} by {who(people, review.adjourned_by)}"


def _presence(review: Review, seats: Mapping[int, Seat], people: Mapping[str, str]) -> Part:
    by_seat: dict[int, list[str]] = {}
    for one in Presence.objects.filter(review=review).order_by("pk"):
        by_seat.setdefault(one.seat_id, []).append(f"{'came' if one.is_here else 'went'} {at(one.at)}")
    rows = tuple(
        (who(people, seats[pk].person), seats[pk].get_place_display(), seats[pk].registration or "—", seats[pk].independence, "; ".join(said))
        for pk, said in by_seat.items()
    )  # fmt: skip
    aside = tuple(
        (who(people, one.person), str(one.item) if one.item else "the whole review", one.reason, at(one.stated_at))
        for one in Recusal.objects.filter(review=review, state="stated").select_related("item").order_by("pk")
    )
    return Part("Presence", 2, grids=(
        Grid("Seats", ("Who", "Place", "Registered as", "Independent", "Presence"), rows, "Nobody was noted as present yet."),
        Grid("Recusals", ("Who", "From", "Why", "Stated"), aside, "Nobody stood aside."),
    ))  # fmt: skip


def _papers(review: Review, people: Mapping[str, str]) -> Part:
    rows = tuple(
        (
            paper.filed.title, paper.sha256, str(paper.item.number) if paper.item else "all",
            _circulated(paper, people),
        )
        for paper in Paper.objects.filter(review=review).exclude(state="withdrawn").select_related("filed", "item", "review__charter").order_by("pk")
    )  # fmt: skip
    return Part("Papers", 2, grids=(Grid("Papers by hash", ("Paper", "SHA-256", "For item", "Circulated"), rows, "No paper was on the table."),))


def _circulated(paper: Paper, people: Mapping[str, str]) -> str:
    """`2026-10-19 09:40 EDT to Committee, Compliance`."""
    if not paper.circulated_at:
        return "not circulated"
    to = ", ".join(who(people, key) for key in paper.circulated_to) or "nobody"
    return f"{at(paper.circulated_at)}{', late,' if paper.is_late else ''} to {to}"


def _overview(items: list[AgendaItem]) -> Part:
    rows = tuple((str(one.number), one.title, TITLES.get(one.source, one.source), one.state_title) for one in items)
    return Part("Agenda", grids=(Grid("Items and how each ended", ("No.", "Item", "From", "Ended"), rows, "The agenda is empty."),))


def _item(one: AgendaItem, seats: Mapping[int, Seat], people: Mapping[str, str]) -> Part:
    facts = [("Why it was taken up", one.why), ("Evidence", one.address or "—")]
    facts += [("Stood aside", f"{who(people, each.person)}: {each.reason}") for each in one.recusals.all()]
    facts += [("What was said", one.discussion)] if one.discussion else []
    facts += [("Resolved", one.resolution)] if one.resolution else []
    facts += [("Skipped because", one.skip_reason)] if one.state == "skipped" else []
    for motion in one.motions.all():
        moved = f"{motion.get_kind_display()}, moved by {who(people, motion.moved_by)}, {motion.state_title}: {motion.text}"
        facts += [
            (f"Motion {one.number}.{motion.number}", moved),
            ("Alternatives considered", motion.alternatives),
            *(("Condition", f"{term['what']} · {who(people, term['owner'])}, by {term['due_on']}") for term in motion.terms),
            *((("Count", f"{motion.count}; {RULE.get(motion.rule, motion.rule)}; {motion.closed_seats} seats counted"),) if motion.count else ()),
        ]  # fmt: skip
    grids = tuple(
        Grid(
            f"Votes on motion {one.number}.{motion.number}", ("Who", "Place", "Vote", "In their words", "At"),
            tuple(_voted(vote, seats, people) for vote in motion.votes.all()),
            "Nobody voted yet.",
        )
        for motion in one.motions.all()
    )  # fmt: skip
    ended = _ended(one, people)
    return Part(str(one), 3, tuple(facts), (f"{ended[:1].upper()}{ended[1:]}.",), grids)


def _voted(vote: Vote, seats: Mapping[int, Seat], people: Mapping[str, str]) -> tuple[str, ...]:
    return who(people, vote.person), seats[vote.seat_id].get_place_display(), vote.choice, vote.words or "—", at(vote.at)


def _ended(one: AgendaItem, people: Mapping[str, str]) -> str:
    if one.state == "skipped":
        return f"skipped: proposed by {who(people, one.skip_by)}, seconded by {who(people, one.ended_by)}, {at(one.ended_at)}; {one.ended_seats} seats counted"
    if one.is_ended:
        by = f" by {who(people, one.ended_by)}" if one.state == "taken_up" else ""
        return f"{one.state_title}{by}, {at(one.ended_at)}; {one.ended_seats} seats counted"
    return one.state_title


def _decided(items: list[AgendaItem], people: Mapping[str, str]) -> Part:
    """What a reader comes for first: the vote on each provider, what else was moved, and who was against."""
    moved = [(one, motion) for one in items for motion in one.motions.all()]
    others = tuple((str(one), motion.get_kind_display(), motion.text, motion.state_title, motion.count or "—") for one, motion in moved if not one.is_vote)
    votes = [(one, motion, vote) for one, motion in moved for vote in motion.votes.all() if vote.choice == AGAINST]
    against = tuple((who(people, vote.person), f"{one.number}.{motion.number}, {one.title}", vote.words) for one, motion, vote in votes)
    return Part("What was decided", 2, grids=(
        Grid("Votes on providers", ("Provider", "Outcome"), tuple((one.title, _vote(one)) for one in items if one.is_vote), "No provider routes for the firm."),
        Grid("Other motions", ("Item", "What it does", "Motion", "Outcome", "Count"), others, "Nothing else was moved."),
        Grid("Dissent", ("Who", "Motion", "In their words"), against, "Nobody voted against."),
    ))  # fmt: skip


def _one_by_one(items: list[AgendaItem], seats: Mapping[int, Seat], people: Mapping[str, str]) -> Iterator[Part]:
    """Every item, under where it comes from."""
    yield Part("Item by item")
    for source, of_source in groupby(items, key=lambda one: one.source):
        yield Part(TITLES.get(source, source), 2)
        yield from (_item(one, seats, people) for one in of_source)


def _vote(one: AgendaItem) -> str:
    carried = next((motion for motion in one.motions.all() if motion.state == "carried"), None)
    return f"{carried.get_kind_display()}: {carried.count}" if carried else one.state_title


def _actions(review: Review, people: Mapping[str, str]) -> Part:
    rows = tuple(
        (row.what, who(people, row.owner), row.due_on.isoformat(), str(row.item.number) if row.item else "—", row.wanted or "words")
        for row in Action.objects.filter(review=review).select_related("item").order_by("due_on", "pk")
    )
    return Part("Actions set", 2, grids=(Grid("Actions set", ("What", "Who", "By", "From item", "Proof"), rows, "No action was set."),))


def _earlier(items: list[AgendaItem], people: Mapping[str, str]) -> Part:
    """Prior actions on the agenda, as they stand while the minutes are open; frozen with them."""
    ids = [int(one.subject_id) for one in items if one.subject_kind == Action.RECORD]
    found = Action.objects.in_bulk(ids)
    rows = tuple(
        (row.what, who(people, row.owner), row.due_on.isoformat(), ACTION.state(row.state).title) for row in (found[pk] for pk in ids if pk in found)
    )  # fmt: skip
    return Part(
        "Actions of earlier reviews", 2, grids=(Grid("Actions of earlier reviews", ("What", "Who", "By", "State"), rows, "No earlier action was open."),)
    )


def _pairs(pairs: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, said) for name, said in pairs)


def _day(value: datetime | None) -> str:
    return at(value)[:10] if value else ""
