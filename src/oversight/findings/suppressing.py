"""The suppressions as a table."""

from __future__ import annotations

from django.db.models import Case, Count, Q, Value, When

from oversight.accounts.queries import names
from oversight.findings.models import Suppression
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("number", "No.", kind="number"),
    Column("state", "State"),
    Column("check_id", "Check", kind="code"),
    Column("scope", "Where"),
    Column("from_on", "First day", kind="day"),
    Column("expires_on", "Last day", kind="day"),
    Column("covers", "Covers", kind="number"),
    Column("reason", "Why"),
    Column("proposed_by", "Proposed by", kind="person"),
    Column("approved_by", "Approved by", kind="person"),
    Column("ended_by", "Ended by", kind="person"),
)


def sheet() -> Sheet:
    """Every suppression, what waits and what covers something first; one query."""
    people = names()
    order = Case(When(state="proposed", then=Value(0)), When(state="active", then=Value(1)), default=Value(2))
    found = Suppression.objects.annotate(covers=Count("covered", filter=Q(covered__state="suppressed")), order=order).order_by("order", "expires_on", "pk")
    rows = tuple(
        Row(
            (
                row.pk,
                "over, to be ended" if row.state == "active" and row.is_over else row.state_title,
                row.check_id,
                row.scope,
                row.from_on,
                row.expires_on,
                row.covers,
                row.reason,
                *(people.get(getattr(row, name), "" if not getattr(row, name) else "the desk itself") for name in ("proposed_by", "approved_by", "ended_by")),
            ),
            {"number": row.get_absolute_url(), "check_id": row.get_absolute_url()},
            key=str(row.pk),
        )
        for row in found
    )
    empty = "Nothing is suppressed. Propose a suppression when a known exception would come every day and needs no answer until a date."
    return Sheet("suppressions", "Suppressions", COLUMNS, rows, source="What is suppressed stays counted and shown.", empty=empty)
