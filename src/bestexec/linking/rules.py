"""What linking takes from the firm's policy: who is measured, and how the rule's open points are read."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

DIMENSIONS = ("asset_class", "session", "customer_class")


@dataclass(frozen=True)
class Rules:
    """How linking reads what the rule leaves open, and which orders the policy leaves out by name."""

    market_ioc_is_marketable_ioc: bool = True
    """A market order marked IOC is classed `LYNYN`; the ten classes have no code for it."""
    executable_before_halt_ns: int = 300_000_000_000
    """A resting order executable for less than this before a halt, and open at it, is excluded."""
    leaves_out_limit_states: bool = False
    """An order whose quote at t0 is of a limit state of limit-up limit-down takes no part in measures of that quote."""
    left_out: frozenset[tuple[str, str]] = frozenset(("asset_class", name) for name in ("option", "crypto", "fixed_income", "other"))
    """(dimension, value) pairs that take no part in measures that need a quote."""

    def excludes(self) -> pl.Expr:
        """The reason a row is left out by name, null when it is not."""
        reason = pl.lit(None, pl.String)
        for dimension in reversed(DIMENSIONS):
            values = sorted(value for kind, value in self.left_out if kind == dimension)
            named = pl.format("{} {} is not measured", pl.lit(dimension.replace("_", " ")), pl.col(dimension))
            reason = pl.when(pl.col(dimension).is_in(values)).then(named).otherwise(reason)
        return reason
