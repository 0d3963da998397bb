"""Typed Parquet takes a short way that must end where the long one does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bestexec.importers.typed import ready
from bestexec.schema import QUOTES, conform

ROW: dict[str, Any] = {
    "day": date(2026, 7, 1), "symbol": "AAA", "quoted_at": 1_782_912_600_000_000_000, "sequence": 1, "bid_px": Decimal("10.01"), "ask_px": Decimal("10.02"),
    "bid_qty": Decimal(100), "ask_qty": Decimal(0), "kind": "nbbo", "source": "hand", "line": 1,
}  # fmt: skip


def _quotes(**changed: object) -> pl.DataFrame:
    return conform(pl.DataFrame([ROW | changed], schema_overrides={name: QUOTES.schema[name] for name in ROW}), QUOTES)


def test_clean_rows_are_taken_as_they_are() -> None:
    rows = _quotes()
    taken = ready(rows, QUOTES)
    assert taken is not None
    assert taken.equals(rows)


def test_fewer_decimals_than_the_canonical_scale_are_exact() -> None:
    taken = ready(_quotes().with_columns(pl.col("bid_px").cast(pl.Decimal(18, 2))), QUOTES)
    assert taken is not None
    assert taken["bid_px"].to_list() == [Decimal("10.01")]


@pytest.mark.parametrize(
    "changed",
    [
        {"symbol": "aaa"}, {"symbol": " AAA"}, {"symbol": ""}, {"kind": "best"}, {"source": None}, {"quoted_at": 1_782_912_600}, {"bid_px": Decimal(0)},
        {"ask_px": Decimal(-1)}, {"bid_qty": Decimal(-1)}, {"day": None}, {"sequence": 10**18},
    ],
)  # fmt: skip
def test_a_value_that_the_parsers_would_fault_or_change_goes_the_long_way(changed: dict[str, Any]) -> None:
    assert ready(_quotes(**changed), QUOTES) is None


def test_a_float_or_a_missing_required_column_goes_the_long_way() -> None:
    assert ready(_quotes().with_columns(pl.col("bid_px").cast(pl.Float64)), QUOTES) is None
    assert ready(_quotes().drop("kind"), QUOTES) is None


def test_both_ways_end_with_the_same_rows(tmp_path: Path, read_whole: Any) -> None:
    """Ten typed rows; the same with one symbol in lower case, so that its whole batch goes through text."""
    typed = pl.concat([_quotes(sequence=n, bid_px=Decimal(f"{10 + n}.0{n}")) for n in range(10)]).drop("line")
    typed.write_parquet(tmp_path / "short.parquet")
    typed.with_columns(symbol=pl.when(pl.col("sequence") == 3).then(pl.lit("aaa")).otherwise("symbol")).write_parquet(tmp_path / "long.parquet")
    short, long = (read_whole(tmp_path / name).tables["quotes"] for name in ("short.parquet", "long.parquet"))
    assert short.equals(long)
