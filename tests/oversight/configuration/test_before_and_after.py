"""A change is measured before it is proposed and again after it is set: same figures, as many trading days, kept with their runs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bestexec import Cell
from oversight import clock
from oversight.configuration import actions, analyzing, queries
from oversight.configuration.models import Analysis, Version
from oversight.lifecycle import Refusal
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY, TUESDAY, Bench
from .conftest import Firm, changed


@pytest.fixture
def change(firm: Firm, vendor: Vendor) -> Version:
    """A draft on what is in force."""
    firm.set(vendor)
    return firm.drafted(vendor, changed(stop="sent at once"))


def measured(bench: Bench) -> None:
    """Vendor A on Monday: 100 at 10.01, effective 0.02 of a quoted 0.02: 100 %. On Tuesday 100 at 10.00: 0 %."""
    bench.order("M1", MONDAY)
    bench.fill("M1", "10.01", on=MONDAY)
    bench.order("M2", MONDAY, vendor="vendor_b")
    bench.fill("M2", "10.05", on=MONDAY, vendor="vendor_b")
    bench.order("T1", TUESDAY)
    bench.fill("T1", "10.00", on=TUESDAY)
    bench.receive()


def test_the_figures_before_are_kept_with_their_count_and_their_run(bench: Bench, firm: Firm, change: Version) -> None:
    measured(bench)
    firm.read(change, "effective_over_quoted")
    row = Analysis.objects.get().before[0]
    assert (row["metric"], Decimal(row["value"]), row["n"], len(row["runs"]), row["why"]) == ("effective_over_quoted", Decimal(1), 1, 1, "")
    firm.read(change, "effective_over_quoted", first=TUESDAY, last=TUESDAY)
    assert (Analysis.objects.count(), Decimal(Analysis.objects.get().before[0]["value"])) == (1, Decimal(0)), "read again while it is a draft"


def test_what_cannot_be_read_says_why(firm: Firm, change: Version) -> None:
    firm.read(change)
    row = Analysis.objects.get().before[0]
    assert (row["value"], row["n"], row["why"]) == (None, 0, "no run was received")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"metrics": ()}, "Choose one to 8 figures"),
        ({"metrics": ("nap",)}, "There is no metric"),
        ({"first": date(2026, 9, 29), "last": date(2026, 9, 28)}, "begins before it ends"),
        ({"last": date(2026, 10, 1)}, "ends before today"),
        ({"first": date(2026, 9, 26), "last": date(2026, 9, 27)}, "holds 0 trading days"),
        ({"expected": " "}, "what it might hurt"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(firm: Firm, change: Version, asked: dict[str, Any], said: str) -> None:
    given = {"metrics": ("fill_rate_orders",), "first": date(2026, 9, 28), "last": date(2026, 9, 28), "expected": "x", **asked}
    with pytest.raises(Refusal, match=said):
        actions.analyze(firm.analyst, change, **given)


def test_what_the_second_person_saw_is_not_read_again(firm: Firm, change: Version) -> None:
    firm.read(change)
    actions.propose(firm.analyst, change)
    with pytest.raises(Refusal, match="stays as the second person saw it"):
        firm.read(change)


@pytest.mark.parametrize(
    ("set_at", "count", "days"),
    [
        (datetime(2026, 9, 21, 13, 29, tzinfo=UTC), 2, (date(2026, 9, 21), date(2026, 9, 22))),  # 09:29: Monday itself is whole
        (datetime(2026, 9, 21, 13, 30, tzinfo=UTC), 2, (date(2026, 9, 22), date(2026, 9, 23))),  # 09:30: it is not
        (datetime(2026, 9, 4, 20, 0, tzinfo=UTC), 1, (date(2026, 9, 8),)),  # Friday afternoon before Labor Day
    ],
)
def test_the_days_after_begin_with_the_first_whole_one(set_at: datetime, count: int, days: tuple[date, ...]) -> None:
    assert tuple(analyzing.days_after(set_at, count)) == days


def test_the_same_figures_are_read_after_the_change_and_shown_side_by_side(bench: Bench, firm: Firm, change: Version) -> None:
    measured(bench)
    firm.read(change, "effective_over_quoted")
    actions.approve(firm.compliance, actions.propose(firm.analyst, change))
    with pytest.raises(Refusal, match="not set so yet"):
        actions.conclude(firm.analyst, change, concluded="x")
    actions.put_in_force(firm.vm, change, in_force_from=datetime(2026, 9, 29, 12, tzinfo=UTC))  # Tuesday 08:00, before the opening
    assert [row.version_id for row in queries.to_conclude()] == [change.pk]
    done = actions.conclude(firm.analyst, change, concluded="Prices are better; it stays.")
    row = analyzing.sheet(Analysis.objects.select_related("version__vendor").get()).rows[0]
    figures = [cell.value if isinstance(cell, Cell) else cell for cell in row.cells]
    # effective over quoted: 0.02 ÷ 0.02 = 1 on Monday, 0 ÷ 0.02 = 0 on Tuesday; 0 − 1 = −1
    assert (figures[1], figures[2], figures[4], figures[5], figures[7]) == (Decimal(1), 1, Decimal(0), 1, Decimal(-1))
    assert (done.after_first, done.after_last, list(queries.to_conclude())) == (TUESDAY, TUESDAY, [])
    with pytest.raises(Refusal, match="concluded already"):
        actions.conclude(firm.analyst, change, concluded="again")


def test_the_error_of_a_difference_is_that_of_both_figures(firm: Firm, change: Version) -> None:
    firm.read(change)
    held = Analysis.objects.select_related("version__vendor").get()
    held.before = [{"metric": "effective_over_quoted", "value": "0.50", "n": 40, "se": "0.03", "runs": ["r1"], "why": ""}]
    held.after = [{"metric": "effective_over_quoted", "value": "0.40", "n": 50, "se": "0.04", "runs": ["r2"], "why": ""}]
    held.after_first = held.after_last = TUESDAY
    sheet = analyzing.sheet(held)
    # 0.40 − 0.50 = −0.10; √(0.03² + 0.04²) = √0.0025 = 0.05
    assert [cell.value for cell in sheet.rows[0].cells[7:9]] == [Decimal("-0.10"), Decimal("0.05")]
    assert sheet.runs == ("r1", "r2")


def test_after_is_not_read_before_its_last_day_is_measured(bench: Bench, firm: Firm, change: Version) -> None:
    measured(bench)
    firm.read(change, first=MONDAY, last=TUESDAY)
    actions.approve(firm.compliance, actions.propose(firm.analyst, change))
    actions.put_in_force(firm.vm, change, in_force_from=datetime(2026, 9, 29, 12, tzinfo=UTC))
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)), pytest.raises(Refusal, match="end on 2026-09-30; measured is until 2026-09-29"):
        actions.conclude(firm.analyst, change, concluded="x")


def test_nothing_is_concluded_where_nothing_was_read(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal, match="Nothing was read before the change"):
        actions.conclude(firm.analyst, firm.set(vendor), concluded="x")


def test_another_flow_is_read_where_it_is_chosen(bench: Bench, firm: Firm, change: Version) -> None:
    bench.order("I1", MONDAY, customer_class="institutional", is_held=False)
    bench.fill("I1", "10.00", on=MONDAY, customer_class="institutional", is_held=False)
    measured(bench)
    filters = {"customer_class": ["institutional"], "held": ["no"]}
    actions.analyze(firm.analyst, change, metrics=("effective_over_quoted",), first=MONDAY, last=MONDAY, expected="x", filters=filters)
    held = Analysis.objects.get()
    assert Decimal(held.before[0]["value"]) == 0
    assert analyzing.flow_words(held.filters) == "not held, not directed, institutional, regular session, equities, USD"
