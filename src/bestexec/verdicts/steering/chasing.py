"""Whether a venue gets more of the flow in the last days of a month while its tier is still ahead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from scipy import stats

from bestexec.schema import Column, Table
from bestexec.units import COUNT, DAY, TEXT
from bestexec.verdicts import base
from bestexec.verdicts.base import LEVEL, STATISTIC
from bestexec.verdicts.steering.payments import tiers
from bestexec.verdicts.steering.regressed import Fit, codes, regress

LAST_DAYS = 5
"""Trading days at the end of a month."""
REACH = 3.0
"""A tier that would take more than so many times the month's pace so far tempts nobody."""

CHASED = Table(
    "chased", "One month of a venue that pays more beyond a tier.", ("vendor", "venue", "month", "tier_shares"), "",
    (
        Column("vendor", TEXT, "", "Vendor.", required=True),
        Column("venue", TEXT, "MIC", "Venue with the tier.", required=True),
        Column("month", TEXT, "yyyy-mm", "Month.", required=True),
        Column("tier_shares", STATISTIC, "shares", "Shares of the month beyond which it pays more.", required=True),
        Column("month_shares", STATISTIC, "shares", "Shares that it got in the month, of all vendors.", required=True),
        Column("reached_on", DAY, "date", "Day on which the tier was reached; null if it was not."),
        Column("pending_days", COUNT, "days", "Last days that began with the tier ahead, where it was within reach.", required=True),
        Column("share_in_pending", STATISTIC, "fraction", "The vendor's share at the venue on those days."),
        Column("share_before", STATISTIC, "fraction", "Its share on the month's earlier days."),
    ),
)  # fmt: skip


def chasing(
    rows: pl.DataFrame, payments: pl.DataFrame, *, cells: Sequence[str] = ("order_type",), weight: str = "fill_qty", last_days: int = LAST_DAYS,
    material: float = 0.01,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """(VERDICTS, CHASED): a verdict for each vendor and venue with a tier, a row of CHASED for each of its months.

    The share at the venue, by symbol-day and `cells`, on the month's last days that begin with the tier ahead and within REACH, less that of the month's
    earlier days in the same symbol and cells; clustered by symbol-day. What the last days of months without a tier in reach bring is taken off: any
    month's end does it. The level is shared among a vendor's venues (`q`, Benjamini and Hochberg).
    """
    known = rows.filter(pl.col(weight) > 0, *(pl.col(name).is_not_null() for name in ("vendor", "venue", "symbol", *cells)))
    verdicts: list[dict[str, Any]] = []
    months = [pl.DataFrame(schema=CHASED.schema)]
    for vendor in known["vendor"].unique().sort().to_list():
        marked = _months(known, tiers(payments, vendor), weight, last_days)
        own = known.filter(pl.col("vendor") == vendor)
        family = [_judged(own, vendor, venue, marked.filter(pl.col("venue") == venue), cells, weight) for venue in marked["venue"].unique().sort().to_list()]
        verdicts += _decided(family, vendor, material)
        months.append(_shown(own, vendor, marked, weight))
    return base.table(verdicts), pl.concat(months).sort(CHASED.key)


def _months(rows: pl.DataFrame, lines: pl.DataFrame, weight: str, last_days: int) -> pl.DataFrame:
    """One row a day, venue and tier in force: month, tier_shares, shares `before` the day and in all, is_last, is_tempting (of the month) and is_pending."""
    days = rows.select("day").unique().sort("day").with_columns(month=pl.col("day").dt.strftime("%Y-%m"))
    days = days.with_columns(
        is_last=pl.int_range(pl.len()).over("month") >= pl.len().over("month") - last_days, is_long=pl.len().over("month") >= 2 * last_days
    )
    daily = rows.group_by("day", "venue").agg(qty=pl.col(weight).cast(pl.Float64).sum())
    held = (
        days.filter("is_long")
        .join(lines.select("venue", "from_on", "to_on", tier_shares="from_shares").unique(), how="cross")
        .filter(pl.col("from_on").is_null() | (pl.col("day") >= pl.col("from_on")), pl.col("to_on").is_null() | (pl.col("day") < pl.col("to_on")))
    )
    of = ("venue", "month", "tier_shares")
    return (
        held.join(daily, on=["day", "venue"], how="left").sort(*of, "day")
        .with_columns(pl.col("qty").fill_null(0))
        .with_columns(before=pl.col("qty").cum_sum().over(of) - pl.col("qty"), month_shares=pl.col("qty").sum().over(of))
        .with_columns(ahead=pl.col("tier_shares") - pl.col("before"), passed=pl.int_range(pl.len()).over(of))
        .with_columns(is_tempting=_tempting(last_days).filter("is_last").first().over(of))
        .with_columns(is_pending=pl.col("is_last") & pl.col("is_tempting") & (pl.col("ahead") > 0))
    )  # fmt: skip


def _tempting(last_days: int) -> pl.Expr:
    """Whether at the beginning of the last days the tier is ahead, and the month's pace so far, REACH times over, would get there."""
    return (pl.col("ahead") > 0) & (pl.col("ahead") * pl.col("passed") <= REACH * pl.col("before") * last_days)


def _judged(rows: pl.DataFrame, vendor: str, venue: str, marked: pl.DataFrame, cells: Sequence[str], weight: str) -> tuple[str, Fit]:
    choice = ["symbol", "day", *cells]
    by_day = marked.group_by("day", "month").agg(pl.col("is_last", "is_tempting", "is_pending").any())
    by_day = by_day.filter(~(pl.col("is_last") & pl.col("is_tempting") & ~pl.col("is_pending")))
    choices = (
        rows.group_by(choice).agg(weight=pl.col(weight).cast(pl.Float64).sum(), here=pl.col(weight).cast(pl.Float64).filter(pl.col("venue") == venue).sum())
        .drop("month", strict=False).join(by_day, on="day", how="inner").sort(choice)
    )  # fmt: skip
    if not choices["is_pending"].any():
        return venue, Fit(choices.height, 0, why="no month's last days began with its tier still ahead")
    ends = choices.select(pl.col("is_pending").cast(pl.Float64), pl.col("is_last").cast(pl.Float64)).to_numpy()
    regressors = ends if (ends[:, 0] != ends[:, 1]).any() else ends[:, :1]
    share = (choices["here"] / choices["weight"]).to_numpy()
    return venue, regress(
        share, regressors, choices["weight"].to_numpy(), codes(choices, ["symbol", "month", *cells]), codes(choices, ["symbol", "day"]), named="a tier ahead"
    )


def _decided(family: list[tuple[str, Fit]], vendor: str, material: float) -> list[dict[str, Any]]:
    told = [venue for venue, fit in family if not fit.why]
    corrected = stats.false_discovery_control([fit.p for _, fit in family if not fit.why]) if told else []
    q = dict(zip(told, map(float, corrected), strict=True))
    return [_verdict(vendor, venue, fit, q.get(venue), material) for venue, fit in family]


def _verdict(vendor: str, venue: str, fit: Fit, q: float | None, material: float) -> dict[str, Any]:
    said = {
        "judgement": "tier_chasing", "kind": "payment", "subject": vendor, "against": venue, "metric": "share_of_flow", "unit": "fraction of flow",
        "n": fit.n, "clusters": fit.clusters, "materiality": material,
    }  # fmt: skip
    if q is None:
        return {**said, "verdict": base.INCONCLUSIVE, "why": fit.why, "sentence": f"Whether {vendor} chases {venue}'s tier is inconclusive: {fit.why}."}
    low, high = fit.interval(LEVEL)
    figures = {**said, "effect": fit.effect, "low": low, "high": high, "smallest_visible": fit.smallest_visible(LEVEL), "p": fit.p, "q": q}
    points = f"{100 * fit.effect:+.1f} points (between {100 * low:+.1f} and {100 * high:+.1f})"
    by = "against other months' ends" if fit.others else "against the month's earlier days; no other month's end is there to compare"
    if low > 0 and q <= LEVEL:
        return {**figures, "verdict": base.FOUND, "sentence": f"With its tier ahead at the month's end, {venue} got {points} of {vendor}'s flow, {by}."}
    if high < material:
        return {**figures, "verdict": base.NOT_FOUND, "sentence": f"With its tier ahead at the month's end, {venue} got no more of {vendor}'s flow: {points}."}
    why = f"the interval reaches up to {100 * high:.1f} points; {100 * material:.1f} would be material"
    return {**figures, "verdict": base.INCONCLUSIVE, "why": why, "sentence": f"Whether {vendor} chases {venue}'s tier is inconclusive: {why}."}


def _shown(rows: pl.DataFrame, vendor: str, marked: pl.DataFrame, weight: str) -> pl.DataFrame:
    of = ["venue", "month", "tier_shares"]
    all_of_day = rows.group_by("day").agg(whole=pl.col(weight).cast(pl.Float64).sum())
    own = rows.group_by("day", "venue").agg(own=pl.col(weight).cast(pl.Float64).sum())
    days = marked.join(all_of_day, on="day", how="left").join(own, on=["day", "venue"], how="left").with_columns(pl.col("own", "whole").fill_null(0))
    reached = pl.col("before") + pl.col("qty") >= pl.col("tier_shares")

    def share(part: pl.Expr) -> pl.Expr:
        whole = pl.col("whole").filter(part).sum()
        return pl.when(whole > 0).then(pl.col("own").filter(part).sum() / whole)

    return days.group_by(of).agg(
        vendor=pl.lit(vendor), month_shares=pl.col("month_shares").first(), reached_on=pl.col("day").filter(reached).min(),
        pending_days=pl.col("is_pending").sum().cast(pl.Int64), share_in_pending=share(pl.col("is_pending")), share_before=share(~pl.col("is_last")),
    ).select(CHASED.schema.names())  # fmt: skip
