"""A Rule 606 report as cells, each under the coordinates that two reports of the same thing share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bestexec.filings.rule606.document import Node
from bestexec.market.rule606 import CPH, DIRECTIONS, HANDLING, ORDER_LISTS, PUBLIC, ROOTS, SECTION_PCT, SECTIONS, USD, VENUE_PCT, Part
from bestexec.market.venues import mic_from_name

ASPECTS = "materialAspects"
NAMES = ("name", "venueName", "mic", "mpid", "services")


@dataclass(frozen=True, order=True)
class Where:
    """Coordinates of a cell: month (or nothing), section or list, venue (or order), element."""

    month: str
    section: str
    venue: str
    field: str

    @property
    def month_on(self) -> date | None:
        """First day of the month; None where there is none, or none that can be read."""
        return date(int(self.month[:4]), int(self.month[5:]), 1) if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", self.month) else None

    def told(self) -> str:
        """The same for people."""
        return " · ".join(filter(None, (self.month, self.section.replace("_", " "), self.venue, self.field)))


@dataclass(frozen=True)
class Line:
    """One venue's (or order's) line of a report, or the section's own: where it stands, how it names itself, its cells by element."""

    month: str
    section: str
    venue: str
    named: str
    cells: dict[str, str]


def lines(report: Node) -> tuple[Line, ...]:
    """Every line of the report in its order; a venue that stands twice gives two lines with the same coordinates."""
    return tuple({PUBLIC: _public, HANDLING: _handling}.get(report.name, _routes)(report))


def venue_of(node: Node) -> str:
    """What a venue goes by: its MIC, else the MIC that its name is known under, else its name."""
    name = node.value("name") or node.value("venueName")
    return node.value("mic") or mic_from_name(name) or name.upper()


def _month(node: Node) -> str:
    return f"{node.value('year')}-{node.value('mon'):0>2}"


def _public(report: Node) -> Iterator[Line]:
    for month in report.all("rMonthly"):
        for element, section in SECTIONS.items():
            for of_section in month.all(element):
                yield Line(_month(month), section, "", "", _leaves(of_section))
                venues = of_section.one("rVenues")
                for venue in venues.all("rVenue") if venues else ():
                    yield Line(_month(month), section, venue_of(venue), venue.value("name"), _leaves(venue))


def _handling(report: Node) -> Iterator[Line]:
    for element, is_directed in DIRECTIONS.items():
        section = "directed" if is_directed else "non_directed"
        for direction in report.all(element):
            for month in direction.all("hMonthly"):
                yield Line(_month(month), section, "", "", _leaves(month))
                venues = month.one("routingVenueList")
                for venue in venues.all("iVenue") if venues else ():
                    yield Line(_month(month), section, venue_of(venue), venue.value("venueName"), _leaves(venue))


def _routes(report: Node) -> Iterator[Line]:
    """An order's line says at which venues it was executed when: each transaction with how often it stands there."""
    for element, section in ORDER_LISTS.items():
        for listed in report.all(element):
            for order in listed.all("order"):
                order_id = order.value("orderId")
                yield Line("", section, order_id, order_id, {"directed": order.value("directed")} | _transactions(order))


def _transactions(order: Node) -> dict[str, str]:
    found = Counter[str]()
    for route in order.all("route"):
        found[f"route to {venue_of(route)}"] += 1
        for made in route.all("transaction"):
            found[f"{venue_of(route)} {made.value('date')} {made.value('time')}"] += 1
    return {what: str(count) for what, count in found.items()}


def _leaves(node: Node) -> dict[str, str]:
    """Texts of the cells directly in an element; how it is named, and the calendar, are no cells."""
    return {below.name: below.text for below in node.below if not below.below and below.name in KINDS and below.name not in ("year", "mon")}


def _kinds(part: Part) -> Iterator[tuple[str, str]]:
    for below in part.parts:
        if below.kind:
            yield below.name, below.kind
        else:
            yield from _kinds(below)


KINDS = {name: kind for root in ROOTS.values() for name, kind in _kinds(root) if name not in NAMES}
"""The type of each cell by its element."""
_TYPES = {element: kind for table in (SECTION_PCT, VENUE_PCT, USD, CPH) for kind, element in table.items() if kind != "all"}


def type_of(element: str) -> str:
    """The order type that a cell of a public report is about; empty for one that is about all."""
    return _TYPES.get(element, "")
