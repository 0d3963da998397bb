"""Remediation cases, their notices and plans, then and now."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tests.oversight.cases.conftest import MONDAY, TUESDAY, Bench, Firm, bench, case, firm, on, week, workspace

from oversight.cases import actions
from oversight.cases.models import Case
from oversight.differences import actions as differences
from oversight.plans import actions as plans

from .conftest import beside

__all__ = ("Bench", "bench", "case", "firm", "week", "workspace")
FIRST, LAST = date(2026, 9, 28), date(2026, 9, 30)
THEN = datetime(2026, 10, 1, 13, tzinfo=UTC)
NOON = datetime(2026, 10, 5, 16, tzinfo=UTC)
"""12:00 in New York, on the Monday on which the notice is sent at 10:00."""


def test_a_case_and_its_notice_stand_as_the_record_has_them_at_that_instant(firm: Firm, case: Case) -> None:
    with on(MONDAY):
        sent = firm.sent(case)
    with on(TUESDAY):
        actions.answer(firm.outside, sent, answer="A setting of 12 August did it.")
        answered = "sent 2026-10-05 10:00 EDT, answered"
        assert beside("known-cases", FIRST, LAST, THEN) == [("Case 1: Flow to one venue", "opened", "notice given", "changed")]
        assert beside("known-notices", FIRST, LAST, THEN) == [("Notice 1.1: Flow to one venue", "not known", answered, "came later")]
        assert beside("known-notices", FIRST, LAST, NOON) == [
            ("Notice 1.1: Flow to one venue", "sent 2026-10-05 10:00 EDT, vendor's answer pending", answered, "changed")
        ]


def test_a_notice_that_nobody_sent_is_no_evidence_of_the_firm(firm: Firm, case: Case) -> None:
    firm.drafted(case, orders=["O2"])
    assert beside("known-notices", FIRST, LAST, THEN) == []


def test_a_case_opened_after_then_came_later(firm: Firm) -> None:
    with on(MONDAY):
        firm.case()
        assert beside("known-cases", FIRST, LAST, THEN) == [("Case 1: Flow to one venue", "not known", "opened", "came later")]


def test_a_case_is_about_the_days_of_its_differences(firm: Firm) -> None:
    of_may, of_september = (
        differences.identify(
            firm.analyst, title=f"Worse in month {month}", what="It is worse there.", first_on=date(2026, month, 1), last_on=date(2026, month, 28),
            vendor=firm.vendor, usd=Decimal(1240),
        )
        for month in (5, 9)
    )  # fmt: skip
    actions.add_difference(firm.compliance, firm.case(title="May"), of_may)
    actions.add_difference(firm.compliance, firm.case(title="September"), of_september)
    assert [row[0] for row in beside("known-cases", date(2026, 9, 28), LAST, THEN)] == ["Case 2: September"]
    assert [row[0] for row in beside("known-cases", date(2026, 5, 1), date(2026, 5, 1), THEN)] == ["Case 1: May"]


def test_a_case_about_no_difference_that_ended_before_the_days_is_not_of_them(firm: Firm, case: Case) -> None:
    with on(MONDAY):
        firm.skip(case, "steps")
        actions.close_early(firm.compliance, case, why="Nothing is left of it.")
    with on(TUESDAY):
        assert [row[2] for row in beside("known-cases", MONDAY, MONDAY, THEN)] == ["closed"]
        assert beside("known-cases", TUESDAY, TUESDAY, THEN) == []


def test_a_plan_is_known_from_the_day_on_which_it_was_asked_for(firm: Firm, case: Case) -> None:
    firm.answered(case)
    case.refresh_from_db()
    actions.investigate(firm.vm, case)
    firm.skip(case, "conclusion")
    actions.ask_plan(firm.vm, case)
    with on(MONDAY):
        plans.ask(firm.vm, case, "Say how the flow there ends.")
    with on(TUESDAY):
        title = "Corrective plan of case 1, version 1"
        assert beside("known-plans", FIRST, LAST, THEN) == [(title, "not known", "asked of the vendor", "came later")]
        assert beside("known-plans", FIRST, LAST, NOON) == [(title, "asked of the vendor", "asked of the vendor", "")]
