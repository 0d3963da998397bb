"""A router's coverage of the firm's symbols by symbol, session or asset class: plain, and weighed by what the firm executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from oversight.liquidity.coverage import CANNOT_TELL, MISSING, Coverage, part_of
from oversight.liquidity.lifecycle import DIRECT, THROUGH
from oversight.liquidity.tape import in_order

ALL = "all"
"""The cut that is none: everything together."""
SHARES = pl.Decimal(38, 6)
VALUE = pl.Decimal(38, 14)


@dataclass(frozen=True)
class Covered:
    """The tape of the firm's symbols in one value of a cut, by how the router reaches it, beside what the firm executed there.

    `value` and `fills` are the firm's own, `unseen` what of the value is in symbols of which the tape shows no trade here; `weighted` is what is reached
    of each symbol, weighed by the firm's value in it: None where the firm executed nothing in a symbol that the tape shows.
    """

    name: str | None
    shares: Decimal
    trades: int
    notional: Decimal
    parts: Mapping[str, Decimal]
    value: Decimal
    fills: int
    unseen: Decimal
    weighted: Decimal | None
    symbols: int

    def part(self, name: str) -> Decimal | None:
        """A part of the tape's shares as a fraction; None where the tape shows none."""
        return self.parts.get(name, Decimal(0)) / self.shares if self.shares else None

    @property
    def reached(self) -> Decimal | None:
        """Directly or through another broker."""
        return (self.parts.get(DIRECT, Decimal(0)) + self.parts.get(THROUGH, Decimal(0))) / self.shares if self.shares else None

    @property
    def of_named(self) -> Decimal | None:
        """The reached part of what names a venue; None where nothing does."""
        named = self.shares - self.parts.get(CANNOT_TELL, Decimal(0))
        return (self.parts.get(DIRECT, Decimal(0)) + self.parts.get(THROUGH, Decimal(0))) / named if named else None

    @property
    def gap(self) -> Decimal:
        """The firm's executed value times the part of the tape that is not on the router's list: what a missing venue weighs for this firm."""
        return self.value * (self.part(MISSING) or Decimal(0))


def by(found: Coverage, name: str = ALL) -> tuple[Covered, ...]:
    """The coverage by `symbol`, `session`, `asset_class` or all together, in their order; nothing where the runs do not hold it."""
    if found.why or found.tape.cut is None or not found.tape.cut.is_held:
        return ()
    rows, own = (frame.with_columns(pl.lit(ALL).alias(ALL)) for frame in (found.tape.cut.rows, found.tape.cut.own))
    venues = rows["venue"].unique().drop_nulls().to_list()
    parts = [part_of(venue, found.reach) for venue in venues]
    told = rows.with_columns(part=pl.col("venue").replace_strict(venues, parts, default=CANNOT_TELL, return_dtype=pl.String))
    sums = _by_group(told.group_by(name, "part").agg(pl.col("shares", "trades", "notional").sum()), name)
    pairs = _by_group(_pairs(told, own, name), name)
    order: Callable[[str | None], Any] = in_order if name == "session" else lambda text: (text is None, text or "")
    return tuple(_covered(group, sums.get(group, []), pairs.get(group, [])) for group in sorted({*sums, *pairs}, key=order))


def _pairs(told: pl.DataFrame, own: pl.DataFrame, name: str) -> pl.DataFrame:
    """One row a symbol in each value of the cut: its shares on the tape, those reached, and what the firm executed."""
    is_reached, keys = pl.col("part").is_in([DIRECT, THROUGH]), list(dict.fromkeys((name, "symbol")))
    market = told.group_by(keys).agg(pl.col("shares").sum(), reached=pl.col("shares").filter(is_reached).sum())
    mine = own.group_by(keys).agg(pl.col("value").sum(), pl.col("fills").sum())
    joined = market.join(mine, on=keys, how="full", coalesce=True, nulls_equal=True)
    return joined.select(
        *keys, pl.col("shares", "reached").fill_null(0).cast(SHARES), pl.col("value").fill_null(0).cast(VALUE), pl.col("fills").fill_null(0)
    )  # fmt: skip


def _by_group(rows: pl.DataFrame, name: str) -> dict[str | None, list[dict[str, Any]]]:
    found: dict[str | None, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(row[name], []).append(row)
    return found


def _covered(group: str | None, sums: list[dict[str, Any]], pairs: list[dict[str, Any]]) -> Covered:
    seen = [row for row in pairs if row["shares"]]
    weight = _sum(seen, "value")
    weighted = sum((row["value"] * (row["reached"] / row["shares"]) for row in seen), start=Decimal(0)) if weight else None
    return Covered(
        group, _sum(sums, "shares"), int(_sum(sums, "trades")), _sum(sums, "notional"), {str(row["part"]): _sum([row], "shares") for row in sums},
        _sum(pairs, "value"), int(_sum(pairs, "fills")), _sum(pairs, "value") - weight, None if weighted is None else weighted / weight, len(pairs),
    )  # fmt: skip


def _sum(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(str(row[name])) for row in rows), start=Decimal(0))
