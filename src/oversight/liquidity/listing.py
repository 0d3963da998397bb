"""Lists of reachable venues as CSV: their columns as data, and each line read or refused with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bestexec import venue_called
from oversight.liquidity.lifecycle import DIRECT, KINDS, PUBLISHED_KINDS, THROUGH, WAYS
from oversight.liquidity.lines import Expected, Line, LineError, Reject
from oversight.liquidity.lines import read as read_lines
from oversight.liquidity.models import Reach
from oversight.vendors.models import Vendor

COLUMNS = (
    Expected("venue", "MIC of the venue; a name that the desk knows is turned into it.", is_required=True),
    Expected("kind", "Kind of venue.", is_required=True, values=tuple(kind.key for kind in KINDS)),
    Expected("how", "Directly, or through another broker.", is_required=True, values=tuple(key for key, _ in WAYS)),
    Expected("through", "The other broker's name, where it is reached through one."),
    Expected("ats_n_on", "Day of the Form ATS-N that was looked at, such as 2026-03-02."),
    Expected("since_on", "First day on which the router reached it.", is_required=True),
    Expected("until_on", "Last day; empty: still."),
)
NAME = re.compile(r"\w[\w .&,'-]{0,59}")
PUBLISHED = tuple((kind.key, kind.title) for kind in PUBLISHED_KINDS)


def read(content: bytes) -> tuple[list[dict[str, Any]], list[Reject]]:
    """(the facts of each line, the lines that were refused). Raises Problem for a file that is no such table."""
    return read_lines(content, COLUMNS, _facts)


def standing(vendor: Vendor, facts: Mapping[str, Any], held: Iterable[Reach]) -> Reach | None:
    """The entry of the same venue whose days touch these; withdrawn ones do not count."""
    first, last = facts["since_on"], facts.get("until_on") or date.max
    return next(
        (row for row in held if row.vendor_id == vendor.pk and row.venue == facts["venue"] and row.state != "withdrawn"
         and row.since_on <= last and first <= (row.until_on or date.max)),
        None,
    )  # fmt: skip


def _facts(line: Line) -> dict[str, Any]:
    cells = line.cells
    for name in ("venue", "through"):
        if cells[name] and not NAME.fullmatch(cells[name]):
            raise LineError(f"{name} is “{cells[name][:40]}”, which is no name: letters, digits and plain signs, at most 60")
    if (cells["how"] == THROUGH) != bool(cells["through"]):
        raise LineError("through names the broker where how is through, and nobody where it is direct" if cells["how"] == DIRECT else "through is missing")
    since, until = _day(cells["since_on"], "since_on"), _day(cells["until_on"], "until_on")
    assert since is not None, "since_on is required"
    if until and until < since:
        raise LineError("until_on lies before since_on")
    return {
        "venue": venue_called(cells["venue"]) or cells["venue"], "kind": cells["kind"], "how": cells["how"], "through": cells["through"],
        "ats_n_on": _day(cells["ats_n_on"], "ats_n_on"), "since_on": since, "until_on": until,
    }  # fmt: skip


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise LineError(f"{name} is “{text[:20]}”, which is no day such as 2026-08-12") from None
