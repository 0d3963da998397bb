"""The pages of cases: what each role sees and can do there, forms with bad input, lists that ask the database no more for thirty rows than for one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.oversight.cases.conftest import EQ, MONDAY, Bench, Firm, on

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.cases import actions, agenda, todo
from oversight.cases.models import Case, Monitoring, Notice, Registration

DAY = date(2026, 9, 28)


def account(by: Actor) -> Account:
    return Account.objects.get(key=by.key)


def told(by: Actor) -> dict[str, int]:
    return {task.what: task.number for task in todo.tasks(account(by)) if task.number}


def test_the_register_draws_the_ladder_and_says_what_is_next(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    client = browser("auditor")
    page = client.get("/cases/").content.decode()
    assert all(word in page for word in ("Case 1: Flow to one venue", "Beta Router", "due 2026-10-31", "Next:</strong> a vendor manager drafts the notice."))
    assert "Open a case" not in page
    with on(date(2026, 11, 2)):
        client = browser("auditor", name="later")
        assert "stage past its day since 2026-10-31" in client.get("/cases/").content.decode()
        assert client.get("/cases/?state=late&format=csv").content.decode().splitlines()[1].startswith("1,Flow to one venue,Beta Router,opened,2026-10-31,")
    assert "No case fits" in client.get("/cases/?state=ended").content.decode()


def test_a_case_page_shows_both_clocks_notice_and_answer_side_by_side(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    firm.answered(case)
    firm.skip(Case.objects.get(pk=case.pk), "exit_plan")
    actions.decide(firm.compliance, actions.propose_measure(firm.supervisor, case, kind="pull_venue", venue="cded", what="Retail.", from_on=date(2026, 10, 1)))
    client = browser("vendor_manager")
    page = client.get(f"/cases/{case.pk}/").content.decode()
    for word in (
        "Two clocks", "The case names no material difference.", "A setting of 12 August did it.", "It is worse there.",
        "Override signed: an approved exit plan",
        "Venue CDED is taken from the router", "Begin the joint investigation", "No room yet", "Say by what it is carried out", "2026-10-08",
    ):  # fmt: skip
        assert word in page, word
    assert "violation" not in page.lower() and "breach" not in page.lower().replace("possible breach", "")
    auditor = browser("auditor").get(f"/cases/{case.pk}/").content.decode()
    assert not [word for word in ("Propose an", "Draft an amended notice", "Begin the joint investigation") if f">{word}" in auditor]


def test_the_room_is_opened_from_the_page_of_a_case_under_investigation(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    firm.answered(case)
    here, room, keeper = f"/cases/{case.pk}/", f'href="/rooms/open/{case.pk}/"', browser("vendor_manager")
    assert room not in keeper.get(here).content.decode()
    actions.investigate(firm.vm, Case.objects.get(pk=case.pk))
    assert [room in client.get(here).content.decode() for client in (keeper, browser("auditor"))] == [True, False]


def test_without_the_vendors_answer_the_page_says_so(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    firm.sent(case)
    client = browser("vendor_manager")
    with on(date(2026, 10, 12)):
        page = client.get(f"/cases/{case.pk}/").content.decode()
    assert "Without the vendor's answer: its clock ran out on 2026-10-08" in page.replace("&#x27;", "'")
    assert "A vendor manager goes on without the vendor" in page


def test_a_case_is_opened_from_what_it_comes_from(firm: Firm, browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    asked = client.get(f"/cases/open/?vendor=vendor_b&origin_kind=vendor&origin_id={firm.vendor.pk}&title=Flow").content.decode()
    assert "vendor: Beta Router" in asked and 'value="Flow"' in asked
    sent = {"vendor": firm.vendor.pk, "title": "Flow", "what": "Worse.", "origin_kind": "vendor", "origin_id": firm.vendor.pk}
    assert client.post("/cases/open/", sent).status_code == 302
    again = client.post("/cases/open/", sent)
    assert (again.status_code, "Case 1 is open on this already." in again.content.decode()) == (400, True)
    assert client.post("/cases/open/", {}).status_code == 400
    assert browser("senior_manager").get("/cases/open/").status_code == 403
    assert Case.objects.get().origin_kind == "vendor"


def lines(*figures: tuple[str, str, str, str]) -> dict[str, str]:
    sent = {"figures-TOTAL_FORMS": str(len(figures)), "figures-INITIAL_FORMS": "0"}
    for place, (figure, venue, first, last) in enumerate(figures):
        sent |= {f"figures-{place}-{name}": value for name, value in (("figure", figure), ("venue", venue), ("first", first), ("last", last))}
    return sent


def test_a_notice_is_drafted_seen_as_a_letter_and_sent_from_the_pages(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    client, at = browser("vendor_manager"), f"/cases/{case.pk}/notice/"
    words = {"subject_line": "Flow", "what": "Worse.", "asked": "Why?", "answer_due_on": "2026-10-20", "orders": "O2"}
    assert client.get(at).status_code == 200
    for sent, said in (
        ({**words, "answer_due_on": "2026-10-01"}, "a day to come"), ({**words, "orders": "O1"}, "No run in force holds O1"),
        ({**words, "orders": "a b;c<d"}, "order id"),
        ({**words, "subject_line": ""}, "required"),
    ):  # fmt: skip
        answer = client.post(at, {**sent, **lines()})
        assert (answer.status_code, said in answer.content.decode()) == (400, True), said
    for figure, said in (
        (("metric:effective_over_quoted", "", "2026-09-28", ""), "Say the period."),
        (("metric:fill_rate_orders", "KNCM", "2026-09-28", "2026-09-28"), "not cut by venue"),
        (("metric:effective_over_quoted", "", "2026-09-28", "2026-09-01"), "It would end before it begins."),
    ):  # fmt: skip
        assert said in client.post(at, {**words, **lines(figure)}).content.decode()
    assert not Notice.objects.exists()
    assert client.post(at, {**words, **lines(("metric:effective_over_quoted", "CDED", "2026-09-28", "2026-09-28"))}).status_code == 302
    row = Notice.objects.get()
    assert [(one["n"], one["filters"]) for one in row.figures] == [(1, {"venue": ["CDED"]})]
    assert client.get(f"/cases/notices/{row.pk}/letter/").content[:5] == b"%PDF-"
    assert client.get(f"/cases/notices/{row.pk}/revise/").content.decode().count('value="2026-09-28"') == 2
    assert client.post(f"/cases/notices/{row.pk}/revise/", {**words, "asked": "Why, and since when?", **lines()}).status_code == 302
    assert client.post(f"/move/case_notice/{row.pk}/send/", {"why": ""}).status_code == 403
    assert browser("compliance").post(f"/move/case_notice/{row.pk}/send/", {"next": "/cases/"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.asked, row.case.state) == ("sent", "Why, and since when?", "noticed")
    assert client.get(f"/cases/notices/{row.pk}/letter/").status_code == 302
    assert "Pending" in client.get(f"/cases/notices/{row.pk}/").content.decode()


def test_narrower_limits_are_asked_beside_the_policys(firm: Firm, case: Case, browser: Callable[..., Client], bench: Bench) -> None:
    client, at = browser("supervisor"), f"/cases/{case.pk}/monitoring/"
    page = client.get(at).content.decode()
    assert 'name="limit_max_venue_fraction"' in page and "Read by ROU-103." in page and 'name="limit_materiality_usd"' not in page
    wrong = client.post(at, {"from_on": "2026-10-05", "every_days": 1, "reason": "x", "limit_max_eq": "9"})
    assert (wrong.status_code, "is wider than the policy" in wrong.content.decode()) == (400, True)
    assert "Narrow one limit at least." in client.post(at, {"from_on": "2026-10-05", "every_days": 1, "reason": "x"}).content.decode()
    assert client.post(at, {"from_on": "2026-10-05", "every_days": 1, "reason": "It fell short.", "limit_max_eq": "0.5"}).status_code == 302
    row = Monitoring.objects.get()
    actions.approve_monitoring(firm.compliance, row)
    with on(date(2026, 10, 6)):
        bench.orders, bench.fills, bench.totals = [], [], []
        bench.order("O7", vendor="vendor_b", on=MONDAY)
        bench.fill("O7", "10.00", vendor="vendor_b", on=MONDAY)
        run = bench.receive()
        seen = browser("auditor", name="later").get(f"/cases/monitoring/{row.pk}/").content.decode()
    assert all(word in seen for word in ("0.5", "max_eq", run.id[:12], "2026-10-05"))
    assert "EXE-115" in seen


def test_a_test_is_registered_in_the_unit_that_people_read(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    client, at = browser("analyst"), f"/cases/{case.pk}/test/"
    sent = {"figure": "metric:effective_over_quoted", "side": "at_most", "compared": "absolute", "bound": "60", "standard_errors": "2", "min_n": 100,
            "first_on": "2026-10-05", "last_on": "2026-10-16", "if_inconclusive": "Another window of ten days."}  # fmt: skip
    assert "Effective over quoted spread (E/Q), %" in client.get(at).content.decode()
    for changed, said in (
        ({"bound": ""}, "This comparison needs it."), ({"compared": "vendor"}, "This comparison needs it."), ({"no_power": "on"}, "rests on these reasons"),
        ({"last_on": "2026-10-01"}, "It would end before it begins."), ({"first_on": "2026-09-01"}, "begin in the past"),
        ({"figure": "metric:fill_rate_orders", "venue": "KNCM"}, "not cut by venue"),
    ):  # fmt: skip
        answer = client.post(at, {**sent, **changed})
        assert (answer.status_code, said in answer.content.decode()) == (400, True), said
    assert client.post(at, sent).status_code == 302
    row = Registration.objects.get()
    assert (row.bound, row.min_n, row.errors) == (Decimal("0.6"), 100, Decimal(2))
    page = browser("committee").get(f"/cases/tests/{row.pk}/").content.decode()
    assert all(
        word in page
        for word in ("at most 60%, by 2 standard errors, n ≥ 100", row.hash, "0 of 10 trading days measured", "Agree", "Another window of ten days.")
    )


def test_the_other_forms_are_served_and_refuse_nothing_that_fits(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    client = browser("supervisor")
    measure = {"kind": "reroute", "percent": "50", "what": "Half.", "from_on": "2026-10-01"}
    assert client.post(f"/cases/{case.pk}/measure/", {**measure, "percent": ""}).status_code == 400
    assert client.post(f"/cases/{case.pk}/measure/", measure).status_code == 302
    row = case.measures.get()
    actions.decide(firm.compliance, row)
    assert client.post(f"/cases/measures/{row.pk}/carried-out/", {}).status_code == 400
    assert client.post(f"/cases/{case.pk}/override/", {"condition": "notice", "reason": "Known."}).status_code == 302
    assert client.post(f"/cases/{case.pk}/override/", {"condition": "answer", "reason": "Not next."}).status_code == 400
    assert client.get(f"/cases/{case.pk}/difference/").status_code == 200
    assert browser("vendor_manager").post(f"/cases/{case.pk}/conclude/", {"words": "x"}).status_code == 400
    assert client.get("/cases/99999/").status_code == 404


def test_thirty_cases_ask_no_more_of_the_database_than_one(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    client = browser("compliance")
    client.get("/cases/")
    firm.sent(case)

    def asked(what: Callable[[], Any]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            what()
        return len(queries)

    pages = ("/cases/", "/cases/?format=csv")
    before = [asked(lambda at=at: client.get(at)) for at in pages]
    items = asked(lambda: agenda.items(date(2026, 7, 1), date(2026, 9, 30)))
    tasks = asked(lambda: todo.tasks(account(firm.compliance)))
    for number in range(29):
        each = firm.case(title=f"Case {number}", vendor=firm.vendor)
        actions.propose_override(firm.vm, each, condition="notice", reason="x")
    assert Case.objects.count() == 30
    assert [asked(lambda at=at: client.get(at)) for at in pages] == before
    assert asked(lambda: agenda.items(date(2026, 7, 1), date(2026, 9, 30))) == items
    assert asked(lambda: todo.tasks(account(firm.compliance))) == tasks


def test_a_vendor_with_thirty_notices_is_listed_in_as_many_queries(firm: Firm, case: Case, browser: Callable[..., Client]) -> None:
    client = browser("vendor", name="mine", vendor="vendor_b")
    firm.sent(case)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/cases/notices/").status_code == 200
        return len(queries)

    asked()
    before = asked()
    for number in range(4):
        firm.sent(firm.case(title=f"More {number}"))
    assert asked() == before


def test_today_tells_each_role_what_is_theirs(firm: Firm, case: Case) -> None:
    assert told(firm.vm) == {"cases wait for their notice to be drafted": 1}
    row = firm.drafted(case, orders=["O2"])
    actions.propose_measure(firm.supervisor, case, kind="pilot_cap", cap_orders=100, what="All.", from_on=MONDAY)
    actions.propose_override(firm.compliance, case, condition="exit_plan", reason="x")
    firm.registered(case)
    assert told(firm.vm) == {}
    assert told(firm.compliance) == {
        "interim measures wait for a second person": 1, "closing tests wait for a second person, before their window begins": 1,
        "notices wait for your approval and sending": 1,
    }  # fmt: skip
    assert told(firm.supervisor) == {"closing tests wait for a second person, before their window begins": 1}
    assert told(firm.committee) == {"closing tests wait for a second person, before their window begins": 1}
    assert told(firm.senior) == {"overrides of cases wait for a second role": 1}
    actions.send(firm.compliance, row)
    assert told(firm.outside) == {"formal notices await your answer": 1}
    with on(date(2026, 10, 12)):
        assert told(firm.outside) == {"formal notices await your answer": 1, "formal notices are past their answer clock": 1}
        assert told(firm.vm) == {"cases are past the day of their stage": 1}


def test_a_review_takes_up_open_cases_ended_ones_and_every_override(firm: Firm, case: Case) -> None:
    firm.skip(case, "steps")
    actions.close_early(firm.compliance, case, why="Opened in error.")
    second = firm.case(title="Outage")
    items = agenda.items(date(2026, 7, 1), date(2026, 9, 30))
    assert [(item.subject, item.title, item.vendor, item.severity) for item in items] == [
        (second.subject, "Case 2: Outage", "vendor_b", "medium"), (case.subject, "Case 1: Flow to one venue", "vendor_b", "medium"),
        (("case_override", str(case.overrides.get().pk)), "Override in case 1: every step that is left skipped", "vendor_b", "high"),
    ]  # fmt: skip
    assert agenda.items(date(2027, 1, 1), date(2027, 3, 31))[0].subject == second.subject


def test_the_api_reads_what_the_pages_show(firm: Firm, case: Case) -> None:
    from oversight.api.operations.cases import OPERATIONS

    assert {operation.scope for operation in OPERATIONS} == {"vendors:read"}
    firm.sent(case, figures=[(EQ, DAY, DAY)])
    assert Notice.objects.get().figures[0]["title"] == "Effective over quoted spread (E/Q)"
