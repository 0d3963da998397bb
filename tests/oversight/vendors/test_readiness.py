"""What going live needs: test reports that add up, market access held by a broker-dealer, exit plans that were tried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.record import actions as record
from oversight.vendors import actions
from oversight.vendors.models import Vendor

from .conftest import PLAN, Firm


def test_a_report_is_accepted_by_somebody_else(firm: Firm, vendor: Vendor, actor: Callable[..., Actor]) -> None:
    both = actor("supervisor", "analyst", name="both")
    row = actions.file_test_report(
        both, vendor, report=firm.filed(), suite="s", release="1", tested_on=date(2026, 9, 1), scenarios_run=1, scenarios_passed=1, scenarios_failed=0
    )
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(both, row, "accept")
    assert not vendor.has_test_report
    record.move(firm.compliance, row, "accept")
    assert vendor.has_test_report


def test_failed_scenarios_are_explained_before_they_are_accepted(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal, match="nothing explains them"):
        record.move(firm.compliance, firm.tested(vendor, failed=2), "accept")
    record.move(firm.compliance, firm.tested(vendor, failed=2, explained="Two venues were down; rerun on 17 September passed."), "accept")


@pytest.mark.parametrize(
    ("counts", "said"),
    [((10, 5, 4), "5 passed and 4 failed are not 10 run"), ((0, 0, 0), "are not 0 run"), ((1, 2, -1), "are not 1 run")],
)
def test_counts_add_up(firm: Firm, vendor: Vendor, counts: tuple[int, int, int], said: str) -> None:
    run, passed, failed = counts
    with pytest.raises(Refusal, match=said):
        actions.file_test_report(
            firm.analyst, vendor, report=firm.filed(), suite="s", release="1", tested_on=date(2026, 9, 1),
            scenarios_run=run, scenarios_passed=passed, scenarios_failed=failed,
        )  # fmt: skip


def test_control_held_by_a_vendor_that_is_no_broker_is_never_confirmed(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal, match="direct and exclusive control of the broker-dealer"):
        actions.confirm_access(firm.compliance, firm.stated(vendor, "vendor"))
    assert not vendor.has_access_control


def test_a_later_statement_takes_the_place_of_the_one_before(firm: Firm, vendor: Vendor) -> None:
    first, second = firm.stated(vendor), firm.stated(vendor, "firm")
    actions.confirm_access(firm.compliance, first)
    actions.confirm_access(firm.supervisor, second)
    first.refresh_from_db()
    assert (first.state, second.state, vendor.has_access_control) == ("superseded", "confirmed", True)


def test_who_may_not_confirm_supersedes_nothing(firm: Firm, vendor: Vendor) -> None:
    first, second = firm.stated(vendor), firm.stated(vendor, "firm")
    actions.confirm_access(firm.compliance, first)
    with pytest.raises(Refusal):
        actions.confirm_access(firm.vm, second)
    first.refresh_from_db()
    assert first.state == "confirmed"


def test_an_exit_plan_without_a_tested_fallback_is_approved_and_lets_nobody_live(firm: Firm, vendor: Vendor) -> None:
    firm.left_by_plan(vendor, is_tested=False)
    assert not vendor.has_exit_plan
    firm.left_by_plan(vendor)
    assert vendor.has_exit_plan


def test_two_drafts_on_one_base_are_not_both_approved(firm: Firm, vendor: Vendor) -> None:
    one, two = firm.planned(vendor), firm.planned(vendor, notice_days_ours=10)
    for plan in (one, two):
        actions.propose_plan(firm.vm, plan)
    actions.approve_plan(firm.compliance, one)
    with pytest.raises(Refusal, match="another version was approved since it was drafted"):
        actions.approve_plan(firm.compliance, two)
    third = firm.planned(vendor)
    assert (third.base_id, third.number) == (one.pk, 3)
    actions.approve_plan(firm.compliance, actions.propose_plan(firm.vm, third))
    one.refresh_from_db()
    assert one.state == "superseded"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"fallback_words": ""}, "Name the fallback"),
        ({"fallback_tested_on": date(2026, 9, 1)}, "give both, or neither"),
        ({"fallback_tested_on": date(2026, 10, 2)}, "tested in the future"),
        ({"steps": [{"what": "x", "role": "nobody", "days": 1}]}, "by which role of the firm"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(firm: Firm, vendor: Vendor, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        actions.draft_plan(firm.vm, vendor, **{**PLAN, **facts})


def test_a_vendor_is_not_its_own_fallback(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal, match="cannot be its own fallback"):
        actions.draft_plan(firm.vm, vendor, **{**PLAN, "fallback_vendor": vendor})


def test_what_makes_an_approved_plan_worth_less_is_said(firm: Firm, vendor: Vendor) -> None:
    other = firm.vendor("vendor_b")
    plan = firm.left_by_plan(vendor, fallback_vendor=other, fallback_tested_on=date(2025, 9, 30), relook_on=date(2026, 9, 30))
    record.move(firm.compliance, other, "decline", why="too slow")
    plan.refresh_from_db()
    assert plan.warnings == [
        "the fallback was last tested on 2025-09-30, more than a year ago", "its fallback Vendor B is declined", "the next look at it was due on 2026-09-30",
    ]  # fmt: skip


def test_a_plan_without_a_step_is_not_proposed(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal, match="it has no step yet"):
        actions.propose_plan(firm.vm, firm.planned(vendor, steps=[]))


def test_nobody_goes_on_with_anothers_draft(firm: Firm, vendor: Vendor, actor: Callable[..., Actor]) -> None:
    with pytest.raises(Refusal, match="somebody else's draft"):
        actions.revise_plan(actor("vendor_manager", name="another"), firm.planned(vendor), **PLAN)
