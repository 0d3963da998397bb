"""Conflicts of interest with their yearly results, and files of payments with their lines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.conflicts.lifecycle import (
    BATCH,
    CONFLICT,
    DIRECTIONS,
    KIND_BY_KEY,
    KINDS,
    ORDER_CLASSES,
    PAID,
    PAID_BY_KEY,
    RESULT,
    SECTIONS,
    Kind,
    Paid,
)
from oversight.evidence.models import Filed
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF
from oversight.vendors.models import Vendor

YEAR = timedelta(days=365)
"""A conflict on file is looked at within so many days of coming on the register, and of each confirmed result."""
LIVE = ("proposed", "open", "mitigated")


class Conflict(Moving):
    """One interest that could pull orders away from the best market. An empty venue means every venue that the kind speaks of."""

    RECORD = "conflict"
    PRIVATE = ("description", "mitigation", "disclosure", "disclosed_in")
    LIFECYCLE = CONFLICT

    kind = models.CharField(max_length=20, choices=[(kind.key, kind.title) for kind in KINDS])
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="conflicts", help_text="Empty: it does not run through a vendor.")
    venue = models.CharField(max_length=60, blank=True, default="", help_text="Its MIC. Empty: every venue of this kind.")
    description = models.TextField("what it is", max_length=4000)
    since_on = models.DateField("since")
    until_on = models.DateField("until", null=True, blank=True)
    mitigation = models.TextField("what keeps it in check", max_length=4000, blank=True, default="")
    disclosure = models.TextField("what is disclosed", max_length=4000, blank=True, default="", help_text="The text as customers read it.")
    disclosed_in = models.CharField("where it is disclosed", max_length=300, blank=True, default="", help_text="Such as: Rule 606 report, material aspects.")
    owner = models.CharField(max_length=64, help_text="the key of the account that answers for it")
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    registered_at = models.DateTimeField(help_text="when it first came on the register")
    accepted_by = models.CharField(max_length=64, blank=True, default="")
    accepted_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-registered_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["state"]), models.Index(fields=["venue", "kind"])]
        constraints: ClassVar = [
            state_constraint(CONFLICT, "conflicts_conflict_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(KIND_BY_KEY)), name="conflicts_conflict_kind"),
            models.CheckConstraint(condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("since_on")), name="conflicts_conflict_ends_after"),
        ]

    def __str__(self) -> str:
        where = " through ".join(name for name in (self.venue, self.vendor.name if self.vendor else "") if name)
        return f"{self.kind_of.title[0].upper()}{self.kind_of.title[1:]}{f', {where}' if where else ''}"

    def get_absolute_url(self) -> str:
        """The page of this conflict."""
        return reverse("conflicts:conflict", args=[self.pk])

    @property
    def kind_of(self) -> Kind:
        return KIND_BY_KEY[self.kind]

    @property
    def has_mitigation(self) -> bool:
        return bool(self.mitigation.strip())

    @property
    def has_disclosure(self) -> bool:
        return bool(self.disclosure.strip() and self.disclosed_in.strip())

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def days_to_register(self) -> int:
        """How many days it had lasted when it came on the register."""
        return max((self.registered_at.astimezone(clock.MARKET_ZONE).date() - self.since_on).days, 0)

    @property
    def last_result_on(self) -> date | None:
        """The day of the last confirmed result; `queries` bring it along, so that a list asks once."""
        at = self.result_at if hasattr(self, "result_at") else self.results.filter(state="confirmed").aggregate(at=models.Max("confirmed_at"))["at"]
        return at.astimezone(clock.MARKET_ZONE).date() if at else None

    @property
    def result_due_on(self) -> date | None:
        """By when the next yearly result must be confirmed; None before it was ever accepted and after it ended."""
        if not self.is_live or self.accepted_at is None:
            return None
        return (self.last_result_on or self.registered_at.astimezone(clock.MARKET_ZONE).date()) + YEAR

    @property
    def is_overdue(self) -> bool:
        due = self.result_due_on
        return due is not None and due < clock.today()


class ConflictResult(Moving):
    """What a year's look at a conflict found: by one person, confirmed by a second."""

    RECORD = "conflict_result"
    PRIVATE = ("looked_at", "figures", "conclusion")
    LIFECYCLE = RESULT

    conflict = models.ForeignKey(Conflict, models.PROTECT, related_name="results")
    year = models.PositiveSmallIntegerField()
    looked_at = models.TextField("what was looked at", max_length=4000)
    figures = models.TextField("figures", max_length=4000, help_text="With their unit, n, period and run.")
    conclusion = models.TextField("conclusion", max_length=4000)
    noted_by = models.CharField(max_length=64)
    noted_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=64, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-year", "-pk"]
        constraints: ClassVar = [
            state_constraint(RESULT, "conflicts_conflictresult_state"),
            models.UniqueConstraint(fields=["conflict", "year"], name="conflicts_conflictresult_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"result of {self.year}, {self.conflict}"

    def get_absolute_url(self) -> str:
        """Where it stands on the page of its conflict."""
        return f"{reverse('conflicts:conflict', args=[self.conflict_id])}#result-{self.pk}"


class PaymentBatch(Moving):
    """One uploaded file of payments: what was accepted, what was not, and the control total that it ties to."""

    RECORD = "payment_batch"
    PRIVATE = ("name", "rejects")
    LIFECYCLE = BATCH

    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)
    name = models.CharField("file", max_length=200)
    control_usd = models.DecimalField("control total", max_digits=18, decimal_places=6, help_text="net: received is positive, paid is negative")
    total_usd = models.DecimalField("total of the lines", max_digits=18, decimal_places=6)
    lines = models.PositiveIntegerField("lines accepted")
    rejects = models.JSONField(default=list, help_text="[line, reason, text] of each line that was not accepted")
    uploaded_by = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-uploaded_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(BATCH, "conflicts_paymentbatch_state"),
            models.UniqueConstraint(fields=["sha256"], condition=models.Q(state__in=["uploaded", "approved"]), name="conflicts_paymentbatch_once"),
            models.CheckConstraint(condition=models.Q(control_usd=models.F("total_usd")), name="conflicts_paymentbatch_ties"),
        ]

    def __str__(self) -> str:
        return f"payments no. {self.pk}, {self.name}"

    def get_absolute_url(self) -> str:
        """The page of this file."""
        return reverse("conflicts:batch", args=[self.pk])

    @property
    def is_replaced(self) -> bool:
        """Whether none of its months is in force any more."""
        return not self.months.filter(is_current=True).exists()


class PaymentMonth(Recorded):
    """One month of one source within a file; at most one of them is in force."""

    RECORD = "payment_month"
    SEEN_BY = STAFF

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="months")
    month_on = models.DateField("month", help_text="its first day")
    source = models.CharField(max_length=60)
    lines = models.PositiveIntegerField()
    net_usd = models.DecimalField(max_digits=18, decimal_places=6)
    is_current = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["month_on", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "month_on", "source"], name="conflicts_paymentmonth_once"),
            models.UniqueConstraint(fields=["month_on", "source"], condition=models.Q(is_current=True), name="conflicts_paymentmonth_one_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.month_on:%Y-%m} of {self.source}"


class Payment(Recorded):
    """One line of a file, never changed. `amount_usd` is positive where the firm received and negative where it paid, as Rule 606 nets."""

    RECORD = "payment"
    SEEN_BY = STAFF

    month = models.ForeignKey(PaymentMonth, models.PROTECT, related_name="payments")
    line = models.PositiveIntegerField()
    month_on = models.DateField()
    venue = models.CharField(max_length=60)
    venue_raw = models.CharField("venue as the file spells it", max_length=60)
    is_known_venue = models.BooleanField()
    vendor = models.CharField("vendor in the data", max_length=60, blank=True, default="")
    direction = models.CharField(max_length=8, choices=DIRECTIONS)
    kind = models.CharField(max_length=20, choices=[(paid.key, paid.title) for paid in PAID])
    section = models.CharField(max_length=20, blank=True, default="", choices=SECTIONS)
    order_class = models.CharField(max_length=24, blank=True, default="", choices=ORDER_CLASSES)
    amount_usd = models.DecimalField(max_digits=18, decimal_places=6)
    shares = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["month_on", "venue", "pk"]
        indexes: ClassVar = [models.Index(fields=["month_on", "venue"])]

    def __str__(self) -> str:
        return f"{self.month_on:%Y-%m} {self.venue} {self.kind} {self.amount_usd}"

    @property
    def kind_of(self) -> Paid:
        return PAID_BY_KEY[self.kind]
