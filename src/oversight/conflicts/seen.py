"""What the data shows beside the register: who pays without a conflict on file, and the findings on flow that follows payment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from bestexec import venue_name
from oversight import clock
from oversight.conflicts import ledger
from oversight.conflicts.lifecycle import PAID_BY_KEY
from oversight.conflicts.models import Conflict
from oversight.conflicts.queries import payments
from oversight.findings.models import Finding
from oversight.liquidity.tape import readable
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor

FAMILY = "CON-"
POLICY, LEDGER = "policy", "ledger"
ON_FILE = ("proposed", "open", "mitigated", "closed")


@dataclass(frozen=True)
class Payee:
    """Somebody who pays, by the ledger or by the policy's own list: through which vendor, with which kind of payment, how much, and what is on file."""

    venue: str
    vendor: str
    kind: str
    first_on: date | None
    last_on: date | None
    received_usd: Decimal | None
    source: str
    on_file: tuple[Conflict, ...]

    @property
    def is_registered(self) -> bool:
        return bool(self.on_file)

    @property
    def kind_title(self) -> str:
        return PAID_BY_KEY[self.kind].title if self.kind in PAID_BY_KEY else self.kind or "not said"

    @property
    def conflict_kind(self) -> str:
        """The kind of conflict to look for on file."""
        return PAID_BY_KEY[self.kind].conflict if self.kind in PAID_BY_KEY else "pfof"


@dataclass(frozen=True)
class Shown:
    """The findings of one check on payment and flow, for one vendor and venue."""

    check_id: str
    title: str
    vendor: str
    venue: str
    number: int
    open: int
    first_on: date
    last_on: date
    on_file: tuple[Conflict, ...]


def payees() -> tuple[Payee, ...]:
    """Everybody who pays, by the lines in force and by the policy in force at the last run; those without a conflict on file first."""
    held = list(Conflict.objects.filter(state__in=ON_FILE).select_related("vendor"))
    lines = payments(date.min, date.max).filter(amount_usd__gt=0, kind__in=[key for key, paid in PAID_BY_KEY.items() if paid.conflict])
    found = _of_ledger(ledger.cells(lines, ("venue", "vendor", "kind", "month_on")), held)
    known = {payee.venue for payee in found}
    found += [payee for payee in _of_policy(held) if payee.venue not in known]
    return tuple(sorted(found, key=lambda payee: (payee.is_registered, -(payee.received_usd or 0), payee.venue, payee.vendor, payee.kind)))


def unregistered() -> tuple[Payee, ...]:
    """Payees without a conflict on file."""
    return tuple(payee for payee in payees() if not payee.is_registered)


def shown_by_findings() -> tuple[Shown, ...]:
    """The findings of the family CON, those that still stand, by check, vendor and venue; the most first. Two queries."""
    held = list(Conflict.objects.filter(state__in=ON_FILE).select_related("vendor"))
    found = Finding.objects.filter(check_id__startswith=FAMILY).exclude(state="vanished").order_by().values("check_id", "vendor", "venue").annotate(
        title=Max("title"), number=Count("pk"), first=Min("on"), last=Max("on"),
        waiting=Count("pk", filter=Q(state__in=("open", "awaiting_reader", "escalated"))),
    )  # fmt: skip
    rows = (
        Shown(
            row["check_id"], row["title"], row["vendor"], row["venue"], row["number"], row["waiting"], row["first"], row["last"],
            tuple(each for each in held if _speaks_of(each, row["vendor"], row["venue"])),
        )
        for row in found
    )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (bool(row.on_file), -row.number, row.check_id, row.vendor, row.venue)))


def payee_sheet(found: Sequence[Payee]) -> Sheet:
    """Who pays, and whether a conflict is on file."""
    vendors = dict(Vendor.objects.values_list("key", "pk"))
    rows = tuple(
        Row(
            (
                payee.venue, venue_name(payee.venue) or "", payee.vendor, payee.kind_title, payee.first_on, payee.last_on, payee.received_usd,
                _filed(payee.on_file) or "a payee without a conflict on file", payee.source,
            ),
            {"venue": f"{reverse('conflicts:ledger')}?{urlencode({'venue': payee.venue})}", "on_file": _way(payee, vendors)},
            tone="" if payee.is_registered else "attention",
        )
        for payee in found
    )  # fmt: skip
    _, why = readable()
    source = "Lines of payments in force with money received, by kind, and the venues that the policy of the last run says pay."
    source += f" That policy was not read: {why}." if why else ""
    empty = "The ledger holds no payment that the firm or its vendors received. Upload the month's payments to see who pays."
    return Sheet("payees", "Who pays, and what is on file", PAYEE_COLUMNS, rows, source=source, empty=empty)


def finding_sheet(found: Iterable[Shown]) -> Sheet:
    """The findings on payment and flow, and whether a conflict is on file."""
    queue = reverse("findings:queue")
    rows = tuple(
        Row(
            (row.check_id, row.title, row.vendor, row.venue, row.number, row.open, row.first_on, row.last_on, _filed(row.on_file) or "no conflict on file"),
            {"number": f"{queue}?{urlencode({'state': 'all', 'check': row.check_id, 'vendor': row.vendor, 'venue': row.venue})}",
             **({"on_file": row.on_file[0].get_absolute_url()} if row.on_file else {})},
            tone="" if row.on_file else "attention",
        )
        for row in found
    )  # fmt: skip
    source = "Exceptions of the checks CON, which set flow beside payment and never put payment into a figure of quality."
    caption, empty = "Flow that follows payment: what the checks found", "The checks on conflicts found nothing that stands."
    return Sheet("payment-findings", caption, FINDING_COLUMNS, rows, source=source, empty=empty)


def _of_ledger(cells: Iterable[ledger.Cell], held: Sequence[Conflict]) -> list[Payee]:
    groups: dict[tuple[str, str, str], list[ledger.Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.by["venue"], cell.by["vendor"], cell.by["kind"]), []).append(cell)
    made = []
    for (venue, vendor, kind), months in groups.items():
        first, last = months[0].by["month_on"], months[-1].by["month_on"]
        amount = sum((month.received_usd for month in months), Decimal(0))
        on_file = tuple(each for each in held if _covers(each, venue, vendor, PAID_BY_KEY[kind].conflict, first, _end(last)))
        made.append(Payee(venue, vendor, kind, first, last, amount, LEDGER, on_file))
    return made


def _of_policy(held: Sequence[Conflict]) -> list[Payee]:
    sources, _ = readable()
    if sources is None:
        return []
    on = sources.days[-1]
    listed = [each for each in sources.policy.venues_that_pay or () if each.holds(on)]
    return [
        Payee(
            each.name, "", each.kind or "", None, None, None, POLICY, tuple(row for row in held if row.is_live and _is_of(row, each.name, each.kind or "pfof"))
        )
        for each in listed
    ]


def _is_of(row: Conflict, venue: str, kind: str) -> bool:
    return row.kind == kind and row.venue in ("", venue)


def _covers(row: Conflict, venue: str, vendor: str, kind: str, first: date, last: date) -> bool:
    """Whether a conflict speaks of payments of that kind, by that venue, through that vendor, within those days."""
    is_named = _is_of(row, venue, kind) and (row.vendor is None or row.vendor.key == vendor)
    return is_named and row.since_on <= last and (row.until_on is None or row.until_on >= first)


def _speaks_of(row: Conflict, vendor: str, venue: str) -> bool:
    """Whether a live conflict of payment names what a finding is about; a finding that names no venue is about all of the vendor's."""
    pays = row.kind in {paid.conflict for paid in PAID_BY_KEY.values() if paid.conflict}
    return (
        pays
        and row.is_live
        and bool(row.vendor or row.venue)
        and (row.vendor is None or not vendor or row.vendor.key == vendor)
        and (not row.venue or not venue or row.venue == venue)
    )


def _filed(found: Sequence[Conflict]) -> str:
    return "; ".join(f"{row.kind_of.title}, {row.state_title}" for row in found)


def _way(payee: Payee, vendors: Mapping[str, int]) -> str:
    """To the conflict on file, or to the form with what is known filled in."""
    if payee.on_file:
        return payee.on_file[0].get_absolute_url()
    known = {"kind": payee.conflict_kind, "venue": payee.venue, "vendor": vendors.get(payee.vendor), "since_on": payee.first_on}
    return f"{reverse('conflicts:new')}?{urlencode({name: value for name, value in known.items() if value})}"


def _end(month_on: date) -> date:
    """The last day of the month, or today where that is earlier."""
    following = (month_on + timedelta(days=31)).replace(day=1)
    return min(following - timedelta(days=1), clock.today())


PAYEE_COLUMNS = (
    Column("venue", "Venue", kind="code"), Column("venue_name", "Name"), Column("vendor", "Through vendor"), Column("kind", "Kind"),
    Column("first_on", "First month", kind="day"), Column("last_on", "Last month", kind="day"), Column("received_usd", "Received", ledger.USD),
    Column("on_file", "Conflict on file"), Column("source", "Known from"),
)  # fmt: skip
FINDING_COLUMNS = (
    Column("check", "Check", kind="code"), Column("title", "What it asks"), Column("vendor", "Vendor"), Column("venue", "Venue", kind="code"),
    Column("number", "Exceptions", kind="count"), Column("open", "Open", kind="count"), Column("first_on", "First", kind="day"),
    Column("last_on", "Last", kind="day"), Column("on_file", "Conflict on file"),
)  # fmt: skip
