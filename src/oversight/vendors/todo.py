"""What of the vendor register needs an account today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.task import Task
from oversight.vendors import leave, queries
from oversight.vendors.arranging import Arrangement, Reliance
from oversight.vendors.models import Vendor
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport

WORDS: dict[type[Any], str] = {
    Arrangement: "arrangements with vendors wait for a second person",
    TestReport: "test reports of routers wait for a second person",
    AccessControl: "statements on market access wait for a second person",
    ExitPlan: "exit plans wait for a second person",
    Reliance: "reviews of others wait for a second person's agreement",
}


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    roles = account.roles
    deciding = _deciding(account.key) if roles & {COMPLIANCE, SUPERVISOR} else []
    keeping = _keeping(account.key) if roles & {COMPLIANCE, VENDOR_MANAGER} else []
    adopting = _adopting(account.key) if roles & {COMPLIANCE, SENIOR_MANAGER} else []
    overdue = list(queries.overdue_adoptions()) if roles & {COMPLIANCE, SENIOR_MANAGER, VENDOR_MANAGER} else []
    return [*deciding, *adopting, *keeping, _task(overdue, "adopted vendors are past the day by which their diligence was to be done", is_urgent=True)]


def _adopting(key: str) -> list[Task]:
    asked = [row for row in Vendor.objects.filter(state="candidate").exclude(adoption_proposed_by__in=("", key)).order_by("pk") if row.is_adoption_asked]
    return [_task(asked, "vendors that were live before the desk wait for your decision to adopt them")]


def _deciding(key: str) -> list[Task]:
    suspended = list(Vendor.objects.filter(state="suspended").order_by("pk"))
    routed = [each.vendor for each in leave.without_leave()]
    waiting = [_task(queries.waiting(kind, key), words) for kind, words in WORDS.items()]
    return [
        _task(suspended, "vendors are suspended: lift it, or begin the exit", is_urgent=True),
        *waiting,
        _task(routed, "vendors route orders though their state lets none go there", is_urgent=True),
    ]


def _keeping(key: str) -> list[Task]:
    return [
        Task(len(queries.not_registered()), "vendors route orders and are not on the register", reverse("vendors:vendors"), is_urgent=True),
        _task(queries.running_out(), "reviews relied on lapse within 30 days, with none for the next quarter"),
        _task(queries.unread(key), "reviews of others are received and not read, or not challenged"),
        _task(list(queries.plans_to_look_at()), "exit plans are past their next look"),
    ]


def _task(rows: Sequence[Any], words: str, *, is_urgent: bool = False) -> Task:
    """So many, beginning with the first."""
    return Task(len(rows), words, rows[0].get_absolute_url() if rows else reverse("vendors:vendors"), is_urgent)
