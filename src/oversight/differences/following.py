"""A run is held against what was decided, for later flow shows whether it happened."""

from __future__ import annotations

from dataclasses import dataclass

from oversight import clock
from oversight.actor import Actor
from oversight.claims.models import kept
from oversight.differences.actions import DESK
from oversight.differences.models import MODIFY, Decision, Observation
from oversight.findings.models import Run
from oversight.measured.reading import MET, judged, read
from oversight.record import actions


@dataclass(frozen=True)
class Followed:
    """How many modifications a run was held against, and how many of them flow followed."""

    held: int = 0
    followed: int = 0

    @property
    def words(self) -> str:
        """In a line; empty where no modification waits."""
        return f"{self.held} modification{'' if self.held == 1 else 's'} held against it, flow followed {self.followed}" if self.held else ""


def follow(by: Actor, run: Run) -> Followed:
    """Hold every modification in force against a received run: one observation each, made once. Where flow followed, the difference ends."""
    waiting = [decision for decision in _waiting(run) if decision.since_on and run.last_on >= decision.since_on]
    made = [_observed(decision, run) for decision in waiting]
    with actions.turn():
        left = {decision.pk for decision in _waiting(run)}
        made = [one for one in made if one.decision_id in left]
        actions.create_many(by, made, verb="observe")
        shown = [one for one in made if one.outcome == MET]
        for one in shown:
            why = (
                f"Run {run.pk[:12]}: {one.reading.shown if one.reading else ''} from {one.first} to {one.last}, n {one.n:,}; decided was {one.decision.terms}."
            )
            actions.move(DESK, one.decision, "end", why=why)
            actions.move(DESK, one.decision.difference, "follow", why=why)
    return Followed(len(made), len(shown))


def _waiting(run: Run) -> list[Decision]:
    waiting = Decision.objects.filter(state="adopted", kind=MODIFY).exclude(observations__run=run)
    return list(waiting.select_related("difference__vendor").order_by("pk"))


def _observed(decision: Decision, run: Run) -> Observation:
    target, vendor = decision.target, decision.difference.vendor
    assert target is not None and decision.since_on is not None, "a modification has its figure and the day from which flow is looked at"
    found = read(target.figure, vendor=vendor.key if vendor else "", first=decision.since_on, last=run.last_on)
    outcome, why = judged(target, found)
    return Observation(
        decision=decision, run=run, first=decision.since_on, last=run.last_on, value=kept(found.value), n=found.n, outcome=outcome,
        why=(why or found.why)[:300], at=clock.now(),
    )  # fmt: skip
