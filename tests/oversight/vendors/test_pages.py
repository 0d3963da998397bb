"""The pages of the vendor file: who sees them, what they say, what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.evidence.models import Filed
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.vendors import actions
from oversight.vendors.models import Arrangement, ExitPlan, Product, Reliance, SubVendor, TestReport, Vendor

from .conftest import Firm

Browser = Callable[..., Client]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")


def whole(firm: Firm, vendor: Vendor) -> list[str]:
    """A vendor with one of everything; the addresses of all that reads."""
    hosting = actions.add_sub_vendor(
        firm.vm, vendor, name="Racks Inc", kind="hosting", purpose="Runs the engine", where="Secaucus", criticality="critical", since_on=date(2026, 1, 2)
    )
    actions.add_sub_vendor(
        firm.vm, vendor, behind=hosting, name="Power Co", kind="other", purpose="Power", where="NJ", criticality="minor", since_on=date(2026, 1, 2)
    )
    actions.add_product(firm.vm, vendor, name="Router", purpose="Equities", version="7.2", since_on=date(2026, 1, 2))
    arrangement = firm.arranged(vendor)
    reliance = actions.open_reliance(firm.vm, arrangement, quarter="2026Q2")
    test, control, plan = firm.tested(vendor), firm.stated(vendor), firm.left_by_plan(vendor)
    paths = (
        "", f"{vendor.pk}/", f"{vendor.pk}/chain/", f"arrangements/{arrangement.pk}/", f"reliances/{reliance.pk}/", f"test-reports/{test.pk}/",
        f"market-access/{control.pk}/", f"exit-plans/{plan.pk}/",
    )  # fmt: skip
    return [f"/vendors/{path}" for path in paths]


def forms_of(vendor: Vendor) -> list[str]:
    """The addresses of all that writes and is the keepers' alone."""
    arrangement, product, plan = Arrangement.objects.get(), Product.objects.get(), ExitPlan.objects.get()
    paths = (
        "register/", f"{vendor.pk}/describe/", f"{vendor.pk}/chain/product/", f"{vendor.pk}/chain/add/", f"products/{product.pk}/release/",
        f"{vendor.pk}/arrangement/", f"arrangements/{arrangement.pk}/correct/", f"arrangements/{arrangement.pk}/rely/", f"{vendor.pk}/market-access/",
        f"{vendor.pk}/exit-plan/", f"exit-plans/{plan.pk}/revise/",
    )  # fmt: skip
    return [f"/vendors/{path}" for path in paths]


@pytest.mark.parametrize("role", READERS)
def test_staff_read_the_file(browser: Browser, firm: Firm, vendor: Vendor, role: str) -> None:
    urls = whole(firm, vendor)
    client = browser(role, name="reader")
    assert [client.get(url).status_code for url in urls] == [200] * len(urls)


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_the_vendor_itself_and_administrators_see_nothing_of_it(browser: Browser, firm: Firm, vendor: Vendor, role: str) -> None:
    urls = [*whole(firm, vendor), *forms_of(vendor), f"/vendors/{vendor.pk}/test-report/", "/vendors/?format=csv", f"/vendors/{vendor.pk}/chain/?format=csv"]
    client = browser(role, name="outsider", vendor="vendor_a" if role == "vendor" else "")
    for url in urls:
        page = client.get(url)
        assert page.status_code == 403, url
        assert not [word for word in (b"Racks Inc", b"clearing firm", b"Alpha Securities") if word in page.content]


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "senior_manager", "auditor", "vendor"])
def test_who_does_not_keep_the_file_changes_nothing_by_posting(browser: Browser, firm: Firm, vendor: Vendor, role: str) -> None:
    whole(firm, vendor)
    client, entries = browser(role, name="other"), Entry.objects.count()
    assert [client.post(url, {"name": "x", "key": "x", "why": "x"}).status_code for url in forms_of(vendor)] == [403] * len(forms_of(vendor))
    assert Entry.objects.count() == entries


def test_the_page_says_what_going_live_asks_and_where_to_meet_it(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    page = browser("compliance").get(f"/vendors/{vendor.pk}/")
    assert [(condition.key, condition.is_met) for condition in page.context["conditions"]] == [
        ("is_assessed", False), ("has_test_report", False), ("has_arrangement", False), ("has_access_control", False), ("has_configuration", False),
        ("has_exit_plan", False),
    ]  # fmt: skip
    firm.arranged(vendor)
    record.move(firm.supervisor, firm.tested(vendor), "accept")
    actions.confirm_access(firm.compliance, firm.stated(vendor))
    firm.left_by_plan(vendor)
    page = browser("auditor").get(f"/vendors/{vendor.pk}/")
    assert [condition.key for condition in page.context["conditions"] if condition.is_met] == [
        "has_test_report", "has_arrangement", "has_access_control", "has_exit_plan",
    ]  # fmt: skip


def test_a_release_after_the_test_makes_the_report_worth_another_look(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    record.move(firm.supervisor, firm.tested(vendor, release="7.2"), "accept")
    product = actions.add_product(firm.vm, vendor, name="Router", purpose="Equities", version="7.2", since_on=date(2026, 1, 2))
    assert "test that release" not in browser("auditor").get(f"/vendors/{vendor.pk}/").content.decode()
    actions.release(firm.vm, product, version="7.3", since_on=date(2026, 9, 30))
    assert "In use is 7.3: test that release." in browser("committee").get(f"/vendors/{vendor.pk}/").content.decode()


def test_the_page_names_who_may_stop_the_vendor_now(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    page = browser("analyst", name="reader").get(f"/vendors/{vendor.pk}/")
    assert page.context["pullers"] == [("supervisor", ["the supervisor"]), ("compliance", ["the compliance"])]


def test_its_own_accounts_are_listed_and_no_other_vendors(browser: Browser, person: Callable[..., object], vendor: Vendor) -> None:
    person("vendor", name="ann of a", vendor="vendor_a")
    person("vendor", name="bob of b", vendor="vendor_b")
    page = browser("vendor_manager").get(f"/vendors/{vendor.pk}/").content.decode()
    assert ("ann of a" in page, "bob of b" in page) == (True, False)


def test_the_chain_is_drawn_as_lists_within_lists(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    whole(firm, vendor)
    client = browser("auditor")
    page = client.get(f"/vendors/{vendor.pk}/chain/")
    assert [(branch.row.name, [each.row.name for each in branch.behind]) for branch in page.context["branches"]] == [("Racks Inc", ["Power Co"])]
    lines = client.get(f"/vendors/{vendor.pk}/chain/?format=csv").content.decode().splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [["0", "Racks Inc", "Vendor A"], ["1", "Power Co", "Racks Inc"]]


def test_the_register_shows_the_states_of_a_day_past(browser: Browser, firm: Firm) -> None:
    with clock.stated(datetime(2026, 9, 15, 14, tzinfo=UTC)):
        vendor = firm.vendor()
    with clock.stated(datetime(2026, 9, 16, 14, tzinfo=UTC)):
        record.move(firm.compliance, vendor, "decline", why="too slow")
    client = browser("auditor")
    states = {on: [row.cells for row in client.get(f"/vendors/?on={on}").context["sheet"].rows] for on in ("2026-09-14", "2026-09-15", "2026-09-16")}
    assert states == {"2026-09-14": [], "2026-09-15": [("Vendor A", "vendor_a", "candidate")], "2026-09-16": [("Vendor A", "vendor_a", "declined")]}
    assert "it was: <strong>candidate</strong>" in client.get(f"/vendors/{vendor.pk}/?on=2026-09-15").content.decode()
    assert client.get("/vendors/?on=nonsense").status_code == 200


def test_thirty_of_everything_cost_as_many_queries_as_one(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    client, counts = browser("compliance", name="reader"), []
    urls = whole(firm, vendor)[:4]
    for many in (0, 29):
        for number in range(many):
            other = firm.vendor(f"vendor_{number}")
            firm.arranged(other)
            firm.arranged(vendor, order_types=f"type {number}")
            parent = SubVendor.objects.filter(vendor=vendor).order_by("-pk").first() if number % 2 else None
            actions.add_sub_vendor(firm.vm, vendor, behind=parent, name=f"s{number}", kind="other", purpose="x", criticality="minor", since_on=date(2026, 1, 2))
            actions.add_product(firm.vm, vendor, name=f"p{number}", purpose="x", version="1", since_on=date(2026, 1, 2))
            firm.tested(vendor)
            firm.stated(vendor)
            firm.planned(vendor)
        client.get("/vendors/")
        counts.append([asked(client, url) for url in urls])
    assert counts[0] == counts[1]


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_a_vendor_is_registered_and_described_in_the_browser(browser: Browser, db: None) -> None:
    client = browser("vendor_manager")
    page = client.post("/vendors/register/", {"key": "vendor_a", "name": "Alpha Router LLC", "summary": "Routes."})
    row = Vendor.objects.get()
    assert (page.status_code, page["Location"], row.state) == (302, f"/vendors/{row.pk}/", "candidate")
    client.post(f"/vendors/{row.pk}/describe/", {"name": "Alpha Router Inc", "summary": "Routes.", "why": "converted"})
    assert Vendor.objects.get().name == "Alpha Router Inc"
    again = client.post("/vendors/register/", {"key": "vendor_a", "name": "Another", "summary": ""})
    assert (again.status_code, Vendor.objects.count()) == (400, 1)


def test_the_arrangement_form_says_what_does_not_go_together(browser: Browser, vendor: Vendor) -> None:
    client = browser("vendor_manager")
    sent = {
        "kind": "own_mpid", "party": "Alpha", "capacity": "agent", "customer_classes": "retail", "order_types": "all", "asset_classes": "equities",
        "from_on": "2026-10-01",
    }  # fmt: skip
    page = client.post(f"/vendors/{vendor.pk}/arrangement/", sent)
    assert page.status_code == 400
    assert "the capacity is: none: it supplies software" in page.content.decode()
    dates = client.post(f"/vendors/{vendor.pk}/arrangement/", {**sent, "capacity": "software", "until_on": "2026-09-01"})
    assert "It would end before it begins." in dates.content.decode()
    made = client.post(f"/vendors/{vendor.pk}/arrangement/", {**sent, "capacity": "software"})
    assert made["Location"] == f"/vendors/arrangements/{Arrangement.objects.get().pk}/"


def test_the_page_of_an_arrangement_says_why_no_review_can_be_relied_on(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    row = firm.arranged(vendor, kind="wholesaler", capacity="principal")
    client = browser("vendor_manager", name="other")
    assert "it deals against the orders instead of handling them as agent" in client.get(f"/vendors/arrangements/{row.pk}/").content.decode()
    page = client.get(f"/vendors/arrangements/{row.pk}/rely/")
    assert (page.status_code, "it deals against the orders" in page.content.decode()) == (409, True)


def test_a_reliance_is_walked_through_in_the_browser(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    row = firm.arranged(vendor)
    results, rationale, notes = firm.filed("Results"), firm.filed("Rationale"), firm.filed("Notes")
    manager, supervisor, compliance = browser("vendor_manager", name="m"), browser("supervisor", name="s"), browser("compliance", name="c")
    manager.post(f"/vendors/arrangements/{row.pk}/rely/", {"quarter": "2026Q2", "due_on": ""})
    relied = Reliance.objects.get()
    base = f"/move/reliance/{relied.pk}"
    manager.post(f"{base}/receive/", {"received_on": "2026-08-10", "results": results.pk, "rationale": rationale.pk})
    manager.post(f"{base}/read/", {"reading": "Covers market orders alone.", "reading_file": notes.pk})
    manager.post(f"{base}/challenge/", {"challenge": "And limits?", "answer": "Sent.", "challenge_file": notes.pk})
    assert Reliance.objects.get().state == "read", "who read it does not challenge it"
    supervisor.post(f"{base}/challenge/", {"challenge": "And limits?", "answer": "Sent.", "challenge_file": notes.pk})
    manager.post(f"{base}/rely/")
    assert Reliance.objects.get().state == "challenged"
    compliance.post(f"{base}/rely/")
    assert Reliance.objects.get().is_relied_on
    page = compliance.get(f"/vendors/reliances/{relied.pk}/").content.decode()
    assert [word for word in ("Results", "Rationale", "Covers market orders alone.", "And limits?", "2026-11-14") if word not in page] == []
    assert "relied on" in compliance.get(f"/vendors/{vendor.pk}/").content.decode()


def test_a_test_report_is_uploaded_with_its_form(browser: Browser, vendor: Vendor) -> None:
    client = browser("analyst")
    sent = {"suite": "Golden orders", "release": "7.2", "tested_on": "2026-09-16", "scenarios_run": 64, "scenarios_passed": 60, "scenarios_failed": 3}
    page = client.post(f"/vendors/{vendor.pk}/test-report/", {**sent, "upload": SimpleUploadedFile("../../r.txt", b"all of it")})
    assert (page.status_code, TestReport.objects.count(), Filed.objects.count()) == (400, 0, 0)
    assert "Passed and failed do not add up" in page.content.decode()
    page = client.post(f"/vendors/{vendor.pk}/test-report/", {**sent, "scenarios_passed": 61, "upload": SimpleUploadedFile("../../r.txt", b"all of it")})
    row = TestReport.objects.get()
    assert (page["Location"], row.report.name, "/" in row.report.name) == (f"/vendors/test-reports/{row.pk}/", row.report.name, False)


@pytest.mark.parametrize(
    ("sent", "said"),
    [({}, "Choose a filing, or upload the file."), ({"upload": SimpleUploadedFile("r.txt", b"")}, "The file is empty.")],
)
def test_a_report_without_its_paper_is_not_taken(browser: Browser, vendor: Vendor, sent: dict[str, object], said: str) -> None:
    counts = {"suite": "Golden", "release": "7", "tested_on": "2026-09-16", "scenarios_run": 2, "scenarios_passed": 2, "scenarios_failed": 0}
    page = browser("analyst").post(f"/vendors/{vendor.pk}/test-report/", {**counts, **sent})
    assert (page.status_code, said in page.content.decode(), Filed.objects.count()) == (400, True, 0)


def test_an_exit_plan_is_written_with_its_steps(browser: Browser, firm: Firm, vendor: Vendor) -> None:
    client = browser("vendor_manager", name="writer")
    sent = {
        "fallback_words": "The clearing firm's line.", "notice_days_ours": 30, "notice_days_theirs": 90, "comes_back": "Orders", "comes_as": "CSV",
        "relook_on": "2027-01-04", "steps-TOTAL_FORMS": 3, "steps-INITIAL_FORMS": 0, "steps-0-what": "Give notice", "steps-0-role": "vendor_manager",
        "steps-0-days": 0, "steps-1-what": "", "steps-2-what": "Turn the line", "steps-2-role": "supervisor", "steps-2-days": 5,
    }  # fmt: skip
    bad = client.post(f"/vendors/{vendor.pk}/exit-plan/", {**sent, "steps-2-role": ""})
    assert (bad.status_code, "Say by which role" in bad.content.decode()) == (400, True)
    untested = client.post(f"/vendors/{vendor.pk}/exit-plan/", {**sent, "fallback_tested_on": "2026-09-12"})
    assert "A tested fallback has the day of its test and the evidence of it" in untested.content.decode()
    page = client.post(f"/vendors/{vendor.pk}/exit-plan/", sent)
    row = ExitPlan.objects.get()
    assert page["Location"] == f"/vendors/exit-plans/{row.pk}/"
    assert row.told_steps == [(0, "Give notice", "vendor manager"), (5, "Turn the line", "supervisor")]
    client.post(f"/vendors/exit-plans/{row.pk}/revise/", {**sent, "steps-TOTAL_FORMS": 1})
    assert ExitPlan.objects.get().told_steps == [(0, "Give notice", "vendor manager")]
    assert firm.vm.key != row.drafted_by


def test_words_are_shown_as_words(browser: Browser, firm: Firm) -> None:
    row = actions.register(firm.vm, key="x", name="<b>bold</b>", summary="<script>1</script>")
    page = browser("auditor").get(f"/vendors/{row.pk}/").content.decode()
    assert ("&lt;script&gt;1" in page, "<b>bold</b>" in page) == (True, False)
