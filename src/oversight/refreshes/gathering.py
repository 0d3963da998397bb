"""What the desk knows of a vendor's year: one function a source, each saying why where it has nothing to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from bestexec import CHECKS
from oversight import clock
from oversight.findings.models import Finding
from oversight.handling.models import Happening
from oversight.lifecycle import Refusal
from oversight.refreshes.models import RefreshCondition
from oversight.vendors.models import Vendor

TITLES_OF_CHECKS = {check.id: check.title for check in CHECKS}
DATES = (
    "in_force_from", "approved_at", "from_on", "since_on", "registered_at", "added_at", "opened_at", "stated_at", "proposed_at", "drafted_at", "closed_at",
    "ended_at",
)  # fmt: skip
"""Where a row of another app says when it came about, in the order in which they are looked for."""
MOST_WORDS = 600
TITLES = {
    "answers": "Answers of due diligence", "configurations": "Configuration", "conflicts": "Conflicts of interest", "agreements": "Agreements",
    "sub_vendors": "Sub-vendors", "conditions": "Open conditions", "happenings": "Outages and other happenings", "exceptions": "Exceptions by check",
}  # fmt: skip
"""What each source is called, by the name of its function."""
PARTS = {
    "diligence": "due diligence", "configuration": "the configuration register", "conflicts": "the conflicts register", "claims": "the claims ledger",
    "agreements": "the register of agreements",
}  # fmt: skip


class NotAvailable(Refusal):
    """A part of the vendor file that this desk does not have."""


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

    key: str
    title: str
    lines: tuple[Line, ...] = ()
    why: str = ""


def gathered(vendor: Vendor, first: date, last: date) -> dict[str, Any]:
    """Every source over the period, both days included, as plain values: what is kept with the refresh."""
    return {"sources": [asdict(_of(source, vendor, first, last)) for source in SOURCES]}


def answers(vendor: Vendor, first: date, last: date) -> Found:
    """Answers of due diligence that differ from those by which the vendor was approved."""
    approved = query("diligence", "approved")(vendor, first) or query("diligence", "approved")(vendor, last)
    latest = query("diligence", "latest")(vendor)
    if latest is None:
        return Found("answers", TITLES["answers"], why="no due diligence of this vendor is on the desk")
    if approved is None or approved.pk == latest.pk:
        return Found("answers", TITLES["answers"], why="" if approved else "no due diligence of this vendor is approved yet")
    changed = query("diligence", "changed_since")(latest, approved)
    said = (f"{one.question_id}: {one.text} Before: {one.before or 'no answer'}. Now: {one.now or 'no answer'}." for one in changed)
    return Found("answers", TITLES["answers"], tuple(Line(_cut(words), url=_url(latest)) for words in said))


def configurations(vendor: Vendor, first: date, last: date) -> Found:
    """Versions of the router's configuration that came in force, or were proposed, in the period."""
    return Found("configurations", TITLES["configurations"], tuple(_within(query("configuration", "of_vendor")(vendor), first, last)))


def conflicts(vendor: Vendor, first: date, last: date) -> Found:
    """Every conflict of interest of the vendor, as it stands."""
    return Found("conflicts", TITLES["conflicts"], tuple(_line(row, detail="description") for row in query("conflicts", "of_vendor")(vendor)))


def agreements(vendor: Vendor, first: date, last: date) -> Found:
    """Every agreement with the vendor, as it stands."""
    return Found("agreements", TITLES["agreements"], tuple(_line(row) for row in query("agreements", "of_vendor")(vendor)))


def sub_vendors(vendor: Vendor, first: date, last: date) -> Found:
    """Sub-vendors that were added or ended in the period."""
    held = getattr(vendor, "sub_vendors", None)
    if held is None:
        raise NotAvailable("the chain behind vendors is not on this desk")
    changed = [row for row in held.order_by("name", "pk") if any(day and first <= day <= last for day in (row.since_on, row.ended_on))]
    lines = tuple(Line(str(row), f"ended {row.ended_on}" if row.ended_on else "added", row.since_on.isoformat(), _url(row)) for row in changed)
    return Found("sub_vendors", TITLES["sub_vendors"], lines)


def conditions(vendor: Vendor, first: date, last: date) -> Found:
    """Conditions that are open: those of the due diligence by which it is approved, and of refreshes."""
    own = RefreshCondition.objects.filter(refresh__vendor=vendor, state="open").exclude(refresh__state="withdrawn").select_related("refresh")
    lines = [Line(_cut(row.what), "open", row.due_on.isoformat(), row.get_absolute_url()) for row in own if row.refresh.state == "completed"]
    try:
        approved = query("diligence", "approved")(vendor)
    except NotAvailable as missing:
        return Found("conditions", TITLES["conditions"], tuple(lines), "" if lines else str(missing))
    held = getattr(approved, "conditions", None)
    theirs = held.filter(state__in=("open", "reported")) if held is not None else ()
    return Found("conditions", TITLES["conditions"], (*lines, *(_line(row, days=("due_on",)) for row in theirs)))


def happenings(vendor: Vendor, first: date, last: date) -> Found:
    """Outages, failovers, overrides and error-account trades of the handling log."""
    begins, ends = (datetime.combine(day, datetime.min.time(), clock.MARKET_ZONE) for day in (first, last + timedelta(days=1)))
    found = Happening.objects.filter(vendor=vendor.key, from_at__gte=begins, from_at__lt=ends).order_by("from_at", "pk")
    lines = (Line(_cut(f"{row.kind_of.title}: {row.what}"), row.state_title, _day(row.from_at), row.get_absolute_url()) for row in found)
    return Found("happenings", TITLES["happenings"], tuple(lines))


def exceptions(vendor: Vendor, first: date, last: date) -> Found:
    """How many exceptions each check made of the vendor's orders, the most first."""
    found = Finding.objects.filter(vendor=vendor.key, on__range=(first, last)).exclude(state="vanished")
    counted = found.order_by().values_list("check_id").annotate(n=Count("pk"), left=Count("pk", filter=~Q(state__in=Finding.LIFECYCLE.ends)))
    lines = tuple(
        Line(f"{check}, {TITLES_OF_CHECKS.get(check, 'no longer asked')}: {count:,}", f"{left:,} open" if left else "all answered", url=_queue(vendor, check))
        for check, count, left in sorted(counted, key=lambda row: (-row[1], row[0]))
    )
    return Found("exceptions", TITLES["exceptions"], lines)


SOURCES: tuple[Callable[[Vendor, date, date], Found], ...] = (answers, configurations, conflicts, agreements, sub_vendors, conditions, happenings, exceptions)


def assessments() -> list[Any]:
    """Every due diligence on the desk, for the day from which approvals count; none where the desk has no due diligence."""
    try:
        return list(query("diligence", "assessments")())
    except NotAvailable:
        return []


def _of(source: Callable[[Vendor, date, date], Found], vendor: Vendor, first: date, last: date) -> Found:
    try:
        return source(vendor, first, last)
    except NotAvailable as missing:
        return Found(source.__name__, TITLES[source.__name__], why=str(missing))


def query(app: str, name: str) -> Callable[..., Any]:
    """A read of another part of the vendor file. Raises NotAvailable where the desk has no such part."""
    try:
        found: Callable[..., Any] = getattr(import_module(f"oversight.{app}.queries"), name)
    except (ModuleNotFoundError, AttributeError):
        raise NotAvailable(f"{PARTS.get(app, app)} is not on this desk") from None
    return found


def _within(rows: Iterable[Any], first: date, last: date) -> Iterable[Line]:
    return (line for line in map(_line, rows) if not line.on or first.isoformat() <= line.on <= last.isoformat())


def _line(row: Any, *, detail: str = "", days: tuple[str, ...] = DATES) -> Line:
    said = getattr(row, detail, "") if detail else ""
    what = f"{row}: {said}" if said else str(row)
    day = next((getattr(row, name) for name in days if getattr(row, name, None)), None)
    return Line(_cut(what), str(getattr(row, "state_title", "")), _day(day) if day else "", _url(row))


def _day(at: Any) -> str:
    return (at.astimezone(clock.MARKET_ZONE).date() if isinstance(at, datetime) else at).isoformat()


def _url(row: Any) -> str:
    return str(row.get_absolute_url()) if hasattr(row, "get_absolute_url") else ""


def _queue(vendor: Vendor, check: str) -> str:
    return f"{reverse('findings:queue')}?{urlencode({'state': 'all', 'check': check, 'vendor': vendor.key})}"


def _cut(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"
