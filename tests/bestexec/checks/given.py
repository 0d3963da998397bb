"""Rows of the tables that checks are given, written as a person would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from bestexec import policy
from bestexec.checks.families import ASKED
from bestexec.checks.given import GIVEN
from bestexec.policy import Listed, Policy
from bestexec.schema import conform

DAY = date(2026, 8, 3)
POLICY = policy.default()
KNOWN = replace(
    POLICY,
    venues=(Listed("XNAS"), Listed("XNYS"), Listed("CDED")),
    venues_that_pay=(Listed("CDED", kind="pfof"),),
    vendors=(Listed("one"),),
)
"""The shipped policy with three approved venues, one of which pays, and one vendor."""


def days(count: int) -> list[date]:
    """So many days from DAY on."""
    return [date(2026, 8, 3 + place) for place in range(count)]


def rows(name: str, *given: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of a given table; decimals as text, what is not said is null."""
    table = GIVEN[name]
    if not given:
        return table.schema.to_frame()
    columns = {key: table.schema[key] for row in given for key in row}
    return conform(pl.DataFrame({key: pl.Series([row.get(key) for row in given]).cast(dtype) for key, dtype in columns.items()}), table)


def fill(fill_id: str = "F1", **more: Any) -> dict[str, Any]:
    """A market buy of 100 at 10.05, quoted 10.00 × 10.10 throughout, all in order."""
    quotes = {f"{what}_at_{when}": px for when in ("receipt", "t0", "execution") for what, px in (("bid", "10.00"), ("ask", "10.10"), ("mid", "10.05"))}
    states = {f"quote_state_at_{when}": "ok" for when in ("receipt", "t0", "execution")}
    return {
        "day": DAY, "firm": "F", "key_on": DAY, "order_id": "O1", "fill_id": fill_id, "symbol": "AAA", "side": 1, "vendor": "one", "venue": "XNAS",
        "order_type": "market", "order_class": "MXXNN", "marketability": "marketable", "size_bucket": 1000, "session": "regular", "lot_class": "round",
        "fill_qty": "100", "fill_px": "10.05", "order_qty": "100", "received_at": 1_000, "t0_at": 1_000, "routed_at": 1_100, "filled_at": 2_000,
        "receipt_to_fill_ns": 1_000,
        "t0_to_fill_ns": 1_000, "clock_resolution_ns": 1, "bid_qty_at_t0": "100", "ask_qty_at_t0": "100", "fill_line": 7, "fill_import": "import",
        **quotes, **states,
    } | more  # fmt: skip


def order(order_id: str = "O1", **more: Any) -> dict[str, Any]:
    """A market buy of 100, filled at the midpoint of 10.05."""
    return {
        "day": DAY, "firm": "F", "key_on": DAY, "order_id": order_id, "symbol": "AAA", "side": 1, "vendor": "one", "order_type": "market",
        "order_class": "MXXNN", "marketability": "marketable", "session": "regular", "order_qty": "100", "filled_qty": "100", "filled_notional_usd": "1005",
        "is_filled": True, "is_complete": True, "end_reason": "filled", "received_at": 1_000, "t0_at": 1_000, "ended_at": 2_000, "routes": 1,
        "receipt_to_route_ns": 100, "bid_at_receipt": "10.00", "ask_at_receipt": "10.10", "mid_at_receipt": "10.05", "quote_state_at_receipt": "ok",
        "quote_state_at_t0": "ok", "order_line": 3, "order_import": "import",
    } | more  # fmt: skip


def route(route_id: str = "R1", **more: Any) -> dict[str, Any]:
    """A route of 100 to Nasdaq, filled."""
    return {
        "firm": "F", "key_on": DAY, "routed_on": DAY, "order_id": "O1", "route_id": route_id, "symbol": "AAA", "side": 1, "qty": "100", "routed_at": 1_100,
        "acked_at": 1_200, "end_reason": "filled", "venue": "XNAS", "vendor": "one", "line": 5, "import_id": "import",
    } | more  # fmt: skip


def made(name: str, limits: Policy = KNOWN, **tables: pl.DataFrame) -> pl.DataFrame:
    """A table that checks are asked of, made from given ones."""
    return ASKED[name].make(tables, limits)
