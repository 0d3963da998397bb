"""The tables of the vendor register; those of arrangements and of what going live needs stand in files of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.record.models import Moving, state_constraint
from oversight.roles import STAFF
from oversight.roles import VENDOR as OUTSIDE
from oversight.vendors import past
from oversight.vendors.arranging import Arrangement, Reliance, in_force_on
from oversight.vendors.columns import when, who, words
from oversight.vendors.kinds import CHAIN, CRITICALITIES
from oversight.vendors.lifecycle import PRODUCT, SUB_VENDOR, VENDOR
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport

__all__ = ["AccessControl", "Arrangement", "ExitPlan", "Product", "Reliance", "SubVendor", "TestReport", "Vendor"]


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
    adopted_until = models.DateField("its diligence is done by", null=True, blank=True, help_text="Until then it stays live. At most 180 days from today.")
    adoption_proposed_by, adoption_proposed_at = who(), when()
    adoption_refused_by, adoption_refused_at = who(), when()
    adopted_by, adopted_at = who(), when()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            state_constraint(VENDOR, "vendors_vendor_state"),
            models.CheckConstraint(condition=~models.Q(state="adopted") | models.Q(adopted_until__isnull=False), name="vendors_vendor_adopted_until"),
        ]

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
        """Whether its approval has not run out: by a due diligence, by a yearly refresh that did not say to leave, or by a signed extension.

        The apps above hold them.
        """
        today = clock.today()
        is_approved = self.assessments.filter(state="approved", valid_until__gte=today).exists()
        since = today - timedelta(days=365)  # a day of the market, as refreshes.approval counts it: day 366 is the first without
        is_refreshed = self.refreshes.filter(state="completed", completed_at__date__gte=since).exclude(recommendation="leave").exists()
        return is_approved or is_refreshed or self.extensions.filter(state="signed", until_on__gte=today).exists()

    @property
    def has_test_report(self) -> bool:
        return self.test_reports.filter(state="accepted").exists()

    @property
    def has_arrangement(self) -> bool:
        """Whether one is in force today."""
        return self.arrangements.filter(in_force_on(clock.today())).exists()

    @property
    def has_configuration(self) -> bool:
        """Whether a configuration of its router is in force; the app above holds them."""
        return self.configurations.filter(state="in_force").exists()

    @property
    def has_exit_plan(self) -> bool:
        """Whether an approved one names a fallback that was tested, with the evidence."""
        return self.exit_plans.filter(state="approved").exclude(fallback_tested_on=None).exclude(fallback_evidence=None).exists()

    @property
    def has_access_control(self) -> bool:
        return self.access_controls.filter(state="confirmed").exists()

    @property
    def was_live(self) -> bool:
        """Whether it was live when it was suspended: read off the record, so that a suspension is no way past the pilot."""
        return past.suspended_from(self.pk) == "live"

    @property
    def was_in_pilot(self) -> bool:
        return past.suspended_from(self.pk) == "pilot"

    @property
    def was_adopted(self) -> bool:
        return past.suspended_from(self.pk) == "adopted"

    @property
    def was_used_before(self) -> bool:
        """Whether an arrangement in force began before it was put on the register: it routed for the firm before this desk."""
        registered_on = self.registered_at.astimezone(clock.MARKET_ZONE).date()
        return self.arrangements.filter(in_force_on(clock.today()), from_on__lt=registered_on).exists()

    @property
    def is_adoption_asked(self) -> bool:
        """Whether a proposal to adopt it waits for its decision."""
        asked, refused = self.adoption_proposed_at, self.adoption_refused_at
        return self.state == "candidate" and asked is not None and (refused is None or refused < asked)

    @property
    def is_adoption_ahead(self) -> bool:
        return self.adopted_until is not None and clock.today() <= self.adopted_until

    @property
    def is_overdue(self) -> bool:
        """Whether it is adopted and the day by which its diligence is done has passed."""
        return self.state == "adopted" and not self.is_adoption_ahead


class Product(Moving):
    """One product of a vendor that the firm uses, and in which version."""

    RECORD = "product"
    PRIVATE = ("purpose",)
    LIFECYCLE = PRODUCT

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="products")
    name = models.CharField("product", max_length=120)
    purpose = words("what for", blank=False)
    version = models.CharField("version in use", max_length=60)
    since_on = models.DateField("in use since")
    ended_on = models.DateField("last day of use", null=True, blank=True)
    added_by, added_at = who(), models.DateTimeField()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [state_constraint(PRODUCT, "vendors_product_state")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def get_absolute_url(self) -> str:
        """The chain of the vendor, where it is shown."""
        return reverse("vendors:chain", args=[self.vendor_id])


class SubVendor(Moving):
    """One firm that a vendor rests on, directly or behind another in `behind`."""

    RECORD = "sub_vendor"
    PRIVATE = ("purpose",)
    LIFECYCLE = SUB_VENDOR

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="sub_vendors")
    behind = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="next_behind", verbose_name="stands behind")
    name = models.CharField(max_length=120)
    kind = models.CharField("what it is", max_length=20, choices=list(CHAIN.items()))
    purpose = words("what it does", blank=False)
    where = models.CharField("where", max_length=200, blank=True, default="", help_text="Country, city, data center.")
    criticality = models.CharField(max_length=12, choices=list(CRITICALITIES.items()))
    since_on = models.DateField("since")
    ended_on = models.DateField("last day", null=True, blank=True)
    added_by, added_at = who(), models.DateTimeField()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            state_constraint(SUB_VENDOR, "vendors_subvendor_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(CHAIN)), name="vendors_subvendor_kind"),
            models.CheckConstraint(condition=models.Q(criticality__in=list(CRITICALITIES)), name="vendors_subvendor_criticality"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The chain that it is part of."""
        return reverse("vendors:chain", args=[self.vendor_id])

    @property
    def has_nothing_behind(self) -> bool:
        return not any(each.state == "standing" for each in self.next_behind.all())
