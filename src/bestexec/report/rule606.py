"""The three Rule 606 reports as documents: what their XML holds, in the layout of the SEC's own rendering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bestexec.filings.rule606.document import Node
from bestexec.filings.rule606.gaps import Gap
from bestexec.market.rule606 import CPH, DIRECTIONS, HANDLED, HANDLING, ORDER_LISTS, PUBLIC, ROUTES, SECTION_PCT, USD, VENUE_PCT
from bestexec.report.blocks import Block, Callout, Cell, Column, Facts, Heading, Items, Pack, Table, Text

TITLES = {
    PUBLIC: "Held NMS Stocks and Options Order Routing Public Report", ROUTES: "Held and Exempt Not Held Order Routing Customer Report",
    HANDLING: "Not Held Order Handling Customer Report",
}  # fmt: skip
_ABOUT = {
    PUBLIC: "Where non-directed held orders in NMS stocks, and non-directed customer orders in options, were routed in the quarter (17 CFR 242.606(a)(1)).",
    ROUTES: "Where the customer's orders of six months were routed, directed or not, and when they were executed (17 CFR 242.606(b)(1)).",
    HANDLING: "How the customer's not held orders in NMS stocks of six months were handled, by month and venue (17 CFR 242.606(b)(3)).",
}  # fmt: skip
SECTION_TITLES = {"rSP500": "S&P 500 stocks", "rOtherStocks": "Other stocks", "rOptions": "Options"}
LIST_TITLES = {"held": "Held orders", "notHeldExempt": "Not held orders, exempt from the handling report", "options": "Options"}
_TYPE_WORDS = {"market": "Market", "marketable_limit": "Marketable limit", "nonmarketable_limit": "Non-marketable limit", "other": "Other"}
MOST_ROWS = 500
"""Rows of an order list that the document shows, as the SEC's rendering does; the XML has all."""
ABSENT = "-"


@dataclass(frozen=True)
class About:
    """What stands around a report: the firm, the run behind it, how doubtful points were read, what is said beside it, and why it is a draft."""

    firm: str
    first_on: date
    last_on: date
    run_id: str
    readings: Sequence[tuple[str, str, str]]
    remarks: Sequence[str] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()


def assemble(report: Node, about: About) -> Pack:
    """The document of a report."""
    generated = report.value("timestamp")
    subtitle = f"Quarter {report.value('qtr')}, {report.value('year')}" if report.name == PUBLIC else f"Orders of {report.value('customer') or 'all customers'}"
    blocks = {PUBLIC: _public, ROUTES: _routes, HANDLING: _handling}[report.name](report)
    return Pack(
        title=f"{report.value('bd')} - {TITLES[report.name]}", subtitle=subtitle + (f" · generated {generated}" if generated else ""), firm=about.firm,
        first_on=about.first_on, last_on=about.last_on, run_id=about.run_id,
        blocks=(Heading("About this report"), Text(_ABOUT[report.name]), *_draft(about), *_remarks(about), *blocks, *_readings(about)),
    )  # fmt: skip


def _draft(about: About) -> Iterator[Block]:
    if about.gaps:
        yield Callout("attention", "Draft: not to be filed", f"{len(about.gaps)} points must be settled first. They are listed here.")
        for advice in dict.fromkeys(gap.do for gap in about.gaps):
            yield Text(f"To do: {advice}.")
            yield Items(tuple(gap.what + (f" ({gap.orders:,} orders)" if gap.orders else "") for gap in about.gaps if gap.do == advice))


def _remarks(about: About) -> Iterator[Block]:
    if about.remarks:
        yield Items(tuple(about.remarks))
    if about.left_out:
        yield Text("Orders that count nowhere: " + ", ".join(f"{count:,} {why}" for why, count in about.left_out.items()) + ".")


def _readings(about: About) -> Iterator[Block]:
    if about.readings:
        yield Heading("How doubtful points were read")
        yield Text("The rule leaves these open. Each is a dated setting of the firm's policy.")
        columns = (Column("Point"), Column("Read as"), Column("Why it is doubtful"))
        yield Table("Settings in force", columns, tuple(tuple(map(Cell, row)) for row in about.readings), "the firm's policy")


def _public(report: Node) -> Iterator[Block]:
    for month in report.all("rMonthly"):
        title = f"{date(int(month.value('year')), int(month.value('mon')), 1):%B %Y}"
        yield Heading(title)
        for element, name in SECTION_TITLES.items():
            section = month.one(element)
            yield Heading(name, 2)
            if section is None:
                yield Text("Not covered by this report.")
                continue
            yield from _section(section, title, name)


def _section(section: Node, month: str, name: str) -> Iterator[Block]:
    yield Table(
        f"Summary, {name}, {month}",
        (
            Column("Non-directed orders as % of all orders", align="right"),
            *(Column(f"{words} orders as % of non-directed orders", align="right") for words in _TYPE_WORDS.values()),
        ),
        (_texts(section, SECTION_PCT.values()),),
        "this report's XML",
    )
    venues = section.one("rVenues")
    listed = venues.all("rVenue") if venues else ()
    if not listed:
        yield Text("No venue.")
        return
    columns = (
        Column("Venue"), Column("All (%)", align="right", group="Non-directed orders"),
        *(Column(f"{words} (%)", align="right", group="Non-directed orders") for words in _TYPE_WORDS.values()),
        *(
            Column(unit, align="right", group=f"{words}: net payment")
            for words in _TYPE_WORDS.values() for unit in ("USD", "cents per 100 shares")
        ),
    )  # fmt: skip
    cells = [*VENUE_PCT.values(), *(table[kind] for kind in _TYPE_WORDS for table in (USD, CPH))]
    rows = tuple((Cell(_named(venue, "name")), *_texts(venue, cells)) for venue in listed)
    yield Table(f"Venues, {name}, {month}", columns, rows, "this report's XML; received is positive, paid negative")
    yield Heading("Material aspects", 3)
    yield Facts(tuple((_named(venue, "name"), venue.value("materialAspects") or ABSENT) for venue in listed))


def _texts(node: Node, names: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(Cell(node.value(name) or ABSENT) for name in names)


def _named(venue: Node, name: str) -> str:
    mic = venue.value("mic")
    named = venue.value(name)
    return f"{named} ({mic})" if mic and mic != named else named or mic


def _routes(report: Node) -> Iterator[Block]:
    for element in ORDER_LISTS:
        yield Heading(LIST_TITLES[element])
        listed = report.one(element)
        rows = [row for order in listed.all("order") for row in _order_rows(order)] if listed else []
        if not rows:
            yield Text("No orders.")
            continue
        columns = (Column("Order ID", code=True), Column("Type"), Column("Venue"), Column("Time of transaction (UTC)"))
        yield Table(LIST_TITLES[element], columns, tuple(rows[:MOST_ROWS]), "this report's XML")
        if len(rows) > MOST_ROWS:
            yield Callout("note", "Not all rows are shown", f"{len(rows) - MOST_ROWS:,} more rows stand in the XML.")


def _order_rows(order: Node) -> Iterator[tuple[Cell, ...]]:
    head = (Cell(order.value("orderId")), Cell("Directed" if order.value("directed") == "Y" else "Non-directed"))
    for route in order.all("route"):
        venue = Cell(_named(route, "venueName"))
        for made in route.all("transaction") or (Node(""),):
            yield (*head, venue, Cell(f"{made.value('date')} {made.value('time')}".strip() or ABSENT))
    if not order.all("route"):
        yield (*head, Cell(ABSENT), Cell(ABSENT))


_GROUPS = (("Shares routed", 0, 4), ("Shares executed", 4, 8), ("Where in the spread", 8, 14), ("Liquidity provided and removed", 14, 21))
_WORDS = {
    "routedShr": "Routed (shares)", "iocRoutedShr": "Routed, immediate-or-cancel (shares)", "furtherRoutableShr": "Further routable (shares)",
    "orderSizeShr": "Average order (shares)", "executedShr": "Executed (shares)", "filledPct": "Filled (%)", "fillSizeShr": "Average fill (shares)",
    "netFeeOrRebateCph": "Net rebate or (−) fee (cents per 100)", "midpointShr": "Midpoint (shares)", "midpointPct": "Midpoint (%)",
    "nearsideShr": "Near side (shares)", "nearsidePct": "Near side (%)", "farsideShr": "Far side (shares)", "farsidePct": "Far side (%)",
    "providedLiqudityShr": "Provided (shares)", "providedLiquidityPct": "Provided (%)", "orderDurationMsec": "Average duration (ms)",
    "providedLiquidityNetCph": "Provided: net rebate or (−) fee (cents per 100)", "removedLiquidityShr": "Removed (shares)",
    "removedLiquidityPct": "Removed (%)", "removedLiquidityNetCph": "Removed: net rebate or (−) fee (cents per 100)",
}  # fmt: skip


def _handling(report: Node) -> Iterator[Block]:
    for element, is_directed in DIRECTIONS.items():
        words = "Directed orders" if is_directed else "Non-directed orders"
        direction = report.one(element)
        if direction is None or not direction.all("hMonthly"):
            yield Heading(words)
            yield Text("No orders.")
            continue
        for month in direction.all("hMonthly"):
            title = f"{words}, {date(int(month.value('year')), int(month.value('mon')), 1):%B %Y}"
            yield Heading(title)
            yield from _handled_month(month, title)


def _handled_month(month: Node, title: str) -> Iterator[Block]:
    exposed = month.one("ioiExposedVenueList")
    yield Facts((
        ("Shares sent", month.value("sentShr") or ABSENT), ("Shares executed as principal", month.value("executedAsPrincipalShr") or ABSENT),
        ("Orders exposed by an indication of interest", month.value("ioiExposedOrd") or ABSENT),
        ("Venues exposed to", ", ".join(_named(venue, "venueName") for venue in (exposed.below if exposed else ())) or ABSENT),
    ))  # fmt: skip
    venues = month.one("routingVenueList")
    listed = venues.all("iVenue") if venues else ()
    for name, first, last in _GROUPS if listed else ():
        parts = HANDLED[first:last]
        columns = (Column("Venue"), *(Column(_WORDS[part.name], align="right") for part in parts))
        rows = tuple((Cell(_named(venue, "venueName")), *_texts(venue, [part.name for part in parts])) for venue in listed)
        yield Table(f"{name}, {title}", columns, rows, "this report's XML")


__all__ = ["ABSENT", "MOST_ROWS", "About", "assemble"]
