"""Lines of a filed report against the rules about lines, and against each other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import polars as pl

from bestexec.importers import violations
from bestexec.market.rule605 import FiledLayout, LineRule
from bestexec.units import AMOUNT

FRACTION, PERCENT, NEITHER = 1, 100, 0
_NEAR = 0.1
"""How near the middle ratio must be to 1 or 100 for the file to show what it states."""
_TELLING = 1e-5
"""Ratios smaller than this say more of rounding than of the unit."""


def scale_of(rows: pl.DataFrame, filed: str, above: str, below: str) -> int | None:
    """Whether a file states `filed` as a fraction (1), in percent (100) or as neither (0): by the middle of filed / (above / below).

    None when no line tells.
    """
    expected = pl.col(above).cast(pl.Float64) / pl.col(below).cast(pl.Float64)
    ratio = rows.select((pl.col(filed).cast(pl.Float64) / expected).filter((expected.abs() > _TELLING) & expected.is_finite())).to_series().drop_nulls()
    middle = ratio.median()
    if not isinstance(middle, float):
        return None
    return next((scale for scale in (FRACTION, PERCENT) if abs(middle / scale - 1) < _NEAR), NEITHER)


def as_fraction(names: Sequence[str], scale: int | None) -> list[pl.Expr]:
    """The columns as fractions; null when no line tells what is stated, and as filed when it is neither, for the rules to find it."""
    if scale is None:
        return [pl.lit(None, dtype=AMOUNT).alias(name) for name in names]
    return [(pl.col(name) * pl.lit(Decimal("0.01"))).cast(AMOUNT).alias(name) if scale == PERCENT else pl.col(name) for name in names]


def against_rules(
    rows: pl.DataFrame, texts: pl.DataFrame, layout: FiledLayout, rules: tuple[LineRule, ...], told: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`rows` with what a broken rule makes unusable as null, and the violations.

    `texts` are the cells as filed. A cell that `told` already names is not told again.
    """
    flags = rows.select("line", *(rule.broken.fill_null(value=False).alias(str(place)) for place, rule in enumerate(rules)))
    parts = []
    for place, rule in enumerate(rules):
        lines = flags.filter(pl.col(str(place)))["line"]
        if not lines.len():
            continue
        items = [found for name in rule.names if (found := layout.by_column(name))]
        known = told.filter(pl.col("place") == items[0].number)["line"]
        hit = texts.filter(pl.col("line").is_in(lines.implode()) & ~pl.col("line").is_in(known.implode()))
        hit = hit.rechunk()  # concat_str of Polars 2.1 panics on a chunk without rows
        if hit.is_empty():
            continue
        text = hit.select(
            pl.concat_str((pl.format("{} {}", pl.lit(item.name), pl.col(item.name).fill_null("empty")) for item in items), separator=", ")
        ).to_series()
        parts.append(violations.of_cells(hit["line"], text, place=items[0].number, cell=items[0].name, rule=rule.key, says=rule.says, do=rule.do))
    for name in dict.fromkeys(rule.unusable for rule in rules if rule.unusable):
        bad = pl.any_horizontal(flags[str(place)] for place, rule in enumerate(rules) if rule.unusable == name)
        rows = rows.with_columns(pl.when(~bad).then(name).alias(name))
    return rows, violations.together(parts)


class Named:
    """The lines seen so far by the hash of what names them, so that a name that comes again is found whatever the file's size."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys
        self._seen = pl.DataFrame(schema={"name": pl.UInt64, "first": pl.Int64})

    def again(self, rows: pl.DataFrame) -> pl.DataFrame:
        """(`line`, `first`) of the rows whose name stood before, `first` being the line where it did."""
        named = rows.select("line", name=pl.struct(self._keys).hash(seed=0))
        fresh = named.group_by("name", maintain_order=True).agg(first=pl.col("line").min())
        self._seen = pl.concat([self._seen, fresh.join(self._seen, on="name", how="anti")]) if self._seen.height else fresh
        return named.join(self._seen, on="name", how="left").filter(pl.col("line") != pl.col("first")).select("line", "first")
