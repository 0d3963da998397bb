"""The ledger as tables: payments by venue and month beside what was measured there, and by the cells of a Rule 606 report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from bestexec import is_few, venue_name
from oversight.conflicts import ledger
from oversight.conflicts.lifecycle import ORDER_CLASSES, PAID, SECTIONS
from oversight.conflicts.models import Payment
from oversight.conflicts.reading import CONVENTION
from oversight.liquidity.tape import readable
from oversight.measured import figures
from oversight.measured.figures import unit_named
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources
from oversight.sheets import Column, Row, Sheet

BESIDE = ("venue_share", "effective_over_quoted")
FEW, NOTHING, TOTAL = "too few", "not split", "all venues"


@dataclass(frozen=True)
class Measured:
    """What the runs in force measured at a venue in a month; None where too little or nothing did."""

    shares: Decimal | None
    share: float | None
    eq: Any
    address: str


def by_venue(lines: QuerySet[Payment]) -> Sheet:
    """Payments by month and venue, each month with its total, beside the measured flow of that month; the latest month first."""
    cells = ledger.cells(lines, ("month_on", "venue"))
    months = sorted({cell.by["month_on"] for cell in cells}, reverse=True)
    beside, flow, runs = _measured(months)
    rows = []
    for month in months:
        of_month = [cell for cell in cells if cell.by["month_on"] == month]
        rows += [_row(cell, beside.get((month, cell.by["venue"]))) for cell in of_month]
        rows.append(_row(ledger.pooled(of_month, {"month_on": month, "venue": ""}), None))
    said = f" Measured beside, never within: {flow}" if runs else f" Nothing measured stands beside the payments: {flow}."
    empty = "No payment is in force in these months. Upload the month's file with the button above; it counts once a second person approved it."
    return Sheet("payments", "Payments by month and venue", COLUMNS, tuple(rows), runs, CONVENTION + said, empty)


def by_cell(lines: QuerySet[Payment]) -> Sheet:
    """Payments by the cells of a Rule 606(a) report: month, section, venue, order class."""
    titles = dict(SECTIONS) | dict(ORDER_CLASSES)
    cells = ledger.cells(lines, ("month_on", "section", "venue", "order_class"))
    rows = tuple(
        Row(
            (
                f"{cell.by['month_on']:%Y-%m}", titles.get(cell.by["section"], NOTHING), cell.by["venue"], titles.get(cell.by["order_class"], NOTHING),
                cell.net_usd, cell.shares, cell.cents_per_hundred, cell.why_no_cents, cell.lines,
            )
        )
        for cell in cells
    )  # fmt: skip
    caption, empty = "The same by the cells of a Rule 606 report", "No payment is in force in these months."
    return Sheet("payment-cells", caption, CELL_COLUMNS, rows, source=CONVENTION, empty=empty)


def of_lines(found: QuerySet[Payment] | Sequence[Payment]) -> Sheet:
    """Lines of payments as they were read."""
    titles = dict(SECTIONS) | dict(ORDER_CLASSES)
    rows = tuple(
        Row(
            (
                row.line, f"{row.month_on:%Y-%m}", row.venue, row.venue_raw, "" if row.is_known_venue else "not a known MIC", row.vendor, row.direction,
                row.kind_of.title, titles.get(row.section, NOTHING), titles.get(row.order_class, NOTHING), row.amount_usd, row.shares, row.currency, row.source,
            ),
            key=str(row.pk), tone="" if row.is_known_venue else "attention",
        )
        for row in found
    )  # fmt: skip
    return Sheet("payment-lines", "Lines accepted", LINE_COLUMNS, rows, source=CONVENTION, empty="No line.")


def of_rejects(found: Sequence[Sequence[Any]], name: str) -> Sheet:
    """Lines that were not taken: file, line, reason, text."""
    rows = tuple(Row((name, number, reason, text), tone="attention") for number, reason, text in found)
    columns = (Column("file", "File"), Column("line", "Line", kind="count"), Column("reason", "Why not"), Column("text", "As it stands there"))
    source = "Lines as the file has them, cut after 200 letters."
    return Sheet("payment-rejects", "Lines not accepted", columns, rows, source=source, empty="Every line was accepted.")


def _row(cell: ledger.Cell, beside: Measured | None) -> Row:
    month, venue = cell.by["month_on"], cell.by["venue"]
    measured = (beside.shares, beside.share, beside.eq) if beside else (None, None, None)
    split = ", ".join(f"{paid.title} {cell.kinds[paid.key]:,.2f}".replace("-", "−") for paid in PAID if paid.key in cell.kinds)
    cells = (
        f"{month:%Y-%m}", venue or TOTAL, _named(venue, cell.is_known_venue), cell.received_usd, cell.paid_usd,
        cell.net_usd, cell.shares, cell.cents_per_hundred, cell.why_no_cents, *measured, split, cell.lines,
    )  # fmt: skip
    links = {"measured_shares": beside.address, "share": beside.address, "eq": beside.address} if beside else {}
    here = reverse("conflicts:ledger")
    return Row(cells, links | ({"venue": f"{here}?{urlencode({'venue': venue})}"} if venue else {}), tone="" if venue else "group")


def _named(venue: str, is_known: bool) -> str:
    return venue_name(venue) or ("" if is_known or not venue else "not a known MIC")


def _measured(months: Sequence[date]) -> tuple[Mapping[tuple[date, str], Measured], str, tuple[str, ...]]:
    """(figures by month and venue, the flow they are about in words, the runs they come from); without runs, the words say why."""
    sources, why = readable()
    if sources is None:
        return {}, why, ()
    found: dict[tuple[date, str], Measured] = {}
    flow, runs = "no day of these months was measured", dict[str, None]()
    for month in months:
        scope = Scope(month, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        within = sources.during(scope.first, scope.last)
        if within.in_force:
            found |= _of_month(within, scope)
            flow, runs = f"{scope.flow}.", runs | dict.fromkeys(within.ids)
    return found, flow, tuple(runs)


def _of_month(sources: Sources, scope: Scope) -> dict[tuple[date, str], Measured]:
    made, few = figures.grouped(sources, scope, ("venue",), BESIDE), figures.metric(BESIDE[1])
    return {
        (scope.first, row["venue"] or "unknown"): Measured(
            row["shares"], row["venue_share"],
            FEW if row[BESIDE[1]] is None and is_few(few, made.min_n, row[f"{BESIDE[1]}_n"]) else row[BESIDE[1]],
            reverse("desk:venues") + scope.having("venue", row["venue"] or "unknown").query(),
        )
        for row in made.rows.iter_rows(named=True)
    }  # fmt: skip


COLUMNS = (
    Column("month", "Month"), Column("venue", "Venue", kind="code"), Column("venue_name", "Name"), Column("received_usd", "Received", ledger.USD),
    Column("paid_usd", "Paid", ledger.USD), Column("net_usd", "Net", ledger.USD), Column("shares", "Shares in the ledger", ledger.SHARES),
    Column("cents", "Net", ledger.CENTS), Column("why", "Why no figure", is_for_files=True), Column("measured_shares", "Shares measured", ledger.SHARES),
    Column("share", "Share of flow", unit_named("fraction, printed as percent")), Column("eq", "Effective over quoted", figures.unit_of(BESIDE[1])),
    Column("split", "By kind, $"), Column("lines", "Lines", kind="count"),
)  # fmt: skip
CELL_COLUMNS = (
    Column("month", "Month"), Column("section", "Section"), Column("venue", "Venue", kind="code"), Column("order_class", "Order class"),
    Column("net_usd", "Net", ledger.USD), Column("shares", "Shares", ledger.SHARES), Column("cents", "Net", ledger.CENTS), Column("why", "Why no figure"),
    Column("lines", "Lines", kind="count"),
)  # fmt: skip
LINE_COLUMNS = (
    Column("line", "Line", kind="count"), Column("month", "Month"), Column("venue", "Venue", kind="code"), Column("venue_raw", "As spelled", is_for_files=True),
    Column("flag", "Flag"), Column("vendor", "Vendor"), Column("direction", "Direction"), Column("kind", "Kind"), Column("section", "Section"),
    Column("order_class", "Order class"), Column("amount_usd", "Amount", ledger.USD), Column("shares", "Shares", ledger.SHARES),
    Column("currency", "Currency", is_for_files=True), Column("source", "Source"),
)  # fmt: skip
