"""Rules that a record breaks, told one by one: line, cell, rule, what it says and what to do."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from bestexec.importers.base import Reject

VIOLATIONS = {
    "line": pl.Int64, "place": pl.Int64, "cell": pl.String, "rule": pl.String, "says": pl.String, "text": pl.String, "do": pl.String, "is_doubt": pl.Boolean,
}  # fmt: skip
"""`place` is the cell's number in its line, from 1; null where the line, or the file, is to blame.

A doubt breaks no rule: it is a sum or a sign that is not to be expected.
"""
_LONGEST_TEXT = 200


def none() -> pl.DataFrame:
    return pl.DataFrame(schema=VIOLATIONS)


def of_cells(line: pl.Series, text: pl.Series, *, place: int | None, cell: str, rule: str, says: str, do: str) -> pl.DataFrame:
    """One violation for each of the given lines, with the text found there."""
    return pl.DataFrame({"line": line, "text": text.str.slice(0, _LONGEST_TEXT)}).select(
        line="line",
        place=pl.lit(place, dtype=pl.Int64),
        cell=pl.lit(cell),
        rule=pl.lit(rule),
        says=pl.lit(says),
        text="text",
        do=pl.lit(do),
        is_doubt=pl.lit(value=False),
    )


def of_file(line: int, cell: str, rule: str, says: str, do: str, text: str = "") -> pl.DataFrame:
    """One violation, of a file or of a place in it."""
    return pl.DataFrame([(line, None, cell, rule, says, text[:_LONGEST_TEXT], do, False)], schema=VIOLATIONS, orient="row")


def of_rejects(rejects: Iterable[Reject], rule: str, do: str) -> pl.DataFrame:
    """One violation for each reject, with its own reason and text."""
    rows = [(reject.line, None, "", rule, reject.reason, reject.text[:_LONGEST_TEXT], do, False) for reject in rejects]
    return pl.DataFrame(rows, schema=VIOLATIONS, orient="row")


def together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """All of them, by line and place."""
    return pl.concat([none(), *parts]).sort("line", "place", nulls_last=True, maintain_order=True)


def broken_rules(violations: pl.DataFrame) -> pl.DataFrame:
    """(`line`, `broken_rules`): for each line the rules that it breaks, sorted, comma-separated."""
    return violations.select("line", "rule").unique().sort("line", "rule").group_by("line", maintain_order=True).agg(broken_rules=pl.col("rule").str.join(","))
