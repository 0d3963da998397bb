"""The charts there are: the question that each answers and the table that it answers it from."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bestexec.report.blocks import Figure, Value
from bestexec.units import FRACTION, RATIO, USD_PER_SHARE, Unit


@dataclass(frozen=True)
class Chart:
    """One kind of chart: the question it answers, the columns it reads, and an example to draw it from; `drawing.<key>` draws it."""

    key: str
    asks: str
    columns: tuple[str, ...]
    example: tuple[tuple[Value, ...], ...]
    unit: Unit

    def draw(self, rows: pl.DataFrame, *, title: str, unit: Unit, source: str) -> Figure:
        """The figure of `rows`, which hold `columns`. Raises ValueError when one is missing or there is no row."""
        if missing := [column for column in self.columns if column not in rows.columns]:
            raise ValueError(f"chart {self.key} ({title}) needs {', '.join(missing)}")
        if rows.is_empty():
            raise ValueError(f"chart {self.key} ({title}) has no rows")
        from bestexec.report import drawing  # noqa: PLC0415  # a third of a second, which most commands never need

        figure: Figure = getattr(drawing, self.key)(rows.select(self.columns), title, unit, source)
        return figure


SCORECARD = Chart(
    "scorecard", "Who does better, and is the difference larger than its uncertainty?", ("group", "value", "low", "high", "n"),
    (("Vendor A", 0.45, 0.44, 0.46, 9000), ("Vendor B", 0.52, 0.5, 0.54, 8000), ("Vendor C", None, None, None, 12)), RATIO,
)  # fmt: skip
VENUE_PICTURE = Chart(
    "venue_picture", "Does the flow go where the quality is?", ("venue", "share", "value", "low", "high", "n"),
    (("XNAS", 0.6, 0.0081, 0.0079, 0.0083, 900), ("MEMX", 0.4, 0.0074, 0.0071, 0.0077, 700)), USD_PER_SHARE,
)  # fmt: skip
IMPROVEMENT = Chart(
    "improvement", "How is price improvement spread over the executed shares?", ("bin", "sign", "shares", "fraction"),
    (("below 0", -1, 5, 0.05), ("0", 0, 60, 0.6), ("above 0", 1, 35, 0.35)), USD_PER_SHARE,
)  # fmt: skip
TIME_CURVE = Chart(
    "time_curve", "How long do executed shares wait?", ("series", "at_ns", "fraction"),
    (("Vendor A", 1_000_000, 0.25), ("Vendor A", 10_000_000, 0.5), ("Vendor A", 100_000_000, 1.0)), FRACTION,
)  # fmt: skip
REVERSION = Chart(
    "reversion", "Does the price come back after the fill?", ("series", "horizon", "value", "low", "high"),
    (("Vendor A", "1 s", 0.0002, 0.0001, 0.0003), ("Vendor A", "1 min", -0.0001, -0.0003, 0.0001)), USD_PER_SHARE,
)  # fmt: skip
TREND = Chart(
    "trend", "Is it getting better or worse?", ("panel", "period", "value", "low", "high"),
    (("Vendor A", "2026-W14", 0.45, 0.44, 0.46), ("Vendor A", "2026-W15", 0.47, 0.46, 0.48)), RATIO,
)  # fmt: skip
CHARTS = (SCORECARD, VENUE_PICTURE, IMPROVEMENT, TIME_CURVE, REVERSION, TREND)
