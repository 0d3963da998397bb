"""The made-up rows whose figures the examples work out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from bestexec.schema import Table

Row = Mapping[str, object]

_AT_T0 = {
    "side": 1, "fill_qty": "100", "bid_at_t0": "10.00", "ask_at_t0": "10.10", "mid_at_t0": "10.05", "best_bid_at_t0": "10.00", "best_ask_at_t0": "10.09",
    "bid_at_receipt": "10.00", "ask_at_receipt": "10.10", "mid_at_receipt": "10.05", "bid_at_route": "10.01", "ask_at_route": "10.11", "mid_at_route": "10.06",
    "receipt_to_route_ns": 500_000, "route_to_ack_ns": 300_000, "customer_cost_usd": "0.50",
}  # fmt: skip

FILLS: tuple[Row, ...] = (
    {
        **_AT_T0, "fill_id": "1", "venue": "XNAS", "fill_px": "10.08", "bid_at_execution": "10.00", "ask_at_execution": "10.10", "mid_at_execution": "10.05",
        "t0_to_fill_ns": 2_000_000, "receipt_to_fill_ns": 2_000_000, "ack_to_fill_ns": 1_200_000, "venue_fee_usd": "0.30",
        "mid_after_50ms": "10.06", "mid_after_1s": "10.07", "mid_after_15s": "10.08", "mid_after_1min": "10.05", "mid_after_5min": "10.00",
    },
    {
        **_AT_T0, "fill_id": "2", "venue": "XNAS", "fill_px": "10.10", "bid_at_execution": "10.02", "ask_at_execution": "10.10", "mid_at_execution": "10.06",
        "t0_to_fill_ns": 15_000_000, "receipt_to_fill_ns": 15_000_000, "ack_to_fill_ns": 14_200_000, "venue_fee_usd": "0.30",
        "mid_after_50ms": "10.06", "mid_after_1s": "10.07", "mid_after_15s": "10.09", "mid_after_1min": "10.05", "mid_after_5min": "10.00",
    },
    {
        **_AT_T0, "fill_id": "3", "venue": "XNYS", "fill_px": "10.12", "bid_at_execution": "10.04", "ask_at_execution": "10.12", "mid_at_execution": "10.08",
        "t0_to_fill_ns": 1_500_000_000, "receipt_to_fill_ns": 1_500_000_000, "ack_to_fill_ns": 1_499_200_000, "venue_fee_usd": "-0.20",
        "mid_after_50ms": "10.08", "mid_after_1s": "10.08", "mid_after_15s": "10.10", "mid_after_1min": "10.06", "mid_after_5min": "10.00",
    },
)  # fmt: skip
"""One market order to buy 300 shares, filled in three parts: inside the offer, at it, and outside it."""

ORDERS: tuple[Row, ...] = (
    {
        "order_id": "A", "order_type": "market", "marketability": "marketable", "side": 1, "order_qty": "500", "filled_qty": "500", "canceled_qty": "0",
        "filled_notional_usd": "5051.00", "fills": 2, "routes": 3, "rejects": 1, "is_filled": True, "is_complete": True, "bid_at_t0": "10.00",
        "ask_at_t0": "10.10",
        "mid_at_t0": "10.05", "mid_at_receipt": "10.05", "interval_vwap": "10.09", "size_benchmark_qty": "300", "at_or_better_qty": "450",
        "receipt_to_route_ns": 500_000, "t0_to_first_fill_ns": 2_000_000, "t0_to_last_fill_ns": 40_000_000,
    },
    {
        "order_id": "B", "order_type": "market", "marketability": "marketable", "side": -1, "order_qty": "200", "filled_qty": "200", "canceled_qty": "0",
        "filled_notional_usd": "4002.00", "fills": 1, "routes": 1, "rejects": 0, "is_filled": True, "is_complete": True, "bid_at_t0": "20.00",
        "ask_at_t0": "20.04",
        "mid_at_t0": "20.02", "mid_at_receipt": "20.02", "interval_vwap": "20.015", "size_benchmark_qty": "200", "at_or_better_qty": "200",
        "receipt_to_route_ns": 100_000, "t0_to_first_fill_ns": 400_000, "t0_to_last_fill_ns": 400_000,
    },
    {
        "order_id": "C", "order_type": "limit", "marketability": "non_marketable", "side": 1, "order_qty": "500", "filled_qty": "250", "canceled_qty": "250",
        "limit_px": "10.02", "filled_notional_usd": "2505.00", "fills": 3, "routes": 1, "rejects": 0, "is_filled": True, "is_complete": False,
        "bid_at_t0": "10.02", "ask_at_t0": "10.04", "mid_at_t0": "10.03", "mid_at_receipt": "10.05", "mid_at_end": "10.15", "interval_vwap": "10.04",
        "size_benchmark_qty": "300", "at_or_better_qty": "250", "receipt_to_route_ns": 300_000, "t0_to_first_fill_ns": 3_000_000_000,
        "t0_to_last_fill_ns": 8_000_000_000,
    },
    {
        "order_id": "D", "order_type": "limit", "marketability": "not_executable", "side": 1, "order_qty": "300", "filled_qty": "0", "canceled_qty": "300",
        "limit_px": "9.90", "filled_notional_usd": None, "fills": 0, "routes": 1, "rejects": 0, "is_filled": False, "is_complete": False,
        "mid_at_receipt": "10.05", "mid_at_end": "10.25", "receipt_to_route_ns": 300_000,
    },
)  # fmt: skip
"""Four orders: a market buy and a market sell filled whole, a limit buy filled by half and canceled, a limit buy that never became executable."""


def _limit(name: str, *, first_s: int | None, last_s: int | None, end_s: int, is_complete: bool = False) -> Row:
    second = 1_000_000_000
    return {
        "order_id": name, "order_type": "limit", "marketability": "non_marketable", "order_qty": "100", "executable_at": 0, "ended_at": end_s * second,
        "first_filled_at": None if first_s is None else first_s * second, "last_filled_at": None if last_s is None else last_s * second,
        "is_filled": first_s is not None, "is_complete": is_complete, "working_ns": (end_s if first_s is None else first_s) * second,
    }  # fmt: skip


LIMIT_ORDERS: tuple[Row, ...] = (
    _limit("E", first_s=1, last_s=1, end_s=1, is_complete=True),
    _limit("F", first_s=None, last_s=None, end_s=2),
    _limit("G", first_s=5, last_s=20, end_s=20, is_complete=True),
    _limit("H", first_s=40, last_s=40, end_s=90),
    _limit("I", first_s=None, last_s=None, end_s=2000),
)
"""Five resting limit orders: filled at 1 s; canceled at 2 s; filled at 5 s, complete at 20 s; part filled at 40 s, canceled at 90 s; canceled at 2,000 s."""

TRADES: tuple[Row, ...] = (
    {
        "sequence": 1, "venue": "XNAS", "aggressor": 1, "trade_qty": "100", "trade_px": "10.10", "bid_at_trade": "10.00", "ask_at_trade": "10.10",
        "mid_at_trade": "10.05", "mid_after_50ms": "10.06", "mid_after_1s": "10.07", "mid_after_15s": "10.08", "mid_after_1min": "10.05",
        "mid_after_5min": "10.00",
    },
    {
        "sequence": 2, "venue": "OFFX", "aggressor": None, "trade_qty": "300", "trade_px": "10.02", "bid_at_trade": "10.00", "ask_at_trade": "10.06",
        "mid_at_trade": "10.03", "mid_after_50ms": "10.03", "mid_after_1s": "10.03", "mid_after_15s": "10.03", "mid_after_1min": "10.03",
        "mid_after_5min": "10.03",
    },
    {
        "sequence": 3, "venue": "XNAS", "aggressor": -1, "trade_qty": "100", "trade_px": "9.99", "bid_at_trade": "10.00", "ask_at_trade": "10.06",
        "mid_at_trade": "10.03", "mid_after_50ms": "10.02", "mid_after_1s": "10.01", "mid_after_15s": "10.00", "mid_after_1min": "9.99",
        "mid_after_5min": "10.01",
    },
)  # fmt: skip
"""Three trades of the tape: a buyer at the offer, one of unknown side inside the quote, a seller below the bid."""

QUOTED_TIME: tuple[Row, ...] = ({"spread_ns": "1170000000000", "quoted_ns": 23_400_000_000_000},)
"""A day of 23,400 s whose spread, times the nanoseconds it stood, sums to 1.17 × 10¹²."""


def as_table(rows: Iterable[Row], table: Table) -> pl.DataFrame:
    """Rows (decimals as text) as a frame of that table; what a row leaves out is null."""
    given = tuple(rows)
    columns = {column.name: pl.String() if isinstance(column.dtype, pl.Decimal) else column.dtype for column in table.columns}
    texts = pl.DataFrame({name: pl.Series([row.get(name) for row in given], dtype=dtype) for name, dtype in columns.items()})
    return texts.cast(table.schema)
