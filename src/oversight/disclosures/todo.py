"""What of the app disclosures needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.disclosures import queries
from oversight.disclosures.lifecycle import MAKERS, SECOND
from oversight.disclosures.models import Adoption, CustomerRequest, Publication, YearlyNotice
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    here, key = reverse("disclosures:overview"), account.key
    found: list[Task] = []
    if account.roles & set(MAKERS):
        near = queries.due_within(7)
        late = [row for row in near if row.is_overdue]
        found += [
            Task(len(late), "customers' routing reports are past their day", f"{here}#customer_requests", is_urgent=True),
            Task(len(near) - len(late), "customers' routing reports are due within 7 days", f"{here}#customer_requests"),
            Task(Adoption.objects.filter(state="received").count(), "reports of other firms are not examined", f"{here}#adoptions"),
        ]
    if account.roles & set(SECOND):
        found += [
            Task(
                CustomerRequest.objects.filter(state="made").exclude(made_by=key).count(),
                "customers' routing reports wait to be checked",
                f"{here}#customer_requests",
            ),
            Task(Publication.objects.filter(state="made").exclude(made_by=key).count(), "public reports wait to be checked", f"{here}#publications"),
            Task(Publication.objects.filter(state="checked").exclude(made_by=key).count(), "public reports are checked and not public", f"{here}#publications"),
            Task(
                Adoption.objects.filter(state="examined").exclude(examined_by=key).count(),
                "examined reports of other firms wait for a decision",
                f"{here}#adoptions",
            ),
            Task(
                YearlyNotice.objects.filter(state="drafted").exclude(drafted_by=key).count(), "yearly notices wait for your reading", f"{here}#yearly_notices"
            ),
        ]
    return found
