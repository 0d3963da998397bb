"""The arithmetic that sealed figures stand on: exact in SQL text, in any order of rows, or an error."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from bestexec.units import MID, PX, QTY

FILLS = pl.DataFrame(
    {"qty": [Decimal("100.123456")], "px": [Decimal("10.12345678")], "mid": [Decimal("10.123456785")], "side": [1]},
    schema={"qty": QTY, "px": PX, "mid": MID, "side": pl.Int8},
)


def test_a_product_in_sql_text_keeps_every_digit() -> None:
    """100.123456 × 10.12345678 = 1013.59547948023168, by hand: 6 + 8 = 14 places."""
    assert FILLS.select(pl.sql_expr("qty * px").alias("usd")).item() == Decimal("1013.59547948023168")


def test_the_operator_rounds_and_is_therefore_not_used_for_amounts() -> None:
    """It keeps the larger scale, 8. If this changes, decision 030 can be shortened."""
    assert FILLS.select(usd=pl.col("qty") * pl.col("px")).item() == Decimal("1013.59547948")


def test_a_weighted_difference_sums_exactly_whatever_the_order() -> None:
    """100.123456 × 2 × (10.12345678 − 10.123456785) = 100.123456 × −0.00000001 = −0.00000100123456; a thousand of them, −0.00100123456."""
    rows = pl.concat([FILLS] * 1000).with_columns(pl.int_range(pl.len()).alias("n"))
    total = pl.sql_expr("sum(qty * 2 * side * (px - mid))").alias("usd")
    assert rows.select(total).item() == rows.sort("n", descending=True).select(total).item() == Decimal("-0.00100123456")


def test_what_does_not_fit_is_an_error_and_never_wraps_round() -> None:
    nearly_full = pl.DataFrame({"usd": [Decimal("9" * 38)] * 2}, schema={"usd": pl.Decimal(38, 0)})
    with pytest.raises(pl.exceptions.ComputeError, match="overflow"):
        nearly_full.select(pl.col("usd").sum())
