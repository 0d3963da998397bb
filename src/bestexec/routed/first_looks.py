"""What first looks cost: an order shown to one venue before any other, not filled there, and how the market stood when it went on."""

from __future__ import annotations

import polars as pl

from bestexec.linking.identity import ORDER_KEY
from bestexec.schema import VENUE_KINDS, Column, Table, conform
from bestexec.units import COUNT, DURATION, TEXT
from bestexec.verdicts.base import STATISTIC, rounded

NORMAL_97_5 = 1.959963984540054
COSTS, HELPS, NO_COST, CANNOT_TELL = WORDS = ("costs", "helps", "no cost seen", "cannot tell")
FIRST_LOOKS = Table(
    "first_looks", "What it cost to show orders to one venue first.", ("vendor", "venue"), "",
    (
        Column("vendor", TEXT, "", "Vendor whose router showed them."),
        Column("venue", TEXT, "MIC", "Who saw them first."),
        Column("venue_kind", TEXT, "", "Kind of venue.", values=VENUE_KINDS),
        Column("looks", COUNT, "orders", "Orders that it saw before any other.", required=True),
        Column("filled", COUNT, "orders", "Of these, filled there, at least in part.", required=True),
        Column("went_on", COUNT, "orders", "Not filled there and sent on.", required=True),
        Column("n", COUNT, "orders", "Of these, those with a midpoint at both sendings.", required=True),
        Column("median_delay_ns", DURATION, "ns", "From the first sending to the next."),
        Column("cost_bps", STATISTIC, "bps", "How far the midpoint moved against the order meanwhile, on average."),
        Column("low_bps", STATISTIC, "bps", "Lower end of its 95 % interval, clustered by symbol and day."),
        Column("high_bps", STATISTIC, "bps", "Upper end."),
        Column("cost_usd", STATISTIC, "USD", "The same over the shares that were sent on."),
        Column("verdict", TEXT, "", "What is said.", required=True, values=WORDS),
        Column("why", TEXT, "", "The reason where it cannot be told."),
    ),
)  # fmt: skip


def first_looks(linked: pl.DataFrame, longest_ns: int, minimum_n: int) -> pl.DataFrame:
    """FIRST_LOOKS of LINKED_ROUTES rows: routes sent one after the other; those that worked side by side gave nobody a first look.

    An unfilled route that worked longer than `longest_ns` was no look but an order that waited there. A move of the market itself is in the cost: over
    many orders of both sides it cancels, which the interval tells.
    """
    ordered = linked.filter(~pl.col("is_split"), ~pl.col("is_left_out").fill_null(False), pl.col("side").is_not_null()).sort(
        *ORDER_KEY, "routed_at", "route_id"
    )
    after = [pl.col(name).shift(-1).over(ORDER_KEY).alias(f"next_{name}") for name in ("routed_at", "mid_at_route", "qty")]
    first = ordered.with_columns(after).filter(pl.int_range(pl.len()).over(ORDER_KEY) == 0, pl.col("next_routed_at").is_not_null() | (pl.col("filled_qty") > 0))
    is_sent_on = ((pl.col("filled_qty") == 0) & (pl.col("next_routed_at") >= pl.col("ended_at")) & (pl.col("worked_ns") <= longest_ns)).fill_null(False)
    before, later = pl.col("mid_at_route").cast(pl.Float64), pl.col("next_mid_at_route").cast(pl.Float64)
    moved = pl.when(is_sent_on & (before > 0)).then((later / before - 1) * 10_000 * pl.col("side"))
    usd = pl.when(is_sent_on).then((later - before) * pl.col("side") * pl.col("next_qty").cast(pl.Float64))
    shown = first.with_columns(
        is_sent_on=is_sent_on, moved=moved, usd=usd, delay=pl.when(is_sent_on).then(pl.col("next_routed_at") - pl.col("routed_at"))
    )  # fmt: skip
    key = ["vendor", "venue"]
    counted = shown.group_by(key).agg(
        venue_kind=pl.col("venue_kind").drop_nulls().first(), looks=pl.len(), filled=(pl.col("filled_qty") > 0).fill_null(False).sum(),
        went_on=pl.col("is_sent_on").sum(), n=pl.col("moved").count(), median_delay_ns=pl.col("delay").quantile(0.5, "lower").cast(DURATION),
        cost_bps=pl.col("moved").mean(), cost_usd=pl.when(pl.col("moved").count() > 0).then(pl.col("usd").sum()),
    )  # fmt: skip
    found = counted.join(_error(shown.drop_nulls("moved"), key), on=key, how="left", nulls_equal=True)
    reach = NORMAL_97_5 * pl.col("se")
    ranged = found.with_columns(low_bps=pl.col("cost_bps") - reach, high_bps=pl.col("cost_bps") + reach).with_columns(why=_why(minimum_n))
    said = (
        pl.when(pl.col("why").is_not_null()).then(pl.lit(CANNOT_TELL)).when(pl.col("low_bps") > 0).then(pl.lit(COSTS))
        .when(pl.col("high_bps") < 0).then(pl.lit(HELPS)).otherwise(pl.lit(NO_COST))
    )  # fmt: skip
    return rounded(conform(ranged.with_columns(verdict=said), FIRST_LOOKS).sort("vendor", "venue", nulls_last=True))


def _why(minimum_n: int) -> pl.Expr:
    return (
        pl.when(pl.col("went_on") == 0).then(pl.lit("no order was sent on from there unfilled"))
        .when(pl.col("n") < minimum_n).then(pl.lit(f"fewer than {minimum_n} orders with a midpoint at both sendings"))
        .when(pl.col("se").is_null()).then(pl.lit("one symbol on one day alone"))
    )  # fmt: skip


def _error(moved: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """vendor, venue, se: of the mean, clustered by symbol and day; null below two clusters."""
    centered = moved.with_columns(off=pl.col("moved") - pl.col("moved").mean().over(key), of=pl.len().over(key))
    clusters = centered.group_by(*key, "day", "symbol").agg(u=pl.col("off").sum() / pl.col("of").first())
    g = pl.len()
    return clusters.group_by(key).agg(se=pl.when(g > 1).then((g / (g - 1) * (pl.col("u") ** 2).sum()).sqrt()))
