"""Time from the benchmark instant to execution: means, buckets, legs, quantiles."""

from __future__ import annotations

from bestexec import cite
from bestexec.metrics.base import Example, Metric, Total, weighted_mean
from bestexec.metrics.estimators import time_quantile
from bestexec.metrics.worked import FILLS, ORDERS
from bestexec.units import NANOSECONDS, SHARES

WEIGHT = "executed shares"
_BACKWARD = "a time below zero is a clock's error: a finding, not a figure"


def _mean(key: str, title: str, column: str, *, by_hand: tuple[float, str], source: cite.Cite = cite.FINRA_5310_REVIEW) -> Metric:
    return Metric(
        key=key, title=title, on="fills", row=f"CASE WHEN {column} >= 0 THEN {column} END", summary=weighted_mean(key, by="fill_qty"),
        unit=NANOSECONDS, better="lower", source=source, weight=WEIGHT, example=Example(FILLS, *by_hand), note=_BACKWARD,
    )  # fmt: skip


MEANS = (
    _mean(
        "mean_time_to_execution", "Mean time from t0 to execution", "t0_to_fill_ns", source=cite.RULE_605_SUMMARY,
        by_hand=(1_517_000_000 / 3, "(2_000_000 + 15_000_000 + 1_500_000_000) / 3"),
    ),
    _mean(
        "mean_receipt_to_execution", "Mean time from receipt to execution", "receipt_to_fill_ns",
        by_hand=(1_517_000_000 / 3, "(2_000_000 + 15_000_000 + 1_500_000_000) / 3"),
    ),
    _mean("mean_receipt_to_route", "Mean time from receipt to route (the firm's leg)", "receipt_to_route_ns", by_hand=(500_000, "500_000")),
    _mean("mean_route_to_ack", "Mean time from route to acknowledgement (the way there and back)", "route_to_ack_ns", by_hand=(300_000, "300_000")),
    _mean(
        "mean_ack_to_execution", "Mean time from acknowledgement to execution (the venue's leg)", "ack_to_fill_ns",
        by_hand=(1_514_600_000 / 3, "(1_200_000 + 14_200_000 + 1_499_200_000) / 3"),
    ),
)  # fmt: skip

BUCKETS = (
    ("under_100us", "under 100 microseconds", 0, 100_000, 0),
    ("100us_to_1ms", "from 100 microseconds to under 1 ms", 100_000, 1_000_000, 0),
    ("1ms_to_10ms", "from 1 ms to under 10 ms", 1_000_000, 10_000_000, 100),
    ("10ms_to_1s", "from 10 ms to under 1 s", 10_000_000, 1_000_000_000, 100),
    ("1s_to_10s", "from 1 s to under 10 s", 1_000_000_000, 10_000_000_000, 100),
    ("10s_to_30s", "from 10 s to under 30 s", 10_000_000_000, 30_000_000_000, 0),
    ("30s_to_5min", "from 30 s to under 5 min", 30_000_000_000, 300_000_000_000, 0),
    ("5min_or_more", "5 min or more", 300_000_000_000, None, 0),
)
"""Rule 605's time buckets: name, words, lower edge (ns, inclusive), upper edge (exclusive), worked figure in shares."""


def _bucket(name: str, words: str, lower: int, upper: int | None, shares: int) -> Metric:
    within = f"t0_to_fill_ns >= {lower}" + (f" AND t0_to_fill_ns < {upper}" if upper else "")
    return Metric(
        key=f"shares_{name}", title=f"Shares executed {words} after t0", on="fills",
        summary=Total(f"CASE WHEN {within} THEN fill_qty WHEN t0_to_fill_ns >= 0 THEN 0 END"),
        unit=SHARES, better="neither", source=cite.RULE_605_TIME, weight="none: a plain sum", example=Example(FILLS, shares, str(shares)), note=_BACKWARD,
    )  # fmt: skip


def _quantile(percent: int, name: str, to: str, by_hand: int) -> Metric:
    title = f"{'Median' if percent == 50 else f'{percent}th percentile of'} time from t0 to {to} fill"
    return Metric(
        key=f"{name}_time_to_{to}_fill", title=title, on="orders", summary=time_quantile(f"t0_to_{to}_fill_ns", percent), unit=NANOSECONDS, better="lower",
        source=cite.INVERSE_ECDF, weight="each filled order alike", covers="rows", example=Example(ORDERS, by_hand, f"{by_hand:_}"),
        note="an order's own time, never interpolated; standard error by Woodruff's interval",
    )  # fmt: skip


QUANTILES = (
    _quantile(50, "median", "first", 2_000_000),
    _quantile(90, "p90", "first", 3_000_000_000),
    _quantile(99, "p99", "first", 3_000_000_000),
    _quantile(50, "median", "last", 40_000_000),
    _quantile(90, "p90", "last", 8_000_000_000),
    _quantile(99, "p99", "last", 8_000_000_000),
)

SPEED = (*MEANS, *(_bucket(*bucket) for bucket in BUCKETS), *QUANTILES)
