"""Which suppression covers a finding, and the moves that follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from oversight.actor import automated
from oversight.findings.models import Finding, Suppression
from oversight.record import actions

DESK = automated("suppress")
"""Moves findings because a suppression says so."""
RULE = "A suppression covers exceptions of its check and scope whose trading date lies within its days. They stay counted and shown."


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Whether the finding is of the suppression's check, scope and days."""
    scope = all(getattr(suppression, name) in ("", getattr(finding, name)) for name in ("vendor", "venue", "symbol"))
    return scope and suppression.check_id == finding.check_id and suppression.from_on <= finding.on <= suppression.expires_on


def covered(check_id: str, scope: dict[str, Any], first: date, last: date) -> QuerySet[Finding]:
    """The findings of the check in the scope, whatever their state, from `first` to `last`."""
    return Finding.objects.filter(check_id=check_id, on__range=(first, last), **{name: value for name, value in scope.items() if value})


def covering(findings: Sequence[Finding]) -> list[tuple[Suppression, list[Finding]]]:
    """The findings that an approved suppression covers, by suppression: one that ended with its last day still covers the days it had."""
    standing = Suppression.objects.filter(Q(state="active") | Q(state="ended", approved_at__isnull=False, ended_by__startswith="system:")).order_by("pk")
    left, by_suppression = list(findings), []
    for suppression in standing:
        mine = [finding for finding in left if covers(suppression, finding)]
        left = [finding for finding in left if not covers(suppression, finding)]
        by_suppression.append((suppression, mine))
    return [(suppression, rows) for suppression, rows in by_suppression if rows]


def suppress(findings: Iterable[Finding], suppression: Suppression) -> Sequence[Finding]:
    """Move open findings under the suppression, an entry for each."""
    why = f"Suppression {suppression.pk} covers it: {suppression}."
    return actions.move_many(DESK, list(findings), "suppress", why=why, suppression_id=suppression.pk)
