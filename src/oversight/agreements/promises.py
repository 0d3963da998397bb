"""Agreements with vendors, and the clauses in them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from bestexec import Unit
from oversight.agreements import formulas, measures, windows
from oversight.agreements.lifecycle import AGREEMENT, CLAUSE
from oversight.evidence.queries import of_subject
from oversight.measured.reading import AT_LEAST, AT_MOST
from oversight.record.models import Moving, state_constraint
from oversight.vendors.models import Vendor

SIDES = ((AT_MOST, "at most"), (AT_LEAST, "at least"))


class Agreement(Moving):
    """One agreement with a vendor, or an amendment: that is an agreement of its own, which names the one it amends."""

    RECORD = "agreement"
    PRIVATE = ("terms",)
    LIFECYCLE = AGREEMENT

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=160)
    signed_on = models.DateField("signed on")
    effective_from = models.DateField("in force from")
    effective_until = models.DateField("in force until", null=True, blank=True, help_text="Empty: until it is given notice.")
    notice_days = models.PositiveIntegerField("notice period, days")
    monthly_fee_usd = models.DecimalField("monthly fee, USD", max_digits=14, decimal_places=2, null=True, blank=True)
    terms = models.TextField("what else it says", blank=True, default="", max_length=4000)
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="amendments")
    ended_on = models.DateField("last day", null=True, blank=True)
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    put_in_force_by = models.CharField(max_length=64, blank=True, default="")
    put_in_force_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["vendor", "-effective_from", "-pk"]
        constraints: ClassVar = [
            state_constraint(AGREEMENT, "agreements_agreement_state"),
            models.CheckConstraint(condition=Q(effective_until=None) | Q(effective_until__gte=F("effective_from")), name="agreements_agreement_days"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the agreement."""
        return reverse("agreements:agreement", args=[self.pk])

    @property
    def has_document(self) -> bool:
        """Whether the signed document is filed beside it."""
        return of_subject(*self.subject).exists()

    @property
    def can_supersede(self) -> bool:
        return self.amends is None or self.amends.state == "in_force"

    @property
    def last_on(self) -> date | None:
        """The last day on which it holds, as far as is known."""
        return min((day for day in (self.effective_until, self.ended_on) if day), default=None)

    @property
    def notice_by(self) -> date | None:
        """The last day on which notice can be given before it runs out; None where it runs until notice."""
        return self.effective_until - timedelta(days=self.notice_days) if self.effective_until else None


class Clause(Moving):
    """One promise as arithmetic: a figure, its bound, over which window, from how many rows, how long to cure, what credit."""

    RECORD = "clause"
    PRIVATE = ("words",)
    LIFECYCLE = CLAUSE

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="clauses")
    number = models.CharField("clause", max_length=20, help_text="As the paper numbers it.")
    title = models.CharField(max_length=120)
    words = models.TextField("what the paper says", max_length=4000)
    template = models.CharField(max_length=40, blank=True, default="")
    figure = models.JSONField()
    side = models.CharField(max_length=8, choices=SIDES)
    bound = models.DecimalField("target", max_digits=33, decimal_places=15, help_text="in the figure's stored unit")
    window = models.CharField(max_length=8, choices=list(windows.KINDS.items()))
    window_days = models.PositiveIntegerField("trading days of a rolling window", default=0)
    least_n = models.PositiveIntegerField("least n", default=1)
    cure_days = models.PositiveIntegerField("days to cure")
    credit = models.JSONField(default=dict)
    from_on = models.DateField("measured from")
    ended_on = models.DateField("last day", null=True, blank=True)
    carries = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_by")
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    activated_by = models.CharField(max_length=64, blank=True, default="")
    activated_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["agreement", "pk"]
        constraints: ClassVar = [
            state_constraint(CLAUSE, "agreements_clause_state"),
            models.CheckConstraint(condition=Q(side__in=[AT_MOST, AT_LEAST]), name="agreements_clause_side"),
            models.CheckConstraint(condition=Q(window__in=list(windows.KINDS)), name="agreements_clause_window"),
            models.CheckConstraint(condition=~Q(window=windows.ROLLING) | Q(window_days__gte=2), name="agreements_clause_roll"),
            models.CheckConstraint(condition=Q(least_n__gte=1), name="agreements_clause_least_n"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the clause: its windows."""
        return reverse("agreements:clause", args=[self.pk])

    @cached_property
    def measure(self) -> measures.Measure:
        return measures.loaded(self.figure)

    @property
    def formula(self) -> formulas.Formula:
        return formulas.loaded(self.credit)

    @property
    def unit(self) -> Unit:
        return self.measure.unit

    @property
    def target(self) -> str:
        """`at most 5.000 ms`."""
        return self.measure.target(self.side, self.bound)

    @property
    def window_words(self) -> str:
        return f"the last {self.window_days} trading days, rolling" if self.window == windows.ROLLING else windows.KINDS[self.window]

    @property
    def credit_words(self) -> str:
        return formulas.words(self.formula, self.unit)

    @property
    def is_agreement_in_force(self) -> bool:
        return self.agreement.state == "in_force"

    @property
    def last_on(self) -> date | None:
        """The last day on which it is measured, as far as is known."""
        return min((day for day in (self.ended_on, self.agreement.last_on) if day), default=None)
