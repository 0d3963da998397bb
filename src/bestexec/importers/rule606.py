"""Rule 606 reports in the SEC's XML: the quarterly public one, and the two that a customer asks for.

A record is a section and each venue in it (a)(1), an order (b)(1), a month and each venue in it (b)(3). An element out of its place or
a text that cannot be read rejects its record; a number that is written with too few decimals keeps it, and the row names the rule.
The customer's name goes no further than the raw file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec.importers import violations
from bestexec.importers.archives import open_raw
from bestexec.importers.base import Batch, Kept, Reject, alone, head_of
from bestexec.importers.xml_elements import Element, Fault, Reader
from bestexec.market.rule606 import CPH, DIRECTIONS, HANDLED, HANDLING, ORDER_LISTS, PUBLIC, ROOTS, ROUTES, SECTION_PCT, SECTIONS, TITLES, USD, VENUE_PCT
from bestexec.schema import BY_NAME
from bestexec.units import NS_PER_MS, NS_PER_SECOND

name = "rule606"
makes = frozenset({"published_606", "customer_606_routes", "customer_606_venues"})
looks_for = f"an XML file whose first element is one of {', '.join(ROOTS)} (a Rule 606 report)"
groups = alone

_TABLES = {PUBLIC: "published_606", ROUTES: "customer_606_routes", HANDLING: "customer_606_venues"}
_BEFORE_ROOT = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>]|\[.*?\])*>)", re.DOTALL)
_ROOT = re.compile(r"\s*<([A-Za-z_][\w.-]*)[\s/>]")
_ROUNDING = Decimal("0.0006")
"""How far sums of percentages of two decimals may lie from each other, as fractions."""
Row = dict[str, Any]


def recognizes(name: str, head: bytes) -> bool:
    return root_of(head) in ROOTS


def root_of(head: bytes) -> str:
    """Name of the first element of an XML file that begins with `head`; empty if there is none."""
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace").lstrip("\ufeff")
    if not text.lstrip().startswith("<"):
        return ""
    at = 0
    while found := _BEFORE_ROOT.match(text, at):
        at = found.end()
    root = _ROOT.match(text, at)
    return root[1] if root else ""


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """The records as they close, some thousands at a time. Raises Problem when the file declares a document type."""
    (file,) = kept
    root = root_of(head_of(file.path))
    reader, counts, records = Reader(ROOTS[root], file.name), dict[str, int](), 0
    with open_raw(file.path) as stream:
        for elements in reader.read(stream):
            records += len(elements)
            if elements:
                batch = _batch(elements, root)
                _count(counts, batch.violations)
                yield batch
    outside = _told(reader.outside)
    broken_off = (reader.broken_off,) if reader.broken_off else ()
    outside = violations.together([outside, violations.of_rejects(broken_off, "well-formed", "write the file again")])
    _count(counts, outside)
    broken = ", ".join(f"{count:,} × {rule}" for rule, count in sorted(counts.items()))
    notes = (TITLES[root], *([f"rules broken: {broken}"] if broken else []), *([] if records else ["the report has no records"]))
    yield Batch({}, len(broken_off), 0, broken_off, notes=notes, violations=outside)


def _count(counts: dict[str, int], found: pl.DataFrame | None) -> None:
    for rule in found["rule"] if found is not None else ():
        counts[rule] = counts.get(rule, 0) + 1


def _batch(elements: list[Element], root: str) -> Batch:
    table = BY_NAME[_TABLES[root]]
    needed = [column for column in table.required if column != "line"]
    rows, rejects, faults, doubts = list[Row](), list[Reject](), list[Fault](), list[Fault]()
    for element in elements:
        faults += element.faults
        made = _ROWS[root](element) if element.is_usable else []
        lacking = next((column for row in made for column in needed if row.get(column) is None), "")
        if not made or lacking:
            reason = f"{lacking}: stated nowhere above" if lacking and made else _why(element)
            rejects.append(Reject(element.line, reason))
            continue
        doubted = _doubts(element) if root == PUBLIC else []
        doubts += doubted
        broken = ",".join(sorted({fault[2] for fault in (*element.faults, *doubted)})) or None
        rows += [{**row, "broken_rules": broken, "line": element.line} for row in made]
    frame = pl.DataFrame(rows, schema={name: dtype for name, dtype in table.schema.items() if not rows or name in rows[0]}, orient="row")
    told = violations.together([_told(faults), _told(doubts).with_columns(is_doubt=pl.lit(value=True))])
    return Batch({table.name: frame}, len(elements), len(elements) - len(rejects), tuple(rejects), violations=told)


def _why(element: Element) -> str:
    fault = next(iter(element.faults), None)
    return f"{fault[1]}: {fault[3]}" if fault else "stands in a part that is named twice"


def _told(faults: list[Fault]) -> pl.DataFrame:
    """The faults as violations. A number that is finer than our columns can hold breaks no rule of the schema."""
    rows = [(line, None, cell, rule, says, text[:200], do, rule == "exact") for line, cell, rule, says, text, do in faults]
    return pl.DataFrame(rows, schema=violations.VIOLATIONS, orient="row")


def _venue(values: dict[str, Any], name: str) -> Row:
    return {"venue_name": values.get(name), "venue_mic": values.get("mic"), "venue_mpid": values.get("mpid")}


def _month(year: int | None, month: int | None) -> date | None:
    return date(year, month, 1) if year and month else None


def _public(element: Element) -> list[Row]:
    """One row an order type, of a section or of a venue."""
    is_venue = element.part.name == "rVenue"
    own, pct = element.values, VENUE_PCT if is_venue else SECTION_PCT
    section = element.ancestor(SECTIONS) if is_venue else SECTIONS[element.part.name]
    shared = {
        "broker": element.above("bd"), "month_on": _month(element.above("year"), element.above("mon")), "section": section,
        "is_venue": is_venue, **_venue(own, "name"), "generated_at": element.above("timestamp"),
    }  # fmt: skip
    return [
        {
            **shared, "routed_order_type": kind, "order_fraction": own.get(pct[kind]), "net_received_usd": own.get(USD.get(kind, "")),
            "net_received_per_100": own.get(CPH.get(kind, "")), "material_aspects": own.get("materialAspects") if kind == "all" else None,
        }
        for kind in pct
    ]  # fmt: skip


def _requested(element: Element) -> Row:
    return {"broker": element.above("bd"), "period_from_on": element.above("startDate"), "period_to_on": element.above("endDate")}


def _routes(element: Element) -> list[Row]:
    """One row a transaction; a route without any, or an order without a route, is one row, too."""
    shared = {
        **_requested(element), "order_list": element.ancestor(ORDER_LISTS), "order_id": element.values.get("orderId"),
        "is_directed": element.values.get("directed"),
    }  # fmt: skip
    rows = [
        {**shared, **_venue(route.values, "venueName"), "transacted_at": at}
        for route in element.below
        for at in ([_moment(made.values) for made in route.below] or [None])
    ]
    return rows or [{**shared, **_venue({}, "venueName"), "transacted_at": None}]


def _moment(values: dict[str, Any]) -> int | None:
    on, seconds = values.get("date"), values.get("time")
    return None if on is None or seconds is None else ((on - date(1970, 1, 1)).days * 86_400 + seconds) * NS_PER_SECOND


def _handling(element: Element) -> list[Row]:
    """One row a venue, and one a month."""
    own, is_venue = element.values, element.part.name == "iVenue"
    year, month = (own.get("year"), own.get("mon")) if not is_venue else (element.above("year"), element.above("mon"))
    figures = {part.column: own.get(part.name) for part in HANDLED}
    milliseconds = figures["resting_time_ns"]
    exposed = [venue.values.get("venueName") for listed in element.below if listed.part.name == "ioiExposedVenueList" for venue in listed.below]
    return [{
        **_requested(element), "month_on": _month(year, month), "is_directed": element.ancestor(DIRECTIONS), "is_venue_of_month": is_venue,
        **_venue(own, "venueName"), "services": own.get("services"), **figures,
        "resting_time_ns": None if milliseconds is None else milliseconds * NS_PER_MS,
        "sent_shares": own.get("sentShr"), "principal_shares": own.get("executedAsPrincipalShr"), "ioi_exposed_orders": own.get("ioiExposedOrd"),
        "ioi_exposed_venues": "; ".join(filter(None, exposed)) or None,
    }]  # fmt: skip


_ROWS: dict[str, Callable[[Element], list[Row]]] = {PUBLIC: _public, ROUTES: _routes, HANDLING: _handling}


def _doubts(element: Element) -> list[Fault]:
    """What the schema allows and nobody should expect: sums of percentages that do not add up, a payment in dollars and in cents of different signs."""
    own, found = element.values, list[Fault]()
    kinds = tuple(USD)
    if element.part.name != "rVenue":
        parts = [own.get(SECTION_PCT[kind]) for kind in kinds]
        if any(parts) and abs(sum(filter(None, parts), Decimal(0)) - 1) > _ROUNDING:
            says = "the four order types are not 100% of the non-directed orders"
            found.append((element.line, element.part.name, "types-add-up", says, "", "ask the broker"))
        month, quarter = element.above("mon"), element.above("qtr")
        if month and quarter and (month + 2) // 3 != quarter:
            found.append((element.line, "mon", "month-of-quarter", f"a month that is not of quarter {quarter}", str(month), "ask the broker"))
        return found
    section = element.parent.parent if element.parent else None
    parts = [_product(section.values.get(SECTION_PCT[kind]), own.get(VENUE_PCT[kind])) for kind in kinds] if section else [None]
    whole = own.get("orderPct")
    if whole is not None and None not in parts:
        expected = sum(filter(None, parts), Decimal(0))
        if abs(whole - expected) > _ROUNDING:
            says = f"order types weighted by their share give {100 * expected:.2f}"
            found.append((element.line, "orderPct", "order-identity", says, f"{100 * whole:.2f}", "ask the broker"))
    for kind in kinds:
        usd, cph = own.get(USD[kind]), own.get(CPH[kind])
        if usd and cph and (usd > 0) != (cph > 0):
            found.append((element.line, USD[kind], "signs-differ", "dollars and cents per hundred have different signs", f"{usd} and {cph}", "ask the broker"))
    return found


def _product(weight: Decimal | None, share: Decimal | None) -> Decimal | None:
    """A type that has no orders needs no share."""
    return Decimal(0) if weight == 0 else None if weight is None or share is None else weight * share
