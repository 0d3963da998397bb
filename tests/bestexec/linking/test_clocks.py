"""Bounds on the offset between two clocks, from the order in which things must have happened."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from bestexec.linking.clocks import LEGS, OFFSETS, apart, legs, offset_bounds, pairs_of_orders

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


def legs_of(*gateways: tuple[str, int], acked: int | None = None) -> pl.DataFrame:
    """Two routes a gateway, received by the oms: sent 5 and 9 µs later by a clock that is off by so much, acknowledged 2 µs after that in truth."""
    day = date(2026, 1, 2)
    orders, routes = [], []
    for gateway, offset in gateways:
        for number, took in enumerate((5_000, 9_000)):
            key = {"firm": "F", "key_on": day, "symbol": "IBM", "order_id": f"{gateway}{number}"}
            orders.append({**key, "received_at": T, "received_source": "oms", "received_resolution_ns": 1})
            routes.append({**key, "route_id": "r", "routed_on": day, "routed_at": T + took + offset, "routed_source": gateway, "routed_resolution_ns": 1,
                           "acked_at": T + took + 2_000})  # fmt: skip
    fills = pl.DataFrame(
        schema={**dict.fromkeys(("firm", "symbol", "order_id", "route_id", "filled_source"), pl.String), "key_on": pl.Date, "traded_on": pl.Date,
                "filled_at": pl.Int64, "filled_resolution_ns": pl.Int64}
    )  # fmt: skip
    return legs(pl.DataFrame(orders), pl.DataFrame(routes), fills, [day])


def test_the_least_time_of_each_leg_shows_which_clock_is_off_and_by_about_how_much() -> None:
    """gw2 is 37 ms ahead: its routes are 37.005 ms after receipt at least, where the others' are 5 µs; its acknowledgements come 36.998 ms before it."""
    found = legs_of(("gw1", 0), ("gw2", 37_000_000), ("gw3", 0))
    told = {(row["leg"], row["first_source"], row["second_source"]): row for row in found.iter_rows(named=True)}
    ahead = told["receipt to route", "oms", "gw2"]
    assert (ahead["pairs"], ahead["early"], ahead["least_ns"], ahead["apart_ns"]) == (2, 0, 37_005_000, 37_000_000)
    late = told["route to acknowledgement", "gw2", "acknowledgements"]
    assert (late["pairs"], late["early"], late["least_ns"], late["apart_ns"]) == (2, 2, 2_000 - 37_000_000, -37_000_000)
    assert told["receipt to route", "oms", "gw1"]["apart_ns"] == 5_000 - (5_000 + 37_005_000) // 2, "of two others, one off, the median lies between them"


def test_two_clocks_do_not_tell_which_of_them_is_off() -> None:
    assert legs_of(("gw1", 0), ("gw2", 37_000_000))["apart_ns"].null_count() == 4


def test_clock_offsets_of_ten_to_fifty_milliseconds_are_recovered_within_two() -> None:
    """Forty worlds of 20,000 routes over four gateways, one of which is off by 10 to 50 ms, ahead or behind; by the quickest leg of all its days."""
    from bestexec.practice.worlds import clocks

    for seed in range(10):
        for offset in (-50.0, -10.0, 10.0, 37.0):
            told = clocks(seed, offsets_ms={"gw2": offset}, routes=4_000).told
            key = {"firm": "F", "key_on": pl.col("day")}
            orders = told.select(
                "order_id",
                "symbol",
                "received_at",
                "received_source",
                received_resolution_ns=pl.lit(1),
                **{n: pl.lit(v) if isinstance(v, str) else v for n, v in key.items()},
            )
            routes = told.select(
                "order_id",
                "route_id",
                "symbol",
                "routed_at",
                "routed_source",
                "acked_at",
                routed_resolution_ns=pl.lit(1),
                routed_on="day",
                firm=pl.lit("F"),
                key_on="day",
            )
            fills = told.select(
                "order_id", "route_id", "symbol", "filled_at", "filled_source", filled_resolution_ns=pl.lit(1), traded_on="day", firm=pl.lit("F"), key_on="day"
            )
            found = legs(orders, routes, fills, told["day"].unique().to_list())
            daily = found.filter(pl.col("leg") == "receipt to route", pl.col("second_source") == "gw2")["apart_ns"]
            assert abs(daily.median() / 1e6 - offset) < 2, (seed, offset)  # type: ignore[operator]  # not empty


def test_days_together_tell_the_median_day_and_the_farthest_first() -> None:
    day, other = date(2026, 1, 2), date(2026, 1, 5)
    rows = [
        (day, "route to fill", "gw1", "X", 4, 0, 9, 2), (other, "route to fill", "gw1", "X", 6, 1, -3, 4),
        (day, "receipt to route", "oms", "gw1", 1, 0, 5, -90),
    ]  # fmt: skip
    told = pl.DataFrame(rows, schema=LEGS.schema, orient="row")
    assert apart(told).rows() == [("receipt to route", "oms", "gw1", 1, 0, 1, 5, -90), ("route to fill", "gw1", "X", 10, 1, 2, -3, 3)]
