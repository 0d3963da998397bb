"""Credits, windows and the shipped clauses, each by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from oversight.agreements import formulas, windows
from oversight.agreements.formulas import FLAT, NONE, PER_UNIT, PERCENT, Formula
from oversight.agreements.measures import Measure
from oversight.agreements.templates_of_clauses import FEE, TEMPLATES, ClauseTemplate
from oversight.agreements.windows import DAY, MONTH, QUARTER, ROLLING, Window, touched
from oversight.citations import BY_KEY as CITED
from oversight.measured.reading import AT_LEAST, AT_MOST, METRIC, MISSED, Reading, Target, judged

ROUTE_TIME = Measure(METRIC, "mean_receipt_to_route")
RATE = Measure(METRIC, "fill_rate_orders")
MS = 1_000_000


def worth(formula: Formula, value: str, bound: str, measure: Measure = ROUTE_TIME, side: str = AT_MOST, fee: str | None = "12000") -> formulas.Worth:
    """The credit of a value against a bound, both in the printed unit."""
    scale = measure.unit.scale
    at = {"value": Decimal(value) / scale, "bound": Decimal(bound) / scale}
    return formulas.worth(formula, side=side, unit=measure.unit, fee_usd=None if fee is None else Decimal(fee), **at)


def test_a_flat_credit_is_the_same_however_far_it_missed() -> None:
    flat = Formula(FLAT, usd=Decimal(500))
    assert worth(flat, "10.001", "10") == worth(flat, "99", "10") == formulas.Worth(Decimal("500.00"), "Flat: $500.00.")


def test_a_credit_for_each_unit_takes_parts_of_a_unit_and_stops_at_its_cap() -> None:
    each = Formula(PER_UNIT, usd=Decimal(50), cap_usd=Decimal(200))
    # 12.5 − 10 = 2.5 ms; 2.5 × 50 = 125. 16 − 10 = 6 ms; 6 × 50 = 300, above 200.
    assert worth(each, "12.5", "10") == formulas.Worth(Decimal("125.00"), "2.5 ms beyond × $50.00 = $125.00; cap $200.00, not reached.")
    assert worth(each, "16", "10") == formulas.Worth(Decimal(200), "6 ms beyond × $50.00 = $300.00; cap $200.00, so $200.00.")


def test_below_a_least_rate_the_percentage_points_count() -> None:
    each = Formula(PER_UNIT, usd=Decimal(300))
    # 99.5 − 98.25 = 1.25 points; 1.25 × 300 = 375.
    assert worth(each, "98.25", "99.5", RATE, AT_LEAST) == formulas.Worth(Decimal("375.00"), "1.25 percentage points beyond × $300.00 = $375.00.")


def test_a_percentage_of_the_fee_counts_each_step_begun_and_stops_at_its_cap() -> None:
    steps = Formula(PERCENT, percent=Decimal(5), step=Decimal(10), cap_percent=Decimal(25))
    # 123 − 100 = 23 ms: steps of 10 begun are 3; 3 × 5 % = 15 % of 12,000 = 1,800; the cap is 25 % = 3,000.
    assert worth(steps, "123", "100") == formulas.Worth(
        Decimal("1800.00"), "23 ms beyond, in steps of 10: 3 begun × 5 % = 15 % of $12,000.00 = $1,800.00; cap 25 % of $12,000.00 = $3,000.00, not reached."
    )
    # 20 ms are 2 steps, not 3: 10 % = 1,200. 95 ms are 10 steps: 50 % = 6,000, so 3,000.
    assert [worth(steps, value, "100").usd for value in ("120", "195")] == [Decimal("1200.00"), Decimal("3000.00")]


def test_a_percentage_without_a_step_is_taken_once() -> None:
    assert worth(Formula(PERCENT, percent=Decimal("7.5")), "11", "10") == formulas.Worth(Decimal("900.00"), "7.5 % of $12,000.00 = $900.00.")


def test_a_third_of_a_cent_is_rounded_once_half_up() -> None:
    # 1.005 ms × 1 $ = 1.005, half up 1.01.
    assert worth(Formula(PER_UNIT, usd=Decimal(1)), "11.005", "10").usd == Decimal("1.01")


def test_without_the_fee_a_part_of_it_is_unknown_and_said() -> None:
    for formula in (Formula(PERCENT, percent=Decimal(5)), Formula(FLAT, usd=Decimal(5), cap_percent=Decimal(1))):
        assert worth(formula, "11", "10", fee=None) == formulas.Worth(None, "The credit is a part of the monthly fee, and the agreement does not say the fee.")


def test_no_credit_is_zero_and_not_unknown() -> None:
    assert worth(Formula(NONE), "11", "10", fee=None) == formulas.Worth(Decimal(0), "The clause gives no credit.")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_a_formula_is_the_same_after_it_was_stored(template: ClauseTemplate) -> None:
    assert formulas.loaded(template.credit.stored) == template.credit


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_a_template_names_a_figure_and_authorities_that_there_are(template: ClauseTemplate) -> None:
    assert template.measure.is_known, template.measure.key
    assert [cite for cite in template.cites if cite not in CITED] == []
    assert (template.window == ROLLING) == (template.window_days > 0)
    assert template.words.endswith(".")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.key)
def test_a_template_computes_what_was_worked_by_hand(template: ClauseTemplate) -> None:
    unit = template.measure.unit
    bound, value = template.bound / unit.scale, Decimal(template.worked.value) / unit.scale
    found = formulas.worth(template.credit, side=template.side, bound=bound, value=value, unit=unit, fee_usd=FEE)
    assert found.usd == Decimal(template.worked.usd)
    read = Reading(template.measure.figure, "", date(2026, 9, 1), date(2026, 9, 30), value, template.least_n, None, ())
    assert judged(Target(template.measure.figure, template.side, bound, min_n=template.least_n), read) == (MISSED, "")


def test_there_are_at_least_twenty_templates_each_with_a_key_of_its_own() -> None:
    assert len({template.key for template in TEMPLATES}) == len(TEMPLATES) >= 20


def test_days_months_and_quarters_that_hold_a_day() -> None:
    days, begins = [date(2026, 8, 14), date(2026, 8, 31), date(2026, 9, 1)], date(2026, 1, 1)
    assert touched(DAY, 0, days, begins=begins) == tuple(Window(day, day) for day in days)
    assert touched(MONTH, 0, days, begins=begins) == (Window(date(2026, 8, 1), date(2026, 8, 31)), Window(date(2026, 9, 1), date(2026, 9, 30)))
    assert touched(QUARTER, 0, days, begins=begins) == (Window(date(2026, 7, 1), date(2026, 9, 30)),)


def test_windows_are_cut_to_the_time_of_the_clause() -> None:
    days = [date(2026, 8, 3), date(2026, 8, 12), date(2026, 9, 1)]
    assert touched(MONTH, 0, days, begins=date(2026, 8, 10), ends=date(2026, 8, 20)) == (Window(date(2026, 8, 10), date(2026, 8, 20)),)
    assert touched(MONTH, 0, days, begins=date(2026, 10, 1)) == ()


def test_five_trading_days_pass_over_the_weekend_and_labor_day() -> None:
    # 2026-09-07 is Labor Day. Back from Friday the 11th: 11, 10, 9, 8, then Friday the 4th.
    assert touched(ROLLING, 5, [date(2026, 9, 11)], begins=date(2026, 1, 1)) == (Window(date(2026, 9, 4), date(2026, 9, 11)),)


def test_february_and_december_end_where_they_end() -> None:
    assert [windows.period(MONTH, day).last for day in (date(2028, 2, 5), date(2026, 2, 5), date(2026, 12, 9))] == [
        date(2028, 2, 29), date(2026, 2, 28), date(2026, 12, 31),
    ]  # fmt: skip
    assert windows.period(QUARTER, date(2026, 12, 9)) == Window(date(2026, 10, 1), date(2026, 12, 31))


def test_windows_are_named_in_words() -> None:
    named = [
        Window(date(2026, 8, 1), date(2026, 8, 31)),
        Window(date(2026, 7, 1), date(2026, 9, 30)),
        Window(date(2026, 8, 3), date(2026, 8, 3)),
        Window(date(2026, 8, 3), date(2026, 8, 7)),
    ]
    assert [window.words for window in named] == ["2026-08", "Q3 2026", "2026-08-03", "2026-08-03 to 2026-08-07"]
