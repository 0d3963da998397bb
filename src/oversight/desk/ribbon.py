"""The drawing of one stretch of an order's life, as SVG: quotes, routes, fills, what came after, each mark named and leading to its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape

import numpy as np
from django.utils.safestring import SafeString

from bestexec import DayQuotes, Event, Life, Steps, plain_decimal
from oversight.desk.durations import local, nine_digits, since, spanned
from oversight.desk.panels import Panel
from oversight.desk.tracing import Span, Trace, band, better, path, spans, traced

WIDTH, LEFT, RIGHT, TOP, PLOT, LANE, AXIS = 1060, 88, 128, 46, 210, 20, 44
INNER = WIDTH - LEFT - RIGHT
STEPS_NS = tuple(digit * 10**power for power in range(3, 11) for digit in (1, 2, 5)) + tuple(60_000_000_000 * n for n in (1, 2, 5, 10, 15, 30, 60, 120, 240))
MOST_LANES, LABELED_NS = 12, 12 * 60_000_000_000
NAMES = {
    "received": "receipt", "executable": "start", "routed": "route", "acked": "ack", "rejected": "reject", "returned": "return", "filled": "fill",
    "withdrawn": "fill", "ended": "end",
}  # fmt: skip
"""What a close view counts its time from."""
BESIDE = (
    (9, -7, "start"), (-9, -7, "end"), (9, 16, "start"), (-9, 16, "end"), (0, -11, "middle"), (0, 19, "middle"), (11, 4, "start"), (-11, 4, "end"),
)  # fmt: skip
"""Where a name may stand beside its mark, the best place first."""
PAPER: Mapping[str, str] = {
    "rb-band": "fill:#dce9f4",
    "rb-quote": "fill:none;stroke:#0b62a4;stroke-width:1.3",
    "rb-mid": "fill:none;stroke:#5b6673;stroke-width:.8;stroke-dasharray:2 3",
    "rb-odd": "fill:none;stroke:#2b8a66;stroke-width:1.3;stroke-dasharray:5 2",
    "rb-limit": "fill:none;stroke:#8a5a9e;stroke-width:1.2;stroke-dasharray:9 4",
    "rb-mark": "fill:none;stroke:#1d2733;stroke-width:1",
    "rb-wait": "fill:none;stroke:#5b6673;stroke-width:1;stroke-dasharray:4 3",
    "rb-grid": "stroke:#e3e7eb;stroke-width:.6",
    "rb-lane": "fill:#cbd5de",
    "rb-sent": "fill:#1d2733",
    "rb-bad": "fill:none;stroke:#a8410f;stroke-width:2",
    "rb-fill": "fill:#c8501e;stroke:#fff;stroke-width:1.2",
    "rb-gone": "fill:#fff;stroke:#a8410f;stroke-width:1.4",
    "rb-after": "fill:#fff;stroke:#1d2733;stroke-width:1.2",
    "rb-odd-state": "fill:#e8a98f;fill-opacity:.4",
    "rb-quiet-state": "fill:#8a96a3;fill-opacity:.14",
    "rb-text": "fill:#1d2733;font:11px 'Open Sans'",
    "rb-small": "fill:#5b6673;font:10px 'Open Sans'",
    "rb-strong": "fill:#1d2733;font:600 11px 'Open Sans'",
}  # fmt: skip
"""The classes as paper shows them; on the desk `desk.css` says the same for light, dark and print."""


@dataclass
class Drawing:
    """One panel being drawn. Prices go up, time to the right."""

    panel: Panel
    life: Life
    quotes: DayQuotes
    is_linked: bool
    steps: Steps | None = None
    scale: tuple[float, float, float] = (0.0, 1.0, 0.0)
    parts: list[str] = field(default_factory=list)
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)

    def x(self, at: float) -> float:
        return LEFT + INNER * (at - self.panel.from_at) / (self.panel.to_at - self.panel.from_at)

    def y(self, px: float | Decimal) -> float:
        highest, by, top = self.scale
        return top + (highest - float(px)) * by

    def mark(self, row: str, title: str, drawn: str) -> None:
        """A mark with its name, leading to its row where the page has links."""
        said = f"<title>{escape(title)}</title>{drawn}"
        self.parts.append(f'<a href="#row-{escape(row)}">{said}</a>' if self.is_linked and row else f"<g>{said}</g>")

    def place(self, x: float, y: float, words: str, kind: str) -> None:
        """A name beside the mark at (x, y), where it covers no other name or mark; left out where there is no room: the mark's title says it."""
        wide = 6.3 * len(words)
        for dx, dy, anchor in BESIDE:
            left = x + dx - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
            box = (left, y + dy - 10, left + wide, y + dy + 3)
            inside = box[0] > LEFT and box[2] < LEFT + INNER and box[1] > TOP - 4 and box[3] < TOP + PLOT
            if inside and not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self.taken):
                self.taken.append(box)
                self.text(x + dx, y + dy, words, kind, anchor)
                return

    def text(self, x: float, y: float, words: str, kind: str = "rb-text", anchor: str = "start") -> None:
        self.parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>')


def draw(life: Life, quotes: DayQuotes, panel: Panel, *, is_linked: bool = True) -> SafeString:
    """The panel as one SVG element. Without links it carries its own colors, for paper."""
    steps = quotes.steps(panel.from_at, panel.to_at)
    drawing = Drawing(panel, life, quotes, is_linked, steps)
    events = [event for event in life.events if panel.from_at <= event.at < panel.to_at]
    later = [event for event in life.later if panel.from_at <= event.at < panel.to_at]
    scale = _scale(steps, events, later, life)
    drawing.scale = scale or drawing.scale
    lanes = _lanes(life, panel)
    _axis(drawing, len(lanes), events)
    if scale is not None:
        _prices(drawing)
    _states(drawing, spans(quotes, steps, panel.from_at, panel.to_at))
    if scale is None:
        drawing.text(LEFT + INNER / 2, TOP + PLOT / 2, quotes.why_not or "no quote stood, and no price is known here", "rb-text", "middle")
    if steps is not None and len(steps.at):
        _quotes(drawing, steps)
    if scale is not None:
        _limit(drawing)
    _moments(drawing, events, len(lanes))
    _routes(drawing, lanes)
    _priced(drawing, [event for event in events if event.kind in ("filled", "withdrawn")], later)
    height = TOP + PLOT + LANE * len(lanes) + AXIS
    colors = "" if is_linked else f"<style>{''.join(f'.{name}{{{rule}}}' for name, rule in PAPER.items())}</style>"
    role = "group" if is_linked else "img"  # links within a picture could not be reached
    return SafeString(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ribbon" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="{role}" '
        f'aria-label="{escape(said(life, quotes, panel))}">{colors}<defs><clipPath id="clip-{panel.key}"><rect x="{LEFT}" y="{TOP}" width="{INNER}" '
        f'height="{PLOT}"/></clipPath></defs>{"".join(drawing.parts)}</svg>'
    )  # every text in it went through `escape`


def said(life: Life, quotes: DayQuotes, panel: Panel) -> str:
    """The panel in one sentence, from the same facts."""
    events = [event for event in life.events if panel.from_at <= event.at < panel.to_at]
    told = "; ".join(f"{since(life, event.at)} {event.words}" for event in events[:8]) + (f"; and {len(events) - 8} more" if len(events) > 8 else "")
    odd = sorted({span.state for span in spans(quotes, quotes.steps(panel.from_at, panel.to_at), panel.from_at, panel.to_at)})
    states = f" In part: {', '.join(odd)}." if odd else ""
    return f"{panel.title}, {local(panel.from_at)} to {local(panel.to_at)}. {told or 'No event of the order.'}.{states} {quotes.why_not}".strip()


def _scale(steps: Steps | None, events: Sequence[Event], later: Sequence[Event], life: Life) -> tuple[float, float, float] | None:
    """(price at the top, pixels a dollar, top), wide enough for what matters; a stub quote far away does not flatten the rest. None without a price."""
    core = [float(event.px) for event in (*events, *later) if event.px is not None and event.kind in ("filled", "withdrawn", "later")]
    if steps is not None and len(steps.at):
        every = np.concatenate([steps.bid, steps.ask])
        every = every[~np.isnan(every)]
        if len(every):
            middle = float(np.median(every))
            core += [float(value) for value in every[np.abs(every - middle) <= max(0.05 * middle, 0.05)]] or [middle]
    limit = life.said.get("limit_px")
    if limit is not None and core:
        low, high = min(core), max(core)
        if low - 1.5 * (high - low + 0.02) <= float(limit) <= high + 1.5 * (high - low + 0.02):
            core.append(float(limit))
    if not core:
        return None
    low, high = min(core), max(core)
    pad = max((high - low) * 0.14, 0.006)
    return high + pad, PLOT / (high - low + 2 * pad), TOP


def _lanes(life: Life, panel: Panel) -> list[dict[str, object]]:
    rows = [] if life.routes is None else list(life.routes.iter_rows(named=True))
    inside = [row for row in rows if row["routed_at"] < panel.to_at and (row["ended_at"] is None or row["ended_at"] >= panel.from_at)]
    return inside[:MOST_LANES]


def _states(drawing: Drawing, found: Iterable[Span]) -> None:
    last: dict[str, float] = {}
    label = TOP + PLOT - 5.0
    for span in found:
        left, right = drawing.x(span.from_at), drawing.x(span.to_at)
        if right - last.get(span.state, -9.0) < 0.5:
            continue
        last[span.state] = right
        kind = "rb-quiet-state" if span.state in ("outside regular hours", "stale") else "rb-odd-state"
        title = f"{span.state}: {local(span.from_at)} to {local(span.to_at)}, {spanned(span.to_at - span.from_at)[1:]}"
        drawing.mark("", title, f'<rect class="{kind}" x="{left:.1f}" y="{TOP}" width="{max(right - left, 1):.1f}" height="{PLOT}"/>')
        if right - left > 7 * len(span.state):
            drawing.text(left + 4, label, span.state, "rb-small")
            label = label - 12 if label > TOP + PLOT - 40 else TOP + PLOT - 5


def _axis(drawing: Drawing, lanes: int, events: Sequence[Event]) -> None:
    """Time since receipt; in a close view far from it, since the first thing that happens there."""
    panel, received = drawing.panel, drawing.life.said.get("received_at")
    step = next((step for step in STEPS_NS if (panel.to_at - panel.from_at) / step <= 8), STEPS_NS[-1])
    is_near = received is not None and (panel.from_at <= received < panel.to_at or step >= 1_000_000_000)
    zero, words = (received, "since receipt") if is_near else (events[0].at, f"since {NAMES[events[0].kind]}") if events else (panel.from_at, "")
    assert zero is not None, "one of the three is there"
    bottom, digits = TOP + PLOT + LANE * lanes, 8 if step >= 1_000_000_000 else 12 if step >= 1_000_000 else 15
    at = zero + -(-(panel.from_at - zero) // step) * step
    while at < panel.to_at:
        x = drawing.x(at)
        drawing.parts.append(f'<line class="rb-grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom + 4}"/>')
        drawing.text(x, bottom + 17, spanned(at - zero), "rb-text", "middle")
        drawing.text(x, bottom + 31, nine_digits(at)[:digits], "rb-small", "middle")
        at += step
    drawing.text(LEFT - 30, bottom + 17, words, "rb-small", "end")
    drawing.text(LEFT - 30, bottom + 31, "New York", "rb-small", "end")


def _prices(drawing: Drawing) -> None:
    highest, by, _ = drawing.scale
    lowest = highest - PLOT / by
    step = next(
        (s for s in (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100) if (highest - lowest) / s <= 7), 1000
    )
    for number in range(int(np.ceil(lowest / step)), int(np.floor(highest / step)) + 1):
        price = number * step
        y = drawing.y(price)
        drawing.parts.append(f'<line class="rb-grid" x1="{LEFT}" x2="{LEFT + INNER}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawing.text(LEFT - 6, y + 4, f"{price:,.{4 if step < 0.01 else 2}f}", "rb-small", "end")


def _quotes(drawing: Drawing, steps: Steps) -> None:
    x = LEFT + INNER * (steps.at - drawing.panel.from_at) / (drawing.panel.to_at - drawing.panel.from_at)
    clip, right = f'clip-path="url(#clip-{drawing.panel.key})"', float(LEFT + INNER)
    bid, ask = traced(steps.at, steps.bid, x), traced(steps.at, steps.ask, x)
    ordinary = np.where(steps.bid < steps.ask, (steps.bid + steps.ask) / 2, np.nan)
    drawing.parts.insert(0, f'<path class="rb-band" {clip} d="{band(bid, ask, right, drawing.scale)}"/>')
    drawn: list[tuple[str, str, Trace]] = [("rb-mid", "midpoint", traced(steps.at, ordinary, x)), ("rb-quote", "bid", bid), ("rb-quote", "offer", ask)]
    odd = drawing.quotes.steps(drawing.panel.from_at, drawing.panel.to_at, odd_lots=True)
    if odd is not None and len(odd.at):
        at, odd_bid, odd_ask = better(steps, odd)
        odd_x = LEFT + INNER * (at - drawing.panel.from_at) / (drawing.panel.to_at - drawing.panel.from_at)
        drawn += [("rb-odd", "odd-lot bid", traced(at, odd_bid, odd_x)), ("rb-odd", "odd-lot offer", traced(at, odd_ask, odd_x))]
    labels = []
    for kind, words, trace in drawn:
        drawing.mark("", f"{words}, {len(trace.x):,} points", f'<path class="{kind}" {clip} d="{path(trace, right, drawing.scale)}"/>')
        if len(trace.last) and not np.isnan(trace.last[-1]):
            labels.append((drawing.y(float(trace.last[-1])), f"{words} {_price(float(trace.last[-1]))}"))
    _beside(drawing, labels)


def _price(value: float) -> str:
    """At least the cents, at most the hundredth of one."""
    text = f"{value:,.4f}"
    return text[:-2] if text.endswith("00") else text.removesuffix("0")


def _beside(drawing: Drawing, labels: Sequence[tuple[float, str]]) -> None:
    """Names at the right edge, pushed apart so that none covers another."""
    y = TOP - 2.0
    for wanted, words in sorted(labels):
        y = max(min(max(wanted + 4, TOP + 8), TOP + PLOT), y + 12)
        drawing.text(LEFT + INNER + 8, y, words, "rb-small")


def _limit(drawing: Drawing) -> None:
    said = drawing.life.said
    limit, begin = said.get("limit_px"), said.get("received_at", drawing.panel.from_at)
    if limit is None:
        return
    end = said.get("ended_at") or drawing.panel.to_at
    left, right = drawing.x(max(begin, drawing.panel.from_at)), drawing.x(min(max(end, begin), drawing.panel.to_at))
    y, words = drawing.y(limit), f"limit {plain_decimal(limit)}"
    if TOP <= y <= TOP + PLOT and right >= left:
        drawing.mark("order", words, f'<path class="rb-limit" d="M{left:.1f} {y:.1f}H{max(right, left + 2):.1f}"/>')
        drawing.text(left + 4, y - 4 if said["side"] > 0 else y + 12, words, "rb-small")
    elif right >= left:
        drawing.text(LEFT + 4, TOP + 12 if y < TOP else TOP + PLOT - 18, f"{words}, {'above' if y < TOP else 'below'} the picture", "rb-small")


def _moments(drawing: Drawing, events: Sequence[Event], lanes: int) -> None:
    bottom, ends = TOP + PLOT + LANE * lanes, [-99.0, -99.0, -99.0]
    names = {"received": "received", "executable": "executable", "ended": "order ended"}
    for event in events:
        if event.kind not in names:
            continue
        x, words = drawing.x(event.at), names[event.kind]
        line = "rb-wait" if event.kind == "executable" else "rb-mark"
        drawing.mark(event.row, _title(drawing, event), f'<path class="{line}" d="M{x:.1f} {TOP - 4}V{bottom}"/>')
        row = next((place for place, end in enumerate(ends) if x - end > 6), 0)
        ends[row] = x + 6.2 * len(words)
        drawing.text(x, TOP - 8 - 13 * row, words, "rb-strong")


def _routes(drawing: Drawing, lanes: Sequence[dict[str, object]]) -> None:
    for place, row in enumerate(lanes):
        top, key = TOP + PLOT + LANE * place + 5, f"routes-{row['route_id']}"
        events = [event for event in drawing.life.events if event.row == key]
        until = row["ended_at"] if row["ended_at"] is not None else drawing.panel.to_at
        left, right = (min(max(drawing.x(at), LEFT), LEFT + INNER) for at in (row["routed_at"], until))  # type: ignore[arg-type]  # instants
        whole = "; ".join(_title(drawing, event) for event in events)
        drawing.mark(key, whole, f'<rect class="rb-lane" x="{left:.1f}" y="{top}" width="{max(right - left, 2):.1f}" height="10" rx="2"/>')
        for event in events:
            x = drawing.x(event.at)
            if LEFT <= x <= LEFT + INNER:
                drawing.mark(key, _title(drawing, event), _sign(event.kind, x, top))
        last = events[-1] if events else None
        words = f"{row['venue'] or row['venue_raw'] or 'unnamed'}{' · ' + last.kind if last and last.kind == 'rejected' else ''}"
        drawing.text(LEFT + INNER + 8, top + 9, words, "rb-text")
        if place == 0:
            drawing.text(LEFT - 6, top + 9, "routes", "rb-small", "end")
    rest = (0 if drawing.life.routes is None else drawing.life.routes.height) - len(lanes)
    if rest > 0 and len(lanes) == MOST_LANES:
        drawing.text(LEFT - 6, TOP + PLOT + LANE * len(lanes) + 2, f"+{rest}", "rb-small", "end")


def _sign(kind: str, x: float, top: float) -> str:
    if kind == "rejected":
        return f'<path class="rb-bad" d="M{x - 4:.1f} {top + 1}l8 8m0 -8l-8 8"/>'
    if kind == "returned":
        return f'<path class="rb-mark" d="M{x:.1f} {top - 2}v14m-3 -14h3m-3 14h3"/>'
    if kind == "acked":
        return f'<circle class="rb-after" cx="{x:.1f}" cy="{top + 5}" r="3"/>'
    return f'<path class="rb-sent" d="M{x:.1f} {top}l6 5l-6 5z"/>'


def _priced(drawing: Drawing, fills: Sequence[Event], later: Sequence[Event]) -> None:
    """What came after under the fills, then the names: those of the fills first."""
    for event in later:
        x, y = drawing.x(event.at), drawing.y(event.px or 0)
        drawing.mark(event.row, f"{event.words}: {plain_decimal(event.px)}", f'<path class="rb-after" d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z"/>')
    for event in fills:
        x, y = drawing.x(event.at), drawing.y(event.px or 0)
        kind = "rb-fill" if event.kind == "filled" else "rb-gone"
        drawing.mark(event.row, _title(drawing, event), f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>')
        drawing.taken.append((x - 7, y - 7, x + 7, y + 7))
    for event in fills:
        words = f"{plain_decimal(event.qty)} @ {plain_decimal(event.px)} {event.venue if len(event.venue) < 9 else ''}".strip()
        drawing.place(drawing.x(event.at), drawing.y(event.px or 0), words, "rb-strong")
    named: dict[str, float] = {}
    for event in later if drawing.panel.to_at - drawing.panel.from_at < LABELED_NS else ():
        name, x = event.words.split()[1], drawing.x(event.at)
        if x - named.get(name, -99.0) > 12:
            drawing.place(x, drawing.y(event.px or 0), f"+{name}", "rb-small")
            named[name] = x


def _title(drawing: Drawing, event: Event) -> str:
    return f"{local(event.at)} ({since(drawing.life, event.at)}) {event.words}"
