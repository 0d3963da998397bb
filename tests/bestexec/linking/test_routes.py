"""Routes with the quotes around them: at the sending, after the end, and what became of each."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from .worlds import DAY, at, fill, linked, market, order, quote

QUOTES = [
    quote("09:30:00", "10.00", "10.10"), quote("10:00:00.005", "10.02", "10.10"), quote("10:00:00.060", "10.04", "10.10"),
    quote("10:00:00.900", "10.06", "10.10"), quote("10:00:05", "10.08", "10.10"),
]  # fmt: skip


def route(name: str, sent: str, ended: str | None, *, qty: str = "100", **more: Any) -> dict[str, Any]:
    return {
        "firm": "F", "key_on": DAY, "order_id": "a", "route_id": name, "routed_on": DAY, "symbol": "AAA", "side": 1, "qty": qty, "routed_at": at(sent),
        "ended_at": at(ended) if ended else None, "end_reason": "canceled" if ended else "open", "canceled_qty": qty if ended else "0", "venue": "XCHI",
        "vendor": "v", "line": 1, **more,
    }  # fmt: skip


def told(
    tmp_path: Path, routes: list[dict[str, Any]], fills: list[dict[str, Any]] | None = None, quotes: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    made = linked(market(tmp_path, QUOTES if quotes is None else quotes), orders=[order("a", 1, "300", "10:00:00")], routes=routes, fills=fills or [])
    return made.quoted_routes.sort("route_id").to_dicts()


def test_the_midpoint_at_the_sending_and_after_the_end_are_those_in_force_then(tmp_path: Path) -> None:
    """Sent at .001: 10.05. Ended at .010; 50 ms later, at .060, the quote of that instant counts: 10.07. After 1 s 10.08, after 10 s 10.09."""
    (row,) = told(tmp_path, [route("r", "10:00:00.001", "10:00:00.010")])
    assert (row["mid_at_route"], row["mid_after_end_50ms"], row["mid_after_end_1s"], row["mid_after_end_10s"]) == tuple(
        map(Decimal, ("10.05", "10.07", "10.08", "10.09"))
    )
    assert (row["mid_at_receipt"], row["worked_ns"], row["side"], row["is_unfilled"]) == (Decimal("10.05"), 9_000_000, 1, True)


def test_what_was_filled_there_is_not_unfilled_and_the_orders_next_fill_is_known(tmp_path: Path) -> None:
    """The first route met nobody and the order was filled on the second at .030."""
    routes = [route("r1", "10:00:00.001", "10:00:00.010"), route("r2", "10:00:00.020", "10:00:00.030", end_reason="filled", canceled_qty="0")]
    first, second = told(tmp_path, routes, [fill("a", "1", 1, "100", "10.08", "10:00:00.030", route_id="r2")])
    assert (first["filled_qty"], first["is_unfilled"], first["next_filled_at"]) == (Decimal(0), True, at("10:00:00.030"))
    assert (second["filled_qty"], second["is_unfilled"]) == (Decimal(100), False)


def test_where_no_fill_names_its_route_the_canceled_quantity_tells(tmp_path: Path) -> None:
    routes = [route("r1", "10:00:00.001", "10:00:00.010"), route("r2", "10:00:00.020", "10:00:00.030", canceled_qty="40")]
    first, second = told(tmp_path, routes, [fill("a", "1", 1, "60", "10.08", "10:00:00.025")])
    assert (first["filled_qty"], first["is_unfilled"]) == (None, True)
    assert (second["filled_qty"], second["is_unfilled"]) == (None, False)


def test_a_route_knows_whether_its_order_waited_for_a_stop(tmp_path: Path) -> None:
    stop = order("a", 1, "300", "10:00:00", order_type="stop", stop_px="10.09")
    made = linked(market(tmp_path, QUOTES), orders=[stop], routes=[route("r", "10:00:05", "10:00:06")], fills=[]).quoted_routes
    assert made["is_stop"].to_list() == [True]
    (row,) = told(tmp_path / "none", [route("r", "10:00:00.001", "10:00:00.010")])
    assert row["is_stop"] is False


def test_a_route_that_was_sent_on_in_parts_is_said_to_be_split(tmp_path: Path) -> None:
    routes = [route("r1", "10:00:00.001", "10:00:00.030"), route("r2", "10:00:00.002", "10:00:00.020", parent_route_id="r1")]
    assert [row["is_split"] for row in told(tmp_path, routes)] == [True, False]


def test_an_open_end_and_a_missing_quote_leave_nulls(tmp_path: Path) -> None:
    (row,) = told(tmp_path, [route("r", "10:00:00.001", None)])
    assert (row["worked_ns"], row["mid_after_end_50ms"], row["is_unfilled"], row["mid_at_route"]) == (None, None, None, Decimal("10.05"))
    (row,) = told(tmp_path / "other", [route("r", "10:00:00.001", "10:00:00.010")], quotes=[quote("09:30:00", "10.00", "10.10", symbol="BBB")])
    assert (row["mid_at_route"], row["mid_after_end_1s"]) == (None, None)


def test_past_the_close_the_last_regular_midpoint_stands(tmp_path: Path) -> None:
    """Ended at 15:59:59.5; a second later the market is closed: the last midpoint of the day, 10.09."""
    (row,) = told(tmp_path, [route("r", "15:59:59.400", "15:59:59.500")], quotes=[*QUOTES, quote("16:00:00.200", "9.00", "9.10")])
    assert (row["mid_after_end_50ms"], row["mid_after_end_1s"]) == (Decimal("10.09"), Decimal("10.09"))
