"""The practice market: the same bytes, rules kept, faults planted as told, figures within the published ones."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.practice import make_quarter, make_samples
from bestexec.practice.venues import APPROVED, PAYER, UNAPPROVED
from bestexec.schema import BY_NAME, CAPACITIES, END_REASONS, ORDER_TYPES, TIFS, VENUE_KINDS

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = ROOT / "../shared/data/rule605_606_aleti/rawdata_605.csv"
SPAN = {"first": date(2026, 8, 11), "last": date(2026, 8, 13)}
SMALL = {"symbols": 30, "quotes_per_symbol_day": (120, 60, 40), "orders": 150}


class Files:
    """The generated tables, in canonical types."""

    def __init__(self, folder: Path) -> None:
        self.truth = make_quarter(folder, orders=6_000, symbols=120, quotes_per_symbol_day=(500, 200, 100), **SPAN)
        self.raw = folder / "raw"

    def table(self, name: str) -> pl.DataFrame:
        schema = BY_NAME[name].schema
        if name in ("quotes", "trades"):
            return pl.concat([pl.read_parquet(path) for path in sorted(self.raw.glob(f"{name}_*"))])
        text = pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted(self.raw.glob(f"{name}*.csv"))])
        flags = [column for column in text.columns if schema[column] == pl.Boolean]
        text = text.with_columns(pl.col(flags) == "true")
        return text.with_columns(_typed(column, schema[column]) for column in text.columns)


def _typed(column: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(column).str.to_date() if dtype == pl.Date else pl.col(column).cast(dtype)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Files:
    return Files(tmp_path_factory.mktemp("practice"))


def _hashes(folder: Path) -> dict[str, str]:
    """Of the bytes within, since builds of zlib compress differently."""
    return {str(path.relative_to(folder)): hashlib.sha256(_bytes(path)).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def _bytes(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_the_same_arguments_give_the_same_bytes_whatever_the_number_of_threads(tmp_path):
    make_quarter(tmp_path / "here", **SMALL, **SPAN)
    program = (
        "import sys, datetime, pathlib; from bestexec.practice import make_quarter; "
        "make_quarter(pathlib.Path(sys.argv[1]), symbols=30, quotes_per_symbol_day=(120, 60, 40), orders=150, "
        "first=datetime.date(2026, 8, 11), last=datetime.date(2026, 8, 13))"
    )
    alone = {**os.environ, "POLARS_MAX_THREADS": "1"}
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "there")], check=True, env=alone)
    assert _hashes(tmp_path / "here") == _hashes(tmp_path / "there")


def test_another_seed_gives_another_market(tmp_path):
    make_quarter(tmp_path / "one", **SMALL, **SPAN)
    make_quarter(tmp_path / "two", seed=2, **SMALL, **SPAN)
    one, two = _hashes(tmp_path / "one"), _hashes(tmp_path / "two")
    late = {f"late/{table}.csv" for table in ("orders", "routes", "fills")}
    assert one.keys() - late == two.keys() - late
    assert {name for name in one if one[name] == two[name]} == {"raw/fees.csv", "raw/venues.csv"}


def test_a_days_best_quotes_do_not_depend_on_the_span_they_are_made_in(tmp_path):
    make_quarter(tmp_path / "long", **SMALL, **SPAN)
    make_quarter(tmp_path / "short", **SMALL | {"orders": 50}, first=date(2026, 8, 13), last=date(2026, 8, 13))
    quotes = [pl.read_parquet(tmp_path / folder / "raw" / "quotes_2026-08-13.parquet") for folder in ("long", "short")]
    disturbed = pl.read_csv(tmp_path / "long" / "raw" / "symbols.csv")["symbol"].head(6).to_list()
    undisturbed = [frame.filter(~pl.col("symbol").is_in(disturbed) & (pl.col("kind") == "nbbo")).drop("sequence") for frame in quotes]
    assert undisturbed[0].height > 1_000
    assert undisturbed[0].equals(undisturbed[1])


def test_a_folder_that_holds_files_is_left_alone(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "orders.csv").write_text("mine")
    with pytest.raises(Problem, match="not empty"):
        make_quarter(tmp_path, **SMALL, **SPAN)


def test_the_committed_samples_are_what_the_program_makes(tmp_path):
    make_samples(tmp_path)
    committed = {name: digest for name, digest in _hashes(ROOT / "samples").items() if name.startswith("raw/") or name == "truth.json"}
    assert _hashes(tmp_path) == committed
    assert sum(path.stat().st_size for path in (ROOT / "samples").rglob("*") if path.is_file()) < 3_000_000


def test_every_kind_of_order_and_venue_occurs(files):
    orders, routes, fills = files.table("orders"), files.table("routes"), files.table("fills")
    assert set(orders["order_type"]) == set(ORDER_TYPES)
    assert set(orders["tif"]) == set(TIFS)
    assert set(orders["end_reason"]) == set(END_REASONS)
    assert set(orders["capacity"]) | set(fills["capacity"]) == set(CAPACITIES)
    assert set(orders["session"]) == {"pre", "regular", "post", "overnight", "continuous"}
    assert set(orders["asset_class"]) == {"equity", "option", "crypto"}
    assert set(orders["customer_class"]) == {"retail", "institutional", "broker_dealer"}
    assert set(fills["liquidity"]) == {"added", "removed", "midpoint", "auction"}
    kinds = dict(files.table("venues").select("venue", "kind").unique().iter_rows())
    assert {kinds[venue] for venue in fills["venue"].drop_nulls() if venue in kinds} == set(VENUE_KINDS)
    assert routes.filter(pl.col("end_reason") == "rejected").height > 0
    for flag in ("is_directed", "is_short", "is_short_exempt", "is_manual", "is_iso"):
        assert set(orders[flag]) == {True, False}, flag


def test_orders_are_mostly_odd_lots_and_lots_are_of_100_40_and_10(files):
    orders = files.table("orders").join(files.table("symbols").select("symbol", "round_lot"), on="symbol")
    assert set(orders["round_lot"]) == {Decimal(100), Decimal(40), Decimal(10)}
    assert 0.5 < orders.select((pl.col("qty") < pl.col("round_lot")).mean()).item() < 0.75
    assert orders.filter(pl.col("qty") < 1).height > 0


def test_prices_keep_to_the_tick_and_the_best_quote_is_crossed_only_where_planted(files):
    best = files.table("quotes").filter(pl.col("kind") == "nbbo")
    tick = pl.when(pl.coalesce("ask_px", "bid_px") < 1).then(pl.lit(Decimal("0.0001"))).otherwise(pl.lit(Decimal("0.01")))
    assert best.filter((pl.col("ask_px") % tick != 0) | (pl.col("bid_px") % tick != 0)).height == 0
    crossed, locked = best.filter(pl.col("bid_px") > pl.col("ask_px")), best.filter(pl.col("bid_px") == pl.col("ask_px"))
    assert crossed["symbol"].to_list() == [fault.symbol for fault in files.truth.of("crossed_quote")]
    assert locked["symbol"].to_list() == [fault.symbol for fault in files.truth.of("locked_quote")]
    after = best.filter((pl.col("symbol") == crossed["symbol"][0]) & (pl.col("quoted_at") > crossed["quoted_at"][0]))
    assert after["quoted_at"].min() - crossed["quoted_at"][0] == 40_000_000


def test_an_odd_lot_quote_is_inside_the_best_and_smaller_than_a_round_lot(files):
    quotes = files.table("quotes").join(files.table("symbols").select("symbol", "round_lot"), on="symbol")
    best = quotes.filter(pl.col("kind") == "nbbo")
    pairs = quotes.filter(pl.col("kind") == "odd_lot").join(best, on=["symbol", "quoted_at"], suffix="_best")
    assert pairs.height > 0
    outside = (pl.col("bid_px") <= pl.col("bid_px_best")) | (pl.col("ask_px") >= pl.col("ask_px_best"))
    assert pairs.filter(outside | (pl.col("bid_px") >= pl.col("ask_px"))).height == 0
    assert pairs.filter((pl.col("bid_qty") >= pl.col("round_lot")) | (pl.col("ask_qty") >= pl.col("round_lot"))).height == 0


def test_limits_are_kept_and_every_route_adds_up(files):
    fills = files.table("fills").unique("fill_id").filter(pl.col("corrects_fill_id").is_null())
    with_limits = fills.join(files.table("orders").select("order_id", "limit_px"), on="order_id").filter(pl.col("limit_px").is_not_null())
    assert with_limits.filter((pl.col("px") - pl.col("limit_px")) * pl.col("side").cast(pl.Decimal(18, 0)) > 0).height == 0
    executed = fills.group_by("route_id").agg(executed=pl.col("qty").sum())
    routes = files.table("routes").join(executed, on="route_id", how="left").with_columns(pl.col("executed").fill_null(0))
    assert routes.filter(pl.col("executed") + pl.col("canceled_qty") != pl.col("qty")).height == 0


def test_orders_written_and_orders_missing_are_the_control_total(files):
    totals = files.table("control_totals").filter((pl.col("source") == "OMS") & (pl.col("measure") == "orders"))["total"].sum()
    assert files.truth.written["orders"] + len(files.truth.of("missing_order")) == totals
    missing = {fault.order_id for fault in files.truth.of("missing_order")}
    assert not missing & {*files.table("orders")["order_id"], *files.table("routes")["order_id"], *files.table("fills")["order_id"]}


def test_executions_written_less_copies_and_busts_are_what_clearing_counts_but_for_missing_orders(files):
    fills = files.table("fills").unique("fill_id")
    gone = fills.filter(pl.col("is_busted"))["fill_id"].to_list() + fills["corrects_fill_id"].drop_nulls().to_list()
    cleared = files.table("control_totals").filter(pl.col("measure") == "fills")["total"].sum()
    kept = fills.filter(~pl.col("fill_id").is_in(gone)).height
    assert 0 <= cleared - kept <= 4 * len(files.truth.of("missing_order"))


def test_planted_faults_are_in_the_files(files):
    truth, orders, routes, fills = files.truth, files.table("orders"), files.table("routes"), files.table("fills")
    times = fills.group_by("fill_id").agg(n=pl.len(), filled_at=pl.col("filled_at").first(), venue=pl.col("venue").first(), order_id=pl.col("order_id").first())
    assert sorted(times.filter(pl.col("n") > 1)["fill_id"]) == sorted(str(fault.fill_id) for fault in truth.of("duplicate_fill"))
    lost = fills.filter(pl.col("route_id").is_not_null() & ~pl.col("route_id").is_in(routes["route_id"].to_list()))
    assert sorted(set(lost["route_id"])) == sorted({str(fault.route_id) for fault in truth.of("lost_route")})
    early = times.join(orders.select("order_id", "received_at"), on="order_id").filter(pl.col("filled_at") < pl.col("received_at"))
    assert sorted(early["fill_id"]) == sorted(str(fault.fill_id) for fault in truth.of("fill_before_order"))
    assert sorted(times.filter(pl.col("venue") == UNAPPROVED)["fill_id"]) == sorted(str(fault.fill_id) for fault in truth.of("unapproved_venue"))
    assert set(fills["venue"].drop_nulls()) - {*APPROVED, "XCBO"} == {UNAPPROVED}
    late = routes.filter(pl.col("routed_at") > pl.col("acked_at"))
    assert set(late["routed_source"]) == {"vendor_b:gw2"}
    assert set(late["routed_on"]) == {truth.of("clock_offset")[0].day}
    assert sorted(fills.filter(pl.col("is_busted"))["fill_id"]) == sorted(str(fault.fill_id) for fault in truth.of("bust"))
    assert sorted(fills["corrects_fill_id"].drop_nulls()) == sorted(str(fault.fill_id) for fault in truth.of("correction"))


def test_vendor_b_turns_to_the_venue_that_pays_on_the_wednesday(files):
    kinds = files.table("venues").select("venue", "kind").unique()
    retail = files.table("fills").join(kinds, on="venue").filter(pl.col("kind_right") == "wholesaler")
    shares = retail.group_by("vendor", after=pl.col("traded_on") >= date(2026, 8, 12)).agg(share=(pl.col("venue") == PAYER.mic).mean())
    share = {(vendor, after): value for vendor, after, value in shares.iter_rows()}
    # The fair table gives the payer 10 %; diverted, 60 % and a tenth of the other 40 % make 64 %.
    for key in (("vendor_a", False), ("vendor_a", True), ("vendor_b", False)):
        assert abs(share[key] - 0.10) < 0.05
    assert abs(share["vendor_b", True] - 0.64) < 0.05


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published Rule 605 figures are not here")
def test_wholesalers_figures_lie_within_those_published_under_rule_605(files):
    published = pl.read_csv(PUBLISHED, infer_schema_length=None).filter((pl.col("idate") >= 201501) & (pl.col("ExecShares") > 0))
    measured = _against_the_quote(files)
    for code, marketability in ((11, "market"), (12, "marketable_limit")):
        ranges = _by_center(published.filter(pl.col("OrderCode") == code))
        ours = _figures(measured.filter(pl.col("marketability") == marketability))
        for figure, value in ours.items():
            low, high = ranges[figure].min(), ranges[figure].max()
            assert low <= value <= high, (marketability, figure, low, value, high)


def _by_center(rows: pl.DataFrame) -> pl.DataFrame:
    """Share-weighted figures of each market center; the quoted spread is the effective one plus twice the improvement."""
    shares, improvement = pl.col("ExecShares").sum(), pl.col("PrImp_TotalAmt").sum()
    effective = pl.col("AvgEffecSpread_T").sum()
    return rows.group_by("MarketCenter").agg(
        effective=effective / shares,
        eq=effective / (effective + 2 * improvement),
        improved=pl.col("PrImpShares").sum() / shares,
        at_quote=pl.col("ATQShares").sum() / shares,
        realized=pl.col("AvgRealSpread_T").sum() / shares,
    )


def _figures(rows: pl.DataFrame) -> dict[str, float]:
    shares = rows["qty"].sum()

    def weighted(column: str) -> float:
        return (rows[column] * rows["qty"]).sum() / shares

    return {
        "effective": weighted("effective"), "eq": weighted("effective") / weighted("quoted"),
        "improved": rows.filter(pl.col("better") > 1e-9)["qty"].sum() / shares, "at_quote": rows.filter(pl.col("better").abs() <= 1e-9)["qty"].sum() / shares,
    }  # fmt: skip


def _against_the_quote(files: Files) -> pl.DataFrame:
    """Wholesalers' executions of retail orders beside the best quote at receipt, in floats: these are figures to look at."""
    best = files.table("quotes").filter(pl.col("kind") == "nbbo").select("symbol", "quoted_at", pl.col("bid_px", "ask_px").cast(pl.Float64))
    orders = files.table("orders").filter(pl.col("order_type").is_in(["market", "limit"]) & (pl.col("session") == "regular"))
    kinds = files.table("venues").filter(pl.col("kind") == "wholesaler").select("venue").unique()
    fills = files.table("fills").unique("fill_id").join(kinds, on="venue").select("order_id", "side", pl.col("qty", "px").cast(pl.Float64))
    rows = fills.join(orders.select("order_id", "symbol", "received_at", "order_type", "limit_px"), on="order_id").sort("symbol", "received_at")
    rows = rows.join_asof(best, left_on="received_at", right_on="quoted_at", by="symbol", check_sortedness=False).filter(pl.col("ask_px") > pl.col("bid_px"))
    mid, far = (pl.col("bid_px") + pl.col("ask_px")) / 2, pl.when(pl.col("side") > 0).then("ask_px").otherwise("bid_px")
    marketable = (pl.col("limit_px").cast(pl.Float64) - far) * pl.col("side") >= -1e-9
    return rows.with_columns(
        effective=2 * pl.col("side") * (pl.col("px") - mid),
        quoted=pl.col("ask_px") - pl.col("bid_px"),
        better=pl.col("side") * (far - pl.col("px")),
        marketability=pl.when(pl.col("order_type") == "market").then(pl.lit("market")).when(marketable).then(pl.lit("marketable_limit")),
    )
