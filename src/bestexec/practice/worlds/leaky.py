"""Parent orders worked in probes and children, and one venue after whose probes the quote fades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.linking.columns import HORIZONS_NS
from bestexec.practice.draws import rng
from bestexec.practice.worlds.drawn import CLOCK_BINS, Floats, Ints, Parents, World, at, bounded, chosen, instants_of_day, named, prices, u_shape, world

ATTEMPTS = 8
"""Routes of a parent at most; at least two."""
PROBES, FILLS = 0.35, 0.70
"""Share of routes that are probes (100 shares, immediate or cancel, nothing filled), and of the others that are filled; the rest is canceled."""
FADES_NS = 80e6
"""The fade is complete but for 1/e after this time."""


@dataclass(frozen=True)
class Leaky:
    """Parents and their routes, with the quotes around each route, and the truth."""

    orders: pl.DataFrame
    """One row a parent: columns of `linked_orders`."""
    routes: pl.DataFrame
    """One row a route: columns of the canonical routes, filled_qty and fill_px, the quote at its sending and the midpoint after it, by horizon."""
    probes: pl.Series
    """Whether a route was a probe, one Boolean a route."""
    venue: str
    """The venue that leaks."""
    size: float
    """How far the midpoint moves against the parent after each probe there, as a part of the quoted spread."""


def leaky(seed: int, *, size: float = 0.25, parents: int = 5_000, days: int = 63, symbols: int = 60, venues: int = 8) -> Leaky:
    """`parents` orders of 2 to 8 routes each. After each probe at the leaking venue the midpoint moves against the order by `size` × quoted spread.

    It moves so at no other venue, and not after orders that were filled or canceled there; everywhere else it is a random walk. Size 0: nothing leaks.
    Raises Problem on arguments without sense.
    """
    made = world(seed, days=days, symbols=symbols, venues=venues)
    bounded("parents", parents, 1, 2_000_000)
    bounded("size", size, 0.0, 5.0)
    draw = rng(seed, 0, "leaky")
    day, progress = np.sort(draw.integers(0, days, parents)), 0.98 * instants_of_day(draw, parents)
    received_at = at(made, day, progress)
    none = np.zeros(0, np.int64)
    order = Parents(day, draw.choice(len(made.symbols), parents, p=made.popularity), draw.integers(0, 2, parents) * 2 - 1, progress, received_at, none, none)
    spread = made.spread[order.symbol] * u_shape(progress, 0.8) * draw.lognormal(0.0, 0.3, parents)
    pace = made.volatility[order.symbol] / np.sqrt(390) * u_shape(progress, 1.4) * made.px[order.symbol]
    leaks = int(draw.integers(venues))
    count = draw.integers(2, ATTEMPTS + 1, parents)
    worked = np.arange(ATTEMPTS)[None, :] < count[:, None]
    venue = _venues(draw, made, order)
    probe = draw.random((parents, ATTEMPTS)) < PROBES
    filled = ~probe & (draw.random((parents, ATTEMPTS)) < FILLS)
    gap = (0.4e9 + draw.lognormal(np.log(1.5e9), 0.8, (parents, ATTEMPTS))).astype(np.int64)
    sent_at = received_at[:, None] + np.cumsum(gap, axis=1) - gap + 500_000
    told = probe & worked & (venue == leaks)
    walk = np.cumsum(draw.standard_normal(gap.shape) * np.sqrt(np.roll(gap, 1, axis=1) * (np.arange(ATTEMPTS) > 0) / 60e9), axis=1)
    mid = prices(made, order)[:, None] + pace[:, None] * walk + (order.side * spread)[:, None] * size * _fade(told, sent_at, sent_at)
    after = {}
    for name, horizon in HORIZONS_NS.items():
        faded = _fade(told, sent_at, sent_at + horizon) - _fade(told, sent_at, sent_at)
        moved = pace[:, None] * np.sqrt(horizon / 60e9) * draw.standard_normal(gap.shape) + (order.side * spread)[:, None] * size * faded
        after[name] = (mid + moved)[worked]
    qty = np.where(probe, 100.0, np.rint(draw.lognormal(5.6, 0.6, probe.shape))) * worked
    sent = _Sent(worked, venue, qty, np.where(filled, qty, 0.0), sent_at, mid, after)
    ids = pl.Series([f"O{n}" for n in range(parents)])
    return Leaky(
        _orders(made, order, ids, sent, spread), _routes(made, order, ids, sent, spread), pl.Series("is_probe", probe[worked]), made.venues[leaks], size
    )


@dataclass(frozen=True)
class _Sent:
    """What was sent, [order, attempt]; only where `worked`, and `after` there alone, one a row."""

    worked: npt.NDArray[np.bool_]
    venue: Ints
    qty: Floats
    filled_qty: Floats
    sent_at: Ints
    mid: Floats
    after: dict[str, Floats]


def _fade(told: npt.NDArray[np.bool_], sent_at: Ints, instants: Ints) -> Floats:
    """How many fades have come through at `instants` [order, route], each growing to 1 from its probe on."""
    faded = np.zeros(instants.shape)
    for n in range(ATTEMPTS):
        since = np.maximum(instants - sent_at[:, n : n + 1], 0)
        faded += told[:, n : n + 1] * (1 - np.exp(-since / FADES_NS))
    return faded


def _venues(draw: np.random.Generator, made: World, order: Parents) -> Ints:
    half_hour = np.minimum((order.progress * CLOCK_BINS).astype(np.int64), CLOCK_BINS - 1)
    return np.stack([chosen(draw, made.venue_cdf[order.symbol, half_hour]) for _ in range(ATTEMPTS)], axis=1)


def _routes(made: World, order: Parents, ids: pl.Series, sent: _Sent, spread: Floats) -> pl.DataFrame:
    worked = sent.worked
    parent, attempt = np.nonzero(worked)
    middle, half, side, qty, filled = sent.mid[worked], spread[parent] / 2, order.side[parent], sent.qty[worked], sent.filled_qty[worked]
    frame = pl.DataFrame({
        **_of_order(made, order, parent, ids), "route_id": ids.gather(pl.Series(parent)), "attempt": attempt + 1,
        "venue": named(made.venues, sent.venue[worked]), "venue_kind": named(made.kinds, sent.venue[worked]),
        "qty": qty, "filled_qty": filled, "canceled_qty": qty - filled, "end_reason": named(("canceled", "filled"), (filled > 0).astype(np.int64)),
        "routed_at": sent.sent_at[worked], "acked_at": sent.sent_at[worked] + 400_000, "ended_at": sent.sent_at[worked] + 900_000,
        "bid_at_route": middle - half, "ask_at_route": middle + half, "mid_at_route": middle,
        **{f"mid_after_{name}": level for name, level in sent.after.items()},
    })  # fmt: skip
    paid = pl.when(pl.col("filled_qty") > 0).then(pl.Series(middle + side * half))
    return frame.with_columns(pl.format("{}-{}", "route_id", "attempt").alias("route_id"), paid.alias("fill_px"))


def _orders(made: World, order: Parents, ids: pl.Series, sent: _Sent, spread: Floats) -> pl.DataFrame:
    middle = prices(made, order)
    return pl.DataFrame({
        **_of_order(made, order, np.arange(order.day.size), ids), "order_qty": sent.qty.sum(axis=1), "filled_qty": sent.filled_qty.sum(axis=1),
        "received_at": order.received_at, "bid_at_receipt": middle - spread / 2, "ask_at_receipt": middle + spread / 2, "mid_at_receipt": middle,
    })  # fmt: skip


def _of_order(made: World, order: Parents, rows: Ints, ids: pl.Series) -> dict[str, pl.Series]:
    day = pl.Series(made.days, dtype=pl.Date).gather(pl.Series(order.day[rows]))
    return {
        "day": day, "firm": pl.repeat("PRACTICE", rows.size, eager=True), "key_on": day, "order_id": ids.gather(pl.Series(rows)),
        "symbol": named(made.symbols, order.symbol[rows]), "side": pl.Series(order.side[rows], dtype=pl.Int8),
        "vendor": pl.repeat("vendor_a", rows.size, eager=True),
    }  # fmt: skip
