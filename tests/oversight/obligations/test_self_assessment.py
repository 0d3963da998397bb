"""The self-assessment: left and taken up, signed, its gaps by weight, on the calendar, compared with the one before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.obligations import assessing, assessment
from oversight.obligations.bank import ASSESSMENT, DONE, NOT_APPLICABLE, NOT_DONE, PARTLY
from oversight.obligations.models import Duty, SelfAssessment
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import at

Act = Callable[..., Actor]
ALL_DONE = {asked.key: (DONE, "") for asked in ASSESSMENT}


def finished(by: Actor, **given: tuple[str, str]) -> SelfAssessment:
    row = assessing.begin(by)
    assessing.answer(by, row, {**ALL_DONE, **given})
    return assessing.finish(by, row, statement="I answered to the best of my knowledge.")


def test_it_can_be_left_and_taken_up_again(compliance: Actor, actor: Act) -> None:
    row = assessing.begin(compliance)
    with pytest.raises(Refusal, match="going on already"):
        assessing.begin(actor("compliance", name="other"))
    assert assessing.answer(compliance, row, {"wsp": (DONE, ""), "pull": (NOT_DONE, "")}) == 2
    with at(10, 5):
        assert assessing.answer(compliance, row, {"wsp": (DONE, ""), "pull": (PARTLY, "Only for one vendor.")}) == 1
        assert {key: each.answer for key, each in assessment.answers(row).items()} == {"wsp": DONE, "pull": PARTLY}
        assert sum(area.answered for area in assessment.areas(row)) == 2
    assert Entry.objects.filter(subject_kind="self_answer").count() == 3


def test_it_is_signed_when_every_question_is_answered(compliance: Actor) -> None:
    row = assessing.begin(compliance)
    assessing.answer(compliance, row, {key: said for key, said in ALL_DONE.items() if key != "pull"})
    with pytest.raises(Refusal, match="not answered yet"):
        assessing.finish(compliance, row, statement="I answered.")
    assessing.answer(compliance, row, {"pull": (DONE, "")})
    with pytest.raises(Refusal, match="statement is missing"):
        assessing.finish(compliance, row, statement=" ")
    assessing.finish(compliance, row, statement="I answered.")
    with pytest.raises(Refusal, match="nothing in it changes any more"):
        assessing.answer(compliance, row, {"pull": (NOT_DONE, "")})


def test_who_answers_while_somebody_signs_is_told(compliance: Actor) -> None:
    row = assessing.begin(compliance)
    stale = SelfAssessment.objects.get(pk=row.pk)
    assessing.answer(compliance, row, ALL_DONE)
    assessing.finish(compliance, row, statement="I answered.")
    with pytest.raises(Refusal, match="finished it meanwhile"):
        assessing.answer(compliance, stale, {"pull": (NOT_DONE, "")})


@pytest.mark.parametrize(
    ("given", "words"), [((PARTLY, " "), "what is missing"), ((NOT_APPLICABLE, ""), "why it does not apply"), (("perhaps", ""), "no such")]
)
def test_words_are_wanted_where_it_is_not_plain(compliance: Actor, given: tuple[str, str], words: str) -> None:
    row = assessing.begin(compliance)
    with pytest.raises(Refusal, match=words):
        assessing.answer(compliance, row, {"wsp": (DONE, ""), "pull": given})
    assert row.answers.count() == 0


def test_gaps_come_by_weight_twice_where_nothing_is_done(compliance: Actor) -> None:
    # pull weighs 5: not done 5 × 2 = 10. wsp weighs 5: partly 5 × 1 = 5. committee weighs 4: not done 4 × 2 = 8. financials weighs 2: partly 2.
    row = finished(
        compliance, pull=(NOT_DONE, ""), wsp=(PARTLY, "Old."), committee=(NOT_DONE, ""), financials=(PARTLY, "No accounts."), bcp=(NOT_APPLICABLE, "No.")
    )
    told = [(gap.asked.key, gap.counts, gap.severity) for gap in assessment.gaps(row)]
    assert told == [("pull", 10, "high"), ("committee", 8, "high"), ("wsp", 5, "medium"), ("financials", 2, "low")]


def test_a_gap_is_due_by_its_weight_on_a_business_day(compliance: Actor) -> None:
    # From Th 1 October: weight 5 has 30 days, Sa 31 October, so Mo 2 November; weight 4 has 45, Su 15 November, so Mo 16; weight 2 has 90, We 30 December.
    row = finished(compliance, pull=(NOT_DONE, ""), committee=(NOT_DONE, ""), financials=(NOT_DONE, ""))
    assert [gap.due_on.isoformat() for gap in assessment.gaps(row)] == ["2026-11-02", "2026-11-16", "2026-12-30"]


def test_chosen_gaps_become_duties_with_a_day_once(compliance: Actor) -> None:
    row = finished(compliance, pull=(NOT_DONE, ""), wsp=(PARTLY, "Old."))
    assert assessment.unplanned() == row
    with pytest.raises(Refusal, match="is no gap"):
        assessing.plan(compliance, row, {"committee": date(2026, 11, 2)})
    with pytest.raises(Refusal, match="before today"):
        assessing.plan(compliance, row, {"pull": date(2026, 9, 30)})
    [made] = assessing.plan(compliance, row, {"pull": date(2026, 11, 2)})
    duty = Duty.objects.get()
    assert (duty.key, duty.title, duty.severity, duty.owner_role) == ("gap_pull", "Close the gap: Name them on the page of duties", "high", "supervisor")
    assert (made.due_on, assessment.unplanned(), row.planned_by) == (date(2026, 11, 2), None, compliance.key)
    with pytest.raises(Refusal, match="already"):
        assessing.plan(compliance, row, {"wsp": date(2026, 11, 2)})


def test_gaps_are_planned_after_the_signature(compliance: Actor) -> None:
    row = assessing.begin(compliance)
    assessing.answer(compliance, row, {"pull": (NOT_DONE, "")})
    with pytest.raises(Refusal, match="Sign the self-assessment first"):
        assessing.plan(compliance, row, {"pull": date(2026, 11, 2)})


def test_the_second_is_compared_with_the_first(compliance: Actor) -> None:
    first = finished(compliance, pull=(NOT_DONE, ""), wsp=(PARTLY, "Old."), bcp=(PARTLY, "Not tried."), committee=(DONE, ""))
    with at(4, 1, year=2027):
        second = finished(compliance, pull=(DONE, ""), wsp=(PARTLY, "Still old."), bcp=(NOT_DONE, ""), committee=(NOT_APPLICABLE, "One principal."))
    assert assessment.earlier(second) == first
    assert assessment.earlier(first) is None
    told = {asked.key: change for asked, _, _, change in assessment.changes(second, first) if change != "the same"}
    assert told == {"pull": "better", "bcp": "worse", "committee": "other"}


def test_one_that_was_given_up_needs_a_reason_and_is_compared_with_nothing(compliance: Actor) -> None:
    row = assessing.begin(compliance)
    with pytest.raises(Refusal, match="why is missing"):
        record.move(compliance, row, "abandon")
    record.move(compliance, row, "abandon", why="The firm changes its clearing; we begin anew after it.")
    assert (assessment.going(), assessment.finished().count()) == (None, 0)
    assessing.begin(compliance)


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "vendor_manager", "senior_manager", "auditor", "administrator", "vendor"])
def test_only_compliance_answers_and_signs(compliance: Actor, actor: Act, role: str) -> None:
    row, by = assessing.begin(compliance), actor(role)
    for act in (
        lambda: assessing.begin(by),
        lambda: assessing.answer(by, row, ALL_DONE),
        lambda: assessing.finish(by, row, statement="x"),
        lambda: assessing.plan(by, row, {}),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.is_forbidden
