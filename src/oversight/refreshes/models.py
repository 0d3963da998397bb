"""Refreshes, what was answered and gathered for them, and who acknowledged the paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.models import Filed
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.refreshes.changes import ANSWERS
from oversight.refreshes.extending import Extension, Reminder
from oversight.refreshes.lifecycle import ACKNOWLEDGEMENT, CONDITION, FRESH_DAYS, LEAVE, RECOMMENDATIONS, REFRESH, SENIOR_QUESTION, WITH_CONDITIONS
from oversight.roles import STAFF
from oversight.vendors.models import Vendor

__all__ = ["Acknowledgement", "ChangeAnswer", "Extension", "Gathering", "Refresh", "RefreshCondition", "Reminder", "SeniorQuestion"]
WRITING = ("opened", "gathered")


class Refresh(Moving):
    """The yearly refresh of one vendor. `first_on` is the day of the last completed diligence or refresh, `due_on` the last day of the year after it."""

    RECORD = "refresh"
    PRIVATE = ("stated_why", "assessment")
    LIFECYCLE = REFRESH

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="refreshes")
    year = models.PositiveSmallIntegerField(help_text="in which it is due")
    first_on = models.DateField("counted from")
    due_on = models.DateField("due")
    is_stated = models.BooleanField("counted from a day that was stated by hand", default=False)
    stated_why = models.TextField("what that day rests on", blank=True, default="", max_length=1000)
    opened_by = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    gathered_by = models.CharField(max_length=64, blank=True, default="")
    gathered_at = models.DateTimeField(null=True)
    assessment = models.TextField(blank=True, default="", max_length=12000)
    recommendation = models.CharField(max_length=24, blank=True, default="", choices=list(RECOMMENDATIONS.items()))
    written_by = models.CharField(max_length=64, blank=True, default="")
    written_at = models.DateTimeField(null=True)
    drafted_by = models.CharField(max_length=64, blank=True, default="")
    drafted_at = models.DateTimeField(null=True)
    presented_by = models.CharField(max_length=64, blank=True, default="")
    presented_at = models.DateTimeField(null=True)
    report = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+", help_text="the paper as it was presented")
    sha256 = models.CharField("SHA-256 of the paper", max_length=64, blank=True, default="")
    completed_by = models.CharField(max_length=64, blank=True, default="")
    completed_at = models.DateTimeField(null=True)
    signed_report = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+", help_text="the paper with questions, answers and acknowledgements")

    class Meta:
        ordering: ClassVar = ["-due_on", "-pk"]
        constraints: ClassVar = [
            state_constraint(REFRESH, "refreshes_refresh_state"),
            models.UniqueConstraint(fields=["vendor", "year"], condition=~models.Q(state="withdrawn"), name="refreshes_refresh_one_a_year"),
            models.CheckConstraint(condition=models.Q(due_on__gt=models.F("first_on")), name="refreshes_refresh_due_after"),
            models.CheckConstraint(condition=models.Q(recommendation__in=["", *RECOMMENDATIONS]), name="refreshes_refresh_recommendation"),
        ]

    def __str__(self) -> str:
        return f"Refresh of {self.vendor.name}, {self.year}"

    def get_absolute_url(self) -> str:
        """The page of this refresh."""
        return reverse("refreshes:refresh", args=[self.pk])

    @property
    def is_late(self) -> bool:
        return self.state not in REFRESH.ends and self.due_on < clock.today()

    @property
    def renews(self) -> bool:
        """Whether, once completed, the approval holds for another year: not where it says to leave."""
        return self.recommendation != LEAVE

    @property
    def completed_on(self) -> Any:
        """The market's day on which it was completed; None before."""
        return self.completed_at.astimezone(clock.MARKET_ZONE).date() if self.completed_at else None

    @property
    def is_answered(self) -> bool:
        return not self.changes.filter(changed="").exists()

    @property
    def is_written(self) -> bool:
        return bool(self.assessment.strip() and self.recommendation)

    @property
    def is_fresh(self) -> bool:
        return self.gathered_at is not None and clock.now() - self.gathered_at <= timedelta(days=FRESH_DAYS)

    @property
    def is_conditioned(self) -> bool:
        """Conditions where it says so, and none where it does not."""
        return self.conditions.filter(state="open").exists() == (self.recommendation == WITH_CONDITIONS)

    @property
    def has_named(self) -> bool:
        return self.acknowledgements.filter(state__in=("named", "acknowledged")).exists()

    @property
    def is_acknowledged(self) -> bool:
        return self.has_named and not self.acknowledgements.filter(state="named").exists()

    @property
    def is_settled(self) -> bool:
        return not self.questions.filter(state="asked").exists()


class ChangeAnswer(Recorded):
    """One question on what changed, in the words in which it was asked, and what the vendor manager answered."""

    RECORD = "change_answer"
    PRIVATE = ("words",)
    SEEN_BY = STAFF

    refresh = models.ForeignKey(Refresh, models.PROTECT, related_name="changes")
    place = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    asks = models.TextField()
    changed = models.CharField(max_length=12, blank=True, default="", choices=list(ANSWERS.items()))
    words = models.TextField("in words", blank=True, default="", max_length=4000)
    answered_by = models.CharField(max_length=64, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["refresh", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["refresh", "key"], name="refreshes_change_once"),
            models.CheckConstraint(condition=models.Q(changed__in=["", *ANSWERS]), name="refreshes_change_answer"),
            models.CheckConstraint(condition=models.Q(changed="") | ~models.Q(words=""), name="refreshes_change_in_words"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it is answered."""
        return f"{reverse('refreshes:changes', args=[self.refresh_id])}#{self.key}"


class Gathering(Recorded):
    """What the desk knew of the year when it was asked: kept as it was, never changed. A later gathering is another row."""

    RECORD = "gathering"
    PRIVATE = ("material",)
    SEEN_BY = STAFF

    refresh = models.ForeignKey(Refresh, models.PROTECT, related_name="gatherings")
    first_on = models.DateField()
    last_on = models.DateField()
    material = models.JSONField()
    runs = models.JSONField(default=list)
    gathered_by = models.CharField(max_length=64)
    gathered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.first_on} to {self.last_on}"


class Acknowledgement(Moving):
    """One named senior manager, and that they acknowledged the paper of that hash, in words of their own."""

    RECORD = "acknowledgement"
    PRIVATE = ("words",)
    LIFECYCLE = ACKNOWLEDGEMENT

    refresh = models.ForeignKey(Refresh, models.PROTECT, related_name="acknowledgements")
    person = models.CharField(max_length=64, help_text="the key of the senior manager's account")
    sha256 = models.CharField("SHA-256 of the paper put before them", max_length=64, blank=True, default="")
    words = models.TextField("what you acknowledge, in your own words", blank=True, default="", max_length=4000)
    named_by = models.CharField(max_length=64)
    named_at = models.DateTimeField()
    acknowledged_by = models.CharField(max_length=64, blank=True, default="")
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            state_constraint(ACKNOWLEDGEMENT, "refreshes_acknowledgement_state"),
            models.UniqueConstraint(
                fields=["refresh", "person"], condition=models.Q(state__in=["named", "acknowledged"]), name="refreshes_acknowledgement_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="acknowledged") | (~models.Q(sha256="") & ~models.Q(words="")), name="refreshes_acknowledgement_of_a_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"Acknowledgement of {self.refresh}"

    def get_absolute_url(self) -> str:
        """The refresh."""
        return self.refresh.get_absolute_url()

    @property
    def is_put(self) -> bool:
        """Whether a paper is before this person."""
        return bool(self.sha256) and self.refresh.state == "presented"

    @property
    def is_not_last(self) -> bool:
        return any(one.pk != self.pk and one.state in ("named", "acknowledged") for one in self.refresh.acknowledgements.all())


class SeniorQuestion(Moving):
    """One question of a named senior manager on the paper, and its answer."""

    RECORD = "senior_question"
    PRIVATE = ("text", "answer")
    LIFECYCLE = SENIOR_QUESTION

    refresh = models.ForeignKey(Refresh, models.PROTECT, related_name="questions")
    text = models.TextField("question", max_length=4000)
    asked_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="", max_length=8000)
    answered_by = models.CharField(max_length=64, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [state_constraint(SENIOR_QUESTION, "refreshes_question_state")]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        """The question on the page of its refresh."""
        return f"{self.refresh.get_absolute_url()}#question-{self.pk}"

    @property
    def is_presented(self) -> bool:
        return self.refresh.state == "presented"


class RefreshCondition(Moving):
    """One condition on which the vendor is retained, with its day."""

    RECORD = "refresh_condition"
    PRIVATE = ("what",)
    LIFECYCLE = CONDITION

    refresh = models.ForeignKey(Refresh, models.PROTECT, related_name="conditions")
    what = models.TextField("what must be done", max_length=2000)
    due_on = models.DateField("by")
    set_by = models.CharField(max_length=64)
    set_at = models.DateTimeField()
    closed_by = models.CharField(max_length=64, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [state_constraint(CONDITION, "refreshes_condition_state")]

    def __str__(self) -> str:
        return self.what[:80]

    def get_absolute_url(self) -> str:
        """The condition on the page of its refresh."""
        return f"{self.refresh.get_absolute_url()}#condition-{self.pk}"

    @property
    def is_being_written(self) -> bool:
        return self.refresh.state in WRITING

    @property
    def is_late(self) -> bool:
        return self.state == "open" and self.due_on < clock.today()
