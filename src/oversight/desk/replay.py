"""One order as its vendor may see it: quotes, routes, acknowledgements, fills and what came after; no customer, no exception, no harm, no line of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from bestexec import EVENT_KINDS, Cell, DayQuotes, Life, life_of, plain_decimal, printed_cell, quotes_of, sealed_policy
from oversight.desk import durations, inspector, ribbon
from oversight.desk.panels import Panel, panels_of
from oversight.findings.queries import sealed
from oversight.rooms.models import ShownOrder
from oversight.sheets import Column, Row, Sheet

KEPT_BACK = ("Customer", "Arrangement", "Vendor")
"""Facts of an order that the vendor's page leaves out."""
SHOWN = ("net_price_improvement", "effective_spread", "quoted_spread", "realized_spread_1min", "mean_time_to_execution", "arrival_slippage_bps")
EVENTS = (
    Column("at", "New York", kind="instant"), Column("since", "Since receipt", kind="instant"), Column("after", "After the event before", kind="instant"),
    Column("kind", "Event"), Column("words", "What happened"),
)  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """One fill with its figures."""

    fill_id: str
    words: str
    at: str
    since: str
    route_id: str
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Replay:
    """The page's values; whoever draws them can show no more."""

    run_id: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    drawn: tuple[tuple[Panel, str, str], ...]
    fills: tuple[Filled, ...]
    routes: tuple[tuple[str, tuple[str, ...]], ...]
    events: Sheet


def replay(order: ShownOrder) -> Replay:
    """The order in the run that it was chosen from. Raises Problem where that run is gone or altered."""
    run = sealed(order.run_id)
    life = _of_vendor(life_of(run, inspector.home(), order.key_on, order.symbol, order.order_id), order.room.case.vendor.key)
    workspace, limits = inspector.place(), sealed_policy(run.folder / "policy")
    panels = panels_of(life)
    quotes = {day: quotes_of(workspace, run, limits, day, order.symbol) for day in dict.fromkeys(panel.day for panel in panels)}
    drawn = tuple((panel, ribbon.draw(life, quotes[panel.day], panel), ribbon.said(life, quotes[panel.day], panel)) for panel in panels)
    return Replay(
        run.id, inspector.sentence(life), tuple((name, text) for name, text in inspector.facts(life) if name not in KEPT_BACK), _remarks(life, quotes.values()),
        drawn, tuple(_fill(life, row) for row in life.fills.iter_rows(named=True)), _routes(life), _events(life),
    )  # fmt: skip


def _of_vendor(life: Life, vendor: str) -> Life:
    """Without the findings, and without what another vendor's router did of the same order."""
    return replace(
        life, orders=_own(life.orders, vendor), fills=_own(life.fills, vendor), routes=None if life.routes is None else _own(life.routes, vendor),
        withdrawn=_own(life.withdrawn, vendor), unlinked=_own(life.unlinked, vendor), copies=life.copies.clear(), findings=life.findings.clear(),
    )  # fmt: skip


def _own(rows: pl.DataFrame, vendor: str) -> pl.DataFrame:
    return rows.filter(pl.col("vendor") == vendor) if "vendor" in rows.columns else rows.clear()


def _remarks(life: Life, quotes: Any) -> tuple[str, ...]:
    """What a reader must know before believing the rest."""
    days: list[DayQuotes] = list(quotes)
    found = [f"{day.day}: no quotes are at hand. The drawing has none; nothing was guessed." for day in days if day.why_not]
    if life.routes is None or life.routes.is_empty():
        found.append("No route of this order through your router is in your client's files.")
    if life.withdrawn.height:
        found.append(f"{life.withdrawn.height} fills were busted or corrected afterwards; they take no part in any figure.")
    return tuple(found)


def _fill(life: Life, row: Mapping[str, Any]) -> Filled:
    words = f"{plain_decimal(row['fill_qty'])} shares at {plain_decimal(row['fill_px'])} on {row['venue'] or 'an unnamed venue'}"
    figures = tuple((inspector.TITLES[key], printed_cell(Cell(row.get(key), inspector.UNITS[key]))) for key in SHOWN)
    return Filled(str(row["fill_id"]), words, durations.local(row["filled_at"]), durations.since(life, row["filled_at"]), str(row["route_id"] or ""), figures)


def _routes(life: Life) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each route's id and its cells, as `inspector.ROUTE_HEADS` names them."""
    return tuple((str(row["route_id"]), cells) for row, cells, _, _ in inspector.routes(life))


def _events(life: Life) -> Sheet:
    rows = tuple(
        Row((durations.local(event.at), durations.since(life, event.at), after, EVENT_KINDS[event.kind], event.words), {"words": f"#row-{event.row}"})
        for event, after in zip(life.events, durations.distances(life.events), strict=True)
    )
    source = f"A sealed run of your client's; clocks as each source stated them. Benchmark: {', '.join(life.run.manifest['benchmarks']) or 'none'}."
    return Sheet(f"order-{life.order_id}", "Every event, in the order of time", EVENTS, rows, (life.run.id,), source, empty="Nothing is known of its course.")
