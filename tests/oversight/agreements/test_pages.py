"""The pages: each as each kind of role, as the other vendor, with bad input, and at the same number of queries whatever they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.agreements import actions, todo
from oversight.agreements.models import Agreement, Breach, Clause, Credit, DutyReport, Entitlement
from oversight.agreements.templates_of_clauses import TEMPLATES
from oversight.evidence import actions as evidence
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import Bench, Clauses, Desk, filled, received
from .test_agreements import given

Browser = Callable[..., Client]
Missed = Callable[..., Breach]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
SECRET = "words that could leak"
AGREEMENT = {"title": "Third agreement", "signed_on": "2026-06-20", "effective_from": "2026-07-01", "notice_days": "90", "monthly_fee_usd": "12000"}
CLAUSE = {
    "number": "4.2", "title": "Fast", "words": "Fast enough.", "side": "at_most", "bound": "10", "window": "month", "least_n": "100", "cure_days": "30",
    "credit_kind": "per_unit", "usd": "50", "cap_usd": "2000",
}  # fmt: skip


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def full(desk: Desk, missed: Missed, clause: Clauses) -> dict[str, int]:
    """One of everything, of vendor_a; the number of each by its name."""
    breach = missed("vendor_a")
    credit = actions.claim_credit(desk.manager, breach, claimed_usd=Decimal("125.00"))
    reported = clause("vendor_a", **given())
    report = actions.report(desk.manager, reported, on=date(2026, 9, 30), value=Decimal(4), n=2, what=SECRET)
    right = actions.note_right(desk.manager, desk.vendor(), what="routes", clause="9.1", format="CSV", clock_days=5, from_on=date(2026, 7, 1))
    move(desk.compliance, right, "activate")
    actions.prove(desk.manager, right, date(2026, 7, 1), delivered_on=date(2026, 8, 3), is_complete=True, import_name="routes_2026-07.csv")
    return {"agreement": breach.clause.agreement_id, "clause": breach.clause_id, "reported": reported.pk, "report": report.pk, "breach": breach.pk,
            "credit": credit.pk, "right": right.pk}  # fmt: skip


def read_by_staff(full: dict[str, int]) -> list[str]:
    return [
        "/agreements/", f"/agreements/{full['agreement']}/", f"/agreements/clauses/{full['clause']}/", f"/agreements/clauses/{full['reported']}/",
        f"/agreements/reports/{full['report']}/", "/agreements/breaches/", f"/agreements/breaches/{full['breach']}/", "/agreements/credits/",
        "/agreements/obtained/", f"/agreements/obtained/{full['right']}/", "/agreements/templates/",
    ]  # fmt: skip


def written_by_keepers(full: dict[str, int]) -> list[str]:
    return [
        "/agreements/draft/", f"/agreements/{full['agreement']}/amend/", f"/agreements/{full['agreement']}/clause/",
        f"/agreements/{full['agreement']}/clause/?template=receipt_to_route", f"/agreements/{full['agreement']}/clause/?figure=check:ROU-106",
        f"/agreements/clauses/{full['reported']}/report/", "/agreements/obtained/add/", f"/agreements/obtained/{full['right']}/2026-08/",
    ]  # fmt: skip


@pytest.mark.parametrize("role", READERS)
def test_staff_read_every_page_and_keepers_alone_write(full: dict[str, int], browser: Browser, role: str) -> None:
    client = browser(role, name=f"reader {role}")
    assert {url: client.get(url).status_code for url in read_by_staff(full)} == dict.fromkeys(read_by_staff(full), 200)
    is_keeper = role in ("vendor_manager", "compliance")
    expected = dict.fromkeys(written_by_keepers(full), 200 if is_keeper else 403)
    expected[f"/agreements/obtained/{full['right']}/2026-08/"] = 200 if is_keeper or role == "analyst" else 403
    assert {url: client.get(url).status_code for url in written_by_keepers(full)} == expected
    assert client.get("/agreements/asked/").status_code == 403


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_none_of_the_firms_pages(full: dict[str, int], browser: Browser, role: str) -> None:
    client = browser(role, name="outsider", vendor="vendor_a" if role == "vendor" else "")
    before = Entry.objects.count()
    for url in (*read_by_staff(full), "/agreements/?format=csv", *written_by_keepers(full), f"/agreements/breaches/{full['breach']}/claim/"):
        for page in (client.get(url), client.post(url, {**AGREEMENT, **CLAUSE})):
            assert page.status_code in (403, 405), url
            assert SECRET not in page.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "senior_manager", "auditor"])
def test_who_may_not_write_changes_nothing_by_posting(full: dict[str, int], browser: Browser, role: str) -> None:
    client, before = browser(role, name=f"poster {role}"), Entry.objects.count()
    for url in written_by_keepers(full):
        if role == "analyst" and "obtained" in url and "2026" in url:
            continue
        assert client.post(url, {**AGREEMENT, **CLAUSE}).status_code == 403
    for kind, pk, name in (("credit", full["credit"], "agree"), ("agreement", full["agreement"], "end"), ("possible_breach", full["breach"], "answer")):
        assert (
            client.post(
                f"/move/{kind}/{pk}/{name}/", {"agreed_usd": "1", "why": "x", "ended_on": "2026-09-30", "answer": "x", "promised_on": "2026-10-20"}
            ).status_code
            == 403
        )
    assert Entry.objects.count() == before


def test_a_vendor_sees_its_own_possible_breaches_and_of_them_what_is_addressed_to_it(desk: Desk, missed: Missed) -> None:
    row = missed("vendor_a")
    actions.answer(desk.of(), row, answer="A cable was wrong.", promised_on=date(2026, 10, 20))
    move(desk.manager, row, "propose", assessment=SECRET)
    actions.claim_credit(desk.manager, row, claimed_usd=Decimal("777.00"), reason=SECRET)
    client = signed_in(desk.outside["vendor_a"])
    seen = client.get(f"/agreements/asked/{row.pk}/").content.decode()
    for words in (
        "12.500\xa0ms",
        "at most 10.000\xa0ms",
        "2 fills or orders",
        "Ten milliseconds on average.",
        "2026-10-31",
        "A cable was wrong.",
        "answered by the vendor",
    ):
        assert words in seen, words
    listed = client.get("/agreements/asked/").content.decode() + client.get("/agreements/asked/?format=csv").content.decode()
    for words in (SECRET, "777", "Vera Vendor", "Cora Compliance", "acceptance", "/orders/", "125.00", "$50", "Birch"):
        assert words not in seen + listed, words


def test_a_vendor_sees_nothing_of_another(desk: Desk, missed: Missed) -> None:
    row = missed("vendor_a", title=SECRET, words=SECRET)
    other = signed_in(desk.outside["vendor_b"])
    for url in (f"/agreements/asked/{row.pk}/", f"/move/possible_breach/{row.pk}/answer/", f"/agreements/breaches/{row.pk}/"):
        for page in (other.get(url), other.post(url, {"answer": "Mine.", "promised_on": "2026-10-20"})):
            assert page.status_code in (403, 404, 405)
            assert SECRET not in page.content.decode()
    for url in ("/agreements/asked/", "/agreements/asked/?format=csv", "/agreements/asked/?format=xlsx", "/", "/notices/"):
        assert SECRET.encode() not in other.get(url).content
    assert Breach.objects.get().state == "possible"


@pytest.mark.parametrize("kind", ["agreement", "clause", "credit", "duty_report", "entitlement", "measurement", "delivery"])
def test_no_row_but_a_possible_breach_is_visible_to_its_vendor(full: dict[str, int], desk: Desk, kind: str) -> None:
    from oversight.record.sight import model_of

    model: Any = model_of(kind)
    assert model.objects.count() > 0
    assert [row for row in model.objects.all() if row.is_visible_to(desk.outside["vendor_a"])] == []


def test_a_vendor_whose_account_names_no_vendor_sees_nothing(desk: Desk, missed: Missed, browser: Browser) -> None:
    row = missed("vendor_a")
    client = browser("vendor", name="of nobody")
    assert client.get(f"/agreements/asked/{row.pk}/").status_code == 404
    assert "Nothing is asked of you." in client.get("/agreements/asked/").content.decode()


def test_the_vendor_answers_in_its_own_page(desk: Desk, missed: Missed) -> None:
    row = missed("vendor_a")
    client, url = signed_in(desk.outside["vendor_a"]), f"/agreements/asked/{row.pk}/"
    assert f"/move/possible_breach/{row.pk}/answer/" in client.get(url).content.decode()
    done = client.post(f"/move/possible_breach/{row.pk}/answer/", {"answer": "A cable.", "promised_on": "2026-10-20", "next": url})
    assert (done.status_code, done["Location"]) == (302, url)
    row.refresh_from_db()
    assert (row.state, row.answer, row.promised_on) == ("answered", "A cable.", date(2026, 10, 20))


@pytest.mark.parametrize("sent", [{"answer": "", "promised_on": "2026-10-20"}, {"answer": "x", "promised_on": "soon"}, {"answer": "x"}])
def test_an_answer_without_words_or_a_day_is_said_on_the_form(desk: Desk, missed: Missed, sent: dict[str, str]) -> None:
    row = missed("vendor_a")
    assert signed_in(desk.outside["vendor_a"]).post(f"/move/possible_breach/{row.pk}/answer/", sent).status_code == 400
    assert Breach.objects.get().state == "possible"


def test_from_the_paper_to_a_clause_in_force_in_the_browser(desk: Desk, bench: Bench) -> None:
    manager, second = (signed_in(Account.objects.get(key=by.key)) for by in (desk.manager, desk.compliance))
    done = manager.post("/agreements/draft/", {**AGREEMENT, "vendor": desk.vendor("vendor_b").pk})
    row = Agreement.objects.get(title="Third agreement")
    assert done["Location"] == f"/agreements/{row.pk}/"
    assert "file the signed document below" in manager.get(f"/agreements/{row.pk}/").content.decode()
    page = manager.get(f"/agreements/{row.pk}/clause/?template=receipt_to_route").content.decode()
    assert ("Target, ms" in page, "12.5 − 10 = 2.5 ms; 2.5 × 50 = 125" in page) == (True, True)
    done = manager.post(f"/agreements/{row.pk}/clause/?template=receipt_to_route", CLAUSE)
    made = Clause.objects.get(number="4.2")
    assert (done.status_code, made.bound, made.template, made.credit) == (
        302, Decimal(10_000_000), "receipt_to_route", {"kind": "per_unit", "usd": "50", "cap_usd": "2000"},
    )  # fmt: skip
    assert made.figure == {"kind": "metric", "key": "mean_receipt_to_route", "filters": {"order_type": ["market"]}}
    evidence.file(desk.manager, "paper.txt", b"Signed.\n", subject=row.subject)
    assert f"/move/agreement/{row.pk}/put_in_force/" not in manager.get(f"/agreements/{row.pk}/").content.decode(), "not for who drafted it"
    second.post(f"/move/agreement/{row.pk}/put_in_force/", {"next": "/agreements/"})
    row.refresh_from_db()
    made.refresh_from_db()
    assert (row.state, made.state) == ("in_force", "in_force")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"bound": "ten"}, "Enter a number."),
        ({"bound": "NaN"}, "Enter a number."),
        ({"least_n": "0"}, "greater than or equal to 1"),
        ({"window": "rolling"}, "A rolling window says how many trading days"),
        ({"window_days": "20"}, "A rolling window says how many trading days"),
        ({"credit_kind": "percent"}, "This kind of credit needs it, above zero."),
        ({"credit_kind": "none"}, "This kind of credit does not take it."),
        ({"percent": "5"}, "This kind of credit does not take it."),
        ({"usd": ""}, "This kind of credit needs it, above zero."),
        ({"side": "about"}, "not one of the available choices"),
        ({"from_on": "2026-13-01"}, "Enter a valid date."),
    ],
)
def test_a_clause_that_cannot_be_is_said_beside_the_field(desk: Desk, wrong: dict[str, str], said: str) -> None:
    client = signed_in(Account.objects.get(key=desk.manager.key))
    page = client.post(f"/agreements/{desk.agreements['vendor_a'].pk}/clause/?template=receipt_to_route", {**CLAUSE, **wrong})
    assert (page.status_code, said in page.content.decode(), Clause.objects.count()) == (400, True, 0)


def test_a_figure_that_there_is_not_is_refused(desk: Desk) -> None:
    client = signed_in(Account.objects.get(key=desk.manager.key))
    assert client.get(f"/agreements/{desk.agreements['vendor_a'].pk}/clause/?figure=metric:nonsense").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"effective_until": "2026-06-30"}, "It would run out before it begins."),
        ({"notice_days": "-1"}, "greater than or equal to 0"),
        ({"title": ""}, "This field is required."),
    ],
)
def test_an_agreement_that_cannot_be_is_said_beside_the_field(desk: Desk, wrong: dict[str, str], said: str) -> None:
    client = signed_in(Account.objects.get(key=desk.manager.key))
    page = client.post("/agreements/draft/", {**AGREEMENT, "vendor": desk.vendor().pk, **wrong})
    assert (page.status_code, said in page.content.decode(), Agreement.objects.count()) == (400, True, 2)


def test_a_report_is_asked_in_the_printed_unit_and_a_count_without_a_figure_is_said(desk: Desk, clause: Clauses) -> None:
    row = clause(**given(measure=actions.Measure("person", "acknowledged_within"), bound=Decimal("0.95")))
    client = signed_in(Account.objects.get(key=desk.manager.key))
    page = client.post(f"/agreements/clauses/{row.pk}/report/", {"on": "2026-09-30", "n": "5", "what": "x"})
    assert (page.status_code, DutyReport.objects.count()) == (400, 0)
    client.post(f"/agreements/clauses/{row.pk}/report/", {"on": "2026-09-30", "n": "20", "value": "90", "what": "Eighteen of twenty."})
    assert (DutyReport.objects.get().value, DutyReport.objects.get().n) == (Decimal("0.9"), 20)


def test_a_claim_in_the_browser_begins_with_the_arithmetic(desk: Desk, missed: Missed) -> None:
    row = missed()
    client, url = signed_in(Account.objects.get(key=desk.manager.key)), f"/agreements/breaches/{row.pk}/claim/"
    page = client.get(url).content.decode()
    assert ('value="125.00"' in page, "2.5 ms beyond × $50.00 = $125.00." in page) == (True, True)
    assert client.post(url, {"claimed_usd": "200"}).status_code == 400
    assert client.post(url, {"claimed_usd": "-1"}).status_code == 400
    client.post(url, {"claimed_usd": "125.00"})
    assert (Credit.objects.get().claimed_usd, client.get(url).status_code) == (Decimal(125), 409)


def test_a_figure_leads_to_its_orders(desk: Desk, missed: Missed) -> None:
    row = missed()
    page = signed_in(Account.objects.get(key=desk.manager.key)).get(f"/agreements/breaches/{row.pk}/").content.decode()
    assert "/orders/?first=2026-09-01&amp;last=2026-09-30&amp;vendor=vendor_a&amp;metric=mean_receipt_to_route" in page


def test_words_are_shown_as_words(desk: Desk, missed: Missed) -> None:
    row = missed(title="<b>{{ x }}</b>", words="=1+1")
    page = signed_in(Account.objects.get(key=desk.manager.key)).get(f"/agreements/breaches/{row.pk}/").content.decode()
    assert ("&lt;b&gt;{{ x }}&lt;/b&gt;" in page, "<b>{{ x }}</b>" in page) == (True, False)


def test_what_waits_for_whom(desk: Desk, full: dict[str, int]) -> None:
    def said(account: Account) -> dict[str, int]:
        return {task.what: task.number for task in todo.tasks(account) if task.number}

    manager, compliance, supervisor = (Account.objects.get(key=by.key) for by in (desk.manager, desk.compliance, desk.supervisor))
    pending = {"possible breaches await the vendor's answer": 1, "months of data owed by vendors are missing": 1}
    assert said(manager) == pending
    assert said(compliance) == {**pending, "claimed credits await you as second person": 1, "reports of duties await you as second person": 1}
    assert said(supervisor) == {"reports of duties await you as second person": 1}
    assert said(desk.outside["vendor_a"]) == {"possible breaches await your answer": 1}
    assert said(desk.outside["vendor_b"]) == {}


def test_thirty_cost_as_many_queries_as_one(bench: Bench, desk: Desk, clause: Clauses, person: Callable[..., Account], browser: Browser) -> None:
    for number in range(2):
        filled(bench, f"O{number}", 12, date(2026, 9, 30))
    bench.receive()
    reader, vendor = browser("auditor", name="reader"), signed_in(desk.outside["vendor_a"])
    held = actions.note_right(desk.manager, desk.vendor("vendor_b"), what="routes", clause="9", format="CSV", clock_days=5, from_on=date(2026, 7, 1))
    move(desk.compliance, held, "activate")
    actions.prove(desk.manager, held, date(2026, 7, 1), delivered_on=date(2026, 8, 3), is_complete=True, name="a.txt", content=b"came")
    counts = []
    for many in (1, 29):
        for number in range(many):
            by = Actor(person("vendor_manager", name=f"m {many} {number}").key, frozenset({"vendor_manager"}))
            row = clause(number=f"{many}.{number}", from_on=date(2026, 9, 1))
            actions.claim_credit(by, row.breaches.get(), claimed_usd=Decimal("100.00"))
            if number < 9:
                what = ["routes", "acks", "rejects", "fees", "iois", "configuration", "releases", "report_606", "look_through", "child_orders"][
                    number + (many > 1)
                ]
                right = actions.note_right(by, desk.vendor(), what=what, clause="9", format="CSV", clock_days=5, from_on=date(2026, 7, 1))
                move(desk.compliance, right, "activate")
                actions.prove(by, right, date(2026, 7, 1), delivered_on=date(2026, 8, 3), is_complete=True, import_name="x.csv")
        for number in range(many if many > 1 else 0):
            actions.prove(desk.manager, held, date(2026, 8, 1), delivered_on=date(2026, 9, 3), is_complete=True, name=f"{number}.txt", content=b"came")
        pk = desk.agreements["vendor_a"].pk
        urls = ["/agreements/", f"/agreements/{pk}/", f"/agreements/clauses/{row.pk}/", "/agreements/breaches/", "/agreements/credits/",
        "/agreements/obtained/",
                f"/agreements/breaches/{row.breaches.get().pk}/", f"/agreements/obtained/{held.pk}/"]  # fmt: skip
        reader.get("/agreements/")
        vendor.get("/agreements/asked/")
        counts.append([*(asked(reader, url) for url in urls), asked(vendor, "/agreements/asked/")])
    assert counts[0] == counts[1]


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_a_run_of_one_vendor_asks_nothing_of_the_other(bench: Bench, clause: Clauses) -> None:
    clause("vendor_b")
    for number in range(2):
        filled(bench, f"O{number}", 50, date(2026, 9, 30), "vendor_a")
    actions.evaluate(automated("arrivals"), received(bench.receive().id))
    assert Breach.objects.count() == 0
    assert Entitlement.objects.count() == 0


def test_whoever_adds_a_clause_is_offered_every_template(full: dict[str, int], browser: Browser) -> None:
    page = browser("vendor_manager", name="adding").get(f"/agreements/{full['agreement']}/clause/").content.decode()
    assert [one.key for one in TEMPLATES if f'href="?template={one.key}"' not in page] == []
