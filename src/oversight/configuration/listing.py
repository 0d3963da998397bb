"""Configuration as tables: versions, settings, two versions compared, venues beside the policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from oversight.accounts.queries import names
from oversight.configuration.models import Document, Version
from oversight.configuration.queries import Drift
from oversight.configuration.terms import Change, changes
from oversight.sheets import Column, Row, Sheet

VERSIONS = (
    Column("vendor", "Vendor"), Column("number", "Version", kind="number"), Column("state", "State", kind="tag"), Column("settings", "Settings", kind="count"),
    Column("effective_from", "To take effect", kind="instant"), Column("in_force_from", "Set so since", kind="instant"),
    Column("in_force_until", "Until", kind="instant"), Column("release", "Release", kind="code"), Column("drafted_by", "Drafted by", kind="person"),
    Column("approved_by", "Approved by", kind="person"),
)  # fmt: skip
DOCUMENTS = (
    Column("title", "Document"), Column("vendor", "Vendor"), Column("number", "Version", kind="number"), Column("state", "State", kind="tag"),
    Column("proposed_by", "First signature", kind="person"), Column("approved_by", "Second signature", kind="person"),
    Column("approved_at", "Signed by two", kind="instant"),
)  # fmt: skip
SETTINGS = (
    Column("kind", "Kind"), Column("key", "Of what"), Column("value", "Value"), Column("unit", "Unit"), Column("meaning", "Meaning"),
)  # fmt: skip
CHANGES = (
    Column("how", "How", kind="tag"), Column("kind", "Kind"), Column("key", "Of what"), Column("before", "Before"), Column("after", "After"),
    Column("meaning", "Meaning"),
)  # fmt: skip
VENUES = (Column("venue", "Venue", kind="code"), Column("how", "Difference"), Column("vendors", "Routers set to use it"))
FLOW = (Column("flow", "Flow"), Column("orders", "Orders", kind="number"))
RECORD = "Each change stands in the record."


def versions(found: Iterable[Version]) -> Sheet:
    """Versions, those of each vendor together, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (
                row.vendor.name, row.number, row.state_title, len(row.settings), row.effective_from, row.in_force_from, row.in_force_until, row.release,
                people.get(row.drafted_by, row.drafted_by), people.get(row.approved_by, row.approved_by),
            ),
            {"number": row.get_absolute_url(), "vendor": row.vendor.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No version is written down. Have statement and flow profile approved, then draft the first: how is the router set today?"
    return Sheet("configurations", "Versions", VERSIONS, rows, source=RECORD, empty=empty)


def documents(found: Iterable[Document]) -> Sheet:
    """Versions of the two documents."""
    people = names()
    rows = tuple(
        Row(
            (
                row.title, row.vendor.name, row.number, row.state_title, people.get(row.proposed_by, row.proposed_by),
                people.get(row.approved_by, row.approved_by), row.approved_at,
            ),
            {"title": row.get_absolute_url(), "vendor": row.vendor.get_absolute_url()}, key=f"document-{row.pk}",
        )
        for row in found
    )  # fmt: skip
    empty = "Neither document is written yet. They come first: what customers should get, and which orders come."
    return Sheet("documents", "Statements and flow profiles", DOCUMENTS, rows, source=RECORD, empty=empty)


def settings(version: Version) -> Sheet:
    """Everything that a version sets."""
    rows = tuple(Row((each.title, each.key, each.value, each.unit, each.meaning)) for each in version.terms)
    return Sheet(f"settings-{version.pk}", "Settings", SETTINGS, rows, source=f"The {version}.", empty="It sets nothing yet.")


def comparison(before: Version | None, after: Version) -> Sheet:
    """In what `after` differs from `before`; everything is added where there is none."""
    found: Sequence[Change] = changes(before.terms if before else (), after.terms)
    rows = tuple(
        Row(
            (
                change.how, change.of.title, change.of.key, change.before.said if change.before else "—", change.after.said if change.after else "—",
                change.of.meaning,
            )
        )
        for change in found
    )  # fmt: skip
    was = f"version {before.number} of {before.vendor}" if before else "nothing before it"
    source = f"Version {after.number} of {after.vendor} against {was}."
    return Sheet(f"compared-{before.pk if before else 0}-{after.pk}", "What differs", CHANGES, rows, source=source, empty="Both set the same.")


def venues(found: Iterable[Drift], on: date) -> Sheet:
    """Venues on which the routers' configuration and the policy differ."""
    rows = tuple(Row((each.venue, each.how, ", ".join(each.vendors)), key=each.venue, tone="attention" if each.vendors else "") for each in found)
    source = f"Configurations in force at the end of {on} against the policy's approved venues of that day."
    return Sheet(
        "venue-drift",
        "Routers against the policy",
        VENUES,
        rows,
        source=source,
        empty="Every venue that a router may use is approved, and the other way round.",
    )


def flow(found: Iterable[tuple[str, int, str]], address: str) -> Sheet:
    """What the runs count of a vendor's flow, kind by kind."""
    rows = tuple(Row((words, orders), {"orders": f"{address}{query}"}) for words, orders, query in found)
    source = "Orders of the last quarter measured, as the runs in force count them."
    return Sheet("measured-flow", "What came in the last quarter measured", FLOW, rows, source=source, empty="No run was received yet, so nothing was counted.")
