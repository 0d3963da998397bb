"""Every read of configuration worth a name: what is in force, and was at any instant; which venues that approves; how it differs from the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from bestexec import Problem
from oversight import clock
from oversight.configuration.models import DOCUMENTS, Analysis, Document, Version
from oversight.configuration.terms import venues_in
from oversight.measured import figures
from oversight.measured.dimensions import APART
from oversight.measured.scope import Scope, period_of
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.policy import queries as policy
from oversight.policy import reading
from oversight.vendors.models import Vendor

ONLY_ROUTER, ONLY_POLICY = "the router may use it, the policy does not approve it", "the policy approves it, no router is set to use it"


@dataclass(frozen=True)
class Drift:
    """A venue on which a router's configuration and the policy differ. `vendors` are those set to use it; none where only the policy names it."""

    venue: str
    how: str
    vendors: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """How one vendor stands: its two documents, what is in force, what waits."""

    vendor: Vendor
    documents: Mapping[str, Document]
    in_force: Version | None
    open: tuple[Version, ...]

    @property
    def lacking(self) -> list[tuple[str, str]]:
        """The documents that are not approved: (kind, title)."""
        return [(kind, title) for kind, (title, _) in DOCUMENTS.items() if kind not in self.documents]


def in_force(vendor_key: str, at: datetime) -> Version | None:
    """How that vendor's router was set at that instant, as noted; None where nobody noted any."""
    held = Version.objects.filter(vendor__key=vendor_key, in_force_from__lte=at).filter(Q(in_force_until=None) | Q(in_force_until__gt=at))
    return held.select_related("vendor").order_by("-in_force_from").first()


def in_force_during(vendor_key: str, on: date) -> list[Version]:
    """Every version that was in force at some instant of that day of the market, the first first: an order's key date may hold two."""
    begins, ends = _day(on)
    held = Version.objects.filter(vendor__key=vendor_key, in_force_from__lt=ends).filter(Q(in_force_until=None) | Q(in_force_until__gt=begins))
    return list(held.select_related("vendor").order_by("in_force_from"))


def latest(vendor: Vendor) -> Version | None:
    """The last version decided on: what the next draft begins with."""
    return Version.objects.filter(vendor=vendor, state__in=("approved", "in_force", "superseded")).order_by("-approved_at", "-number").first()


def versions(vendor_key: str = "") -> QuerySet[Version]:
    """Every version, or those of one vendor, the latest first."""
    found = Version.objects.select_related("vendor", "base")
    return (found.filter(vendor__key=vendor_key) if vendor_key else found).order_by("vendor__name", "-number")


def documents(vendor_key: str = "") -> QuerySet[Document]:
    """Every version of the two documents, or those of one vendor."""
    found = Document.objects.select_related("vendor")
    return (found.filter(vendor__key=vendor_key) if vendor_key else found).order_by("vendor__name", "kind", "-number")


def standings(vendor_key: str = "") -> list[Standing]:
    """How each vendor that is not ended or declined stands, or the one named. Three queries."""
    found = Vendor.objects.filter(key=vendor_key) if vendor_key else Vendor.objects.exclude(state__in=("ended", "declined"))
    vendors = list(found.order_by("name", "pk"))
    papers = list(Document.objects.filter(vendor__in=vendors, state="approved").select_related("vendor"))
    rows = list(Version.objects.filter(vendor__in=vendors, state__in=("draft", "proposed", "approved", "in_force")).select_related("vendor").order_by("number"))
    return [
        Standing(
            vendor, {paper.kind: paper for paper in papers if paper.vendor_id == vendor.pk},
            next((row for row in rows if row.vendor_id == vendor.pk and row.state == "in_force"), None),
            tuple(row for row in rows if row.vendor_id == vendor.pk and row.state != "in_force"),
        )
        for vendor in vendors
    ]  # fmt: skip


def approved_venues(on: date) -> dict[str, frozenset[str]]:
    """The venues that each vendor's router may use, as it was set at the end of that day of the market, by the vendor's key. One query."""
    _, ends = _day(on)
    held = Version.objects.filter(in_force_from__lt=ends).filter(Q(in_force_until=None) | Q(in_force_until__gte=ends)).select_related("vendor")
    return {version.vendor.key: venues_in(version.terms) for version in held.order_by("vendor__key")}


def policy_venues(on: date) -> frozenset[str] | None:
    """The venues that the firm's policy in force on that day approves; None where it names none."""
    version = policy.in_force(on)
    if version is None:
        return None
    try:
        listed = reading.checked(version.files).policy.venues
    except Problem:
        return None
    return None if listed is None else frozenset(venue.name for venue in listed if venue.holds(on))


def venue_drift(on: date) -> list[Drift]:
    """Venues on which routers and policy differ at the end of that day; nothing where the policy approves none by name or no router is set."""
    approved, routed = policy_venues(on), approved_venues(on)
    if approved is None or not routed:
        return []
    used = {venue: tuple(key for key, venues in routed.items() if venue in venues) for venue in frozenset().union(*routed.values())}
    beyond = [Drift(venue, ONLY_ROUTER, keys) for venue, keys in sorted(used.items()) if venue not in approved]
    return [*beyond, *(Drift(venue, ONLY_POLICY, ()) for venue in sorted(approved - used.keys()))]


def waiting(by: str) -> list[Document | Version]:
    """What waits for a second person who may be the account of that key."""
    own = Q(drafted_by=by) | Q(proposed_by=by)
    return [row for kind in (Document, Version) for row in kind._default_manager.filter(state="proposed").exclude(own).order_by("proposed_at", "pk")]


def to_set() -> list[Version]:
    """Approved versions whose instant has passed and that nobody noted as set."""
    return list(Version.objects.filter(state="approved", effective_from__lt=clock.now()).order_by("effective_from", "pk"))


def to_conclude() -> list[Analysis]:
    """Analyses of changes that are in force and whose figures after were not read yet."""
    return list(Analysis.objects.filter(after_at=None, version__in_force_from__isnull=False).order_by("version__in_force_from", "pk"))


def measured_flow(vendor: Vendor) -> list[tuple[str, int, str]]:
    """What the runs count of the vendor's orders in the last quarter measured: (kind of flow, orders, address); nothing before the first run."""
    try:
        sources = all_in_force()
    except NothingReceived:
        return []
    period = period_of(sources.days, "quarter")
    if period is None:
        return []
    scope = Scope(*period).having("vendor", vendor.key)
    return [_flow(scope, row) for row in figures.flows(sources, scope).iter_rows(named=True)]


def _flow(scope: Scope, row: Mapping[str, Any]) -> tuple[str, int, str]:
    words = ", ".join(apart.said(row[apart.column]) for apart in APART)
    return words, int(row["orders"]), scope.narrowed({apart.name: row[apart.column] for apart in APART}).query()


def _day(on: date) -> tuple[datetime, datetime]:
    begins, ends = (datetime.combine(day, time(), clock.MARKET_ZONE) for day in (on, on + timedelta(days=1)))
    return begins, ends
