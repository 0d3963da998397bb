"""The pages of the refresh: who sees what, a refresh carried through in the browser, and what bad input meets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight.accounts.models import Account
from oversight.evidence import store
from oversight.record.actions import move
from oversight.record.models import Entry
from oversight.refreshes import actions, lapsing, todo
from oversight.refreshes.changes import CHANGE_QUESTIONS
from oversight.refreshes.models import Extension, Refresh, SeniorQuestion
from oversight.roles import STAFF
from oversight.task import Task

from .conftest import Firm

Browser = Callable[..., Client]
Person = Callable[..., Account]
LEAKS = ("It did what it said", "nothing of it changed", "The paper file of 2025")


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def of(firm_key: str) -> Client:
    return signed_in(Account.objects.get(key=firm_key))


def addresses(row: Refresh) -> dict[str, set[str]]:
    """Every page by the roles it is for."""
    one = {
        name: reverse(f"refreshes:{name}", args=[row.pk])
        for name in ("refresh", "changes", "assessment", "condition", "managers", "question", "paper", "paper_pdf")
    }
    approval, extend = (reverse(f"refreshes:{name}", args=[row.vendor_id]) for name in ("approval", "extend"))
    staff, keepers, vm = set(STAFF), {"vendor_manager", "compliance"}, {"vendor_manager"}
    return {
        "/refreshes/": staff, "/refreshes/?format=csv": staff, "/refreshes/?format=xlsx&sheet=approvals": staff, "/refreshes/open/": keepers,
        one["refresh"]: staff, one["paper"]: staff, one["paper_pdf"]: staff, approval: staff, f"{approval}?format=csv": staff,
        one["changes"]: vm, one["assessment"]: vm, one["condition"]: keepers, one["managers"]: keepers, one["question"]: {"senior_manager"},
        extend: {"compliance"},
    }  # fmt: skip


@pytest.mark.parametrize("role", [*STAFF, "vendor", "administrator"])
def test_each_page_is_for_its_roles_and_nothing_leaks_to_others(firm: Firm, browser: Browser, role: str) -> None:
    row = firm.presented()
    client = browser(role, name="reader", vendor="vendor_a" if role == "vendor" else "")
    for url, roles in addresses(row).items():
        answer = client.get(url)
        expected = (200, 302) if role in roles else (403,)
        assert answer.status_code in expected, url
        if role not in roles:
            assert [words for words in LEAKS if words in answer.content.decode()] == []


def test_nobody_who_is_not_signed_in_sees_a_refresh(firm: Firm) -> None:
    for url in addresses(firm.presented()):
        answer = Client().get(url)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


@pytest.mark.parametrize("state", ["opened", "gathered", "written", "drafted", "presented", "completed"])
def test_every_state_of_it_has_a_page_and_a_paper(firm: Firm, browser: Browser, state: str) -> None:
    row = getattr(firm, state)()
    client = browser("vendor_manager", name="reader")
    page = client.get(row.get_absolute_url()).content.decode()
    assert Refresh.objects.get().state_title in page
    assert client.get(f"{row.get_absolute_url()}paper/").status_code == 200
    document = client.get(f"{row.get_absolute_url()}paper.pdf", follow=True)
    assert b"".join(document).startswith(b"%PDF-") if document.streaming else document.content.startswith(b"%PDF-")


def test_a_refresh_is_carried_through_in_the_browser(firm: Firm) -> None:
    vendor = firm.vendor()
    vm, compliance, senior, other = (of(by.key) for by in (firm.vm, firm.compliance, firm.senior, firm.other))
    opened = vm.post("/refreshes/open/", {"vendor": vendor.pk, "counted_from": "2025-10-08", "why": "The paper file."})
    url = opened["Location"]
    row = Refresh.objects.get()
    assert url == row.get_absolute_url()
    assert f"{len(CHANGE_QUESTIONS)} of {len(CHANGE_QUESTIONS)} questions" in vm.get(url).content.decode()
    said = {f"{one.key}-changed": "unchanged" for one in CHANGE_QUESTIONS} | {f"{one.key}-words": f"Looked at {one.title}." for one in CHANGE_QUESTIONS}
    assert vm.post(f"{url}changes/", said)["Location"] == url
    assert post_move(vm, row, "gather", url).status_code == 302
    assert vm.post(f"{url}assessment/", {"assessment": "It did what it said.", "recommendation": "retain_with_conditions"})["Location"] == url
    assert vm.post(f"{url}conditions/", {"what": "A second site.", "due_on": "2027-03-31"})["Location"] == url
    assert vm.post(f"{url}managers/", {"people": [firm.senior.key, firm.other.key]})["Location"] == url
    assert post_move(vm, row, "hand_in", url).status_code == 302
    assert post_move(vm, row, "present", url).status_code == 403
    assert post_move(compliance, row, "present", url).status_code == 302
    assert senior.post(f"{url}questions/", {"text": "Why untested?"})["Location"] == url
    question = SeniorQuestion.objects.get()
    assert "Why untested?" in vm.get(url).content.decode()
    assert vm.post(f"/move/senior_question/{question.pk}/answer/", {"answer": "It runs in March.", "next": url})["Location"] == url
    for client, by in ((senior, firm.senior), (other, firm.other)):
        mine = row.acknowledgements.get(person=by.key)
        assert "Your acknowledgement" in client.get(url).content.decode()
        assert client.post(f"/move/acknowledgement/{mine.pk}/acknowledge/", {"words": "Read and agreed.", "next": url})["Location"] == url
    row.refresh_from_db()
    assert row.state == "completed"
    page = senior.get(url).content.decode()
    assert "The approval holds until 2027-10-01 by this refresh." in page
    assert row.sha256 in page
    paper = senior.get(f"{url}paper/").content.decode()
    assert [words for words in ("Why untested?", "It runs in March.", "Read and agreed.", "A second site.", row.sha256) if words not in paper] == []
    assert row.signed_report is not None
    assert senior.get(f"{url}paper.pdf")["Location"] == reverse("evidence:file_bytes", args=[row.signed_report.pk])
    assert store.read(row.signed_report.sha256).startswith(b"%PDF-")


def test_another_senior_manager_cannot_acknowledge_by_address(firm: Firm, browser: Browser) -> None:
    row = firm.presented()
    mine = row.acknowledgements.get(person=firm.senior.key)
    third = browser("senior_manager", name="third")
    assert third.post(f"/move/acknowledgement/{mine.pk}/acknowledge/", {"words": "For a colleague."}).status_code == 403
    assert "Your acknowledgement" not in third.get(row.get_absolute_url()).content.decode()
    assert "Ask</button>" not in third.get(row.get_absolute_url()).content.decode()
    mine.refresh_from_db()
    assert mine.state == "named"


@pytest.mark.parametrize("given", [{}, {"vendor": "999"}, {"vendor": "x", "counted_from": "2025-13-45"}])
def test_a_bad_opening_is_asked_again(firm: Firm, given: dict[str, str]) -> None:
    firm.vendor()
    answer = of(firm.vm.key).post("/refreshes/open/", given)
    assert answer.status_code == 400
    assert Refresh.objects.count() == 0


def test_opening_what_the_desk_cannot_count_is_refused_in_words(firm: Firm) -> None:
    answer = of(firm.vm.key).post("/refreshes/open/", {"vendor": firm.vendor().pk})
    assert answer.status_code == 400
    assert "State from which day the year counts" in answer.content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"logic-changed": "changed", "logic-words": " "}, "Say it in words"),
        ({"logic-words": "Something."}, "Choose an answer to go with the words"),
        ({"logic-changed": "perhaps", "logic-words": "x"}, "Select a valid choice"),
        ({"logic-changed": "changed", "logic-words": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_half_an_answer_is_said_beside_its_field_and_nothing_is_kept(firm: Firm, said: dict[str, str], words: str) -> None:
    row = firm.opened()
    answer = of(firm.vm.key).post(f"{row.get_absolute_url()}changes/", {"venues-changed": "unchanged", "venues-words": "Looked at.", **said})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert row.changes.exclude(changed="").count() == 0


def test_some_answers_are_kept_and_the_rest_left_for_later(firm: Firm) -> None:
    row = firm.opened()
    of(firm.vm.key).post(f"{row.get_absolute_url()}changes/", {"venues-changed": "unchanged", "venues-words": "Looked at."})
    assert [one.key for one in row.changes.exclude(changed="")] == ["venues"]
    again = of(firm.vm.key).post(f"{row.get_absolute_url()}changes/", {"logic-changed": "changed", "logic-words": "Release 7.2."})
    assert "It was answered already" in again.content.decode()
    assert [one.key for one in row.changes.exclude(changed="")] == ["venues"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("assessment", {"assessment": "", "recommendation": "retain"}), ("assessment", {"assessment": "x", "recommendation": "marry"}),
        ("conditions", {"what": "", "due_on": "2027-01-04"}), ("conditions", {"what": "x", "due_on": "soon"}),
        ("managers", {"people": ["nobody"]}), ("managers", {}),
    ],
)  # fmt: skip
def test_bad_input_is_asked_again_and_changes_nothing(firm: Firm, name: str, given: dict[str, Any]) -> None:
    row = firm.gathered()
    client, before = of(firm.vm.key), Entry.objects.count()
    assert client.post(f"{row.get_absolute_url()}{name}/", given).status_code == 400
    assert Entry.objects.count() == before


def test_words_are_shown_as_words(firm: Firm, browser: Browser) -> None:
    row = firm.gathered()
    actions.write(firm.vm, row, assessment="<script>alert(1)</script>", recommendation="retain")
    page = browser("auditor").get(f"{row.get_absolute_url()}paper/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_extension_is_proposed_and_signed_in_the_browser(firm: Firm) -> None:
    vendor = firm.opened().vendor
    url = reverse("refreshes:approval", args=[vendor.pk])
    compliance, senior = of(firm.compliance.key), of(firm.senior.key)
    assert 'value="2026-11-07"' in compliance.get(f"{url}extend/").content.decode()
    assert compliance.post(f"{url}extend/", {"until_on": "2026-12-24", "reason": "x"}).status_code == 400
    assert compliance.post(f"{url}extend/", {"until_on": "", "reason": ""}).status_code == 400
    assert compliance.post(f"{url}extend/", {"until_on": "2026-11-07", "reason": "The auditor's report is late."})["Location"] == url
    row = Extension.objects.get()
    assert senior.post(f"/move/approval_extension/{row.pk}/sign/", {"next": url})["Location"] == url
    page = senior.get(url).content.decode()
    assert "2026-11-07, by the extension; 2026-10-08 without it" in page
    assert "Propose an extension" not in compliance.get(url).content.decode()


def test_the_index_says_what_is_due_and_not_opened(firm: Firm) -> None:
    row = firm.opened()
    move(firm.compliance, row, "withdraw", why="Begun anew.")
    assert "0 due and not opened" in of(firm.vm.key).get("/refreshes/").content.decode()
    vendor = row.vendor
    firm.completed(vendor)
    Refresh.objects.filter(state="completed").update(completed_at="2025-10-20T12:00:00+00:00")
    page = of(firm.vm.key).get("/refreshes/").content.decode()
    assert "1 due and not opened" in page
    assert "holds until 2026-10-20, 19 days left" in page


@pytest.mark.parametrize("url", ["/refreshes/", "/refreshes/?format=csv"])
def test_the_list_takes_as_many_queries_for_one_refresh_as_for_thirty(firm: Firm, browser: Browser, url: str) -> None:
    client = browser("auditor")
    firm.opened(firm.vendor("v_00"))
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(1, 30):
        firm.opened(firm.vendor(f"v_{number:02}"))
    with CaptureQueriesContext(connection) as thirty:
        assert client.get(url).content.decode().count("Refresh of V 29") == 1
    assert len(thirty) == len(one)


def test_a_page_with_thirty_questions_takes_as_many_queries_as_one_with_one(firm: Firm, browser: Browser) -> None:
    row = firm.presented()
    actions.ask(firm.senior, row, "Why 0?")
    client = browser("auditor")
    client.get(row.get_absolute_url())
    with CaptureQueriesContext(connection) as one:
        client.get(row.get_absolute_url())
    for number in range(1, 30):
        actions.ask(firm.senior, row, f"Why {number}?")
    with CaptureQueriesContext(connection) as thirty:
        assert "Why 29?" in client.get(row.get_absolute_url()).content.decode()
    assert len(thirty) == len(one)


def test_each_role_is_told_what_waits_for_it(firm: Firm) -> None:
    vm, compliance, senior = (Account.objects.get(key=by.key) for by in (firm.vm, firm.compliance, firm.senior))
    row = firm.written()
    page = row.get_absolute_url()
    assert wanted(vm) == [Task(1, "yearly refreshes are in your hands", page)]
    move(firm.vm, row, "hand_in")
    assert wanted(vm) == []
    assert wanted(compliance) == [Task(1, "papers of yearly refreshes await your approval", page)]
    actions.present(firm.compliance, row)
    assert wanted(senior) == [Task(1, "papers of yearly refreshes await your acknowledgement", page)]
    asked = actions.ask(firm.senior, row, "Why?")
    waits = Task(1, "questions of senior managers wait for an answer", asked.get_absolute_url())
    assert (wanted(vm), wanted(compliance)) == ([waits], [waits])
    extension = lapsing.propose_extension(firm.compliance, row.vendor, until_on=date(2026, 10, 20), reason="x")
    assert wanted(senior)[-1] == Task(1, "extensions of approvals await your signature", extension.get_absolute_url(), is_urgent=True)


def test_a_page_of_nothing_is_not_there(browser: Browser) -> None:
    client = browser("vendor_manager", "compliance", "senior_manager", name="all")
    for name in ("refresh", "changes", "assessment", "condition", "managers", "question", "paper", "paper_pdf", "approval", "extend"):
        assert client.get(reverse(f"refreshes:{name}", args=[999_999])).status_code == 404


def wanted(account: Account) -> list[Task]:
    return [task for task in todo.tasks(account) if task.number]


def post_move(client: Client, row: Refresh, name: str, back: str) -> Any:
    return client.post(f"/move/refresh/{row.pk}/{name}/", {"next": back})
