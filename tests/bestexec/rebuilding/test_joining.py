"""CAT and FIX of one flow: orders said once, FIX's fills under CAT's orders, and how many were found in both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec.rebuilding.base import BREAKS, FACTS, Rebuilt, empty
from bestexec.rebuilding.joining import joined
from bestexec.schema import BY_NAME, conform

DAY = date(2026, 1, 5)
AT = 1_767_623_400_000_000_000


def rows(table: str, *given: dict[str, Any]) -> pl.DataFrame:
    common = {"firm": "IMID", "key_on": DAY, "routed_on": DAY, "traded_on": DAY, "symbol": "IBM", "side": 1, "qty": Decimal(100), "order_type": "limit",
              "received_at": AT, "routed_at": AT, "filled_at": AT, "line": 1, "import_id": "i"}  # fmt: skip
    schema = {**BY_NAME[table].schema, "import_id": pl.String}
    made = [{name: value for name, value in {**common, **row}.items() if name in schema} for row in given]
    frames = [conform(pl.DataFrame([row]), BY_NAME[table]).with_columns(import_id=pl.lit(row["import_id"])) for row in made]
    return pl.concat([empty(BY_NAME[table]), *frames])


def rebuilt(orders: pl.DataFrame | None = None, routes: pl.DataFrame | None = None, fills: pl.DataFrame | None = None) -> Rebuilt:
    given = {"orders": orders, "routes": routes, "fills": fills}
    tables = [frame if frame is not None else empty(BY_NAME[name]) for name, frame in given.items()]
    return Rebuilt(*tables, pl.DataFrame(schema=BREAKS), pl.DataFrame(schema=FACTS))


def counts(of: Rebuilt) -> dict[str, tuple[int, int]]:
    return {fact: (count, total) for _, _, fact, count, total in of.facts.rows()}


def test_an_order_that_both_tell_is_cats_with_the_end_that_fix_saw() -> None:
    cat = rebuilt(rows("orders", {"order_id": "A", "is_held": True, "limit_px": Decimal(10), "end_reason": "open"}))
    fix = rebuilt(rows("orders", {"order_id": "A", "firm": "stated", "limit_px": Decimal(11), "end_reason": "filled", "ended_at": AT + 5, "tif": "ioc"}))
    told, rest = joined(cat, fix)
    assert told.orders.select("firm", "order_id", "is_held", "limit_px", "tif", "end_reason", "ended_at").rows() == [
        ("IMID", "A", True, Decimal(10), "ioc", "filled", AT + 5)
    ]
    assert rest.orders.is_empty()
    assert counts(told)["orders of CAT that FIX tells too"] == (1, 1)


def test_what_a_venue_session_calls_an_order_is_a_route_of_cat_and_its_fills_are_that_routes() -> None:
    cat = rebuilt(rows("orders", {"order_id": "A"}), rows("routes", {"order_id": "A", "route_id": "CH1", "venue": "XNAS"}))
    fix = rebuilt(
        rows("orders", {"order_id": "CH1", "firm": "stated", "received_at": AT + 3, "ended_at": AT + 9, "end_reason": "filled"}),
        fills=rows("fills", {"order_id": "CH1", "firm": "stated", "fill_id": "E1", "px": Decimal("10.5")}),
    )
    told, rest = joined(cat, fix)
    assert told.orders["order_id"].to_list() == ["A"]
    assert rest.orders.is_empty()
    assert told.routes.select("order_id", "route_id", "venue", "ended_at", "end_reason").rows() == [("A", "CH1", "XNAS", AT + 9, "filled")]
    assert rest.fills.select("firm", "order_id", "route_id", "fill_id").rows() == [("IMID", "A", "CH1", "E1")]
    assert counts(told) == {
        "orders of CAT that FIX tells too": (0, 1), "routes of CAT that FIX tells too": (1, 1), "fills of FIX that belong to a route of CAT": (1, 1),
    }  # fmt: skip


def test_an_id_that_two_routes_have_connects_nothing() -> None:
    cat = rebuilt(rows("orders", {"order_id": "A"}, {"order_id": "B"}), rows("routes", {"order_id": "A", "route_id": "1"}, {"order_id": "B", "route_id": "1"}))
    fix = rebuilt(rows("orders", {"order_id": "1"}), fills=rows("fills", {"order_id": "1", "fill_id": "E1", "px": Decimal(10)}))
    told, rest = joined(cat, fix)
    assert rest.orders["order_id"].to_list() == ["1"]
    assert rest.fills["order_id"].to_list() == ["1"]
    assert counts(told)["fills of FIX that belong to a route of CAT"] == (0, 1)


def test_one_source_alone_stays_as_it_is() -> None:
    fix = rebuilt(rows("orders", {"order_id": "A"}))
    assert joined(rebuilt(), fix)[1] is fix
