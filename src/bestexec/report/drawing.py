"""How each chart of `charts` is drawn, in one theme: picture, values and a sentence that says them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import altair as alt
import polars as pl

from bestexec.report.blocks import TOO_FEW, Cell, Column, Figure, Table
from bestexec.report.numerals import printed
from bestexec.report.theme import BETTER, DASHES, INK, MUTED, NEITHER, SERIES, THEME, WORSE
from bestexec.units import FILLS, FRACTION, NANOSECONDS, SHARES, Unit

ROW = 25
"""Height of a group in a chart with a row for each, pixels."""
PERCENT_AXIS = alt.Axis(format="%", tickCount=4)
TWO_LINES = "split(replace(datum.label, ' to ', ' to|'), '|')"
TIME_LABEL = "datum.value >= 1000 ? datum.value / 1000 + ' s' : datum.value < 1 ? datum.value * 1000 + ' µs' : datum.value + ' ms'"


def scorecard(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """A dot with its interval for each group, in the order given; a null value stands as too few."""
    left = _dots(rows, "group", title, unit).properties(width=420, height=ROW * rows.height)
    values = _values(title, rows, {"group": None, "value": unit, "low": unit, "high": unit, "n": FILLS}, source)
    return Figure(title, _spec(left), values, _extremes(title, rows, "group", unit))


def venue_picture(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Each venue's share of the flow, and beside it the quality there, in the order given."""
    drawn = rows.select("venue", pl.col("share").cast(pl.Float64), text=_texts(rows["share"], FRACTION))
    base = alt.Chart(drawn).encode(x=alt.X("share:Q", title="share of executed shares", axis=PERCENT_AXIS), y=_row_axis(rows, "venue"))
    bars = _over(base.mark_bar(color=SERIES[0], height=11), base.mark_text(align="left", dx=5).encode(text="text:N"))
    quality = _dots(rows, "venue", title, unit, named=False)
    height = ROW * rows.height
    both = alt.hconcat(bars.properties(width=200, height=height), quality.properties(width=215, height=height), spacing=36)
    values = _values(title, rows, {"venue": None, "share": FRACTION, "value": unit, "low": unit, "high": unit, "n": FILLS}, source)
    largest = rows.sort("share", descending=True, maintain_order=True).row(0, named=True)
    alt_text = f"{_extremes(title, rows, 'venue', unit)} Largest share: {largest['venue']}, {printed(Cell(largest['share'], FRACTION))}."
    return Figure(title, _spec(both), values, alt_text)


def improvement(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Executed shares by class of price improvement, worst class first; `sign` is −1 outside the quote, 0 at it, 1 inside."""
    drawn = rows.select("bin", "sign", pl.col("fraction").cast(pl.Float64), text=_texts(rows["fraction"], FRACTION))
    x = alt.X(
        "bin:N", sort=rows["bin"].to_list(), title=f"price improvement, {unit.symbol}", axis=alt.Axis(labelAngle=0, labelOverlap=False, labelExpr=TWO_LINES)
    )
    base = alt.Chart(drawn).encode(x=x, y=alt.Y("fraction:Q", title="share of executed shares", axis=PERCENT_AXIS))
    color = alt.Color("sign:O", scale=alt.Scale(domain=[-1, 0, 1], range=[WORSE, NEITHER, BETTER]), legend=None)
    chart = _over(base.mark_bar(width={"band": 0.85}).encode(color=color), base.mark_text(dy=-8).encode(text="text:N"))
    parts = [(word, rows.filter(pl.col("sign") == sign)["fraction"].sum()) for word, sign in (("improved", 1), ("at the quote", 0), ("outside the quote", -1))]
    sentence = ", ".join(f"{printed(Cell(part, FRACTION))} of shares {word}" for word, part in parts)
    values = _values(title, rows, {"bin": None, "shares": SHARES, "fraction": FRACTION}, source)
    return Figure(title, _spec(chart.properties(width=610, height=180)), values, f"{title}: {sentence}.")


def time_curve(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Cumulative share of executed shares by time since the benchmark instant, on a log axis; a line for each series."""
    drawn = rows.select("series", x=pl.col("at_ns") / 1_000_000, value=pl.col("fraction").cast(pl.Float64))
    times = drawn["x"].to_list()
    ends = [min(times), max(times)]
    powers = [10.0**power for power in range(-6, 9) if ends[0] <= 10.0**power <= ends[1]]
    axis = alt.Axis(values=powers, labelExpr=TIME_LABEL, labelOverlap=False)
    x = alt.X("x:Q", scale=alt.Scale(type="log", domain=ends, nice=False), title="time from the benchmark instant to execution, log scale", axis=axis)
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, 1]), title="executed shares, cumulative", axis=alt.Axis(format="%", tickCount=5))
    chart = _lines(drawn, x, y, gap=0.07).properties(width=500, height=240)
    halves = [f"{name} within {printed(Cell(_first_half(rows, name), NANOSECONDS))}" for name in _names(rows, "series")]
    return Figure(title, _spec(chart), _curve_values(title, rows, unit, source), f"{title}: half of the shares executed: {', '.join(halves)}.")


def reversion(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """A measure by horizon after execution with its zero line; horizons in the order given, a line for each series."""
    horizons, names = _names(rows, "horizon"), _names(rows, "series")
    aside = pl.col("series").replace_strict(names, [0.06 * (index - (len(names) - 1) / 2) for index in range(len(names))], return_dtype=pl.Float64)
    place = pl.col("horizon").replace_strict(horizons, list(range(len(horizons))), return_dtype=pl.Float64)
    drawn = _floats(rows, unit).select("series", "value", "low", "high", x=place + aside).drop_nulls("value")
    ticks = " : ".join(f"datum.value == {index} ? '{horizon}'" for index, horizon in enumerate(horizons))
    axis = alt.Axis(values=list(range(len(horizons))), labelExpr=f"{ticks} : ''", grid=False, labelOverlap=False)
    x = alt.X("x:Q", scale=alt.Scale(domain=[-0.3, len(horizons) - 0.8], nice=False), title="time after execution", axis=axis)
    y = alt.Y("value:Q", title=_named(title, unit), axis=alt.Axis(tickCount=5))
    zero = alt.Chart(pl.DataFrame({"zero": [0]})).mark_rule(color=MUTED).encode(y="zero:Q")
    bars = alt.Chart(drawn).mark_rule(opacity=0.55).encode(x=x, y="low:Q", y2="high:Q", color=_colors(names))
    chart = _over(zero, bars, _lines(drawn, x, y, gap=0.08)).properties(width=500, height=230)
    last = [f"{name} {printed(Cell(_last(rows, name), unit))}" for name in names]
    values = _values(title, rows, {"series": None, "horizon": None, "value": unit, "low": unit, "high": unit}, source)
    return Figure(title, _spec(chart), values, f"{title}: at {horizons[-1]}, {', '.join(last)}. Above zero is a cost to the customer.")


def trend(rows: pl.DataFrame, title: str, unit: Unit, source: str) -> Figure:
    """Small multiples over time on one scale, a panel for each name in the order given; the line breaks where a period is unknown."""
    panels, periods = _names(rows, "panel"), sorted(_names(rows, "period"))
    axis = alt.Axis(labelAngle=0, values=[periods[0], periods[-1]], grid=False, labelOverlap=False)
    x = alt.X("period:O", sort=periods, title=None, scale=alt.Scale(domain=periods), axis=axis)
    y = alt.Y("value:Q", title=unit.symbol, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4))
    base = alt.Chart(_floats(rows, unit)).encode(x=x)
    band = base.mark_area(color=SERIES[0], opacity=0.15).encode(y=alt.Y("low:Q", title=unit.symbol), y2="high:Q")
    line = base.mark_line(color=SERIES[0], strokeWidth=1.75, point=alt.OverlayMarkDef(size=22, color=SERIES[0])).encode(y=y)
    chart = (
        _over(band, line)
        .properties(width=265 if len(panels) > 1 else 600, height=125)
        .facet(facet=alt.Facet("panel:N", sort=panels), columns=2, spacing={"column": 60, "row": 18})
    )
    values = _values(title, rows, {"panel": None, "period": None, "value": unit, "low": unit, "high": unit}, source)
    known = rows.drop_nulls("value")
    moves = [_move(panel, known.filter(pl.col("panel") == panel), unit) for panel in panels]
    return Figure(title, _spec(chart), values, f"{title}: {'; '.join(moves)}.")


def _dots(rows: pl.DataFrame, group: str, title: str, unit: Unit, *, named: bool = True) -> alt.LayerChart:
    """Dots, intervals and, in a column of their own at the right, the printed values."""
    texts = [printed(Cell(value, unit), unit) if value is not None else str(TOO_FEW.value) for value in rows["value"]]
    drawn = _floats(rows, unit).select(group, "value", "low", "high", text=pl.Series(texts))
    base = alt.Chart(drawn).encode(y=_row_axis(rows, group, named=named))
    x = alt.X("value:Q", title=_named(title, unit), scale=alt.Scale(zero=False, padding=8), axis=alt.Axis(tickCount=4))
    intervals = base.mark_rule(color=SERIES[0], strokeWidth=2, opacity=0.45).encode(x="low:Q", x2="high:Q")
    dots = base.mark_point(color=SERIES[0]).encode(x=x)
    side = 420 if named else 215
    return _over(intervals, dots, base.mark_text(align="right").encode(x=alt.value(side + 70), text="text:N"))


def _over(*charts: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    return alt.LayerChart(layer=list(charts))


def _row_axis(rows: pl.DataFrame, group: str, *, named: bool = True) -> alt.Y:
    axis = alt.Axis(labelColor=INK, grid=True, labelOverlap=False) if named else alt.Axis(labels=False, grid=True)
    return alt.Y(f"{group}:N", sort=rows[group].to_list(), title=None, axis=axis)


def _lines(drawn: pl.DataFrame, x: alt.X, y: alt.Y, *, gap: float) -> alt.LayerChart:
    """A line and its points for each series, named at its end; names stand at least `gap` of the height apart."""
    names = _names(drawn, "series")
    dashes = alt.StrokeDash("series:N", scale=alt.Scale(domain=names, range=list(DASHES[: len(names)])), legend=None)
    base = alt.Chart(drawn).encode(x=x, y=y, color=_colors(names))
    ends = drawn.group_by("series", maintain_order=True).last().sort("value", "series")
    heights = drawn.select(pl.col("value", *(column for column in ("low", "high") if column in drawn.columns)))
    low = min(0.0, *(float(column.min() or 0.0) for column in heights))  # type: ignore[arg-type]  # a float column's extreme is a float
    high = max(0.0, *(float(column.max() or 0.0) for column in heights))  # type: ignore[arg-type]  # the same
    apart = ends.with_columns(value=pl.Series(_apart(ends["value"].to_list(), gap * (high - low), high), dtype=pl.Float64))
    texts = alt.Chart(apart).mark_text(align="left", dx=9).encode(x=alt.value("width"), y=y, text="series:N", color=_colors(names))
    return _over(base.mark_line(strokeWidth=2).encode(strokeDash=dashes), base.mark_point(size=26), texts)


def _apart(heights: list[float], gap: float, top: float) -> list[float]:
    """Rising heights moved up just enough to stand `gap` apart, then down again where they would pass the top."""
    moved: list[float] = []
    for height in heights:
        moved.append(max(height, moved[-1] + gap) if moved else height)
    for index in range(len(moved) - 1, -1, -1):
        ceiling = top if index == len(moved) - 1 else moved[index + 1] - gap
        moved[index] = min(moved[index], max(ceiling, heights[index] if index == len(moved) - 1 else ceiling))
    return moved


def _colors(names: list[str]) -> alt.Color:
    return alt.Color("series:N", scale=alt.Scale(domain=names, range=list(SERIES[: len(names)])), legend=None)


def _spec(chart: alt.LayerChart | alt.HConcatChart | alt.FacetChart) -> str:
    return json.dumps({**chart.to_dict(), "config": THEME}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _floats(rows: pl.DataFrame, unit: Unit) -> pl.DataFrame:
    """Positions on the picture: the printed scale, in floats, which a chart may have."""
    return rows.with_columns(pl.col("value", "low", "high").cast(pl.Float64) * float(unit.scale))


def _names(rows: pl.DataFrame, column: str) -> list[str]:
    return [str(name) for name in rows[column].unique(maintain_order=True)]


def _named(title: str, unit: Unit) -> str:
    return f"{title}, {unit.symbol}" if unit.symbol else title


def _texts(values: pl.Series, unit: Unit) -> pl.Series:
    return pl.Series([printed(Cell(value, unit)) for value in values], dtype=pl.String)


def _last(rows: pl.DataFrame, name: str) -> Any:
    return rows.filter(pl.col("series") == name)["value"][-1]


def _move(panel: str, known: pl.DataFrame, unit: Unit) -> str:
    """From the first known period to the last."""
    if known.is_empty():
        return f"{panel} unknown"
    first, last = (known.row(at, named=True) for at in (0, -1))
    return f"{panel} {printed(Cell(first['value'], unit))} in {first['period']}, {printed(Cell(last['value'], unit))} in {last['period']}"


def _first_half(rows: pl.DataFrame, name: str) -> int | None:
    """The first time of the curve by which half of the shares were executed."""
    reached = rows.filter((pl.col("series") == name) & (pl.col("fraction") >= 0.5))
    return None if reached.is_empty() else int(reached["at_ns"][0])


def _extremes(title: str, rows: pl.DataFrame, group: str, unit: Unit) -> str:
    known = rows.drop_nulls("value").sort("value", maintain_order=True)
    if known.is_empty():
        return f"{title}: too few fills in each of {rows.height} groups."
    least, most = known.row(0, named=True), known.row(-1, named=True)
    ends = f"lowest {least[group]}, {printed(Cell(least['value'], unit))}; highest {most[group]}, {printed(Cell(most['value'], unit))}"
    return f"{title}: {ends}; {known.height} of {rows.height} shown, the others rest on too few fills." if known.height < rows.height else f"{title}: {ends}."


HEADINGS = {"n": "Fills", "low": "Low", "high": "High", "bin": "Class", "at_ns": "Within"}
"""Headings of value tables where the column's own word would not do."""


def _values(title: str, rows: pl.DataFrame, columns: dict[str, Unit | None], source: str) -> Table:
    heads = tuple(Column(HEADINGS.get(name, name.capitalize()), unit, "right" if unit else "left") for name, unit in columns.items())
    cells = []
    for row in rows.iter_rows(named=True):
        few = "n" in row and row["value"] is None
        cells.append(tuple(TOO_FEW if few and row[name] is None else Cell(row[name], unit) for name, unit in columns.items()))
    return Table(title, heads, tuple(cells), source)


def _curve_values(title: str, rows: pl.DataFrame, unit: Unit, source: str) -> Table:
    """Times down, series across."""
    names = _names(rows, "series")
    heads = (Column("Within", NANOSECONDS, "right"), *(Column(name, unit, "right") for name in names))
    found = {(row["at_ns"], row["series"]): row["fraction"] for row in rows.iter_rows(named=True)}
    times: Iterable[int] = sorted({at for at, _ in found})
    return Table(title, heads, tuple((Cell(at, NANOSECONDS), *(Cell(found.get((at, name)), unit) for name in names)) for at in times), source)
