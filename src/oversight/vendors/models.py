"""Vendors."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight.record.models import Moving, state_constraint
from oversight.roles import STAFF
from oversight.roles import VENDOR as OUTSIDE
from oversight.vendors.lifecycle import VENDOR


class Vendor(Moving):
    """One router vendor, or an alternative to one. `key` is its name in the measured data and in its outside accounts."""

    RECORD = "vendor"
    PRIVATE = ("summary",)
    SEEN_BY = STAFF
    LIFECYCLE = VENDOR

    key = models.CharField("name in the data", max_length=60, unique=True)
    name = models.CharField("legal name", max_length=120)
    summary = models.TextField("what it is", blank=True, default="", max_length=4000)
    pilot_cap_orders = models.PositiveIntegerField("cap of the pilot, orders a day", null=True, blank=True)
    registered_by = models.CharField(max_length=64)
    registered_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [state_constraint(VENDOR, "vendors_vendor_state")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The vendor's file on one page."""
        return reverse("vendors:vendor", args=[self.pk])

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people, and the vendor's own outside accounts."""
        return super().is_visible_to(account) or (OUTSIDE in account.roles and account.vendor == self.key)

    @property
    def is_assessed(self) -> bool:
        """Whether a due diligence on it is approved and has not run out; the app above holds them."""
        return False

    @property
    def has_test_report(self) -> bool:
        return False

    @property
    def has_arrangement(self) -> bool:
        return False

    @property
    def has_configuration(self) -> bool:
        return False

    @property
    def has_exit_plan(self) -> bool:
        return False

    @property
    def has_access_control(self) -> bool:
        return False
