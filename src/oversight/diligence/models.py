"""Assessments of vendors, the form of questions each was asked, and the answers with every version given."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.diligence.asking import thawed
from oversight.diligence.bank.question import Question
from oversight.diligence.choices import Candidate, Selection
from oversight.diligence.judgements import AnswerTest, Challenge, Condition, Remark, Score
from oversight.diligence.lifecycle import ANSWER, ASSESSMENT, IN_PROGRESS, WITH_FIRM
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF, VENDOR
from oversight.vendors.models import Vendor

__all__ = [
    "Answer", "AnswerTest", "Assessment", "Candidate", "Challenge", "Condition", "Given", "QuestionForm", "Remark", "Reminder", "Score", "Selection",
]  # fmt: skip


class QuestionForm(Recorded):
    """The questions as they were asked, word for word: kept once under their hash, and never changed."""

    RECORD = "question_form"
    SEEN_BY = STAFF

    sha256 = models.CharField(max_length=64, unique=True)
    areas = models.JSONField(help_text="each area's title by its key")
    questions = models.JSONField()
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"form {self.sha256[:12]}"

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The questions, in order."""
        return thawed(self.questions)

    @cached_property
    def by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.asked}


class Assessment(Moving):
    """One due diligence on one vendor for a period. Outside accounts see its questionnaire through `outside`, never this row."""

    RECORD = "assessment"
    PRIVATE = ("purpose", "recommendation")
    LIFECYCLE = ASSESSMENT

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="assessments")
    former = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later")
    form = models.ForeignKey(QuestionForm, models.PROTECT, related_name="assessments")
    is_by_firm = models.BooleanField("answered by the firm itself", default=False)
    purpose = models.TextField("why it is made", blank=True, default="", max_length=2000)
    first_on = models.DateField("first day of the period")
    last_on = models.DateField("last day of the period")
    due_on = models.DateField("answers are due", null=True, blank=True)
    recommendation = models.TextField(blank=True, default="", max_length=8000)
    valid_until = models.DateField("last day of the approval", null=True, blank=True)
    head = models.CharField("the record's last hash before the draw", max_length=64, blank=True, default="")
    seed = models.CharField("seed of the sample", max_length=64, blank=True, default="")
    population = models.PositiveIntegerField("answers that could be drawn", null=True)
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    sent_by = models.CharField(max_length=64, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    submitted_by = models.CharField(max_length=64, blank=True, default="")
    submitted_at = models.DateTimeField(null=True)
    scored_by = models.CharField(max_length=64, blank=True, default="")
    scored_at = models.DateTimeField(null=True)
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    declined_by = models.CharField(max_length=64, blank=True, default="")
    declined_at = models.DateTimeField(null=True)
    lapsed_by = models.CharField(max_length=64, blank=True, default="")
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-drafted_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"])]
        constraints: ClassVar = [
            state_constraint(ASSESSMENT, "diligence_assessment_state"),
            models.UniqueConstraint(fields=["vendor"], condition=models.Q(state__in=IN_PROGRESS), name="diligence_assessment_one_open"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="diligence_assessment_period"),
            models.CheckConstraint(condition=~models.Q(state="approved") | models.Q(valid_until__isnull=False), name="diligence_assessment_valid_until"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}, {self.first_on} to {self.last_on}"

    def get_absolute_url(self) -> str:
        """The page of the assessment, for the firm's people."""
        return reverse("diligence:assessment", args=[self.pk])

    @property
    def is_in_progress(self) -> bool:
        return self.state in IN_PROGRESS

    @property
    def is_outside(self) -> bool:
        """Whether the vendor's own accounts were ever asked."""
        return not self.is_by_firm and self.sent_at is not None

    @property
    def is_late(self) -> bool:
        """Whether answers are due and not in."""
        return self.state == "sent" and self.due_on is not None and self.due_on < clock.today()

    @property
    def has_run_out(self) -> bool:
        return self.state == "approved" and self.valid_until is not None and self.valid_until < clock.today()

    @property
    def can_be_answered(self) -> bool:
        """Whether somebody can answer now: anybody of the firm who reads answers, or an open outside account of the vendor."""
        return self.is_by_firm or outside_accounts(self.vendor.key).exists()

    @property
    def is_answered(self) -> bool:
        """Whether every question has a draft to submit, or was submitted already."""
        waiting = self.answers.exclude(state="given")
        return waiting.exists() and not waiting.filter(value="", words="", reason="").exists()

    @property
    def has_returned(self) -> bool:
        return self.answers.filter(state="returned").exists()

    @property
    def is_settled(self) -> bool:
        """Whether no question is returned and no challenge is open."""
        return not self.has_returned and not Challenge.objects.filter(answer__assessment=self).exclude(state="settled").exists()

    @property
    def is_scored(self) -> bool:
        """Whether the last version of each answer has a score."""
        return not Given.latest().filter(answer__assessment=self, score=None).exists()

    @property
    def is_clear(self) -> bool:
        """Whether nothing on the checklist stands in the way of the approval."""
        from oversight.diligence.checklist import blocks  # noqa: PLC0415 -- the checklist is read from these models

        return not blocks(self)


class Answer(Moving):
    """One question of one assessment: the draft of its answer, and whose turn it is. What was submitted stands in `Given`."""

    RECORD = "answer"
    PRIVATE = ("value", "words", "reason", "asked_for")
    LIFECYCLE = ANSWER

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers")
    question_id = models.CharField(max_length=40)
    place = models.PositiveIntegerField()
    area = models.CharField(max_length=40)
    weight = models.PositiveSmallIntegerField()
    is_gate = models.BooleanField(default=False)
    value = models.CharField("answer", max_length=200, blank=True, default="")
    words = models.TextField("in words", blank=True, default="", max_length=8000)
    reason = models.TextField("why there is no answer", blank=True, default="", max_length=2000)
    revision = models.PositiveIntegerField(default=0)
    drafted_by = models.CharField(max_length=64, blank=True, default="")
    drafted_at = models.DateTimeField(null=True)
    delegated_to = models.CharField(max_length=64, blank=True, default="")
    delegated_by = models.CharField(max_length=64, blank=True, default="")
    asked_for = models.TextField("what more is asked for", blank=True, default="", max_length=2000)

    class Meta:
        ordering: ClassVar = ["assessment_id", "place"]
        constraints: ClassVar = [
            state_constraint(ANSWER, "diligence_answer_state"),
            models.UniqueConstraint(fields=["assessment", "question_id"], name="diligence_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} of assessment {self.assessment_id}"

    def get_absolute_url(self) -> str:
        """Its page for the firm's people."""
        return reverse("diligence:answer", args=[self.pk])

    @property
    def question(self) -> Question:
        """The question as it was asked."""
        return self.assessment.form.by_id[self.question_id]

    @property
    def is_blank(self) -> bool:
        return not (self.value or self.words or self.reason)

    @property
    def is_with_firm(self) -> bool:
        """Whether answers are in and nothing is proposed yet."""
        return self.assessment.state in WITH_FIRM

    @property
    def is_open_to_change(self) -> bool:
        """Whether a draft can be saved now."""
        return self.assessment.state == "sent" and self.state != "given"

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people; once the questionnaire was sent, the outside accounts of its vendor."""
        of_vendor = VENDOR in account.roles and bool(account.vendor) and account.vendor == self.assessment.vendor.key
        return super().is_visible_to(account) or (of_vendor and self.assessment.is_outside)

    def takes_files_of(self, account: Any) -> bool:
        """An outside account files beside a question of its own that waits for its answer."""
        return VENDOR in account.roles and self.is_visible_to(account) and self.is_open_to_change


class Given(Recorded):
    """One version of an answer, as it was submitted. It never changes; a later submission makes the next."""

    RECORD = "given"
    PRIVATE = ("value", "words", "reason")
    SEEN_BY = STAFF

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    value = models.CharField(max_length=200, blank=True, default="")
    words = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    drafted_by = models.CharField(max_length=64)
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["answer_id", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["answer", "number"], name="diligence_given_once")]

    def __str__(self) -> str:
        return f"version {self.number} of answer {self.answer_id}"

    def is_visible_to(self, account: Any) -> bool:
        """Who sees the answer."""
        return self.answer.is_visible_to(account)

    @property
    def has_answer(self) -> bool:
        """Whether it answers, and does not merely say why not."""
        return bool(self.value or (self.words and not self.reason))

    @staticmethod
    def latest() -> models.QuerySet[Given]:
        """The last version of each answer."""
        later = Given.objects.filter(answer=models.OuterRef("answer"), number__gt=models.OuterRef("number"))
        return Given.objects.filter(~models.Exists(later))


class Reminder(Recorded):
    """That a reminder of a questionnaire went out: at which step before or after which due date, so that none goes out twice."""

    RECORD = "questionnaire_reminder"
    SEEN_BY = STAFF

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    step = models.SmallIntegerField(help_text="days from the due date; negative before it")
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["assessment", "due_on", "step"], name="diligence_reminder_once")]

    def __str__(self) -> str:
        return f"reminder {self.step:+d} d of assessment {self.assessment_id}"


def outside_accounts(vendor: str) -> models.QuerySet[Account]:
    """The open outside accounts of a vendor, by name."""
    return Account.objects.filter(vendor=vendor, is_active=True, held__role=VENDOR, held__ended_at=None).order_by("name", "pk")
