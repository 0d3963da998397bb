"""A report that somebody else made, held against the one that the workspace gives: every difference with the orders behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from bestexec.errors import Problem
from bestexec.examfile.quarter import Quarter
from bestexec.file606.gathering import Gathered, orders_of, public_figures
from bestexec.filings.rule606 import document
from bestexec.filings.rule606.cells import Where, type_of
from bestexec.filings.rule606.comparing import MISSING, NO_TYPE, TOLERANCES, Difference, compare
from bestexec.filings.rule606.customer import routes_report
from bestexec.filings.rule606.document import Node
from bestexec.filings.rule606.figures import Public, behind
from bestexec.filings.rule606.handling import handling_report
from bestexec.filings.rule606.period import before
from bestexec.filings.rule606.public import report
from bestexec.filings.rule606.readings import readings
from bestexec.filings.rule606.routed import router_only, seen_through
from bestexec.linking.identity import ORDER_KEY
from bestexec.market.rule606 import HANDLING, PUBLIC, USD
from bestexec.store import publish_files
from bestexec.workspace import Workspace


@dataclass(frozen=True)
class Held:
    """The differences of two reports, and the keys of the orders behind each (empty where ours are not at hand)."""

    differences: tuple[Difference, ...]
    orders: tuple[pl.DataFrame, ...]
    gaps: tuple[str, ...] = ()
    cells: int = 0
    """How many cells their report has, and lines of ours that it lacks."""

    def as_rows(self, most: int = 20) -> list[dict[str, Any]]:
        """One row a difference, with up to `most` of its orders."""
        return [
            {
                "kind": found.kind, "is_doubt": found.is_doubt, "month": found.where.month, "section": found.where.section, "venue": found.where.venue,
                "field": found.where.field, "theirs": found.theirs, "ours": found.ours, "says": found.says, "orders": rows.height,
                "some_orders": rows["order_id"].head(most).to_list() if rows.height else [],
            }
            for found, rows in zip(self.differences, self.orders, strict=True)
        ]  # fmt: skip


def files_against(theirs: Path, ours: Path, previous: Path | None = None, tolerances: Mapping[str, Decimal] = TOLERANCES) -> Held:
    """Two files held against each other; no orders are at hand."""
    read = document.read(theirs)
    found = compare(read, document.read(ours), tolerances=tolerances, before=document.read(previous) if previous else None)
    return Held(found, tuple(_NO_ORDERS for _ in found), cells=_compared(read, found))


def _compared(theirs: Node, found: Sequence[Difference]) -> int:
    return _cells_of(theirs) + sum(each.kind in (MISSING, NO_TYPE) for each in found)


def _cells_of(read: Node) -> int:
    """How many elements of a report hold a value of their own."""
    return sum(map(_cells_of, read.below)) if read.below else 1


def write(told: Held, to: Path) -> tuple[Path, ...]:
    """The differences as `differences.csv`, and the orders behind each, by its number there, as `orders.csv`."""
    rows = [{"number": number, **{name: value for name, value in row.items() if name != "some_orders"}} for number, row in enumerate(told.as_rows(), 1)]
    orders = [pl.DataFrame(schema={"number": pl.Int64, **_NO_ORDERS.schema})]
    orders += [keys.select(pl.lit(number, pl.Int64).alias("number"), *ORDER_KEY) for number, keys in enumerate(told.orders, 1) if keys.height]
    contents = {"differences.csv": pl.DataFrame(rows, infer_schema_length=None), "orders.csv": pl.concat(orders)}
    return publish_files(to, {name: frame.write_csv().encode() for name, frame in contents.items()})


def held_against(
    workspace: Workspace, gathered: Gathered, theirs: Path, *, previous: Path | None = None, tolerances: Mapping[str, Decimal] = TOLERANCES,
    account: str = "", asked_on: date | None = None,
) -> Held:  # fmt: skip
    """A file held against the report that the workspace gives: of the quarter that the file names, or of `account` on `asked_on`."""
    read = document.read(theirs)
    if read.name != PUBLIC:
        return _customers(workspace, gathered, read, tolerances, account, asked_on)
    quarter = _quarter(read, theirs)
    figures = public_figures(gathered, quarter)
    routers = sorted(router_only(seen_through(gathered.fed.routes)))
    found = compare(
        read, report(figures), tolerances=tolerances, before=document.read(previous) if previous else None, routers=routers,
        parts_of=lambda where: parts(figures, where),
    )  # fmt: skip
    orders = tuple(behind(figures, each.where) if each.where.month else _NO_ORDERS for each in found)
    return Held(found, orders, tuple(gap.what for gap in figures.gaps), _compared(read, found))


def parts(figures: Public, where: Where) -> Mapping[str, Fraction]:
    """What one cell of dollars is made of, by kind of payment."""
    if where.field not in USD.values() or where.month_on is None:
        return {}
    return figures.by_kind.get((where.month_on, where.section, where.venue, type_of(where.field)), {})


def _quarter(read: Node, path: Path) -> Quarter:
    try:
        return Quarter(int(read.value("year")), int(read.value("qtr")))
    except ValueError as error:
        raise Problem("the report does not say its quarter", where=path.name, do="hold it to its rules with bestexec validate") from error


def _customers(
    workspace: Workspace, gathered: Gathered, read: Node, tolerances: Mapping[str, Decimal], account: str, asked_on: date | None
) -> Held:  # fmt: skip
    if not account or asked_on is None:
        raise Problem("it is a customer's report", do="say whose with --account, and the day of the request with --asked-on")
    span = before(asked_on)
    orders = orders_of(workspace, gathered, account)
    shared: dict[str, Any] = {"broker": gathered.firm, "customer": account, "names": gathered.names}
    routes, fills = gathered.fed.routes, gathered.fed.fills
    if read.name == HANDLING:
        ours = handling_report(orders, routes, fills, span, readings(gathered.policy, asked_on), **shared)
        found = compare(read, ours, tolerances=tolerances)
        sent = seen_through(routes).join(orders.filter(~pl.col("is_held").fill_null(True)).select(ORDER_KEY), on=ORDER_KEY, how="semi")
        return Held(found, tuple(_sent(sent, each.where) for each in found), cells=_compared(read, found))
    ours = routes_report(orders, routes, fills, span, with_not_held=bool(read.all("notHeldExempt")), **shared)
    found = compare(read, ours, tolerances=tolerances)
    return Held(found, tuple(orders.filter(pl.col("order_id") == each.where.venue).select(ORDER_KEY) for each in found), cells=_compared(read, found))


def _sent(sent: pl.DataFrame, where: Where) -> pl.DataFrame:
    """The orders routed in a month, to a venue where one is named."""
    if where.month_on is None:
        return _NO_ORDERS
    of_month = sent.filter(pl.col("routed_on").dt.truncate("1mo") == where.month_on)
    return (of_month.filter(pl.col("named") == where.venue) if where.venue else of_month).select(ORDER_KEY).unique().sort(ORDER_KEY)


_NO_ORDERS = pl.DataFrame(schema={"firm": pl.String, "key_on": pl.Date, "symbol": pl.String, "order_id": pl.String})
