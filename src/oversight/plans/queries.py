"""Every read of corrective plans worth a name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from oversight import clock
from oversight.cases import queries as cases
from oversight.cases.lifecycle import OPEN as OPEN_CASES
from oversight.cases.lifecycle import SHARED
from oversight.cases.models import Case
from oversight.findings.models import RunDay
from oversight.measured.reading import CHECK, MET, Figure, Reading, read
from oversight.plans.lifecycle import OPEN
from oversight.plans.models import TERMS, Item, Plan, PlanReading, checks_in, day_of
from oversight.roles import VENDOR

STATES = {
    "open": "being written or decided", "late": "owed and late", "asked": "asked of the vendor", "submitted": "submitted", "proposed": "proposed",
    "accepted": "accepted", "rejected": "rejected",
}  # fmt: skip
TITLES = {
    "what": "what is done", "owner": "who", "due_on": "due", "configuration": "resulting configuration", "change": "resulting configuration in words",
    "retest_kind": "re-test by", "retest": "re-test", "figure_kind": "figure", "figure_key": "figure", "filters": "figure narrowed to",
    "side": "side of the bound", "bound": "bound", "min_n": "least n", "by_on": "shown by", "no_figure": "why no figure",
}  # fmt: skip


@dataclass(frozen=True)
class Differing:
    """One item in which two versions differ: added, dropped, or changed in these fields, each (title, before, after)."""

    how: str
    item: Item
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Trend:
    """What the runs say of an item's figure: those in force in the order of their days, then those that later runs took the place of."""

    readings: tuple[PlanReading, ...]
    superseded: frozenset[int]

    @property
    def last(self) -> PlanReading | None:
        return next((row for row in reversed(self.readings) if row.pk not in self.superseded), None)

    @property
    def standing(self) -> str:
        """`met`, `not yet met`, `cannot tell: why`, or that no run was read yet."""
        last = self.last
        if last is None:
            return "no run was read yet"
        return last.outcome_title + (f": {last.why}" if last.why else "")


def plans(*, state: str = "", vendor: str = "") -> QuerySet[Any]:
    """Every version, the latest first, with its counts of items."""
    today = clock.today()
    found = Plan.objects.select_related("case__vendor").annotate(
        item_count=Count("items", filter=~Q(items__state="dropped"), distinct=True),
        done_count=Count("items", filter=Q(items__state="confirmed"), distinct=True),
        late_count=Count("items", filter=Q(items__state="open", items__due_on__lt=today), distinct=True),
    )
    if vendor:
        found = found.filter(case__vendor__key=vendor)
    asked = {"open": Q(state__in=OPEN), "late": Q(state="asked", due_on__lt=today, case__state__in=OPEN_CASES)}
    return found.filter(asked.get(state, Q(state=state) if state in STATES else Q())).order_by("-case__number", "-number")


def plan(pk: int) -> Plan | None:
    """One version with its case and vendor."""
    return Plan.objects.select_related("case__vendor", "base").filter(pk=pk).first()


def asked_by(first: date, last: date, at: datetime) -> QuerySet[Plan]:
    """The versions asked for by that instant in the cases that are about the days."""
    return Plan.objects.filter(case__in=cases.of_period(first, last, at), asked_at__lte=at).select_related("case").order_by("case__number", "number")


def item(pk: int) -> Item | None:
    """One item with its plan, case and vendor."""
    return Item.objects.select_related("plan__case__vendor", "configuration__vendor").filter(pk=pk).first()


def accepted(case: Case) -> Plan | None:
    """The accepted plan of the case; None where there is none."""
    return Plan.objects.select_related("case__vendor").filter(case=case, state="accepted").first()


def current(case: Case) -> Plan | None:
    """The version that is being written or decided; None where there is none."""
    return Plan.objects.select_related("case__vendor").filter(case=case, state__in=OPEN).first()


def to_ask() -> QuerySet[Case]:
    """Cases whose plan is due to be asked for: in planning, and no version of one."""
    return Case.objects.filter(state="planning", plans=None).select_related("vendor").order_by("opened_at", "pk")


def of_account(account: Any) -> QuerySet[Any]:
    """The versions that this outside account sees: its own vendor's, while the case is shared; for anybody else none."""
    if VENDOR not in account.roles or not account.vendor:
        return Plan.objects.none()
    return plans(vendor=account.vendor).filter(case__state__in=SHARED)


def shared_plan(pk: int, account: Any) -> Plan | None:
    """The version of that number, where this outside account sees it; None for any other, whether or not it is there."""
    return of_account(account).filter(pk=pk).first()


def shared_item(pk: int, account: Any) -> Item | None:
    """The item of that number, where this outside account sees it; None for any other."""
    found = item(pk)
    return found if found is not None and VENDOR in account.roles and found.is_visible_to(account) else None


def live_items(*, state: str = "") -> QuerySet[Item]:
    """Items of accepted plans whose case goes on, the first due first."""
    found = Item.objects.filter(plan__state="accepted", plan__case__state__in=OPEN_CASES).select_related("plan__case__vendor")
    return (found.filter(state=state) if state else found).order_by("due_on", "pk")


def overdue_items() -> QuerySet[Item]:
    """Those past their day and not reported done."""
    return live_items(state="open").filter(due_on__lt=clock.today())


def unmet() -> list[Item]:
    """Items whose figure was to show it by now and does not: three queries, however many."""
    rows = list(live_items().exclude(state="dropped").exclude(figure_key="").filter(by_on__lt=clock.today()))
    found = trends(rows)
    return [row for row in rows if (last := found[row.pk].last) is None or last.outcome != MET]


def trends(items: Iterable[Item]) -> dict[int, Trend]:
    """What the runs say of each item, by its number: two queries."""
    rows = list(PlanReading.objects.filter(item__in=list(items)).select_related("item").order_by("last_on", "first_on", "pk"))
    in_force = set(RunDay.objects.filter(run__in={row.run_id for row in rows}, is_current=True).values_list("run_id", flat=True))
    found: dict[int, list[PlanReading]] = {one.pk: [] for one in items}
    for row in rows:
        found[row.item_id].append(row)
    return {pk: Trend(tuple(held), frozenset(row.pk for row in held if row.run_id not in in_force)) for pk, held in found.items()}


def retested(row: Item) -> list[Reading]:
    """How many exceptions the checks that the item names for its re-test have found in the vendor's flow since the plan was accepted."""
    since = day_of(row.plan)
    if row.retest_kind != "check" or since is None:
        return []
    vendor, today = row.plan.case.vendor.key, clock.today()
    return [read(Figure(CHECK, id_), vendor=vendor, first=since, last=today) for id_ in checks_in(row.retest)]


def differences(before: Plan, after: Plan) -> list[Differing]:
    """In what two versions differ, item by item: three queries."""
    was = {row.pk: row for row in before.held.select_related("configuration")}
    now = list(after.held.select_related("configuration"))
    found = [Differing("added", row) for row in now if row.carries_id not in was]
    for row in now:
        if row.carries_id in was and (fields := _fields(was[row.carries_id], row)):
            found.append(Differing("changed", row, fields))
    carried = {row.carries_id for row in now}
    left = [row for row in was.values() if row.pk not in carried and row.state != "confirmed"]
    return [*found, *(Differing("dropped", row) for row in left)]


def _fields(before: Item, after: Item) -> tuple[tuple[str, str, str], ...]:
    pairs = [(TITLES[name], getattr(before, name), getattr(after, name)) for name in TERMS]
    said = [(title, _said(was), _said(now)) for title, was, now in pairs if was != now]
    return tuple(dict.fromkeys(said))


def _said(value: Any) -> str:
    if value in (None, "", {}):
        return "—"
    if isinstance(value, dict):
        return ", ".join(f"{name}={'|'.join(values)}" for name, values in value.items())
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if hasattr(value, "as_tuple") and "." in text else text
