"""Each invariant is broken once, by one cell, and named with the row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from tests.bestexec.filings.rule605.made import MS, detail, fill, order, readings

from bestexec.errors import Problem
from bestexec.filings import rule605
from bestexec.filings.rule605.invariants import invariants

MARKET = (
    [order(qty="300", best_ask_at_receipt="10.09", best_bid_at_receipt="10.00")],
    [fill("100", "10.08", 2 * MS), fill("100", "10.10", 15 * MS), fill("100", "10.12", 1500 * MS)],
)
RESTING = ([order(order_type="limit", limit_px="10.02")], [fill("100", "10.02", 50 * MS)])
MIDPOINT = ([order(order_type="limit", limit_px="10.06")], [fill("100", "10.06", 50 * MS)])
BROKEN: list[tuple[str, Any, dict[str, str]]] = [
    ("shares-within-order", MARKET, {"CvrdOrderCnclQty": "0.000001"}),
    ("buckets", MARKET, {"CvrdOrderQtyto10millisec": "99"}),
    ("quote-groups", MARKET, {"ExctdOrderAtQuotQty": "100.000001"}),
    ("best-groups", MARKET, {"ExctdOrderOutBestPrQty": "201"}),
    ("percents", MARKET, {"AvgRealSprdPct1min": "0.1"}),
    ("over-quoted", MARKET, {"AvgEFQPct": "1.00002"}),
    ("best-no-worse", MARKET, {"ExctdPIOrderRltvBestPrQty": "101", "ExctdOrderAtBestPrQty": "0", "ExctdOrderOutBestPrQty": "199"}),
    ("times", MARKET, {"ExctdOutQuotOrdWghtdAvgTime": "900"}),
    ("filled-time", MIDPOINT, {"FilledOrderWghtdAvgTime": "51"}),
    ("size-improved", MARKET, {"ExctdSIOutsizedQty": "300.1"}),
    ("size-benchmark", MARKET, {"ExctdOrderSizeBnchmrkQty": "300.1"}),
    ("effective-identity", MARKET, {"ExctdOutQuotOrdWghtdAvgAmt": "0.0201"}),
    ("size-group", MARKET, {"CvrdOrderSize": "5000.000001"}),
    ("exchange-part", RESTING, {"RegExctdOrderOnXchngQty": "1"}),
    ("orders", RESTING, {"FilledOrderCnt": "2"}),
]


@pytest.mark.parametrize(("key", "given", "cells"), BROKEN, ids=[key for key, _, _ in BROKEN])
def test_one_wrong_cell_breaks_its_invariant(key: str, given: Any, cells: dict[str, str]) -> None:
    read = readings(limit_classes=("LNNNN", "LNNYN", "LNNNY", "LNYNN", "LNYYN"))
    sound = detail(*given, read)
    wrong = sound.with_columns(pl.lit(Decimal(value)).cast(sound.schema[name]).alias(name) for name, value in cells.items())
    with pytest.raises(Problem, match=key) as told:
        rule605.hold(wrong, read)
    assert told.value.where.startswith("Symbol ABC, LotSizeFlag ROUND")


def test_every_invariant_is_broken_above() -> None:
    assert {rule.key for rule in invariants(readings())} == {key for key, _, _ in BROKEN}


def test_a_row_named_twice_is_not_written() -> None:
    rows = detail(*MARKET)
    with pytest.raises(Problem, match="two rows have one name"):
        rule605.hold(pl.concat([rows, rows]), readings())
