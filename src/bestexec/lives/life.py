"""What became of one order, as its sealed run tells it: the rows, and every event with the line that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from bestexec.errors import Problem
from bestexec.linking.columns import HORIZONS_NS
from bestexec.lives.index import index_of
from bestexec.runs import Run

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """Where a row stands: the raw file by name and sha256, the line in it, and the import that read it."""

    import_id: str
    line: int
    name: str
    sha256: str


@dataclass(frozen=True)
class Event:
    """Something that happened to the order. `kind` is one of `KINDS`; `row` is the row it is told by, such as `fills-X1`."""

    kind: str
    at: int
    words: str
    row: str
    source: Source | None = None
    venue: str = ""
    px: Decimal | None = None
    qty: Decimal | None = None


KINDS = {
    "received": "received", "executable": "executable", "routed": "routed", "acked": "acknowledged", "rejected": "rejected", "returned": "route ended",
    "filled": "filled", "withdrawn": "withdrawn", "ended": "order ended", "later": "later midpoint",
}  # fmt: skip
"""Kinds of events and their words, in the order in which those of one instant are told."""
_ORDER_OF = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class Life:
    """One order in one run. `order` is None where the run holds only its later fills; `routes` is None where no route was sealed."""

    run: Run
    key_on: date
    symbol: str
    order_id: str
    orders: pl.DataFrame
    fills: pl.DataFrame
    routes: pl.DataFrame | None
    withdrawn: pl.DataFrame
    unlinked: pl.DataFrame
    copies: pl.DataFrame
    findings: pl.DataFrame

    @property
    def order(self) -> Row | None:
        return self.orders.row(0, named=True) if self.orders.height else None

    @property
    def said(self) -> Row:
        """The row that tells what was ordered: the order's, else its first fill's."""
        told = self.orders if self.orders.height else self.fills if self.fills.height else self.unlinked
        return told.row(0, named=True)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event with its source, in the order of time."""
        found = [*_of_order(self), *_of_routes(self), *_of_fills(self)]
        return tuple(sorted((event for event in found if event.at is not None), key=lambda event: (event.at, _ORDER_OF[event.kind], event.row)))

    @cached_property
    def later(self) -> tuple[Event, ...]:
        """The midpoints at each horizon after each fill."""
        return tuple(
            Event("later", row["filled_at"] + ns, f"midpoint {name} after fill {row['fill_id']}", f"fills-{row['fill_id']}", px=row[f"mid_after_{name}"])
            for row in self.fills.iter_rows(named=True)
            for name, ns in HORIZONS_NS.items()
            if row[f"mid_after_{name}"] is not None
        )

    def source(self, row: Row, line: str = "line", of: str = "import_id") -> Source | None:
        """Where a row stands in the raw files, by the run's own list of what went in."""
        import_id, number = row.get(of), row.get(line)
        if import_id is None or number is None:
            return None
        files = self.run.manifest["inputs"][import_id]["files"]
        return Source(import_id, number, " + ".join(file["name"] for file in files), files[0]["sha256"] if len(files) == 1 else import_id)


def life_of(run: Run, home: Path, key_on: date, symbol: str, order_id: str) -> Life:
    """The order's life in `run`; its index stands under `home`. Raises Problem when the run has neither it, nor a fill of it."""
    index = index_of(run, home)
    found = {name: index.rows(name, order_id) for name in ("orders", "fills", "routes", "withdrawn", "unlinked", "copies", "findings")}
    orders, fills, routes, withdrawn, unlinked = (_of(found[name], symbol, key_on) for name in ("orders", "fills", "routes", "withdrawn", "unlinked"))
    assert orders is not None and fills is not None and withdrawn is not None and unlinked is not None, "every run seals these"
    if orders.is_empty() and fills.is_empty() and unlinked.is_empty():
        raise Problem(f"no order {order_id} in {symbol} of {key_on} in the run", where=run.id[:12], do="look for it among the orders, or name another run")
    copies, findings = _of(found["copies"], symbol), _of(found["findings"], symbol)
    assert copies is not None and findings is not None, "every run seals these"
    on = {key_on, *fills["day"].to_list(), *([] if routes is None else routes["routed_on"].to_list())}
    return Life(
        run, key_on, symbol, order_id, orders, fills.sort("filled_at", "fill_id"), None if routes is None else routes.sort("routed_at", "route_id"),
        withdrawn, unlinked, copies.filter(pl.col("day").is_in(on)), findings.filter(pl.col("day").is_in(on)),
    )  # fmt: skip


def _of(rows: pl.DataFrame | None, symbol: str, key_on: date | None = None) -> pl.DataFrame | None:
    if rows is None:
        return None
    kept = rows.filter(pl.col("symbol") == symbol)
    return kept if key_on is None else kept.filter(pl.col("key_on") == key_on)


def _of_order(life: Life) -> Iterator[Event]:
    row = life.order or life.said
    source = life.source(row, "order_line", "order_import") if life.order else None
    if "received_at" in row:
        yield Event("received", row["received_at"], f"received: {spoken_order(row)}", "order", source, px=row.get("limit_px"), qty=row.get("order_qty"))
    if life.order and row["executable_at"] not in (None, row["received_at"]):
        yield Event("executable", row["executable_at"], f"became executable: {_why_executable(row)}", "order")
    if life.order and row["ended_at"] is not None:
        left = row["order_qty"] - row["filled_qty"]
        rest = f", {plain(left)} of {plain(row['order_qty'])} shares not filled" if left > 0 else ""
        yield Event("ended", row["ended_at"], f"ended: {row['end_reason'] or 'the source does not say why'}{rest}", "order", source, qty=left)


def _why_executable(row: Row) -> str:
    if row["order_type"] in ("stop", "stop_limit", "trailing_stop"):
        return "the stop was elected"
    return "the quote reached its limit" if row["limit_px"] is not None else "the market opened to it"


def _of_routes(life: Life) -> Iterator[Event]:
    for row in () if life.routes is None else life.routes.iter_rows(named=True):
        venue, key, source = row["venue"] or row["venue_raw"] or "an unnamed destination", f"routes-{row['route_id']}", life.source(row)
        limit = f" at {plain(row['limit_px'])}" if row["limit_px"] is not None else ""
        sweep = ", a sweep" if row["is_iso"] else ""
        yield Event("routed", row["routed_at"], f"{plain(row['qty'])} shares sent to {venue}{limit}{sweep}", key, source, venue, row["limit_px"], row["qty"])
        if row["acked_at"] is not None:
            yield Event("acked", row["acked_at"], f"{venue} acknowledged", key, source, venue)
        if row["end_reason"] == "rejected":
            at = row["ended_at"] if row["ended_at"] is not None else row["routed_at"]
            yield Event("rejected", at, f"{venue} rejected it: {row['reject_reason'] or 'no reason given'}", key, source, venue)
        elif row["ended_at"] is not None and row["end_reason"] != "filled":
            back = f", {plain(row['canceled_qty'])} shares came back" if row["canceled_qty"] else ""
            yield Event("returned", row["ended_at"], f"route to {venue} {row['end_reason'] or 'ended'}{back}", key, source, venue, qty=row["canceled_qty"])


def _of_fills(life: Life) -> Iterator[Event]:
    for row in life.fills.iter_rows(named=True):
        source = life.source(row, "fill_line", "fill_import")
        yield _fill("filled", row, f"fills-{row['fill_id']}", source, row["fill_px"], row["fill_qty"])
    for row in life.unlinked.iter_rows(named=True):
        yield _fill("filled", row, f"fills-{row['fill_id']}", life.source(row), row["px"], row["qty"], "; no feed has its order")
    for row in life.withdrawn.iter_rows(named=True):
        yield _fill("withdrawn", row, f"withdrawn-{row['fill_id']}", life.source(row), row["px"], row["qty"], f"; {row['excluded']} afterwards")


def _fill(kind: str, row: Row, key: str, source: Source | None, px: Decimal, qty: Decimal, more: str = "") -> Event:
    venue = row["venue"] or "an unnamed venue"
    return Event(kind, row["filled_at"], f"{plain(qty)} shares at {plain(px)} on {venue}{more}", key, source, venue, px, qty)


def spoken_order(row: Row) -> str:
    """What was ordered: `buy 300 ABC, limit 10.02, day`."""
    words = f"{'buy' if row['side'] > 0 else 'sell'} {plain(row['order_qty'])} {row['symbol']}, {(row['order_type'] or 'unknown type').replace('_', ' ')}"
    limit = f" {plain(row['limit_px'])}" if row["limit_px"] is not None else ""
    stop = f", stop {plain(row['stop_px'])}" if row.get("stop_px") is not None else ""
    return f"{words}{limit}{stop}" + (f", {row['tif']}" if row["tif"] else "")


def plain(number: Decimal | None) -> str:
    """A decimal without trailing zeros; a dash for unknown."""
    if number is None:
        return "—"
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
