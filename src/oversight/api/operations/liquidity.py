"""Coverage of the tape by each router, the venues it reaches, and memos on venues."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from oversight import clock
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.liquidity import cut_tables, lists, overview, queries, tape
from oversight.vendors.models import Vendor


def coverage(request: HttpRequest, page: Query[Page], first: date | None = None, last: date | None = None, on: date | None = None) -> Table:
    """Coverage of the tape by each router: the last quarter measured, and its lists on the last day, unless others are named."""
    return table(request, overview.coverages(queries.coverages(*_period(first, last), on)), page)


def missing_venues(request: HttpRequest, page: Query[Page], first: date | None = None, last: date | None = None, on: date | None = None) -> Table:
    """Material venues that a router does not reach."""
    return table(request, overview.missing(queries.coverages(*_period(first, last), on)), page)


def coverage_by_cut(request: HttpRequest, page: Query[Page], first: date | None = None, last: date | None = None, on: date | None = None) -> Table:
    """Coverage of the tape of the firm's symbols by session and by asset class, of each router."""
    return table(request, cut_tables.sessions_and_classes(queries.coverages(*_period(first, last), on)), page)


def coverage_by_symbol(request: HttpRequest, id: int, page: Query[Page], first: date | None = None, last: date | None = None, on: date | None = None) -> Table:
    """Coverage of each of the firm's symbols by one router, the largest gap first."""
    found = queries.coverage_of(get_object_or_404(Vendor, pk=id), *_period(first, last), on)
    return table(request, cut_tables.symbols(found), page)


def reachable(request: HttpRequest, page: Query[Page], on: date | None = None) -> Table:
    """The venues that each router reached on a day, today unless another is named."""
    return paged(request, queries.reach_on(on or clock.today()), lists.reach, page)


def memos(request: HttpRequest, page: Query[Page], state: str = "", venue: str = "") -> Table:
    """Memos on new venues, order types and fee tiers, the latest first; a state can also be due or open."""
    return paged(request, queries.memos(state=state, venue=venue), lists.memos, page)


def _period(first: date | None, last: date | None) -> tuple[date, date]:
    start, end = tape.period() or (clock.today(), clock.today())
    return first or min(start, last or start), last or max(end, first or end)


OPERATIONS = (
    Operation("GET", "/liquidity/coverage", coverage, Table, "oversight.liquidity.queries.coverages", "vendors:read"),
    Operation("GET", "/liquidity/missing", missing_venues, Table, "oversight.liquidity.coverage.gaps", "vendors:read"),
    Operation("GET", "/liquidity/coverage/cuts", coverage_by_cut, Table, "oversight.liquidity.cuts.by", "vendors:read"),
    Operation("GET", "/liquidity/routers/{int:id}/symbols", coverage_by_symbol, Table, "oversight.liquidity.cuts.by", "vendors:read"),
    Operation("GET", "/liquidity/reach", reachable, Table, "oversight.liquidity.queries.reach_on", "vendors:read"),
    Operation("GET", "/liquidity/memos", memos, Table, "oversight.liquidity.queries.memos", "vendors:read"),
)
