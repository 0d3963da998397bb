"""What every received run is held against, in this order: written out, so that it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oversight.actor import Actor
from oversight.agreements import actions as agreements
from oversight.claims import actions as claims
from oversight.findings.models import Run
from oversight.harm import actions as harm


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
    Step("harm", harm.restate, lambda restated: restated.words),
)
