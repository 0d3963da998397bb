"""The desk's rows and its record of a quarter, written as the members of an exam file; personal words stay outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Min

from bestexec import canonical_json
from oversight.evidence.models import Filed
from oversight.exams.kinds import KINDS, Kind, Span
from oversight.exams.models import ExamFile
from oversight.record.models import Entry, Recorded, plain
from oversight.record.sight import apart_kinds

BATCH = 2_000
EXACT = 2**53 - 1
"""The largest whole number that every reader of JSON reads exactly; a larger one is written as text."""
PERSONAL_FILES = (("harm", "credit_file_id"),)
"""Filings that say who a customer was: named by rows that are told, and left out themselves."""


@dataclass
class Told:
    """What was written: rows by kind, the things they are of, and the filings that they name."""

    rows: dict[str, int] = field(default_factory=dict)
    subjects: dict[str, set[str]] = field(default_factory=dict)
    filings: set[int] = field(default_factory=set)


def tell(span: Span, folder: Path) -> Told:
    """Write `decisions/<kind>.json` of every kind into the folder, one canonical row after the other."""
    told = Told()
    (folder / "decisions").mkdir()
    for kind in KINDS:
        with (folder / kind.member).open("w", encoding="utf-8") as file:
            for place, row in enumerate(_rows(kind, span)):
                file.write(("," if place else "[") + canonical_json(_plain(row)))
                told.rows[kind.name] = place + 1
                told.subjects.setdefault(row.RECORD, set()).add(str(row.pk))
                told.filings |= _named(row)
            file.write("]\n" if kind.name in told.rows else "[]\n")
    return told


def _rows(kind: Kind, span: Span) -> Iterator[Recorded]:
    yield from kind.model._default_manager.filter(kind.where(span)).order_by("pk").distinct().iterator(chunk_size=BATCH)


def _plain(row: Recorded) -> dict[str, Any]:
    """The row as the record has it, without free words and personal data."""
    return {name: _exact(value) for name, value in row.recorded().items() if name not in row.PRIVATE}


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _exact(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT:
        return str(value)
    return plain(value)


def _named(row: Recorded) -> set[int]:
    of_files = [each.attname for each in row._meta.concrete_fields if each.related_model is Filed]
    return {getattr(row, name) for name in of_files if (row.RECORD, name) not in PERSONAL_FILES} - {None}


@dataclass(frozen=True)
class Segment:
    """The entries of the record in the file, from `first` to `last`, whose hash is `head`; zeros for none."""

    first: int
    last: int
    head: str


def segment(span: Span, path: Path) -> Segment:
    """Write the record since the quarter began, an entry a line; what stands apart by its two hashes alone.

    It ends before the last entries that are about exam files themselves, so that making one twice gives the same one.
    """
    last = Entry.objects.exclude(subject_kind=ExamFile.RECORD).order_by("-seq").values_list("seq", "hash").first()
    first = Entry.objects.filter(at__gte=span.begins).aggregate(first=Min("seq"))["first"]
    if last is None or first is None or first > last[0]:
        return Segment(0, 0, "")
    apart, path_folder = set(apart_kinds()), path.parent
    path_folder.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for entry in Entry.objects.filter(seq__gte=first, seq__lte=last[0]).order_by("seq").iterator(chunk_size=BATCH):
            told = {"seq": entry.seq} if entry.subject_kind in apart else {"body": entry.body}
            file.write(canonical_json({"before_hash": entry.before_hash, "hash": entry.hash, **told}) + "\n")
    return Segment(first, *last)
