"""Holds every clause against a run that was received: one measurement a window, restated where data is restated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bestexec import Problem, trading_days
from oversight import clock
from oversight.actor import Actor
from oversight.agreements import breaching, formulas, reading
from oversight.agreements.measures import LOG, PERSON
from oversight.agreements.models import OUTCOMES, SCALE, Measurement
from oversight.agreements.promises import Clause
from oversight.agreements.reading import Found
from oversight.agreements.windows import ROLLING, Window, touched
from oversight.findings.comparing import differences
from oversight.findings.models import Run, RunDay
from oversight.findings.queries import sealed
from oversight.measured.reading import MISSED
from oversight.record import actions

EVER_IN_FORCE = ("in_force", "ended")
Wanted = Iterable[tuple[Window, Run]]


@dataclass(frozen=True)
class Evaluated:
    """What holding a run against the agreements did, in numbers."""

    clauses: int = 0
    measured: int = 0
    met: int = 0
    missed: int = 0
    not_measurable: int = 0
    restated: int = 0
    opened: int = 0
    withdrawn: int = 0

    @property
    def words(self) -> str:
        """`12 windows of clauses measured: 9 met, 1 missed, 2 not measurable; 1 possible breach opened`; empty where no clause was measured."""
        if not self.measured:
            return ""
        parts = [f"{self.measured} windows of clauses measured: {self.met} met, {self.missed} missed, {self.not_measurable} not measurable"]
        parts += [f"{self.restated} restated"] if self.restated else []
        parts += [f"{self.opened} possible breaches opened"] if self.opened else []
        return "; ".join([*parts, *([f"{self.withdrawn} withdrawn"] if self.withdrawn else [])])


def evaluate(by: Actor, run: Run) -> Evaluated:
    """Measure every clause that was in force on a day of the run: each window that holds one, and earlier windows that are over by now.

    Once for each run, however often it is called. All of it or nothing.
    """
    days = list(RunDay.objects.filter(run=run).order_by("on").values_list("on", flat=True))
    in_force = days_in_force()
    return _write(by, [row for clause in measurable() for row in _rows(clause, [(window, run) for window in _windows(clause, days, in_force)], in_force)])


def measure_past(by: Actor, clauses: Iterable[Clause]) -> Evaluated:
    """Measure what runs had brought before these clauses were in force: each window not measured yet, by the latest run in it."""
    current = list(RunDay.objects.filter(is_current=True).select_related("run").order_by("run__received_at", "on"))
    in_force, rows = tuple(sorted(day.on for day in current)), []
    for clause in (clause for clause in clauses if not clause.measure.is_reported):
        wanted = {window: day.run for day in current for window in _holding(clause, [day.on], in_force)}
        held = set(latest_of(clause))
        rows += _rows(clause, [(window, run) for window, run in sorted(wanted.items()) if (window.first, window.last) not in held], in_force)
    return _write(by, rows)


def measurable() -> Iterable[Clause]:
    """The clauses that runs are held against: in force now or once, and not answered by a person."""
    found = Clause.objects.filter(state__in=EVER_IN_FORCE).exclude(figure__kind=PERSON).exclude(agreement__state__in=("drafted", "discarded"))
    return found.select_related("agreement__vendor").order_by("agreement__vendor__name", "agreement_id", "pk")


def days_in_force() -> tuple[date, ...]:
    """Every trading day that a received run measured, the earliest first."""
    return tuple(RunDay.objects.filter(is_current=True).order_by("on").values_list("on", flat=True))


def recheck_log(by: Actor) -> int:
    """Measure again the windows of outage clauses whose minutes changed because the order-handling log did; says how many."""
    in_force = days_in_force()
    rows = [
        row for clause in measurable() if clause.measure.kind == LOG for latest in latest_of(clause).values() if (row := _by_log(clause, latest, in_force))
    ]  # fmt: skip
    return _write(by, rows).measured


def latest_of(clause: Clause) -> dict[tuple[date, date], Measurement]:
    """The last measurement of each window of a clause."""
    return {(row.first_on, row.last_on): row for row in clause.measurements.order_by("pk")}


def record_measurement(by: Actor, row: Measurement) -> tuple[bool, bool]:
    """Append one measurement, and open or withdraw what follows from it: (whether a possible breach was opened, whether one was withdrawn)."""
    actions.create(by, row, verb="measure")
    if row.is_to_date:
        return False, False
    return breaching.follow(row)


def made_of(clause: Clause, window: Window, found: Found, *, is_to_date: bool) -> Measurement:
    """The measurement that `found` makes, not yet written: outcome, credit, arithmetic."""
    outcome, why = reading.judged(clause, found)
    row = Measurement(
        clause=clause, first_on=window.first, last_on=window.last, runs=list(found.runs), value=_stored(found.value), n=found.n, se=_stored(found.se),
        days_measured=found.days_measured, days_expected=len(window.days), outcome=outcome, why=why, is_to_date=is_to_date, measured_at=clock.now(),
    )  # fmt: skip
    if outcome == MISSED and found.value is not None:
        worth = formulas.worth(
            clause.formula, side=clause.side, bound=clause.bound, value=found.value, unit=clause.unit, fee_usd=clause.agreement.monthly_fee_usd
        )
        row.credit_usd, row.arithmetic = worth.usd, worth.arithmetic
    return row


def difference(before: Measurement, after: Measurement, because: str) -> str:
    """From what to what, in words and numbers, and why."""
    measure = after.clause.measure
    parts = [
        f"{measure.shown(before.value)} became {measure.shown(after.value)}"
        if before.value != after.value
        else f"the figure stays {measure.shown(after.value)}"
    ]
    if before.value is not None and after.value is not None and before.value != after.value:
        change = after.value - before.value
        parts[0] += f" ({'+' if change > 0 else '−'}{measure.shown(abs(change))})"
    parts.append(f"n {before.n:,} became {after.n:,}" if before.n != after.n else f"n stays {after.n:,}")
    parts.append(f"{before.outcome_title} became {after.outcome_title}" if before.outcome != after.outcome else f"still {after.outcome_title}")
    if (before.credit_usd or 0) != (after.credit_usd or 0):
        parts.append(f"credit {formulas.dollars(before.credit_usd or Decimal(0))} became {formulas.dollars(after.credit_usd or Decimal(0))}")
    return f"{'; '.join(parts)}. {because}".replace("\xa0", " ")


def _rows(clause: Clause, wanted: Wanted, in_force: Sequence[date]) -> list[Measurement]:
    """The measurements of these windows, each by its run, not yet written; a window that the run was held against before is passed over."""
    seen = latest_of(clause)
    done = {(row.first_on, row.last_on, row.run_id) for row in clause.measurements.all()}
    return [
        _row(clause, window, run, in_force, seen.get((window.first, window.last))) for window, run in wanted if (window.first, window.last, run.pk) not in done
    ]


def _row(clause: Clause, window: Window, run: Run | None, in_force: Sequence[date], former: Measurement | None) -> Measurement:
    row = made_of(clause, window, reading.find(clause, window, in_force), is_to_date=_is_to_date(window, in_force))
    row.run = run
    if run is not None and former is not None and (not former.is_to_date or _is_again(former, run)):
        row.restates, row.difference = former, difference(former, row, _because(former, run))
    return row


def _is_to_date(window: Window, in_force: Sequence[date]) -> bool:
    """Whether the window is not over: its last trading day was not measured yet, and no later one was."""
    days = window.days
    return bool(days) and days[-1] not in in_force and not any(day > days[-1] for day in in_force)


def _windows(clause: Clause, days: Sequence[date], in_force: Sequence[date]) -> tuple[Window, ...]:
    """Those that hold a day of the run; and, but for rolling ones, those before that are over and were not measured to their end."""
    found = _holding(clause, days, in_force)
    if clause.window == ROLLING or not in_force:
        return tuple(sorted(found))
    seen = latest_of(clause)
    for window in touched(clause.window, 0, trading_days(in_force[0], in_force[-1]), begins=clause.from_on, ends=clause.last_on):
        held = seen.get((window.first, window.last))
        is_silent = held is None and not any(window.first <= day <= window.last for day in in_force)
        if not _is_to_date(window, in_force) and (is_silent or (held is not None and held.is_to_date)):
            found.add(window)
    return tuple(sorted(found))


def _holding(clause: Clause, days: Sequence[date], in_force: Sequence[date]) -> set[Window]:
    """The windows that hold one of `days`; a rolling one ends on a day that was measured, and is full."""
    if clause.window != ROLLING or not days:
        return set(touched(clause.window, clause.window_days, days, begins=clause.from_on, ends=clause.last_on))
    later = [day for day in in_force if day >= days[0]]
    rolled = touched(ROLLING, clause.window_days, later, begins=clause.from_on, ends=clause.last_on)
    full = [window for window in rolled if window.last in in_force and len(window.days) == clause.window_days]
    return {window for window in full if any(window.first <= day <= window.last for day in days)}


def _is_again(former: Measurement, run: Run) -> bool:
    """Whether the run measured a day of the window that an earlier run had measured before `former` was made."""
    within = RunDay.objects.filter(run=run, on__range=(former.first_on, former.last_on)).values("on")
    return RunDay.objects.filter(on__in=within, run__received_at__lte=former.measured_at).exclude(run=run).exists()


def _because(former: Measurement, run: Run) -> str:
    """Which run took the place of which, and what differs between them."""
    within = list(RunDay.objects.filter(run=run, on__range=(former.first_on, former.last_on)).values_list("on", flat=True))
    earlier = RunDay.objects.filter(on__in=within).exclude(run=run).order_by("-run__received_at").first()
    if earlier is None:
        return f"Run {run.pk[:12]} brought {len(within)} day{'' if len(within) == 1 else 's'} of the window that no run had measured."
    replaced = f"Run {run.pk[:12]} took the place of {earlier.run_id[:12]} for {len(within)} day{'' if len(within) == 1 else 's'}"
    try:
        return f"{replaced}: {differences(sealed(earlier.run_id).manifest, sealed(run.pk).manifest)}."
    except Problem:
        return f"{replaced}; that run is no longer in the workspace."


def _by_log(clause: Clause, former: Measurement, in_force: Sequence[date]) -> Measurement | None:
    """What the window comes to by the log as it is now; None where that is the same."""
    row = _row(clause, former.span, None, in_force, None)
    if (row.value, row.outcome) == (former.value, former.outcome):
        return None
    row.restates, row.is_to_date = former, former.is_to_date
    row.difference = difference(former, row, "The order-handling log was written to since.")
    return row


def _write(by: Actor, rows: Sequence[Measurement]) -> Evaluated:
    """Write them in one transaction, those apart that somebody else wrote meanwhile, and open or withdraw what follows."""
    opened = withdrawn = 0
    made = []
    with actions.turn():
        for row in rows:
            same = Measurement.objects.filter(clause=row.clause, first_on=row.first_on, last_on=row.last_on, run=row.run)
            if row.run_id and same.exists():
                continue
            is_opened, is_withdrawn = record_measurement(by, row)
            opened, withdrawn = opened + is_opened, withdrawn + is_withdrawn
            made.append(row)
    by_outcome = {outcome: sum(row.outcome == outcome for row in made) for outcome in OUTCOMES}
    restated = sum(row.restates_id is not None for row in made)
    return Evaluated(len({row.clause_id for row in made}), len(made), **by_outcome, restated=restated, opened=opened, withdrawn=withdrawn)


def _stored(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(SCALE)
