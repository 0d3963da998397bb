"""Every read of findings that others ask for."""

from __future__ import annotations

from datetime import date

from bestexec import Run as SealedRun
from oversight.findings.models import Run, RunDay
from oversight.findings.sealed import ids, opened


def sealed(run_id: str) -> SealedRun:
    """The run of that id in the workspace, its bytes held against its seal. Raises Problem, naming the files, for one that is gone or altered."""
    return opened(run_id)


def runs_in_force(first: date | None = None, last: date | None = None) -> tuple[tuple[SealedRun, tuple[date, ...]], ...]:
    """For each trading day from `first` to `last` the run in force, grouped by run, the earliest day first. Raises Problem for an altered run."""
    current = RunDay.objects.filter(is_current=True, **({"on__gte": first} if first else {}), **({"on__lte": last} if last else {}))
    days: dict[str, list[date]] = {}
    for run_id, on in current.order_by("on").values_list("run_id", "on"):
        days.setdefault(run_id, []).append(on)
    return tuple((sealed(run_id), tuple(of_run)) for run_id, of_run in days.items())


def sealed_ids() -> tuple[str, ...]:
    """The ids of the workspace's sealed runs, in the order of sealing."""
    return ids()


def not_received() -> tuple[str, ...]:
    """Those of them that the desk has not received."""
    received = set(Run.objects.values_list("pk", flat=True))
    return tuple(run_id for run_id in ids() if run_id not in received)


def received_count() -> int:
    """How many runs were received."""
    return Run.objects.count()
