"""Heightened monitoring: narrower limits for one vendor, and runs that may not lie far apart."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.cases import narrowing
from oversight.cases.lifecycle import MONITORING, OPEN
from oversight.record.models import Moving, state_constraint
from oversight.vendors.columns import when, who, words


class Monitoring(Moving):
    """One set of narrower limits over one vendor's runs. `limits` are {name: exact number as text}; `to_on` is the first day that no longer holds."""

    RECORD = "heightened_monitoring"
    PRIVATE = ("reason",)
    LIFECYCLE = MONITORING

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="monitorings")
    limits = models.JSONField(default=dict)
    from_on = models.DateField("first day that holds")
    to_on = models.DateField("first day that no longer holds", null=True, blank=True)
    every_days = models.PositiveSmallIntegerField("trading days from one run to the next, at most", default=1)
    reason = words("why these limits", blank=False)
    proposed_by, proposed_at = who(), models.DateTimeField()
    decided_by, decided_at = who(), when()
    ended_by, ended_at = who(), when()
    silent_told_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            state_constraint(MONITORING, "cases_monitoring_state"),
            models.CheckConstraint(condition=models.Q(to_on=None) | models.Q(to_on__gt=models.F("from_on")), name="cases_monitoring_days"),
            models.CheckConstraint(condition=models.Q(every_days__range=(1, 63)), name="cases_monitoring_period"),
        ]

    def __str__(self) -> str:
        return f"heightened monitoring of {self.case.vendor.name}, from {self.from_on}"

    def get_absolute_url(self) -> str:
        """The page with its runs."""
        return reverse("cases:monitoring", args=[self.pk])

    @property
    def narrowed(self) -> dict[str, Decimal]:
        return {name: Decimal(text) for name, text in self.limits.items()}

    @property
    def is_of_open_case(self) -> bool:
        return self.case.state in OPEN

    @property
    def is_narrower(self) -> bool:
        """Whether each limit is no wider than the policy's on the first day to come on which it holds."""
        return not narrowing.why_not(self.narrowed, max(self.from_on, clock.today()))

    @property
    def is_over(self) -> bool:
        return self.to_on is not None and clock.today() >= self.to_on

    @property
    def may_end_early(self) -> bool:
        """Not while the case stands on this one alone."""
        return self.case.state != "monitored" or self.case.monitorings.filter(state="in_force").exclude(pk=self.pk).exists()

    def holds_on(self, on: date) -> bool:
        """Whether it is in force for that trading day."""
        return self.state == "in_force" and self.from_on <= on and (self.to_on is None or on < self.to_on)
