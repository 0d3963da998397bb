"""Every read of arrivals."""

from __future__ import annotations

from oversight.arrivals.models import Held
from oversight.arrivals.steps import HELD, Step
from oversight.findings.models import Run


def pending() -> list[tuple[Run, tuple[Step, ...]]]:
    """The received runs that were not held against every promise yet, the first received first, each with what is left; two queries."""
    done = set(Held.objects.values_list("run_id", "step"))
    left = ((run, tuple(step for step in HELD if (run.pk, step.key) not in done)) for run in Run.objects.order_by("received_at", "pk"))
    return [(run, steps) for run, steps in left if steps]
