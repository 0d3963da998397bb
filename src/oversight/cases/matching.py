"""A vendor's fills beside the other vendors', like for like: what a closing test asks of them, and what it could have seen before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from bestexec import MATCHED_METRICS, MATCHED_READS, Closed, closed_by
from oversight.cases.testing import Registration
from oversight.claims.models import kept
from oversight.measured import frames
from oversight.measured.dimensions import FILLS
from oversight.measured.reading import METRIC, Figure, scope_of
from oversight.measured.sources import NothingReceived, Sources, all_in_force

METHOD = (
    "Each fill of the vendor stands beside the other vendors' fills in the same kind of order: same flow, symbol, order type, lot, part of the day, spread and "
    "volatility. The difference has a one-sided interval of the registered confidence, clustered by symbol-day and parent order. The test is met where the "
    "vendor is worse by less than the margin even at the interval's end; missed where it is worse by more at the other end; otherwise it cannot tell."
)
"""What a page says of how like is held against like."""


def is_matched(figure: Figure) -> bool:
    """Whether the figure can be held like against like: the verdicts' measures."""
    return figure.kind == METRIC and figure.key in MATCHED_METRICS


def held(registration: Registration, sources: Sources) -> Closed:
    """What the runs in force say over the window so far."""
    return _closed(registration, registration.first_on, registration.last_on, sources)


def visible_before(registration: Registration) -> tuple[Decimal | None, str]:
    """(the smallest margin that such a test could have passed nine times in ten, how that is known): of as many measured days before it is registered."""
    try:
        days = [day for day in all_in_force().days if day < registration.first_on][-len(registration.days) :]
    except NothingReceived:
        days = []
    if not days:
        return None, "Not known: no day before the window was measured."
    told = _closed(registration, days[0], days[-1], all_in_force().during(days[0], days[-1]))
    over = f"{len(days)} measured day{'' if len(days) == 1 else 's'} from {days[0]} to {days[-1]}"
    if told.smallest_visible is None:
        return None, f"Not known. Over {over}: {told.words}"[:4000]
    return exact(told.smallest_visible), f"Over {over}, {told.n:,} of its fills stood beside others: a vendor that is no worse passes nine times in ten."


def exact(value: float | None) -> Decimal | None:
    """A figure as the desk keeps it: ten significant digits."""
    return None if value is None else kept(Decimal(f"{value:.10g}"))


def _closed(registration: Registration, first: date, last: date, sources: Sources) -> Closed:
    figure = registration.the_figure
    fills = frames.within(sources, scope_of(figure, "", first, last), FILLS, MATCHED_READS)
    assert registration.confidence is not None, "a test of like against like has its confidence"
    return closed_by(
        fills, registration.case.vendor.key, figure.key, margin=float(registration.margin), confidence=float(registration.confidence),
        minimum_n=registration.min_n, after=first - timedelta(days=1), limits=sources.policy,
    )  # fmt: skip
