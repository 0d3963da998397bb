"""Speed by leg: whose delay it was, the firm's own, the way to the venue, or the venue's."""

from __future__ import annotations

from bestexec import cite
from bestexec.checks.base import Check

_AT_ONCE = "order_type IN ('market', 'limit') AND COALESCE(session, 'regular') = 'regular' AND COALESCE(is_held, TRUE)"

SPEED = (
    Check(
        "SPD-101", "Slow to route", on="orders",
        among=_AT_ONCE, needs=("receipt_to_route_ns",),
        where="receipt_to_route_ns > {max_receipt_to_route_ms} * 1000000",
        severity="medium", source=cite.FINRA_5310_PROMPT,
        ask="Order {order_id} stayed with us for {receipt_to_route_ns} before its first route; our limit is {max_receipt_to_route_ms}. What held it?",
        hit={"order_type": "market", "receipt_to_route_ns": 50_000_001}, miss={"order_type": "market", "receipt_to_route_ns": 50_000_000},
        numbers=("order_type", "received_at", "first_routed_at", "receipt_to_route_ns"),
    ),
    Check(
        "SPD-102", "Slow to be acknowledged", on="routes", among="COALESCE(end_reason, '') <> 'rejected'", needs=("route_to_ack_ns",),
        where="route_to_ack_ns > {max_route_to_ack_ms} * 1000000",
        alert=("venue",), severity="low", source=cite.FINRA_5310_PROMPT,
        ask="{venue} acknowledged route {route_id} after {route_to_ack_ns}; the limit is {max_route_to_ack_ms}. Is the line or the venue slow, and does the "
            "router know?",
        hit={"route_to_ack_ns": 250_000_001}, miss={"route_to_ack_ns": 250_000_000},
        numbers=("routed_at", "acked_at", "route_to_ack_ns"),
    ),
    Check(
        "SPD-103", "Slow at the venue", on="fills", among=f"marketability = 'marketable' AND {_AT_ONCE}", needs=("ack_to_fill_ns",),
        where="ack_to_fill_ns > {max_ack_to_fill_ms} * 1000000",
        alert=("venue",), severity="low", source=cite.FINRA_5310_PROMPT,
        ask="{venue} held fill {fill_id} for {ack_to_fill_ns} after it had acknowledged the route; the limit is {max_ack_to_fill_ms}. Is there a delay or a "
            "last look?",
        hit={"order_type": "market", "marketability": "marketable", "ack_to_fill_ns": 1_000_000_001},
        miss={"order_type": "market", "marketability": "marketable", "ack_to_fill_ns": 1_000_000_000},
        numbers=("order_type", "acked_at", "filled_at", "ack_to_fill_ns"),
    ),
    Check(
        "SPD-104", "A venue began to answer late", on="venue_answers", needs=("usual_kept_ns",), enough="routes >= {min_n} AND routes_before >= {min_n}",
        where="later_ns > {max_answer_rise_ms} * 1000000 AND move_sigmas > {min_move_sigmas}",
        alert=("venue",), severity="medium", source=cite.FINRA_5310_PROMPT,
        ask="{venue} kept immediate orders that it canceled for {kept_ns}, the median of {routes} routes of the last days; of {routes_before} before, it was "
            "{usual_kept_ns}. Has the venue begun to look first, and what does the order get for the wait?",
        hit={"venue": "POOL", "routes": 36, "routes_before": 99, "kept_ns": 11_000_001, "usual_kept_ns": 1_000_000, "later_ns": 10_000_001, "move_sigmas": 6.0},
        miss={"venue": "POOL", "routes": 36, "routes_before": 100, "kept_ns": 11_000_000, "usual_kept_ns": 1_000_000, "later_ns": 10_000_000,
              "move_sigmas": 6.0},
        numbers=("routes", "kept_ns", "routes_before", "usual_kept_ns", "later_ns", "move_sigmas"),
    ),
)  # fmt: skip
