"""Who learns of an order from its routes: quotes that fade after unfilled ones, by venue, and drift before them, by vendor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import polars as pl

from bestexec.linking.columns import KEPT_APART
from bestexec.linking.routes import AFTER_END_NS
from bestexec.policy import Policy
from bestexec.schema import Column, Table
from bestexec.units import COUNT, TEXT
from bestexec.verdicts.base import CANNOT_TELL, LEVEL, STATISTIC, rounded
from bestexec.verdicts.matched.comparison import Comparison, Materiality

LEAKS, DOES_NOT = "leaks", "does not"
SAID = (LEAKS, DOES_NOT, CANNOT_TELL)
FADE, DRIFT = "fade", "drift"
NS_PER_MS = 1_000_000
BUY, SELL = "buy", "sell"

LEAKING = Table(
    "leaking", "Whether the market learns of orders from their routes: one row a venue and horizon (fade), or a vendor (drift).",
    ("judgement", "subject", "metric"), "",
    (
        Column("judgement", TEXT, "", "What is judged.", required=True, values=(FADE, DRIFT)),
        Column("subject", TEXT, "", "Venue of a fade, vendor of a drift.", required=True),
        Column("metric", TEXT, "", "The figure, with its horizon.", required=True),
        Column("rows", COUNT, "routes", "Routes that the judgement is about.", required=True),
        Column("n", COUNT, "routes", "Of these, those that stand beside a control; of a drift, the buys.", required=True),
        Column("clusters", COUNT, "clusters", "Clusters that the variance rests on: the fewer of symbol-days and parent orders."),
        Column("mean_bps", STATISTIC, "bps", "The plain average, before any control; + is against the order."),
        Column("effect_bps", STATISTIC, "bps", "How much more the midpoint moved against the order than at the controls."),
        Column("low_bps", STATISTIC, "bps", "Lower end of its 95 % interval."),
        Column("high_bps", STATISTIC, "bps", "Upper end."),
        Column("smallest_visible_bps", STATISTIC, "bps", "Smallest true effect that this much data would have shown nine times in ten."),
        Column("limit_bps", STATISTIC, "bps", "From which the policy, beforehand, called it material."),
        Column("q", STATISTIC, "probability", "Chance of as large an effect when there is none, corrected for all that was judged together."),
        Column("needed_n", COUNT, "routes", "Routes beside a control that would show an effect of the limit nine times in ten; at least the policy's minimum."),
        Column("rank", COUNT, "", "Place by effect, drawn toward the mean by how little it rests on; 1 leaks the most."),
        Column("verdict", TEXT, "", "What is said.", required=True, values=SAID),
        Column("why", TEXT, "", "The reason where it cannot be told."),
        Column("sentence", TEXT, "", "One plain sentence made of these facts alone.", required=True),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Terms:
    """What was set beforehand."""

    limit_bps: float
    probe_ns: int
    minimum_n: int


def leaking(routes: pl.DataFrame, limits: Policy) -> pl.DataFrame:
    """LEAKING of LINKED_ROUTES rows, held to the policy of their last day."""
    last = routes["day"].max()
    if not isinstance(last, date):
        return LEAKING.schema.to_frame()
    probe_ns = int(limits.limit("max_probe_ms", last) * NS_PER_MS)
    return judged(routes, Terms(float(limits.limit("max_fade_bps", last)), probe_ns, int(limits.limit("min_n", last))))


def judged(routes: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """LEAKING: venues by fade at each horizon, then vendors by drift; all of it corrected as one family.

    Fade: side × (midpoint after the end of an unfilled route of at most `probe_ns` − midpoint at its sending). Its control are the unfilled routes
    at all other venues, of the same symbol and kind of flow, of which the order was likewise filled elsewhere by the horizon, or not.
    Drift: side × (midpoint at a route's sending − midpoint at the order's receipt). Its control are routes of orders of the other side, of the
    same vendor, symbol, day and hour: a move of the market itself helps one side as much as it harms the other. Stop orders are left out: a stop is
    routed because the market moved against it.
    """
    sent = prepared(routes)
    probes = sent.filter("is_unfilled", pl.col("worked_ns") <= terms.probe_ns)
    asked = [each for name, ns in AFTER_END_NS.items() for each in _fades(probes, sent, name, ns, terms)]
    asked += [each for vendor in sent["vendor"].drop_nulls().unique().sort() for each in _drift(sent.filter(pl.col("vendor") == vendor), vendor, terms)]
    return _told(asked, terms)


def prepared(routes: pl.DataFrame) -> pl.DataFrame:
    """Routes that reached a market themselves, with `one` as weight, and what a feed does not say of a flow as a flow of its own."""
    kept = routes.filter(~pl.col("is_split"), ~pl.col("is_left_out").fill_null(False), pl.col("side").is_not_null())
    return kept.with_columns(pl.lit(1.0).alias("one"), *(pl.col(name).cast(pl.String).fill_null("unknown") for name in KEPT_APART))


@dataclass(frozen=True)
class _Asked:
    judgement: str
    subject: str
    metric: str
    rows: int
    mean: float | None
    within: Any
    """matched.contrast.Estimate, in the metric's own sign."""


def _fades(probes: pl.DataFrame, sent: pl.DataFrame, name: str, horizon_ns: int, terms: Terms) -> list[_Asked]:
    from bestexec.verdicts.judging import estimates  # noqa: PLC0415  # statistics take a second to load, which most commands never need

    metric = f"fade_{name}"
    moved = _bps(pl.col(f"mid_after_end_{name}"), pl.col("mid_at_route")) * pl.col("side")
    is_followed = (pl.col("next_filled_at") <= pl.col("ended_at") + horizon_ns).fill_null(False)
    faded = probes.with_columns(moved.alias(metric), is_followed=is_followed)
    found = {each.name: each for each in estimates(faded, _comparison("venue", metric, ("symbol", *KEPT_APART, "is_followed"), terms))}
    facts = {venue: (rows, mean) for venue, rows, mean in faded.group_by("venue").agg(pl.len(), pl.col(metric).mean()).iter_rows()}
    venues = sent["venue"].drop_nulls().unique().sort()
    return [_Asked(FADE, venue, metric, *facts.get(venue, (0, None)), found[venue].within if venue in found else None) for venue in venues]


def _drift(sent: pl.DataFrame, vendor: str, terms: Terms) -> list[_Asked]:
    from bestexec.verdicts.judging import estimates  # noqa: PLC0415  # the same

    metric = "drift_to_route"
    half = _bps(pl.col("mid_at_route"), pl.col("mid_at_receipt")) / 2
    of_day = sent.filter(pl.col("day") == pl.col("key_on"), ~pl.col("is_stop").fill_null(False))
    moved = of_day.with_columns(half.alias(metric), direction=pl.when(pl.col("side") == 1).then(pl.lit(BUY)).otherwise(pl.lit(SELL)))
    cells = ("symbol", "day", "hour", *KEPT_APART)
    (buys,) = estimates(moved, _comparison("direction", metric, cells, terms, subjects=(BUY,)))
    mean = moved.select((2 * pl.col(metric) * pl.col("side")).mean()).item()
    return [_Asked(DRIFT, vendor, metric, of_day.height, mean, buys.within)]


def _bps(later: pl.Expr, earlier: pl.Expr) -> pl.Expr:
    before = earlier.cast(pl.Float64)
    return pl.when(before > 0).then((later.cast(pl.Float64) / before - 1) * 10_000)


def _comparison(kind: str, metric: str, cells: tuple[str, ...], terms: Terms, subjects: tuple[str, ...] = ()) -> Comparison:
    return Comparison(
        kind=kind, metric=metric, better="lower", cells=cells, weight="one", minimum_n=terms.minimum_n, unit="bps", subjects=subjects,
        materiality=Materiality(usd=1.0, bps=terms.limit_bps),
    )  # fmt: skip


def _told(asked: list[_Asked], terms: Terms) -> pl.DataFrame:
    from bestexec.verdicts.families import corrected, ranks, shrunk, smallest_visible  # noqa: PLC0415  # the same
    from bestexec.verdicts.matched.contrast import Estimate  # noqa: PLC0415  # the same

    within = [each.within or Estimate() for each in asked]
    q = corrected([one.p for one in within])
    family = sum(value is not None for value in q)
    places: dict[int, int | None] = {}
    for group in dict.fromkeys((each.judgement, each.metric) for each in asked):
        rows = [index for index, each in enumerate(asked) if (each.judgement, each.metric) == group]
        drawn = shrunk([within[index] for index in rows])
        places |= dict(zip(rows, ranks([None if effect is None else -effect for effect in drawn]), strict=True))
    told = [
        _row(each, one, q[index], smallest_visible(one, family), terms) | {"rank": places[index]}
        for index, (each, one) in enumerate(zip(asked, within, strict=True))
    ]
    return rounded(pl.DataFrame([{**row, "sentence": _sentence(row)} for row in told], schema=LEAKING.schema)).sort(
        pl.col("judgement") != FADE, "metric", pl.col("rank"), "subject", nulls_last=True
    )


def _row(asked: _Asked, within: Any, q: float | None, visible: float | None, terms: Terms) -> dict[str, Any]:
    low, high = within.interval(LEVEL)
    verdict, why = _said(asked, within, q, low, high, terms)
    times = None if visible is None else (visible / terms.limit_bps) ** 2
    return {
        "judgement": asked.judgement, "subject": asked.subject, "metric": asked.metric, "rows": asked.rows, "n": within.n, "clusters": within.clusters,
        "mean_bps": asked.mean, "effect_bps": within.effect, "low_bps": low, "high_bps": high, "smallest_visible_bps": visible, "limit_bps": terms.limit_bps,
        "q": q, "needed_n": terms.minimum_n if times is None else max(terms.minimum_n, ceil(within.n * times)), "verdict": verdict, "why": why,
    }  # fmt: skip


def _said(asked: _Asked, within: Any, q: float | None, low: float | None, high: float | None, terms: Terms) -> tuple[str, str | None]:
    """Leaks: significant after the family's correction, against the order, and the interval reaches the limit. Does not: the interval ends below it."""
    if within.effect is None or low is None or high is None or q is None:
        return CANNOT_TELL, within.why or ("no route there ended without a fill" if asked.judgement == FADE else "no route")
    if high < terms.limit_bps:
        return DOES_NOT, None
    if q <= LEVEL and within.effect > 0:
        return LEAKS, None
    return CANNOT_TELL, "the interval holds both none and the limit" if low <= 0 else "alone it would be significant; among so many judgements it is not"


def _sentence(row: Mapping[str, Any]) -> str:
    horizon = row["metric"].removeprefix("fade_")
    about = f"after unfilled routes at {row['subject']}" if row["judgement"] == FADE else f"between receipt and the routes of {row['subject']}"
    by = f"{horizon} later, the midpoint" if row["judgement"] == FADE else "the midpoint"
    if row["effect_bps"] is None:
        return f"It cannot be told whether quotes move {about}: {row['why']}; {row['needed_n']:,} routes beside a control are needed."
    size = f"{abs(row['effect_bps']):.2f} bps {'further against' if row['effect_bps'] > 0 else 'less against'} the order than at the controls"
    facts = f"95 % interval {row['low_bps']:.2f} to {row['high_bps']:.2f}, {row['n']:,} routes; the limit is {row['limit_bps']:g}".replace("-", "−")
    start = {LEAKS: "Information leaks", DOES_NOT: "No leak", CANNOT_TELL: "It cannot be told"}[row["verdict"]]
    more = f"; about {row['needed_n']:,} routes beside a control are needed: {row['why']}" if row["verdict"] == CANNOT_TELL else ""
    return f"{start} {about}: {by} was {size} ({facts}{more})."
