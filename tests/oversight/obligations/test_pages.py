"""The pages: who sees them, what stands first on them, forms with bad input, the same number of queries with one row and with thirty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.obligations import actions, assessing, assessment, profiling, queries, todo
from oversight.obligations.bank import ASSESSMENT, ASSESSMENT_AREAS, DONE, NOT_APPLICABLE, NOT_DONE, PROFILE
from oversight.obligations.models import Absence, Answer, Duty, Matrix, Occurrence, PullRight, SelfAssessment
from oversight.roles import STAFF
from oversight.vendors.actions import register

from .conftest import FACTS, account, at

Browser = Callable[..., Client]
Person = Callable[..., Account]
LISTS = (
    "", "register/", "shipped/", "calendar/", "calendar/?month=2026-10", "state/", "absences/", "escalation/", "pull/", "profile/", "self-assessments/",
)  # fmt: skip


def body(client: Client, address: str) -> str:
    answer = client.get(f"/duties/{address}")
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("role", STAFF)
def test_the_firms_people_read_every_page(role: str, browser: Browser, duty: Duty, due: Occurrence, compliance: Actor) -> None:
    row = assessing.begin(compliance)
    client = browser(role, name="reader")
    own = (f"{duty.pk}/", f"occurrences/{due.pk}/", f"self-assessments/{row.pk}/", f"self-assessments/{row.pk}/3/", "profile/pfof/")
    for address in (*LISTS, *own):
        answer = client.get(f"/duties/{address}")
        assert (address, answer.status_code) == (address, 403 if role == "auditor" and address == "absences/" else 200)
    assert (b'href="/duties/absences/"' in client.get("/duties/").content) is (role != "auditor"), "nobody is led to a page that is not for them"


@pytest.mark.parametrize("role", ["administrator", "vendor"])
def test_administrator_and_vendor_see_nothing(role: str, browser: Browser, duty: Duty, due: Occurrence, person: Person) -> None:
    outsider = browser(role, name="outsider", vendor="vendor_a" if role == "vendor" else "")
    for address in (*LISTS, f"{duty.pk}/", f"occurrences/{due.pk}/", "profile/pfof/"):
        answer = outsider.get(f"/duties/{address}")
        assert answer.status_code == 403
        assert duty.title not in answer.content.decode()
    assert outsider.get(f"/move/duty_occurrence/{due.pk}/do/").status_code == 404
    assert outsider.get(f"/record/of/duty/{duty.pk}/").status_code in (403, 404)
    assert todo.tasks(person(role)) == []


def test_a_stranger_is_sent_to_sign_in(duty: Duty) -> None:
    assert Client().get(f"/duties/{duty.pk}/").status_code == 302


def test_the_page_leads_with_what_lapsed(browser: Browser, due: Occurrence) -> None:
    client = browser("compliance", name="reader")
    with at(10, 9):
        actions.daily()
        page = body(client, "?show=missed")
    assert '<span class="figure">1</span><span class="what">lapsed' in page
    assert "missed, 2 business days" in page
    assert page.index("lapsed: missed") < page.index("Who is out today")


def test_an_empty_desk_says_what_to_do_next(browser: Browser) -> None:
    page = body(browser("compliance"), "")
    assert "answer the obligation profile" in page
    assert "In an outage nobody should have to ask." in page
    assert "Compliance begins the first one" in body(browser("analyst"), "self-assessments/")


def test_the_list_is_filtered(browser: Browser, compliance: Actor, owner: Actor, deputy: Actor, duty: Duty, due: Occurrence) -> None:
    vendor = register(compliance, key="vendor_a", name="Alpha Routing LLC")
    actions.ensure(compliance, key="refresh", title="Refresh of the file", due_on=date(2026, 10, 20), vendor=vendor)
    client = browser("auditor")
    shown = {address: ("Call with the vendor, 2026-09" in page or "Call with the vendor</a>" in page, "Refresh of the file" in page) for address in (
        "", "?vendor=vendor_a", f"?owner={owner.key}", "?owner=nobody", "?severity=high", "?text=refresh", "?show=running", "?show=done", "?show=nonsense")
        for page in [body(client, address)]}  # fmt: skip
    assert shown == {
        "": (True, True), "?vendor=vendor_a": (False, True), f"?owner={owner.key}": (True, False), "?owner=nobody": (False, True),
        "?severity=high": (True, False),
        "?text=refresh": (False, True), "?show=running": (True, False), "?show=done": (False, False), "?show=nonsense": (True, True),
    }  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("address", ["", "register/", "shipped/", "calendar/", "state/", "profile/", "self-assessments/"])
def test_every_list_is_downloaded(browser: Browser, due: Occurrence, form: str, address: str) -> None:
    answer = browser("auditor").get(f"/duties/{address}?format={form}")
    assert (answer.status_code, answer["Content-Disposition"].startswith("attachment;")) == (200, True)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/duties/{address}").status_code == 200
    return len(asked)


def test_a_list_of_thirty_costs_what_a_list_of_one_does(browser: Browser, compliance: Actor, owner: Actor, deputy: Actor, duty: Duty, due: Occurrence) -> None:
    watched = ("?show=all", "register/", "calendar/?month=2026-10", "state/", "shipped/", f"{duty.pk}/")
    with at(10, 9):
        client, vendor = browser("auditor"), register(compliance, key="vendor_a", name="Alpha Routing LLC")
        body(client, "")
        actions.daily()
        before = [queries_of(client, address) for address in watched]
        for number in range(30):
            actions.add(compliance, key=f"call-{number}", owner=owner.key, deputy=deputy.key, vendor=vendor, **FACTS)
            actions.ensure(compliance, key="call", due_on=date(2026, 10, 12) + timedelta(days=7 * number))
        with at(11, 12):
            actions.daily()
        assert [queries_of(client, address) for address in watched] == before


def test_the_lists_of_the_profile_and_self_assessments_cost_the_same(browser: Browser, compliance: Actor) -> None:
    client, watched = browser("committee"), ("profile/", "self-assessments/", "absences/", "escalation/", "pull/")
    body(client, "")
    profiling.answer(compliance, "fees", "yes")
    assessing.finish(compliance, answered(compliance), statement="x")
    before = [queries_of(client, address) for address in watched]
    for asked in PROFILE:
        if asked.key != "fees" and not asked.figure:
            profiling.answer(compliance, asked.key, asked.choices[0][0])
    for _ in range(4):
        assessing.finish(compliance, answered(compliance), statement="x")
    assert [queries_of(client, address) for address in watched] == before


def answered(by: Actor) -> SelfAssessment:
    row = assessing.begin(by)
    assessing.answer(by, row, {asked.key: (NOT_DONE, "") for asked in ASSESSMENT})
    return row


def test_compliance_adds_amends_and_reassigns_a_duty_by_hand(browser: Browser, person: Person) -> None:
    client, one, two = browser("compliance"), person("analyst", name="one"), person("supervisor", name="two")
    sent = {**FACTS, "key": "monthly-call", "owner": one.key, "deputy": one.key, "second": ""}
    assert "somebody else than the owner" in client.post("/duties/add/", sent, follow=True).content.decode()
    assert client.post("/duties/add/", {**sent, "key": "not a slug"}).status_code == 400
    assert client.post("/duties/add/", {**sent, "owner": ""}).status_code == 400
    assert client.post("/duties/add/", {**sent, "cites": ["nothing"]}).status_code == 400
    assert Duty.objects.count() == 0
    assert client.post("/duties/add/", {**sent, "deputy": two.key}).status_code == 302
    row = Duty.objects.get()
    assert client.post(f"/duties/{row.pk}/amend/", {**FACTS, "title": "Weekly call", "every": "week", "second": ""}).status_code == 400, "why is missing"
    assert client.post(f"/duties/{row.pk}/amend/", {**FACTS, "title": "Weekly call", "every": "week", "second": "", "why": "More often."}).status_code == 302
    assert client.post(f"/duties/{row.pk}/assign/", {"owner": two.key, "deputy": two.key}).status_code == 400
    assert client.post(f"/duties/{row.pk}/assign/", {"owner": two.key, "deputy": one.key, "why": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.every, row.owner, row.deputy) == ("Weekly call", "week", two.key, one.key)


def test_owners_are_named_for_a_whole_role(browser: Browser, compliance: Actor, person: Person) -> None:
    profiling.answer(compliance, "routes_through_vendor", "yes")
    one, two = person("vendor_manager", name="one"), person("supervisor", name="two")
    client, number = browser("supervisor"), Duty.objects.filter(owner_role="vendor_manager").count()
    assert client.post("/duties/owners/", {"role": "vendor_manager", "owner": "", "deputy": ""}).status_code == 400
    assert client.post("/duties/owners/", {"role": "vendor_manager", "owner": one.key, "deputy": two.key}).status_code == 302
    assert (number > 1, Duty.objects.filter(owner=one.key, deputy=two.key).count()) == (True, number)


def test_its_owner_does_it_from_its_page_and_others_see_no_button(browser: Browser, due: Occurrence, owner: Actor) -> None:
    assert "data-move" not in body(browser("analyst", name="stranger"), f"occurrences/{due.pk}/")
    client = Client()
    client.force_login(account(owner), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert 'data-move="do"' in body(client, f"occurrences/{due.pk}/")
    answer = client.post(f"/move/duty_occurrence/{due.pk}/do/", {"note": "Called them.", "next": due.get_absolute_url()})
    assert (answer.status_code, answer["Location"]) == (302, due.get_absolute_url())
    page = body(client, f"occurrences/{due.pk}/")
    assert "Called them." in page
    assert 'class="tag good">done' in page


def test_a_question_is_answered_and_signed_from_its_page(browser: Browser) -> None:
    client, second = browser("compliance"), browser("supervisor")
    assert "rule605_monthly" not in body(client, "profile/accounts/")
    assert client.post("/duties/profile/accounts/", {"choice": "over", "figure": "50"}).status_code == 409
    assert client.post("/duties/profile/accounts/", {"choice": "over", "figure": "120000"}).status_code == 302
    assert client.post("/duties/profile/crypto/", {"choice": NOT_APPLICABLE, "words": ""}).status_code == 400
    assert client.post("/duties/profile/crypto/", {"choice": "perhaps"}).status_code == 400
    assert client.post("/duties/profile/crypto/", {"choice": NOT_APPLICABLE, "words": "None."}).status_code == 302
    waits = Answer.objects.get(question="crypto")
    assert 'data-move="sign"' not in body(client, "profile/crypto/")
    assert 'data-move="sign"' in body(second, "profile/crypto/")
    assert second.post(f"/move/profile_answer/{waits.pk}/sign/", {"next": "/duties/profile/"}).status_code == 302
    assert "confirm by 2027-10-01" in body(second, "profile/")
    assert second.post("/duties/profile/pfof/", {"choice": "yes"}).status_code == 403
    assert client.get("/duties/profile/nothing/").status_code == 404


def test_the_profile_of_a_day_to_come_is_refused(browser: Browser) -> None:
    client = browser("auditor")
    assert [client.get(f"/duties/{page}?on=2026-10-02").status_code for page in ("profile/", "state/")] == [409, 409]
    assert [client.get(f"/duties/{page}?on=yesterday").status_code for page in ("profile/", "state/")] == [200, 200]


def test_a_self_assessment_goes_from_first_question_to_the_calendar(browser: Browser) -> None:
    client = browser("compliance")
    assert client.post("/duties/self-assessments/").status_code == 302
    row = SelfAssessment.objects.get()
    for area in assessment.areas(row):
        sent = {asked.key: DONE for asked in area.questions}
        answer = client.post(f"/duties/self-assessments/{row.pk}/{area.number}/", {**sent, "onward": "1"})
        assert answer.status_code == 302
    assert answer["Location"] == f"/duties/self-assessments/{row.pk}/"
    first = assessment.areas(row)[0]
    bad = {first.questions[0].key: "partly", f"{first.questions[1].key}-words": "words without an answer"}
    page = client.post(f"/duties/self-assessments/{row.pk}/1/", bad)
    assert (page.status_code, "Say what is missing." in page.content.decode(), "Choose an answer to these words." in page.content.decode()) == (400, True, True)
    client.post(f"/duties/self-assessments/{row.pk}/1/", {first.questions[0].key: NOT_DONE})
    assert client.post(f"/move/self_assessment/{row.pk}/finish/", {"statement": "To the best of my knowledge.", "next": "/"}).status_code == 302
    assert "Put the gaps on the calendar" in body(client, f"self-assessments/{row.pk}/")
    key = first.questions[0].key
    assert client.post(f"/duties/self-assessments/{row.pk}/plan/", {key: "on", f"{key}-on": "2026-09-01"}).status_code == 400
    assert client.post(f"/duties/self-assessments/{row.pk}/plan/", {key: "on", f"{key}-on": "2026-11-02"}).status_code == 302
    assert Occurrence.objects.get().due_on == date(2026, 11, 2)
    assert client.post("/duties/self-assessments/999/1/").status_code == 404
    assert client.get(f"/duties/self-assessments/{row.pk}/{len(ASSESSMENT_AREAS) + 1}/").status_code == 404


def test_absences_matrix_and_pull_list_are_kept_from_their_pages(browser: Browser, person: Person) -> None:
    client, analyst = browser("compliance"), browser("analyst")
    own = Account.objects.get(name="analyst")
    days = {"from_on": "2026-10-05", "until_on": "2026-10-09"}
    assert analyst.post("/duties/absences/", {"person": person("committee").key, **days}).status_code == 400
    assert analyst.post("/duties/absences/", {"person": own.key, **days}).status_code == 302
    assert analyst.post(f"/duties/absences/{Absence.objects.get().pk}/end/").status_code == 302
    assert client.post("/duties/escalation/", {"high-supervisor": "1", "why": "x"}).status_code == 409
    steps = {f"{severity}-supervisor": "2" for severity in ("high", "medium", "low")}
    assert client.post("/duties/escalation/", {**steps, "high-analyst": "0", "why": "x"}).status_code == 400
    assert client.post("/duties/escalation/", {**steps, "why": "One step for all."}).status_code == 302
    assert Matrix.objects.get().steps == [{"severity": severity, "after": 2, "role": "supervisor"} for severity in ("high", "medium", "low")]
    assert analyst.post("/duties/escalation/", {**steps, "why": "x"}).status_code == 403
    assert client.post("/duties/pull/", {"role": "supervisor", "what": "venue", "how": ""}).status_code == 400
    assert client.post("/duties/pull/", {"role": "supervisor", "what": "venue", "how": "Call the vendor's desk."}).status_code == 302
    assert analyst.post("/duties/pull/", {"role": "supervisor", "what": "symbol", "how": "x"}).status_code == 403
    assert "nobody of this role is here" in body(analyst, "")
    assert client.post(f"/duties/pull/{PullRight.objects.get().pk}/end/", {"why": "Changed."}).status_code == 302


def test_the_calendar_shows_what_is_raised_and_what_comes_by_rule(browser: Browser, due: Occurrence) -> None:
    client = browser("auditor")
    october, january = body(client, "calendar/?month=2026-10"), body(client, "calendar/?month=2027-01")
    assert f'href="/duties/occurrences/{due.pk}/"' in october
    assert ("2026-12</p>" in january, "/duties/occurrences/" in january) == (True, False)
    assert "market closed" not in october
    assert client.get("/duties/calendar/?month=no").status_code == 200


def test_what_needs_each_role_is_told(person: Person, compliance: Actor, owner: Actor, deputy: Actor, due: Occurrence) -> None:
    def told(who: Account) -> dict[str, int]:
        return {task.what: task.number for task in todo.tasks(Account.objects.get(pk=who.pk)) if task.number}

    supervisor, senior, auditor = (person(role) for role in ("supervisor", "senior_manager", "auditor"))
    assert told(account(owner)) == {"duties asked of you are due within 7 days": 1}
    assert told(auditor) == told(senior) == {}
    profiling.answer(compliance, "crypto", NOT_APPLICABLE, words="None.")
    with at(10, 14):
        actions.daily()
        assert told(account(owner)) == {"duties asked of you are past their day": 1}
        assert told(account(deputy)) == {}
        assert told(senior) == {"missed duties were escalated to you": 1}
        assert told(supervisor) == {"answers of the profile await a second signature": 1}
        assert told(account(compliance)) == {
            "duties of the firm are missed or past their day": 1, "questions of the obligation profile are not answered": len(PROFILE) - 1,
            "self-assessment waits to be begun": 1,
        }  # fmt: skip
        row = queries.occurrences().get(pk=due.pk)
        actions.ask_waiver(owner, row, why="They are closed.")
        assert told(supervisor)["waivers are asked"] == 1


def test_by_owner_counts_what_each_has(compliance: Actor, owner: Actor, deputy: Actor, due: Occurrence, duty: Duty) -> None:
    actions.note_absence(owner, person=owner.key, from_on=clock.today(), until_on=date(2026, 10, 2))
    [load] = queries.loads()
    assert (load.key, load.duties, load.overdue, load.soon, load.ahead, load.out_until) == (owner.key, 1, 0, 1, 1, date(2026, 10, 2))


def test_a_formula_in_a_title_is_text_in_the_download(browser: Browser, compliance: Actor, owner: Actor) -> None:
    actions.add(compliance, key="odd", owner=owner.key, **{**FACTS, "title": "=HYPERLINK(1)"})
    text: Any = browser("auditor").get("/duties/register/?format=csv").content.decode()
    assert "'=HYPERLINK(1)" in text
