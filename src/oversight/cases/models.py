"""Remediation cases."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight.cases.lifecycle import CASE, OPEN, SHARED
from oversight.differences.models import Difference
from oversight.record.models import Moving, state_constraint
from oversight.roles import VENDOR
from oversight.vendors.columns import who, words
from oversight.vendors.models import Vendor


class Case(Moving):
    """One remediation of one vendor, from what fell short to its end."""

    RECORD = "case"
    PRIVATE = ("what",)
    LIFECYCLE = CASE

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="cases")
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    what = words("what fell short, by which figures, since when", blank=False)
    difference = models.ForeignKey(Difference, models.PROTECT, null=True, blank=True, related_name="cases")
    origin_kind = models.CharField(max_length=40, blank=True, default="")
    origin_id = models.CharField(max_length=64, blank=True, default="")
    opened_by = who()
    opened_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [state_constraint(CASE, "cases_case_state")]

    def __str__(self) -> str:
        return f"Case {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        """The firm's page of the case; the vendor has its room."""
        return reverse("cases:case", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def is_shared_with(self, account: Any) -> bool:
        """Whether this outside account may know of the case: its own vendor's, from the notice on."""
        return VENDOR in account.roles and bool(account.vendor) and account.vendor == self.vendor.key and self.state in SHARED
