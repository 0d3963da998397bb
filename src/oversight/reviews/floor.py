"""Who is in the room, who stands aside, and whether that is a quorum: counted anew each time it is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from oversight import clock
from oversight.accounts.models import Holding
from oversight.reviews.lifecycle import CHAIR, PRESIDING, PRINCIPAL, SEATED
from oversight.reviews.models import AgendaItem, Charter, Presence, Recusal, Review, Seat


@dataclass(frozen=True)
class Standing:
    """One seat now: whether it is here, and why it does not count where it does not."""

    seat: Seat
    is_here: bool
    since: Presence | None
    is_recused: bool
    why_not: str

    @property
    def counts(self) -> bool:
        """Whether it counts for the quorum of the review."""
        return not self.why_not

    @property
    def words(self) -> str:
        return self.why_not or "counts"


@dataclass(frozen=True)
class Floor:
    """The seats in force under the charter, those present, and the recusals."""

    charter: Charter | None
    standings: tuple[Standing, ...]
    recused: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """By item, the seats that stand aside from it."""

    @property
    def needed(self) -> int:
        return self.charter.quorum if self.charter else 0

    def counted(self, item: AgendaItem | None = None) -> tuple[Seat, ...]:
        """The seats with a vote that are present and not recused: from `item`, where one is named."""
        aside = self.recused.get(item.pk, frozenset()) if item else frozenset()
        return tuple(one.seat for one in self.standings if one.counts and one.seat.pk not in aside)

    def has_quorum(self, item: AgendaItem | None = None) -> bool:
        return self.charter is not None and len(self.counted(item)) >= self.needed

    def words(self, item: AgendaItem | None = None) -> str:
        """`quorum: 3 of 3 seats with a vote, 2 needed`."""
        have, every = len(self.counted(item)), sum(one.seat.has_vote for one in self.standings)
        return f"{'quorum' if self.has_quorum(item) else 'no quorum'}: {have} of {every} seat{'' if every == 1 else 's'} with a vote, {self.needed} needed"

    def of(self, person: str) -> Standing | None:
        """The seat of that account, if it has one in force."""
        return next((one for one in self.standings if one.seat.person == person), None)

    def is_aside(self, seat: Seat, item: AgendaItem | None = None) -> bool:
        """Whether the seat stands aside from the whole review, or from the item."""
        whole = any(one.is_recused for one in self.standings if one.seat.pk == seat.pk)
        return whole or (item is not None and seat.pk in self.recused.get(item.pk, frozenset()))

    @property
    def presiding(self) -> Standing | None:
        """Who presides: the chair, or the principal."""
        return next((one for one in self.standings if one.seat.place in (CHAIR, PRINCIPAL)), None)

    @property
    def here(self) -> tuple[Standing, ...]:
        return tuple(one for one in self.standings if one.is_here)


def charter() -> Charter | None:
    """The charter in force."""
    return Charter.objects.filter(state="in_force").first()


def may_sit(people: Collection[str]) -> frozenset[str]:
    """Of these accounts, those that are open and hold a role that may sit; one query."""
    held = Holding.objects.filter(account__key__in=people, account__is_active=True, ended_at=None, role__in=SEATED)
    return frozenset(held.values_list("account__key", flat=True))


def seats(under: Charter | None = None) -> list[Seat]:
    """The seats that hold today under the charter (the one in force): by their dates, with an open account in a role that may sit. Three queries at most."""
    of = under or charter()
    if of is None:
        return []
    today = clock.today()
    held = [seat for seat in Seat.objects.filter(state="in_force", place__in=of.places) if seat.holds_on(today)]
    open_now = may_sit([seat.person for seat in held])
    return sorted((seat for seat in held if seat.person in open_now), key=lambda seat: (of.places.index(seat.place), seat.pk))


def floor(review: Review) -> Floor:
    """The floor of the review now; five queries at most, however many seats and items."""
    under = review.charter or charter()
    last: dict[int, Presence] = {one.seat_id: one for one in Presence.objects.filter(review=review).order_by("pk")}
    aside: dict[int | None, set[int]] = {}
    for item_id, seat_id in Recusal.objects.filter(review=review, state="stated").values_list("item_id", "seat_id"):
        aside.setdefault(item_id, set()).add(seat_id)
    whole = aside.pop(None, set())
    standings = tuple(_standing(seat, last.get(seat.pk), is_recused=seat.pk in whole) for seat in seats(under))
    return Floor(under, standings, {item: frozenset(ids) for item, ids in aside.items() if item is not None})


def _standing(seat: Seat, last: Presence | None, *, is_recused: bool) -> Standing:
    is_here = last is not None and last.is_here
    why = "has no vote" if not seat.has_vote else "recused from the review" if is_recused else "" if is_here else "gone" if last else "not here"
    return Standing(seat, is_here, last, is_recused, why)


def presides(seat: Seat) -> bool:
    """Whether the seat notes others as present or gone, and closes votes."""
    return seat.place in PRESIDING
