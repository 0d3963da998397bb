"""The quarterly public report of Rule 606(a)(1): its figures by month, section, venue and order type, and its elements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from bestexec.filings.rule606 import standing
from bestexec.filings.rule606.covered import OPTIONS, ORDER_TYPES_606, covered, index_on
from bestexec.filings.rule606.document import VERSION, Node, lay_out
from bestexec.filings.rule606.figures import Fed, Public, Section, VenueLine
from bestexec.filings.rule606.money import Money, money, per_hundred
from bestexec.filings.rule606.period import month_after
from bestexec.filings.rule606.readings import Readings
from bestexec.filings.rule606.routed import counted, router_only, seen_through
from bestexec.filings.rule606.terms import NO_LOOK_THROUGH, OnFile
from bestexec.linking.identity import ORDER_KEY
from bestexec.market.rule606 import CPH, PUBLIC, SECTION_PCT, SECTIONS, USD, VENUE_PCT
from bestexec.market.venues import name_of

LARGEST, ANYWAY = 10, Fraction(5, 100)
"""How many of the largest venues a section names, and the part of its non-directed orders from which a venue is named anyway."""


def public(fed: Fed, first: date, broker: str, readings: Readings, on_file: OnFile) -> Public:
    """The figures of the quarter that begins on `first`."""
    months = [first, month_after(first), month_after(month_after(first))]
    last = month_after(months[-1]) - timedelta(days=1)
    orders, fills = (rows.filter(pl.col("day").is_between(first, last)) for rows in (fed.orders, fed.fills))
    routes = seen_through(fed.routes)
    known = covered(fed.orders, routes, index_on(fed.symbols, first), readings)
    every = known.filter(pl.col("month_on").is_in(months))
    here = every.filter(pl.col("left_out").is_null())
    at_venues = counted(routes, here.filter(~pl.col("is_directed")), readings)
    paid = money(fills, routes, known, fed.payments, months, readings)
    shares = paid.shares if readings.per_hundred_shares == "executed" else _routed_shares(routes, here)
    sections = [name for name in SECTIONS.values() if name != OPTIONS or (every["section"] == OPTIONS).any()]
    names, routers = _names(fed.venues), router_only(routes)
    made: dict[date, tuple[Section, ...]] = {}
    for month in months:
        made[month] = tuple(_section(name, month, here, at_venues, paid, shares, names, readings, on_file, routers) for name in sections)
    gaps = [
        *standing.unmeasured(months, orders), *standing.unknown_index(every), *standing.without_code(at_venues), *paid.gaps,
        *standing.aspects(made, readings, on_file, last), *standing.unseen_routers(made, routers, readings),
    ]  # fmt: skip
    left_out = Counter(every["left_out"].drop_nulls().to_list())
    said = (*standing.quiet_days(first, last, orders), *standing.remarks(sections, left_out, paid, sum(month in months for month in fed.replaced_in)))
    reasons = dict(sorted(left_out.items()))
    return Public(broker, first, made, tuple(gaps), said, reasons, paid.ties, counted=at_venues, by_kind=paid.by_kind, covered=every)


def report(figures: Public, generated_at: int | None = None) -> Node:
    """The report as the SEC's schema lays it out; `generated_at` (epoch ns) is its time stamp."""
    months = [
        {"year": month.year, "mon": month.month, **{_ELEMENTS[section.section]: _section_values(section) for section in sections}}
        for month, sections in figures.months.items()
    ]
    return lay_out(PUBLIC, {
        "version": VERSION, "bd": figures.broker, "year": figures.first.year, "qtr": figures.quarter, "timestamp": generated_at, "rMonthly": months,
    })  # fmt: skip


_ELEMENTS = {ours: theirs for theirs, ours in SECTIONS.items()}


def _section_values(section: Section) -> dict[str, Any]:
    whole = section.all_non_directed
    return {
        SECTION_PCT["all"]: _part(whole, section.orders),
        **{SECTION_PCT[kind]: _part(section.non_directed[kind], whole) for kind in ORDER_TYPES_606},
        "rVenues": {"rVenue": [_venue_values(line, section) for line in section.venues]},
    }


def _venue_values(line: VenueLine, section: Section) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": line.name, "mic": line.venue or None, "materialAspects": line.aspects, VENUE_PCT["all"]: _part(line.all_orders, section.all_non_directed),
    }  # fmt: skip
    for kind in ORDER_TYPES_606:
        values[VENUE_PCT[kind]] = _part(line.orders[kind], section.non_directed[kind])
        values[USD[kind]] = line.usd[kind]
        values[CPH[kind]] = per_hundred(line.exact_usd[kind], line.shares[kind])
    return values


def _part(count: int, whole: int) -> Fraction | None:
    return Fraction(count, whole) if whole else None


def chosen(orders: Mapping[str, int], whole: int, *, keep_ties: bool) -> list[str]:
    """The venues that a section names: the ten with the most orders, those that tie with the tenth, and any with five percent of `whole`; most first."""
    ranked = sorted(orders, key=lambda venue: (-orders[venue], venue))
    least = orders[ranked[LARGEST - 1]] if len(ranked) > LARGEST else 0
    return [
        venue for place, venue in enumerate(ranked)
        if place < LARGEST or (keep_ties and orders[venue] == least) or (whole and Fraction(orders[venue], whole) >= ANYWAY)
    ]  # fmt: skip


def _section(
    name: str, month: date, here: pl.DataFrame, at_venues: pl.DataFrame, paid: Money, shares: Mapping[Any, Fraction], names: Mapping[str, str],
    readings: Readings, on_file: OnFile, routers: frozenset[str],
) -> Section:  # fmt: skip
    of_month = here.filter(pl.col("month_on") == month, pl.col("section") == name)
    by_type = Counter(of_month.filter(~pl.col("is_directed"))["routed_order_type"].to_list())
    non_directed = {kind: by_type[kind] for kind in ORDER_TYPES_606}
    placed = at_venues.filter(pl.col("month_on") == month, pl.col("section") == name)
    by_venue: dict[str, Counter[str]] = defaultdict(Counter)
    for venue, named, kind, count in placed.group_by("reported_venue", "named", "routed_order_type").len().iter_rows():
        by_venue[venue or f"?{named}"][kind] += count
    totals = {venue: sum(counts.values()) for venue, counts in by_venue.items()}
    wanted = chosen(totals, sum(non_directed.values()), keep_ties=readings.ties_at_last_venue)
    last = month_after(month) - timedelta(days=1)
    lines = [
        VenueLine(
            "" if venue.startswith("?") else venue, names.get(venue) or name_of(venue) or venue.removeprefix("?"),
            {kind: by_venue[venue][kind] for kind in ORDER_TYPES_606},
            {kind: paid.usd.get((month, name, venue, kind), Decimal(0)) for kind in ORDER_TYPES_606},
            {kind: paid.exact.get((month, name, venue, kind), Fraction()) for kind in ORDER_TYPES_606},
            {kind: shares.get((month, name, venue, kind), Fraction()) for kind in ORDER_TYPES_606},
            _aspects_text(venue, month, last, routers, on_file),
        )
        for venue in wanted
    ]  # fmt: skip
    return Section(name, of_month.height, non_directed, tuple(lines))


def _routed_shares(routes: pl.DataFrame, here: pl.DataFrame) -> dict[Any, Fraction]:
    joined = routes.select(*ORDER_KEY, "reported_venue", "qty").join(here.filter(~pl.col("is_directed")), on=ORDER_KEY, how="inner")
    factor = pl.when(pl.col("section") == OPTIONS).then(pl.lit(100)).otherwise(pl.lit(1))
    sums = joined.group_by("month_on", "section", "reported_venue", "routed_order_type").agg(shares=(pl.col("qty").cast(pl.Decimal(38, 6)) * factor).sum())
    return {tuple(row[:4]): Fraction(row[4]) for row in sums.iter_rows()}


def _names(venues: pl.DataFrame) -> dict[str, str]:
    """Names of venues for people, as the firm's own table has them; the last line of a venue wins."""
    return dict(venues.drop_nulls("name").select("venue", "name").iter_rows())


def _aspects_text(venue: str, first: date, last: date, routers: frozenset[str], on_file: OnFile) -> str:
    texts = [terms.text for terms in on_file.of(venue, first, last)]
    if venue in routers:
        found = on_file.beyond(venue, last)
        texts.append(f"Router: {found.told(last) if found else NO_LOOK_THROUGH}.")
    return " ".join(texts)
