"""What can be believed: checks whose findings name no vendor, checks that could not be asked, outage minutes, rolling windows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from oversight import clock
from oversight.actor import automated
from oversight.agreements import actions
from oversight.agreements.formulas import FLAT, Formula
from oversight.agreements.measures import LOG, Measure, loaded
from oversight.agreements.models import Breach, Clause, Measurement
from oversight.agreements.windows import DAY as EACH_DAY
from oversight.agreements.windows import QUARTER, ROLLING
from oversight.handling import actions as handling
from oversight.handling.models import Happening
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_MOST, CHECK, METRIC
from oversight.record.actions import move

from .conftest import Bench, Clauses, Desk, filled, received

BY = automated("arrivals")
LAST = date(2026, 9, 30)
FLAT_500 = Formula(FLAT, usd=Decimal(500))


def found(check: str, day: date, vendor: str | None, number: int = 1) -> dict[str, Any]:
    """One finding as a run seals it."""
    return {
        "finding_id": f"{check}-{day}-{vendor}-{number}", "check_id": check, "check_version": 1, "title": "What was found", "severity": "low", "day": day,
        "subject": "something", "vendor": vendor, "numbers": "{}", "ask": "Why?", "authority": "practice",
    }  # fmt: skip


def counted(clause: Clauses, check: str, **facts: Any) -> Clause:
    return clause(measure=Measure(CHECK, check), side=AT_MOST, bound=Decimal(0), least_n=1, credit=FLAT_500, **facts)


def outcome(bench: Bench) -> Measurement:
    actions.evaluate(BY, received(bench.receive().id))
    return Measurement.objects.get()


def test_findings_of_a_check_are_counted_for_their_vendor_alone(bench: Bench, clause: Clauses) -> None:
    counted(clause, "ROU-106")
    filled(bench, "A1", 1, LAST, "vendor_a")
    filled(bench, "B1", 1, LAST, "vendor_b")
    bench.findings += [found("ROU-106", LAST, "vendor_a", 1), found("ROU-106", LAST, "vendor_a", 2), found("ROU-106", LAST, "vendor_b", 3)]
    row = outcome(bench)
    assert (row.value, row.n, row.outcome, row.credit_usd) == (Decimal(2), 1, "missed", Decimal(500))


def test_findings_that_name_no_vendor_are_nobodys_where_two_vendors_routed(bench: Bench, clause: Clauses) -> None:
    counted(clause, "COM-112")
    filled(bench, "A1", 1, LAST, "vendor_a")
    filled(bench, "B1", 1, LAST, "vendor_b")
    bench.findings.append(found("COM-112", LAST, None))
    row = outcome(bench)
    assert (row.value, row.outcome) == (None, "not_measurable")
    assert row.why == (
        "1 finding of COM-112 names no vendor, and orders of other vendors were measured on the same days (2026-09-30 first): "
        "whose they are must be found by comparing the lists"
    )
    assert Breach.objects.count() == 0


def test_findings_that_name_no_vendor_are_the_vendors_where_it_alone_routed(bench: Bench, clause: Clauses) -> None:
    counted(clause, "COM-112")
    filled(bench, "A1", 1, LAST, "vendor_a")
    bench.findings += [found("COM-112", LAST, None, number) for number in (1, 2)]
    row = outcome(bench)
    assert (row.value, row.outcome, row.why) == (Decimal(2), "missed", "2 of these findings name no vendor; every order of those days was this vendor's")


def test_a_check_that_could_not_be_asked_of_any_row_is_never_met(bench: Bench, clause: Clauses) -> None:
    counted(clause, "ROU-101")
    filled(bench, "A1", 1, LAST)
    bench.unasked.append({"check_id": "ROU-101", "title": "x", "reason": "policy.toml does not say [[venues]]", "rows": 7, "of_rows": 7})
    row = outcome(bench)
    assert (row.outcome, row.why) == ("not_measurable", "ROU-101 could not be asked on 1 of 1 days (2026-09-30 first): policy.toml does not say [[venues]]")


def test_a_count_beyond_the_bound_stays_missed_though_some_days_could_not_be_asked(bench: Bench, clause: Clauses) -> None:
    counted(clause, "CON-104")
    filled(bench, "A1", 1, date(2026, 9, 29))
    bench.findings.append(found("CON-104", date(2026, 9, 29), "vendor_a"))
    actions.evaluate(BY, received(bench.receive().id))
    bench.orders.clear()
    bench.fills.clear()
    bench.findings.clear()
    filled(bench, "A2", 1, LAST)
    bench.unasked.append({"check_id": "CON-104", "title": "x", "reason": "trailing_fraction is not known", "rows": 4, "of_rows": 4})
    actions.evaluate(BY, received(bench.receive().id))
    row = Measurement.objects.order_by("-pk")[0]
    assert (row.value, row.outcome, row.is_to_date) == (Decimal(1), "missed", False)
    assert row.why == "at least so many: CON-104 could not be asked on 1 of 2 days (2026-09-30 first): trailing_fraction is not known"


def test_a_check_that_could_be_asked_of_most_rows_counts(bench: Bench, clause: Clauses) -> None:
    counted(clause, "ROU-101")
    filled(bench, "A1", 1, LAST)
    bench.unasked.append({"check_id": "ROU-101", "title": "x", "reason": "the venue is unknown", "rows": 1, "of_rows": 7})
    assert outcome(bench).outcome == "met"


def outage(by: Any, begins: datetime, ends: datetime | None, vendor: str = "vendor_a") -> Happening:
    return handling.note(by, kind="vendor_outage", vendor=vendor, what="down", from_at=begins, to_at=ends)


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE)


def out(clause: Clauses, bound: int = 10, **facts: Any) -> Clause:
    return clause(measure=Measure(LOG, "outage_minutes"), side=AT_MOST, bound=Decimal(bound), least_n=1, credit=FLAT_500, **facts)


def test_outage_minutes_count_within_the_session_once_and_for_the_vendor_alone(bench: Bench, clause: Clauses, desk: Desk) -> None:
    out(clause)
    filled(bench, "A1", 1, date(2026, 9, 29))
    filled(bench, "A2", 1, LAST)
    # 29th: 10:05 to 10:22 is 17; 10:20 to 10:25 adds 3; before the open 9:20 to 9:33 counts 3. 30th: 15:50 to 16:40 counts 10. 17 + 3 + 3 + 10 = 33.
    for begins, ends in (((29, 10, 5), (29, 10, 22)), ((29, 10, 20), (29, 10, 25)), ((29, 9, 20), (29, 9, 33)), ((30, 15, 50), (30, 16, 40))):
        outage(desk.supervisor, at(*begins), at(*ends))
    outage(desk.supervisor, at(29, 11, 0), at(29, 12, 0), "vendor_b")
    row = outcome(bench)
    assert (row.value, row.n, row.outcome, row.why) == (Decimal(33), 2, "missed", "4 of 4 outages in the log are not reviewed yet")


def test_a_month_without_an_outage_is_met_where_its_days_were_measured(bench: Bench, clause: Clauses) -> None:
    out(clause)
    filled(bench, "A1", 1, LAST)
    row = outcome(bench)
    assert (row.value, row.n, row.outcome) == (Decimal(0), 1, "met")


def test_an_outage_noted_after_the_month_restates_it_by_the_daily_look(bench: Bench, clause: Clauses, desk: Desk) -> None:
    out(clause)
    filled(bench, "A1", 1, LAST)
    former = outcome(bench)
    assert actions.daily(BY)["log"] == 0
    outage(desk.supervisor, at(30, 10, 0), at(30, 10, 17))
    assert [actions.daily(BY)["log"] for _ in range(2)] == [1, 0]
    later = Measurement.objects.order_by("-pk")[0]
    assert (later.value, later.outcome, later.restates) == (Decimal(17), "missed", former)
    assert later.difference == (
        "0.0 min became 17.0 min (+17.0 min); n stays 1; met became missed; credit $0.00 became $500.00. The order-handling log was written to since."
    )
    assert Breach.objects.get().state == "possible"


def test_a_rolling_window_is_measured_once_it_is_full_and_one_bad_stretch_is_one_possible_breach(bench: Bench, clause: Clauses) -> None:
    clause(window=ROLLING, window_days=3, from_on=date(2026, 9, 23), least_n=1)
    # Trading days 23, 24, 25, 28, 29, 30; full from the 25th.
    # (10 + 10 + 40) / 3 = 20, then (10 + 40 + 10) / 3 = 20, (40 + 10 + 10) / 3 = 20, (10 + 10 + 10) / 3 = 10.
    for day, ms in ((23, 10), (24, 10), (25, 40), (28, 10), (29, 10), (30, 10)):
        filled(bench, f"O{day}", ms, date(2026, 9, day))
    actions.evaluate(BY, received(bench.receive().id))
    rows = [(row.span.words, row.value, row.outcome) for row in Measurement.objects.order_by("last_on")]
    assert rows == [
        ("2026-09-23 to 2026-09-25", Decimal(20_000_000), "missed"), ("2026-09-24 to 2026-09-28", Decimal(20_000_000), "missed"),
        ("2026-09-25 to 2026-09-29", Decimal(20_000_000), "missed"), ("2026-09-28 to 2026-09-30", Decimal(10_000_000), "met"),
    ]  # fmt: skip
    breach = Breach.objects.get()
    assert (breach.first_on, breach.last_on) == (date(2026, 9, 23), date(2026, 9, 25))


def test_a_day_measured_again_restates_each_rolling_window_that_holds_it(bench: Bench, clause: Clauses) -> None:
    clause(window=ROLLING, window_days=2, from_on=date(2026, 9, 28), least_n=1)
    for day in (28, 29, 30):
        filled(bench, f"O{day}", 8, date(2026, 9, day))
    actions.evaluate(BY, received(bench.receive().id))
    bench.orders.clear()
    bench.fills.clear()
    filled(bench, "O29", 6, date(2026, 9, 29))
    done = actions.evaluate(BY, received(bench.receive().id))
    assert (done.measured, done.restated) == (2, 2), "28 to 29, and 29 to 30"
    # (8 + 6) / 2 = 7 ms each.
    assert {row.value for row in Measurement.objects.exclude(restates=None)} == {Decimal(7_000_000)}


def test_each_day_and_each_quarter(bench: Bench, clause: Clauses) -> None:
    clause(window=EACH_DAY, least_n=1, number="1")
    clause(window=QUARTER, least_n=1, number="2")
    filled(bench, "O1", 12, date(2026, 9, 29))
    filled(bench, "O2", 6, LAST)
    actions.evaluate(BY, received(bench.receive().id))
    rows = [(row.clause.number, row.span.words, row.value, row.outcome, row.is_to_date) for row in Measurement.objects.order_by("clause__number", "last_on")]
    # (12 + 6) / 2 = 9 ms.
    assert rows == [
        ("1", "2026-09-29", Decimal(12_000_000), "missed", False), ("1", "2026-09-30", Decimal(6_000_000), "met", False),
        ("2", "Q3 2026", Decimal(9_000_000), "met", False),
    ]  # fmt: skip


def test_a_filter_narrows_the_figure(bench: Bench, clause: Clauses) -> None:
    clause(measure=Measure(METRIC, "mean_receipt_to_route", {"order_type": ("limit",)}), least_n=1)
    filled(bench, "O1", 50, LAST)
    filled(bench, "O2", 6, LAST, order_type="limit")
    row = outcome(bench)
    assert (row.value, row.n, row.outcome) == (Decimal(6_000_000), 1, "met")


@pytest.mark.parametrize(
    "stored", [{"kind": "metric", "key": "nonsense"}, {"kind": "check", "key": "ROU-999"}, {"kind": "log", "key": "x"}, {"kind": "dream", "key": "x"}, {}]
)
def test_a_figure_that_there_is_not_is_refused(stored: dict[str, str]) -> None:
    with pytest.raises(Refusal, match="that a clause could be about"):
        loaded(stored)


def test_a_reviewed_outage_needs_no_warning(bench: Bench, clause: Clauses, desk: Desk) -> None:
    out(clause, bound=60)
    row = outage(desk.compliance, at(30, 10, 0), at(30, 10, 17))
    move(desk.supervisor, row, "review")
    filled(bench, "A1", 1, LAST)
    measured = outcome(bench)
    assert (measured.value, measured.outcome, measured.why) == (Decimal(17), "met", "")
