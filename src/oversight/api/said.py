"""Values, tables and recorded rows as the API's JSON says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

from bestexec import Cell, Unit
from oversight.record.models import Recorded
from oversight.sheets import Sheet

NS = 1_000_000_000


class Page(Schema):
    """Which rows of a list."""

    limit: int = Field(100, ge=1, le=1000, description="Most rows to answer with.")
    offset: int = Field(0, ge=0, le=10_000_000, description="Rows to pass over.")


class ColumnSaid(Schema):
    """One column of a table."""

    key: str
    title: str
    unit: str | None = Field(default=None, description="Unit in which people read it; none for text.")
    scale: int = Field(default=1, description="The number in a row, times this, is in the unit: 0.25 times 100 is 25 %.")


class Table(Schema):
    """Rows of one kind. Amounts are exact decimals as text; `runs` are the sealed runs that the numbers come from."""

    name: str
    caption: str
    columns: list[ColumnSaid]
    rows: list[dict[str, Any]]
    runs: list[str] = Field(description="Ids of the sealed runs behind the numbers.")
    source: str
    next: str | None = Field(None, description="Address of the rows after these; none where these are the last.")


def value(given: Any) -> Any:
    """A value as JSON holds it exactly: decimals and instants as text; a cell with a unit of its own says it beside its value."""
    if isinstance(given, Cell):
        return {"value": value(given.value), "unit": given.unit.symbol if given.unit else None, "scale": int(given.unit.scale) if given.unit else 1}
    if isinstance(given, Decimal):
        return f"{given:f}"
    if isinstance(given, datetime):
        return given.astimezone(UTC).isoformat()
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, Mapping):
        return {str(key): value(each) for key, each in given.items()}
    if isinstance(given, list | tuple | set | frozenset):
        return [value(each) for each in given]
    return given if given is None or isinstance(given, bool | int | float | str) else str(given)


def instant(ns: int | None) -> str | None:
    """Epoch nanoseconds as ISO text with nine digits, UTC."""
    if ns is None:
        return None
    return f"{datetime.fromtimestamp(ns // NS, UTC):%Y-%m-%dT%H:%M:%S}.{ns % NS:09d}Z"


def row(recorded: Recorded) -> dict[str, Any]:
    """Every recorded field of a row, by name."""
    return {"id": value(recorded.pk), **{name: value(each) for name, each in recorded.recorded().items() if name != "id"}}


def table(request: HttpRequest, sheet: Sheet, page: Page | None = None) -> Table:
    """A sheet as JSON: all of it, or the rows of `page`."""
    rows = sheet.rows if page is None else sheet.rows[page.offset : page.offset + page.limit]
    columns = [column_of(column.key, column.title, column.unit) for column in sheet.columns]
    said = [{column.key: value(cell) for column, cell in zip(sheet.columns, each.cells, strict=True)} for each in rows]
    onward = after(request, page) if page is not None and page.offset + page.limit < len(sheet.rows) else None
    return Table(name=sheet.name, caption=sheet.caption, columns=columns, rows=said, runs=list(sheet.runs), source=sheet.source, next=onward)


def column_of(key: str, title: str, unit: Unit | None = None) -> ColumnSaid:
    """A column with its unit."""
    return ColumnSaid(key=key, title=title, unit=unit.symbol if unit else None, scale=int(unit.scale) if unit else 1)


def paged(request: HttpRequest, found: QuerySet[Any] | Sequence[Any], drawn: Callable[[list[Any]], Sheet], page: Page) -> Table:
    """The rows of `page` as a table: only they are read."""
    held = list(found[page.offset : page.offset + page.limit + 1])
    said = table(request, drawn(held[: page.limit]))
    said.next = after(request, page) if len(held) > page.limit else None
    return said


def after(request: HttpRequest, page: Page) -> str:
    """The address of the page after this one."""
    return onward(request, limit=page.limit, offset=page.offset + page.limit)


def onward(request: HttpRequest, **changed: int) -> str:
    """The address of this call with some parts changed."""
    return f"{request.path}?{urlencode(sorted({**request.GET.dict(), **{name: str(each) for name, each in changed.items()}}.items()))}"
