"""Every metric is declared whole: a key, a source, an example, and SQL that both engines read alike."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from bestexec import cite, units
from bestexec.linking.columns import LINKED
from bestexec.metrics import METRICS, Estimator, Metric, definitions, definitions_hash
from bestexec.metrics.base import names, readable
from bestexec.metrics.printed import markdown

AGGREGATES = re.compile(r"\b(sum|count|avg|min|max|median|quantile|stddev|first|last)\s*\(|\bOVER\b", re.IGNORECASE)
UNGUARDED = re.compile(r"/(?!\s*nullif\()")


def named(metric: Metric) -> str:
    return f"{metric.on}-{metric.key}"


def keys(on: str) -> set[str]:
    return {metric.key for metric in METRICS if metric.on == on}


def test_a_key_is_unique_on_its_table_and_no_column_of_it() -> None:
    counts = Counter((metric.on, metric.key) for metric in METRICS)
    assert [key for key, count in counts.items() if count > 1] == []
    assert [named(metric) for metric in METRICS if metric.key in LINKED[metric.on].schema] == []


def test_a_key_is_shared_only_between_fills_and_tape() -> None:
    assert keys("orders") & (keys("fills") | keys("trades")) == set()


@pytest.mark.parametrize("metric", METRICS, ids=named)
def test_every_name_is_a_column_or_a_metric_with_a_row_form(metric: Metric) -> None:
    rows = {other.key for other in METRICS if other.on == metric.on and other.row}
    assert metric.reads - readable(metric.on) - rows == set()


def test_a_row_form_names_no_metric_that_comes_after_it() -> None:
    place = {(metric.on, metric.key): number for number, metric in enumerate(METRICS)}
    late = [
        named(metric)
        for metric in METRICS
        if metric.row and any(place.get((metric.on, name), -1) >= place[metric.on, metric.key] for name in names(metric.row))
    ]
    assert late == []


@pytest.mark.parametrize("metric", METRICS, ids=named)
def test_a_formula_has_no_window_no_aggregate_and_no_unguarded_division(metric: Metric) -> None:
    for sql in metric.formulas():
        assert AGGREGATES.search(sql) is None
        assert UNGUARDED.search(sql) is None
    if not isinstance(metric.summary, Estimator):
        assert UNGUARDED.search(metric.summary.sql) is None


@pytest.mark.parametrize("metric", METRICS, ids=named)
def test_every_metric_has_a_source_a_unit_a_weight_and_an_example(metric: Metric) -> None:
    assert metric.source in cite.CITES
    assert metric.unit in units.UNITS
    assert metric.weight
    assert metric.title
    assert metric.example.given


@pytest.mark.parametrize("metric", METRICS, ids=named)
def test_the_arithmetic_of_an_example_gives_what_it_says(metric: Metric) -> None:
    assert re.fullmatch(r"[0-9_.e+\-*/() ]+", metric.example.arithmetic)
    assert eval(metric.example.arithmetic) == pytest.approx(metric.example.gives, rel=1e-9, abs=1e-12)  # digits and signs alone, see the line above


def test_the_page_shows_each_metric_with_its_formula() -> None:
    page = markdown()
    assert re.findall(r"^### .*: `(\w+)`$", page, re.MULTILINE) == [metric.key for metric in METRICS]
    assert [metric.key for metric in METRICS if metric.summary.sql not in page or (metric.row_sql or "") not in page] == []


def test_the_definitions_name_every_metric_and_have_one_hash() -> None:
    assert [(entry["on"], entry["key"]) for entry in definitions()] == [(metric.on, metric.key) for metric in METRICS]
    assert definitions_hash() == definitions_hash()
    assert {entry["key"] for entry in definitions() if entry["estimators_sha256"]} == {
        metric.key for metric in METRICS if isinstance(metric.summary, Estimator)
    }
