"""A sealed run's figures, gathered for the report, and the report's three files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from bestexec import metrics, policy
from bestexec.competing import EVERY_CENTER
from bestexec.linking.columns import KEPT_APART
from bestexec.report import html, pdf, quality, xlsx
from bestexec.report.blocks import Pack
from bestexec.report.run_figures import FrameworkRow, KeyRow, Measured, RunFigures, Scorecard, TcaRow
from bestexec.routed.shown import SHOWN
from bestexec.runs import Run
from bestexec.scorecards import scorecard_rows
from bestexec.units import NS_PER_MS

Progress = Callable[[str, int, int], None]
KPIS = ("effective_over_quoted", "net_price_improvement", "at_or_inside", "median_time_to_first_fill", "fill_rate_orders", "reversion_1min")
TCA = ("net_price_improvement", "effective_over_quoted", "mean_time_to_execution", "limit_fill_rate_orders", "reversion_1min")
LIMIT_ONLY, MARKET_ONLY = frozenset({"limit_fill_rate_orders"}), frozenset({"mean_time_to_execution"})
CARDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("By vendor", ("vendor",)),
    ("By venue", ("venue",)),
    ("By vendor and week", ("vendor", "week")),
    ("By order class", ("order_class",)),
    ("By vendor and symbol liquidity", ("vendor", "liquidity_class")),
)
"""Title and dimensions of the scorecards within SCOPE."""
TIMED = frozenset({"mean_receipt_to_route", "mean_time_to_execution"})
"""Times that the framework shows of market orders alone: a resting order waits because its customer asked it to."""
IS_MARKET = pl.col("order_class") == "MXXNN"
IS_LIMIT = pl.col("order_class").is_in(["LYNNN", "LYNYN", "LNYNN", "LNYYN", "LNNNN", "LNNYN"])
"""By Rule 605's classes, so that what waited for the open, for a trigger or for an auction is in neither."""
APART = ("Every kind of flow, kept apart", ("customer_class", "is_held", "is_directed", "session", "asset_class"))
SCOPE = (pl.col("customer_class").fill_null("retail") == "retail") & pl.col("is_held").fill_null(True) & ~pl.col("is_directed").fill_null(False)


@dataclass(frozen=True)
class Component:
    """One line of the quarterly review framework: the metric, where it comes from, and the policy's threshold for it."""

    component: str
    key: str
    sources: str
    limit: str
    words: str
    reached: Callable[[Decimal, Decimal], bool]


def _above(value: Decimal, limit: Decimal) -> bool:
    return value > limit


def _below(value: Decimal, limit: Decimal) -> bool:
    return value < limit


def _above_ms(value: Decimal, limit: Decimal) -> bool:
    """A time in nanoseconds against a limit in milliseconds."""
    return value > limit * NS_PER_MS


FRAMEWORK = (
    Component("Price improvement", "effective_over_quoted", "fills, quotes", "max_eq", "E/Q above {limit}", _above),
    Component("Price improvement", "net_price_improvement", "fills, quotes", "", "judged against a benchmark, by verdicts", _above),
    Component("Execution speed", "mean_receipt_to_route", "order and route clocks", "max_receipt_to_route_ms", "the firm's leg above {limit} ms", _above_ms),
    Component("Execution speed", "mean_time_to_execution", "order and fill clocks", "", "by order class and size, in the checks", _above),
    Component("Fill rates", "marketable_fill_rate", "orders, fills", "min_marketable_fill_rate", "below {limit}", _below),
    Component("Fill rates", "limit_fill_rate_orders", "orders, fills", "min_limit_fill_rate", "below {limit}", _below),
    Component("Venue analysis", "venue_concentration", "fills", "max_hhi", "Herfindahl–Hirschman index above {limit}", _above),
)
"""The quarterly review framework; thresholds are the policy's. One without a limit is shown and not judged."""


def write_report(run: Run, folder: Path, progress: Progress = lambda what, done, of: None) -> tuple[Path, ...]:
    """Write the run's report to `folder` as `execution-quality-<run>.pdf`, `.html` and `.xlsx`; the same run gives the same bytes."""
    progress("gathering figures", 0, 4)
    pack = quality.assemble(figures(run))
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"execution-quality-{run.id[:12]}"
    written = []
    for done, (suffix, render) in enumerate(RENDERERS.items(), 1):
        progress(f"drawing the {suffix}", done, 4)
        path = folder / f"{stem}.{suffix}"
        part = path.with_suffix(f".{suffix}.part")
        part.write_bytes(render(pack))
        part.rename(path)
        written.append(path)
    return tuple(written)


RENDERERS: Mapping[str, Callable[[Pack], bytes]] = {"html": lambda pack: html.render(pack).encode(), "xlsx": xlsx.render, "pdf": pdf.render}


def _if_made(run: Run, name: str) -> pl.DataFrame | None:
    """A table that runs sealed before it was invented do not have."""
    return run.table(name) if f"{name}.parquet" in run.manifest["outputs"] else None


def figures(run: Run) -> RunFigures:
    """Everything the report says of `run`. Headline figures are of held, non-directed retail flow; other cards keep all apart."""
    limits = policy.sealed(run.folder / "policy")
    every = (run.table("fills"), run.table("orders"))
    retail = (every[0].filter(SCOPE), every[1].filter(SCOPE))
    min_n = int(limits.limit("min_n"))
    days = [date.fromisoformat(day) for day in run.manifest["days"]]
    whole, market, limit = (_one(retail[0].filter(kind), retail[1].filter(kind)) for kind in (pl.lit(True), IS_MARKET, IS_LIMIT))
    benchmark, benchmark_name = _benchmark(run, retail[0])
    return RunFigures(
        firm=", ".join(run.manifest["firm"]), first_on=days[0], last_on=days[-1], run_id=run.id,
        policy_version=limits.version, min_n=min_n, metrics=metrics.METRICS,
        kpis=tuple(KeyRow(key, whole[key], benchmark.get(key), "the tape" if key in benchmark else "") for key in KPIS),
        tca=_tca(market, limit, benchmark), framework=_framework_rows(whole, market, benchmark, limits, min_n, days[-1]),
        scorecards=(*(_card(*retail, title, by, min_n) for title, by in CARDS), _card(*every, *APART, min_n)),
        excluded=run.table("excluded"), grade=run.table("grade"), findings=_by_check(run.table("findings")), fills=retail[0],
        unevaluated=run.table("not_evaluated"), alerts=_if_made(run, "alerts"), completeness=_if_made(run, "completeness"),
        reconciled=_if_made(run, "reconciled"),
        verdicts=_if_made(run, "verdicts"), harmed_orders=_if_made(run, "harmed_orders"), competing=_if_made(run, "competing"),
        grade_days=_if_made(run, "grade_days"),
        clocks=_if_made(run, "clocks"), claimed=_if_made(run, "claimed"),
        detected=_if_made(run, "detected"), standing=_if_made(run, "standing"), routed={one.name: _if_made(run, one.name) for one in SHOWN},
        tape=_tape_by_venue(run.table("tape_venues")), benchmark_name=benchmark_name, identity=_identity(run),
        notes=(SCOPE_WORDS, *sorted({note for item in run.manifest["inputs"].values() for note in item["notes"]})),
    )  # fmt: skip


BENCHMARK = "the tape's own trades in the same symbols, days and hours, weighted by the firm's executed shares"
SCOPE_WORDS = (
    "The figures are of held, non-directed retail orders, those in the framework's times of market orders alone; "
    "what a feed does not say is taken as such. One scorecard shows every kind of flow, kept apart."
)


@dataclass(frozen=True)
class TwoTables:
    """The transaction-cost table and the quarterly framework over some fills and orders, with the policy's least count."""

    tca: tuple[TcaRow, ...]
    framework: tuple[FrameworkRow, ...]
    min_n: int


TWO_TABLES = tuple(dict.fromkeys([*TCA, *(part.key for part in FRAMEWORK)]))
"""Keys of the metrics in the two tables."""


def two_tables(fills: pl.DataFrame, orders: pl.DataFrame, tape: pl.DataFrame, limits: policy.Policy, on: date) -> TwoTables:
    """The two tables over measured `fills` and `orders` of one flow, `tape` (a run's output) beside them; thresholds as of `on`."""
    of_market = {key for key in TWO_TABLES if key not in LIMIT_ONLY and (key in TCA or key in TIMED)}
    of_limit = {key for key in TCA if key not in MARKET_ONLY}
    of_whole = {part.key for part in FRAMEWORK} - TIMED
    wanted = ((pl.lit(True), of_whole), (IS_MARKET, of_market), (IS_LIMIT, of_limit))
    whole, market, limit = (_one(fills.filter(kind), orders.filter(kind), keys) for kind, keys in wanted)
    benchmark, min_n = _tape_benchmark(tape, fills), int(limits.limit("min_n"))
    return TwoTables(_tca(market, limit, benchmark), _framework_rows(whole, market, benchmark, limits, min_n, on), min_n)


def _tca(market: Mapping[str, Measured], limit: Mapping[str, Measured], benchmark: Mapping[str, Measured]) -> tuple[TcaRow, ...]:
    return tuple(TcaRow(key, None if key in LIMIT_ONLY else market[key], None if key in MARKET_ONLY else limit[key], benchmark.get(key)) for key in TCA)


def _framework_rows(
    whole: Mapping[str, Measured], market: Mapping[str, Measured], benchmark: Mapping[str, Measured], limits: policy.Policy, min_n: int, on: date
) -> tuple[FrameworkRow, ...]:  # fmt: skip
    return tuple(_framework(part, market if part.key in TIMED else whole, benchmark, limits, min_n, on) for part in FRAMEWORK)


def _one(fills: pl.DataFrame, orders: pl.DataFrame, keys: Collection[str] | None = None) -> Mapping[str, Measured]:
    """Metrics over all the rows by key: every one, or those of `keys`."""
    row: dict[str, Any] = {}
    wanted = [metric for metric in metrics.METRICS if metric.on != "trades" and (keys is None or metric.key in keys)]
    for rows, on in ((fills, "fills"), (orders, "orders")):
        if of_table := tuple(metric.key for metric in wanted if metric.on == on):
            row |= next(metrics.summarize(rows, (), on, keys=of_table).iter_rows(named=True), {})  # type: ignore[arg-type]  # a table's name
    return {metric.key: Measured(row.get(metric.key), row.get(f"{metric.key}_n"), row.get(f"{metric.key}_se")) for metric in wanted}


def _card(fills: pl.DataFrame, orders: pl.DataFrame, title: str, by: tuple[str, ...], min_n: int) -> Scorecard:
    rows, dimensions = scorecard_rows(fills, orders, by, pool=[name for name in KEPT_APART if name not in by], min_n=min_n)
    return Scorecard(title, dimensions, rows.rename({"fills": "n"}))


def _framework(
    part: Component, figures: Mapping[str, Measured], benchmark: Mapping[str, Measured], limits: policy.Policy, min_n: int, on: date
) -> FrameworkRow:  # fmt: skip
    value, against = figures[part.key], benchmark.get(part.key)
    if not part.limit:
        return FrameworkRow(part.component, part.key, value, against, part.sources, part.words, None)
    limit = limits.limit(part.limit, on)
    is_known = value.value is not None and (value.n or 0) >= min_n
    reached = part.reached(Decimal(str(value.value)), limit) if is_known else None
    return FrameworkRow(part.component, part.key, value, against, part.sources, part.words.format(limit=f"{limit.normalize():f}"), reached)


def _tape_benchmark(tape: pl.DataFrame, fills: pl.DataFrame) -> dict[str, Measured]:
    """The tape's own figures in the firm's mix: each symbol, day and hour weighted by the shares that the firm executed in it."""
    firm = fills.filter(pl.col("excluded").is_null()).group_by("day", "symbol", "hour").agg(weight=pl.col("fill_qty").sum().cast(pl.Float64))
    both = firm.join(tape.filter(pl.col("quoted_spread").is_not_null()), on=["day", "symbol", "hour"]).sort("day", "symbol", "hour")
    if both.is_empty():
        return {}
    sums = both.select(
        paid=(pl.col("effective_spread") * pl.col("weight")).sum(), asked=(pl.col("quoted_spread") * pl.col("weight")).sum(),
        inside=(pl.col("at_or_inside") * pl.col("weight")).sum(), weight=pl.col("weight").sum(), trades=pl.col("trades").sum(),
    ).row(0, named=True)  # fmt: skip
    return {
        "effective_over_quoted": Measured(sums["paid"] / sums["asked"] if sums["asked"] else None, sums["trades"]),
        "at_or_inside": Measured(sums["inside"] / sums["weight"], sums["trades"]),
    }


def _benchmark(run: Run, fills: pl.DataFrame) -> tuple[dict[str, Measured], str]:
    """The industry's figures by metric, and where they come from: what market centers published, over the firm's mix; else the tape."""
    return benchmark_of(_tape_benchmark(run.table("tape"), fills), _if_made(run, "competing"))


def benchmark_of(tape: Mapping[str, Measured], competing: pl.DataFrame | None) -> tuple[dict[str, Measured], str]:
    """Figures by metric, and where they come from: published ones where there are any, the tape's for the rest."""
    published = _published_benchmark(competing)
    if not published:
        return dict(tape), BENCHMARK
    titles = {metric.key: metric.title for metric in metrics.METRICS if metric.on != "trades"}
    named = ", ".join(titles[key] for key in TCA if key in published)
    rest = f"; of other measures {BENCHMARK}" if tape.keys() - published.keys() else ""
    return {**tape, **published}, f"{PUBLISHED} ({named}){rest}"


PUBLISHED = "every market center's published Rule 605 report of the same months, weighted by the firm's own mix of symbols, order types and sizes"


def _published_benchmark(competing: pl.DataFrame | None) -> dict[str, Measured]:
    """Of the amended layout: market orders' figures, and limit orders' fill rate. Rule 605 does not say how sure they are."""
    if competing is None:
        return {}
    every = competing.filter(pl.col("layout") == "amended", pl.col("center") == EVERY_CENTER, pl.col("theirs").is_not_null())
    wanted = [(row, "limit" if row["metric"] in LIMIT_ONLY else "market") for row in every.iter_rows(named=True)]
    return {row["metric"]: Measured(row["theirs"], int(row["their_shares"])) for row, group in wanted if row["order_group"] == group}


def _tape_by_venue(tape: pl.DataFrame) -> pl.DataFrame | None:
    if tape.is_empty():
        return None
    names = ("quoted_spread", "effective_spread", "at_or_inside")
    known = tape.filter(pl.col("quoted_spread").is_not_null()).sort("day", "venue")
    means = [((pl.col(name) * pl.col("shares")).sum() / pl.col("shares").sum()).alias(name) for name in names]
    return known.group_by("venue", maintain_order=True).agg(pl.col("trades").sum(), pl.col("shares").sum(), *means)


def _by_check(found: pl.DataFrame) -> pl.DataFrame:
    """Findings counted by check, the worst and the most first."""
    rank = pl.col("severity").replace_strict({"high": 0, "medium": 1, "low": 2, "info": 3}, return_dtype=pl.Int64)
    harm = pl.when(pl.col("harm_usd").is_not_null().any()).then(pl.col("harm_usd").sum())
    counted = found.group_by("check_id", "title", "severity").agg(count=pl.len().cast(pl.Int64), harm_usd=harm)
    return counted.sort(rank, pl.col("count"), "check_id", descending=[False, True, False])


def _identity(run: Run) -> tuple[tuple[str, str], ...]:
    """What the run was made of and with; its inputs one by one are in run.json."""
    manifest = run.manifest
    files = [file["sha256"] for item in manifest["inputs"].values() for file in item["files"]]
    inputs = hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()
    return (
        ("run", run.id), (f"{len(files):,} input files, hash of their hashes", inputs), ("policy", manifest["policy"]["sha256"]),
        ("metric definitions", manifest["definitions"]["metrics"]), ("check definitions", manifest["definitions"]["checks"]),
        ("source code", manifest["code"]["source"]), ("pinned packages", manifest["code"]["constraints"] or "not found"),
    )  # fmt: skip
