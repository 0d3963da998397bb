"""The scorecard's sheets: the quarterly framework, the transaction-cost table, and figures by any dimension, each number with its way to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from bestexec import BENCHMARK, METRICS, Cell, Measured, Metric, figure_alone, figure_beside, is_few
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import APART, BY_NAME, TIMES
from oversight.measured.figures import MOST_GROUPS, MOST_KEYS, Grouped
from oversight.measured.scope import Scope, dimension_named
from oversight.measured.sources import Sources
from oversight.sheets import Column, Row, Sheet

MARKET, LIMIT = ("MXXNN",), ("LYNNN", "LYNYN", "LNYNN", "LNYYN", "LNNNN", "LNNYN")
TIMED = ("mean_receipt_to_route", "mean_time_to_execution")
"""Times that the framework shows of market orders alone."""
FEW = "too few"
STATES = {True: "reached", False: "not reached", None: "not judged"}
SHOWN = tuple(metric for metric in METRICS if metric.on != "trades")


def orders_link(scope: Scope, key: str) -> str:
    """The list of the rows behind a figure, filtered as the figure is."""
    return reverse("desk:orders") + scope.query(metric=key)


def framework(sources: Sources, scope: Scope) -> Sheet:
    """The quarterly review framework of the scope."""
    made = figures.tables(sources, scope)
    columns = (
        Column("component", "Component"), Column("metric", "Key metric"), Column("value", "Value", kind="number"), Column("n", "n", kind="count"),
        Column("benchmark", "Tape", kind="number"), Column("state", "Action threshold is", kind="tag"), Column("threshold", "Action threshold"),
        Column("sources", "Sources"), Column("se", "Standard error", kind="number", is_for_files=True),
    )  # fmt: skip
    rows = []
    for line in made.framework:
        metric = figures.metric(line.key)
        of = scope.having("order_class", *MARKET) if line.key in TIMED else scope
        title = f"{metric.title}, market orders" if line.key in TIMED else metric.title
        cells = (
            line.component, title, _cell(metric, line.value, made.min_n), line.value.n, _plain(metric, line.against), STATES[line.reached], line.threshold,
            line.sources, _error(metric, line.value),
        )  # fmt: skip
        link = orders_link(of, line.key)
        rows.append(Row(cells, {"value": link, "n": link}, line.key, "attention" if line.reached else ""))
    return Sheet("framework", "Quarterly review framework", columns, tuple(rows), runs_of(sources, scope), rests(sources, scope, made.min_n))


def costs(sources: Sources, scope: Scope) -> Sheet:
    """The transaction-cost table of the scope, each line with a sentence made from its figures."""
    made = figures.tables(sources, scope)
    columns = (
        Column("metric", "Metric"), Column("market", "Market orders", kind="number"), Column("market_n", "n", kind="count"),
        Column("limit", "Limit orders", kind="number"), Column("limit_n", "n", kind="count"), Column("benchmark", "Industry: the tape", kind="number"),
        Column("benchmark_n", "Trades", kind="count"), Column("analysis", "Analysis", kind="words"),
        Column("market_se", "Market orders, standard error", kind="number", is_for_files=True),
        Column("limit_se", "Limit orders, standard error", kind="number", is_for_files=True),
    )  # fmt: skip
    rows = []
    for line in made.tca:
        metric = figures.metric(line.key)
        market, limit = (orders_link(scope.having("order_class", *kind), line.key) for kind in (MARKET, LIMIT))
        cells = (
            metric.title, _cell(metric, line.market, made.min_n), line.market and line.market.n, _cell(metric, line.limit, made.min_n),
            line.limit and line.limit.n, _plain(metric, line.benchmark), line.benchmark and line.benchmark.n, analysis(metric, line, made.min_n),
            _error(metric, line.market), _error(metric, line.limit),
        )  # fmt: skip
        tape = reverse("desk:venues") + scope.query()
        links = {"market": market, "market_n": market, "limit": limit, "limit_n": limit, "benchmark": tape}
        rows.append(Row(cells, {name: link for name, link in links.items() if getattr(line, name.removesuffix("_n")) is not None}, line.key))
    source = f"Industry benchmark: {BENCHMARK}. {rests(sources, scope, made.min_n)}"
    return Sheet("transaction-costs", "Transaction costs against the tape", columns, tuple(rows), runs_of(sources, scope), source)


def analysis(metric: Metric, line: Any, min_n: int) -> str:
    """What the figures of a line say, and nothing else."""
    sides = [(name, value) for name, value in (("market orders", line.market), ("limit orders", line.limit)) if value is not None]
    if line.benchmark is None:
        alone = "".join(f" {name.capitalize()}: {figure_alone(metric, min_n, value)}." for name, value in sides if value.value is not None)
        return f"The tape says nothing of it.{alone}"
    return " ".join(f"{name.capitalize()}: {figure_beside(metric, min_n, value, line.benchmark, 'the tape')}." for name, value in sides)


def by_dimension(sources: Sources, scope: Scope, by: Sequence[str], keys: Sequence[str], *, compared: bool = False) -> Sheet:
    """Figures of `keys` by up to two dimensions; `compared` sets the period of the same length just before beside them."""
    made = figures.grouped(sources, scope, by, keys)
    before = figures.grouped(sources, scope.before, by, keys) if compared else None
    held = {tuple(values.values()): row for row, values in _groups(before)} if before else {}
    is_over_time = any(name in TIMES for name in by)
    groups = list(_groups(made))
    groups.sort(key=lambda pair: (0 if is_over_time else -_size(pair[0]), *(str(value) for value in pair[1].values())))
    columns = [*(Column(name, BY_NAME[name].title) for name in by), Column("orders", "Orders", kind="count"), Column("fills", "Fills", kind="count")]
    for key in keys:
        columns += _columns(key, compared=compared)
    rows = [_row(scope.cut(by), made, row, values, held.get(tuple(values.values())) if compared else None, compared=compared) for row, values in groups]
    title = " and ".join(BY_NAME[name].title.lower() for name in by)
    source = rests(sources, scope.cut(by), made.min_n)
    if compared:
        source = (
            f"Before: {scope.before.first} to {scope.before.last}. Differences are plain subtractions; "
            f"whether one is material is for verdicts, which come later. {source}"
        )
    return Sheet(f"by-{'-'.join(by)}", f"By {title}", tuple(columns), tuple(rows[:MOST_GROUPS]), runs_of(sources, scope), source, "No rows in this scope.")


def cut_by(text: str) -> tuple[str, ...]:
    """Up to two dimensions named in an address. Raises Refusal for others."""
    names = tuple(dict.fromkeys(filter(None, text.split(","))))
    if len(names) > 2:
        raise Refusal("Figures are cut by at most two dimensions at once; filter by the others.")
    return tuple(dimension_named(name).name for name in names)


def keys_in(text: str) -> tuple[str, ...]:
    """The metrics named in an address, or the usual ones. Raises Refusal for an unknown one, or for more than fit."""
    keys = tuple(dict.fromkeys(filter(None, text.split(","))))
    if len(keys) > MOST_KEYS:
        raise Refusal(f"At most {MOST_KEYS} metrics stand side by side; {len(keys)} were asked for.")
    return tuple(figures.metric(key).key for key in keys) or figures.DEFAULT_KEYS


def left_out(sources: Sources, scope: Scope) -> Sheet:
    """What takes no part in the measures that need a quote, by reason, each with its way to the orders."""
    columns = (
        Column("reason", "Left out because"), Column("orders", "Orders", kind="count"), Column("fills", "Fills", kind="count"),
        Column("shares", "Executed shares", figures.unit_named("shares")),
    )  # fmt: skip
    rows = []
    for row in figures.left_out(sources, scope).iter_rows(named=True):
        of = scope.having("excluded", row["reason"])
        rows.append(
            Row(
                (row["reason"], row["orders"] or 0, row["fills"] or 0, row["shares"]),
                {"orders": reverse("desk:orders") + of.query(), "fills": reverse("desk:orders") + of.query(list="fills")},
            )
        )
    counts = figures.counts(sources, scope)
    source = f"Of {counts['orders']:,} orders and {counts['fills']:,} fills in the scope. They stay in counts and in measures that need no quote."
    return Sheet(
        "left-out", "Left out of measures that need a quote", columns, tuple(rows), runs_of(sources, scope), source, "Nothing was left out in this scope."
    )


def flows(sources: Sources, scope: Scope) -> Sheet:
    """Every kind of flow in the period, kept apart, each with the way to its scorecard."""
    columns = (*(Column(apart.name, apart.title) for apart in APART), Column("orders", "Orders", kind="count"), Column("left_out", "Left out", kind="count"))
    rows = []
    for row in figures.flows(sources, scope).iter_rows(named=True):
        of = scope
        for apart in APART:
            of = of.having(apart.name, apart.written(row[apart.column]))
        cells = (*(apart.said(row[apart.column]) for apart in APART), row["orders"], row["left_out"])
        rows.append(Row(cells, {APART[0].name: reverse("desk:scorecard") + of.query(), "orders": reverse("desk:orders") + of.query()}))
    return Sheet("flows", "Every kind of flow in this period, kept apart", columns, tuple(rows), runs_of(sources, scope), "Orders by trading day of receipt.")


def _columns(key: str, *, compared: bool) -> list[Column]:
    metric = figures.metric(key)
    before = [Column(f"{key}_before", "Before", metric.unit), Column(f"{key}_change", "Change", metric.unit)] if compared else []
    return [
        Column(key, metric.title, metric.unit), Column(f"{key}_n", "n", kind="count"), *before,
        Column(f"{key}_se", f"{metric.title}, standard error", metric.unit, is_for_files=True),
        Column(f"{key}_coverage", f"{metric.title}, coverage", figures.unit_named("fraction, printed as percent"), is_for_files=True),
    ]  # fmt: skip


def _row(scope: Scope, made: Grouped, row: Mapping[str, Any], values: dict[str, Any], before: Mapping[str, Any] | None, *, compared: bool) -> Row:
    of = scope.narrowed(values)
    cells: list[Any] = [*(BY_NAME[name].said(value) for name, value in values.items()), row.get("orders"), row.get("fills")]
    links = {"orders": reverse("desk:orders") + of.query(), "fills": reverse("desk:orders") + of.query(list="fills")}
    for key in made.keys:
        value, n = row.get(key), row.get(f"{key}_n")
        is_too_few = value is None and is_few(figures.metric(key), made.min_n, n)
        cells += [FEW if is_too_few else value, n]
        if compared:
            then = before.get(key) if before else None
            cells += [then, float(value) - float(then) if value is not None and then is not None else None]
        cells += [row.get(f"{key}_se"), row.get(f"{key}_coverage")]
        if n:
            links |= {key: orders_link(of, key), f"{key}_n": orders_link(of, key)}
    return Row(tuple(cells), links)


def _groups(made: Grouped) -> list[tuple[Mapping[str, Any], dict[str, Any]]]:
    return [(row, figures.values_of(made, row)) for row in made.rows.iter_rows(named=True)]


def _size(row: Mapping[str, Any]) -> float:
    return float(row.get("shares") or row.get("order_shares") or 0)


def _cell(metric: Metric, value: Measured | None, min_n: int) -> Cell | str | None:
    if value is None:
        return None
    return FEW if is_few(metric, min_n, value.n) else Cell(value.value, metric.unit)


def _plain(metric: Metric, value: Measured | None) -> Cell | None:
    return Cell(value.value, metric.unit) if value else None


def _error(metric: Metric, value: Measured | None) -> Cell | None:
    return Cell(value.se, metric.unit) if value and value.se is not None else None


def runs_of(sources: Sources, scope: Scope) -> tuple[str, ...]:
    """The runs behind a scope."""
    return sources.during(scope.first, scope.last).ids


def rests(sources: Sources, scope: Scope, min_n: int) -> str:
    """What a sheet rests on, in words: period, flow, filters, policy."""
    filters = f"; {scope.words}" if scope.words else ""
    return (
        f"{scope.first} to {scope.last}. Flow: {scope.flow}{filters}. Policy {sources.policy.version}; “{FEW}” below {min_n} observations. "
        "A positive cost is bad for the customer."
    )
