"""The canonical tables: every column with its type, unit and meaning."""

from __future__ import annotations

import polars as pl

from bestexec.schema.events import EVENTS
from bestexec.schema.filed import FILED
from bestexec.schema.market import QUOTES, STATUSES, TRADES
from bestexec.schema.reference import CONTROL_TOTALS, FEES, PAYMENTS, SYMBOLS, VENUES
from bestexec.schema.shape import LINE, Column, Table
from bestexec.schema.trading import FILLS, ORDERS, ROUTES
from bestexec.schema.words import (
    ASSET_CLASSES,
    CAPACITIES,
    CUSTOMER_CLASSES,
    END_REASONS,
    EVENT_ACTIONS,
    EVENT_KINDS,
    EVENT_SOURCES,
    LIQUIDITY,
    ORDER_CLASSES,
    ORDER_TYPES,
    PAYMENT_KINDS,
    QUOTE_KINDS,
    SESSIONS,
    SETTLEMENT_STATES,
    SIZE_BUCKETS,
    STATUS_KINDS,
    TIFS,
    TOTAL_MEASURES,
    TRADE_KINDS,
    VENUE_KINDS,
)

__all__ = [
    "ASSET_CLASSES", "BY_NAME", "CAPACITIES", "CONTROL_TOTALS", "CUSTOMER_CLASSES", "END_REASONS", "EVENTS", "EVENT_ACTIONS", "EVENT_KINDS", "EVENT_SOURCES",
    "FEES", "FILLS", "LINE", "LIQUIDITY", "ORDERS", "ORDER_CLASSES", "ORDER_TYPES", "PAYMENTS", "PAYMENT_KINDS", "QUOTES", "QUOTE_KINDS", "ROUTES", "SESSIONS",
    "SETTLEMENT_STATES", "SIZE_BUCKETS", "STATUSES", "STATUS_KINDS", "SYMBOLS", "TABLES", "TIFS", "TOTAL_MEASURES", "TRADES", "TRADE_KINDS", "VENUES",
    "VENUE_KINDS", "Column", "Table", "conform", "markdown",
]  # fmt: skip

TABLES = (ORDERS, ROUTES, FILLS, EVENTS, QUOTES, TRADES, VENUES, FEES, SYMBOLS, STATUSES, PAYMENTS, CONTROL_TOTALS, *FILED)
BY_NAME = {table.name: table for table in TABLES}


def conform(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """`frame` with exactly `table`'s columns, in its order and types; absent ones are null."""
    have = set(frame.columns)
    return frame.select((pl.col(column.name) if column.name in have else pl.lit(None)).cast(column.dtype).alias(column.name) for column in table.columns)


def markdown(title: str = "Canonical tables", tables: tuple[Table, ...] = TABLES) -> str:
    """The page that describes `tables`: docs/schema.md, and docs/linked.md for the linked ones."""
    parts = [f"# {title}", "Instants are int64 nanoseconds since 1970, UTC; prices DECIMAL(18,8), quantities DECIMAL(18,6). Null means unknown, never zero."]
    for table in tables:
        rows = [
            f"| {'**' + column.name + '**' if column.required else column.name} | {column.dtype} | {column.unit} | {_meaning(column)} |"
            for column in table.columns
        ]
        head = f"## {table.name}\n\n{table.row} Named for life by {', '.join(table.key)}. Columns in bold must be there."
        parts.append("\n".join([head, "", "| column | type | unit | meaning |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _meaning(column: Column) -> str:
    closed = f" One of: {', '.join(column.values)}." if column.values else ""
    return column.meaning + closed
