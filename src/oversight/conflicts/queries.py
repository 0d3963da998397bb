"""Every read of the register of conflicts and of the ledger of payments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Max, Q, QuerySet

from bestexec import venue_name
from oversight import clock
from oversight.access import once
from oversight.accounts.models import Account
from oversight.accounts.queries import names
from oversight.conflicts import ledger
from oversight.conflicts.models import LIVE, YEAR, Conflict, ConflictResult, Payment, PaymentBatch
from oversight.roles import AUDITOR, STAFF
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor

STATES = {
    "live": "not ended", "proposed": "to be accepted", "open": "open", "mitigated": "mitigated", "overdue": "yearly result overdue",
    "undisclosed": "nothing disclosed", "ended": "closed or declined",
}  # fmt: skip


def owners() -> list[tuple[str, str]]:
    """(key, name) of the firm's open accounts but the auditors', by name; read at most once a request."""

    def look() -> list[tuple[str, str]]:
        found = Account.objects.filter(is_active=True, held__role__in=[role for role in STAFF if role != AUDITOR], held__ended_at=None).distinct()
        return list(found.order_by("name", "key").values_list("key", "name"))

    return once("conflicts.owners", look)


def conflicts(*, kind: str = "", state: str = "", vendor: str = "", venue: str = "") -> QuerySet[Conflict]:
    """The register, each with its vendor and the instant of its last confirmed result; the latest first."""
    found = Conflict.objects.select_related("vendor").annotate(result_at=Max("results__confirmed_at", filter=Q(results__state="confirmed")))
    for name, value in (("kind", kind), ("vendor__key", vendor), ("venue", venue)):
        found = found.filter(**{name: value}) if value else found
    states = {
        "live": Q(state__in=LIVE), "ended": ~Q(state__in=LIVE), "overdue": _overdue(),
        "undisclosed": Q(state__in=LIVE) & (Q(disclosure="") | Q(disclosed_in="")),
        **{name: Q(state=name) for name in ("proposed", "open", "mitigated")},
    }  # fmt: skip
    return found.filter(states.get(state, Q())).order_by("-registered_at", "-pk")


def conflict(pk: int) -> Conflict | None:
    """One conflict as `conflicts` gives it."""
    return conflicts().filter(pk=pk).first()


def of_vendor(vendor: Vendor) -> QuerySet[Conflict]:
    """A vendor's conflicts that have not ended, the latest first."""
    return conflicts(state="live").filter(vendor=vendor)


def overdue() -> QuerySet[Conflict]:
    """Accepted conflicts whose yearly result is late."""
    return conflicts(state="overdue")


def to_accept(by: str = "") -> QuerySet[Conflict]:
    """Conflicts that wait for compliance; with an account's key, those that this person may accept."""
    found = conflicts(state="proposed")
    return found.exclude(proposed_by=by) if by else found


def results_to_confirm(by: str = "") -> QuerySet[ConflictResult]:
    """Yearly results that wait for a second person; with an account's key, those that this person may confirm."""
    found = ConflictResult.objects.filter(state="proposed").select_related("conflict__vendor").order_by("noted_at", "pk")
    return found.exclude(noted_by=by) if by else found


def batches() -> QuerySet[PaymentBatch]:
    """Every file of payments, the latest first, without the lines that were not taken."""
    return PaymentBatch.objects.defer("rejects").prefetch_related("months").order_by("-uploaded_at", "-pk")


def batches_to_approve(by: str = "") -> QuerySet[PaymentBatch]:
    """Files of payments that wait for a second person; with an account's key, those that this person may approve."""
    found = PaymentBatch.objects.filter(state="uploaded").order_by("uploaded_at", "pk")
    return found.exclude(uploaded_by=by) if by else found


def payments(first_month: date, last_month: date, venue: str | None = None) -> QuerySet[Payment]:
    """The lines in force of these months, both included (any day of a month names it); of one venue where it is named."""
    found = Payment.objects.filter(month__is_current=True, month_on__range=(first_month.replace(day=1), last_month))
    return (found.filter(venue=venue) if venue else found).order_by("month_on", "venue", "pk")


def per_venue_month(first_month: date | None = None, last_month: date | None = None) -> tuple[ledger.Cell, ...]:
    """What each venue paid and was paid in each month, exact; of every month in force unless some are named."""
    return ledger.cells(payments(first_month or date.min, last_month or date.max), ("month_on", "venue"))


def months_in_force() -> list[date]:
    """The first day of each month that the ledger holds, in order."""
    return sorted(set(Payment.objects.filter(month__is_current=True).order_by().values_list("month_on", flat=True).distinct()))


def sheet(found: Iterable[Conflict]) -> Sheet:
    """The register as a table; each must come from `conflicts`."""
    people = names()
    rows = tuple(
        Row(
            (
                row.kind_of.title, row.state_title, row.vendor.name if row.vendor else "", row.venue or "every venue of the kind", venue_name(row.venue) or "",
                row.description, row.since_on, row.until_on, row.days_to_register, "yes" if row.has_mitigation else "no", "yes" if row.has_disclosure else "no",
                people.get(row.owner, row.owner), row.last_result_on, row.result_due_on, "overdue" if row.is_overdue else "", row.mitigation, row.disclosure,
                row.disclosed_in,
            ),
            {"kind": row.get_absolute_url(), **({"vendor": row.vendor.get_absolute_url()} if row.vendor else {})}, key=str(row.pk),
            tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No conflict fits. Put one on the register with the button above; begin with what the ledger and the exceptions below show."
    source = "What people put on the register; a yearly result is due within 365 days of the entry and of each confirmed result."
    return Sheet("conflicts", "Register of conflicts", COLUMNS, rows, source=source, empty=empty)


def batch_sheet(found: Iterable[PaymentBatch]) -> Sheet:
    """Files of payments as a table."""
    people = names()
    rows = tuple(
        Row(
            (
                row.pk, row.name, row.state_title, ", ".join(str(month) for month in row.months.all()), row.lines, row.total_usd, row.uploaded_at,
                people.get(row.uploaded_by, row.uploaded_by), people.get(row.approved_by, row.approved_by), row.sha256,
            ),
            {"number": row.get_absolute_url(), "name": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.state == "uploaded" else "",
        )
        for row in found
    )  # fmt: skip
    source = "Each file ties to the control total that its uploader stated, and counts once a second person approved it."
    empty = "No file of payments was uploaded. Upload the first one with the button above."
    return Sheet("payment-files", "Files of payments", BATCH_COLUMNS, rows, source=source, empty=empty)


def _overdue() -> Q:
    before = datetime.combine(clock.today() - YEAR, time(), clock.MARKET_ZONE)
    late = Q(result_at__lt=before) | Q(result_at=None, registered_at__lt=before)
    return Q(state__in=LIVE, accepted_at__isnull=False) & late


COLUMNS = (
    Column("kind", "Kind"), Column("state", "State", kind="tag"), Column("vendor", "Vendor"), Column("venue", "Venue", kind="code"),
    Column("venue_name", "Venue's name", is_for_files=True), Column("description", "What it is", kind="words"), Column("since_on", "Since", kind="day"),
    Column("until_on", "Until", kind="day", is_for_files=True), Column("days_to_register", "Days until registered", kind="count"),
    Column("has_mitigation", "In check"), Column("has_disclosure", "Disclosed"), Column("owner", "Owner", kind="person"),
    Column("last_result_on", "Last result", kind="day"), Column("result_due_on", "Next due", kind="day"), Column("overdue", "Overdue", kind="tag"),
    Column("mitigation", "What keeps it in check", is_for_files=True), Column("disclosure", "What is disclosed", is_for_files=True),
    Column("disclosed_in", "Where", is_for_files=True),
)  # fmt: skip
BATCH_COLUMNS = (
    Column("number", "No.", kind="count"), Column("name", "File"), Column("state", "State", kind="tag"), Column("months", "Months and sources"),
    Column("lines", "Lines", kind="count"), Column("total_usd", "Net", ledger.USD), Column("uploaded_at", "Uploaded", kind="instant"),
    Column("uploaded_by", "By", kind="person"), Column("approved_by", "Approved by", kind="person"),
    Column("sha256", "SHA-256", kind="code", is_for_files=True),
)  # fmt: skip
