"""Reports of Rule 606 as the SEC's schema `oh-20191231` prescribes them: each element, its place, its type and the column it fills.

One schema has three roots: the quarterly public report (a)(1), and two reports to a customer, (b)(1) and (b)(3). Elements are in no
namespace and stand in the order given here. `providedLiqudityShr` is spelled as the schema spells it.
"""

from __future__ import annotations

from dataclasses import dataclass

PUBLIC, ROUTES, HANDLING = "heldOrderRoutingPublicReport", "heldExemptNotHeldOrderRoutingCustomerReport", "notHeldOrderHandlingCustomerReport"
VERSIONS = ("1.2", "1.3")
SERVICES = ("PRV", "EV/SRV")
LONGEST_NAME = 80


@dataclass(frozen=True)
class Part:
    """An element in its place: how often it stands there, and either its type or its own parts.

    `one_of`: names of which at least one must be there. `unique`: paths below it (child, leaves) whose leaves, where all are there, differ.
    `is_record`: what the importer counts as one record.
    """

    name: str
    kind: str = ""
    parts: tuple[Part, ...] = ()
    least: int = 1
    most: int | None = 1
    one_of: tuple[str, ...] = ()
    unique: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_record: bool = False
    column: str = ""
    """Canonical column it fills, where one leaf fills one."""


def _leaves(kind: str, *names: str) -> tuple[Part, ...]:
    return tuple(Part(name, kind) for name in names)


def _maybe(name: str, kind: str) -> Part:
    return Part(name, kind, least=0)


SECTIONS = {"rSP500": "sp500", "rOtherStocks": "other_stocks", "rOptions": "options"}
TYPES = (("market", "Market"), ("marketable_limit", "MarketableLimit"), ("nonmarketable_limit", "NonMarketableLimit"), ("other", "Other"))
"""Our word for each order type, and the schema's in the names of payments."""
SECTION_PCT = {
    "all": "ndoPct", "market": "ndoMarketPct", "marketable_limit": "ndoMarketableLimitPct", "nonmarketable_limit": "ndoNonmarketableLimitPct",
    "other": "ndoOtherPct",
}  # fmt: skip
VENUE_PCT = {
    "all": "orderPct", "market": "marketPct", "marketable_limit": "marketableLimitPct", "nonmarketable_limit": "nonMarketableLimitPct", "other": "otherPct",
}  # fmt: skip
USD = {ours: f"netPmtPaidRecv{theirs}OrdersUsd" for ours, theirs in TYPES}
CPH = {ours: f"netPmtPaidRecv{theirs}OrdersCph" for ours, theirs in TYPES}
ORDER_LISTS = {"held": "held", "notHeldExempt": "not_held_exempt", "options": "options"}
DIRECTIONS = {"hDirected": True, "hNondirected": False}

_VENUE = Part(
    "rVenue",
    parts=(
        _maybe("name", "name"), _maybe("mic", "mic"), _maybe("mpid", "mpid"), *_leaves("pct", *VENUE_PCT.values()),
        *(part for ours, _ in TYPES for part in (Part(USD[ours], "usd"), Part(CPH[ours], "cph"))), Part("materialAspects", "text"),
    ),
    least=0, most=None, one_of=("name", "mic"), is_record=True,
)  # fmt: skip
_VENUES = Part("rVenues", parts=(_VENUE,), unique=(("rVenue", ("name", "mic")), ("rVenue", ("mic",))))
_SECTIONS = tuple(Part(name, parts=(*_leaves("pct", *SECTION_PCT.values()), _VENUES), least=0, is_record=True) for name in SECTIONS)
_MONTH = Part("rMonthly", parts=(Part("year", "year"), Part("mon", "month"), *_SECTIONS), most=3)
_TRANSACTION = Part("transaction", parts=(Part("date", "date"), Part("time", "time")), least=0, most=None)
_ROUTE = Part(
    "route",
    parts=(_maybe("venueName", "name"), _maybe("mic", "mic"), _maybe("mpid", "mpid"), _TRANSACTION),
    least=0, most=None, one_of=("venueName", "mic"),
)  # fmt: skip
_ORDER = Part("order", parts=(Part("orderId", "id"), Part("directed", "yes_no"), _ROUTE), least=0, most=None, is_record=True)
_CUSTOMER = (
    Part("version", "version"), Part("customer", "customer"), Part("bd", "name"), _maybe("timestamp", "timestamp"),
    Part("startDate", "date"), Part("endDate", "date"),
)  # fmt: skip
HANDLED = (
    Part("routedShr", "shares", column="routed_shares"), Part("iocRoutedShr", "shares", column="ioc_routed_shares"),
    Part("furtherRoutableShr", "shares", column="further_routable_shares"), Part("orderSizeShr", "shares", column="order_size_shares"),
    Part("executedShr", "shares", column="venue_executed_shares"), Part("filledPct", "pct", column="filled_fraction"),
    Part("fillSizeShr", "shares", column="fill_size_shares"), Part("netFeeOrRebateCph", "cph", column="net_received_per_100"),
    Part("midpointShr", "shares", column="midpoint_shares"), Part("midpointPct", "pct", column="midpoint_fraction"),
    Part("nearsideShr", "shares", column="near_side_shares"), Part("nearsidePct", "pct", column="near_side_fraction"),
    Part("farsideShr", "shares", column="far_side_shares"), Part("farsidePct", "pct", column="far_side_fraction"),
    Part("providedLiqudityShr", "shares", column="provided_shares"), Part("providedLiquidityPct", "pct", column="provided_fraction"),
    Part("orderDurationMsec", "whole", column="resting_time_ns"), Part("providedLiquidityNetCph", "cph", column="provided_net_per_100"),
    Part("removedLiquidityShr", "shares", column="removed_shares"), Part("removedLiquidityPct", "pct", column="removed_fraction"),
    Part("removedLiquidityNetCph", "cph", column="removed_net_per_100"),
)  # fmt: skip
"""The 21 figures of a venue in a (b)(3) report, in their order."""
_EXPOSED = Part("ioiExposedVenue", parts=(Part("venueName", "name"), _maybe("mic", "mic"), _maybe("mpid", "mpid")), least=0, most=None)
_HANDLED = Part(
    "iVenue",
    parts=(Part("venueName", "name"), _maybe("services", "services"), _maybe("mic", "mic"), _maybe("mpid", "mpid"), *HANDLED),
    least=0, most=None, is_record=True,
)  # fmt: skip
_HANDLED_MONTH = Part(
    "hMonthly",
    parts=(
        Part("year", "year"), Part("mon", "month"), Part("sentShr", "shares"), Part("executedAsPrincipalShr", "shares"), Part("ioiExposedOrd", "whole"),
        Part("ioiExposedVenueList", parts=(_EXPOSED,)), Part("routingVenueList", parts=(_HANDLED,)),
    ),
    least=0, most=7, is_record=True,
)  # fmt: skip
ROOTS = {
    root.name: root
    for root in (
        Part(
            PUBLIC,
            parts=(Part("version", "version"), Part("bd", "name"), Part("year", "year"), Part("qtr", "quarter"), _maybe("timestamp", "timestamp"), _MONTH),
            unique=(("rMonthly", ("mon",)),),
        ),
        Part(
            ROUTES,
            parts=(*_CUSTOMER, *(Part(name, parts=(_ORDER,), least=0, unique=(("order", ("orderId",)),)) for name in ORDER_LISTS)),
        ),
        Part(
            HANDLING,
            parts=(*_CUSTOMER, *(Part(name, parts=(_HANDLED_MONTH,), least=0, unique=(("hMonthly", ("mon",)),)) for name in DIRECTIONS)),
        ),
    )
}
TITLES = {
    PUBLIC: "Rule 606(a)(1) quarterly report", ROUTES: "Rule 606(b)(1) report of a customer's orders",
    HANDLING: "Rule 606(b)(3) report of a customer's not-held orders",
}  # fmt: skip
