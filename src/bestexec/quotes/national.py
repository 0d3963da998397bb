"""The national best quote, made of each venue's best: what a consolidated feed would have shown, had it told these quotes at these instants.

Of the venues' standing quotes the highest bid and the lowest offer are best. At one price the larger size goes first, then the quote that has stood
longer at that price and size, then the venue whose code comes first in the alphabet: so the answer depends on nothing else. The size is that
venue's alone. A crossed or locked best stays as it is. A venue's quote stands until its next one; a quote with a side missing takes that side away.
Odd lots are taken as told: keep them out where the national best must be of round lots.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.errors import Problem
from bestexec.quotes.columns import NONE, Rows
from bestexec.quotes.frames import decimals, integers
from bestexec.schema import QUOTES, conform
from bestexec.units import PX, QTY

Flags = npt.NDArray[np.bool_]
PIECE = 1 << 20
"""Rows worked on at once; a symbol is never cut."""


def national_best(quotes: pl.DataFrame, *, source: str) -> pl.DataFrame:
    """`schema.QUOTES` rows of kind `venue` → rows of kind `nbbo` under `source`, one whenever the best changes, by symbol and instant.

    `sequence` numbers a symbol's changes of a day from 1; `line` is that of the venue quote that made the change. Quotes of one instant are taken in the
    order of their source, sequence and venue. Raises Problem on rows of any other kind, or without a venue: a national best stream, such as
    LEAN's, holds no venue's book, and to treat it as one would show venues quoting what they never did.
    """
    _refuse(quotes)
    ordered = quotes.sort("day", "symbol", "quoted_at", "source", "sequence", "venue", "line")
    parts = [_of_symbols(part, source) for part in _pieces(ordered)]
    return conform(pl.concat(parts), QUOTES) if parts else pl.DataFrame(schema=QUOTES.schema)


def _refuse(quotes: pl.DataFrame) -> None:
    others = quotes.filter((pl.col("kind") != "venue") | pl.col("venue").is_null())
    if others.height:
        kinds = ", ".join(sorted({f"{source} {kind}" for source, kind in others.select("source", "kind").unique().iter_rows()}))
        raise Problem(
            f"{others.height:,} quotes are no venue's own ({kinds})", where="the quotes to consolidate",
            do="give each venue's best quotes; a stream that is the national best already must be used as it is",
        )  # fmt: skip


def _pieces(ordered: pl.DataFrame) -> list[pl.DataFrame]:
    """Whole symbols of a day together, about PIECE rows each."""
    if not ordered.height:
        return []
    starts = ordered.select((pl.struct("day", "symbol").rle_id().diff().fill_null(1) != 0).arg_true()).to_series().to_list()
    cuts = [0]
    for start in [*starts[1:], ordered.height]:
        if start - cuts[-1] >= PIECE or start == ordered.height:
            cuts.append(start)
    return [ordered[start:stop] for start, stop in pairwise(cuts)]


@dataclass
class _Best:
    """The best of one side so far, by row: price (NONE if none), size, since which row it has stood so, and whose it is."""

    px: Rows
    qty: Rows
    since: Rows
    venue: Rows


def _of_symbols(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    venues = rows["venue"].unique().sort()
    codes = rows["venue"].cast(pl.Enum(venues)).to_physical().cast(pl.Int64).to_numpy()
    group = rows.select(pl.struct("day", "symbol").rle_id()).to_series().cast(pl.Int64).to_numpy()
    first = np.flatnonzero(np.diff(group, prepend=-1))
    begin = first[group]
    """The first row of each row's symbol."""
    best = {side: _best_side(rows, side, codes, begin, len(venues)) for side in ("bid", "ask")}
    changed = np.zeros(rows.height, np.bool_)
    for side in best.values():
        for values in (side.px, side.qty, side.venue):
            changed |= np.diff(values, prepend=NONE) != 0
    changed[first] = True
    kept = np.flatnonzero(changed)
    frame = rows[kept].select("day", "symbol", "quoted_at", "resolution_ns", "line").with_columns(
        sequence=pl.Series(_within(group[kept])), kind=pl.lit("nbbo"), source=pl.lit(source),
        **{f"{side}_px": decimals(one.px[kept], PX) for side, one in best.items()},
        **{f"{side}_qty": decimals(one.qty[kept], QTY) for side, one in best.items()},
        **{f"{side}_venue": _named(one.venue[kept], venues) for side, one in best.items()},
    )  # fmt: skip
    nothing_yet = (pl.col("sequence") == 1) & pl.col("bid_px").is_null() & pl.col("ask_px").is_null()
    return frame.filter(~nothing_yet)


def _best_side(rows: pl.DataFrame, side: str, codes: Rows, begin: Rows, venues: int) -> _Best:
    sign = 1 if side == "bid" else -1
    px, qty, places = integers(rows[f"{side}_px"]), integers(rows[f"{side}_qty"]), np.arange(rows.height)
    none = np.full(rows.height, NONE)
    best = _Best(none.copy(), none.copy(), none.copy(), none.copy())
    for venue in range(venues):
        row = np.maximum.accumulate(np.where(codes == venue, places, -1))
        stands = row >= begin
        row = np.where(stands, row, 0)
        own_px = np.where(stands, px[row], NONE)
        own_qty = np.where(own_px == NONE, NONE, qty[row])
        since = _since(own_px, own_qty, begin)
        better = (own_px != NONE) & _goes_first(sign, own_px, own_qty, since, best)
        for held, own in ((best.px, own_px), (best.qty, own_qty), (best.since, since)):
            np.copyto(held, own, where=better)
        best.venue[better] = venue
    return best


def _goes_first(sign: int, px: Rows, qty: Rows, since: Rows, best: _Best) -> Flags:
    """Whether a venue's quote goes before the best of the venues before it in the alphabet."""
    same_px = px == best.px
    same_qty = same_px & (qty == best.qty)
    found: Flags = (best.px == NONE) | (sign * px > sign * best.px) | (same_px & (qty > best.qty)) | (same_qty & (since < best.since))
    return found


def _since(px: Rows, qty: Rows, begin: Rows) -> Rows:
    """Since which row each price and size has stood unchanged, within its symbol."""
    changed = (np.diff(px, prepend=NONE) != 0) | (np.diff(qty, prepend=NONE) != 0)
    places = np.arange(len(px))
    return np.maximum(np.maximum.accumulate(np.where(changed, places, 0)), begin)


def _within(group: Rows) -> Rows:
    """1, 2, 3 … within each run of one group."""
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return np.arange(len(group)) - np.repeat(first, np.diff(first, append=len(group))) + 1


def _named(codes: Rows, venues: pl.Series) -> pl.Series:
    return venues.gather(pl.Series(np.where(codes == NONE, -1, codes)).to_frame("v").select(pl.when(pl.col("v") >= 0).then("v")).to_series())
