"""Holds each claimed figure against the firm's own over the same orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from bestexec import metrics
from bestexec.claimed.tolerance import allowed, error_of_sum, half_step
from bestexec.market.sessions import trading_days
from bestexec.market.venues import mic_from_name
from bestexec.metrics.base import Metric, Total
from bestexec.schema import Column, Table
from bestexec.schema.filed import CLAIMED_FIGURES
from bestexec.schema.words import ORDER_TYPES
from bestexec.units import COUNT, FLAG, TEXT
from bestexec.verdicts.base import CANNOT_TELL, STATISTIC, SUPPORTED, rounded

CONTRADICTED = "contradicted"
VERDICTS = (SUPPORTED, CONTRADICTED, CANNOT_TELL)
SIDES = {"buy": 1, "b": 1, "sell": -1, "s": -1}
_NAMED = tuple(column for column in CLAIMED_FIGURES.columns if column.name not in ("metric_as_named", "unit_as_named", "claimed_value", "line"))
CLAIMED = Table(
    "claimed", "One figure of a vendor's own report, beside the same figure of the firm's records.", CLAIMED_FIGURES.key, "",
    (
        *_NAMED,
        Column("claimed", STATISTIC, "as `unit`", "What the vendor states.", required=True),
        Column("ours", STATISTIC, "as `unit`", "The same, recomputed."),
        Column("n", COUNT, "rows", "Rows that ours rests on."),
        Column("difference", STATISTIC, "as `unit`", "Claimed less ours."),
        Column("tolerance", STATISTIC, "as `unit`", "How far an honest figure may lie from ours: rounding, and records that differ a little."),
        Column("is_flattering", FLAG, "", "Whether the difference makes the vendor look better."),
        Column("verdict", TEXT, "", "What is said.", required=True, values=VERDICTS),
        Column("why", TEXT, "", "Why it cannot be told."),
        Column("sentence", TEXT, "", "The same in words.", required=True),
        Column("import_id", TEXT, "", "Import that holds the claim."),
        Column("line", COUNT, "", "Its line there."),
    ),
)  # fmt: skip
Row = Mapping[str, Any]


def held_against(claims: pl.DataFrame, fills: pl.DataFrame, orders: pl.DataFrame, days: Iterable[date], min_n: int) -> pl.DataFrame:
    """CLAIMED rows of `claims` (claimed_figures) against measured `fills` and `orders` of the `days` that were measured.

    Claims of periods without any of these days are left to the run that measures them. A claim whose period was measured in
    part, whose cut the firm cannot make, or that rests on fewer than `min_n` rows cannot be told.
    """
    measured = frozenset(days)
    concerned = [row for row in claims.iter_rows(named=True) if any(row["period_from_on"] <= day <= row["period_to_on"] for day in measured)]
    steps = _steps(concerned)
    rows = [row for group in _by_cut(concerned).values() for row in _of_cut(group, fills, orders, measured, min_n, steps)]
    made = pl.DataFrame([{name: row.get(name) for name in CLAIMED.schema} for row in rows], schema=CLAIMED.schema)
    return rounded(made).sort(*CLAIMED.key, "import_id", "line")


def _steps(rows: Iterable[Row]) -> dict[tuple[str, ...], float]:
    """Half of the last digit in which a report states figures of a metric: the finest that any of them shows."""
    steps: dict[tuple[str, ...], float] = {}
    for row in rows:
        step = half_step(row["claimed_value"], row["unit"], row["unit_as_named"])
        steps[_stated_in(row)] = min(step, steps.get(_stated_in(row), step))
    return steps


def _stated_in(row: Row) -> tuple[str, ...]:
    """The report and the metric: another report of the vendor may be rounded otherwise."""
    return row["import_id"], row["vendor"], row["metric"]


def _by_cut(rows: Iterable[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """Claims of the same orders together, so that these are looked up once."""
    cuts: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        cuts.setdefault(tuple(row[name] for name in CLAIMED_FIGURES.key if name != "metric"), []).append(row)
    return cuts


def _of_cut(
    claims: list[Row], fills: pl.DataFrame, orders: pl.DataFrame, measured: frozenset[date], min_n: int, steps: Mapping[tuple[str, ...], float]
) -> Iterator[Row]:  # fmt: skip
    first = claims[0]
    why = _unlike(first) or _unmeasured(first, measured)
    ours: dict[str, Any] = {}
    if not why:
        for on, rows in (("fills", fills), ("orders", orders)):
            known = {metric.key: metric for metric in metrics.METRICS if metric.on == on}
            if keys := tuple(sorted({row["metric"] for row in claims} & set(known))):
                cut = rows.filter(_cut(first, rows.columns))
                ours |= next(metrics.summarize(cut, (), on, keys=keys).iter_rows(named=True), {})  # type: ignore[arg-type]
                ours |= {f"{key}_se": error_of_sum(known[key], cut) for key in keys if isinstance(known[key].summary, Total)}
    for row in claims:
        metric = next((one for one in metrics.METRICS if one.key == row["metric"] and one.on != "trades"), None)
        yield _held(row, metric, ours, why, min_n, steps[_stated_in(row)])


def _held(row: Row, metric: Metric | None, ours: Row, why: str, min_n: int, step: float) -> Row:
    claimed = float(row["claimed_value"])
    said = {**row, "claimed": claimed}
    if metric is None:
        return _untold(said, f"the firm does not measure {row['metric']} of fills or orders")
    value, n, se = (ours.get(f"{metric.key}{suffix}") for suffix in ("", "_n", "_se"))
    if why or value is None:
        return _untold({**said, "n": n}, why or "none of the firm's orders of that cut shows it")
    if n is not None and n < min_n:
        return _untold({**said, "n": n}, f"it rests on {n:,} rows; the policy's minimum is {min_n:,}")
    tolerance = step + allowed(metric, float(value), float(se or 0.0))
    difference = claimed - float(value)
    is_beyond = abs(difference) > tolerance
    flattering = None if metric.better == "neither" or not is_beyond else (difference < 0) == (metric.better == "lower")
    figures = {"ours": float(value), "difference": difference, "tolerance": tolerance}
    made = {**said, **figures, "n": n, "is_flattering": flattering, "verdict": CONTRADICTED if is_beyond else SUPPORTED}
    return {**made, "sentence": _sentence(made, metric)}


def _untold(row: Row, why: str) -> Row:
    return {**row, "verdict": CANNOT_TELL, "why": why, "sentence": f"{_claim(row)} cannot be told: {why}."}


def _sentence(row: Row, metric: Metric) -> str:
    beyond = f"{'beyond' if row['verdict'] == CONTRADICTED else 'within'} the tolerance of {row['tolerance']:.4g}"
    side = {True: ", in the vendor's favor", False: ", against the vendor's own interest", None: ""}[row["is_flattering"]]
    return f"{_claim(row)}; the firm's own records of the same orders show {row['ours']:.6g} (n {row['n']:,}): {row['difference']:+.4g}, {beyond}{side}."


def _claim(row: Row) -> str:
    cut = [f"{name.replace('_', ' ')} {row[name]}" for name in ("venue", "symbol", "order_type", "size_group", "side") if row[name]]
    return (
        f"{row['vendor']} states {row['metric']} of {row['claimed']:.6g} {row['unit']} for {row['period_from_on']} to {row['period_to_on']}"
        f"{', ' + ', '.join(cut) if cut else ''}"
    )


def _unlike(row: Row) -> str:
    """Why the firm cannot make the same cut; empty where it can."""
    if row["size_group"]:
        return f"the vendor's size group {row['size_group']} is none of the firm's"
    if row["order_type"] and _plain(row["order_type"]) not in ORDER_TYPES:
        return f"order type {row['order_type']} is none of {', '.join(ORDER_TYPES)}"
    if row["side"] and row["side"].lower() not in SIDES:
        return f"side {row['side']} is neither buy nor sell"
    return f"venue {row['venue']} is not known" if row["venue"] and mic_from_name(row["venue"]) is None else ""


def _unmeasured(row: Row, measured: frozenset[date]) -> str:
    """Why the period cannot be judged; empty where every trading day of it was measured."""
    wanted = trading_days(row["period_from_on"], row["period_to_on"])
    lacking = [day for day in wanted if day not in measured]
    return f"{len(lacking)} of its {len(wanted)} trading days are not in the run, the first {lacking[0]}" if lacking else ""


def _cut(row: Row, columns: Iterable[str]) -> pl.Expr:
    """The vendor's rows of the period and of what the claim is limited to; orders have no one venue, so such a claim finds none of them."""
    terms = [pl.col("vendor") == row["vendor"], pl.col("day").is_between(row["period_from_on"], row["period_to_on"])]
    if row["symbol"]:
        terms.append(pl.col("symbol") == row["symbol"])
    if row["order_type"]:
        terms.append(pl.col("order_type") == _plain(row["order_type"]))
    if row["side"]:
        terms.append(pl.col("side") == SIDES[row["side"].lower()])
    if row["venue"]:
        terms.append(pl.col("venue") == mic_from_name(row["venue"]) if "venue" in columns else pl.lit(False))
    return pl.all_horizontal(terms)


def _plain(name: str) -> str:
    return "_".join(name.lower().replace("-", " ").replace("_", " ").split())
