"""Whether a source tells its events in the order of time."""

from __future__ import annotations

import polars as pl


def backward(instants: pl.Series, lines: pl.Series, before: int | None) -> tuple[tuple[str, ...], int | None]:
    """A note on the first line whose instant lies before the one above it, and the last instant; `before` is the last of the batch above."""
    if not instants.len():
        return (), before
    earlier = (instants < instants.shift(1, fill_value=before)).fill_null(value=False)
    notes = (f"times go backward (first at line {lines.filter(earlier)[0]}); rows stand in the order of time, then of the file",) if earlier.any() else ()
    return notes, instants[-1]
