"""Duties with what each owes when, and who stands in, escalates or may pull a venue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from oversight import clock
from oversight.lifecycle import spaced
from oversight.obligations import proofs
from oversight.obligations.answered import Answer, SelfAnswer, SelfAssessment
from oversight.obligations.lifecycle import DOERS, DUTY, MATRIX, OCCURRENCE, OPEN, SEVERITIES
from oversight.obligations.recurrence import BEFORE, BUSINESS_DAYS, EVERY, FALLS, UNITS, Rule, business_days_between
from oversight.obligations.shipped import ACT, FILE, PROOFS
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import EVERY_ROLE, STAFF
from oversight.vendors.models import Vendor

__all__ = ("Absence", "Answer", "Duty", "Escalation", "Matrix", "Occurrence", "PullRight", "SelfAnswer", "SelfAssessment")
PROFILE, HAND, APP = "profile", "hand", "app"
ORIGINS = ((PROFILE, "the profile"), (HAND, "added by hand"), (APP, "another part of the desk"))
ROLE_CHOICES = [(role, spaced(role)) for role in DOERS]
PULLED = (("venue", "a venue"), ("vendor", "a vendor"), ("symbol", "a symbol"), ("everything", "all routing"))


class Duty(Moving):
    """Something that the firm owes again and again, or when it is raised: how often, who does it, how, and what proves it."""

    RECORD = "duty"
    PRIVATE = ("runbook", "wanted")
    LIFECYCLE = DUTY

    key = models.CharField(max_length=60)
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="duties")
    title = models.CharField(max_length=200)
    cites = models.JSONField("citations", default=list)
    severity = models.CharField(max_length=8, choices=SEVERITIES, default="medium")
    every = models.CharField("how often", max_length=12, choices=EVERY)
    after = models.PositiveSmallIntegerField("due so many", default=0)
    unit = models.CharField("of these after the period's end", max_length=14, choices=UNITS, default=BUSINESS_DAYS)
    falls = models.CharField("where the market is closed that day", max_length=8, choices=FALLS, default=BEFORE)
    year_ends = models.PositiveSmallIntegerField("last month of its year", default=12)
    owner_role = models.CharField("role of the owner", max_length=20, choices=ROLE_CHOICES)
    deputy_role = models.CharField("role of the deputy", max_length=20, choices=ROLE_CHOICES)
    owner = models.CharField(max_length=64, blank=True, default="")
    deputy = models.CharField(max_length=64, blank=True, default="")
    runbook = models.TextField("how it is done", blank=True, default="", max_length=4000)
    wanted = models.CharField("what proves it", max_length=300, blank=True, default="")
    proof = models.CharField("kind of proof", max_length=8, choices=PROOFS, default=FILE)
    act = models.CharField("act in the record", max_length=40, blank=True, default="", choices=proofs.CHOICES)
    second = models.BooleanField("a second person confirms it", default=False)
    origin = models.CharField(max_length=8, choices=ORIGINS, default=HAND)
    owed_from = models.DateField("owed from")
    added_by = models.CharField(max_length=64)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        verbose_name_plural = "duties"
        constraints: ClassVar = [
            state_constraint(DUTY, "obligations_duty_state"),
            models.UniqueConstraint(fields=["key"], condition=Q(vendor=None), name="obligations_duty_once"),
            models.UniqueConstraint(fields=["key", "vendor"], name="obligations_duty_once_a_vendor"),
            models.CheckConstraint(condition=Q(owner="") | ~Q(owner=models.F("deputy")), name="obligations_duty_two_people"),
            models.CheckConstraint(condition=Q(year_ends__range=(1, 12)), name="obligations_duty_year"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.vendor}" if self.vendor_id else self.title

    def get_absolute_url(self) -> str:
        """The page of the duty."""
        return reverse("obligations:duty", args=[self.pk])

    @property
    def rule(self) -> Rule:
        return Rule(self.every, self.after, self.unit, self.falls, self.year_ends)

    @property
    def is_from_profile(self) -> bool:
        return self.origin == PROFILE

    @property
    def is_by_hand(self) -> bool:
        return self.origin != PROFILE

    @property
    def is_act(self) -> bool:
        return self.proof == ACT


class Occurrence(Moving):
    """What a duty owes for one period: by which day, what was done, by whom, and who confirmed it."""

    RECORD = "duty_occurrence"
    PRIVATE = ("note", "late_reason")
    LIFECYCLE = OCCURRENCE

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="occurrences")
    period = models.CharField(max_length=20)
    begins_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField()
    raised_by = models.CharField(max_length=64)
    raised_at = models.DateTimeField()
    note = models.TextField("what was done, and what it showed", blank=True, default="", max_length=4000)
    late_reason = models.TextField("why it is late", blank=True, default="", max_length=2000)
    acted_at = models.DateTimeField(null=True, blank=True, help_text="when the act in the record was made that proves it")
    done_by = models.CharField(max_length=64, blank=True, default="")
    done_at = models.DateTimeField(null=True)
    missed_by = models.CharField(max_length=64, blank=True, default="")
    missed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField(null=True)
    waived_by = models.CharField(max_length=64, blank=True, default="")
    waived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"]), models.Index(fields=["due_on"])]
        constraints: ClassVar = [
            state_constraint(OCCURRENCE, "obligations_occurrence_state"),
            models.UniqueConstraint(fields=["duty", "period"], condition=~Q(state="withdrawn"), name="obligations_occurrence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.duty}, {self.period}"

    def get_absolute_url(self) -> str:
        """The page of it."""
        return reverse("obligations:occurrence", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        """Somebody must still do something about it, and its day has passed."""
        return self.is_open and self.due_on < clock.today()

    @property
    def is_due_soon(self) -> bool:
        """Open, and due within seven days."""
        return self.is_open and clock.today() <= self.due_on <= clock.today() + timedelta(days=7)

    @property
    def is_running(self) -> bool:
        """Its period is over and its day has not passed: the clock runs."""
        return self.is_open and self.ends_on < clock.today() <= self.due_on

    @property
    def done_on(self) -> date | None:
        """The market's date on which it was done; of an act in the record, when that was made."""
        at = self.acted_at or self.done_at
        return at.astimezone(clock.MARKET_ZONE).date() if at and self.state in ("awaiting", "done") else None

    @property
    def is_late(self) -> bool:
        """It is past its day, or was done or waived after it."""
        return self.is_overdue or self.missed_at is not None or (self.done_on is not None and self.done_on > self.due_on)

    @property
    def days_late(self) -> int:
        """Business days since its day, where it is open and overdue."""
        return business_days_between(self.due_on, clock.today()) if self.is_overdue else 0

    @property
    def needs_nobody_else(self) -> bool:
        return not self.duty.second

    @property
    def is_proved(self) -> bool:
        """Whether what the duty wants as proof is there today."""
        if self.duty.proof == FILE:
            return proofs.is_filed(self, clock.today())
        return not self.duty.is_act or proofs.acted_at(self) is not None


class Matrix(Moving):
    """One version of who is told of what is missed, and after how many business days. `steps` are [{severity, after, role}]."""

    RECORD = "escalation_matrix"
    PRIVATE = ("reason",)
    LIFECYCLE = MATRIX

    steps = models.JSONField()
    reason = models.TextField("why it changes", max_length=2000)
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    settled_by = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    replaced_by = models.CharField(max_length=64, blank=True, default="")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            state_constraint(MATRIX, "obligations_matrix_state"),
            models.UniqueConstraint(fields=["state"], condition=Q(state="in_force"), name="obligations_matrix_one_in_force"),
        ]

    def __str__(self) -> str:
        return f"escalation matrix {self.pk}"

    def get_absolute_url(self) -> str:
        """The page of the matrix."""
        return reverse("obligations:escalation")


class Escalation(Recorded):
    """That a role was told of something missed: once a step, for good."""

    RECORD = "duty_escalation"
    SEEN_BY = STAFF

    occurrence = models.ForeignKey(Occurrence, models.PROTECT, related_name="escalations")
    role = models.CharField(max_length=20)
    after = models.PositiveSmallIntegerField(help_text="business days late at which the step is due")
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["after", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["occurrence", "role", "after"], name="obligations_escalation_once")]

    def __str__(self) -> str:
        return f"{self.role} told of {self.occurrence_id}"


class Absence(Recorded):
    """From when until when a person is out: their deputy is asked instead."""

    RECORD = "absence"
    SEEN_BY = STAFF

    person = models.CharField(max_length=64)
    from_on = models.DateField("first day out")
    until_on = models.DateField("last day out")
    noted_by = models.CharField(max_length=64)
    noted_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["from_on", "pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="obligations_absence_ends_after")]

    def __str__(self) -> str:
        return f"out from {self.from_on} to {self.until_on}"


class PullRight(Recorded):
    """That a role may pull a venue, a vendor or all routing at once, and how it is done."""

    RECORD = "pull_right"
    SEEN_BY = STAFF
    PRIVATE = ("how",)

    role = models.CharField(max_length=20, choices=[(role, spaced(role)) for role in STAFF])
    what = models.CharField("may pull", max_length=12, choices=PULLED)
    how = models.TextField("how, and whom to tell afterwards", max_length=1000)
    given_by = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["what", "role", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=EVERY_ROLE), name="obligations_pullright_role"),
            models.UniqueConstraint(fields=["role", "what"], condition=Q(ended_at=None), name="obligations_pullright_once"),
        ]

    def __str__(self) -> str:
        return f"{spaced(self.role)} may pull {self.get_what_display()}"
