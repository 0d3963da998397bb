"""A sealed run arrives: it is received, then held against every promise, each step whole by itself."""

from __future__ import annotations

from collections.abc import Callable

from bestexec import Problem
from oversight import clock
from oversight.actor import Actor, automated
from oversight.arrivals import queries
from oversight.arrivals.models import Held
from oversight.arrivals.steps import Step
from oversight.findings import actions as findings
from oversight.findings.models import Run
from oversight.findings.receipt import Receipt
from oversight.record import actions

Say = Callable[[str], None]
DESK = automated("receive")
"""Says in the record that a run was held against a promise."""


def quiet(line: str) -> None:
    """Say nothing."""


def receive(by: Actor, run_id: str, say: Say = quiet) -> Receipt:
    """Receive a sealed run and hold it against every promise, with those that an earlier end in the middle left behind.

    Raises Problem for altered bytes, Refusal for a second time. A promise that cannot be held now is said and stays pending: the run is received.
    """
    receipt = findings.receive(by, run_id)
    try:
        hold(by, say)
    except Problem as problem:
        say(f"not held against every promise yet: {problem}")
    return receipt


def hold(by: Actor, say: Say = quiet) -> int:
    """Hold every received run against the promises it was not held against yet; says how many steps were made. Raises Problem for an altered run."""
    made = 0
    for run, steps in queries.pending():
        for step in steps:
            if words := step.says(step.does(by, run)):
                say(f"{run.pk[:12]} {step.key}: {words}")
            made += _held(run, step)
    return made


def _held(run: Run, step: Step) -> bool:
    with actions.turn():
        if Held.objects.filter(run=run, step=step.key).exists():
            return False
        actions.create(DESK, Held(run=run, step=step.key, at=clock.now()), verb="hold")
        return True
