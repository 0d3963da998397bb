"""The sealed runs that figures rest on: those in force, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from bestexec import Policy, Run, sealed_policy
from oversight.findings.queries import runs_in_force
from oversight.lifecycle import Refusal

InForce = tuple[tuple[Run, tuple[date, ...]], ...]


@dataclass(frozen=True)
class Sources:
    """Runs with the days that each is in force for, the earliest day first."""

    in_force: InForce

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted(day for _, days in self.in_force for day in days))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(run.id for run, _ in self.in_force)

    @property
    def policy(self) -> Policy:
        """The policy of the last run: its thresholds and least counts are those that figures are printed under."""
        return policy_of(self.in_force[-1][0])

    def during(self, first: date, last: date) -> Sources:
        """Only the runs and days within a period, both ends included."""
        kept = ((run, tuple(day for day in days if first <= day <= last)) for run, days in self.in_force)
        return Sources(tuple((run, days) for run, days in kept if days))


class NothingReceived(Refusal):
    """There are no figures yet, because no run was received."""


def all_in_force() -> Sources:
    """Every trading day's current run. Raises NothingReceived."""
    in_force = runs_in_force()
    if not in_force:
        raise NothingReceived("No run has been received yet, so there are no figures. An operator imports and measures, then runs `oversight receive`.")
    return Sources(in_force)


def policy_of(run: Run) -> Policy:
    """The policy that a run was measured under; read once, for a run never changes."""
    return _policy(run.folder / "policy")


@lru_cache(maxsize=64)
def _policy(folder: Path) -> Policy:
    return sealed_policy(folder)
