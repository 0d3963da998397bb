"""Who answers: drafts, two at once, delegation, submission, returns, files, challenges, and what no outside account may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.accounts import actions as people
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.diligence import actions, answering, judging, queries
from oversight.diligence.models import Answer, AnswerTest, Challenge, Given, Remark
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import DUE, Stage, refused, signed_in

Browser = Callable[..., Client]


@pytest.fixture
def ada(stage: Stage) -> Client:
    return signed_in(Account.objects.get(key=stage.outside.key))


def test_a_draft_is_kept_question_by_question(stage: Stage) -> None:
    row = stage.sent()
    answer = answering.draft(stage.outside, stage.answer(row, "ACC-2"), seen=0, value="1,400", words="Counted in June.")
    assert (answer.value, answer.words, answer.revision, answer.drafted_by, answer.state) == ("1400", "Counted in June.", 1, stage.outside.key, "waiting")
    assert answering.draft(stage.outside, answer, seen=1, value="1400", words="Counted in June.").revision == 1, "nothing differs, nothing is recorded"
    assert Entry.objects.filter(verb="draft").count() == 1


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        ("ACC-1", "perhaps", "Answer yes or no."), ("ACC-2", "many", "Give one number in venues, such as 12.5, without words or signs beside it."),
        ("ACC-2", "NaN", "Give one number in venues, such as 12.5, without words or signs beside it."),
        ("ACC-2", "1e400", "Give one number in venues, such as 12.5, without words or signs beside it."),
        ("ACC-3", "2026-02-30", "Give a date as year-month-day, such as 2026-09-30."), ("QUA-2", "mine", "Choose one of: national, own."),
        ("QUA-3", "x", "This question is answered in words."),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_the_question_is_refused_in_words(stage: Stage, question: str, value: str, said: str) -> None:
    answer = stage.answer(stage.sent(), question)
    assert refused(lambda: answering.draft(stage.outside, answer, seen=0, value=value)) == said
    assert Answer.objects.get(pk=answer.pk).revision == 0


def test_an_answer_and_a_reason_for_none_exclude_each_other(stage: Stage) -> None:
    answer = stage.answer(stage.sent(), "ACC-1")
    assert refused(lambda: answering.draft(stage.outside, answer, seen=0, value="yes", reason="cannot say")).startswith("You gave an answer and a reason")


def test_of_two_who_edit_one_answer_the_second_is_told(stage: Stage) -> None:
    row = stage.sent()
    bob = stage.person("vendor", name="Bob of Alpha", vendor="alpha")
    answer = stage.answer(row, "ACC-2")
    answering.draft(stage.outside, answer, seen=0, value="14")
    second = Actor(bob.key, bob.roles)
    assert refused(lambda: answering.draft(second, answer, seen=0, value="15")) == (
        "Ada of Alpha saved this answer after you opened it. Yours was not saved: look at theirs first."
    )
    assert answering.draft(second, answer, seen=1, value="15").value == "15", "having seen it, they may"
    assert answering.draft(second, answer, seen=1, value="16").value == "16", "nobody is stopped by their own draft"


def test_the_second_of_two_sees_both_texts_in_the_browser_and_may_save_again(stage: Stage, ada: Client) -> None:
    row = stage.sent()
    bob = stage.person("vendor", name="Bob of Alpha", vendor="alpha")
    answering.draft(Actor(bob.key, bob.roles), stage.answer(row, "ACC-2"), seen=0, value="99", words="theirs")
    url = f"/diligence/questionnaires/{row.pk}/ACC-2/save/"
    page = ada.post(url, {"value": "15", "words": "mine", "seen": "0"})
    said = page.content.decode()
    assert page.status_code == 409
    assert ("Bob of Alpha saved this answer" in said, "99 venues" in said, "theirs" in said, ">\nmine</textarea>" in said) == (True, True, True, True)
    assert 'name="seen" value="1"' in said
    assert ada.post(url, {"value": "15", "words": "mine", "seen": "1"}).status_code == 302
    assert stage.answer(row, "ACC-2").words == "mine"


def test_a_draft_that_saves_itself_says_so_and_tells_of_a_conflict_without_a_page(stage: Stage, ada: Client) -> None:
    row = stage.sent()
    url, quiet = f"/diligence/questionnaires/{row.pk}/ACC-2/save/", {"HX-Request": "true"}
    assert ada.post(url, {"value": "14", "seen": "0"}, headers=quiet).content.decode() == "Draft saved."
    assert ada.post(url, {"value": "x<b>", "seen": "1"}, headers=quiet).content.decode().startswith("Not saved: Give one number")
    bob = stage.person("vendor", name="Bob <b>", vendor="alpha")
    answering.draft(Actor(bob.key, bob.roles), stage.answer(row, "ACC-2"), seen=1, value="15")
    answer = ada.post(url, {"value": "16", "seen": "1"}, headers=quiet)
    assert (answer["Content-Type"], answer.content.decode().startswith("Bob <b> saved this answer")) == ("text/plain; charset=utf-8", True)


def test_several_drafts_are_saved_together_or_not_at_all(stage: Stage) -> None:
    row = stage.sent()
    wrong = {"ACC-1": {"value": "yes"}, "ACC-2": {"value": "many"}}
    assert refused(lambda: answering.draft_many(stage.outside, row, wrong)).startswith("ACC-2: Give one number in venues")
    assert row.answers.exclude(value="").count() == 0
    assert answering.draft_many(stage.outside, row, {"ACC-1": {"value": "yes"}, "ACC-2": {"value": "14"}}) == 2
    bob = stage.person("vendor", name="Bob of Alpha", vendor="alpha")
    again = refused(lambda: answering.draft_many(Actor(bob.key, bob.roles), row, {"ACC-2": {"value": "15"}}))
    assert again == "Ada of Alpha has drafted an answer to ACC-2. Nothing was saved: look at theirs first."
    assert refused(lambda: answering.draft_many(stage.outside, row, {"NO-1": {"value": "1"}})) == "NO-1 does not wait for an answer here. Nothing was saved."


def test_what_is_left_is_named_at_submission(stage: Stage) -> None:
    row = stage.sent()
    assert refused(lambda: answering.submit(stage.outside, row)) == (
        "6 questions are left: ACC-1, ACC-2, ACC-3, QUA-1, QUA-2 and 1 more. Answer each, or say why there is no answer."
    )
    stage.say(row)
    last = stage.answer(row, "QUA-3")
    answering.draft(stage.outside, last, seen=last.revision)
    assert refused(lambda: answering.submit(stage.outside, row)).startswith("1 question is left: QUA-3.")
    answering.draft(stage.outside, stage.answer(row, "QUA-3"), seen=2, reason="Under review by counsel.")
    assert answering.submit(stage.outside, row).state == "submitted", "a reason will do"


def test_a_submission_makes_versions_and_tells_the_vendor_manager(stage: Stage) -> None:
    row = stage.submitted()
    assert list(Given.objects.order_by("answer__place").values_list("answer__question_id", "number", "value"))[:2] == [("ACC-1", 1, "yes"), ("ACC-2", 1, "14")]
    told = Copy.objects.filter(to=stage.manager.key).select_related("notice").latest("pk").notice
    assert (told.what, told.url) == ("Answers of Alpha Router LLC are in: 6 submitted", f"/diligence/{row.pk}/")


def test_after_submission_a_draft_is_refused_in_words(stage: Stage) -> None:
    row = stage.submitted()
    said = refused(lambda: answering.draft(stage.outside, stage.answer(row, "ACC-2"), seen=1, value="15"))
    assert said == "This questionnaire was submitted. It changes only where your client returns a question for more."
    assert refused(lambda: answering.submit(stage.outside, row)) == said


@pytest.mark.parametrize("decided", ["approved", "declined"])
def test_a_questionnaire_resubmitted_after_the_decision_is_refused_and_says_nothing_of_the_decision(stage: Stage, ada: Client, decided: str) -> None:
    row = stage.approved() if decided == "approved" else actions.decline(stage.compliance, stage.proposed(), why="secret reason")
    entries = Entry.objects.count()
    page = ada.post(f"/diligence/questionnaires/{row.pk}/submit/")
    assert page.status_code == 409
    said = page.content.decode()
    assert "This questionnaire is closed: a decision was taken on the answers given. What is new is said in another questionnaire" in said
    assert [word for word in ("approve", "decline", "secret reason") if word in said.lower()] == []
    page = ada.post(f"/diligence/questionnaires/{row.pk}/ACC-2/save/", {"value": "15", "seen": "1"})
    assert (page.status_code, Entry.objects.count()) == (409, entries)


def test_a_returned_question_makes_another_version_and_the_old_one_stays(stage: Stage) -> None:
    row = stage.submitted()
    move(stage.analyst, stage.answer(row, "ACC-2"), "send_back", asked_for="Which of them charge for access?")
    assert refused(lambda: answering.draft(stage.outside, stage.answer(row, "ACC-2"), seen=1, value="15")).startswith("This questionnaire was submitted.")
    actions.send_back(stage.manager, row, due_on=date(2026, 10, 20))
    assert refused(lambda: answering.draft(stage.outside, stage.answer(row, "ACC-1"), seen=1, value="no")) == (
        "This answer was submitted and nothing more was asked for, so it stays as it is."
    )
    assert refused(lambda: answering.submit(stage.outside, row)) == (
        "More was asked for on ACC-2, and the answer is as it was. Change it, or add in words why it stays."
    )
    answering.draft(stage.outside, stage.answer(row, "ACC-2"), seen=1, value="15", words="One charges.")
    answering.submit(stage.outside, row)
    assert list(Given.objects.filter(answer__question_id="ACC-2").values_list("number", "value", "words")) == [(1, "14", ""), (2, "15", "One charges.")]
    assert Given.objects.exclude(answer__question_id="ACC-2").filter(number__gt=1).count() == 0


def test_an_answer_given_anew_wants_its_score_and_its_test_again(stage: Stage) -> None:
    row = stage.reviewed()
    move(stage.analyst, stage.answer(row, "ACC-2"), "send_back", asked_for="Which?")
    actions.send_back(stage.manager, row, due_on=DUE)
    answering.draft(stage.outside, stage.answer(row, "ACC-2"), seen=1, value="15")
    answering.submit(stage.outside, row)
    line = next(line for line in queries.answers_of(row) if line.question.id == "ACC-2")
    assert (line.score, line.test.state if line.test else "", len(line.versions)) == (None, "drawn", 2)
    seed = row.seed
    assert actions.draw(stage.manager, row).seed == seed, "the sample stays as it was drawn"
    assert AnswerTest.objects.count() == 6


def test_a_question_kept_after_all_goes_back_to_nobody(stage: Stage) -> None:
    row = stage.submitted()
    answer = stage.answer(row, "ACC-2")
    move(stage.analyst, answer, "send_back", asked_for="Which?")
    move(stage.supervisor, answer, "keep")
    assert "no question is marked for more" in refused(lambda: actions.send_back(stage.manager, row, due_on=DUE))


def test_an_answer_alone_is_never_submitted(stage: Stage) -> None:
    row = stage.sent()
    account = Account.objects.get(key=stage.outside.key)
    page = signed_in(account).post(f"/move/answer/{stage.answer(row, 'ACC-2').pk}/give/")
    assert (page.status_code, stage.answer(row, "ACC-2").state) == (409, "waiting")


def test_a_question_is_delegated_and_who_answered_is_kept(stage: Stage) -> None:
    row = stage.sent()
    bob = stage.person("vendor", name="Bob of Alpha", vendor="alpha")
    answering.delegate(stage.outside, stage.answer(row, "QUA-3"), bob.key)
    told = Copy.objects.filter(to=bob.key).select_related("notice").latest("pk").notice
    assert (told.what, told.url) == ("Question QUA-3 is yours to answer until 2026-10-15", f"/diligence/questionnaires/{row.pk}/quality/")
    stage.say(row, Actor(bob.key, bob.roles))
    answering.submit(stage.outside, row)
    given = Given.objects.get(answer__question_id="QUA-3")
    assert (given.drafted_by, given.given_by) == (bob.key, stage.outside.key)


def test_nothing_is_delegated_to_somebody_who_cannot_answer_here(stage: Stage) -> None:
    row = stage.sent()
    _, other = stage.vendor("beta")
    for key in (other.key, stage.analyst.key, "a-nobody"):
        assert refused(lambda key=key: answering.delegate(stage.outside, stage.answer(row, "QUA-3"), key)).startswith("This person cannot answer here.")


def test_a_candidate_without_a_vendor_is_answered_by_the_firms_own_people(stage: Stage) -> None:
    own, outside = stage.vendor("own")
    row = stage.sent(own, is_by_firm=True)
    with pytest.raises(Refusal, match="answered by the firm's own people") as refusal:
        answering.draft(outside, stage.answer(row, "ACC-2"), seen=0, value="3")
    assert refusal.value.is_forbidden
    answering.delegate(stage.manager, stage.answer(row, "ACC-2"), stage.analyst.key)
    stage.say(row, stage.analyst)
    answering.submit(stage.manager, row)
    assert refused(lambda: judging.score(stage.analyst, stage.answer(row, "ACC-2"), 4)) == "You gave this answer, so somebody else scores it."
    client = signed_in(Account.objects.get(key=stage.analyst.key))
    assert client.get(f"/diligence/questionnaires/{row.pk}/access/").status_code == 200
    assert signed_in(Account.objects.get(key=outside.key)).get(f"/diligence/questionnaires/{row.pk}/").status_code == 404


def test_an_account_removed_in_the_middle_leaves_its_drafts_and_another_goes_on(stage: Stage) -> None:
    row = stage.sent()
    answering.draft(stage.outside, stage.answer(row, "ACC-2"), seen=0, value="14")
    people.close_account(automated("test"), Account.objects.get(key=stage.outside.key), why="left the vendor")
    with pytest.raises(Refusal):
        answering.draft(stage.outside, stage.answer(row, "ACC-2"), seen=1, value="15")
    client = signed_in(Account.objects.get(key=stage.manager.key))
    page = client.get(f"/diligence/{row.pk}/").content.decode()
    assert "Nobody can answer." in page
    assert queries.nobody_answers() == [row]
    administrator = stage.person("administrator")
    assert client.post(f"/diligence/{row.pk}/account/", {"name": "Eve", "email": "eve@alpha.example"}).status_code == 302
    told = Copy.objects.get(to=administrator.key).notice
    assert (told.what, told.url) == (
        "Please open an outside account of alpha for Eve, eve@alpha.example: a questionnaire waits for its answers",
        "/people/open/",
    )
    eve = stage.person("vendor", name="Eve", vendor="alpha")
    stage.say(row, Actor(eve.key, eve.roles))
    assert answering.submit(Actor(eve.key, eve.roles), row).state == "submitted"
    assert queries.nobody_answers() == []


def test_a_challenge_goes_to_and_fro_and_keeps_its_thread(stage: Stage, ada: Client) -> None:
    row = stage.submitted()
    challenge = judging.challenge(stage.analyst, stage.answer(row, "ACC-2"), "Which of the 14 are exchanges?", note="We count nine.")
    page = ada.get(f"/diligence/questionnaires/{row.pk}/access/").content.decode()
    assert ("Which of the 14 are exchanges?" in page, "We count nine." in page, "the analyst" in page) == (True, False, False)
    url = f"/diligence/questionnaires/{row.pk}/challenges/{challenge.pk}/"
    assert ada.post(url, {"words": "  "}).status_code == 409
    assert ada.post(url, {"words": "Nine."}).status_code == 302
    assert ada.post(url, {"words": "Ten."}).status_code == 409, "nothing is asked now"
    challenge.refresh_from_db()
    judging.ask_again(stage.analyst, challenge, "And the others?")
    judging.reply(stage.outside, challenge, "Dark pools.")
    move(stage.manager, challenge, "settle", conclusion="Nine exchanges, five pools.")
    assert [(remark.is_reply, remark.words) for remark in Remark.objects.all()] == [
        (False, "Which of the 14 are exchanges?"), (True, "Nine."), (False, "And the others?"), (True, "Dark pools."),
    ]  # fmt: skip
    assert "Nine exchanges, five pools." not in ada.get(f"/diligence/questionnaires/{row.pk}/access/").content.decode()


def test_nobody_else_replies_to_a_challenge(stage: Stage) -> None:
    row, (_, of_beta) = stage.submitted(), stage.vendor("beta")
    challenge = judging.challenge(stage.analyst, stage.answer(row, "ACC-2"), "Which?")
    for by in (of_beta, stage.manager):
        assert refused(lambda by=by: judging.reply(by, challenge, "Nine.")) == "This is for those who answer the questionnaire."
    assert Challenge.objects.get().state == "asked"


def test_an_outside_account_without_a_vendor_sees_nothing(stage: Stage, browser: Browser) -> None:
    row = stage.sent()
    client = browser("vendor", vendor="")
    assert [client.get(f"/diligence/questionnaires/{url}").status_code for url in ("", f"{row.pk}/")] == [200, 404]
    assert "Nothing is asked of you now." in client.get("/diligence/questionnaires/").content.decode()


def test_a_questionnaire_that_was_not_sent_is_nobodys_outside(stage: Stage, ada: Client) -> None:
    row = stage.drafted()
    assert ada.get(f"/diligence/questionnaires/{row.pk}/").status_code == 404
    assert stage.answer(row, "ACC-2").is_visible_to(Account.objects.get(key=stage.outside.key)) is False


def test_the_form_says_what_is_wrong_beside_the_field_and_keeps_what_was_typed(stage: Stage, ada: Client) -> None:
    row = stage.sent()
    page = ada.post(f"/diligence/questionnaires/{row.pk}/ACC-2/save/", {"value": "about ten", "words": "kept words", "seen": "0"})
    said = page.content.decode()
    assert (page.status_code, "Give one number in venues" in said, 'value="about ten"' in said, "kept words" in said) == (400, True, True, True)


def test_many_questions_cost_as_many_queries_as_one(stage: Stage, ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from oversight.diligence import bank
    from oversight.diligence.bank.question import Question

    counts = []
    for many, key in ((1, "alpha"), (30, "alpha")):
        questions = tuple(Question(f"M-{number}", "access", "What?", "", "", (), "") for number in range(many))
        monkeypatch.setattr(bank, "QUESTIONS", questions)
        row = stage.sent()
        for answer in row.answers.all():
            evidence.file(stage.outside, "a.txt", b"text", subject=answer.subject)
        for url in (f"/diligence/questionnaires/{row.pk}/", f"/diligence/questionnaires/{row.pk}/access/"):
            ada.get(url)
            with CaptureQueriesContext(connection) as caught:
                assert ada.get(url).status_code == 200
            counts.append(len(caught))
        move(stage.manager, row, "withdraw", why=f"done with {key}")
    assert counts[:2] == counts[2:]
