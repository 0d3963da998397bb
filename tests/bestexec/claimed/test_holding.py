"""A vendor's figures against the firm's records, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec import metrics
from bestexec.claimed import CLAIMED, held_against
from bestexec.claimed.tolerance import AVERAGE, SUM, half_step
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.schema import conform
from bestexec.schema.filed import CLAIMED_FIGURES

DAY = date(2026, 8, 12)
USUAL = {
    "day": DAY, "firm": "F", "key_on": DAY, "order_id": "O", "symbol": "ABC", "side": 1, "vendor": "vendor_a", "order_type": "market", "venue": "XNAS",
    "fill_id": "X", "fill_qty": "100", "fill_px": "10.05", "bid_at_t0": "10.00", "ask_at_t0": "10.10", "mid_at_t0": "10.05", "t0_to_fill_ns": 5_000_000,
}  # fmt: skip


def measured(**more: Any) -> pl.DataFrame:
    """Two fills: 100 at the midpoint of a spread of 10 cents, and 300 at the offer: effective spread (0 × 100 + 0.10 × 300) / 400 = 0.075."""
    rows = [{**USUAL, "fill_id": "X1", **more}, {**USUAL, "fill_id": "X2", "fill_qty": "300", "fill_px": "10.10", **more}]
    columns = {name: pl.Series([row.get(name) for row in rows]).cast(LINKED_FILLS.schema[name]) for name in rows[0]}
    return metrics.measure(conform(pl.DataFrame(columns), LINKED_FILLS), "fills")


def claims(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"vendor": "vendor_a", "metric": "effective_spread", "unit": "$/share", "period_from_on": DAY, "period_to_on": DAY, "import_id": "i", "line": 2}
    told = [{**usual, **row} for row in rows]
    schema = {**CLAIMED_FIGURES.schema, "import_id": pl.String}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in told], schema=schema)


def held(*rows: dict[str, Any], fills: pl.DataFrame | None = None, days: tuple[date, ...] = (DAY,), min_n: int = 1) -> list[dict[str, Any]]:
    orders = metrics.measure(LINKED_ORDERS.schema.to_frame(), "orders")
    return held_against(claims(*rows), measured() if fills is None else fills, orders, days, min_n).to_dicts()


def test_a_figure_within_its_own_rounding_is_supported() -> None:
    (row,) = held({"claimed_value": Decimal("0.08")})
    assert (row["ours"], row["verdict"], row["n"]) == (0.075, "supported", 2)
    assert row["tolerance"] == pytest.approx(0.005 + AVERAGE.relative * 0.075), "half a cent, for it is stated in whole cents; one symbol-day has no error"


def test_the_same_gap_in_a_figure_of_more_digits_is_contradicted_and_flatters() -> None:
    (row,) = held({"claimed_value": Decimal("0.0710")}, {"claimed_value": Decimal("0.0751"), "symbol": "NONE"})[:1]
    assert (row["verdict"], row["difference"], row["is_flattering"]) == ("contradicted", pytest.approx(-0.004), True)
    assert row["tolerance"] == pytest.approx(0.00005 + AVERAGE.relative * 0.075), "the other claim shows that it states four places"
    assert "in the vendor's favor" in row["sentence"]


def test_what_is_worse_than_ours_is_contradicted_as_well() -> None:
    (row,) = held({"claimed_value": Decimal("0.1234")})
    assert (row["verdict"], row["is_flattering"]) == ("contradicted", False)


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ({"period_to_on": date(2026, 8, 14)}, "2 of its 3 trading days are not in the run, the first 2026-08-13"),
        ({"order_type": "Iceberg"}, "order type Iceberg is none of"),
        ({"size_group": "500-1999"}, "size group 500-1999 is none of the firm's"),
        ({"side": "short"}, "neither buy nor sell"),
        ({"venue": "Nowhere"}, "venue Nowhere is not known"),
        ({"symbol": "OTHER"}, "none of the firm's orders of that cut shows it"),
    ],
)
def test_what_cannot_be_told_says_why(claim: dict[str, Any], why: str) -> None:
    (row,) = held({"claimed_value": Decimal("0.0750"), **claim})
    assert (row["verdict"], row["ours"]) == ("cannot tell", None)
    assert why in row["why"]
    assert why in row["sentence"]


def test_too_few_rows_cannot_tell() -> None:
    (row,) = held({"claimed_value": Decimal("0.0750")}, min_n=30)
    assert (row["verdict"], row["why"]) == ("cannot tell", "it rests on 2 rows; the policy's minimum is 30")


def test_a_cut_is_the_vendors_own_names_read_by_ours() -> None:
    rows = held({"claimed_value": Decimal("0.075"), "order_type": "Market", "side": "B", "venue": "NASDAQ", "symbol": "ABC"})
    assert [row["verdict"] for row in rows] == ["supported"]


def test_a_claim_of_another_period_is_left_to_the_run_that_measures_it() -> None:
    assert held({"claimed_value": Decimal(1), "period_from_on": date(2026, 7, 1), "period_to_on": date(2026, 7, 31)}) == []


def test_nothing_claimed_is_an_empty_table() -> None:
    none = held_against(claims(), measured(), metrics.measure(LINKED_ORDERS.schema.to_frame(), "orders"), (DAY,), 1)
    assert (none.height, none.schema) == (0, CLAIMED.schema)


def test_the_last_digit_is_the_finest_that_any_figure_of_the_metric_shows() -> None:
    assert half_step([Decimal("0.0120"), Decimal("0.0131")]) == pytest.approx(0.00005)
    assert half_step([Decimal(9_970_000), Decimal(10_000_000)]) == 5_000, "hundredths of a millisecond"
    assert half_step([]) == 0.0
    assert SUM.errors == 0
