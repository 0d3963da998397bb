"""A figure on its way to an agenda, or to a difference: the form that it begins, filled in with the figure, its filters and the page that shows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from oversight.differences.lifecycle import IDENTIFIERS
from oversight.measured.asking import written
from oversight.measured.reading import METRIC, Figure
from oversight.measured.scope import Scope
from oversight.reviews.models import Review
from oversight.sheets import Column, Row, Sheet, shown

LONGEST_TITLE, LONGEST_ADDRESS = 200, 500
"""What an item of an agenda holds."""


def pin(review: Review | None, said: str, address: str) -> str:
    """The form that puts `said`, shown at `address`, on the agenda of the review; empty where no agenda is open to who asks, or the address is too long."""
    if review is None or len(address) > LONGEST_ADDRESS:
        return ""
    title = said if len(said) <= LONGEST_TITLE else f"{said[: LONGEST_TITLE - 1]}…"
    return f"{reverse('reviews:pin')}?{urlencode({'review': review.pk, 'title': title, 'address': address})}"


def pinned(sheet: Sheet, review: Review | None, scope: Scope, page: str, **cut: str) -> Sheet:
    """The sheet with a way from each row to the agenda; as it is where no agenda is open. `page` shows the sheet, `cut` is what it is cut by.

    A row that stands for a group leads back to that group alone: where its orders are listed says which it is.
    """
    if review is None:
        return sheet
    rows = [replace(row, way=pin(review, f"{said(sheet, row)}; {of(scope)}", _address(row, page, cut))) for row in sheet.rows]
    return replace(sheet, way="Pin", rows=tuple(rows))


def of(scope: Scope) -> str:
    """Of what, in a line: the filters in words, and the period."""
    return "; ".join(filter(None, (scope.words, f"{scope.first} to {scope.last}")))


def said(sheet: Sheet, row: Row) -> str:
    """What the row says, in a line: what it is of, and each number with its count."""
    names: list[str] = []
    numbers: list[str] = []
    for column, cell in zip(sheet.columns, row.cells, strict=True):
        text = shown(column, cell)
        if column.is_for_files or text in ("", "—"):
            continue
        if column.kind == "count":
            if column.title == "n" and numbers:
                numbers[-1] += f" (n {text})"
        elif column.is_right:
            numbers.append(f"{column.title} {_with_unit(column, text)}")
        elif not numbers and column.kind == "text":
            names.append(text)
    return ": ".join(filter(None, (", ".join(names), ", ".join(numbers))))


def difference(scope: Scope, key: str, roles: Collection[str]) -> str:
    """The form that says that a figure is a material difference; empty for who may not, and for a figure that cannot be written down so."""
    filters = dict(scope.chosen)
    vendors = filters.pop("vendor", ())
    if len(vendors) > 1:
        filters["vendor"] = vendors
    if scope.pooled or not key or not Figure(METRIC, key, filters).is_known or not set(roles) & set(IDENTIFIERS):
        return ""
    asked: dict[str, Any] = {"figure": f"{METRIC}:{key}", "narrowed": written(filters), "first_on": scope.first, "last_on": scope.last}
    if len(vendors) == 1:
        asked["vendor"] = vendors[0]
    return f"{reverse('differences:identify')}?{urlencode(asked)}"


def _address(row: Row, page: str, cut: dict[str, str]) -> str:
    if not cut:
        return f"{page}#row-{row.key}" if row.key else page
    group = row.links["orders"].partition("?")[2]
    return f"{page.partition('?')[0]}?{group}&{urlencode(cut)}"


def _with_unit(column: Column, text: str) -> str:
    symbol = column.unit.symbol if column.unit else ""
    return f"{text} {symbol}" if symbol and symbol not in text else text
