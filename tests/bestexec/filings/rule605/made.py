"""Orders and executions written by hand, and the report computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec import policy
from bestexec.filings import rule605
from bestexec.filings.rule605 import FILLS, ORDERS, Readings
from bestexec.filings.rule605.columns import HORIZONS, conformed

MONTH = date(2026, 8, 1)
DAY = date(2026, 8, 3)
OPEN = 1_785_763_800_000_000_000
"""2026-08-03 09:30 in New York."""
AT = OPEN + 1_800_000_000_000
"""Receipt of every order that does not say otherwise: 10:00."""
US, MS, S, MIN = 1_000, 1_000_000, 1_000_000_000, 60_000_000_000
KEY = {"firm": "FIRM", "key_on": DAY, "symbol": "ABC", "order_id": "1"}
Row = dict[str, Any]


def readings(month: date = MONTH, **changed: Any) -> Readings:
    """The shipped readings, with some changed."""
    shipped = rule605.read(policy.default(), month)
    return Readings(**{**vars(shipped), **changed})


def order(bid: str | None = "10.00", ask: str | None = "10.10", **said: Any) -> Row:
    """A held buy market order of 100 shares received at AT; the quote stands at receipt and at the executable time unless `at_executable` says another."""
    row: Row = {
        **KEY, "side": 1, "qty": "100", "order_type": "market", "tif": "day", "received_at": AT, "executable_at": AT, "until_at": OPEN + 390 * MIN,
        "is_open_at_receipt": True, "round_lot": "100", "line": 1, "import_id": "orders",
    }  # fmt: skip
    other = said.pop("at_executable", (bid, ask))
    for instant, (low, high) in {"receipt": (bid, ask), "executable": other}.items():
        row |= {f"bid_at_{instant}": low, f"ask_at_{instant}": high, f"bid_qty_at_{instant}": "500", f"ask_qty_at_{instant}": "300"}
    return row | said


def fill(qty: str, px: str, after: int, mids: Sequence[str] = (), **said: Any) -> Row:
    """An execution `after` ns of AT; `mids` are the midpoints 50 ms, 1 s, 15 s, 1 min and 5 min later."""
    later = dict(zip((f"mid_after_{name}" for name in HORIZONS), mids or ("10.05",) * 5, strict=True))
    return {**KEY, "fill_id": f"{after}-{px}", "fill_qty": qty, "fill_px": px, "filled_at": AT + after, "is_regular": True, "line": 1, **later} | said


def frame(rows: Sequence[Mapping[str, Any]], columns: dict[str, pl.DataType]) -> pl.DataFrame:
    def exact(name: str, value: Any) -> Any:
        return Decimal(value) if isinstance(columns[name], pl.Decimal) and isinstance(value, str) else value

    made = [{name: exact(name, row.get(name)) for name in columns} for row in rows]
    return conformed(pl.DataFrame(made, schema=columns), columns)


def told(orders: Sequence[Row], fills: Sequence[Row] = (), read: Readings | None = None) -> pl.DataFrame:
    """The orders with order type and reason."""
    return rule605.judged(frame(orders, ORDERS), frame(fills, FILLS), read or readings())


def sums(orders: Sequence[Row], fills: Sequence[Row] = (), read: Readings | None = None, traded: pl.DataFrame | None = None) -> pl.DataFrame:
    known = read or readings()
    covered = rule605.parted(told(orders, fills, known), known).covered
    return rule605.sums_of(covered, frame(fills, FILLS), traded, known)


def detail(orders: Sequence[Row], fills: Sequence[Row] = (), read: Readings | None = None, traded: pl.DataFrame | None = None) -> pl.DataFrame:
    """The detailed rows, held to the invariants."""
    known = read or readings()
    made = rule605.detailed(sums(orders, fills, known, traded), known, code="CODE", participant="T")
    rule605.hold(made, known)
    return made


def only(orders: Sequence[Row], fills: Sequence[Row] = (), read: Readings | None = None, traded: pl.DataFrame | None = None) -> dict[str, Any]:
    """The one row of the file, cells by name; numbers as text with six decimals, None where empty."""
    (row,) = detail(orders, fills, read, traded).to_dicts()
    return {name: f"{value:.6f}" if isinstance(value, Decimal) else value for name, value in row.items()}
