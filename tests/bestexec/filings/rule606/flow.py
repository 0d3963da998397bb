"""A made-up firm's orders with their routes and fills, a few words each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl
from tests.bestexec.checks.given import fill, order, route, rows

from bestexec.filings.rule606.figures import Fed
from bestexec.filings.rule606.readings import Readings
from bestexec.schema import BY_NAME, conform

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 3), date(2026, 9, 1)
QUARTER = JULY
LOOSE = Readings(material_aspects_required=False)
"""The shipped readings, without the demand that every payer's terms are on file."""
KINDS = {
    "market": {"order_type": "market", "marketability": "marketable"},
    "marketable_limit": {"order_type": "limit", "marketability": "marketable"},
    "nonmarketable_limit": {"order_type": "limit", "marketability": "non_marketable"},
    "other": {"order_type": "stop", "marketability": "marketable"},
}


class Flow:
    """Collects orders with their routes and fills."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.routes: list[dict[str, Any]] = []
        self.fills: list[dict[str, Any]] = []

    def add(self, kind: str = "market", *, at: str | None = "XNAS", on: date = JULY, count: int = 1, symbol: str = "AAA", **more: Any) -> list[str]:
        """`count` orders of a kind, routed whole to `at` (nowhere when None) and not executed; their ids."""
        ids = []
        for _ in range(count):
            name = f"O{len(self.orders) + 1}"
            given = {"asset_class": "equity", "is_held": True, "is_directed": False, "customer_class": "retail", "received_at": len(self.orders) + 1}
            self.orders.append(order(name, day=on, key_on=on, symbol=symbol, filled_qty="0", filled_notional_usd=None, **KINDS[kind] | given | more))
            ids.append(name)
            if at:
                self.route(name, at, on=on, symbol=symbol)
        return ids

    def route(self, order_id: str, at: str | None, *, on: date = JULY, symbol: str = "AAA", **more: Any) -> str:
        name = f"R{len(self.routes) + 1}"
        given = {"routed_on": on, "venue_raw": at, "venue_kind": None, "attempt": 1, "routed_at": len(self.routes) + 10}
        self.routes.append(route(name, order_id=order_id, key_on=on, symbol=symbol, venue=at, **given | more))
        return name

    def fill(
        self, order_id: str, qty: int | str, *, at: str | None = "XNAS", fee: str | None = None, on: date = JULY, symbol: str = "AAA", **more: Any
    ) -> None:
        """An execution of the order's last route; `fee` is the venue's fee (+) or rebate (−) in USD."""
        routes = [row["route_id"] for row in self.routes if row["order_id"] == order_id]
        given = {"route_id": routes[-1] if routes else None, "fill_qty": str(qty), "venue": at, "venue_fee_usd": fee, "key_on": on}
        self.fills.append(fill(f"F{len(self.fills) + 1}", order_id=order_id, day=on, symbol=symbol, **given | more))

    def paid(self, kind: str, qty: int | str, *, at: str = "XNAS", fee: str | None = None, on: date = JULY, **more: Any) -> None:
        """An order of a kind that was executed whole at one price of access."""
        (name,) = self.add(kind, at=at, on=on, **more)
        self.fill(name, qty, at=at, fee=fee, on=on)

    def fed(self, *payments: tuple[Any, ...], symbols: Mapping[str, bool | None] | None = None, venues: Iterable[tuple[str, str]] = ()) -> Fed:
        """The tables. A payment is (venue, month, kind, order type, USD); a ledger with nothing in it has a line of nothing for each month."""
        ledger = [(*line, None) for line in payments]
        nothing = [("NONE", month, "fee", None, "0", None) for month in (JULY, AUGUST, SEPTEMBER)]
        known = {"AAA": True} if symbols is None else symbols
        return Fed(
            rows("orders", *self.orders), rows("routes", *self.routes), rows("fills", *self.fills),
            _table("symbols", ("symbol", "is_sp500"), list(known.items())), _table("venues", ("venue", "name"), list(venues)),
            _table("payments", ("venue", "month_on", "kind", "order_type", "amount_usd", "vendor"), [*ledger, *nothing]),
        )  # fmt: skip


def _table(name: str, columns: tuple[str, ...], given: list[tuple[Any, ...]]) -> pl.DataFrame:
    schema = BY_NAME[name].schema
    each = {column: pl.Series([row[place] for row in given]).cast(schema[column]) for place, column in enumerate(columns)}
    return conform(pl.DataFrame(each, schema_overrides={column: schema[column] for column in columns}), BY_NAME[name])
