"""What was promised, and each test of it against the data."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight.claims import wording
from oversight.claims.lifecycle import CLAIM
from oversight.findings.models import Finding, Run
from oversight.measured.reading import AT_LEAST, AT_MOST, CANNOT_TELL, MET, MISSED, Figure, Reading, Target
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF
from oversight.vendors.models import Vendor

DIGITS, PLACES = 30, 12
"""What a bound and a figure are kept with."""
OUTCOMES = ((MET, "met"), (MISSED, "missed"), (CANNOT_TELL, "cannot tell"))


class Claim(Moving):
    """One thing that a vendor says of itself, and the figure that can contradict it, if any can.

    `origin_kind` and `origin_id` name the recorded row that says it: an answer, a clause.
    """

    RECORD = "claim"
    PRIVATE = ("words",)
    LIFECYCLE = CLAIM

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="claims")
    origin_kind = models.CharField(max_length=40)
    origin_id = models.CharField(max_length=64)
    key = models.CharField(max_length=80, help_text="names the same promise of a vendor for life, whatever its terms")
    area = models.CharField(max_length=80, blank=True, default="")
    words = models.TextField(max_length=2000)
    figure = models.JSONField(null=True, help_text="what can contradict it: kind, key and filters; nothing where no figure can")
    side = models.CharField(max_length=8, blank=True, default="", choices=[(key, title) for key, title in wording.SIDES.items()])
    bound = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, help_text="in the figure's stored unit")
    tolerance = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, default=Decimal(0))
    errors = models.DecimalField(max_digits=6, decimal_places=3, default=Decimal(2), help_text="standard errors beyond bound and tolerance that contradict it")
    min_n = models.PositiveIntegerField(default=100)
    stated_by = models.CharField(max_length=64)
    stated_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["vendor", "key", "pk"]
        indexes: ClassVar = [models.Index(fields=["origin_kind", "origin_id"]), models.Index(fields=["state"])]
        constraints: ClassVar = [
            state_constraint(CLAIM, "claims_claim_state"),
            models.UniqueConstraint(fields=["vendor", "key"], condition=models.Q(state="in_force"), name="claims_claim_one_in_force"),
            models.CheckConstraint(
                condition=models.Q(figure__isnull=True, bound__isnull=True, side="")
                | models.Q(figure__isnull=False, bound__isnull=False, side__in=(AT_MOST, AT_LEAST)),
                name="claims_claim_figure_and_bound",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.vendor.name}: {self.words}"[:160]

    def get_absolute_url(self) -> str:
        """The claim's page."""
        return reverse("claims:claim", args=[self.pk])

    @property
    def target(self) -> Target | None:
        """What a reading is held against; None where no figure can speak, or the figure is no longer measured."""
        figure = figure_of(self.figure)
        if figure is None or not figure.is_known or self.bound is None:
            return None
        return Target(figure, self.side, self.bound, self.tolerance, self.errors, self.min_n)

    @property
    def terms(self) -> str:
        """In words: `at most 0.0005 $/share, two standard errors, n ≥ 100`."""
        if self.target is None:
            return f"no longer measured: {self.figure['key']}" if self.figure else "no figure can speak of it"
        return wording.terms(self.target)

    @property
    def flow(self) -> str:
        """Which fills or orders the figure is about, in words."""
        return self.target.figure.flow if self.target else ""


class ClaimTest(Recorded):
    """What one run's arrival said of a claim, over the quarter to date: the database refuses to change it."""

    RECORD = "claim_test"
    SEEN_BY = STAFF

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="tests")
    run = models.ForeignKey(Run, models.PROTECT, related_name="claim_tests")
    first = models.DateField()
    last = models.DateField()
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    n = models.PositiveIntegerField()
    se = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    outcome = models.CharField(max_length=12, choices=OUTCOMES)
    why = models.CharField(max_length=300, blank=True, default="")
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, related_name="claim_tests")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["claim", "first"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "run"], name="claims_claimtest_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=[key for key, _ in OUTCOMES]), name="claims_claimtest_outcome"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"claim {self.claim_id} in run {self.run_id[:12]}: {self.get_outcome_display()}"

    @property
    def reading(self) -> Reading | None:
        """What was read, with the address of the rows behind it; None where the figure is no longer measured."""
        target = self.claim.target
        return Reading(target.figure, self.claim.vendor.key, self.first, self.last, self.value, self.n, self.se, (), self.why) if target else None


def kept(value: Decimal | None) -> Decimal | None:
    """A figure as a row keeps it: rounded to PLACES once, whatever its size."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-PLACES), context=Context(prec=2 * DIGITS))


def figure_of(said: Mapping[str, Any] | None) -> Figure | None:
    """The figure that a row keeps as JSON."""
    return Figure(said["kind"], said["key"], {name: tuple(values) for name, values in said["filters"].items()}) if said else None


def said_of(figure: Figure | None) -> dict[str, Any] | None:
    """A figure as a row keeps it."""
    return {"kind": figure.kind, "key": figure.key, "filters": {name: list(values) for name, values in sorted(figure.filters.items())}} if figure else None
