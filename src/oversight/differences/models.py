"""Material differences, the decisions on them, and what later flow shows."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.claims import wording
from oversight.claims.models import DIGITS, OUTCOMES, PLACES, figure_of
from oversight.configuration.models import Version
from oversight.differences.lifecycle import DECISION, DIFFERENCE, QUESTION, UNDECIDED
from oversight.findings.models import Run
from oversight.measured.reading import AT_LEAST, AT_MOST, Figure, Reading, Target
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF
from oversight.vendors.columns import when, who, words
from oversight.vendors.models import Vendor

MODIFY, JUSTIFY = "modify", "justify"
KINDS = ((MODIFY, "modify"), (JUSTIFY, "justify"))
Q = models.Q


class Difference(Moving):
    """One material difference: what is worse than what, by how much, since when it is known. `usd` and `bps` are null where nobody can tell.

    `figure` says by which figure, `beside` the filters of what it is compared with: another venue, order type or vendor.
    """

    RECORD = "difference"
    PRIVATE = ("what",)
    LIFECYCLE = DIFFERENCE

    title = models.CharField(max_length=200)
    what = models.TextField("what is worse, than what, and how it is known", max_length=4000)
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="differences")
    first_on = models.DateField("first day of the figures")
    last_on = models.DateField("last day of the figures")
    usd = models.DecimalField("dollars a quarter", max_digits=20, decimal_places=2, null=True, blank=True)
    bps = models.DecimalField("basis points of notional", max_digits=12, decimal_places=4, null=True, blank=True)
    materiality_usd = models.DecimalField(max_digits=20, decimal_places=2, help_text="from which a difference was material when this one was identified")
    materiality_bps = models.DecimalField(max_digits=12, decimal_places=4)
    figure = models.JSONField(null=True, help_text="by which figure: kind, key and filters; nothing where no figure shows it")
    beside = models.JSONField(null=True, help_text="filters of what it is compared with")
    origin_kind = models.CharField(max_length=40, blank=True, default="")
    origin_id = models.CharField(max_length=64, blank=True, default="")
    identified_by = who()
    identified_at = models.DateTimeField()
    due_on = models.DateField("to be decided by")
    rounds = models.PositiveSmallIntegerField(default=1, help_text="how many times it came to be decided")
    told_on = models.DateField(null=True, help_text="the day on which the end of its clock was told")
    withdrawn_by, withdrawn_at = who(), when()

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"]), models.Index(fields=["origin_kind", "origin_id"])]
        constraints: ClassVar = [
            state_constraint(DIFFERENCE, "differences_difference_state"),
            models.CheckConstraint(condition=Q(last_on__gte=models.F("first_on")), name="differences_difference_days"),
            models.UniqueConstraint(
                fields=["origin_kind", "origin_id"], condition=~Q(state__in=DIFFERENCE.ends) & ~Q(origin_kind=""), name="differences_difference_one_of_origin"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the difference."""
        return reverse("differences:difference", args=[self.pk])

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def is_overdue(self) -> bool:
        return self.is_undecided and clock.today() > self.due_on

    @property
    def decision(self) -> Decision | None:
        """The one in force."""
        return self.decisions.filter(state="adopted").first()

    @property
    def measured_by(self) -> Figure | None:
        return figure_of(self.figure)

    @property
    def compared_with(self) -> Figure | None:
        """The same figure over what it is compared with."""
        return figure_of({**self.figure, "filters": self.beside}) if self.figure and self.beside else None

    @property
    def size(self) -> str:
        """`1,240.00 $ a quarter, 2.1 bps of notional`, or that it is not known."""
        parts = [f"{self.usd:,.2f} $ a quarter" if self.usd is not None else "", f"{wording.plain(self.bps)} bps" if self.bps is not None else ""]
        return ", ".join(filter(None, parts)) or "not known in money"


class Decision(Moving):
    """One decision on a difference; at most one is in force.

    *Modify* says which change is made and which figure of later flow shows it, by when; *justify* says for what scope, and until when.
    """

    RECORD = "decision"
    PRIVATE = ("reasons", "alternatives", "modification", "scope")
    LIFECYCLE = DECISION

    difference = models.ForeignKey(Difference, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=KINDS)
    reasons = words("reasons", blank=False)
    alternatives = words("alternatives considered, and why not", blank=False)
    modification = words("which change is made")
    configuration = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="version of the configuration")
    figure = models.JSONField(null=True, help_text="what shows that flow followed: kind, key and filters")
    side = models.CharField(max_length=8, blank=True, default="", choices=list(wording.SIDES.items()))
    bound = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, help_text="in the figure's stored unit")
    min_n = models.PositiveIntegerField(default=30)
    since_on = models.DateField("flow is looked at from", null=True, blank=True)
    by_on = models.DateField("flow shows it by", null=True, blank=True)
    scope = words("for which orders, venues and order types it holds")
    expires_on = models.DateField("holds until", null=True, blank=True)
    review_kind = models.CharField(max_length=40, blank=True, default="")
    review_id = models.CharField(max_length=64, blank=True, default="")
    proposed_by = who()
    proposed_at = models.DateTimeField()
    decided_by, decided_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(DECISION, "differences_decision_state"),
            models.UniqueConstraint(fields=["difference"], condition=Q(state="adopted"), name="differences_decision_one_in_force"),
            models.UniqueConstraint(fields=["difference"], condition=Q(state="proposed"), name="differences_decision_one_proposed"),
            models.CheckConstraint(
                condition=Q(kind=MODIFY, figure__isnull=False, bound__isnull=False, side__in=(AT_MOST, AT_LEAST), by_on__isnull=False, expires_on=None)
                | Q(kind=JUSTIFY, figure__isnull=True, bound=None, side="", by_on=None, expires_on__isnull=False),
                name="differences_decision_terms",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.difference}"

    def get_absolute_url(self) -> str:
        """The page of its difference."""
        return self.difference.get_absolute_url()

    @property
    def target(self) -> Target | None:
        """What later flow is held against."""
        figure = figure_of(self.figure)
        if figure is None or self.bound is None or not figure.is_known:
            return None
        return Target(figure, self.side, self.bound, min_n=self.min_n)

    @property
    def terms(self) -> str:
        """In words: `Venue's share of executed shares at most 15%, n ≥ 30`."""
        return f"{self.target.figure.title} {wording.terms(self.target)}" if self.target else ""


class Observation(Recorded):
    """What one run's arrival said of a modification: the flow since the change, held against what was decided. The database refuses to change it."""

    RECORD = "observation"
    SEEN_BY = STAFF

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="observations")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    n = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=OUTCOMES)
    why = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "run"], name="differences_observation_once"),
            models.CheckConstraint(condition=Q(outcome__in=[key for key, _ in OUTCOMES]), name="differences_observation_outcome"),
        ]

    def __str__(self) -> str:
        return f"decision {self.decision_id} in run {self.run_id[:12]}: {self.get_outcome_display()}"

    @property
    def reading(self) -> Reading | None:
        """With the address of the rows behind it."""
        target, vendor = self.decision.target, self.decision.difference.vendor
        if target is None:
            return None
        value = None if self.value is None else Decimal(f"{self.value.normalize():f}")
        return Reading(target.figure, vendor.key if vendor else "", self.first, self.last, value, self.n, None, (), self.why)


class Question(Moving):
    """What must be known before it can be decided: asked of somebody, by a day. The difference's clock runs on."""

    RECORD = "difference_question"
    PRIVATE = ("asks", "answer")
    LIFECYCLE = QUESTION

    difference = models.ForeignKey(Difference, models.PROTECT, related_name="questions")
    asks = models.TextField("what is to be found out, and by whom", max_length=2000)
    due_on = models.DateField("by")
    asked_by, asked_at = who(), models.DateTimeField()
    answer = words("what was found")
    answered_by, answered_at = who(), when()

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [state_constraint(QUESTION, "differences_question_state")]

    def __str__(self) -> str:
        return self.asks[:80]

    def get_absolute_url(self) -> str:
        """Its place on the page of its difference."""
        return f"{self.difference.get_absolute_url()}#question-{self.pk}"
