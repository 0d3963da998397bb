"""One metric over time: a figure a day, week or month, with its interval and its count."""

from __future__ import annotations

import polars as pl

from oversight.desk import charting, scorecard
from oversight.desk.charting import Picture
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import BY_NAME
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources
from oversight.sheets import Sheet

PERIODS = ("day", "week", "month")
PANELS = 8


def trend(sources: Sources, scope: Scope, key: str, per: str, split: str = "") -> tuple[Picture | None, Sheet]:
    """(the chart, None where nothing is known; its values). `split` draws a panel for each value of a dimension, the largest first."""
    if per not in PERIODS:
        raise Refusal(f"A trend goes by {', '.join(PERIODS)}; “{per[:20]}” is none of them.")
    by = (split, per) if split else (per,)
    sheet = scorecard.by_dimension(sources, scope, by, (key,))
    metric, made = figures.metric(key), figures.grouped(sources, scope, by, (key,))
    panel = pl.col(BY_NAME[split].column) if split else pl.lit(metric.title)
    rows = charting.intervals(made.rows, key).with_columns(panel=panel, period=pl.col(BY_NAME[per].column).cast(pl.String))
    size = "shares" if "shares" in rows.columns else "order_shares"
    largest = rows.group_by("panel").agg(pl.col(size).sum()).sort(size, "panel", descending=[True, False]).head(PANELS)["panel"].to_list()
    words = pl.Series([BY_NAME[split].said(value) if split else metric.title for value in rows["panel"]], dtype=pl.String)
    drawn = rows.with_columns(panel=words).filter(rows["panel"].is_in(largest, nulls_equal=True)).sort("period")
    title = f"{metric.title} by {per}"
    asked = ("trend", scope, key, per, split)
    return figures.once(asked, sources, lambda: charting.draw("trend", drawn, title, metric.unit, sheet) if drawn.height else None), sheet
