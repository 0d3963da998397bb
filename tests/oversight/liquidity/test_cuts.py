"""Coverage by symbol, session and asset class, by hand from a tape of a dozen rows; what lacks it says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.actor import Actor
from oversight.liquidity import coverage, cut_tables, cuts, overview, picture, queries, tape
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY, TUESDAY
from .conftest import Market, cells

Browser = Callable[..., Client]
HALF_DAY = date(2026, 11, 27)
REGULAR = (
    ("ABCZ", "XNAS", "regular", "equity", 6, 600, 6000), ("ABCZ", "XNYS", "regular", "equity", 2, 200, 2000),
    ("ABCZ", "FINN", "regular", "equity", 2, 200, 2000),
    ("DEFZ", "XNAS", "regular", "equity", 1, 100, 500), ("DEFZ", "EDGX", "regular", "equity", 3, 300, 1500),
    ("NEWZ", "ZZZZ", "regular", None, 1, 50, 50), ("NEWZ", None, "regular", None, 1, 50, 50),
)  # fmt: skip
EXTENDED = (("ABCZ", "XNAS", "pre", "equity", 1, 30, 300), ("ABCZ", "EDGX", "post", "equity", 1, 70, 700))
"""(symbol, venue, session, class, trades, shares, notional): the router reaches XNAS directly and XNYS through a broker."""


def at(day: date, hour: int) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("America/New_York")).timestamp()) * 1_000_000_000


@pytest.fixture
def held(market: Market) -> Market:
    """The firm executed 3,000 USD in ABCZ and 1,000 in DEFZ in the regular session, 1,000 in ABCZ before the open, 500 in GHIZ, which has no tape."""
    market.fills.clear()
    for symbol, qty, hour in (("ABCZ", 300, 10), ("DEFZ", 100, 11), ("ABCZ", 100, 8), ("GHIZ", 50, 10)):
        market.fill(f"F{symbol}{hour}", "10.00", qty, symbol=symbol, filled_at=at(MONDAY, hour), asset_class="equity", currency="USD", vendor="vendor_a")
    market.cut = [(MONDAY, *row) for row in (*REGULAR, *EXTENDED)]
    return market


def by(found: coverage.Coverage, name: str) -> dict[str | None, cuts.Covered]:
    return {row.name: row for row in cuts.by(found, name)}


def test_overall_the_parts_are_those_of_the_firms_symbols_in_all_sessions(held: Market, covered: Vendor) -> None:
    """1,600 shares. XNAS 600 + 100 + 30 = 730; XNYS 200; EDGX 300 + 70 and ZZZZ 50 = 420 not on the list; FINN 200 and unknown 50 = 250 nobody can tell."""
    run = held.receive()
    found = queries.coverage_of(covered, MONDAY, MONDAY)
    assert (found.tape.shares, found.tape.trades, found.tape.days, found.tape.runs) == (1600, 18, 1, (run.id,))
    assert {name: found.part(name) for name in coverage.PARTS} == {
        "direct": Decimal(730) / 1600, "through": Decimal("0.125"), "missing": Decimal("0.2625"), "cannot_tell": Decimal("0.15625"),
    }  # fmt: skip
    # of the 1,350 shares whose venue is named, 930
    assert found.of_named == Decimal(930) / 1600 / (1 - Decimal("0.15625"))


def test_weighed_each_symbol_counts_by_what_the_firm_executed_in_it(held: Market, covered: Vendor) -> None:
    """ABCZ: (600 + 200 + 30) ÷ 1,100, 4,000 USD. DEFZ: 100 ÷ 400 = 0.25, 1,000 USD. GHIZ, 500 USD, has no tape and counts in neither."""
    held.receive()
    (whole,) = cuts.by(queries.coverage_of(covered, MONDAY, MONDAY))
    assert whole.weighted == (4000 * (Decimal(830) / 1100) + 1000 * Decimal("0.25")) / 5000
    assert (whole.value, whole.unseen, whole.fills, whole.symbols) == (5500, 500, 4, 4)


def test_by_session_each_is_told_apart(held: Market, covered: Vendor) -> None:
    """Regular: 900 of 1,500 reached. Before the open all 30; after the close none of 70, and the firm did nothing there."""
    held.receive()
    found = by(queries.coverage_of(covered, MONDAY, MONDAY), "session")
    # weighed: ABCZ 800 ÷ 1,000 at 3,000 USD, DEFZ 0.25 at 1,000: (2,400 + 250) ÷ 4,000
    assert {name: (row.reached, row.weighted, row.value) for name, row in found.items()} == {
        "regular": (Decimal("0.6"), Decimal("0.6625"), 4500), "pre": (Decimal(1), Decimal(1), 1000), "post": (Decimal(0), None, 0),
    }  # fmt: skip


def test_by_asset_class_what_no_file_says_is_a_class_of_its_own(held: Market, covered: Vendor) -> None:
    held.receive()
    found = by(queries.coverage_of(covered, MONDAY, MONDAY), "asset_class")
    assert {name: (row.shares, row.symbols) for name, row in found.items()} == {"equity": (1500, 3), None: (100, 1)}
    sheet = cut_tables.sessions_and_classes([queries.coverage_of(covered, MONDAY, MONDAY)])
    assert [what for _, what in cells(sheet, "by", "what")] == [
        "before the open", "regular", "after the close", "equities", "unknown: not in the symbols file",
    ]  # fmt: skip


def test_the_worst_symbol_is_the_one_whose_gap_weighs_most_for_the_firm(held: Market, covered: Vendor) -> None:
    """Gap: DEFZ 1,000 × 300 ÷ 400 = 750; ABCZ 4,000 × 70 ÷ 1,100 = 254.54…; NEWZ nothing executed; GHIZ is not on the tape."""
    held.receive()
    found = queries.coverage_of(covered, MONDAY, MONDAY)
    assert cells(cut_tables.symbols(found), "symbol", "gap", "value", "fills") == [
        ("DEFZ", Decimal(750), 1000, 1), ("ABCZ", 4000 * (Decimal(70) / 1100), 4000, 2), ("NEWZ", 0, 0, 0), ("GHIZ", None, 500, 1),
    ]  # fmt: skip
    assert [row[0] for row in cells(cut_tables.symbols(found, "missing"), "symbol")] == ["DEFZ", "NEWZ", "ABCZ", "GHIZ"]
    assert [row[0] for row in cells(cut_tables.symbols(found, "reached"), "symbol")] == ["NEWZ", "DEFZ", "ABCZ", "GHIZ"]
    assert cells(cut_tables.symbols(found), "symbol", "reached", "trades", "asset_class")[-1] == ("GHIZ", "no evidence collected", None, "equities")


def test_an_unknown_code_and_no_code_are_told_apart(held: Market, covered: Vendor) -> None:
    """NEWZ: 50 shares at a code that no list knows are not on the list; 50 without a venue nobody can tell."""
    held.receive()
    found = by(queries.coverage_of(covered, MONDAY, MONDAY), "symbol")["NEWZ"]
    assert (found.part("missing"), found.part("cannot_tell"), found.of_named) == (Decimal("0.5"), Decimal("0.5"), 0)


def test_each_number_leads_to_the_rows_that_it_is_the_sum_of(held: Market, covered: Vendor, browser: Browser) -> None:
    run = held.receive()
    client, found = browser("auditor"), queries.coverage_of(covered, MONDAY, MONDAY)
    symbols, by_cut, venues = cut_tables.symbols(found), cut_tables.sessions_and_classes([found]), overview.missing([found])
    for link, total in (
        (symbols.rows[0].links["reached"], 400), (by_cut.rows[1].links["shares"], 1500), (by_cut.rows[-1].links["trades"], 100),
        (venues.rows[0].links["part"], 370), (overview.coverages([found]).rows[0].links["shares"], 1600),
    ):  # fmt: skip
        sheet = client.get(link).context["sheet"]
        assert (link, sum(row[0] for row in cells(sheet, "shares")), sheet.runs) == (link, total, (run.id,))
    assert symbols.rows[0].links["value"].startswith("/orders/?first=2026-09-28&last=2026-09-28&symbol=DEFZ&pool=")


def test_the_page_of_the_tape_cuts_by_what_is_asked_and_goes_deeper(held: Market, covered: Vendor, browser: Browser) -> None:
    held.receive()
    client = browser("auditor")
    sheet = client.get("/liquidity/tape/?by=venue&symbol=NEWZ").context["sheet"]
    assert cells(sheet, "venue", "trades", "shares", "notional") == [("ZZZZ", 1, 50, 50), ("unknown", 1, 50, 50)]
    deeper = client.get(sheet.rows[1].links["venue"]).context["sheet"]
    assert cells(deeper, "session", "shares") == [("regular", 50)]
    assert cells(client.get("/liquidity/tape/?by=day,session&venue=EDGX").context["sheet"], "session", "day", "shares") == [
        ("regular", MONDAY, 300), ("after the close", MONDAY, 70),
    ]  # fmt: skip


@pytest.mark.parametrize("asked", ["by=price", "day=nonsense", "first=2026-10-02&last=2026-10-01"])
def test_what_the_tape_cannot_be_asked_is_refused_in_words(held: Market, browser: Browser, asked: str) -> None:
    held.receive()
    assert browser("auditor").get(f"/liquidity/tape/?{asked}").status_code == 409


def test_an_order_that_symbols_cannot_be_sorted_by_is_refused(held: Market, covered: Vendor, browser: Browser) -> None:
    assert browser("auditor").get(f"/liquidity/routers/{covered.pk}/?order=price").status_code == 409


def test_a_day_of_a_run_sealed_before_the_cut_is_named_and_never_filled_in(held: Market, covered: Vendor, browser: Browser) -> None:
    """Monday was measured before runs held it, Tuesday after: coverage is Tuesday's alone, and Monday is named."""
    cut, held.cut = held.cut, None
    old = held.receive()
    for row in held.fills:
        row |= {"day": TUESDAY, "filled_at": at(TUESDAY, 10)}
    for row in held.orders:
        row |= {"day": TUESDAY}
    held.days, held.cut = (TUESDAY,), [(TUESDAY, *row[1:]) for row in cut or []]
    recent = held.receive()
    found = queries.coverage_of(covered, MONDAY, TUESDAY)
    assert found.tape.cut is not None
    assert (found.tape.cut.days, found.tape.cut.lacking, found.tape.shares, found.tape.runs) == ((TUESDAY,), (MONDAY,), 1600, (old.id, recent.id))
    assert sum(row.value for row in cuts.by(found, "session")) == 5500
    said = "No evidence collected for 1 day (2026-09-28): the run was sealed before runs held this; measure them again."
    assert (said in overview.rests(found.tape), said in browser("auditor").get("/liquidity/").content.decode()) == (True, True)


def test_a_restated_day_takes_the_place_of_what_was_measured(held: Market, covered: Vendor) -> None:
    """The same day measured again, with 400 shares more at EDGX: 2,000 in all, 770 + 50 of them not on the list; nothing is added to what stood."""
    held.receive()
    first = queries.coverage_of(covered, MONDAY, MONDAY).tape.shares
    held.cut = [*(held.cut or []), (MONDAY, "GHIZ", "EDGX", "regular", "equity", 4, 400, 4000)]
    restated = held.receive()
    found = queries.coverage_of(covered, MONDAY, MONDAY)
    assert (first, found.tape.shares, found.part("missing"), found.tape.runs) == (1600, 2000, Decimal("0.41"), (restated.id,))


def test_a_half_day_is_cut_by_its_own_hours(held: Market, covered: Vendor) -> None:
    """A fill at 14:00 on a day that closes at 13:00 stands beside the tape after the close: 1,000 USD at XNYS, 0.5 of 200 shares reached."""
    held.days, held.cut = (HALF_DAY,), [
        (HALF_DAY, "ABCZ", "XNYS", "post", "equity", 1, 100, 1000), (HALF_DAY, "ABCZ", "EDGX", "post", "equity", 1, 100, 1000),
    ]  # fmt: skip
    held.fills[:] = [held.fills[0] | {"day": HALF_DAY, "filled_at": at(HALF_DAY, 14), "fill_qty": Decimal(100)}]
    for row in held.orders:
        row |= {"day": HALF_DAY}
    held.receive()
    found = by(queries.coverage_of(covered, HALF_DAY, HALF_DAY), "session")
    assert {name: (row.reached, row.weighted, row.value) for name, row in found.items()} == {"post": (Decimal("0.5"), Decimal("0.5"), 1000)}


def test_a_venue_that_matters_in_one_session_alone_is_named_with_it(held: Market, covered: Vendor) -> None:
    """EDGX has 5 of 10,105 shares, less than 1 %, yet 5 of 105 after the close, in a hundred trades; with one trade fewer nobody says so."""
    row = ("ABCZ", "XNAS", "regular", "equity", 99, 10_000, 1)
    for trades, named in ((99, [("EDGX", "after the close", Decimal(5) / 105)]), (98, [])):
        held.cut = [(MONDAY, *each) for each in (row, ("ABCZ", "XNAS", "post", "equity", trades, 100, 1), ("ABCZ", "EDGX", "post", "equity", 1, 5, 1))]
        held.receive()
        found = coverage.gaps(queries.coverage_of(covered, MONDAY, MONDAY))
        assert [(gap.venue, gap.session, gap.part) for gap in found] == named


def test_days_without_a_trade_and_trades_left_out_are_said(held: Market, covered: Vendor) -> None:
    held.days = (MONDAY, TUESDAY)
    held.cut = [(MONDAY, *REGULAR[0], 3, 120)]
    held.receive()
    said = overview.rests(queries.coverage_of(covered, MONDAY, TUESDAY).tape)
    assert "3 trades (120 shares) are not counted" in said
    assert "No evidence collected for 1 day (2026-09-29): the tape shows no trade of the firm's symbols." in said


def test_a_tape_of_other_symbols_alone_is_no_evidence(held: Market, covered: Vendor) -> None:
    held.cut = []
    held.receive()
    assert queries.coverage_of(covered, MONDAY, MONDAY).why == tape.NO_SYMBOL


def test_the_picture_has_a_bar_for_each_whose_parts_add_up(held: Market, covered: Vendor) -> None:
    """The bar of the regular session: 700 of 1,500 directly is 400 × 7 ÷ 15 = 186.67 pixels, from 190 on."""
    held.receive()
    drawn = picture.of_cuts(queries.coverage_of(covered, MONDAY, MONDAY))
    assert drawn is not None
    bar = next(bar for bar in drawn.bars if bar.name == "regular")
    assert ((bar.parts[0].x, bar.parts[0].width), bar.said, sum(Decimal(part.width) for part in bar.parts)) == (("190.00", "186.67"), "60.00 % reached", 400)
    assert picture.of_routers([]) is None


def test_thirty_symbols_cost_as_many_queries_as_one(held: Market, covered: Vendor, browser: Browser, actor: Callable[..., Actor]) -> None:
    client, counted = browser("auditor"), []
    for number in (1, 30):
        held.cut = [(MONDAY, f"S{n}Z", "XNAS", "regular", "equity", 1, 100, 1000) for n in range(number)]
        for extra in range(number):
            vendors.register(actor("vendor_manager", name=f"keeper{number}{extra}"), key=f"v{number}_{extra}", name=f"Router {number} {extra}")
        held.receive()
        client.get("/liquidity/")
        for url in ("/liquidity/", f"/liquidity/routers/{covered.pk}/", "/liquidity/tape/?by=symbol"):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(url).status_code == 200
            counted.append((url, len(asked)))
    assert counted[:3] == counted[3:]


def test_nobody_from_outside_sees_the_tape(held: Market, covered: Vendor, browser: Browser) -> None:
    held.receive()
    assert browser("vendor", vendor="vendor_b").get("/liquidity/tape/").status_code in (403, 404)
    assert Client().get("/liquidity/tape/").status_code == 302


def test_who_may_is_led_to_filing_a_report_that_is_not_on_file(held: Market, covered: Vendor, browser: Browser) -> None:
    held.receive()
    said: dict[str, Any] = {}
    for role in ("vendor_manager", "auditor"):
        sheet = next(table for table in browser(role).get("/liquidity/").context["others"] if table.name == "published")
        said[role] = next((row.cells[5], row.links.get("rule_605")) for row in sheet.rows if row.cells[0] == "XNAS")
    assert said == {
        "vendor_manager": (overview.ABSENT, "/liquidity/reports/new/?kind=rule_605&venue=XNAS"), "auditor": (overview.ABSENT, None),
    }  # fmt: skip
