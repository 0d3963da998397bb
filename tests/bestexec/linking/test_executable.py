"""When an order became executable: worked examples G11 and G12 of the rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from .worlds import DAY, NEXT_DAY, at, fill, linked, market, order, quote, trade

QUOTES = [quote("09:30:00", "10.05", "10.10"), quote("10:00:03.000", "10.02", "10.07"), quote("10:30:00", "10.05", "10.10")]


def test_a_limit_below_the_bid_is_executable_when_the_bid_comes_down_to_it(tmp_path: Path) -> None:
    """G11a: limit 10.02, receipt 10:00:00, bid falls to 10.02 at 10:00:03.000, fill at 10:00:03.050: 50 ms, not 3.05 s."""
    out = linked(
        market(tmp_path, QUOTES),
        orders=[order("a", 1, "100", "10:00:00", limit_px="10.02")],
        fills=[fill("a", "f", 1, "100", "10.02", "10:00:03.050")],
    )
    row = out.orders.row(0, named=True)
    assert (row["executable_at"], row["t0_at"], row["order_class"]) == (at("10:00:03.000"), at("10:00:03.000"), "LNNNN")
    assert out.fills["t0_to_fill_ns"].to_list() == [50_000_000]
    assert out.fills["receipt_to_fill_ns"].to_list() == [3_050_000_000]


def test_a_limit_between_bid_and_midpoint_is_executable_at_receipt(tmp_path: Path) -> None:
    """G11b: limit 10.06 in 10.05 x 10.10, midpoint 10.075."""
    row = linked(market(tmp_path, QUOTES), orders=[order("b", 1, "100", "10:00:00", limit_px="10.06")]).orders.row(0, named=True)
    assert (row["executable_at"], row["t0_at"], row["order_class"]) == (at("10:00:00"), at("10:00:00"), "LNNNN")


def test_a_limit_that_the_bid_never_reaches_is_not_a_covered_order(tmp_path: Path) -> None:
    """G11c: limit 9.50 and the bid never falls to it."""
    row = linked(market(tmp_path, QUOTES), orders=[order("c", 1, "100", "10:00:00", limit_px="9.50")]).orders.row(0, named=True)
    assert (row["executable_at"], row["t0_at"], row["order_class"], row["marketability"]) == (None, None, None, "not_executable")
    assert row["excluded"] == "never executable in regular hours"


def test_an_order_entered_before_the_open_waits_for_the_quote(tmp_path: Path) -> None:
    """G11d: entered 09:00; the bid is first at 10.02 at 10:00:03 here."""
    row = linked(market(tmp_path, QUOTES), orders=[order("d", 1, "100", "09:00:00", limit_px="10.02", session="regular")]).orders.row(0, named=True)
    assert row["t0_at"] == at("10:00:03.000")


def test_a_quote_from_before_receipt_does_not_make_an_order_executable(tmp_path: Path) -> None:
    row = linked(market(tmp_path, QUOTES), orders=[order("e", 1, "100", "10:40:00", limit_px="10.02")]).orders.row(0, named=True)
    assert row["executable_at"] is None


def test_an_order_canceled_before_the_bid_came_down_was_never_executable(tmp_path: Path) -> None:
    canceled = order("f", 1, "100", "10:00:00", limit_px="10.02", ended_at=at("10:00:02"), end_reason="canceled")
    assert linked(market(tmp_path, QUOTES), orders=[canceled]).orders["executable_at"].to_list() == [None]


@pytest.mark.parametrize(
    ("announced", "order_class", "excluded"),
    [("10:04:00", None, "halted soon after it became executable"), ("10:05:30", "LNNNN", None)],
)
def test_a_halt_within_five_minutes_of_becoming_executable_excludes_the_order(
    tmp_path: Path, announced: str, order_class: str | None, excluded: str | None
) -> None:
    """G11e: executable at 10:00:03, still open; halted after 3:57 it is excluded, after 5:27 it is not."""
    halt = {"day": DAY, "symbol": "AAA", "kind": "halt", "from_at": at(announced), "to_at": at("10:30:00"), "line": 1}
    out = linked(market(tmp_path, QUOTES, statuses=[halt]), orders=[order("e", 1, "100", "10:00:00", limit_px="10.02")])
    assert out.orders.select("order_class", "excluded").rows() == [(order_class, excluded)]


def test_an_order_received_in_a_halt_has_no_good_quote(tmp_path: Path) -> None:
    """G19: a market order received one second after the halt is announced."""
    halt = {"day": DAY, "symbol": "AAA", "kind": "halt", "from_at": at("10:00:00"), "to_at": at("10:30:00"), "line": 1}
    out = linked(market(tmp_path, QUOTES, statuses=[halt]), orders=[order("e", 1, "100", "10:00:01")])
    assert out.orders.select("order_class", "excluded").rows() == [(None, "quote halted at t0")]


def test_a_good_till_order_becomes_executable_on_a_later_day(tmp_path: Path) -> None:
    quotes = [quote("09:30:00", "10.05", "10.10"), quote("09:30:00", "10.05", "10.10", NEXT_DAY), quote("11:00:00", "10.01", "10.06", NEXT_DAY)]
    out = linked(
        market(tmp_path, quotes),
        days=(DAY, NEXT_DAY),
        orders=[order("g", 1, "100", "10:00:00", limit_px="10.02", tif="gtc")],
        fills=[fill("g", "f", 1, "100", "10.02", "11:00:01", day=NEXT_DAY, key_on=DAY)],
    )
    assert out.orders["executable_at"].to_list() == [at("11:00:00", NEXT_DAY)]
    assert out.fills.select("day", "key_on", "t0_to_fill_ns").rows() == [(NEXT_DAY, DAY, 1_000_000_000)]


def test_a_day_order_is_not_executable_on_the_next_day(tmp_path: Path) -> None:
    quotes = [quote("09:30:00", "10.05", "10.10"), quote("09:30:00", "10.01", "10.06", NEXT_DAY)]
    out = linked(market(tmp_path, quotes), days=(DAY, NEXT_DAY), orders=[order("h", 1, "100", "10:00:00", limit_px="10.02")])
    assert out.orders["executable_at"].to_list() == [None]


STOP_QUOTES = [quote("09:30:00", "9.98", "10.01"), quote("10:00:05", "9.93", "9.96")]


def test_a_stop_is_elected_by_the_first_trade_at_or_through_it(tmp_path: Path) -> None:
    """G12a: sell stop 9.95; a trade at 9.95 at 10:00:05; then 9.93 x 9.96, filled 9.92 after 4 ms: class MXXNY."""
    trades = [trade("09:59:00", "9.90"), trade("10:00:04", "9.97"), trade("10:00:05", "9.95"), trade("10:00:06", "9.94")]
    out = linked(
        market(tmp_path, STOP_QUOTES, trades),
        orders=[order("s", -1, "300", "10:00:00", order_type="stop", stop_px="9.95")],
        fills=[fill("s", "f", -1, "300", "9.92", "10:00:05.004")],
    )
    row = out.orders.row(0, named=True)
    assert (row["t0_at"], row["order_class"], row["marketability"]) == (at("10:00:05"), "MXXNY", "marketable")
    fills = out.fills.row(0, named=True)
    assert (fills["t0_to_fill_ns"], str(fills["mid_at_t0"])) == (4_000_000, "9.945000000")


def test_the_election_that_the_source_states_goes_before_the_tape(tmp_path: Path) -> None:
    stated = order("s", -1, "300", "10:00:00", order_type="stop", stop_px="9.95", triggered_at=at("10:00:05.500"))
    out = linked(market(tmp_path, STOP_QUOTES, [trade("10:00:05", "9.95")]), orders=[stated])
    assert out.orders["t0_at"].to_list() == [at("10:00:05.500")]


def test_a_stop_without_tape_or_stated_election_has_no_benchmark(tmp_path: Path) -> None:
    out = linked(market(tmp_path, STOP_QUOTES), orders=[order("s", -1, "300", "10:00:00", order_type="stop", stop_px="9.95")])
    assert out.orders.select("t0_at", "order_class").rows() == [(None, None)]


@pytest.mark.parametrize(("limit", "expected"), [("10.55", "LYNNY"), ("10.50", "LNNNY")])
def test_a_stop_limit_is_classed_by_the_quote_at_its_election(tmp_path: Path, limit: str, expected: str) -> None:
    """G12b: buy stop 10.50 in 10.48 x 10.52 at the trigger."""
    quotes = [quote("09:30:00", "10.40", "10.44"), quote("10:00:05", "10.48", "10.52")]
    stop = order("s", 1, "100", "10:00:00", order_type="stop_limit", stop_px="10.50", limit_px=limit)
    assert linked(market(tmp_path, quotes, [trade("10:00:05", "10.50")]), orders=[stop]).orders["order_class"].to_list() == [expected]


@pytest.mark.parametrize(
    ("side", "limit", "tif", "expected"),
    [
        (1, "10.10", "day", "LYNNN"), (1, "10.10", "ioc", "LYNYN"), (1, "10.05", "day", "LNYNN"), (1, "10.07", "ioc", "LNYYN"), (1, "10.049", "day", "LNNNN"),
        (1, "10.00", "day", "LNNNN"), (1, "9.99", "day", None), (1, "10.02", "ioc", "LNNYN"), (-1, "10.00", "day", "LYNNN"), (-1, "10.05", "day", "LNYNN"),
        (-1, "10.06", "day", "LNNNN"), (-1, "10.10", "day", "LNNNN"), (-1, "10.11", "day", None),
    ],
)  # fmt: skip
def test_orders_are_classed_as_the_worked_example_says(tmp_path: Path, side: int, limit: str, tif: str, expected: str | None) -> None:
    """G13: NBBO 10.00 x 10.10, midpoint 10.05."""
    out = linked(market(tmp_path, [quote("09:30:00", "10.00", "10.10")]), orders=[order("o", side, "100", "10:00:00", limit_px=limit, tif=tif)])
    assert out.orders["order_class"].to_list() == [expected]
