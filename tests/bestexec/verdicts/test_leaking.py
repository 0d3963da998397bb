"""Who learns of orders from their routes: fades and drifts by hand, and what cannot be told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec.linking.routes import LINKED_ROUTES
from bestexec.schema import conform
from bestexec.verdicts.leaking import LEAKING, Terms, judged

DAY = date(2026, 8, 3)
MS = 1_000_000
T = 1_785_763_800_000_000_000
TERMS = Terms(limit_bps=0.5, probe_ns=1_000 * MS, minimum_n=4)
ALIKE: dict[str, Any] = {
    "firm": "FIRM", "symbol": "IBM", "vendor": "A", "session": "regular", "customer_class": "retail", "asset_class": "equity", "currency": "USD",
    "is_held": True, "is_directed": False, "is_split": False, "is_left_out": False,
}  # fmt: skip


def probe(number: int, venue: str, after: str, *, side: int = 1, day: int = 0, **said: Any) -> dict[str, Any]:
    """An unfilled route of 5 ms, the midpoint 10.0000 at its sending and `after` at each horizon."""
    on = DAY + timedelta(days=day)
    return {
        **ALIKE, "key_on": on, "day": on, "order_id": f"O{number}", "route_id": f"R{number}", "venue": venue, "side": side,
        "routed_at": T + number, "ended_at": T + number + 5 * MS,
        "worked_ns": 5 * MS, "is_unfilled": True, "hour": 9, "mid_at_receipt": Decimal("10.0000"), "mid_at_route": Decimal("10.0000"),
        **{f"mid_after_end_{name}": Decimal(after) for name in ("50ms", "1s", "10s")}, **said,
    }  # fmt: skip


def told(rows: list[dict[str, Any]], terms: Terms = TERMS) -> pl.DataFrame:
    made = judged(conform(pl.DataFrame(rows, infer_schema_length=None), LINKED_ROUTES), terms)
    assert made.schema == LEAKING.schema
    return made


def fade(made: pl.DataFrame, venue: str, metric: str = "fade_1s") -> dict[str, Any]:
    return made.row(by_predicate=(pl.col("subject") == venue) & (pl.col("metric") == metric), named=True)


def two_venues(at_pool: str = "10.0020", elsewhere: str = "10.0000", **said: Any) -> list[dict[str, Any]]:
    """Twelve days of six probes each at both, whose midpoints differ by a little from day to day, and by nothing on average."""
    rows = []
    for number in range(144):
        venue, base = ("POOL", at_pool) if number % 2 else ("XNAS", elsewhere)
        noise = Decimal("0.0001") * ((number // 12 + number % 2) % 3 - 1)
        rows.append(probe(number, venue, str(Decimal(base) + noise), day=number // 12, **said))
    return rows


def test_the_fade_is_the_move_against_the_order_beside_that_at_the_others() -> None:
    """Bought at 10.0000, then 10.0020 at the pool: 2 bps against, on average; elsewhere none."""
    row = fade(told(two_venues()), "POOL")
    assert row["mean_bps"] == pytest.approx(2.0, abs=1e-9)
    assert row["effect_bps"] == pytest.approx(2.0, abs=1e-9)
    assert (row["rows"], row["n"], row["verdict"], row["rank"]) == (72, 72, "leaks", 1)
    assert row["sentence"].startswith("Information leaks after unfilled routes at POOL: 1s later, the midpoint was 2.00 bps further against the order")


def test_for_a_sale_against_the_order_is_down() -> None:
    sold = [{**row, "side": -1} for row in two_venues("9.9980")]
    assert fade(told(sold), "POOL")["effect_bps"] == pytest.approx(2.0, abs=1e-9)
    assert fade(told(two_venues("9.9980")), "POOL")["effect_bps"] == pytest.approx(-2.0, abs=1e-9)


def test_a_move_of_the_whole_market_is_nobodys_leak() -> None:
    row = fade(told(two_venues("10.0020", "10.0020")), "POOL")
    assert (row["mean_bps"], row["effect_bps"]) == (pytest.approx(2.0, abs=1e-9), pytest.approx(0.0, abs=1e-9))
    assert row["verdict"] == "does not"


def test_filled_or_long_routes_are_no_probes() -> None:
    rows = [{**row, **({"is_unfilled": False} if row["venue"] == "POOL" else {})} for row in two_venues()]
    assert (fade(told(rows), "POOL")["rows"], fade(told(rows), "POOL")["why"]) == (0, "no route there ended without a fill")
    assert fade(told(two_venues(worked_ns=1_001 * MS)), "POOL")["rows"] == 0


def test_an_order_that_was_filled_elsewhere_meanwhile_is_held_against_such_orders_alone() -> None:
    """The own fill moves the market: at the pool all were followed by one within the horizon, elsewhere none was, so nothing stands beside them."""
    rows = [{**row, "next_filled_at": row["ended_at"] + 10 * MS if row["venue"] == "POOL" else None} for row in two_venues()]
    row = fade(told(rows), "POOL")
    assert (row["n"], row["effect_bps"], row["verdict"]) == (0, None, "cannot tell")


def test_one_venue_alone_has_no_control() -> None:
    assert fade(told([row for row in two_venues() if row["venue"] == "POOL"]), "POOL")["verdict"] == "cannot tell"


def test_without_quotes_it_cannot_be_told_and_is_no_crash() -> None:
    assert fade(told(two_venues(mid_at_route=None)), "POOL")["verdict"] == "cannot tell"
    assert fade(told(two_venues(mid_after_end_1s=None)), "POOL")["verdict"] == "cannot tell"
    assert fade(told(two_venues(mid_after_end_1s=None)), "POOL", "fade_50ms")["verdict"] == "leaks"


def test_one_day_of_one_symbol_has_no_two_clusters() -> None:
    row = fade(told([{**row, "day": DAY, "key_on": DAY} for row in two_venues()]), "POOL")
    assert row["verdict"] == "cannot tell" and row["why"]


def test_too_few_say_how_many_are_needed() -> None:
    row = fade(told(two_venues()[:4], Terms(0.5, 1_000 * MS, 30)), "POOL")
    assert (row["verdict"], row["needed_n"]) == ("cannot tell", 30)


def test_drift_is_what_the_market_does_to_buys_and_sells_alike_between_receipt_and_route() -> None:
    """Both sides find the market 1 bp further against them at the route: half of buys less sells is 1 bp."""
    rows = []
    for row in two_venues():
        side = 1 if row["routed_at"] // 2 % 2 else -1
        rows.append({**row, "side": side, "mid_at_receipt": Decimal("10.0000"), "mid_at_route": Decimal("10.0010") if side == 1 else Decimal("9.9990")})
    row = told(rows).row(by_predicate=pl.col("judgement") == "drift", named=True)
    assert (row["subject"], row["mean_bps"]) == ("A", pytest.approx(1.0, abs=1e-9))
    assert row["effect_bps"] is None or row["effect_bps"] == pytest.approx(1.0, abs=1e-9)


def test_a_stop_that_the_market_moved_to_is_no_drift() -> None:
    """Stops are routed because the market went against them, by 1 bp here on both sides; what is left beside them did not move."""
    rows = []
    for row in two_venues():
        side = 1 if row["routed_at"] // 2 % 2 else -1
        is_stop = row["venue"] == "POOL"
        to = ("10.0010" if side == 1 else "9.9990") if is_stop else "10.0000"
        rows.append({**row, "side": side, "is_stop": is_stop, "mid_at_receipt": Decimal("10.0000"), "mid_at_route": Decimal(to)})
    row = told(rows).row(by_predicate=pl.col("judgement") == "drift", named=True)
    assert (row["rows"], row["mean_bps"]) == (72, 0.0)
    assert row["verdict"] != "leaks"


def test_no_routes_give_no_rows() -> None:
    assert judged(LINKED_ROUTES.schema.to_frame(), TERMS).is_empty()
