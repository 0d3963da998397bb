"""Every write of closing tests: registered beforehand by one, agreed by a second, held against each received run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bestexec import Problem, trading_days
from oversight import clock
from oversight.actor import Actor
from oversight.cases import evaluating, matching, stages, telling
from oversight.cases.lifecycle import DECIDERS, OPEN, PROPOSERS
from oversight.cases.models import Case, Evaluation, Registration
from oversight.cases.telling import DESK
from oversight.cases.testing import ABSOLUTE, COMPARISONS, MATCHED, OTHER_VENDOR
from oversight.claims.models import kept, said_of
from oversight.findings.models import Run, RunDay
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_LEAST, AT_MOST, MET, MISSED, Figure, read
from oversight.measured.sources import all_in_force
from oversight.record import actions
from oversight.roles import COMMITTEE, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

LONGEST_DAYS = 260


@dataclass(frozen=True)
class Held:
    """How many closing tests a run was held against, and how many it completed."""

    tests: int = 0
    met: int = 0
    missed: int = 0

    @property
    def words(self) -> str:
        """In a line; empty where there was none."""
        return f"{self.tests} closing tests of cases: {self.met} met, {self.missed} missed so far" if self.tests else ""


def register_test(
    by: Actor, case: Case, *, figure: Figure, side: str, compared: str = ABSOLUTE, bound: Decimal | None = None, margin: Decimal = Decimal(0),
    baseline: tuple[date, date] | None = None, other: Vendor | None = None, errors: Decimal = Decimal(2), confidence: Decimal | None = None, min_n: int,
    first_on: date, last_on: date, smallest_visible: Decimal | None = None, smallest_why: str = "", if_inconclusive: str, no_power: bool = False,
    no_power_why: str = "",
) -> Registration:  # fmt: skip
    """Register what will end the case, before its window begins; a second person agrees. Bounds and margins are in the figure's stored unit.

    Like against like is a test of non-inferiority: its margin is above zero, its `confidence` (one-sided, between ½ and 1) takes the place of standard
    errors and of a side, and what it could have seen before is computed where `smallest_visible` is not said.

    Raises Refusal for a window of which a run was received already, or that has begun, a comparison without what it is compared with,
    or no power declared without reasons. Nothing of a registration is changed: a later one supersedes it, and its window begins anew.
    """
    telling.may(by, PROPOSERS, "Register the closing test")
    _check_figure(figure, side, compared, margin, errors, min_n)
    _check_window(first_on, last_on)
    if not if_inconclusive.strip():
        raise Refusal("Say beforehand what happens if the test cannot tell.")
    if no_power and not no_power_why.strip():
        raise Refusal("Say why no test can have power; the vote that may close the case rests on it.")
    against = _against(case, figure, compared, bound, baseline, other, first_on)
    row = Registration(
        case=case, figure=said_of(figure), side=side, compared=compared, margin=kept(margin) or Decimal(0), errors=errors, min_n=min_n,
        first_on=first_on, last_on=last_on, smallest_visible=kept(smallest_visible),
        smallest_why=smallest_why.strip(), if_inconclusive=if_inconclusive.strip(), no_power=no_power,
        no_power_why=no_power_why.strip(), **against, registered_by=by.key, registered_at=clock.now(), state=Registration.LIFECYCLE.start,
    )  # fmt: skip
    if compared == MATCHED:
        row.side, row.errors, row.confidence = AT_MOST, Decimal(0), _confidence(figure, margin, confidence)
        if smallest_visible is None:
            visible, how = matching.visible_before(row)
            row.smallest_visible, row.smallest_why = visible, row.smallest_why or how
    with actions.turn():
        telling.still_open(case, "Register the closing test")
        if case.registrations.filter(state="registered").exists():
            raise Refusal("A registration waits for a second person already. Withdraw it first.")
        row.supersedes = case.registration
        row.hash = row.locked()
        actions.create(by, row, verb="register")
        telling.firm(by, case, "a closing test is registered: a second person agrees before its window begins.", DECIDERS, "medium", row.get_absolute_url())
    return row


def agree(by: Actor, row: Registration, *, why: str = "") -> Registration:
    """The second person's step, before any run of the window is received; an earlier registration is superseded, visibly."""
    with actions.turn():
        former = row.case.registration
        if former is not None:
            actions.move(DESK, former, "supersede", why=f"Another test was registered on {row.registered_at:%Y-%m-%d}; its window begins on {row.first_on}.")
        moved = actions.move(by, row, "agree", why=why)
        if row.case.state == "monitored":
            stages.set_clock(by, row.case)
    return moved


def hold(by: Actor, run: Run) -> Held:
    """Hold the closing tests of open cases against a received run that has days of their windows: one evaluation a test and run, made once."""
    days = sorted(RunDay.objects.filter(run=run).values_list("on", flat=True))
    if not days:
        return Held()
    touched = Registration.objects.filter(state="agreed", case__state__in=OPEN, first_on__lte=days[-1], last_on__gte=days[0])
    waiting = list(touched.exclude(evaluations__run=run).select_related("case__vendor", "other").order_by("pk"))
    rows = [row for row in waiting if any(row.first_on <= day <= row.last_on for day in days)]
    if not rows:
        return Held()
    sources = all_in_force()
    made = [evaluating.evaluate(row, run, sources) for row in rows]
    with actions.turn():
        actions.create_many(by, made, verb="evaluate")
        for one in made:
            _tell(one)
    return Held(len(made), sum(one.outcome == MET for one in made), sum(one.outcome == MISSED for one in made))


def _tell(one: Evaluation) -> None:
    """Tell once the window is complete, for then somebody must act."""
    if one.is_complete:
        case, to = one.registration.case, (COMPLIANCE, VENDOR_MANAGER, SUPERVISOR, COMMITTEE)
        said = f"the window of its closing test is complete: {one.get_outcome_display()}."
        telling.firm(DESK, case, said, to, "info" if one.outcome == MET else "high", one.registration.get_absolute_url())


def _check_figure(figure: Figure, side: str, compared: str, margin: Decimal, errors: Decimal, min_n: int) -> None:
    if not figure.is_known or "vendor" in figure.filters or side not in (AT_MOST, AT_LEAST) or compared not in COMPARISONS:
        raise Refusal("There is no such figure, or it cannot be cut or compared so.")
    if min_n < 1 or errors < 0 or margin < 0 or not margin.is_finite():
        raise Refusal("Least n is at least one; margin and standard errors are not below zero.")


def _confidence(figure: Figure, margin: Decimal, confidence: Decimal | None) -> Decimal:
    if not matching.is_matched(figure) or figure.filters:
        raise Refusal("This figure is not held like against like: choose effective spread, net price improvement or reversion after a minute, at every venue.")
    if margin <= 0:
        raise Refusal("Name the margin: worse by how much at most. Without one, no vendor that equals the others could ever show it.")
    if confidence is None or not Decimal("0.5") < confidence < 1:
        raise Refusal("Name the confidence, above 50 % and below 100 %.")
    return confidence


def _check_window(first_on: date, last_on: date) -> None:
    if first_on < clock.today():
        raise Refusal("The window would begin in the past. What is registered after the data is no test.")
    try:
        number = len(trading_days(first_on, last_on))
    except Problem as problem:
        raise Refusal(f"The calendar does not know these days: {problem}.") from problem
    if not 1 <= number <= LONGEST_DAYS:
        raise Refusal(f"The window holds {number} trading days; it takes one to {LONGEST_DAYS}.")
    if RunDay.objects.filter(on__range=(first_on, last_on)).exists():
        raise Refusal("A run of this window was received already. Choose a window that begins later: it is begun anew, not moved.")


def _against(
    case: Case, figure: Figure, compared: str, bound: Decimal | None, baseline: tuple[date, date] | None, other: Vendor | None, first_on: date
) -> dict[str, Any]:
    """What it is compared with, as the row keeps it; the baseline is read now, and locked."""
    if compared == ABSOLUTE:
        if bound is None or not bound.is_finite():
            raise Refusal("Name the bound.")
        return {"bound": kept(bound)}
    if compared == MATCHED:
        return {}
    if compared == OTHER_VENDOR:
        if other is None or other.pk == case.vendor_id:
            raise Refusal("Name another vendor to compare with.")
        return {"other": other}
    if baseline is None or baseline[0] > baseline[1] or baseline[1] >= first_on:
        raise Refusal("Name a period before the window whose figure is the baseline.")
    reading = read(figure, vendor=case.vendor.key, first=baseline[0], last=baseline[1])
    if reading.value is None:
        raise Refusal(f"The baseline was not measured: {reading.why}.")
    return {
        "baseline_first": baseline[0], "baseline_last": baseline[1], "baseline_value": kept(reading.value), "baseline_n": reading.n,
        "baseline_runs": list(reading.runs),
    }  # fmt: skip
