"""Every read of differences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Case, IntegerField, QuerySet, Value, When

from bestexec import Cell, printed_cell, shipped_policy
from oversight import clock
from oversight.accounts.queries import names
from oversight.differences.lifecycle import UNDECIDED
from oversight.differences.models import Decision, Difference, Question
from oversight.measured.dimensions import BY_NAME, ORDERS
from oversight.measured.reading import Reading, in_points, read
from oversight.policy.queries import in_force
from oversight.policy.reading import checked
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor

STATES = (
    ("open", "to be decided, or under way"), ("undecided", "to be decided"), ("late", "past their clock"), ("modifying", "modified, flow not yet shown"),
    ("justified", "justified"), ("ended", "ended"),
)  # fmt: skip
COLUMNS = (
    Column("state", "State", kind="tag"),
    Column("title", "Difference", kind="words"),
    Column("vendor", "Vendor"),
    Column("usd", "USD a quarter", kind="number"),
    Column("bps", "bps", kind="number"),
    Column("due", "Decide by", kind="day"),
    Column("decision", "Decision"),
    Column("until", "Flow by, or holds until", kind="day"),
    Column("first", "From", kind="day"),
    Column("last", "To", kind="day"),
    Column("rounds", "Times to decide", kind="number"),
    Column("identified_at", "Identified", kind="instant", is_for_files=True),
    Column("identified_by", "Identified by", kind="person", is_for_files=True),
    Column("materiality_usd", "Material from, USD", kind="number", is_for_files=True),
    Column("materiality_bps", "Material from, bps", kind="number", is_for_files=True),
)


def materiality() -> tuple[Decimal, Decimal]:
    """(dollars a quarter, basis points of notional) from which a difference is material, by the policy in force; the shipped one before the firm has one."""
    version = in_force()
    policy = checked(version.files).policy if version else shipped_policy()
    today = clock.today()
    return policy.limit("materiality_usd", today), policy.limit("materiality_bps", today)


def differences(*, state: str = "", vendor: str = "", text: str = "") -> QuerySet[Difference]:
    """Differences, what is to be decided first and by its clock; `state` is one of STATES."""
    rows = Difference.objects.select_related("vendor").annotate(
        place=Case(
            When(state__in=UNDECIDED, then=Value(0)), When(state__in=Difference.LIFECYCLE.ends, then=Value(2)), default=Value(1), output_field=IntegerField()
        )
    )
    if state == "open":
        rows = rows.exclude(state__in=Difference.LIFECYCLE.ends)
    elif state == "undecided":
        rows = rows.filter(state__in=UNDECIDED)
    elif state == "late":
        rows = rows.filter(state__in=UNDECIDED, due_on__lt=clock.today())
    elif state == "ended":
        rows = rows.filter(state__in=Difference.LIFECYCLE.ends)
    elif state:
        rows = rows.filter(state=state)
    if vendor:
        rows = rows.filter(vendor__key=vendor)
    if text:
        rows = rows.filter(title__icontains=text)
    return rows.order_by("place", "due_on", "pk")


def undecided() -> QuerySet[Difference]:
    """Those whose clock runs, the nearest first."""
    return Difference.objects.filter(state__in=UNDECIDED).select_related("vendor").order_by("due_on", "pk")


def overdue() -> QuerySet[Difference]:
    """Those whose clock ran out."""
    return undecided().filter(due_on__lt=clock.today())


def of_vendor(vendor: Vendor) -> QuerySet[Difference]:
    """Those of one vendor."""
    return differences(vendor=vendor.key)


def of_period(first: date, last: date) -> QuerySet[Difference]:
    """Those whose figures touch the period, both ends included."""
    return differences().filter(first_on__lte=last, last_on__gte=first)


def proposed(by: str = "") -> QuerySet[Decision]:
    """Proposals that wait for a decision, except one's own."""
    return Decision.objects.filter(state="proposed").exclude(proposed_by=by).select_related("difference").order_by("difference__due_on", "pk")


def questions_late() -> QuerySet[Question]:
    """Questions past their day."""
    return Question.objects.filter(state="asked", due_on__lt=clock.today()).select_related("difference")


def decisions_of(difference: Difference) -> list[Decision]:
    """Every decision on it, the latest first, each with what later flow said."""
    return list(
        difference.decisions.select_related("configuration", "difference__vendor").prefetch_related("observations__run").order_by("-proposed_at", "-pk")
    )


def proposed_by(first: date, last: date, at: datetime) -> QuerySet[Decision]:
    """The decisions proposed by that instant on differences whose figures touch the period."""
    found = Decision.objects.filter(difference__first_on__lte=last, difference__last_on__gte=first, proposed_at__lte=at)
    return found.select_related("difference").order_by("difference", "proposed_at", "pk")


def readings(difference: Difference) -> list[tuple[str, Reading]]:
    """What the figure says now over the period, of what is worse and of what it is compared with: (title, reading)."""
    vendor = difference.vendor.key if difference.vendor else ""
    figures = (("what is worse", difference.measured_by, vendor), ("compared with", difference.compared_with, vendor if _keeps_vendor(difference) else ""))
    return [(title, read(figure, vendor=key, first=difference.first_on, last=difference.last_on)) for title, figure, key in figures if figure]


def _keeps_vendor(difference: Difference) -> bool:
    """Whether what it is compared with is of the same vendor: unless its filters name another."""
    return "vendor" not in (difference.beside or {})


def sheet(found: Iterable[Difference]) -> Sheet:
    """Differences as a table."""
    rows = list(found)
    standing = {decision.difference_id: decision for decision in Decision.objects.filter(difference__in=rows, state__in=("adopted", "proposed"))}
    people = names()
    return Sheet(
        "differences", "Differences", COLUMNS, tuple(_row(row, standing.get(row.pk), people) for row in rows),
        source="Material by the policy that was in force when each was identified; its clock starts on that day, whatever a case does.",
        empty="No material difference is written down here. One is identified from an exception, a contradicted claim, a possible breach, or by hand.",
    )  # fmt: skip


def _row(row: Difference, decision: Decision | None, people: dict[str, str]) -> Row:
    cells = (
        "late" if row.is_overdue else row.state_title, row.title, row.vendor.name if row.vendor else "", row.usd, row.bps,
        row.due_on if row.is_undecided else None,
        f"{decision.get_kind_display()}{'' if decision.state == 'adopted' else ' (proposed)'}" if decision else "",
        (decision.by_on or decision.expires_on) if decision else None, row.first_on, row.last_on, row.rounds, row.identified_at,
        people.get(row.identified_by, row.identified_by), row.materiality_usd, row.materiality_bps,
    )  # fmt: skip
    links = {"title": row.get_absolute_url(), "vendor": row.vendor.get_absolute_url() if row.vendor else ""}
    return Row(cells, links, key=str(row.pk), tone="attention" if row.is_overdue else "")


@dataclass(frozen=True)
class Gap:
    """How far two readings of one figure lie apart, in its stored unit.

    `low` and `high` bound it by two standard errors, where these are known and no order is in both.
    """

    value: Cell
    low: Cell | None
    high: Cell | None

    @property
    def words(self) -> str:
        """`12.30 percentage points (9.10 to 15.50 percentage points by two standard errors)`."""
        if self.low is None or self.high is None:
            return f"{in_points(printed_cell(self.value))} (no interval: an error is not known, or the two share orders)"
        return f"{in_points(printed_cell(self.value))} ({in_points(printed_cell(self.low))} to {in_points(printed_cell(self.high))} by two standard errors)"

    @property
    def least(self) -> str:
        """The smallest gap that these rows could have told from none: two standard errors; empty where they are not known."""
        return "" if self.high is None else in_points(printed_cell(Cell(self.high.value - self.value.value, self.value.unit)))


def gap(worse: Reading, other: Reading) -> Gap:
    """The first less the second. Errors add in squares where the two share no order; where they may, there is no interval."""
    assert worse.value is not None and other.value is not None, "both were read"
    apart, unit = worse.value - other.value, worse.figure.unit
    if worse.se is None or other.se is None or not _share_nothing(worse, other):
        return Gap(Cell(apart, unit), None, None)
    error = 2 * (worse.se**2 + other.se**2).sqrt()
    return Gap(Cell(apart, unit), Cell(apart - error, unit), Cell(apart + error, unit))


def _share_nothing(one: Reading, two: Reading) -> bool:
    """Whether no order can be in both: some dimension of orders is narrowed in each, to values that differ. One order is filled at several venues."""
    mine, theirs = ({**reading.figure.filters, **({"vendor": (reading.vendor,)} if reading.vendor else {})} for reading in (one, two))
    return any(set(values).isdisjoint(theirs[name]) for name, values in mine.items() if name in theirs and ORDERS in BY_NAME[name].on)
