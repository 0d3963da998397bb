"""How an approval is extended once, and the reminders that it runs out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from oversight import clock
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.refreshes.lifecycle import EXTENSION
from oversight.roles import STAFF
from oversight.vendors.models import Vendor


class Extension(Moving):
    """More days for the approval that is counted from `base_on`: at most once, at most 30 days, signed by a senior manager."""

    RECORD = "approval_extension"
    PRIVATE = ("reason",)
    LIFECYCLE = EXTENSION

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="extensions")
    base_on = models.DateField("counted from")
    due_on = models.DateField("last day without it")
    until_on = models.DateField("last day with it")
    reason = models.TextField("why", max_length=4000)
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=64, blank=True, default="")
    refused_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            state_constraint(EXTENSION, "refreshes_extension_state"),
            models.CheckConstraint(condition=Q(until_on__gt=F("due_on")), name="refreshes_extension_longer"),
            models.UniqueConstraint(fields=["vendor", "base_on"], condition=Q(state__in=["proposed", "signed"]), name="refreshes_extension_once"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor.name} until {self.until_on}"

    def get_absolute_url(self) -> str:
        """Where the approval of its vendor stands."""
        return reverse("refreshes:approval", args=[self.vendor_id])

    @property
    def is_ahead(self) -> bool:
        return self.until_on >= clock.today()


class Reminder(Recorded):
    """That people were told, once, how many days an approval still holds."""

    RECORD = "refresh_reminder"
    SEEN_BY = STAFF

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="refresh_reminders")
    until_on = models.DateField("last day of the approval")
    days = models.PositiveSmallIntegerField("days before it")
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["vendor", "until_on", "days"], name="refreshes_reminder_once")]

    def __str__(self) -> str:
        return f"{self.days} days before {self.until_on}"
