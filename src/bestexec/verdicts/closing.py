"""What a closing test of like against like asks of measured fills: by how much at most a vendor is still worse than the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.errors import Problem
from bestexec.linking.columns import KEPT_APART
from bestexec.policy import Policy
from bestexec.verdicts.base import SUPPORTED
from bestexec.verdicts.declared import KINDS, MEASURES, family, prepared
from bestexec.verdicts.matched.comparison import ORDER, costs

MATCHED_METRICS = tuple(metric for metric, _ in MEASURES)
"""The figures that can be held like against like: those that every run judges."""
MATCHED_READS = frozenset(
    (*KEPT_APART, *ORDER, *MATCHED_METRICS, "day", "month", "hour", "vendor", "venue", "order_type", "order_class", "lot_class", "t0_at", "ask_at_t0",
     "bid_at_t0", "mid_at_t0", "fill_px", "fill_qty")
)  # fmt: skip
"""The columns of measured fills that `closed_by` reads."""


@dataclass(frozen=True)
class Closed:
    """What the test says, all in the metric's unit with + bad for the customer; None where nothing can be said, and `words` says why."""

    is_met: bool
    """Worse by less than the margin, at the registered confidence."""
    is_missed: bool
    """Worse by more than the margin, at that confidence."""
    n: int
    worse_by: float | None
    at_most: float | None
    """The upper end of the one-sided interval: what decides."""
    smallest_visible: float | None
    """The margin at which a vendor no worse than the others would pass nine times in ten."""
    words: str


def closed_by(
    fills: pl.DataFrame, vendor: str, metric: str, *, margin: float, confidence: float, minimum_n: int, after: date, limits: Policy
) -> Closed:  # fmt: skip
    """The vendor's fills of days after `after` beside the other vendors' in the same cells, one-sided at `confidence`, clustered by symbol-day and order.

    `fills` has MATCHED_READS. `margin` is in the metric's unit, above 0. Raises Problem for a metric that is not among MATCHED_METRICS, or terms that
    make no test.
    """
    from bestexec.verdicts.noninferiority import Registered, answer  # noqa: PLC0415  # statistics take a second to load, which most commands never need

    if metric not in MATCHED_METRICS:
        raise Problem(f"{metric} is not compared like against like", where=vendor, do=f"choose one of {', '.join(MATCHED_METRICS)}")
    comparison = next(one for one in family(limits, after) if (one.kind, one.metric) == (KINDS[0].column, metric))
    registered = Registered(comparison=comparison, subject=vendor, margin=margin, alpha=1 - confidence, minimum_n=minimum_n, after=after)
    (row,) = answer(prepared(fills), registered).to_dicts()
    if row["effect"] is None:
        return Closed(False, False, row["n"], None, None, None, row["sentence"])
    cost, least, most = costs(comparison, row["effect"], row["low"], row["high"])
    return Closed(row["verdict"] == SUPPORTED, least > margin, row["n"], cost, most, row["smallest_visible"], row["sentence"])
