"""The tables of the profile and of self-assessments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from oversight import clock
from oversight.obligations import proofs
from oversight.obligations.bank import ANSWERS, ASSESSMENT, ASSESSMENT_BY_KEY, NOT_APPLICABLE, PROFILE_BY_KEY, Asked, Question
from oversight.obligations.lifecycle import ANSWER, SELF_ASSESSMENT
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF


class Answer(Moving):
    """One answer of the profile. A change is another answer; what stood before is replaced and stays."""

    RECORD = "profile_answer"
    PRIVATE = ("words",)
    LIFECYCLE = ANSWER

    question = models.CharField(max_length=40)
    choice = models.CharField(max_length=20)
    figure = models.PositiveBigIntegerField(null=True, blank=True)
    words = models.TextField("why, and how you know", blank=True, default="", max_length=4000)
    is_releasing = models.BooleanField(default=False, help_text="it would release the firm from something")
    reconfirm_on = models.DateField(null=True, blank=True)
    answered_by = models.CharField(max_length=64)
    answered_at = models.DateTimeField()
    settled_by = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    replaced_by = models.CharField(max_length=64, blank=True, default="")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["question", "pk"]
        constraints: ClassVar = [
            state_constraint(ANSWER, "obligations_answer_state"),
            models.UniqueConstraint(fields=["question"], condition=Q(state="in_force"), name="obligations_answer_one_in_force"),
            models.UniqueConstraint(fields=["question"], condition=Q(state="proposed"), name="obligations_answer_one_proposed"),
        ]

    def __str__(self) -> str:
        return f"{self.asked.text if self.asked else self.question}: {self.choice_title}"

    def get_absolute_url(self) -> str:
        """The page of its question."""
        return reverse("obligations:question", args=[self.question])

    @property
    def asked(self) -> Question | None:
        """The question, unless the desk does not ask it any more."""
        return PROFILE_BY_KEY.get(self.question)

    @property
    def choice_title(self) -> str:
        return self.asked.titles.get(self.choice, self.choice) if self.asked else self.choice

    @property
    def number(self) -> str:
        """The figure in words, with what it counts; nothing where none was given."""
        return f"{self.figure:,} {self.asked.figure if self.asked else ''}".strip() if self.figure is not None else ""

    @property
    def releases_nothing(self) -> bool:
        return not self.is_releasing

    @property
    def is_reconfirmed(self) -> bool:
        """Whether somebody must confirm it again each year."""
        return self.choice == NOT_APPLICABLE

    @property
    def is_evidenced(self) -> bool:
        return bool(self.words.strip()) or proofs.is_filed(self, clock.today())

    @property
    def is_stale(self) -> bool:
        """Its yearly confirmation is overdue."""
        return self.state == "in_force" and self.reconfirm_on is not None and self.reconfirm_on < clock.today()


class SelfAssessment(Moving):
    """One pass through the chain of oversight, question by question."""

    RECORD = "self_assessment"
    PRIVATE = ("statement",)
    LIFECYCLE = SELF_ASSESSMENT

    begun_by = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    statement = models.TextField("what you sign", blank=True, default="", max_length=2000)
    finished_by = models.CharField(max_length=64, blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    planned_by = models.CharField(max_length=64, blank=True, default="", help_text="who put its gaps on the calendar")
    planned_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-begun_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(SELF_ASSESSMENT, "obligations_selfassessment_state"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="going"), name="obligations_selfassessment_one_going"),
        ]

    def __str__(self) -> str:
        return f"self-assessment of {self.begun_at.astimezone(clock.MARKET_ZONE):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Its page: how far it is, and its gaps."""
        return reverse("obligations:assessment", args=[self.pk])

    @property
    def is_complete(self) -> bool:
        answered = set(self.answers.values_list("question", flat=True))
        return all(asked.key in answered for asked in ASSESSMENT)


class SelfAnswer(Recorded):
    """The answer to one question of a self-assessment."""

    RECORD = "self_answer"
    SEEN_BY = STAFF
    PRIVATE = ("words",)

    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=40)
    answer = models.CharField(max_length=16, choices=ANSWERS)
    words = models.TextField(blank=True, default="", max_length=4000)
    answered_by = models.CharField(max_length=64)
    answered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "question"], name="obligations_selfanswer_once"),
            models.CheckConstraint(condition=Q(answer__in=[key for key, _ in ANSWERS]), name="obligations_selfanswer_answer"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.get_answer_display()}"

    @property
    def asked(self) -> Asked | None:
        return ASSESSMENT_BY_KEY.get(self.question)
