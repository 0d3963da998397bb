"""What is planted in the market: quotes locked, crossed or halted, quotes that fade after a probe, a feed that is slow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from bestexec.market.sessions import HOUR_NS
from bestexec.practice.draws import MS
from bestexec.practice.market import DayMarket, Disturbance, Fade, clock_at
from bestexec.practice.planted import Day
from bestexec.practice.truth import Fault

CROSSED_HOUR, HALTED_HOUR, PAUSED_HOUR = 14.0, 10.75, 11.5
"""When each begins, by the clock of New York."""
SLOW_HOURS = 11.0, 12.0


def lasts_ns(day: Day, kind: str) -> int:
    """How long a disturbance of the quotes lasts: its size, in ms."""
    return round(day[kind].size * MS)


def disturbances(day: date, planted: Day, open_at: int) -> tuple[Disturbance, ...]:
    """The quotes' disturbances of one day."""
    made = []
    if "locked" in planted:
        hour = 1 + day.toordinal() % 4
        made.append(Disturbance("locked", 2, open_at + hour * HOUR_NS + 17 * MS, lasts_ns(planted, "locked")))
    if "crossed" in planted:
        made.append(Disturbance("crossed", 1, clock_at(day, CROSSED_HOUR), lasts_ns(planted, "crossed")))
    if "halt" in planted:
        made.append(Disturbance("halted", 3, clock_at(day, HALTED_HOUR), lasts_ns(planted, "halt")))
    if "luld_pause" in planted:
        made.append(Disturbance("halted", 4, clock_at(day, PAUSED_HOUR), lasts_ns(planted, "luld_pause")))
    return tuple(made)


def disturbed(market: DayMarket, planted: Sequence[Disturbance]) -> list[Fault]:
    """The day's disturbances of the quotes, as the answer key tells them."""
    return [
        Fault(f"{one.kind}_quote", market.day, f"{one.kind} for {one.lasts_ns // MS:,} ms from {one.at} ns", market.issues[one.issue].symbol) for one in planted
    ]


def slowed(market: DayMarket) -> list[Fault]:
    """The slow feed, as the answer key tells it."""
    if "slow_feed" not in market.planted:
        return []
    says = f"all quotes from 11:00 to 12:00 in New York come {market.planted['slow_feed'].size:g} ms late"
    return [Fault("slow_feed", market.day, says)]


def as_told(market: DayMarket, quotes: pl.DataFrame) -> pl.DataFrame:
    """The day's quotes as the feed tells them once the day is worked: faded after probes, then late where the feed is slow."""
    if market.fades:
        quotes = _faded(market, quotes)
    return _late(market, quotes) if "slow_feed" in market.planted else quotes


def _late(market: DayMarket, quotes: pl.DataFrame) -> pl.DataFrame:
    """Quotes keep their order: none of the slow hour comes after its end."""
    start, end = (clock_at(market.day, hour) for hour in SLOW_HOURS)
    at, size = pl.col("quoted_at"), round(market.planted["slow_feed"].size * MS)
    late = pl.min_horizontal(at + size, pl.lit(end - 1))
    return quotes.with_columns(quoted_at=pl.when((at >= start) & (at < end)).then(late).otherwise(at)).sort("issue", "quoted_at", maintain_order=True)


def _faded(market: DayMarket, quotes: pl.DataFrame) -> pl.DataFrame:
    """A row where each fade begins and one where it ends; between them the national best of that side stands away by its ticks."""
    edges = sorted({(fade.issue, at) for fade in market.fades for at in (fade.at, fade.ends_at)})
    rows = [(issue, at, *market.quote(issue, at)[1:]) for issue, at in edges]
    names = ("issue", "quoted_at", "bid", "ask", "bid_qty", "ask_qty", "bid_venue", "ask_venue")
    added = pl.DataFrame(rows, schema={name: quotes.schema[name] for name in names}, orient="row").with_columns(
        *(pl.when(pl.col(side) > 0).then(f"{side}_venue").alias(f"{side}_venue") for side in ("bid", "ask")),
        kind=pl.lit("nbbo"), venue=pl.lit(None, pl.String),
    )  # fmt: skip
    added = added.join(quotes.filter(pl.col("kind") == "nbbo"), on=["issue", "quoted_at"], how="anti")
    every = pl.concat([quotes, added.select(quotes.columns)]).sort("issue", "quoted_at", maintain_order=True)
    return every.with_columns(_moved(fades, side) for side, fades in (("ask", _of(market, 1)), ("bid", _of(market, -1))))


def _of(market: DayMarket, side: int) -> list[Fade]:
    return [fade for fade in market.fades if fade.side == side]


def _moved(fades: list[Fade], name: str) -> pl.Expr:
    """A price of the national best, away by all fades in which it lies; the bid never below a hundredth of a cent."""
    price, at = pl.col(name), pl.col("quoted_at")
    by = pl.sum_horizontal(
        pl.lit(0), *(pl.when((pl.col("issue") == one.issue) & (at >= one.at) & (at < one.ends_at)).then(one.by).otherwise(0) for one in fades)
    )
    moved = pl.max_horizontal(price + (by if name == "ask" else -by), pl.lit(100))
    return pl.when((pl.col("kind") == "nbbo") & (price > 0) & (by > 0)).then(moved).otherwise(price).alias(name)
