"""What a difference is identified from: an exception, a claim, a possible breach, a look at the analysis, a figure; what each says beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oversight.agreements.models import Breach
from oversight.claims.models import Claim
from oversight.evidence import queries as evidence
from oversight.findings.models import Finding
from oversight.measured.asking import written
from oversight.record.models import Recorded
from oversight.vendors.quarters import quarter_of
from oversight.vendors.queries import by_key

LOOK = "look"
"""As the record calls a look at the analysis, whose app stands above this one."""
ASKED = ("figure", "narrowed", "first_on", "last_on")


@dataclass(frozen=True)
class Beginning:
    """Where it begins, and what the form says beforehand."""

    title: str
    address: str
    initial: dict[str, Any]


def of_figure(asked: Mapping[str, str]) -> dict[str, Any]:
    """What an address says of a figure beforehand: which, narrowed to what, of whose flow, over which days."""
    said: dict[str, Any] = {name: asked[name][:400] for name in ASKED if name in asked}
    return {**said, "vendor": by_key(asked["vendor"])} if asked.get("vendor") else said


def beginning(kind: str, id_: str) -> Beginning | None:
    """What that row says; None for a kind that begins no difference, or a row that is not there."""
    row = evidence.row(kind, id_) if kind in OF_KIND else None
    if row is None:
        return None
    return Beginning(str(row), row.get_absolute_url(), OF_KIND[kind](row))  # type: ignore[attr-defined]  # each of these has a page


def _finding(row: Any) -> dict[str, Any]:
    quarter = quarter_of(row.on)
    return {
        "title": row.title, "what": row.ask, "vendor": by_key(row.vendor) if row.vendor else None, "first_on": quarter.first, "last_on": quarter.last,
        "narrowed": f"venue={row.venue}" if row.venue else "",
    }  # fmt: skip


def _claim(row: Any) -> dict[str, Any]:
    test = row.tests.order_by("-pk").first()
    said = {"title": f"Claim contradicted: {row.words}"[:200], "what": row.words, "vendor": row.vendor, **_figure(row.figure)}
    return {**said, "first_on": test.first, "last_on": test.last} if test else said


def _breach(row: Any) -> dict[str, Any]:
    return {"title": str(row)[:200], "what": row.clause.words, "vendor": row.clause.agreement.vendor, "first_on": row.first_on, "last_on": row.last_on}


def _look(row: Any) -> dict[str, Any]:
    return {"title": f"Question on {row}"[:200], "what": row.asks, "first_on": row.first_on, "last_on": row.last_on}


def _figure(said: dict[str, Any] | None) -> dict[str, Any]:
    if not said:
        return {}
    return {"figure": f"{said['kind']}:{said['key']}", "narrowed": written(said["filters"])}


OF_KIND: dict[str, Callable[[Recorded], dict[str, Any]]] = {Finding.RECORD: _finding, Claim.RECORD: _claim, Breach.RECORD: _breach, LOOK: _look}
