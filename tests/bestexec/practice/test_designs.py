"""Routers of several designs: what each is built to do is what its routes show."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.practice import make_quarter
from bestexec.practice.designs import CHEAPEST, DARK, DESIGNS, SPRAY, Design
from bestexec.practice.venues import EXCHANGES

SPAN = {"first": date(2026, 8, 11), "last": date(2026, 8, 12), "symbols": 24, "quotes_per_symbol_day": (90, 60, 40), "orders": 1_200}
TAKER = {venue.mic: venue.taker for venue in EXCHANGES}
BENCHMARK = pl.col("parent_type") == "benchmark"


def _made(folder: Path, design: Design | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Routes, each with its order's type and customer, and fills."""
    make_quarter(folder, planted=(), designs={"vendor_b": design} if design else None, **SPAN)
    routes, orders, fills = (pl.read_csv(folder / "raw" / f"{name}_2026-08.csv", infer_schema_length=None) for name in ("routes", "orders", "fills"))
    told = orders.select("order_id", "customer_class", "is_directed", "received_at", parent_type="order_type", ordered="qty")
    return routes.join(told, on="order_id").filter(~pl.col("is_directed").cast(pl.String).str.contains("true")), fills


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return _made(tmp_path_factory.mktemp("plain"))


def _sweeps(routes: pl.DataFrame, vendor: str) -> pl.DataFrame:
    """The immediate routes to exchanges of each order, in their order."""
    lit = routes.filter((pl.col("venue_kind") == "exchange") & (pl.col("tif") == "ioc") & (pl.col("vendor") == vendor) & ~BENCHMARK)
    grouped = lit.sort("attempt").group_by("order_id", "routed_on", maintain_order=True).agg("venue", "routed_at", "qty", pl.col("ordered").first())
    return grouped.filter(pl.col("venue").list.len() > 1)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.key)
def test_the_other_vendors_routes_do_not_change_and_no_order_is_overfilled(tmp_path, plain, design):
    routes, fills = _made(tmp_path / "made", design)
    other = pl.col("vendor") == "vendor_a"
    assert routes.filter(other).equals(plain[0].filter(other))
    assert fills.filter(other).equals(plain[1].filter(other))
    executed = fills.group_by("order_id").agg(pl.col("qty").sum())
    both = executed.join(routes.select("order_id", "ordered").unique(), on="order_id")
    assert both.filter(pl.col("qty") > pl.col("ordered") + 1e-6).is_empty()
    executed = fills.group_by("route_id").agg(executed=pl.col("qty").sum())
    sums = routes.join(executed, on="route_id", how="left").with_columns(pl.col("executed").fill_null(0))
    assert sums.filter((pl.col("executed") + pl.col("canceled_qty") - pl.col("qty")).abs() > 1e-6).is_empty()


def test_a_spraying_router_sends_all_parts_at_one_instant_and_asks_no_pool_before(tmp_path, plain):
    routes, _ = _made(tmp_path / "made", SPRAY)
    sweeps = _sweeps(routes, "vendor_b")
    assert sweeps.height > 5
    assert sweeps.select((pl.col("routed_at").list.n_unique() == 1).all()).item()
    assert sweeps.select((pl.col("qty").list.sum() <= pl.col("ordered")).all()).item()
    assert routes.filter((pl.col("vendor") == "vendor_b") & (pl.col("venue_kind") == "ats") & (pl.col("parent_type") == "market")).is_empty()
    assert _sweeps(plain[0], "vendor_b").select((pl.col("routed_at").list.n_unique() == pl.col("venue").list.len()).all()).item()


def test_a_dark_router_tries_three_pools_before_any_exchange(tmp_path):
    routes, _ = _made(tmp_path / "made", DARK)
    mine = routes.filter(
        (pl.col("vendor") == "vendor_b") & (pl.col("parent_type") == "market") & (pl.col("customer_class") != "retail") & ~pl.col("is_iso").cast(pl.Boolean)
    )
    paths = mine.filter(pl.col("end_reason") != "rejected").sort("attempt").group_by("order_id").agg("venue_kind")
    lit = [path for path in paths["venue_kind"].to_list() if "exchange" in path]
    assert len(lit) > 5
    assert all(path[:3] == ["ats"] * 3 for path in lit)


def test_a_cheapest_first_router_goes_by_fee_and_rests_where_most_is_paid(tmp_path):
    routes, _ = _made(tmp_path / "made", CHEAPEST)
    sweeps = _sweeps(routes, "vendor_b")["venue"].to_list()
    assert len(sweeps) > 5
    assert all(fees == sorted(fees) for fees in ([TAKER[venue] for venue in path] for path in sweeps))
    resting = routes.filter(
        (pl.col("vendor") == "vendor_b") & (pl.col("venue_kind") == "exchange") & (pl.col("tif") == "day") & (pl.col("end_reason") != "rejected")
    )
    # MEMX and EPRL both pay 22 mils for adding; the first of them is taken.
    assert set(resting["venue"]) == {"MEMX"}


def test_an_unknown_vendor_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(Problem, match="is called vendor_z"):
        make_quarter(tmp_path, designs={"vendor_z": DARK}, **SPAN)
    assert not (tmp_path / "raw").exists()
