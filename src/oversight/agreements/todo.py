"""What of the app agreements needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.agreements import queries
from oversight.agreements.models import Breach, Credit, DutyReport
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    found = []
    if account.roles & {VENDOR_MANAGER, COMPLIANCE}:
        found += _keeper(account)
    if account.roles & {COMPLIANCE, SUPERVISOR}:
        found += _second(account)
    return found + (_vendor(account) if VENDOR in account.roles else [])


def _keeper(account: Account) -> list[Task]:
    breaches, drafts = reverse("agreements:breaches"), queries.drafts_for(account.key)
    return [
        Task(queries.breaches(state="overdue").count(), "possible breaches are past their cure clock", f"{breaches}?state=overdue", is_urgent=True),
        Task(len(queries.missing()), "months of data owed by vendors are missing", reverse("agreements:obtained"), is_urgent=True),
        Task(Breach.objects.filter(state__in=("answered", "disputed")).count(), "answers of vendors await your judgement", f"{breaches}?state=answered"),
        Task(Breach.objects.filter(state="possible").count(), "possible breaches await the vendor's answer", f"{breaches}?state=possible"),
        Task(len(queries.duties_due()), "periods of clauses are to be reported", f"{reverse('agreements:agreements')}#duties"),
        Task(drafts, "drafts of agreements, clauses or rights await you as second person", reverse("agreements:agreements")),
        Task(
            Credit.objects.filter(state="claimed").exclude(claimed_by=account.key).count(),
            "claimed credits await you as second person",
            reverse("agreements:credits"),
        ),
    ]


def _second(account: Account) -> list[Task]:
    proposed = Breach.objects.filter(state="proposed").exclude(proposed_by=account.key).count()
    reported = DutyReport.objects.filter(state="reported").exclude(reported_by=account.key).count()
    return [
        Task(proposed, "explanations of vendors are proposed for acceptance", f"{reverse('agreements:breaches')}?state=answered"),
        Task(reported, "reports of duties await you as second person", reverse("agreements:agreements")),
    ]


def _vendor(account: Account) -> list[Task]:
    asked, late = reverse("agreements:asked"), sum(breach.is_overdue for breach in queries.of_account(account.vendor))
    return [
        Task(late, "possible breaches are past their cure clock", asked, is_urgent=True),
        Task(queries.to_answer(account.vendor).count(), "possible breaches await your answer", asked),
    ]
