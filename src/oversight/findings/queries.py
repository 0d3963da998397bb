"""Every read of findings that others ask for."""

from __future__ import annotations

from datetime import date

from bestexec import Run as SealedRun
from oversight.findings.models import RunDay
from oversight.findings.sealed import sealed

__all__ = ["runs_in_force", "sealed"]


def runs_in_force(first: date | None = None, last: date | None = None) -> tuple[tuple[SealedRun, tuple[date, ...]], ...]:
    """For each trading day from `first` to `last` the run in force, grouped by run, the earliest day first. Raises Problem for an altered run."""
    current = RunDay.objects.filter(is_current=True, **({"on__gte": first} if first else {}), **({"on__lte": last} if last else {}))
    days: dict[str, list[date]] = {}
    for run_id, on in current.order_by("on").values_list("run_id", "on"):
        days.setdefault(run_id, []).append(on)
    return tuple((sealed(run_id), tuple(of_run)) for run_id, of_run in days.items())
