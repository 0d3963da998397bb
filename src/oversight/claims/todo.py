"""What of the app claims needs an account today."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.claims import queries
from oversight.claims.standing import CONTRADICTED, STALE
from oversight.task import Task
from oversight.vendors.lifecycle import KEEPERS


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    if not account.roles & set(KEEPERS):
        return []
    by_vendor: dict[tuple[str, str], list[queries.Line]] = {}
    for line in queries.ledger():
        by_vendor.setdefault((line.claim.vendor.key, line.claim.vendor.name), []).append(line)
    counted = {vendor: queries.counted(found) for vendor, found in by_vendor.items()}
    return [
        Task(counts[standing], f"claims of {name} are {standing}", f"{reverse('claims:ledger')}?{urlencode({'vendor': key, 'standing': standing})}", is_urgent)
        for standing, is_urgent in ((CONTRADICTED, True), (STALE, False))
        for (key, name), counts in counted.items()
    ]
