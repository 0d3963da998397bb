"""The register of conflicts, the ledger of payments, and who pays without a conflict on file."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query

from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.conflicts import ledger_sheets, queries, seen


def conflicts(request: HttpRequest, page: Query[Page], kind: str = "", state: str = "", vendor: str = "", venue: str = "") -> Table:
    """Conflicts of interest, the latest first; a state can also be live, overdue, undisclosed or ended."""
    return paged(request, queries.conflicts(kind=kind, state=state, vendor=vendor, venue=venue), queries.sheet, page)


def payees(request: HttpRequest, page: Query[Page]) -> Table:
    """Who pays, by kind of payment, and which conflict is on file for it; those without one first."""
    return paged(request, seen.payees(), seen.payee_sheet, page)


def payments(request: HttpRequest, page: Query[Page], first: date | None = None, last: date | None = None, venue: str = "") -> Table:
    """Payments in force by month and venue, each month with its total, beside what was measured there; any day of a month names it."""
    return table(request, ledger_sheets.by_venue(queries.payments(first or date.min, last or date.max, venue or None)), page)


def payment_cells(request: HttpRequest, page: Query[Page], first: date | None = None, last: date | None = None, venue: str = "") -> Table:
    """Payments in force by the cells of a Rule 606(a) report: month, section, venue, order class."""
    return table(request, ledger_sheets.by_cell(queries.payments(first or date.min, last or date.max, venue or None)), page)


def payment_lines(request: HttpRequest, page: Query[Page], first: date | None = None, last: date | None = None, venue: str = "") -> Table:
    """Lines of payments in force, as they were read."""
    return paged(request, queries.payments(first or date.min, last or date.max, venue or None), ledger_sheets.of_lines, page)


def payment_files(request: HttpRequest, page: Query[Page]) -> Table:
    """Files of payments, the latest first, with their state."""
    return paged(request, queries.batches(), queries.batch_sheet, page)


OPERATIONS = (
    Operation("GET", "/conflicts", conflicts, Table, "oversight.conflicts.queries.conflicts", "vendors:read"),
    Operation("GET", "/conflicts/payees", payees, Table, "oversight.conflicts.seen.payees", "vendors:read"),
    Operation("GET", "/payments", payments, Table, "oversight.conflicts.queries.per_venue_month", "vendors:read"),
    Operation("GET", "/payments/cells", payment_cells, Table, "oversight.conflicts.queries.payments", "vendors:read"),
    Operation("GET", "/payments/lines", payment_lines, Table, "oversight.conflicts.queries.payments", "vendors:read"),
    Operation("GET", "/payments/files", payment_files, Table, "oversight.conflicts.queries.batches", "vendors:read"),
)
