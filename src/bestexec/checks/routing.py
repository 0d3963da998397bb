"""Routing: whether orders went where the firm decided, and came back from there."""

from __future__ import annotations

from bestexec import cite
from bestexec.checks.base import Check

_ROUTED = "NOT COALESCE(is_directed, FALSE)"

ROUTING = (
    Check(
        "ROU-101", "Traded at a venue that is not approved", on="venue_days", among=f"fills > 0 AND {_ROUTED}", needs=("is_approved",), where="NOT is_approved",
        alert=("vendor", "venue"), severity="high", source=cite.FINRA_RN_21_29,
        ask="Vendor {vendor} traded {venue_qty} shares in {fills} fills at {venue}, which is not on the approved list. Who decided that, and may it stay?",
        hit={"fills": 1, "is_approved": False}, miss={"fills": 1, "is_approved": True},
        numbers=("fills", "venue_qty", "venue_fraction"),
    ),
    Check(
        "ROU-102", "Routed to a venue that is not approved", on="route_days", needs=("is_approved",), where="NOT is_approved",
        alert=("vendor", "venue"), severity="medium", source=cite.FINRA_RN_21_29,
        ask="Vendor {vendor} sent {routes} routes to {venue}, which is not on the approved list. Who decided that, and may it stay?",
        hit={"routes": 1, "is_approved": False}, miss={"routes": 1, "is_approved": True},
        numbers=("routes", "rejected"),
    ),
    Check(
        "ROU-103", "One venue gets too much", on="venue_days", among=_ROUTED, enough="all_fills >= {min_n}", where="venue_fraction > {max_venue_fraction}",
        alert=("vendor", "venue"), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="Vendor {vendor} traded {venue_fraction} of its shares at {venue}. Is it the best market for all of them, and how do the others compare?",
        hit={"all_fills": 30, "venue_fraction": 0.51}, miss={"all_fills": 30, "venue_fraction": 0.5},
        numbers=("fills", "all_fills", "venue_qty", "all_qty", "venue_fraction"),
    ),
    Check(
        "ROU-104", "Venues too concentrated", on="vendor_days", among=_ROUTED, needs=("hhi",), enough="placed_fills >= {min_n}", where="hhi > {max_hhi}",
        alert=("vendor",), severity="low", source=cite.HERFINDAHL,
        ask="The venues of vendor {vendor} have a concentration index of {hhi} over {placed_fills} fills. Are competing markets still tried?",
        hit={"placed_fills": 30, "hhi": 0.41}, miss={"placed_fills": 30, "hhi": 0.4},
        numbers=("placed_fills", "placed_qty", "hhi"),
    ),
    Check(
        "ROU-105", "Burst of rejects", on="route_days", where="rejected_in_a_minute > {max_rejects_per_minute}",
        alert=("vendor", "venue"), severity="high", source=cite.FINRA_5310_PROMPT,
        ask="{venue} refused {rejected_in_a_minute} routes of vendor {vendor} within sixty seconds, {rejected} of {routes} in the day. Was a session or a "
            "risk limit down, and what did the orders get instead?",
        hit={"routes": 100, "rejected": 21, "rejected_in_a_minute": 21}, miss={"routes": 100, "rejected": 20, "rejected_in_a_minute": 20},
        numbers=("routes", "rejected", "rejected_in_a_minute"),
    ),
    Check(
        "ROU-106", "Stuck order", on="orders",
        among="marketability = 'marketable' AND COALESCE(is_held, TRUE) AND NOT is_complete AND (limit_px IS NULL OR filled_qty = 0) AND "
              "COALESCE(end_reason, '') <> 'rejected'",
        needs=("t0_to_end_ns",), where="t0_to_end_ns > {max_stuck_ms} * 1000000",
        alert=("vendor",), severity="high", source=cite.FINRA_5310_PROMPT,
        ask="Marketable order {order_id} for {order_qty} {symbol} worked for {t0_to_end_ns} and has {open_qty} unfilled. Where did it wait, and who was told?",
        hit={"marketability": "marketable", "is_complete": False, "t0_to_end_ns": 60_000_000_001},
        miss={"marketability": "marketable", "is_complete": False, "t0_to_end_ns": 60_000_000_000},
        numbers=("order_type", "order_qty", "filled_qty", "open_qty", "t0_to_end_ns", "end_reason"),
    ),
    Check(
        "ROU-107", "Sweep without a limit", on="routes", among="COALESCE(is_iso, FALSE) AND iso_is_checked", where="limit_px IS NULL",
        alert=("vendor", "venue"), severity="medium", source=cite.RULE_611,
        ask="Route {route_id} to {venue} is marked as an intermarket sweep and carries no limit, as a sweep must. Did the router mark it rightly?",
        hit={"is_iso": True, "iso_is_checked": True, "limit_px": None}, miss={"is_iso": True, "iso_is_checked": True, "limit_px": "10"},
        numbers=("qty", "order_type", "tif", "limit_px"),
    ),
    Check(
        "ROU-108", "A venue's share moved", on="venue_days",
        among=_ROUTED, needs=("trailing_fraction",), enough="all_fills >= {min_n} AND days_before >= {min_trailing_days}",
        where="ABS(share_move) > {max_share_move} AND ABS(move_sigmas) > {min_move_sigmas}",
        alert=("vendor",), severity="medium", source=cite.FINRA_RN_21_29,
        ask="{venue} got {venue_fraction} of vendor {vendor}'s shares, after {trailing_fraction} over the {days_before} days before. Did the router "
            "change, the market, or our orders?",
        hit={"all_fills": 30, "days_before": 5, "venue_fraction": 0.3125, "trailing_fraction": 0.25, "share_move": 0.0625, "move_sigmas": 4.5},
        miss={"all_fills": 30, "days_before": 5, "venue_fraction": 0.3125, "trailing_fraction": 0.25, "share_move": 0.0625, "move_sigmas": 4.0},
        numbers=("fills", "all_fills", "venue_fraction", "trailing_fraction", "days_before", "share_move", "move_sigmas"),
    ),
    Check(
        "ROU-109", "Vendor nobody expected", on="vendor_feeds", needs=("is_expected",), where="NOT is_expected",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_29,
        ask="{orders} orders are marked as routed by {vendor}, which is not on the list of vendors. Is it approved, or misspelled?",
        hit={"vendor": "two", "orders": 1, "is_expected": False}, miss={"vendor": "one", "orders": 1, "is_expected": True},
        numbers=("orders",),
    ),
)  # fmt: skip
