"""How long limit orders waited: how likely one that rested at a venue was filled within a time.

Those that were withdrawn before count for as long as they waited.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from bestexec.linking.identity import ORDER_KEY
from bestexec.metrics.estimators import product_limit
from bestexec.schema import Column, Table, conform
from bestexec.units import COUNT, DURATION, TEXT
from bestexec.verdicts.base import STATISTIC, rounded

WITHIN_NS = {"1s": 1_000_000_000, "10s": 10_000_000_000, "1min": 60_000_000_000, "5min": 300_000_000_000}
AT_ONCE = ("ioc", "fok")
NORMAL_97_5 = 1.959963984540054
SURVIVAL = Table(
    "survival", "How likely a limit order resting at one venue was filled within a time.", ("vendor", "venue", "within_ns"), "",
    (
        Column("vendor", TEXT, "", "Vendor whose router sent it."),
        Column("venue", TEXT, "MIC", "Where it rested."),
        Column("within_ns", DURATION, "ns", "Time from its sending.", required=True),
        Column("n", COUNT, "routes", "Resting routes whose time is known.", required=True),
        Column("filled", COUNT, "routes", "Of these, filled at least in part.", required=True),
        Column("withdrawn", COUNT, "routes", "Of these, ended without a fill: counted for as long as they rested.", required=True),
        Column("unknown", COUNT, "routes", "Resting routes of which neither a fill nor an end is told.", required=True),
        Column("likelihood", STATISTIC, "fraction", "Kaplan–Meier; null where nothing rested that long."),
        Column("low", STATISTIC, "fraction", "Lower end of its 95 % interval, clustered by symbol and day."),
        Column("high", STATISTIC, "fraction", "Upper end."),
    ),
)  # fmt: skip


def survival(routes: pl.DataFrame, linked: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """SURVIVAL of `schema.ROUTES` rows, beside their LINKED_ROUTES rows and `schema.FILLS`.

    A route rests where it has a limit that did not reach the other side's quote at its sending, and may stay. Its clock runs from its sending to its
    first fill, or to its end, which censors it.
    """
    rows = _resting(routes, linked, fills)
    found: list[dict[str, Any]] = []
    for (vendor, venue), part in rows.sort("vendor", "venue", nulls_last=True).group_by("vendor", "venue", maintain_order=True):
        known = part.drop_nulls("waited_ns").sort("routed_on", "symbol", "waited_ns", "is_filled")
        facts = {
            "vendor": vendor, "venue": venue, "n": known.height, "filled": int(known["is_filled"].sum()), "unknown": part.height - known.height,
        }  # fmt: skip
        facts["withdrawn"] = facts["n"] - facts["filled"]
        found += [{**facts, "within_ns": ns, **_figures(known, ns)} for ns in WITHIN_NS.values()]
    return rounded(conform(pl.DataFrame(found, schema=SURVIVAL.schema), SURVIVAL))


def _figures(known: pl.DataFrame, ns: int) -> dict[str, float | None]:
    if known.is_empty():
        return {"likelihood": None, "low": None, "high": None}
    cluster = known.select(pl.struct("routed_on", "symbol").rle_id().cast(pl.Int64)).to_series().to_numpy()
    times, happened = known["waited_ns"].to_numpy(), known["is_filled"].to_numpy().astype(np.bool_)
    value, se = product_limit(times, happened, cluster, at_ns=ns)
    if value is None or se is None:
        return {"likelihood": value, "low": None, "high": None}
    return {"likelihood": value, "low": max(value - NORMAL_97_5 * se, 0.0), "high": min(value + NORMAL_97_5 * se, 1.0)}


def _resting(routes: pl.DataFrame, linked: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    key = [*ORDER_KEY, "route_id"]
    first = fills.drop_nulls("route_id").group_by(key).agg(first_at=pl.col("filled_at").min())
    quoted = linked.select(*key, side="side", bid="bid_at_route", ask="ask_at_route", is_left_out="is_left_out", is_split="is_split")
    beside = routes.drop("side").join(quoted, on=key, how="left").join(first, on=key, how="left")
    waits = pl.when(pl.col("side") == 1).then(pl.col("limit_px") < pl.col("ask")).otherwise(pl.col("limit_px") > pl.col("bid"))
    resting = beside.filter(
        waits.fill_null(False), ~pl.col("tif").is_in(AT_ONCE).fill_null(False), ~pl.col("is_left_out").fill_null(False), ~pl.col("is_split").fill_null(False),
        pl.col("end_reason").fill_null("") != "rejected",
    )  # fmt: skip
    waited = pl.coalesce("first_at", "ended_at") - pl.col("routed_at")
    return resting.select("vendor", "venue", "routed_on", "symbol", waited_ns=pl.when(waited >= 0).then(waited), is_filled=pl.col("first_at").is_not_null())
