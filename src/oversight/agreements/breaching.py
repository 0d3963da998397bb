"""What follows from a complete window: a possible breach is opened, shown its latest figure, withdrawn when a restatement meets the target, or recurs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.agreements import windows
from oversight.agreements.lifecycle import OPEN
from oversight.agreements.models import Breach, Measurement
from oversight.agreements.promises import Clause
from oversight.measured.reading import MET, MISSED
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, VENDOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

DESK = automated("agreements")
"""Opens and withdraws possible breaches, because a figure says so."""


def follow(row: Measurement) -> tuple[bool, bool]:
    """Open, keep, withdraw or recur by a complete measurement: (whether one was opened, whether one was withdrawn)."""
    held = Breach.objects.filter(clause=row.clause, first_on=row.first_on, last_on=row.last_on).select_related("clause__agreement__vendor", "latest").first()
    if held is None:
        return _open(row), False
    before = held.latest
    actions.change(DESK, held, verb="restate", why=row.difference, latest=row)
    name = f"{row.clause.title}, {row.span.words}"
    if row.outcome == MET and held.state in OPEN:
        actions.move(DESK, held, "withdraw", why=f"The data was restated: {row.difference}")
        tell_both(held, f"Possible breach withdrawn, the data was restated: {name}", "info")
        return False, True
    if row.outcome == MISSED and held.state == "withdrawn":
        actions.move(DESK, held, "recur", why=f"The data was restated again: {row.difference}")
        actions.change(DESK, held, verb="begin_again", due_on=_due(row.clause), overdue_told_on=None)
        tell_both(held, f"Possible breach again, the data was restated: {name}", "medium")
        return True, False
    if (before.outcome, before.value) != (row.outcome, row.value):
        tell_both(held, f"The figure of a possible breach was restated: {name}", "info")
    return False, False


def outside_keys(vendor: Vendor) -> list[str]:
    """The keys of the vendor's own accounts that are open."""
    found = Account.objects.filter(vendor=vendor.key, is_active=True, held__role=VENDOR, held__ended_at=None)
    return sorted(set(found.values_list("key", flat=True)))


def tell_both(breach: Breach, what: str, severity: str, roles: Iterable[str] = (VENDOR_MANAGER,)) -> None:
    """Tell the firm's people of these roles, with their page, and the vendor's accounts, with theirs."""
    tell(DESK, to_roles=tuple(roles), what=f"{breach.clause.agreement.vendor}: {what}", url=breach.get_absolute_url(), severity=severity)
    if keys := outside_keys(breach.clause.agreement.vendor):
        tell(DESK, to_keys=keys, what=what, url=reverse("agreements:asked_of", args=[breach.pk]), severity=severity)


def tell_overdue() -> int:
    """Tell once of each possible breach whose cure clock ran out; says how many."""
    late = Breach.objects.filter(state__in=OPEN, due_on__lt=clock.today(), overdue_told_on=None).select_related("clause__agreement__vendor")
    told = 0
    for breach in late.order_by("due_on", "pk"):
        with actions.turn():
            actions.change(DESK, breach, verb="tell_overdue", overdue_told_on=clock.today())
            what = f"Past its cure clock since {breach.due_on}: {breach.clause.title}, {breach.span.words}"
            tell_both(breach, what, "high", (VENDOR_MANAGER, COMPLIANCE))
        told += 1
    return told


def _open(row: Measurement) -> bool:
    if row.outcome != MISSED or _is_covered(row):
        return False
    breach = Breach(
        clause=row.clause, measurement=row, latest=row, first_on=row.first_on, last_on=row.last_on, opened_at=clock.now(), due_on=_due(row.clause),
        state=Breach.LIFECYCLE.start,
    )  # fmt: skip
    actions.create(DESK, breach, verb="open")
    tell_both(breach, f"Possible breach, vendor's answer pending: {row.clause.title}, {row.span.words}", "medium")
    return True


def _is_covered(row: Measurement) -> bool:
    """Whether a rolling window shares days with one whose possible breach stands: one bad week is one possible breach."""
    if row.clause.window != windows.ROLLING:
        return False
    standing = Breach.objects.filter(clause=row.clause, first_on__lte=row.last_on, last_on__gte=row.first_on)
    return standing.exclude(state="withdrawn").exists()


def _due(clause: Clause) -> date:
    return clock.today() + timedelta(days=clause.cure_days)
