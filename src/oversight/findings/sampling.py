"""The sampled orders as people see them: what is left, what was said, how many passed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from oversight.accounts.queries import names
from oversight.findings.models import Draw, SampleItem
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("day", "Trading date", kind="day"),
    Column("state", "State"),
    Column("order_id", "Order", kind="code"),
    Column("symbol", "Symbol"),
    Column("key_on", "Received on", kind="day"),
    Column("vendor", "Vendor"),
    Column("place", "Place in the draw", kind="number"),
    Column("note", "What is asked"),
    Column("looked_by", "Looked at by", kind="person"),
    Column("looked_at", "Looked at", kind="instant"),
    Column("seed", "Seed", kind="code"),
)


@dataclass(frozen=True)
class Quarter:
    """The sample of one quarter. `population` are the orders that could have been drawn."""

    name: str
    population: int
    drawn: int
    passed: int
    questioned: int

    @property
    def rate(self) -> str:
        """Passed of those looked at, in percent; a dash where nobody looked yet."""
        looked = self.passed + self.questioned
        return f"{100 * self.passed / looked:.1f}" if looked else "—"


def listed(state: str, day: str = "") -> QuerySet[SampleItem]:
    """The sampled orders in that state (any, where it is none), of that day, the earliest first."""
    rows = SampleItem.objects.select_related("draw").order_by("draw__on", "draw_id", "place")
    if state in SampleItem.LIFECYCLE.keys:
        rows = rows.filter(state=state)
    try:
        return rows.filter(draw__on=date.fromisoformat(day)) if day else rows
    except ValueError:
        return rows


def counts() -> dict[str, int]:
    """How many in each state; one query."""
    return SampleItem.objects.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in SampleItem.LIFECYCLE.keys})


def quarters() -> list[Quarter]:
    """The sample by quarter, the latest first; two queries."""
    populations: dict[str, int] = {}
    for on, population in Draw.objects.order_by().values_list("on").annotate(Sum("population")):
        populations[_quarter(on)] = populations.get(_quarter(on), 0) + population
    states: dict[str, dict[str, int]] = {}
    for on, state, number in SampleItem.objects.order_by().values_list("draw__on", "state").annotate(Count("pk")):
        of = states.setdefault(_quarter(on), {})
        of[state] = of.get(state, 0) + number
    return [
        Quarter(name, populations[name], sum(states.get(name, {}).values()), states.get(name, {}).get("looked", 0), states.get(name, {}).get("questioned", 0))
        for name in sorted(populations, reverse=True)
    ]


def sheet(items: Iterable[SampleItem]) -> Sheet:
    """The sampled orders as a table."""
    people, held = names(), list(items)
    rows = tuple(
        Row(
            (
                item.draw.on,
                item.state_title,
                item.order_id,
                item.symbol,
                item.key_on,
                item.vendor,
                item.place,
                item.note,
                people.get(item.looked_by, item.looked_by),
                item.looked_at,
                item.draw.seed,
            ),
            key=str(item.pk),
        )
        for item in held
    )
    runs = tuple(sorted({item.draw.run_id for item in held}))
    return Sheet(
        "sample", "Sampled orders without exceptions", COLUMNS, rows, runs=runs, source="Drawn by a seed that nobody can choose; the draw can be made again."
    )


def _quarter(on: date) -> str:
    return f"{on.year} Q{(on.month + 2) // 3}"
