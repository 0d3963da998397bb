"""The pages of the procedures, as each role: what they show, what they refuse, what they say beside a wrong field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.accounts.models import Account
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.procedures import actions, todo
from oversight.procedures.models import Attestation, Printing, Section, Version
from oversight.record.models import Entry

from .conftest import Desk

Browser = Callable[..., Client]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
WRITERS = ("compliance", "supervisor", "vendor_manager")
ATTESTING = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager")
SENT = {
    "title": "Every order counted", "text": "The analyst counts.\n\n- all", "runbook": "", "citations": ["FINRA 3110"], "checks": ["COM-101"],
    "filed_what": "the minutes", "filed_days": "100", "readers": ["analyst"], "read_within_days": "14", "summary": "shorter",
}  # fmt: skip


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def read_pages(version: Version) -> list[str]:
    section = f"/procedures/{version.section.pk}/"
    return [
        "/procedures/", section, f"{section}compare/", f"/procedures/versions/{version.pk}/", "/procedures/checks/", "/procedures/by-age/",
        "/procedures/attestations/", "/procedures/print/", "/procedures/print/pdf/",
    ]  # fmt: skip


def write_pages(version: Version) -> list[str]:
    return ["/procedures/new/", "/procedures/starters/", f"/procedures/{version.section.pk}/draft/"]


@pytest.mark.parametrize("role", READERS)
def test_staff_read_everything_and_writers_alone_write(desk: Desk, browser: Browser, role: str) -> None:
    version = desk.approved(text="words that could leak")
    client = browser(role, name="reader")
    assert [client.get(url).status_code for url in read_pages(version)] == [200] * 9
    assert [client.get(url).status_code for url in write_pages(version)] == [200 if role in WRITERS else 403] * 3
    assert client.get("/procedures/reading/").status_code == (200 if role in ATTESTING else 403)


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_nothing_of_it(desk: Desk, browser: Browser, role: str) -> None:
    version = desk.approved(text="words that could leak", title="A title that could leak")
    row = Attestation.objects.get()
    client, entries = browser(role, name="outside", vendor="vendor_a" if role == "vendor" else ""), Entry.objects.count()
    for url in [*read_pages(version), *write_pages(version), "/procedures/reading/", row.get_absolute_url(), "/procedures/?format=csv"]:
        page = client.get(url)
        assert (url, page.status_code) == (url, 403)
        assert b"could leak" not in page.content
    for kind, pk, move in (("procedure_version", version.pk, "retire"), ("attestation", row.pk, "attest")):
        assert client.post(f"/move/{kind}/{pk}/{move}/", {"why": "x"}).status_code == 404
    for url in (f"/procedures/{version.section.pk}/ask/", "/procedures/print/file/", "/procedures/starters/", row.get_absolute_url()):
        assert client.post(url, {"people": "x", "starter": "large"}).status_code == 403
    assert b"could leak" not in client.get("/").content
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("role", ["analyst", "committee", "senior_manager", "auditor"])
def test_who_may_not_write_changes_nothing_by_posting(desk: Desk, browser: Browser, role: str) -> None:
    version = desk.approved()
    client, entries = browser(role, name="somebody"), Entry.objects.count()
    posts = [*write_pages(version), f"/procedures/{version.section.pk}/ask/", f"/procedures/versions/{version.pk}/revise/"]
    assert [client.post(url, SENT).status_code for url in posts] == [403] * 5
    assert Entry.objects.count() == entries


def test_an_empty_desk_says_what_to_do_next(browser: Browser) -> None:
    page = browser("compliance").get("/procedures/").content.decode()
    assert "Take over the 24 starter sections with the button above" in page
    assert "Compliance, supervisors and vendor managers write them." in browser("auditor").get("/procedures/").content.decode()


def test_starters_are_taken_over_by_choice(browser: Browser) -> None:
    client = browser("compliance")
    assert client.get("/procedures/starters/").content.decode().count('name="starter"') == 24
    assert client.post("/procedures/starters/", {"starter": ["large", "exit"]}).status_code == 302
    assert list(Section.objects.values_list("starter", flat=True)) == ["large", "exit"]
    assert client.post("/procedures/starters/", {}).status_code == 409


def test_a_section_is_opened_drafted_and_revised_through_the_form(desk: Desk, browser: Browser) -> None:
    client = browser("compliance", name="web")
    people = {"owner": f"{desk.owner.key}/analyst", "deputy": f"{desk.deputy.key}/supervisor"}
    made = client.post("/procedures/new/", {**SENT, **people, "chapter": "monitoring"})
    version = Version.objects.get()
    assert (made.status_code, made["Location"]) == (302, version.get_absolute_url())
    assert (version.owner, version.owner_role, version.citations, version.checks) == (desk.owner.key, "analyst", ["FINRA 3110"], ["COM-101"])
    assert version.proofs == [{"kind": "filed", "days": 100, "what": "the minutes"}]
    assert version.text == "The analyst counts.\n\n- all", "line ends as they are stored, whatever the browser sends"
    page = client.get(f"/procedures/versions/{version.pk}/revise/").content.decode()
    assert f'value="{version.hash}"' in page
    again = client.post(f"/procedures/versions/{version.pk}/revise/", {**SENT, **people, "text": "Other.\r\n\r\nWords.", "seen": version.hash})
    assert again.status_code == 302
    assert Version.objects.get().text == "Other.\n\nWords."


def test_what_was_changed_in_another_window_is_told_and_the_words_are_kept(desk: Desk) -> None:
    version = desk.drafted()
    writer = Account.objects.get(key=desk.writer.key)
    seen = version.hash
    actions.revise(desk.writer, version, desk.values(text="From another window."), "")
    page = signed_in(writer).post(f"/procedures/versions/{version.pk}/revise/", {**SENT, "text": "My words.", "seen": seen})
    assert page.status_code == 400
    assert "This draft was changed or moved meanwhile" in page.content.decode()
    assert "My words." in page.content.decode()
    assert Version.objects.get().text == "From another window."


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"text": "x" * 20_001}, "at most 20000 characters"),
        ({"filed_days": ""}, "Say both what it is and how many days old it may be, or neither."),
        ({"filed_what": ""}, "Say both what it is and how many days old it may be, or neither."),
        ({"filed_days": "0"}, "greater than or equal to 1"),
        ({"filed_days": "ten"}, "Enter a whole number."),
        ({"citations": ["no such rule"]}, "no such rule is not one of the available choices"),
        ({"checks": ["XXX-1"]}, "XXX-1 is not one of the available choices"),
        ({"owner": "a-nobody/analyst"}, "a-nobody/analyst is not one of the available choices"),
        ({"readers": ["auditor"]}, "auditor is not one of the available choices"),
        ({"read_within_days": "400"}, "less than or equal to 365"),
        ({"chapter": "nowhere"}, "nowhere is not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_saved(browser: Browser, wrong: dict[str, Any], said: str) -> None:
    page = browser("compliance").post("/procedures/new/", {**SENT, "chapter": "monitoring", **wrong})
    assert page.status_code == 400
    assert said in page.content.decode()
    assert Section.objects.count() == 0


def test_owner_and_deputy_are_two_people(desk: Desk, browser: Browser) -> None:
    one = f"{desk.owner.key}/analyst"
    page = browser("compliance", name="web").post("/procedures/new/", {**SENT, "chapter": "monitoring", "owner": one, "deputy": one})
    assert "Owner and deputy are one person. Choose another." in page.content.decode()


def test_markup_in_a_procedure_is_shown_and_never_run(desk: Desk, browser: Browser) -> None:
    nasty = "<script>alert(1)</script> & <b>x</b>"
    version = desk.approved(text=f"{nasty}\n\n- {nasty}\n\n## {nasty}", runbook=f"1. {nasty}", title=nasty)
    actions.draft(desk.writer, version.section, desk.values(text=f"{nasty} more"), nasty)
    client = browser("auditor")
    for url in read_pages(version)[:-1]:
        page = client.get(url).content.decode()
        assert (url, "<script>alert" in page) == (url, False)


def test_the_page_of_an_untailored_draft_names_what_is_left(desk: Desk, browser: Browser) -> None:
    (section,) = actions.take_over(desk.writer, ["exit"])
    version = section.versions.get()
    client = browser("supervisor", name="reader")
    page = client.get(version.get_absolute_url()).content.decode()
    assert "It cannot be approved yet:" in page
    assert "[number] (2 times), [titles of the persons]" in page
    refused = signed_in(Account.objects.get(key=desk.writer.key)).post(f"/move/procedure_version/{version.pk}/propose/")
    assert refused.status_code == 409
    assert "[titles of the persons]" in refused.content.decode()


def test_a_proposal_is_approved_through_the_page_of_moves(desk: Desk) -> None:
    version = desk.proposed()
    client = signed_in(Account.objects.get(key=desk.approver.key))
    url = f"/move/procedure_version/{version.pk}/approve/"
    assert client.post(url, {"effective_on": ""}).status_code == 400
    assert client.post(url, {"effective_on": "2026-09-01"}).status_code == 409
    assert client.post(url, {"effective_on": "2026-10-02", "next": version.get_absolute_url()}).status_code == 302
    row = Version.objects.get()
    assert (row.state, row.effective_on) == ("approved", date(2026, 10, 2))


def test_two_versions_are_compared_with_what_went_out_and_came_in(desk: Desk, browser: Browser) -> None:
    first = desk.approved()
    desk.next_of(first.section, text="The supervisor counts the orders each morning.", checks=["COM-101"], owner=desk.deputy.key, deputy=desk.owner.key)
    client, url = browser("auditor"), f"/procedures/{first.section.pk}/compare/"
    page = client.get(f"{url}?a=1&b=2").content.decode()
    assert '<del class="diff-word removed"><span class="unseen">taken out: </span>analyst</del>' in page
    assert '<ins class="diff-word added"><span class="unseen">put in: </span>supervisor</ins>' in page
    assert "<td>Checks</td><td>COM-101, COM-102</td><td>COM-101</td>" in page
    assert "1 word taken out" in page
    assert [client.get(f"{url}{odd}").status_code for odd in ("?a=x&b=99", "?a=1&b=1", "")] == [200, 200, 200]


def test_a_person_reads_and_attests_and_nobody_else_sees_the_page(desk: Desk, browser: Browser) -> None:
    version = desk.approved(text="Read me.")
    row = Attestation.objects.get()
    client = signed_in(desk.owner)
    assert row.get_absolute_url() in client.get("/procedures/reading/").content.decode()
    assert "Read me." in client.get(row.get_absolute_url()).content.decode()
    for role in ("supervisor", "compliance"):
        other = browser(role, name=f"other {role}")
        assert (other.get(row.get_absolute_url()).status_code, other.post(row.get_absolute_url()).status_code) == (404, 404)
    assert client.post(row.get_absolute_url()).status_code == 302
    assert Attestation.objects.get().state == "attested"
    assert f"{version}</a>" in client.get("/procedures/reading/").content.decode()
    assert client.post(row.get_absolute_url()).status_code == 409


def test_the_generic_move_does_not_let_another_attest(desk: Desk, browser: Browser) -> None:
    desk.approved()
    row = Attestation.objects.get()
    assert browser("supervisor", name="other supervisor").post(f"/move/attestation/{row.pk}/attest/").status_code == 403
    assert Attestation.objects.get().state == "asked"


def test_the_list_puts_lapsed_evidence_first_and_filters(desk: Desk) -> None:
    desk.approved(title="Stays fresh", readers=[])
    lapsing = desk.approved(title="Lapses", readers=[], proofs=[{"kind": "filed", "days": 5, "what": "the log"}])
    fresh = Section.objects.get(title="Stays fresh")
    evidence.file(desk.writer, "a.txt", b"the minutes", subject=fresh.subject)
    client = signed_in(desk.owner)
    with clock.stated(datetime(2026, 10, 12, 12, tzinfo=UTC)):
        page = client.get("/procedures/").content.decode()
        assert page.index(">Lapses</a>") < page.index(">Stays fresh</a>")
        rows = client.get("/procedures/?format=csv&state=lapsed").content.decode().splitlines()
        assert [row.split(",")[1] for row in rows[1:]] == ["Lapses"]
        section = client.get(lapsing.section.get_absolute_url()).content.decode()
        assert "None was ever produced; the first was due by 2026-10-06." in section
    assert "Nothing" not in client.get("/procedures/?state=changing&chapter=review").content.decode()


def test_the_pages_ask_the_same_number_of_queries_for_one_and_for_thirty(desk: Desk, browser: Browser) -> None:
    client = browser("compliance", name="reader")
    desk.approved()
    urls = ("/procedures/", "/procedures/by-age/", "/procedures/attestations/", "/procedures/print/", "/procedures/checks/", "/")
    counted = []
    for _ in range(2):
        for url in urls:
            client.get(url)
        numbers = []
        for url in urls:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            numbers.append(len(captured))
        counted.append(numbers)
        for number in range(29):
            desk.approved(title=f"Section {number}")
    assert counted[0] == counted[1]


@pytest.mark.parametrize(("on", "status"), [("2026-09-30", 200), ("", 200), ("2026-10-02", 409), ("yesterday", 409), ("2026-13-01", 409)])
def test_a_printing_is_of_a_day_that_can_be(desk: Desk, browser: Browser, on: str, status: int) -> None:
    desk.approved()
    client = browser("auditor")
    assert [client.get(f"/procedures/{page}?on={on}").status_code for page in ("print/", "print/pdf/")] == [status, status]


def test_a_printing_is_filed_with_a_button_and_listed(desk: Desk, browser: Browser) -> None:
    desk.approved()
    client = browser("analyst", name="filer")
    assert "File this printing as evidence" in client.get("/procedures/print/").content.decode()
    assert client.post("/procedures/print/file/", {"on": "2026-10-01"}).status_code == 302
    assert (Printing.objects.count(), Filed.objects.get().type.title) == (1, "PDF")
    assert client.post("/procedures/print/file/", {"on": "2026-10-01"}).status_code == 409
    assert Printing.objects.get().sha256[:16] in client.get("/procedures/print/").content.decode()
    assert "File this printing" not in browser("auditor").get("/procedures/print/").content.decode()


def test_compliance_asks_by_name_through_the_page(desk: Desk, browser: Browser) -> None:
    version = desk.approved(readers=[])
    client = browser("compliance", name="asker")
    url = f"/procedures/{version.section.pk}/ask/"
    assert client.post(url, {"people": [desk.owner.key], "due_on": "2026-10-09"}).status_code == 302
    assert Attestation.objects.get().due_on == date(2026, 10, 9)
    assert [client.post(url, sent).status_code for sent in ({"people": ["a-nobody"], "due_on": "2026-10-09"}, {"people": [desk.owner.key]})] == [409, 409]


def test_today_says_what_each_person_has_to_do(desk: Desk, person: Callable[..., Account]) -> None:
    actions.take_over(desk.writer, ["large"])
    desk.proposed(title="Waits")
    desk.approved(title="Lapses", readers=["analyst"], proofs=[{"kind": "filed", "days": 5, "what": "the log"}], read_within_days=3)
    with clock.stated(datetime(2026, 10, 12, 12, tzinfo=UTC)):

        def told(account: Account) -> dict[str, int]:
            return {task.what: task.number for task in todo.tasks(Account.objects.get(pk=account.pk)) if task.number}

        assert told(desk.owner) == {"procedures wait for your attestation and are overdue": 1, "procedures have lapsed evidence": 1}
        assert told(desk.deputy) == {"procedures are proposed and wait for a second person": 1, "procedures have lapsed evidence": 1}
        assert told(person("compliance", name="fresh")) == {
            "procedures are proposed and wait for a second person": 1, "procedures have lapsed evidence": 1, "checks are claimed by no procedure in force": 60,
            "attestations are overdue": 1,
        }  # fmt: skip
        assert told(Account.objects.get(key=desk.writer.key)) == {
            "drafts of procedures are yours": 1, "procedures have lapsed evidence": 1, "checks are claimed by no procedure in force": 60,
            "attestations are overdue": 1,
        }  # fmt: skip
        assert (told(person("auditor")), told(person("vendor", vendor="vendor_a")), told(person("committee"))) == ({}, {}, {})


def test_another_page_can_show_the_sections_by_age_without_knowing_of_them(desk: Desk) -> None:
    panel = Template("{% include above %}")
    above = Context({"above": ("procedures/by_evidence_age.html",)})
    assert "No section of the procedures is in force" in panel.render(above)
    for number in range(14):
        desk.approved(title=f"Section {number}", readers=[], proofs=[{"kind": "filed", "days": 5 + number, "what": "the log"}])
    with clock.stated(datetime(2026, 10, 8, 12, tzinfo=UTC)):
        shown = panel.render(above)
    assert shown.index(">Section 0</a>") < shown.index(">Section 1</a>")
    assert ("2 lapsed" in shown, "2 more are in better standing" in shown) == (True, True), "five and six days after 1 October are over on the 8th"
