"""Two or three feeds of one day held against each other, and what is known of whether all of it is there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec.linking.completeness import completeness, told_by
from bestexec.linking.control import control
from bestexec.linking.reconciling import reconcile
from bestexec.schema import BY_NAME, conform

DAY = date(2026, 1, 5)
NINE_THIRTY = 1_767_623_400_000_000_000
FEEDS = {"c": "cat", "f": "fix", "v": "vendor"}


def rows(table: str, *given: dict[str, Any]) -> pl.DataFrame:
    """Rows of a canonical table with `import_id`; what is not said is one ordinary buy of 100."""
    common = {"firm": "F", "key_on": DAY, "routed_on": DAY, "traded_on": DAY, "symbol": "IBM", "side": 1, "qty": Decimal(100), "order_type": "limit",
              "received_at": NINE_THIRTY, "routed_at": NINE_THIRTY, "filled_at": NINE_THIRTY, "line": 1}  # fmt: skip
    schema = BY_NAME[table].schema
    filled = [{**{name: value for name, value in common.items() if name in schema}, **row} for row in given]
    frames = [conform(pl.DataFrame([{**row, "import_id": None}]), BY_NAME[table]).with_columns(import_id=pl.lit(row["import_id"])) for row in filled]
    return pl.concat([pl.DataFrame(schema={**schema, "import_id": pl.String}), *frames])


def feeds(**given: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {table: given.get(table, rows(table)) for table in ("orders", "routes", "fills")}


def order(order_id: str, feed: str, **more: Any) -> dict[str, Any]:
    return {"order_id": order_id, "import_id": feed, **more}


def fill(fill_id: str, feed: str, **more: Any) -> dict[str, Any]:
    return {"order_id": "O", "fill_id": fill_id, "px": Decimal("10.25"), "import_id": feed, **more}


def test_what_one_feed_lacks_is_named_with_its_reason() -> None:
    given = feeds(orders=rows("orders", *(order(name, "c") for name in "ABC"), *(order(name, "f") for name in "AB"), order("D", "f", symbol="XYZ")))
    counted, unmatched = reconcile(given, FEEDS)
    assert counted.select("left", "right", "left_rows", "right_rows", "by_id", "by_value", "differing", "only_left", "only_right").rows() == [
        ("cat", "fix", 3, 3, 2, 0, 0, 1, 1)
    ]
    assert unmatched.select("table", "reason", "id").rows() == [("orders", "not in cat", "D"), ("orders", "not in fix", "C")]


def test_ids_that_differ_are_matched_by_what_the_rows_say_and_counted_apart() -> None:
    given = feeds(fills=rows("fills", fill("X1", "f"), fill("77", "v", filled_at=NINE_THIRTY + 900_000_000)))
    counted, unmatched = reconcile(given, FEEDS)
    assert counted.select("by_id", "by_value", "only_left", "only_right").rows() == [(0, 1, 0, 0)]
    assert unmatched.is_empty()


def test_pairs_that_tell_another_quantity_or_price_say_both() -> None:
    given = feeds(fills=rows("fills", fill("X1", "f"), fill("X1", "v", qty=Decimal(90), px=Decimal("10.26"))))
    _, unmatched = reconcile(given, FEEDS)
    assert unmatched.select("reason", "qty", "other_qty", "px", "other_px").rows() == [
        ("another quantity and price", Decimal(100), Decimal(90), Decimal("10.25"), Decimal("10.26"))
    ]


def test_equal_rows_are_matched_one_to_one() -> None:
    """Three fills alike in everything but their ids on one side, two on the other: one stays alone."""
    given = feeds(fills=rows("fills", *(fill(f"a{n}", "f") for n in range(3)), *(fill(f"b{n}", "v") for n in range(2))))
    counted, unmatched = reconcile(given, FEEDS)
    assert counted.select("by_value", "only_left", "only_right").rows() == [(2, 1, 0)]
    assert unmatched["reason"].to_list() == ["not in vendor"]


def test_three_feeds_are_three_pairs_and_a_feed_of_another_day_is_no_pair() -> None:
    given = feeds(orders=rows("orders", order("A", "c"), order("A", "f"), order("A", "v"), order("B", "v", key_on=date(2026, 1, 6))))
    counted, unmatched = reconcile(given, FEEDS)
    assert counted.select("left", "right", "by_id").rows() == [("cat", "fix", 1), ("cat", "vendor", 1), ("fix", "vendor", 1)]
    assert unmatched.is_empty()


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.proof)])
def test_one_order_removed_from_one_of_two_feeds_is_found_among_all(count: int) -> None:
    names = pl.Series([f"O{number}" for number in range(count)])
    one = rows("orders", order("x", "c")).drop("order_id").join(names.to_frame("order_id"), how="cross")
    both = pl.concat([one, one.filter(pl.col("order_id") != "O777").with_columns(import_id=pl.lit("f"))], how="diagonal").select(one.columns)
    counted, unmatched = reconcile(feeds(orders=both), FEEDS)
    assert unmatched.select("id", "reason").rows() == [("O777", "not in fix")]
    assert counted["by_id"].to_list() == [count - 1]


def linked(*given: dict[str, Any]) -> pl.DataFrame:
    frame = rows("orders", *given)
    return frame.with_columns(day="key_on", order_qty="qty", size_bucket=pl.lit(1_000, pl.Int64))


def totals(*given: dict[str, Any]) -> pl.DataFrame:
    schema = {**BY_NAME["control_totals"].schema, "import_id": pl.String}
    said = [{"day": DAY, "source": "OMS", "line": line, "import_id": "t", **row} for line, row in enumerate(given, 2)]
    return pl.DataFrame(said, schema=schema)


def test_totals_are_met_by_session_customers_order_type_and_size() -> None:
    orders = linked(order("A", "c", session="regular", customer_class="retail"), order("B", "c", session="pre", customer_class="retail", order_type="market"))
    given = totals(
        {"measure": "orders", "total": Decimal(2)}, {"measure": "orders", "session": "pre", "customer_class": "retail", "total": Decimal(2)},
        {"measure": "order_shares", "order_type": "limit", "total": Decimal(100)}, {"measure": "orders", "size_bucket": 1_000, "total": Decimal(2)},
        {"measure": "orders", "size_bucket": 0, "total": Decimal(1)}, {"measure": "fills", "order_type": "limit", "total": Decimal(1)},
        {"measure": "routes", "total": Decimal(0)},
    )  # fmt: skip
    told = control(given, orders, feeds(fills=rows("fills", fill("X", "c", order_id="A"))))
    assert told["counted"].to_list() == [Decimal(2), Decimal(1), Decimal(100), Decimal(2), Decimal(0), Decimal(1), Decimal(0)]


FED = pl.DataFrame({"day": [DAY], "of": ["orders"], "fed": [5], "measured": [4], "excluded": [1], "apart": [0]})


@pytest.mark.parametrize(
    ("total", "several", "gaps", "state", "missing"),
    [
        (None, False, 0, "completeness unknown", None),
        (5, False, 0, "complete", 0),
        (6, False, 0, "gaps", 1),
        (None, True, 0, "complete", None),
        (None, True, 1, "gaps", None),
        (5, True, 1, "gaps", 0),
    ],
)
def test_without_a_total_and_a_second_feed_completeness_is_unknown(total: int | None, several: bool, gaps: int, state: str, missing: int | None) -> None:
    counted = totals({"measure": "orders", "total": Decimal(total)}).with_columns(counted=pl.lit(5)) if total else totals().with_columns(counted=pl.lit(5))
    names = rows("orders", order("A", "c"), *([order("A", "f")] if several else []))
    unmatched = reconcile(feeds(), FEEDS)[1]
    if gaps:
        unmatched = reconcile(feeds(orders=rows("orders", order("A", "c"), order("B", "c"), order("A", "f"))), FEEDS)[1]
    (told,) = completeness(FED, counted, told_by(feeds(orders=names), FEEDS), unmatched).to_dicts()
    assert (told["state"], told["missing"], told["fed"]) == (state, missing, 5)
