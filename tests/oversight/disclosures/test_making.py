"""Reports that the desk makes of a firm's own orders: three orders, one a month, whose every figure a hand can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import LazySettings
from django.test import Client

from bestexec import import_files, measure, open_workspace
from oversight.actor import automated
from oversight.arrivals import actions as arrivals
from oversight.disclosures import actions, making
from oversight.disclosures.models import Adoption, CustomerRequest, Publication
from oversight.evidence import store
from oversight.evidence.queries import of_subject
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.record.actions import move

from .conftest import Desk

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 7, 14), date(2026, 8, 11), date(2026, 9, 15))
"""Three Tuesdays."""
TERMS = '[[terms]]\nvenue = "XNAS"\nreviewed_on = 2026-09-30\nfees_and_rebates = "By the published schedule"\n'
HEADS = {
    "symbols": "symbol,name,listed_at,asset_class,currency,round_lot,tick_px,is_sp500,from_on,to_on",
    "venues": "alias,venue,name,kind",
    "payments": "venue,month_on,kind,order_type,vendor,amount_usd",
    "orders": "firm,key_on,order_id,symbol,side,qty,order_type,received_at,tif,is_held,is_directed,customer_class,account_key,asset_class,currency",
    "routes": "firm,key_on,order_id,route_id,routed_on,symbol,side,qty,routed_at,venue,venue_kind,vendor,order_type,ended_at,end_reason,canceled_qty",
    "fills": "firm,key_on,order_id,route_id,fill_id,traded_on,symbol,side,qty,px,filled_at,venue,vendor,capacity,liquidity,kind,fee_usd,currency",
    "quotes": "day,symbol,quoted_at,sequence,bid_px,ask_px,bid_qty,ask_qty,kind,source",
}  # fmt: skip


def raw(folder: Path, *, ledger: str = "-0.30", is_held: str = "true") -> Path:
    """Each order: market, buys 100 of AAA at 10:00 New York, filled at 10.02 against 10.00 × 10.02 on XNAS, which charges 0.30."""
    folder.mkdir()

    def write(table: str, *lines: str, day: date | None = None) -> None:
        name = f"{table}_{day}.csv" if day else f"{table}.csv"
        (folder / name).write_text("\n".join((HEADS[table], *lines)) + "\n", encoding="utf-8")

    write("symbols", "AAA,A,XNAS,equity,USD,100,0.01,true,2026-01-01,")
    write("venues", "XNAS,XNAS,Nasdaq,exchange")
    write("payments", *(f"XNAS,{day:%Y-%m}-01,fee,,,{ledger}" for day in DAYS))
    for day in DAYS:
        at = f"{day}T14:00:00"
        write("orders", f"FIRM,{day},O-{day:%m},AAA,1,100,market,{at}.100Z,day,{is_held},false,retail,k1,equity,USD", day=day)
        write("routes", f"FIRM,{day},O-{day:%m},R1,{day},AAA,1,100,{at}.101Z,XNAS,exchange,vendor_a,market,{at}.102Z,filled,0", day=day)
        write("fills", f"FIRM,{day},O-{day:%m},R1,F1,{day},AAA,1,100,10.02,{at}.102Z,XNAS,vendor_a,agency,removed,regular,0.30,USD", day=day)
        write("quotes", f"{day},AAA,{at}Z,1,10.00,10.02,500,500,nbbo,sip", f"{day},AAA,{day}T19:59:59Z,2,10.00,10.02,500,500,nbbo,sip", day=day)
    return folder


@pytest.fixture
def measured(settings: LazySettings, tmp_path: Path) -> Callable[..., str]:
    """Import such a firm, measure and receive it; the run's id."""

    def made(terms: str = TERMS, **said: str) -> str:
        settings.WORKSPACE = tmp_path / "workspace"
        workspace = open_workspace(settings.WORKSPACE)
        (workspace.policy / "venue_terms.toml").write_text(terms, encoding="utf-8")
        import_files(workspace, sorted(raw(tmp_path / "raw", **said).iterdir()))
        figures.forget()
        run_id = measure(workspace).id
        arrivals.receive(automated("receive"), run_id)
        return run_id

    return made


def test_the_quarters_routing_report_is_made_filed_and_waits_for_a_second_person(desk: Desk, measured: Callable[..., str]) -> None:
    run_id = measured()
    row = actions.make_from_orders(desk.analyst, kind="rule606a", period="2026Q3")
    assert (row.state, row.period, row.main.name, row.document and row.document.name) == ("made", "2026Q3", "606a1-2026Q3.xml", "606a1-2026Q3.pdf")
    report = ElementTree.fromstring(store.read(row.main.sha256))
    months = [[cell.text for cell in month.iter("netPmtPaidRecvMarketOrdersUsd")] for month in report.iter("rMonthly")]
    assert months == [["-0.30"], ["-0.30"], ["-0.30"]]
    assert [month.findtext("rSP500/ndoMarketPct") for month in report.iter("rMonthly")] == ["100.00", "100.00", "100.00"]
    (account,) = [link.filed for link in of_subject(*row.subject)]
    assert (account.name, run_id in store.read(account.sha256).decode()) == ("606a1-2026Q3.json", True)


def test_what_keeps_it_from_being_filed_is_said_and_nothing_is(desk: Desk, measured: Callable[..., str]) -> None:
    measured(terms="", ledger="-0.31")
    with pytest.raises(Refusal, match=r"4 points are open.*XNAS.*2026-07: -0\.30 USD by 1 fill, -0\.31 USD by the ledger"):
        actions.make_from_orders(desk.analyst, kind="rule606a", period="2026Q3")
    assert not Publication.objects.exists()


def test_the_months_report_of_rule_605_is_made_with_its_summary_and_what_it_rests_on(desk: Desk, measured: Callable[..., str]) -> None:
    measured()
    row = actions.make_from_orders(desk.analyst, kind="rule605", period="2026-08", code="TEST")
    assert (row.main.name, row.document and row.document.name, row.doubts) == ("TEST202608.txt", "TEST202608.csv", 0)
    head, *lines = store.read(row.main.sha256).decode().splitlines()
    (cells,) = [dict(zip(head.split("|"), line.split("|"), strict=True)) for line in lines]
    assert (cells["Symbol"], cells["CvrdOrderCnt"], cells["CvrdOrderQty"]) == ("AAA", "1", "100")
    assert sorted(link.filed.name for link in of_subject(*row.subject)) == ["TEST202608-left-out.csv", "TEST202608.json", "TEST202608.pdf"]


def test_a_customers_report_is_made_and_the_two_tests_decide_which(desk: Desk, measured: Callable[..., str]) -> None:
    """All of it was held: 0 % of the firm's shares, 0 dollars a month. Only a part of the six months was measured, so no test exempts anybody."""
    measured()
    row = actions.make_for_customer(desk.analyst, desk.asked())
    assert (row.state, row.kind, row.not_held_pct, row.monthly_usd) == ("made", "b1", 0, 0)
    (sheet,) = [one for one in row.reports.all() if one.name.endswith(".xml")]
    report = ElementTree.fromstring(store.read(sheet.sha256))
    assert [cell.text for cell in report.iter("orderId")] == ["O-07", "O-08", "O-09"]
    assert {cell.text for cell in report.iter("mic")} == {"XNAS"}
    assert "Customer 1" in [cell.text for cell in report.iter("customer")]


def test_orders_not_held_want_the_longer_report_and_another_decision_is_refused(desk: Desk, measured: Callable[..., str]) -> None:
    """300 of 300 shares not held; 3 × 100 × 10.02 / 6 = 501 dollars a month."""
    measured(is_held="false")
    with pytest.raises(Refusal, match="a not-held report is owed as well"):
        actions.make_for_customer(desk.analyst, desk.decided("b1"))
    row = actions.make_for_customer(desk.analyst, desk.asked())
    assert (row.kind, row.not_held_pct, row.monthly_usd) == ("b3", 100, 501)
    assert [one.name.partition("-")[0] for one in row.reports.all() if one.name.endswith(".xml")] == ["606b3", "606b1"]
    with pytest.raises(Refusal, match="send it back first"):
        actions.make_for_customer(desk.analyst, row)


def test_another_firms_report_is_held_against_the_orders_and_nothing_is_explained_by_itself(desk: Desk, measured: Callable[..., str]) -> None:
    measured()
    row = actions.hold_against_orders(desk.analyst, desk.received())
    assert (row.state, row.unexplained) == ("examined", row.differing)
    assert 0 < (row.differing or 0) <= (row.cells or 0)
    files = {link.filed.name: store.read(link.filed.sha256).decode() for link in of_subject(*row.subject)}
    assert set(files) == {"theirs.xml", "differences.csv", "orders.csv"}
    assert "O-07" in files["orders.csv"]
    assert actions.hold_against_orders(desk.analyst, row).state == "examined"
    with pytest.raises(Refusal, match="cells differ without an explanation"):
        move(desk.compliance, Adoption.objects.get(pk=row.pk), "adopt", why="Good enough.")


def test_our_own_report_held_against_our_orders_differs_in_nothing(desk: Desk, measured: Callable[..., str]) -> None:
    measured()
    ours = actions.make_from_orders(desk.analyst, kind="rule606a", period="2026Q3")
    row = actions.hold_against_orders(desk.analyst, desk.received(store.read(ours.main.sha256)))
    assert row.differing == 0
    detail = actions.make_from_orders(desk.analyst, kind="rule605", period="2026-08", code="TEST")
    theirs = ("TEST202608.txt", store.read(detail.main.sha256).replace(b"|100|", b"|101|", 1))
    taken = actions.note_adoption(desk.analyst, kind="rule605", maker="Router B", period="2026-08", content=theirs)
    assert actions.hold_against_orders(desk.analyst, taken).differing == 1
    strange = ("TEST202608.txt", store.read(detail.main.sha256).replace(b"|AAA|", b"|BBB|", 1))
    other = actions.note_adoption(desk.analyst, kind="rule605", maker="Router C", period="2026-08", content=strange)
    held = actions.hold_against_orders(desk.analyst, other)
    assert (held.cells, held.differing) == (1, 1), "the only line, under another symbol"
    assert "1 of 1 cells differ (named wrongly: 1)." in held.conclusion
    wrong = actions.note_adoption(desk.analyst, kind="rule605", maker="Router B", period="2026-07", content=theirs)
    with pytest.raises(Refusal, match=r"The file is of 2026-08"):
        actions.hold_against_orders(desk.analyst, wrong)


def test_without_a_run_nothing_is_made(desk: Desk) -> None:
    with pytest.raises(Refusal, match="No run has been received"):
        making.of_quarter("2026Q3")


def test_the_buttons_make_and_hold(desk: Desk, measured: Callable[..., str], browser: Callable[..., Client]) -> None:
    measured()
    asked, taken, analyst = desk.asked(), desk.received(), browser("analyst", name="makes")
    assert "Make it of our orders" in analyst.get(asked.get_absolute_url()).content.decode()
    assert analyst.post(f"/disclosures/requests/{asked.pk}/make/").status_code == 302
    assert CustomerRequest.objects.get(pk=asked.pk).state == "made"
    assert "Hold it against our orders" in analyst.get(taken.get_absolute_url()).content.decode()
    assert analyst.post(f"/disclosures/others/{taken.pk}/hold/").status_code == 302
    said = analyst.post("/disclosures/public/own/", {"kind": "rule605", "period": "2026-08", "code": "", "participant": "T"})
    assert (said.status_code, "names its reporter" in said.content.decode()) == (400, True)
    assert analyst.post("/disclosures/public/own/", {"kind": "rule606a", "period": "2026Q3", "participant": "T"}).status_code == 302
    refused = analyst.post("/disclosures/public/own/", {"kind": "rule606a", "period": "2026Q2", "participant": "T"})
    assert (refused.status_code, "No run in force has a day" in refused.content.decode()) == (400, True)
    assert browser("auditor", name="reads").post(f"/disclosures/others/{taken.pk}/hold/").status_code == 403
