"""Who is told of a case: the firm's people by role, and the vendor's own accounts by their keys."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from oversight.actor import Actor, automated
from oversight.agreements.breaching import outside_keys
from oversight.cases.models import Case, Notice
from oversight.lifecycle import Refusal, spoken
from oversight.notices.actions import tell

DESK = automated("cases")
"""Uses up what was signed, ends what ran out, reminds."""


def firm(by: Actor, case: Case, what: str, roles: Iterable[str], severity: str = "info", url: str = "") -> None:
    """Tell the firm's people of these roles."""
    tell(by, to_roles=tuple(roles), what=f"Case {case.number}, {case.vendor.name}: {what}", url=url or case.get_absolute_url(), severity=severity)


def vendor(by: Actor, notice: Notice, what: str, severity: str = "info") -> int:
    """Tell the vendor's open accounts, with their own page of the notice; says how many there are."""
    keys = outside_keys(notice.case.vendor)
    if keys:
        tell(by, to_keys=keys, what=what, url=reverse("cases:asked_of", args=[notice.pk]), severity=severity)
    return len(keys)


def may(by: Actor, roles: Iterable[str], title: str) -> None:
    """Refuse whoever holds none of these roles."""
    if not by.roles & set(roles):
        raise Refusal(f"{title}: only {spoken(tuple(roles))} may do this.", is_forbidden=True)


def still_open(case: Case, title: str) -> None:
    """Refuse what is added to a case that has ended; asked of the case as the database has it."""
    if not Case.objects.get(pk=case.pk).is_open:
        raise Refusal(f"{title}: the case has ended; nothing is added to it any more.")
