"""A router's list of venues and published reports: entered, confirmed by somebody else, taken as CSV; who sees and keeps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bestexec import Problem
from oversight.actor import Actor, automated
from oversight.evidence.models import Link
from oversight.lifecycle import Refusal
from oversight.liquidity import actions, overview, queries
from oversight.liquidity.models import Published, Reach
from oversight.liquidity.overview import ABSENT
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY
from .conftest import Market, cells

Act = Callable[..., Actor]
Browser = Callable[..., Client]
Reached = Callable[..., Reach]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
WRITERS = ("analyst", "supervisor", "compliance", "vendor_manager")
FORMS = ("/liquidity/venues/new/", "/liquidity/venues/list/", "/liquidity/reports/new/", "/liquidity/memos/new/")


def test_an_entry_is_confirmed_by_somebody_else_and_its_form_ats_n_makes_it_wait_again(actor: Act, vendor_b: Vendor, reached: Reached) -> None:
    by, other = actor("vendor_manager"), actor("analyst")
    row = reached(by, vendor_b, "LEVL", kind="ats")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(by, row, "confirm")
    record.move(other, row, "confirm")
    assert (row.state, row.confirmed_by, row.lacks_ats_n) == ("confirmed", other.key, True)
    with pytest.raises(Refusal, match="of the future"):
        actions.file_ats_n(other, row, ats_n_on=date(2026, 10, 2))
    actions.file_ats_n(other, row, ats_n_on=date(2026, 3, 2))
    assert (row.state, row.lacks_ats_n, row.stated_by) == ("stated", False, other.key)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(other, row, "confirm")


def test_an_exchange_files_no_form_ats_n(actor: Act, vendor_b: Vendor, reached: Reached) -> None:
    by = actor("analyst")
    with pytest.raises(Refusal, match="a venue of this kind files none"):
        actions.file_ats_n(by, reached(by, vendor_b, "XNAS"), ats_n_on=date(2026, 3, 2))


def test_two_who_move_an_entry_at_once_move_it_once(actor: Act, vendor_b: Vendor, reached: Reached) -> None:
    row = reached(actor("vendor_manager"), vendor_b, "XNAS")
    stale = Reach.objects.get(pk=row.pk)
    actions.end(actor("analyst"), row, until_on=date(2026, 9, 1), why="given up")
    with pytest.raises(Refusal, match="is “ended”; this is done while it is"):
        record.move(actor("supervisor"), stale, "confirm")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"how": "through"}, "Name the broker"), ({"through": "NLAX"}, "Name the broker"), ({"until_on": date(2026, 6, 30)}, "ended before it began"),
        ({"venue": ""}, "are needed"), ({"since_on": None}, "are needed"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_is_refused(actor: Act, vendor_b: Vendor, reached: Reached, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        reached(actor("analyst"), vendor_b, facts.pop("venue", "XNAS"), **facts)


def test_days_of_the_same_venue_do_not_overlap_but_may_follow(actor: Act, vendor_b: Vendor, reached: Reached) -> None:
    by = actor("analyst")
    row = reached(by, vendor_b, "XNAS")
    with pytest.raises(Refusal, match="on the list for those days already"):
        reached(by, vendor_b, "XNAS", how="through", through="NLAX")
    with pytest.raises(Refusal, match="did not end before"):
        actions.end(by, row, until_on=date(2026, 6, 30), why="x")
    actions.end(by, row, until_on=date(2026, 8, 31), why="given up")
    reached(by, vendor_b, "XNAS", how="through", through="NLAX", since_on=date(2026, 9, 1))
    assert [queries.reach_on(date(2026, month, day), vendor_b).get().way for month, day in ((8, 31), (9, 1))] == ["directly", "through NLAX"]


HEAD = "venue,kind,how,through,ats_n_on,since_on,until_on"
LIST = f"{HEAD}\nXNAS,exchange,direct,,,2026-07-01,\nKnig,wholesaler,direct,,,2026-07-01,\nLEVL,ats,through,NLAX,2026-03-02,2026-07-01,\n"


def test_a_list_is_taken_once_and_filed_beside_the_vendor(actor: Act, vendor_b: Vendor) -> None:
    by = actor("vendor_manager")
    taken = actions.state_all(by, vendor_b, "venues.csv", LIST.encode())
    assert [(row.venue, row.way, row.ats_n_on) for row in taken.made] == [
        ("XNAS", "directly", None), ("KNCM", "directly", None), ("LEVL", "through NLAX", date(2026, 3, 2)),
    ]  # fmt: skip
    again = actions.state_all(by, vendor_b, "venues.csv", f"{LIST}EDGX,exchange,direct,,,2026-07-01,\n".encode())
    assert ([row.venue for row in again.made], again.standing) == (["EDGX"], 3)
    nothing = actions.state_all(by, vendor_b, "venues.csv", LIST.encode())
    assert (nothing.made, nothing.standing, Link.objects.filter(subject_kind="vendor").count()) == ((), 3, 2)


def test_each_line_of_a_list_is_taken_or_refused_with_its_reason(actor: Act, vendor_b: Vendor) -> None:
    wrong = (
        "XNAS,bank,direct,,,2026-07-01,", "XNYS,exchange,direct,NLAX,,2026-07-01,", "XNYS,exchange,through,,,2026-07-01,", "=A1,exchange,direct,,,2026-07-01,",
        "XNYS,exchange,direct,,,2026-13-01,", "XNYS,exchange,direct,,,2026-07-01,2026-06-01", "XNYS,exchange,direct,,,,", "BATS,exchange,direct,,,2026-07-01,",
    )  # fmt: skip
    taken = actions.state_all(actor("analyst"), vendor_b, "venues.csv", "\n".join((HEAD, *wrong)).encode())
    assert [(reject.number, reject.reason) for reject in taken.rejects] == [
        (2, "kind is “bank”; it can be exchange, ats, wholesaler, ioi, conditional, single_dealer, broker"),
        (3, "through names the broker where how is through, and nobody where it is direct"), (4, "through is missing"),
        (5, "venue begins like a formula of a spreadsheet program"), (6, "since_on is “2026-13-01”, which is no day such as 2026-08-12"),
        (7, "until_on lies before since_on"), (8, "since_on is missing"),
    ]  # fmt: skip
    assert [row.venue for row in taken.made] == ["BATS"]
    with pytest.raises(Problem, match="it lacks “venue”"):
        actions.state_all(actor("analyst", name="two"), vendor_b, "venues.csv", b"a,b\n1,2\n")


def test_a_venue_and_a_list_are_entered_in_the_browser(browser: Browser, vendor_b: Vendor) -> None:
    client = browser("vendor_manager")
    sent = {"vendor": vendor_b.pk, "venue": "level ats", "kind": "ats", "how": "direct", "since_on": "2026-07-01"}
    page = client.post("/liquidity/venues/new/", sent)
    row = Reach.objects.get()
    assert (page["Location"], row.venue, row.state) == (f"/liquidity/venues/{row.pk}/", "LEVL", "stated")
    assert "none looked at; file it below" in client.get(page["Location"]).content.decode()
    wrong = client.post("/liquidity/venues/new/", {**sent, "how": "through", "until_on": "2026-06-01"})
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (400, ["through", "until_on"])

    def take(text: str) -> Any:
        return client.post("/liquidity/venues/list/", {"vendor": vendor_b.pk, "content": SimpleUploadedFile("venues.csv", text.encode())})

    assert take(LIST)["Location"] == f"/liquidity/routers/{vendor_b.pk}/"
    part = take(f"{LIST}XNYS,bank,direct,,,2026-07-01,\n").content.decode()
    assert "0 taken, 3 stood already, 1 not taken" in part
    assert [take(text).status_code for text in ("", "a,b\n1,2\n")] == [400, 400]


def test_a_published_report_is_filed_for_its_venue_and_period_and_shown_as_present(market: Market, covered: Vendor, browser: Browser) -> None:
    market.receive()
    client = browser("analyst")
    sent = {"kind": "rule_605", "venue": "XNAS", "first_on": "2026-08-01", "last_on": "2026-08-31", "content": SimpleUploadedFile("605.txt", b"Q|XNAS\n")}
    page = client.post("/liquidity/reports/new/", sent)
    row = Published.objects.get()
    assert (page["Location"], Link.objects.get().subject_kind) == (f"/liquidity/reports/{row.pk}/", "published")
    table = overview.reports(queries.coverages(MONDAY, MONDAY))
    assert cells(table, "venue", "kind", "rule_605", "rule_606", "ats_n", "ats_volume") == [
        ("XNAS", "exchange", "to 2026-08-31", "not of this kind", "not of this kind", "not of this kind"),
        ("XNYS", "exchange", ABSENT, "not of this kind", "not of this kind", "not of this kind"),
        ("EDGX", "exchange", ABSENT, "not of this kind", "not of this kind", "not of this kind"),
        ("KNCM", "wholesaler", ABSENT, "not of this kind", "not of this kind", ABSENT),
    ]  # fmt: skip
    client.post(f"/move/published/{row.pk}/withdraw/", {"why": "the wrong month", "next": "/"})
    assert cells(overview.reports(queries.coverages(MONDAY, MONDAY)), "rule_605")[0] == (ABSENT,)


@pytest.mark.parametrize(
    ("wrong", "said"), [({"last_on": "2026-07-31"}, "would end before it begins"), ({"content": SimpleUploadedFile("x.txt", b"")}, "The file is empty")]
)
def test_a_report_that_cannot_be_is_said_on_the_form(browser: Browser, db: None, wrong: dict[str, Any], said: str) -> None:
    sent = {"kind": "rule_605", "venue": "XNAS", "first_on": "2026-08-01", "last_on": "2026-08-31", "content": SimpleUploadedFile("605.txt", b"Q|XNAS\n")}
    page = browser("analyst").post("/liquidity/reports/new/", {**sent, **wrong})
    assert (page.status_code, said in page.content.decode(), Published.objects.count()) == (400, True, 0)


@pytest.mark.parametrize("role", READERS)
def test_staff_read_the_analysis_and_four_roles_keep_it(browser: Browser, actor: Act, vendor_b: Vendor, reached: Reached, role: str) -> None:
    row = reached(actor("vendor_manager", name="lists"), vendor_b, "XNAS")
    client = browser(role)
    assert [client.get(url).status_code for url in ("/liquidity/", f"/liquidity/routers/{vendor_b.pk}/", f"/liquidity/venues/{row.pk}/")] == [200] * 3
    assert [client.get(url).status_code for url in FORMS] == [200 if role in WRITERS else 403] * 4


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_nothing_of_it(browser: Browser, actor: Act, vendor_b: Vendor, reached: Reached, role: str) -> None:
    row = reached(actor("vendor_manager", name="lists"), vendor_b, "XNAS", how="through", through="LEAKY BROKER")
    client = browser(role, vendor="vendor_b" if role == "vendor" else "")
    for url in ("/liquidity/", "/liquidity/?format=csv&sheet=through-only", f"/liquidity/routers/{vendor_b.pk}/", f"/liquidity/venues/{row.pk}/", *FORMS):
        page = client.get(url)
        assert (page.status_code, b"LEAKY" in page.content) == (403, False)
    assert client.get(f"/move/reach/{row.pk}/confirm/").status_code == 404


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_may_not_write_changes_nothing_by_posting(browser: Browser, actor: Act, vendor_b: Vendor, reached: Reached, role: str) -> None:
    row = reached(actor("vendor_manager", name="lists"), vendor_b, "XNAS")
    client, entries = browser(role), Entry.objects.count()
    assert [client.post(url, {"vendor": vendor_b.pk}).status_code for url in FORMS] == [403] * 4
    assert client.post(f"/move/reach/{row.pk}/withdraw/", {"why": "x"}).status_code in (403, 404)
    assert Entry.objects.count() == entries


def test_thirty_venues_and_vendors_cost_as_many_queries_as_one(market: Market, vendor_b: Vendor, actor: Act, reached: Reached, browser: Browser) -> None:
    market.receive()
    client, by, counts = browser("auditor"), actor("analyst"), []
    for many in (1, 29):
        for number in range(many):
            other = vendors.register(automated("test"), key=f"v{many}-{number}", name=f"V {many} {number}")
            reached(by, vendor_b, f"Z{many}{number:02d}")
            reached(by, other, "XNYS", how="through", through="NLAX")
        counts.append([])
        for url in ("/liquidity/", f"/liquidity/routers/{vendor_b.pk}/"):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
