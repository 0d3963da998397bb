"""How instants and durations of an order are told: on New York's clock, and since its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from bestexec import Event, Life, plain_decimal
from oversight import clock


def since(life: Life, at: int) -> str:
    """How long after receipt: `+20.4 ms`."""
    received = life.said.get("received_at")
    return "" if received is None else spanned(at - received)


def spanned(ns: int) -> str:
    """A duration in the unit it reads best in, with its sign."""
    sign, size = ("−" if ns < 0 else "+"), abs(ns)
    if size >= 3_600_000_000_000:
        return f"{sign}{size // 3_600_000_000_000} h {size % 3_600_000_000_000 // 60_000_000_000:02d} min"
    if size >= 120_000_000_000:
        return f"{sign}{size // 60_000_000_000} min {size % 60_000_000_000 // 1_000_000_000:02d} s"
    for unit, symbol in ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs")):
        if size >= unit:
            return f"{sign}{plain_decimal(Decimal(size) / unit)} {symbol}"
    return f"{sign}{size} ns" if size else "0"


def local(ns: int) -> str:
    """The instant on New York's clock, to the digits it has."""
    seconds, rest = divmod(ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, clock.MARKET_ZONE)
    return f"{moment:%H:%M:%S}" + (f".{rest:09d}".rstrip("0") if rest else "")


def nine_digits(ns: int) -> str:
    """The instant on New York's clock with nine digits."""
    moment = datetime.fromtimestamp(ns // 1_000_000_000, clock.MARKET_ZONE)
    return f"{moment:%H:%M:%S}.{ns % 1_000_000_000:09d}"


def distances(events: Sequence[Event]) -> tuple[str, ...]:
    """How long after the event before it each came; empty for the first."""
    return ("", *(spanned(after.at - before.at) for before, after in pairwise(events)))
