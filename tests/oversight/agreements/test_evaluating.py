"""Every clause against a sealed run: figures, windows, outcomes and restatements by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from oversight.actor import automated
from oversight.agreements import actions
from oversight.agreements.models import Breach, Clause, Measurement

from .conftest import Bench, Clauses, Desk, filled, received

BY = automated("arrivals")
LAST = date(2026, 9, 30)
"""The last trading day of September 2026."""


def said(row: Measurement) -> tuple[Any, ...]:
    return row.span.words, row.value, row.n, row.outcome, row.is_to_date, row.credit_usd


def test_a_month_is_to_date_until_its_last_trading_day_is_measured(bench: Bench, clause: Clauses) -> None:
    clause()
    filled(bench, "O1", 8, date(2026, 9, 28))
    filled(bench, "O2", 16, date(2026, 9, 29))
    done = actions.evaluate(BY, received(bench.receive().id))
    row = Measurement.objects.get()
    # (8 + 16) / 2 = 12 ms, beyond 10 ms by 2: 2 × $50 = $100; the 30th is to come.
    assert said(row) == ("2026-09", Decimal(12_000_000), 2, "missed", True, Decimal("100.00"))
    assert row.arithmetic == "2 ms beyond × $50.00 = $100.00."
    # September 2026 has 21 trading days: 22 weekdays, without Labor Day on the 7th.
    assert (row.days_measured, row.days_expected) == (2, 21)
    assert (done.measured, done.missed, done.opened, Breach.objects.count()) == (1, 1, 0, 0), "nothing is opened for a window that goes on"


def test_the_last_trading_day_completes_the_month_and_a_miss_opens_a_possible_breach(bench: Bench, clause: Clauses) -> None:
    row = clause()
    filled(bench, "O1", 10, LAST)
    filled(bench, "O2", 15, LAST)
    done = actions.evaluate(BY, received(bench.receive().id))
    # (10 + 15) / 2 = 12.5 ms: 2.5 × $50 = $125.
    assert said(Measurement.objects.get()) == ("2026-09", Decimal(12_500_000), 2, "missed", False, Decimal("125.00"))
    breach = Breach.objects.get()
    assert (breach.clause, breach.state, breach.first_on, breach.last_on) == (row, "possible", date(2026, 9, 1), LAST)
    assert breach.due_on == date(2026, 10, 31), "thirty days after 2026-10-01"
    assert done.opened == 1


def test_a_second_call_for_the_same_run_does_nothing(bench: Bench, clause: Clauses) -> None:
    clause()
    filled(bench, "O1", 12, LAST)
    filled(bench, "O2", 12, LAST)
    run = received(bench.receive().id)
    assert actions.evaluate(BY, run).measured == 1
    assert actions.evaluate(BY, run).measured == 0
    assert (Measurement.objects.count(), Breach.objects.count()) == (1, 1)


def test_fewer_than_the_least_n_is_not_measurable_and_never_met(bench: Bench, clause: Clauses) -> None:
    clause(least_n=3)
    filled(bench, "O1", 1, LAST)
    filled(bench, "O2", 1, LAST)
    actions.evaluate(BY, received(bench.receive().id))
    row = Measurement.objects.get()
    assert (row.outcome, row.why, row.credit_usd) == ("not_measurable", "n is 2, fewer than the 3 that it takes", None)


def test_a_figure_without_a_row_is_not_measurable_with_the_reason(bench: Bench, clause: Clauses) -> None:
    clause("vendor_b")
    filled(bench, "O1", 1, LAST, "vendor_a")
    actions.evaluate(BY, received(bench.receive().id))
    row = Measurement.objects.get()
    assert (row.value, row.n, row.outcome, row.why) == (None, 0, "not_measurable", "no row of the period has what this figure needs")


def test_the_database_refuses_to_call_nothing_met(bench: Bench, clause: Clauses) -> None:
    nothing = Measurement(
        clause=clause(), first_on=LAST, last_on=LAST, value=None, n=0, days_measured=0, days_expected=1, outcome="met", measured_at="2026-10-01T12:00Z"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        nothing.save()


def test_a_window_of_which_no_day_was_measured_is_said_once_a_later_day_is(bench: Bench, clause: Clauses) -> None:
    clause()
    filled(bench, "O1", 8, date(2026, 7, 31))
    filled(bench, "O2", 8, date(2026, 7, 31))
    actions.evaluate(BY, received(bench.receive().id))
    bench.orders.clear()
    bench.fills.clear()
    filled(bench, "O3", 8, date(2026, 9, 1))
    filled(bench, "O4", 8, date(2026, 9, 1))
    actions.evaluate(BY, received(bench.receive().id))
    july, august, september = Measurement.objects.order_by("first_on")
    assert said(july) == ("2026-07", Decimal(8_000_000), 2, "met", False, None)
    assert (august.span.words, august.outcome, august.why, august.is_to_date) == (
        "2026-08",
        "not_measurable",
        "no day from 2026-08-01 to 2026-08-31 was measured",
        False,
    )
    assert said(september) == ("2026-09", Decimal(8_000_000), 2, "met", True, None)


def test_a_month_whose_last_day_never_came_is_closed_by_a_later_run(bench: Bench, clause: Clauses) -> None:
    clause()
    filled(bench, "O1", 12, date(2026, 8, 28))
    filled(bench, "O2", 12, date(2026, 8, 28))
    actions.evaluate(BY, received(bench.receive().id))
    assert [row.is_to_date for row in Measurement.objects.all()] == [True]
    bench.orders.clear()
    bench.fills.clear()
    filled(bench, "O3", 8, date(2026, 9, 1))
    actions.evaluate(BY, received(bench.receive().id))
    august = Measurement.objects.filter(first_on=date(2026, 8, 1)).order_by("-pk")[0]
    # August 2026 has 21 trading days; one was measured.
    assert (august.is_to_date, august.outcome, august.days_measured, august.days_expected, august.restates) == (False, "missed", 1, 21, None)
    assert Breach.objects.get().first_on == date(2026, 8, 1)


def test_a_restatement_points_at_the_former_and_says_the_difference_and_withdraws(bench: Bench, clause: Clauses) -> None:
    clause()
    filled(bench, "O1", 10, LAST)
    filled(bench, "O2", 15, LAST)
    first = bench.receive()
    actions.evaluate(BY, received(first.id))
    bench.fills[1]["receipt_to_route_ns"] = 9_000_000
    second = bench.receive()
    done = actions.evaluate(BY, received(second.id))
    former, later = Measurement.objects.order_by("pk")
    # (10 + 9) / 2 = 9.5 ms; 9.5 − 12.5 = −3.
    assert (former.value, later.value, later.restates) == (Decimal(12_500_000), Decimal(9_500_000), former)
    assert later.difference == (
        "12.500 ms became 9.500 ms (−3.000 ms); n stays 2; missed became met; credit $125.00 became $0.00. "
        f"Run {second.id[:12]} took the place of {first.id[:12]} for 1 day: the same files, policy, definitions and code."
    )
    breach = Breach.objects.get()
    assert (breach.state, breach.measurement, breach.latest) == ("withdrawn", former, later)
    assert (done.restated, done.withdrawn) == (1, 1)


def test_a_restatement_that_misses_again_makes_it_recur(bench: Bench, clause: Clauses) -> None:
    clause()
    for ms in (15, 5, 16):
        bench.orders.clear()
        bench.fills.clear()
        filled(bench, "O1", ms, LAST)
        filled(bench, "O2", ms, LAST)
        actions.evaluate(BY, received(bench.receive().id))
    assert (Breach.objects.get().state, Measurement.objects.count()) == ("possible", 3)


def test_nothing_earlier_changes(bench: Bench, clause: Clauses) -> None:
    clause()
    filled(bench, "O1", 10, LAST)
    actions.evaluate(BY, received(bench.receive().id))
    for statement in ("UPDATE agreements_measurement SET n = 9", "DELETE FROM agreements_measurement"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_each_vendor_is_measured_by_its_own_orders(bench: Bench, clause: Clauses, desk: Desk) -> None:
    clause("vendor_a", least_n=1), clause("vendor_b", least_n=1)
    filled(bench, "A1", 20, LAST, "vendor_a")
    filled(bench, "B1", 4, LAST, "vendor_b")
    actions.evaluate(BY, received(bench.receive().id))
    assert {row.clause.agreement.vendor.key: row.value for row in Measurement.objects.all()} == {
        "vendor_a": Decimal(20_000_000),
        "vendor_b": Decimal(4_000_000),
    }
    assert [breach.clause.agreement.vendor.key for breach in Breach.objects.all()] == ["vendor_a"]


def test_a_clause_put_in_force_later_is_measured_over_what_runs_had_brought(bench: Bench, clause: Clauses) -> None:
    filled(bench, "O1", 10, LAST)
    filled(bench, "O2", 15, LAST)
    run = bench.receive()
    row: Clause = clause()
    assert [(one.run_id, one.value, one.outcome) for one in row.measurements.all()] == [(run.id, Decimal(12_500_000), "missed")]
    assert actions.evaluate(BY, received(run.id)).measured == 0
