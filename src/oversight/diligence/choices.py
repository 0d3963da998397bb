"""Selections: candidates compared on one form, and the memo that says who was chosen and why the others lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight.diligence.lifecycle import SELECTION
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF

CHOSEN, LOST = "chosen", "lost"
VERDICTS = ((CHOSEN, "chosen"), (LOST, "not chosen"))


class Selection(Moving):
    """One choice among candidates, and its memo."""

    RECORD = "selection"
    PRIVATE = ("need", "summary", "alternatives")
    LIFECYCLE = SELECTION

    title = models.CharField(max_length=120)
    need = models.TextField("what is needed, and for which flow", max_length=4000)
    form = models.ForeignKey("diligence.QuestionForm", models.PROTECT, related_name="selections")
    summary = models.TextField("whom to choose, and why", blank=True, default="", max_length=8000)
    alternatives = models.TextField("alternatives considered", blank=True, default="", max_length=8000)
    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [state_constraint(SELECTION, "diligence_selection_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The comparison."""
        return reverse("diligence:selection", args=[self.pk])

    @property
    def is_memo_whole(self) -> bool:
        """Whether nothing is missing from the memo."""
        return not self.missing

    @property
    def missing(self) -> list[str]:
        """What the memo still lacks, in words."""
        from oversight.diligence.memo import missing  # noqa: PLC0415 -- what is missing is read from these models

        return missing(self)


class Candidate(Recorded):
    """One candidate of a selection: its assessment on the common form, the verdict of the memo and the reason."""

    RECORD = "candidate"
    PRIVATE = ("reason",)
    SEEN_BY = STAFF

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="candidates")
    assessment = models.OneToOneField("diligence.Assessment", models.PROTECT, related_name="candidacy")
    verdict = models.CharField(max_length=8, blank=True, default="", choices=VERDICTS)
    reason = models.TextField("why", blank=True, default="", max_length=4000)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(verdict__in=["", CHOSEN, LOST]), name="diligence_candidate_verdict")]

    def __str__(self) -> str:
        return f"candidate {self.pk}"
