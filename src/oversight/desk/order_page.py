"""One order on one page of paper: the sentence, the facts, the drawing, the fills, routes, events and checks that failed."""

from __future__ import annotations

from bestexec import Cell, DayQuotes, OnePage, PageTable, plain_decimal, printed_cell
from oversight.desk import durations, ribbon
from oversight.desk.inspector import TITLES, UNITS, Shown
from oversight.desk.panels import Panel

MOST_DRAWINGS, MOST_FILLS, MOST_ROUTES, MOST_EVENTS, LONG = 2, 6, 6, 12, 12
FIGURES = ("net_price_improvement", "effective_spread", "realized_spread_1min")


def paper(shown: Shown) -> OnePage:
    """The page as plain values; nothing of the present day is in it, so that the same run gives the same bytes."""
    life = shown.life
    drawings = tuple((ribbon.draw(life, quotes, panel, is_linked=False), ribbon.said(life, quotes, panel)) for panel, quotes in _chosen(shown))
    return OnePage(
        title=f"Order {life.order_id}, {life.symbol}, {life.key_on}", firm=str(life.said["firm"]), dated=life.key_on, run_id=life.run.id,
        lead=" ".join(filter(None, (shown.sentence, shown.why))), facts=_padded(shown.facts), drawings=drawings,
        tables=(_fills(shown), _routes(shown), _events(shown), _checks(shown)), notes=shown.remarks,
        foot=f"Policy {life.run.manifest['policy']['version']}; benchmark {', '.join(life.run.manifest['benchmarks']) or 'none'}; times New York",
    )  # fmt: skip


def _chosen(shown: Shown) -> tuple[tuple[Panel, DayQuotes], ...]:
    """The whole of it, and the close view of its first fill where there is one; of a long story the whole alone, so that it stays one page."""
    if len(shown.life.events) > LONG:
        return shown.panels[:1]
    first, rest = shown.panels[:1], shown.panels[1:]
    filled = [event.at for event in shown.life.events if event.kind == "filled"]
    close = [pair for pair in rest if any(pair[0].from_at <= at < pair[0].to_at for at in filled)] or list(rest)
    return (*first, *close[: MOST_DRAWINGS - 1])


def _padded(facts: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Three pairs a line; the last line is filled up."""
    return facts + (("", ""),) * (-len(facts) % 3)


def _fills(shown: Shown) -> PageTable:
    heads = ("Fill", "New York", "Shares", "Price", "Venue", *(f"{TITLES[key]}, {UNITS[key].symbol}" for key in FIGURES))
    rows = tuple(
        (
            str(fill.row["fill_id"]), fill.at, plain_decimal(fill.row["fill_qty"]), plain_decimal(fill.row["fill_px"]), fill.row["venue"] or "—",
            *(printed_cell(Cell(fill.row.get(key), UNITS[key]), UNITS[key]) for key in FIGURES),
        )
        for fill in shown.fills[:MOST_FILLS]
    )  # fmt: skip
    return PageTable(_titled("Fills", len(shown.fills), MOST_FILLS), heads, rows, right=(2, 3, 5, 6, 7))


def _routes(shown: Shown) -> PageTable:
    heads = ("Attempt", "Venue", "Sent", "Shares", "Limit", "Time in force", "Acknowledged", "Ended", "How", "Filled")
    rows = tuple(cells for _, cells, _, _ in shown.routes[:MOST_ROUTES])
    return PageTable(_titled("Routes", len(shown.routes), MOST_ROUTES), heads, rows, right=(3, 4, 9), free=(8,))


def _events(shown: Shown) -> PageTable:
    rows = tuple(
        (
            durations.local(event.at),
            durations.since(shown.life, event.at),
            event.words,
            f"{event.source.name}, line {event.source.line:,}" if event.source else "worked out",
        )
        for event in shown.life.events[:MOST_EVENTS]
    )
    return PageTable(
        _titled("Events and their source lines", len(shown.life.events), MOST_EVENTS), ("New York", "Since receipt", "What happened", "Source"), rows, free=(2,)
    )


def _checks(shown: Shown) -> PageTable:
    failed = tuple((one.check.id, one.check.title, str(one.check.source.key)) for one in shown.judged if one.state == "failed")
    counts = {state: sum(one.state == state for one in shown.judged) for state in ("failed", "passed", "not evaluated")}
    title = "Checks: " + ", ".join(f"{count} {state}" for state, count in counts.items())
    return PageTable(title, ("Check", "What it found", "Authority"), failed or (("—", "No check found anything in this order.", ""),), free=(1,))


def _titled(title: str, count: int, most: int) -> str:
    return f"{title} ({count})" if count <= most else f"{title}: the first {most} of {count}; the rest is on the desk"
