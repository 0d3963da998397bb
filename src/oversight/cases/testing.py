"""The closing test of a case, registered before its window begins, and what each received run said of it."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from bestexec import trading_days
from oversight import clock
from oversight.cases.lifecycle import OPEN, REGISTRATION
from oversight.claims.models import DIGITS, OUTCOMES, PLACES, figure_of
from oversight.findings.models import Run, RunDay
from oversight.measured.reading import AT_LEAST, AT_MOST, MET, Figure
from oversight.record.actions import canonical
from oversight.record.models import Moving, Recorded, plain, state_constraint
from oversight.roles import STAFF
from oversight.vendors.columns import when, who, words
from oversight.vendors.models import Vendor

ABSOLUTE, BASELINE, OTHER_VENDOR, MATCHED = "absolute", "baseline", "vendor", "matched"
COMPARISONS = {
    MATCHED: "the other vendors, like for like, over the same window", ABSOLUTE: "a bound", BASELINE: "the vendor's own figure over an earlier period",
    OTHER_VENDOR: "another vendor over the same window",
}  # fmt: skip
SIDES = {AT_MOST: "at most", AT_LEAST: "at least"}
LOCKED = (
    "case_id", "figure", "side", "compared", "bound", "margin", "baseline_first", "baseline_last", "baseline_value", "baseline_n", "baseline_runs", "other_id",
    "errors", "min_n", "first_on", "last_on", "smallest_visible", "smallest_why", "if_inconclusive", "no_power", "no_power_why", "registered_by",
    "registered_at",
)  # fmt: skip
"""What the hash covers: nothing of it changes any more."""
LOCKED_WHERE_SAID = ("confidence",)
"""What it covers besides where a registration says it, so that the hashes of registrations without it stand."""


class Registration(Moving):
    """One closing test. Bounds, margins and values are in the figure's stored unit; the baseline is read once, when it is registered."""

    RECORD = "closing_test"
    PRIVATE = ("if_inconclusive", "no_power_why", "smallest_why")
    LIFECYCLE = REGISTRATION

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="registrations")
    figure = models.JSONField(help_text="kind, key and filters")
    side = models.CharField(max_length=8, choices=list(SIDES.items()))
    compared = models.CharField("against", max_length=10, choices=list(COMPARISONS.items()))
    bound = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    margin = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, default=Decimal(0))
    baseline_first = models.DateField(null=True)
    baseline_last = models.DateField(null=True)
    baseline_value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    baseline_n = models.PositiveIntegerField(null=True)
    baseline_runs = models.JSONField(default=list)
    other = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+")
    errors = models.DecimalField("standard errors", max_digits=6, decimal_places=3, default=Decimal(2))
    confidence = models.DecimalField("confidence, one-sided", max_digits=6, decimal_places=5, null=True)
    min_n = models.PositiveIntegerField("least n")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    smallest_visible = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    smallest_why = words("how the smallest visible difference is known, or why it is not")
    if_inconclusive = words("what happens if it cannot tell", blank=False)
    no_power = models.BooleanField("no test can have power", default=False)
    no_power_why = words("why no test can have power")
    hash = models.CharField(max_length=64, editable=False)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="superseded_by")
    registered_by, registered_at = who(), models.DateTimeField()
    decided_by, decided_at = who(), when()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            state_constraint(REGISTRATION, "cases_registration_state"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="cases_registration_days"),
            models.CheckConstraint(condition=models.Q(compared__in=list(COMPARISONS)), name="cases_registration_compared"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="agreed"), name="cases_registration_one_agreed"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="registered"), name="cases_registration_one_waits"),
        ]

    def __str__(self) -> str:
        return f"closing test of case {self.case.number}, {self.first_on} to {self.last_on}"

    def get_absolute_url(self) -> str:
        """The page with its terms and evaluations."""
        return reverse("cases:test", args=[self.pk])

    def locked(self) -> str:
        """The hash over what was registered, by whom and when: equal terms, equal hash, in any database."""
        said = (*LOCKED, *(name for name in LOCKED_WHERE_SAID if getattr(self, name) is not None))
        return hashlib.sha256(canonical({name: _exact(getattr(self, name)) for name in said}).encode()).hexdigest()

    @property
    def is_of_open_case(self) -> bool:
        return self.case.state in OPEN

    @property
    def is_intact(self) -> bool:
        """Whether its terms are those that were locked."""
        return self.locked() == self.hash

    @property
    def is_ahead_of_its_window(self) -> bool:
        """Whether no run of its window was received yet, and its first day has not passed."""
        return clock.today() <= self.first_on and not RunDay.objects.filter(on__range=(self.first_on, self.last_on)).exists()

    @property
    def the_figure(self) -> Figure:
        found = figure_of(self.figure)
        assert found, "a registration has its figure"
        return found

    @property
    def days(self) -> tuple[date, ...]:
        """The trading days of its window."""
        return tuple(trading_days(self.first_on, self.last_on))

    @property
    def latest(self) -> Evaluation | None:
        """What the last run said of it."""
        return self.evaluations.order_by("-pk").first()

    @property
    def is_too_coarse(self) -> bool:
        """Whether like for like the smallest difference that it could see is above its margin: then it has little power."""
        return self.compared == MATCHED and self.smallest_visible is not None and self.smallest_visible > self.margin

    @property
    def is_passed(self) -> bool:
        latest = self.latest
        return self.is_intact and latest is not None and latest.is_complete and latest.outcome == MET

    @property
    def is_without_power(self) -> bool:
        """Declared beforehand with reasons, or found at the window's end: fewer rows than it takes."""
        latest = self.latest
        return self.no_power or (latest is not None and latest.is_complete and latest.n < self.min_n)


class Evaluation(Recorded):
    """What one run's arrival said of a closing test, over its window so far: the database refuses to change it."""

    RECORD = "closing_evaluation"
    SEEN_BY = STAFF

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="evaluations")
    run = models.ForeignKey(Run, models.PROTECT, related_name="closing_evaluations")
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    n = models.PositiveIntegerField()
    se = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    at_most = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, help_text="like for like: it is worse by no more, at the confidence")
    bound = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    other_n = models.PositiveIntegerField(null=True, help_text="of the other vendor, where it is compared with one")
    days_measured = models.PositiveIntegerField()
    days_expected = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=OUTCOMES)
    why = models.CharField(max_length=400, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registration", "run"], name="cases_evaluation_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=[key for key, _ in OUTCOMES]), name="cases_evaluation_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} by run {self.run_id[:12]}"

    @property
    def is_complete(self) -> bool:
        """Whether every trading day of the window is measured."""
        return self.days_measured == self.days_expected


def _exact(value: Any) -> Any:
    """As the hash has it: a decimal without zeros at its end, so that a database's own scale changes nothing."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else plain(value)
