"""One router against the market as tables: venue by venue, and what cannot be told yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.urls import reverse

from bestexec import venue_kind, venue_name
from oversight.liquidity import coverage, queries, tape
from oversight.liquidity.coverage import MISSING, NO_EVIDENCE, Coverage
from oversight.liquidity.models import Memo, Reach
from oversight.liquidity.overview import PART, SHARES, of_tape, rests
from oversight.measured.dimensions import UNKNOWN
from oversight.sheets import Column, Row, Sheet


def venues(found: Coverage) -> Sheet:
    """Where the market traded against the router's list and the firm's own fills: every venue of either."""
    own = tape.fills(found.tape.first, found.tape.last, "venue", found.vendor.key)
    held: dict[str | None, list[Reach]] = {}
    for row in found.reach:
        held.setdefault(row.venue, []).append(row)
    memos, every = queries.memos_by_venue(), sum((volume.shares for volume in own.values()), start=Decimal(0))
    wanted = {**dict.fromkeys(found.tape.venues), **dict.fromkeys(held), **dict.fromkeys(own)}
    order = sorted(wanted, key=lambda venue: (-(found.tape.share(venue) or 0), -(own[venue].shares if venue in own else 0), venue or "~"))
    rows = tuple(_venue(found, venue, held.get(venue, []), own, every, memos) for venue in order)
    source = f"{rests(found.tape)} The firm's fills are those of {found.vendor.name}, every flow together."
    return Sheet("venues", "Where the market traded, and what the router reaches", VENUES, rows, found.tape.runs, source, f"{NO_EVIDENCE}: {found.why}.")


def not_held(found: Coverage) -> Sheet:
    """What coverage cannot be told by, what the runs hold of it, and what to file or to do."""
    cut = found.tape.cut
    lacking = LACKING if cut is not None and cut.is_held else (*SEALED_BEFORE, *LACKING)
    rows = tuple(Row((by, NO_EVIDENCE, held, missing)) for by, held, missing in lacking)
    source = "What a figure would need that the sealed runs of the period do not hold."
    return Sheet("not-held", "What cannot be told yet", NOT_HELD, rows, found.tape.runs, source)


def _venue(found: Coverage, venue: str | None, rows: Sequence[Reach], own: Mapping[str | None, tape.Volume], every: Decimal, memos: Mapping[str, Memo]) -> Row:
    part = coverage.part_of(venue, rows)
    said = "; ".join(dict.fromkeys(row.way for row in rows)) or coverage.PARTS[part]
    is_odd = venue in own and part == MISSING
    flags = ["traded there, not on the list"] if is_odd else []
    flags += ["no Form ATS-N on file"] if any(row.lacks_ats_n for row in rows) else []
    memo = memos.get(venue or "")
    volume, mine = found.tape.venues.get(venue), own.get(venue)
    cells = (
        venue or "unknown", venue_name(venue) or "" if venue else "the feed does not say", rows[0].kind_of.title if rows else _spoken(venue), said,
        found.tape.share(venue), volume.shares if volume else None, volume.number if volume else None, mine.shares if mine else None,
        mine.shares / every if mine and every else None, mine.number if mine else None, f"{memo.get_about_display()}: {memo.state_title}" if memo else "",
        "; ".join(flags),
    )  # fmt: skip
    scope = tape.every_flow(found.tape.first, found.tape.last, found.vendor.key).having("venue", venue or "unknown")
    fills = reverse("desk:orders") + scope.query(list="fills")
    links = {"part": of_tape(found.tape, venue or UNKNOWN)} if volume else {}
    links |= {"fills": fills, "own_shares": fills} if mine else {}
    links |= {"reach": rows[0].get_absolute_url()} if rows else {}
    return Row(cells, links | ({"memo": memo.get_absolute_url()} if memo else {}), tone="attention" if is_odd else "")


def _spoken(venue: str | None) -> str:
    return (venue_kind(venue) or "not a known MIC").replace("_", " ") if venue else "unknown"


VENUES = (
    Column("venue", "Venue", kind="code"), Column("name", "Name"), Column("kind", "Kind"), Column("reach", "Reached"), Column("part", "Part of the tape", PART),
    Column("shares", "Shares on the tape", SHARES), Column("trades", "Trades", kind="count"), Column("own_shares", "Firm's shares", SHARES),
    Column("own_part", "Part of the firm's", PART), Column("fills", "Firm's fills", kind="count"), Column("memo", "Memo"), Column("flags", "To look at"),
)  # fmt: skip
_SEALED_BEFORE = "The tape by day and venue, of runs that were sealed before runs held more."
_AGAIN = "Measure the days of the period again."
SEALED_BEFORE = tuple((by, _SEALED_BEFORE, _AGAIN) for by in ("by symbol", "by session", "by asset class"))
LACKING = (
    (
        "off exchange", "Volume by reporting facility, which names no ATS and no wholesaler.",
        "Weekly ATS and OTC volume by firm, as FINRA publishes it; file it with the button on the overview.",
    ),
    ("options, crypto and what else the tape lacks", "The firm's own orders and fills alone.", "Trades of these markets, imported as any tape."),
    ("IOI and conditional", "Nothing: an indication is no trade.", "The vendor's own records of indications sent and answered."),
)  # fmt: skip
NOT_HELD = (Column("by", "Coverage"), Column("figure", "Figure", kind="tag"), Column("held", "What the runs hold"), Column("missing", "What to file or to do"))
