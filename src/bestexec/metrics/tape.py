"""The market itself: the same measures over every trade of the tape."""

from __future__ import annotations

from bestexec import cite
from bestexec.linking.columns import HORIZONS_NS
from bestexec.metrics.base import Better, Example, Metric, Ratio, weighted_mean
from bestexec.metrics.worked import TRADES
from bestexec.units import FRACTION, USD_PER_SHARE

WEIGHT = "traded shares"
RATIO_OF_AVERAGES = "ratio of two share-weighted averages"


def _flag(test: str) -> str:
    """1 where the trade passes, 0 where it does not, null where the quote is not a good one."""
    return f"CASE WHEN mid_at_trade IS NULL THEN NULL WHEN {test} THEN 1 ELSE 0 END"


def _fraction(key: str, title: str, test: str, better: Better, by_hand: tuple[float, str]) -> Metric:
    return Metric(
        key=key, title=title, on="trades", row=_flag(test), summary=weighted_mean(key, by="trade_qty"), unit=FRACTION, better=better,
        source=cite.RULE_605_SUMMARY, weight=WEIGHT, example=Example(TRADES, *by_hand),
    )  # fmt: skip


LEVELS = (
    Metric(
        key="time_weighted_spread", title="Quoted spread, weighted by time", on="trades", summary=Ratio("spread_ns", "quoted_ns"), unit=USD_PER_SHARE,
        better="neither",
        source=cite.TIME_WEIGHTED, weight="time with a two-sided, unlocked, uncrossed quote in regular hours",
        example=Example(TRADES, 0.05, "1.17e12 / 23.4e12"),
        note="of the symbols and days that have trades in the group, each counted once, whatever the venue",
    ),
    Metric(
        key="average_mid", title="Average midpoint at the trade", on="trades", row="mid_at_trade", summary=weighted_mean("mid_at_trade", by="trade_qty"),
        unit=USD_PER_SHARE,
        better="neither", source=cite.TAPE_SPREAD, weight=WEIGHT, example=Example(TRADES, 10.034, "(10.05 * 100 + 10.03 * 300 + 10.03 * 100) / 500"),
    ),
    Metric(
        key="quoted_spread", title="Quoted spread at the trade", on="trades", row="CASE WHEN mid_at_trade IS NOT NULL THEN ask_at_trade - bid_at_trade END",
        summary=weighted_mean("quoted_spread", by="trade_qty"), unit=USD_PER_SHARE, better="neither", source=cite.RULE_605_QUOTED, weight=WEIGHT,
        example=Example(TRADES, 0.068, "(0.10 * 100 + 0.06 * 300 + 0.06 * 100) / 500"), note="under the as-of rule in use, which is printed with the figure",
    ),
    Metric(
        key="effective_spread", title="Effective spread of the tape", on="trades",
        row="CASE WHEN aggressor IS NULL THEN 2 * abs(trade_px - mid_at_trade) ELSE 2 * aggressor * (trade_px - mid_at_trade) END",
        summary=weighted_mean("effective_spread", by="trade_qty"), unit=USD_PER_SHARE, better="lower", source=cite.TAPE_SPREAD, weight=WEIGHT,
        example=Example(TRADES, 0.048, "(2 * 0.05 * 100 + 2 * 0.01 * 300 + 2 * 0.04 * 100) / 500"),
        note="signed where the aggressor is known, else twice the distance from the midpoint; against the midpoint at the trade, not at an order's receipt",
    ),
    Metric(
        key="effective_over_quoted", title="Effective over quoted spread of the tape (E/Q)", on="trades",
        summary=Ratio("effective_spread * trade_qty", "quoted_spread * trade_qty"), unit=FRACTION, better="lower", source=cite.RULE_605_EQ,
        weight=RATIO_OF_AVERAGES,
        example=Example(TRADES, 0.048 / 0.068, "0.048 / 0.068"),
    ),
    Metric(
        key="quoted_spread_pct", title="Quoted spread at the trade, percent of midpoint", on="trades",
        row="CAST(quoted_spread AS DOUBLE) / nullif(CAST(mid_at_trade AS DOUBLE), 0)", summary=Ratio("quoted_spread * trade_qty", "mid_at_trade * trade_qty"),
        unit=FRACTION, better="neither", source=cite.RULE_605_PERCENT, weight=RATIO_OF_AVERAGES, example=Example(TRADES, 0.068 / 10.034, "0.068 / 10.034"),
    ),
    Metric(
        key="effective_spread_pct", title="Effective spread of the tape, percent of midpoint", on="trades",
        row="CAST(effective_spread AS DOUBLE) / nullif(CAST(mid_at_trade AS DOUBLE), 0)",
        summary=Ratio("effective_spread * trade_qty", "mid_at_trade * trade_qty"),
        unit=FRACTION, better="lower", source=cite.RULE_605_PERCENT, weight=RATIO_OF_AVERAGES, example=Example(TRADES, 0.048 / 10.034, "0.048 / 10.034"),
    ),
    _fraction("at_or_inside", "Shares traded at the quote or inside", "trade_px >= bid_at_trade AND trade_px <= ask_at_trade", "higher", (0.8, "400 / 500")),
    _fraction("inside", "Shares traded inside the quote", "trade_px > bid_at_trade AND trade_px < ask_at_trade", "higher", (0.6, "300 / 500")),
    _fraction("at_quote", "Shares traded at the quote", "trade_px = bid_at_trade OR trade_px = ask_at_trade", "neither", (0.2, "100 / 500")),
    _fraction("outside", "Shares traded outside the quote", "trade_px < bid_at_trade OR trade_px > ask_at_trade", "lower", (0.2, "100 / 500")),
)  # fmt: skip

REALIZED_BY_HAND = {
    "50ms": (0.07, "(2 * 0.04 * 100 + 2 * 0.03 * 100) / 200"),
    "1s": (0.05, "(2 * 0.03 * 100 + 2 * 0.02 * 100) / 200"),
    "15s": (0.03, "(2 * 0.02 * 100 + 2 * 0.01 * 100) / 200"),
    "1min": (0.05, "(2 * 0.05 * 100 + 2 * 0.00 * 100) / 200"),
    "5min": (0.12, "(2 * 0.10 * 100 + 2 * 0.02 * 100) / 200"),
}


def _realized(horizon: str) -> Metric:
    key = f"realized_spread_{horizon}"
    return Metric(
        key=key, title=f"Realized spread of the tape after {horizon}", on="trades", row=f"2 * aggressor * (trade_px - mid_after_{horizon})",
        summary=weighted_mean(key, by="trade_qty"), unit=USD_PER_SHARE, better="lower", source=cite.MARKOUT, weight="traded shares whose aggressor is known",
        example=Example(TRADES, *REALIZED_BY_HAND[horizon]), note="trades whose aggressor is unknown leave both sums",
    )  # fmt: skip


TAPE = (*LEVELS, *(_realized(horizon) for horizon in HORIZONS_NS))
