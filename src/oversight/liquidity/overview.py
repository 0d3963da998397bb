"""The overview as tables: each router's coverage of the tape, material venues missing, venues reached through another broker, reports on file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from bestexec import venue_kind, venue_name
from oversight.liquidity import coverage, cuts, queries, tape
from oversight.liquidity.coverage import CANNOT_TELL, MISSING, NO_EVIDENCE, Coverage
from oversight.liquidity.lifecycle import DIRECT, PUBLISHED_KINDS, THROUGH
from oversight.liquidity.models import Published
from oversight.liquidity.symbol_tape import Cut
from oversight.measured.figures import unit_named
from oversight.measured.scope import Scope
from oversight.sheets import Column, Row, Sheet

PART, SHARES = unit_named("fraction, printed as percent"), unit_named("shares")
WHO_PUBLISHES = {
    "rule_605": ("exchange", "ats", "wholesaler", "single_dealer"), "rule_606": ("broker",), "ats_n": ("ats", "ioi", "conditional"),
    "ats_volume": ("ats", "wholesaler", "ioi", "conditional", "single_dealer"),
}  # fmt: skip
"""Which kinds of venue publish which report."""
ABSENT = f"{NO_EVIDENCE}: file it"


def coverages(found: Sequence[Coverage]) -> Sheet:
    """Each vendor's coverage of the tape: four parts that add up to it."""
    rows = tuple(_covered(each) for each in found)
    runs = found[0].tape.runs if found else ()
    empty = "No vendor is registered. Register one, then list the venues that its router reaches."
    return Sheet("coverage", "Coverage of the tape by each router", COVERED, rows, runs, rests(found[0].tape) if found else "", empty)


def missing(found: Sequence[Coverage], *, may_write: bool = False) -> Sheet:
    """Material venues that a router does not reach; who may is led to writing a memo where there is none."""
    memos = queries.memos_by_venue()
    rows = []
    for each in found:
        for gap in coverage.gaps(each):
            memo = memos.get(gap.venue)
            cells = (
                each.vendor.name,
                gap.venue,
                venue_name(gap.venue) or "",
                gap.session or "all together",
                gap.part,
                gap.shares,
                gap.trades,
                f"{memo.title}: {memo.state_title}" if memo else "none",
            )
            write = f"{reverse('liquidity:write_memo')}?about=venue&venue={gap.venue}&vendor={each.vendor.pk}" if may_write else ""
            links = {"vendor": of_vendor(each), "part": of_tape(each.tape, gap.venue), "memo": memo.get_absolute_url() if memo else write}
            rows.append(Row(cells, links, tone="attention"))
    tape_of = found[0].tape if found else None
    least, why = coverage.material(tape_of.last if tape_of else date.max)
    where = f"in all sessions together or in one that has {coverage.FEWEST_TRADES} trades or more"
    source = f"Material: {least * 100:f} % of the tape's shares or more, {where} ({why})."
    is_known = any(not each.why for each in found)
    empty = (
        "Every router with a list on file reaches every material venue that the tape names."
        if is_known
        else f"{NO_EVIDENCE[0].upper()}{NO_EVIDENCE[1:]}: " + whys(found)
    )
    return Sheet("missing-venues", "Material venues missing", GAPS, tuple(rows), tape_of.runs if tape_of else (), source, empty)


def through_only(found: Sequence[Coverage]) -> Sheet:
    """Venues reached only through another broker."""
    rows = tuple(
        Row(
            (each.vendor.name, row.venue, row.venue_name, row.kind_of.title, row.through, each.tape.share(row.venue), row.since_on),
            {"vendor": of_vendor(each), "venue": row.get_absolute_url(), **({"part": of_tape(each.tape, row.venue)} if row.venue in each.tape.venues else {})},
        )
        for each in found for row in coverage.through_only(each)
    )  # fmt: skip
    runs = found[0].tape.runs if found else ()
    source = (
        "A hop more costs time and may pay somebody; whether it did is not yet measured. A dash: the tape does not name this venue, for it prints off exchange."
    )
    return Sheet(
        "through-only",
        "Reached only through another broker",
        HOPS,
        rows,
        runs,
        source,
        "No venue is reached only through another broker, as far as the lists say.",
    )


def reports(found: Sequence[Coverage], *, may_file: bool = False) -> Sheet:
    """Which published reports are on file for each material venue, of the tape or of the firm's own flow; who may is led to filing one that is not."""
    if not found or found[0].tape.why:
        return Sheet("published", "Published reports on file", REPORTS, (), empty=f"{NO_EVIDENCE[0].upper()}{NO_EVIDENCE[1:]}: {whys(found)}")
    market = found[0].tape
    least, _ = coverage.material(market.last)
    own = tape.fills(market.first, market.last, "venue")
    every = sum((volume.shares for volume in own.values()), start=Decimal(0))
    parts = {venue: volume.shares / every for venue, volume in own.items() if every}
    wanted = sorted(
        {
            venue for venue in {*market.venues, *own}
            if venue and max(market.share(venue) or 0, parts.get(venue, 0)) >= least and _kind(venue, found) != "off_exchange"
        },
        key=lambda venue: (-(market.share(venue) or 0), -parts.get(venue, 0), venue),
    )  # fmt: skip
    held: dict[tuple[str, str], list[Published]] = {}
    for row in queries.published(wanted):
        held.setdefault((row.venue, row.kind), []).append(row)
    rows = []
    for venue in wanted:
        kind = _kind(venue, found)
        cells = [_on_file(key, kind, held.get((venue, key), [])) for key in WHO_PUBLISHES]
        links = {key: held[venue, key][0].get_absolute_url() for key in WHO_PUBLISHES if (venue, key) in held}
        if may_file:
            links |= {key: f"{reverse('liquidity:publish')}?kind={key}&venue={venue}" for key, cell in zip(WHO_PUBLISHES, cells, strict=True) if cell == ABSENT}
        rows.append(
            Row((venue, venue_name(venue) or "", kind, market.share(venue), parts.get(venue), *cells), links, tone="attention" if ABSENT in cells else "")
        )
    source = (
        f"Venues with {least * 100:f} % or more of the tape's or of the firm's executed shares, and whether their reports are on file: "
        "Rule 605 and 606 reports as the venue publishes them, its Form ATS-N, and FINRA's weekly ATS and OTC volume. What the reports say is read elsewhere."
    )
    return Sheet("published", "Published reports on file", REPORTS, tuple(rows), market.runs, source, "No venue is material in this period.")


def _covered(each: Coverage) -> Row:
    parts = [each.part(name) for name in (DIRECT, THROUGH, MISSING, CANNOT_TELL)]
    whole = next(iter(cuts.by(each)), None)
    shown = (NO_EVIDENCE if each.why else each.reached, whole.weighted if whole else None, each.of_named, *parts)
    cells = (
        each.vendor.name,
        *shown,
        each.tape.shares if not each.why else None,
        each.tape.trades if not each.why else None,
        len(each.reach),
        each.unconfirmed,
        each.why,
    )
    links = {"vendor": of_vendor(each), **({"trades": of_tape(each.tape), "shares": of_tape(each.tape)} if not each.why else {})}
    return Row(cells, links, key=str(each.vendor.pk), tone="attention" if each.why else "")


def _on_file(key: str, kind: str, held: Sequence[Published]) -> str:
    if held:
        return f"to {held[0].last_on}"
    return ABSENT if kind in WHO_PUBLISHES[key] else "not of this kind"


def _kind(venue: str, found: Sequence[Coverage]) -> str:
    """The venue's kind as the lists say it, else as the desk knows the MIC; empty where neither does."""
    said = next((row.kind for each in found for row in each.reach if row.venue == venue), None)
    return said or venue_kind(venue) or ""


def rests(market: tape.Tape) -> str:
    """What a table of the tape rests on, in words."""
    if market.why:
        return f"{NO_EVIDENCE[0].upper()}{NO_EVIDENCE[1:]}: {market.why}."
    counted = f"{market.first} to {market.last}: {market.trades:,} {{what}} on {market.days} days, {{of}}. "
    off = "Off exchange the tape names a reporting facility and no venue, so nobody can tell whether the router reaches who traded there."
    if market.cut is None or not market.cut.is_held:
        sealed_before = " These runs were sealed before runs held the tape by symbol, venue and session: measure their days again to have them."
        return counted.format(what="regular trades", of="of the symbols that were imported") + off + (sealed_before if market.cut else "")
    of = "of each symbol on the days on which the firm had an order or a fill in it, with auctions and extended hours"
    return counted.format(what="trades", of=of) + off + _beside(market.cut)


def _beside(cut: Cut) -> str:
    """What is not counted: trades that a filter leaves out, days without a trade, days of runs that do not hold it."""
    trades, shares = cut.filtered
    said = f" {trades:,} trades ({shares:,.0f} shares) are not counted, for the source's own filter leaves them out." if trades else ""
    for days, why in (
        (cut.silent, "the tape shows no trade of the firm's symbols"),
        (cut.lacking, "the run was sealed before runs held this; measure them again"),
    ):
        if days:
            said += f" {NO_EVIDENCE[0].upper()}{NO_EVIDENCE[1:]} for {len(days)} {'day' if len(days) == 1 else 'days'} ({_days(days)}): {why}."
    return said


def _days(days: Sequence[date]) -> str:
    return ", ".join(map(str, days)) if len(days) <= MOST_DAYS else f"{days[0]} to {days[-1]}"


def whys(found: Sequence[Coverage]) -> str:
    """Why there are no figures, in words."""
    return "; ".join(dict.fromkeys(each.why for each in found if each.why)) + "." if found else "no vendor is registered."


def of_vendor(each: Coverage) -> str:
    """The page of one router against the market."""
    return reverse("liquidity:vendor", args=[each.vendor.pk])


def of_tape(market: tape.Tape, venue: str = "") -> str:
    """The page that shows what a number of the tape is made of: the tape of the firm's symbols, or the desk's page of venues where runs hold no such."""
    if market.cut is None or not market.cut.is_held:
        return reverse("desk:venues") + Scope(market.first, market.last).query()
    parts = {"first": market.first.isoformat(), "last": market.last.isoformat(), "by": "symbol" if venue else "venue", **({"venue": venue} if venue else {})}
    return f"{reverse('liquidity:tape')}?{urlencode(parts)}"


MOST_DAYS = 8
"""So many days are named one by one."""
COVERED = (
    Column("vendor", "Vendor"), Column("reached", "Reached", PART),
    Column("weighted", "Reached, weighed by the firm's executed value", PART),
    Column("of_named", "Reached, of what names a venue", PART), Column("direct", "Directly", PART), Column("through", "Through another broker only", PART),
    Column("missing", "Not on the list", PART), Column("cannot_tell", "Cannot tell: off exchange", PART), Column("shares", "Shares on the tape", SHARES),
    Column("trades", "Trades", kind="count"), Column("listed", "Venues listed", kind="count"), Column("unconfirmed", "Not confirmed", kind="count"),
    Column("why", "Why no figure"),
)  # fmt: skip
GAPS = (
    Column("vendor", "Router of"), Column("venue", "Venue", kind="code"), Column("name", "Name"), Column("session", "Session"),
    Column("part", "Part of the tape", PART), Column("shares", "Shares", SHARES), Column("trades", "Trades", kind="count"), Column("memo", "Memo"),
)  # fmt: skip
HOPS = (
    Column("vendor", "Router of"), Column("venue", "Venue", kind="code"), Column("name", "Name"), Column("kind", "Kind"), Column("through", "Through"),
    Column("part", "Part of the tape", PART), Column("since_on", "Since", kind="day"),
)  # fmt: skip
REPORTS = (
    Column("venue", "Venue", kind="code"), Column("name", "Name"), Column("kind", "Kind"), Column("part", "Part of the tape", PART),
    Column("own_part", "Part of the firm's", PART), *(Column(kind.key, kind.title) for kind in PUBLISHED_KINDS),
)  # fmt: skip
