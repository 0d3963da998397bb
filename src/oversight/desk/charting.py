"""Charts drawn on the server: the library's own, as pictures in the page, with the sentence and the table of their values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import polars as pl
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from bestexec import CHARTS, Unit, chart_svg
from oversight.sheets import Sheet

Z = 1.96
"""Half the width of a 95 % interval, in standard errors."""
BY_KEY = {chart.key: chart for chart in CHARTS}


@dataclass(frozen=True)
class Picture:
    """A chart in a page: its title, its markup, what it says in a sentence, and the sheet of its values."""

    title: str
    svg: SafeString
    said: str
    sheet: Sheet


def draw(kind: str, rows: pl.DataFrame, title: str, unit: Unit, sheet: Sheet) -> Picture | None:
    """The chart of that kind; None where no row has a value. `rows` have the chart's columns."""
    if rows.drop_nulls("value").is_empty():
        return None
    figure = BY_KEY[kind].draw(rows, title=title, unit=unit, source=sheet.source or sheet.caption)
    return Picture(title, _described(figure.spec, title, figure.alt), figure.alt, sheet)


def intervals(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """`rows` with value, low and high of a metric: its 95 % interval, or nothing around it where the error is unknown."""
    value, half = pl.col(key).cast(pl.Float64), Z * pl.col(f"{key}_se").fill_null(0.0)
    return rows.with_columns(value=value, low=value - half, high=value + half)


@lru_cache(maxsize=200)
def _described(spec: str, title: str, alt: str) -> SafeString:
    name = f"c{sha256(spec.encode()).hexdigest()[:10]}"
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(alt)}</desc>'
    picture = re.sub(r"^(<svg[^>]*>)", lambda head: head[1] + words, chart_svg(spec, name), count=1)
    return mark_safe(picture.replace("<svg ", f'<svg role="img" aria-labelledby="{name}-title {name}-desc" ', 1))
