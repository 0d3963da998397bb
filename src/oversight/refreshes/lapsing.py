"""What is done when an approval nears its last day: people are told, once each; a vendor without one is suspended; an extension is asked for, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from oversight import clock
from oversight.actor import Actor, automated
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.refreshes.approval import MOST_EXTENDED, ROUTING, Approval, approval_of, approvals
from oversight.refreshes.extending import Extension, Reminder
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, VENDOR_MANAGER
from oversight.vendors.models import Vendor

STEPS = (30, 7, 1)
"""Days before the last day on which people are told."""
PROPOSED_AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Lapsed:
    """What a day's look did: how many were told of, and which vendors were suspended."""

    told: int
    suspended: tuple[str, ...]

    @property
    def words(self) -> str:
        """What it did, in words."""
        return f"{self.told} told that an approval runs out, {', '.join(self.suspended) or 'nobody'} suspended"


def lapse() -> Lapsed:
    """Look at every vendor that routes: remind at 30, 7 and 1 days, once each; suspend from day 366 on, or from the day after a signed extension's last.

    It may be called as often as one likes; a day on which it was not called is caught up with, the nearest reminder alone.
    """
    by, told, suspended = automated("refresh"), 0, []
    for approval in approvals(Vendor.objects.filter(state__in=ROUTING).order_by("name", "pk")):
        if approval.suspends:
            if _suspended(by, approval):
                suspended.append(approval.vendor.key)
        elif approval.days_left is not None:
            told += _reminded(by, approval, approval.days_left)
    return Lapsed(told, tuple(suspended))


def propose_extension(by: Actor, vendor: Vendor, *, until_on: date, reason: str) -> Extension:
    """Ask a senior manager for more days: at most 30, at most once for the year. Raises Refusal where they may not be had."""
    if COMPLIANCE not in by.roles:
        raise Refusal("An extension is proposed by compliance and signed by a senior manager.", is_forbidden=True)
    approval = approval_of(vendor)
    due_on, base_on = approval.due_on, approval.base_on
    if due_on is None or base_on is None:
        raise Refusal(f"No approval of {vendor.name} is on the desk, so there is nothing to extend.")
    if not reason.strip():
        raise Refusal("Say why the refresh is not completed in time.")
    if clock.today() < due_on - PROPOSED_AHEAD:
        raise Refusal(f"The approval holds until {due_on}. An extension can be proposed from 30 days before.")
    if not due_on < until_on <= due_on + MOST_EXTENDED or until_on < clock.today():
        raise Refusal(f"An extension ends after {due_on}, not before today, and on {due_on + MOST_EXTENDED} at the latest.")
    row = Extension(
        vendor=vendor, base_on=base_on, due_on=due_on, until_on=until_on, reason=reason.strip(), proposed_by=by.key, proposed_at=clock.now(),
        state=Extension.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        if Extension.objects.filter(vendor=vendor, base_on=base_on, state__in=("proposed", "signed")).exists():
            raise Refusal("The approval was extended already, or an extension waits for a senior manager. It is extended at most once.")
        actions.create(by, row, verb="propose")
        tell(
            by,
            to_roles=(SENIOR_MANAGER,),
            what=f"An extension of the approval of {vendor.name} waits for your signature",
            url=row.get_absolute_url(),
            severity="high",
        )
    return row


def _suspended(by: Actor, approval: Approval) -> bool:
    """Suspend the vendor, unless somebody did meanwhile."""
    vendor, until_on = approval.vendor, approval.until_on
    why = f"Its approval held until {until_on}: no yearly refresh was completed since {approval.base_on} ({approval.base_is}), and no extension was signed."
    if approval.extension and approval.extension.state == "signed":
        why = f"Its approval held until {until_on}, the last day of its signed extension, and no yearly refresh was completed since {approval.base_on}."
    try:
        with actions.turn():
            actions.move(by, vendor, "suspend", why=why)
            tell(
                by,
                to_roles=(COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER),
                what=f"{vendor.name} is suspended: its approval ran out on {until_on}",
                url=_page(approval),
                severity="high",
            )
    except Refusal:
        return False
    return True


def _reminded(by: Actor, approval: Approval, left: int) -> int:
    """Tell once that so many days are left: the nearest step that was reached."""
    step = min((step for step in STEPS if left <= step), default=None)
    if step is None:
        return 0
    asked = {"vendor": approval.vendor, "until_on": approval.until_on, "days": step}
    with actions.turn():
        if Reminder.objects.filter(**asked).exists():
            return 0
        actions.create(by, Reminder(**asked, told_at=clock.now()), verb="remind")
        how = f"its refresh is “{approval.refresh.state_title}”" if approval.refresh else "no refresh is open"
        what = f"{approval.vendor.name}: the approval holds until {approval.until_on}, {left} day{'' if left == 1 else 's'} left; {how}"
        tell(by, to_roles=(COMPLIANCE, VENDOR_MANAGER), what=what, url=_page(approval), severity="high" if step == STEPS[-1] else "medium")
    return 1


def _page(approval: Approval) -> str:
    return reverse("refreshes:approval", args=[approval.vendor.pk])
