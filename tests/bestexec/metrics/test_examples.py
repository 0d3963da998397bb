"""Every worked example on both engines."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from bestexec.linking.columns import LINKED, QUOTED_TIME
from bestexec.metrics import METRICS, Estimator, Metric, measure, summarize
from bestexec.metrics.base import SHARES
from bestexec.metrics.worked import FILLS, LIMIT_ORDERS, ORDERS, TRADES, as_table
from bestexec.metrics.worked import QUOTED_TIME as QUOTED_TIME_ROWS

DAY = {"symbol": "AAA", "day": None}
SQL_METRICS = tuple(metric for metric in METRICS if not isinstance(metric.summary, Estimator) and metric.key != "time_weighted_spread")


def named(metric: Metric) -> str:
    return f"{metric.on}-{metric.key}"


def doubles(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.cast({pl.Decimal: pl.Float64})


def in_duckdb(frame: pl.DataFrame, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.register("rows", doubles(frame).to_arrow())
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize("metric", METRICS, ids=named)
def test_polars_computes_the_example(metric: Metric) -> None:
    rows = as_table(metric.example.given, LINKED[metric.on])
    quoted_time = as_table(QUOTED_TIME_ROWS, QUOTED_TIME)
    if metric.key == "time_weighted_spread":
        rows, quoted_time = (
            rows.with_columns(symbol=pl.lit("AAA"), day=pl.date(2026, 7, 1)),
            quoted_time.with_columns(symbol=pl.lit("AAA"), day=pl.date(2026, 7, 1)),
        )
    scorecard = summarize(measure(rows, metric.on, (metric.key,)), metric.example.by, metric.on, keys=(metric.key,), quoted_time=quoted_time)
    assert scorecard[metric.key][0] == pytest.approx(metric.example.gives, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("metric", SQL_METRICS, ids=named)
def test_duckdb_computes_the_example_from_the_same_text(metric: Metric) -> None:
    rows = measure(as_table(metric.example.given, LINKED[metric.on]), metric.on)
    (row,) = in_duckdb(rows, f"SELECT {metric.summary.sql} FROM rows WHERE {metric.counts}")
    assert row[0] == pytest.approx(metric.example.gives, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("metric", SQL_METRICS, ids=named)
def test_polars_runs_the_printed_summary_as_it_stands(metric: Metric) -> None:
    rows = measure(as_table(metric.example.given, LINKED[metric.on]), metric.on)
    given = rows.filter(pl.sql_expr(metric.counts)).select(value=pl.sql_expr(metric.summary.sql))
    assert given["value"].to_list() == [pytest.approx(metric.example.gives, rel=1e-9, abs=1e-12)]


@pytest.mark.parametrize("metric", [metric for metric in METRICS if metric.row], ids=named)
def test_both_engines_show_the_same_in_each_row(metric: Metric) -> None:
    rows = {"fills": FILLS, "orders": (*ORDERS, *LIMIT_ORDERS), "trades": TRADES}[metric.on]
    excluded = {**rows[0], "excluded": "auction order", **({} if metric.on == "trades" else {"is_left_out": True})}
    measured = measure(as_table((*rows, excluded, {}), LINKED[metric.on]), metric.on)
    shown = doubles(measured.select(metric.key))[metric.key].to_list()
    assert [row[0] for row in in_duckdb(measured, f"SELECT {metric.row_sql} FROM rows")] == [
        None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12) for value in shown
    ]


def test_a_row_left_out_by_name_shows_nothing_that_needs_a_quote() -> None:
    measured = measure(as_table([{**FILLS[0], "excluded": "auction order", "is_left_out": True}], LINKED["fills"]), "fills")
    shown = {metric.key for metric in METRICS if metric.on == "fills" and metric.row and measured[metric.key][0] is not None}
    assert shown == {
        "mean_time_to_execution", "mean_receipt_to_execution", "mean_receipt_to_route", "mean_route_to_ack", "mean_ack_to_execution",
        "venue_fees", "venue_rebates", "customer_cost",
    }  # fmt: skip


def test_a_row_without_a_good_quote_at_t0_lacks_only_what_reads_that_quote() -> None:
    measured = measure(as_table([{**FILLS[0], "excluded": "quote crossed at t0", "is_left_out": False}], LINKED["fills"]), "fills")
    assert measured.select("effective_spread", "price_improvement", "quoted_spread").row(0) == (None, None, None)
    assert measured.select(pl.col("effective_spread_at_execution", "realized_spread_1s", "arrival_slippage").is_not_null()).row(0) == (True, True, True)


def test_measuring_some_metrics_brings_along_what_they_are_built_on() -> None:
    measured = measure(as_table(FILLS, LINKED["fills"]), "fills", ("effective_over_quoted",))
    assert measured.columns == [*LINKED["fills"].schema, "quoted_spread", "effective_spread"]


def test_each_table_weighs_its_rows_by_its_own_shares() -> None:
    assert {on: table.schema[SHARES[on]] for on, table in LINKED.items()} == dict.fromkeys(LINKED, pl.Decimal(18, 6))
