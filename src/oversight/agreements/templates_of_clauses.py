"""Clauses that agreements with router vendors have, as data: the figure, its usual target and window, the credit, and each worked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from oversight.agreements.formulas import FLAT, NONE, PER_UNIT, PERCENT, Formula
from oversight.agreements.measures import LOG, PERSON, Measure
from oversight.agreements.windows import DAY, MONTH, QUARTER, ROLLING
from oversight.measured.reading import AT_LEAST, AT_MOST, CHECK, METRIC

FEE = Decimal(12000)
"""The monthly fee in the worked examples, in dollars."""


@dataclass(frozen=True)
class Worked:
    """A miss by hand: `value` in the printed unit gives `usd` under the template's bound and credit; `by_hand` is the arithmetic."""

    value: str
    usd: str
    by_hand: str


@dataclass(frozen=True)
class ClauseTemplate:
    """One clause to begin with. `bound` in the figure's printed unit; `words` are ours, to be replaced by those of the paper; `cites` are keys of citations."""

    key: str
    title: str
    words: str
    measure: Measure
    side: str
    bound: Decimal
    window: str
    least_n: int
    cure_days: int
    credit: Formula
    worked: Worked
    cites: tuple[str, ...]
    window_days: int = 0

    @property
    def group(self) -> str:
        return GROUPS[self.measure.kind]


GROUPS = {METRIC: "Execution, measured", CHECK: "Counted by a check", LOG: "From the order-handling log", PERSON: "Reported by a person"}


def _metric(key: str, **filters: str) -> Measure:
    return Measure(METRIC, key, {name: (value,) for name, value in filters.items()})


def _check(key: str) -> Measure:
    return Measure(CHECK, key)


def _told(key: str) -> Measure:
    return Measure(PERSON, key)


def _flat(usd: int) -> Formula:
    return Formula(FLAT, usd=Decimal(usd))


def _each(usd: str, cap: int) -> Formula:
    return Formula(PER_UNIT, usd=Decimal(usd), cap_usd=Decimal(cap))


def _percent(percent: str, step: str = "", cap: str = "") -> Formula:
    return Formula(PERCENT, percent=Decimal(percent), step=Decimal(step) if step else None, cap_percent=Decimal(cap) if cap else None)


MARKET = {"order_type": "market"}
TEMPLATES = (
    # latency by leg
    ClauseTemplate("receipt_to_route", "Receipt to route, market orders", "The router sends a market order on within the stated mean time of its receipt.", _metric("mean_receipt_to_route", **MARKET), AT_MOST, Decimal(10), MONTH, 100, 30, _each("50", 2000), Worked("12.5", "125.00", "12.5 − 10 = 2.5 ms; 2.5 × 50 = 125"), ("FINRA 5310.01",)),
    ClauseTemplate("route_to_ack", "Route to acknowledgement, market orders", "Routes reach their destination and are acknowledged within the stated mean time.", _metric("mean_route_to_ack", **MARKET), AT_MOST, Decimal("1.25"), MONTH, 100, 30, _each("400", 2000), Worked("1.45", "80.00", "1.45 − 1.25 = 0.20 ms; 0.20 × 400 = 80"), ("FINRA 5310.01",)),
    ClauseTemplate("first_fill_p90", "90th percentile of time to first fill, market orders", "Nine of ten market orders have their first fill within the stated time.", _metric("p90_time_to_first_fill", **MARKET), AT_MOST, Decimal(100), MONTH, 200, 30, _percent("1", "10", "5"), Worked("123", "360.00", "123 − 100 = 23 ms; three steps of 10 ms begun; 3 × 1 % of 12,000 = 360"), ("FINRA 5310.01", "17 CFR 242.605")),
    ClauseTemplate("first_fill_p99", "99th percentile of time to first fill, market orders", "All but one market order in a hundred have their first fill within the stated time.", _metric("p99_time_to_first_fill", **MARKET), AT_MOST, Decimal(1000), QUARTER, 500, 30, _percent("1", "500", "5"), Worked("1800", "240.00", "1,800 − 1,000 = 800 ms; two steps of 500 ms begun; 2 × 1 % of 12,000 = 240"), ("FINRA 5310.01",)),
    ClauseTemplate("median_first_fill_rolling", "Median time to first fill, market orders, twenty days", "Half of the market orders have their first fill within the stated time, on any twenty trading days.", _metric("median_time_to_first_fill", **MARKET), AT_MOST, Decimal(30), ROLLING, 200, 20, _flat(500), Worked("42.5", "500.00", "flat 500 for a window missed"), ("FINRA 5310.01",), window_days=20),
    # whether orders are filled
    ClauseTemplate("market_fill_rate", "Fill rate of market orders", "Market orders get a fill, whole or part.", _metric("fill_rate_orders", **MARKET), AT_LEAST, Decimal("99.5"), MONTH, 100, 30, _each("300", 3000), Worked("98.25", "375.00", "99.5 − 98.25 = 1.25 points; 1.25 × 300 = 375"), ("FINRA 5310.01",)),
    ClauseTemplate("marketable_fill_rate", "Shares of marketable orders filled", "Shares of marketable orders are executed, by shares ordered.", _metric("marketable_fill_rate"), AT_LEAST, Decimal(99), MONTH, 100, 30, _each("500", 3000), Worked("97.5", "750.00", "99 − 97.5 = 1.5 points; 1.5 × 500 = 750"), ("FINRA 5310.01",)),
    ClauseTemplate("limit_fill_rate", "Fill rate of limit orders", "Limit orders that the market reached get a fill.", _metric("limit_fill_rate_orders"), AT_LEAST, Decimal(80), QUARTER, 200, 45, _percent("2", "1", "10"), Worked("76.4", "960.00", "80 − 76.4 = 3.6 points; four steps of 1 begun; 4 × 2 % of 12,000 = 960"), ("FINRA 5310.09", "FINRA RN 15-46")),
    # price
    ClauseTemplate("effective_over_quoted", "Effective over quoted spread, market orders", "What customers pay of the quoted spread stays below the stated part.", _metric("effective_over_quoted", **MARKET), AT_MOST, Decimal(60), MONTH, 200, 45, _percent("2", "5", "10"), Worked("71", "720.00", "71 − 60 = 11 points; three steps of 5 begun; 3 × 2 % of 12,000 = 720"), ("FINRA 5310.09", "17 CFR 242.605")),
    ClauseTemplate("net_price_improvement", "Net price improvement", "Executions improve on the quote by the stated amount a share, worse ones counted against it.", _metric("net_price_improvement"), AT_LEAST, Decimal("0.0055"), MONTH, 200, 45, _each("1000000", 5000), Worked("0.0051", "400.00", "0.0055 − 0.0051 = 0.0004 $/share; 0.0004 × 1,000,000 = 400"), ("FINRA 5310.09", "17 CFR 242.605")),
    ClauseTemplate("arrival_slippage", "Arrival slippage", "Executions cost no more than the stated basis points from the midpoint at receipt.", _metric("arrival_slippage_bps"), AT_MOST, Decimal(3), MONTH, 200, 45, _each("250", 2500), Worked("4.2", "300.00", "4.2 − 3 = 1.2 bps; 1.2 × 250 = 300"), ("FINRA 5310.09",)),
    ClauseTemplate("outside_quote", "Shares executed outside the quote", "No more than the stated part of the shares is executed worse than the quote.", _metric("outside"), AT_MOST, Decimal(3), MONTH, 200, 30, _percent("1", "1", "5"), Worked("5.2", "360.00", "5.2 − 3 = 2.2 points; three steps of 1 begun; 3 × 1 % of 12,000 = 360"), ("FINRA 5310(a)(1)", "17 CFR 242.611")),
    ClauseTemplate("reversion", "Reversion after one minute", "Prices do not turn against the customer after the execution by more than stated.", _metric("reversion_1min_bps"), AT_MOST, Decimal(2), QUARTER, 500, 45, Formula(NONE), Worked("2.6", "0", "no credit is agreed"), ("FINRA 5310.09",)),
    # routes
    ClauseTemplate("reject_rate", "Routes refused", "No more than the stated part of the routes is refused by its destination.", _metric("route_reject_rate"), AT_MOST, Decimal("0.5"), MONTH, 200, 30, _each("400", 2000), Worked("1.1", "240.00", "1.1 − 0.5 = 0.6 points; 0.6 × 400 = 240"), ("FINRA 5310.01",)),
    # counted by checks
    ClauseTemplate("stuck_orders", "Stuck orders", "No marketable order hangs past the limit of the firm's policy.", _check("ROU-106"), AT_MOST, Decimal(0), MONTH, 100, 15, _each("250", 2500), Worked("2", "500.00", "2 − 0 = 2 orders; 2 × 250 = 500"), ("FINRA 5310.01",)),
    ClauseTemplate("unapproved_venues", "Venues that are not approved", "Nothing is executed at a venue that the firm has not approved.", _check("ROU-101"), AT_MOST, Decimal(0), MONTH, 100, 10, _each("500", 5000), Worked("3", "1500.00", "3 − 0 = 3 venue days; 3 × 500 = 1,500"), ("FINRA 5310(a)(1)", "FINRA RN 21-29")),
    ClauseTemplate("unapproved_routes", "Routes to venues that are not approved", "Nothing is sent to a venue that the firm has not approved, filled or not.", _check("ROU-102"), AT_MOST, Decimal(0), MONTH, 100, 10, _flat(500), Worked("1", "500.00", "flat 500 for a window missed"), ("FINRA 5310(a)(1)", "FINRA RN 21-29")),
    ClauseTemplate("flow_to_payers", "Flow moved to a venue that pays", "Flow does not move to a venue that pays without the firm's consent.", _check("CON-104"), AT_MOST, Decimal(0), MONTH, 100, 10, _percent("10"), Worked("13", "1200.00", "10 % of 12,000 = 1,200 for a window missed"), ("FINRA RN 21-23", "17 CFR 242.606")),
    ClauseTemplate("control_total", "Orders missing against the control total", "The vendor's file holds every order that the order system counted.", _check("COM-112"), AT_MOST, Decimal(0), MONTH, 1, 10, _flat(750), Worked("4", "750.00", "flat 750 for a window missed"), ("17 CFR 242.613", "FINRA 3110")),
    ClauseTemplate("lost_children", "Lost children", "Each child order ends in the vendor's file: filled, canceled or returned.", _check("COM-109"), AT_MOST, Decimal(0), MONTH, 100, 10, _each("100", 1000), Worked("2", "200.00", "2 − 0 = 2 routes; 2 × 100 = 200"), ("17 CFR 242.613",)),
    ClauseTemplate("no_route", "Orders without a route", "Each order shows the route by which it was sent.", _check("COM-102"), AT_MOST, Decimal(0), MONTH, 100, 10, _each("100", 1000), Worked("3", "300.00", "3 − 0 = 3 orders; 3 × 100 = 300"), ("17 CFR 242.613",)),
    ClauseTemplate("file_arrival", "Arrival of the daily file", "The file of each trading day comes, and is not empty.", _check("COM-113"), AT_MOST, Decimal(0), DAY, 1, 3, _flat(250), Worked("1", "250.00", "flat 250 for a day missed"), ("17 CFR 240.17a-3", "FINRA RN 21-29")),
    ClauseTemplate("clock_order", "Clocks: answered before it was sent", "No clock of the router runs so that answers come before their routes.", _check("COM-117"), AT_MOST, Decimal(0), MONTH, 100, 10, _flat(500), Worked("1", "500.00", "flat 500 for a window missed"), ("FINRA 4590",)),
    ClauseTemplate("clock_resolution", "Clocks: resolution", "Times are stamped as finely as the firm's policy asks.", _check("COM-108"), AT_MOST, Decimal(0), MONTH, 100, 30, Formula(NONE), Worked("5", "0", "no credit is agreed"), ("FINRA 4590",)),
    ClauseTemplate("reject_bursts", "Bursts of rejects", "No venue refuses the router's routes in a burst past the limit of the firm's policy.", _check("ROU-105"), AT_MOST, Decimal(0), MONTH, 100, 10, _each("250", 2500), Worked("2", "500.00", "2 − 0 = 2 days; 2 × 250 = 500"), ("FINRA 5310.01",)),
    # the log
    ClauseTemplate("outage_minutes", "Outage minutes", "The router can be used between 9:30 and 16:00 New York time, all but the stated minutes of a month.", Measure(LOG, "outage_minutes"), AT_MOST, Decimal(10), MONTH, 5, 10, _each("100", 6000), Worked("17", "700.00", "17 − 10 = 7 minutes; 7 × 100 = 700"), ("FINRA 4370", "ISO 22301")),
    # reported by a person
    ClauseTemplate("release_notice", "Notice before a release", "Each release that touches routing is announced the stated days before.", _told("release_notice_days"), AT_LEAST, Decimal(10), QUARTER, 1, 30, _flat(1000), Worked("4", "1000.00", "flat 1,000 for a quarter missed"), ("FINRA RN 21-29",)),
    ClauseTemplate("change_notice", "Notice of a change of venues, fees or ownership", "Changes are announced the stated days before they hold.", _told("notice_of_change_days"), AT_LEAST, Decimal(30), QUARTER, 1, 30, _flat(1000), Worked("12", "1000.00", "flat 1,000 for a quarter missed"), ("FINRA RN 21-29", "17 CFR 242.606")),
    ClauseTemplate("orders_unreconciled", "Orders missing after the lists were compared", "Orders that the vendor's file lacks are found and counted each month by comparing it with the order system.", _told("orders_unreconciled"), AT_MOST, Decimal(0), MONTH, 100, 10, _each("5", 2500), Worked("212", "1060.00", "212 − 0 = 212 orders; 212 × 5 = 1,060"), ("17 CFR 242.613", "FINRA 3110")),
    ClauseTemplate("delivery_days", "Delivery of the month's files", "All files that the firm has a right to have come within the stated days after the month.", _told("delivery_days"), AT_MOST, Decimal(5), MONTH, 1, 10, _each("200", 2000), Worked("9", "800.00", "9 − 5 = 4 days; 4 × 200 = 800"), ("17 CFR 240.17a-4", "FINRA RN 21-29")),
    ClauseTemplate("inquiry_hours", "Answers to inquiries", "Each inquiry about an order is answered in substance within the stated hours.", _told("inquiry_hours"), AT_MOST, Decimal(48), MONTH, 1, 15, _each("25", 1000), Worked("60", "300.00", "60 − 48 = 12 hours; 12 × 25 = 300"), ("FINRA 3110",)),
    ClauseTemplate("urgent_calls", "Urgent calls", "Urgent calls in trading hours are taken within fifteen minutes.", _told("acknowledged_within"), AT_LEAST, Decimal(95), QUARTER, 1, 15, _each("100", 2000), Worked("90", "500.00", "95 − 90 = 5 points; 5 × 100 = 500"), ("FINRA 4370",)),
    ClauseTemplate("incident_report", "Reports of incidents", "Each incident is reported in writing, with its cause, within the stated business days.", _told("incident_report_days"), AT_MOST, Decimal(10), QUARTER, 1, 15, _each("150", 1500), Worked("14", "600.00", "14 − 10 = 4 days; 4 × 150 = 600"), ("FINRA 4370", "FINRA RN 21-29")),
    ClauseTemplate("clock_offset", "Clock accuracy by the vendor's log", "Business clocks stay within the stated offset of the national standard.", _told("clock_offset_ms"), AT_MOST, Decimal(50), QUARTER, 1, 30, Formula(NONE), Worked("80", "0", "no credit is agreed"), ("FINRA 4590",)),
    ClauseTemplate("recovery_tests", "Tests of recovery", "The failover is tested with the firm at least once a quarter.", _told("recovery_tests"), AT_LEAST, Decimal(1), QUARTER, 1, 45, _flat(1500), Worked("0", "1500.00", "flat 1,500 for a quarter missed"), ("FINRA 4370", "ISO 22301")),
)  # fmt: skip
BY_KEY = {template.key: template for template in TEMPLATES}
