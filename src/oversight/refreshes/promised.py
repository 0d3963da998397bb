"""Last year's claims held against the year's data: how the ledger has each, and what the whole period says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from oversight.claims import queries as ledger
from oversight.claims.queries import Line
from oversight.claims.standing import CONTRADICTED, KINDS, STALE, SUPPORTED, UNTESTED
from oversight.measured.reading import CANNOT_TELL, MET, MISSED, judged, read
from oversight.vendors.models import Vendor

STANDINGS = {kind.key: kind.title for kind in KINDS}
"""The ledger's standings with their titles, in the order in which they need a person."""
OF_THE_YEAR = {MET: SUPPORTED, MISSED: CONTRADICTED, CANNOT_TELL: UNTESTED}


@dataclass(frozen=True)
class Held:
    """One claim: its words, how it stands in the ledger and why; and over the year the standing, the figure, its n and the period it rests on."""

    words: str
    ledger: str
    standing: str
    value: str = ""
    n: int | None = None
    first: str = ""
    last: str = ""
    why: str = ""
    url: str = ""
    rows: str = ""
    """Where the rows behind the figure are listed."""


def claims(vendor: Vendor, first: date, last: date) -> dict[str, Any]:
    """Every claim of the vendor over the period, what needs a person first, and the runs that the figures rest on."""
    return over(ledger.of_vendor(vendor), vendor, first, last)


def over(lines: Iterable[Line], vendor: Vendor, first: date, last: date) -> dict[str, Any]:
    """Those lines of the ledger over the period."""
    runs: dict[str, None] = {}
    found = [held(line, vendor, first, last, runs) for line in lines]
    order = list(STANDINGS)
    return {"lines": [asdict(one) for one in sorted(found, key=lambda one: (order.index(one.standing), one.words))], "runs": list(runs)}


def held(line: Line, vendor: Vendor, first: date, last: date, runs: dict[str, None]) -> Held:
    """One line of the ledger over the period; the runs that it rests on are added to `runs`. A claim that no figure can test stands as the ledger has it."""
    claim, standing = line.claim, line.standing
    target, url = claim.target, claim.get_absolute_url()
    if target is None or standing.key == STALE:
        begins, ends = (day.isoformat() if day else "" for day in (standing.first, standing.last))
        return Held(claim.words, standing.key, standing.key, "", standing.n, begins, ends, standing.why, url)
    reading = read(target.figure, vendor=vendor.key, first=first, last=last)
    runs.update(dict.fromkeys(reading.runs))
    outcome, why = judged(target, reading)
    shown, rows = (reading.shown, reading.address) if reading.value is not None else ("", "")
    return Held(claim.words, standing.key, OF_THE_YEAR[outcome], shown, reading.n, first.isoformat(), last.isoformat(), why, url, rows)
