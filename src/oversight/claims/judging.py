"""A run is held against the claims in force: what each figure says over the quarter to date, and the exceptions that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context

from django.db.models import Max
from django.urls import reverse

from oversight import clock
from oversight.actor import Actor, automated
from oversight.claims import wording
from oversight.claims.checks import CONTRADICTED
from oversight.claims.models import Claim, ClaimTest, figure_of, kept
from oversight.findings import actions as findings
from oversight.findings.models import Finding, Run, RunDay
from oversight.measured.reading import CANNOT_TELL, MET, MISSED, Reading, judged, read
from oversight.measured.sources import NothingReceived, Sources, all_in_force
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.vendors.lifecycle import KEEPERS

DESK = automated("claims")
"""Opens an exception because the data contradict a claim, and lets it vanish when they no longer do."""
WHY = 300


@dataclass(frozen=True)
class Judged:
    """What came of holding a run against the claims, in numbers of claims; `opened` and `vanished` are exceptions."""

    run: Run
    met: int = 0
    missed: int = 0
    cannot_tell: int = 0
    opened: int = 0
    vanished: int = 0

    @property
    def held(self) -> int:
        return self.met + self.missed + self.cannot_tell

    @property
    def words(self) -> str:
        """In a line: `12 claims held against it: 3 contradicted, 8 supported, 1 cannot be told; 2 exceptions opened, 0 vanished`."""
        if not self.held:
            return "no claim was left to hold against it"
        claims = f"{self.held:,} claim{'' if self.held == 1 else 's'} held against it"
        counts = f"{self.missed:,} contradicted, {self.met:,} supported, {self.cannot_tell:,} cannot be told"
        return f"{claims}: {counts}; {self.opened:,} exception{'' if self.opened == 1 else 's'} opened, {self.vanished:,} vanished"


def judge(by: Actor, run: Run) -> Judged:
    """Read first, then write all of it in one turn; what somebody else judged or ended meanwhile is passed over."""
    waiting = _waiting(run)
    first, last = window(run)
    sources = _sources()
    readings = [_read(claim, first, last, sources) for claim in waiting]
    with actions.turn():
        left = {claim.pk for claim in _waiting(run)}
        pairs = [(claim, reading) for claim, reading in zip(waiting, readings, strict=True) if claim.pk in left]
        held = _of_quarter([claim for claim, _ in pairs], first)
        tests = [_test(claim, reading, run, held.get(claim.pk)) for claim, reading in pairs]
        fresh = [test for test in tests if test.finding is not None and _is_fresh(held.get(test.claim_id))]
        gone = [_vanished(test, held[test.claim_id]) for test in tests if test.outcome != MISSED and not _is_fresh(held.get(test.claim_id))]
        actions.create_many(by, tests, verb="test")
        _tell(fresh)
    counts = {outcome: sum(test.outcome == outcome for test in tests) for outcome in (MET, MISSED, CANNOT_TELL)}
    return Judged(run, **counts, opened=len(fresh), vanished=len(gone))


def window(run: Run) -> tuple[date, date]:
    """(first, last) of the quarter to date that holds the run's last day: up to the last day of it that any run in force measured."""
    first = date(run.last_on.year, 3 * ((run.last_on.month - 1) // 3) + 1, 1)
    end = (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
    last = RunDay.objects.filter(is_current=True, on__range=(first, end)).aggregate(last=Max("on"))["last"]
    return first, max(last or run.last_on, run.last_on)


def latest() -> Run | None:
    """The run in force with the latest day."""
    return Run.objects.filter(run_days__is_current=True).order_by("-run_days__on").first()


def exact(digits: int) -> Context:
    """Arithmetic that keeps so many digits."""
    return Context(prec=digits)


def _waiting(run: Run) -> list[Claim]:
    """The claims in force that a figure could contradict and that this run was not held against yet."""
    return list(Claim.objects.filter(state="in_force", figure__isnull=False).exclude(tests__run=run).select_related("vendor").order_by("pk"))


def _sources() -> Sources | None:
    try:
        return all_in_force()
    except NothingReceived:
        return None


def _read(claim: Claim, first: date, last: date, sources: Sources | None) -> Reading:
    figure = figure_of(claim.figure)
    assert figure is not None, "a claim without a figure is not judged"
    return read(figure, vendor=claim.vendor.key, first=first, last=last, sources=sources)


def _of_quarter(claims: Sequence[Claim], first: date) -> dict[int, Finding]:
    """The exception that each claim made in the quarter, where it made one."""
    made = ClaimTest.objects.filter(claim__in=claims, first=first, finding__isnull=False).select_related("finding").order_by("pk")
    return {test.claim_id: test.finding for test in made if test.finding is not None}


def _is_fresh(held: Finding | None) -> bool:
    """Whether nothing of the quarter stands: an exception of it would be opened, or open again."""
    return held is None or held.state == "vanished"


def _test(claim: Claim, reading: Reading, run: Run, held: Finding | None) -> ClaimTest:
    outcome, why = judged(claim.target, reading) if claim.target else (CANNOT_TELL, reading.why)
    test = ClaimTest(
        claim=claim, run=run, first=reading.first, last=reading.last, value=kept(reading.value), n=reading.n, se=kept(reading.se), outcome=outcome,
        why=why[:WHY], at=clock.now(),
    )  # fmt: skip
    if outcome == MISSED:
        test.finding = _finding(claim, test, reading, run, held)
    return test


def _finding(claim: Claim, test: ClaimTest, reading: Reading, run: Run, held: Finding | None) -> Finding:
    """Open, or measured again: one for a claim and quarter, on the day whose run first contradicted it."""
    target = claim.target
    assert target is not None, "what is missed was measured"
    said = {"words": claim.words, "measured": reading.shown, "promised": wording.promised(target), "flow": claim.flow, "n": f"{reading.n:,}"}
    spread = wording.interval(reading.value, reading.se, target.errors, target.figure.unit)
    numbers = {"figure": target.figure.title, "measured": reading.shown, **({"interval": spread} if spread else {}), "n": reading.n,
               "from": reading.first.isoformat(), "to": reading.last.isoformat(), "promised": wording.terms(target)}  # fmt: skip
    return findings.open_by_desk(
        DESK, check_id=CONTRADICTED.id, subject_key=claim.subject, title=CONTRADICTED.title, severity=CONTRADICTED.severity,
        on=held.on if held else run.last_on, run=run, subject_text=f"{claim.vendor.name}: {claim.words}", vendor=claim.vendor.key, numbers=numbers,
        ask=CONTRADICTED.ask.format(**said), authority=CONTRADICTED.authority,
        why=f"Run {run.pk[:12]}: {reading.shown} from {test.first} to {test.last}, where {said['promised']} was promised.",
    )  # fmt: skip


def _vanished(test: ClaimTest, held: Finding) -> Finding:
    reading = f"{test.reading.shown} from {test.first} to {test.last}" if test.reading and test.value is not None else f"{test.first} to {test.last}"
    said = f"it cannot tell any more: {test.why}" if test.outcome == CANNOT_TELL else f"{reading} is within what was promised"
    return findings.vanish_by_desk(DESK, held, why=f"Run {test.run_id[:12]} no longer contradicts the claim: {said}.")


def _tell(fresh: Sequence[ClaimTest]) -> None:
    """Tell the keepers of the vendor file once, however many claims."""
    if not fresh:
        return
    names = ", ".join(sorted({test.claim.vendor.name for test in fresh}))
    number = f"{len(fresh)} claim{'' if len(fresh) == 1 else 's'} of {names}"
    what = f"{number} {'is' if len(fresh) == 1 else 'are'} contradicted by the data of run {fresh[0].run_id[:12]}."
    tell(DESK, to_roles=KEEPERS, what=what, url=f"{reverse('claims:ledger')}?standing=contradicted", severity=CONTRADICTED.severity)
