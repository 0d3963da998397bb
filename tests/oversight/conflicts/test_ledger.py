"""The ledger's arithmetic by hand, and what stands beside the register and the payments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from oversight.actor import Actor
from oversight.conflicts import actions, queries, seen
from oversight.conflicts.models import Conflict, PaymentBatch
from oversight.measured import figures
from oversight.record import actions as record
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY, Bench
from .conftest import HEAD, ONE

Act = Callable[..., Actor]
Browser = Callable[..., Client]
Upload = Callable[..., PaymentBatch]
AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)


@pytest.fixture
def bench(db: None, tmp_path: Path, settings: LazySettings) -> Bench:
    settings.WORKSPACE = settings.HOME = tmp_path
    figures.forget()
    return Bench(tmp_path)


def put(uploaded: Upload, actor: Act, *lines: str, control: str) -> None:
    uploaded(actor("analyst", name=f"uploads {control}"), "\n".join((HEAD, *lines)), control, approver=actor("compliance", name=f"approves {control}"))


def test_rebates_and_fees_of_a_venue_are_netted_over_the_shares_of_both(actor: Act, uploaded: Upload) -> None:
    """$20 back on 8,000 shares and $6 charged on 2,000: 14 × 10,000 ÷ 10,000 = 14 cents per hundred shares."""
    rows = ("2026-08,XNAS,,received,rebate,sp500,other,20.00,8000,USD,invoice", "2026-08,XNAS,,paid,fee,sp500,other,-6.00,2000,USD,invoice")
    put(uploaded, actor, *rows, control="14.00")
    (cell,) = queries.per_venue_month(AUGUST, AUGUST)
    assert (cell.received_usd, cell.paid_usd, cell.net_usd, cell.shares, cell.cents_per_hundred) == (20, -6, 14, 10_000, 14)
    assert dict(cell.kinds) == {"rebate": 20, "fee": -6}


def test_fees_alone_are_negative(actor: Act, uploaded: Upload) -> None:
    """$15 charged on 5,000 shares: −15 × 10,000 ÷ 5,000 = −30."""
    put(uploaded, actor, "2026-08,XNYS,,paid,fee,,,-15.00,5000,USD,invoice", control="-15.00")
    assert queries.per_venue_month()[0].cents_per_hundred == -30


def test_thirty_contracts_are_three_thousand_shares(actor: Act, uploaded: Upload) -> None:
    """$16.07 on 30 contracts: 16.07 × 10,000 ÷ 3,000 = 53.5667 cents a contract."""
    put(uploaded, actor, "2026-08,CDED,,received,pfof,options,market,16.07,3000,USD,statement", control="16.07")
    cents = queries.per_venue_month()[0].cents_per_hundred
    assert cents is not None
    assert cents.quantize(Decimal("0.0001")) == Decimal("53.5667")


def test_a_profit_share_comes_on_top_of_shares_already_counted(actor: Act, uploaded: Upload) -> None:
    """$24 and $6 for the same 12,000 shares: 30 × 10,000 ÷ 12,000 = 25."""
    put(uploaded, actor, ONE.splitlines()[1], "2026-08,KNCM,vendor_b,received,profit_share,,,6.00,,USD,statement", control="30.00")
    (cell,) = queries.per_venue_month()
    assert (cell.shares, cell.without_shares, cell.cents_per_hundred) == (12_000, 0, 25)


def test_no_figure_where_shares_are_not_known_or_none(actor: Act, uploaded: Upload) -> None:
    rows = ("2026-08,AAAA,,received,pfof,,,5.00,,USD,s", "2026-08,BBBB,,received,profit_share,,,5.00,,USD,s", "2026-08,CCCC,,received,pfof,,,0.00,0,USD,s")
    put(uploaded, actor, *rows, control="10.00")
    said = {cell.by["venue"]: (cell.shares, cell.cents_per_hundred, cell.why_no_cents) for cell in queries.per_venue_month()}
    assert said == {
        "AAAA": (None, None, "1 of 1 lines do not say their shares"), "BBBB": (0, None, "no shares stand against it"),
        "CCCC": (0, None, "no shares stand against it"),
    }  # fmt: skip


def test_payments_are_asked_for_by_month_and_venue(actor: Act, uploaded: Upload) -> None:
    rows = [f"2026-0{month},{venue},,received,pfof,,,1.00,100,USD,s" for month in (7, 8, 9) for venue in ("KNCM", "CDED")]
    put(uploaded, actor, *rows, control="6.00")
    found = queries.payments(date(2026, 8, 20), date(2026, 9, 3), "KNCM")
    assert [(row.month_on, row.venue) for row in found] == [(AUGUST, "KNCM"), (SEPTEMBER, "KNCM")]
    assert queries.months_in_force() == [date(2026, 7, 1), AUGUST, SEPTEMBER]


def test_a_payee_without_a_conflict_on_file_stands_first_and_its_link_fills_the_form_in(
    actor: Act, uploaded: Upload, registered: Callable[..., Conflict], vendor_b: Vendor, browser: Browser
) -> None:  # fmt: skip
    fee = "2026-08,XNYS,,paid,fee,,,-15.00,5000,USD,invoice"
    rebate = "2026-08,XNAS,,received,rebate,,,1.00,100,USD,invoice"
    put(uploaded, actor, ONE.splitlines()[1], rebate, fee, control="10.00")
    assert [(payee.venue, payee.vendor, payee.kind, payee.received_usd) for payee in seen.unregistered()] == [
        ("KNCM", "vendor_b", "pfof", Decimal(24)), ("XNAS", "", "rebate", Decimal(1)),
    ]  # fmt: skip
    client = browser("compliance")
    page = client.get("/conflicts/")
    assert "2 payees without a conflict on file" in page.content.decode()
    form = client.get(f"/conflicts/new/?kind=pfof&venue=KNCM&vendor={vendor_b.pk}&since_on=2026-08-01").context["form"]
    link = next(row.links["on_file"] for row in page.context["beside"][0].rows if row.cells[0] == "KNCM")
    assert link == f"/conflicts/new/?kind=pfof&venue=KNCM&vendor={vendor_b.pk}&since_on=2026-08-01"
    assert (form["venue"].value(), form["since_on"].value()) == ("KNCM", "2026-08-01")
    registered(actor("analyst"), vendor=vendor_b)
    registered(actor("analyst", name="two"), kind="rebate", venue="", since_on=date(2024, 1, 1))
    assert (seen.unregistered(), [str(payee.on_file[0]) for payee in seen.payees()]) == (
        (), ["Payment for order flow, KNCM through Router B", "Rebate"],
    )  # fmt: skip


@pytest.mark.parametrize(
    "other", [{"venue": "CDED"}, {"kind": "affiliate"}, {"since_on": date(2026, 9, 1)}, {"since_on": date(2026, 1, 1), "until_on": date(2026, 7, 31)}]
)
def test_a_conflict_of_another_venue_kind_or_time_covers_no_payee(
    actor: Act, uploaded: Upload, registered: Callable[..., Conflict], other: dict[str, Any]
) -> None:  # fmt: skip
    put(uploaded, actor, ONE.splitlines()[1], control="24.00")
    registered(actor("analyst"), **other)
    assert [payee.venue for payee in seen.unregistered()] == ["KNCM"]


def test_a_declined_conflict_covers_nobody_and_a_closed_one_the_months_it_lasted(actor: Act, uploaded: Upload, registered: Callable[..., Conflict]) -> None:
    put(uploaded, actor, ONE.splitlines()[1], control="24.00")
    by, compliance = actor("analyst"), actor("compliance")
    record.move(compliance, registered(by), "decline", why="it pays nobody")
    assert len(seen.unregistered()) == 1
    closed = record.move(compliance, registered(by, since_on=date(2026, 8, 1)), "accept")
    actions.close(compliance, closed, until_on=date(2026, 9, 15), why="it ended")
    assert seen.unregistered() == ()


def test_a_conflict_through_one_vendor_does_not_cover_payments_through_another(
    actor: Act, uploaded: Upload, registered: Callable[..., Conflict], vendor_b: Vendor
) -> None:  # fmt: skip
    put(uploaded, actor, ONE.splitlines()[1].replace("vendor_b", "vendor_a"), control="24.00")
    registered(actor("analyst"), vendor=vendor_b)
    assert [(payee.venue, payee.vendor) for payee in seen.unregistered()] == [("KNCM", "vendor_a")]


def test_the_venues_that_the_policy_says_pay_are_payees_too(bench: Bench, actor: Act, registered: Callable[..., Conflict]) -> None:
    bench.order("O1")
    bench.fill("O1", "10.01")
    bench.receive()
    assert [(payee.venue, payee.kind, payee.received_usd, payee.source) for payee in seen.unregistered()] == [("CDED", "pfof", None, "policy")]
    registered(actor("analyst"), venue="CDED")
    assert seen.unregistered() == ()


def test_findings_on_payment_stand_beside_the_register(
    bench: Bench, actor: Act, registered: Callable[..., Conflict], vendor_b: Vendor, browser: Browser
) -> None:
    bench.order("O1")
    bench.fill("O1", "10.01")
    for number, (check, vendor, venue) in enumerate([("CON-104", "vendor_b", "KNCM"), ("CON-104", "vendor_b", "KNCM"), ("CON-101", "vendor_a", None)]):
        bench.findings.append(_finding(number, check, vendor, venue))
    bench.receive()
    found = [(row.check_id, row.vendor, row.venue, row.number, row.open, len(row.on_file)) for row in seen.shown_by_findings()]
    assert found == [("CON-104", "vendor_b", "KNCM", 2, 2, 0), ("CON-101", "vendor_a", "", 1, 1, 0)]
    registered(actor("analyst"), vendor=vendor_b)
    assert [(row.check_id, len(row.on_file)) for row in seen.shown_by_findings()] == [("CON-101", 0), ("CON-104", 1)]
    links = [row.links["number"] for row in browser("auditor").get("/conflicts/").context["beside"][1].rows]
    assert links == ["/exceptions/?state=all&check=CON-101&vendor=vendor_a&venue=", "/exceptions/?state=all&check=CON-104&vendor=vendor_b&venue=KNCM"]


def test_measured_flow_stands_beside_the_payments_and_never_within(bench: Bench, actor: Act, uploaded: Upload, browser: Browser) -> None:
    """300 of 400 retail shares at CDED: 75 %. Its fill at 10.00 within 9.99 to 10.01 costs nothing: E/Q 0 ÷ 0.02 = 0."""
    bench.order("O1")
    bench.order("O2")
    bench.fill("O1", "10.01")
    bench.fill("O2", "10.00", 300, venue="CDED")
    bench.receive()
    put(uploaded, actor, "2026-09,CDED,,received,pfof,,,6.00,300,USD,s", control="6.00")
    sheet = browser("auditor").get("/conflicts/payments/").context["sheet"]
    row = dict(zip([column.key for column in sheet.columns], sheet.rows[0].cells, strict=True))
    assert (row["net_usd"], row["cents"], row["measured_shares"], row["share"], row["eq"]) == (6, 200, 300, 0.75, 0)
    assert sheet.rows[0].links["share"].startswith("/venues/?first=2026-09-01&last=2026-09-30&venue=CDED")
    assert "held, not directed, retail, regular session, equities, USD" in sheet.source


def _finding(number: int, check: str, vendor: str, venue: str | None) -> dict[str, Any]:
    """A row of a run's findings about a vendor and venue."""
    return {
        "finding_id": f"{number:064d}", "check_id": check, "check_version": 1, "title": f"Title of {check}", "severity": "high", "day": MONDAY,
        "subject": f"{vendor} {venue} {number}", "venue": venue, "vendor": vendor, "numbers": "{}", "ask": "Why?", "authority": "FINRA RN 21-23",
    }  # fmt: skip
