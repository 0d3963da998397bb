"""Every read of the vendor register worth a name; what going live asks and what a pilot measures stand in files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from oversight import clock
from oversight.accounts.models import Account, Holding
from oversight.measured import figures, frames
from oversight.measured.dimensions import ORDERS
from oversight.measured.sources import NothingReceived, Sources, all_in_force
from oversight.record.models import Moving
from oversight.roles import COMPLIANCE, SUPERVISOR
from oversight.vendors import past
from oversight.vendors.arranging import Arrangement, Reliance, in_force_on
from oversight.vendors.listing import sheet
from oversight.vendors.models import Product, SubVendor, Vendor
from oversight.vendors.past import Stay, stays
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport

__all__ = ["Branch", "Stay", "as_of", "by_key", "chain", "sheet", "stays", "vendors"]
SOON = timedelta(days=30)
WAITS: dict[type[Moving], tuple[str, tuple[str, ...]]] = {
    Arrangement: ("drafted", ("drafted_by", "corrected_by")), TestReport: ("filed", ("filed_by",)), AccessControl: ("stated", ("stated_by",)),
    ExitPlan: ("proposed", ("drafted_by", "proposed_by")), Reliance: ("challenged", ("opened_by", "read_by")),
}  # fmt: skip
"""The state in which each kind waits for a second person, and who cannot be that one."""


@dataclass(frozen=True)
class Branch:
    """One link of a chain, how deep it stands, and what stands behind it."""

    row: SubVendor
    depth: int
    behind: tuple[Branch, ...]


def vendors() -> QuerySet[Vendor]:
    """Every vendor, by name; with its arrangements in force today, its approved exit plan and the reviews relied on. Four queries."""
    today = clock.today()
    return Vendor.objects.order_by("name", "pk").prefetch_related(
        Prefetch("arrangements", Arrangement.objects.filter(in_force_on(today)), to_attr="arranged_now"),
        Prefetch("arranged_now__reliances", Reliance.objects.filter(state="relied_on", due_on__gte=today).order_by("-quarter"), to_attr="relied_now"),
        Prefetch("exit_plans", ExitPlan.objects.filter(state="approved"), to_attr="plan_now"),
    )


def by_key(key: str) -> Vendor | None:
    """The vendor of that name in the data; None where nobody registered it."""
    return Vendor.objects.filter(key=key).first()


def as_of(on: date) -> list[tuple[Vendor, str]]:
    """Each vendor that was on the register at the end of that day, with its state then, as the record tells it. Two queries."""
    states = past.states_on(on)
    return [(row, states[row.pk]) for row in Vendor.objects.filter(pk__in=states).order_by("name", "pk")]


def not_registered() -> list[str]:
    """Names of vendors that sealed runs hold and the register does not: orders went to somebody whom nobody wrote down."""
    try:
        sources = all_in_force()
    except NothingReceived:
        return []
    seen = figures.once(("vendors of orders",), sources, lambda: _seen(sources))
    return sorted(seen - set(Vendor.objects.values_list("key", flat=True)))


def chain(vendor: Vendor, *, with_ended: bool = False) -> tuple[Branch, ...]:
    """What the vendor rests on and what stands behind that, as trees by name. Two queries, however deep."""
    found = vendor.sub_vendors.select_related("vendor").prefetch_related("next_behind").order_by("name", "pk")
    by_place: dict[int | None, list[SubVendor]] = {}
    for row in found if with_ended else found.filter(state="standing"):
        by_place.setdefault(row.behind_id, []).append(row)
    return _branches(by_place, None, 0)


def flat(branches: tuple[Branch, ...]) -> list[Branch]:
    """The trees as one list, each link before what stands behind it."""
    return [each for branch in branches for each in (branch, *flat(branch.behind))]


def products(vendor: Vendor) -> list[Product]:
    """Products of the vendor, those in use first."""
    return list(vendor.products.select_related("vendor").order_by("-state", "name", "pk"))


def arrangements(vendor: Vendor) -> list[Arrangement]:
    """Every arrangement with the vendor, the latest first, each with its reliances. Two queries."""
    return list(vendor.arrangements.select_related("vendor").prefetch_related(Prefetch("reliances", Reliance.objects.select_related("arrangement"))))


def reliances() -> QuerySet[Reliance]:
    """Every reliance, the latest quarter first."""
    return Reliance.objects.select_related("arrangement__vendor").order_by("-quarter", "-pk")


def running_out(on: date | None = None) -> list[Reliance]:
    """Reviews relied on whose day comes within 30 days and after which no later quarter is relied on; the most urgent first."""
    today = on or clock.today()
    found = reliances().filter(state="relied_on", due_on__range=(today, today + SOON)).order_by("due_on", "pk")
    later = {(row.arrangement_id, row.quarter) for row in Reliance.objects.filter(state="relied_on")}
    return [row for row in found if not any(of == row.arrangement_id and quarter > row.quarter for of, quarter in later)]


def waiting(kind: type[Moving], by: str) -> list[Any]:
    """What of that kind waits for a second person who may be the account of that key, the first first."""
    state, first = WAITS[kind]
    own = Q()
    for name in first:
        own |= Q(**{name: by})
    return list(kind._default_manager.filter(state=state).exclude(own).order_by("pk"))


def plans_to_look_at() -> QuerySet[ExitPlan]:
    """Approved exit plans, of vendors that are not ended, whose next look was due."""
    return ExitPlan.objects.filter(state="approved", relook_on__lt=clock.today()).exclude(vendor__state__in=("ended", "declined"))


def overdue_adoptions() -> QuerySet[Vendor]:
    """Adopted vendors past the day by which their diligence was to be done."""
    return Vendor.objects.filter(state="adopted", adopted_until__lt=clock.today()).order_by("adopted_until", "pk")


def unread(by: str) -> list[Reliance]:
    """Reviews that were received and that nobody read, or read by somebody else and not challenged yet; the first to lapse first."""
    found = Reliance.objects.filter(Q(state="received") | (Q(state="read") & ~Q(read_by=by)), due_on__gte=clock.today())
    return list(found.order_by("due_on", "pk"))


def pullers() -> list[tuple[str, list[str]]]:
    """Who may stop a vendor now: each role with the people who hold it. One query."""
    held = Holding.objects.filter(role__in=(COMPLIANCE, SUPERVISOR), ended_at=None, account__is_active=True).select_related("account").order_by("account__name")
    return [(role, [str(holding.account) for holding in held if holding.role == role]) for role in (SUPERVISOR, COMPLIANCE)]


def outside_accounts(vendor: Vendor) -> QuerySet[Account]:
    """The accounts of the vendor's own people, open ones first."""
    return Account.objects.filter(vendor=vendor.key).order_by("-is_active", "name", "key")


def _seen(sources: Sources) -> frozenset[str]:
    columns = [column for run, _ in sources.in_force for column in frames.columns(run, ORDERS, ["vendor"]).get_columns()]
    return frozenset(str(value) for column in columns for value in column.unique() if value)


def _branches(by_place: dict[int | None, list[SubVendor]], place: int | None, depth: int) -> tuple[Branch, ...]:
    return tuple(Branch(row, depth, _branches(by_place, row.pk, depth + 1)) for row in by_place.get(place, ()))
