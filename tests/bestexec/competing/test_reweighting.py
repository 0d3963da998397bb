"""Published lines over the firm's mix, against figures worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from bestexec.competing import COMPETING, EVERY_CENTER, reweighted
from bestexec.competing.figures import FIGURES
from bestexec.metrics import METRICS
from bestexec.schema import BY_NAME

AUGUST = date(2026, 8, 1)
A = {"symbol": "ABC", "order_class": "MXXNN", "size_code": 1_000}
B = {"symbol": "XYZ", "order_class": "MXXNN", "size_code": 5_000}
LINES = (
    # Cell A of TEST: 100 shares at 0.02 better, 200 at the quote, 100 at 0.01 worse.
    {**A, "market_center": "TEST", "executed_shares": 300, "executed_away_shares": 100, "ordered_shares": 500, "effective_spread": 0.08, "quoted_spread": 0.085,
     "inside_shares": 100, "price_improvement": 0.02, "at_quote_shares": 200, "outside_shares": 100, "price_disimprovement": 0.01,
     "inside_time_ns": 2_000_000, "at_quote_time_ns": 10_000_000, "outside_time_ns": 6_000_000},
    {**B, "market_center": "TEST", "executed_shares": 50, "executed_away_shares": None, "ordered_shares": 50, "effective_spread": 0.02, "quoted_spread": 0.04,
     "inside_shares": 50, "price_improvement": 0.01, "at_quote_shares": None, "outside_shares": None, "inside_time_ns": 4_000_000},
    {**A, "market_center": "CDRG", "executed_shares": 1_200, "ordered_shares": 1_200, "effective_spread": 0.05, "quoted_spread": 0.085},
    # Says something of the firm's kinds of orders, and breaks a rule.
    {**A, "market_center": "EVIL", "executed_shares": 9_999, "effective_spread": -1, "broken_rules": "sign"},
    # Has no order of the firm's kinds.
    {**A, "symbol": "NONE", "market_center": "FARR", "executed_shares": 100, "effective_spread": 0.03},
)  # fmt: skip
FILLS = (
    {**A, "fill_qty": 300, "effective_spread": 0.06, "quoted_spread": 0.08, "net_price_improvement": 0.01, "at_or_inside": 1,
     "mean_time_to_execution": 7_000_000},
    {**B, "fill_qty": 100, "effective_spread": 0.04, "quoted_spread": 0.05, "net_price_improvement": 0.0, "at_or_inside": 1,
     "mean_time_to_execution": 1_000_000},
    {**A, "symbol": "OWN", "fill_qty": 100, "effective_spread": 0.5, "quoted_spread": 0.5, "net_price_improvement": -0.1, "at_or_inside": 0,
     "mean_time_to_execution": 9_000_000},
)  # fmt: skip
ORDERS = (
    {**A, "order_qty": 400, "filled_qty": 300}, {**B, "order_qty": 100, "filled_qty": 100}, {**A, "symbol": "OWN", "order_qty": 100, "filled_qty": 100},
)  # fmt: skip


def published(*lines: Mapping[str, Any], layout: str = "amended", **more: Any) -> pl.DataFrame:
    table = BY_NAME["published_605"]
    rows = [
        {name: {"month_on": AUGUST, "layout": layout, "lot_class": "round_lot", "line": 2, **line, **more}.get(name) for name in table.schema} for line in lines
    ]
    whole = {name: (pl.Float64 if isinstance(dtype, pl.Decimal) else dtype) for name, dtype in table.schema.items()}
    return pl.DataFrame(rows, schema=whole).cast(dict(table.schema))


def own(*rows: Mapping[str, Any], **more: Any) -> pl.DataFrame:
    usual = {"key_on": date(2026, 8, 12), "lot_class": "round", "session": "regular", "is_held": True, "excluded": None, "venue": "CDED", **more}
    made = pl.DataFrame([{**usual, **row, "size_bucket": row["size_code"]} for row in rows], infer_schema_length=None).drop("size_code")
    absent = {name for figure in FIGURES for expr in (figure.ours, figure.ours_over) if expr is not None for name in expr.meta.root_names()} - set(made.columns)
    typed = made.with_columns(pl.lit(None, pl.Float64).alias(name) for name in absent | ({"order_qty"} - set(made.columns)))
    return typed.cast({"excluded": pl.String, "order_class": pl.String})


def one(rows: pl.DataFrame, center: str, metric: str) -> dict[str, Any]:
    (row,) = rows.filter(pl.col("center") == center, pl.col("metric") == metric, pl.col("order_group") == "market").to_dicts()
    return row


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return reweighted(published(*LINES), own(*FILLS), own(*ORDERS))


def test_a_center_weighs_as_the_firm_does_and_the_firm_stands_beside_it_over_the_same_cells(rows: pl.DataFrame) -> None:
    row = one(rows, "TEST", "effective_spread")
    assert row["theirs"] == pytest.approx((300 * 0.08 + 100 * 0.02) / 400)
    assert row["ours"] == pytest.approx((300 * 0.06 + 100 * 0.04) / 400), "the third symbol, which they do not state, is not in it"
    assert row["difference"] == pytest.approx(0.055 - 0.065)
    assert (row["coverage"], row["matched_shares"], row["cells"], row["months"], row["their_shares"]) == (0.8, 400, 2, 1, 450)
    assert (row["venue"], row["is_used"], row["why"]) == (None, None, None)


def test_a_ratio_is_of_averages(rows: pl.DataFrame) -> None:
    row = one(rows, "TEST", "effective_over_quoted")
    assert row["theirs"] == pytest.approx(((300 * 0.08 + 100 * 0.02) / 400) / ((300 * 0.085 + 100 * 0.04) / 400))
    assert row["ours"] == pytest.approx((300 * 0.06 + 100 * 0.04) / (300 * 0.08 + 100 * 0.05))


def test_improvement_is_net_and_a_side_without_shares_may_state_nothing(rows: pl.DataFrame) -> None:
    of_a, of_b = (100 * 0.02 - 100 * 0.01) / 400, 0.01
    assert one(rows, "TEST", "net_price_improvement")["theirs"] == pytest.approx((300 * of_a + 100 * of_b) / 400)
    assert one(rows, "TEST", "at_or_inside")["theirs"] == pytest.approx((300 * 300 / 400 + 100 * 1) / 400)
    times = ((100 * 2 + 200 * 10 + 100 * 6) / 400 * 300 + 4 * 100) / 400 * 1e6
    assert one(rows, "TEST", "mean_time_to_execution")["theirs"] == pytest.approx(times)


def test_all_centers_together_average_each_cell_over_their_shares(rows: pl.DataFrame) -> None:
    of_a = (400 * 0.08 + 1_200 * 0.05) / 1_600
    row = one(rows, EVERY_CENTER, "effective_spread")
    assert (row["theirs"], row["their_shares"], row["broken_lines"]) == (pytest.approx((300 * of_a + 100 * 0.02) / 400), 1_650, 1)


def test_a_rate_of_shares_weighs_by_shares_ordered(rows: pl.DataFrame) -> None:
    row = one(rows, "TEST", "fill_rate")
    assert (row["theirs"], row["ours"]) == (pytest.approx((400 * 400 / 500 + 100 * 1) / 500), pytest.approx((300 + 100) / 500))


def test_a_center_that_the_firm_uses_is_known_by_its_code(rows: pl.DataFrame) -> None:
    row = one(rows, "CDRG", "effective_spread")
    assert (row["venue"], row["is_used"], row["coverage"]) == ("CDED", True, 0.6)


def test_nobody_is_left_out_silently_and_a_line_that_breaks_a_rule_is_no_benchmark(rows: pl.DataFrame) -> None:
    evil, far, not_stated = one(rows, "EVIL", "effective_spread"), one(rows, "FARR", "effective_spread"), one(rows, "CDRG", "net_price_improvement")
    assert (evil["theirs"], evil["broken_lines"], evil["coverage"]) == (None, 1, 0.0)
    assert (far["theirs"], far["why"]) == (None, "no line of theirs is of the firm's kinds of orders")
    assert (not_stated["theirs"], not_stated["why"]) == (None, "their lines in these cells do not state it")
    assert rows.filter(pl.col("theirs").is_null() != pl.col("why").is_not_null()).is_empty()
    assert set(rows["center"]) == {EVERY_CENTER, "TEST", "CDRG", "EVIL", "FARR"}


def test_the_two_layouts_stand_apart(rows: pl.DataFrame) -> None:
    legacy = published(
        {"symbol": "ABC", "order_class": "legacy_market", "size_code": 21, "market_center": "OLDE", "executed_shares": 10, "effective_spread": 0.03},
        layout="legacy", lot_class=None,
    )  # fmt: skip
    fills = own(*({**row, "order_qty": quantity} for row, quantity in zip(FILLS, (400, 99, 10_000), strict=True)))
    both = reweighted(pl.concat([published(*LINES), legacy]), fills, own(*ORDERS))
    assert both.filter(pl.col("layout") == "amended").equals(rows)
    row = one(both.filter(pl.col("layout") == "legacy"), "OLDE", "effective_spread")
    assert (row["theirs"], row["coverage"]) == (0.03, 0.6), "an odd lot of 99 and an order of 10,000 are in no legacy cell, so nobody covers them"
    assert both.filter(pl.col("layout") == "legacy", pl.col("metric") == "effective_over_quoted").is_empty(), "the legacy layout does not state it"


@pytest.mark.parametrize("more", [{"is_held": False}, {"session": "pre"}, {"order_class": None}, {"excluded": "crossed"}])
def test_what_a_report_does_not_cover_is_not_in_the_mix(more: dict[str, Any]) -> None:
    away = own(*({**row, **more} for row in FILLS))
    assert reweighted(published(*LINES), away, own(*({**row, **more} for row in ORDERS))).is_empty()


def test_without_a_published_line_of_the_months_there_is_nothing() -> None:
    empty = reweighted(published(*LINES, month_on=date(2026, 7, 1)), own(*FILLS), own(*ORDERS))
    assert (empty.height, empty.schema) == (0, COMPETING.schema)


def test_every_figure_is_a_metric_with_the_same_sense() -> None:
    by_key = {metric.key: metric for metric in METRICS if metric.on != "trades"}
    assert {figure.metric: figure.better for figure in FIGURES} == {figure.metric: by_key[figure.metric].better for figure in FIGURES}
