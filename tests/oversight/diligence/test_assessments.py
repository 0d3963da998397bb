"""An assessment from its beginning to its approval: each move, each refusal, what stands in the way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from oversight import clock
from oversight.actor import Actor
from oversight.diligence import actions, answering, bank, judging, queries, scoring
from oversight.diligence.checklist import blocks
from oversight.diligence.models import Answer, AnswerTest, Assessment, Given, QuestionForm, Score
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import DUE, FIRST, LAST, QUESTIONS, Stage, refused


def test_an_assessment_is_approved_after_answers_scores_tests_and_a_second_decision(stage: Stage) -> None:
    row = stage.approved()
    assert (row.state, row.valid_until) == ("approved", date(2027, 10, 1)), "365 days after 2026-10-01"
    verbs = list(Entry.objects.filter(subject_kind="assessment").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["begin", "send", "submit", "draw", "seed", "score", "propose", "approve"]
    assert queries.approved(stage.alpha) == row


def test_every_question_of_the_form_is_laid_out_in_order(stage: Stage) -> None:
    row = stage.drafted()
    assert [(answer.question_id, answer.weight, answer.is_gate) for answer in row.answers.all()] == [
        ("ACC-1", 3, True), ("ACC-2", 2, False), ("ACC-3", 1, False), ("QUA-1", 2, False), ("QUA-2", 2, False), ("QUA-3", 1, False),
    ]  # fmt: skip
    assert row.form.asked == QUESTIONS


def test_a_form_of_one_area_asks_every_gate_besides(stage: Stage) -> None:
    row = stage.drafted(areas=["quality"])
    assert [question.id for question in row.form.asked] == ["ACC-1", "QUA-1", "QUA-2", "QUA-3"]
    assert refused(lambda: stage.drafted(stage.vendor("beta")[0], areas=["nonsense"])) == "There is no area nonsense in the bank of questions."


def test_the_form_stays_as_it_was_asked_when_the_bank_changes(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    row = stage.drafted()
    monkeypatch.setattr(bank, "QUESTIONS", QUESTIONS[1:])
    again = Assessment.objects.get(pk=row.pk)
    assert [question.id for question in again.form.asked] == [question.id for question in QUESTIONS]
    stage.drafted(stage.vendor("beta")[0])
    assert QuestionForm.objects.count() == 2


def test_the_same_questions_are_one_form(stage: Stage) -> None:
    stage.drafted()
    stage.drafted(stage.vendor("beta")[0])
    assert QuestionForm.objects.count() == 1


def test_one_vendor_is_under_one_assessment_at_a_time(stage: Stage) -> None:
    row = stage.drafted()
    assert refused(stage.drafted) == "Alpha Router LLC is under assessment already. Finish that one, or withdraw it."
    move(stage.manager, row, "withdraw", why="the wrong period")
    assert stage.drafted().state == "drafted"


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_only_who_keeps_the_vendor_file_begins_one(stage: Stage, role: str) -> None:
    account = stage.person(role, name="another")
    with pytest.raises(Refusal) as refusal:
        actions.begin(Actor(account.key, account.roles), vendor=stage.alpha, first_on=FIRST, last_on=LAST)
    assert refusal.value.is_forbidden


def test_a_period_that_ends_before_it_begins_is_refused(stage: Stage) -> None:
    assert refused(lambda: actions.begin(stage.manager, vendor=stage.alpha, first_on=LAST, last_on=FIRST)).startswith("The period would end before")


def test_a_questionnaire_that_nobody_can_answer_is_not_sent(stage: Stage) -> None:
    account = stage.person("vendor", name="of gamma", vendor="gamma")
    row = stage.drafted()
    stage.alpha.assessments.get()
    outside = answering.accounts.person(stage.outside.key)
    assert outside is not None
    from oversight.accounts.actions import close_account
    from oversight.actor import automated

    close_account(automated("test"), outside, why="left")
    assert "this vendor has no open outside account" in refused(lambda: actions.send(stage.manager, row, due_on=DUE))
    assert account.is_active


def test_answers_are_not_due_in_the_past(stage: Stage) -> None:
    assert refused(lambda: actions.send(stage.manager, stage.drafted(), due_on=date(2026, 9, 30))) == "The day on which answers are due lies behind us."


def test_who_answers_is_told_when_it_is_sent(stage: Stage) -> None:
    row = stage.sent()
    told = [(copy.to, copy.notice.what, copy.notice.url) for copy in Copy.objects.select_related("notice")]
    assert told == [(stage.outside.key, "A questionnaire waits for your answers until 2026-10-15", f"/diligence/questionnaires/{row.pk}/")]


def test_the_score_is_exact_and_its_arithmetic_is_shown(stage: Stage) -> None:
    row = stage.reviewed(ACC_2=3, QUA_1=1, QUA_2=2)
    made = queries.score_of(row)
    # access: 3×4÷4 + 2×3÷4 + 1×4÷4 = 3 + 1.5 + 1 = 5.5 of 6; quality: 2×1÷4 + 2×2÷4 + 1×4÷4 = 0.5 + 1 + 1 = 2.5 of 5; whole: 8 of 11
    assert [(total.earned, total.possible) for total in (*made.areas.values(), made.whole)] == [
        (Decimal("5.5"), Decimal(6)), (Decimal("2.5"), Decimal(5)), (Decimal(8), Decimal(11)),
    ]  # fmt: skip
    assert (made.whole.percent, made.whole.arithmetic) == ("72.7 %", "8 of 11"), "8 ÷ 11 = 0.72727…"
    assert [line.part.arithmetic for line in queries.answers_of(row)][:2] == ["3 × 4 ÷ 4 = 3", "2 × 3 ÷ 4 = 1.5"]
    assert queries.scores([row.pk])[row.pk] == made.whole, "the list counts the same in the database"


def test_what_is_not_scored_is_in_neither_side_of_the_score(stage: Stage) -> None:
    row = stage.submitted()
    judging.score(stage.analyst, stage.answer(row, "QUA-1"), 2, "no document")
    made = queries.score_of(row).whole
    assert (made.earned, made.possible, made.scored, made.asked, made.is_whole) == (Decimal(1), Decimal(2), 1, 6, False), "2 × 2 ÷ 4 = 1 of 2"
    assert queries.score_of(row).areas["access"].share is None


@pytest.mark.parametrize(
    ("question", "value", "has_answer", "expected"),
    [
        ("ACC-1", "yes", True, (4, "“yes” scores fully.")), ("ACC-1", "no", True, (0, "“no” is not what is asked for.")),
        ("QUA-2", "national", True, (4, "“national” scores fully.")), ("QUA-2", "own", True, None), ("ACC-2", "14", True, None), ("QUA-3", "", True, None),
        ("QUA-3", "", False, (0, "There is no answer.")),
    ],
)  # fmt: skip
def test_an_answer_suggests_its_points_where_the_question_knows_the_good_one(
    question: str, value: str, has_answer: bool, expected: tuple[int, str] | None
) -> None:
    asked = next(each for each in QUESTIONS if each.id == question)
    assert scoring.proposed(asked, value, has_answer=has_answer) == expected


def test_suggested_points_are_taken_at_once_and_leave_the_rest_to_a_person(stage: Stage) -> None:
    row = stage.submitted()
    assert judging.take_proposals(stage.analyst, row) == 2, "ACC-1 and QUA-2"
    assert [(score.points, score.is_proposed) for score in Score.objects.all()] == [(4, True), (4, True)]
    assert judging.take_proposals(stage.analyst, row) == 0


def test_less_than_full_points_need_a_reason(stage: Stage) -> None:
    row = stage.submitted()
    assert refused(lambda: judging.score(stage.analyst, stage.answer(row, "ACC-2"), 3)) == "Say why it has less than full points."
    assert refused(lambda: judging.score(stage.analyst, stage.answer(row, "ACC-2"), 5)) == "Points go from 0 to 4."


def test_a_score_is_changed_and_the_record_keeps_both(stage: Stage) -> None:
    row = stage.submitted()
    judging.score(stage.analyst, stage.answer(row, "ACC-2"), 3, "one missing")
    judging.score(stage.analyst, stage.answer(row, "ACC-2"), 2, "two missing")
    assert [score.points for score in Score.objects.all()] == [2]
    assert '"points":[3,2]' in Entry.objects.filter(subject_kind="score").latest("seq").body


def test_a_gate_that_is_not_passed_refuses_approval_whatever_the_score(stage: Stage) -> None:
    row = stage.proposed(stage.submitted(ACC_1="no"))
    assert queries.score_of(row).whole.percent == "100.0 %"
    assert refused(lambda: actions.approve(stage.compliance, row)) == (
        "It cannot be approved yet: gate ACC-1 is not passed: the answer is “no”, and what passes is “yes”."
    )


@pytest.mark.parametrize(("points", "passes"), [(4, True), (3, True), (2, False), (0, False)])
def test_a_gate_needs_three_points_of_four(stage: Stage, points: int, passes: bool) -> None:
    row = stage.reviewed(ACC_1=points)
    assert [words for words in blocks(row) if "gate" in words] == (
        [] if passes else [f"gate ACC-1 is not passed: it has {points} of 4 points, and 3 pass: not shown"]
    )


def test_a_gate_without_an_answer_is_not_passed(stage: Stage) -> None:
    row = stage.sent()
    stage.say(row)
    gate = stage.answer(row, "ACC-1")
    answering.draft(stage.outside, gate, seen=gate.revision, reason="Counsel has not agreed.")
    answering.submit(stage.outside, row)
    assert [words for words in blocks(row) if "gate" in words] == ["gate ACC-1 is not passed: there is no answer: Counsel has not agreed."]


def test_the_move_itself_refuses_what_the_list_blocks(stage: Stage) -> None:
    row = stage.proposed(stage.submitted(ACC_1="no"))
    assert refused(lambda: move(stage.compliance, row, "approve", valid_until=date(2027, 1, 1))) == (
        "Approve: something blocks it; the list on its page says what."
    )


def test_evidence_that_expires_between_draft_and_approval_refuses_it_by_name(stage: Stage) -> None:
    row = stage.sent()
    answer = stage.answer(row, "QUA-3")
    evidence.file(stage.outside, "soc.txt", b"report", title="SOC 2 report", expires_on=date(2026, 10, 1), subject=answer.subject)
    stage.say(row)
    answering.submit(stage.outside, row)
    stage.proposed(row)
    with clock.stated(datetime(2026, 10, 2, 14, tzinfo=UTC)):
        said = refused(lambda: actions.approve(stage.compliance, row))
        assert said == "It cannot be approved yet: “SOC 2 report” beside QUA-3 expired on 2026-10-01."
    assert actions.approve(stage.compliance, row).state == "approved", "on its last day it still holds"


def test_a_file_that_a_later_one_stands_in_for_blocks_nothing(stage: Stage) -> None:
    row = stage.sent()
    answer = stage.answer(row, "QUA-3")
    spent = evidence.file(stage.outside, "soc.txt", b"report", title="SOC 2 report", expires_on=date(2026, 9, 1), subject=answer.subject)
    evidence.file(stage.outside, "soc.txt", b"next report", title="SOC 2 report, next", expires_on=date(2027, 9, 1), subject=answer.subject, supersedes=spent)
    stage.say(row)
    answering.submit(stage.outside, row)
    assert [words for words in blocks(row) if "expired" in words] == []


def test_who_scored_an_answer_does_not_approve(stage: Stage) -> None:
    row = stage.reviewed()
    judging.score(stage.compliance, stage.answer(row, "QUA-3"), 3, "a gap")
    move(stage.analyst, row, "score")
    actions.propose(stage.manager, row, "Approve it.")
    assert refused(lambda: actions.approve(stage.compliance, row)) == "Approve: nobody approves their own work, and you scored an answer of it."
    other = stage.person("compliance", name="other compliance")
    assert actions.approve(Actor(other.key, other.roles), row).approved_by == other.key


def test_who_began_or_proposed_it_does_not_approve(stage: Stage) -> None:
    both = stage.person("vendor_manager", "compliance", name="both")
    by = Actor(both.key, both.roles)
    row = stage.reviewed()
    move(stage.analyst, row, "score")
    actions.propose(by, row, "Approve it.")
    assert "nobody approves their own work" in refused(lambda: actions.approve(by, row))


@pytest.mark.parametrize(
    ("until", "is_allowed"), [(date(2027, 10, 1), True), (date(2027, 10, 2), False), (date(2026, 10, 1), False), (date(2026, 10, 2), True)]
)
def test_an_approval_runs_365_days_at_most(stage: Stage, until: date, is_allowed: bool) -> None:
    row = stage.proposed()
    if is_allowed:
        assert actions.approve(stage.compliance, row, until).valid_until == until
    else:
        assert refused(lambda: actions.approve(stage.compliance, row, until)) == "An approval runs from tomorrow to 2027-10-01 at the longest."


def test_an_approval_lapses_the_day_after_its_last(stage: Stage) -> None:
    row = stage.approved()
    with clock.stated(datetime(2027, 10, 1, 14, tzinfo=UTC)):
        assert actions.lapse_overdue() == 0
        assert queries.approved(stage.alpha) == row
    with clock.stated(datetime(2027, 10, 2, 14, tzinfo=UTC)):
        assert queries.approved(stage.alpha) is None
        assert actions.lapse_overdue() == 1
        assert actions.lapse_overdue() == 0
        row.refresh_from_db()
        assert (row.state, row.lapsed_by) == ("lapsed", "system:lapse-diligence")
        assert queries.approved(stage.alpha, date(2027, 10, 1)) == row, "it held on its last day"
        assert queries.approved(stage.alpha, date(2026, 9, 30)) is None, "and not before it was given"


def test_an_approval_that_is_taken_back_holds_no_longer(stage: Stage) -> None:
    row = stage.approved()
    move(stage.compliance, row, "lapse", why="its owner changed")
    assert queries.approved(stage.alpha) is None


def test_a_declined_assessment_says_why_and_the_next_one_names_it(stage: Stage) -> None:
    row = stage.proposed()
    assert "why is missing" in refused(lambda: actions.decline(stage.compliance, row))
    actions.decline(stage.compliance, row, why="no control of market access")
    assert stage.drafted().former == row


def test_two_who_decide_at_once_decide_once(stage: Stage) -> None:
    row = stage.proposed()
    stale = Assessment.objects.get(pk=row.pk)
    actions.decline(stage.compliance, row, why="no")
    other = stage.person("compliance", name="other compliance")
    assert refused(lambda: actions.approve(Actor(other.key, other.roles), stale)).startswith("Approve: the assessment is “declined”")


def test_what_changed_since_the_last_assessment_is_named_question_by_question(stage: Stage) -> None:
    first = stage.approved()
    second = stage.submitted(ACC_2="15", QUA_2="own")
    assert second.former == first
    assert [(each.question_id, each.before, each.now) for each in queries.changed_since(second, first)] == [
        ("ACC-2", "14 venues", "15 venues"), ("QUA-2", "national", "own"),
    ]  # fmt: skip
    assert queries.latest(stage.alpha) == second
    assert queries.approved(stage.alpha) == first


def test_a_version_that_was_given_cannot_be_changed_in_the_database(stage: Stage) -> None:
    from django.db import IntegrityError, transaction

    stage.submitted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Given.objects.update(value="no")
    with pytest.raises(IntegrityError), transaction.atomic():
        QuestionForm.objects.update(areas={})


def test_the_record_holds_no_free_words_of_answers(stage: Stage) -> None:
    row = stage.submitted()
    bodies = "".join(Entry.objects.filter(subject_kind__in=["answer", "given", "score"]).values_list("body", flat=True))
    assert "By price, then by speed." not in bodies
    assert Answer.objects.get(assessment=row, question_id="QUA-3").words == "By price, then by speed."


def test_the_sample_is_everything_where_there_is_little(stage: Stage) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    assert sorted(AnswerTest.objects.values_list("answer__question_id", "place")) == sorted(
        [("ACC-1", 0), *((test.answer.question_id, test.place) for test in AnswerTest.objects.exclude(place=0))]
    )
    assert (AnswerTest.objects.count(), row.population) == (6, 5), "the gate, and five answers that are no gate"
