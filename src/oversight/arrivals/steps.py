"""What every received run is held against, in this order: written out, so that it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oversight.actor import Actor
from oversight.agreements import actions as agreements
from oversight.cases import actions as cases
from oversight.claims import actions as claims
from oversight.differences import following as differences
from oversight.findings.models import Run
from oversight.harm import actions as harm
from oversight.plans import measuring as plans
from oversight.reviews import actions as reviews


@dataclass(frozen=True)
class Step:
    """One kind of promise. `does` is its action: one transaction, and nothing where it was done before.

    `says` puts what it gave into a line, empty where there was nothing to hold.
    """

    key: str
    does: Callable[[Actor, Run], Any]
    says: Callable[[Any], str]


HELD: tuple[Step, ...] = (
    Step("claims", claims.judge, lambda judged: judged.words),
    Step("agreements", agreements.evaluate, lambda evaluated: evaluated.words),
    Step("differences", differences.follow, lambda followed: followed.words),
    Step("reviews", reviews.note_restatement, lambda noted: noted.words),
    Step("closing tests of cases", cases.hold, lambda held: held.words),
    Step("corrective plans", plans.measure, lambda measured: measured.words),
    Step("harm", harm.restate, lambda restated: restated.words),
)
