"""Every read of the order inspector: one order of one sealed run, with everything that explains it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from bestexec import (
    EVENT_KINDS,
    METRICS,
    Cell,
    DayQuotes,
    Judged,
    Life,
    Policy,
    Problem,
    RawLine,
    Run,
    Source,
    Worked,
    Workspace,
    checks_hash,
    index_of,
    judge,
    life_of,
    open_workspace,
    plain_decimal,
    printed_cell,
    quotes_of,
    raw_lines,
    sealed_policy,
    spoken_order,
    worked,
)  # fmt: skip
from oversight.desk import durations, ribbon
from oversight.desk.panels import Panel, panels_of
from oversight.evidence.models import Link
from oversight.findings.models import Finding, RunDay
from oversight.findings.queries import sealed
from oversight.sheets import Column, Row, Sheet

TITLES = {metric.key: metric.title for metric in METRICS if metric.on == "fills"}
UNITS = {metric.key: metric.unit for metric in METRICS}
MOST_LATER_RUNS = 400
GOOD_TILL = ("gtc", "gtd")
EVENTS = (
    Column("at", "New York", kind="instant"), Column("since", "Since receipt", kind="instant"), Column("after", "After the event before", kind="instant"),
    Column("kind", "Event"),
    Column("words", "What happened"), Column("file", "File"), Column("line", "Line", kind="number"),
)  # fmt: skip
ROUTE_HEADS = ("Attempt", "Venue", "Sent", "Shares", "Limit", "Time in force", "Acknowledged after", "Ended after", "How it ended", "Shares filled")


@dataclass(frozen=True)
class Worth:
    """One metric of one row, as shown: its figure printed once, or why there is none."""

    worked: Worked
    figure: str


Families = tuple[tuple[str, tuple[Worth, ...]], ...]


@dataclass(frozen=True)
class Fill:
    """One fill with its figures."""

    row: Mapping[str, Any]
    at: str
    since: str
    source: str
    line_url: str
    headline: tuple[tuple[str, str], ...]
    families: Families


@dataclass(frozen=True)
class Shown:
    """An order as the page shows it."""

    life: Life
    sentence: str
    why: str
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    panels: tuple[tuple[Panel, DayQuotes], ...]
    fills: tuple[Fill, ...]
    of_order: Families
    routes: tuple[tuple[Mapping[str, Any], tuple[str, ...], str, str], ...]
    events: Sheet
    judged: tuple[Judged, ...]
    findings: tuple[Finding, ...]
    evidence: tuple[Link, ...]
    runs: tuple[tuple[str, bool], ...]
    later_runs: tuple[str, ...]

    @property
    def run(self) -> Run:
        return self.life.run

    @property
    def failed(self) -> int:
        return sum(one.state == "failed" for one in self.judged)

    def drawn(self) -> list[tuple[Panel, str, str]]:
        """(panel, its SVG, its sentence), for the page."""
        return [(panel, ribbon.draw(self.life, quotes, panel), ribbon.said(self.life, quotes, panel)) for panel, quotes in self.panels]


def shown(key_on: date, symbol: str, order_id: str, run_id: str = "") -> Shown:
    """The order of that key in the run in force on its day, or in the run named. Raises Problem when there is none. Four queries."""
    measured = {day.run_id: day.is_current for day in RunDay.objects.filter(on=key_on).only("run_id", "is_current")}
    wanted = run_id or next((known for known, is_current in measured.items() if is_current), "")
    if not wanted:
        raise Problem(f"no run in force measured {key_on}", where=order_id, do="receive a run of that day, or name one with ?run=")
    run, workspace = sealed(wanted), place()
    limits = _policy(run.folder / "policy")
    life = life_of(run, home(), key_on, symbol, order_id)
    panels = panels_of(life)
    quotes = {day: quotes_of(workspace, run, limits, day, symbol) for day in dict.fromkeys(panel.day for panel in panels)}
    findings = tuple(_findings(life))
    evidence = tuple(Link.objects.filter(subject_kind="finding", subject_id__in=[str(row.pk) for row in findings], state="linked").select_related("filed"))
    return Shown(
        life=life, sentence=sentence(life), why=why(life), facts=facts(life), remarks=tuple(remarks(life, tuple(quotes.values()))),
        panels=tuple((panel, quotes[panel.day]) for panel in panels), fills=tuple(_fill(life, row) for row in life.fills.iter_rows(named=True)),
        of_order=_families(life.order, "orders") if life.order else (), routes=routes(life), events=_sheet(life), judged=judge(life, limits),
        findings=findings, evidence=evidence, runs=tuple(sorted(measured.items(), key=lambda pair: not pair[1])), later_runs=_later(life),
    )  # fmt: skip


def raw(import_id: str, line: int) -> tuple[RawLine, ...]:
    """The raw line of each file of an import, accounts masked. Raises Problem for an import that the workspace lacks."""
    return raw_lines(place(), import_id, line)


def is_newer(run: Run) -> bool:
    """Whether the checks were redefined since the run was sealed."""
    return bool(run.manifest["definitions"]["checks"] != checks_hash())


def place() -> Workspace:
    """The workspace, to read."""
    return open_workspace(settings.WORKSPACE, create=False)


def home() -> Path:
    """Where the desk keeps what it can make again from the sealed runs."""
    return Path(settings.HOME) / "derived"


@lru_cache(maxsize=64)
def _policy(folder: Path) -> Policy:
    return sealed_policy(folder)


def sentence(life: Life) -> str:
    """What the order was and what became of it, from facts alone."""
    row = life.said
    if "order_type" not in row:
        return f"Fills of order {life.order_id} in {life.symbol}, whose order is in no feed: what was ordered, when and at what limit is not known."
    order = life.order
    at = durations.local(row["received_at"])
    words = f"{spoken_order(row)[0].upper()}{spoken_order(row)[1:]}, received {life.key_on} at {at} New York"
    if order is None:
        return f"{words}; this run has {life.fills.height} later fills of it, and its order is in the run of its own day."
    return f"{words}; {_routed(life)}{_became(life, order)}."


def _routed(life: Life) -> str:
    if life.routes is None or life.routes.is_empty():
        return ""
    venues = [venue or "an unnamed destination" for venue in life.routes["venue"].to_list()]
    named = ", then ".join(dict.fromkeys(venues)) if len(set(venues)) < 5 else f"{len(set(venues))} venues"
    rejects = sum(reason == "rejected" for reason in life.routes["end_reason"])
    return f"sent to {named}{f' ({rejects} rejected)' if rejects else ''}; "


def _became(life: Life, order: Mapping[str, Any]) -> str:
    end = f"{order['end_reason'] or 'ended'}" if order["end_reason"] != "filled" else ""
    if not order["filled_qty"]:
        return f"nothing was filled; it was {end or 'not said to have ended'}" if end != "open" else "nothing was filled; it is still open"
    average = plain_decimal((order["filled_notional_usd"] / order["filled_qty"]).quantize(Decimal("0.000001")))
    count = f"{order['fills']} fill{'s' if order['fills'] != 1 else ''}"
    much = "filled in full" if order["is_complete"] else f"{plain_decimal(order['filled_qty'])} of {plain_decimal(order['order_qty'])} shares filled"
    took = order["last_filled_at"] - order["received_at"]
    within = f", the last {durations.spanned(took)[1:] if took else 'at once'} after receipt" if took else ""
    return f"{much} in {count} at {average} on average{within}" + (f"; the rest {end}" if end and not order["is_complete"] else "")


def why(life: Life) -> str:
    """How the price compares with the quote, in one sentence; why it cannot be said where it cannot."""
    order = life.order or life.said
    if order.get("excluded"):
        return f"It takes no part in measures that need the quote at its benchmark instant: {order['excluded']}."
    known = life.fills.filter(life.fills["net_price_improvement"].is_not_null()) if life.fills.height else life.fills
    if known.is_empty():
        return ""
    total = sum((row["net_price_improvement"] * row["fill_qty"] for row in known.iter_rows(named=True)), Decimal(0))
    each, shares = total / known["fill_qty"].sum(), plain_decimal(known["fill_qty"].sum())
    price = printed_cell(Cell(abs(each), UNITS["net_price_improvement"]))
    told = "at" if not each else f"{price} {'better' if each > 0 else 'worse'} than"
    usd = printed_cell(Cell(abs(total), UNITS["customer_cost"]))
    return f"On {shares} shares it got {told} the quote at its benchmark instant" + (f", {usd} in all." if total else ".")


def facts(life: Life) -> tuple[tuple[str, str], ...]:
    """What the order was, as names and texts; what is not known is a dash."""
    row, order = life.said, life.order or {}
    flags = [words for name, words in (("is_held", "held"), ("is_directed", "directed"), ("is_short", "short")) if row.get(name)]
    found = (
        ("Order", life.order_id), ("Symbol", life.symbol), ("Trading date", life.key_on.isoformat()), ("Vendor", row.get("vendor")),
        ("Arrangement", row.get("arrangement")), ("Customer", row.get("customer_class")), ("Kind", row.get("asset_class")), ("Session", row.get("session")),
        ("Handling", ", ".join(flags) or "not held"), ("Rule 605 class", row.get("order_class")), ("Marketability", row.get("marketability")),
        ("Stop", plain_decimal(order.get("stop_px")) if order.get("stop_px") is not None else None), ("End", order.get("end_reason")),
        ("Quote at receipt", _quote(row, "receipt")), ("Quote at t0", _quote(row, "t0")),
    )  # fmt: skip
    return tuple((name, str(text).replace("_", " ") if name not in ("Order", "Symbol", "Vendor") else str(text)) for name, text in found if text)


def _quote(row: Mapping[str, Any], instant: str) -> str:
    state = row.get(f"quote_state_at_{instant}")
    if state in (None, "missing"):
        return "none"
    return f"{plain_decimal(row[f'bid_at_{instant}'])} × {plain_decimal(row[f'ask_at_{instant}'])}" + ("" if state == "ok" else f" ({state})")


def remarks(life: Life, quotes: tuple[DayQuotes, ...]) -> list[str]:
    """What a reader must know before believing the rest."""
    found = [f"{day.day}: {day.why_not}. The drawing has no quotes; nothing was guessed." for day in quotes if day.why_not]
    if life.routes is None:
        found.append("This run was sealed before routes were kept with it: routes are not shown. Measure again to see them.")
    elif life.routes.is_empty() and life.order:
        found.append("No feed carries a route of this order.")
    if life.unlinked.height:
        found.append(f"{life.unlinked.height} fills stand alone: no order with this key is in any feed.")
    if life.withdrawn.height:
        found.append(f"{life.withdrawn.height} fills were busted or corrected afterwards; they take no part in any figure.")
    if life.copies.height:
        found.append(f"{life.copies.height} copies of its rows were left out; one of each stays.")
    if life.orders.height > 1:
        found.append(f"{life.orders.height} firms have an order of this key; the first is shown.")
    return found


def _fill(life: Life, row: Mapping[str, Any]) -> Fill:
    source = life.source(row, "fill_line", "fill_import")
    keys = ("net_price_improvement", "effective_spread", "quoted_spread", "realized_spread_1min", "mean_time_to_execution", "arrival_slippage_bps")
    headline = tuple((TITLES[key], printed_cell(Cell(row.get(key), UNITS[key]))) for key in keys)
    return Fill(
        row, durations.local(row["filled_at"]), durations.since(life, row["filled_at"]), f"{source.name}, line {source.line:,}" if source else "not known",
        line_url(life, source), headline, _families(row, "fills"),
    )  # fmt: skip


def _families(row: Mapping[str, Any], on: Any) -> Families:
    return tuple(
        (title, tuple(Worth(one, one.why_not or printed_cell(Cell(one.step.gives, one.metric.unit))) for one in found)) for title, found in worked(row, on)
    )


def routes(life: Life) -> tuple[tuple[Mapping[str, Any], tuple[str, ...], str, str], ...]:
    """Each route: its row, its cells as `ROUTE_HEADS` names them, its source in words, the page of its raw line."""
    rows = [] if life.routes is None else list(life.routes.iter_rows(named=True))
    found = []
    for row in rows:
        source = life.source(row)
        ack = "—" if row["acked_at"] is None else durations.spanned(row["acked_at"] - row["routed_at"])
        end = "—" if row["ended_at"] is None else durations.spanned(row["ended_at"] - row["routed_at"])
        reject = f": {row['reject_reason']}" if row["reject_reason"] else ""
        filled = sum((fill["fill_qty"] for fill in life.fills.iter_rows(named=True) if fill["route_id"] == row["route_id"]), Decimal(0))
        cells = (
            str(row["attempt"] or "—"), row["venue"] or row["venue_raw"] or "—", durations.since(life, row["routed_at"]), plain_decimal(row["qty"]),
            plain_decimal(row["limit_px"]), row["tif"] or "—", ack, end, f"{row['end_reason'] or '—'}{reject}", plain_decimal(filled),
        )  # fmt: skip
        found.append((row, cells, f"{source.name}, line {source.line:,}" if source else "not known", line_url(life, source)))
    return tuple(found)


def line_url(life: Life, source: Source | None) -> str:
    """The page of a raw line, with the way back to the order."""
    return reverse("desk:raw_line", args=[life.key_on.isoformat(), life.symbol, life.order_id, source.import_id, source.line]) if source else ""


def _sheet(life: Life) -> Sheet:
    events = life.events
    rows = tuple(
        Row(
            (
                durations.local(event.at), durations.since(life, event.at), after, EVENT_KINDS[event.kind], event.words,
                event.source.name if event.source else None, event.source.line if event.source else None,
            ),
            {"words": f"#row-{event.row}", **({"line": line_url(life, event.source)} if event.source else {})},
        )
        for event, after in zip(events, durations.distances(events), strict=True)
    )  # fmt: skip
    source = f"Sealed tables of the run; clocks as each source stated them. Benchmark: {', '.join(life.run.manifest['benchmarks']) or 'none'}."
    return Sheet(f"order-{life.order_id}", "Every event, in the order of time", EVENTS, rows, (life.run.id,), source, empty="Nothing is known of its course.")


def _findings(life: Life) -> QuerySet[Finding]:
    return Finding.objects.filter(order_id=life.order_id, symbol=life.symbol, key_on=life.key_on)


def _later(life: Life) -> tuple[str, ...]:
    """Runs of later days that hold fills of a good-till order, which this run cannot show."""
    order = life.order
    if order is None or order["tif"] not in GOOD_TILL:
        return ()
    later = RunDay.objects.filter(on__gt=life.key_on, is_current=True).exclude(run_id=life.run.id).values_list("run_id", flat=True).distinct()
    found = []
    for run_id in sorted(set(later[:MOST_LATER_RUNS])):
        rows = index_of(sealed(run_id), home()).rows("fills", life.order_id)
        if rows is not None and rows.filter((rows["symbol"] == life.symbol) & (rows["key_on"] == life.key_on)).height:
            found.append(run_id)
    return tuple(found)
