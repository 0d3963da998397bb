"""The right to obtain records from a vendor, and the monthly proof that it was exercised."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from oversight import clock
from oversight.agreements.lifecycle import ENTITLEMENT
from oversight.agreements.obtainable import BY_KEY, OBTAINABLE, Obtainable
from oversight.agreements.windows import MONTH, Window, period
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF
from oversight.vendors.models import Vendor


class Entitlement(Moving):
    """What one vendor must deliver each month, by which clause, in what format, within how many days."""

    RECORD = "entitlement"
    LIFECYCLE = ENTITLEMENT

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="entitlements")
    what = models.CharField("what may be obtained", max_length=20, choices=[(each.key, each.title) for each in OBTAINABLE])
    clause = models.CharField("clause of the agreement", max_length=80)
    format = models.CharField(max_length=120)
    clock_days = models.PositiveIntegerField("days after the end of the month")
    from_on = models.DateField("from", help_text="The first month is the one of this day.")
    until_on = models.DateField("until", null=True, blank=True)
    drafted_by = models.CharField(max_length=64)
    drafted_at = models.DateTimeField()
    activated_by = models.CharField(max_length=64, blank=True, default="")
    activated_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["vendor", "pk"]
        constraints: ClassVar = [
            state_constraint(ENTITLEMENT, "agreements_entitlement_state"),
            models.UniqueConstraint(fields=["vendor", "what"], condition=Q(state__in=("drafted", "in_force")), name="agreements_entitlement_once"),
            models.CheckConstraint(condition=Q(what__in=list(BY_KEY)), name="agreements_entitlement_what"),
        ]

    def __str__(self) -> str:
        return f"{self.obtainable.title} of {self.vendor}"

    def get_absolute_url(self) -> str:
        """The page of the right, with its proofs."""
        return reverse("agreements:entitlement", args=[self.pk])

    @property
    def obtainable(self) -> Obtainable:
        return BY_KEY[self.what]

    def due_on(self, month: date) -> date:
        """The last day on which the files of that month are in time."""
        return period(MONTH, month).last + timedelta(days=self.clock_days)

    def months(self, until: date | None = None) -> tuple[date, ...]:
        """The first day of every month that it covers and that is over by `until` (today, unless another day is said), the earliest first."""
        day, last = self.from_on.replace(day=1), until or clock.today()
        found = []
        while (month := period(MONTH, day)).last < last and not (self.until_on and month.first > self.until_on):
            found.append(month.first)
            day = month.last + timedelta(days=1)
        return tuple(found)


class Delivery(Recorded):
    """The proof that one month's files came, or what of them did not: never changed. A correction is another that names the one it corrects."""

    RECORD = "delivery"
    PRIVATE = ("what",)
    SEEN_BY = STAFF

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="deliveries")
    month = models.DateField(help_text="the first day of the month")
    delivered_on = models.DateField("delivered on")
    import_name = models.CharField("import", max_length=200, blank=True, default="", help_text="The file's name as it was imported, where it was.")
    is_complete = models.BooleanField("complete, in the agreed format")
    what = models.TextField("what came, and what is missing", blank=True, default="", max_length=2000)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    proved_by = models.CharField(max_length=64)
    proved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-month", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entitlement", "month"], condition=Q(corrects=None), name="agreements_delivery_once"),
            models.CheckConstraint(condition=Q(is_complete=True) | ~Q(what=""), name="agreements_delivery_says_what_lacks"),
        ]

    def __str__(self) -> str:
        return f"{self.entitlement}, {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        """Its line on the page of the right."""
        return f"{self.entitlement.get_absolute_url()}#row-{self.pk}"

    @property
    def is_late(self) -> bool:
        return self.delivered_on > self.entitlement.due_on(self.month)

    @property
    def span(self) -> Window:
        return period(MONTH, self.month)


class Reminder(Recorded):
    """That people were told once of a month whose files did not come in time: never changed."""

    RECORD = "reminder"
    SEEN_BY = STAFF

    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="reminders")
    month = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-month", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["entitlement", "month"], name="agreements_reminder_once")]

    def __str__(self) -> str:
        return f"{self.entitlement}, {self.month:%Y-%m}"
