"""Makes the practice firm's files: a quarter for the demonstration, three readable days for the samples."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl

from bestexec.errors import Problem
from bestexec.market.sessions import regular_hours, trading_days
from bestexec.practice.designs import Design
from bestexec.practice.firm import Firm
from bestexec.practice.issues import QUOTES_PER_SYMBOL_DAY, issues
from bestexec.practice.market import DayMarket, day_market
from bestexec.practice.planted import PLANTED, Planted
from bestexec.practice.planted_market import as_told
from bestexec.practice.quotes import quote_rows
from bestexec.practice.tape import Print, trade_rows
from bestexec.practice.truth import Truth
from bestexec.practice.write import market_frames, write_csv, write_parquet

SEED = 20260701
SYMBOLS = 312
SAMPLE_DAYS = date(2026, 8, 11), date(2026, 8, 13)
SAMPLE_SYMBOLS, SAMPLE_ORDERS_A_DAY, SAMPLE_QUOTES = 20, 240, (420, 260, 130)
Progress = Callable[[int, int, str], None]
"""Called with days done, days in all, and what is being done."""


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Records lie in no cycles, and looking for cycles among a million of them takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_collector_paused()
def make_quarter(
    folder: Path, *, seed: int = SEED, orders: int = 25_000, first: date = date(2026, 7, 1), last: date = date(2026, 9, 30), symbols: int = SYMBOLS,
    quotes_per_symbol_day: tuple[int, int, int] = QUOTES_PER_SYMBOL_DAY, planted: Sequence[Planted] = PLANTED,
    designs: dict[str, Design] | None = None, progress: Progress | None = None,
) -> Truth:  # fmt: skip
    """Writes the firm's raw files of the span to `folder`/raw, and what was planted to `folder`/truth.json.

    Where orders are missing from the vendors' files, `folder`/late has what they send when they are asked for them.
    Orders, routes and fills are CSV by month, quotes and trades Parquet by day, small tables CSV; all are in the blotter
    format. `quotes_per_symbol_day` is the mean number of best-quote updates of liquid, medium and thin issues. `planted` says
    what is planted, how much of it and when (`planted.KINDS`); an empty tuple makes an honest quarter. `designs` says how each
    vendor's router is built (`designs.DESIGNS`). The same arguments give the same bytes. Raises Problem if the folder holds
    files, on something to plant that has no sense, or on an unknown vendor.
    """
    days = trading_days(first, last)
    firm = Firm(seed, issues(seed, symbols), days, planted, designs or {})
    raw = _empty(folder)
    with ThreadPoolExecutor(1) as behind:
        written = []
        for n, (market, quotes) in enumerate(_markets(firm, quotes_per_symbol_day)):
            if progress:
                progress(n, len(days), f"practice market of {market.day}")
            fills = firm.day(market, quotes, orders * (n + 1) // len(days) - orders * n // len(days))
            written.append(behind.submit(_write_market, raw, firm.seed, market, quotes, fills))
        for one in written:
            firm.count(**one.result())
    for month in sorted({(day.year, day.month) for day in days}):
        for table, frame in firm.frames(lambda on, month=month: (on.year, on.month) == month).items():  # type: ignore[misc]  # bound in the loop
            write_csv(frame, raw / f"{table}_{month[0]}-{month[1]:02d}.csv")
    for table, frame in firm.late_frames().items():
        write_csv(frame, folder / "late" / f"{table}.csv")
    return _close(firm, folder, readable=False)


def make_samples(folder: Path, *, seed: int = SEED) -> Truth:
    """Writes three days of a smaller market to `folder`/raw, at most 3 MB: all CSV, instants as ISO 8601, quotes and trades compressed."""
    raw = _empty(folder)
    firm = Firm(seed, issues(seed, SAMPLE_SYMBOLS), trading_days(*SAMPLE_DAYS))
    for market, quotes in _markets(firm, SAMPLE_QUOTES):
        told, tape = market_frames(market, quotes, trade_rows(market, firm.seed, firm.day(market, quotes, SAMPLE_ORDERS_A_DAY)))
        firm.count(quotes=told.height, trades=tape.height)
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
        market = day_market(firm.seed, day, firm.traded_on(day), quotes_per_symbol_day, firm.disturbances(day, hours.open_at))
        return firm.planted_in(market), quote_rows(market, firm.seed)

    with ThreadPoolExecutor(1) as ahead:
        coming = ahead.submit(made, firm.days[0])
        for following in [*firm.days[1:], None]:
            ready = coming.result()
            if following:
                coming = ahead.submit(made, following)
            yield ready


def _write_market(raw: Path, seed: int, market: DayMarket, quotes: pl.DataFrame, fills: Sequence[Print]) -> dict[str, int]:
    """Writes the day's quotes and trades, while the next day's orders are worked; returns how many there are."""
    told, tape = market_frames(market, as_told(market, quotes), trade_rows(market, seed, fills))
    write_parquet(told, raw / f"quotes_{market.day}.parquet")
    write_parquet(tape, raw / f"trades_{market.day}.parquet")
    return {"quotes": told.height, "trades": tape.height}


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
