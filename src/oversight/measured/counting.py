"""How many findings a check made of one vendor, and what speaks against believing the count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from oversight.findings.models import Finding
from oversight.measured import figures, frames
from oversight.measured.dimensions import APART
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources


@dataclass(frozen=True)
class Counted:
    """`number` of findings that are the vendor's. `doubt`: what could only add to them, and why nobody knows; `why`: what to know of a count that stands."""

    number: int
    doubt: str = ""
    why: str = ""


def counted(check: str, vendor: str, first: date, last: date, sources: Sources) -> Counted:
    """The findings of a check over a period. Those that name no vendor are the vendor's where it alone routed on their days; else they are in doubt.

    So are days on which the check could be asked of no row. Without a vendor every finding counts.
    """
    standing = Finding.objects.filter(check_id=check, on__range=(first, last)).exclude(state="vanished")
    named = (standing.filter(vendor=vendor) if vendor else standing).count()
    days = sorted(set(standing.filter(vendor="").values_list("on", flat=True))) if vendor else []
    shared = [day for day in days if _others(vendor, day, sources)]
    number = standing.filter(vendor="").count() if days else 0
    doubts = [_nameless(check, number, shared[0])] if shared else []
    why = f"{number:,} of these findings name no vendor; every order of those days was this vendor's" if days and not shared else ""
    unasked = _unasked(check, first, last, sources)
    return Counted(named + (0 if shared else number), "; ".join([*doubts, *([unasked] if unasked else [])]), why)


def _nameless(check: str, number: int, day: date) -> str:
    said = f"{number:,} finding{' ' if number == 1 else 's '}of {check} name{'s' if number == 1 else ''} no vendor"
    return f"{said}, and orders of other vendors were measured on the same days ({day} first): whose they are must be found by comparing the lists"


def _others(vendor: str, day: date, sources: Sources) -> int:
    """How many orders of that day went through somebody else."""
    every = Scope(day, day).pooling(*(apart.name for apart in APART))
    return figures.counts(sources, every)["orders"] - figures.counts(sources, every.having("vendor", vendor))["orders"]


def _unasked(check: str, first: date, last: date, sources: Sources) -> str:
    """On which days of the period no row could be asked, and why; empty where the check could be asked on each."""
    silent: list[date] = []
    why, number = "", 0
    for run, days in sources.during(first, last).in_force:
        number += len(days)
        rows = frames.columns(run, "not_evaluated", ("check_id", "reason", "rows", "of_rows"))
        reasons = [str(row["reason"]) for row in rows.iter_rows(named=True) if row["check_id"] == check and row["rows"] == row["of_rows"]]
        if reasons:
            silent, why = [*silent, *days], why or reasons[0]
    return f"{check} could not be asked on {len(silent)} of {number} days ({silent[0]} first): {why}" if silent else ""
