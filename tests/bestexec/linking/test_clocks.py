"""Bounds on the offset between two clocks, from the order in which things must have happened."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from bestexec.linking.clocks import OFFSETS, offset_bounds, pairs_of_orders

T = 1_767_366_000 * 10**9


def pairs(*rows: tuple[str, int | None, str, int | None]) -> pl.DataFrame:
    names = ["first_source", "first_at", "second_source", "second_at"]
    return pl.DataFrame(list(rows), schema=dict(zip(names, (pl.String, pl.Int64, pl.String, pl.Int64), strict=True)), orient="row")


def test_bounds_by_hand() -> None:
    """b's clock is 500 ahead. a at 0 before b (true 30 → reads 530): offset ≤ 530. b (true 40 → 540) before a at 60: offset ≥ 540 − 60 = 480."""
    found = offset_bounds(pairs(("a", T, "b", T + 530), ("a", T, "b", T + 900), ("b", T + 540, "a", T + 60), ("b", T + 540, "a", T + 400)))
    assert found.rows() == [("a", "b", 480, 530, 2, 2, False)]
    assert found.schema == pl.Schema(OFFSETS)


def test_one_direction_bounds_one_side_and_nothing_bounds_nothing() -> None:
    found = offset_bounds(pairs(("b", T, "a", T + 10), ("x", T, "x", T + 1), ("a", None, "b", T), ("a", T, "c", T - 5)))
    assert found.rows() == [("a", "b", -10, None, 0, 1, False), ("a", "c", None, -5, 1, 0, False)]
    assert offset_bounds(pairs()).height == 0


def test_readings_that_no_offset_explains_are_told() -> None:
    assert offset_bounds(pairs(("a", T, "b", T - 100), ("b", T, "a", T))).rows() == [("a", "b", 0, -100, 1, 1, True)]


def test_what_a_coarse_clock_cuts_off_widens_the_bound_by_as_much_less_one() -> None:
    """b reads whole milliseconds: its reading 5,000,000 may have been 5,999,999; a's is exact."""
    given = pairs(("a", 1_000_000, "b", 5_000_000)).with_columns(first_resolution_ns=1, second_resolution_ns=1_000_000)
    assert offset_bounds(given)["hi_ns"].to_list() == [4_999_999]
    back = pairs(("b", 5_000_000, "a", 1_000_000)).with_columns(first_resolution_ns=1_000_000, second_resolution_ns=1)
    assert offset_bounds(back)["lo_ns"].to_list() == [4_000_000]


def test_a_planted_offset_lies_within_its_bounds_which_close_on_it() -> None:
    rng = np.random.default_rng(605)
    for offset in (-1_234_567_890, 0, 987_654_321):
        sent = T + rng.integers(0, 10**12, 5_000)
        delay = rng.exponential(200_000, (2, 5_000)).astype(np.int64)
        venue = sent + delay[0] + offset
        back = sent + delay[0] + delay[1]
        out = pl.DataFrame({"first_source": "router", "first_at": sent, "second_source": "venue", "second_at": venue})
        home = pl.DataFrame({"first_source": "venue", "first_at": venue, "second_source": "router", "second_at": back})
        (row,) = offset_bounds(pl.concat([out, home])).rows(named=True)
        assert row["lo_ns"] <= offset <= row["hi_ns"]
        assert row["hi_ns"] - row["lo_ns"] == int(delay[0].min() + delay[1].min())
        assert (row["pairs_before"], row["pairs_after"], row["is_contradictory"]) == (5_000, 5_000, False)


def test_the_canonical_tables_hold_such_pairs() -> None:
    key = {"firm": "F", "key_on": date(2026, 1, 2), "symbol": "IBM", "order_id": "1"}
    orders = pl.DataFrame([{**key, "received_at": T, "received_source": "oms", "received_resolution_ns": 1}])
    routes = pl.DataFrame([{**key, "route_id": "r", "routed_at": T + 5, "routed_source": "router", "routed_resolution_ns": 1}])
    fills = pl.DataFrame(
        [{**key, "route_id": "r", "filled_at": T + 3, "filled_source": None, "filled_resolution_ns": 1}], schema_overrides={"filled_source": pl.String}
    )
    assert offset_bounds(pairs_of_orders(orders, routes, fills)).rows() == [
        ("fills", "oms", -3, None, 0, 1, False), ("fills", "router", 2, None, 0, 1, False), ("oms", "router", None, 5, 1, 0, False),
    ]  # fmt: skip
