"""Simpson's reversal: the plain averages say one thing, the same kinds of orders another."""

from __future__ import annotations

from bestexec.verdicts.base import LEVEL
from bestexec.verdicts.matched.contrast import Estimate


def is_reversal(within: Estimate, without: Estimate) -> bool | None:
    """Whether both differences are visible (their intervals exclude 0) and have opposite signs; null where one has no interval."""
    if within.effect is None or without.effect is None:
        return None
    return within.effect * without.effect < 0 and all(_excludes_zero(*estimate.interval(LEVEL)) for estimate in (within, without))


def _excludes_zero(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and (low > 0 or high < 0)
