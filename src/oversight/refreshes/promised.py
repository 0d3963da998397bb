"""Last year's claims held against the year's data: how the ledger has each, and what the whole period says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from oversight.measured.reading import CANNOT_TELL, MET, MISSED, judged, read
from oversight.refreshes.gathering import NotAvailable, query
from oversight.vendors.models import Vendor

SUPPORTED, CONTRADICTED, ATTESTED, UNTESTED, STALE = "supported", "contradicted", "attested", "untested", "stale"
STANDINGS = {CONTRADICTED: "contradicted", STALE: "stale", UNTESTED: "untested", ATTESTED: "attested only", SUPPORTED: "supported"}
"""In the order in which they need a person."""
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


def claims(vendor: Vendor, first: date, last: date) -> dict[str, Any]:
    """Every claim of the vendor over the period, what needs a person first; or why there are none."""
    try:
        rows = query("claims", "of_vendor")(vendor)
    except NotAvailable as missing:
        return {"lines": [], "why": str(missing), "runs": []}
    runs: dict[str, None] = {}
    lines = [held(row, vendor, first, last, runs) for row in rows]
    order = list(STANDINGS)
    return {"lines": [asdict(one) for one in sorted(lines, key=lambda one: (order.index(one.standing), one.words))], "why": "", "runs": list(runs)}


def held(row: Any, vendor: Vendor, first: date, last: date, runs: dict[str, None]) -> Held:
    """One line of the ledger over the period; the runs that it rests on are added to `runs`. A claim that no figure can test stands as the ledger has it."""
    claim, standing = getattr(row, "claim", row), row.standing
    ledger = _key(getattr(standing, "key", standing))
    words, url = claim.words, claim.get_absolute_url() if hasattr(claim, "get_absolute_url") else ""
    target = getattr(claim, "target", None)
    if target is None or ledger == STALE:
        from_ledger = standing if hasattr(standing, "n") else row
        first_day, last_day = (str(getattr(from_ledger, name, None) or "") for name in ("first", "last"))
        return Held(words, ledger, ledger, "", getattr(from_ledger, "n", None), first_day, last_day, getattr(standing, "why", ""), url)
    reading = read(target.figure, vendor=vendor.key, first=first, last=last)
    runs.update(dict.fromkeys(reading.runs))
    outcome, why = judged(target, reading)
    shown = reading.shown if reading.value is not None else ""
    return Held(words, ledger, OF_THE_YEAR[outcome], shown, reading.n, first.isoformat(), last.isoformat(), why, url)


def _key(standing: str) -> str:
    """The ledger's word as it is kept here."""
    return {"attested_only": ATTESTED, "attested only": ATTESTED}.get(standing, standing)
