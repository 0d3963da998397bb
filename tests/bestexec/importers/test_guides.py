"""The samples of the guides to files give the tables that were written by hand beside them."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

OPEN = 1_782_912_600 * 10**9  # 2026-07-01T13:30Z, 09:30 in New York at −04:00
FILES = Path(__file__).resolve().parents[3] / "docs/guides/files"


def number(value: Decimal | str | None) -> Decimal | None:
    return Decimal(value).normalize() if value not in (None, "") else None


@pytest.mark.parametrize("kind", ["taq", "massive", "itch", "crypto"])
def test_a_sample_gives_the_tables_written_beside_it(kind, read_whole) -> None:  # type: ignore[no-untyped-def]
    with (FILES / f"{kind}.csv").open() as file:
        told = list(csv.DictReader(file))
    found = []
    for path in sorted((FILES / kind).iterdir()):
        whole = read_whole(path)
        assert whole.rejects == ()
        for name in ("quotes", "trades"):
            frame = whole.tables.get(name, pl.DataFrame())
            for row in frame.iter_rows(named=True):
                sides = "" if row.get("kind") != "nbbo" else f"{row['bid_venue'] or ''}/{row['ask_venue'] or ''}"
                at, regular = row.get("quoted_at") or row.get("traded_at"), "" if name == "quotes" else row["filtered_reason"] or "yes"
                figures = tuple(number(row.get(column)) for column in ("bid_px", "bid_qty", "ask_px", "ask_qty", "px", "qty"))
                found.append((f"{path.name} {name}", row["line"], row["symbol"], at - OPEN, *figures, sides or row["venue"], row["kind"], regular))
    figures = ("bid", "bid_qty", "ask", "ask_qty", "px", "qty")
    expected = [
        (
            row["table"],
            int(row["line"]),
            row["symbol"],
            int(row["ns_after_0930"]),
            *(number(row[name]) for name in figures),
            row["venue"],
            row["kind"],
            row["regular"],
        )
        for row in told
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)
