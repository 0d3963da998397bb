"""What can be planted in a practice quarter, how much of it and when: data, of which `make_quarter(planted=…)` takes any selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal

from bestexec.errors import Problem

Day = dict[str, "Planted"]
"""What is planted on one day, by kind."""


@dataclass(frozen=True)
class Kind:
    """One thing that can be planted: what its size counts, whether it holds for its days alone or from the first of them on, and what it is."""

    key: str
    unit: str
    lasts: Literal["day", "from"]
    says: str


@dataclass(frozen=True)
class Planted:
    """One thing to plant. `when` gives its days, or parts of the span (0 its first day, 1 its last); empty: every day."""

    kind: str
    size: float
    when: tuple[float | date, ...] = ()


KINDS = (
    Kind("locked", "ms", "day", "the best quote of one issue is locked"),
    Kind("crossed", "ms", "day", "the best quote of one issue is crossed"),
    Kind("halt", "ms", "day", "an issue is halted"),
    Kind("luld_pause", "ms", "day", "an issue is paused at its price limit"),
    Kind("short_sale_restriction", "", "day", "an issue may be sold short above the bid alone, until the end of the next day"),
    Kind("missing_order", "share of orders", "day", "the vendor's file lacks orders, their routes and fills"),
    Kind("missing_stop", "share of stop orders", "day", "the vendor's file lacks stop orders, their routes and fills"),
    Kind("diversion", "share of retail marketable orders", "from", "a router release sends flow of one vendor to the venue that pays it"),
    Kind("affiliate_first", "share of sweeps", "from", "a router release tries one vendor's affiliated exchange first, whatever price others show"),
    Kind("small_caps", "share of orders in thin issues", "from", "a wholesaler that is good elsewhere fills outside the quote in thin issues"),
    Kind("first_look", "ms", "from", "a pool answers late, and the router waits for it"),
    Kind("probe_leak", "ticks", "from", "after a probe of one pool that met nobody, the far quote moves away"),
    Kind("fee_change", "USD a share", "from", "an exchange's rebate falls; the schedule says so"),
    Kind("symbol_change", "days", "from", "an issue changes its symbol; the vendor's file keeps the old one for so many days"),
    Kind("slow_feed", "ms", "day", "all quotes from eleven to noon come late"),
    Kind("clock_offset", "ms", "day", "the clock of one gateway is ahead"),
    Kind("duplicate_fill", "fills", "day", "the drop copy has fills twice"),
    Kind("lost_route", "routes", "day", "child orders that were filled are in no file"),
    Kind("fill_before_order", "fills", "day", "fills lie before the receipt of their orders"),
    Kind("odd_lot_inside", "fills", "day", "fills at the national best while a displayed odd lot was better"),
    Kind("outside_quote", "fills", "day", "fills at least two spreads outside the quote"),
    Kind("slow_fill", "fills", "day", "market orders executed 9.7 seconds late"),
    Kind("unapproved_venue", "fills", "day", "fills at a venue that the firm has not approved"),
    Kind("bust", "fills", "day", "fills that the venue canceled afterwards"),
    Kind("correction", "fills", "day", "fills whose price was corrected"),
    Kind("split_adjusted", "shares for one", "day", "one vendor's prices in one issue are those after a split that has not been"),
    Kind("rebate_sign", "share of rebates", "day", "one vendor tells the rebates of one exchange as fees"),
    Kind("venue_alias", "share of routes", "from", "one vendor calls one exchange by another of its names"),
    Kind("utc_swap", "hours", "day", "one vendor's own clock is told in local time as if it were UTC"),
)
"""In the order in which they are planted. Sizes are counts, shares (0 to 1) or amounts of `unit`."""
BY_KEY = {kind.key: kind for kind in KINDS}

PLANTED = (
    Planted("locked", 3), Planted("crossed", 40, (0.3,)), Planted("halt", 720_000, (0.5,)), Planted("luld_pause", 300_000, (0.8,)),
    Planted("short_sale_restriction", 1, (0.6,)), Planted("missing_order", 0.003), Planted("diversion", 0.60, (date(2026, 8, 12),)),
    Planted("clock_offset", 37, (0.5,)), Planted("duplicate_fill", 5, (0.25, 1.0)), Planted("lost_route", 3, (0.5, 0.9)),
    Planted("fill_before_order", 2, (0.0, 0.7)), Planted("odd_lot_inside", 1, (0.1, 0.55)), Planted("outside_quote", 3, (0.33, 0.66, 1.0)),
    Planted("slow_fill", 2, (0.2, 0.75)), Planted("unapproved_venue", 2, (0.5, 0.6, 1.0)), Planted("bust", 1, (0.15, 0.8)),
    Planted("correction", 1, (0.15, 0.8)),
)  # fmt: skip
"""What the demonstration's quarter and the samples hold."""
MORE = (
    Planted("missing_stop", 1.0, (0.7,)), Planted("affiliate_first", 0.5, (0.6,)), Planted("small_caps", 0.5, (0.0,)), Planted("first_look", 40, (0.55,)),
    Planted("probe_leak", 2, (0.5,)), Planted("fee_change", 0.0005, (0.5,)), Planted("symbol_change", 1, (0.4,)), Planted("slow_feed", 250, (0.65,)),
    Planted("split_adjusted", 4, (0.45,)), Planted("rebate_sign", 1.0, (0.35,)), Planted("venue_alias", 1.0, (0.5,)),
    Planted("utc_swap", 5, (date(2026, 11, 2),)),
)  # fmt: skip
"""What they do not hold, at sizes of use. The last falls on the first trading day after the clocks change, in a span that has it."""


def by_day(planted: Sequence[Planted], days: Sequence[date]) -> dict[date, Day]:
    """What is planted on each day, in the order of KINDS. Raises Problem on a kind that is unknown or named twice, and on a size or time without sense."""
    given = _checked(planted)
    made: dict[date, Day] = {day: {} for day in days}
    for kind in KINDS:
        one = given.get(kind.key)
        if one is not None and one.size > 0:
            for day in _days(kind, one, days):
                made[day][kind.key] = one
    return made


def first_day(planted: Mapping[date, Day], kind: str) -> date | None:
    """The first day of the span on which a kind is planted; null when it never is."""
    return next((day for day, kinds in planted.items() if kind in kinds), None)


def _days(kind: Kind, one: Planted, days: Sequence[date]) -> Sequence[date]:
    starts = [part if isinstance(part, date) else days[round(part * (len(days) - 1))] for part in one.when]
    if not starts:
        return days
    if kind.lasts == "from":
        return [day for day in days if day >= min(starts)]
    return [day for day in days if day in starts]


def _checked(planted: Sequence[Planted]) -> dict[str, Planted]:
    given: dict[str, Planted] = {}
    for one in planted:
        if one.kind not in BY_KEY:
            raise Problem(f"nothing of the kind {one.kind} can be planted", where="planted", do=f"use one of {', '.join(BY_KEY)}")
        if one.kind in given:
            raise Problem(f"{one.kind} is planted twice", where="planted", do="give all its days in one `when`")
        share = BY_KEY[one.kind].unit.startswith("share of")
        if not isfinite(one.size) or one.size < 0 or (share and one.size > 1):
            raise Problem(f"the size of {one.kind} is {one.size}", where="planted", do=f"give {'a share from 0 to 1' if share else 'a number from 0 on'}")
        if any(not isinstance(part, date) and not 0 <= part <= 1 for part in one.when):
            raise Problem(f"{one.kind} is planted at {one.when}", where="planted", do="give dates, or parts of the span from 0 to 1")
        given[one.kind] = one
    return given
