"""Which stretches of an order's life are drawn: the whole of each day, then close around each thing that happened, then what came after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec import Event, Life, trading_date

MS, SECOND, MINUTE = 1_000_000, 1_000_000_000, 60_000_000_000
GAP = 2 * SECOND
"""Events closer than this are drawn in one close view."""
MOST_CLOSE, MOST_AFTER = 4, 2
AFTER = 5 * MINUTE
TELLING = frozenset({"executable", "routed", "rejected", "filled", "withdrawn"})
"""What a close view is worth having for; receipt or end alone shows nothing that the whole does not."""


@dataclass(frozen=True)
class Panel:
    """One drawing: [from_at, to_at) of one trading day."""

    key: str
    title: str
    day: date
    from_at: int
    to_at: int


def panels_of(life: Life) -> tuple[Panel, ...]:
    """The panels, at most about seven a day; what is not drawn stands in the table of events."""
    events = life.events
    if not events:
        return ()
    days = trading_date(pl.Series([event.at for event in events], dtype=pl.Int64)).to_list()
    drawn: list[Panel] = []
    for day in dict.fromkeys(day for day in days if day is not None):
        drawn += _of_day(day, [event for event, on in zip(events, days, strict=True) if on == day], many=len(set(days)) > 1)
    return tuple(Panel(f"p{place}", panel.title, panel.day, panel.from_at, panel.to_at) for place, panel in enumerate(drawn))


def _of_day(day: date, events: Sequence[Event], *, many: bool) -> list[Panel]:
    on = f" on {day}" if many else ""
    groups = _groups(events)
    fills = [event.at for event in events if event.kind == "filled"]
    first, last = events[0].at, max([events[-1].at, *(at + AFTER for at in fills)])
    found = [_padded(f"The whole of it{on}", day, first, last, (last - first) // 40)] if len(groups) > 1 else []
    close = groups if len(groups) == 1 else [group for group in groups if {event.kind for event in group} & TELLING]
    for place, group in enumerate(close[:MOST_CLOSE]):
        span = group[-1].at - group[0].at
        title = "Close: " + _said(group) if len(groups) > 1 else f"The order{on}"
        found.append(_padded(title if len(groups) == 1 or not on else f"{title}{on}", day, group[0].at, group[-1].at, max(span // 4, 5 * MS)))
        if place == MOST_CLOSE - 1 and len(close) > MOST_CLOSE:
            found[-1] = Panel(
                "", f"{found[-1].title} ({len(close) - MOST_CLOSE} later moments are in the table alone)", day, found[-1].from_at, found[-1].to_at
            )
    if len(groups) > 1 and last - first < 20 * MINUTE:
        return found
    after = [group for group in groups if any(event.kind == "filled" for event in group)]
    for group in [*after[:1], *after[1:][-(MOST_AFTER - 1) :]]:
        at = [event.at for event in group if event.kind == "filled"]
        title = f"Five minutes after {'the fill' if len(at) == 1 else f'{len(at)} fills'}{on}"
        found.append(_padded(title, day, at[0] - 10 * SECOND, at[-1] + AFTER, 8 * SECOND))
    return found


def _groups(events: Sequence[Event]) -> list[list[Event]]:
    groups: list[list[Event]] = []
    for event in events:
        if groups and event.at - groups[-1][-1].at <= GAP:
            groups[-1].append(event)
        else:
            groups.append([event])
    return groups


def _padded(title: str, day: date, first: int, last: int, pad: int) -> Panel:
    return Panel("", title, day, first - pad, last + pad)


def _said(group: Sequence[Event]) -> str:
    words = {"received": "receipt", "routed": "route", "acked": "", "filled": "fill", "ended": "end", "returned": "return", "rejected": "reject"}
    kinds = [words.get(event.kind, event.kind) for event in group]
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds) if kind}
    return ", ".join(kind if count == 1 else f"{count} {kind}s" for kind, count in counts.items())
