"""Routes, acknowledgements and fills as several clocks tell them, some of which are off by a known time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from bestexec.errors import Problem
from bestexec.practice.draws import rng
from bestexec.practice.worlds.drawn import Ints, at, bounded, instants_of_day, named, world

ROUTE_NS, ACK_NS, FILL_NS = 150_000, 120_000, 50_000
"""The least time that each leg takes: receipt to route, route to acknowledgement, acknowledgement to fill."""


@dataclass(frozen=True)
class Clocks:
    """What the files say, what was so, and by how much each clock is off."""

    told: pl.DataFrame
    """One row a route: its ids, the four instants as told, and the source of each clock."""
    true: pl.DataFrame
    """route_id and the four instants as they were: received_at < routed_at < acked_at < filled_at."""
    offsets_ns: Mapping[str, int]
    """Told less true, by source; 0 for a clock that is right."""


def clocks(
    seed: int, *, offsets_ms: Mapping[str, float] | None = None, routes: int = 20_000, days: int = 21, gateways: int = 4, venues: int = 8
) -> Clocks:  # fmt: skip
    """Routes over `gateways` (their clocks: oms, gw1, gw2, …; the venues': V001, V002, …), each row told by its gateway's and its venue's clock.

    `offsets_ms` says by how much a clock is ahead (+) or behind (−); default: gw2 is 37 ms ahead. The least latencies are known
    (`ROUTE_NS`, `ACK_NS`, `FILL_NS`), so that a clock can be caught where effects come before their causes.
    Raises Problem on arguments without sense.
    """
    made = world(seed, days=days, symbols=20, venues=venues)
    bounded("routes", routes, 1, 20_000_000)
    bounded("gateways", gateways, 1, 50)
    sources = ("oms", *(f"gw{n}" for n in range(1, gateways + 1)), *made.venues)
    offsets = _offsets({"gw2": 37.0} if offsets_ms is None and gateways > 1 else offsets_ms or {}, sources)
    draw = rng(seed, 0, "clocks")
    day = np.sort(draw.integers(0, days, routes))
    received = at(made, day, instants_of_day(draw, routes))
    gateway, venue = draw.integers(0, gateways, routes), draw.integers(0, venues, routes)
    pace = draw.uniform(0.2e6, 1.5e6, venues)[venue]
    routed = received + ROUTE_NS + draw.exponential(0.3e6, routes).astype(np.int64)
    acked = routed + ACK_NS + (pace * draw.lognormal(0.0, 0.6, routes)).astype(np.int64)
    filled = acked + FILL_NS + draw.lognormal(np.log(2e6), 1.2, routes).astype(np.int64)
    ids = pl.Series("route_id", np.arange(routes)).cast(pl.String)
    by_gateway, by_venue = named(sources[1 : gateways + 1], gateway), named(made.venues, venue)
    true = pl.DataFrame([ids, *(pl.Series(name, instant) for name, instant in _named(received, routed, acked, filled).items())])
    off = np.array([offsets[name] for name in sources])
    of_gateway, of_venue = off[1 + gateway], off[1 + gateways + venue]
    told = pl.DataFrame({
        "day": pl.Series(made.days, dtype=pl.Date).gather(pl.Series(day)), "order_id": "O" + ids, "route_id": ids, "fill_id": "F" + ids,
        "symbol": named(made.symbols, draw.integers(0, 20, routes)), "venue": by_venue,
        **_named(received + off[0], routed + of_gateway, acked + of_gateway, filled + of_venue),
        "received_source": pl.repeat("oms", routes, eager=True), "routed_source": by_gateway, "acked_source": by_gateway, "filled_source": by_venue,
    })  # fmt: skip
    return Clocks(told, true, offsets)


def _named(*instants: Ints) -> dict[str, Ints]:
    return dict(zip(("received_at", "routed_at", "acked_at", "filled_at"), instants, strict=True))


def _offsets(offsets_ms: Mapping[str, float], sources: tuple[str, ...]) -> dict[str, int]:
    strange = sorted(set(offsets_ms) - set(sources))
    if strange:
        raise Problem(f"no clock is called {', '.join(strange)}", where="offsets_ms", do=f"use {', '.join(sources)}")
    for source, offset in offsets_ms.items():
        bounded(f"the offset of {source}", offset, -60_000.0, 60_000.0)
    return {source: round(offsets_ms.get(source, 0.0) * 1_000_000) for source in sources}
