"""Reports of Rules 605 and 606, whoever filed them, held to their rules cell by cell."""

from __future__ import annotations

from bestexec.filings.validation import COLUMNS, Validated, as_table, validate

__all__ = ["COLUMNS", "Validated", "as_table", "validate"]
