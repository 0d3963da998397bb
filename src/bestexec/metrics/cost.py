"""Slippage, shortfall, reversion, and what venue and customer pay, each apart."""

from __future__ import annotations

from bestexec import cite
from bestexec.linking.columns import HORIZONS_NS
from bestexec.metrics.base import Example, Metric, Ratio, Total, weighted_mean
from bestexec.metrics.worked import FILLS, ORDERS
from bestexec.units import BPS, USD, USD_PER_SHARE

WEIGHT = "executed shares"
RATIO_OF_SUMS = "ratio of two sums of dollars"
FACT = "none: a plain sum"

ARRIVAL = (
    Metric(
        key="arrival_slippage", title="Arrival slippage", on="fills", row="side * (fill_px - mid_at_receipt)",
        summary=weighted_mean("arrival_slippage", by="fill_qty"),
        unit=USD_PER_SHARE, better="lower", source=cite.ARRIVAL, weight=WEIGHT, example=Example(FILLS, 0.05, "(0.03 + 0.05 + 0.07) / 3"),
    ),
    Metric(
        key="arrival_slippage_usd", title="Arrival slippage in dollars", on="fills", row="arrival_slippage * fill_qty", summary=Total("arrival_slippage_usd"),
        unit=USD, better="lower", source=cite.ARRIVAL, weight=FACT, example=Example(FILLS, 15.0, "0.03 * 100 + 0.05 * 100 + 0.07 * 100"),
    ),
    Metric(
        key="arrival_slippage_bps", title="Arrival slippage in basis points of the midpoint at receipt", on="fills",
        row="CAST(10000 * arrival_slippage AS DOUBLE) / nullif(CAST(mid_at_receipt AS DOUBLE), 0)",
        summary=Ratio("10000 * arrival_slippage_usd", "mid_at_receipt * fill_qty"), unit=BPS, better="lower", source=cite.ARRIVAL, weight=RATIO_OF_SUMS,
        example=Example(FILLS, 150_000 / 3015, "10_000 * 15.00 / (300 * 10.05)"),
    ),
)  # fmt: skip

AGAINST_VWAP = (
    Metric(
        key="vwap_slippage_usd", title="Slippage against the interval VWAP in dollars", on="orders",
        row="side * (filled_notional_usd - filled_qty * interval_vwap)",
        summary=Total("vwap_slippage_usd"), unit=USD, better="lower", source=cite.VWAP, weight=FACT,
        example=Example(ORDERS, 2.0, "(5051 - 500 * 10.09) - (4002 - 200 * 20.015) + (2505 - 250 * 10.04)"), note="filled shares alone",
    ),
    Metric(
        key="vwap_slippage", title="Slippage against the interval VWAP", on="orders",
        row="CAST(vwap_slippage_usd AS DOUBLE) / nullif(CAST(filled_qty AS DOUBLE), 0)",
        summary=Ratio("vwap_slippage_usd", "filled_qty"), unit=USD_PER_SHARE, better="lower", source=cite.VWAP, weight=WEIGHT,
        example=Example(ORDERS, 2 / 950, "2.00 / 950"),
    ),
    Metric(
        key="vwap_slippage_bps", title="Slippage against the interval VWAP in basis points of the midpoint at receipt", on="orders",
        row="CAST(10000 * vwap_slippage_usd AS DOUBLE) / nullif(CAST(mid_at_receipt * filled_qty AS DOUBLE), 0)",
        summary=Ratio("10000 * vwap_slippage_usd", "mid_at_receipt * filled_qty"), unit=BPS, better="lower", source=cite.VWAP, weight=RATIO_OF_SUMS,
        example=Example(ORDERS, 20_000 / 11541.5, "10_000 * 2.00 / (500 * 10.05 + 200 * 20.02 + 250 * 10.05)"),
    ),
)  # fmt: skip

_EXECUTED = "CASE WHEN filled_qty = 0 THEN 0 ELSE side * (filled_notional_usd - filled_qty * mid_at_receipt) END"
_UNFILLED = "CASE WHEN filled_qty >= order_qty THEN 0 ELSE side * (order_qty - filled_qty) * (mid_at_end - mid_at_receipt) END"
SHORTFALL = (
    Metric(
        key="shortfall_executed_usd", title="Shortfall of the executed part in dollars", on="orders",
        row=f"CASE WHEN mid_at_receipt IS NOT NULL THEN {_EXECUTED} END",
        summary=Total("shortfall_executed_usd"), unit=USD, better="lower", source=cite.PERCENT_OF_MARKET, weight=FACT,
        example=Example(ORDERS, 20.5, "(5051 - 500 * 10.05) - (4002 - 200 * 20.02) + (2505 - 250 * 10.05) + 0"),
    ),
    Metric(
        key="shortfall_unfilled_usd", title="Shortfall of the unfilled part in dollars", on="orders",
        row=f"CASE WHEN mid_at_receipt IS NOT NULL THEN {_UNFILLED} END",
        summary=Total("shortfall_unfilled_usd"), unit=USD, better="lower", source=cite.PERCENT_OF_MARKET, weight=FACT,
        example=Example(ORDERS, 85.0, "0 + 0 + 250 * (10.15 - 10.05) + 300 * (10.25 - 10.05)"),
        note="at the midpoint of the order's end: cancel, replacement, expiry or close",
    ),
    Metric(
        key="implementation_shortfall_usd", title="Implementation shortfall in dollars", on="orders", row="shortfall_executed_usd + shortfall_unfilled_usd",
        summary=Total("implementation_shortfall_usd"), unit=USD, better="lower", source=cite.PERCENT_OF_MARKET, weight=FACT,
        example=Example(ORDERS, 105.5, "20.5 + 85.0"),
        note="fees and customer-borne cost stand apart",
    ),
    Metric(
        key="implementation_shortfall", title="Implementation shortfall", on="orders",
        row="CAST(implementation_shortfall_usd AS DOUBLE) / nullif(CAST(order_qty AS DOUBLE), 0)", summary=Ratio("implementation_shortfall_usd", "order_qty"),
        unit=USD_PER_SHARE, better="lower", source=cite.PERCENT_OF_MARKET, weight="ordered shares", example=Example(ORDERS, 105.5 / 1500, "105.5 / 1500"),
    ),
    Metric(
        key="implementation_shortfall_bps", title="Implementation shortfall in basis points of the midpoint at receipt", on="orders",
        row="CAST(10000 * implementation_shortfall_usd AS DOUBLE) / nullif(CAST(mid_at_receipt * order_qty AS DOUBLE), 0)",
        summary=Ratio("10000 * implementation_shortfall_usd", "mid_at_receipt * order_qty"), unit=BPS, better="lower", source=cite.PERCENT_OF_MARKET,
        weight=RATIO_OF_SUMS,
        example=Example(ORDERS, 1_055_000 / 17069, "10_000 * 105.5 / (500 * 10.05 + 200 * 20.02 + 500 * 10.05 + 300 * 10.05)"),
    ),
)  # fmt: skip

REVERSION_BY_HAND = {
    "50ms": (-0.01 / 3, "((10.05 - 10.06) + (10.06 - 10.06) + (10.08 - 10.08)) / 3"),
    "1s": (-0.01, "((10.05 - 10.07) + (10.06 - 10.07) + (10.08 - 10.08)) / 3"),
    "15s": (-0.08 / 3, "((10.05 - 10.08) + (10.06 - 10.09) + (10.08 - 10.10)) / 3"),
    "1min": (0.01, "((10.05 - 10.05) + (10.06 - 10.05) + (10.08 - 10.06)) / 3"),
    "5min": (0.19 / 3, "((10.05 - 10.00) + (10.06 - 10.00) + (10.08 - 10.00)) / 3"),
}


def _reversion(horizon: str) -> tuple[Metric, ...]:
    by_hand, arithmetic = REVERSION_BY_HAND[horizon]
    key = f"reversion_{horizon}"
    return (
        Metric(
            key=key, title=f"Reversion after {horizon}", on="fills", row=f"side * (mid_at_execution - mid_after_{horizon})",
            summary=weighted_mean(key, by="fill_qty"),
            unit=USD_PER_SHARE, better="lower", source=cite.MARKOUT, weight=WEIGHT, example=Example(FILLS, by_hand, arithmetic),
            note="above zero the price came back, a cost; effective spread at execution − realized spread = −2 × reversion",
        ),
        Metric(
            key=f"{key}_bps", title=f"Reversion after {horizon} in basis points of the midpoint at execution", on="fills",
            row=f"CAST(10000 * {key} AS DOUBLE) / nullif(CAST(mid_at_execution AS DOUBLE), 0)",
            summary=Ratio(f"10000 * {key} * fill_qty", "mid_at_execution * fill_qty"),
            unit=BPS, better="lower", source=cite.MARKOUT, weight=RATIO_OF_SUMS,
            example=Example(FILLS, 30_000 * by_hand / 30.19, f"10_000 * {arithmetic} * 3 / (10.05 + 10.06 + 10.08)"),
        ),
    )  # fmt: skip


REVERSION = tuple(metric for horizon in HORIZONS_NS for metric in _reversion(horizon))

_FEE = "CASE WHEN venue_fee_usd > 0 THEN venue_fee_usd WHEN venue_fee_usd IS NOT NULL THEN 0 END"
_REBATE = "CASE WHEN venue_fee_usd < 0 THEN -venue_fee_usd WHEN venue_fee_usd IS NOT NULL THEN 0 END"
PAID = (
    Metric(
        key="venue_fees", title="Venue fees paid by the firm", on="fills", row=_FEE, summary=Total("venue_fees"), unit=USD, better="lower",
        source=cite.FINRA_5310_REVIEW,
        weight=FACT, example=Example(FILLS, 0.60, "0.30 + 0.30 + 0"), note="never netted with rebates or with what the customer pays",
    ),
    Metric(
        key="venue_fees_per_share", title="Venue fees paid by the firm, per executed share", on="fills", summary=Ratio("venue_fees", "fill_qty"),
        unit=USD_PER_SHARE,
        better="lower", source=cite.FINRA_5310_REVIEW, weight=WEIGHT, example=Example(FILLS, 0.002, "0.60 / 300"),
    ),
    Metric(
        key="venue_rebates", title="Venue rebates kept by the firm", on="fills", row=_REBATE, summary=Total("venue_rebates"), unit=USD, better="neither",
        source=cite.FINRA_RN_21_23, weight=FACT, example=Example(FILLS, 0.20, "0 + 0 + 0.20"),
        note="the firm's gain and a conflict to watch, not the customer's",
    ),
    Metric(
        key="venue_rebates_per_share", title="Venue rebates kept by the firm, per executed share", on="fills", summary=Ratio("venue_rebates", "fill_qty"),
        unit=USD_PER_SHARE,
        better="neither", source=cite.FINRA_RN_21_23, weight=WEIGHT, example=Example(FILLS, 0.20 / 300, "0.20 / 300"),
    ),
    Metric(
        key="customer_cost", title="Cost borne by the customer", on="fills", row="customer_cost_usd", summary=Total("customer_cost"), unit=USD, better="lower",
        source=cite.FINRA_5310_REVIEW, weight=FACT, example=Example(FILLS, 1.50, "0.50 + 0.50 + 0.50"), note="commission, markup and passed-through fees",
    ),
    Metric(
        key="customer_cost_per_share", title="Cost borne by the customer, per executed share", on="fills", summary=Ratio("customer_cost", "fill_qty"),
        unit=USD_PER_SHARE,
        better="lower", source=cite.FINRA_5310_REVIEW, weight=WEIGHT, example=Example(FILLS, 0.005, "1.50 / 300"),
    ),
    Metric(
        key="customer_cost_bps", title="Cost borne by the customer in basis points of the executed value", on="fills",
        summary=Ratio("10000 * customer_cost", "fill_px * fill_qty"),
        unit=BPS, better="lower", source=cite.FINRA_5310_REVIEW, weight=RATIO_OF_SUMS,
        example=Example(FILLS, 15_000 / 3030, "10_000 * 1.50 / (1008 + 1010 + 1012)"),
    ),
)  # fmt: skip

COST = (*ARRIVAL, *AGAINST_VWAP, *SHORTFALL, *REVERSION, *PAID)
