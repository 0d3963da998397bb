"""Writes of the right to data: what may be obtained, the monthly proof of it, and who is told when it did not come."""

from __future__ import annotations

from datetime import date
from typing import IO

from django.core.files.base import File
from django.urls import reverse

from oversight import clock
from oversight.actor import Actor, automated
from oversight.agreements.breaching import outside_keys
from oversight.agreements.lifecycle import KEEPERS
from oversight.agreements.obtainable import BY_KEY
from oversight.agreements.obtained import Delivery, Entitlement, Reminder
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal, spoken
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import ANALYST, COMPLIANCE, VENDOR_MANAGER
from oversight.vendors.models import Vendor

DESK = automated("agreements")
PROVERS = (*KEEPERS, ANALYST)
"""Who writes down what came; analysts import the files."""
Content = bytes | IO[bytes] | File  # type: ignore[type-arg]  # at run time it takes no type


def note_right(by: Actor, vendor: Vendor, *, what: str, clause: str, format: str, clock_days: int, from_on: date, until_on: date | None = None) -> Entitlement:
    """Write down what a vendor must deliver each month; a second person puts it in force. Raises Refusal where it stands already."""
    _may(by, KEEPERS, "Rights to data are kept by")
    if what not in BY_KEY:
        raise Refusal(f"“{what[:40]}” is nothing that is obtained. Choose among {', '.join(BY_KEY)}.")
    if until_on and until_on < from_on:
        raise Refusal("It would end before it begins. Look at the two dates.")
    with actions.turn():
        if vendor.entitlements.filter(what=what, state__in=("drafted", "in_force")).exists():
            raise Refusal(f"{BY_KEY[what].title} of {vendor} is on the list already. End or discard that first.")
        row = Entitlement(
            vendor=vendor, what=what, clause=clause.strip(), format=format.strip(), clock_days=clock_days, from_on=from_on, until_on=until_on,
            drafted_by=by.key, drafted_at=clock.now(), state=Entitlement.LIFECYCLE.start,
        )  # fmt: skip
        return actions.create(by, row, verb="draft")


def prove(
    by: Actor, right: Entitlement, month: date, *, delivered_on: date, is_complete: bool, what: str = "", import_name: str = "",
    name: str = "", content: Content | None = None,
) -> Delivery:  # fmt: skip
    """Write down that a month's files came, with the import or the file that shows it. What was written before is corrected by another, not changed.

    Raises Refusal without proof, for a month that the right does not cover, or for an incomplete delivery without words.
    """
    _may(by, PROVERS, "Deliveries are noted by")
    _check(right, month, delivered_on, is_complete, what, bool(import_name.strip() or content))
    with actions.turn():
        before = right.deliveries.filter(month=month, corrected_by=None).first()
        row = Delivery(
            entitlement=right, month=month, delivered_on=delivered_on, import_name=import_name.strip(), is_complete=is_complete, what=what.strip(),
            corrects=before, proved_by=by.key, proved_at=clock.now(),
        )  # fmt: skip
        actions.create(by, row, verb="prove")
        if content is not None:
            evidence.file(by, name, content, title=f"{right.obtainable.title}, {month:%Y-%m}", effective_on=delivered_on, subject=row.subject)
    return row


def tell_missing() -> int:
    """Tell once of each month whose files did not come within its clock; says how many."""
    told = 0
    for right in Entitlement.objects.filter(state="in_force").select_related("vendor").order_by("pk"):
        proved, reminded = set(right.deliveries.values_list("month", flat=True)), set(right.reminders.values_list("month", flat=True))
        for month in right.months():
            if month not in proved | reminded and clock.today() > right.due_on(month):
                _remind(right, month)
                told += 1
    return told


def _remind(right: Entitlement, month: date) -> None:
    with actions.turn():
        actions.create(DESK, Reminder(entitlement=right, month=month, told_at=clock.now()), verb="remind")
        words = f"{right.obtainable.title} of {month:%Y-%m} did not come by {right.due_on(month)}"
        tell(DESK, to_roles=(VENDOR_MANAGER, COMPLIANCE), what=f"{right.vendor}: {words}", url=right.get_absolute_url(), severity="high")
        if keys := outside_keys(right.vendor):
            tell(DESK, to_keys=keys, what=f"{words}. The firm asks for it.", url=reverse("agreements:asked"), severity="high")


def _check(right: Entitlement, month: date, delivered_on: date, is_complete: bool, what: str, is_shown: bool) -> None:
    if right.state not in ("in_force", "ended"):
        raise Refusal("This right is not in force, so no delivery is proved for it.")
    if month not in right.months():
        raise Refusal("This month is not over yet, or the right does not cover it.")
    if delivered_on < month or delivered_on > clock.today():
        raise Refusal("The files of a month come in it or after it, and not in the future.")
    if not is_shown:
        raise Refusal("Name the import, or file what shows the delivery.")
    if not is_complete and not what.strip():
        raise Refusal("Say what is missing.")


def _may(by: Actor, roles: tuple[str, ...], title: str) -> None:
    if not by.roles & set(roles):
        raise Refusal(f"{title} {spoken(roles)}.", is_forbidden=True)
