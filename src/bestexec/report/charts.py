"""The charts: each a declared question of a small table, drawn in one theme."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from bestexec.report import typeface
from bestexec.report.blocks import TOO_FEW, Cell, Column, Figure, Table
from bestexec.report.numerals import printed
from bestexec.units import FILLS, FRACTION, NANOSECONDS, SHARES, Unit

INK, MUTED, RULE, GRID = "#1d2733", "#5b6673", "#9aa5b1", "#e3e7eb"
SERIES = ("#0b62a4", "#c8501e", "#2b8a66", "#8a5a9e", "#a97c00", "#5b6673")
"""Told apart under the three common color deficiencies, and by dash pattern where all color is lost."""
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4])
BETTER, NEITHER, WORSE = SERIES[0], RULE, SERIES[1]

THEME: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": typeface.NAME,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "labelFontSize": 11, "labelPadding": 6, "titleColor": MUTED, "titleFontSize": 11, "titleFontWeight": "normal", "titlePadding": 10,
        "gridColor": GRID, "domain": False, "ticks": False, "labelOverlap": "greedy",
    },
    "axisY": {"labelLimit": 190},
    "text": {"color": INK, "fontSize": 11},
    "point": {"filled": True, "size": 60, "opacity": 1},
    "header": {"labelColor": INK, "labelFontSize": 12, "labelFontWeight": 600, "labelAnchor": "start", "title": None},
}  # fmt: skip
ROW = 26
"""Height of one group in a chart with a group a row, pixels."""


@dataclass(frozen=True)
class Chart:
    """One kind of chart: the question it answers, the columns of its table, and an example to draw it from.

    `draw(rows, title, unit, source)` raises ValueError when a column is missing or there is no row.
    """

    key: str
    asks: str
    columns: tuple[str, ...]
    draw: Callable[[pl.DataFrame, str, Unit, str], Figure]
    example: tuple[tuple[Any, ...], ...]
    unit: Unit


def scorecard(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Dots with intervals, one a group in the order given. Columns group, value, low, high, n; a null value prints as too few."""
    drawn = _wide(rows, unit)
    order = drawn["group"].to_list()
    chart = _intervals(drawn, order, _axis_title(title, unit)).properties(width=340, height=ROW * rows.height)
    values = _values(title, rows, (("group", None), ("value", unit), ("low", unit), ("high", unit), ("n", FILLS)), source)
    return Figure(title, _spec(chart), values, _spoken(title, rows, "group", unit))


def venue_picture(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Share of flow beside quality, one row a venue. Columns venue, share (fraction), value, low, high, n."""
    drawn = _wide(rows, unit).with_columns(share_text=_texts(rows["share"], FRACTION))
    order = drawn["venue"].to_list()
    y = alt.Y("venue:N", sort=order, title=None, axis=alt.Axis(labelColor=INK))
    share = alt.Chart(drawn).encode(y=y)
    bars = share.mark_bar(color=SERIES[0], height=12).encode(x=alt.X("share:Q", title="share of executed shares", axis=alt.Axis(format="%", tickCount=4)))
    texts = share.mark_text(align="left", dx=5).encode(x="share:Q", text="share_text:N")
    height = ROW * rows.height
    left = alt.layer(bars, texts).properties(width=210, height=height)
    right = _intervals(drawn.rename({"venue": "group"}), order, _axis_title(title, unit), named=False).properties(width=230, height=height)
    values = _values(title, rows, (("venue", None), ("share", FRACTION), ("value", unit), ("low", unit), ("high", unit), ("n", FILLS)), source)
    largest = rows.sort("share", descending=True, maintain_order=True).row(0, named=True)
    alt_text = f"{_spoken(title, rows, 'venue', unit)} Largest share: {largest['venue']}, {printed(Cell(largest['share'], FRACTION))}."
    return Figure(title, _spec(alt.hconcat(left, right, spacing=28)), values, alt_text)


def improvement(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Shares by class of price improvement, worst first. Columns bin, sign (−1, 0, 1), fraction, shares; `unit` is that of the bins."""
    drawn = rows.with_columns(text=_texts(rows["fraction"], FRACTION), fraction=pl.col("fraction").cast(pl.Float64)).drop("shares")
    color = alt.Color("sign:O", scale=alt.Scale(domain=[-1, 0, 1], range=[WORSE, NEITHER, BETTER]), legend=None)
    x = alt.X("bin:N", sort=rows["bin"].to_list(), title=_axis_title("price improvement", unit), axis=alt.Axis(labelAngle=0, labelOverlap=False, labelFontSize=10))
    base = alt.Chart(drawn).encode(x=x, y=alt.Y("fraction:Q", title="share of executed shares", axis=alt.Axis(format="%", tickCount=4)))
    chart = alt.layer(base.mark_bar(width={"band": 0.86}).encode(color=color), base.mark_text(dy=-7, fontSize=10).encode(text="text:N")).properties(width=620, height=190)
    values = _values(title, rows, (("bin", None), ("shares", SHARES), ("fraction", FRACTION)), source)
    parts = [(word, rows.filter(pl.col("sign") == sign)["fraction"].sum()) for word, sign in (("improved", 1), ("at the quote", 0), ("outside it", -1))]
    return Figure(title, _spec(chart), values, f"{title}: " + ", ".join(f"{printed(Cell(part, FRACTION))} of shares {word}" for word, part in parts) + ".")


def time_curve(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Cumulative share of executed shares by time, log axis. Columns series, at_ns, fraction; `unit` is that of the fraction."""
    drawn = rows.with_columns(ms=pl.col("at_ns") / 1_000_000, fraction=pl.col("fraction").cast(pl.Float64)).drop("at_ns")
    ends = [int(end) for end in drawn.select(pl.col("ms").min().log10().floor(), pl.col("ms").max().log10().ceil()).row(0)]
    ticks = [10.0**power for power in range(ends[0], ends[1] + 1)]
    scale = alt.Scale(type="log", domain=[drawn["ms"].min(), drawn["ms"].max()])
    x = alt.X("ms:Q", scale=scale, title="time from the benchmark instant to execution, log scale", axis=alt.Axis(values=ticks, labelExpr=_TIME_LABEL, labelOverlap=False))
    y = alt.Y("fraction:Q", scale=alt.Scale(domain=[0, 1]), title="executed shares, cumulative", axis=alt.Axis(format="%", tickCount=5))
    chart = _curves(drawn, x, y, gap=0.075).properties(width=500, height=240)
    values = _values(title, rows, (("series", None), ("at_ns", NANOSECONDS), ("fraction", unit)), source)
    return Figure(title, _spec(chart), values, f"{title}: {_halves(rows)}.")


def reversion(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """A measure by horizon after execution, with a zero line. Columns series, horizon, value, low, high; horizons in the order given."""
    horizons = rows["horizon"].unique(maintain_order=True).to_list()
    names = rows["series"].unique(maintain_order=True).to_list()
    spread = pl.col("series").replace_strict(names, [0.05 * (index - (len(names) - 1) / 2) for index in range(len(names))], return_dtype=pl.Float64)
    place = pl.col("horizon").replace_strict(horizons, list(range(len(horizons))), return_dtype=pl.Float64)
    drawn = _floats(rows).with_columns(place=place + spread).drop_nulls("value")
    shown = " : ".join(f"datum.value == {index} ? '{horizon}'" for index, horizon in enumerate(horizons))
    scale = alt.Scale(domain=[-0.3, len(horizons) - 0.7], nice=False)
    x = alt.X("place:Q", scale=scale, title="time after execution", axis=alt.Axis(values=list(range(len(horizons))), labelExpr=f"{shown} : ''", grid=False))
    y = alt.Y("value:Q", title=_axis_title(title, unit), axis=alt.Axis(tickCount=5))
    zero = alt.Chart(pl.DataFrame({"zero": [0]})).mark_rule(color=MUTED).encode(y="zero:Q")
    chart = alt.layer(zero, _curves(drawn, x, y, gap=0.09, intervals=True)).properties(width=500, height=230)
    values = _values(title, rows, (("series", None), ("horizon", None), ("value", unit), ("low", unit), ("high", unit)), source)
    last = [f"{name} {printed(Cell(_last(rows, name), unit))}" for name in names]
    return Figure(title, _spec(chart), values, f"{title}: at {horizons[-1]}, {', '.join(last)}. Above zero is a cost to the customer.")


def trend(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Small multiples over time on one scale, a panel each. Columns panel, period, value, low, high; periods in the order given."""
    panels = rows["panel"].unique(maintain_order=True).to_list()
    periods = rows["period"].unique(maintain_order=True).to_list()
    drawn = _floats(rows).drop_nulls("value")
    x = alt.X("period:O", sort=periods, title=None, scale=alt.Scale(domain=periods), axis=alt.Axis(labelAngle=0, values=[periods[0], periods[-1]], grid=False, labelOverlap=False))
    y = alt.Y("value:Q", title=unit.symbol, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
    base = alt.Chart(drawn).encode(x=x)
    band = base.mark_area(color=SERIES[0], opacity=0.15).encode(y=alt.Y("low:Q", title=unit.symbol), y2="high:Q")
    line = base.mark_line(color=SERIES[0], strokeWidth=1.75, point=alt.OverlayMarkDef(size=22, color=SERIES[0])).encode(y=y)
    chart = alt.layer(band, line).properties(width=270 if len(panels) > 1 else 590, height=130).facet(facet=alt.Facet("panel:N", sort=panels), columns=2)
    values = _values(title, rows, (("panel", None), ("period", None), ("value", unit), ("low", unit), ("high", unit)), source)
    moves = [f"{panel} from {printed(Cell(_last(rows, panel, 'panel', first=True), unit))} to {printed(Cell(_last(rows, panel, 'panel'), unit))}" for panel in panels]
    return Figure(title, _spec(chart), values, f"{title}, {periods[0]} to {periods[-1]}: {'; '.join(moves)}.")
