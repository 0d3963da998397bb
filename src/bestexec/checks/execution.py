"""Execution: whether the customer got the price, the size, the speed and the likelihood that were there."""

from __future__ import annotations

from bestexec import cite
from bestexec.checks.base import Check

_AT_ONCE = "order_class IN ('MXXNN', 'LYNNN', 'LYNYN', 'MXXNY', 'LYNNY')"
_IOC = "order_class IN ('LYNYN', 'LNYYN', 'LNNYN')"
_REGULAR = "COALESCE(kind, 'regular') = 'regular'"
_TOOK = "COALESCE(liquidity IN ('removed', 'routed', 'midpoint'), marketability = 'marketable')"
_QUOTED = {"order_class": "MXXNN", "quote_state_at_t0": "ok", "fill_qty": 100}

EXECUTION = (
    Check(
        "EXE-101", "Outside the quote", on="fills",
        among=f"{_AT_ONCE} AND {_REGULAR} AND quote_state_at_t0 = 'ok' AND NOT COALESCE(order_qty > far_qty_at_t0, FALSE)",
        where="outside_usd > {max_outside_usd}", harm_usd="outside_usd",
        alert=("venue",), severity="medium", source=cite.FINRA_5310,
        ask="Fill {fill_id} at {fill_px} is worse than the {far_px_at_t0} displayed at its benchmark instant and cost {outside_usd}. The order was "
            "not larger than the displayed size. Why was the quote missed, and is the customer owed?",
        hit={**_QUOTED, "order_qty": 100, "far_qty_at_t0": 100, "outside_usd": "0.02"},
        miss={**_QUOTED, "order_qty": 100, "far_qty_at_t0": 100, "outside_usd": "0.01"},
        numbers=("fill_qty", "fill_px", "far_px_at_t0", "far_qty_at_t0", "outside_usd", "t0_to_fill_ns", "order_qty"),
    ),
    Check(
        "EXE-102", "Outside the quote in force at the execution", on="fills",
        among=f"{_TOOK} AND {_REGULAR} AND quote_state_at_execution = 'ok'", where="outside_at_execution_usd > {max_outside_usd}",
        harm_usd="outside_at_execution_usd",
        alert=("venue",), severity="medium", source=cite.RULE_611,
        ask="Fill {fill_id} traded at {fill_px} on {venue} while {far_px_at_execution} was displayed, {outside_at_execution_usd} worse. Was the better "
            "quote accessible, and did the router see it?",
        hit={"liquidity": "removed", "quote_state_at_execution": "ok", "outside_at_execution_usd": "0.02"},
        miss={"liquidity": "removed", "quote_state_at_execution": "ok", "outside_at_execution_usd": "0.01"},
        numbers=("fill_qty", "fill_px", "far_px_at_execution", "outside_at_execution_usd"),
    ),
    Check(
        "EXE-103", "Slow against its kind", on="fills",
        among=f"speed_limit_ns IS NOT NULL AND {_REGULAR}", needs=("t0_to_fill_ns",), where="t0_to_fill_ns > speed_limit_ns",
        alert=("venue",), severity="low", source=cite.FINRA_5310_PROMPT,
        ask="Fill {fill_id} came {t0_to_fill_ns} after its benchmark instant; for {order_class} orders from ${size_bucket} the limit is {speed_limit_ns}. "
            "Whose leg was it: ours, the router's, the venue's?",
        hit={"order_class": "MXXNN", "size_bucket": 250, "speed_limit_ns": 1_000_000_000, "t0_to_fill_ns": 1_000_000_001},
        miss={"order_class": "MXXNN", "size_bucket": 250, "speed_limit_ns": 1_000_000_000, "t0_to_fill_ns": 1_000_000_000},
        numbers=("order_class", "size_bucket", "t0_to_fill_ns", "speed_limit_ns", "receipt_to_route_ns", "route_to_ack_ns", "ack_to_fill_ns"),
    ),
    Check(
        "EXE-104", "Slow too often", on="class_quality", among="timed > 0", enough="timed >= {min_n}", where="slow_fraction > {max_slow_fraction}",
        alert=("vendor",), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{slow} of {timed} {order_class} fills of vendor {vendor} were slower than their kind's limit, {slow_fraction} of them. Would direct routing "
            "have been faster?",
        hit={"timed": 100, "slow": 6, "slow_fraction": 0.06}, miss={"timed": 100, "slow": 5, "slow_fraction": 0.05},
        numbers=("order_class", "timed", "slow", "slow_fraction"),
    ),
    Check(
        "EXE-105", "Slippage from arrival", on="orders",
        among="is_filled AND filled_qty >= {min_slippage_qty} AND excluded IS NULL", needs=("slippage_usd", "at_spread_usd"),
        where="slippage_usd * 10000 > {max_slippage_bps} * at_mid_usd AND slippage_usd * 2 > {max_slippage_half_spreads} * at_spread_usd AND slippage_usd > "
              "{min_slippage_usd}",
        harm_usd="slippage_usd",
        severity="medium", source=cite.FINRA_5310,
        ask="Order {order_id} for {order_qty} {symbol} slipped {slippage_bps} from the midpoint at receipt, {slippage_usd} in all. Did the market move, or "
            "did the order move it?",
        hit={"is_filled": True, "filled_qty": 1000, "at_mid_usd": 10_000, "at_spread_usd": 10, "slippage_usd": "25.01", "slippage_bps": 25.01},
        miss={"is_filled": True, "filled_qty": 1000, "at_mid_usd": 10_000, "at_spread_usd": 10, "slippage_usd": "25.00", "slippage_bps": 25.0},
        numbers=("order_qty", "filled_qty", "filled_notional_usd", "mid_at_receipt", "slippage_usd", "slippage_bps", "at_spread_usd"),
    ),
    Check(
        "EXE-106", "Fill rate below the limit", on="class_orders", enough="orders >= {min_n}",
        where="fill_rate < CASE WHEN " + _IOC + " THEN {min_ioc_fill_rate} WHEN " + _AT_ONCE + " THEN {min_marketable_fill_rate} ELSE {min_limit_fill_rate} "
              "END",
        alert=("vendor",), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{filled_orders} of {orders} {order_class} orders of vendor {vendor} got a fill, {fill_rate} of them. Were they priced away, or does another "
            "venue fill such orders?",
        hit={"order_class": "LNNNN", "orders": 100, "filled_orders": 59, "fill_rate": 0.59},
        miss={"order_class": "LNNNN", "orders": 100, "filled_orders": 60, "fill_rate": 0.6},
        numbers=("order_class", "orders", "filled_orders", "fill_rate"),
    ),
    Check(
        "EXE-107", "Fill rate fell", on="class_orders", enough="orders >= {min_n} AND days_before >= {min_trailing_days}", needs=("trailing_rate",),
        where="rate_drop > {max_fill_rate_drop} AND -move_sigmas > {min_move_sigmas}",
        alert=("vendor",), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{fill_rate} of {order_class} orders of vendor {vendor} got a fill, after {trailing_rate} over the {days_before} days before. What changed: "
            "the router, the venues or the orders?",
        hit={"order_class": "LNNNN", "orders": 100, "days_before": 20, "fill_rate": 0.7, "trailing_rate": 0.875, "rate_drop": 0.175, "move_sigmas": -4.5},
        miss={"order_class": "LNNNN", "orders": 100, "days_before": 20, "fill_rate": 0.7, "trailing_rate": 0.875, "rate_drop": 0.175, "move_sigmas": -4.0},
        numbers=("order_class", "orders", "fill_rate", "trailing_rate", "days_before", "rate_drop", "move_sigmas"),
    ),
    Check(
        "EXE-108", "Through its limit", on="fills", among="limit_px IS NOT NULL", where="through_limit_usd > 0", harm_usd="through_limit_usd",
        alert=("venue",), severity="high", source=cite.FINRA_5310,
        ask="Fill {fill_id} at {fill_px} is beyond the customer's limit of {limit_px}, by {through_limit_usd}. Was the limit sent, and who makes the "
            "customer whole?",
        hit={"limit_px": "10", "through_limit_usd": "0.00000001"}, miss={"limit_px": "10", "through_limit_usd": "0"},
        numbers=("fill_qty", "fill_px", "limit_px", "through_limit_usd"),
    ),
    Check(
        "EXE-109", "Stale quotes at receipt", on="quotes_coverage", where="stale > 0 AND stale_fraction > {max_stale_fraction}",
        severity="low", source=cite.FINRA_5310_REVIEW,
        ask="{stale} of {fills} fills in {symbol} met a stale quote when their order was received. Did the feed stop, or is the symbol that quiet?",
        hit={"symbol": "AAPL", "fills": 50, "stale": 1, "stale_fraction": 0.02}, miss={"symbol": "AAPL", "fills": 100, "stale": 1, "stale_fraction": 0.01},
        numbers=("fills", "stale", "stale_fraction"),
    ),
    Check(
        "EXE-110", "Locked quotes", on="quotes_coverage", enough="fills >= {min_n}", where="locked_fraction > {max_locked_fraction}",
        severity="low", source=cite.FINRA_5310_REVIEW,
        ask="{locked} of {fills} fills in {symbol} met a locked market at their benchmark instant and have no midpoint. Is the feed right, or are two "
            "venues out of step?",
        hit={"symbol": "AAPL", "fills": 100, "locked": 26, "locked_fraction": 0.26},
        miss={"symbol": "AAPL", "fills": 100, "locked": 25, "locked_fraction": 0.25},
        numbers=("fills", "locked", "locked_fraction"),
    ),
    Check(
        "EXE-111", "Order met a crossed market", on="orders", where="quote_state_at_t0 = 'crossed'",
        alert=("symbol",), severity="low", source=cite.RULE_605_COUNTS,
        ask="The market in {symbol} was crossed, {bid_at_t0} bid and {ask_at_t0} offered, at the benchmark instant of order {order_id}. Was the price fair "
            "nonetheless, or was the feed wrong?",
        hit={"quote_state_at_t0": "crossed"}, miss={"quote_state_at_t0": "locked"},
        numbers=("bid_at_t0", "ask_at_t0", "quote_age_at_t0_ns", "order_qty", "filled_qty"),
    ),
    Check(
        "EXE-112", "Better odd lot missed", on="fills",
        among=f"{_AT_ONCE} AND {_REGULAR} AND quote_state_at_t0 = 'ok'", needs=("best_far_px_at_t0",),
        where="best_far_px_at_t0 <> far_px_at_t0 AND worse_than_displayed_usd > {max_odd_lot_missed_usd}",
        severity="info", source=cite.RULE_605_BEST_DISPLAYED,
        ask="An odd lot was displayed at {best_far_px_at_t0} at the benchmark instant of order {order_id}; fill {fill_id} is at {fill_px}, "
            "{worse_than_displayed_usd} worse. Does the router look at odd lots?",
        hit={**_QUOTED, "far_px_at_t0": "10.10", "best_far_px_at_t0": "10.08", "worse_than_displayed_usd": "0.26"},
        miss={**_QUOTED, "far_px_at_t0": "10.10", "best_far_px_at_t0": "10.08", "worse_than_displayed_usd": "0.25"},
        numbers=("fill_qty", "fill_px", "far_px_at_t0", "best_far_px_at_t0", "worse_than_displayed_usd"),
    ),
    Check(
        "EXE-113", "Fill during a halt", on="fills", where="quote_state_at_execution = 'halted'",
        alert=("symbol",), severity="high", source=cite.FINRA_5260,
        ask="Fill {fill_id} of {fill_qty} {symbol} at {fill_px} is stamped while trading was halted. Is a clock wrong, or must the trade be broken?",
        hit={"quote_state_at_execution": "halted"}, miss={"quote_state_at_execution": "ok"},
        numbers=("fill_qty", "fill_px", "filled_at", "kind"),
    ),
    Check(
        "EXE-114", "Large order disimproved", on="fills",
        among=f"{_AT_ONCE} AND {_REGULAR} AND quote_state_at_t0 = 'ok' AND order_qty > far_qty_at_t0",
        where="outside_usd * 10000 > {max_large_disimprovement_bps} * fill_qty * far_px_at_t0 AND outside_usd > {max_outside_usd}", harm_usd="outside_usd",
        alert=("venue",), severity="medium", source=cite.FINRA_RN_15_46,
        ask="The order for {order_qty} {symbol} was larger than the {far_qty_at_t0} displayed; fill {fill_id} at {fill_px} is {outside_usd} worse than "
            "{far_px_at_t0}. Should an order of this size have been worked?",
        hit={**_QUOTED, "order_qty": 500, "far_qty_at_t0": 300, "far_px_at_t0": "20", "outside_usd": "2.01"},
        miss={**_QUOTED, "order_qty": 500, "far_qty_at_t0": 300, "far_px_at_t0": "20", "outside_usd": "2.00"},
        numbers=("order_qty", "far_qty_at_t0", "fill_qty", "fill_px", "far_px_at_t0", "outside_usd"),
    ),
    Check(
        "EXE-115", "Effective over quoted spread persistently high", on="class_quality",
        among=_AT_ONCE, enough="fills >= {min_n}", needs=("eq",), where="eq > {max_eq} AND over_days >= {persistence_days}",
        alert=("vendor",), severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{order_class} orders of vendor {vendor} paid {eq} of the quoted spread over {fills} fills, and were over {max_eq} on {over_days} days of late. "
            "Which venues would have done better?",
        hit={"order_class": "MXXNN", "fills": 30, "eq": 1.01, "over_days": 3}, miss={"order_class": "MXXNN", "fills": 30, "eq": 1.01, "over_days": 2},
        numbers=("order_class", "fills", "shares", "effective_usd", "quoted_usd", "eq", "over_days"),
    ),
)  # fmt: skip
