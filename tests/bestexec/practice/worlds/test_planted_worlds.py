"""Worlds with one thing planted: it is there in the stated size, and nowhere else."""

from __future__ import annotations

import math
from hashlib import sha256

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.practice.worlds import LIES, claims, clocks, leaky, released, steered

NOISE = pl.col("effective_spread") - 0.6 * pl.col("quoted_spread")


def _mean(values: pl.Series) -> tuple[float, float]:
    """Mean and its standard error."""
    return values.mean(), values.std() / math.sqrt(values.len())


def test_the_stated_share_follows_the_payment():
    world = steered(1, moved=0.1, fills=50_000)
    assert abs(world.followed.mean() - 0.1) < 4 * math.sqrt(0.1 * 0.9 / 50_000)
    frame = world.fills.with_columns(world.followed)
    for month, payer in world.payers.items():
        assert frame.filter((pl.col("month") == month) & pl.col("followed"))["venue"].unique().to_list() == [payer]
        here, there = (frame.filter((pl.col("month") == month) == inside)["venue"] == payer for inside in (True, False))
        others = [other for other, best in world.payers.items() if best == payer and other != month]
        if not others:
            plain = there.mean() / 0.9
            error = math.sqrt(here.mean() * (1 - here.mean()) / here.len() + there.mean() * (1 - there.mean()) / there.len())
            # Of the flow, a tenth goes to the payer; the rest is as in the other months.
            assert abs(here.mean() - (0.1 + 0.9 * plain)) < 4 * error + 0.01


def test_what_follows_the_payment_is_of_equal_quality():
    world = steered(2, moved=0.3, fills=50_000)
    mean, error = _mean(world.fills.filter(world.followed).select(NOISE).to_series())
    assert abs(mean) < 4 * error


def test_an_honest_router_follows_no_payment_and_payments_are_by_month_with_tiers():
    world = steered(3, moved=0.0)
    assert not world.followed.any()
    best = world.payments.filter(pl.col("from_shares") == 0).sort("usd_per_share").group_by("month").last()
    assert dict(best.select("month", "venue").iter_rows()) == world.payers
    assert len(set(world.payers.values())) > 1
    tiers = world.payments.sort("month", "venue", "from_shares").group_by("month", "venue", maintain_order=True).agg("from_shares", "usd_per_share")
    two = tiers.filter(pl.col("from_shares").list.len() == 2)
    assert two.height > 0
    assert two.select((pl.col("usd_per_share").list.get(1) > pl.col("usd_per_share").list.get(0)).all()).item()


@pytest.fixture(scope="module")
def releases():
    return {change: released(4, change=change, points=0.08, fills=60_000) for change in ("venue_mix", "attempt_order", "passive_share", "latency")}


def _shares(world) -> dict[str, tuple[float, float]]:
    """What changes with the day, for each thing that can, with its standard error."""
    fills, routes = world.fills, world.routes.filter(pl.col("attempt") == 1)
    found = {
        "venue_mix": (fills, pl.col("venue") == world.venue), "attempt_order": (routes, pl.col("venue") == world.venue),
        "passive_share": (fills, pl.col("liquidity") == "added"), "latency": (fills, (pl.col("receipt_to_fill_ns") - pl.col("receipt_to_route_ns")).log()),
    }  # fmt: skip
    made = {}
    for name, (frame, value) in found.items():
        sides = [_mean(frame.filter((pl.col("day") >= world.day) == later).select(value.cast(pl.Float64)).to_series()) for later in (False, True)]
        made[name] = sides[1][0] - sides[0][0], math.hypot(sides[0][1], sides[1][1])
    return made


@pytest.mark.parametrize("change", ["venue_mix", "attempt_order", "passive_share", "latency"])
def test_what_is_released_changes_by_its_points_and_nothing_else_does(releases, change):
    for name, (difference, error) in _shares(releases[change]).items():
        planted = 0.0 if name != change else math.log(1.08) if name == "latency" else 0.08
        assert error < 0.02
        assert abs(difference - planted) < 4 * error, name


def test_a_market_changes_without_the_router():
    world = released(5, points=0.0, market=0.5, fills=60_000)
    for name, (difference, error) in _shares(world).items():
        assert abs(difference) < 4 * error, name
    later = pl.col("day") >= world.day
    spread = (pl.col("quoted_spread") / pl.col("mid_at_t0")).log()
    sides = [_mean(world.fills.filter(one).group_by("symbol", "day").agg(spread.mean().alias("x"))["x"]) for one in (~later, later)]
    assert abs(sides[1][0] - sides[0][0] - math.log(1.5)) < 4 * math.hypot(sides[0][1], sides[1][1]) + 0.02


def test_every_order_first_tries_a_venue_that_has_nothing(releases):
    routes = releases["attempt_order"].routes
    orders = routes.group_by("day", "order_id").agg(
        first=(pl.col("attempt") == 1).sum(), empty=pl.col("filled_qty").filter(pl.col("attempt") == 1).sum(),
        rest=pl.col("filled_qty").filter(pl.col("attempt") > 1).min(),
    )  # fmt: skip
    assert orders["first"].unique().to_list() == [1]
    assert orders["empty"].sum() == 0
    assert orders["rest"].min() > 0
    assert routes.select((pl.col("ended_at") > pl.col("routed_at")).all()).item()


def test_quotes_fade_after_probes_at_the_one_venue_alone():
    world = leaky(6, size=0.4)
    moved = pl.col("side") * (pl.col("mid_after_1s") - pl.col("mid_at_route")) / (pl.col("ask_at_route") - pl.col("bid_at_route"))
    frame = world.routes.with_columns(world.probes, moved=moved)
    assert world.orders.height == 5_000
    for there, probe in ((True, True), (True, False), (False, True), (False, False)):
        mean, error = _mean(frame.filter(((pl.col("venue") == world.venue) == there) & (pl.col("is_probe") == probe))["moved"])
        assert error < 0.08
        # A route is followed by the next one within a second in a third of cases, and that one may be a probe there: 0.01 of a spread.
        assert abs(mean - (0.4 if there and probe else 0.0)) < 4 * error + 0.012, (there, probe)


def test_without_a_leak_nothing_moves():
    world = leaky(7, size=0.0)
    moved = pl.col("side") * (pl.col("mid_after_1s") - pl.col("mid_at_route")) / (pl.col("ask_at_route") - pl.col("bid_at_route"))
    mean, error = _mean(world.routes.filter(world.probes & (pl.Series(world.routes["venue"]) == world.venue)).select(moved).to_series())
    assert abs(mean) < 4 * error


def test_probes_are_canceled_and_parents_add_up():
    world = leaky(8, parents=1_000)
    probes = world.routes.filter(world.probes)
    assert set(probes["end_reason"]) == {"canceled"}
    assert set(probes["qty"]) == {100.0}
    rest = world.routes.filter(~world.probes)
    assert set(rest["end_reason"]) == {"canceled", "filled"}
    sums = world.routes.group_by("order_id").agg(pl.col("qty").sum(), pl.col("filled_qty").sum().alias("filled"), pl.len())
    both = world.orders.join(sums, on="order_id")
    assert both.filter((pl.col("order_qty") != pl.col("qty")) | (pl.col("filled_qty") != pl.col("filled"))).height == 0
    assert (both["len"].min(), both["len"].max()) == (2, 8)


def test_each_clock_is_off_by_what_is_stated_and_effects_never_precede_causes():
    world = clocks(9, offsets_ms={"gw2": 37.0, "V003": -12.5})
    assert {source: off for source, off in world.offsets_ns.items() if off} == {"gw2": 37_000_000, "V003": -12_500_000}
    assert world.true.select(((pl.col("received_at") < pl.col("routed_at")) & (pl.col("routed_at") < pl.col("acked_at"))).all()).item()
    assert world.true.select((pl.col("acked_at") < pl.col("filled_at")).all()).item()
    both = world.told.join(world.true, on="route_id", suffix="_true")
    for instant in ("received", "routed", "acked", "filled"):
        off = both.group_by(f"{instant}_source").agg((pl.col(f"{instant}_at") - pl.col(f"{instant}_at_true")).unique().alias("off"))
        assert dict(off.iter_rows()) == {source: [world.offsets_ns[source]] for source in off[f"{instant}_source"]}


def test_a_clock_ahead_shows_where_fills_come_before_their_routes():
    told = clocks(10).told
    early = told.filter(pl.col("filled_at") < pl.col("routed_at"))
    assert set(early["routed_source"]) == {"gw2"}
    assert early.height > 0.9 * told.filter(pl.col("routed_source") == "gw2").height
    honest = clocks(10, offsets_ms={}).told
    assert honest.select((pl.col("filled_at") - pl.col("acked_at")).min()).item() >= 50_000
    assert honest.select((pl.col("acked_at") - pl.col("routed_at")).min()).item() >= 120_000


@pytest.fixture(scope="module")
def honest():
    return claims(20, fills=6_000)


def test_an_honest_report_differs_by_rounding_and_a_few_records(honest):
    both = honest.reported.join(honest.true.select("line", true="claimed_value"), on="line", maintain_order="left")
    apart = both.with_columns(apart=(pl.col("claimed_value") / pl.col("true") - 1).abs())
    assert apart.height == 15 * (1 + 3 + 2)
    assert 0 < apart["apart"].max() < 0.05
    assert apart["apart"].median() < 0.002
    assert honest.bent == ()


def test_the_truth_is_the_share_weighted_figure_of_the_fills(honest):
    fills = honest.fills
    of_all = dict(honest.true.head(15).select("metric", "claimed_value").iter_rows())
    weighted = (fills["effective_spread"] * fills["fill_qty"]).sum() / fills["fill_qty"].sum()
    assert of_all["effective_spread"] == pytest.approx(weighted, rel=1e-12)
    assert of_all["order_count"] == fills.select(pl.struct("day", "order_id").n_unique()).item()
    assert of_all["executed_shares"] == fills["fill_qty"].sum()


def test_there_are_thirty_ways_to_lie_and_more():
    assert len({lie.key for lie in LIES}) == len(LIES) >= 30


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.key)
def test_each_lie_bends_what_it_says_and_nothing_else(honest, lie):
    told = claims(20, fills=6_000, lie=lie.key, size=0.5)
    both = told.reported.join(honest.reported.select("line", "metric", honest="claimed_value"), on=["line", "metric"], maintain_order="left").head(15)
    ratio = {metric: claimed / plain for metric, claimed, plain in both.select("metric", "claimed_value", "honest").iter_rows()}
    if lie.drops is not None:
        assert ratio["executed_shares"] < 0.995
        assert len(told.bent) == 15
        return
    assert told.bent == (lie.metric,)
    assert {metric for metric, one in ratio.items() if one != 1} == {lie.metric}
    if lie.instead is None:
        assert ratio[lie.metric] == pytest.approx(1 + 0.5 * lie.toward, abs=0.003)
    else:
        assert abs(ratio[lie.metric] - 1) > 0.01


def test_a_report_states_the_whole_period_even_where_a_month_is_left_out_of_it(honest):
    told = claims(20, fills=6_000, lie="without_last_month", size=1.0)
    spans = honest.reported.select("period_from_on", "period_to_on").unique()
    assert told.reported.filter(pl.col("order_type").is_null())["period_to_on"].max() == honest.fills["day"].max()
    missing = spans.join(told.reported, on=["period_from_on", "period_to_on"], how="anti")
    assert missing.rows() == [(honest.fills.filter(pl.col("month") == "2026-09")["day"].min(), honest.fills["day"].max())], (
        "that month has no figure of its own"
    )


@pytest.mark.parametrize("make", [steered, released, leaky, clocks, claims])
def test_the_same_arguments_give_the_same_bytes(make):
    few = {leaky: {"parents": 200}, clocks: {"routes": 500}}.get(make, {"fills": 500})

    def digest(seed: int) -> list[str]:
        made = make(seed, **few)
        frames = [frame for frame in vars(made).values() if isinstance(frame, pl.DataFrame)]
        return [sha256(frame.write_csv().encode()).hexdigest() for frame in frames]

    assert digest(1) == digest(1)
    assert digest(1) != digest(2)


@pytest.mark.parametrize(
    ("make", "given", "reason"),
    [
        (steered, {"moved": 1.5}, "moved is 1.5"), (steered, {"venues": 1}, "venues is 1"), (steered, {"effects": {"X": 0.1}}, "is called X"),
        (released, {"change": "colour"}, "is called colour"), (released, {"points": -0.1}, "points is -0.1"), (released, {"days": 1}, "days is 1"),
        (released, {"on": 0}, "on is 0"), (released, {"market": math.nan}, "market is nan"), (leaky, {"size": -1.0}, "size is -1.0"),
        (leaky, {"parents": 0}, "parents is 0"), (clocks, {"offsets_ms": {"gw9": 1.0}}, "is called gw9"), (clocks, {"routes": 0}, "routes is 0"),
        (claims, {"lie": "white"}, "is called white"), (claims, {"lie": LIES[0].key, "size": 0.0}, "size is 0.0"), (claims, {"size": 1.5}, "size is 1.5"),
    ],
)  # fmt: skip
def test_arguments_without_sense_are_refused(make, given, reason):
    with pytest.raises(Problem, match=reason):
        make(1, **given)
