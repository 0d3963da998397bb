"""How far feeds that tell of the same agree: match rates by day, pair of feeds and, where there are three or more, over all of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bestexec.schema import Column, Table, conform
from bestexec.units import COUNT, DAY, TEXT


@dataclass(frozen=True)
class Rate:
    """One rate: `num` over `den`, formulas over the columns of `reconciling.RECONCILED` as a feed sees them (`rows` are its own)."""

    key: str
    title: str
    num: str
    den: str
    is_of_pair: bool
    """Whether it is the same from either side, and said once."""
    example: tuple[dict[str, int], float]


PAIRS = "by_id + by_value"
RATES = (
    Rate("matched", "Rows of the feed that the other tells too", PAIRS, "rows", False, ({"rows": 8, "by_id": 5, "by_value": 1}, 0.75)),
    Rate("by_id", "Pairs that were found by their ids, not by what they say", "by_id", PAIRS, True, ({"by_id": 3, "by_value": 1}, 0.75)),
    Rate("agreeing", "Pairs of one side, quantity and price", f"{PAIRS} - differing", PAIRS, True, ({"by_id": 3, "by_value": 1, "differing": 1}, 0.75)),
)
IN_ALL = "in_all_feeds"
RATE_WORDS = (
    "matched: of the feed's rows those that the other tells too. by_id: of the pairs those with the same ids. agreeing: of the pairs those with one "
    "side, quantity and price. in_all_feeds: of the feed's rows those that each of two or more other feeds tells."
)
MATCH_RATES = Table(
    "match_rates", "How far one feed of a day and another, or all others, tell of the same.", ("day", "table", "feed", "other", "rate"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("table", TEXT, "", "What was compared: orders, routes or fills.", required=True),
        Column("feed", TEXT, "", "The feed whose rows are counted.", required=True),
        Column("other", TEXT, "", "The feed it is held against; null for every other feed of the day."),
        Column("rate", TEXT, "", RATE_WORDS, required=True, values=(*(rate.key for rate in RATES), IN_ALL)),
        Column("value", pl.Float64(), "fraction", "The rate; null where n is 0."),
        Column("counted", COUNT, "rows or pairs", "How many it holds for.", required=True),
        Column("n", COUNT, "rows or pairs", "Of how many.", required=True),
    ),
)  # fmt: skip


def match_rates(reconciled: pl.DataFrame, unmatched: pl.DataFrame) -> pl.DataFrame:
    """MATCH_RATES of `reconciling.RECONCILED` and `UNMATCHED` rows."""
    left = reconciled.rename({"left": "feed", "right": "other", "left_rows": "rows"}).drop("right_rows")
    right = reconciled.rename({"right": "feed", "left": "other", "right_rows": "rows"}).drop("left_rows")
    both = pl.concat([left, right], how="diagonal")
    parts = [_rated(left if rate.is_of_pair else both, rate.key, pl.sql_expr(rate.num), pl.sql_expr(rate.den)) for rate in RATES]
    found = pl.concat([*parts, _in_all(both, unmatched)])
    value = pl.col("counted").cast(pl.Float64) / pl.when(pl.col("n") > 0).then("n")
    return conform(found.with_columns(value=value), MATCH_RATES).sort(MATCH_RATES.key, nulls_last=True)


def _in_all(both: pl.DataFrame, unmatched: pl.DataFrame) -> pl.DataFrame:
    """Of each feed's rows those that no other feed of the day lacks, where there are two or more others."""
    day = ["day", "table", "feed"]
    feeds = both.group_by(day).agg(others=pl.len(), rows=pl.col("rows").max()).filter(pl.col("others") > 1)
    lacking = unmatched.filter(pl.col("reason").str.starts_with("not in "))
    lone = lacking.with_columns(feed=pl.when(pl.col("reason") == pl.format("not in {}", "right")).then("left").otherwise("right"))
    once = lone.select(*day, "symbol", "order_id", "id").unique().group_by(day).agg(lone=pl.len())
    held = feeds.join(once, on=day, how="left", nulls_equal=True).with_columns(pl.col("lone").fill_null(0), other=pl.lit(None, pl.String))
    return _rated(held, IN_ALL, pl.col("rows") - pl.col("lone"), pl.col("rows"))


def _rated(rows: pl.DataFrame, key: str, num: pl.Expr, den: pl.Expr) -> pl.DataFrame:
    return rows.select("day", "table", "feed", "other", rate=pl.lit(key), counted=num.cast(COUNT), n=den.cast(COUNT))
