"""The lists of requests as tables, for page and download."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oversight.accounts.queries import names
from oversight.requests.lifecycle import GIVEN
from oversight.requests.models import Document, Download, Produced, Room
from oversight.sheets import Column, Row, Sheet

REQUESTS = (
    Column("from", "From"), Column("reference", "Their reference", kind="label"), Column("about", "What it asks", kind="words"),
    Column("state", "State", kind="tag"),
    Column("received_on", "Received", kind="day"), Column("due_on", "Due", kind="day"), Column("days_left", "Days left", kind="number"),
    Column("items", "Items", kind="count"), Column("ended", "Ended", kind="count"), Column("late", "Items late", kind="count"),
    Column("owner", "Owner", kind="person"),
)  # fmt: skip
ITEMS = (
    Column("number", "Item"), Column("question", "The letter's words", kind="words"), Column("state", "State", kind="tag"),
    Column("owner", "Owner", kind="person"),
    Column("due_on", "Due", kind="day"), Column("documents", "Documents", kind="count"), Column("waiting", "Wait for counsel", kind="count"),
    Column("first_on", "First day", kind="day", is_for_files=True),
    Column("last_on", "Last day", kind="day", is_for_files=True), Column("known_at", "As known at", kind="instant"),
)  # fmt: skip
DOCUMENTS = (
    Column("title", "What it is", kind="words"), Column("items", "Items"), Column("state", "Counsel's decision", kind="tag"),
    Column("number", "Number", kind="label"),
    Column("ground", "Ground"), Column("reviewed_by", "Reviewed by", kind="person"), Column("reviewed_at", "Reviewed", kind="instant"),
    Column("known_at", "Filed", kind="instant"), Column("sha256", "SHA-256", kind="code", is_for_files=True),
)  # fmt: skip
LOG = (
    Column("number", "Number", kind="label"), Column("title", "What was given", kind="words"), Column("items", "Items"), Column("redacted", "Redacted"),
    Column("production", "Production", kind="number"), Column("released_at", "Released", kind="instant", is_for_files=True),
    Column("delivered_at", "Handed over", kind="instant"), Column("delivered_to", "To"),
    Column("how", "How"),
    Column("standing", "Standing", kind="tag"), Column("sha256", "SHA-256", kind="code", is_for_files=True),
)  # fmt: skip
WITHHELD = (
    Column("title", "What it is"), Column("items", "Items"), Column("how", "How"), Column("ground", "Ground"), Column("line", "As the log says it"),
    Column("by", "Counsel", kind="person"), Column("at", "Decided", kind="instant"),
)  # fmt: skip
ROOMS = (
    Column("room", "Room"), Column("scope", "Shows"), Column("reader", "For whom"), Column("state", "State", kind="tag"),
    Column("last_on", "Last day", kind="day"), Column("made_by", "Made by", kind="person"), Column("released_by", "Released by", kind="person"),
)  # fmt: skip
VISITS = (
    Column("at", "When", kind="instant"), Column("who", "Who they say they are"), Column("result", "Result", kind="tag"), Column("address", "Network address"),
    Column("took", "Took"),
)  # fmt: skip
DOWNLOADS = (
    Column("at", "When", kind="instant"), Column("what", "What", kind="label"), Column("who", "Who they say they are"), Column("room", "Room"),
    Column("sha256", "SHA-256", kind="code"),
)  # fmt: skip


def requests(found: Iterable[Any]) -> Sheet:
    """Letters of request; each must come from `queries.requests`."""
    people = names()
    rows = tuple(
        Row(
            (
                row.get_authority_display(), row.reference, row.about, "past its day" if row.is_overdue else row.state_title, row.received_on, row.due_on,
                row.days_left if row.is_running else None, row.item_count, row.ended_count, row.late_count, people.get(row.owner, row.owner),
            ),
            {"reference": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue or row.late_count else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No letter is here in this state. When one comes, compliance takes it in with the button above: its clock runs from its receipt."
    return Sheet("requests", "Letters of request", REQUESTS, rows, source="Days left are days of the calendar until the letter's day.", empty=empty)


def items(found: Iterable[Any]) -> Sheet:
    """The items of one letter; each must come from `queries.items_of`."""
    people = names()
    rows = tuple(
        Row(
            (
                row.number, row.question, f"{row.state_title}, late" if row.is_overdue else row.state_title, people.get(row.owner, row.owner), row.due_on,
                row.documents, row.waiting, row.first_on, row.last_on, row.known_at,
            ),
            {"number": row.get_absolute_url()}, key=f"item-{row.pk}", tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    empty = "The letter is not split yet. Each of its questions becomes an item with an owner and a day."
    return Sheet("items", "Items", ITEMS, rows, source="An item is due within the firm some days before the letter.", empty=empty)


def documents(found: Iterable[Document], later: set[int]) -> Sheet:
    """Documents with counsel's decision; `later` are those that a later filing took the place of."""
    people = names()
    rows = tuple(
        Row(
            (
                row.filed.title, _items(row), "superseded: decide again" if _is_stale(row, later) else row.state_title,
                _label(row), row.ground_title, people.get(row.reviewed_by, row.reviewed_by), row.reviewed_at, row.filed.filed_at, row.filed.sha256,
            ),
            {"title": row.get_absolute_url()}, key=f"document-{row.pk}", tone="attention" if _is_stale(row, later) else "",
        )
        for row in found
    )  # fmt: skip
    empty = "Nothing is gathered yet. Take in filed evidence, let the desk print a paper, or upload a file."
    return Sheet(
        "documents",
        "Documents",
        DOCUMENTS,
        rows,
        source="One document may answer several items; it has one number. Its SHA-256 is in the downloads, and on its page.",
        empty=empty,
    )


def log(found: Iterable[Produced]) -> Sheet:
    """The production log: what was given, when, to whom and how."""
    rows = tuple(
        Row(
            (
                one.label, one.document.filed.title, one.items, "yes" if one.is_redacted else "no", one.production.number, one.production.released_at,
                one.production.delivered_at, one.production.delivered_to, one.production.get_delivered_how_display(),
                "recalled" if one.document.state == "recalled" else "given" if one.production.delivered_at else "not handed over", one.sha256,
            ),
            {"number": one.document.get_absolute_url(), "production": one.production.get_absolute_url()},
            key=one.label, tone="attention" if one.document.state == "recalled" else "",
        )
        for one in found
    )  # fmt: skip
    empty = "Nothing was given yet. Once counsel has reviewed an item, draft a production; another person releases it."
    return Sheet(
        "production-log",
        "Production log",
        LOG,
        rows,
        source="Numbers run on through all productions of the firm. Each SHA-256 is in the downloads, and on the page of its production.",
        empty=empty,
    )


def withheld(found: Iterable[Document]) -> Sheet:
    """What is kept back or redacted, and why."""
    people = names()
    rows = tuple(
        Row(
            (
                row.filed.title, _items(row), "withheld" if row.state == "withheld" else "redacted", row.ground_title,
                row.log_line if row.state == "withheld" else row.redacts, people.get(row.reviewed_by, row.reviewed_by), row.reviewed_at,
            ),
            {"title": row.get_absolute_url()},
        )
        for row in found
    )  # fmt: skip
    said = "The authority gets number, item, ground and line, without the title; what answers no item is not in its log."
    return Sheet("withheld", "Withheld or redacted", WITHHELD, rows, source=said, empty="Counsel withheld and redacted nothing.")


def rooms(found: Iterable[Room]) -> Sheet:
    """Readers' rooms."""
    people = names()
    rows = tuple(
        Row(
            (
                f"room {row.pk}", f"production {row.production.number}" if row.production else "all that is produced", row.reader,
                "its last day is over" if row.is_over and row.state not in row.LIFECYCLE.ends else row.state_title, row.last_on,
                people.get(row.made_by, row.made_by), people.get(row.released_by, row.released_by),
            ),
            {"room": row.get_absolute_url()}, tone="attention" if row.state == "locked" else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "rooms", "Readers' rooms", ROOMS, rows, source="A room opens with its address and a passphrase, until its last day.", empty="No room was made."
    )


def visits(found: Iterable[Any]) -> Sheet:
    """Who came into a room or tried to, and what they took."""
    rows = tuple(
        Row(
            (
                one.at, one.who, "came in" if one.is_let_in else "wrong passphrase", one.address or "not kept",
                ", ".join(download.what for download in reversed(one.downloads.all())) if one.is_let_in else None,
            ),
            tone="" if one.is_let_in else "attention",
        )
        for one in found
    )  # fmt: skip
    return Sheet("visits", "Who came in, and what they took", VISITS, rows, source="Names are what readers said of themselves.", empty="Nobody came in yet.")


def downloads(found: Iterable[Download]) -> Sheet:
    """What was taken from rooms."""
    rows = tuple(Row((one.at, one.what, one.visit.who, f"room {one.visit.room_id}", one.sha256), {"room": one.visit.room.get_absolute_url()}) for one in found)
    return Sheet("downloads", "Taken from readers' rooms", DOWNLOADS, rows, source="Each download of a reader.", empty="Nothing was taken from a room yet.")


def _is_stale(row: Document, later: set[int]) -> bool:
    return row.pk in later and row.state in ("waiting", *GIVEN)


def _items(row: Document) -> str:
    return ", ".join(placement.item.number for placement in row.placements.all())


def _label(row: Document) -> str:
    return next((one.label for one in row.given_in.all() if one.label), "")
