"""Every read of exam files worth a name."""

from __future__ import annotations

import json
import zipfile
from typing import Any

from django.db.models import QuerySet

from bestexec import verify_exam_file
from oversight import clock
from oversight.exams.models import ExamFile
from oversight.findings.models import RunDay
from oversight.vendors.quarters import Quarter, quarter_of


def exam_files() -> QuerySet[ExamFile]:
    """Every exam file that was made, the latest first."""
    return ExamFile.objects.order_by("-made_at", "-pk")


def quarters() -> list[Quarter]:
    """The quarters with a measured day, and the present one, the latest first."""
    days = RunDay.objects.values_list("on", flat=True).distinct()
    return sorted({quarter_of(clock.today()), *map(quarter_of, days)}, reverse=True)


def binder(row: ExamFile) -> list[dict[str, Any]]:
    """The binder's questions with their evidence, out of the file; none where the desk has not its bytes."""
    if not row.is_here:
        return []
    with zipfile.ZipFile(row.place) as opened:
        return list(json.loads(opened.read("binder.json"))["questions"])


def verdict(row: ExamFile) -> tuple[list[tuple[str, str]], list[str]]:
    """(what was altered and how, what was held together) of the file as it lies here, held against the root that the record has."""
    with row.place.open("rb") as file:
        found = verify_exam_file(file, row.root)
    return found.altered, found.notes
