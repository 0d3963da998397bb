"""What is on file of venues, from `policy/venue_terms.toml`: the material aspects of each relationship, and where router-only brokers send on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bestexec.policy import reading

FILE = "venue_terms.toml"
ASPECTS = {
    "payment": "Payment for order flow",
    "profit_sharing": "Profit sharing",
    "fees_and_rebates": "Fees and rebates",
    "volume_tiers": "Volume tiers",
    "volume_incentives": "Incentives for volume",
    "minimum_flow": "Minimum flow",
    "affiliation": "Affiliation",
    "other": "Other",
}
"""The structured terms of a relationship in the order in which they are told, each with its heading."""


@dataclass(frozen=True)
class Terms:
    """The terms with one venue over a span of days, and when somebody last looked whether they are still so."""

    venue: str
    reviewed_on: date
    aspects: tuple[tuple[str, str], ...]
    from_on: date | None = None
    to_on: date | None = None

    @property
    def text(self) -> str:
        """The material aspects as the report tells them: each term under its heading, in one order."""
        return " ".join(f"{ASPECTS[name]}: {words.rstrip('.')}." for name, words in self.aspects)

    def meets(self, first: date, last: date) -> bool:
        """Whether any day of the span lies within it."""
        return (self.from_on is None or self.from_on <= last) and (self.to_on is None or first < self.to_on)


@dataclass(frozen=True)
class LookThrough:
    """Where a broker that only routes on sent orders, as known on a day: parts of them by venue. What is missing to one is not known."""

    broker: str
    as_of: date
    source: str
    venues: tuple[tuple[str, Decimal], ...]

    @property
    def unknown(self) -> Decimal:
        """The part of the broker's orders of which nobody said where they went."""
        return Decimal(1) - sum((part for _, part in self.venues), Decimal(0))

    def told(self, on: date) -> str:
        """One sentence: where, how old the information is on `on`, and what it leaves out."""
        parts = ", ".join(f"{mic} {100 * part:f} %" for mic, part in self.venues)
        gap = f"; of {100 * self.unknown:f} % it does not say where" if self.unknown else ""
        return f"sent on, as of {self.as_of} ({(on - self.as_of).days} days before {on}; {self.source}), to {parts}{gap}"


NO_LOOK_THROUGH = "no look-through on file: where it sent orders on is not known"


@dataclass(frozen=True)
class OnFile:
    """Everything of `venue_terms.toml`."""

    terms: tuple[Terms, ...] = ()
    look_throughs: tuple[LookThrough, ...] = ()

    def of(self, venue: str, first: date, last: date) -> tuple[Terms, ...]:
        """The terms with a venue that hold on any day of the span, by their first day."""
        found = [terms for terms in self.terms if terms.venue == venue and terms.meets(first, last)]
        return tuple(sorted(found, key=lambda terms: terms.from_on or date.min))

    def beyond(self, broker: str, on: date) -> LookThrough | None:
        """The newest look-through of a broker that was known on `on`."""
        return max((found for found in self.look_throughs if found.broker == broker and found.as_of <= on), key=lambda found: found.as_of, default=None)


def read(folder: Path) -> OnFile:
    """The content of `folder`/venue_terms.toml, nothing where there is no such file. Raises Problem that names the key and what is allowed."""
    path = folder / FILE
    if not path.is_file():
        return OnFile()
    rows = reading.toml(path)
    reading.keys(rows, "", (), ("terms", "look_through"), file=FILE)
    return OnFile(
        tuple(_terms(row, f"terms {place}") for place, row in enumerate(_listed(rows, "terms"), start=1)),
        tuple(_look_through(row, f"look_through {place}") for place, row in enumerate(_listed(rows, "look_through"), start=1)),
    )


def _listed(rows: reading.Rows, name: str) -> Sequence[reading.Rows]:
    given: Any = rows.get(name, [])
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise reading.wrong(f"{given!r} is not a list", name, f"write one [[{name}]] for each", file=FILE)
    return given


def _terms(row: reading.Rows, key: str) -> Terms:
    reading.keys(row, key, ("venue", "reviewed_on"), ("from", "to", *ASPECTS), file=FILE)
    from_on, to_on = (reading.day(row[side], f"{key}.{side}", file=FILE) if side in row else None for side in ("from", "to"))
    aspects = tuple((name, reading.text(row[name], f"{key}.{name}", file=FILE)) for name in ASPECTS if name in row)
    if not aspects:
        raise reading.wrong("it says nothing of the venue", key, f"state at least one of {', '.join(ASPECTS)}", file=FILE)
    return Terms(
        reading.text(row["venue"], f"{key}.venue", file=FILE), reading.day(row["reviewed_on"], f"{key}.reviewed_on", file=FILE), aspects, from_on, to_on
    )


def _look_through(row: reading.Rows, key: str) -> LookThrough:
    reading.keys(row, key, ("broker", "as_of", "source", "venues"), file=FILE)
    given = row["venues"]
    if not isinstance(given, dict):
        raise reading.wrong(f"{given!r} is not a table", f"{key}.venues", "allowed: { XNAS = 0.4, XNYS = 0.6 }", file=FILE)
    venues = tuple((mic, reading.number(part, f"{key}.venues.{mic}", most=Decimal(1), file=FILE)) for mic, part in given.items())
    if sum(part for _, part in venues) > 1:
        raise reading.wrong("the parts are more than one", f"{key}.venues", "allowed: fractions that add up to at most 1", file=FILE)
    broker, source = (reading.text(row[name], f"{key}.{name}", file=FILE) for name in ("broker", "source"))
    return LookThrough(broker, reading.day(row["as_of"], f"{key}.as_of", file=FILE), source, venues)
