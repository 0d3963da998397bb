"""Every read of holds, periods and disposals worth a name."""

from __future__ import annotations

from django.db.models import QuerySet

from bestexec import tombstones_in
from oversight.retention import items
from oversight.retention.classes import DESK, WORKSPACE
from oversight.retention.models import Disposal, Disposed, Hold, Period, Restore


def holds() -> QuerySet[Hold]:
    """Every hold, the latest first."""
    return Hold.objects.order_by("-proposed_at", "-pk")


def to_place() -> QuerySet[Hold]:
    """Holds that were asked for and wait for compliance."""
    return Hold.objects.filter(state="proposed")


def periods() -> QuerySet[Period]:
    """Every stated period, the latest day first."""
    return Period.objects.order_by("-from_on", "-pk")


def periods_to_decide(account_key: str) -> QuerySet[Period]:
    """Stated periods that this account may decide on: somebody else's."""
    return Period.objects.filter(state="proposed").exclude(proposed_by=account_key)


def disposals() -> QuerySet[Disposal]:
    """Every disposal, the latest first."""
    return Disposal.objects.order_by("-proposed_at", "-pk")


def disposals_to_decide(account_key: str) -> QuerySet[Disposal]:
    """Disposals that this account may decide on: somebody else's."""
    return Disposal.objects.filter(state="proposed").exclude(proposed_by=account_key)


def restores() -> QuerySet[Restore]:
    """Every restore that was tried, the latest first."""
    return Restore.objects.select_related("proof").order_by("-restored_at", "-pk")


def strange_tombstones() -> list[str]:
    """Tombstones on the disk that the record does not know by their hash: whoever laid them was not this desk."""
    known = set(Disposed.objects.values_list("tombstone", flat=True))
    roots = [items.root_of(name) for name in (WORKSPACE, DESK)]
    return [f"{root.name}/disposed/{stone.kind}-{stone.id}.json" for root in roots for stone in tombstones_in(root) if stone.sha256 not in known]
