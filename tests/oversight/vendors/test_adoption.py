"""A router that was live before the desk came: adopted by two people until a day, overdue after it, and live by the rules once everything is met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record import actions as record
from oversight.refreshes.lapsing import lapse
from oversight.vendors import actions, leave, past, todo
from oversight.vendors.models import Vendor

from .conftest import Firm
from .test_register import assessed, ready

UNTIL, WHY = date(2026, 12, 31), "It has routed for the firm since January."
DAY_AFTER = datetime(2027, 1, 1, 14, tzinfo=UTC)


def asked(firm: Firm) -> Vendor:
    """A vendor with an arrangement from before the desk, proposed to be adopted."""
    row = firm.vendor()
    firm.arranged(row)
    return actions.propose_adoption(firm.vm, row, adopted_until=UNTIL, why=WHY)


def adopted(firm: Firm) -> Vendor:
    return actions.adopt(firm.compliance, asked(firm), why="Until the end of the year.")


def test_it_is_proposed_by_one_and_decided_by_another_who_may_be_a_senior_manager(firm: Firm, person: Callable[..., Account]) -> None:
    senior = person("senior_manager")
    row = asked(firm)
    assert row.state == "candidate"
    assert [copy.notice.what for copy in Copy.objects.filter(to=senior.key)] == [
        "Vendor A was live before the desk came: whether it stays so until 2026-12-31 waits for your decision."
    ]
    with pytest.raises(Refusal, match="only compliance or senior manager may do this"):
        actions.adopt(firm.vm, row, why="Yes.")
    assert actions.adopt(Actor(senior.key, senior.roles), row, why="Yes.").state == "adopted"


def test_whoever_proposed_it_does_not_decide_on_it(firm: Firm) -> None:
    row = firm.vendor()
    firm.arranged(row)
    actions.propose_adoption(firm.compliance, row, adopted_until=UNTIL, why=WHY)
    for name in ("adopt", "refuse_adoption"):
        with pytest.raises(Refusal, match="nobody approves their own work"):
            record.move(firm.compliance, row, name, why="Yes.")


def test_a_candidate_that_never_routed_is_not_adopted(firm: Firm) -> None:
    row = firm.vendor()
    firm.arranged(row, from_on=clock.today())
    with pytest.raises(Refusal, match="it did not route for the firm before this desk"):
        actions.propose_adoption(firm.vm, row, adopted_until=UNTIL, why=WHY)
    with pytest.raises(Refusal, match="nobody proposes to adopt it"):
        actions.adopt(firm.compliance, row, why="Yes.")


@pytest.mark.parametrize(("until", "said"), [(date(2026, 9, 30), "by a day from today on"), (date(2027, 3, 31), "by 2027-03-30 at the latest")])
def test_its_day_is_ahead_and_within_180_days(firm: Firm, until: date, said: str) -> None:
    # 1 October 2026 + 180 days: 30 of October, 30 November, 31 December, 31 January, 28 February make 150; 30 March is day 180
    row = firm.vendor()
    firm.arranged(row)
    with pytest.raises(Refusal, match=said):
        actions.propose_adoption(firm.vm, row, adopted_until=until, why=WHY)


def test_a_refused_proposal_is_gone_until_another_is_made(firm: Firm) -> None:
    row = asked(firm)
    with clock.stated(datetime(2026, 10, 1, 13, tzinfo=UTC)):
        record.move(firm.compliance, row, "refuse_adoption", why="Stop the flow instead.")
        with pytest.raises(Refusal, match="nobody proposes to adopt it"):
            actions.adopt(firm.compliance, row, why="Yes.")
    with clock.stated(datetime(2026, 10, 1, 14, tzinfo=UTC)):
        actions.propose_adoption(firm.vm, row, adopted_until=date(2026, 10, 30), why="For one month.")
        assert actions.adopt(firm.compliance, row, why="Yes.").adopted_until == date(2026, 10, 30)


def test_an_adopted_router_may_route_and_its_page_says_without_what(firm: Firm, browser: Callable[..., Client]) -> None:
    row = adopted(firm)
    client = browser("auditor")
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Live without an accepted test report · adopted until 2026-12-31." in page
    assert "What ends its adoption" in page
    assert "adopted until 2026-12-31" in client.get("/vendors/").content.decode()
    assert leave.without_leave() == []


def test_the_day_after_it_is_overdue_in_red_and_on_the_lists_of_those_who_answer_for_it(
    firm: Firm, person: Callable[..., Account], browser: Callable[..., Client]
) -> None:
    row = adopted(firm)
    people = [person(role, name=f"another {role}") for role in ("compliance", "senior_manager", "vendor_manager", "supervisor")]
    words = "adopted vendors are past the day by which their diligence was to be done"
    with clock.stated(datetime(2026, 12, 31, 20, tzinfo=UTC)):
        assert [sum(task.number for task in todo.tasks(each) if task.what == words) for each in people] == [0, 0, 0, 0]
    with clock.stated(DAY_AFTER):
        assert [sum(task.number for task in todo.tasks(each) if task.what == words and task.is_urgent) for each in people] == [1, 1, 1, 0]
        page = browser("auditor").get(row.get_absolute_url()).content.decode()
    assert "adopted until 2026-12-31, which has passed." in page
    assert '<span class="tag late">adopted</span>' in page


def test_it_is_live_by_the_rules_once_everything_is_met_and_not_before(firm: Firm) -> None:
    row = firm.vendor()
    ready(firm, row)
    actions.adopt(firm.compliance, actions.propose_adoption(firm.vm, row, adopted_until=UNTIL, why=WHY), why="Yes.")
    with pytest.raises(Refusal, match="its due diligence is not approved"):
        record.move(firm.compliance, row, "regularize")
    assessed(row)
    record.move(firm.compliance, row, "regularize")
    assert [stay.state for stay in past.stays(row.pk)] == ["candidate", "adopted", "live"]


def test_it_is_stopped_like_any_router_and_goes_back_only_while_its_day_is_ahead(firm: Firm) -> None:
    row = adopted(firm)
    actions.suspend(firm.supervisor, row, why="Its gateway does not answer.")
    for name in ("resume", "resume_pilot"):
        with pytest.raises(Refusal, match="it was"):
            record.move(firm.compliance, row, name, why="It answers.")
    with clock.stated(DAY_AFTER), pytest.raises(Refusal, match="has passed"):
        actions.resume_adopted(firm.compliance, row, why="It answers.")
    assert actions.resume_adopted(firm.compliance, row, why="It answers.").state == "adopted"


def test_the_desk_suspends_it_for_an_approval_that_ran_out_and_not_for_one_that_was_never_given(firm: Firm) -> None:
    adopted(firm)
    with clock.stated(DAY_AFTER):
        assert lapse().suspended == ()
