"""The quarterly report: the worked examples R1 to R3 to the digit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bestexec.filings.rule606.document import decimal_of, quantized
from bestexec.filings.rule606.figures import Public
from bestexec.filings.rule606.money import to_cents
from bestexec.filings.rule606.public import chosen, public, report
from bestexec.filings.rule606.terms import OnFile
from bestexec.market.rule606 import SECTION_PCT, VENUE_PCT

from .flow import AUGUST, JULY, LOOSE, QUARTER, SEPTEMBER, Flow
from .reading import made, section, venues

TYPES = ("market", "marketable_limit", "nonmarketable_limit", "other")


@pytest.fixture(scope="module")
def r1() -> Public:
    """1,000 orders, 50 of them directed; 475 of the others go to XNAS."""
    flow = Flow()
    flow.add("market", count=50, is_directed=True)
    for kind, whole, there in zip(TYPES, (380, 190, 285, 95), (228, 76, 114, 57), strict=True):
        flow.add(kind, at="XNAS", count=there)
        flow.add(kind, at="XNYS", count=whole - there)
    return made(flow)


def test_r1_percentages_of_the_section(r1: Public) -> None:
    assert [section(r1).value(name) for name in SECTION_PCT.values()] == ["95.00", "40.00", "20.00", "30.00", "10.00"]


def test_r1_percentages_of_the_venue(r1: Public) -> None:
    venue = venues(section(r1))["XNAS"]
    assert [venue.value(name) for name in VENUE_PCT.values()] == ["50.00", "60.00", "40.00", "40.00", "60.00"]


def test_r1_order_share_is_the_sum_of_the_types_shares_by_their_weight(r1: Public) -> None:
    """24 + 8 + 12 + 6 = 50, and the same at every venue."""
    whole = section(r1)
    for venue in venues(whole).values():
        parts = [decimal_of(whole.value(SECTION_PCT[kind])) * decimal_of(venue.value(VENUE_PCT[kind])) / 100 for kind in TYPES]  # type: ignore[operator]
        assert sum(parts) == decimal_of(venue.value("orderPct"))


def test_venues_of_orders_routed_once_add_up_to_the_whole(r1: Public) -> None:
    assert sum(Decimal(venue.value("orderPct")) for venue in venues(section(r1)).values()) == 100


@pytest.mark.parametrize(
    ("fills", "payments", "usd", "cph"),
    [
        ([(12_000, None)], [("XNAS", JULY, "pfof", "market", "24.00")], "24.00", "20.0000"),
        ([(8_000, "-20"), (2_000, "6")], [("XNAS", JULY, "rebate", None, "20"), ("XNAS", JULY, "fee", None, "-6")], "14.00", "14.0000"),
        ([(5_000, "15")], [("XNAS", JULY, "fee", None, "-15")], "-15.00", "-30.0000"),
    ],
    ids=["payment for order flow", "rebates and fees", "fees"],
)
def test_r2_money(fills: list[tuple[int, str | None]], payments: list[tuple[Any, ...]], usd: str, cph: str) -> None:
    flow = Flow()
    for qty, fee in fills:
        flow.paid("market", qty, fee=fee)
    figures = made(flow, *payments)
    venue = venues(section(figures))["XNAS"]
    assert (venue.value("netPmtPaidRecvMarketOrdersUsd"), venue.value("netPmtPaidRecvMarketOrdersCph")) == (usd, cph)
    assert (venue.value("netPmtPaidRecvOtherOrdersUsd"), venue.value("netPmtPaidRecvOtherOrdersCph")) == ("0.00", "")
    assert all(tie.is_tied for tie in figures.ties)


def test_r2_options_are_stated_by_the_contract() -> None:
    """16.07 USD on 30 contracts: 1,607 cents / 30 = 53.5667 cents a contract, a contract being a hundred shares."""
    flow = Flow()
    flow.paid("market", 30, at="XCBO", fee="-16.07", asset_class="option", order_qty="30", limit_px="1.00")
    venue = venues(section(made(flow, ("XCBO", JULY, "rebate", None, "16.07")), "rOptions"))["XCBO"]
    assert (venue.value("netPmtPaidRecvMarketOrdersUsd"), venue.value("netPmtPaidRecvMarketOrdersCph")) == ("16.07", "53.5667")


def test_r3_the_ten_largest_venues_are_named() -> None:
    counts = dict(zip("ABCDEFGHIJKL", (300, 200, 150, 100, 80, 50, 40, 30, 20, 15, 10, 5), strict=True))
    assert chosen(counts, 1_000, keep_ties=True) == list("ABCDEFGHIJ")


def test_r3_every_venue_with_five_percent_is_named() -> None:
    assert len(chosen(dict.fromkeys("ABCDEFGHIJKLMN", 10), 140, keep_ties=False)) == 14


def test_r3_ties_at_rank_ten_are_a_setting() -> None:
    counts = dict(zip("ABCDEFGHIJKL", (300, 200, 150, 100, 80, 50, 40, 30, 20, 12, 12, 6), strict=True))
    assert (len(chosen(counts, 1_000, keep_ties=True)), len(chosen(counts, 1_000, keep_ties=False))) == (11, 10)


def test_an_empty_section_has_no_percentages_and_no_venues() -> None:
    flow = Flow()
    flow.add()
    other = section(made(flow), "rOtherStocks")
    assert ([other.value(name) for name in SECTION_PCT.values()], venues(other)) == ([""] * 5, {})


def test_a_month_with_one_order_is_all_of_it() -> None:
    flow = Flow()
    flow.add("other", at="XNYS", on=AUGUST)
    figures = made(flow)
    assert [section(figures, month=1).value(name) for name in SECTION_PCT.values()] == ["100.00", "0.00", "0.00", "0.00", "100.00"]
    venue = venues(section(figures, month=1))["XNYS"]
    assert [venue.value(name) for name in VENUE_PCT.values()] == ["100.00", "", "", "", "100.00"]


def test_options_that_were_never_imported_are_not_covered_and_not_zero() -> None:
    flow = Flow()
    flow.add()
    figures = made(flow)
    assert report(figures).all("rMonthly")[0].one("rOptions") is None
    assert "Options are not covered: no option order was imported." in figures.remarks


def test_each_order_that_counts_nowhere_is_counted_with_its_reason() -> None:
    """An option order of 100 contracts at 5.00 is worth 50,000 USD, and no customer order."""
    flow = Flow()
    flow.add()
    flow.add(is_held=False)
    flow.add(at=None)
    flow.add(asset_class="crypto")
    flow.add(asset_class="option", order_qty="100", limit_px="5.00")
    flow.add(asset_class="option", order_qty="100", limit_px="4.99")
    flow.add(asset_class="option", customer_class="broker_dealer", order_qty="1", limit_px="1")
    figures = made(flow)
    assert dict(figures.left_out) == {
        "neither a stock nor an option": 1, "never routed": 1, "not held": 1, "option order of a broker or dealer": 1,
        "option order worth 50,000 USD or more": 1,
    }  # fmt: skip
    assert [(each.section, each.orders) for each in figures.months[JULY]] == [("sp500", 1), ("other_stocks", 0), ("options", 1)]


def test_the_index_is_that_of_the_quarters_first_day() -> None:
    """A member that left in July still is one; a symbol that began in July is as the one it replaced; one that joined in July is none."""
    flow = Flow()
    for symbol in ("LEFT", "NEW", "JOINED"):
        flow.add(symbol=symbol)
    fed = flow.fed(symbols={})
    lines = [
        ("LEFT", True, None, date(2026, 7, 15), None), ("LEFT", False, date(2026, 7, 15), None, None), ("OLD", True, None, date(2026, 7, 9), None),
        ("NEW", False, date(2026, 7, 9), None, "OLD"), ("JOINED", False, None, date(2026, 7, 2), None), ("JOINED", True, date(2026, 7, 2), None, None),
    ]  # fmt: skip
    schema = {name: fed.symbols.schema[name] for name in ("symbol", "is_sp500", "from_on", "to_on", "prior_symbol")}
    symbols = pl.concat([fed.symbols, pl.DataFrame(lines, schema=schema, orient="row")], how="diagonal")
    figures = public(replace(fed, symbols=symbols), QUARTER, "Sample", LOOSE, OnFile())
    assert {row["symbol"]: row["section"] for row in figures.covered.iter_rows(named=True)} == {"LEFT": "sp500", "NEW": "sp500", "JOINED": "other_stocks"}


def test_parts_in_cents_add_up_to_the_whole_in_cents() -> None:
    """A dollar in three is 33.33 thrice and a cent: the first gets it. A debt is divided in the same way."""
    third = Fraction(1, 3)
    assert list(to_cents({"a": third, "b": third, "c": third}).values()) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
    assert sum(to_cents({"a": -third, "b": -third, "c": -third}).values()) == Decimal("-1.00")


@given(st.lists(st.fractions(min_value=-10_000, max_value=10_000, max_denominator=997), max_size=30))
def test_no_part_in_cents_is_a_cent_from_what_it_is_and_the_sum_is_kept(parts: list[Fraction]) -> None:
    cents = to_cents(dict(enumerate(parts)))
    assert all(abs(Fraction(cents[place]) - part) < Fraction(1, 100) for place, part in enumerate(parts))
    assert abs(sum(map(Fraction, cents.values())) - sum(parts)) <= Fraction(1, 200)


def test_the_denominator_of_cents_per_hundred_is_a_setting() -> None:
    """15 USD of fees on 5,000 executed of 10,000 routed shares."""
    flow = Flow()
    (name,) = flow.add(at=None)
    flow.route(name, "XNAS", qty="10000")
    flow.fill(name, 5_000, fee="15")
    routed = made(flow, ("XNAS", JULY, "fee", None, "-15"), readings=replace(LOOSE, per_hundred_shares="routed"))
    assert venues(section(routed))["XNAS"].value("netPmtPaidRecvMarketOrdersCph") == "-15.0000"


def test_an_order_routed_to_two_venues_counts_at_each_or_at_the_first() -> None:
    flow = Flow()
    (name,) = flow.add(at="XNAS")
    flow.route(name, "XNYS")
    flow.route(name, "XNAS")
    each, first = made(flow), made(flow, readings=replace(LOOSE, rerouted_orders="first_venue"))
    assert {mic: venue.value("orderPct") for mic, venue in venues(section(each)).items()} == {"XNAS": "100.00", "XNYS": "100.00"}
    assert {mic: venue.value("orderPct") for mic, venue in venues(section(first)).items()} == {"XNAS": "100.00"}


def test_a_router_only_broker_is_looked_through_where_its_routes_are_fed() -> None:
    flow = Flow()
    (name,) = flow.add(at=None)
    parent = flow.route(name, "NLAX", venue_kind="broker")
    flow.route(name, "XNYS", parent_route_id=parent)
    assert list(venues(section(made(flow)))) == ["XNYS"]


def test_a_route_of_which_nobody_knows_that_it_is_a_brokers_stays_beside_its_child() -> None:
    flow = Flow()
    (name,) = flow.add(at=None)
    flow.route(name, "XNYS", parent_route_id=flow.route(name, "ZZZZ"))
    assert list(venues(section(made(flow)))) == ["XNYS", "ZZZZ"]


@pytest.mark.parametrize(
    ("order_type", "marketability", "reading", "kind"),
    [
        ("limit", "midpoint_or_better", {}, "nonmarketable_limit"), ("limit", "not_executable", {}, "nonmarketable_limit"),
        ("limit", "unknown", {}, "nonmarketable_limit"), ("limit", "unknown", {"unquoted_limits": "other"}, "other"),
        ("stop", "marketable", {}, "other"), ("stop", "marketable", {"stops": "as_elected"}, "market"),
        ("stop_limit", "non_marketable", {"stops": "as_elected"}, "nonmarketable_limit"), ("market_on_close", "marketable", {}, "other"),
    ],
)  # fmt: skip
def test_doubtful_order_types_are_settings(order_type: str, marketability: str, reading: dict[str, str], kind: str) -> None:
    flow = Flow()
    flow.add(order_type=order_type, marketability=marketability)
    figures = made(flow, readings=replace(LOOSE, **reading))  # type: ignore[arg-type]
    assert figures.covered["routed_order_type"].to_list() == [kind]


def test_what_no_feed_says_of_an_order_is_a_setting() -> None:
    flow = Flow()
    flow.add(is_held=None, is_directed=None)
    assert dict(made(flow).left_out) == {}
    assert dict(made(flow, readings=replace(LOOSE, unmarked_orders="left_out")).left_out) == {"not said whether held or directed": 1}


def test_a_quarter_is_its_three_months() -> None:
    """Each month of the quarter's figures is that month's figures alone, and the counts of the three are those of the quarter."""
    flow = Flow()
    for on, count in ((JULY, 3), (AUGUST, 5), (SEPTEMBER, 2)):
        flow.add("market", on=on, count=count)
        flow.add("other", at="XNYS", on=on, count=1)
        flow.paid("market", 100, on=on, fee="0.30")
    ledger = [("XNAS", month.replace(day=1), "fee", None, "-0.30") for month in (JULY, AUGUST, SEPTEMBER)]
    whole = made(flow, *ledger)
    alone = []
    for month in (JULY, AUGUST, SEPTEMBER):
        fed = flow.fed(*ledger)
        of_month = [rows.filter(pl.col("day").dt.month() == month.month) for rows in (fed.orders, fed.fills)]
        figures = public(replace(fed, orders=of_month[0], fills=of_month[1]), QUARTER, "Sample", LOOSE, OnFile())
        alone.append(report(figures).all("rMonthly")[month.month - 7])
    assert report(whole).all("rMonthly") == tuple(alone)
    assert [sum(each.orders for each in sections) for sections in whole.months.values()] == [5, 7, 4]
    assert whole.gaps == ()


def test_the_published_anchors_give_whole_shares_and_contracts() -> None:
    """Schwab 2021Q4: 246,878.09 USD at 10.0000; Robinhood 2022Q1, options: 6,690.62 USD at 53.5635."""
    assert quantized(Fraction("246878.09") * 10_000 / Fraction("10.0000"), 0) == 246_878_090
    assert quantized(Fraction("6690.62") * 10_000 / Fraction("53.5635") / 100, 1) == Decimal("12491.0")
