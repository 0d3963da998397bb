"""Duties and what they owe, as tables."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from oversight import clock
from oversight.accounts.queries import names
from oversight.obligations import profile, queries
from oversight.obligations.models import Duty, Occurrence
from oversight.obligations.queries import Asked, Load
from oversight.obligations.recurrence import RAISED, is_business_day, periods
from oversight.obligations.shipped import KINDS
from oversight.sheets import Column, Row, Sheet

OWED = (
    Column("duty", "Duty"), Column("period", "Period"), Column("due_on", "Due", kind="day"), Column("standing", "Standing", kind="tag"),
    Column("severity", "Severity", kind="severity"), Column("asked", "Asked now", kind="person"), Column("owner", "Owner", kind="person"),
    Column("escalated", "Escalated to"), Column("done_by", "Done by", kind="person", is_for_files=True),
    Column("done_at", "Done", kind="instant", is_for_files=True),
    Column("confirmed_by", "Confirmed by", kind="person", is_for_files=True), Column("vendor", "Vendor", is_for_files=True),
    Column("cites", "Authorities", is_for_files=True),
)  # fmt: skip
DUTIES = (
    Column("title", "Duty"), Column("state", "State", kind="tag"), Column("severity", "Severity", kind="severity"), Column("rule", "How often"),
    Column("owner", "Owner", kind="person"), Column("deputy", "Deputy", kind="person"), Column("next_on", "Open since or next", kind="day"),
    Column("open", "Open", kind="number"), Column("overdue", "Past its day", kind="number"), Column("proof", "Proof"), Column("origin", "From"),
    Column("cites", "Authorities", is_for_files=True), Column("wanted", "What proves it", is_for_files=True), Column("runbook", "How", is_for_files=True),
)  # fmt: skip
LOADS = (
    Column("owner", "Owner", kind="person"), Column("duties", "Duties", kind="number"), Column("overdue", "Past their day", kind="number"),
    Column("soon", "Due within 7 days", kind="number"), Column("ahead", "Later, on the calendar", kind="number"),
    Column("waiting", "Wait for a second person", kind="number"), Column("out", "Out until", kind="day"),
)  # fmt: skip
SHIPPED = (
    Column("title", "Duty"), Column("rule", "How often"), Column("owner", "Owner's role"), Column("severity", "Severity", kind="severity"),
    Column("switch", "Switched on by an answer to"), Column("standing", "Here", kind="tag"), Column("doubt", "What is uncertain"),
    Column("cites", "Authorities"),
    Column("wanted", "What proves it", is_for_files=True), Column("runbook", "How", is_for_files=True),
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One day of the calendar: what falls due, and what will, by its rule, once it is raised."""

    on: date
    is_open: bool
    raised: tuple[Occurrence, ...]
    ahead: tuple[tuple[Duty, str], ...]


def standing(row: Occurrence) -> str:
    """How it stands, in words: `missed, 3 business days`, `due today`, `in 5 days`."""
    if row.is_overdue:
        words = "waiver asked" if row.state == "waiver_asked" else "missed"
        return f"{words}, {row.days_late} business day{'' if row.days_late == 1 else 's'}"
    if row.state == "due":
        ahead = (row.due_on - clock.today()).days
        return "due today" if not ahead else f"in {ahead} day{'' if ahead == 1 else 's'}"
    return f"{row.state_title}, late" if row.is_late and row.state in ("done", "awaiting") else row.state_title


def owed_sheet(found: Iterable[Occurrence], *, empty: str = "") -> Sheet:
    """What is owed as a table; each must come with its duty, and with its escalations fetched beforehand."""
    people, asked = names(), Asked.today()
    rows = tuple(
        Row(
            (
                str(row.duty), row.period, row.due_on, standing(row), row.duty.severity, people.get(asked.person(row.duty), "nobody") if row.is_open else "",
                people.get(row.duty.owner, "nobody"), ", ".join(step.role.replace("_", " ") for step in row.escalations.all()),
                _who(people, row.done_by), row.done_at, _who(people, row.confirmed_by), row.duty.vendor.name if row.duty.vendor else "",
                "; ".join(row.duty.cites),
            ),
            {"duty": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    source = "What duties owe, by their day. A missed one is marked on the day after, and stays marked when it is done late."
    return Sheet(
        "owed", "What is owed", OWED, rows, source=source, empty=empty or "Nothing fits. Loosen the filter, or answer the profile: it switches duties on."
    )


def duty_sheet(found: Iterable[Duty]) -> Sheet:
    """Duties as a table; each must come from `queries.duties`."""
    people = names()
    rows = tuple(
        Row(
            (
                str(row), row.state_title, row.severity, row.rule.spoken, people.get(row.owner, "nobody"), people.get(row.deputy, "nobody"),
                getattr(row, "next_on", None), getattr(row, "open_count", None), getattr(row, "overdue_count", None), row.get_proof_display(),
                row.get_origin_display(), "; ".join(row.cites), row.wanted, row.runbook,
            ),
            {"title": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.state == "on" and not row.owner else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No duty fits. Answer the profile, which switches duties on, or add one by hand."
    return Sheet("duties", "Duties", DUTIES, rows, source="What the firm owes again and again, by the profile or added by hand.", empty=empty)


def load_sheet(loads: Sequence[Load]) -> Sheet:
    """What each person has before them, as a table."""
    people, base = names(), reverse("obligations:duties")
    rows = tuple(
        Row(
            (people.get(load.key, "nobody"), load.duties, load.overdue, load.soon, load.ahead, load.waiting, load.out_until),
            {"owner": f"{base}?owner={load.key or 'nobody'}", "duties": f"{reverse('obligations:register')}?owner={load.key or 'nobody'}"},
            key=load.key or "nobody", tone="attention" if not load.key or load.overdue else "",
        )
        for load in loads
    )  # fmt: skip
    return Sheet("by-owner", "By owner", LOADS, rows, source="Counts of what is open, by the duty's owner.", empty="No duty is on yet, so nobody owns one.")


def shipped_sheet() -> Sheet:
    """Every kind of duty that comes with the desk, whether it is on here, and what switches it on."""
    states = dict(Duty.objects.filter(vendor=None).values_list("key", "state"))
    rows = tuple(
        Row(
            (
                kind.title, kind.rule.spoken, kind.owner.replace("_", " "), kind.severity, "; ".join(asked.text for asked in profile.asks_for(kind.key)),
                f"run by {kind.elsewhere}" if kind.elsewhere else states.get(kind.key, "not switched on"), kind.doubt, "; ".join(kind.cites),
                kind.wanted, kind.runbook,
            ),
            key=kind.key,
        )
        for kind in KINDS
    )  # fmt: skip
    return Sheet(
        "shipped-duties", "Kinds of duty that come with the desk", SHIPPED, rows, source="Days are our defaults where the rule names none; they can be amended."
    )


def month(first: date) -> list[Day]:
    """Each day of the month that is a business day or on which something falls due; three queries."""
    last = first.replace(day=monthrange(first.year, first.month)[1])
    raised = list(queries.occurrences(since=first, until=last).exclude(state="withdrawn"))
    known = {(row.duty_id, row.period) for row in raised}
    ahead = [
        (period.due_on, duty, period.key)
        for duty in Duty.objects.filter(state="on").exclude(every=RAISED).select_related("vendor")
        for period in periods(duty.rule, max(first, duty.owed_from), last)
        if (duty.pk, period.key) not in known
    ]
    made = []
    for on in (first + timedelta(days=step) for step in range((last - first).days + 1)):
        here = tuple(row for row in raised if row.due_on == on)
        later = tuple((duty, key) for due_on, duty, key in ahead if due_on == on and on >= clock.today())
        if here or later or is_business_day(on):
            made.append(Day(on, is_business_day(on), here, later))
    return made


def month_sheet(days: Sequence[Day], first: date) -> Sheet:
    """The month as a table."""
    people = names()
    columns = (
        Column("due_on", "Due", kind="day"), Column("duty", "Duty"), Column("period", "Period"), Column("standing", "Standing", kind="tag"),
        Column("owner", "Owner", kind="person"),
    )  # fmt: skip
    rows = []
    for day in days:
        rows += [Row((day.on, str(row.duty), row.period, standing(row), people.get(row.duty.owner, "nobody")), key=str(row.pk)) for row in day.raised]
        rows += [Row((day.on, str(duty), key, "not raised yet", people.get(duty.owner, "nobody"))) for duty, key in day.ahead]
    return Sheet(f"calendar-{first:%Y-%m}", f"What falls due in {first:%B %Y}", columns, tuple(rows), empty="Nothing falls due in this month.")


def _who(people: dict[str, str], key: str) -> str:
    return people.get(key, "the desk itself" if key else "")
