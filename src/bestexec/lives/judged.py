"""Which checks were asked of one order, and what each answered: failed, passed, not evaluated, or not about a single order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from bestexec.checks import ASKED, CHECKS, Check
from bestexec.checks.base import answer
from bestexec.lives.life import Life
from bestexec.policy import Policy

STATES = ("failed", "not evaluated", "passed", "not asked", "not about a single order")


@dataclass(frozen=True)
class Judged:
    """One check. `rows` were asked and `failed` of them are findings; `why` says what was not evaluated, or why it was not asked."""

    check: Check
    state: str
    rows: int
    failed: int
    why: str
    finding_ids: tuple[str, ...] = ()


def judge(life: Life, limits: Policy) -> tuple[Judged, ...]:
    """Every check, the failed first. Failed is what the run sealed; the rest is asked again of the order's own rows with the run's policy."""
    rows = _rows(life)
    found = [_judge(check, life, rows, limits) for check in CHECKS]
    return tuple(sorted(found, key=lambda one: STATES.index(one.state)))


def _rows(life: Life) -> dict[str, pl.DataFrame | None]:
    routes = life.routes if life.routes is not None and "lost_qty" in life.routes.columns else None
    return {
        "orders": life.orders, "fills": life.fills, "routes": routes,
        "unlinked_fills": life.unlinked.with_columns(day=pl.col("traded_on")), "duplicates": life.copies.filter(pl.col("copies") == "superseded"),
    }  # fmt: skip


def _judge(check: Check, life: Life, rows: dict[str, pl.DataFrame | None], limits: Policy) -> Judged:
    sealed = tuple(life.findings.filter(pl.col("check_id") == check.id)["finding_id"])
    if check.on not in rows:
        return Judged(check, "not about a single order", 0, 0, ASKED[check.on].row)
    of_order = rows[check.on]
    if of_order is None:
        return Judged(check, "not evaluated", 0, 0, "the run was sealed before routes were")
    if of_order.is_empty():
        return Judged(check, "failed" if sealed else "not asked", 0, len(sealed), _nothing(check.on), sealed)
    asked = _count(replace(check, where="TRUE", needs=(), enough="TRUE", harm_usd="", ask=""), of_order, limits)
    if not asked:
        return Judged(check, "failed" if sealed else "not asked", 0, len(sealed), f"it is about rows where {check.among}", sealed)
    told = answer(check, ASKED[check.on], of_order, limits)
    gaps = "; ".join(dict.fromkeys(str(gap["reason"]) for gap in told.not_evaluated))
    known = _count(replace(check, where="TRUE", harm_usd="", ask=""), of_order, limits) if gaps else asked
    state = "failed" if sealed else "not evaluated" if known < asked else "passed"
    if state == "passed" and told.findings:
        state, gaps = "not evaluated", "today's definition of this check asks something that the run's did not"
    return Judged(check, state, asked, len(sealed), gaps, sealed)


def _count(check: Check, rows: pl.DataFrame, limits: Policy) -> int:
    return len(answer(check, ASKED[check.on], rows, limits).findings)


def _nothing(on: str) -> str:
    return {
        "fills": "the order has no fill in this run", "orders": "the order's row is in another run", "routes": "no feed carries a route of this order",
        "unlinked_fills": "every fill of this order has its order", "duplicates": "no feed says anything else of this order",
    }[on]  # fmt: skip
