"""A day's quotes as the feed tells them: national best, odd-lot best, and a few issues venue by venue."""

from __future__ import annotations

import numpy as np
import polars as pl

from bestexec.market.dated import in_force
from bestexec.market.lots import ODD_LOTS_ON_TAPE
from bestexec.practice.draws import rng
from bestexec.practice.market import BLOCK, EXCHANGES, QUOTED_VENUES, VENUE_QUOTED, DayMarket

SOURCE = "practice_sip"


def quote_rows(market: DayMarket, seed: int) -> pl.DataFrame:
    """All quotes of the day by (issue, instant), prices in millionths of a dollar, 0 for none; `issue` is a position."""
    national = _national(market)
    return pl.concat([national, _odd_lots(market, seed), _by_venue(market, seed)]).sort("issue", "quoted_at", "rank", maintain_order=True).drop("rank")


def _national(market: DayMarket) -> pl.DataFrame:
    names = pl.Series(EXCHANGES)
    frame = pl.DataFrame(
        {"issue": market.issue, "quoted_at": market.at, "bid": market.bid, "ask": market.ask, "bid_qty": market.bid_qty, "ask_qty": market.ask_qty}
    )
    return frame.with_columns(
        bid_venue=pl.when(pl.col("bid") > 0).then(names.gather(market.bid_venue)),
        ask_venue=pl.when(pl.col("ask") > 0).then(names.gather(market.ask_venue)),
        kind=pl.lit("nbbo"), venue=pl.lit(None, pl.String), rank=pl.lit(1),
    )  # fmt: skip


def _odd_lots(market: DayMarket, seed: int) -> pl.DataFrame:
    """Orders of less than a round lot inside the national best: in some stretches of quotes, where the spread leaves room.

    A row follows each national quote of a stretch, and an empty one ends it.
    """
    draw = rng(seed, market.day.toordinal(), "odd lots")
    tick = np.array(market.ticks)[market.issue]
    room = (market.ask - market.bid) // tick
    stretch = (draw.random(market.at.size // BLOCK + 1) < 0.3)[np.arange(market.at.size) // BLOCK]
    open_here = stretch & (room >= 2) & (market.bid > 0) & (market.ask > 0) & in_force(ODD_LOTS_ON_TAPE, market.day)
    inside_bid, inside_ask = (draw.integers(0, np.maximum((room + 1) // 2, 1)) for _ in range(2))
    lot = np.array([one.round_lot for one in market.issues])[market.issue]
    qty = draw.integers(1, lot)
    bid = np.where(open_here & (inside_bid > 0), market.bid + inside_bid * tick, 0)
    ask = np.where(open_here & (inside_ask > 0), market.ask - inside_ask * tick, 0)
    stands = (bid > 0) | (ask > 0)
    ends = np.concatenate([[False], stands[:-1] & ~stands[1:] & (market.issue[1:] == market.issue[:-1])])
    rows = pl.DataFrame(
        {"issue": market.issue, "quoted_at": market.at, "bid": bid, "ask": ask, "bid_qty": np.where(bid > 0, qty, 0), "ask_qty": np.where(ask > 0, qty, 0)}
    ).filter(pl.Series(stands | ends))
    nowhere = pl.lit(None, pl.String)
    return rows.with_columns(bid_venue=nowhere, ask_venue=nowhere, kind=pl.lit("odd_lot"), venue=nowhere, rank=pl.lit(2))


def _by_venue(market: DayMarket, seed: int) -> pl.DataFrame:
    """Each venue's own best in the first issues: the venue that makes the national best stands there, the others there or a tick or two away."""
    draw = rng(seed, market.day.toordinal(), "venue quotes")
    rows = slice(0, market.starts[min(VENUE_QUOTED, len(market.issues))])
    tick = np.array(market.ticks)[market.issue[rows]]
    lot = np.array([one.round_lot for one in market.issues])[market.issue[rows]]
    made = []
    for number, venue in enumerate(QUOTED_VENUES):
        behind_bid, behind_ask = (draw.choice(3, tick.size, p=(0.5, 0.35, 0.15)) * (best[rows] != number) for best in (market.bid_venue, market.ask_venue))
        bid_there, ask_there = market.bid[rows] > 0, market.ask[rows] > 0
        at_bid, at_ask = (behind == 0 for behind in (market.bid_venue[rows] - number, market.ask_venue[rows] - number))
        size = lot * draw.integers(1, 6, tick.size)
        made.append(
            pl.DataFrame(
                {
                    "issue": market.issue[rows], "quoted_at": market.at[rows],
                    "bid": np.where(bid_there, market.bid[rows] - behind_bid * tick, 0), "ask": np.where(ask_there, market.ask[rows] + behind_ask * tick, 0),
                    "bid_qty": np.where(at_bid, market.bid_qty[rows], size * bid_there), "ask_qty": np.where(at_ask, market.ask_qty[rows], size * ask_there),
                }
            ).with_columns(bid_venue=pl.lit(venue), ask_venue=pl.lit(venue), kind=pl.lit("venue"), venue=pl.lit(venue), rank=pl.lit(3))
        )  # fmt: skip
    return pl.concat(made)
