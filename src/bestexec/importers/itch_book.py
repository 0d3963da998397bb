"""The best prices of a venue's order book after each event, for all symbols at once.

An event adds to or takes from the quantity at one price of one symbol and side. A price level is live while its quantity is above zero; the best bid at an
event is the highest level live then. Each life of a level is a span of events, and the best of the spans over each event is found by laying every
span as two halves of a power of two, and handing the best down to ever smaller ones: no event is looked at by itself.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
NOTHING = -1


def best_after(events: pl.DataFrame) -> pl.DataFrame:
    """`events` (locate, order within it by `place`, side "B" or "S", price, change) → one row an event: locate, place, bid, bid_qty, ask, ask_qty.

    The book of each locate begins empty. Sorted by locate and place, which are unique together. Prices and quantities are whole numbers.
    """
    ordered = events.sort("locate", "place").with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    ends = ordered.select(pl.col("at").max().over("locate") + 1).to_series().to_numpy()
    sides: dict[str, pl.Series] = {}
    for side, names in (("B", ("bid", "bid_qty")), ("S", ("ask", "ask_qty"))):
        price, qty = _best_of(ordered.filter(pl.col("side") == side), ends, sign=1 if side == "B" else -1)
        sides |= {names[0]: _or_null(price, price), names[1]: _or_null(qty, price)}
    return ordered.select("locate", "place").with_columns(**sides)


def _best_of(events: pl.DataFrame, ends: Ints, sign: int) -> tuple[Ints, Ints]:
    """Best price and its quantity at each of `len(ends)` events, NOTHING where there is none."""
    count = len(ends)
    price, qty = np.full(count, NOTHING), np.full(count, NOTHING)
    if not events.height or not count:
        return price, qty
    levels = events.with_columns(rank=pl.struct("locate", pl.col("price") * sign).rank("dense").cast(pl.Int64)).sort("rank", "at")
    levels = levels.with_columns(qty=pl.col("change").cum_sum().over("rank"))
    rank, at, held = (levels[name].to_numpy() for name in ("rank", "at", "qty"))
    same = np.append(rank[1:] == rank[:-1], False)
    stop = np.where(same, np.append(at[1:], 0), ends[at])
    live = (held > 0) & (stop > at)
    best = _highest(at[live], stop[live], rank[live], count)
    found = np.flatnonzero(best >= 0)
    key = rank * count + at
    row = np.searchsorted(key, best[found] * count + found, side="right") - 1
    price[found], qty[found] = levels["price"].to_numpy()[row], held[row]
    return price, qty


def _highest(start: Ints, stop: Ints, value: Ints, count: int) -> Ints:
    """The highest value of the spans [start, stop) over each of `count` places; NOTHING where there is none."""
    if not len(start):
        return np.full(count, NOTHING)
    power = np.int64(np.floor(np.log2(stop - start)))
    above = np.full(count, NOTHING)
    for level in range(int(power.max()), -1, -1):
        half = 1 << level
        table = above.copy()
        if half < count:
            np.maximum(table[half:], above[:-half], out=table[half:])
        which = power == level
        np.maximum.at(table, start[which], value[which])
        np.maximum.at(table, stop[which] - half, value[which])
        above = table
    return above


def _or_null(values: Ints, price: Ints) -> pl.Series:
    return pl.Series(values).to_frame("v").select(pl.when(pl.Series(price) != NOTHING).then("v")).to_series()
