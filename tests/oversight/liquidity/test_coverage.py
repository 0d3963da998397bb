"""Coverage of the tape, by hand from a sealed run of a thousand shares; reach as of any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from oversight.actor import Actor
from oversight.liquidity import actions, coverage, cut_tables, queries, tape, venue_tables
from oversight.liquidity.models import Reach
from oversight.record import actions as record
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY
from .conftest import Market, cells

Act = Callable[..., Actor]
Browser = Callable[..., Client]
Reached = Callable[..., Reach]
READERS = ("analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor")
WRITERS = ("analyst", "supervisor", "compliance", "vendor_manager")
FORMS = ("/liquidity/venues/new/", "/liquidity/venues/list/", "/liquidity/reports/new/", "/liquidity/memos/new/")


def test_the_four_parts_of_the_tape_add_up_to_it(market: Market, covered: Vendor) -> None:
    """Directly 500 ÷ 1,000; through a broker 300; not on the list 100 + 5; off exchange 95, which nobody can tell."""
    run = market.receive()
    found = queries.coverage_of(covered, MONDAY, MONDAY)
    assert {name: found.part(name) for name in coverage.PARTS} == {
        "direct": Decimal("0.5"), "through": Decimal("0.3"), "missing": Decimal("0.105"), "cannot_tell": Decimal("0.095"),
    }  # fmt: skip
    assert (found.reached, found.tape.shares, found.tape.trades, found.tape.runs) == (Decimal("0.8"), 1000, 100, (run.id,))


def test_a_venue_reached_both_ways_is_reached_directly(market: Market, covered: Vendor) -> None:
    rows = [Reach(venue="XNAS", how="through"), Reach(venue="XNAS", how="direct")]
    only = coverage.through_only(queries.coverage_of(covered, MONDAY, MONDAY))
    assert (coverage.part_of("XNAS", rows), coverage.part_of("XNAS", rows[:1]), [row.venue for row in only]) == ("direct", "through", ["XNYS"])


@pytest.mark.parametrize(("venue", "part"), [("FINN", "cannot_tell"), ("OFFX", "cannot_tell"), (None, "cannot_tell"), ("EDGX", "missing"), ("ZZZZ", "missing")])
def test_what_the_tape_does_not_name_cannot_be_told(venue: str | None, part: str) -> None:
    assert coverage.part_of(venue, []) == part


def test_a_material_venue_that_is_missing_is_named_and_a_small_one_is_not(market: Market, covered: Vendor) -> None:
    """EDGX has 10 % of the tape, BATS 0.5 %: the setting asks for 1 %."""
    market.receive()
    assert [(gap.venue, gap.part, gap.shares, gap.trades) for gap in coverage.gaps(queries.coverage_of(covered, MONDAY, MONDAY))] == [
        ("EDGX", Decimal("0.1"), 100, 10)
    ]
    assert coverage.material(date(2026, 9, 28))[0] == Decimal("0.01")


def test_exactly_one_percent_is_material(market: Market, covered: Vendor) -> None:
    market.venues = [("XNAS", 990.0, 9), ("EDGX", 10.0, 1)]
    market.receive()
    assert [gap.venue for gap in coverage.gaps(queries.coverage_of(covered, MONDAY, MONDAY))] == ["EDGX"]


def test_fractions_of_shares_on_the_tape_are_added_exactly(market: Market, covered: Vendor) -> None:
    market.venues = [("XNAS", 0.1, 1), ("XNYS", 0.2, 1)]
    market.receive()
    assert tape.tape(MONDAY, MONDAY).shares == Decimal("0.3")


def test_without_a_run_or_a_list_there_is_no_number(market: Market, vendor_b: Vendor, browser: Browser) -> None:
    client = browser("auditor")
    said = []
    for _ in range(2):
        found = queries.coverage_of(vendor_b, MONDAY, MONDAY)
        page = client.get("/liquidity/").content.decode()
        said.append((found.reached, found.why, page.count(">no evidence collected<")))
        market.receive() if not said[1:] else None
    assert said[0] == (None, "no run was received", 1)
    assert said[1] == (None, "no list of the venues that its router reached on 2026-09-28 is on file", 1)
    assert "No evidence collected:</strong> no list of the venues" in client.get(f"/liquidity/routers/{vendor_b.pk}/").content.decode()


def test_a_run_without_a_tape_says_so(market: Market, covered: Vendor) -> None:
    market.venues = []
    market.receive()
    found = queries.coverage_of(covered, MONDAY, MONDAY)
    assert (found.reached, found.why) == (None, "the runs of this period hold no trades of the market; import them, and measure again")
    assert queries.coverage_of(covered, date(2026, 9, 1), date(2026, 9, 2)).why == "no day from 2026-09-01 to 2026-09-02 was measured"


def test_the_list_is_that_of_the_day_asked_for(market: Market, covered: Vendor, actor: Act, reached: Reached) -> None:
    market.receive()
    by = actor("compliance", name="ends")
    actions.end(by, Reach.objects.get(venue="XNAS"), until_on=date(2026, 9, 20), why="the line was given up")
    late = reached(by, covered, "EDGX", since_on=date(2026, 9, 25))
    record.move(by, reached(by, covered, "BATS"), "withdraw", why="never reached")
    parts = {on: queries.coverage_of(covered, MONDAY, MONDAY, date(2026, 9, on)).part("direct") for on in (20, 21, 25)}
    assert parts == {20: Decimal("0.5"), 21: Decimal(0), 25: Decimal("0.1")}
    assert [row.venue for row in queries.reach_on(date(2026, 9, 26), covered)] == ["EDGX", "KNCM", "XNYS"]
    assert late.state == "stated"


def test_each_number_has_its_count_its_run_and_its_way_to_the_rows(market: Market, covered: Vendor) -> None:
    run = market.receive()
    sheet = venue_tables.venues(queries.coverage_of(covered, MONDAY, MONDAY))
    assert cells(sheet, "venue", "reach", "part", "trades", "own_shares", "own_part", "fills") == [
        ("XNAS", "directly", Decimal("0.5"), 50, 200, Decimal("0.4"), 2), ("XNYS", "through NLAX", Decimal("0.3"), 30, None, None, None),
        ("EDGX", "not on the list", Decimal("0.1"), 10, None, None, None), ("FINN", "cannot tell", Decimal("0.095"), 9, None, None, None),
        ("BATS", "not on the list", Decimal("0.005"), 1, None, None, None), ("KNCM", "directly", None, None, 300, Decimal("0.6"), 1),
    ]  # fmt: skip
    assert sheet.runs == (run.id,)
    links = sheet.rows[0].links
    assert links["part"] == "/venues/?first=2026-09-28&last=2026-09-28"
    assert links["fills"].startswith("/orders/?first=2026-09-28&last=2026-09-28&vendor=vendor_b&venue=XNAS&pool=")


def test_a_venue_where_the_firm_traded_though_the_list_lacks_it_is_flagged(market: Market, vendor_b: Vendor, actor: Act, reached: Reached) -> None:
    reached(actor("analyst"), vendor_b, "XNYS")
    market.receive()
    found = dict(cells(venue_tables.venues(queries.coverage_of(vendor_b, MONDAY, MONDAY)), "venue", "flags"))
    assert (found["XNAS"], found["KNCM"], found["XNYS"]) == ("traded there, not on the list", "traded there, not on the list", "")


def test_a_run_sealed_before_the_tape_of_symbols_has_no_coverage_by_symbol_and_says_what_to_do(market: Market, covered: Vendor, browser: Browser) -> None:
    market.receive()
    found = queries.coverage_of(covered, MONDAY, MONDAY)
    symbols, by_cut = cut_tables.symbols(found), cut_tables.sessions_and_classes([found])
    said = "No evidence collected: the runs of this period were sealed before runs held the tape by symbol, venue and session; measure its days again."
    assert ((symbols.rows, symbols.empty), (by_cut.rows, by_cut.empty)) == (((), said), ((), said))
    assert [(by, figure) for by, figure in cells(venue_tables.not_held(found), "by", "figure")] == [
        (by, "no evidence collected") for by in (
            "by symbol", "by session", "by asset class", "off exchange", "options, crypto and what else the tape lacks", "IOI and conditional",
        )
    ]  # fmt: skip
    assert "These runs were sealed before runs held the tape by symbol" in browser("auditor").get("/liquidity/").content.decode()


def test_a_missing_venue_leads_to_its_memo_or_to_a_form_with_it_filled_in(market: Market, covered: Vendor, browser: Browser) -> None:
    market.receive()
    client = browser("vendor_manager")
    (row,) = client.get("/liquidity/").context["missing"].rows
    assert row.links["memo"] == f"/liquidity/memos/new/?about=venue&venue=EDGX&vendor={covered.pk}"
    assert client.get(row.links["memo"]).context["form"]["venue"].value() == "EDGX"


def test_the_page_shows_coverage_first_then_missing_venues_then_memos(market: Market, covered: Vendor, browser: Browser) -> None:
    market.receive()
    page = browser("auditor").get("/liquidity/").content.decode()
    places = [page.index(words) for words in (
        "Coverage of the tape by each router</caption>", "Material venues missing</caption>", "<h2>Memos due</h2>",
        "Reached only through another broker</caption>",
    )]  # fmt: skip
    assert places == sorted(places)
    assert ">80.00</td>" in page


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_every_table_is_downloaded(market: Market, covered: Vendor, browser: Browser, form: str) -> None:
    market.receive()
    client = browser("auditor")
    for name in ("coverage", "cuts", "missing-venues", "through-only", "memos", "published"):
        assert client.get(f"/liquidity/?format={form}&sheet={name}").status_code == 200
    for name in ("cuts", "symbols", "venues", "missing-venues", "not-held", "reach"):
        assert client.get(f"/liquidity/routers/{covered.pk}/?format={form}&sheet={name}").status_code == 200
    assert client.get(f"/liquidity/tape/?format={form}").status_code == 200


@pytest.mark.parametrize("asked", ["first=nonsense", "first=2026-10-01&last=2026-09-01", "on=2026-02-30"])
def test_a_period_that_cannot_be_is_said(browser: Browser, db: None, asked: str) -> None:
    assert browser("auditor").get(f"/liquidity/?{asked}").status_code == 409


def test_a_run_whose_bytes_were_altered_gives_no_number_and_breaks_no_page(market: Market, covered: Vendor, actor: Act, browser: Browser) -> None:
    run = market.receive()
    memo = actions.draft(
        actor("analyst", name="writes"), about="venue", title="Try", venue="XNAS", asked="x", reasons="x", scope="x", cap="x", success="x",
        success_metric="effective_over_quoted", success_side="at_most", success_bound=Decimal(90),
    )  # fmt: skip
    actions.propose(actor("analyst", name="proposes"), memo)
    actions.try_it(actor("compliance"), memo, ends_on=date(2026, 10, 15), relook_on=date(2026, 12, 1))
    file = run.folder / "tape_venues.parquet"
    file.chmod(0o640)
    file.write_bytes(b"altered")
    found = queries.coverage_of(covered, MONDAY, MONDAY)
    assert (found.reached, found.why.partition(" · ")[0]) == (None, "not the bytes that were sealed: tape_venues.parquet")
    client = browser("auditor")
    for url in ("/liquidity/", f"/liquidity/routers/{covered.pk}/", f"/liquidity/memos/{memo.pk}/", "/conflicts/", "/conflicts/payments/"):
        page = client.get(url)
        assert (url, page.status_code) == (url, 200)
        assert "not the bytes that were sealed" in page.content.decode() or url.startswith("/conflicts/")
