"""How late quotes come: prices whose shifts are counted by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from bestexec.linking.feed_lags import FEED_LAGS, feed_lags

from .worlds import DAY, at, market, quote

CHANGES = 39
"""Changes of the quote in six and a half minutes from eleven, one every ten seconds, each by more than the spread."""


def clock(change: int, ms: int = 0) -> str:
    """The time of a change, counted from eleven, and so many ms after it."""
    minutes, rest = divmod(change * 10_000 + ms, 60_000)
    return f"11:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def ask(change: int) -> Decimal:
    return Decimal("10.02") + change * Decimal("0.10")


def told(late_ms: int) -> list[dict[str, Any]]:
    return [quote(clock(0), "10.00", "10.02"), *(quote(clock(n, late_ms), str(ask(n) - Decimal("0.02")), str(ask(n))) for n in range(1, CHANGES + 1))]


def prices(*rows: tuple[str, Decimal]) -> pl.DataFrame:
    return pl.DataFrame([("AAA", at(when), px) for when, px in rows], schema={"symbol": pl.String, "at": pl.Int64, "px": pl.Decimal(18, 8)}, orient="row")


AFTER = [(clock(n, 100), ask(n)) for n in range(1, CHANGES + 1)]
BEFORE = [(clock(n, -500), ask(n - 1)) for n in range(1, CHANGES + 1)]
"""Buys 100 ms after each change at the new offer, and half a second before it at the old one."""


def only(frame: pl.DataFrame) -> dict[str, Any]:
    assert frame.height == 1
    return frame.row(0, named=True)


def test_a_feed_that_is_300_ms_late_is_measured(tmp_path: Path) -> None:
    """A buy 100 ms after a change meets the old quote until 200 ms later; one 500 ms before it meets the old quote until 800 ms later.

    So 39 of 78 lie within at shifts to 200 ms, all 78 beyond that and to 800 ms, and 39 again after it. Tried are 200, 500 and 1,000 ms, of which 500 is
    the best, then tenths between: 230 ms is the first that has all, 800 ms the last. Beside 0 it gains 39 prices and loses none: 39 / √39 = √39.
    Four prices half way between changes and one far outside tell no shift from another.
    """
    still = [*((clock(n, 5_000), ask(n)) for n in range(1, 5)), (clock(6, 5_000), Decimal(99))]
    found = only(feed_lags(prices(*AFTER, *BEFORE, *still), market(tmp_path, told(300))(DAY), "trades"))
    assert found == {
        "day": DAY, "hour": 11, "against": "trades", "n": 83, "moved": 78, "within": 43, "within_at_lag": 82, "lag_ms": 230, "low_ms": 230, "high_ms": 800,
        "gain_sigmas": 6.244998,
    }  # fmt: skip


def test_a_feed_in_time_shows_no_lag(tmp_path: Path) -> None:
    """All 78 lie within as told; 50 ms earlier too, 100 ms earlier the buys after a change do not, 500 ms later still all, 550 ms later no buy before one."""
    found = only(feed_lags(prices(*AFTER, *BEFORE), market(tmp_path, told(0))(DAY), "fills"))
    assert [found[name] for name in ("against", "within", "within_at_lag", "lag_ms", "low_ms", "high_ms", "gain_sigmas")] == ["fills", 78, 78, 0, -50, 500, 0.0]


def test_where_no_quote_moves_no_lag_is_known(tmp_path: Path) -> None:
    found = only(feed_lags(prices((clock(20), Decimal("10.01"))), market(tmp_path, [quote(clock(0), "10.00", "10.02")])(DAY), "trades"))
    assert [found[name] for name in ("n", "moved", "within", "within_at_lag", "lag_ms", "low_ms", "high_ms", "gain_sigmas")] == [1, 0, 1, *[None] * 5]


def test_each_hour_stands_for_itself_and_prices_out_of_the_session_do_not_count(tmp_path: Path) -> None:
    rows = prices(("08:00:00", Decimal("10.01")), ("11:30:00", Decimal("10.01")), ("12:30:00", Decimal("10.01")), ("16:00:00", Decimal("10.01")))
    found = feed_lags(rows, market(tmp_path, [quote("07:00:00", "10.00", "10.02")])(DAY), "trades")
    assert found.select("hour", "n").rows() == [(11, 1), (12, 1)]


def test_a_day_without_quotes_has_no_rows(tmp_path: Path) -> None:
    assert feed_lags(prices(*AFTER), market(tmp_path, [])(DAY), "trades").equals(pl.DataFrame(schema=FEED_LAGS.schema))


def test_a_price_at_the_very_instant_of_a_change_meets_the_quote_before_it(tmp_path: Path) -> None:
    """Only quotes strictly before it stood. One ms later, the first tenth on the way to ten, all lie within."""
    on_the_change = prices(*((clock(n), ask(n)) for n in range(1, CHANGES + 1)))
    found = only(feed_lags(on_the_change, market(tmp_path, told(0))(DAY), "trades"))
    assert (found["within"], found["within_at_lag"], found["lag_ms"]) == (0, CHANGES, 1)
