"""What an outside account attaches, and what it may never see: tried with two vendors, each with secrets in every field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.diligence import actions, answering, judging
from oversight.diligence.models import AnswerTest, Assessment, Challenge
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed, Link
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import DUE, Stage, refused, signed_in

Browser = Callable[..., Client]


@pytest.fixture
def ada(stage: Stage) -> Client:
    return signed_in(Account.objects.get(key=stage.outside.key))


def test_files_are_attached_with_the_day_they_take_effect_and_expire(stage: Stage, ada: Client) -> None:
    row = stage.sent()
    sent = {"content": SimpleUploadedFile("../../etc/soc.txt", b"report"), "title": "SOC 2", "effective_on": "2026-01-31", "expires_on": "2027-01-31"}
    assert ada.post(f"/diligence/questionnaires/{row.pk}/QUA-3/attach/", sent).status_code == 302
    filed = Filed.objects.get()
    assert (filed.name, filed.vendor, filed.effective_on, filed.expires_on, filed.filed_by) == (
        "soc.txt", "alpha", date(2026, 1, 31), date(2027, 1, 31), stage.outside.key,
    )  # fmt: skip
    page = ada.get(f"/diligence/questionnaires/{row.pk}/quality/").content.decode()
    assert "SOC 2" in page
    answer = ada.get(f"/diligence/questionnaires/{row.pk}/files/{filed.pk}/")
    assert (answer.content, answer["X-Content-Type-Options"], answer["Content-Disposition"]) == (b"report", "nosniff", 'attachment; filename="soc.txt"')
    assert answer["Content-Security-Policy"] == "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@pytest.mark.parametrize(("content", "said"), [(b"", "The file is empty. Nothing was filed."), (b"MZ\x00\x01", "does not keep files of this type")])
def test_a_file_that_is_not_kept_is_refused_in_words(stage: Stage, ada: Client, content: bytes, said: str) -> None:
    row = stage.sent()
    page = ada.post(f"/diligence/questionnaires/{row.pk}/QUA-3/attach/", {"content": SimpleUploadedFile("a.pdf", content)})
    assert (page.status_code, said in page.content.decode(), Filed.objects.count()) == (400, True, 0)


def test_a_file_of_200_mb_is_refused_and_leaves_nothing(stage: Stage, ada: Client, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1_000_000
    """The limit stands for 200 MB: the upload is cut where it passes it, whatever it is."""
    row = stage.sent()
    page = ada.post(f"/diligence/questionnaires/{row.pk}/QUA-3/attach/", {"content": SimpleUploadedFile("a.txt", b"x" * 1_000_001)})
    assert (page.status_code, "The file is too large: at most 1 MB are kept." in page.content.decode(), Filed.objects.count()) == (400, True, 0)


def test_an_outside_account_files_beside_its_own_open_question_and_nowhere_else(stage: Stage) -> None:
    row, (beta, of_beta) = stage.sent(), stage.vendor("beta")
    other = stage.sent(beta)
    drafted = stage.drafted(stage.vendor("gamma")[0])
    wrong = [None, ("assessment", str(row.pk)), stage.answer(other, "QUA-3").subject, stage.answer(drafted, "QUA-3").subject, ("vendor", str(stage.alpha.pk))]
    for subject in wrong:
        said = refused(lambda subject=subject: evidence.file(stage.outside, "a.txt", b"text", subject=subject))
        assert said == "You can file beside a question that waits for your answer, and nowhere else."
    assert Filed.objects.count() == 0
    filed = evidence.file(stage.outside, "a.txt", b"text", subject=stage.answer(row, "QUA-3").subject)
    assert refused(lambda: evidence.link(of_beta, filed, stage.answer(other, "QUA-3").subject)) == "This file is not yours to show."
    assert refused(lambda: evidence.file(of_beta, "b.txt", b"b", subject=stage.answer(other, "QUA-3").subject, supersedes=filed)).startswith("This file is not")


def test_a_file_is_taken_off_before_submission_and_not_after(stage: Stage, ada: Client) -> None:
    row = stage.sent()
    evidence.file(stage.outside, "a.txt", b"text", subject=stage.answer(row, "QUA-3").subject)
    evidence.file(stage.outside, "b.txt", b"more", subject=stage.answer(row, "QUA-3").subject)
    first, second = Link.objects.order_by("pk")
    assert ada.post(f"/diligence/questionnaires/{row.pk}/files/{first.pk}/take-off/").status_code == 302
    stage.say(row)
    answering.submit(stage.outside, row)
    assert ada.post(f"/diligence/questionnaires/{row.pk}/files/{second.pk}/take-off/").status_code == 403
    assert [link.state for link in Link.objects.order_by("pk")] == ["withdrawn", "linked"]


def test_what_the_firm_files_beside_an_answer_is_the_firms_alone(stage: Stage, ada: Client) -> None:
    row = stage.sent()
    filed = evidence.file(stage.analyst, "ours.txt", b"what we found", title="Our doubts", subject=stage.answer(row, "QUA-3").subject)
    assert "Our doubts" not in ada.get(f"/diligence/questionnaires/{row.pk}/quality/").content.decode()
    assert ada.get(f"/diligence/questionnaires/{row.pk}/files/{filed.pk}/").status_code == 404
    link = Link.objects.get()
    assert ada.post(f"/diligence/questionnaires/{row.pk}/files/{link.pk}/take-off/").status_code == 404


OF_BETA = (
    "BETA-VALUE",
    "BETA-WORDS",
    "BETA-FILE",
    "BETA-FINDING",
    "BETA-NOTE",
    "BETA-SCORE",
    "BETA-TRIED",
    "BETA-CONDITION",
    "BETA-REPLY",
    "Beta Router",
    "beta person",
)
OF_FIRM = ("FIRM-NOTE", "FIRM-SCORE", "FIRM-TRIED", "FIRM-CONDITION", "FIRM-CONCLUSION", "FIRM-RECOMMENDATION", "FIRM-PURPOSE", "FIRM-MEMO", "FIRM-RETURN",
           "the analyst", "the supervisor", "the compliance", "the vendor manager", "100.0 %", "Because we must know.")  # fmt: skip


def secrets(stage: Stage, row: Assessment, by: Actor, mark: str) -> None:
    """Fill every field that could leak with words that say whose they are."""
    answer = stage.answer(row, "QUA-3")
    evidence.file(by, f"{mark}-FILE.txt", f"{mark}-FILE".encode(), title=f"{mark}-FILE", shows=f"{mark}-FILE", subject=answer.subject)
    stage.say(row, by)
    answering.draft(by, answer, seen=stage.answer(row, "QUA-3").revision, words=f"{mark}-WORDS {mark}-VALUE")
    answering.submit(by, row)
    actions.draw(stage.manager, row)
    challenge = judging.challenge(stage.analyst, answer, f"{mark}-ASKED", note=f"{mark}-NOTE FIRM-NOTE")
    judging.reply(by, challenge, f"{mark}-REPLY")
    move(stage.analyst, challenge, "settle", conclusion=f"{mark}-NOTE FIRM-CONCLUSION")
    judging.challenge(stage.analyst, answer, f"{mark}-ASKED again", note="FIRM-NOTE")
    stage.score(row)
    judging.score(stage.analyst, answer, 2, f"{mark}-SCORE FIRM-SCORE")
    judging.test(stage.supervisor, AnswerTest.objects.get(answer=answer), f"{mark}-TRIED FIRM-TRIED", "not_confirmed")
    judging.set_condition(stage.manager, row, words=f"{mark}-CONDITION FIRM-CONDITION", due_on=DUE, owner_role="compliance", answer=answer)
    evidence.file(stage.analyst, f"{mark}-FINDING.txt", f"{mark}-FINDING".encode(), title=f"{mark}-FINDING FIRM-NOTE", subject=answer.subject)
    move(stage.analyst, stage.answer(row, "ACC-2"), "send_back", asked_for=f"{mark}-RETURNED FIRM-RETURN")


def test_no_page_of_an_outside_account_holds_another_vendors_or_the_firms_words(stage: Stage, ada: Client) -> None:
    beta, of_beta = stage.vendor("beta")
    mine, theirs = stage.sent(purpose="FIRM-PURPOSE"), stage.sent(beta, purpose="FIRM-PURPOSE")
    secrets(stage, mine, stage.outside, "ALPHA")
    secrets(stage, theirs, of_beta, "BETA")
    other = Filed.objects.get(vendor="beta")
    ours = Filed.objects.filter(vendor="").order_by("pk")[0]
    answer = stage.answer(mine, "QUA-3")
    q = f"/diligence/questionnaires/{mine.pk}/"
    open_ = [
        "/",
        "/notices/",
        "/diligence/questionnaires/",
        q,
        f"{q}access/",
        f"{q}quality/",
        f"{q}QUA-3/attach/",
        f"{q}files/{Filed.objects.get(vendor='alpha').pk}/",
    ]
    closed = [
        f"/diligence/{mine.pk}/", f"/diligence/answers/{answer.pk}/", "/diligence/", "/diligence/?format=csv", "/diligence/selections/", "/evidence/",
        f"/evidence/{ours.pk}/", f"/evidence/{other.pk}/bytes/", f"/evidence/{Filed.objects.get(vendor='alpha').pk}/", f"{q}files/{ours.pk}/",
        f"{q}files/{other.pk}/", f"/diligence/questionnaires/{theirs.pk}/", f"/diligence/questionnaires/{theirs.pk}/quality/",
        f"/diligence/questionnaires/{theirs.pk}/files/{other.pk}/", f"/diligence/questionnaires/{theirs.pk}/QUA-3/attach/",
        f"/record/of/answer/{answer.pk}/", f"/move/assessment/{mine.pk}/approve/", f"/move/answer/{stage.answer(theirs, 'QUA-3').pk}/give/",
        f"/move/challenge/{Challenge.objects.order_by('pk')[0].pk}/reply/", f"/move/answer_test/{AnswerTest.objects.order_by('pk')[0].pk}/test/",
        f"/diligence/conditions/{mine.conditions.get().pk}/", f"/vendors/{beta.pk}/",
    ]  # fmt: skip
    statuses = {url: ada.get(url).status_code for url in closed}
    assert [url for url, status in statuses.items() if status not in (403, 404)] == []
    for url in [*open_, *closed]:
        page = ada.get(url)
        if url in open_:
            assert page.status_code == 200, url
        said = page.content.decode()
        assert [word for word in (*OF_BETA, *OF_FIRM) if word in said] == [], url
    assert "ALPHA-ASKED again" in ada.get(f"{q}quality/").content.decode(), "what is asked of it, it reads"


def test_no_posting_of_an_outside_account_reaches_another_vendors_questionnaire(stage: Stage, ada: Client) -> None:
    beta, of_beta = stage.vendor("beta")
    theirs = stage.sent(beta)
    filed = evidence.file(of_beta, "b.txt", b"b", subject=stage.answer(theirs, "QUA-3").subject)
    entries = Entry.objects.count()
    q = f"/diligence/questionnaires/{theirs.pk}/"
    link = Link.objects.get(filed=filed)
    posted = [ada.post(url, {"value": "1", "seen": "0", "to": "x", "words": "x", "why": "x"}) for url in (
        f"{q}ACC-2/save/", f"{q}ACC-2/delegate/", f"{q}submit/", f"{q}files/{link.pk}/take-off/", f"{q}challenges/1/", f"{q}QUA-3/attach/",
        f"/move/link/{link.pk}/withdraw/", f"/move/answer/{stage.answer(theirs, 'ACC-2').pk}/give/", f"/move/assessment/{theirs.pk}/submit/",
    )]  # fmt: skip
    assert ([page.status_code for page in posted], Entry.objects.count()) == ([404] * 9, entries)


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "administrator"])
def test_who_does_not_answer_opens_no_questionnaire(stage: Stage, browser: Browser, role: str) -> None:
    row = stage.sent()
    client = browser(role)
    urls = ("", f"{row.pk}/", f"{row.pk}/access/", f"{row.pk}/QUA-3/attach/")
    assert [client.get(f"/diligence/questionnaires/{url}").status_code for url in urls] == [403, 403, 403, 403]
