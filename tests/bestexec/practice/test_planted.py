"""Each thing that can be planted: it is in the files where the answer key says, and nowhere else. An honest quarter is the measure."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.market.sessions import local_to_epoch
from bestexec.practice import make_quarter
from bestexec.practice.planted import KINDS, MORE, PLANTED, Planted
from bestexec.practice.truth import Truth
from bestexec.practice.venues import AFFILIATE, FIRST_LOOK, LEAKY, SMALL_CAPS
from bestexec.schema import BY_NAME

DAYS = [date(2026, 8, day) for day in (10, 11, 12, 13)]
SMALL = {"first": DAYS[0], "last": DAYS[-1], "symbols": 24, "quotes_per_symbol_day": (90, 60, 40), "orders": 1_000}
NOVEMBER = {**SMALL, "first": date(2026, 10, 30), "last": date(2026, 11, 3)}


class Made:
    """A quarter's tables in canonical types, and its answer key."""

    def __init__(self, folder: Path, *planted: Planted, **span: object) -> None:
        self.truth: Truth = make_quarter(folder, planted=planted, **(span or SMALL))
        self.raw = folder / "raw"

    def table(self, name: str) -> pl.DataFrame:
        schema = BY_NAME[name].schema
        if name in ("quotes", "trades"):
            return pl.concat([pl.read_parquet(path) for path in sorted(self.raw.glob(f"{name}_*"))])
        text = pl.concat([pl.read_csv(path, infer_schema=False) for path in sorted(self.raw.glob(f"{name}*.csv"))])
        return text.with_columns(_typed(column, schema[column]) for column in text.columns)


def _typed(column: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean:
        return pl.col(column) == "true"
    return pl.col(column).str.to_date() if dtype == pl.Date else pl.col(column).cast(dtype)


@pytest.fixture(scope="module")
def honest(tmp_path_factory) -> Made:
    return Made(tmp_path_factory.mktemp("honest"))


@pytest.fixture
def make(tmp_path):
    def made(kind: str, size: float, *when: float | date, **span: object) -> Made:
        return Made(tmp_path / "made", Planted(kind, size, when), **span)

    return made


def _changed(one: Made, other: Made, table: str, key: str, *columns: str) -> set[str]:
    """Keys of rows that differ in any of these columns, or in all columns where none is named."""
    left, right = one.table(table), other.table(table)
    names = [key, *(columns or [name for name in left.columns if name != key])]
    pairs = left.select(names).join(right.select(names), on=names, how="anti", nulls_equal=True)
    back = right.select(names).join(left.select(names), on=names, how="anti", nulls_equal=True)
    return {*pairs[key], *back[key]}


def _same(one: Made, other: Made, *tables: str) -> None:
    for table in tables:
        assert one.table(table).equals(other.table(table)), table


def test_an_honest_quarter_has_no_faults_and_all_that_can_be_planted_has_a_size_of_use(honest):
    assert honest.truth.faults == ()
    assert {one.kind for one in (*PLANTED, *MORE)} == {kind.key for kind in KINDS}
    assert honest.table("statuses").is_empty()
    best = honest.table("quotes").filter(pl.col("kind") == "nbbo")
    assert best.filter(pl.col("bid_px") >= pl.col("ask_px")).is_empty()


def test_a_size_of_nothing_plants_nothing(honest, make):
    none = make("diversion", 0.0, DAYS[1])
    assert none.truth.faults == ()
    _same(none, honest, "orders", "routes", "fills", "quotes", "trades", "payments")


def test_disturbances_last_as_long_as_their_size(make):
    made = make("crossed", 25, DAYS[2])
    best = made.table("quotes").filter(pl.col("kind") == "nbbo").with_columns(ends=pl.col("quoted_at").shift(-1).over("symbol", "day"))
    crossed, told = best.filter(pl.col("bid_px") > pl.col("ask_px")), made.truth.of("crossed_quote")
    assert crossed.select("day", "symbol").rows() == [(fault.day, fault.symbol) for fault in told] == [(DAYS[2], crossed["symbol"][0])]
    assert (crossed["ends"] - crossed["quoted_at"]).to_list() == [25_000_000]


@pytest.mark.parametrize(("kind", "size"), [("duplicate_fill", 3), ("bust", 4), ("outside_quote", 2), ("odd_lot_inside", 2), ("slow_fill", 1)])
def test_faults_in_fills_are_as_many_as_their_size(honest, make, kind, size):
    made = make(kind, size, DAYS[0], DAYS[3])
    faults = made.truth.of(kind)
    assert [sum(fault.day == day for fault in faults) for day in DAYS] == [size, 0, 0, size]
    if kind == "duplicate_fill":
        counts = made.table("fills").group_by("fill_id").len().filter(pl.col("len") > 1)
        assert set(counts["fill_id"]) == {fault.fill_id for fault in faults}
    elif kind != "odd_lot_inside":
        assert _changed(made, honest, "fills", "fill_id") == {fault.fill_id for fault in faults}


def test_the_clock_of_one_gateway_is_ahead_by_its_size(honest, make):
    made = make("clock_offset", 12, DAYS[1])
    both = made.table("routes").join(honest.table("routes").select("route_id", honest="routed_at"), on="route_id")
    moved = both.filter(pl.col("routed_at") != pl.col("honest"))
    assert set(moved["routed_at"] - moved["honest"]) == {12_000_000}
    there = both.filter((pl.col("routed_source") == "vendor_b:gw2") & (pl.col("routed_on") == DAYS[1]))
    assert sorted(moved["route_id"]) == sorted(there["route_id"]) != []


def test_stop_orders_are_missing_with_their_routes_and_fills_on_their_day_alone(honest, make):
    made = make("missing_stop", 1.0, DAYS[2])
    stops = honest.table("orders").filter(pl.col("order_type").is_in(["stop", "stop_limit", "trailing_stop"]) & (pl.col("key_on") == DAYS[2]))
    assert sorted(fault.order_id for fault in made.truth.faults) == sorted(stops["order_id"]) != []
    for table, key in (("orders", "order_id"), ("routes", "route_id"), ("fills", "fill_id")):
        gone = honest.table(table).filter(pl.col("order_id").is_in(stops["order_id"].to_list()))
        assert _changed(made, honest, table, key) == set(gone[key])
    _same(made, honest, "control_totals")


def test_a_diversion_of_six_percent_moves_as_many_retail_orders(make):
    made = make("diversion", 0.06, DAYS[2], **{**SMALL, "orders": 4_000})
    assert [(fault.kind, fault.day, fault.venue, fault.vendor) for fault in made.truth.faults] == [("diversion", DAYS[2], "KNCM", "vendor_b")]
    routes = made.table("routes").filter(pl.col("venue_kind") == "wholesaler")
    shares = routes.group_by("vendor", later=pl.col("routed_on") >= DAYS[2]).agg(n=pl.len(), share=(pl.col("venue") == "KNCM").mean())
    for vendor, later, n, share in shares.iter_rows():
        expected = 0.06 + 0.94 * 0.10 if vendor == "vendor_b" and later else 0.10
        assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / n), (vendor, later)


def test_an_affiliate_is_tried_first_in_the_orders_told_and_no_others(make):
    made = make("affiliate_first", 0.8, DAYS[2], **{**SMALL, "orders": 2_500})
    told = {fault.order_id for fault in made.truth.of("affiliate_sweep")}
    orders = made.table("orders").filter(pl.col("order_id").is_in(list(told)))
    assert set(orders["vendor"]) == {"vendor_a"}
    assert {fault.day for fault in made.truth.of("affiliate_sweep")} == {DAYS[2], DAYS[3]}
    plain = made.table("orders").filter(~pl.col("is_directed") & (pl.col("order_type") != "benchmark"))
    lit = made.table("routes").filter((pl.col("venue_kind") == "exchange") & (pl.col("tif") == "ioc")).join(plain, on="order_id", how="semi")
    sweeps = lit.sort("attempt").group_by("order_id", "routed_on").first()
    assert set(sweeps.filter(pl.col("order_id").is_in(list(told)))["venue"]) == {AFFILIATE.mic}
    shares = sweeps.group_by("vendor", later=pl.col("routed_on") >= DAYS[2]).agg(n=pl.len(), share=(pl.col("venue") == AFFILIATE.mic).mean())
    for vendor, later, n, share in shares.iter_rows():
        # By the market's own quotes the affiliate shows the best price in 0.08 of cases, in three issues never.
        expected = 0.8 + 0.2 * 0.07 if vendor == "vendor_a" and later else 0.07
        assert abs(share - expected) < 4 * math.sqrt(expected * (1 - expected) / n) + 0.02, (vendor, later)


def test_one_wholesaler_fills_outside_the_quote_in_thin_issues_alone(make):
    made = make("small_caps", 1.0, 0.0, **{**SMALL, "orders": 2_500})
    classes = made.table("symbols").select("symbol", "liquidity_class")
    orders = made.table("orders").select("order_id", "received_at")
    best = made.table("quotes").filter(pl.col("kind") == "nbbo").select("symbol", "quoted_at", "bid_px", "ask_px").sort("symbol", "quoted_at")
    fills = made.table("fills").filter(pl.col("venue") == SMALL_CAPS.mic).join(classes, on="symbol").join(orders, on="order_id")
    sent = fills.join(made.table("routes").select("route_id", "routed_at"), on="route_id").sort("symbol", "routed_at")
    at = sent.join_asof(best, left_on="routed_at", right_on="quoted_at", by="symbol", check_sortedness=False)
    ticks = pl.when(pl.col("px") < 1).then(pl.lit(Decimal("0.0001"))).otherwise(pl.lit(Decimal("0.01")))
    beyond = (pl.when(pl.col("side") > 0).then(pl.col("px") - pl.col("ask_px")).otherwise(pl.col("bid_px") - pl.col("px"))) / ticks
    beyond_two = at.with_columns(far=beyond.cast(pl.Float64) > 1.5)
    shares = dict(beyond_two.group_by("liquidity_class").agg(pl.col("far").mean()).iter_rows())
    assert shares["thin"] > 0.6  # the others have limits that do not allow it, or quotes that moved on the way
    assert shares["medium"] == shares["liquid"] == 0.0
    told = {fault.order_id for fault in made.truth.of("small_caps_fill")}
    assert set(beyond_two.filter("far")["order_id"]) <= told
    assert told <= set(fills.filter(pl.col("liquidity_class") == "thin")["order_id"])


def test_a_pool_answers_late_from_its_day_on_and_no_other_does(honest, make):
    made = make("first_look", 40, DAYS[2])
    probes = made.table("routes").filter((pl.col("venue_kind") == "ats") & (pl.col("tif") == "ioc")).with_columns(took=pl.col("ended_at") - pl.col("acked_at"))
    late = probes.filter(pl.col("took") >= 40_000_000)
    there = probes.filter((pl.col("venue") == FIRST_LOOK.mic) & (pl.col("routed_on") >= DAYS[2]))
    assert sorted(late["route_id"]) == sorted(there["route_id"]) == sorted(fault.route_id for fault in made.truth.of("late_answer")) != []
    assert probes.filter(pl.col("took") < 40_000_000)["took"].max() < 5_000_000
    before = pl.col("routed_on") < DAYS[2]
    assert made.table("routes").filter(before).equals(honest.table("routes").filter(before))


def test_quotes_fade_for_two_seconds_after_each_probe_told_and_at_no_other_time(honest, make):
    made = make("probe_leak", 3, DAYS[1])
    told = made.truth.of("leaking_probe")
    probes = made.table("routes").filter(pl.col("route_id").is_in([fault.route_id for fault in told]))
    assert set(probes["venue"]) == {LEAKY.mic}
    assert (probes["canceled_qty"] == probes["qty"]).all()
    assert probes.height == len(told) > 3
    plain, faded = (one.table("quotes").filter(pl.col("kind") == "nbbo").sort("symbol", "quoted_at") for one in (honest, made))
    both = faded.join_asof(plain, on="quoted_at", by="symbol", suffix="_plain", check_sortedness=False)
    both = both.with_columns(ask=pl.col("ask_px") - pl.col("ask_px_plain"), bid=pl.col("bid_px_plain") - pl.col("bid_px"))
    away = both.filter((pl.col("ask") != 0) | (pl.col("bid") != 0))
    spans = [(row["symbol"], row["acked_at"], row["side"]) for row in probes.iter_rows(named=True)]
    for symbol, at, ask, bid in away.select("symbol", "quoted_at", "ask", "bid").iter_rows():
        sides = {side for name, begins, side in spans if name == symbol and begins <= at < begins + 2_000_000_000}
        assert (ask > 0, bid > 0) == (1 in sides, -1 in sides)
    begun = set(away.select("symbol", "quoted_at").iter_rows())
    assert {(symbol, at) for symbol, at, _ in spans} <= begun


def test_a_rebate_falls_in_the_schedule_and_in_the_fills_from_its_day_on(honest, make):
    made = make("fee_change", 0.0005, DAYS[2])
    both = made.table("fills").join(honest.table("fills").select("fill_id", fee="fee_usd"), on="fill_id").filter(pl.col("fee_usd").is_not_null())
    there = both.filter((pl.col("venue") == "ARCX") & (pl.col("liquidity") == "added") & (pl.col("traded_on") >= DAYS[2]) & (pl.col("px") >= 1))
    assert there.height > 3
    per_share = ((there["fee_usd"] - there["fee"]).cast(pl.Float64) / there["qty"].cast(pl.Float64)).to_list()
    assert max(abs(one - 0.0005) for one in per_share) < 2e-6  # fees are cut to a millionth of a dollar
    assert _changed(made, honest, "fills", "fill_id") == set(there["fill_id"])
    rows = made.table("fees").filter((pl.col("venue") == "ARCX") & (pl.col("liquidity") == "added") & (pl.col("min_px") == 1))
    assert rows.select("fee_usd_per_share", "from_on", "to_on").rows() == [(Decimal("-0.0021"), None, DAYS[2]), (Decimal("-0.0016"), DAYS[2], None)]


def test_a_symbol_changes_in_the_market_and_a_day_later_in_the_vendors_files(honest, make):
    made = make("symbol_change", 1, DAYS[2])
    new = made.truth.of("symbol_change")[0].symbol
    lines = made.table("symbols").filter(pl.col("name") == made.table("symbols").filter(pl.col("symbol") == new)["name"][0]).sort("from_on")
    old = lines["symbol"][0]
    assert lines.select("symbol", "to_on").rows() == [(old, DAYS[2]), (new, date(2026, 11, 2))]
    assert lines["from_on"][1] == DAYS[2]
    for table in ("quotes", "trades"):
        days = {symbol: set(made.table(table).filter(pl.col("symbol") == symbol)["day"]) for symbol in (old, new)}
        assert days == {old: set(DAYS[:2]), new: set(DAYS[2:])}, table
    for table in ("orders", "routes", "fills"):
        rows = made.table(table)
        assert set(rows.filter(pl.col("symbol") == new)["key_on"]) <= {DAYS[3]}
        assert set(rows.filter(pl.col("symbol") == old)["key_on"]) <= set(DAYS[:3])
    alive = made.table("routes").filter((pl.col("symbol") == old) & (pl.col("key_on") < DAYS[2]))
    assert set(alive["routed_on"]) <= set(DAYS[:2])
    late = made.table("orders").filter((pl.col("symbol") == old) & (pl.col("key_on") == DAYS[2]))
    assert sorted(late["order_id"]) == sorted(fault.order_id for fault in made.truth.of("former_symbol")) != []
    others = pl.col("symbol").is_in([old, new])
    assert made.table("fills").filter(~others).equals(honest.table("fills").filter(~others))


def test_a_slow_feed_tells_the_quotes_of_one_hour_late_and_nothing_else(honest, make):
    made = make("slow_feed", 250, DAYS[1])
    names = ["day", "symbol", "kind", "venue", "bid_px", "ask_px", "bid_qty", "ask_qty"]
    nth = pl.int_range(pl.len()).over("day", "symbol", "kind", "venue").alias("n")
    pairs = [one.table("quotes").select(*names, "quoted_at", nth) for one in (honest, made)]
    both = pairs[0].join(pairs[1], on=[*names, "n"], suffix="_told", nulls_equal=True)
    assert both.height == pairs[0].height == pairs[1].height
    start, end = (int(local_to_epoch(DAYS[1], pl.Series([hour * 3_600_000_000_000])).item()) for hour in (11, 12))
    late, at = pl.col("quoted_at_told") - pl.col("quoted_at"), pl.col("quoted_at")
    inside = (at >= start) & (at < end)
    assert both.filter(inside & (at < end - 250_000_000)).select(late.unique()).to_series().to_list() == [250_000_000]
    assert both.filter(~inside).select(late.unique()).to_series().to_list() == [0]
    assert both.filter(inside).height > 50
    assert [fault.day for fault in made.truth.of("slow_feed")] == [DAYS[1]]
    _same(made, honest, "orders", "routes", "fills")


def test_prices_are_split_adjusted_in_one_issue_of_one_vendor_on_one_day(honest, make):
    made = make("split_adjusted", 4, DAYS[1])
    faults = made.truth.of("split_adjusted")
    assert {(fault.day, fault.vendor) for fault in faults} == {(DAYS[1], "vendor_b")}
    assert len({fault.symbol for fault in faults}) == 1
    assert _changed(made, honest, "fills", "fill_id") == {fault.fill_id for fault in faults} != set()
    both = made.table("fills").join(honest.table("fills").select("fill_id", true="px"), on="fill_id").filter(pl.col("px") != pl.col("true"))
    assert (both["px"].cast(pl.Float64) - both["true"].cast(pl.Float64) / 4).abs().max() <= 0.00005 + 1e-9
    _same(made, honest, "orders", "routes", "quotes", "trades", "payments", "control_totals")


def test_one_rebate_sign_is_flipped_in_the_vendors_file_and_not_in_the_firms_books(honest, make):
    made = make("rebate_sign", 1.0, DAYS[1])
    faults = made.truth.of("rebate_sign")
    assert _changed(made, honest, "fills", "fill_id") == {fault.fill_id for fault in faults} != set()
    there = (pl.col("vendor") == "vendor_b") & (pl.col("traded_on") == DAYS[1]) & (pl.col("venue") == faults[0].venue)
    rebates = honest.table("fills").filter(there & (pl.col("fee_usd") < 0))
    assert set(rebates["fill_id"]) == {fault.fill_id for fault in faults}
    both = made.table("fills").join(rebates.select("fill_id", true="fee_usd"), on="fill_id")
    assert (both["fee_usd"] + both["true"] == 0).all()
    _same(made, honest, "orders", "routes", "quotes", "trades", "payments", "control_totals")


def test_one_vendor_calls_one_exchange_by_another_name_from_its_day_on(honest, make):
    made = make("venue_alias", 1.0, DAYS[2])
    for table, on, key in (("routes", "routed_on", "route_id"), ("fills", "traded_on", "fill_id")):
        there = honest.table(table).filter((pl.col("vendor") == "vendor_b") & (pl.col("venue") == "XNAS") & (pl.col(on) >= DAYS[2]))
        renamed = made.table(table).filter(pl.col("venue") == "NSDQ")
        assert set(renamed[key]) == set(there[key]) == _changed(made, honest, table, key) != set()
        assert set(renamed["venue_raw"]) == {"NSDQ"}
    assert made.table("venues").filter(pl.col("alias") == "NSDQ")["venue"].to_list() == ["XNAS"]
    assert [fault.day for fault in made.truth.of("venue_alias")] == DAYS[2:]
    _same(made, honest, "orders", "payments", "control_totals")


def test_local_time_is_told_as_utc_on_the_first_day_of_standard_time(tmp_path, make):
    honest = Made(tmp_path / "plain", **NOVEMBER)
    made = make("utc_swap", 5, date(2026, 11, 2), **NOVEMBER)
    both = made.table("fills").join(honest.table("fills").select("fill_id", true="filled_at"), on="fill_id")
    moved = both.filter(pl.col("filled_at") != pl.col("true"))
    assert set(moved["true"] - moved["filled_at"]) == {5 * 3_600_000_000_000}
    there = both.filter((pl.col("filled_source") == "vendor_b") & (pl.col("traded_on") == date(2026, 11, 2)))
    assert set(moved["fill_id"]) == set(there["fill_id"]) == {fault.fill_id for fault in made.truth.of("utc_swap")} != set()
    assert _changed(made, honest, "fills", "fill_id") == set(moved["fill_id"])


def test_everything_can_be_planted_at_once_and_gives_the_same_bytes(tmp_path):
    one, two = (Made(tmp_path / name, *PLANTED, *MORE) for name in ("one", "two"))
    assert one.truth == two.truth
    for path in sorted(one.raw.iterdir()):
        assert path.read_bytes() == (two.raw / path.name).read_bytes(), path.name
    kinds = {fault.kind for fault in one.truth.faults}
    planted = {"former_symbol", "split_adjusted", "rebate_sign", "venue_alias", "leaking_probe", "late_answer", "affiliate_sweep", "slow_feed", "missing_stop"}
    assert planted <= kinds


@pytest.mark.parametrize(
    ("planted", "reason"),
    [
        ((Planted("gremlin", 1),), "of the kind gremlin"), ((Planted("halt", -1),), "size of halt is -1"),
        ((Planted("halt", math.nan),), "size of halt is nan"),
        ((Planted("diversion", 1.5),), "size of diversion is 1.5"), ((Planted("bust", 1, (1.2,)),), "bust is planted at"),
        ((Planted("bust", 1), Planted("bust", 2)), "bust is planted twice"),
    ],
)  # fmt: skip
def test_what_has_no_sense_is_refused_before_anything_is_written(tmp_path, planted, reason):
    with pytest.raises(Problem, match=reason):
        make_quarter(tmp_path, planted=planted, **SMALL)
    assert not (tmp_path / "raw").exists()
