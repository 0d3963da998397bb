"""Until when a vendor's approval holds: a year from the last completed diligence or refresh, and the days of one signed extension."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oversight import clock
from oversight.diligence.models import Assessment
from oversight.diligence.queries import assessments
from oversight.refreshes.models import Extension, Refresh
from oversight.vendors.models import Vendor

YEAR, MOST_EXTENDED = timedelta(days=365), timedelta(days=30)
"""Day 366 is the first without an approval."""
DILIGENCE, REFRESHED, STATED = "due diligence", "yearly refresh", "due diligence before the desk, as stated"
ROUTING = ("adopted", "pilot", "live")
"""States of a vendor in which an approval that ran out suspends it."""


@dataclass(frozen=True)
class Approval:
    """Where one vendor's approval stands. `base_on` is the day that counts, None where the desk knows none; `until_on` its last day, the extension included."""

    vendor: Vendor
    base_on: date | None = None
    base_is: str = ""
    due_on: date | None = None
    extension: Extension | None = None
    """The one signed for this year, or the one proposed."""
    refresh: Refresh | None = None
    """The refresh in progress."""

    @property
    def until_on(self) -> date | None:
        """Its last day."""
        return self.extension.until_on if self.extension and self.extension.state == "signed" else self.due_on

    @property
    def days_left(self) -> int | None:
        """Days until its last day; below zero once it has run out."""
        return (self.until_on - clock.today()).days if self.until_on else None

    @property
    def has_run_out(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def suspends(self) -> bool:
        """Whether the vendor may not route any more and still does."""
        return self.has_run_out and self.vendor.state in ROUTING


def approvals(vendors: Iterable[Vendor]) -> list[Approval]:
    """Where the approval of each stands, in the order given; three queries, whatever their number."""
    held = list(vendors)
    by_vendor: dict[int, list[tuple[date, date, str]]] = {vendor.pk: [] for vendor in held}
    for row in assessments():
        if row.vendor_id in by_vendor and row.approved_at is not None:
            by_vendor[row.vendor_id].append(_assessed(row))
    refreshes = list(Refresh.objects.filter(vendor__in=held).exclude(state="withdrawn").select_related("vendor").order_by("pk"))
    for refresh in refreshes:
        if refresh.state == "completed" and refresh.renews:
            by_vendor[refresh.vendor_id].append((refresh.completed_on, refresh.completed_on + YEAR, REFRESHED))
    stated = {refresh.vendor_id: [(refresh.first_on, refresh.due_on, STATED)] for refresh in refreshes if refresh.is_stated}
    extensions = list(Extension.objects.filter(vendor__in=held, state__in=("proposed", "signed")))
    open_now = {refresh.vendor_id: refresh for refresh in refreshes if refresh.state not in Refresh.LIFECYCLE.ends}
    return [_approval(vendor, by_vendor[vendor.pk] or stated.get(vendor.pk, []), extensions, open_now.get(vendor.pk)) for vendor in held]


def approval_of(vendor: Vendor) -> Approval:
    """Where the approval of one vendor stands."""
    return approvals([vendor])[0]


def _approval(vendor: Vendor, bases: list[tuple[date, date, str]], extensions: list[Extension], refresh: Refresh | None) -> Approval:
    if not bases:
        return Approval(vendor, refresh=refresh)
    base_on, due_on, base_is = max(bases, key=lambda base: (base[1], base[0]))
    extension = next((one for one in extensions if (one.vendor_id, one.base_on) == (vendor.pk, base_on)), None)
    return Approval(vendor, base_on, base_is, due_on, extension, refresh)


def _assessed(row: Assessment) -> tuple[date, date, str]:
    """An approved due diligence: its day, and its last day: what it says, a year at most, and not beyond the day on which it was taken back."""
    assert row.approved_at is not None, "only those that were approved count"
    approved_on = _day(row.approved_at)
    last = min(row.valid_until or approved_on + YEAR, approved_on + YEAR)
    return approved_on, min(last, _day(row.lapsed_at) - timedelta(days=1)) if row.lapsed_at else last, DILIGENCE


def _day(at: datetime) -> date:
    return at.astimezone(clock.MARKET_ZONE).date()
