"""Measured fills as a test writes them: the columns that a comparison reads, and the smallest comparison."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from bestexec.verdicts.matched import Comparison, Materiality

FIRST = date(2026, 7, 1)
LINE = Materiality(usd=1_000, bps=1)
SCHEMA = {
    "firm": pl.String, "key_on": pl.Date, "day": pl.Date, "symbol": pl.String, "order_id": pl.String, "venue": pl.String, "cell": pl.String,
    "fill_qty": pl.Float64, "fill_px": pl.Float64, "cost": pl.Float64,
}  # fmt: skip


def fill(venue: str, cost: float | None, *, day: int = 0, qty: float | None = 100, **told: Any) -> dict[str, Any]:
    """One fill; each order has one unless `order_id` says more."""
    on = FIRST + timedelta(days=day)
    return {
        "firm": "F", "key_on": on, "day": on, "symbol": "A", "order_id": f"O{day}{venue}{cost}{qty}", "venue": venue, "cell": "c", "fill_px": 50.0,
        "fill_qty": qty, "cost": cost, **told,
    }  # fmt: skip


def frame(*fills: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(fills), schema=SCHEMA)


def comparison(**told: Any) -> Comparison:
    return Comparison(**{"kind": "venue", "metric": "cost", "better": "lower", "materiality": LINE, "cells": ("cell",), "minimum_n": 2, **told})


def drawn(seed: int, *, fills: int = 300, days: int = 12, venues: int = 3, cells: int = 8, lasting: float = 0.0) -> pl.DataFrame:
    """Fills of two symbols with a shock for each symbol-day; `lasting` is the part of orders whose fills spread over days."""
    draw = np.random.default_rng(seed)
    orders = max(fills // 3, 1)
    order = draw.integers(0, orders, fills)
    symbol, started = draw.integers(0, 2, orders)[order], draw.integers(0, days, orders)[order]
    lasts = (draw.random(orders) < lasting)[order]
    day = np.where(lasts, np.minimum(started + draw.integers(0, 3, fills), days - 1), started)
    cell = draw.integers(0, cells, fills)
    cost = 0.01 * cell + 0.02 * draw.standard_normal((2, days))[symbol, day] + 0.03 * draw.standard_normal(fills)
    return pl.DataFrame(
        {
            "firm": ["F"] * fills, "key_on": [FIRST + timedelta(days=int(n)) for n in started], "day": [FIRST + timedelta(days=int(n)) for n in day],
            "symbol": [f"S{n}" for n in symbol], "order_id": [f"O{n}" for n in order], "venue": [f"V{n}" for n in draw.integers(0, venues, fills)],
            "cell": [f"S{s}-{c}" for s, c in zip(symbol, cell, strict=True)], "fill_qty": np.ceil(100 * draw.lognormal(0, 1, fills)),
            "fill_px": [50.0] * fills, "cost": cost,
        },
        schema=SCHEMA,
    )  # fmt: skip
