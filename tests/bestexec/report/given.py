"""A small run with figures set by hand, and stand-ins for the registry's metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

from bestexec import cite
from bestexec.cite import Cite
from bestexec.report.run_figures import FrameworkRow, KeyRow, Measured, RunFigures, Scorecard, TcaRow
from bestexec.units import FRACTION, NANOSECONDS, SHARES, USD_PER_SHARE, Unit

RUN_ID = "0123456789abcdef" * 4
MIN_N = 30


@dataclass(frozen=True)
class Metric:
    """What the report reads of a metric."""

    key: str
    title: str
    unit: Unit
    better: str
    on: str = "fills"
    row: str | None = "2 * side * (fill_px - mid_at_t0)"
    summary: str = "sum(x * fill_qty) / sum(fill_qty)"
    weight: str = "executed shares"
    note: str = ""
    source: Cite = field(default=cite.RULE_605_EQ)


EQ = Metric("effective_over_quoted", "Effective over quoted spread (E/Q)", FRACTION, "lower", row=None)
IMPROVEMENT = Metric("net_price_improvement", "Net price improvement", USD_PER_SHARE, "higher")
TIME = Metric("mean_time_to_execution", "Mean time to execution", NANOSECONDS, "lower")
OUTSIDE = Metric("outside_shares", "Shares outside the quote", SHARES, "lower")
REVERSION = tuple(Metric(f"reversion_{name}", f"Reversion after {name}", USD_PER_SHARE, "lower") for name in ("50ms", "1s", "15s", "1min", "5min"))
METRICS = (EQ, IMPROVEMENT, TIME, OUTSIDE, *REVERSION)

VENDORS = pl.DataFrame({
    "vendor": ["Alpha", "Beta"], "is_held": [True, True], "n": [900, 12], "shares": [Decimal(90000), Decimal("1200.5")],
    "effective_over_quoted": [0.45, 0.61], "effective_over_quoted_n": [880, 12], "effective_over_quoted_coverage": [0.98, 1.0],
    "effective_over_quoted_se": [0.01, 0.2],
    "outside_shares": [5000.0, 700.0], "outside_shares_n": [880, 12], "outside_shares_coverage": [0.98, 1.0], "outside_shares_se": [None, None],
    "reversion_1s": [0.0002, None], "reversion_1s_n": [880, 0], "reversion_1s_coverage": [0.98, 0.0], "reversion_1s_se": [0.0001, None],
    "reversion_1min": [-0.0001, None], "reversion_1min_n": [870, 0], "reversion_1min_coverage": [0.97, 0.0], "reversion_1min_se": [0.0001, None],
}, schema_overrides={"outside_shares_se": pl.Float64})  # fmt: skip
VENUES = pl.DataFrame({
    "venue": ["XNAS", "MEMX", "IEXG", "ARCX", "BATS"], "n": [400, 300, 100, 60, 52], "shares": [Decimal(q) for q in (50000, 25000, 12500, 6250, 6250)],
    "effective_over_quoted": [0.5, 0.4, 0.3, 0.6, 0.7], "effective_over_quoted_n": [400, 300, 100, 60, 52], "effective_over_quoted_se": [0.01] * 5,
})  # fmt: skip
WEEKS = pl.DataFrame({
    "vendor": ["Alpha"] * 3, "week": [date(2026, 7, day) for day in (6, 13, 20)], "n": [300] * 3, "shares": [Decimal(30000)] * 3,
    "effective_over_quoted": [0.5, 0.45, 0.4], "effective_over_quoted_n": [300] * 3, "effective_over_quoted_se": [0.01] * 3,
})  # fmt: skip
FILLS = pl.DataFrame(
    [
        ("Alpha", Decimal(100), Decimal("0.01"), 1_000_000, True),
        ("Alpha", Decimal(100), Decimal(0), 4_000_000, True),
        ("Alpha", Decimal(200), Decimal("-0.001"), 40_000_000, False),
        ("Beta", Decimal(400), Decimal("0.025"), 90_000_000, True),
        ("Beta", Decimal(50), None, None, True),
    ],
    orient="row",
    schema={"vendor": pl.String, "fill_qty": pl.Decimal(18, 6), "net_price_improvement": pl.Decimal(18, 8), "t0_to_fill_ns": pl.Int64, "is_held": pl.Boolean},
)
TAPE = pl.DataFrame({
    "venue": ["OFFX"], "trades": [9000], "shares": [Decimal(900000)], "quoted_spread": [0.02], "effective_spread": [0.01], "at_or_inside": [0.99],
})  # fmt: skip
EXCLUDED = pl.DataFrame({"reason": ["no quote", "crossed"], "fills": [3, 9], "shares": [Decimal(30), Decimal(90)]})
GRADE = pl.DataFrame({
    "capability": ["Route of each fill", "Odd lots"], "supports": ["yes", "no"], "have": [912, 0], "of": [912, 912], "lacking": ["no route", "NBBO alone"],
})  # fmt: skip
FINDINGS = pl.DataFrame({
    "check_id": ["CMP-001", "EXE-101"], "title": ["No quote", "Outside the quote"], "severity": ["low", "high"], "count": [12, 2],
    "harm_usd": [None, Decimal("31.5")],
}, schema_overrides={"harm_usd": pl.Decimal(18, 8)})  # fmt: skip


def run_figures(**changed: object) -> RunFigures:
    """The run, with whatever a test sets otherwise."""
    cards = (Scorecard("Vendors", ("vendor", "is_held"), VENDORS), Scorecard("Venues", ("venue",), VENUES), Scorecard("Weeks", ("vendor", "week"), WEEKS))
    facts: dict[str, object] = {
        "firm": "Example Securities LLC", "first_on": date(2026, 7, 1), "last_on": date(2026, 7, 31), "run_id": RUN_ID,
        "policy_version": "sample-1", "min_n": MIN_N, "metrics": METRICS, "scorecards": cards, "fills": FILLS, "tape": TAPE,
        "kpis": (KeyRow(EQ.key, Measured(0.45, 880, 0.01), Measured(0.5, 9000), "the tape"),),
        "tca": (TcaRow(EQ.key, Measured(0.45, 880, 0.01), Measured(0.61, 12, 0.2), Measured(0.5, 9000)),),
        "framework": (FrameworkRow("Price improvement", EQ.key, Measured(0.45, 880), Measured(0.5, 9000), "fills, quotes", "E/Q above 0.4", True),),
        "excluded": EXCLUDED, "grade": GRADE, "findings": FINDINGS, "identity": (("policy", "ab" * 32),),
    }  # fmt: skip
    return RunFigures(**(facts | changed))  # type: ignore[arg-type]  # a test may set any of them
