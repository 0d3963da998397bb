"""The pages of figures, with figures worked out by hand; each number leads to its rows, and they to the order."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.oversight.desk.conftest import MONDAY, TUESDAY, Bench

from bestexec.runs import Run
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.api.actions import issue
from oversight.desk import scorecard
from oversight.measured import figures
from oversight.measured.scope import Scope
from oversight.measured.sources import all_in_force
from oversight.roles import EVERY_ROLE, STAFF

PAGES = ("/scorecard/", "/scorecard/trend/", "/venues/", "/coverage/", "/orders/", "/search/?q=O1")
Week = Callable[[], Run]


def linked(page: bytes, text: str) -> str:
    """Where the first link that reads so leads."""
    found = re.search(rf'<a href="([^"]*)">{re.escape(text)}</a>', page.decode())
    assert found, f"no link reads {text}"
    return html.unescape(found[1])


def words(page: bytes) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def test_a_number_leads_to_its_fills_the_worst_first_and_they_to_the_order(week: Week, browser: Callable[..., Client]) -> None:
    week()
    client = browser("analyst")
    page = client.get("/scorecard/").content
    fills = client.get(linked(page, "25.00%")).content
    assert "2 fills count in Effective over quoted spread (E/Q); the highest first, which is the worst for the customer." in words(fills)
    assert re.findall(r"<code>(O\d)</code>|>(O\d-\d)</a>", fills.decode()) == [("", "O1-1"), ("", "O2-1")]
    assert linked(fills, "O1") == "/orders/2026-09-28/ABCZ/O1/"
    assert linked(fills, "100.00") == "/orders/2026-09-28/ABCZ/O1/"


def test_what_is_kept_apart_is_pooled_only_when_the_address_says_so(week: Week) -> None:
    week()
    sources, apart = all_in_force(), Scope(MONDAY, MONDAY)
    value = lambda scope: figures.grouped(sources, scope, (), ("effective_over_quoted",)).rows["effective_over_quoted"].to_list()  # noqa: E731 -- said thrice
    assert value(apart) == [0.25]
    assert value(apart.pooling("held", "customer_class")) == [0.6]
    assert value(apart.having("customer_class", "institutional").having("held", "no")) == [2.0]


def test_the_two_tables_say_value_count_threshold_and_a_sentence(week: Week, browser: Callable[..., Client]) -> None:
    week()
    said = words(browser("committee").get("/scorecard/").content)
    assert "Price improvement Effective over quoted spread (E/Q) 25.00% 2 — not reached E/Q above 1" in said
    # O1 at the quote, O2 a cent inside for 300 shares: (0 × 100 + 0.01 × 300) ÷ 400 = 0.0075
    assert "Net price improvement against the quote 0.007500 $/share 2" in said
    assert "Mean time from t0 to execution 20.000 ms 2" in said
    assert "Market orders: not measured" not in said


def test_below_the_least_count_it_says_too_few(bench: Bench, week: Week, browser: Callable[..., Client]) -> None:
    bench.receive(min_n=3)
    said = words(browser("analyst").get("/scorecard/?by=vendor").content)
    assert "Effective over quoted spread (E/Q) too few 2 — not judged" in said
    assert "vendor_b 1 1 too few 1" in said


def test_figures_by_vendor_stand_beside_the_period_before(bench: Bench) -> None:
    bench.order("O1")
    bench.fill("O1", "10.01")
    bench.order("O2", TUESDAY)
    bench.fill("O2", "10.00", on=TUESDAY)
    bench.receive()
    sheet = scorecard.by_dimension(all_in_force(), Scope(TUESDAY, TUESDAY), ("vendor",), ("effective_over_quoted",), compared=True)
    assert [column.key for column in sheet.headed] == [
        "vendor", "orders", "fills", "effective_over_quoted", "effective_over_quoted_n", "effective_over_quoted_before", "effective_over_quoted_change",
    ]  # fmt: skip
    assert sheet.rows[0].cells[:7] == ("vendor_a", 1, 1, 0.0, 1, 1.0, -1.0)


def test_a_trend_has_a_figure_a_day(bench: Bench, browser: Callable[..., Client]) -> None:
    for name, on, px in (("O1", MONDAY, "10.01"), ("O2", TUESDAY, "10.00")):
        bench.order(name, on)
        bench.fill(name, px, on=on)
    bench.receive()
    page = browser("analyst").get("/scorecard/trend/?metric=effective_over_quoted&per=day").content
    assert "100.00% in 2026-09-28, 0.00% in 2026-09-29." in words(page)
    assert b"<svg" in page
    assert b" style=" not in page


def test_venues_show_share_beside_quality_and_payment_outside_the_score(week: Week, browser: Callable[..., Client]) -> None:
    week()
    said = words(browser("vendor_manager").get("/venues/").content)
    assert "CDED executed 75.0% of the shares, the largest part of 2 venues." in said
    # 0.75² + 0.25² = 0.625
    assert "The Herfindahl–Hirschman index is 0.6250, above the policy's limit of" in said
    assert "Venues that pay the firm (CDED) executed 75.0% of the shares. Payment is no part of any score here." in said


def test_the_ledger_adds_up_to_the_order(week: Week, browser: Callable[..., Client]) -> None:
    week()
    said = words(browser("supervisor").get("/coverage/").content)
    assert "Every line adds up to the order: 4 = 2 + 1 + 1." in said
    assert "regular session retail 4 2 1 1 0 Ask" in said
    assert "regular session institutional — 1 0 0 0 Not covered: ask for a control total." in said


def test_more_than_the_total_is_shown_as_such(bench: Bench, browser: Callable[..., Client]) -> None:
    bench.order("O1")
    bench.order("O2")
    bench.total(1, 2)
    bench.receive()
    said = words(browser("analyst").get("/coverage/").content)
    assert "Every line adds up to the order: 1 = 2 + 0 + 0 − 1." in said
    assert "Look for 1 copies or late orders." in said


def test_left_out_orders_are_listed_behind_their_count(week: Week, browser: Callable[..., Client]) -> None:
    week()
    client = browser("analyst")
    said = words(client.get("/orders/?excluded=quote+locked+at+t0").content)
    assert "1 orders, the latest first." in said
    assert "O4" in said


def test_an_exact_order_id_opens_the_order_and_a_part_of_it_lists_what_fits(week: Week, browser: Callable[..., Client]) -> None:
    week()
    client = browser("analyst")
    assert client.get("/search/?q=O2-1").headers["Location"] == "/orders/2026-09-28/ABCZ/O2/"
    assert client.get("/search/?q=O3").headers["Location"] == "/orders/2026-09-28/ABCZ/O3/"
    said = words(client.get("/search/?q=o").content)
    assert "Orders O1 ABCZ, 2026-09-28 O2 ABCZ, 2026-09-28" in said
    assert "ABCZ: its orders" in words(client.get("/search/?q=abcz").content)
    assert "Nothing is called so." in words(client.get("/search/?q=nothing").content)


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_figures_are_for_staff_alone(week: Week, browser: Callable[..., Client], role: str) -> None:
    week()
    client = browser(role)
    codes = {client.get(page).status_code for page in PAGES}
    assert codes == ({200, 302} if role in STAFF else {403})


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_today_shows_no_figure_to_who_may_see_none(week: Week, browser: Callable[..., Client], role: str) -> None:
    week()
    said = words(browser(role).get("/").content)
    assert "25.00" not in said
    assert "ABCZ" not in said


def test_before_the_first_run_pages_say_what_to_do(bench: Bench, browser: Callable[..., Client]) -> None:
    client = browser("analyst")
    assert client.get("/").status_code == 200
    said = words(client.get("/scorecard/").content)
    assert "No run has been received yet, so there are no figures." in said


@pytest.mark.parametrize("page", ["/", *PAGES, "/scorecard/?by=vendor,week&compare=previous", "/orders/?metric=effective_over_quoted"])
def test_more_rows_ask_no_more_queries(bench: Bench, browser: Callable[..., Client], page: str) -> None:
    client, asked = browser("analyst"), []
    for number in (1, 30):
        for place in range(number):
            name = f"O{number}-{place}"
            bench.order(name, order_qty=Decimal(100), vendor=f"vendor_{place}", symbol=f"S{place}")
            bench.fill(name, "10.01", vendor=f"vendor_{place}", symbol=f"S{place}", venue=f"V{place:03}")
        bench.receive()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code in (200, 302)
        asked.append(len(queries))
    assert asked[1] <= asked[0]
    assert asked[1] <= (31 if page == "/" else 12)


def test_a_program_reads_the_same_ledger_venues_and_tables(week: Week, actor: Callable[..., Actor], client: Client) -> None:
    week()
    analyst = actor("analyst")
    _, secret = issue(analyst, Account.objects.get(key=analyst.key), "figures", ["figures:read"], 30)

    def rows(path: str) -> list[dict[str, Any]]:
        return client.get(f"/api/v1/figures/{path}", headers={"Authorization": f"Bearer {secret}"}).json()["rows"]

    sides = ("session", "customer_class", "total", "measured", "excluded", "missing", "surplus")
    assert ["regular session", "retail", 4, 2, 1, 1, 0] in [[row[side] for side in sides] for row in rows("coverage")]
    # 300 of 400 shares at CDED, 100 at XNAS
    assert {row["venue"]: Decimal(str(row["share"])) for row in rows("venues")} == {"CDED": Decimal("0.75"), "XNAS": Decimal("0.25")}
    hhi = next(row["value"] for row in rows("framework") if row["metric"].startswith("Concentration of venues"))
    assert Decimal(str(hhi["value"])) == Decimal("0.625")


def test_what_each_feed_lacks_and_which_clock_is_off_stand_below_the_ledger(week: Callable[[], Run], bench: Bench, browser: Callable[..., Client]) -> None:
    """No fill of the bench names its route's instant; a gateway whose acknowledgements come 36.998 ms before it is named first."""
    leg = {"day": MONDAY, "leg": "route to acknowledgement", "second_source": "acknowledgements", "pairs": 2}
    bench.legs += [
        {**leg, "first_source": "gw1", "early": 0, "least_ns": 2_000, "apart_ns": None},
        {**leg, "first_source": "gw2", "early": 2, "least_ns": -36_998_000, "apart_ns": -37_000_000},
    ]
    week()
    page = browser("analyst").get("/coverage/")
    clocks = next(sheet for sheet in (page.context["feeds"], page.context["clocks"]) if sheet.name == "clocks")
    assert [(row.cells[1], row.cells[5], row.tone) for row in clocks.rows] == [("gw2", 2, "attention"), ("gw1", 0, "")]
    said = words(page.content)
    assert "Route of each fill" in said and "−36.998" in said


def test_the_ledger_is_cut_by_order_type_and_by_size_beside_totals_of_the_same(week: Callable[[], Run], bench: Bench, browser: Callable[..., Client]) -> None:
    """Four market orders from 1,000 dollars, one left out; somebody counted five of the type, and four of the size in two parts."""
    total = {"day": MONDAY, "source": "OMS", "measure": "orders", "counted": Decimal(4)}
    bench.totals += [
        {**total, "order_type": "market", "total": Decimal(5)},
        {**total, "size_bucket": 1000, "session": "regular", "total": Decimal(3)}, {**total, "size_bucket": 1000, "session": "pre", "total": Decimal(1)},
    ]  # fmt: skip
    week()
    page = browser("analyst").get("/coverage/")
    assert [(row.cells[0], *row.cells[2:]) for row in page.context["ledger"].by_kind.rows] == [
        ("Order type", 5, 3, 1, 1, 0, "Ask OMS for the ids of 1."), ("Order size", 4, 3, 1, 0, 0, ""),
    ]  # fmt: skip
    said = words(page.content)
    assert "Order type market 5 3 1 1 0 Ask OMS for the ids of 1." in said
    assert "Every line adds up to the order: 4 = 2 + 1 + 1." in said, "totals by type and size are no lines of sessions and customers"


def test_without_such_totals_the_cuts_show_our_own_counts(week: Callable[[], Run], browser: Callable[..., Client]) -> None:
    week()
    rows = browser("analyst").get("/coverage/").context["ledger"].by_kind.rows
    assert [(row.cells[0], *row.cells[2:], row.tone) for row in rows] == [("Order type", None, 3, 1, 0, 0, "", ""), ("Order size", None, 3, 1, 0, 0, "", "")]
