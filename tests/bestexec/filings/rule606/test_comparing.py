"""A report of others against ours: every planted fault is found and named, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from bestexec.errors import Problem
from bestexec.filings.rule606.cells import Where
from bestexec.filings.rule606.comparing import TOLERANCES, Difference, compare
from bestexec.filings.rule606.customer import routes_report
from bestexec.filings.rule606.document import Node
from bestexec.filings.rule606.figures import Public, behind
from bestexec.filings.rule606.handling import handling_report
from bestexec.filings.rule606.public import public, report
from bestexec.filings.rule606.terms import OnFile, Terms

from .flow import JULY, LOOSE, QUARTER, Flow
from .test_customer import SPAN

ON_FILE = OnFile(tuple(Terms(mic, JULY, (("payment", f"As agreed with {mic}"),)) for mic in ("XNAS", "XNYS", "NLAX")))
LEDGER = (
    ("XNAS", JULY, "fee", None, "-90"), ("XNAS", JULY, "rebate", None, "40"), ("XNYS", JULY, "fee", None, "-30"),
)  # fmt: skip
TYPES = ("market", "marketable_limit", "nonmarketable_limit", "other")


def flow(*, without: int = 0) -> Flow:
    """1,000 orders: 300 market and 200 non-marketable at XNAS, 100 market, 300 marketable and 100 others at XNYS; every `without`-th is not there.

    At XNAS each market order costs 0.30 and each of the others brings 0.20; at XNYS each market order costs 0.30.
    """
    made, number = Flow(), 0
    for kind, at, count, fee in (
        ("market", "XNAS", 300, "0.30"), ("nonmarketable_limit", "XNAS", 200, "-0.20"), ("market", "XNYS", 100, "0.30"),
        ("marketable_limit", "XNYS", 300, "0"), ("other", "XNYS", 100, "0"),
    ):  # fmt: skip
        for _ in range(count):
            number += 1
            if not (without and number % without == 0):
                made.paid(kind, 100, at=at, fee=fee)
    return made


def figures(made: Flow) -> Public:
    return public(made.fed(*LEDGER), QUARTER, "Sample", LOOSE, ON_FILE)


@pytest.fixture(scope="module")
def base() -> Public:
    return figures(flow())


@pytest.fixture(scope="module")
def ours(base: Public) -> Node:
    return report(base)


def changed(node: Node, path: tuple[str, ...], change: Callable[[Node], tuple[Node, ...]]) -> Node:
    """The report with the first element on `path` put through `change`; a step may be name=MIC."""
    name, _, mic = path[0].partition("=")
    below, done = list[Node](), False
    for each in node.below:
        if not done and each.name == name and mic in ("", each.value("mic")):
            done = True
            below += change(each) if len(path) == 1 else (changed(each, path[1:], change),)
        else:
            below.append(each)
    assert done, path
    return replace(node, below=tuple(below))


def with_text(node: Node, text: str, *path: str) -> Node:
    return changed(node, ("rMonthly", "rSP500", *path), lambda leaf: (replace(leaf, text=text),))


XNAS, XNYS = ("rVenues", "rVenue=XNAS"), ("rVenues", "rVenue=XNYS")


def told(found: tuple[Difference, ...]) -> list[tuple[str, str, str]]:
    return [(each.kind, each.where.venue, each.where.field) for each in found]


def test_a_report_differs_in_nothing_from_itself(ours: Node) -> None:
    assert compare(ours, ours) == ()


def test_one_wrong_cell_is_found_with_the_orders_behind_it(base: Public, ours: Node) -> None:
    """Market orders at XNAS are 300 of 400: 75.00."""
    (found,) = compare(with_text(ours, "72.00", *XNAS, "marketPct"), ours)
    assert found == Difference(
        "wrong cell", Where("2026-07", "sp500", "XNAS", "marketPct"), "72.00", "75.00", "they are -3.00 apart"
    )  # fmt: skip
    orders = behind(base, found.where)
    assert (orders.height, orders["routed_order_type"].unique().to_list()) == (300, ["market"])
    assert (behind(base, replace(found.where, field="orderPct")).height, behind(base, replace(found.where, venue="", field="ndoPct")).height) == (500, 1_000)


def test_a_last_digit_is_no_difference_unless_the_tolerance_says_so(ours: Node) -> None:
    theirs = with_text(ours, "75.01", *XNAS, "marketPct")
    assert compare(theirs, ours) == ()
    assert told(compare(theirs, ours, tolerances=TOLERANCES | {"pct": Decimal(0)})) == [("wrong cell", "XNAS", "marketPct")]


@pytest.mark.parametrize("text", ["many", "NaN", "1e", ""])
def test_a_cell_that_cannot_be_read_is_a_wrong_one(ours: Node, text: str) -> None:
    theirs = with_text(ours, text, *XNAS, "netPmtPaidRecvMarketOrdersUsd")
    assert told(compare(theirs, ours)) == [("wrong cell", "XNAS", "netPmtPaidRecvMarketOrdersUsd")]


def test_a_month_that_cannot_be_read_is_another_month_and_has_no_orders_of_ours(base: Public, ours: Node) -> None:
    theirs = changed(ours, ("rMonthly", "mon"), lambda leaf: (replace(leaf, text="July"),))
    found = compare(theirs, ours)
    assert {each.where.month for each in found if each.kind == "line we do not have"} == {"2026-July"}
    assert [behind(base, each.where).height for each in found if each.where.month == "2026-July"] == [0] * 4


def test_a_cell_with_the_other_sign_is_named_so(ours: Node) -> None:
    """200 non-marketable orders at XNAS brought 40.00."""
    theirs = with_text(ours, "-40.00", *XNAS, "netPmtPaidRecvNonMarketableLimitOrdersUsd")
    assert told(compare(theirs, ours)) == [("sign flipped", "XNAS", "netPmtPaidRecvNonMarketableLimitOrdersUsd")]


def test_one_rebate_with_the_other_sign_within_a_net_amount_is_explained() -> None:
    """Rebates of 20 and fees of 6 are 14 net; with the rebates as fees it is −26: 40 apart, twice the rebates."""
    made = Flow()
    made.paid("market", 8_000, fee="-20")
    made.paid("market", 2_000, fee="6")
    base = public(made.fed(("XNAS", JULY, "rebate", None, "20"), ("XNAS", JULY, "fee", None, "-6")), QUARTER, "Sample", LOOSE, ON_FILE)
    cell = (JULY, "sp500", "XNAS", "market")
    assert dict(base.by_kind[cell]) == {"fee": Fraction(-6), "rebate": Fraction(20)}
    theirs = with_text(report(base), "-26.00", *XNAS, "netPmtPaidRecvMarketOrdersUsd")
    (found,) = compare(theirs, report(base), parts_of=lambda where: base.by_kind[cell])
    assert (found.kind, found.says) == ("sign flipped", "explained by the sign of every rebate there (+20.00 USD)")


def test_three_orders_of_a_thousand_that_are_missing_are_found(ours: Node) -> None:
    """Numbers 333 (non-marketable, XNAS), 666 (marketable, XNYS) and 999 (other, XNYS) are not in theirs.

    Marketable orders, 299 of 997, are 29.99 and not 30.00, within the tolerance.
    Their market orders are 400 of 997, 40.12 and not 40.00; XNAS has 499 of 997, 50.05 and not 50.00; its rebates are 0.20 less.
    """
    theirs = report(figures(flow(without=333)))
    found = {each.where.field: (each.theirs, each.ours) for each in compare(theirs, ours) if each.where.venue in ("", "XNAS")}
    assert found == {
        "ndoMarketPct": ("40.12", "40.00"), "ndoNonmarketableLimitPct": ("19.96", "20.00"), "ndoOtherPct": ("9.93", "10.00"), "orderPct": ("50.05", "50.00"),
        "netPmtPaidRecvNonMarketableLimitOrdersUsd": ("39.80", "40.00"),
    }  # fmt: skip


def test_a_venue_twice_with_the_same_figures_is_found(ours: Node) -> None:
    theirs = changed(ours, ("rMonthly", "rSP500", *XNYS), lambda venue: (venue, venue))
    (found,) = compare(theirs, ours)
    assert (found.kind, found.where.venue, found.says) == (
        "venue twice", "XNYS", "it stands 2 times, with the same figures: New York Stock Exchange 50.00 % and New York Stock Exchange 50.00 %",
    )  # fmt: skip


def test_a_venue_split_under_two_names_is_found_and_adds_up(ours: Node) -> None:
    """NSX's other name stands for no venue here; NYSE is a name of XNYS. Half of each share and amount under each name is no other difference."""

    def half(venue: Node) -> Node:
        return replace(venue, below=tuple(
            replace(leaf, text=f"{Decimal(leaf.text) / 2:.4f}") if leaf.text and leaf.name.endswith(("Pct", "Usd")) else leaf for leaf in venue.below
        ))  # fmt: skip

    def renamed(venue: Node) -> Node:
        named = [replace(leaf, text="NYSE") if leaf.name == "name" else leaf for leaf in venue.below if leaf.name != "mic"]
        return replace(venue, below=tuple(named))

    theirs = changed(ours, ("rMonthly", "rSP500", *XNYS), lambda venue: (half(venue), renamed(half(venue))))
    assert told(compare(theirs, ours)) == [("venue twice", "XNYS", "")]


def test_a_venue_that_one_of_the_two_does_not_name_is_told(ours: Node) -> None:
    theirs = changed(ours, ("rMonthly", "rSP500", *XNAS), lambda venue: ())
    assert [(each.kind, each.where.venue, each.says) for each in (*compare(theirs, ours), *compare(ours, theirs))] == [
        ("missing line", "XNAS", "our report has it, with 50.00 % of the orders"),
        ("line we do not have", "XNAS", "our report does not name it, with 50.00 % of the orders"),
    ]


def test_an_order_type_that_is_left_empty_is_named_once_and_not_cell_by_cell(ours: Node) -> None:
    theirs = ours
    for name in ("otherPct", "netPmtPaidRecvOtherOrdersUsd", "netPmtPaidRecvOtherOrdersCph"):
        theirs = with_text(theirs, "", *XNYS, name)
    theirs = with_text(theirs, "0.00", "ndoOtherPct")
    assert [(each.kind, each.where.venue, each.says) for each in compare(theirs, ours)] == [
        ("order type missing", "", "other orders are left empty, and we have 10.00 %"),
        ("order type missing", "XNYS", "other orders are left empty, and we have 100.00 %"),
    ]  # fmt: skip


def test_a_router_only_broker_that_is_named_as_a_venue_is_doubted(ours: Node) -> None:
    """NLAX is one by our list of venues; XNYS would be one by our routes."""
    theirs = changed(ours, ("rMonthly", "rSP500", *XNAS, "mic"), lambda leaf: (replace(leaf, text="NLAX"),))
    named = [(each.where.venue, each.is_doubt) for each in compare(theirs, ours, routers=["XNYS"]) if each.kind == "router-only broker named"]
    assert sorted(named) == [("NLAX", True), ("XNYS", True)]


def test_aspects_that_are_blank_are_told_and_those_copied_from_the_report_before_are_doubted(ours: Node) -> None:
    theirs = with_text(ours, "", *XNAS, "materialAspects")
    found = compare(theirs, ours, before=ours)
    assert [(each.kind, each.where.venue, each.is_doubt) for each in found] == [("aspects blank", "XNAS", False), ("aspects copied forward", "XNYS", True)]


def test_another_quarter_and_another_kind_of_report_are_said(ours: Node) -> None:
    theirs = changed(ours, ("qtr",), lambda leaf: (replace(leaf, text="2"),))
    assert told(compare(theirs, ours)) == [("another report", "", "qtr")]
    with pytest.raises(Problem, match="reports of the same kind"):
        compare(Node("notHeldOrderHandlingCustomerReport"), ours)


def test_a_customers_reports_are_compared_cell_by_cell_too() -> None:
    made = Flow()
    (first, second) = made.add(count=2)
    (own,) = made.add(is_held=False)
    for name in (first, second, own):
        made.fill(name, 100)
    fed = made.fed()
    named: dict[str, object] = {"broker": "Sample", "customer": "C", "names": {}}
    routes = routes_report(fed.orders, fed.routes, fed.fills, SPAN, with_not_held=False, **named)  # type: ignore[arg-type]
    other = changed(routes, ("held", "order", "route", "transaction", "time"), lambda leaf: (replace(leaf, text="00:00:07"),))
    assert told(compare(other, routes)) == [("wrong cell", "O1", "XNAS 1970-01-01 00:00:00"), ("wrong cell", "O1", "XNAS 1970-01-01 00:00:07")]
    handled = handling_report(fed.orders, fed.routes, fed.fills, SPAN, LOOSE, **named)  # type: ignore[arg-type]
    path = ("hNondirected", "hMonthly", "routingVenueList", "iVenue", "midpointShr")
    other = changed(handled, path, lambda leaf: (replace(leaf, text="99.000"),))
    assert told(compare(other, handled)) == [("wrong cell", "XNAS", "midpointShr")]
