"""What a vendor's own report calls our metrics and our units: the mapping by which its figures become claims.

A name is compared without regard to case and to how its words are parted. A name that is not here is not guessed: its line is a
reject that says so, and the vendor can write the metric's key (docs/metrics.md) instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class NamedMetric:
    """One metric: its key, the unit in which it is kept, and other names for it."""

    key: str
    unit: str
    names: tuple[str, ...] = ()


def _horizons(key: str, unit: str, name: str) -> tuple[NamedMetric, ...]:
    spoken = (("50ms", "50 ms"), ("1s", "1 s"), ("15s", "15 s"), ("1min", "1 min"), ("5min", "5 min"))
    return tuple(NamedMetric(key.format(short), unit, (name.format(short), name.format(words))) for short, words in spoken)


NAMED_METRICS = (
    NamedMetric("quoted_spread", "$/share", ("quoted spread", "average quoted spread")),
    NamedMetric("effective_spread", "$/share", ("effective spread", "average effective spread")),
    NamedMetric("effective_over_quoted", "fraction", ("e/q", "effective/quoted", "effective over quoted", "eq ratio")),
    NamedMetric("quoted_spread_pct", "fraction", ("quoted spread percent",)),
    NamedMetric("effective_spread_pct", "fraction", ("effective spread percent",)),
    *_horizons("realized_spread_{}", "$/share", "realized spread {}"),
    *_horizons("realized_spread_{}_pct", "fraction", "realized spread {} percent"),
    *_horizons("reversion_{}_bps", "bps", "reversion {} bps"),
    NamedMetric("price_improvement", "$/share", ("average price improvement of improved shares",)),
    NamedMetric("price_disimprovement", "$/share", ("average price disimprovement of disimproved shares",)),
    NamedMetric("net_price_improvement", "$/share", ("net price improvement", "net price improvement per share")),
    NamedMetric("net_price_improvement_pct", "fraction", ("net price improvement percent",)),
    NamedMetric("net_improvement_usd", "$", ("net price improvement dollars",)),
    NamedMetric("inside", "fraction", ("price improved", "shares price improved", "price improvement rate")),
    NamedMetric("at_quote", "fraction", ("at quote", "shares at quote")),
    NamedMetric("outside", "fraction", ("outside quote", "shares outside quote")),
    NamedMetric("at_or_inside", "fraction", ("at or better", "executed at or better", "shares at or better")),
    NamedMetric("size_improvement", "fraction", ("size improvement", "size improvement rate")),
    NamedMetric("mean_time_to_execution", "ns", ("execution speed", "average execution speed", "time to execution")),
    NamedMetric("median_time_to_first_fill", "ns", ("median time to first fill",)),
    NamedMetric("fill_rate", "fraction", ("fill rate", "fill rate by shares")),
    NamedMetric("fill_rate_orders", "fraction", ("fill rate by orders",)),
    NamedMetric("limit_fill_rate", "fraction", ("limit order fill rate",)),
    NamedMetric("cancel_rate", "fraction", ("cancel rate",)),
    NamedMetric("route_reject_rate", "fraction", ("reject rate",)),
    NamedMetric("executed_shares", "shares", ("executed shares", "shares executed")),
    NamedMetric("ordered_shares", "shares", ("ordered shares",)),
    NamedMetric("order_count", "orders", ("orders", "order count")),
    NamedMetric("venue_share", "fraction", ("venue share", "share of executed shares")),
    NamedMetric("arrival_slippage_bps", "bps", ("arrival slippage", "slippage against arrival")),
    NamedMetric("vwap_slippage_bps", "bps", ("vwap slippage", "slippage against vwap")),
    NamedMetric("implementation_shortfall_bps", "bps", ("implementation shortfall",)),
    NamedMetric("venue_fees_per_share", "$/share", ("venue fees per share",)),
    NamedMetric("venue_rebates_per_share", "$/share", ("venue rebates per share",)),
)
NAMED_UNITS: dict[str, tuple[str, Decimal]] = {
    "$/share": ("$/share", Decimal(1)), "usd/share": ("$/share", Decimal(1)), "dollars per share": ("$/share", Decimal(1)),
    "cents/share": ("$/share", Decimal("0.01")), "cents per share": ("$/share", Decimal("0.01")), "mils/share": ("$/share", Decimal("0.001")),
    "$": ("$", Decimal(1)), "usd": ("$", Decimal(1)), "dollars": ("$", Decimal(1)),
    "%": ("fraction", Decimal("0.01")), "percent": ("fraction", Decimal("0.01")), "fraction": ("fraction", Decimal(1)), "ratio": ("fraction", Decimal(1)),
    "bps": ("bps", Decimal(1)), "basis points": ("bps", Decimal(1)),
    "ns": ("ns", Decimal(1)), "us": ("ns", Decimal(1_000)), "microseconds": ("ns", Decimal(1_000)), "ms": ("ns", Decimal(1_000_000)),
    "milliseconds": ("ns", Decimal(1_000_000)), "s": ("ns", Decimal(1_000_000_000)), "seconds": ("ns", Decimal(1_000_000_000)),
    "shares": ("shares", Decimal(1)), "orders": ("orders", Decimal(1)),
}  # fmt: skip
"""Each way to write a unit: the unit in which it is kept, and what the figure is multiplied by."""


def plain(name: str) -> str:
    """A name as names are compared: `Realized_Spread 1min` and `realized spread 1min` are one."""
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


METRIC_BY_NAME = {plain(name): metric for metric in NAMED_METRICS for name in (metric.key, *metric.names)}
