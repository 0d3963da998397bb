"""How long limit orders waited: the product limit by hand, who rests and who does not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec.linking.routes import LINKED_ROUTES
from bestexec.routed import SURVIVAL, survival
from bestexec.schema import FILLS, ROUTES, conform

DAY = date(2026, 8, 3)
S = 1_000_000_000
T = 1_785_763_800_000_000_000


def table(of: Any, told: list[dict[str, Any]]) -> pl.DataFrame:
    key = {"firm": "FIRM", "key_on": DAY}
    return conform(pl.DataFrame([{**key, **one} for one in told], infer_schema_length=None), of) if told else of.schema.to_frame()


def made(*routes: dict[str, Any]) -> pl.DataFrame:
    """Each route: number, symbol, limit 10.00 below an offer of 10.02; `fill` and `end` in seconds after its sending."""
    sent, quoted, fills = [], [], []
    for number, one in enumerate(routes):
        key = {"symbol": one.get("symbol", "IBM"), "order_id": f"O{number}", "route_id": "R1"}
        side = one.get("side", 1)
        end = T + round(one["end"] * S) if one.get("end") is not None else None
        sent.append({
            **key, "routed_on": DAY, "routed_at": T, "ended_at": end, "side": side, "qty": 100, "limit_px": Decimal(one.get("limit", "10.00")),
            "tif": one.get("tif", "day"), "vendor": "A", "venue": "XNAS", "end_reason": one.get("reason", "canceled"),
        })  # fmt: skip
        quoted.append({**key, "day": DAY, "side": side, "bid_at_route": Decimal("10.00"), "ask_at_route": Decimal("10.02"), "is_split": False})
        if one.get("fill") is not None:
            fills.append({**key, "fill_id": f"F{number}", "traded_on": DAY, "filled_at": T + round(one["fill"] * S), "qty": 50, "px": Decimal("10.00")})
    return survival(table(ROUTES, sent), table(LINKED_ROUTES, quoted), table(FILLS, fills))


def likelihoods(told: pl.DataFrame) -> list[float | None]:
    return told.sort("within_ns")["likelihood"].to_list()


def test_the_likelihood_is_the_product_limit_a_hand_makes() -> None:
    """Four rest: filled at 0.5 s, withdrawn at 0.8 s, filled at 5 s, filled at 400 s.

    Within 1 s: 1 − 3/4 = 0.25. Within 10 s: two are left at 5 s, so 1 − 3/4 × 1/2 = 0.625; the same within 1 and 5 minutes.
    """
    told = made({"fill": 0.5}, {"end": 0.8}, {"fill": 5}, {"fill": 400})
    assert told.schema == SURVIVAL.schema
    assert likelihoods(told) == [0.25, 0.625, 0.625, 0.625]
    assert told.select("n", "filled", "withdrawn", "unknown").unique().row(0) == (4, 3, 1, 0)


def test_without_those_withdrawn_it_would_be_another() -> None:
    """Of two, one is withdrawn at once: the other filled at 0.5 s was the only one left, so all that could be filled was."""
    assert likelihoods(made({"end": 0.1}, {"fill": 0.5}))[0] == 1.0


def test_beyond_what_anything_rested_nothing_is_said() -> None:
    """Both end within two seconds, one of them unfilled: nothing is known of ten."""
    assert likelihoods(made({"fill": 0.5}, {"end": 2}))[1:] == [None, None, None]


@pytest.mark.parametrize(
    "one",
    [
        {"fill": 0.5, "limit": "10.02"}, {"fill": 0.5, "tif": "ioc"}, {"fill": 0.5, "side": -1, "limit": "10.00"}, {"end": 0.5, "reason": "rejected"},
    ],
)  # fmt: skip
def test_what_reaches_the_other_side_must_trade_at_once_or_was_refused_does_not_rest(one: dict[str, Any]) -> None:
    assert made(one).is_empty()


def test_a_sell_rests_above_the_bid() -> None:
    assert likelihoods(made({"fill": 0.5, "side": -1, "limit": "10.01"}))[0] == 1.0


def test_neither_fill_nor_end_is_counted_as_unknown() -> None:
    told = made({"fill": 0.5}, {"end": None})
    assert told.select("n", "unknown").unique().row(0) == (1, 1)


def test_the_interval_needs_two_symbols_or_days() -> None:
    one, two = made({"fill": 0.5}, {"end": 2}), made({"fill": 0.5}, {"end": 2, "symbol": "SPY"})
    assert (one.sort("within_ns")["low"][0], two.sort("within_ns")["low"][0] is not None) == (None, True)
