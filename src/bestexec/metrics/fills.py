"""What became of orders: filled, part filled, canceled, refused, by shares and by orders."""

from __future__ import annotations

from bestexec import cite
from bestexec.metrics.base import Example, Metric, Ratio, Total
from bestexec.metrics.worked import ORDERS
from bestexec.units import FRACTION, RATIO, SHARES, USD
from bestexec.units import ORDERS as ORDERS_UNIT

FACT = "none: a plain sum"
_FILLED = "CASE WHEN is_filled THEN 1 WHEN NOT is_filled THEN 0 END"
_COMPLETE = "CASE WHEN is_complete THEN 1 WHEN NOT is_complete THEN 0 END"
_LIMIT = "order_type IN ('limit', 'stop_limit')"
_VALUE = "CASE WHEN limit_px IS NOT NULL THEN limit_px WHEN mid_at_t0 IS NULL THEN NULL WHEN side = 1 THEN ask_at_t0 ELSE bid_at_t0 END * order_qty"


def _of_limits(value: str) -> str:
    """`value` on limit orders, 0 on the others."""
    return f"CASE WHEN {_LIMIT} THEN {value} ELSE 0 END"


def _of_marketable(value: str) -> str:
    """`value` on orders that were marketable at t0, 0 on the others."""
    return f"CASE WHEN marketability = 'marketable' THEN {value} ELSE 0 END"


COUNTS = (
    Metric(
        key="order_count", title="Orders", on="orders", row="CASE WHEN order_qty IS NOT NULL THEN 1 END", summary=Total("order_count"),
        unit=ORDERS_UNIT, better="neither", source=cite.RULE_605_COUNTS, weight=FACT, covers="rows", example=Example(ORDERS, 4, "1 + 1 + 1 + 1"),
    ),
    Metric(
        key="filled_order_count", title="Orders filled in whole or part", on="orders", summary=Total(_FILLED), unit=ORDERS_UNIT, better="neither",
        source=cite.RULE_605_LIMIT, weight=FACT, covers="rows", example=Example(ORDERS, 3, "1 + 1 + 1 + 0"),
    ),
    Metric(
        key="ordered_shares", title="Shares ordered", on="orders", summary=Total("order_qty"), unit=SHARES, better="neither", source=cite.RULE_605_COUNTS,
        weight=FACT,
        example=Example(ORDERS, 1500, "500 + 200 + 500 + 300"),
    ),
    Metric(
        key="executed_shares", title="Shares executed", on="orders", summary=Total("filled_qty"), unit=SHARES, better="neither",
        source=cite.RULE_605_COUNTS, weight=FACT,
        example=Example(ORDERS, 950, "500 + 200 + 250 + 0"),
    ),
    Metric(
        key="canceled_shares", title="Shares canceled or expired before execution", on="orders", summary=Total("canceled_qty"), unit=SHARES, better="neither",
        source=cite.RULE_605_COUNTS, weight=FACT, example=Example(ORDERS, 550, "0 + 0 + 250 + 300"),
    ),
    Metric(
        key="ordered_notional", title="Value of the orders", on="orders", row=_VALUE, summary=Total("ordered_notional"), unit=USD, better="neither",
        source=cite.RULE_605_COUNTS, weight=FACT, example=Example(ORDERS, 17030.0, "10.10 * 500 + 20.00 * 200 + 10.02 * 500 + 9.90 * 300"),
        note="at the limit; without one, at the far quote at t0; open in the rule's text",
    ),
)  # fmt: skip

RATES = (
    Metric(
        key="fill_rate", title="Fill rate by shares", on="orders", row="CAST(filled_qty AS DOUBLE) / nullif(CAST(order_qty AS DOUBLE), 0)",
        summary=Ratio("filled_qty", "order_qty"), unit=FRACTION, better="higher", source=cite.FINRA_5310_REVIEW, weight="ordered shares",
        example=Example(ORDERS, 950 / 1500, "(500 + 200 + 250 + 0) / 1500"),
    ),
    Metric(
        key="fill_rate_orders", title="Fill rate by orders", on="orders", row=_FILLED, summary=Ratio(_FILLED, "order_count"), unit=FRACTION, better="higher",
        source=cite.FINRA_5310_REVIEW, weight="each order alike", covers="rows", example=Example(ORDERS, 0.75, "3 / 4"), note="filled in whole or part",
    ),
    Metric(
        key="complete_rate_orders", title="Orders filled in full", on="orders", row=_COMPLETE, summary=Ratio(_COMPLETE, "order_count"), unit=FRACTION,
        better="higher",
        source=cite.FINRA_5310_PROMPT, weight="each order alike", covers="rows", example=Example(ORDERS, 0.5, "2 / 4"),
    ),
    Metric(
        key="limit_fill_rate", title="Limit-order fill rate by shares", on="orders", summary=Ratio(_of_limits("filled_qty"), _of_limits("order_qty")),
        unit=FRACTION,
        better="higher", source=cite.FINRA_5310_REVIEW, weight="ordered shares of limit orders", example=Example(ORDERS, 0.3125, "250 / (500 + 300)"),
        note="limit and stop-limit orders, marketable or not; empty where there are none",
    ),
    Metric(
        key="limit_fill_rate_orders", title="Limit-order fill rate by orders", on="orders", summary=Ratio(_of_limits(_FILLED), _of_limits("1")), unit=FRACTION,
        better="higher", source=cite.FINRA_5310_REVIEW, weight="each limit order alike", covers="rows", example=Example(ORDERS, 0.5, "1 / 2"),
    ),
    Metric(
        key="marketable_fill_rate", title="Fill rate of marketable orders by shares", on="orders",
        summary=Ratio(_of_marketable("filled_qty"), _of_marketable("order_qty")),
        unit=FRACTION, better="higher", source=cite.FINRA_5310_PROMPT, weight="ordered shares of marketable orders",
        example=Example(ORDERS, 1.0, "(500 + 200) / (500 + 200)"),
    ),
    Metric(
        key="cancel_rate", title="Cancel rate by shares", on="orders", row="CAST(canceled_qty AS DOUBLE) / nullif(CAST(order_qty AS DOUBLE), 0)",
        summary=Ratio("canceled_qty", "order_qty"), unit=FRACTION, better="neither", source=cite.RULE_605_COUNTS, weight="ordered shares",
        example=Example(ORDERS, 550 / 1500, "(0 + 0 + 250 + 300) / 1500"), note="canceled, expired or replaced before execution",
    ),
    Metric(
        key="fills_per_order", title="Fills for each filled order", on="orders", summary=Ratio("fills", _FILLED), unit=RATIO, better="neither",
        source=cite.FINRA_5310_REVIEW,
        weight="each filled order alike", covers="rows", example=Example(ORDERS, 2.0, "(2 + 1 + 3 + 0) / 3"),
    ),
    Metric(
        key="route_reject_rate", title="Routes refused", on="orders", summary=Ratio("rejects", "routes"), unit=FRACTION, better="lower",
        source=cite.FINRA_5310_REVIEW,
        weight="each route alike", covers="rows", example=Example(ORDERS, 1 / 6, "1 / (3 + 1 + 1 + 1)"),
    ),
)  # fmt: skip

FILL_RATES = (*COUNTS, *RATES)
