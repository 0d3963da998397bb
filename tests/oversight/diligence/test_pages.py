"""The firm's pages of due diligence, for each role, and what an hour in the browser does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.claims import queries as claims_ledger
from oversight.diligence import actions, answering, choosing, judging, queries, stating, todo
from oversight.diligence.judgements import Condition, Score
from oversight.diligence.models import Answer, AnswerTest, Assessment
from oversight.evidence import actions as evidence
from oversight.record.actions import move
from oversight.vendors.actions import register

from .conftest import DUE, FIRST, LAST, Stage, refused, signed_in

Browser = Callable[..., Client]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")


def of(stage: Stage, role: str) -> Client:
    return signed_in(Account.objects.get(key=getattr(stage, role).key))


@pytest.mark.parametrize("role", READERS)
def test_staff_read_due_diligence(stage: Stage, browser: Browser, role: str) -> None:
    row = stage.proposed()
    condition = judging.set_condition(stage.manager, row, words="Name the venues.", due_on=DUE, owner_role="compliance")
    client = browser(role)
    urls = ("/diligence/", f"/diligence/{row.pk}/", f"/diligence/answers/{stage.answer(row, 'ACC-1').pk}/", f"/diligence/conditions/{condition.pk}/",
            "/diligence/selections/")  # fmt: skip
    assert [client.get(url).status_code for url in urls] == [200] * 5
    keeps = 200 if role in ("vendor_manager", "compliance") else 403
    assert [client.get(url).status_code for url in ("/diligence/new/", "/diligence/selections/new/")] == [keeps, keeps]


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_nothing_of_it(stage: Stage, browser: Browser, role: str) -> None:
    row = stage.proposed()
    client = browser(role, vendor="alpha" if role == "vendor" else "", name="another")
    for url in ("/diligence/", "/diligence/?format=csv", f"/diligence/{row.pk}/", f"/diligence/answers/{stage.answer(row, 'ACC-1').pk}/"):
        page = client.get(url)
        assert (page.status_code, b"Alpha Router" in page.content) == (403, False)


def test_an_assessment_goes_from_beginning_to_approval_in_the_browser(stage: Stage) -> None:
    manager, outside, analyst, supervisor, compliance = (of(stage, role) for role in ("manager", "outside", "analyst", "supervisor", "compliance"))
    sent = {"vendor": stage.alpha.pk, "first_on": "2026-10-01", "last_on": "2027-09-30", "purpose": "the first"}
    assert manager.post("/diligence/new/", sent).status_code == 302
    row = Assessment.objects.get()
    page, q = f"/diligence/{row.pk}/", f"/diligence/questionnaires/{row.pk}/"
    manager.post(f"/move/assessment/{row.pk}/send/", {"due_on": "2026-10-15", "next": page})
    assert "6 questions left until 2026-10-15" in outside.get(q).content.decode()
    for question, value in (("ACC-1", "yes"), ("ACC-2", "14"), ("ACC-3", "2020-01-02"), ("QUA-1", "92.5"), ("QUA-2", "national")):
        assert outside.post(f"{q}{question}/save/", {"value": value, "seen": "0"}).status_code == 302
    outside.post(f"{q}QUA-3/save/", {"words": "By price.", "seen": "0"})
    assert "Every question has an answer or a reason" in outside.get(q).content.decode()
    assert outside.post(f"{q}submit/").status_code == 302
    manager.post(f"/move/assessment/{row.pk}/draw/", {"next": page})
    analyst.post(f"{page}suggested/")
    for question in ("ACC-2", "ACC-3", "QUA-1", "QUA-3"):
        analyst.post(f"/diligence/answers/{stage.answer(row, question).pk}/score/", {"points": "3", "words": "a gap"})
    for test in AnswerTest.objects.all():
        supervisor.post(f"/move/answer_test/{test.pk}/test/", {"tried": "Looked.", "result": "confirmed", "next": page})
    analyst.post(f"/move/assessment/{row.pk}/score/", {"next": page})
    manager.post(f"{page}condition/", {"words": "Show the list.", "due_on": "2026-11-01", "owner_role": "vendor_manager", "answer": ""})
    manager.post(f"/move/assessment/{row.pk}/propose/", {"recommendation": "Approve it.", "next": page})
    compliance.post(f"/move/assessment/{row.pk}/approve/", {"valid_until": "2027-09-30", "next": page})
    row.refresh_from_db()
    assert (row.state, row.valid_until, Score.objects.count(), Condition.objects.count()) == ("approved", date(2027, 9, 30), 6, 1)


def test_the_page_says_first_what_stands_before_the_approval(stage: Stage) -> None:
    row = stage.submitted(ACC_1="no")
    page = of(stage, "compliance").get(f"/diligence/{row.pk}/")
    said = page.content.decode()
    assert "gate ACC-1 is not passed: the answer is “no”, and what passes is “yes”" in said
    assert "the sample is not drawn yet" in said
    assert [item.is_met for item in page.context["items"]] == [True, False, False, True, False, True]


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("unanswered", ["QUA-3"]), ("returned", ["ACC-2"]), ("challenged", ["ACC-3"]), ("claims", ["ACC-1", "QUA-1", "QUA-2"]),
        ("gates", ["ACC-1"]), ("files", ["QUA-2"]),
        ("unscored", ["ACC-2", "ACC-3", "QUA-1", "QUA-2", "QUA-3"]), ("low", ["ACC-1"]), ("sampled", []), ("nonsense", 6),
    ],
)  # fmt: skip
def test_answers_are_filtered(stage: Stage, show: str, expected: list[str] | int) -> None:
    row = stage.sent()
    evidence.file(stage.outside, "a.txt", b"text", expires_on=date(2026, 10, 5), subject=stage.answer(row, "QUA-2").subject)
    stage.say(row)
    last = stage.answer(row, "QUA-3")
    answering.draft(stage.outside, last, seen=last.revision, reason="Counsel looks at it.")
    answering.submit(stage.outside, row)
    judging.score(stage.analyst, stage.answer(row, "ACC-1"), 1, "a doubt")
    judging.challenge(stage.analyst, stage.answer(row, "ACC-3"), "Why?")
    move(stage.analyst, stage.answer(row, "ACC-2"), "send_back", asked_for="Which?")
    rows = of(stage, "analyst").get(f"/diligence/{row.pk}/?show={show}").context["sheet"].rows
    assert ([each.cells[0] for each in rows] if isinstance(expected, list) else len(rows)) == expected


def test_answers_areas_and_conditions_are_downloads(stage: Stage) -> None:
    row = stage.reviewed()
    client = of(stage, "analyst")
    lines = {name: client.get(f"/diligence/{row.pk}/?format=csv&sheet={name}").content.decode().splitlines() for name in ("answers", "score", "conditions")}
    assert {name: len(found) for name, found in lines.items()} == {"answers": 7, "score": 4, "conditions": 1}
    assert lines["score"][1] == "Market access,3,3,6,6,100.0 %,1 of 1 passed,", "3 + 2 + 1 of weights"


def test_words_of_an_answer_are_shown_as_words(stage: Stage) -> None:
    row = stage.sent()
    words = "<script>alert(1)</script>{{ user.password }}"
    stage.say(row)
    last = stage.answer(row, "QUA-3")
    answering.draft(stage.outside, last, seen=last.revision, words=words)
    answering.submit(stage.outside, row)
    for url in (f"/diligence/{row.pk}/", f"/diligence/answers/{last.pk}/"):
        page = of(stage, "analyst").get(url).content.decode()
        assert ("<script>alert(1)" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_a_score_without_its_reason_is_said_beside_the_form(stage: Stage) -> None:
    row = stage.submitted()
    page = of(stage, "analyst").post(f"/diligence/answers/{stage.answer(row, 'ACC-2').pk}/score/", {"points": "2", "words": ""})
    assert (page.status_code, "Say why it has less than full points." in page.content.decode()) == (400, True)


def test_an_area_is_scored_on_one_page(stage: Stage) -> None:
    row = stage.submitted()
    judging.score(stage.analyst, stage.answer(row, "ACC-1"), 4)
    client, url = of(stage, "analyst"), f"/diligence/{row.pk}/score/access/"
    second, third = (stage.answer(row, question).pk for question in ("ACC-2", "ACC-3"))
    assert [line.question.id for line, _, _ in client.get(url).context["form"].rows] == ["ACC-2", "ACC-3"]
    wrong = client.post(url, {f"points-{second}": "3", f"words-{second}": "", f"points-{third}": "4"})
    assert (wrong.status_code, "ACC-2: Say why it has less than full points. Nothing was saved." in wrong.content.decode()) == (400, True)
    assert Score.objects.count() == 1, "all or none"
    assert client.post(url, {f"points-{second}": "3", f"words-{second}": "one is missing"}).status_code == 302
    assert [line.question.id for line, _, _ in client.get(url).context["form"].rows] == ["ACC-3"], "what was left open stays so"
    assert client.get(f"/diligence/{row.pk}/score/nonsense/").status_code == 404


def test_an_answer_that_somebody_scored_meanwhile_is_not_scored_over(stage: Stage) -> None:
    row = stage.submitted()
    answer = stage.answer(row, "ACC-2")
    judging.score(stage.supervisor, answer, 4)
    assert refused(lambda: judging.score_many(stage.analyst, row, {answer.pk: (2, "a gap")})) == (
        "ACC-2 was scored meanwhile. Look at it again before you go on."
    )


def test_a_form_that_begins_nothing_says_why(stage: Stage) -> None:
    stage.drafted()
    client = of(stage, "manager")
    wrong = client.post("/diligence/new/", {"vendor": stage.alpha.pk, "first_on": "2026-10-01", "last_on": "2026-09-01"})
    assert (wrong.status_code, "The period would end before it begins." in wrong.content.decode()) == (400, True)
    again = client.post("/diligence/new/", {"vendor": stage.alpha.pk, "first_on": "2026-10-01", "last_on": "2027-09-01"})
    assert (again.status_code, "is under assessment already" in again.content.decode()) == (400, True)


def test_the_list_is_filtered_and_says_what_is_late(stage: Stage) -> None:
    sent, approved = stage.sent(), stage.approved(stage.submitted(*stage.vendor("beta")))
    client = of(stage, "compliance")
    found = {query: [int(row.key) for row in client.get(f"/diligence/?{query}").context["sheet"].rows] for query in (
        "", "state=open", "state=in_force", "state=ended", "state=late", "state=sent", "vendor=beta", "state=nonsense",
    )}  # fmt: skip
    both = [sent.pk, approved.pk]
    assert found == {
        "": both, "state=open": [sent.pk], "state=in_force": [approved.pk], "state=ended": [], "state=late": [], "state=sent": [sent.pk],
        "vendor=beta": [approved.pk], "state=nonsense": both,
    }  # fmt: skip


def test_thirty_assessments_cost_as_many_queries_as_one(stage: Stage) -> None:
    client, counts = of(stage, "compliance"), []
    for many in (1, 29):
        for number in range(many):
            vendor = register(stage.manager, key=f"v-{many}-{number}", name=f"Vendor {many} {number}")
            actions.begin(stage.manager, vendor=vendor, first_on=FIRST, last_on=LAST)
        client.get("/diligence/")
        with CaptureQueriesContext(connection) as caught:
            assert len(client.get("/diligence/").context["sheet"].rows) == (1 if many == 1 else 30)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def tasks(stage: Stage, role: str) -> dict[str, int]:
    return {task.what: task.number for task in todo.tasks(Account.objects.get(key=getattr(stage, role).key)) if task.number}


def test_each_role_is_told_what_waits_for_it(stage: Stage) -> None:
    row = stage.sent()
    answering.delegate(stage.outside, stage.answer(row, "QUA-3"), stage.outside.key)
    assert tasks(stage, "outside") == {"questions are left until 2026-10-15": 6, "questions are yours to answer": 1}
    stage.say(row)
    answering.submit(stage.outside, row)
    assert tasks(stage, "manager") == {"questionnaires came back and wait to be read": 1}
    actions.draw(stage.manager, row)
    assert tasks(stage, "supervisor") == {"sampled answers wait for a second person's test": 6}
    challenge = judging.challenge(stage.analyst, stage.answer(row, "ACC-2"), "Which?")
    assert tasks(stage, "outside") == {"of your answers were asked about": 1}
    judging.reply(stage.outside, challenge, "Nine.")
    assert tasks(stage, "manager") == {"challenges were answered": 1}
    move(stage.analyst, challenge, "settle", conclusion="Fine.")
    stage.score(row)
    for test in AnswerTest.objects.all():
        judging.test(stage.supervisor, test, "Looked.", "confirmed")
    move(stage.analyst, row, "score")
    condition = judging.set_condition(stage.manager, row, words="Name them.", due_on=DUE, owner_role="vendor_manager")
    actions.propose(stage.manager, row, "Approve it.")
    assert tasks(stage, "compliance") == {"assessments wait for your decision": 1}
    actions.approve(stage.compliance, row)
    assert tasks(stage, "manager") == {"conditions of approvals are yours to see to": 1}
    evidence.file(stage.manager, "a.txt", b"list", subject=condition.subject)
    move(stage.manager, condition, "report", proof="Here.")
    assert tasks(stage, "supervisor") == {"conditions are reported met and wait to be confirmed": 1}


def test_memos_wait_for_who_did_not_propose_them(stage: Stage) -> None:
    choosing.begin(stage.manager, title="Router 2026", need="A router.")
    assert tasks(stage, "manager") == {"selection memos are to be written": 1}
    assert tasks(stage, "compliance") == {}


def test_what_an_answer_promises_is_stated_in_the_ledger_with_a_figure_where_data_can_speak(stage: Stage) -> None:
    row = stage.submitted()
    answer = stage.answer(row, "QUA-1")
    claims = stating.of_answers(row.answers.values_list("pk", flat=True))
    assert {id_: [(each.words, each.standing) for each in found] for id_, found in claims.items()} == {
        str(stage.answer(row, "ACC-1").pk): [("Do you hold direct control of market access? yes", "attested only")],
        str(answer.pk): [("At least 92.5 % of orders are filled.", "untested")],
        str(stage.answer(row, "QUA-2").pk): [("Which clock do you use? national", "attested only")],
    }
    assert set(claims_ledger.of_origin("answer", [str(answer.pk)])) == {str(answer.pk)}
    actions.decline(stage.compliance, row, why="no")
    assert stating.of_answers([answer.pk]) == {}


@pytest.mark.parametrize(("value", "expected"), [("92.5", "At least 92.5 % of orders are filled."), ("100", "At least 100 % of orders are filled.")])
def test_a_claim_is_worded_in_the_unit_that_people_read(stage: Stage, value: str, expected: str) -> None:
    row = stage.submitted(QUA_1=value)
    line = next(line for line in queries.answers_of(row) if line.question.id == "QUA-1")
    assert line.current is not None
    bound = stating.bound_of(line.question, line.current)
    assert bound is not None
    assert stating.words_of(line.question, bound) == expected


def test_who_answers_for_the_firm_finds_the_questionnaire_from_its_page(stage: Stage) -> None:
    own = register(stage.manager, key="own", name="Building it")
    row = stage.sent(own, is_by_firm=True)
    answering.draft(stage.manager, stage.answer(row, "ACC-2"), seen=0, value="3")
    assert "Answer it" in of(stage, "manager").get(f"/diligence/{row.pk}/").content.decode()
    page = of(stage, "manager").get(f"/diligence/questionnaires/{row.pk}/")
    assert (page.status_code, "5 questions left" in page.content.decode()) == (200, True)
    assert Answer.objects.get(assessment=row, question_id="ACC-2").drafted_by == stage.manager.key
    assert isinstance(stage.manager, Actor)
