"""What happens between the presentation of a paper and the completion of its refresh: acknowledgements, questions, a paper taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move
from oversight.refreshes import actions
from oversight.refreshes.models import Acknowledgement, Refresh, SeniorQuestion

from .conftest import Firm

Act = Callable[..., Actor]


def test_nobody_acknowledges_before_it_is_presented(firm: Firm) -> None:
    row = firm.drafted()
    with pytest.raises(Refusal, match="the paper has not been presented"):
        actions.acknowledge(firm.senior, firm.of(row, firm.senior), words="Read.")


def test_each_acknowledges_in_their_own_account_and_in_words(firm: Firm) -> None:
    row = firm.presented()
    with pytest.raises(Refusal, match="somebody else's") as refusal:
        actions.acknowledge(firm.other, firm.of(row, firm.senior), words="For a colleague.")
    assert refusal.value.is_forbidden
    with pytest.raises(Refusal, match="words is missing"):
        actions.acknowledge(firm.senior, firm.of(row, firm.senior), words="  ")
    actions.acknowledge(firm.senior, firm.of(row, firm.senior), words="Read; I share the view.")
    one = row.acknowledgements.get(person=firm.senior.key)
    assert (one.state, one.acknowledged_by, one.sha256, one.acknowledged_at) == ("acknowledged", firm.senior.key, row.sha256, clock.now())
    assert Refresh.objects.get().state == "presented"


def test_it_is_completed_with_the_last_acknowledgement_and_files_the_signed_paper(firm: Firm) -> None:
    row = firm.completed()
    assert (row.state, row.completed_by, row.completed_on) == ("completed", "system:refresh", date(2026, 10, 1))
    assert row.signed_report is not None
    assert row.signed_report.sha256 != row.sha256
    assert store.read(row.signed_report.sha256).startswith(b"%PDF-")
    assert "holds until 2027-10-01" in [copy.notice.what for copy in Copy.objects.filter(to=firm.compliance.key)][-1]


def test_an_open_question_holds_completion_until_it_is_answered(firm: Firm) -> None:
    row = firm.presented()
    asked = actions.ask(firm.senior, row, "Why is the second site untested?")
    for by in (firm.senior, firm.other):
        actions.acknowledge(by, firm.of(row, by), words="Read.")
    assert Refresh.objects.get().state == "presented"
    with pytest.raises(Refusal, match="a question is open"):
        move(actions.COMPLETED_BY, Refresh.objects.get(), "complete")
    actions.answer(firm.vm, asked, answer="It is tested in November; the condition says so.")
    assert Refresh.objects.get().state == "completed"


def test_only_named_senior_managers_ask_and_only_of_a_presented_paper(firm: Firm, actor: Act) -> None:
    row = firm.drafted()
    with pytest.raises(Refusal, match="once the paper is presented"):
        actions.ask(firm.senior, row, "Why?")
    actions.present(firm.compliance, row)
    for by in (firm.vm, firm.compliance, actor("senior_manager", name="third")):
        with pytest.raises(Refusal, match="Only the senior managers named") as refusal:
            actions.ask(by, row, "Why?")
        assert refusal.value.is_forbidden
    with pytest.raises(Refusal, match="question is missing"):
        actions.ask(firm.senior, row, "  ")


def test_an_answer_is_read_by_who_asked_and_may_be_asked_for_again(firm: Firm) -> None:
    asked = actions.ask(firm.senior, firm.presented(), "Why?")
    actions.answer(firm.vm, asked, answer="Because.")
    with pytest.raises(Refusal, match="Only who asked") as refusal:
        actions.ask_again(firm.other, asked, why="Not enough.")
    assert refusal.value.is_forbidden
    actions.ask_again(firm.senior, asked, why="Because of what?")
    assert asked.state == "asked"
    with pytest.raises(Refusal, match="Only who asked"):
        actions.withdraw_question(firm.other, asked, why="x")
    actions.withdraw_question(firm.senior, asked, why="Cleared up by telephone.")
    assert SeniorQuestion.objects.get().state == "withdrawn"


def test_a_paper_taken_back_is_acknowledged_anew(firm: Firm) -> None:
    row = firm.presented()
    actions.acknowledge(firm.senior, firm.of(row, firm.senior), words="Read.")
    first = row.sha256
    actions.take_back(firm.compliance, row, why="The outage of September was left out.")
    assert (row.state, row.sha256, row.report) == ("gathered", "", None)
    assert sorted(Acknowledgement.objects.values_list("person", "state", "sha256")) == sorted(
        [(by.key, "superseded", first) for by in (firm.senior, firm.other)] + [(by.key, "named", "") for by in (firm.senior, firm.other)]
    )
    actions.write(firm.vm, row, assessment="With the outage.", recommendation="retain")
    move(firm.vm, row, "hand_in")
    actions.present(firm.compliance, row)
    assert row.sha256 not in ("", first)
    for by in (firm.senior, firm.other):
        actions.acknowledge(by, firm.of(row, by), words="Read again.")
    assert Refresh.objects.get().state == "completed"


def test_somebody_who_left_is_excused_but_never_the_last(firm: Firm) -> None:
    row = firm.presented()
    actions.acknowledge(firm.senior, firm.of(row, firm.senior), words="Read.")
    actions.excuse(firm.compliance, firm.of(row, firm.other), why="Left the firm on 30 September.")
    assert Refresh.objects.get().state == "completed"


def test_the_last_senior_manager_is_not_excused(firm: Firm) -> None:
    row = firm.presented()
    actions.excuse(firm.compliance, firm.of(row, firm.other), why="Left the firm.")
    with pytest.raises(Refusal, match="nobody would be left"):
        actions.excuse(firm.compliance, firm.of(row, firm.senior), why="Left, too.")
