"""Exam files and their binder as tables, for page and download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from oversight.exams.binder import NOTHING
from oversight.exams.models import ExamFile
from oversight.sheets import Column, Row, Sheet

EXAM_FILES = (
    Column("quarter", "Quarter", kind="label"), Column("root", "Root", kind="code"), Column("made_at", "Made", kind="instant"),
    Column("made_by", "By", kind="person"), Column("members", "Members", kind="count"), Column("bytes", "Bytes", kind="count"),
    Column("answered", "Questions with evidence", kind="count"), Column("questions", "Questions", kind="count"),
)  # fmt: skip
BINDER = (
    Column("chapter", "Chapter"), Column("asks", "Question", kind="words"), Column("evidence", "Evidence", kind="words"),
    Column("members", "Members", kind="count"), Column("rows", "Rows", kind="count"),
)  # fmt: skip
RECORD = "The record of the desk."


def exam_files(found: Iterable[ExamFile]) -> Sheet:
    """The files that were made."""
    rows = tuple(
        Row((row.quarter, row.root, row.made_at, row.made_by, row.members, row.size, row.answered, row.questions), links={"quarter": row.get_absolute_url()})
        for row in found
    )
    return Sheet("exam-files", "Exam files", EXAM_FILES, rows, source=RECORD, empty="No exam file was made yet.")


def binder(row: ExamFile, questions: Iterable[Mapping[str, Any]]) -> Sheet:
    """The questions of the binder with their evidence."""
    rows = tuple(_question(question) for question in questions)
    empty = "The desk has not the bytes of this file: it was written elsewhere."
    return Sheet(f"binder-{row.quarter}", f"Binder of {row.quarter}", BINDER, rows, source=f"The exam file of root {row.root[:12]}.", empty=empty)


def _question(question: Mapping[str, Any]) -> Row:
    evidence = question["evidence"]
    abouts = "; ".join(dict.fromkeys(each["about"] for each in evidence)) or NOTHING
    counted = [each["rows"] for each in evidence if each["rows"] is not None]
    return Row((question["chapter"], question["asks"], abouts, len(evidence), sum(counted) if counted else None))
