"""Customers' requests, public reports, other firms' reports and yearly notices as tables."""

from __future__ import annotations

from collections.abc import Iterable

from oversight.accounts.queries import names
from oversight.disclosures.models import Adoption, CustomerRequest, Publication, YearlyNotice
from oversight.sheets import Column, Row, Sheet

OF_REQUESTS = (
    Column("request", "Request"), Column("customer", "Customer"), Column("asked_on", "Asked", kind="day"), Column("kind", "Report"),
    Column("state", "State", kind="tag"), Column("due_on", "Due", kind="day"), Column("days_left", "Days left", kind="count"),
    Column("rest_due_on", "Running month due", kind="day"), Column("sent_at", "Sent", kind="instant"), Column("made_by", "Made by", kind="person"),
    Column("checked_by", "Checked by", kind="person"), Column("first_on", "From", kind="day", is_for_files=True),
    Column("last_on", "To", kind="day", is_for_files=True),
)  # fmt: skip
OF_PUBLICATIONS = (
    Column("report", "Report"), Column("period", "Period", kind="label"), Column("state", "State", kind="tag"), Column("due_on", "Due", kind="day"),
    Column("published_on", "Public since", kind="day"), Column("keep_until_on", "Public until", kind="day"), Column("address", "Address"),
    Column("receipt", "FINRA's receipt"), Column("made_by", "Made by", kind="person"), Column("checked_by", "Checked by", kind="person"),
    Column("doubts", "Doubts", kind="count"), Column("sha256", "SHA-256", kind="code", is_for_files=True),
)  # fmt: skip
OF_ADOPTIONS = (
    Column("report", "Report"), Column("maker", "Made by"), Column("period", "Period", kind="label"), Column("state", "State", kind="tag"),
    Column("broken", "Rules broken", kind="count"), Column("cells", "Cells compared", kind="count"), Column("differing", "Differ", kind="count"),
    Column("unexplained", "Unexplained", kind="count"), Column("examined_by", "Examined by", kind="person"), Column("settled_by", "Decided by", kind="person"),
    Column("sha256", "SHA-256", kind="code", is_for_files=True),
)  # fmt: skip
OF_NOTICES = (
    Column("notice", "Notice"), Column("year", "Year", kind="label"), Column("state", "State", kind="tag"), Column("sent_on", "Sent", kind="day"),
    Column("addressed", "Customers", kind="count"), Column("returned", "Came back", kind="count"), Column("reached", "Delivered another way", kind="count"),
    Column("unreachable", "Not reachable", kind="count"), Column("open", "Open", kind="count"), Column("approved_by", "Approved by", kind="person"),
)  # fmt: skip


def requests(found: Iterable[CustomerRequest]) -> Sheet:
    """Customers' requests, the next due first."""
    people = names()
    rows = tuple(
        Row(
            (
                f"request {row.pk}", row.customer, row.asked_on, row.get_kind_display() if row.kind else "to be decided", row.state_title, row.due_on,
                row.days_left if row.is_running else None, row.rest_due_on, row.sent_at, people.get(row.made_by, row.made_by),
                people.get(row.checked_by, row.checked_by), row.first_on, row.last_on,
            ),
            {"request": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "customer_requests", "Customers' requests for routing reports", OF_REQUESTS, rows,
        source="Seven business days for not-held reports; the firm's own days for the others. Who asked is seen by those who make and check reports alone.",
        empty="No customer asked yet.",
    )  # fmt: skip


def publications(found: Iterable[Publication]) -> Sheet:
    """Public reports, the latest period first."""
    people = names()
    rows = tuple(
        Row(
            (
                row.report.title + (", corrected" if row.corrects_id else ""), row.period, row.state_title, row.due_on, row.published_on, row.keep_until_on,
                row.address, row.receipt, people.get(row.made_by, row.made_by), people.get(row.checked_by, row.checked_by), row.doubts, row.main.sha256,
            ),
            {"report": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "publications", "Public reports", OF_PUBLICATIONS, rows, source="Public for three years from the first posting; a correction does not begin them anew.",
        empty="No public report was made yet.",
    )  # fmt: skip


def adoptions(found: Iterable[Adoption]) -> Sheet:
    """Reports of other firms, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (
                row.get_kind_display(), row.maker, row.period, row.state_title, row.broken, row.cells, row.differing,
                row.unexplained if row.cells is not None else None, people.get(row.examined_by, row.examined_by),
                people.get(row.settled_by, row.settled_by), row.filed.sha256,
            ),
            {"report": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "adoptions", "Reports of other firms", OF_ADOPTIONS, rows, source="None is adopted by reference before it was held against the firm's own orders.",
        empty="No report of another firm is on file.",
    )  # fmt: skip


def notices(found: Iterable[YearlyNotice]) -> Sheet:
    """Yearly notices, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (
                row.get_kind_display(), str(row.year), row.state_title, row.sent_on, row.addressed, row.returned, row.reached, row.unreachable,
                row.open_returns, people.get(row.approved_by, row.approved_by),
            ),
            {"notice": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "yearly_notices",
        "Yearly notices to customers",
        OF_NOTICES,
        rows,
        source="Followed until every one is delivered, or the reason why not is written down.",
        empty="No notice was drafted yet.",
    )
