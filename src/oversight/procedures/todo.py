"""What of the procedures needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.procedures import ages, queries
from oversight.procedures.lifecycle import APPROVERS, READERS, WRITERS
from oversight.roles import COMPLIANCE
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    if not account.roles & set(READERS):
        return []
    asked = list(queries.to_attest(account))
    late = sum(row.is_overdue for row in asked)
    reading, sections = reverse("procedures:reading"), reverse("procedures:sections")
    found = [
        Task(late, "procedures wait for your attestation and are overdue", reading, is_urgent=True),
        Task(len(asked) - late, "procedures wait for your attestation", reading),
    ]
    if account.roles & set(APPROVERS):
        found.append(Task(queries.proposals(account.key).count(), "procedures are proposed and wait for a second person", f"{sections}?state=changing"))
    if account.roles & set(WRITERS):
        found.append(Task(queries.drafts_of(account.key).count(), "drafts of procedures are yours", f"{sections}?state=changing"))
    return [*found, *_evidence(account, sections)]


def _evidence(account: Account, sections: str) -> list[Task]:
    """Lapsed evidence: all of it for compliance, their own for owners and deputies."""
    if COMPLIANCE not in account.roles and not queries.is_owner(account.key):
        return []
    in_force = queries.by_age()
    own = [one for one in in_force if one.version and account.key in (one.version.owner, one.version.deputy)]
    watched = in_force if COMPLIANCE in account.roles else own
    lapsed, soon = (sum(queries.is_in(one, state) for one in watched) for state in (ages.LAPSED, ages.SOON))
    whose = "" if COMPLIANCE in account.roles else "&owner=me"
    found = [
        Task(lapsed, "procedures have lapsed evidence", f"{sections}?state={ages.LAPSED}{whose}", is_urgent=True),
        Task(soon, "procedures have evidence that lapses soon", f"{sections}?state={ages.SOON}{whose}"),
    ]
    if COMPLIANCE in account.roles and in_force:
        found.append(Task(len(queries.unclaimed()), "checks are claimed by no procedure in force", reverse("procedures:checks")))
        found.append(
            Task(
                queries.attestations(state="overdue").count(), "attestations are overdue", f"{reverse('procedures:attestations')}?state=overdue", is_urgent=True
            )
        )
    return found
