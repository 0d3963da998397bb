"""A vendor's report of its own figures: an honest one, or one with one known lie of a known size."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bestexec.errors import Problem
from bestexec.practice.draws import rng
from bestexec.practice.worlds.drawn import bounded
from bestexec.practice.worlds.lies import FIGURES, LIES, Figure, Lie
from bestexec.practice.worlds.quarter import quarter

VENDOR = "vendor_a"
LOST, DIFFERING = 0.001, 0.0005
"""Share of fills that an honest vendor's records lack, and of those that they tell with a share more or less."""


@dataclass(frozen=True)
class Claims:
    """What the firm measured of one vendor, what the vendor reported, and the truth."""

    fills: pl.DataFrame
    """As `quarter` gives them, of one vendor."""
    reported: pl.DataFrame
    """Columns of the canonical `claimed_figures`, numbers as Float64: all fills, then by month, then by order type."""
    true: pl.DataFrame
    """The same figures of the firm's own fills, neither rounded nor bent."""
    lie: Lie | None
    size: float
    bent: tuple[str, ...]
    """Metrics whose reported figure the lie concerns: all for one that leaves fills out."""


def claims(
    seed: int, *, lie: str | None = None, size: float = 0.10, fills: int = 20_000, days: int = 63, symbols: int = 60, venues: int = 8
) -> Claims:  # fmt: skip
    """The report of a vendor over its quarter, with the lie named (a key of `lies.LIES`), or honest.

    `size` (above 0, up to 1): by what part a figure is bent; what part of the unwelcome fills is left out; or what weight the
    wrong method has against the right one. An honest report, and each lying one beside its lie, is rounded as FIGURES says,
    and rests on records that differ a little: 0.1 % of fills lost, 0.05 % a share off. Raises Problem on arguments without sense.
    """
    return reported(quarter(seed, fills=fills, days=days, symbols=symbols, venues=venues, vendors=1), seed, lie=lie, size=size)


def reported(measured: pl.DataFrame, seed: int, *, lie: str | None = None, size: float = 0.10) -> Claims:
    """The same of a quarter already made, of one vendor: many reports of one quarter."""
    known = {one.key: one for one in LIES}
    if lie is not None and lie not in known:
        raise Problem(f"no lie is called {lie}", where="lie", do=f"use one of {', '.join(known)}")
    bounded("size", size, 1e-6 if lie else 0.0, 1.0)
    told = known[lie] if lie else None
    own = _recorded(measured, seed)
    kept = own.filter(pl.Series(rng(seed, 0, "left out").random(own.height) >= size) | ~told.drops) if told and told.drops is not None else own
    if kept.is_empty():
        raise Problem("the lie leaves no fill", where=told.key if told else "", do="give a smaller size or more fills")
    spans = _spans(measured)
    shown = _report(kept, spans, told, size).with_columns(_rounded().alias("claimed_value"))
    bent = () if told is None else tuple(figure.metric for figure in FIGURES) if told.drops is not None else (told.metric,)
    return Claims(measured, shown, _report(measured, spans, None, 0.0), told, size if told else 0.0, bent)


def _recorded(measured: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The vendor's own records: a few fills lost, a few a share off."""
    draw = rng(seed, 0, "records")
    kept, off = draw.random(measured.height) >= LOST, draw.random(measured.height) < DIFFERING
    return measured.with_columns(pl.col("fill_qty") + pl.Series(off).cast(pl.Float64)).filter(pl.Series(kept))


def _spans(fills: pl.DataFrame) -> pl.DataFrame:
    """First and last day by month, and of all (month null): a report states its period, whatever it leaves out of it."""
    days = pl.col("day").min().alias("period_from_on"), pl.col("day").max().alias("period_to_on")
    return pl.concat([fills.select(pl.lit(None, pl.String).alias("month"), *days), fills.group_by("month").agg(days)])


def _report(fills: pl.DataFrame, spans: pl.DataFrame, lie: Lie | None, size: float) -> pl.DataFrame:
    """One row a figure and scope."""
    no = pl.lit(None, pl.String)
    figures = [_shown(figure, lie, size).alias(figure.metric) for figure in FIGURES]
    shown = []
    for month, order_type in ((no, no), (pl.col("month"), no), (no, pl.col("order_type"))):
        values = fills.group_by(month.alias("month"), order_type.alias("order_type")).agg(
            *figures, pl.col("fill_qty").sum().alias("claimed_shares"), pl.col("order_id").n_unique().cast(pl.Int64).alias("claimed_orders"),
        )  # fmt: skip
        shown.append(
            values.join(spans, on="month", nulls_equal=True).sort("period_from_on", "order_type")
            .unpivot([figure.metric for figure in FIGURES], index=_SCOPE, variable_name="metric", value_name="claimed_value")
        )  # fmt: skip
    units = {figure.metric: figure.unit for figure in FIGURES}
    absent = [pl.lit(None, pl.String).alias(name) for name in ("venue", "symbol", "size_group", "side")]
    line = pl.int_range(2, pl.len() + 2, dtype=pl.Int64).alias("line")
    return pl.concat(shown).select(
        pl.lit(VENDOR).alias("vendor"), "metric", pl.col("metric").alias("metric_as_named"),
        "claimed_value", pl.col("metric").replace_strict(units).alias("unit"),
        "period_from_on", "period_to_on", *absent, "order_type", "claimed_shares", "claimed_orders", line,
    )  # fmt: skip


_SCOPE = ["period_from_on", "period_to_on", "order_type", "claimed_shares", "claimed_orders"]


def _shown(figure: Figure, lie: Lie | None, size: float) -> pl.Expr:
    """The figure of a group: as it is, made better by a part, or mixed with that of a wrong method."""
    if lie is None or lie.metric != figure.metric:
        return figure.summary
    if lie.instead is not None:
        return (1 - size) * figure.summary + size * lie.instead
    return figure.summary + lie.toward * size * figure.summary.abs()


def _rounded() -> pl.Expr:
    """Each figure to its places: 2 is to hundredths, −4 to tens of thousands."""
    places = {figure.metric: figure.places for figure in FIGURES}
    up, down = (pl.col("metric").replace_strict({metric: 10.0 ** max(sign * n, 0) for metric, n in places.items()}) for sign in (1, -1))
    return (pl.col("claimed_value") * up / down).round() / up * down
