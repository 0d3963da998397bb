"""Customers of the sample firm ask for routing reports, its vendor sends one, and the yearly notice goes out: 2 to 18 November 2026."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal

from oversight import clock
from oversight.demo.people import People
from oversight.disclosures import actions
from oversight.disclosures.models import CustomerRequest
from oversight.record.actions import move
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR

ROUTING_REPORT = """<?xml version="1.0" encoding="utf-8"?>
<heldExemptNotHeldOrderRoutingCustomerReport>
<version>1.3</version><customer>Customer 4107</customer><bd>Sample Brokerage</bd><timestamp>2026-11-12T15:20:00Z</timestamp>
<startDate>2026-05-02</startDate><endDate>2026-11-01</endDate>
<held>
<order><orderId>4107-1</orderId><directed>N</directed>
<route><venueName>KNCM</venueName><mic>KNCM</mic><transaction><date>2026-08-13</date><time>14:02:11</time></transaction></route></order>
<order><orderId>4107-2</orderId><directed>N</directed>
<route><venueName>Nasdaq</venueName><mic>XNAS</mic></route>
<route><venueName>KNCM</venueName><mic>KNCM</mic><transaction><date>2026-09-22</date><time>13:31:40</time></transaction></route></order>
</held>
</heldExemptNotHeldOrderRoutingCustomerReport>
"""
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
    """One request answered, one whose clock runs, the vendor's own report unexamined, the yearly notice with two letters that came back."""
    _answered(people)
    with _at(16, 11):
        asked = _asked(people, "Customer 2290", "9c41e07b52", date(2026, 11, 13))
        actions.decide(
            people[ANALYST],
            asked,
            kind="b3",
            basis="Not-held shares of May to October, from the sealed runs in force.",
            not_held_pct=Decimal("6.8"),
            monthly_usd=Decimal(2_410_000),
        )
    with _at(9, 16):
        actions.note_adoption(
            people[ANALYST], kind="rule606a", maker="Router B", period="2026Q3",
            content=("router-b-606-2026Q3.xml", VENDORS_REPORT.encode()),
        )  # fmt: skip
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


def _answered(people: People) -> None:
    compliance, analyst = people[COMPLIANCE], people[ANALYST]
    with _at(2, 10):
        row = _asked(people, "Customer 4107", "3be81f02ad", date(2026, 11, 2))
        row = actions.decide(analyst, row, kind="b1", basis="All orders of the customer were held, so no not-held report is owed.", monthly_usd=Decimal(0))
    with _at(12, 10, 20):
        row = actions.keep_report(analyst, row, [("customer-4107.xml", ROUTING_REPORT.encode())])
    with _at(12, 14):
        row = move(compliance, row, "check", checked_how="Both orders read on their pages: venues and times are those of the routes and fills.")
    with _at(12, 14, 30):
        actions.send(compliance, row, sent_how="by the customer's own page, and a letter that says so")


def _asked(people: People, customer: str, account_key: str, on: date) -> CustomerRequest:
    return actions.take_in(people[COMPLIANCE], customer=customer, account_key=account_key, asked_on=on)


def _at(day: int, hour: int, minute: int = 0) -> AbstractContextManager[object]:
    return clock.stated(datetime(2026, 11, day, hour, minute, tzinfo=clock.MARKET_ZONE))
