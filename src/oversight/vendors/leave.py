"""Orders that sealed runs hold of vendors that had no leave to route them, held against the record of states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.urls import reverse

from oversight.measured import figures, frames
from oversight.measured.dimensions import APART, ORDERS
from oversight.measured.scope import Scope
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.vendors import past
from oversight.vendors.lifecycle import ROUTING, VENDOR
from oversight.vendors.models import Vendor


@dataclass(frozen=True)
class Routed:
    """So many orders of the last measured day went to a vendor whose state let none go there."""

    vendor: Vendor
    on: date
    orders: int
    state: str
    address: str


def without_leave() -> list[Routed]:
    """Vendors on the register to whom orders of the last measured day went though their state let none go there, the whole day. Three queries."""
    try:
        sources = all_in_force()
    except NothingReceived:
        return []
    on = sources.days[-1]
    scope = Scope(on, on).pooling(*(apart.name for apart in APART))
    counted = figures.once(("orders by vendor", scope), sources, lambda: _counted(frames.within(sources, scope, ORDERS, {"vendor"})))
    stood = past.states_during(on)
    return [
        Routed(row, on, counted[row.key], VENDOR.state(stood[row.pk][-1]).title, reverse("desk:orders") + scope.having("vendor", row.key).query())
        for row in Vendor.objects.filter(key__in=list(counted)).order_by("name", "pk")
        if row.pk in stood and not set(stood[row.pk]) & set(ROUTING)
    ]


def _counted(rows: pl.DataFrame) -> dict[str, int]:
    if "vendor" not in rows.columns:
        return {}
    return dict(rows.filter(pl.col("vendor").is_not_null()).group_by("vendor").agg(orders=pl.len()).rows())
