"""What the execution-quality report is made from: frozen figures of one run, computed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

import polars as pl

from bestexec.cite import Cite
from bestexec.units import FILLS, ORDERS, SHARES, USD, Unit


class MetricWords(Protocol):
    """What the report reads of a metric. `summary` prints as its `.sql`, or as it is."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def on(self) -> str: ...
    @property
    def row(self) -> str | None: ...
    @property
    def summary(self) -> object: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def better(self) -> str: ...
    @property
    def weight(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def source(self) -> Cite: ...


@dataclass(frozen=True)
class Measured:
    """A figure in its metric's stored unit, with the count behind it and its clustered standard error; None is unknown."""

    value: Decimal | float | int | None
    n: int | None = None
    se: float | None = None


@dataclass(frozen=True)
class KeyRow:
    """A headline figure, by metric key, with what it is compared with, if anything."""

    key: str
    value: Measured
    against: Measured | None = None
    against_name: str = ""


@dataclass(frozen=True)
class TcaRow:
    """One line of the transaction-cost table: a metric for market orders, for limit orders, and for the benchmark."""

    key: str
    market: Measured | None
    limit: Measured | None
    benchmark: Measured | None


@dataclass(frozen=True)
class FrameworkRow:
    """One key metric of the quarterly framework, with the policy's action threshold in words. `reached` None: cannot be judged."""

    component: str
    key: str
    value: Measured
    against: Measured | None
    sources: str
    threshold: str
    reached: bool | None


@dataclass(frozen=True)
class Scorecard:
    """A summary by some dimensions. `table` has the columns `by`, `n`, `shares`, and for each metric key `<key>`, `<key>_n`,
    `<key>_coverage` (a fraction) and `<key>_se`; of these four all but the first may be absent.
    """

    title: str
    by: tuple[str, ...]
    table: pl.DataFrame
    on: Literal["fills", "orders"] = "fills"
    """What `n` counts and whose shares `shares` sums: executed or ordered."""


@dataclass(frozen=True)
class RunFigures:
    """Everything the report says. Frames have the columns named; a frame that is None was not made, and the report says so."""

    firm: str
    first_on: date
    last_on: date
    run_id: str
    policy_version: str
    min_n: int
    """The policy's least count; a figure on fewer prints as too few."""
    metrics: tuple[MetricWords, ...]
    kpis: tuple[KeyRow, ...]
    tca: tuple[TcaRow, ...]
    framework: tuple[FrameworkRow, ...]
    scorecards: tuple[Scorecard, ...]
    excluded: pl.DataFrame
    """reason, fills, shares; also orders and order_shares where orders are left out."""
    grade: pl.DataFrame
    """capability, supports (yes, partly, no, no rows), have, of, lacking; `feed` where it is told by feed."""
    findings: pl.DataFrame
    """check_id, title, severity (high, medium, low, info), count, harm_usd (null where it is not arithmetic on fills)."""
    fills: pl.DataFrame | None = None
    """Measured fills: linked columns and metric columns, the rows of the period."""
    unevaluated: pl.DataFrame | None = None
    alerts: pl.DataFrame | None = None
    completeness: pl.DataFrame | None = None
    verdicts: pl.DataFrame | None = None
    harmed_orders: pl.DataFrame | None = None
    grade_days: pl.DataFrame | None = None
    clocks: pl.DataFrame | None = None
    competing: pl.DataFrame | None = None
    claimed: pl.DataFrame | None = None
    detected: pl.DataFrame | None = None
    standing: pl.DataFrame | None = None
    routed: Mapping[str, pl.DataFrame | None] = field(default_factory=dict)
    """What happened on the routes, by the names of `routed.shown`."""
    reconciled: pl.DataFrame | None = None
    """check_id, title, reason, rows, of_rows."""
    tape: pl.DataFrame | None = None
    """Dimensions, then trades, shares, quoted_spread, effective_spread, at_or_inside."""
    benchmark_name: str = "the tape, same symbols and minutes"
    identity: tuple[tuple[str, str], ...] = ()
    """Inputs, code, policy, definitions: name and hash."""
    notes: tuple[str, ...] = ()
    """Facts a reader must know, such as a file's stated trading date."""
    words: Mapping[str, MetricWords] = field(init=False, repr=False)
    """Metrics of fills and orders by key; those of the tape's trades may share their keys, and their words."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", {metric.key: metric for metric in sorted(self.metrics, key=lambda metric: metric.on != "trades")})
        named = {row.key for rows in (self.kpis, self.tca, self.framework) for row in rows}
        if unknown := sorted(named - self.words.keys()):
            raise ValueError(f"the report names metrics that the registry lacks: {', '.join(unknown)}")
        if unknown := sorted(set(self.findings["severity"]) - set(SEVERITIES)) if "severity" in self.findings.columns else []:
            raise ValueError(f"findings have severities that the report cannot order: {', '.join(unknown)}")
        for name, columns in FRAMES.items():
            _has(name, getattr(self, name), columns)
        for card in self.scorecards:
            _has(f"scorecard {card.title!r}", card.table, (*card.by, "n", "shares"))

    def signed(self, text: str) -> str:
        """A source line: what a table rests on, then the run."""
        return f"{text} Run {self.run_id[:12]}."

    def is_few(self, metric: MetricWords, n: int | None) -> bool:
        """Whether a figure on `n` observations prints as too few."""
        return is_few(metric, self.min_n, n)


AMOUNTS = (SHARES, ORDERS, FILLS, USD)


def is_few(metric: MetricWords, min_n: int, n: int | None) -> bool:
    """Fewer observations than the policy asks for. None at all is unknown, not few; an amount is a fact however few made it."""
    return n is not None and 0 < n < min_n and metric.unit not in AMOUNTS


SEVERITIES = ("high", "medium", "low", "info")
FRAMES = {
    "excluded": ("reason", "fills", "shares"),
    "grade": ("capability", "supports", "have", "of", "lacking"),
    "grade_days": ("day", "feed", "on", "capability", "have", "of", "coarsest_ns"),
    "clocks": ("day", "leg", "first_source", "second_source", "pairs", "early", "least_ns", "apart_ns"),
    "findings": ("check_id", "title", "severity", "count", "harm_usd"),
    "alerts": ("check_id", "title", "severity", "day", "findings", "standing", "is_above"),
    "unevaluated": ("check_id", "title", "reason", "rows", "of_rows"),
    "completeness": ("day", "of", "fed", "measured", "excluded", "apart", "total", "counted_by", "missing", "surplus", "feeds", "unmatched", "state"),
    "reconciled": ("day", "table", "left", "right", "left_rows", "right_rows", "by_id", "by_value", "differing", "only_left", "only_right"),
    "verdicts": ("kind", "subject", "metric", "unit", "n", "clusters", "coverage", "effect", "low", "high", "smallest_visible", "materiality", "dollars",
                 "verdict", "why", "sentence", "is_material", "needs_decision"),
    "harmed_orders": ("key_on", "symbol", "order_id", "n", "shares", "alone_shares", "dollars", "per_share"),
    "competing": ("layout", "order_group", "center", "venue", "is_used", "metric", "better", "ours", "theirs", "difference", "coverage", "broken_lines", "why"),
    "claimed": ("vendor", "metric", "unit", "period_from_on", "period_to_on", "claimed", "ours", "n", "difference", "tolerance", "verdict", "sentence"),
    "detected": ("judgement", "subject", "metric", "day", "effect", "verdict", "sentence"),
    "standing": ("rule", "vendor", "kind", "standing", "tested", "kept", "broken", "cannot_tell"),
    "tape": ("trades", "shares", "quoted_spread", "effective_spread", "at_or_inside"),
}  # fmt: skip


def _has(name: str, frame: pl.DataFrame | None, columns: tuple[str, ...]) -> None:
    if frame is not None and (missing := [column for column in columns if column not in frame.columns]):
        raise ValueError(f"{name} lacks {', '.join(missing)}")
