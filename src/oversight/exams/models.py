"""An exam file that was made: of which quarter, under which root."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from oversight.record.models import Recorded
from oversight.roles import AUDITOR, COMPLIANCE, SENIOR_MANAGER

MAKERS = (COMPLIANCE,)
READERS = (COMPLIANCE, SENIOR_MANAGER, AUDITOR)


class ExamFile(Recorded):
    """One exam file. Its bytes follow from the root; made again of the same things it is the same file, and no second row."""

    RECORD = "exam_file"
    SEEN_BY = READERS

    quarter = models.CharField(max_length=6)
    root = models.CharField("root", max_length=64, unique=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    members = models.PositiveIntegerField()
    record_last = models.PositiveBigIntegerField(help_text="the last entry of the record in it; 0 for none")
    questions = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(help_text="questions of the binder with evidence in the file")
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Exam file of {self.quarter}, {self.root[:12]}"

    def get_absolute_url(self) -> str:
        """The page of the exam file."""
        return reverse("exams:exam_file", args=[self.pk])

    @property
    def name(self) -> str:
        """What the file is called when it goes out."""
        return f"exam-{self.quarter}.zip"

    @property
    def place(self) -> Path:
        """Where the desk keeps its bytes, unless they were written elsewhere."""
        return folder() / f"{self.root}.zip"

    @property
    def is_here(self) -> bool:
        """Whether the desk has the bytes."""
        return self.place.is_file()


def folder() -> Path:
    """The folder that holds the desk's exam files."""
    return Path(settings.HOME) / "exams"
