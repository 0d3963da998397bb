"""How duties stood at the end of any day, as the record knew it then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from oversight import clock
from oversight.accounts.queries import names
from oversight.obligations.lifecycle import OCCURRENCE, OPEN
from oversight.obligations.models import Duty, Occurrence
from oversight.obligations.profile import midnight_after
from oversight.record.models import Entry
from oversight.record.telling import Original
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("duty", "Duty"), Column("period", "Period"), Column("due_on", "Due", kind="day"), Column("standing", "Standing then", kind="tag"),
    Column("severity", "Severity", kind="severity"), Column("owner", "Owner then", kind="person"), Column("deputy", "Deputy then", kind="person"),
    Column("done_by", "Done by", kind="person"), Column("done_at", "Done", kind="instant"), Column("is_late", "Late"),
)  # fmt: skip
DONE_WITHIN_DAYS = 92
"""What was closed longer ago than this before the day is left out of the page."""


@dataclass(frozen=True)
class Stood:
    """One occurrence as it stood: the fields that the record held then."""

    pk: int
    duty: str
    period: str
    due_on: date
    state: str
    severity: str
    owner: str
    deputy: str
    done_by: str
    done_at: datetime | None
    is_late: bool
    on: date

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on < self.on

    @property
    def title(self) -> str:
        """Its standing in words; what was past its day and not yet marked is said so."""
        return "past its day" if self.state == "due" and self.is_overdue else OCCURRENCE.state(self.state).title


def as_of(on: date) -> list[Stood]:
    """Every occurrence that the record held at the end of that day, open ones first, by their day: two queries, from recorded entries alone."""
    rows, duties = _originals(Occurrence.RECORD, on), _originals(Duty.RECORD, on)
    found = [_stood(int(id_), row.values, duties[str(row.values["duty_id"])].values, on) for id_, row in rows.items() if str(row.values["duty_id"]) in duties]
    return sorted((each for each in found if each.state != "withdrawn"), key=lambda each: (not each.is_open, each.due_on, each.duty, each.pk))


def shown(found: list[Stood]) -> list[Stood]:
    """What the page shows: everything open, and what was closed in the quarter before."""
    return [each for each in found if each.is_open or (each.on - each.due_on).days <= DONE_WITHIN_DAYS]


def summed(found: list[Stood]) -> dict[str, int]:
    """The numbers of that day: open, of these past their day; awaiting, done, waived."""
    numbers = {state: sum(each.state == state for each in found) for state in ("awaiting", "done", "waived")}
    return {"open": sum(each.is_open for each in found), "overdue": sum(each.is_overdue for each in found), **numbers}


def sheet(found: list[Stood], on: date) -> Sheet:
    """That day as a table."""
    people = names()
    rows = tuple(
        Row(
            (each.duty, each.period, each.due_on, each.title, each.severity, people.get(each.owner, "nobody"), people.get(each.deputy, "nobody"),
             people.get(each.done_by, "the desk" if each.done_by else ""), each.done_at, "late" if each.is_late else ""),
            {"duty": f"/duties/occurrences/{each.pk}/"}, key=str(each.pk), tone="attention" if each.is_overdue else "",
        )
        for each in found
    )  # fmt: skip
    source = f"The record's entries up to the end of {on}, New York; what was written later is left out."
    return Sheet(
        f"duties-{on}", f"Duties as they stood at the end of {on}", COLUMNS, rows, source=source, empty="The record held no duty at the end of that day."
    )


def _originals(kind: str, on: date) -> dict[str, Original]:
    found: dict[str, Original] = {}
    for entry in Entry.objects.filter(subject_kind=kind, at__lt=midnight_after(on)).order_by("seq"):
        found.setdefault(entry.subject_id, Original(kind, entry.subject_id)).then(entry, {})
    return found


def _stood(pk: int, held: dict[str, Any], duty: dict[str, Any], on: date) -> Stood:
    due_on, done_at = date.fromisoformat(held["due_on"]), _instant(held.get("acted_at") or held.get("done_at"))
    done_at = done_at if held["state"] in ("awaiting", "done") else None
    is_done_late = done_at is not None and done_at.astimezone(clock.MARKET_ZONE).date() > due_on
    return Stood(
        pk, duty["title"], held["period"], due_on, held["state"], duty["severity"], duty.get("owner", ""), duty.get("deputy", ""),
        held.get("done_by", "") if done_at else "", done_at, bool(held.get("missed_at")) or is_done_late, on,
    )  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
