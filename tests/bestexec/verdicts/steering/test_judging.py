"""Does flow follow payment? The verdicts, and when nothing can be said."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.practice.worlds.steered import Steered, steered
from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.steering import STEERED, quality, steering, unmoved_by_payments


def in_force(payments: pl.DataFrame) -> pl.DataFrame:
    first = (pl.col("month") + "-01").str.to_date()
    return payments.with_columns(from_on=first, to_on=first.dt.offset_by("1mo"))


@pytest.fixture(scope="module")
def crooked() -> Steered:
    return steered(5, moved=0.15, fills=20_000, vendors=1)


@pytest.fixture(scope="module")
def honest() -> Steered:
    return steered(5, moved=0.0, fills=20_000, vendors=1)


def test_a_router_that_follows_the_best_payer_is_found(crooked: Steered) -> None:
    verdicts, details = steering(crooked.fills, in_force(crooked.payments))
    row, detail = verdicts.row(0, named=True), details.row(0, named=True)
    assert (row["verdict"], row["subject"], detail["form"], detail["design"]) == ("found", "vendor_a", "best_payer", "changes")
    best = crooked.fills["month"].replace_strict(dict(crooked.payers)) == crooked.fills["venue"]
    truth = 0.15 * (1 - best.filter(~crooked.followed).mean())  # type: ignore[operator]  # a mean of flags
    assert row["low"] <= truth <= row["high"]
    assert row["effect"] == pytest.approx(truth, abs=0.03)


def test_an_honest_router_is_not_found(honest: Steered) -> None:
    assert steering(honest.fills, in_force(honest.payments))[0]["verdict"].item() != "found"


def test_a_wide_line_of_materiality_makes_an_honest_router_not_found(honest: Steered) -> None:
    verdicts, _ = steering(honest.fills, in_force(honest.payments), material=0.2)
    assert verdicts["verdict"].item() == "not found"


def test_quality_of_a_world_is_unmoved_by_its_payments(crooked: Steered) -> None:
    paid = crooked.fills.with_columns(usd_per_share=pl.int_range(pl.len()) * 0.0001)
    assert unmoved_by_payments(lambda rows: quality(rows, "effective_spread", cells=("symbol", "order_type"), weight="fill_qty"), paid)


def test_the_order_of_the_rows_changes_nothing(crooked: Steered) -> None:
    payments = in_force(crooked.payments)
    forth, back = (steering(rows, payments)[0].row(0, named=True) for rows in (crooked.fills, crooked.fills.reverse()))
    assert {name: value for name, value in forth.items() if isinstance(value, float)} == pytest.approx(
        {name: value for name, value in back.items() if isinstance(value, float)}, rel=1e-9
    )
    assert forth["verdict"] == back["verdict"]


def small(**more: Any) -> pl.DataFrame:
    """One fill a day, symbol and venue, of six venues, six symbols and eight days."""
    rows = [
        {"vendor": "v", "venue": f"V{venue}", "symbol": f"S{symbol}", "day": date(2026, 7, 27) + timedelta(days=day), "order_type": "market",
         "fill_qty": 100.0 + venue, "effective_spread": 0.01, **more}
        for venue in range(6) for symbol in range(6) for day in range(8)
    ]  # fmt: skip
    return pl.DataFrame(rows).with_columns(month=pl.col("day").dt.strftime("%Y-%m"))


def paying(*rates: float) -> pl.DataFrame:
    return pl.DataFrame(
        {"venue": [f"V{place}" for place in range(len(rates))], "usd_per_share": list(rates)}, schema={"venue": pl.String, "usd_per_share": pl.Float64}
    )


@pytest.mark.parametrize(
    ("rows", "payments", "why"),
    [
        (small(), paying(0, 0, 0, 0, 0, 0), "no venue paid or charged anything in the period"),
        (small(), paying(), "no line of the payments is in force on every day for any venue that it sent to"),
        (small(), paying(0.001), "V0 alone has a known payment, so that there is no choice to explain"),
        (small(), paying(0.001, 0.001, 0.001), "all venues paid alike at all times"),
        (small(), paying(0, 0.001, 0.002), "3 venues only; with fewer than 5 the payment cannot be told from whatever else moved a venue"),
        (small().filter(pl.col("day") == date(2026, 7, 27)), paying(0, 0, 0, 0, 0, 0.001), "one trading day only"),
        (small().filter(pl.col("symbol") < "S3"), paying(0, 0, 0, 0, 0, 0.001), "24 symbol-days only; 30 are needed"),
    ],
)  # fmt: skip
def test_where_nothing_can_be_said_the_reason_is(rows: pl.DataFrame, payments: pl.DataFrame, why: str) -> None:
    verdicts, details = steering(rows, payments)
    assert verdicts.select("verdict", "why", "effect").row(0) == ("inconclusive", why, None)
    assert (verdicts.schema, details.schema) == (VERDICTS.schema, STEERED.schema)
    assert details.height == 1


def test_nothing_is_no_verdict() -> None:
    assert steering(small().head(0), paying())[0].height == 0


def test_a_payment_is_no_measure_of_quality() -> None:
    with pytest.raises(Problem, match="is a payment"):
        steering(small(), paying(0.001), metric="venue_fee_usd")


def test_no_figure_is_nan_or_infinite(crooked: Steered) -> None:
    for table in steering(crooked.fills, in_force(crooked.payments)):
        numbers = table.select(pl.col(pl.Float64))
        assert numbers.select(pl.all().is_finite().fill_null(True).all()).row(0) == (True,) * numbers.width
