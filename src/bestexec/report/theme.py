"""How every chart looks, and how its specification becomes a picture: fixed version, fixed face, no network."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import vl_convert

from bestexec.report import typeface

INK, MUTED, RULE, GRID = "#1d2733", "#5b6673", "#9aa5b1", "#e3e7eb"
SERIES = ("#0b62a4", "#c8501e", "#2b8a66", "#8a5a9e", "#a97c00", "#5b6674")
"""Told apart under the three common color deficiencies; dashes tell them apart where all color is lost."""
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4])
BETTER, NEITHER, WORSE = SERIES[0], RULE, SERIES[1]
BY_NIGHT = {
    INK: "#e4e9ee", MUTED: "#a3aeb9", RULE: "#75818d", GRID: "#2b343d", SERIES[0]: "#5ea9e6", SERIES[1]: "#f08a5d",
    SERIES[2]: "#5cc29a", SERIES[3]: "#c39ad6", SERIES[4]: "#dcb545", SERIES[5]: "#a3aeba",
}  # fmt: skip
"""The same colors on a dark page; the page swaps them, the specification stays as it is."""

WIDTH = 690
"""Every picture is at least so wide (pixels), so that all are scaled alike and their lettering has one size."""
VEGA_LITE = "6.4"
THEME: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": typeface.NAME,
    "padding": 6,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "labelFontSize": 11, "labelPadding": 6, "titleColor": MUTED, "titleFontSize": 11, "titleFontWeight": "normal", "titlePadding": 10,
        "gridColor": GRID, "domain": False, "ticks": False,
    },
    "axisY": {"labelLimit": 190},
    "text": {"color": INK, "fontSize": 11},
    "point": {"filled": True, "size": 60, "opacity": 1},
    "header": {"labelColor": INK, "labelFontSize": 12, "labelFontWeight": 600, "labelAnchor": "start", "title": None},
}  # fmt: skip


@cache
def svg(spec: str, name: str) -> str:
    """The chart as SVG whose ids begin with `name`, so that several can stand in one page; same specification, same bytes."""
    _know_the_face()
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return _at_least_as_wide(_renamed(_said_as_one(drawn), name))


@cache
def png(spec: str) -> bytes:
    """The chart as PNG, at twice the resolution it is shown at, for workbooks."""
    _know_the_face()
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=0.75, ppi=192, allowed_base_urls=[]))


@cache
def _know_the_face() -> None:
    vl_convert.register_font_directory(str(typeface.folder()))


def _said_as_one(drawn: str) -> str:
    """Without the renderer's own words for its parts: whoever places the picture says what it shows, once."""
    return re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", drawn)


def _renamed(drawn: str, name: str) -> str:
    """The renderer numbers its clip paths on from chart to chart; here they are numbered within this one."""
    ids = dict.fromkeys(re.findall(r'\bid="([^"]+)"', drawn))
    for index, drawn_id in enumerate(ids):
        drawn = drawn.replace(f'id="{drawn_id}"', f'id="{name}-{index}"').replace(f"url(#{drawn_id})", f"url(#{name}-{index})")
    return drawn


def _at_least_as_wide(drawn: str) -> str:
    width, height = (float(number) for number in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)[0])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {max(width, WIDTH):g} {height:g}" width="{max(width, WIDTH):g}" height="{height:g}">'
    return re.sub(r"^<svg[^>]*>", head, drawn, count=1)
