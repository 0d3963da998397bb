"""What the firm does with answers: the draw, tests by a second person, challenges, conditions."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.actor import Actor
from oversight.diligence import actions, answering, bank, drawing, judging
from oversight.diligence.bank.question import Question
from oversight.diligence.checklist import blocks
from oversight.diligence.judgements import AnswerTest, Challenge, Condition
from oversight.diligence.models import Assessment
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import DUE, Stage, refused

CONFIRMED = ("Looked at the document.", "confirmed")


def test_the_sample_can_be_drawn_again_by_anybody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    questions = tuple(Question(f"M-{number:02}", "access", "What?", "", "", (), "") for number in range(30))
    monkeypatch.setattr(bank, "QUESTIONS", questions)
    row = stage.sent()
    for answer in row.answers.all():
        answering.draft(stage.outside, answer, seen=0, words="So it is.")
    answering.submit(stage.outside, row)
    head = Entry.objects.latest("seq").hash
    actions.draw(stage.manager, row)
    assert row.head == head, "the last hash before the draw"
    assert row.seed == hashlib.sha256(f"{head}|assessment {row.pk}|{row.form.sha256}".encode()).hexdigest()
    ranked = sorted((hashlib.sha256(f"{row.seed}|{question.id}".encode()).hexdigest(), question.id) for question in questions)
    assert list(AnswerTest.objects.order_by("place").values_list("answer__question_id", flat=True)) == [id_ for _, id_ in ranked[:20]]
    assert row.population == 30


def test_what_has_no_answer_is_not_drawn(stage: Stage) -> None:
    row = stage.sent()
    stage.say(row)
    last = stage.answer(row, "QUA-3")
    answering.draft(stage.outside, last, seen=last.revision, reason="Counsel looks at it.")
    answering.submit(stage.outside, row)
    actions.draw(stage.manager, row)
    assert sorted(AnswerTest.objects.values_list("answer__question_id", flat=True)) == ["ACC-1", "ACC-2", "ACC-3", "QUA-1", "QUA-2"]


def test_the_size_of_the_sample_says_what_it_can_tell() -> None:
    assert drawing.SIZE == 20
    assert round(1 - 0.1 ** (1 / 20), 3) == 0.109, "as its reason says"


def test_who_scored_an_answer_does_not_test_it_and_the_other_way_round(stage: Stage) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    answer = stage.answer(row, "ACC-2")
    judging.score(stage.analyst, answer, 4)
    assert refused(lambda: judging.test(stage.analyst, answer.test, *CONFIRMED)) == "You scored this answer, so somebody else tests it."
    other = stage.answer(row, "ACC-3")
    judging.test(stage.supervisor, other.test, *CONFIRMED)
    assert refused(lambda: judging.score(stage.supervisor, other, 4)) == "You tested this answer, so somebody else scores it."
    assert judging.take_proposals(stage.supervisor, row) == 2, "ACC-1 and QUA-2, neither of which they tested"


@pytest.mark.parametrize(
    ("tried", "result", "said"),
    [("", "confirmed", "Write down the test: tried is missing."), ("x", "", "Say what came out"), ("x", "fine", "Say what came out")],
)
def test_a_test_says_what_was_tried_and_what_came_out(stage: Stage, tried: str, result: str, said: str) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    assert said in refused(lambda: judging.test(stage.supervisor, stage.answer(row, "ACC-2").test, tried, result))


def test_approval_is_refused_while_a_sampled_answer_is_untested(stage: Stage) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    stage.score(row)
    for question in ("ACC-1", "ACC-2", "ACC-3", "QUA-1", "QUA-2"):
        judging.test(stage.supervisor, stage.answer(row, question).test, *CONFIRMED)
    move(stage.analyst, row, "score")
    actions.propose(stage.manager, row, "Approve it.")
    assert refused(lambda: actions.approve(stage.compliance, row)) == "It cannot be approved yet: QUA-3 is sampled and not tested."


def test_what_was_not_confirmed_needs_a_condition(stage: Stage) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    stage.score(row)
    for answer in row.answers.all():
        judging.test(stage.supervisor, answer.test, "Looked.", "not_confirmed" if answer.question_id == "ACC-2" else "confirmed")
    assert blocks(row) == ["the answer to ACC-2 was not confirmed, and no condition covers it"]
    condition = judging.set_condition(stage.manager, row, words="Name the venues.", due_on=DUE, owner_role="vendor_manager", answer=stage.answer(row, "ACC-2"))
    assert blocks(row) == []
    move(stage.compliance, condition, "drop", why="no longer asked")
    assert blocks(row) == ["the answer to ACC-2 was not confirmed, and no condition covers it"]


def test_what_cannot_be_tested_is_said_and_blocks_nothing(stage: Stage) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    stage.score(row)
    for answer in row.answers.all():
        judging.test(stage.supervisor, answer.test, "There is no data yet.", "untestable")
    assert blocks(row) == []


def test_an_answer_is_tested_again_only_after_compliance_says_so(stage: Stage) -> None:
    row = stage.reviewed()
    test = stage.answer(row, "ACC-2").test
    assert "the test of an answer is “tested”" in refused(lambda: judging.test(stage.supervisor, test, *CONFIRMED))
    move(stage.compliance, test, "redo", why="the document was another year's")
    assert judging.test(stage.supervisor, test, "Looked at the right one.", "confirmed").state == "tested"


def test_two_who_write_down_one_test_write_it_once(stage: Stage) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    first, second = (AnswerTest.objects.get(answer__question_id="ACC-2") for _ in range(2))
    judging.test(stage.supervisor, first, *CONFIRMED)
    assert "the test of an answer is “tested”" in refused(lambda: judging.test(stage.compliance, second, "Looked, too.", "not_confirmed"))
    assert AnswerTest.objects.get(answer__question_id="ACC-2").result == "confirmed"


def test_an_open_challenge_holds_up_the_scoring_and_the_approval(stage: Stage) -> None:
    row = stage.reviewed()
    challenge = judging.challenge(stage.analyst, stage.answer(row, "ACC-2"), "Which?")
    assert "a challenge is open" in refused(lambda: move(stage.analyst, row, "score"))
    assert blocks(row) == ["a challenge of ACC-2 is not settled"]
    assert "conclusion is missing" in refused(lambda: move(stage.analyst, challenge, "settle"))
    move(stage.analyst, challenge, "settle", conclusion="Never answered; scored down.")
    assert blocks(row) == []


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_only_who_reads_answers_scores_challenges_and_tests(stage: Stage, role: str) -> None:
    row = stage.submitted()
    actions.draw(stage.manager, row)
    account = stage.person(role, name="another")
    by, answer = Actor(account.key, account.roles), stage.answer(row, "ACC-2")
    for act in (
        lambda: judging.score(by, answer, 4), lambda: judging.challenge(by, answer, "Which?"), lambda: judging.test(by, answer.test, *CONFIRMED),
        lambda: judging.take_proposals(by, row), lambda: judging.set_condition(by, row, words="x", due_on=DUE, owner_role="analyst"),
        lambda: move(by, answer, "send_back", asked_for="x"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.is_forbidden
    assert Challenge.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"words": " "}, "Say what must happen, and who of the firm sees to it."), ({"owner_role": "vendor"}, "Say what must happen, and who of the firm"),
        ({"due_on": date(2026, 9, 30)}, "The day by which it must happen lies behind us."),
    ],
)  # fmt: skip
def test_a_condition_says_what_by_when_and_by_whom(stage: Stage, more: dict[str, object], said: str) -> None:
    row = stage.submitted()
    given = {"words": "Name the venues.", "due_on": DUE, "owner_role": "compliance", **more}
    assert said in refused(lambda: judging.set_condition(stage.manager, row, **given))  # type: ignore[arg-type]  # as a form would send it


def test_a_condition_covers_an_answer_of_its_own_assessment_alone(stage: Stage) -> None:
    row, (beta, of_beta) = stage.submitted(), stage.vendor("beta")
    other = stage.submitted(beta, of_beta)
    said = refused(lambda: judging.set_condition(stage.manager, row, words="x", due_on=DUE, owner_role="analyst", answer=stage.answer(other, "ACC-2")))
    assert said == "This answer belongs to another assessment."


def test_no_condition_is_set_once_it_is_decided(stage: Stage) -> None:
    row = stage.approved()
    said = refused(lambda: judging.set_condition(stage.manager, row, words="x", due_on=DUE, owner_role="analyst"))
    assert said == "Nothing is given conditions here now: the assessment is “approved”."


def test_a_condition_is_met_by_evidence_and_a_second_person(stage: Stage) -> None:
    row = stage.reviewed()
    condition = judging.set_condition(stage.manager, row, words="Name the venues.", due_on=DUE, owner_role="compliance")
    assert "file the evidence beside it first" in refused(lambda: move(stage.compliance, condition, "report", proof="They sent it."))
    evidence.file(stage.compliance, "list.txt", b"venues", subject=condition.subject)
    move(stage.compliance, condition, "report", proof="They sent it.")
    assert "nobody approves their own work" in refused(lambda: move(stage.compliance, condition, "confirm"))
    move(stage.supervisor, condition, "refuse", why="two are missing")
    move(stage.compliance, condition, "report", proof="Now all of them.")
    move(stage.supervisor, condition, "confirm")
    assert (condition.state, condition.met_by) == ("met", stage.supervisor.key)


def test_a_condition_past_its_day_is_overdue_until_it_is_met(stage: Stage) -> None:
    row = stage.reviewed()
    condition = judging.set_condition(stage.manager, row, words="Name the venues.", due_on=DUE, owner_role="compliance")
    with clock.stated(datetime(2026, 10, 16, 3, 59, tzinfo=UTC)):
        assert condition.is_overdue is False, "23:59 in New York on its last day"
    with clock.stated(datetime(2026, 10, 16, 4, 0, tzinfo=UTC)):
        assert condition.is_overdue is True
    assert Condition.objects.get().state == "open"


def test_thirty_answers_with_all_that_belongs_to_them_cost_as_many_queries_as_one(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from oversight.diligence.checklist import checklist
    from oversight.diligence.dossier import dossier

    counts = []
    for many in (1, 30):
        monkeypatch.setattr(bank, "QUESTIONS", tuple(Question(f"M-{number}", "access", "What?", "", "", (), "") for number in range(many)))
        row = stage.sent()
        for answer in row.answers.all():
            answering.draft(stage.outside, answer, seen=0, words="So it is.")
            evidence.file(stage.outside, "a.txt", b"text", subject=answer.subject)
        answering.submit(stage.outside, row)
        stage.reviewed(row)
        for answer in row.answers.all():
            judging.challenge(stage.analyst, answer, "Which?")
            judging.set_condition(stage.manager, row, words="x", due_on=DUE, owner_role="analyst", answer=answer)
        fresh = Assessment.objects.select_related("vendor", "form").get(pk=row.pk)
        with CaptureQueriesContext(connection) as caught:
            assert len(checklist(dossier(fresh))) == 6
        counts.append(len(caught))
        actions.decline(stage.compliance, row, why="done with it")
    assert counts[0] == counts[1]
