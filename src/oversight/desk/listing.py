"""The orders or fills behind any figure: filtered as the figure is, the worst for the customer first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.urls import NoReverseMatch, reverse

from oversight.desk.queries import exceptions_of
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import BY_NAME, FILLS, ORDERS
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources
from oversight.sheets import Column, Row, Sheet

PAGE = 100
KEYS = ("day", "key_on", "order_id", "symbol", "side", "vendor", "order_class", "order_type", "size_bucket", "excluded")
OF_FILLS = ("fill_id", "venue", "fill_qty", "fill_px", "t0_to_fill_ns", "liquidity")
OF_ORDERS = ("order_qty", "filled_qty", "fills", "received_at", "t0_to_first_fill_ns", "end_reason")
SHARES, MS = "shares", "nanoseconds, printed as milliseconds"


@dataclass(frozen=True)
class Listed:
    """One page of a list, and what it is a list of."""

    sheet: Sheet
    number: int
    page: int
    pages: int
    on: str
    key: str
    said: str


def of_scope(sources: Sources, scope: Scope, asked: Mapping[str, str], *, whole: bool = False) -> Listed:
    """The list that the address asks for; `whole` for a file, which has every row."""
    key, rows = asked.get("metric", ""), asked.get("rows", "")
    on = figures.metric(key).on if key else FILLS if asked.get("list") == FILLS else ORDERS
    columns = (*KEYS, *(OF_FILLS if on == FILLS else OF_ORDERS))
    if rows not in ("", "all", "excluded"):
        raise Refusal("Rows are those that count, `all` or `excluded`.")
    behind = bool(key) and rows == ""
    found = figures.behind(sources, scope, key, columns) if behind else figures.listed(sources, scope, on, columns)
    found = found.filter(pl.col("excluded").is_not_null()) if rows == "excluded" else found
    pages = max(-(-found.height // PAGE), 1)
    page = min(max(int(asked.get("page", "1")) if asked.get("page", "1").isdigit() else 1, 1), pages)
    shown = found if whole else found.slice((page - 1) * PAGE, PAGE)
    return Listed(
        _sheet(sources, scope, shown, on, key if behind else "", whole=whole), found.height, page, pages, on, key, _said(scope, on, key, behind, found.height)
    )


def _said(scope: Scope, on: str, key: str, behind: bool, number: int) -> str:
    lacking = [BY_NAME[name].title.lower() for name in scope.lacks(on)]
    without = f" An order has no {' or '.join(lacking)}: that filter does not apply here." if lacking else ""
    if not behind:
        return f"{number:,} {on}, the latest first.{without}"
    metric = figures.metric(key)
    order = "the highest first" if metric.better != "higher" else "the lowest first"
    worst = "" if metric.better == "neither" else ", which is the worst for the customer"
    return f"{number:,} {on} count in {metric.title}; {order}{worst}.{without}"


def _sheet(sources: Sources, scope: Scope, rows: pl.DataFrame, on: str, key: str, *, whole: bool) -> Sheet:
    columns = [Column("order_id", "Order", kind="code"), *([Column("fill_id", "Fill", kind="code")] if on == FILLS else []), Column("day", "Day", kind="day")]
    if key:
        metric = figures.metric(key)
        columns += [
            Column("figure", metric.title if metric.row else f"{metric.title}, of the row", metric.unit),
            Column("weight", "Weight", kind="number", is_for_files=True),
        ]
    columns += [
        Column("exceptions", "Exceptions", kind="count"), Column("symbol", "Symbol"), Column("side", "Side"), Column("vendor", "Vendor"),
        *_specific(on), Column("order_class", "Class"), Column("order_type", "Type"), Column("excluded", "Left out because"),
        Column("run_id", "Run of the row", kind="code", is_for_files=True),
    ]  # fmt: skip
    found = {} if whole else exceptions_of(rows["order_id"].to_list())
    drawn = [_row(columns, row, found) for row in rows.iter_rows(named=True)]
    name = f"{on}-{key}" if key else on
    runs = sources.during(scope.first, scope.last).ids
    title = f"{on.capitalize()} behind {figures.metric(key).title}" if key else on.capitalize()
    filters = f"; {scope.words}" if scope.words else ""
    source = f"{scope.first} to {scope.last}. Flow: {scope.flow}{filters}. Each order opens its life, down to the line of the raw file."
    return Sheet(name, title, tuple(columns), tuple(drawn), runs, source, "No row fits. Take a filter away, or choose another period.")


def _specific(on: str) -> list[Column]:
    shares, ms = figures.unit_named(SHARES), figures.unit_named(MS)
    if on == FILLS:
        return [
            Column("venue", "Venue", kind="code"),
            Column("fill_qty", "Shares", shares),
            Column("fill_px", "Price", kind="number"),
            Column("t0_to_fill_ns", "Time", ms),
        ]
    return [
        Column("order_qty", "Ordered", shares), Column("filled_qty", "Filled", shares), Column("t0_to_first_fill_ns", "First fill after", ms),
        Column("end_reason", "Ended"),
    ]  # fmt: skip


def _row(columns: list[Column], row: dict[str, Any], found: Mapping[tuple[str, str, Any], int]) -> Row:
    marks = found.get((row["order_id"], row["symbol"], row["key_on"]), 0)
    values = {**row, "side": BY_NAME["side"].said(row["side"]), "exceptions": marks or None, "fill_px": _price(row.get("fill_px"))}
    opens = order_address(row)
    links = {"order_id": opens, "fill_id": opens, "figure": opens}
    if marks:
        links["exceptions"] = f"{reverse('findings:queue')}?order={row['order_id']}&state=all"
    return Row(tuple(values.get(column.key) for column in columns), {name: link for name, link in links.items() if link}, tone="attention" if marks else "")


def _price(value: Any) -> Any:
    return None if value is None else f"{value.normalize():f}"


def order_address(row: Mapping[str, Any]) -> str:
    """The order's page; empty where its id cannot stand in an address."""
    try:
        return reverse("desk:order", args=[row["key_on"].isoformat(), row["symbol"], row["order_id"]])
    except NoReverseMatch:
        return ""
