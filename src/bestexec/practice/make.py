"""Makes the practice firm's files: a quarter for the demonstration, three readable days for the samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import polars as pl

from bestexec.errors import Problem
from bestexec.market.sessions import regular_hours, trading_days
from bestexec.practice.firm import Firm
from bestexec.practice.issues import QUOTES_PER_SYMBOL_DAY, issues
from bestexec.practice.market import DayMarket, day_market
from bestexec.practice.planted import disturbances
from bestexec.practice.quotes import quote_rows
from bestexec.practice.tape import trade_rows
from bestexec.practice.truth import Truth
from bestexec.practice.write import market_frames, write_csv, write_parquet

SEED = 20260701
SYMBOLS = 312
SAMPLE_DAYS = date(2026, 8, 11), date(2026, 8, 13)
SAMPLE_SYMBOLS, SAMPLE_ORDERS_A_DAY, SAMPLE_QUOTES = 20, 240, (420, 260, 130)
Progress = Callable[[int, int, str], None]
"""Called with days done, days in all, and what is being done."""


def make_quarter(
    folder: Path, *, seed: int = SEED, orders: int = 25_000, first: date = date(2026, 7, 1), last: date = date(2026, 9, 30), symbols: int = SYMBOLS,
    quotes_per_symbol_day: tuple[int, int, int] = QUOTES_PER_SYMBOL_DAY, progress: Progress | None = None,
) -> Truth:  # fmt: skip
    """Writes the firm's raw files of the span to `folder`/raw, and what was planted to `folder`/truth.json.

    Orders, routes and fills are CSV by month, quotes and trades Parquet by day, small tables CSV; all are in the blotter
    format. `quotes_per_symbol_day` is the mean number of best-quote updates of liquid, medium and thin issues. The same
    arguments give the same bytes. Raises Problem if the folder holds files.
    """
    days, raw = trading_days(first, last), _empty(folder)
    firm = Firm(seed, issues(seed, symbols), days)
    for n, (market, quotes) in enumerate(_markets(firm, quotes_per_symbol_day)):
        if progress:
            progress(n, len(days), f"practice market of {market.day}")
        told, tape = _worked(firm, market, quotes, orders * (n + 1) // len(days) - orders * n // len(days))
        write_parquet(told, raw / f"quotes_{market.day}.parquet")
        write_parquet(tape, raw / f"trades_{market.day}.parquet")
    for month in sorted({(day.year, day.month) for day in days}):
        for table, frame in firm.frames(lambda on, month=month: (on.year, on.month) == month).items():  # type: ignore[misc]  # bound in the loop
            write_csv(frame, raw / f"{table}_{month[0]}-{month[1]:02d}.csv")
    return _close(firm, folder, readable=False)


def make_samples(folder: Path, *, seed: int = SEED) -> Truth:
    """Writes three days of a smaller market to `folder`/raw, at most 3 MB: all CSV, instants as ISO 8601, quotes and trades compressed."""
    raw = _empty(folder)
    firm = Firm(seed, issues(seed, SAMPLE_SYMBOLS), trading_days(*SAMPLE_DAYS))
    for market, quotes in _markets(firm, SAMPLE_QUOTES):
        told, tape = _worked(firm, market, quotes, SAMPLE_ORDERS_A_DAY)
        write_csv(told, raw / f"quotes_{market.day}.csv.gz", readable=True)
        write_csv(tape, raw / f"trades_{market.day}.csv.gz", readable=True)
    for day in firm.days:
        for table, frame in firm.frames(lambda on, day=day: on == day).items():  # type: ignore[misc]  # bound in the loop
            write_csv(frame, raw / f"{table}_{day}.csv", readable=True)
    return _close(firm, folder, readable=True)


def _markets(firm: Firm, quotes_per_symbol_day: tuple[int, ...]) -> Iterator[tuple[DayMarket, pl.DataFrame]]:
    """Each day's market and quotes; the next day is made while this one is used."""

    def made(day: date) -> tuple[DayMarket, pl.DataFrame]:
        hours = regular_hours(day)
        assert hours is not None
        market = day_market(firm.seed, day, firm.traded, quotes_per_symbol_day, disturbances(day, firm.plan[day], hours.open_at))
        return market, quote_rows(market, firm.seed)

    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(made, firm.days[0])
        for following in [*firm.days[1:], None]:
            ready = coming.result()
            if following:
                coming = ahead.submit(made, following)
            yield ready


def _worked(firm: Firm, market: DayMarket, quotes: pl.DataFrame, orders: int) -> Sequence[pl.DataFrame]:
    """The day's quotes and trades as they are written, its orders worked."""
    fills = firm.day(market, quotes, orders)
    told, tape = market_frames(market, quotes, trade_rows(market, firm.seed, fills))
    firm.count(quotes=told.height, trades=tape.height)
    return told, tape


def _close(firm: Firm, folder: Path, *, readable: bool) -> Truth:
    for table, frame in firm.small_tables().items():
        write_csv(frame, folder / "raw" / f"{table}.csv", readable=readable)
    truth = Truth(firm.seed, firm.days[0], firm.days[-1], tuple(firm.faults), dict(sorted(firm.written.items())))
    truth.write(folder / "truth.json")
    return truth


def _empty(folder: Path) -> Path:
    raw = folder / "raw"
    if raw.exists() and any(raw.iterdir()):
        raise Problem("the folder for practice files is not empty", where=str(raw), do="name another folder, or remove this one")
    raw.mkdir(parents=True, exist_ok=True)
    return raw
