"""What a vendor needs before it goes live: a test report, a settled hold on market access, a plan to leave it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.record.models import Moving, state_constraint
from oversight.roles import BY_KEY as ROLES
from oversight.vendors.columns import when, who, words
from oversight.vendors.filings import filing
from oversight.vendors.kinds import HOLDERS
from oversight.vendors.lifecycle import ACCESS_CONTROL, EXIT_PLAN, TEST_REPORT

YEAR = timedelta(days=365)


class TestReport(Moving):
    """One run of test scenarios against a release of the vendor's router."""

    RECORD = "test_report"
    PRIVATE = ("explained",)
    LIFECYCLE = TEST_REPORT
    __test__ = False  # pytest would take it for a test of its own

    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="test_reports")
    report = filing("report", is_needed=True)
    suite = models.CharField("suite of scenarios", max_length=120)
    release = models.CharField("router release", max_length=60)
    tested_on = models.DateField("tested on")
    scenarios_run = models.PositiveIntegerField("scenarios run")
    scenarios_passed = models.PositiveIntegerField("passed")
    scenarios_failed = models.PositiveIntegerField("failed")
    explained = words(
        "why the failed ones may be lived with", help_text="Each failed scenario: what happened, what it means for customers, what is done about it."
    )
    filed_by, filed_at = who(), models.DateTimeField()
    accepted_by, accepted_at = who(), when()
    rejected_by, rejected_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-tested_on", "-pk"]
        constraints: ClassVar = [
            state_constraint(TEST_REPORT, "vendors_testreport_state"),
            models.CheckConstraint(
                condition=models.Q(scenarios_run=models.F("scenarios_passed") + models.F("scenarios_failed")) & models.Q(scenarios_run__gt=0),
                name="vendors_testreport_adds_up",
                violation_error_message="Passed and failed do not add up to the scenarios run.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suite}, release {self.release}, {self.tested_on}"

    def get_absolute_url(self) -> str:
        """The page of this report."""
        return reverse("vendors:test_report", args=[self.pk])

    @property
    def is_explained(self) -> bool:
        return self.scenarios_failed == 0 or bool(self.explained.strip())


class AccessControl(Moving):
    """Who holds direct and exclusive control over the market-access controls of 17 CFR 240.15c3-5 for orders that go through this vendor."""

    RECORD = "access_control"
    PRIVATE = ("how",)
    LIFECYCLE = ACCESS_CONTROL

    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="access_controls")
    holder_kind = models.CharField("held by", max_length=10, choices=list(HOLDERS.items()))
    holder = models.CharField("name of the holder", max_length=120, help_text="The broker-dealer with market access that holds the controls.")
    how = words(
        "how it is exercised", blank=False, help_text="Credit and capital limits, erroneous orders, access, who can change a limit and who can stop the flow."
    )
    evidence = filing("evidence", is_needed=True)
    stated_by, stated_at = who(), models.DateTimeField()
    confirmed_by, confirmed_at = who(), when()
    rejected_by, rejected_at = who(), when()
    superseded_by, superseded_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-stated_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(ACCESS_CONTROL, "vendors_accesscontrol_state"),
            models.CheckConstraint(condition=models.Q(holder_kind__in=list(HOLDERS)), name="vendors_accesscontrol_holder"),
            models.UniqueConstraint(fields=["vendor"], condition=models.Q(state="confirmed"), name="vendors_accesscontrol_one_confirmed"),
        ]

    def __str__(self) -> str:
        return f"market-access control held by {self.holder}"

    def get_absolute_url(self) -> str:
        """The page of this statement."""
        return reverse("vendors:access_control", args=[self.pk])

    @property
    def is_with_a_broker(self) -> bool:
        return self.holder_kind != "vendor"


class ExitPlan(Moving):
    """One version of how the firm would leave a vendor. `steps` are {what, role, days}: what is done, by which role, within how many days of the notice."""

    RECORD = "exit_plan"
    PRIVATE = ("fallback_words", "comes_back", "steps")
    LIFECYCLE = EXIT_PLAN

    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="exit_plans")
    number = models.PositiveIntegerField("version")
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="drafts")
    fallback_vendor = models.ForeignKey(
        "vendors.Vendor", models.PROTECT, null=True, blank=True, related_name="fallback_of", verbose_name="fallback: a vendor on the register"
    )
    fallback_words = words("fallback in words", help_text="The route that orders take instead: which line, which sessions, what it cannot carry.")
    fallback_tested_on = models.DateField("fallback tested on", null=True, blank=True)
    fallback_evidence = filing("evidence of the test")
    notice_days_ours = models.PositiveIntegerField("notice that the firm gives, days")
    notice_days_theirs = models.PositiveIntegerField("notice that the vendor gives, days")
    comes_back = words("what comes back", blank=False, help_text="Orders, routes, configuration, release history: what, and until when the vendor keeps it.")
    comes_as = models.CharField("in what form", max_length=200)
    steps = models.JSONField(default=list)
    relook_on = models.DateField("next look at it")
    drafted_by, drafted_at = who(), models.DateTimeField()
    proposed_by, proposed_at = who(), when()
    approved_by, approved_at = who(), when()
    decided_by, decided_at = who(), when()
    superseded_by, superseded_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            state_constraint(EXIT_PLAN, "vendors_exitplan_state"),
            models.UniqueConstraint(fields=["vendor", "number"], name="vendors_exitplan_number"),
            models.UniqueConstraint(fields=["vendor"], condition=models.Q(state="approved"), name="vendors_exitplan_one_approved"),
        ]

    def __str__(self) -> str:
        return f"exit plan of {self.vendor}, version {self.number}"

    def get_absolute_url(self) -> str:
        """The page of this version."""
        return reverse("vendors:exit_plan", args=[self.pk])

    @property
    def has_steps(self) -> bool:
        return bool(self.steps)

    @property
    def is_on_latest(self) -> bool:
        """Whether no other version was approved since it was drafted."""
        ever = ExitPlan.objects.filter(vendor_id=self.vendor_id, state__in=("approved", "superseded")).exclude(pk=self.pk)
        return ever.order_by("-approved_at", "-number").values_list("pk", flat=True).first() == self.base_id

    @property
    def is_tested(self) -> bool:
        return self.fallback_tested_on is not None and self.fallback_evidence_id is not None

    @property
    def fallback(self) -> str:
        """The fallback in words."""
        named = str(self.fallback_vendor) if self.fallback_vendor else ""
        return ": ".join(part for part in (named, self.fallback_words) if part)

    @property
    def warnings(self) -> list[str]:
        """What makes an approved plan worth less than it looks."""
        today, said = clock.today(), []
        if self.fallback_tested_on is None or not self.is_tested:
            said.append("the fallback was not tested")
        elif self.fallback_tested_on < today - YEAR:
            said.append(f"the fallback was last tested on {self.fallback_tested_on}, more than a year ago")
        if self.fallback_vendor and self.fallback_vendor.state in ("suspended", "ended", "declined", "exiting"):
            said.append(f"its fallback {self.fallback_vendor} is {self.fallback_vendor.state_title}")
        if self.relook_on < today:
            said.append(f"the next look at it was due on {self.relook_on}")
        return said

    @property
    def told_steps(self) -> list[tuple[int, str, str]]:
        """(within days, what, whose role in words), the first first."""
        return sorted((int(step["days"]), str(step["what"]), ROLES[step["role"]].title) for step in self.steps)
