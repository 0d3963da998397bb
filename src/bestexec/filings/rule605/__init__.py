"""The Rule 605 report as amended, out of linked orders and executions: pure functions over columns, exact to the last digit."""

from __future__ import annotations

from bestexec.filings.rule605.columns import FILLS, ORDER_KEY, ORDERS, ROW_KEY
from bestexec.filings.rule605.covered import FAULTS, counts
from bestexec.filings.rule605.detail import detailed
from bestexec.filings.rule605.invariants import hold
from bestexec.filings.rule605.opportunity import opportunities
from bestexec.filings.rule605.readings import Readings, Stated, read, stated
from bestexec.filings.rule605.report import Population, judged, parted, sums_of
from bestexec.filings.rule605.summary import summarized
from bestexec.filings.rule605.sums import added

__all__ = [
    "FAULTS", "FILLS", "ORDERS", "ORDER_KEY", "ROW_KEY", "Population", "Readings", "Stated",
    "added", "counts", "detailed", "hold", "judged", "opportunities", "parted", "read", "stated", "summarized", "sums_of",
]  # fmt: skip
