"""Days on which something is owed, by hand from the calendar.

October 2026 begins on a Thursday:  Th 1, Fr 2, Mo 5, Tu 6, We 7 … Fr 30, Sa 31.  November begins on a Sunday; Thanksgiving is Th 26.
Market holidays used here: Labor Day Mo 2026-09-07, Thanksgiving Th 2026-11-26, Christmas Fr 2026-12-25, New Year Fr 2027-01-01,
Martin Luther King Day Mo 2027-01-18, Good Friday 2027-03-26, Juneteenth observed Fr 2027-06-18.
Columbus Day Mo 2026-10-12 and Veterans Day We 2026-11-11 are business days.
"""

from __future__ import annotations

from datetime import date

import pytest

from oversight.obligations import bank, shipped
from oversight.obligations.recurrence import (
    AFTER,
    BEFORE,
    DAYS,
    MONTH,
    MONTHS,
    QUARTER,
    RAISED,
    STAYS,
    TRADING_DAY,
    WEEK,
    YEAR,
    Rule,
    business_day,
    business_days_between,
    due,
    fallen,
    periods,
)


def on(text: str) -> date:
    return date.fromisoformat(text)


def found(rule: Rule, first: str, last: str) -> list[tuple[str, str]]:
    return [(period.key, period.due_on.isoformat()) for period in periods(rule, on(first), on(last))]


def test_five_business_days_after_a_months_end() -> None:
    # September ends We 30; then Th 1, Fr 2, Mo 5, Tu 6, We 7. October ends Sa 31; then Mo 2, Tu 3, We 4, Th 5, Fr 6.
    # November ends Mo 30; then Tu 1 … Mo 7. December ends Th 31; Fr 1 is New Year; then Mo 4, Tu 5, We 6, Th 7, Fr 8.
    assert found(Rule(MONTH, 5), "2026-10-01", "2027-01-31") == [
        ("2026-09", "2026-10-07"), ("2026-10", "2026-11-06"), ("2026-11", "2026-12-07"), ("2026-12", "2027-01-08"),
    ]  # fmt: skip


def test_columbus_day_and_veterans_day_are_business_days_of_the_exchange() -> None:
    # After Fr 9 October: Mo 12 is Columbus Day, open. After Tu 10 November: We 11 is Veterans Day, open.
    assert (business_day(on("2026-10-09"), 1), business_day(on("2026-11-10"), 1)) == (on("2026-10-12"), on("2026-11-11"))


def test_thanksgiving_and_good_friday_are_not() -> None:
    assert (business_day(on("2026-11-25"), 1), business_day(on("2027-03-25"), 1)) == (on("2026-11-27"), on("2027-03-29"))


def test_the_routing_report_is_due_within_one_month_of_the_quarters_end_on_the_business_day_before() -> None:
    # Q3 ends 30 September, one month on is the month's last day, Sa 31 October: Fr 30. Q4 → Su 31 January 2027: Fr 29.
    # Q1 → Fr 30 April. Q2 → Sa 31 July: Fr 30.
    assert found(shipped.MONTH_AFTER_QUARTER, "2026-10-01", "2027-08-31") == [
        ("2026Q3", "2026-10-30"), ("2026Q4", "2027-01-29"), ("2027Q1", "2027-04-30"), ("2027Q2", "2027-07-30"),
    ]  # fmt: skip


def test_the_monthly_605_report_is_due_by_the_end_of_the_month_after() -> None:
    # August → We 30 September. September → Sa 31 October: Fr 30. October → Mo 30 November. January 2027 → Su 28 February: Fr 26.
    rule = shipped.BY_KEY["rule605_monthly"].rule
    assert found(rule, "2026-09-15", "2026-11-30") == [("2026-08", "2026-09-30"), ("2026-09", "2026-10-30"), ("2026-10", "2026-11-30")]
    assert due(rule, on("2027-01-31")) == on("2027-02-26")


def test_a_weekly_duty_counts_from_sunday() -> None:
    # Week 40 is Mo 28 September to Su 4 October: Mo 5, Tu 6. The week of Labor Day's eve, 31 August to Su 6 September: Mo 7 is closed; Tu 8, We 9.
    rule = Rule(WEEK, 2)
    assert found(rule, "2026-10-01", "2026-10-13") == [("2026-W40", "2026-10-06"), ("2026-W41", "2026-10-13")]
    assert due(rule, on("2026-09-06")) == on("2026-09-09")


def test_every_trading_day_skips_weekends_and_holidays() -> None:
    # Two business days after: We 25 → Fr 27, Mo 30 (Th 26 closed); Fr 27 → Mo 30, Tu 1.
    assert found(Rule(TRADING_DAY, 2), "2026-11-27", "2026-12-01") == [
        ("2026-11-24", "2026-11-27"), ("2026-11-25", "2026-11-30"), ("2026-11-27", "2026-12-01"),
    ]  # fmt: skip


def test_a_year_may_end_with_any_month() -> None:
    # The year to September ends We 30 September 2026 and Th 30 September 2027; the calendar year Th 31 December 2026.
    assert found(Rule(YEAR, 0, DAYS, year_ends=9), "2026-09-01", "2027-12-01") == [("year to 2026-09", "2026-09-30"), ("year to 2027-09", "2027-09-30")]
    assert found(Rule(YEAR, 0, DAYS), "2026-09-01", "2027-06-01") == [("2026", "2026-12-31")]
    [period] = periods(Rule(YEAR, 0, DAYS, year_ends=9), on("2026-09-01"), on("2026-10-01"))
    assert (period.begins_on, period.ends_on) == (on("2025-10-01"), on("2026-09-30"))


def test_three_months_after_the_year_is_the_last_of_march() -> None:
    assert found(Rule(YEAR, 3, MONTHS), "2027-01-01", "2027-12-01") == [("2026", "2027-03-31")]


@pytest.mark.parametrize(("falls", "day"), [(BEFORE, "2026-12-24"), (AFTER, "2026-12-28"), (STAYS, "2026-12-25")])
def test_a_day_on_a_holiday_moves_as_the_rule_says(falls: str, day: str) -> None:
    assert fallen(on("2026-12-25"), falls) == on(day)


def test_nothing_is_owed_of_a_duty_that_is_raised_by_hand_or_of_an_empty_span() -> None:
    assert found(Rule(RAISED), "2026-01-01", "2027-01-01") == []
    assert found(Rule(QUARTER, 30), "2026-10-02", "2026-10-01") == []


def test_thirty_business_days_after_the_quarter() -> None:
    # October 2026 has 22 business days (Th 1 to Fr 30), so eight more in November: Mo 2 to We 11.
    assert due(Rule(QUARTER, 30), on("2026-09-30")) == on("2026-11-11")


def test_no_period_is_passed_over_however_the_span_is_cut() -> None:
    for rule in (Rule(TRADING_DAY, 2), Rule(WEEK, 2), Rule(MONTH, 10), Rule(QUARTER, 45), Rule(YEAR, 3, MONTHS), Rule(MONTH, 20, DAYS, AFTER)):
        whole = found(rule, "2026-01-01", "2027-12-31")
        cut = found(rule, "2026-01-01", "2026-08-13") + found(rule, "2026-08-14", "2026-11-26") + found(rule, "2026-11-27", "2027-12-31")
        assert cut == whole
        assert len({key for key, _ in whole}) == len(whole)


def test_business_days_late() -> None:
    # From We 7 October: Th 8, Fr 9, Mo 12 (Columbus Day, open) are three; the same day and the weekend add none.
    assert [business_days_between(on("2026-10-07"), on(text)) for text in ("2026-10-07", "2026-10-08", "2026-10-12", "2026-10-06")] == [0, 1, 3, 0]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(MONTH, 5), "monthly, within 5 business days of the month's end"),
        (shipped.MONTH_AFTER_QUARTER, "quarterly, within 1 month of the quarter's end"),
        (Rule(YEAR, 0, DAYS, year_ends=6), "yearly, by the end of June"),
        (Rule(RAISED), "when it is raised"),
    ],
)
def test_a_rule_says_itself_in_words(rule: Rule, words: str) -> None:
    assert rule.spoken == words


def test_everything_that_is_shipped_hangs_together() -> None:
    from oversight.citations import BY_KEY
    from oversight.obligations.lifecycle import DOERS
    from oversight.obligations.proofs import BY_KEY as ACTS

    endings = {"daily": "trading_day", "monthly": "month", "quarterly": "quarter", "yearly": "year", "request": "raised"}
    assert [kind.key for kind in shipped.KINDS if endings.get(kind.key.rpartition("_")[2], kind.rule.every) != kind.rule.every] == []
    cited = [cite for each in (*bank.PROFILE, *bank.ASSESSMENT, *shipped.KINDS) for cite in each.cites]
    assert [cite for cite in cited if cite not in BY_KEY] == []
    assert all(each.cites for each in (*bank.PROFILE, *bank.ASSESSMENT, *shipped.KINDS))
    switched = {key for asked in bank.PROFILE for keys in asked.switches.values() for key in keys}
    assert switched == set(shipped.BY_KEY)
    assert all(set(asked.switches) <= set(asked.titles) for asked in bank.PROFILE)
    assert all(set(asked.bounds) in (set(), {key for key, _ in asked.choices}) for asked in bank.PROFILE)
    assert [kind.key for kind in shipped.KINDS if {kind.owner, kind.deputy} - set(DOERS) or kind.owner == kind.deputy] == []
    assert [kind.key for kind in shipped.KINDS if kind.proof == shipped.ACT and kind.act not in ACTS] == []
    assert len({asked.key for asked in bank.ASSESSMENT}) == len(bank.ASSESSMENT) >= 40
    assert {asked.area for asked in bank.ASSESSMENT} == set(bank.ASSESSMENT_AREAS)
    assert {asked.area for asked in bank.PROFILE} == set(bank.PROFILE_AREAS)
    assert {asked.weight for asked in bank.ASSESSMENT} <= set(bank.DAYS_TO_CLOSE)
