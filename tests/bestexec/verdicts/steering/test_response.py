"""The arithmetic of the conflict test: payments in force, quality without them, the regression and the dealing out."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm

from bestexec.schema import FEES, PAYMENTS, conform
from bestexec.verdicts.steering import of_received, of_schedule, quality, unmoved_by_payments
from bestexec.verdicts.steering.panel import Panel, less_the_liking
from bestexec.verdicts.steering.payments import base_rates
from bestexec.verdicts.steering.regressed import regress
from bestexec.verdicts.steering.response import respond


def test_the_line_that_says_most_is_in_force() -> None:
    lines = [
        {"venue": "A", "usd_per_share": 0.001}, {"venue": "A", "usd_per_share": 0.002, "from_on": date(2026, 7, 2)},
        {"venue": "A", "usd_per_share": 0.003, "vendor": "w"}, {"venue": "A", "usd_per_share": 0.009, "from_shares": 1000.0},
        {"venue": "B", "usd_per_share": 0.004, "to_on": date(2026, 7, 2)}, {"venue": "C", "usd_per_share": 0.005, "order_type": "limit"},
        {"venue": "C", "usd_per_share": float("nan")},
    ]  # fmt: skip
    asked = pl.DataFrame(
        {"day": [date(2026, 7, d) for d in (1, 2, 1, 2, 1, 1)], "venue": ["A", "A", "B", "B", "C", "C"], "order_type": ["market"] * 5 + ["limit"]}
    )
    payments = pl.DataFrame(lines)
    assert base_rates(asked, payments, "v")["usd_per_share"].to_list() == [0.001, 0.002, 0.004, None, None, 0.005]
    assert base_rates(asked, payments, "w")["usd_per_share"].to_list() == [0.003, 0.003, 0.004, None, None, 0.005]


def test_a_rebate_is_a_payment_and_a_fee_one_below_zero() -> None:
    given = pl.DataFrame(
        {
            "venue": ["A", "B", "A", "A"], "liquidity": ["removed", "removed", "added", None], "fee_usd_per_share": ["-0.0016", "0.003", "-0.002", None],
            "line": [1, 2, 3, 4],
        }
    ).with_columns(pl.col("fee_usd_per_share").cast(pl.Decimal(18, 8)))  # fmt: skip
    assert of_schedule(conform(given, FEES)).select("venue", "usd_per_share").rows() == [("A", 0.0016), ("B", -0.003)]


def test_what_was_received_is_spread_over_the_shares_of_the_month() -> None:
    """A paid 0.30 + 0.15 for 100 + 200 shares of July: 0.0015 a share. B paid for a month in which it got nothing."""
    given = pl.DataFrame(
        {
            "venue": ["A", "A", "B"], "month_on": [date(2026, 7, 1), date(2026, 7, 1), date(2026, 8, 1)], "kind": ["pfof", "rebate", "pfof"],
            "amount_usd": ["0.30", "0.15", "9"], "line": [1, 2, 3],
        }
    ).with_columns(pl.col("amount_usd").cast(pl.Decimal(18, 8)))  # fmt: skip
    received = of_received(conform(given, PAYMENTS), FILLS)
    assert received.select("venue", "from_on", "to_on", "usd_per_share").rows() == [("A", date(2026, 7, 1), date(2026, 8, 1), pytest.approx(0.0015))]


FILLS = pl.DataFrame(
    {
        "venue": ["A", "B", "A", "B"], "month": ["2026-07"] * 4, "order_type": ["market", "market", "limit", "limit"], "fill_qty": [100.0, 300.0, 200.0, 200.0],
        "cost": [0.04, 0.02, 0.01, 0.03], "venue_fee_usd": [-0.1, 0.2, 0.3, 0.4],
    }
)  # fmt: skip


def measured(rows: pl.DataFrame) -> pl.DataFrame:
    return quality(rows, "cost", cells=("order_type",), weight="fill_qty")


def test_quality_is_the_cost_beside_the_same_kind_of_order() -> None:
    # market: mean (4 + 6) / 400 = 0.025; limit: (2 + 6) / 400 = 0.02. A: (100 × 0.015 − 200 × 0.01) / 300; B: (300 × −0.005 + 200 × 0.01) / 500.
    assert measured(FILLS).select("venue", "cost").rows() == [("A", pytest.approx(-0.5 / 300)), ("B", pytest.approx(0.5 / 500))]


def test_quality_is_the_same_when_payments_are_dealt_out_anew() -> None:
    assert unmoved_by_payments(measured, FILLS, seed=1)


def test_a_measure_that_nets_fees_is_moved_by_payments() -> None:
    def net(rows: pl.DataFrame) -> pl.DataFrame:
        return measured(rows.with_columns(cost=pl.col("cost") + pl.col("venue_fee_usd") / pl.col("fill_qty")))

    assert not unmoved_by_payments(net, FILLS, seed=1)


def test_payments_that_are_all_alike_prove_nothing() -> None:
    with pytest.raises(ValueError, match="nothing was paid"):
        unmoved_by_payments(measured, FILLS.with_columns(venue_fee_usd=pl.lit(0.0)))


def test_the_regression_is_that_of_statsmodels_with_a_constant_for_each_cell() -> None:
    draw = np.random.default_rng(4)
    cell, cluster, n = np.repeat(np.arange(4), 150), np.tile(np.arange(60), 10), 600
    x, z, weight = draw.normal(size=n) + cell, draw.normal(size=n), draw.uniform(0.5, 2, n)
    y = 0.7 * x - 0.2 * z + cell + draw.normal(size=60)[cluster] + draw.normal(size=n)
    fit = regress(y, np.column_stack([x, z]), weight, cell, cluster)
    witness = sm.WLS(y, np.column_stack([x, z, np.eye(4)[cell]]), weights=weight).fit(cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False})
    assert (fit.effect, *fit.others) == pytest.approx(tuple(witness.params[:2]))
    assert fit.error == pytest.approx(witness.bse[0] * np.sqrt(60 / 59), rel=0.01)  # our residuals are freed of 1 / 150 leverage
    assert fit.clusters == 60
    assert 20 < fit.freedom < 59


def choices(share: list[list[float]], paid: list[list[float]], **more: Any) -> Panel:
    days = len(share)
    columns = {"weight": np.ones(days), "unit": np.zeros(days, dtype=np.int64), "cluster": np.arange(days), "days": days, "coverage": 1.0, **more}
    return Panel(tuple("ABCDEFGH"[: len(share[0])]), np.array(share), np.array(paid), np.zeros((days, len(share[0]))), **columns)


OFF = 0.01
SHARES = [[0.2 + OFF, 0.4 - OFF, 0.4], [0.2 - OFF, 0.4 + OFF, 0.4], [0.5, 0.25 + OFF, 0.25 - OFF], [0.5, 0.25 - OFF, 0.25 + OFF]]
PAID = [[0.0, 0, 0], [0, 0, 0], [3, 0, 0], [3, 0, 0]]


def test_the_answer_is_read_off_the_change_of_payment() -> None:
    """A pays 3 from the third day on: 2 above the venues' mean, the others 1 below. Its share goes from 0.2 to 0.5: 0.3 = 2 × 0.15."""
    answer = respond(choices(SHARES, PAID), seed=0)
    proportional = answer.of("proportional")
    assert proportional is not None
    assert answer.design == "changes"
    assert proportional.fit.effect == pytest.approx(0.15)
    assert proportional.flow_per_unit == pytest.approx(1.0)  # (0 + 0 + 2 + 2) / 4


def test_payments_of_venues_that_never_paid_can_be_exchanged() -> None:
    assert respond(choices(SHARES, PAID), seed=0).p_dealt == pytest.approx(2 / 6)  # the order as it is, and B with C


def test_without_a_change_venues_are_compared_with_each_other() -> None:
    draw = np.random.default_rng(2)
    paid = np.tile([0.0, 1, 2, 3, 4, 5], (40, 1))
    share = 1 / 6 + 0.02 * (paid - 2.5) + draw.normal(0, 0.01, 6) + draw.normal(0, 0.001, (40, 6))
    answer = respond(choices(share.tolist(), paid.tolist()), seed=0)
    proportional = answer.of("proportional")
    assert proportional is not None
    assert (answer.design, proportional.fit.clusters) == ("levels", 6)
    assert proportional.fit.effect == pytest.approx(0.02, abs=0.006)


def test_a_weighted_panel_is_that_of_statsmodels_with_all_constants() -> None:
    draw = np.random.default_rng(3)
    choice, venues = 60, 4
    unit, weight = np.repeat([0, 1, 2], 20), draw.uniform(1, 5, choice)
    paid, share = draw.normal(size=(choice, venues)), draw.uniform(size=(choice, venues))
    made = choices(share.tolist(), paid.tolist(), unit=unit, weight=weight)
    rows = [(g, v) for g in range(choice) for v in range(venues)]
    likings = [(u, w) for u in range(3) for w in range(1, venues)]  # the first venue's follow from the others and the choices'
    constants = np.array([[*(g == k for k in range(choice)), *((unit[g], v) == liking for liking in likings)] for g, v in rows], dtype=float)
    witness = sm.WLS(share.ravel(), np.column_stack([paid.ravel(), constants]), weights=np.repeat(weight, venues)).fit()
    x, y = (less_the_liking(values, made)[0].ravel() for values in (made.paid, made.share))
    assert float((np.repeat(weight, venues) * x * y).sum() / (np.repeat(weight, venues) * x * x).sum()) == pytest.approx(witness.params[0])
