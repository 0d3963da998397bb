"""One figure of one vendor over a period: its value and count by hand, the rows behind it, and what it is held against."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.oversight.desk.conftest import MONDAY, TUESDAY, Bench

from bestexec import CHECKS
from bestexec.runs import Run
from oversight.actor import Actor
from oversight.findings import actions
from oversight.findings.models import Finding
from oversight.measured import figures
from oversight.measured.reading import AT_LEAST, AT_MOST, CANNOT_TELL, CHECK, MET, METRIC, MISSED, Figure, Reading, Target, judged, read
from oversight.measured.sources import all_in_force

EQ = Figure(METRIC, "effective_over_quoted")
RATE = Figure(METRIC, "fill_rate_orders")
SLIPS = Figure(CHECK, "EXE-105")
QUARTER = {"first": date(2026, 7, 1), "last": TUESDAY}
Week = Callable[[], Run]


def said(reading: Reading) -> tuple[Any, ...]:
    return reading.value, reading.n, reading.why


def found(bench: Bench, order: str, on: date = MONDAY, vendor: str = "vendor_a", check: str = "EXE-105") -> None:
    """A finding of the check about an order."""
    bench.findings.append({
        "finding_id": f"{check}{order}".rjust(64, "0"), "check_id": check, "check_version": 1, "title": "Slippage", "severity": "low", "day": on,
        "subject": f"order {order}", "symbol": "ABCZ", "venue": None, "vendor": vendor, "order_id": order, "fill_id": None, "numbers": "{}", "ask": "Why?",
        "authority": "FINRA 5310", "harm_usd": None, "raw_line": None, "raw_import": None,
    })  # fmt: skip


def test_a_figure_of_fills_is_one_vendors_in_the_default_flow(week: Week) -> None:
    """Of retail fills 100 at 10.01 went through vendor_a, effective 0.02 against 0.02 quoted; 300 at 10.00 through vendor_b, effective 0.

    Together (2 + 0) ÷ (400 × 0.02) = 25 %. The institutional fill of vendor_a is not held, so it is no part of the flow.
    """
    run = week()
    assert said(read(EQ, vendor="vendor_a", **QUARTER)) == (Decimal(1), 1, "")
    assert said(read(EQ, vendor="vendor_b", **QUARTER)) == (Decimal(0), 1, "")
    both = read(EQ, **QUARTER)
    assert (said(both), both.shown, both.runs) == ((Decimal("0.25"), 2, ""), "25.00%", (run.id,))


def test_a_figure_by_filters_cuts_fills(week: Week) -> None:
    """By venue: XNAS 100 at 10.01. By flow: the institutional fill that is not held, 100 at 10.02, effective 0.04 against 0.02: 200 %."""
    week()
    assert said(read(Figure(METRIC, EQ.key, {"venue": ("CDED",)}), **QUARTER)) == (Decimal(0), 1, "")
    assert said(read(Figure(METRIC, EQ.key, {"venue": ("XNAS", "CDED")}), **QUARTER)) == (Decimal("0.25"), 2, "")
    assert said(read(Figure(METRIC, EQ.key, {"customer_class": ("institutional",), "held": ("no",)}), **QUARTER)) == (Decimal(2), 1, "")
    assert said(read(Figure(METRIC, EQ.key, {"customer_class": ("retail", "institutional"), "held": ("yes", "no")}), **QUARTER)) == (Decimal("0.6"), 3, "")


def test_a_figure_by_filters_cuts_orders(bench: Bench) -> None:
    """Of three orders of vendor_a one was not filled: 2 ÷ 3 of market orders; of limit orders, 1 ÷ 1."""
    bench.order("O1")
    bench.order("O2", is_filled=False, is_complete=False, filled_qty=Decimal(0), fills=0)
    bench.order("O3", order_type="limit")
    bench.order("O4", vendor="vendor_b", is_filled=False, is_complete=False, filled_qty=Decimal(0), fills=0)
    bench.fill("O1", "10.00")
    bench.fill("O3", "10.00", order_type="limit")
    bench.receive()
    every, market = read(RATE, vendor="vendor_a", **QUARTER), read(Figure(METRIC, RATE.key, {"order_type": ("market",)}), vendor="vendor_a", **QUARTER)
    assert [(round(reading.value or 0, 6), reading.n) for reading in (every, market)] == [(Decimal("0.666667"), 3), (Decimal("0.5"), 2)]
    assert said(read(Figure(METRIC, RATE.key, {"order_type": ("limit",)}), vendor="vendor_a", **QUARTER)) == (Decimal(1), 1, "")


def test_a_figure_of_a_check_counts_what_it_found_and_the_orders_it_could_have(bench: Bench) -> None:
    """vendor_a: two exceptions of EXE-105 on Monday, one on Tuesday, of four orders in every flow; other checks and vendors are not counted."""
    for name, on in (("O1", MONDAY), ("O2", MONDAY), ("O3", TUESDAY)):
        bench.order(name, on)
        found(bench, name, on)
    bench.order("O4", TUESDAY, customer_class="institutional", is_held=False)
    bench.order("O5", vendor="vendor_b")
    found(bench, "O5", vendor="vendor_b")
    found(bench, "O1", check="EXE-101")
    bench.receive()
    reading = read(SLIPS, vendor="vendor_a", **QUARTER)
    assert (said(reading), reading.se, reading.shown.replace("\xa0", " ")) == ((Decimal(3), 4, ""), None, "3 exceptions")
    assert said(read(SLIPS, vendor="vendor_a", first=TUESDAY, last=TUESDAY)) == (Decimal(1), 2, "")
    assert said(read(SLIPS, **QUARTER)) == (Decimal(4), 5, "")
    assert said(read(SLIPS, vendor="vendor_c", **QUARTER)) == (None, 0, "no order of the period went through this vendor")


def test_what_vanished_is_neither_counted_nor_listed(bench: Bench, browser: Callable[..., Client]) -> None:
    bench.order("O1")
    bench.order("O2")
    found(bench, "O1")
    found(bench, "O2")
    bench.receive()
    del bench.findings[1]
    bench.orders[1]["order_qty"] = Decimal(101)
    bench.receive()
    reading = read(SLIPS, vendor="vendor_a", **QUARTER)
    assert (said(reading), Finding.objects.filter(state="vanished").count()) == ((Decimal(1), 2, ""), 1)
    assert listed_exceptions(browser("analyst"), reading) == {"order O1"}


def listed_exceptions(client: Client, reading: Reading) -> set[str]:
    return set(re.findall(r">(order O\d+)</a>", client.get(reading.address).content.decode()))


def test_the_address_of_a_check_lists_the_exceptions_that_were_counted(bench: Bench, browser: Callable[..., Client]) -> None:
    """Counted are two of vendor_a on Monday; answered ones count as well."""
    for name, on, vendor in (("O1", MONDAY, "vendor_a"), ("O2", MONDAY, "vendor_a"), ("O3", TUESDAY, "vendor_a"), ("O4", MONDAY, "vendor_b")):
        bench.order(name, on, vendor=vendor)
        found(bench, name, on, vendor)
    found(bench, "O2", check="EXE-101")
    bench.receive()
    row = Finding.objects.get(order_id="O1")
    actions.dismiss(Actor("a-somebody", frozenset({"analyst"})), row, cause_code="other", answer="Small.")
    reading = read(SLIPS, vendor="vendor_a", first=MONDAY, last=MONDAY)
    assert (reading.value, reading.address) == (
        Decimal(2), "/exceptions/?state=standing&check=EXE-105&vendor=vendor_a&since=2026-09-28&until=2026-09-28")  # fmt: skip
    assert listed_exceptions(browser("analyst"), reading) == {"order O1", "order O2"}


@pytest.mark.parametrize(
    ("figure", "vendor", "value", "rows"),
    [
        (EQ, "", Decimal("0.25"), ["O1-1", "O2-1"]),
        (EQ, "vendor_b", Decimal(0), ["O2-1"]),
        (Figure(METRIC, EQ.key, {"customer_class": ("institutional",), "held": ("no",)}), "vendor_a", Decimal(2), ["O3-1"]),
        (Figure(METRIC, EQ.key, {"venue": ("CDED",)}), "", Decimal(0), ["O2-1"]),
        (RATE, "vendor_b", Decimal(1), ["O2"]),
    ],
)  # fmt: skip
def test_the_address_of_a_metric_lists_as_many_rows_as_its_count(
    week: Week, browser: Callable[..., Client], figure: Figure, vendor: str, value: Decimal, rows: list[str]
) -> None:
    week()
    reading = read(figure, vendor=vendor, **QUARTER)
    lines = browser("analyst").get(f"{reading.address}&format=csv").content.decode().splitlines()[1:]
    on_fills = figure.key == EQ.key
    assert (reading.value, reading.n, [line.split(",")[on_fills] for line in lines]) == (value, len(rows), rows)


def test_before_the_first_run_and_outside_the_measured_days_it_says_why(bench: Bench, week: Week) -> None:
    assert said(read(EQ, **QUARTER)) == (None, 0, "no run was received")
    week()
    assert said(read(EQ, first=date(2026, 4, 1), last=date(2026, 6, 30))) == (None, 0, "no day from 2026-04-01 to 2026-06-30 was measured")
    assert said(read(EQ, vendor="vendor_c", **QUARTER)) == (None, 0, "no row of the period has what this figure needs")


def test_below_the_policys_least_count_it_says_too_few_and_how_many_there_are(bench: Bench) -> None:
    bench.order("O1")
    bench.fill("O1", "10.01")
    bench.receive(min_n=3)
    assert said(read(EQ, **QUARTER)) == (None, 1, "n is 1, fewer than the 3 that the policy asks for")


@pytest.mark.parametrize(
    "figure",
    [
        Figure(METRIC, "nothing_like_it"), Figure(CHECK, "XXX-999"), Figure(METRIC, "fill_rate_orders", {"venue": ("XNAS",)}),
        Figure(METRIC, "effective_spread", {"color": ("red",)}), Figure(CHECK, "EXE-105", {"symbol": ("ABCZ",)}),
    ],
)  # fmt: skip
def test_a_figure_that_is_not_measured_so_is_said_and_never_raises(week: Week, figure: Figure) -> None:
    """An order has no venue, and a check's count is not cut: a filter that did nothing would make a wrong figure."""
    week()
    assert not figure.is_known
    assert read(figure, **QUARTER).why == f"there is no {figure.kind} “{figure.key}” that is cut so"


def test_every_metric_and_every_check_can_be_read(week: Week) -> None:
    week()
    keys = [Figure(METRIC, key) for key in figures.BY_KEY] + [Figure(CHECK, check.id) for check in CHECKS]
    sources = all_in_force()
    assert [figure.key for figure in keys if not figure.is_known or not figure.title] == []
    assert [reading.figure.key for reading in (read(figure, vendor="vendor_a", sources=sources, **QUARTER) for figure in keys) if (reading.value is None) == (
        reading.why == "")] == []  # fmt: skip


def test_the_flow_is_said_in_words() -> None:
    assert EQ.flow == "held, not directed, retail, regular session, equities, USD"
    assert Figure(METRIC, EQ.key, {"venue": ("XNAS",), "held": ("no",)}).flow == "not held, not directed, retail, regular session, equities, USD; Venue: XNAS"
    assert SLIPS.flow == "every order and fill"


def held_against(value: str | None, n: int = 100, se: str | None = "0.01", figure: Figure = EQ, **target: Any) -> tuple[str, str]:
    terms = {"side": AT_MOST, "bound": Decimal("0.5"), "tolerance": Decimal(0), "errors": Decimal(2), "min_n": 100} | target
    reading = Reading(figure, "", MONDAY, TUESDAY, None if value is None else Decimal(value), n, None if se is None else Decimal(se), (), "no data")
    return judged(Target(figure, **terms), reading)


def test_a_figure_is_held_against_its_bound() -> None:
    """Promised at most 0.5; the error is 0.01, so two errors are 0.02."""
    beyond = (CANNOT_TELL, "beyond the bound, yet within 2 standard errors of it")
    assert held_against("0.5") == (MET, "")
    assert held_against("0.51") == beyond
    assert held_against("0.52") == beyond
    assert held_against("0.5201") == (MISSED, "")
    assert held_against("0.5201", tolerance=Decimal("0.03")) == (MET, "")
    assert held_against("0.545", tolerance=Decimal("0.03")) == beyond
    assert held_against("0.5501", tolerance=Decimal("0.03")) == (MISSED, "")
    assert held_against("0.5001", errors=Decimal(0)) == (MISSED, ""), "a contract's arithmetic has no error"


def test_at_least_is_the_same_from_the_other_side() -> None:
    assert held_against("0.5", side=AT_LEAST) == (MET, "")
    assert held_against("0.485", side=AT_LEAST)[0] == CANNOT_TELL
    assert held_against("0.4799", side=AT_LEAST) == (MISSED, "")


def test_too_few_rows_or_none_tell_nothing() -> None:
    assert held_against("9", n=99) == (CANNOT_TELL, "n is 99, fewer than the 100 that it takes")
    assert held_against(None) == (CANNOT_TELL, "no data")


def test_an_unknown_error_tells_nothing_and_a_count_has_none() -> None:
    unknown = "beyond the bound, but its error is not known: it rests on fewer than two symbol-days"
    assert held_against("0.9", se=None) == (CANNOT_TELL, unknown)
    assert held_against("0.4", se=None) == (MET, "")
    assert held_against("0.9", se=None, errors=Decimal(0)) == (MISSED, "")
    assert held_against("1", se=None, figure=SLIPS) == (MISSED, "")
    assert held_against("1", se=None, figure=Figure(METRIC, "net_improvement_usd")) == (MISSED, ""), "a sum of dollars is a fact"
