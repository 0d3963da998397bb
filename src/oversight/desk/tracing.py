"""Quotes as lines to draw: thinned to the pixels without losing an extreme, and the spans in which they were not ordinary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bestexec import DayQuotes, Steps

STATES = ("ok", "one side missing", "crossed", "locked", "no quote")
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Trace:
    """One side: at each x (pixel) the least, the greatest and the last price; NaN where there is none."""

    x: Floats
    low: Floats
    high: Floats
    last: Floats


@dataclass(frozen=True)
class Span:
    """A stretch that was not ordinary: crossed, locked, one side missing, stale, halted, or outside regular hours."""

    state: str
    from_at: int
    to_at: int


def traced(at: Ints, values: Floats, x: Floats) -> Trace:
    """Each step as it is, or, where steps are more than two a pixel, each pixel's least, greatest and last."""
    if not len(at) or len(at) <= 2 * (x[-1] - x[0] + 1):
        return Trace(x, values, values, values)
    pixel = np.floor(x).astype(np.int64)
    starts = np.flatnonzero(np.diff(pixel, prepend=pixel[0] - 1))
    ends = np.append(starts[1:], len(at)) - 1
    low, high = np.fmin.reduceat(values, starts), np.fmax.reduceat(values, starts)
    return Trace(pixel[starts].astype(np.float64), low, high, values[ends])


def path(trace: Trace, right: float, y: Sequence[float]) -> str:
    """The trace as SVG path data to `right`; `y` is (price at the top, pixels a dollar, top)."""
    pieces, drawing = [], False
    for x, low, high, last in zip(trace.x, _y(trace.low, y), _y(trace.high, y), _y(trace.last, y), strict=True):
        if np.isnan(last):
            pieces += [f"H{x:.1f}"] if drawing else []
            drawing = False
            continue
        pieces.append(f"H{x:.1f}" if drawing else f"M{x:.1f} {last:.1f}")
        if abs(low - high) > 0.05:
            pieces += [f"V{low:.1f}", f"V{high:.1f}"]
        pieces.append(f"V{last:.1f}")
        drawing = True
    return "".join([*pieces, f"H{right:.1f}"] if drawing else pieces)


def band(bid: Trace, ask: Trace, right: float, y: Sequence[float]) -> str:
    """The area between bid and offer where both stand."""
    both = ~(np.isnan(bid.last) | np.isnan(ask.last))
    edges = np.append(bid.x[1:], right)
    pieces = []
    for run in np.split(np.arange(len(both)), np.flatnonzero(np.diff(both)) + 1):
        if not len(run) or not both[run[0]]:
            continue
        top, low = _y(ask.last[run], y), _y(bid.last[run], y)
        there = "".join(f"V{value:.1f}H{end:.1f}" for value, end in zip(top, edges[run], strict=True))
        back = "".join(f"V{value:.1f}H{start:.1f}" for value, start in zip(low[::-1], bid.x[run][::-1], strict=True))
        pieces.append(f"M{bid.x[run[0]]:.1f} {top[0]:.1f}{there}{back}Z")
    return "".join(pieces)


def _y(prices: Floats, scale: Sequence[float]) -> Floats:
    highest, by, top = scale
    return np.asarray(np.clip(top + (highest - prices) * by, -4000, 4000))


def better(best: Steps, odd: Steps) -> tuple[Ints, Floats, Floats]:
    """Odd-lot bid and offer where they are better than the national best, NaN elsewhere, at every instant either changed."""
    at = np.union1d(best.at, odd.at)
    of_best, of_odd = (np.searchsorted(steps.at, at, side="right") - 1 for steps in (best, odd))
    bid, ask = (np.where(of_odd < 0, np.nan, side[np.maximum(of_odd, 0)]) for side in (odd.bid, odd.ask))
    best_bid, best_ask = (np.where(of_best < 0, np.nan, side[np.maximum(of_best, 0)]) for side in (best.bid, best.ask))
    return at, np.where(bid > best_bid, bid, np.nan), np.where(ask < best_ask, ask, np.nan)


def spans(quotes: DayQuotes, steps: Steps | None, from_at: int, to_at: int) -> tuple[Span, ...]:
    """What was not ordinary within [from_at, to_at), each state's stretches merged where they touch."""
    found = [Span("outside regular hours", from_at, min(quotes.open_at, to_at))] if quotes.open_at is not None and from_at < quotes.open_at else []
    if quotes.close_at is not None and to_at > quotes.close_at:
        found.append(Span("outside regular hours", max(quotes.close_at, from_at), to_at))
    for begin, end, kind in quotes.halts:
        if begin < to_at and (end is None or end > from_at):
            found.append(Span("halted" if kind == "halt" else "paused", max(begin, from_at), to_at if end is None else min(end, to_at)))
    if steps is None or not len(steps.at):
        return tuple(found)
    ends = np.append(steps.at[1:], to_at)
    no_bid, no_ask = np.isnan(steps.bid), np.isnan(steps.ask)
    states = np.select([no_bid & no_ask, no_bid | no_ask, steps.bid > steps.ask, steps.bid == steps.ask], [4, 1, 2, 3], 0)
    edges = np.flatnonzero(np.diff(states, prepend=-1))
    for first, stop in zip(edges, np.append(edges[1:], len(states)), strict=True):
        if states[first]:
            found.append(Span(STATES[states[first]], int(steps.at[first]), int(ends[stop - 1])))
    stale = np.maximum(steps.quoted_at + quotes.stale_after_ns, steps.at)
    found += [Span("stale", int(begin), int(end)) for begin, end in zip(stale, ends, strict=True) if end > begin]
    return tuple(sorted(found, key=lambda span: (span.from_at, span.to_at)))
