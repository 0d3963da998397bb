"""Where the transaction-cost table's benchmark comes from."""

from __future__ import annotations

import polars as pl

from bestexec.competing import COMPETING, EVERY_CENTER
from bestexec.competing.figures import FIGURES
from bestexec.report.run_figures import Measured
from bestexec.reporting import BENCHMARK, LIMIT_ONLY, benchmark_of

TAPE = {"effective_over_quoted": Measured(0.9, 10), "at_or_inside": Measured(0.8, 10)}


def published(center: str = EVERY_CENTER) -> pl.DataFrame:
    """Every figure that a report can state: 1 of market orders, 2 of limit orders."""
    usual = {"layout": "amended", "center": center, "coverage": 1.0, "matched_shares": 5.0, "cells": 1, "months": 1, "their_shares": 7.0, "broken_lines": 0}
    lines = [{**usual, "metric": one.metric, "better": one.better, "order_group": group, "theirs": value} for one in FIGURES for group, value in
             (("market", 1.0), ("limit", 2.0))]  # fmt: skip
    return pl.DataFrame([{name: line.get(name) for name in COMPETING.schema} for line in lines], schema=COMPETING.schema)


def test_without_published_reports_it_is_the_tape() -> None:
    assert benchmark_of(TAPE, None) == (TAPE, BENCHMARK)
    assert benchmark_of(TAPE, COMPETING.schema.to_frame()) == (TAPE, BENCHMARK)
    assert benchmark_of(TAPE, published("CDRG")) == (TAPE, BENCHMARK), "one center is no industry"


def test_published_figures_of_all_centers_go_before_the_tape_and_are_named() -> None:
    figures, words = benchmark_of(TAPE, published())
    assert {key: value.value for key, value in figures.items()} == {one.metric: 2.0 if one.metric in LIMIT_ONLY else 1.0 for one in FIGURES}
    assert words.startswith("every market center's published Rule 605 report")
    assert "Effective over quoted spread" in words
