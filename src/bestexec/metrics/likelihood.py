"""Likelihood that a resting limit order is executed, from its executable time, cancels censored."""

from __future__ import annotations

from bestexec import cite
from bestexec.metrics.base import Example, Metric
from bestexec.metrics.estimators import COMPLETE, FIRST, fill_likelihood
from bestexec.metrics.worked import LIMIT_ORDERS
from bestexec.units import FRACTION

READ_AT = (
    ("1s", "1 s", 1_000_000_000),
    ("10s", "10 s", 10_000_000_000),
    ("1min", "1 min", 60_000_000_000),
    ("5min", "5 min", 300_000_000_000),
    ("30min", "30 min", 1_800_000_000_000),
    ("close", "the longest time observed", None),
)
"""Name, words, nanoseconds after the executable time."""

_ONE = (0.2, "1 - (1 - 1/5)")
_TWO = (7 / 15, "1 - (1 - 1/5) * (1 - 1/3)")
_THREE = (11 / 15, "1 - (1 - 1/5) * (1 - 1/3) * (1 - 1/2)")
FIRST_BY_HAND = {"1s": _ONE, "10s": _TWO, "1min": _THREE, "5min": _THREE, "30min": _THREE, "close": _THREE}
COMPLETE_BY_HAND = {"1s": _ONE, "10s": _ONE, "1min": _TWO, "5min": _TWO, "30min": _TWO, "close": _TWO}


def _reading(key: str, title: str, until: tuple[str, str, str], at: tuple[str, str, int | None], by_hand: tuple[float, str]) -> Metric:
    name, words, at_ns = at
    return Metric(
        key=f"{key}_{name}", title=f"{title} {'by the close' if at_ns is None else f'within {words}'}", on="orders",
        summary=fill_likelihood(until, at_ns, words),
        unit=FRACTION, better="higher", source=cite.KAPLAN_MEIER, weight="each resting limit order alike", covers="rows",
        example=Example(LIMIT_ORDERS, *by_hand),
        note="unknown where no order was watched that long",
    )  # fmt: skip


LIKELIHOOD = (
    *(_reading("fill_likelihood", "Likelihood of a first fill", FIRST, at, FIRST_BY_HAND[at[0]]) for at in READ_AT),
    *(_reading("complete_likelihood", "Likelihood of a complete fill", COMPLETE, at, COMPLETE_BY_HAND[at[0]]) for at in READ_AT),
)
