"""What keeps a public report from being filed, each with what to do about it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bestexec.filings.rule606.figures import Public
from bestexec.filings.rule606.public import public
from bestexec.filings.rule606.readings import Readings
from bestexec.filings.rule606.terms import LookThrough, OnFile, Terms

from .flow import JULY, LOOSE, QUARTER, SEPTEMBER, Flow
from .reading import made, section, venues


def gaps(figures: Public) -> list[tuple[str, int]]:
    """Without those of months in which there was nothing."""
    return [(gap.what, gap.orders) for gap in figures.gaps if not gap.what.startswith("no order of")]


def test_a_stock_of_which_nobody_says_whether_it_was_in_the_index_blocks() -> None:
    flow = Flow()
    flow.add()
    flow.add(symbol="BBB", count=2)
    assert gaps(made(flow)) == [("the symbols file does not say whether BBB was in the S&P 500 on the quarter's first day", 2)]


def test_a_venue_without_a_code_blocks_and_says_what_to_add() -> None:
    flow = Flow()
    (name,) = flow.add(at=None)
    flow.route(name, None, venue_raw="DARK9")
    figures = made(flow)
    assert gaps(figures) == [("the venue 'DARK9' has no market identifier code", 1)]
    assert figures.gaps[-1].do == "add a line with its MIC to the venues file"


def test_a_month_without_a_measured_order_blocks() -> None:
    flow = Flow()
    flow.add()
    flow.add(on=SEPTEMBER)
    assert [gap.what for gap in made(flow).gaps] == ["no order of 2026-08 was measured"]


def test_a_cent_that_does_not_tie_blocks_and_less_does_not() -> None:
    flow = Flow()
    flow.paid("market", 5_000, fee="15")
    assert gaps(made(flow, ("XNAS", JULY, "fee", None, "-15.009"))) == []
    assert gaps(made(flow, ("XNAS", JULY, "fee", None, "-15.01"))) == [
        ("fees and rebates at XNAS in 2026-07: -15.00 USD by 1 fill, -15.01 USD by the ledger; difference 0.01", 0)
    ]


def test_one_line_with_the_wrong_sign_is_named() -> None:
    """15 paid and 5 received are −10; with the rebate as −5 the ledger says −20, and turning it makes −10 again."""
    flow = Flow()
    flow.paid("market", 5_000, fee="15")
    flow.paid("nonmarketable_limit", 2_500, fee="-5")
    fee = ("XNAS", JULY, "fee", None, "-15")
    words = "fees and rebates at XNAS in 2026-07: -10.00 USD by 2 fills, -20.00 USD by the ledger; difference 10.00"
    assert gaps(made(flow, fee, ("XNAS", JULY, "rebate", None, "-5"))) == [(f"{words}; with the other sign, the rebate of -5.00 USD would tie", 0)]
    assert gaps(made(flow, fee, ("XNAS", JULY, "rebate", None, "-2"), ("XNAS", JULY, "rebate", None, "-3"))) == [(words, 0)], "not one line alone"
    assert gaps(made(flow, fee, ("XNAS", JULY, "rebate", None, "5"))) == []


def test_lines_that_gave_way_to_corrected_ones_are_counted_in_the_quarter_alone() -> None:
    flow = Flow()
    flow.add()
    fed = replace(flow.fed(), replaced_in=(JULY.replace(day=1), SEPTEMBER.replace(day=1), date(2026, 6, 1)))
    told = public(fed, QUARTER, "Sample", LOOSE, OnFile()).remarks
    assert [words for words in told if "gave way" in words] == ["Lines of the payments ledger that gave way to corrected ones received later: 2."]
    assert not any("gave way" in words for words in made(flow).remarks)


def test_a_line_of_the_ledger_without_fills_blocks() -> None:
    flow = Flow()
    flow.paid("market", 100)
    told = gaps(made(flow, ("XNYS", JULY, "fee", None, "-1"), ("XNYS", JULY, "pfof", "market", "2")))
    assert [what for what, _ in told] == [
        "payment for order flow of 2.00 USD at XNYS in 2026-07 for market orders: no executed share that it was paid for",
        "fees and rebates at XNYS in 2026-07: 0.00 USD by 0 fills, -1.00 USD by the ledger; difference 1.00",
    ]


def test_a_ledger_line_of_a_month_without_fills_blocks() -> None:
    flow = Flow()
    flow.add()
    assert gaps(made(flow, ("XNYS", SEPTEMBER, "rebate", None, "3"))) == [
        ("fees and rebates at XNYS in 2026-09: 0.00 USD by 0 fills, 3.00 USD by the ledger; difference -3.00", 0)
    ]


def test_an_execution_of_a_reported_order_without_a_venue_blocks() -> None:
    flow = Flow()
    (name,) = flow.add()
    flow.fill(name, 100, at=None)
    (own,) = flow.add(is_held=False)
    flow.fill(own, 100, at=None)
    assert gaps(made(flow)) == [("1 executions have no venue", 0)]


def test_a_month_without_a_ledger_blocks() -> None:
    flow = Flow()
    flow.paid("market", 100)
    fed = flow.fed()
    figures = public(replace(fed, payments=fed.payments.clear()), QUARTER, "Sample", LOOSE, OnFile())
    assert gaps(figures) == [("no payments ledger for 2026-07", 0)]


def test_a_router_only_broker_is_named_with_the_age_and_the_gaps_of_what_is_known() -> None:
    """July ends 40 days after 21 June."""
    flow = Flow()
    flow.add(at="NLAX")
    known = OnFile(look_throughs=(LookThrough("NLAX", date(2026, 6, 21), "their letter", (("XNAS", Decimal("0.6")), ("XNYS", Decimal("0.3")))),))
    told = [venues(section(made(flow, on_file=on_file)))["NLAX"].value("materialAspects") for on_file in (known, OnFile())]
    assert told == [
        "Router: sent on, as of 2026-06-21 (40 days before 2026-07-31; their letter), to XNAS 60.0 %, XNYS 30.0 %; of 10.0 % it does not say where.",
        "Router: no look-through on file: where it sent orders on is not known.",
    ]
    blocked = made(flow, readings=replace(LOOSE, router_only_brokers="blocked"))
    assert gaps(blocked) == [("NLAX is a broker that only routes on", 0)]


def test_material_aspects_are_told_and_old_or_missing_ones_block() -> None:
    """The quarter ends on 30 September; 22 June is 100 days before, 21 June 101."""
    flow = Flow()
    flow.paid("market", 100, fee="1")
    ledger = ("XNAS", JULY, "fee", None, "-1")
    words = (("fees_and_rebates", "By the published schedule"), ("volume_tiers", "None is reached."))
    fresh, old = (OnFile((Terms("XNAS", date(2026, 6, day), words),)) for day in (22, 21))
    figures = [made(flow, ledger, readings=Readings(), on_file=on_file) for on_file in (fresh, old, OnFile())]
    assert venues(section(figures[0]))["XNAS"].value("materialAspects") == "Fees and rebates: By the published schedule. Volume tiers: None is reached."
    assert [[what for what, _ in gaps(each)] for each in figures] == [
        [], ["the material aspects of XNAS were reviewed on 2026-06-21, 101 days before the quarter's end"],
        ["the material aspects of the relationship with XNAS are not on file, and money passed"],
    ]  # fmt: skip


def test_payments_are_divided_by_shares_and_the_report_says_what_was_for_other_orders() -> None:
    """90 USD for 900 shares: 600 of a market order, 200 of a limit order, 100 of an order that was not held."""
    flow = Flow()
    flow.paid("market", 600)
    flow.paid("marketable_limit", 200)
    flow.paid("market", 100, is_held=False)
    figures = made(flow, ("XNAS", JULY, "profit_share", None, "90"))
    line = figures.months[JULY][0].venues[0]
    assert (line.usd["market"], line.usd["marketable_limit"]) == (Decimal("60.00"), Decimal("20.00"))
    assert "Received or paid for orders that the report leaves out: 10.00 USD." in figures.remarks
    blocked = made(flow, ("XNAS", JULY, "profit_share", None, "90"), readings=replace(LOOSE, untyped_payments="blocked"))
    assert gaps(blocked) == [("profit share of 90.00 USD at XNAS in 2026-07: the ledger does not say for which order type", 0)]
