"""Verdicts and competing markets in the report: what must be decided first, nothing left out silently."""

from __future__ import annotations

import polars as pl

from bestexec.competing import COMPETING, EVERY_CENTER
from bestexec.metrics import METRICS
from bestexec.report.blocks import Callout, Figure, Heading, Items, Table, Text
from bestexec.report.judgements import competing, verdicts
from bestexec.verdicts.base import table

from .given import run_figures

USUAL = {
    "judgement": "matched", "kind": "venue", "subject": "XNAS", "against": "all others", "metric": "effective_spread", "unit": "$/share", "n": 500,
    "clusters": 90, "coverage": 0.5, "effect": 0.002, "low": 0.001, "high": 0.003, "smallest_visible": 0.0015, "materiality": 0.0025, "dollars": 400.0,
    "verdict": "worse", "sentence": "XNAS is worse.", "is_material": False, "needs_decision": False,
}  # fmt: skip


def run(*rows: dict[str, object], published: pl.DataFrame | None = None) -> object:
    return run_figures(metrics=METRICS, kpis=(), tca=(), framework=(), scorecards=(), verdicts=table({**USUAL, **row} for row in rows), competing=published)


def test_what_needs_a_decision_is_said_first_and_bold_in_the_table() -> None:
    rows = (
        {"subject": "fine", "verdict": "no material difference", "dollars": 1.0},
        {"subject": "doubt", "verdict": "inconclusive", "needs_decision": True, "sentence": "It may be chance.", "dollars": 50.0},
        {"subject": "bad", "is_material": True, "needs_decision": True, "sentence": "It is worse.", "dollars": 10.0},
        {},
        {"subject": "thin", "effect": None, "verdict": "inconclusive", "why": "too little"},
    )
    _, how, call, due, below, worse, figure, whole = verdicts(run(*rows))  # type: ignore[arg-type]
    assert isinstance(how, Text)
    assert isinstance(call, Callout) and call.text.startswith("2 comparisons ask for one")
    assert due == Items(("It is worse.", "It may be chance.")), "worse goes before what may be chance, whatever it costs"
    assert isinstance(below, Heading) and worse == Items(("XNAS is worse.",))
    assert isinstance(figure, Figure) and isinstance(whole, Table)
    assert [row[0].value for row in whole.rows] == ["venue bad", "venue doubt", "venue XNAS", "venue fine"]
    assert whole.strong == (0, 1)
    assert "1 other comparison had too little to stand on" in whole.source


def test_where_nothing_can_be_told_that_is_what_is_told() -> None:
    *_, said = verdicts(run({"effect": None, "verdict": "inconclusive", "why": "one trading day only"}))  # type: ignore[arg-type]
    assert said == Callout("note", "No verdict.", "1 comparison had too little to stand on.")


def test_without_a_published_report_there_is_no_blank() -> None:
    _, said = competing(run({}, published=COMPETING.schema.to_frame()))  # type: ignore[arg-type]
    assert isinstance(said, Callout) and said.title == "No evidence collected."


def test_every_center_is_a_line_with_its_figure_or_its_reason() -> None:
    usual = {"layout": "amended", "order_group": "market", "metric": "effective_spread", "better": "lower", "coverage": 0.8, "matched_shares": 80.0, "cells": 2,
             "months": 1, "broken_lines": 0}  # fmt: skip
    lines = [
        {**usual, "center": EVERY_CENTER, "ours": 0.04, "theirs": 0.05, "difference": -0.01, "their_shares": 900.0},
        {
            **usual,
            "center": "CDRG",
            "venue": "CDED",
            "is_used": True,
            "ours": 0.04,
            "theirs": 0.03,
            "difference": 0.01,
            "their_shares": 100.0,
            "broken_lines": 2,
        },
        {**usual, "center": "FARR", "coverage": 0.0, "why": "no line"},
    ]
    frame = pl.DataFrame([{name: line.get(name) for name in COMPETING.schema} for line in lines], schema=COMPETING.schema)
    _, _, shown, caveats = competing(run({}, published=frame))  # type: ignore[arg-type]
    assert isinstance(shown, Table) and isinstance(caveats, Items)
    assert [[cell.value for cell in row][:3] for row in shown.rows] == [["every center", "", 0.05], ["CDRG (CDED)", "yes", 0.03], ["FARR", "not known", None]]
    assert shown.rows[2][-1].value == "no line"
    assert "2 lines that break a rule" in shown.source
