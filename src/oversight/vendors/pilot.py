"""What a vendor routed on the days of its pilot, against the pilot's cap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.urls import reverse

from oversight.measured import figures, frames
from oversight.measured.dimensions import APART, ORDERS
from oversight.measured.scope import Scope
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor
from oversight.vendors.past import Stay

COLUMNS = (
    Column("on", "Day", kind="day"), Column("orders", "Orders", kind="number"), Column("cap", "Cap, orders a day", kind="number"),
    Column("above", "Above the cap", kind="number"),
)  # fmt: skip
EMPTY = "No order of the pilot's days is in a sealed run yet."


@dataclass(frozen=True)
class Day:
    """One day of a pilot: how many orders a run in force counts for the vendor, and the cap."""

    on: date
    orders: int
    cap: int
    address: str

    @property
    def above(self) -> int:
        return max(self.orders - self.cap, 0)


def days(row: Vendor, stays: list[Stay]) -> list[Day]:
    """The measured days of the vendor's pilots, the latest first, every kind of flow pooled: a cap counts orders, whosever they are."""
    pilots = [stay for stay in stays if stay.state == "pilot"]
    if not pilots or row.pilot_cap_orders is None:
        return []
    try:
        sources = all_in_force()
    except NothingReceived:
        return []
    scope = Scope(pilots[0].first_on, pilots[-1].last_on).pooling(*(apart.name for apart in APART)).having("vendor", row.key)
    counted = figures.once(("orders a day", scope), sources, lambda: _counted(frames.within(sources, scope, ORDERS, {"day"})))
    return [
        Day(on, orders, row.pilot_cap_orders, reverse("desk:orders") + scope.during(on, on).query())
        for on, orders in counted
        if any(stay.first_on <= on <= stay.last_on for stay in pilots)
    ]


def sheet(row: Vendor, found: list[Day]) -> Sheet:
    """Those days as a table; each leads to its orders."""
    rows = tuple(
        Row((day.on, day.orders, day.cap, day.above), {"orders": day.address}, key=f"pilot-{day.on}", tone="attention" if day.above else "") for day in found
    )
    source = "Orders by key date of every kind of flow, as the runs in force count them, against the cap that stands now."
    return Sheet(f"pilot-{row.pk}", "Pilot against its cap", COLUMNS, rows, source=source, empty=EMPTY)


def _counted(rows: pl.DataFrame) -> list[tuple[date, int]]:
    return rows.group_by("day").agg(orders=pl.len()).sort("day", descending=True).rows()
