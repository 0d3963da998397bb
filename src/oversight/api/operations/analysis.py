"""What programs read of a quarter's analysis."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Schema

from oversight.analysis import grid, lane, queries, tables
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


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/analysis/{str:name}", summary, SummarySaid, "oversight.analysis.queries.summary", "figures:read"),
    Operation("GET", "/analysis/{str:name}/factors", factors, Table, "oversight.analysis.grid.kinds", "figures:read"),
    Operation("GET", "/analysis/{str:name}/orders", single_orders, Table, "oversight.analysis.lane.orders", "figures:read"),
)
