"""The printed procedures: from approved and dated versions alone, archival, the same bytes twice, filed by hash."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import queries as evidence
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.procedures import actions, printing
from oversight.procedures.models import Printing
from oversight.record.models import Entry

from .conftest import Desk, sealed_run

TODAY = date(2026, 10, 1)


def words_of(document: bytes, folder: Path) -> str:
    """What a reader of the document reads, in one line."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here to read the document with")
    (folder / "printed.pdf").write_bytes(document)
    read = subprocess.run(["pdftotext", "-layout", str(folder / "printed.pdf"), "-"], capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


def test_the_document_names_both_standards_and_the_day(desk: Desk) -> None:
    desk.approved()
    document = printing.document(printing.as_of(TODAY))
    said = {key: re.findall(rb"<" + key + rb">([^<]+)</" + key + rb">", document) for key in (b"pdfaid:part", b"pdfaid:conformance", b"pdfuaid:part")}
    assert said == {b"pdfaid:part": [b"2"], b"pdfaid:conformance": [b"B"], b"pdfuaid:part": [b"1"]}
    assert b"2026-10-01T00:00:00" in document


def test_the_document_says_what_was_approved_and_names_what_was_not(desk: Desk, tmp_path: Path) -> None:
    sealed_run(date(2026, 9, 30))
    first = desk.approved(text="## Who\nThe analyst counts the orders.\n\n- every morning\n\n1. first\n2. second", citations=["FINRA 3110", "FINRA 5310.09"])
    actions.draft(desk.writer, first.section, desk.values(text="Nobody approved these words."), "later")
    words = words_of(printing.document(printing.as_of(TODAY)), tmp_path)
    for expected in (
        "Example Securities LLC", "Written supervisory procedures", "Every order accounted for", "The analyst counts the orders.", "every morning",
        "FINRA 3110 (in force, looked at 2026-11-22)", "analyst (owner)", "supervisor (deputy)", "COM-101 Fills without a quote", "the minutes", "none yet",
        "Unapproved or adrift", "version 2 is a draft by writer; version 1 stays in force", "ROU-105 Burst of rejects",
    ):  # fmt: skip
        assert expected in words, expected
    assert "Nobody approved these words." not in words


def test_the_same_day_is_the_same_bytes_and_a_change_is_not(desk: Desk) -> None:
    first = desk.approved()
    once, twice = (printing.document(printing.as_of(TODAY)) for _ in range(2))
    assert once == twice
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        desk.next_of(first.section, text="Other words.")
        as_it_was = printing.as_of(TODAY)
        assert [one.version for one in as_it_was.sections] == [first]
        assert as_it_was.identity == printing.as_of(TODAY).identity
        assert printing.as_of(date(2026, 10, 2)).identity != as_it_was.identity


def test_nothing_in_force_is_said_and_not_left_blank(db: None, tmp_path: Path) -> None:
    words = words_of(printing.document(printing.as_of(TODAY)), tmp_path)
    assert "Nothing was in force. No section had been approved and taken effect by that day." in words
    assert "EXE-101" in words, "no section claims any check"


def test_words_that_look_like_markup_are_printed_as_they_stand(desk: Desk, tmp_path: Path) -> None:
    desk.approved(text='#set page(width: 1pt) $x$ <b>bold</b> "quoted" \\n @cite *star*', title="A title with # and $")
    words = words_of(printing.document(printing.as_of(TODAY)), tmp_path)
    assert '#set page(width: 1pt) $x$ <b>bold</b> "quoted" \\n @cite *star*' in words


def test_a_printing_is_filed_once_under_its_hash(desk: Desk) -> None:
    desk.approved()
    row = actions.file_printing(desk.writer, TODAY)
    document = printing.document(printing.as_of(TODAY))
    assert row.sha256 == hashlib.sha256(document).hexdigest() == row.filed.sha256
    assert store.read(row.sha256) == document
    assert [link.filed for link in evidence.of_subject(*row.subject)] == [row.filed]
    assert (row.sections, row.on, row.filed.effective_on) == (1, TODAY, TODAY)
    with pytest.raises(Refusal, match="Just this printing of 2026-10-01 is filed already"):
        actions.file_printing(desk.writer, TODAY)
    assert Entry.objects.filter(verb="print").count() == 1


def test_a_printing_beside_no_section_renews_no_evidence(desk: Desk) -> None:
    desk.approved()
    before = [one.age for one in printing.as_of(TODAY).sections]
    actions.file_printing(desk.writer, TODAY)
    assert [one.age for one in printing.as_of(TODAY).sections] == before


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "administrator", "vendor"])
def test_who_files_no_evidence_files_no_printing(desk: Desk, actor: Callable[..., Actor], role: str) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.file_printing(actor(role, name="somebody"), TODAY)
    assert refusal.value.is_forbidden
    assert Printing.objects.count() == 0
