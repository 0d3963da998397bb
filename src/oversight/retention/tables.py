"""The schedule, holds, periods, disposals and restore tests as tables, for page and download."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from oversight.accounts.queries import names
from oversight.retention.classes import BY_KEY, SURE, spoken
from oversight.retention.models import Disposal, Hold, Period, Restore
from oversight.retention.schedule import Kept, Standing
from oversight.sheets import Column, Row, Sheet

SCHEDULE = (
    Column("class", "Class", kind="label"), Column("items", "Items", kind="count"), Column("bytes", "Bytes", kind="count"),
    Column("oldest_on", "Oldest", kind="day"), Column("period", "Kept", kind="label"), Column("cite", "Under", kind="label"),
    Column("sure", "How sure", kind="tag"),
    Column("next_on", "Next due", kind="day"),
    Column("due", "Due now", kind="count"), Column("held", "Held", kind="count"), Column("undated", "Undated", kind="count"),
    Column("counts", "Counts from", kind="words", is_for_files=True), Column("what", "What it is", kind="words", is_for_files=True),
    Column("where", "Where it lies", is_for_files=True), Column("easy", "First two years easily accessible", is_for_files=True),
    Column("note", "Note", kind="words", is_for_files=True), Column("stays", "Why it stays", kind="words", is_for_files=True),
)  # fmt: skip
HOLDS = (
    Column("title", "Hold", kind="words"), Column("state", "State", kind="tag"), Column("scope", "On", kind="words"),
    Column("items", "Holds now", kind="count"),
    Column("proposed_by", "Asked for by", kind="person"), Column("placed_by", "Placed by", kind="person"), Column("placed_at", "Placed", kind="instant"),
    Column("ended_by", "Ended by", kind="person"),
)  # fmt: skip
PERIODS = (
    Column("class", "Class"), Column("period", "Kept"), Column("from_on", "From", kind="day"), Column("shipped", "Shipped"), Column("cite", "Under"),
    Column("state", "State", kind="tag"), Column("reason", "Reading", kind="words"), Column("proposed_by", "By", kind="person"),
    Column("decided_by", "Decided by", kind="person"),
)  # fmt: skip
DISPOSALS = (
    Column("disposal", "Disposal", kind="label"), Column("state", "State", kind="tag"),
    Column("count", "Things", kind="count"), Column("bytes", "Bytes", kind="count"),
    Column("proposed_by", "Proposed by", kind="person"), Column("decided_by", "Approved by", kind="person"), Column("ended_at", "Ended", kind="instant"),
    Column("stayed", "Stayed", kind="count"),
)  # fmt: skip
LIST = (
    Column("kind", "What"), Column("id", "Id", kind="code"), Column("class", "Class"), Column("counts_from", "Counted from", kind="day"),
    Column("ended_on", "Ended", kind="day"), Column("period", "Kept"), Column("cite", "Under"), Column("files", "Files", kind="count"),
    Column("bytes", "Bytes", kind="count"), Column("became", "What became of it", kind="words"),
    Column("sha256", "SHA-256 of each file", kind="code", is_for_files=True),
)  # fmt: skip
RESTORES = (
    Column("restored_at", "Restored", kind="instant"), Column("backed_up_at", "Backup of", kind="instant"), Column("proved", "Proved", kind="tag"),
    Column("entries", "Record to entry", kind="number"), Column("files", "Files", kind="count"), Column("bytes", "Bytes", kind="count"),
    Column("seconds", "Seconds", kind="count"), Column("proof", "Proof"), Column("manifest", "Manifest", kind="code"),
)  # fmt: skip
RECORD = "The record of the desk."


def schedule(found: Iterable[Standing]) -> Sheet:
    """Each class: how much there is, how long it is kept, what is due and what is held."""
    rows = tuple(
        Row(
            (
                one.record_class.title, one.count, one.size, one.oldest_on, f"{spoken(one.months)}{', stated by the firm' if one.stated else ''}",
                one.record_class.cite, one.record_class.sure, one.next_on, one.due, one.held, one.undated, one.record_class.counts, one.record_class.what,
                one.record_class.where, "yes" if one.record_class.is_easy else "no", one.record_class.note, one.record_class.stays,
            ),
            links={"class": f"{reverse('retention:classes')}#class-{one.record_class.key}"}, tone="attention" if one.due else "",
        )
        for one in found
    )  # fmt: skip
    return Sheet(
        "retention", "The schedule", SCHEDULE, rows, source=f"Counted on the disk just now. “Doubtful”: {SURE['doubtful'][0].lower()}{SURE['doubtful'][1:]}"
    )


def holds(found: Iterable[Hold], kept: Iterable[Kept]) -> Sheet:
    """Legal holds with how many things each holds now."""
    people, counted = names(), [hold.pk for one in kept for hold in one.holds]
    rows = tuple(
        Row(
            (
                row.title, row.state_title, row.scope, counted.count(row.pk) if row.stops else None, people.get(row.proposed_by, row.proposed_by),
                people.get(row.placed_by, row.placed_by), row.placed_at, people.get(row.ended_by, row.ended_by),
            ),
            links={"title": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    return Sheet("holds", "Legal holds", HOLDS, rows, source=RECORD, empty="No hold was ever asked for.")


def periods(found: Iterable[Period]) -> Sheet:
    """Periods that the firm stated in place of the shipped ones."""
    people = names()
    rows = tuple(
        Row((
            row.class_of.title, spoken(row.months), row.from_on, spoken(row.class_of.months), row.class_of.cite, row.state_title, row.reason,
            people.get(row.proposed_by, row.proposed_by), people.get(row.decided_by, row.decided_by),
        ))
        for row in found
    )  # fmt: skip
    return Sheet("periods", "Periods that the firm stated", PERIODS, rows, source=RECORD, empty="The firm stated none; the shipped periods hold.")


def disposals(found: Iterable[Disposal]) -> Sheet:
    """Disposals, the latest first."""
    people = names()
    rows = tuple(
        Row(
            (
                str(row), row.state_title, row.count, row.size, people.get(row.proposed_by, row.proposed_by), people.get(row.decided_by, row.decided_by),
                row.ended_at, len(row.stayed) if row.state == "done" else None,
            ),
            links={"disposal": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.state == "proposed" else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet("disposals", "Disposals", DISPOSALS, rows, source=RECORD, empty="Nothing was ever proposed.")


def of_disposal(row: Disposal, held: Iterable[Kept]) -> Sheet:
    """The list of one disposal: what it is, since when its time is over, its hashes, and what became of it."""
    gone = {(one.root, one.kind, one.item): one for one in row.disposed.all()}
    stayed = {(kind, id_): why for kind, id_, why in row.stayed}
    stops = {one.item.key: one.holds for one in held if one.holds}

    def became(said: dict[str, str]) -> str:
        key = said["root"], said["kind"], said["id"]
        if key in gone:
            return f"disposed of, tombstone {gone[key].tombstone[:12]}"
        if (said["kind"], said["id"]) in stayed:
            return f"stayed: {stayed[said['kind'], said['id']]}"
        return f"held: {'; '.join(map(str, stops[key]))}" if key in stops else "lies there" if row.state != "done" else ""

    rows = tuple(
        Row((
            said["kind"], said["id"][:24], BY_KEY[said["class"]].title, said["counts_from"], said["ended_on"], said["period"], said["cite"],
            len(said["pieces"]), sum(piece["size"] for piece in said["pieces"]), became(said),
            " ".join(f"{piece['path']}:{piece['sha256']}" for piece in said["pieces"]),
        ))
        for said in row.items
    )  # fmt: skip
    return Sheet(f"disposal-{row.pk}", str(row), LIST, rows, source="The list as it was proposed; the downloads hold the SHA-256 of every file.")


def restores(found: Iterable[Restore]) -> Sheet:
    """Restores that were tried."""
    rows = tuple(
        Row(
            (
                row.restored_at, row.backed_up_at, "proved" if row.is_proved else "not proved", row.record_seq, row.files, row.size, row.seconds,
                row.proof.title, row.manifest,
            ),
            links={"proof": row.proof.get_absolute_url()},
        )
        for row in found
    )  # fmt: skip
    empty = "No backup was restored as a test yet: `oversight backup`, then `oversight restore --check --file`."
    return Sheet("restores", "Backups restored as a test", RESTORES, rows, source=RECORD, empty=empty)
