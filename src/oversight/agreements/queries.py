"""Every read of agreements that pages and other apps ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from oversight import clock
from oversight.agreements.lifecycle import OPEN
from oversight.agreements.measures import PERSON
from oversight.agreements.models import NOT_MEASURABLE, Agreement, Breach, Clause, Credit, Delivery, DutyReport, Entitlement, Measurement
from oversight.agreements.windows import Window, cut, period
from oversight.evidence.models import Link
from oversight.measured.reading import MET, MISSED
from oversight.vendors.models import Vendor

STATES = {"open": "open", "overdue": "past their cure clock", "possible": "vendor's answer pending", "answered": "answered", "settled": "settled"}


@dataclass(frozen=True)
class ClauseLine:
    """One clause with what it came to last: its last complete window, and the one that goes on; and how many possible breaches are open."""

    clause: Clause
    last: Measurement | None
    to_date: Measurement | None
    open_breaches: int


@dataclass(frozen=True)
class StateOfVendor:
    """How a vendor stands to its clauses in force, each by its last complete window."""

    met: int = 0
    missed: int = 0
    not_measurable: int = 0
    not_measured_yet: int = 0
    open_breaches: int = 0
    overdue: int = 0
    next_cure_on: date | None = None

    @property
    def clauses(self) -> int:
        return self.met + self.missed + self.not_measurable + self.not_measured_yet

    @property
    def words(self) -> str:
        """In one line."""
        if not self.clauses:
            return "no clause in force"
        counted = f"{self.met} met, {self.missed} missed, {self.not_measurable} not measurable"
        pending = f", {self.not_measured_yet} not measured yet" if self.not_measured_yet else ""
        return f"of {self.clauses} clause{'' if self.clauses == 1 else 's'}: {counted}{pending}"


@dataclass(frozen=True)
class Due:
    """A period of a clause that a person must still report."""

    clause: Clause
    window: Window


@dataclass(frozen=True)
class Cell:
    """One right in one month: how it stands, in a word and a tone; `delivery` where there is one."""

    right: Entitlement
    month: date
    standing: str
    tone: str = ""
    delivery: Delivery | None = None


@dataclass(frozen=True)
class Totals:
    """The credits of one month, or of all: what was claimed is what is pending, agreed, received, waived, and what was let go in agreeing."""

    claimed: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)
    agreed: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    waived: Decimal = Decimal(0)
    conceded: Decimal = Decimal(0)
    rows: int = field(default=0)

    @property
    def is_tied(self) -> bool:
        return self.claimed == self.pending + self.agreed + self.received + self.waived + self.conceded


def agreements(*, vendor: str = "", state: str = "") -> QuerySet[Agreement]:
    """Agreements, those in force first, by vendor; each with its numbers of clauses in force and open possible breaches."""
    found = Agreement.objects.select_related("vendor", "amends").annotate(
        clause_count=Count("clauses", filter=Q(clauses__state="in_force"), distinct=True),
        draft_count=Count("clauses", filter=Q(clauses__state="drafted"), distinct=True),
        open_count=Count("clauses__breaches", filter=Q(clauses__breaches__state__in=OPEN), distinct=True),
        next_cure_on=Min("clauses__breaches__due_on", filter=Q(clauses__breaches__state__in=OPEN)),
    )  # fmt: skip
    if vendor:
        found = found.filter(vendor__key=vendor)
    if state:
        found = found.filter(state=state)
    return found.order_by("vendor__name", "-effective_from", "-pk")


def of_vendor(vendor: Vendor) -> QuerySet[Agreement]:
    """The agreements with one vendor, the latest first."""
    return agreements(vendor=vendor.key)


def clause_lines(clauses: QuerySet[Clause]) -> list[ClauseLine]:
    """Clauses with what each came to last; three queries, however many."""
    newest = Measurement.objects.filter(clause=OuterRef("pk")).order_by("-last_on", "-pk").values("pk")
    found = clauses.select_related("agreement__vendor").annotate(
        last_id=Subquery(newest.filter(is_to_date=False)[:1]), newest_id=Subquery(newest[:1]),
        open_breaches=Count("breaches", filter=Q(breaches__state__in=OPEN), distinct=True),
    )  # fmt: skip
    rows = list(found)
    made = Measurement.objects.in_bulk({pk for row in rows for pk in (row.last_id, row.newest_id) if pk})
    return [_line(row, made.get(row.last_id), made.get(row.newest_id)) for row in rows]


def clauses_of(agreement: Agreement) -> QuerySet[Clause]:
    """The clauses of an agreement, those in force first, in the order in which they were written down."""
    return agreement.clauses.order_by("-state", "pk")


def measurements_of(clause: Clause) -> QuerySet[Measurement]:
    """Every measurement of a clause, the latest window first and within it the latest measurement; `later` counts those of the same window made since."""
    same = Measurement.objects.filter(clause=OuterRef("clause"), first_on=OuterRef("first_on"), last_on=OuterRef("last_on"), pk__gt=OuterRef("pk"))
    found = clause.measurements.select_related("run", "report", "restates").annotate(later=Subquery(same.order_by("-pk").values("pk")[:1]))
    return found.order_by("-last_on", "-pk")


def breaches(*, vendor: str = "", state: str = "") -> QuerySet[Breach]:
    """Possible breaches, open ones first, by cure clock."""
    found = Breach.objects.select_related("clause__agreement__vendor", "latest__clause", "measurement__clause", "credit")
    if vendor:
        found = found.filter(clause__agreement__vendor__key=vendor)
    states = {
        "open": Q(state__in=OPEN), "overdue": Q(state__in=OPEN, due_on__lt=clock.today()), "possible": Q(state="possible"),
        "answered": Q(state__in=("answered", "proposed", "disputed")), "settled": ~Q(state__in=OPEN),
    }  # fmt: skip
    return found.filter(states.get(state, Q())).annotate(is_settled=_settled()).order_by("is_settled", "due_on", "pk")


def of_account(vendor_key: str) -> QuerySet[Breach]:
    """The possible breaches of one vendor, for its own accounts; none for a name that is empty."""
    return breaches(vendor=vendor_key) if vendor_key else Breach.objects.none()


def to_answer(vendor_key: str) -> QuerySet[Breach]:
    """Those that wait for that vendor's first answer."""
    return of_account(vendor_key).filter(state="possible")


def state_of(vendor: Vendor) -> StateOfVendor:
    """How a vendor stands; four queries."""
    lines = clause_lines(Clause.objects.filter(agreement__vendor=vendor, agreement__state="in_force", state="in_force"))
    outcomes = [line.last.outcome if line.last else "" for line in lines]
    of = Breach.objects.filter(clause__agreement__vendor=vendor, state__in=OPEN)
    counted = of.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=clock.today())), cure=Min("due_on", filter=Q(due_on__gte=clock.today())))
    return StateOfVendor(
        outcomes.count(MET), outcomes.count(MISSED), outcomes.count(NOT_MEASURABLE), outcomes.count(""), counted["open"], counted["overdue"], counted["cure"]
    )


def credits_claimed(*, vendor: str = "", state: str = "") -> QuerySet[Credit]:
    """The ledger, the latest month first."""
    found = Credit.objects.select_related("breach__clause__agreement__vendor")
    found = found.filter(breach__clause__agreement__vendor__key=vendor) if vendor else found
    return (found.filter(state=state) if state else found).order_by("-month", "breach__clause__agreement__vendor__name", "pk")


def totals(rows: Iterable[Credit]) -> dict[date | None, Totals]:
    """The ledger by month, the latest first, and under None all of it."""
    by_month: dict[date | None, list[Credit]] = {None: []}
    for row in rows:
        by_month.setdefault(row.month, []).append(row)
        by_month[None].append(row)
    return {month: _summed(by_month[month]) for month in sorted((key for key in by_month if key), reverse=True)} | {None: _summed(by_month[None])}


def outstanding() -> Decimal:
    """Dollars that are claimed or agreed and not received; one query."""
    rows = Credit.objects.filter(state__in=("claimed", "agreed")).values_list("agreed_usd", "claimed_usd")
    return sum((agreed or claimed for agreed, claimed in rows), Decimal(0))


def rights(*, vendor: str = "") -> QuerySet[Entitlement]:
    """Rights to data that are or were in force, or drafted, by vendor."""
    found = Entitlement.objects.exclude(state="discarded").select_related("vendor")
    return (found.filter(vendor__key=vendor) if vendor else found).order_by("vendor__name", "pk")


def grid(found: Iterable[Entitlement], months: Sequence[date]) -> list[tuple[Entitlement, list[Cell]]]:
    """Each right with how it stands in each of the months; one query for all."""
    held = list(found)
    current = Delivery.objects.filter(entitlement__in=held, month__in=months, corrected_by=None).select_related("entitlement")
    proved = {(row.entitlement_id, row.month): row for row in current}
    return [(right, [_cell(right, month, proved.get((right.pk, month))) for month in months]) for right in held]


def months_back(number: int) -> tuple[date, ...]:
    """The first days of the last so many months that are over, the earliest first."""
    day, found = clock.today().replace(day=1), []
    for _ in range(number):
        day = (day - timedelta(days=1)).replace(day=1)
        found.append(day)
    return tuple(reversed(found))


def filed_with(proofs: Sequence[Delivery]) -> list[tuple[Delivery, list[Link]]]:
    """The proofs that have files, with them; one query."""
    by_id: dict[str, list[Link]] = {}
    for link in Link.objects.filter(subject_kind=Delivery.RECORD, subject_id__in=[str(proof.pk) for proof in proofs], state="linked").select_related("filed"):
        by_id.setdefault(link.subject_id, []).append(link)
    return [(proof, by_id[str(proof.pk)]) for proof in proofs if str(proof.pk) in by_id]


def missing() -> list[Cell]:
    """Every right and month whose clock ran out without a proof; two queries."""
    held = list(Entitlement.objects.filter(state="in_force").select_related("vendor").order_by("vendor__name", "pk"))
    proved = set(Delivery.objects.filter(entitlement__in=held).values_list("entitlement_id", "month"))
    return [
        Cell(right, month, "missing", "late")
        for right in held
        for month in right.months()
        if (right.pk, month) not in proved and clock.today() > right.due_on(month)
    ]


def duties_due(vendor: Vendor | None = None) -> list[Due]:
    """Periods that are over and that nobody has reported, of clauses in force that people report, the earliest first; three queries."""
    clauses = list(
        Clause.objects.filter(state="in_force", figure__kind=PERSON, **({"agreement__vendor": vendor} if vendor else {})).select_related("agreement__vendor")
    )
    said = set(DutyReport.objects.filter(clause__in=clauses).exclude(state="withdrawn").values_list("clause_id", "first_on", "last_on"))
    found = [Due(clause, window) for clause in clauses for window in periods(clause) if (clause.pk, window.first, window.last) not in said]
    return sorted(found, key=lambda due: (due.window.last, due.clause.pk))


def periods(clause: Clause) -> list[Window]:
    """The periods of a clause that people report which are over, the earliest first."""
    found, on, end = [], clause.from_on, clause.last_on
    while (window := cut(period(clause.window, on), clause.from_on, end)).last < clock.today() and window.first <= window.last:
        found.append(window)
        on = period(clause.window, on).last + timedelta(days=1)
        if end and on > end:
            break
    return found


def drafts_for(key: str) -> int:
    """How many drafts wait for a second person, who is not this one: agreements, clauses of agreements in force, rights to data."""
    return (
        Agreement.objects.filter(state="drafted").exclude(drafted_by=key).count()
        + Clause.objects.filter(state="drafted", agreement__state="in_force").exclude(drafted_by=key).count()
        + Entitlement.objects.filter(state="drafted").exclude(drafted_by=key).count()
    )


def _line(row: Clause, last: Measurement | None, newest: Measurement | None) -> ClauseLine:
    for measurement in (last, newest):
        if measurement is not None:
            measurement.clause = row
    goes_on = newest if newest is not None and newest.is_to_date and (last is None or newest.last_on > last.last_on) else None
    return ClauseLine(row, last, goes_on, row.open_breaches)  # type: ignore[attr-defined]  # annotated


def _settled() -> Q:
    return ~Q(state__in=OPEN)


def _summed(rows: Sequence[Credit]) -> Totals:
    def of(state: str) -> Decimal:
        return sum((row.agreed_usd or row.claimed_usd for row in rows if row.state == state), Decimal(0))

    conceded = sum((row.claimed_usd - row.agreed_usd for row in rows if row.agreed_usd is not None), Decimal(0))
    claimed = sum((row.claimed_usd for row in rows), Decimal(0))
    return Totals(claimed, of("claimed"), of("agreed"), of("received"), of("waived"), conceded, len(rows))


def _cell(right: Entitlement, month: date, delivery: Delivery | None) -> Cell:
    if delivery is not None:
        late = ", late" if right.due_on(month) < delivery.delivered_on else ""
        if not delivery.is_complete:
            return Cell(right, month, f"incomplete{late}", "late", delivery)
        return Cell(right, month, f"delivered {delivery.delivered_on}{late}", "due" if late else "good", delivery)
    if right.state == "drafted" or month not in right.months():
        return Cell(right, month, "—")
    if clock.today() > right.due_on(month):
        return Cell(right, month, f"missing since {right.due_on(month)}", "late")
    return Cell(right, month, f"due {right.due_on(month)}", "due")
