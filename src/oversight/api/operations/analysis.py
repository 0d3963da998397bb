"""What programs read of a quarter's analysis."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Schema

from oversight.analysis import grid, judgements, lane, queries, tables
from oversight.analysis.models import KINDS, ORDERS
from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Table


class SummarySaid(Schema):
    """How much of the quarter there is to look at, and how much nobody looked at."""

    quarter: str
    kinds: int
    kinds_left: int
    orders: int
    orders_left: int
    questions: int


def summary(request: HttpRequest, name: str) -> SummarySaid:
    """What is left of a quarter's analysis; `name` as 2026Q3."""
    quarter = queries.asked(name)
    return SummarySaid(quarter=str(quarter), **vars(queries.summary(quarter.first, quarter.last)))


def factors(request: HttpRequest, name: str) -> Table:
    """Each kind of order of the quarter by the eight factors."""
    quarter = queries.asked(name)
    sources = queries.sources_of(quarter)
    runs = queries.runs_of(sources) if sources else ""
    looked = {key: look for (key, run), look in queries.looked_at(quarter, KINDS).items() if run == runs}
    return said.table(request, tables.grid(grid.kinds(sources, quarter) if sources else [], looked, quarter, sources.ids if sources else ()))


def single_orders(request: HttpRequest, name: str) -> Table:
    """The orders of the quarter that are judged one by one."""
    quarter = queries.asked(name)
    sources = queries.sources_of(quarter)
    found = lane.orders(sources, quarter) if sources else []
    return said.table(request, tables.lane(found, queries.looked_at(quarter, ORDERS), quarter, sources.ids if sources else ()))


def verdicts(request: HttpRequest, name: str) -> Table:
    """Every comparison of the quarter, also those that had too little to stand on, each with its verdict."""
    quarter = queries.asked(name)
    return said.table(request, judgements.verdicts(judgements.judged(quarter), quarter, every=True))


def competing_markets(request: HttpRequest, name: str) -> Table:
    """What every market center published of the quarter's months, over the firm's own mix of orders."""
    quarter = queries.asked(name)
    return said.table(request, judgements.competing(judgements.judged(quarter), quarter, every=True))


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/analysis/{str:name}", summary, SummarySaid, "oversight.analysis.queries.summary", "figures:read"),
    Operation("GET", "/analysis/{str:name}/factors", factors, Table, "oversight.analysis.grid.kinds", "figures:read"),
    Operation("GET", "/analysis/{str:name}/orders", single_orders, Table, "oversight.analysis.lane.orders", "figures:read"),
    Operation("GET", "/analysis/{str:name}/verdicts", verdicts, Table, "oversight.analysis.judgements.verdicts", "figures:read"),
    Operation("GET", "/analysis/{str:name}/competing", competing_markets, Table, "oversight.analysis.judgements.competing", "figures:read"),
)
