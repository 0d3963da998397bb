"""What was measured against each clause, possible breaches, credits, and reports of duties; agreements and rights to data stand in files of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from oversight import clock
from oversight.agreements.lifecycle import BREACH, CREDIT, OPEN, REPORT
from oversight.agreements.obtained import Delivery, Entitlement, Reminder
from oversight.agreements.promises import Agreement, Clause
from oversight.agreements.windows import Window
from oversight.evidence.queries import of_subject
from oversight.findings.models import Run
from oversight.measured.reading import MET, MISSED
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF
from oversight.roles import VENDOR as OUTSIDE

__all__ = ("Agreement", "Breach", "Clause", "Credit", "Delivery", "DutyReport", "Entitlement", "Measurement", "Reminder")
NOT_MEASURABLE = "not_measurable"
OUTCOMES = {MET: "met", MISSED: "missed", NOT_MEASURABLE: "not measurable"}
SCALE = Decimal("1E-15")
"""Digits of a stored figure: ten significant ones and more, of nanoseconds as of dollars a share."""


class OfWindow(models.Model):
    """What speaks of one clause over one window."""

    first_on = models.DateField("from")
    last_on = models.DateField("to")

    class Meta:
        abstract = True

    @property
    def span(self) -> Window:
        return Window(self.first_on, self.last_on)


class DutyReport(OfWindow, Moving):
    """What a person says of one period of a clause that the measured data cannot answer; its evidence is filed beside it."""

    RECORD = "duty_report"
    PRIVATE = ("what",)
    LIFECYCLE = REPORT

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="reports")
    value = models.DecimalField(max_digits=33, decimal_places=15, null=True, blank=True, help_text="in the figure's stored unit; empty where nothing happened")
    n = models.PositiveIntegerField("how many it rests on")
    what = models.TextField("what happened", max_length=4000)
    reported_by = models.CharField(max_length=64)
    reported_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-last_on", "-pk"]
        constraints: ClassVar = [
            state_constraint(REPORT, "agreements_dutyreport_state"),
            models.UniqueConstraint(fields=["clause", "first_on", "last_on"], condition=Q(state="reported"), name="agreements_dutyreport_one_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.clause}, {self.span.words}"

    def get_absolute_url(self) -> str:
        """The page of the report."""
        return reverse("agreements:report", args=[self.pk])

    @property
    def is_proved(self) -> bool:
        return of_subject(*self.subject).exists()


class Measurement(OfWindow, Recorded):
    """What one clause came to in one window, by one run or by a person's report: never changed. One that restates another points at it."""

    RECORD = "measurement"
    SEEN_BY = STAFF

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="measurements")
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+", help_text="the run that brought it; none where no run did")
    report = models.ForeignKey(DutyReport, models.PROTECT, null=True, related_name="measurements")
    runs = models.JSONField(default=list, help_text="ids of the runs that the value rests on")
    value = models.DecimalField(max_digits=33, decimal_places=15, null=True)
    n = models.PositiveBigIntegerField()
    se = models.DecimalField("standard error", max_digits=33, decimal_places=15, null=True)
    days_measured = models.PositiveIntegerField()
    days_expected = models.PositiveIntegerField()
    outcome = models.CharField(max_length=16, choices=list(OUTCOMES.items()))
    why = models.TextField(blank=True, default="")
    is_to_date = models.BooleanField(default=False)
    credit_usd = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    arithmetic = models.TextField(blank=True, default="")
    restates = models.ForeignKey("self", models.PROTECT, null=True, related_name="restated_by")
    difference = models.TextField(blank=True, default="")
    measured_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-last_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["clause", "last_on"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clause", "first_on", "last_on", "run"], condition=Q(run__isnull=False), name="agreements_measurement_once"),
            models.UniqueConstraint(fields=["report"], name="agreements_measurement_of_report"),
            models.CheckConstraint(condition=Q(outcome__in=list(OUTCOMES)), name="agreements_measurement_outcome"),
            models.CheckConstraint(condition=~Q(value=None) | Q(outcome=NOT_MEASURABLE), name="agreements_measurement_never_met_by_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.clause}, {self.span.words}: {self.outcome_title}"

    def get_absolute_url(self) -> str:
        """Its line on the page of its clause."""
        return f"{self.clause.get_absolute_url()}#row-{self.pk}"

    @property
    def outcome_title(self) -> str:
        return OUTCOMES[self.outcome]

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return self.clause.measure.shown(self.value)


class Breach(Moving):
    """A complete window of one clause that missed its target by the data: possible until it is answered and judged."""

    RECORD = "possible_breach"
    PRIVATE = ("answer", "assessment", "firm_words")
    LIFECYCLE = BREACH

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="breaches")
    measurement = models.OneToOneField(Measurement, models.PROTECT, related_name="breach", help_text="the one that opened it")
    latest = models.ForeignKey(Measurement, models.PROTECT, related_name="+", help_text="what the window came to last")
    first_on = models.DateField()
    last_on = models.DateField()
    opened_at = models.DateTimeField()
    due_on = models.DateField("to be cured by")
    answer = models.TextField("your answer", blank=True, default="", max_length=4000, help_text="What happened, why, and what you do about it.")
    promised_on = models.DateField("cured by", null=True, blank=True, help_text="The day by which you say it is cured.")
    answered_by = models.CharField(max_length=64, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    assessment = models.TextField("why the explanation holds", blank=True, default="", max_length=4000, help_text="The vendor does not see this.")
    proposed_by = models.CharField(max_length=64, blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    firm_words = models.TextField("what the firm says to it", blank=True, default="", max_length=4000, help_text="The vendor reads this.")
    disputed_by = models.CharField(max_length=64, blank=True, default="")
    disputed_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=64, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    overdue_told_on = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"])]
        constraints: ClassVar = [
            state_constraint(BREACH, "agreements_breach_state"),
            models.UniqueConstraint(fields=["clause", "first_on", "last_on"], name="agreements_breach_once"),
        ]

    def __str__(self) -> str:
        return f"Possible breach: {self.clause}, {self.span.words}"

    def get_absolute_url(self) -> str:
        """The firm's page of it; the vendor has one of its own."""
        return reverse("agreements:breach", args=[self.pk])

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people, and the outside accounts of the vendor that it is about."""
        return super().is_visible_to(account) or (OUTSIDE in account.roles and bool(account.vendor) and account.vendor == self.clause.agreement.vendor.key)

    @property
    def span(self) -> Window:
        return Window(self.first_on, self.last_on)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and clock.today() > self.due_on

    @property
    def later_met(self) -> Measurement | None:
        """The first complete later window that met the target by its latest measurement."""
        later = Measurement.objects.filter(clause=self.clause, first_on__gt=self.first_on, last_on__gt=self.last_on, is_to_date=False, restated_by=None)
        return later.filter(outcome=MET).order_by("last_on", "-pk").first()

    @property
    def is_cure_shown(self) -> bool:
        return of_subject(*self.subject).exists() or self.later_met is not None


class Credit(Moving):
    """What the firm claims for one possible breach, what was agreed, and when it came."""

    RECORD = "credit"
    PRIVATE = ("reason",)
    LIFECYCLE = CREDIT

    breach = models.OneToOneField(Breach, models.PROTECT, related_name="credit")
    month = models.DateField(help_text="the first day of the month in which its window ended")
    computed_usd = models.DecimalField("by the agreement's arithmetic, USD", max_digits=14, decimal_places=2, null=True)
    claimed_usd = models.DecimalField("claimed, USD", max_digits=14, decimal_places=2)
    reason = models.TextField("why another amount is claimed", blank=True, default="", max_length=2000)
    agreed_usd = models.DecimalField("agreed, USD", max_digits=14, decimal_places=2, null=True)
    received_on = models.DateField("received on", null=True)
    claimed_by = models.CharField(max_length=64)
    claimed_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=64, blank=True, default="")
    agreed_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=64, blank=True, default="")
    received_at = models.DateTimeField(null=True)
    waived_by = models.CharField(max_length=64, blank=True, default="")
    waived_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-month", "pk"]
        constraints: ClassVar = [
            state_constraint(CREDIT, "agreements_credit_state"),
            models.CheckConstraint(condition=Q(claimed_usd__gt=0) & (Q(agreed_usd=None) | Q(agreed_usd__gt=0)), name="agreements_credit_positive"),
        ]

    def __str__(self) -> str:
        return f"Credit for {self.breach.clause}, {self.breach.span.words}"

    def get_absolute_url(self) -> str:
        """The page of its possible breach."""
        return self.breach.get_absolute_url()
