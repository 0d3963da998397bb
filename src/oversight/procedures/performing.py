"""What performs a section, seen from outside: when a run last evaluated each check, what is open, what a metric last said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.db.models import Count

from bestexec import CHECKS, Check, Problem
from oversight import clock
from oversight.findings import queries as findings
from oversight.findings.lifecycle import FINDING
from oversight.findings.models import Finding, Run
from oversight.measured import reading
from oversight.measured.reading import METRIC, Figure, Reading

BY_ID: dict[str, Check] = {check.id: check for check in CHECKS}
LOOKED_BACK = 40
"""So many of the last runs are asked whether they evaluated a check."""


@dataclass(frozen=True)
class Evaluated:
    """The last run that evaluated a check, and the last trading day that it measured."""

    run: Run
    on: date


def last_evaluated(on: date | None = None) -> dict[str, Evaluated]:
    """The last run that evaluated each check, by the check's id, of those received by the end of the day `on` (now)."""
    runs = Run.objects.filter(run_days__is_current=True) if on is None else Run.objects.filter(received_at__lt=_after(on), last_on__lte=on)
    found: dict[str, Evaluated] = {}
    for run in runs.distinct().order_by("-last_on", "-received_at")[:LOOKED_BACK]:
        for check_id in BY_ID.keys() - found.keys() - unasked(run.pk):
            found[check_id] = Evaluated(run, run.last_on)
        if len(found) == len(BY_ID):
            break
    return found


def unasked(run_id: str) -> frozenset[str]:
    """The checks that the run did not evaluate: it had no rows to ask; every check, where its bytes are gone or altered."""
    try:
        findings.sealed(run_id)
    except Problem:
        return frozenset(BY_ID)
    return _unasked(run_id)


@lru_cache(maxsize=512)
def _unasked(run_id: str) -> frozenset[str]:
    """Read once a process: a run never changes."""
    table = findings.sealed(run_id).table("not_evaluated")
    return frozenset(table.filter(table["of_rows"] == 0)["check_id"].to_list())


def open_findings() -> dict[str, int]:
    """How many findings of each check wait for somebody."""
    ended = FINDING.ends
    counted = Finding.objects.exclude(state__in=ended).values("check_id").annotate(number=Count("pk")).order_by("check_id")
    return {row["check_id"]: row["number"] for row in counted}


def last_quarter(today: date) -> tuple[date, date]:
    """(first, last day) of the calendar quarter before that of `today`."""
    begins = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last = begins - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def figures(keys: list[str], today: date) -> list[Reading]:
    """The figure of each metric over the last quarter, whatever the vendor, each with its count."""
    first, last = last_quarter(today)
    known = [Figure(METRIC, key) for key in keys]
    return [reading.read(figure, first=first, last=last) for figure in known if figure.is_known]


def _after(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(), clock.MARKET_ZONE)
