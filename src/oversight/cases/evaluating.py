"""A closing test held against the runs in force: met only where what is not known, too, lies within the bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from oversight import clock
from oversight.cases import matching
from oversight.cases.testing import BASELINE, MATCHED, OTHER_VENDOR, Evaluation, Registration
from oversight.claims.models import kept
from oversight.findings.models import Run, RunDay
from oversight.measured.reading import AT_MOST, CANNOT_TELL, MET, MISSED, Reading, Target, has_error, judged, read
from oversight.measured.sources import Sources

METHOD = (
    "The figure and its standard error are those of the scorecard, clustered by symbol-day. The test is met where the figure, moved by the registered number "
    "of standard errors to the bad side, is still within the bound; missed where it is beyond the bound even when moved to the good side; otherwise it cannot "
    "tell. A count has no error."
)
"""What a page says of how a figure is judged that stands beside a bound, a baseline or another vendor's."""


def evaluate(registration: Registration, run: Run, sources: Sources) -> Evaluation:
    """What the runs in force say of the test over its window so far, as the arrival of `run` finds it; not yet written."""
    if registration.compared == MATCHED:
        return _like_for_like(registration, run, sources)
    first, last, vendor = registration.first_on, registration.last_on, registration.case.vendor.key
    reading = read(registration.the_figure, vendor=vendor, first=first, last=last, sources=sources)
    other = None
    if registration.compared == OTHER_VENDOR:
        assert registration.other is not None, "a comparison with a vendor names it"
        other = read(registration.the_figure, vendor=registration.other.key, first=first, last=last, sources=sources)
    bound = bound_of(registration, other)
    outcome, why = outcome_of(registration, reading, other, bound)
    return Evaluation(
        registration=registration, run=run, value=kept(reading.value), n=reading.n, se=kept(reading.se), bound=kept(bound),
        other_n=other.n if other else None, days_measured=len(measured_days(registration)), days_expected=len(registration.days), outcome=outcome,
        why=why[:400],
        at=clock.now(),
    )  # fmt: skip


def method_of(registration: Registration) -> str:
    """How the test is judged, for its page."""
    return matching.METHOD if registration.compared == MATCHED else METHOD


def _like_for_like(registration: Registration, run: Run, sources: Sources) -> Evaluation:
    """The evaluation of a test of like against like."""
    told = matching.held(registration, sources)
    outcome = MET if told.is_met else MISSED if told.is_missed else CANNOT_TELL
    return Evaluation(
        registration=registration, run=run, value=matching.exact(told.worse_by), at_most=matching.exact(told.at_most), n=told.n, bound=registration.margin,
        days_measured=len(measured_days(registration)), days_expected=len(registration.days), outcome=outcome, why=told.words[:400].removesuffix("."),
        at=clock.now(),
    )  # fmt: skip


def measured_days(registration: Registration) -> tuple[date, ...]:
    """The trading days of the window that a run in force measured."""
    held = set(RunDay.objects.filter(on__range=(registration.first_on, registration.last_on), is_current=True).values_list("on", flat=True))
    return tuple(day for day in registration.days if day in held)


def bound_of(registration: Registration, other: Reading | None = None) -> Decimal | None:
    """The bound with its margin: as registered, around the baseline, or around the other vendor's figure; None where that was not measured."""
    base = {BASELINE: registration.baseline_value, OTHER_VENDOR: other.value if other else None}.get(registration.compared, registration.bound)
    return None if base is None else base + (registration.margin if registration.side == AT_MOST else -registration.margin)


def outcome_of(registration: Registration, reading: Reading, other: Reading | None, bound: Decimal | None) -> tuple[str, str]:
    """(met, missed or cannot_tell; why). The claims' own judgement, asked on the cautious side: what is within its error of the bound is not met."""
    if bound is None:
        return CANNOT_TELL, f"the figure that it is compared with was not measured: {other.why if other else 'none'}"
    if other is not None and other.n < registration.min_n:
        return CANNOT_TELL, f"n of the other vendor is {other.n:,}, fewer than the {registration.min_n:,} that it takes"
    is_estimate = has_error(registration.the_figure) and registration.errors > 0
    errors = registration.errors if is_estimate else Decimal(0)
    se = _joined(reading.se, other.se if other else Decimal(0))
    if is_estimate and se is None and reading.value is not None and reading.n >= registration.min_n:
        return CANNOT_TELL, "its error is not known: it rests on fewer than two symbol-days"
    margin = errors * (se or Decimal(0))
    target = Target(registration.the_figure, registration.side, bound, -margin, 2 * errors, registration.min_n)
    outcome, why = judged(target, replace(reading, se=se))
    if is_estimate and outcome == CANNOT_TELL and reading.value is not None and reading.n >= registration.min_n:
        return CANNOT_TELL, f"the figure lies within {errors.normalize():f} standard errors of the bound"
    return outcome, why


def _joined(mine: Decimal | None, theirs: Decimal | None) -> Decimal | None:
    """The error of a difference of two figures that do not depend on each other."""
    return None if mine is None or theirs is None else (mine * mine + theirs * theirs).sqrt()
