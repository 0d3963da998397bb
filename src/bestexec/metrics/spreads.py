"""Quoted, effective and realized spreads of fills, at each instant and horizon."""

from __future__ import annotations

from bestexec import cite
from bestexec.linking.columns import HORIZONS_NS
from bestexec.metrics.base import Example, Metric, Ratio, weighted_mean
from bestexec.metrics.worked import FILLS
from bestexec.units import FRACTION, USD_PER_SHARE

WEIGHT = "executed shares"
RATIO_OF_AVERAGES = "ratio of two share-weighted averages, never an average of ratios"
_VARIANT = "a variant: the rule's own figure is the one at t0"

LEVELS = (
    Metric(
        key="average_mid", title="Average midpoint at t0", on="fills", row="mid_at_t0", summary=weighted_mean("mid_at_t0", by="fill_qty"),
        unit=USD_PER_SHARE, better="neither", source=cite.RULE_605_PERCENT, weight=WEIGHT,
        example=Example(FILLS, 10.05, "(10.05 + 10.05 + 10.05) / 3"), note="the denominator of the percentage spreads",
    ),
    Metric(
        key="quoted_spread", title="Quoted spread", on="fills", row="CASE WHEN mid_at_t0 IS NOT NULL THEN ask_at_t0 - bid_at_t0 END",
        summary=weighted_mean("quoted_spread", by="fill_qty"), unit=USD_PER_SHARE, better="neither", source=cite.RULE_605_QUOTED, weight=WEIGHT,
        example=Example(FILLS, 0.10, "(0.10 + 0.10 + 0.10) / 3"), note="t0 is receipt; the executable time for non-marketable limits and stops",
    ),
    Metric(
        key="effective_spread", title="Effective spread", on="fills", row="2 * side * (fill_px - mid_at_t0)",
        summary=weighted_mean("effective_spread", by="fill_qty"), unit=USD_PER_SHARE, better="lower", source=cite.RULE_600_EFFECTIVE_SPREAD, weight=WEIGHT,
        example=Example(FILLS, 0.10, "(2 * 0.03 + 2 * 0.05 + 2 * 0.07) / 3"),
        note="signed by side: below zero is better than the midpoint; t0 is receipt, or the executable time for non-marketable limits and stops",
    ),
    Metric(
        key="effective_over_quoted", title="Effective over quoted spread (E/Q)", on="fills",
        summary=Ratio("effective_spread * fill_qty", "quoted_spread * fill_qty"),
        unit=FRACTION, better="lower", source=cite.RULE_605_EQ, weight=RATIO_OF_AVERAGES, example=Example(FILLS, 1.0, "0.10 / 0.10"),
    ),
    Metric(
        key="quoted_spread_pct", title="Quoted spread, percent of midpoint", on="fills",
        row="CAST(quoted_spread AS DOUBLE) / nullif(CAST(mid_at_t0 AS DOUBLE), 0)", summary=Ratio("quoted_spread * fill_qty", "mid_at_t0 * fill_qty"),
        unit=FRACTION, better="neither", source=cite.RULE_605_SUMMARY, weight=RATIO_OF_AVERAGES, example=Example(FILLS, 0.10 / 10.05, "0.10 / 10.05"),
    ),
    Metric(
        key="effective_spread_pct", title="Effective spread, percent of midpoint", on="fills",
        row="CAST(effective_spread AS DOUBLE) / nullif(CAST(mid_at_t0 AS DOUBLE), 0)", summary=Ratio("effective_spread * fill_qty", "mid_at_t0 * fill_qty"),
        unit=FRACTION, better="lower", source=cite.RULE_605_PERCENT, weight=RATIO_OF_AVERAGES, example=Example(FILLS, 0.10 / 10.05, "0.10 / 10.05"),
    ),
)  # fmt: skip


def _at(instant: str, words: str, *, quoted: tuple[float, str], effective: tuple[float, str]) -> tuple[Metric, ...]:
    return (
        Metric(
            key=f"quoted_spread_at_{instant}", title=f"Quoted spread at {words}", on="fills",
            row=f"CASE WHEN mid_at_{instant} IS NOT NULL THEN ask_at_{instant} - bid_at_{instant} END",
            summary=weighted_mean(f"quoted_spread_at_{instant}", by="fill_qty"),
            unit=USD_PER_SHARE, better="neither", source=cite.MARKOUT, weight=WEIGHT, example=Example(FILLS, *quoted), note=_VARIANT,
        ),
        Metric(
            key=f"effective_spread_at_{instant}", title=f"Effective spread at {words}", on="fills", row=f"2 * side * (fill_px - mid_at_{instant})",
            summary=weighted_mean(f"effective_spread_at_{instant}", by="fill_qty"),
            unit=USD_PER_SHARE, better="lower", source=cite.MARKOUT, weight=WEIGHT, example=Example(FILLS, *effective), note=_VARIANT,
        ),
    )  # fmt: skip


AT_OTHER_INSTANTS = (
    *_at("receipt", "receipt", quoted=(0.10, "(0.10 + 0.10 + 0.10) / 3"), effective=(0.10, "(2 * 0.03 + 2 * 0.05 + 2 * 0.07) / 3")),
    *_at("route", "the route's sending", quoted=(0.10, "(0.10 + 0.10 + 0.10) / 3"), effective=(0.08, "(2 * 0.02 + 2 * 0.04 + 2 * 0.06) / 3")),
    *_at("execution", "execution", quoted=(0.26 / 3, "(0.10 + 0.08 + 0.08) / 3"), effective=(0.22 / 3, "(2 * 0.03 + 2 * 0.04 + 2 * 0.04) / 3")),
)

REALIZED_BY_HAND = {
    "50ms": (0.20 / 3, "(2 * 0.02 + 2 * 0.04 + 2 * 0.04) / 3"),
    "1s": (0.16 / 3, "(2 * 0.01 + 2 * 0.03 + 2 * 0.04) / 3"),
    "15s": (0.06 / 3, "(2 * 0.00 + 2 * 0.01 + 2 * 0.02) / 3"),
    "1min": (0.28 / 3, "(2 * 0.03 + 2 * 0.05 + 2 * 0.06) / 3"),
    "5min": (0.60 / 3, "(2 * 0.08 + 2 * 0.10 + 2 * 0.12) / 3"),
}


def _realized(horizon: str) -> tuple[Metric, ...]:
    spread, arithmetic = REALIZED_BY_HAND[horizon]
    return (
        Metric(
            key=f"realized_spread_{horizon}", title=f"Realized spread after {horizon}", on="fills", row=f"2 * side * (fill_px - mid_after_{horizon})",
            summary=weighted_mean(f"realized_spread_{horizon}", by="fill_qty"),
            unit=USD_PER_SHARE, better="lower", source=cite.RULE_600_REALIZED_SPREAD, weight=WEIGHT, example=Example(FILLS, spread, arithmetic),
            note="past the close, against the last regular midpoint",
        ),
        Metric(
            key=f"realized_spread_{horizon}_pct", title=f"Realized spread after {horizon}, percent of midpoint", on="fills",
            row=f"CAST(realized_spread_{horizon} AS DOUBLE) / nullif(CAST(mid_at_t0 AS DOUBLE), 0)",
            summary=Ratio(f"realized_spread_{horizon} * fill_qty", "mid_at_t0 * fill_qty"),
            unit=FRACTION, better="lower", source=cite.RULE_605_PERCENT, weight=RATIO_OF_AVERAGES,
            example=Example(FILLS, spread / 10.05, f"{arithmetic} / 10.05"),
        ),
    )  # fmt: skip


REALIZED = tuple(metric for horizon in HORIZONS_NS for metric in _realized(horizon))

SPREADS = (*LEVELS, *AT_OTHER_INSTANTS, *REALIZED)
