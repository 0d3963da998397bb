"""A figure goes to an agenda or to a difference by one link, filled in with what it is, its filters and the page that shows it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from bestexec import Cell
from bestexec.runs import Run
from bestexec.units import FRACTION
from oversight.desk import pinning
from oversight.differences.models import Difference
from oversight.measured.scope import Scope
from oversight.reviews import actions
from oversight.reviews.models import AgendaItem, Review
from oversight.sheets import Column, Row, Sheet

from .conftest import MONDAY, TUESDAY

Week = Callable[[], Run]
Browser = Callable[..., Client]
LINK = r'<a href="(/reviews/pin/\?[^"]*)">Pin<span class="unseen">: {}</span></a>'


@pytest.fixture
def review(week: Week) -> Review:
    """The review that the week's quarter owes, its agenda open."""
    week()
    assert actions.raise_owed() == 1
    return Review.objects.get()


def form(client: Client, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_a_row_of_the_scorecard_is_pinned_with_its_figures_and_the_page_that_shows_it(review: Review, browser: Browser) -> None:
    client = browser("compliance")
    page = client.get("/scorecard/", {"first": MONDAY, "last": MONDAY, "vendor": "vendor_a"}).content.decode()
    address = html.unescape(re.findall(LINK.format("Effective over quoted spread \\(E/Q\\)"), page)[0])
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["address"] == f"/scorecard/?first={MONDAY}&last={MONDAY}&vendor=vendor_a#row-effective_over_quoted"
    assert asked["title"].startswith("Effective over quoted spread (E/Q): Market orders 100.00% (n 1)")
    assert asked["title"].endswith(f"; Vendor: vendor_a; {MONDAY} to {MONDAY}")
    shown = form(client, address)
    assert f'value="{asked["address"]}"' in shown
    sent = {"review": review.pk, "title": asked["title"], "why": "Wider than before.", "address": asked["address"], "severity": "medium"}
    assert client.post("/reviews/pin/", sent).status_code == 302
    assert AgendaItem.objects.get(source="hand").address == asked["address"]


def test_a_group_of_a_cut_leads_back_to_that_group_alone(review: Review, browser: Browser) -> None:
    page = browser("compliance").get("/scorecard/", {"first": MONDAY, "last": TUESDAY, "by": "venue", "metrics": "effective_over_quoted"}).content.decode()
    address = parse_qs(urlsplit(html.unescape(re.findall(LINK.format("XNAS"), page)[0])).query)["address"][0]
    assert urlsplit(address).path == "/scorecard/"
    assert parse_qs(urlsplit(address).query) == {
        "first": [str(MONDAY)], "last": [str(TUESDAY)], "venue": ["XNAS"], "by": ["venue"], "metrics": ["effective_over_quoted"],
    }  # fmt: skip


def test_the_view_and_the_rows_behind_a_figure_are_pinned_too(review: Review, browser: Browser) -> None:
    client = browser("compliance")
    for page in ("/scorecard/", "/orders/?metric=effective_over_quoted"):
        assert re.search(r'href="/reviews/pin/\?[^"]*">Pin to the agenda</a>', client.get(page).content.decode()), page


def test_who_keeps_no_agenda_finds_no_pin_and_nobody_does_while_none_is_open(review: Review, browser: Browser) -> None:
    for role in ("analyst", "auditor", "committee"):  # a committee account without a seat
        assert "/reviews/pin/" not in browser(role).get("/scorecard/").content.decode(), role
    Review.objects.update(state="adjourned")
    keeper = browser("compliance")
    assert "/reviews/pin/" not in keeper.get("/scorecard/").content.decode()
    shown = form(keeper, "/reviews/pin/")
    assert "No agenda is open" in shown
    assert "<textarea" not in shown.partition("<main")[2]


def test_the_pin_is_on_the_page_and_in_no_download(review: Review, browser: Browser) -> None:
    text = browser("compliance").get("/scorecard/", {"format": "csv", "sheet": "transaction-costs"}).content.decode()
    assert "Pin" not in text
    assert "/reviews/" not in text


def test_a_figure_begins_a_difference_with_its_filters_and_days(week: Week, browser: Browser) -> None:
    week()
    client = browser("analyst")
    page = html.unescape(client.get(f"/orders/?first={MONDAY}&last={MONDAY}&venue=XNAS&metric=effective_over_quoted").content.decode())
    address = re.findall(r'href="(/differences/identify/[^"]*)"', page)[0]
    shown = form(client, address)
    assert 'value="metric:effective_over_quoted" selected' in shown
    assert 'value="venue=XNAS"' in shown
    sent = {"title": "Wide", "what": "Worse.", "first_on": MONDAY, "last_on": MONDAY, "figure": "metric:effective_over_quoted", "narrowed": "venue=XNAS"}
    assert client.post("/differences/identify/", sent).status_code == 302
    assert Difference.objects.get().figure["filters"] == {"venue": ["XNAS"]}
    assert "/differences/identify/" not in browser("auditor").get("/orders/?metric=effective_over_quoted").content.decode()


def test_what_cannot_be_written_down_as_a_figure_begins_no_difference() -> None:
    scope, roles = Scope(MONDAY, MONDAY), ("analyst",)
    assert pinning.difference(scope.having("vendor", "vendor_a"), "effective_over_quoted", roles).endswith("&vendor=vendor_a")
    assert "narrowed=vendor%3Dvendor_a%2Cvendor_b" in pinning.difference(scope.having("vendor", "vendor_a", "vendor_b"), "effective_over_quoted", roles)
    assert pinning.difference(scope.pooling("held"), "effective_over_quoted", roles) == ""
    assert pinning.difference(scope, "", roles) == ""
    assert pinning.difference(scope.having("venue", "XNAS"), "limit_fill_rate_orders", roles) == "", "an order has no venue"


def test_a_long_line_is_cut_and_a_page_that_an_item_cannot_hold_is_not_pinned() -> None:
    review = Review(pk=7)
    assert parse_qs(urlsplit(pinning.pin(review, "x" * 300, "/scorecard/")).query)["title"] == ["x" * 199 + "…"]
    assert pinning.pin(review, "x", f"/scorecard/?symbol={'X' * 500}") == ""
    assert pinning.pin(None, "x", "/scorecard/") == ""


def test_a_row_is_said_in_a_line_with_each_number_and_its_count() -> None:
    columns = (
        Column("component", "Component"), Column("metric", "Key metric"), Column("value", "Value", kind="number"), Column("n", "n", kind="count"),
        Column("tape", "Tape", kind="number"), Column("state", "State", kind="tag"), Column("se", "Error", kind="number", is_for_files=True),
    )  # fmt: skip
    row = Row(("Fill rates", "Limit-order fill rate", Cell(0.5, FRACTION), 1200, None, "reached", 0.1))
    assert pinning.said(Sheet("x", "X", columns, (row,)), row) == "Fill rates, Limit-order fill rate: Value 50.00% (n 1,200)"
