"""Customers of the sample firm ask for routing reports, its vendor sends one, and the yearly notice goes out: 2 to 18 November 2026."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime

import polars as pl
from django.conf import settings

from bestexec import accounts_of, open_workspace
from oversight import clock
from oversight.demo.people import People
from oversight.disclosures import actions
from oversight.disclosures.models import CustomerRequest
from oversight.measured.sources import all_in_force
from oversight.record.actions import move
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR

VENDORS_REPORT = """<?xml version="1.0" encoding="utf-8"?>
<heldOrderRoutingPublicReport>
<version>1.3</version><bd>Router B</bd><year>2026</year><qtr>3</qtr><timestamp>2026-10-28T20:00:00Z</timestamp>
<rMonthly><year>2026</year><mon>7</mon>
<rOtherStocks>
<ndoPct>100.00</ndoPct><ndoMarketPct>60.00</ndoMarketPct><ndoMarketableLimitPct>20.00</ndoMarketableLimitPct>
<ndoNonmarketableLimitPct>20.00</ndoNonmarketableLimitPct><ndoOtherPct>0.00</ndoOtherPct>
<rVenues><rVenue><name>Router B</name><mic></mic><orderPct>100.00</orderPct><marketPct>100.00</marketPct>
<marketableLimitPct>100.00</marketableLimitPct><nonMarketableLimitPct>100.00</nonMarketableLimitPct><otherPct>0.00</otherPct>
<netPmtPaidRecvMarketOrdersUsd>0.00</netPmtPaidRecvMarketOrdersUsd><netPmtPaidRecvMarketOrdersCph>0.0000</netPmtPaidRecvMarketOrdersCph>
<netPmtPaidRecvMarketableLimitOrdersUsd>0.00</netPmtPaidRecvMarketableLimitOrdersUsd><netPmtPaidRecvMarketableLimitOrdersCph>0.0000</netPmtPaidRecvMarketableLimitOrdersCph>
<netPmtPaidRecvNonMarketableLimitOrdersUsd>0.00</netPmtPaidRecvNonMarketableLimitOrdersUsd><netPmtPaidRecvNonMarketableLimitOrdersCph>0.0000</netPmtPaidRecvNonMarketableLimitOrdersCph>
<netPmtPaidRecvOtherOrdersUsd>0.00</netPmtPaidRecvOtherOrdersUsd><netPmtPaidRecvOtherOrdersCph>0.0000</netPmtPaidRecvOtherOrdersCph>
<materialAspects></materialAspects></rVenue></rVenues>
</rOtherStocks>
</rMonthly>
</heldOrderRoutingPublicReport>
"""
NOTICE = """How we route your orders, and what we receive for it

We route orders in listed stocks through routers of other firms. Some venues pay these routers; we ourselves received nothing for orders in 2026. You may ask us
where your orders of the last six months were sent, and when they traded. Our quarterly reports on routing are on our site.
"""


def after_meeting(people: People) -> None:
    """One request answered, one whose clock runs, the vendor's own report examined and not explained, the yearly notice with two letters that came back."""
    held, not_held = _customers()
    _answered(people, held)
    with _at(16, 11):
        _asked(people, "Customer 2290", not_held, date(2026, 11, 13))
    with _at(9, 16):
        theirs = actions.note_adoption(
            people[ANALYST], kind="rule606a", maker="Router B", period="2026Q3",
            content=("router-b-606-2026Q3.xml", VENDORS_REPORT.encode()),
        )  # fmt: skip
    with _at(9, 17):
        actions.hold_against_orders(people[ANALYST], theirs)
    with _at(10, 9):
        notice = actions.draft_notice(people[COMPLIANCE], kind="rule607", year=2026, content=("notice-607-2026.txt", NOTICE.encode()))
    with _at(10, 15):
        notice = move(people[SUPERVISOR], notice, "approve")
    with _at(11, 9):
        notice = move(
            people[COMPLIANCE], notice, "send", sent_on=date(2026, 11, 11), addressed=1204, sent_how="by electronic mail; by letter where none is on file"
        )
    with _at(18, 10):
        actions.follow_up(people[COMPLIANCE], notice, returned=9, reached=7)


def _customers() -> tuple[str, str]:
    """Keyed hashes of two accounts: which had the most orders, all of them held; which had the most that were not held."""
    in_force, workspace = all_in_force().in_force, open_workspace(settings.WORKSPACE, create=False)
    columns = {"firm", "key_on", "day", "symbol", "order_id", "is_held", "asset_class"}
    orders = [run.table("orders", columns).filter(pl.col("day").is_in(list(days))).with_columns(run_id=pl.lit(run.id)) for run, days in in_force]
    known, _ = accounts_of(pl.concat(orders), [run for run, _ in in_force], workspace)
    stocks = known.filter(pl.col("asset_class") == "equity", pl.col("account_key").is_not_null())
    counted = stocks.group_by("account_key").agg(orders=pl.len(), not_held=(~pl.col("is_held")).sum())
    held = counted.filter(pl.col("not_held") == 0).sort("orders", "account_key", descending=[True, False])
    return held["account_key"][0], counted.sort("not_held", "account_key", descending=[True, False])["account_key"][0]


def _answered(people: People, account: str) -> None:
    compliance, analyst = people[COMPLIANCE], people[ANALYST]
    with _at(2, 10):
        row = _asked(people, "Customer 4107", account, date(2026, 11, 2))
    with _at(4, 10, 20):
        row = actions.make_for_customer(analyst, row)
    with _at(4, 14):
        row = move(compliance, row, "check", checked_how="Three of its orders read on their pages: venues and times are those of the routes and fills.")
    with _at(4, 14, 30):
        actions.send(compliance, row, sent_how="by the customer's own page, and a letter that says so")


def _asked(people: People, customer: str, account_key: str, on: date) -> CustomerRequest:
    return actions.take_in(people[COMPLIANCE], customer=customer, account_key=account_key, asked_on=on)


def _at(day: int, hour: int, minute: int = 0) -> AbstractContextManager[object]:
    return clock.stated(datetime(2026, 11, day, hour, minute, tzinfo=clock.MARKET_ZONE))
