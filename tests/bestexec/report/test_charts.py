"""Every declared chart draws its example, says what it shows, and draws the same bytes again."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from bestexec.report import theme
from bestexec.report.blocks import Figure
from bestexec.report.charts import CHARTS, SCORECARD, Chart
from bestexec.report.drawing import _apart

SENTENCES = {
    "scorecard": "Example: lowest Vendor A, 0.4500×; highest Vendor B, 0.5200×; 2 of 3 shown, the others rest on too few fills.",
    "venue_picture": "Example: lowest MEMX, 0.007400\u00a0$/share; highest XNAS, 0.008100\u00a0$/share. Largest share: XNAS, 60.00%.",
    "improvement": "Example: 35.00% of shares improved, 60.00% of shares at the quote, 5.00% of shares outside the quote.",
    "time_curve": "Example: half of the shares executed: Vendor A within 10.000\u00a0ms.",
    "reversion": "Example: at 1 min, Vendor A −0.000100\u00a0$/share. Above zero is a cost to the customer.",
    "trend": "Example: Vendor A 0.4500× in 2026-W14, 0.4700× in 2026-W15.",
}


def example(chart: Chart) -> Figure:
    rows = pl.DataFrame(chart.example, schema=list(chart.columns), orient="row")
    return chart.draw(rows, title="Example", unit=chart.unit, source="By hand.")


def axis_titles(node: object) -> list[str]:
    """Every title of an axis in a specification."""
    if isinstance(node, dict):
        own = [node[side]["title"] for side in ("x", "y") if isinstance(node.get(side), dict) and isinstance(node[side].get("title"), str)]
        return own + [title for child in node.values() for title in axis_titles(child)]
    return [title for child in node for title in axis_titles(child)] if isinstance(node, list) else []


def test_every_chart_says_in_a_sentence_what_it_shows() -> None:
    assert {chart.key: example(chart).alt for chart in CHARTS} == SENTENCES


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_every_chart_names_the_unit_on_an_axis_or_counts_in_percent(chart: Chart) -> None:
    titles = axis_titles(json.loads(example(chart).spec))
    assert titles
    assert any(chart.unit.symbol in title for title in titles) or chart.key == "time_curve"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_drawing_again_in_the_same_process_gives_the_same_bytes(chart: Chart) -> None:
    first, second = example(chart), example(chart)
    assert first == second
    theme.svg.cache_clear()
    drawn = theme.svg(first.spec, "f")
    theme.svg.cache_clear()
    assert theme.svg(second.spec, "f") == drawn
    theme.png.cache_clear()
    painted = theme.png(first.spec)
    theme.png.cache_clear()
    assert theme.png(second.spec) == painted


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_a_drawing_names_its_ids_after_itself_and_asks_for_nothing(chart: Chart) -> None:
    drawn = theme.svg(example(chart).spec, "figure-9")
    assert [name for name in re.findall(r'\bid="([^"]+)"', drawn) if not name.startswith("figure-9-")] == []
    assert set(re.findall(r"https?://[^\"]+", drawn)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert 'style="' not in drawn


def test_a_chart_says_which_column_it_lacks() -> None:
    with pytest.raises(ValueError, match=r"chart scorecard \(T\) needs low, high"):
        SCORECARD.draw(pl.DataFrame({"group": ["a"], "value": [1.0], "n": [1]}), title="T", unit=SCORECARD.unit, source="s")


def test_a_chart_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"chart scorecard \(T\) has no rows"):
        SCORECARD.draw(pl.DataFrame({name: [] for name in SCORECARD.columns}), title="T", unit=SCORECARD.unit, source="s")


@pytest.mark.parametrize(
    ("heights", "moved"),
    [
        ([0.1, 0.5], [0.1, 0.5]),  # far apart: left alone
        ([0.5, 0.5, 0.5], [0.5, 0.6, 0.7]),  # alike: 0.1 apart
        ([0.9, 1.0, 1.0], [0.8, 0.9, 1.0]),  # at the top: moved down, 0.1 apart
    ],
)
def test_names_at_the_ends_of_lines_do_not_cover_one_another(heights: list[float], moved: list[float]) -> None:
    assert _apart(heights, 0.1, 1.0) == pytest.approx(moved)


def test_series_keep_apart_by_color_and_by_dash() -> None:
    assert len(set(theme.SERIES)) == len(theme.SERIES) == len(theme.DASHES)
    assert len({tuple(dash) for dash in theme.DASHES}) == len(theme.DASHES)


def test_every_color_of_the_theme_has_one_for_the_night() -> None:
    assert set(theme.BY_NIGHT) == {theme.INK, theme.MUTED, theme.RULE, theme.GRID, *theme.SERIES}
