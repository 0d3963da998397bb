"""A vendor's figures against the firm's records, by hand."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec import metrics
from bestexec.claimed import CLAIMED, held_against
from bestexec.claimed.tolerance import AVERAGE, allowed, error_of_sum, half_step
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


@pytest.mark.parametrize(
    ("claimed", "unit", "as_named", "half"),
    [
        ("0.0131", "$/share", None, 0.00005), ("0.0300", "$/share", "cents/share", 0.005),  # 3 cents, to the cent
        ("0.941", "fraction", "%", 0.0005), ("0.5", "fraction", "%", 0.005), ("1", "fraction", "%", 0.005),  # 94.1, 50 and 100 %
        ("0.5", "fraction", "fraction", 0.05), ("1", "fraction", "fraction", 0.005), ("0", "fraction", None, 0.005), ("0", "$/share", None, 0.00005),
        ("0", "bps", None, 0.5), ("12500000", "ns", "ms", 50_000), ("100000000", "ns", "Ms ", 500_000),  # 12.5 ms; 100 ms, to the millisecond
        ("9970000", "ns", None, 5_000), ("3000000", "shares", None, 15_000), ("1234567", "shares", None, 0.5), ("200", "orders", None, 1.0),
    ],
)  # fmt: skip
def test_the_last_digit_is_of_the_vendors_own_unit_and_zeros_before_the_point_excuse_half_a_percent(
    claimed: str, unit: str, as_named: str | None, half: float
) -> None:
    assert half_step(Decimal(claimed), unit, as_named) == pytest.approx(half)


def test_all_or_none_is_no_figure_of_one_digit() -> None:
    """All at the quote is 1, none inside 0: of 400 shares, 300 are at the offer and 100 inside. Half of 1 would excuse both."""
    rows = held(
        *({"metric": metric, "unit": "fraction", "claimed_value": Decimal(value)} for metric, value in (("at_quote", 1), ("inside", 0), ("outside", 0)))
    )
    assert [(row["metric"], row["ours"], row["verdict"]) for row in rows] == [
        ("at_quote", 0.75, "contradicted"), ("inside", 0.25, "contradicted"), ("outside", 0.0, "supported"),
    ]  # fmt: skip


def test_each_report_has_its_own_rounding() -> None:
    """One report says 0.08, rounded to cents; another one of the same vendor states five places."""
    rows = held({"claimed_value": Decimal("0.08"), "import_id": "coarse"}, {"claimed_value": Decimal("0.07501"), "import_id": "fine"})
    assert [(row["import_id"], row["verdict"]) for row in rows] == [("coarse", "supported"), ("fine", "supported")]
    together = held({"claimed_value": Decimal("0.08")}, {"claimed_value": Decimal("0.07501"), "side": "buy"})
    assert sorted(row["verdict"] for row in together) == ["contradicted", "supported"], "one report of five places does not round to cents"


def test_a_sum_of_few_rows_or_of_large_ones_may_differ_by_more_than_one_of_many() -> None:
    """400 orders of 100 shares have an error of √400 × 100 = 2,000 shares; one of 30,000 more makes it √(2,000² + 30,000²) = 30,066.6."""
    orders = pl.DataFrame({"filled_qty": pl.Series([100] * 400 + [30_000] + [None]).cast(pl.Decimal(18, 6))})
    shares, spread = metrics.by_key("executed_shares", "orders"), metrics.by_key("effective_spread", "fills")
    assert error_of_sum(shares, orders.head(400)) == pytest.approx(2_000)
    assert error_of_sum(shares, orders) == pytest.approx(30_066.5928)
    assert allowed(shares, 40_000, 2_000) == pytest.approx(400), "a fifth of the error, four orders; three in a thousand are 120 shares"
    assert allowed(shares, 10_000_000, 2_000) == pytest.approx(30_000), "three in a thousand"
    assert allowed(spread, 0.1, 0.01) == pytest.approx(0.002 * 0.1 + 0.2 * 0.01), "an average: both together"


def test_a_vendor_that_lacks_one_of_forty_orders_is_not_contradicted_and_one_that_lacks_four_is() -> None:
    """√40 × 0.2 = 1.26 orders, and half an order of rounding."""
    usual = {name: USUAL[name] for name in ("day", "firm", "key_on", "symbol", "side", "vendor", "order_type")}
    rows = [{**usual, "order_id": f"O{number}", "order_qty": "100"} for number in range(40)]
    columns = {name: pl.Series([row[name] for row in rows]).cast(LINKED_ORDERS.schema[name]) for name in rows[0]}
    orders = metrics.measure(conform(pl.DataFrame(columns), LINKED_ORDERS), "orders")
    told = claims(*({"metric": "order_count", "unit": "orders", "claimed_value": Decimal(count)} for count in (39, 36)))
    made = held_against(told, measured().clear(), orders, [DAY], 30)
    assert made.select("claimed", "verdict").rows() == [(39.0, "supported"), (36.0, "contradicted")]
    assert made["tolerance"].to_list() == pytest.approx([0.5 + 0.2 * math.sqrt(40)] * 2)
