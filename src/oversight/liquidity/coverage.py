"""What part of the market's volume a router reaches: directly, through another broker only, not at all, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bestexec import venue_kind
from oversight.liquidity.lifecycle import DIRECT, THROUGH
from oversight.liquidity.models import Reach
from oversight.liquidity.tape import SESSIONS, Tape, Volume
from oversight.vendors.models import Vendor

NO_EVIDENCE = "no evidence collected"
MISSING, CANNOT_TELL = "missing", "cannot_tell"
PARTS = {DIRECT: "reached directly", THROUGH: "through another broker only", MISSING: "not on the list", CANNOT_TELL: "cannot tell"}
WHY_MATERIAL = "one share in a hundred of the tape; Rule 606 reports name a venue from 5 % of orders on, and a missing one should be seen earlier"
MATERIAL: tuple[tuple[date | None, Decimal, str], ...] = ((None, Decimal("0.01"), WHY_MATERIAL),)
"""(first day, least part of the tape's shares from which a venue is material, why): the firm's setting by date."""
FEWEST_TRADES = 100
"""A session's tape has at least so many trades before a venue is called material in it."""


@dataclass(frozen=True)
class Coverage:
    """One vendor's reach over the tape of a period, as its list stood on a day; the four parts add up to the tape. `why` says why there is no figure."""

    vendor: Vendor
    on: date
    tape: Tape
    reach: tuple[Reach, ...]
    shares: Mapping[str, Decimal]
    why: str = ""

    def part(self, name: str) -> Decimal | None:
        """A part of the tape's shares as a fraction; None where there is no figure."""
        return None if self.why else self.shares.get(name, Decimal(0)) / self.tape.shares

    @property
    def reached(self) -> Decimal | None:
        """Directly or through another broker."""
        direct, through = self.part(DIRECT), self.part(THROUGH)
        return None if direct is None or through is None else direct + through

    @property
    def of_named(self) -> Decimal | None:
        """The reached part of what names a venue: off-exchange prints left aside. None where nothing does."""
        reached, named = self.reached, 1 - (self.part(CANNOT_TELL) or 0)
        return None if reached is None or not named else reached / named

    @property
    def unconfirmed(self) -> int:
        """How many entries are somebody's word that nobody confirmed."""
        return sum(row.state == "stated" for row in self.reach)


@dataclass(frozen=True)
class Gap:
    """A material venue that a router does not reach; `session` where it is material in that one though not in all together."""

    vendor: Vendor
    venue: str
    part: Decimal
    shares: Decimal
    trades: int
    session: str = ""


def material(on: date) -> tuple[Decimal, str]:
    """(least part of the tape that makes a venue material on that day, why)."""
    return next((part, why) for since, part, why in reversed(MATERIAL) if since is None or since <= on)


def covered(vendor: Vendor, reach: Iterable[Reach], on: date, tape: Tape) -> Coverage:
    """The tape's shares by how the router reaches their venue; what is printed off exchange names no venue, so nobody can tell."""
    rows = tuple(reach)
    why = tape.why or ("" if rows else f"no list of the venues that its router reached on {on} is on file")
    shares: dict[str, Decimal] = {}
    for venue, volume in tape.venues.items():
        part = part_of(venue, rows)
        shares[part] = shares.get(part, Decimal(0)) + volume.shares
    return Coverage(vendor, on, tape, rows, shares, why)


def part_of(venue: str | None, reach: Iterable[Reach]) -> str:
    """Which of PARTS the volume of a venue belongs to."""
    ways = {row.how for row in reach if row.venue == venue}
    if ways:
        return DIRECT if DIRECT in ways else THROUGH
    return CANNOT_TELL if venue is None or venue_kind(venue) == "off_exchange" else MISSING


def gaps(found: Coverage) -> list[Gap]:
    """Material venues that the tape names and the router does not reach, the largest first; then those that are material in one session alone."""
    if found.why:
        return []
    overall = _gaps(found, found.tape.venues, "")
    known = {gap.venue for gap in overall}
    sessions = found.tape.by_session() if found.tape.cut else {}
    enough = {name: venues for name, venues in sessions.items() if sum(volume.number for volume in venues.values()) >= FEWEST_TRADES}
    return [*overall, *(gap for name, venues in enough.items() for gap in _gaps(found, venues, SESSIONS.get(name, str(name))) if gap.venue not in known)]


def _gaps(found: Coverage, venues: Mapping[str | None, Volume], session: str) -> list[Gap]:
    least, _ = material(found.tape.last)
    every = sum((volume.shares for volume in venues.values()), start=Decimal(0))
    return [
        Gap(found.vendor, venue, part, volume.shares, volume.number, session)
        for venue, volume in sorted(venues.items(), key=lambda pair: (-pair[1].shares, pair[0] or "~"))
        if venue is not None and every and (part := volume.shares / every) >= least and part_of(venue, found.reach) == MISSING
    ]


def through_only(found: Coverage) -> list[Reach]:
    """Entries of venues that the router reaches only through another broker."""
    direct = {row.venue for row in found.reach if row.how == DIRECT}
    return [row for row in found.reach if row.how == THROUGH and row.venue not in direct]
