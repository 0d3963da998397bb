"""Every read of findings that others ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from bestexec import Problem
from bestexec import Run as SealedRun
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.evidence import queries as evidence
from oversight.evidence.queries import Subject
from oversight.findings import drawing
from oversight.findings.covering import covered
from oversight.findings.lifecycle import SECOND
from oversight.findings.listing import WORK
from oversight.findings.models import Day, Draw, Finding, Run, RunDay, SampleItem, Suppression
from oversight.findings.sealed import ids, opened
from oversight.record import queries as record
from oversight.record.models import Recorded
from oversight.record.telling import Step
from oversight.roles import SUPERVISOR


def sealed(run_id: str) -> SealedRun:
    """The run of that id in the workspace, its bytes held against its seal. Raises Problem, naming the files, for one that is gone or altered."""
    return opened(run_id)


def runs_in_force(first: date | None = None, last: date | None = None) -> tuple[tuple[SealedRun, tuple[date, ...]], ...]:
    """For each trading day from `first` to `last` the run in force, grouped by run, the earliest day first. Raises Problem for an altered run."""
    current = RunDay.objects.filter(is_current=True, **({"on__gte": first} if first else {}), **({"on__lte": last} if last else {}))
    days: dict[str, list[date]] = {}
    for run_id, on in current.order_by("on").values_list("run_id", "on"):
        days.setdefault(run_id, []).append(on)
    return tuple((sealed(run_id), tuple(of_run)) for run_id, of_run in days.items())


def sealed_ids() -> tuple[str, ...]:
    """The ids of the workspace's sealed runs, in the order of sealing."""
    return ids()


def not_received() -> tuple[str, ...]:
    """Those of them that the desk has not received."""
    received = set(Run.objects.values_list("pk", flat=True))
    return tuple(run_id for run_id in ids() if run_id not in received)


def received_count() -> int:
    """How many runs were received."""
    return Run.objects.count()


def neighbors(rows: QuerySet[Finding], row: Finding) -> tuple[Finding | None, Finding | None]:
    """(the finding before `row`, the one after it) among `rows`, in the order of the queue: severity, clock. Two queries."""
    same, later = Q(rank=row.rank), Q(rank=row.rank, due_at=row.due_at)
    after = rows.filter(Q(rank__gt=row.rank) | same & Q(due_at__gt=row.due_at) | later & Q(pk__gt=row.pk)).order_by("rank", "due_at", "pk").first()
    before = rows.filter(Q(rank__lt=row.rank) | same & Q(due_at__lt=row.due_at) | later & Q(pk__lt=row.pk)).order_by("-rank", "-due_at", "-pk").first()
    return before, after


def week_of(on: date) -> tuple[date, date]:
    """(Monday, Sunday) of the week of a day."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def of_order(row: Finding, most: int = 20) -> list[Finding]:
    """Other findings of the same order."""
    if not row.order_id:
        return []
    return list(Finding.objects.filter(order_id=row.order_id, symbol=row.symbol, key_on=row.key_on).exclude(pk=row.pk)[:most])


def same_check(row: Finding) -> int:
    """How many other findings the same check had that week, of any state but vanished."""
    return Finding.objects.filter(check_id=row.check_id, on__range=week_of(row.on)).exclude(pk=row.pk).exclude(state="vanished").count()


def raw_file(row: Finding) -> str:
    """The name of the raw file that holds the finding's record; empty where it is of none, or the run cannot be read."""
    if not row.raw_import:
        return ""
    try:
        source = sealed(row.run_id).manifest["inputs"].get(row.raw_import)
    except Problem:
        return ""
    return ", ".join(file["name"] for file in source["files"]) if source else ""


def origin(row: Finding) -> Subject | None:
    """What the desk made the finding of; None where a run found it."""
    return evidence.subject(row.origin_kind, row.origin_id) if row.is_by_desk else None


def history(row: Recorded) -> tuple[Step, ...]:
    """The last twenty acts that the record has of a row, the latest first."""
    return record.history(*row.subject, limit=20)


def open_counts(account: Account | Actor) -> dict[str, int]:
    """What needs this account now: open, late, mine and late, awaiting (a reader other than who answered), escalated, unowned. One query."""
    at = clock.now()
    return Finding.objects.aggregate(
        open=Count("pk", filter=Q(state="open")), late=Count("pk", filter=Q(state="open", due_at__lt=at)),
        high=Count("pk", filter=Q(state="open", severity="high")), mine=Count("pk", filter=Q(state__in=WORK, owner=account.key)),
        awaiting=Count("pk", filter=Q(state="awaiting_reader") & ~Q(answered_by=account.key)), escalated=Count("pk", filter=Q(state="escalated")),
        unowned=Count("pk", filter=Q(state__in=WORK, owner="")), unowned_high=Count("pk", filter=Q(state="open", severity="high", owner="")),
        mine_late=Count("pk", filter=Q(state="open", owner=account.key, due_at__lt=at)),
    )  # fmt: skip


def mine(account: Account | Actor) -> QuerySet[Finding]:
    """What this account owns and somebody must still do something about, the most urgent first."""
    return Finding.objects.filter(state__in=WORK, owner=account.key)


def awaiting_reader_for(account: Account | Actor) -> QuerySet[Finding]:
    """Answers that this account may read as the second person; none for who is no second reader."""
    if not account.roles & set(SECOND):
        return Finding.objects.none()
    return Finding.objects.filter(state="awaiting_reader").exclude(answered_by=account.key)


def late() -> QuerySet[Finding]:
    """Open findings past their clock, the most urgent first."""
    return Finding.objects.filter(state="open", due_at__lt=clock.now())


def escalated() -> QuerySet[Finding]:
    """Findings that wait for compliance or a supervisor."""
    return Finding.objects.filter(state="escalated").order_by("escalated_at", "pk")


def days_to_sign(account: Account | Actor | None = None) -> QuerySet[Day]:
    """Days not signed, or on which something came later, the earliest first; none for an account that signs no days."""
    if account is not None and SUPERVISOR not in account.roles:
        return Day.objects.none()
    return Day.objects.exclude(state="signed").order_by("on")


def sample_left() -> QuerySet[SampleItem]:
    """Sampled orders that nobody has looked at, the earliest day first."""
    return SampleItem.objects.filter(state="drawn").select_related("draw").order_by("draw__on", "draw_id", "place")


def questioned() -> QuerySet[SampleItem]:
    """Sampled orders about which somebody asks something."""
    return SampleItem.objects.filter(state="questioned").select_related("draw").order_by("draw__on", "draw_id", "place")


def active_suppressions() -> list[dict[str, Any]]:
    """The suppressions in force today as plain rows, in the order of their numbers: what is published beside the policy."""
    names = ("id", "check_id", "vendor", "venue", "symbol", "from_on", "expires_on", "approved_by")
    return list(Suppression.objects.filter(state="active", expires_on__gte=clock.today()).order_by("pk").values(*names))


def would_cover(check_id: str, scope: dict[str, str], days: int = 30) -> QuerySet[Finding]:
    """What a suppression of that check and scope would have covered in the last so many days."""
    return covered(check_id, scope, clock.today() - timedelta(days=days), clock.today()).exclude(state="vanished")


def received() -> QuerySet[Any]:
    """The runs received, the latest first, each with the number of days that it is in force for."""
    return Run.objects.annotate(in_force=Count("run_days", filter=Q(run_days__is_current=True))).order_by("-received_at", "-pk")


def samples(draws: Iterable[Draw]) -> list[tuple[Draw, list[SampleItem]]]:
    """The draws with their items; one query for all."""
    by_draw: dict[int, list[SampleItem]] = {}
    held = list(draws)
    for item in SampleItem.objects.filter(draw__in=held).select_related("draw").order_by("draw_id", "place"):
        by_draw.setdefault(item.draw_id, []).append(item)
    return [(draw, by_draw.get(draw.pk, [])) for draw in held]


def redraw(draw: Draw) -> tuple[bool, int]:
    """Draw the sample again from its run: (whether the same orders come out in the same order, from how many). Raises Problem for an altered run."""
    run, beside = sealed(draw.run_id), sealed(draw.beside_id) if draw.beside_id else None
    seed = drawing.seed_of(draw.head, draw.run_id, draw.on)
    again = drawing.draw(drawing.populations(run, {draw.on: beside})[draw.on], seed, draw.asked)
    items = [item.order_key for item in draw.items.order_by("place")]
    same = [(key_on, symbol, order_id) for _, key_on, symbol, order_id, _ in again.orders] == items and (seed, again.population) == (draw.seed, draw.population)
    return same, again.population


def last_received() -> Any:
    """The instant at which a run was last received; None before the first."""
    return Run.objects.aggregate(at=Max("received_at"))["at"]


def why_not_signed(day: Day, account: Account | Actor) -> list[str]:
    """What keeps this account from signing the day, in words; empty where it may."""
    reasons = []
    if SUPERVISOR not in account.roles:
        reasons.append("A supervisor signs.")
    if Finding.objects.filter(on=day.on, matters=True, answered_by=account.key).exclude(state="vanished").exists():
        reasons.append("You answered an exception of this day that matters, so another supervisor signs.")
    for state, words in (("open", "open"), ("awaiting_reader", "awaiting a second reader")):
        number = Finding.objects.filter(on=day.on, state=state).count()
        if number:
            reasons.append(f"{number} exception{'s are' if number != 1 else ' is'} still {words}.")
    left = SampleItem.objects.filter(draw__on=day.on, state="drawn").count()
    if left:
        reasons.append(f"{left} sampled order{'s were' if left != 1 else ' was'} not looked at.")
    return reasons
