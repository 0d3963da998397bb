"""Every read of reachable venues, coverage, memos and published reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F, Q, QuerySet

from oversight import clock
from oversight.liquidity import coverage, tape
from oversight.liquidity.coverage import Coverage
from oversight.liquidity.models import Memo, Published, Reach
from oversight.vendors.models import Vendor

MEMO_STATES = {
    "due": "due for another look", "open": "not settled", "drafted": "draft", "proposed": "awaiting a decision", "trying": "being tried", "tried": "tried",
    "declined": "declined",
}  # fmt: skip


def reach_on(on: date, vendor: Vendor | None = None) -> QuerySet[Reach]:
    """The venues reached on that day, by vendor and venue."""
    found = Reach.objects.exclude(state="withdrawn").filter(Q(until_on=None) | Q(until_on__gte=on), since_on__lte=on).select_related("vendor")
    return (found.filter(vendor=vendor) if vendor else found).order_by("vendor__name", "venue", "pk")


def reach_of(vendor: Vendor) -> QuerySet[Reach]:
    """Every entry of a vendor's list, past and withdrawn ones too."""
    return Reach.objects.filter(vendor=vendor).select_related("vendor").order_by("venue", "-since_on", "-pk")


def to_confirm(by: str = "") -> QuerySet[Reach]:
    """Entries that nobody confirmed; with an account's key, those that this person may confirm."""
    found = Reach.objects.filter(state="stated").select_related("vendor").order_by("stated_at", "pk")
    return found.exclude(stated_by=by) if by else found


def coverage_of(vendor: Vendor, first: date, last: date, on: date | None = None) -> Coverage:
    """What part of the tape of a period a vendor's router reached, by its list as it stood on a day: the period's last, unless another is named."""
    return coverage.covered(vendor, reach_on(on or last, vendor), on or last, tape.tape(first, last))


def coverages(first: date, last: date, on: date | None = None) -> list[Coverage]:
    """The same for every vendor that is not declined or ended, by name. Two queries."""
    held: dict[int, list[Reach]] = {}
    for row in reach_on(on or last):
        held.setdefault(row.vendor_id, []).append(row)
    of_period = tape.tape(first, last)
    vendors = Vendor.objects.exclude(state__in=("declined", "ended")).order_by("name", "pk")
    return [coverage.covered(vendor, held.get(vendor.pk, ()), on or last, of_period) for vendor in vendors]


def memos(*, state: str = "", venue: str = "") -> QuerySet[Memo]:
    """Memos, what is due first, then the latest."""
    found = Memo.objects.select_related("vendor").filter(**({"venue": venue} if venue else {}))
    states = {
        "due": _due(),
        "open": ~Q(state__in=("withdrawn", "settled")),
        **{name: Q(state=name) for name in ("drafted", "proposed", "trying", "tried", "declined")},
    }
    return found.filter(states.get(state, Q())).order_by("-drafted_at", "-pk")


def memos_due(within_days: int = 0) -> QuerySet[Memo]:
    """Memos whose trial's last day or day of the next look has passed; with days, those that will have by then. The most late first."""
    until = date.fromordinal(clock.today().toordinal() + within_days)
    late = Q(state="trying", ends_on__lt=until) | Q(state__in=("declined", "tried"), relook_on__lt=until)
    return Memo.objects.select_related("vendor").filter(late).order_by(F("relook_on").asc(nulls_first=True), "pk")


def memos_to_decide(by: str = "") -> QuerySet[Memo]:
    """Memos that wait for a decision; with an account's key, those that this person may decide on."""
    found = Memo.objects.filter(state="proposed").select_related("vendor").order_by("proposed_at", "pk")
    return found.exclude(drafted_by=by).exclude(proposed_by=by) if by else found


def memos_by_venue() -> dict[str, Memo]:
    """The last memo on each venue that was decided or waits to be; one query."""
    found = Memo.objects.exclude(venue="").exclude(state="withdrawn").order_by("drafted_at", "pk")
    return {memo.venue: memo for memo in found}


def published(venues: Sequence[str] = ()) -> QuerySet[Published]:
    """Reports on file, by venue, kind and period, the latest period first; of these venues where some are named."""
    found = Published.objects.filter(state="filed").select_related("filed")
    return (found.filter(venue__in=list(venues)) if venues else found).order_by("venue", "kind", "-last_on", "-pk")


def _due() -> Q:
    today = clock.today()
    return Q(state="trying", ends_on__lt=today) | Q(state__in=("declined", "tried"), relook_on__lt=today)
