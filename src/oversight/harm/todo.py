"""What of the app harm needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.harm import queries
from oversight.harm.lifecycle import APPROVERS, PROPOSERS, RELEASERS
from oversight.harm.models import Credit, Harm, ReportDecision
from oversight.roles import COMPLIANCE, SENIOR_MANAGER
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    here, held = reverse("harm:harms"), account.roles
    found: list[Task] = []
    if held & {*PROPOSERS, COMPLIANCE}:
        late = sum(row.is_overdue for row in queries.open_harms())
        found.append(Task(late, "assessments of what customers lost are past their day", f"{here}?state=overdue", is_urgent=True))
    if held & set(PROPOSERS):
        found.append(Task(Harm.objects.filter(state="opened").count(), "assessments of harm are to be counted", f"{here}?state=open"))
        found.append(Task(Harm.objects.filter(state="counted").count(), "counts of harm are to be proposed", f"{here}?state=open"))
    if held & set(APPROVERS):
        waiting = Harm.objects.filter(state__in=("proposed", "none_proposed")).exclude(opened_by=account.key).exclude(proposed_by=account.key)
        found.append(Task(waiting.count(), "assessments of harm await your decision", f"{here}?state=to_approve"))
    if held & set(RELEASERS):
        approved, returned = Harm.objects.filter(state="approved").exclude(approved_by=account.key), Credit.objects.filter(state="returned")
        found.append(Task(approved.count(), "credit files are to be made", f"{here}?state=to_pay"))
        found.append(Task(returned.count(), "credits came back and are to be dealt with", f"{here}?state=to_pay", is_urgent=True))
    if COMPLIANCE in held:
        undecided = Harm.objects.filter(state__in=("approved", "credited")).exclude(report_decisions__state__in=("proposed", "decided", "reported"))
        found.append(Task(undecided.count(), "assessments of harm need a decision on reporting", f"{here}?state=to_pay"))
        owed = ReportDecision.objects.filter(state="decided", is_to_report=True)
        found.append(Task(owed.count(), "reports to a regulator are owed for harm", f"{here}", is_urgent=True))
    if SENIOR_MANAGER in held:
        found.append(Task(ReportDecision.objects.filter(state="proposed").count(), "decisions on reporting harm await your second", here))
    return found
