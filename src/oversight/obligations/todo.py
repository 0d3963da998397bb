"""What of the app obligations needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.obligations import assessment, profile, queries
from oversight.obligations.lifecycle import DOERS, SECOND
from oversight.obligations.models import Matrix, Occurrence
from oversight.roles import COMPLIANCE, SENIOR_MANAGER
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    found: list[Task] = []
    if account.roles & set(DOERS):
        found += _own(account)
    if account.roles & set(SECOND):
        found += _second(account)
    if COMPLIANCE in account.roles:
        found += _compliance()
    if SENIOR_MANAGER in account.roles:
        escalated = Occurrence.objects.filter(state__in=("missed", "waiver_asked"), escalations__role=SENIOR_MANAGER).distinct().count()
        found.append(Task(escalated, "missed duties were escalated to you", f"{reverse('obligations:duties')}?show=missed", is_urgent=True))
    return found


def _own(account: Account) -> list[Task]:
    rows, page = queries.of_account(account), f"{reverse('obligations:duties')}?show=mine"
    late, soon = [row for row in rows if row.is_overdue], [row for row in rows if row.is_due_soon]
    return [
        Task(len(late), "duties asked of you are past their day", late[0].get_absolute_url() if len(late) == 1 else page, is_urgent=True),
        Task(len(soon), "duties asked of you are due within 7 days", soon[0].get_absolute_url() if len(soon) == 1 else page),
    ]


def _second(account: Account) -> list[Task]:
    page = reverse("obligations:duties")
    return [
        Task(queries.to_confirm(account.key).count(), "duties were done and await you as second person", f"{page}?show=waiting"),
        Task(queries.waivers(account.key).count(), "waivers are asked", f"{page}?show=waiver", is_urgent=True),
        Task(profile.waiting(account.key).count(), "answers of the profile await a second signature", reverse("obligations:profile")),
        Task(
            Matrix.objects.filter(state="proposed").exclude(proposed_by=account.key).count(), "escalation matrix is proposed", reverse("obligations:escalation")
        ),
    ]


def _compliance() -> list[Task]:
    page, profile_page, going, unplanned = reverse("obligations:duties"), reverse("obligations:profile"), assessment.going(), assessment.unplanned()
    is_begun = going is not None or assessment.finished().exists()
    return [
        Task(queries.overdue().count(), "duties of the firm are missed or past their day", f"{page}?show=missed", is_urgent=True),
        Task(queries.without_owner().count(), "duties have no owner", reverse("obligations:owners"), is_urgent=True),
        Task(profile.stale().count(), "“not applicable” not confirmed within the year", profile_page, is_urgent=True),
        Task(sum(not row.stands and not row.waits for row in profile.standings()), "questions of the obligation profile are not answered", profile_page),
        Task(int(not is_begun), "self-assessment waits to be begun", reverse("obligations:assessments")),
        Task(
            sum(area.left for area in assessment.areas(going)) if going else 0,
            "questions of the self-assessment are left",
            going.get_absolute_url() if going else "",
        ),
        Task(int(unplanned is not None), "self-assessment has gaps that are not on the calendar", unplanned.get_absolute_url() if unplanned else ""),
    ]
