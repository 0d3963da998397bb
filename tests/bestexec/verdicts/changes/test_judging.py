"""Did the router move, or the market? Small worlds whose truth is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.changes import CHANGES, DAILY
from bestexec.verdicts.changes.judging import Watch, changes

DAYS = [date(2026, 7, 1) + timedelta(days=n) for n in range(30)]
ON = 24
NONE = pl.DataFrame(schema={"vendor": pl.String, "released_on": pl.Date, "words": pl.String})
ROUTES = pl.DataFrame(schema={"vendor": pl.String, "day": pl.Date, "symbol": pl.String, "venue": pl.String, "attempt": pl.Int64})
SYMBOLS = 20
ROWS = 400
"""Fills a day."""


def fills(*, share: tuple[float, float] = (0.3, 0.3), liked: float = 0.0, mix: tuple[float, float] = (0.5, 0.5), days: int = 30) -> pl.DataFrame:
    """X gets `share` of the fills before day 25 and from it on, and `liked` more in the first half of the symbols, which are `mix` of the flow."""
    draw, rows = np.random.default_rng(1), []
    for place, day in enumerate(DAYS[:days]):
        late = int(place >= ON)
        first = draw.random(ROWS) < mix[late]
        symbol = draw.integers(0, SYMBOLS // 2, ROWS) + np.where(first, 0, SYMBOLS // 2)
        at_x = draw.random(ROWS) < share[late] + liked * first
        rows.append(pl.DataFrame({"symbol": symbol, "venue": np.where(at_x, "X", "Y"), "day": [day] * ROWS}))
    return pl.concat(rows).with_columns(pl.format("S{}", "symbol").alias("symbol"), vendor=pl.lit("v"))


def of_x(table: pl.DataFrame, column: str = "metric") -> dict[str, Any]:
    return table.filter(pl.col(column) == "venue_share:X").row(0, named=True)


def test_a_router_that_moves_is_found_within_two_days_and_silent() -> None:
    verdicts, details, _ = changes(fills(share=(0.3, 0.45)), ROUTES, ROUTES, NONE)
    row, detail = of_x(verdicts), of_x(details, "figure")
    assert (row["verdict"], row["why"], row["day"]) == ("found", "silent", DAYS[ON])
    assert (detail["moved"], detail["notice"], detail["release"]) == ("router moved", "silent", None)
    assert detail["raised_on"] <= DAYS[ON + 1]
    assert row["low"] <= 0.15 <= row["high"]
    assert row["sentence"].startswith(f"The router of v moved on {DAYS[ON]}: the share of X in fills changed by +")


def test_a_release_note_near_the_day_announces_it() -> None:
    notes = pl.DataFrame(
        {"vendor": ["v", "v", "w"], "released_on": [DAYS[ON - 2], DAYS[ON - 20], DAYS[ON]], "words": ["4.2: new venue order", "4.1: fixes", "9.0"]}
    )  # fmt: skip
    detail = of_x(changes(fills(share=(0.3, 0.45)), ROUTES, ROUTES, notes)[1], "figure")
    assert (detail["notice"], detail["release"]) == ("announced", f"{DAYS[ON - 2]}: 4.2: new venue order")


def test_a_market_that_moves_is_not_the_router() -> None:
    """X has 0.2 of the fills, and 0.4 more in the first half of the symbols: 0.4 in all at a mix of 50 %, 0.56 at one of 90 %."""
    verdicts, details, _ = changes(fills(share=(0.2, 0.2), liked=0.4, mix=(0.5, 0.9)), ROUTES, ROUTES, NONE)
    row, detail = of_x(verdicts), of_x(details, "figure")
    assert (row["verdict"], row["why"], detail["moved"]) == ("not found", "market moved", "market moved")
    assert (detail["observed_shift"], detail["expected_shift"]) == pytest.approx((0.16, 0.16), abs=0.03)
    assert "router moved" not in details["moved"].to_list()


def test_a_router_and_a_market_that_stay_are_not_found() -> None:
    verdicts, details, days = changes(fills(), ROUTES, ROUTES, NONE, how=Watch(material=0.2))
    assert verdicts["verdict"].to_list() == ["not found", "not found"]
    assert details.is_empty()
    assert days.height == 60


def test_a_change_that_two_days_would_not_show_leaves_silence_inconclusive() -> None:
    row = of_x(changes(fills(), ROUTES, ROUTES, NONE, how=Watch(material=0.01))[0])
    assert row["verdict"] == "inconclusive"
    assert row["why"].startswith("within two days only a change of ")


def test_a_market_never_seen_before_is_inconclusive() -> None:
    moved = fills(share=(0.3, 0.6)).with_columns(symbol=pl.when(pl.col("day") >= DAYS[ON]).then("N" + pl.col("symbol")).otherwise("symbol"))
    row = of_x(changes(moved, ROUTES, ROUTES, NONE)[0])
    assert (row["verdict"], row["why"]) == ("inconclusive", "100 % of the later rows stood in markets that the reference days had not seen")


def test_a_few_days_are_inconclusive() -> None:
    verdicts, _, _ = changes(fills(days=21), ROUTES, ROUTES, NONE)
    assert verdicts.select("subject", "verdict", "why").rows() == [("v", "inconclusive", "21 trading days; 20 are the reference and 2 are needed beyond them")]


def test_first_attempts_are_watched_in_the_market_of_their_order() -> None:
    sent = fills(share=(0.3, 0.45)).with_row_index("order_id").with_columns(
        pl.col("order_id").cast(pl.String), firm=pl.lit("F"), key_on=pl.col("day"), attempt=pl.lit(1, dtype=pl.Int64)
    )  # fmt: skip
    orders = sent.select("firm", "key_on", "symbol", "order_id", order_type=pl.lit("market"))
    second = sent.with_columns(attempt=pl.lit(2, dtype=pl.Int64), venue=pl.lit("Y"))
    details = changes(fills(), pl.concat([sent, second]), orders, NONE)[1].filter(pl.col("figure") == "first_attempt_share:X")
    assert details.select("moved", "began_on").row(0) == ("router moved", DAYS[ON])


def test_a_slower_leg_is_told_in_percent() -> None:
    draw = np.random.default_rng(3)
    rows = fills()
    slow = np.where((rows["day"] >= DAYS[ON]).to_numpy(), 1.5, 1.0) * draw.lognormal(14, 0.5, rows.height)
    told = rows.with_columns(receipt_to_route_ns=pl.Series(slow.astype(np.int64)))
    row = changes(told, ROUTES, ROUTES, NONE)[0].filter(pl.col("metric") == "receipt_to_route").row(0, named=True)
    assert (row["verdict"], row["unit"]) == ("found", "fraction of the time")
    assert row["low"] <= 0.5 <= row["high"]


def test_tables_have_their_columns_and_no_nan() -> None:
    tables = changes(fills(share=(0.3, 0.45)), ROUTES, ROUTES, NONE)
    assert [table.schema for table in tables] == [VERDICTS.schema, CHANGES.schema, DAILY.schema]
    for table in tables:
        numbers = table.select(pl.col(pl.Float64))
        assert numbers.select(pl.all().is_finite().fill_null(True).all()).row(0) == (True,) * numbers.width


def test_nothing_is_no_verdict() -> None:
    assert [table.height for table in changes(fills().head(0), ROUTES, ROUTES, NONE)] == [0, 0, 0]


def test_the_order_of_the_rows_changes_nothing() -> None:
    rows = fills(share=(0.3, 0.45))
    for forth, back in zip(changes(rows, ROUTES, ROUTES, NONE), changes(rows.reverse(), ROUTES, ROUTES, NONE), strict=True):
        assert forth.equals(back)


@pytest.mark.parametrize("wrong", [{"reference_days": 4}, {"false_alarms": 0}, {"material": 0}])
def test_a_watch_without_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Problem):
        Watch(**wrong)
