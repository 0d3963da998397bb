"""Figures by any dimension, what was left out of them, orders, and one order with all that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl
from django.http import HttpRequest
from ninja import Field, Query, Schema
from ninja.errors import HttpError

from bestexec import Problem
from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import ColumnSaid, Page, Table
from oversight.desk import coverage, inspector, venues
from oversight.desk import scorecard as pages
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import BY_NAME, DIMENSIONS
from oversight.measured.scope import Scope, dimension_named, parse, period_of
from oversight.measured.sources import Sources, all_in_force

NOT_SAID = ("account", "account_key")
"""What stands for a customer is not told to programs."""
OF_ORDERS = (
    "day", "key_on", "order_id", "symbol", "side", "vendor", "order_type", "order_class", "tif", "session", "customer_class", "is_held", "is_directed",
    "order_qty", "filled_qty", "limit_px", "received_at", "first_routed_at", "last_filled_at", "end_reason", "fills", "routes", "excluded",
)  # fmt: skip
FILTERS = f"Filters by dimension: {', '.join(BY_NAME)}; several values with commas. What is kept apart by rule is the default flow unless named or pooled."


class Period(Schema):
    """The period; the last quarter where none is named. Any dimension is a filter, too: `vendor=`, `symbol=`."""

    first: str = Field("", description="first trading date")
    last: str = Field("", description="last trading date")
    pool: str = Field("", description="dimensions to hold together though they are kept apart, with commas")
    vendor: str = Field("", description=FILTERS)
    symbol: str = ""


class Named(Schema):
    """The names that figures are asked by."""

    dimensions: list[dict[str, Any]]
    metrics: list[dict[str, Any]]


class OrderSaid(Schema):
    """One order in one sealed run: what it was, its fills, routes and events with their source lines, the checks asked of it, its exceptions."""

    run: str
    sentence: str
    order: dict[str, Any] | None
    fills: list[dict[str, Any]]
    routes: list[dict[str, Any]] | None
    events: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    findings: list[int]


def names(request: HttpRequest) -> Named:
    """The dimensions and the metrics there are, with their units."""
    dimensions = [{"name": one.name, "title": one.title, "values": list(one.values), "default": one.default, "on": list(one.on)} for one in DIMENSIONS]
    metrics = [{"key": one.key, "title": one.title, "unit": one.unit.symbol, "on": one.on, "better": one.better} for one in figures.BY_KEY.values()]
    return Named(dimensions=dimensions, metrics=metrics)


def scorecard(request: HttpRequest, period: Query[Period], page: Query[Page], by: str = "vendor", metrics: str = "price_improvement") -> Table:
    """Figures of some metrics in each group: value, count, coverage, standard error."""
    sources, scope = _asked(request)
    cuts = tuple(dimension_named(name).name for name in _words(by))
    keys = tuple(figures.metric(key).key for key in _words(metrics))
    if not keys or len(keys) > figures.MOST_KEYS:
        raise Refusal(f"Name from one to {figures.MOST_KEYS} metrics.")
    made = figures.grouped(sources, scope, cuts, keys)
    columns = [said.column_of(name, BY_NAME[name].title) for name in cuts]
    columns += [said.column_of(key, figures.metric(key).title, figures.unit_of(key)) for key in keys]
    columns += [said.column_of(f"{key}{part}", f"{figures.metric(key).title}, {title}") for key in keys for part, title in PARTS.items()]
    figured = [name for name in made.rows.columns if name.removesuffix("_n").removesuffix("_coverage").removesuffix("_se") in keys]
    rows = [
        {**{name: BY_NAME[name].written(row[BY_NAME[name].column]) for name in cuts}, **{name: said.value(row[name]) for name in figured}}
        for row in made.rows.slice(page.offset, page.limit).iter_rows(named=True)
    ]
    source = f"{scope.flow}; {scope.first} to {scope.last}. Figures of fewer than {made.min_n} are few: read them with their count."
    return _table(request, page, "scorecard", "Figures by group", columns, rows, made.rows.height, _runs(sources, scope), source)


def left_out(request: HttpRequest, period: Query[Period]) -> Table:
    """What takes no part in measures that need a quote, by reason."""
    sources, scope = _asked(request)
    frame = figures.left_out(sources, scope)
    columns = [said.column_of(name, name.replace("_", " ")) for name in frame.columns]
    return _table(request, None, "left-out", "Left out", columns, _rows(frame), frame.height, _runs(sources, scope), scope.flow)


def orders(request: HttpRequest, period: Query[Period], page: Query[Page]) -> Table:
    """The orders of the period, the latest first."""
    sources, scope = _asked(request)
    frame = figures.listed(sources, scope, "orders", OF_ORDERS)
    shown = frame.slice(page.offset, page.limit).select([name for name in (*OF_ORDERS, "run_id") if name in frame.columns])
    columns = [said.column_of(name, name.replace("_", " ")) for name in shown.columns]
    return _table(request, page, "orders", "Orders", columns, _rows(shown), frame.height, _runs(sources, scope), scope.flow)


def order(request: HttpRequest, key_on: date, symbol: str, order_id: str, run: str = "") -> OrderSaid:
    """One order: by the trading date of its receipt, its symbol and its id; in the run in force, or the one named."""
    try:
        shown = inspector.shown(key_on, symbol, order_id, run)
    except Problem as problem:
        raise HttpError(404, str(problem)) from problem
    life = shown.life
    events = [
        {"at": said.instant(one.at), "kind": one.kind, "words": one.words, "venue": one.venue, "px": said.value(one.px), "qty": said.value(one.qty)}
        for one in life.events
    ]
    checks = [
        {"check": one.check.id, "title": one.check.title, "state": one.state, "rows": one.rows, "failed": one.failed, "why": one.why} for one in shown.judged
    ]
    return OrderSaid(
        run=shown.run.id, sentence=shown.sentence, order=_row(life.order) if life.order else None, fills=_rows(life.fills),
        routes=None if life.routes is None else _rows(life.routes), events=events, checks=checks, findings=[finding.pk for finding in shown.findings],
    )  # fmt: skip


def framework(request: HttpRequest, period: Query[Period]) -> Table:
    """The quarterly review framework: each key metric beside the tape and the policy's action threshold."""
    return said.table(request, pages.framework(*_asked(request)))


def costs(request: HttpRequest, period: Query[Period]) -> Table:
    """Transaction costs of market and of limit orders beside the tape."""
    return said.table(request, pages.costs(*_asked(request)))


def of_venues(request: HttpRequest, period: Query[Period]) -> Table:
    """Each venue's share beside the quality there; whether it pays stands beside, outside any score."""
    return said.table(request, venues.of_scope(*_asked(request))[0])


def ledger(request: HttpRequest, period: Query[Period], page: Query[Page]) -> Table:
    """The coverage ledger: control total = measured + left out + missing, by day, session and customers."""
    return said.table(request, coverage.ledger(*_asked(request)).by_day, page)


def grade(request: HttpRequest, period: Query[Period]) -> Table:
    """What the data can and cannot support."""
    return said.table(request, coverage.grade(*_asked(request)))


PARTS = {"_n": "count", "_coverage": "part measured", "_se": "standard error"}


def _asked(request: HttpRequest) -> tuple[Sources, Scope]:
    sources = all_in_force()
    default = period_of(sources.days, "quarter")
    assert default is not None, "runs in force have days"
    return sources, parse(request.GET.dict(), default)


def _runs(sources: Sources, scope: Scope) -> tuple[str, ...]:
    return sources.during(scope.first, scope.last).ids


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (word.strip() for word in text.split(",")))))


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return [_row(row) for row in frame.iter_rows(named=True)]


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a sealed table: instants as ISO text, no customer."""
    return {
        name: said.instant(each) if name.endswith("_at") and isinstance(each, int) else said.value(each) for name, each in row.items() if name not in NOT_SAID
    }


def _table(
    request: HttpRequest, page: Page | None, name: str, caption: str, columns: Iterable[ColumnSaid], rows: list[dict[str, Any]], height: int,
    runs: tuple[str, ...], source: str,
) -> Table:  # fmt: skip
    more = said.after(request, page) if page is not None and page.offset + page.limit < height else None
    return Table(name=name, caption=caption, columns=list(columns), rows=rows, runs=list(runs), source=source, next=more)


OPERATIONS = (
    Operation("GET", "/figures", names, Named, "oversight.measured.figures.metric", "figures:read"),
    Operation("GET", "/figures/scorecard", scorecard, Table, "oversight.measured.figures.grouped", "figures:read"),
    Operation("GET", "/figures/left-out", left_out, Table, "oversight.measured.figures.left_out", "figures:read"),
    Operation("GET", "/figures/framework", framework, Table, "oversight.desk.scorecard.framework", "figures:read"),
    Operation("GET", "/figures/costs", costs, Table, "oversight.desk.scorecard.costs", "figures:read"),
    Operation("GET", "/figures/venues", of_venues, Table, "oversight.desk.venues.of_scope", "figures:read"),
    Operation("GET", "/figures/coverage", ledger, Table, "oversight.desk.coverage.ledger", "figures:read"),
    Operation("GET", "/figures/grade", grade, Table, "oversight.desk.coverage.grade", "figures:read"),
    Operation("GET", "/orders", orders, Table, "oversight.measured.figures.listed", "figures:read"),
    Operation("GET", "/orders/{key_on}/{named:symbol}/{named:order_id}", order, OrderSaid, "oversight.desk.inspector.shown", "figures:read"),
)
