"""Trading days as the desk lists them: what each holds, what is left, who signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.urls import reverse

from oversight import clock
from oversight.accounts.queries import names
from oversight.findings.listing import USD
from oversight.findings.models import SEVERITIES, Day, Finding, RunDay, SampleItem
from oversight.handling import queries as handling
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("day", "Trading date", kind="day"),
    Column("state", "State"),
    *(Column(key, key.capitalize(), kind="number") for key in SEVERITIES),
    Column("open", "Open", kind="number"),
    Column("late", "Late", kind="number"),
    Column("awaiting", "Awaiting reader", kind="number"),
    Column("escalated", "Escalated", kind="number"),
    Column("suppressed", "Suppressed", kind="number"),
    Column("harm_usd", "Estimated cost to customers", USD),
    Column("looked", "Sample looked at", kind="number"),
    Column("sampled", "of", kind="number"),
    Column("handling", "Handling log", kind="number"),
    Column("signed_by", "Signed by", kind="person"),
    Column("signed_at", "Signed", kind="instant"),
    Column("run", "Run in force", kind="code"),
)


@dataclass(frozen=True)
class Held:
    """What one trading day holds, in numbers. `looked` of `sampled` orders; `harm_usd` is None where no dollars are known."""

    day: Day
    run_id: str
    by_severity: Mapping[str, int] = field(default_factory=dict)
    open: int = 0
    late: int = 0
    awaiting: int = 0
    escalated: int = 0
    suppressed: int = 0
    vanished: int = 0
    harm_usd: Decimal | None = None
    looked: int = 0
    sampled: int = 0
    handling: int = 0

    @property
    def exceptions(self) -> int:
        """All that stand: every severity, without the vanished."""
        return sum(self.by_severity.values())

    @property
    def left(self) -> int:
        """What keeps the day from being signed."""
        return self.open + self.awaiting + self.sampled - self.looked


def held(days: Sequence[Day]) -> list[Held]:
    """The days in numbers, in the order given: five queries, whatever their number."""
    dates = [day.on for day in days]
    standing, overdue = ~Q(state="vanished"), Q(state="open", due_at__lt=clock.now())
    states = {"open": "open", "awaiting": "awaiting_reader", "escalated": "escalated", "suppressed": "suppressed", "vanished": "vanished"}
    found = (
        Finding.objects.filter(on__in=dates)
        .order_by()
        .values("on")
        .annotate(
            **{key: Count("pk", filter=standing & Q(severity=key)) for key in SEVERITIES},
            **{name: Count("pk", filter=Q(state=state)) for name, state in states.items()},
            late=Count("pk", filter=overdue),
            harm_usd=Sum("harm_usd", filter=standing),
        )
    )
    numbers: dict[date, dict[str, Any]] = {row["on"]: _split(row) for row in found}
    sampled = (
        SampleItem.objects.filter(draw__on__in=dates)
        .order_by()
        .values_list("draw__on")
        .annotate(number=Count("pk"), looked=Count("pk", filter=~Q(state="drawn")))
    )
    samples = {on: (looked, number) for on, number, looked in sampled}
    runs = dict(RunDay.objects.filter(on__in=dates, is_current=True).values_list("on", "run_id"))
    logged = _logged(dates)
    return [
        Held(
            day,
            runs.get(day.on, ""),
            **numbers.get(day.on, {}),
            looked=samples.get(day.on, (0, 0))[0],
            sampled=samples.get(day.on, (0, 0))[1],
            handling=logged.get(day.on, 0),
        )
        for day in days
    ]


def sheet(days: Sequence[Held]) -> Sheet:
    """The days as a table."""
    people = names()
    rows = tuple(
        Row(
            (
                each.day.on,
                each.day.state_title,
                *(each.by_severity.get(key, 0) for key in SEVERITIES),
                each.open,
                each.late,
                each.awaiting,
                each.escalated,
                each.suppressed,
                each.harm_usd,
                each.looked,
                each.sampled,
                each.handling,
                people.get(each.day.signed_by, each.day.signed_by),
                each.day.signed_at,
                each.run_id,
            ),
            {"day": each.day.get_absolute_url(), "run": reverse("findings:run", args=[each.run_id]) if each.run_id else ""},
            key=each.day.on.isoformat(),
            tone="attention" if each.day.state == "late" or each.late else "",
        )
        for each in days
    )
    source = "Exceptions that stand, by severity; what is left of each day; its sample and its signature."
    return Sheet("days", "Trading days", COLUMNS, rows, runs=tuple(sorted({each.run_id for each in days if each.run_id})), source=source)


def _split(row: Mapping[str, Any]) -> dict[str, Any]:
    """The counts by severity together, the others by their names."""
    return {"by_severity": {key: row[key] for key in SEVERITIES}, **{name: value for name, value in row.items() if name not in ("on", *SEVERITIES)}}


def _logged(dates: Sequence[date]) -> dict[date, int]:
    """How many happenings of the handling log touched each day."""
    spans = [
        (from_at.astimezone(clock.MARKET_ZONE).date(), to_at.astimezone(clock.MARKET_ZONE).date() if to_at else None)
        for from_at, to_at in handling.happenings().values_list("from_at", "to_at")
    ]
    return {on: sum(first <= on and (last is None or last >= on) for first, last in spans) for on in dates}
