"""Task T: its instants and its answer."""

from __future__ import annotations

HORIZONS_NS = (0, 50_000_000, 1_000_000_000, 15_000_000_000, 60_000_000_000, 300_000_000_000)
"""After execution. With the receipt they make the seven instants of each fill."""

Row = tuple[float, ...]
"""Venue, side, fills, shares, then for each instant Σ shares × 2·side·(price − midpoint) over Σ shares, of the fills that have a midpoint."""


def differences(left: list[Row], right: list[Row]) -> int:
    """Cells of two answers that are apart by more than a billionth of the larger; every cell, where the answers are of different shape."""
    if [len(row) for row in left] != [len(row) for row in right]:
        return max(sum(map(len, left)), sum(map(len, right)))
    pairs = [pair for rows in zip(left, right, strict=True) for pair in zip(*rows, strict=True)]
    return sum(not abs(a - b) <= 1e-9 * max(abs(a), abs(b)) for a, b in pairs)
