"""Completeness: whether everything was fed to us, once, with clocks that can be believed."""

from __future__ import annotations

from datetime import date

from bestexec import cite
from bestexec.checks.base import Check

COMPLETENESS = (
    Check(
        "COM-101", "Fills without a quote", on="quotes_coverage",
        where="unquoted > 0 AND unquoted_fraction > {max_unquoted_fraction}",
        severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="{unquoted} of {fills} fills in {symbol} have no two-sided quote at their benchmark instant and are measured by nothing. Is a quote file "
            "missing, or the symbol spelled otherwise?",
        hit={"symbol": "AAPL", "fills": 10, "unquoted": 1, "unquoted_fraction": 0.1},
        miss={"symbol": "AAPL", "fills": 10, "unquoted": 0, "unquoted_fraction": 0.0},
        numbers=("fills", "unquoted", "unquoted_fraction"),
    ),
    Check(
        "COM-102", "Order without a route", on="orders",
        among="COALESCE(end_reason, '') <> 'rejected' AND COALESCE(marketability, '') <> 'not_executable' AND COALESCE(lot_class, '') <> 'fractional'",
        needs=("routes",), where="routes = 0",
        alert=("vendor",), severity="medium", source=cite.RULE_613,
        ask="Order {order_id} for {order_qty} {symbol} was received and shows no route, filled {filled_qty}. Was it never sent, internalized, or is the "
            "router's file incomplete?",
        hit={"routes": 0, "end_reason": "canceled"}, miss={"routes": 1, "end_reason": "canceled"},
        numbers=("order_qty", "filled_qty", "routes", "end_reason"),
    ),
    Check(
        "COM-103", "Fill without its order", on="unlinked_fills", where="TRUE",
        severity="high", source=cite.RULE_17A3,
        ask="Fill {fill_id} of {qty} {symbol} at {px} names order {order_id}: {reason}. Is the order missing from the feed, or under another id or day?",
        hit={"fill_id": "F1"}, miss={},
        numbers=("qty", "px", "reason"),
    ),
    Check(
        "COM-104", "Fill before its order", on="fills", needs=("receipt_to_fill_ns",), where="receipt_to_fill_ns < 0",
        alert=("vendor",), severity="high", source=cite.FINRA_4590,
        ask="Fill {fill_id} is stamped {receipt_to_fill_ns} after receipt of its order. Which clock is wrong, by how much, and since when?",
        hit={"receipt_to_fill_ns": -1}, miss={"receipt_to_fill_ns": 0},
        numbers=("received_at", "filled_at", "receipt_to_fill_ns", "clock_resolution_ns"),
    ),
    Check(
        "COM-105", "Route before its order", on="orders", needs=("receipt_to_route_ns",), where="receipt_to_route_ns < 0",
        alert=("vendor",), severity="high", source=cite.FINRA_4590,
        ask="Order {order_id} was routed {receipt_to_route_ns} after its receipt. Which clock is wrong, by how much, and since when?",
        hit={"receipt_to_route_ns": -1}, miss={"receipt_to_route_ns": 0},
        numbers=("received_at", "first_routed_at", "receipt_to_route_ns"),
    ),
    Check(
        "COM-106", "Rows fed twice", on="copies", where="rows > 0",
        severity="low", source=cite.RULE_613,
        ask="{rows} rows of {table} came again, word for word, and were counted once. Is a file or a drop copy delivered twice?",
        hit={"table": "fills", "rows": 1}, miss={"table": "fills", "rows": 0},
        numbers=("rows", "import_id"),
    ),
    Check(
        "COM-107", "Two accounts of one row", on="duplicates", where="copies = 'superseded'",
        severity="medium", source=cite.RULE_613,
        ask="Line {line} of {table} names {id} as a later record does, and says something else; the later one counts. Which is right?",
        hit={"copies": "superseded"}, miss={"copies": "same"},
        numbers=("table", "id", "import_id", "line"),
    ),
    Check(
        "COM-108", "Clock coarser than the limit", on="clock_days", needs=("coarsest_ns",), where="coarsest_ns > {max_clock_resolution_ms} * 1000000",
        alert=("vendor",), severity="medium", source=cite.FINRA_6860,
        ask="The coarsest clock behind the {fills} fills of vendor {vendor} steps by {coarsest_ns}, the limit is {max_clock_resolution_ms}. Which feed "
            "rounds its times?",
        hit={"fills": 5, "coarsest_ns": 1_000_001}, miss={"fills": 5, "coarsest_ns": 1_000_000},
        numbers=("fills", "coarsest_ns"),
    ),
    Check(
        "COM-109", "Child lost", on="routes",
        among="NOT is_split AND COALESCE(end_reason, '') NOT IN ('open', 'replaced', 'rejected')", needs=("end_reason", "filled_qty", "returned_qty"),
        where="lost_qty <> 0",
        alert=("vendor",), severity="high", source=cite.RULE_613,
        ask="Route {route_id} sent {qty} {symbol} to {venue}: {filled_qty} filled and {returned_qty} returned. Where are the other {lost_qty}?",
        hit={"end_reason": "canceled", "is_split": False, "qty": 300, "filled_qty": 100, "returned_qty": 100, "lost_qty": 100},
        miss={"end_reason": "canceled", "is_split": False, "qty": 300, "filled_qty": 100, "returned_qty": 200, "lost_qty": 0},
        numbers=("qty", "filled_qty", "returned_qty", "lost_qty", "end_reason"),
    ),
    Check(
        "COM-110", "Order overfilled", on="orders", where="filled_qty > order_qty",
        alert=("vendor",), severity="high", source=cite.FINRA_5310,
        ask="Order {order_id} for {order_qty} {symbol} has fills of {filled_qty}. Is a fill reported twice under two ids, or was more bought or sold than "
            "the customer asked?",
        hit={"order_qty": 100, "filled_qty": 101}, miss={"order_qty": 100, "filled_qty": 100},
        numbers=("order_qty", "filled_qty", "fills"),
    ),
    Check(
        "COM-111", "Shares unaccounted for", on="orders",
        among="open_qty >= 0 AND COALESCE(end_reason, '') NOT IN ('open', 'replaced', 'rejected')", needs=("end_reason", "returned_qty"), where="lost_qty <> 0",
        alert=("vendor",), severity="high", source=cite.RULE_17A3,
        ask="Order {order_id} for {order_qty} {symbol} ended as {end_reason} with {filled_qty} filled and {returned_qty} canceled. Which fill or cancel of "
            "{lost_qty} shares was not fed, or was a fill broken?",
        hit={"end_reason": "canceled", "order_qty": 300, "filled_qty": 100, "returned_qty": 100, "open_qty": 200, "lost_qty": 100},
        miss={"end_reason": "canceled", "order_qty": 300, "filled_qty": 100, "returned_qty": 200, "open_qty": 200, "lost_qty": 0},
        numbers=("order_qty", "filled_qty", "returned_qty", "lost_qty", "end_reason"),
    ),
    Check(
        "COM-112", "Control total not met", on="control", needs=("total", "counted"), where="ABS(difference) > {max_control_difference}",
        severity="high", source=cite.FINRA_3110,
        ask="{source} counts {total} {measure}, we count {counted}: a difference of {difference}. Which are they?",
        hit={"total": 1000, "counted": 997, "difference": -3}, miss={"total": 1000, "counted": 1000, "difference": 0},
        numbers=("source", "measure", "session", "customer_class", "order_type", "size_bucket", "total", "counted", "difference"),
    ),
    Check(
        "COM-113", "Expected vendor silent", on="vendor_feeds", among="vendor IS NOT NULL", needs=("is_expected",), where="is_expected AND orders = 0",
        alert=("vendor",), severity="high", source=cite.FINRA_RN_21_29,
        ask="Vendor {vendor} is expected and no order of its routing was fed. Is the file missing, or did nothing flow?",
        hit={"vendor": "one", "is_expected": True, "orders": 0}, miss={"vendor": "one", "is_expected": True, "orders": 1},
        numbers=("orders",),
    ),
    Check(
        "COM-114", "Fills without a venue", on="vendor_days", where="unplaced > 0",
        alert=("vendor",), severity="medium", source=cite.RULE_606_VENUES,
        ask="{unplaced} of {fills} fills of vendor {vendor} do not say where they traded. Is the vendor's venue code unknown to us, or did it not send one?",
        hit={"fills": 10, "unplaced": 1}, miss={"fills": 10, "unplaced": 0},
        numbers=("fills", "unplaced"),
    ),
    Check(
        "COM-115", "Price that the market never showed", on="fills",
        among="quote_state_at_execution = 'ok'", where="ABS(fill_px - mid_at_execution) > {max_px_gap_fraction} * mid_at_execution",
        alert=("symbol",), severity="high", source=cite.FINRA_5310_REVIEW,
        ask="Fill {fill_id} at {fill_px} stands beside a midpoint of {mid_at_execution}. Is a split, a symbol change, a decimal point or a busted trade "
            "behind it?",
        hit={"quote_state_at_execution": "ok", "fill_px": "12.01", "mid_at_execution": "10"},
        miss={"quote_state_at_execution": "ok", "fill_px": "12", "mid_at_execution": "10"},
        numbers=("fill_px", "mid_at_execution"),
    ),
    Check(
        "COM-116", "Fill of a route that no feed shows", on="fills", among="route_id IS NOT NULL", needs=("has_route",), where="NOT has_route",
        alert=("vendor",), severity="high", source=cite.RULE_613,
        ask="Fill {fill_id} names route {route_id} of order {order_id}, and no feed shows that route. Was the child order lost on the way to us?",
        hit={"route_id": "R1", "has_route": False}, miss={"route_id": "R1", "has_route": True},
        numbers=("route_id", "fill_qty", "fill_px"),
    ),
    Check(
        "COM-117", "Answered before it was sent", on="gateway_days", where="too_early_fraction > {max_too_early_fraction}",
        alert=("vendor",), severity="high", source=cite.FINRA_4590,
        ask="{too_early} of {routes} routes stamped by {routed_source} were acknowledged or filled before they were sent, by as much as {earliest_ns}. Is "
            "that clock ahead?",
        hit={"routes": 100, "too_early": 6, "too_early_fraction": 0.06, "earliest_ns": -1},
        miss={"routes": 100, "too_early": 5, "too_early_fraction": 0.05, "earliest_ns": -1},
        numbers=("routed_source", "routes", "too_early", "too_early_fraction", "earliest_ns"),
    ),
    Check(
        "COM-118", "Feeds that disagree", on="unmatched", where="rows > 0",
        severity="high", source=cite.RULE_613,
        ask="{rows} {table} that {left} and {right} should both tell: {reason} (first: {first_ids}). Which feed is right, and what became of the others?",
        hit={"table": "orders", "left": "cat", "right": "fix", "reason": "not in fix", "rows": 1, "shares": 100, "first_ids": "O1"},
        miss={"table": "orders", "left": "cat", "right": "fix", "reason": "not in fix", "rows": 0, "shares": 0, "first_ids": ""},
        numbers=("table", "left", "right", "reason", "rows", "shares", "first_ids"),
    ),
    Check(
        "COM-119", "Fees that the venue's schedule does not say", on="fee_days", where="ABS(gap_usd) > {max_fee_gap_usd}",
        alert=("vendor", "venue"), severity="medium", source=cite.RULE_606_VENUES,
        ask="Vendor {vendor} states {stated_usd} of fees (+) and rebates (−) for {fills} fills at {venue}; the schedule in force says {scheduled_usd}. Which "
            "is right, and which went into the books and the disclosures?",
        hit={"fills": 9, "differing": 9, "stated_usd": 12.5, "scheduled_usd": -12.5, "gap_usd": 25.0},
        miss={"fills": 9, "differing": 1, "stated_usd": -11.5, "scheduled_usd": -12.5, "gap_usd": 1.0},
        numbers=("fills", "differing", "stated_usd", "scheduled_usd", "gap_usd"),
    ),
    Check(
        "COM-120", "Quotes that come late", on="feed_hours", needs=("lag_ms", "usual_lag_ms"), enough="n >= {min_n} AND days_before >= {min_trailing_days}",
        where="later_ms > {max_feed_lag_ms} AND gain_sigmas > {min_feed_lag_sigmas}", severity="medium", source=cite.FINRA_5310_REVIEW,
        ask="From {hour}:00 {within_at_lag} of {n} prices of {against} lie within the quote told {lag_ms} later, and {within} within the quote as told; the "
            "usual shift over {days_before} days before is {usual_lag_ms}. Was the feed of quotes slow, and which figures of that hour rest on it?",
        hit={"n": 3000, "days_before": 5, "lag_ms": 220, "usual_lag_ms": 0.0, "later_ms": 220.0, "gain_sigmas": 2.236068},
        miss={"n": 3000, "days_before": 5, "lag_ms": 220, "usual_lag_ms": 0.0, "later_ms": 220.0, "gain_sigmas": 2.0},
        numbers=(
            "hour", "against", "n", "moved", "within", "within_at_lag", "lag_ms", "low_ms", "high_ms", "gain_sigmas", "usual_lag_ms", "later_ms", "days_before",
        ),
    ),
    Check(
        "COM-121", "Left out by an exclusion that has ended", on="exclusions", among="until IS NOT NULL", where="is_ended AND orders > 0", severity="high",
        source=cite.FINRA_3110,
        ask="{orders} orders of {dimension} {value} were left out of every measure that needs a quote. {approved_by} approved that until {until}. Is it "
            "approved anew, or are they to be measured?",
        hit={"orders": 3, "dimension": "asset_class", "value": "option", "approved_by": "committee", "until": date(2026, 7, 1), "is_ended": True},
        miss={"orders": 3, "dimension": "asset_class", "value": "option", "approved_by": "committee", "until": date(2026, 7, 2), "is_ended": False},
        numbers=("dimension", "value", "orders", "order_shares", "approved_by", "until"),
    ),
)  # fmt: skip
