"""The ledger's pages: counts first, what is contradicted first, each number to its rows; who may see them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.oversight.claims.test_ledger import two_symbol_days
from tests.oversight.desk.conftest import Bench

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.api.actions import issue
from oversight.claims import todo
from oversight.claims.models import Claim
from oversight.evidence import actions as evidence
from oversight.findings import actions as findings
from oversight.findings.models import Finding, Suppression
from oversight.lifecycle import Refusal
from oversight.roles import EVERY_ROLE, STAFF
from oversight.vendors.models import Vendor

Claimed = Callable[..., Claim]
Browser = Callable[..., Client]


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


def linked(page: Any, text: str) -> str:
    found = re.search(rf'<a href="([^"]*)">{re.escape(text)}</a>', page.content.decode())
    assert found, f"no link reads {text}"
    return html.unescape(found[1])


@pytest.fixture
def three(bench: Bench, claimed: Claimed, other: Vendor) -> Claim:
    """A claim contradicted, one supported, one of another vendor that nobody can test; the first is returned."""
    row = claimed("broken", words="We are inside the quote.", area="Price")
    claimed("kept", words="We are never outside.", bound=Decimal(2))
    claimed("word", words="Our people are kind.", vendor=other, figure=None, bound=None, side="")
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    return row


def test_the_counts_come_first_and_what_is_contradicted_before_the_rest(three: Claim, browser: Browser) -> None:
    page = browser("vendor_manager").get("/claims/")
    said = words(page)
    assert [int(number) for number in re.findall(r'<span class="figure">(\d+)</span>', page.content.decode())] == [1, 0, 0, 1, 1]
    places = [said.index(text) for text in ("We are inside the quote.", "Our people are kind.", "We are never outside.")]
    assert places == sorted(places)
    row = "contradicted We are inside the quote. Alpha Router at most 50% 100.00% 100.00% to 100.00% 2 2026-07-01 to 2026-09-28 open vendor: Alpha Router —"
    assert row in said


def test_a_measured_figure_is_one_click_from_its_orders(three: Claim, browser: Browser) -> None:
    client = browser("vendor_manager")
    for page in (client.get("/claims/"), client.get(f"/claims/{three.pk}/")):
        rows = client.get(linked(page, "100.00%"))
        assert "2 fills count in Effective over quoted spread (E/Q)" in words(rows)
        assert re.findall(r">(O\d-\d)</a>", rows.content.decode()) == ["O0-1", "O1-1"]


def test_the_ledger_is_narrowed_and_an_empty_one_says_what_to_do(three: Claim, browser: Browser) -> None:
    client = browser("auditor")
    asked = {"vendor=vendor_b": 1, "standing=contradicted": 1, "standing=nonsense": 3, "area=Price": 1, "origin=vendor": 3, "origin=clause": 0,
             "on=2026-09-01": 0, "on=2026-10-01": 3, "on=tomorrow": 3}  # fmt: skip
    assert {query: client.get(f"/claims/?{query}").context["page"].paginator.count for query in asked} == asked
    assert "No claim fits. Take a filter away." in words(client.get("/claims/?origin=clause"))


def test_before_anything_is_claimed_the_ledger_says_where_claims_come_from(db: None, browser: Browser) -> None:
    assert "A claim is made by a vendor's answer in due diligence." in words(browser("compliance").get("/claims/"))


def test_a_claims_page_says_its_words_terms_tests_and_exception(three: Claim, browser: Browser) -> None:
    client = browser("vendor_manager")
    page = client.get(f"/claims/{three.pk}/")
    said = words(page)
    for part in (
        "Claim of Alpha Router contradicted", "“We are inside the quote.”", "at most 50%, two standard errors, n ≥ 1", "Effective over quoted spread (E/Q)",
        "held, not directed, retail, regular session, equities, USD", "Tests of this claim, the latest first", "Withdraw",
        "Everything the record says of this claim",
    ):  # fmt: skip
        assert part in said, part
    assert linked(page, "vendor: Alpha Router") == three.vendor.get_absolute_url()
    finding = client.get(linked(page, "Claim contradicted by the data, 2026-09-28"))
    assert linked(finding, f"claim: Alpha Router: {three.words}") == f"/claims/{three.pk}/"
    assert "at most 50%, two standard errors, n ≥ 1 limit" in words(finding)
    assert "Propose a suppression" not in words(browser("analyst").get(finding.request["PATH_INFO"]))


def test_a_claim_that_no_figure_can_speak_of_shows_its_evidence(claimed: Claimed, browser: Browser, actor: Callable[..., Any]) -> None:
    row = claimed(figure=None, bound=None, side="")
    evidence.file(actor("vendor_manager", name="filer"), "letter.txt", b"We are kind.\n", title="Their letter", subject=row.subject)
    said = words(browser("compliance").get(f"/claims/{row.pk}/"))
    assert "No figure can speak of it: what stands for it is its evidence." in said
    assert "Their letter" in said


def test_a_superseded_claim_leads_to_what_is_promised_now(claimed: Claimed, browser: Browser) -> None:
    former, now = claimed(), claimed(words="We are at the quote.")
    page = browser("committee").get(f"/claims/{former.pk}/")
    assert linked(page, "what is promised now") == f"/claims/{now.pk}/"
    assert linked(page, "We are at the quote.") == f"/claims/{now.pk}/"


def test_claims_stated_since_are_held_against_the_latest_run_by_a_button(bench: Bench, claimed: Claimed, browser: Browser) -> None:
    keeper, analyst = browser("vendor_manager"), browser("analyst")
    claimed()
    assert keeper.post("/claims/judge/").status_code == 409, "no run yet"
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    claimed("new")
    assert "Hold 1 new claim against the latest run" in words(keeper.get("/claims/"))
    assert "against the latest run" not in words(analyst.get("/claims/"))
    assert analyst.post("/claims/judge/").status_code == 403
    answer = keeper.post("/claims/judge/", follow=True)
    assert "1 claim held against it: 1 contradicted" in words(answer)
    assert "new claim" not in words(answer)


def test_a_claim_is_withdrawn_from_its_page(three: Claim, browser: Browser) -> None:
    keeper = browser("vendor_manager")
    assert browser("analyst").post(f"/move/claim/{three.pk}/withdraw/", {"why": "x"}).status_code in (403, 404)
    move = re.search(r'action="(/[^"]*withdraw[^"]*)"', keeper.get(f"/claims/{three.pk}/").content.decode())
    assert move
    assert keeper.post(move[1], {"why": ""}).status_code == 400
    assert keeper.post(move[1], {"why": "The vendor took it back."}).status_code == 302
    three.refresh_from_db()
    assert three.state == "withdrawn"
    assert Finding.objects.get(check_id="CLM-101").state == "open", "what was found still wants its answer"


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_each_role_sees_the_ledger_or_nothing_of_it(three: Claim, browser: Browser, role: str) -> None:
    client = browser(role, vendor="vendor_a" if role == "vendor" else "")
    for address in ("/claims/", f"/claims/{three.pk}/", "/claims/?format=csv"):
        answer = client.get(address)
        assert (answer.status_code, b"inside the quote" in answer.content) == ((200, True) if role in STAFF else (403, False))


def test_an_outsider_sees_nothing_of_it(three: Claim, client: Client) -> None:
    assert [client.get(address).status_code for address in ("/claims/", f"/claims/{three.pk}/")] == [302, 302]


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_tables_are_downloaded(three: Claim, browser: Browser, form: str) -> None:
    client = browser("compliance")
    for address in ("/claims/", f"/claims/{three.pk}/"):
        answer = client.get(f"{address}?format={form}")
        assert answer.status_code == 200
        assert f".{form}" in answer["Content-Disposition"]
    if form == "csv":
        lines = client.get("/claims/?format=csv").content.decode().splitlines()
        assert (len(lines), lines[1].startswith("contradicted,We are inside the quote.,Alpha Router,at most 50%,1,100.00% to 100.00%,2,")) == (4, True)


def test_pages_take_as_many_queries_for_thirty_claims_as_for_one(bench: Bench, claimed: Claimed, browser: Browser) -> None:
    client, counted = browser("compliance"), []
    two_symbol_days(bench, "10.01", "10.01")
    for number in (1, 30):
        for place in range(number):
            claimed(f"Q-{place}")
        bench.orders[0]["order_qty"] = Decimal(100 + number)
        bench.receive()
        row = Claim.objects.get(key="Q-0")
        client.get("/claims/")  # the first page of a session writes it
        with CaptureQueriesContext(connection) as queries:
            client.get("/claims/")
            client.get(f"/claims/{row.pk}/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_keepers_are_told_whose_claims_are_contradicted(three: Claim, person: Callable[..., Account]) -> None:
    tasks = {task.what: (task.number, task.is_urgent, task.address) for task in todo.tasks(person("compliance")) if task.number}
    assert tasks == {"claims of Alpha Router are contradicted": (1, True, "/claims/?vendor=vendor_a&standing=contradicted")}
    assert todo.tasks(person("analyst")) == []


def test_programs_read_the_ledger(three: Claim, person: Callable[..., Account], client: Client) -> None:
    account = person("vendor_manager")
    _token, secret = issue(Actor(account.key, account.roles), account, "a program", ("vendors:read",), 30)
    headers = {"Authorization": f"Bearer {secret}"}
    rows = client.get("/api/v1/claims?standing=contradicted", headers=headers).json()["rows"]
    assert [(row["claim"], row["measured"]) for row in rows] == [("We are inside the quote.", {"value": "1", "unit": "%", "scale": 100})]
    assert client.get("/api/v1/claims?standing=nonsense", headers=headers).status_code == 409
    one = client.get(f"/api/v1/claims/{three.pk}", headers=headers).json()
    assert {name: one[name] for name in ("vendor", "standing", "n", "first", "last", "terms")} == {
        "vendor": "vendor_a", "standing": "contradicted", "n": 2, "first": "2026-07-01", "last": "2026-09-28",
        "terms": "at most 50%, two standard errors, n ≥ 1",
    }  # fmt: skip
    tests = client.get(f"/api/v1/claims/{three.pk}/tests", headers=headers).json()["rows"]
    assert [(row["outcome"], row["n"], row["last"]) for row in tests] == [("missed", 2, "2026-09-28")]
    assert client.get("/api/v1/claims/999999", headers=headers).status_code == 404


def test_what_the_desk_found_of_a_promise_is_not_suppressed(three: Claim, actor: Callable[..., Any]) -> None:
    row = Suppression(check_id="CLM-101", vendor="vendor_a", reason="Known.", from_on=date(2026, 9, 28), expires_on=date(2026, 10, 20))
    with pytest.raises(Refusal, match="Only exceptions of the runs' checks are suppressed"):
        findings.propose(actor("analyst"), row)
