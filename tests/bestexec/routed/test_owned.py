"""Whose time it was: four legs by hand, each with how far its clocks may be apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from bestexec.linking.clocks import LEGS as CLOCKS
from bestexec.routed import OWNED, owned
from bestexec.schema import FILLS, ORDERS, ROUTES, conform

DAY = date(2026, 8, 3)
MS = 1_000_000
T = 1_785_763_800_000_000_000
"""2026-08-03 09:30:00 in New York."""


def rows(table: Any, *told: dict[str, Any]) -> pl.DataFrame:
    key = {"firm": "FIRM", "key_on": DAY, "symbol": "IBM", "order_id": "O1"}
    return conform(pl.DataFrame([{**key, **one} for one in told] or None, schema=None if told else table.schema, infer_schema_length=None), table)


def order(number: int = 1, **said: Any) -> dict[str, Any]:
    return {"order_id": f"O{number}", "received_at": T, "received_source": "OMS", "vendor": "A", **said}


def route(number: int = 1, name: str = "R1", at: int = 0, **said: Any) -> dict[str, Any]:
    return {
        "order_id": f"O{number}", "route_id": name, "routed_on": DAY, "routed_at": T + at, "routed_source": "SOR", "vendor": "A", "venue": "XNAS", "tif": "ioc",
        "order_type": "limit", **said,
    }  # fmt: skip


def told(
    orders: list[dict[str, Any]], routes: list[dict[str, Any]], fills: list[dict[str, Any]] | None = None, clocks: pl.DataFrame | None = None
) -> dict[str, dict[str, Any]]:
    apart = clocks if clocks is not None else CLOCKS.schema.to_frame()
    made = owned(rows(ORDERS, *orders), rows(ROUTES, *routes), rows(FILLS, *(fills or [])), apart)
    assert made.schema == OWNED.schema
    return {row["owner"]: row for row in made.iter_rows(named=True)}


def apart(ns: int | None, leg: str = "receipt to route", first: str = "OMS", second: str = "SOR") -> pl.DataFrame:
    return pl.DataFrame(
        [{"day": DAY, "leg": leg, "first_source": first, "second_source": second, "pairs": 40, "early": 0, "least_ns": MS, "apart_ns": ns}],
        schema=CLOCKS.schema,
    )


def test_each_leg_is_what_a_hand_subtracts() -> None:
    """Received at 0, routed at 2 ms, acknowledged at 3 ms, back at 8 ms without a fill; the next route at 9 ms, acknowledged at 11, filled at 16."""
    legs = told(
        [order()],
        [
            route(at=2 * MS, acked_at=T + 3 * MS, ended_at=T + 8 * MS, end_reason="canceled"),
            route(name="R2", at=9 * MS, acked_at=T + 11 * MS, ended_at=T + 16 * MS, end_reason="filled"),
        ],
        [{"route_id": "R2", "fill_id": "F1", "traded_on": DAY, "filled_at": T + 16 * MS, "filled_source": "SOR", "qty": 100, "px": 10}],
    )  # fmt: skip
    assert {name: (row["n"], row["median_ns"], row["p95_ns"]) for name, row in legs.items()} == {
        "firm": (1, 2 * MS, 2 * MS), "router": (1, MS, MS), "network": (2, MS, 2 * MS), "venue": (2, 5 * MS, 5 * MS),
    }  # fmt: skip
    assert {row["why"] for row in legs.values()} == {"fewer than 30 times"}


def many(count: int = 40, **said: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return [order(number) for number in range(count)], [route(number, at=20 * MS, **said) for number in range(count)]


def test_one_clock_has_no_bar_but_its_steps() -> None:
    """Cut to milliseconds at both ends: each reading may be short by 999,999 ns."""
    orders, routes = many(routed_resolution_ns=MS)
    for each in orders:
        each |= {"received_source": "SOR", "received_resolution_ns": MS}
    firm = told(orders, routes)["firm"]
    assert (firm["median_ns"], firm["bar_ns"], firm["verdict"], firm["clocks"]) == (20 * MS, 2 * (MS - 1), "told", 1)


def test_two_clocks_bar_is_how_far_they_are_apart() -> None:
    assert told(*many(), clocks=apart(-7 * MS))["firm"]["bar_ns"] == 7 * MS
    assert told(*many(), clocks=apart(-7 * MS))["firm"]["verdict"] == "told"


def test_a_leg_within_its_bar_cannot_be_told() -> None:
    firm = told(*many(), clocks=apart(20 * MS))["firm"]
    assert (firm["verdict"], firm["why"]) == ("cannot tell", "the clocks may be apart by as much as the leg took")


def test_two_clocks_of_which_nobody_knows_how_far_apart_they_are() -> None:
    for clocks in (None, apart(None), apart(MS, first="CAT")):
        firm = told(*many(), clocks=clocks)["firm"]
        assert (firm["bar_ns"], firm["why"]) == (None, "two clocks, and too few others to tell how far they are apart")


def test_what_is_not_told_or_told_backwards_is_counted_and_left_out() -> None:
    """Of 40 routes one has no acknowledgement and one is acknowledged before it was sent; all others after 1 ms."""
    orders, routes = many(acked_at=T + 21 * MS)
    routes[0]["acked_at"], routes[1]["acked_at"] = None, T + 19 * MS
    network = told(orders, routes)["network"]
    assert (network["n"], network["unknown"], network["early"], network["median_ns"]) == (38, 1, 1, MS)


def test_an_order_that_waits_at_a_venue_is_nobodys_delay() -> None:
    assert "venue" not in told(*many(acked_at=T + 21 * MS, ended_at=T + 900 * MS, tif="day"))


def test_routes_side_by_side_are_no_wait_of_the_router() -> None:
    """The second route leaves while the first still works."""
    side_by_side = [route(at=MS, ended_at=T + 9 * MS, end_reason="canceled"), route(name="R2", at=2 * MS, ended_at=T + 9 * MS, end_reason="canceled")]
    assert "router" not in told([order()], side_by_side)


def test_orders_that_wait_for_the_market_are_not_the_firms_delay() -> None:
    """One came in before the open, one is a stop: neither is in the firm's leg."""
    orders, routes = many(3)
    orders[0]["session"], orders[1]["stop_px"] = "pre", 11
    assert told(orders, routes)["firm"]["n"] == 1


def test_a_route_of_the_next_day_is_no_wait_of_the_router() -> None:
    over_night = [route(at=MS, ended_at=T + 2 * MS, end_reason="canceled"), route(name="R2", at=86_400_000 * MS, routed_on=date(2026, 8, 4))]
    assert "router" not in told([order()], over_night)


def test_two_clocks_of_routes_are_as_far_apart_as_their_legs_from_receipt_say() -> None:
    """The first is 2 ms behind the others, the second 5 ms ahead: 7 ms between them."""
    clocks = pl.concat([apart(-2 * MS, second="SOR"), apart(5 * MS, second="SOR2")])
    sent = [route(at=MS, ended_at=T + 2 * MS, end_reason="canceled"), route(name="R2", at=3 * MS, routed_source="SOR2")]
    assert told([order()], sent, clocks=clocks)["router"]["bar_ns"] == 7 * MS


def test_nothing_gives_nothing() -> None:
    assert told([], []) == {}
