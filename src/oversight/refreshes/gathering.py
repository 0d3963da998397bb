"""What the desk knows of a vendor's year: one function a source, each saying why where it has nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from bestexec import CHECKS
from oversight import clock
from oversight.agreements import queries as agreed
from oversight.configuration import queries as configured
from oversight.conflicts import queries as conflicting
from oversight.diligence import queries as diligence
from oversight.diligence.judgements import Condition
from oversight.findings.models import Finding
from oversight.handling.models import Happening
from oversight.refreshes.models import RefreshCondition
from oversight.vendors.models import Vendor

TITLES_OF_CHECKS = {check.id: check.title for check in CHECKS}
MOST_WORDS = 600
"""A line is cut after so many characters; the page that it leads to has the rest."""


@dataclass(frozen=True)
class Line:
    """One thing that is or that changed: what, how it stands, since when, and where it is shown."""

    what: str
    state: str = ""
    on: str = ""
    url: str = ""


@dataclass(frozen=True)
class Found:
    """What one source says of the year. `why` says why there is nothing, where there is nothing to be had; no lines and no `why` is an empty year."""

    lines: tuple[Line, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Period:
    """The days of the year under review, both included, and their instants in the market's zone."""

    first: date
    last: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        return datetime.combine(self.first, time(), clock.MARKET_ZONE), datetime.combine(self.last + timedelta(days=1), time(), clock.MARKET_ZONE)

    def holds(self, day: date | datetime | None) -> bool:
        """Whether it is known and falls within."""
        return day is not None and self.first <= _day(day) <= self.last


def gathered(vendor: Vendor, first: date, last: date) -> dict[str, Any]:
    """Every source over the period, as plain values by its key: what is kept with the refresh."""
    period = Period(first, last)
    return {key: asdict(source(vendor, period)) for key, (_, source) in SOURCES.items()}


def answers(vendor: Vendor, period: Period) -> Found:
    """Answers of the latest due diligence that differ from those by which the vendor was approved as the year began, or first within it."""
    latest = diligence.latest(vendor)
    if latest is None:
        return Found(why="no due diligence of this vendor is on the desk")
    former = diligence.approved(vendor, period.first) or latest.former
    if former is None or former.pk == latest.pk:
        return Found(why="" if former else f"{latest} is the only one on the desk, so there is none before it to compare with")
    said = (
        f"{one.question_id}: {one.text} Before: {one.before or 'no answer'}. Now: {one.now or 'no answer'}." for one in diligence.changed_since(latest, former)
    )
    return Found(tuple(Line(_cut(words), latest.state_title, url=latest.get_absolute_url()) for words in said))


def configurations(vendor: Vendor, period: Period) -> Found:
    """Versions of the router's configuration that were drafted, approved or came in force in the period."""
    found = [row for row in configured.versions(vendor.key) if any(map(period.holds, (row.drafted_at, row.approved_at, row.in_force_from)))]
    return Found(
        tuple(
            Line(_cut(f"Version {row.number}: {row.summary}"), row.state_title, _said(row.in_force_from or row.effective_from), row.get_absolute_url())
            for row in found
        )
    )


def conflicts(vendor: Vendor, period: Period) -> Found:
    """Every conflict of interest that runs through the vendor, as it stands."""
    rows = conflicting.of_vendor(vendor)
    return Found(tuple(Line(_cut(f"{row}: {row.description}"), row.state_title, _said(row.since_on), row.get_absolute_url()) for row in rows))


def agreements(vendor: Vendor, period: Period) -> Found:
    """How the vendor stands to its clauses, its agreements, and the possible breaches of the period."""
    rows = [Line(row.title, row.state_title, _said(row.effective_from), row.get_absolute_url()) for row in agreed.of_vendor(vendor)]
    held = [row for row in agreed.breaches(vendor=vendor.key) if period.holds(row.opened_at)]
    possible = [Line(f"Possible breach: {row}", row.state_title, _said(row.opened_at), row.get_absolute_url()) for row in held]
    state = Line(f"Last complete windows: {agreed.state_of(vendor).words}", url=f"{reverse('agreements:agreements')}?{urlencode({'vendor': vendor.key})}")
    return Found((state, *rows, *possible)) if rows else Found(why="no agreement with this vendor is on the desk")


def sub_vendors(vendor: Vendor, period: Period) -> Found:
    """Sub-vendors that were added or ended in the period."""
    changed = [row for row in vendor.sub_vendors.order_by("name", "pk") if period.holds(row.since_on) or period.holds(row.ended_on)]
    return Found(tuple(Line(str(row), f"ended {row.ended_on}" if row.ended_on else "added", _said(row.since_on), row.get_absolute_url()) for row in changed))


def conditions(vendor: Vendor, period: Period) -> Found:
    """Conditions that are open: of completed refreshes, and of every due diligence that was approved, though it lapsed since; by their day."""
    own = RefreshCondition.objects.filter(refresh__vendor=vendor, state="open", refresh__state="completed").order_by("due_on", "pk")
    lines = [Line(_cut(row.what), row.state_title, _said(row.due_on), row.get_absolute_url()) for row in own]
    theirs = Condition.objects.filter(assessment__vendor=vendor, assessment__approved_at__isnull=False, state__in=("open", "reported")).order_by("due_on", "pk")
    return Found((*lines, *(Line(_cut(row.words), row.state_title, _said(row.due_on), row.get_absolute_url()) for row in theirs)))


def happenings(vendor: Vendor, period: Period) -> Found:
    """Outages, failovers, overrides and error-account trades of the handling log."""
    begins, ends = period.instants
    found = Happening.objects.filter(vendor=vendor.key, from_at__gte=begins, from_at__lt=ends).order_by("from_at", "pk")
    return Found(tuple(Line(_cut(f"{row.kind_of.title}: {row.what}"), row.state_title, _said(row.from_at), row.get_absolute_url()) for row in found))


def exceptions(vendor: Vendor, period: Period) -> Found:
    """How many exceptions each check made of the vendor's orders, the most first."""
    found = Finding.objects.filter(vendor=vendor.key, on__range=(period.first, period.last)).exclude(state="vanished")
    counted = found.order_by().values_list("check_id").annotate(n=Count("pk"), left=Count("pk", filter=~Q(state__in=Finding.LIFECYCLE.ends)))
    lines = tuple(
        Line(
            f"{check}, {TITLES_OF_CHECKS.get(check, 'no check of the library')}: {n:,}", f"{left:,} open" if left else "all answered", url=_queue(vendor, check)
        )
        for check, n, left in sorted(counted, key=lambda row: (-row[1], row[0]))
    )
    return Found(lines)


SOURCES: dict[str, tuple[str, Callable[[Vendor, Period], Found]]] = {
    "answers": ("Answers of due diligence", answers), "configurations": ("Configuration", configurations), "sub_vendors": ("Sub-vendors", sub_vendors),
    "happenings": ("Outages and other happenings", happenings), "exceptions": ("Exceptions by check", exceptions),
    "conditions": ("Open conditions", conditions), "conflicts": ("Conflicts of interest", conflicts), "agreements": ("Agreements", agreements),
}  # fmt: skip
"""Each source by the key under which it is kept: its title and how it is read."""


def _day(at: date | datetime) -> date:
    return at.astimezone(clock.MARKET_ZONE).date() if isinstance(at, datetime) else at


def _said(at: date | datetime | None) -> str:
    return _day(at).isoformat() if at else ""


def _queue(vendor: Vendor, check: str) -> str:
    return f"{reverse('findings:queue')}?{urlencode({'state': 'all', 'check': check, 'vendor': vendor.key})}"


def _cut(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"
