"""Hops that add delay, cost or a payee, with and without a better price."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.steering import INTERPOSED, interposition

KEY = {"firm": "F", "key_on": date(2026, 7, 1)}


def world(
    *, px: float = 0.0, fee: float = 0.0, delay_ms: float = 0.0, count: int = 1400, hop_fee_usd: float | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Fills in turn behind the hop NLAX and direct; what the hop adds is exact beside a noise that goes through −3 to 3 in each symbol ten times."""
    fills: list[dict[str, Any]] = []
    routes: list[dict[str, Any]] = []
    for n in range(count):
        behind = n % 2 == 1
        noise = ((3 if behind else 1) * (n // 2) % 7 - 3) / 1000
        same = {**KEY, "symbol": f"S{n // 2 % 10}", "order_id": f"O{n}"}
        fills.append({
            **same, "vendor": "v", "day": date(2026, 7, 1) + timedelta(days=n // 2 % 30), "route_id": f"R{n}", "order_type": "market", "size_bucket": 0,
            "fill_qty": 100.0,
            "effective_spread": 0.02 + noise + px * behind, "venue_fee_usd": 0.3 + 100 * noise + 100 * fee * behind, "customer_cost_usd": None,
            "receipt_to_fill_ns": round((5 + 100 * noise + delay_ms * behind) * 1_000_000),
        })  # fmt: skip
        routes.append(
            {**same, "route_id": f"R{n}", "parent_route_id": f"P{n}" if behind else None, "venue": "XNAS", "venue_kind": "exchange", "hop_fee_usd": None}
        )
        if behind:
            routes.append({**same, "route_id": f"P{n}", "parent_route_id": None, "venue": "NLAX", "venue_kind": "broker", "hop_fee_usd": hop_fee_usd})
    return pl.DataFrame(fills), pl.DataFrame(routes, infer_schema_length=None)


def test_a_hop_that_only_delays_is_found() -> None:
    verdicts, details = interposition(*world(delay_ms=2))
    row, detail = verdicts.row(0, named=True), details.row(0, named=True)
    assert (row["verdict"], row["subject"], row["against"], row["unit"]) == ("found", "v", "NLAX", "ms")
    assert row["effect"] == pytest.approx(2.0)
    assert (detail["fills"], detail["direct"], detail["px"], detail["fee"]) == (700, 700, pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12))
    assert row["sentence"] == "NLAX added 2.000 ms to v's fills, and prices were not better by 0.0005 $/share."
    assert (verdicts.schema, details.schema) == (VERDICTS.schema, INTERPOSED.schema)


def test_a_hop_that_only_costs_is_found() -> None:
    verdicts, details = interposition(*world(fee=0.001))
    assert (verdicts["verdict"].item(), details["fee"].item()) == ("found", pytest.approx(0.001))


def test_a_hop_with_a_payee_is_found() -> None:
    verdicts, details = interposition(*world(hop_fee_usd=0.05))
    assert details.select("hop_fee_usd", "is_paid").row(0) == (pytest.approx(35.0), True)
    assert verdicts["sentence"].item() == "NLAX added a payee to v's fills, and prices were not better by 0.0005 $/share."


def test_a_hop_that_brings_a_better_price_is_not_found() -> None:
    row = interposition(*world(px=-0.004, delay_ms=2))[0].row(0, named=True)
    assert (row["verdict"], row["sentence"]) == ("not found", "Behind NLAX, prices of v were better by 0.004000 $/share.")


def test_a_hop_that_adds_nothing_is_not_found() -> None:
    assert interposition(*world())[0]["verdict"].item() == "not found"


def test_a_benefit_that_cannot_be_ruled_out_is_inconclusive() -> None:
    row = interposition(*world(delay_ms=2), material=0.00001)[0].row(0, named=True)
    assert row["verdict"] == "inconclusive"
    assert row["why"].startswith("it added 2.000 ms, but prices may have been better by up to 0.000")


def test_few_fills_are_inconclusive() -> None:
    row = interposition(*world(delay_ms=2, count=120))[0].row(0, named=True)
    assert (row["verdict"], row["why"]) == ("inconclusive", "60 fills behind it and 60 without it in the same cells; 100 of each are needed")


def test_routes_that_tell_no_parents_are_inconclusive() -> None:
    fills, routes = world(delay_ms=2)
    for blind in (routes.drop("parent_route_id"), routes.with_columns(parent_route_id=pl.lit(None, dtype=pl.String))):
        assert interposition(fills, blind)[0].select("verdict", "why").row(0) == (
            "inconclusive", "no route names the route that it was split from, so that a hop cannot be told from a venue",
        )  # fmt: skip


def test_routes_without_a_broker_have_no_hop() -> None:
    fills, routes = world(delay_ms=2)
    assert interposition(fills, routes.with_columns(venue_kind=pl.lit("exchange")))[0].is_empty()


def test_a_hop_behind_a_hop_counts_for_both() -> None:
    fills, routes = world(delay_ms=2)
    outer = routes.filter(pl.col("venue") == "NLAX").with_columns(route_id="Q" + pl.col("order_id"), venue=pl.lit("BRKR"))
    chained = routes.with_columns(parent_route_id=pl.when(pl.col("venue") == "NLAX").then("Q" + pl.col("order_id")).otherwise("parent_route_id"))
    assert interposition(fills, pl.concat([chained, outer]))[0].select("against", "verdict").rows() == [("BRKR", "found"), ("NLAX", "found")]
