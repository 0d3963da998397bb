"""Assessments of harm, their counts, the credits to customers, what became of them, and the decision on reporting."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.urls import reverse

from bestexec import COMPARISONS, COUNTERFACTUALS, NETTINGS, ROUNDINGS
from oversight import clock
from oversight.cases.models import Case
from oversight.evidence.models import Filed
from oversight.harm import lifecycle, standing
from oversight.policy.queries import desk_limits
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF
from oversight.vendors.columns import when, who, words

LEAST, POLICY, STATED = "least", "policy", "stated"
LIMITS = ((LEAST, "the least sensible: no alert threshold decides"), (POLICY, "the policy's own"), (STATED, "stated here"))
QUESTION = (
    "check_id", "first_on", "last_on", "period_why", "vendor", "venue", "symbol", "order_class", "limits_are", "limits",
    "counterfactual", "comparison", "improvement_px", "counterfactual_why", "netting", "rounding", "arithmetic_why",
)  # fmt: skip
"""Fields that say what is counted; they change only while the assessment is opened."""
RULES = (
    ("FINRA 4530(b)", "FINRA 4530(b): the firm's own conclusion"), ("FINRA 4530(a)", "FINRA 4530(a): an event of its list"),
    ("other", "another rule, said in the reasons"),
)  # fmt: skip


def _choice(declared: object) -> list[tuple[str, str]]:
    return [(one.key, one.title) for one in declared]  # type: ignore[attr-defined]  # declarations of the library, each with key and title


class Harm(Moving):
    """One assessment: what customers lost by what one check finds over a period, against a stated counterfactual."""

    RECORD = "harm"
    PRIVATE = ("what", "period_why", "counterfactual_why", "arithmetic_why", "conclusion")
    LIFECYCLE = lifecycle.HARM

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    what = words("what may have cost customers money, and how it is known", blank=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="harms")
    supplement_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="supplements")
    origin_kind = models.CharField(max_length=40, blank=True, default="")
    origin_id = models.CharField(max_length=64, blank=True, default="")
    check_id = models.CharField("check", max_length=20)
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    period_why = words("why these days", blank=False)
    vendor = models.CharField(max_length=60, blank=True, default="")
    venue = models.CharField(max_length=20, blank=True, default="")
    symbol = models.CharField(max_length=40, blank=True, default="")
    order_class = models.CharField("Rule 605 class", max_length=20, blank=True, default="")
    limits_are = models.CharField("limits of the check", max_length=8, choices=LIMITS, default=LEAST)
    limits = models.JSONField("stated limits", default=dict, blank=True)
    counterfactual = models.CharField("held against", max_length=24, choices=_choice(COUNTERFACTUALS))
    comparison = models.CharField(max_length=20, blank=True, default="", choices=_choice(COMPARISONS))
    improvement_px = models.DecimalField("price improvement, $ a share", max_digits=18, decimal_places=8, null=True, blank=True)
    counterfactual_why = words("why this is what would have been", blank=False)
    netting = models.CharField(max_length=12, choices=_choice(NETTINGS), default="per_order")
    rounding = models.CharField("cents", max_length=20, choices=_choice(ROUNDINGS), default="largest_remainder")
    arithmetic_why = words("why netted and rounded so")
    conclusion = models.TextField("what is concluded, and from what", max_length=4000, blank=True, default="")
    least_usd = models.DecimalField("least credit that is paid", max_digits=12, decimal_places=2, default=Decimal(0))
    opened_by = who()
    opened_at = models.DateTimeField()
    proposed_by, proposed_at = who(), when()
    approved_by, approved_at = who(), when()
    approved_count = models.ForeignKey("harm.Count", models.PROTECT, null=True, editable=False, related_name="+")
    released_by, released_at = who(), when()
    credit_file = models.ForeignKey(Filed, models.PROTECT, null=True, editable=False, related_name="+")
    settled_by, settled_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-number"]
        indexes: ClassVar = [models.Index(fields=["state"]), models.Index(fields=["origin_kind", "origin_id"])]
        constraints: ClassVar = [
            state_constraint(lifecycle.HARM, "harm_harm_state"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="harm_harm_days"),
            models.CheckConstraint(
                condition=models.Q(released_by="") | ~models.Q(released_by=models.F("approved_by")), name="harm_harm_released_by_a_second_person"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("proposed_by")), name="harm_harm_approved_by_a_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"Harm {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        """The page of the assessment."""
        return reverse("harm:harm", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in lifecycle.OPEN

    @property
    def last_count(self) -> Count | None:
        """The latest count; `queries` bring it along, so that a list asks once."""
        held = getattr(self, "counted", None)
        return held[0] if held else None if held is not None else self.counts.order_by("-number").first()

    @property
    def is_current(self) -> bool:
        """Whether the latest count rests on the runs in force now, and answers the question as it stands."""
        count = self.last_count
        return count is not None and count.in_force == standing.in_force(self.first_on, self.last_on) and count.asked == self.asked

    @property
    def has_harm(self) -> bool:
        count = self.last_count
        return count is not None and count.exact_usd > 0

    @property
    def is_paid_out(self) -> bool:
        return not self.credits.exclude(state__in=lifecycle.CREDIT.ends).exists()

    @property
    def has_report_decision(self) -> bool:
        return self.report_decisions.filter(state__in=("decided", "reported")).exists()

    @property
    def asked(self) -> dict[str, object]:
        """The question as a count keeps it, words aside."""
        held = self.recorded() | {"improvement_px": None if self.improvement_px is None else f"{self.improvement_px.normalize():f}"}
        return {name: held[name] for name in QUESTION if not name.endswith("_why")}

    @property
    def narrowed(self) -> str:
        """What it is narrowed to, in words."""
        said = (("vendor", self.vendor), ("venue", self.venue), ("symbol", self.symbol), ("order class", self.order_class))
        return ", ".join(f"{name} {value}" for name, value in said if value) or "every order"

    @property
    def due_on(self) -> date | None:
        """By when the next step is due: counted and proposed within the firm's days, then paid within them; None once it is at an end."""
        limits = desk_limits()
        if self.state in ("approved", "credited") and self.approved_at:
            return self.approved_at.astimezone(clock.MARKET_ZONE).date() + timedelta(days=limits.make_whole_pay_days)
        return self.opened_at.astimezone(clock.MARKET_ZONE).date() + timedelta(days=limits.make_whole_count_days) if self.is_open else None

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()


class Count(Recorded):
    """One count: the check asked again, every affected order valued. Never changed: another count is another row. Its orders lie in a filed table.

    `accounts` are the keyed hashes of the customers by their number in this assessment, the first being number 1; they stand outside the chain.
    """

    RECORD = "harm_count"
    SEEN_BY = STAFF
    PRIVATE = ("accounts",)

    harm = models.ForeignKey(Harm, models.PROTECT, related_name="counts")
    number = models.PositiveIntegerField()
    made_by = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    asked = models.JSONField()
    runs = models.JSONField(help_text="ids of the runs that were asked")
    in_force = models.CharField(max_length=64, help_text="hash of which run is in force for which day of the period")
    policies = models.JSONField(help_text="versions of the policies they were measured under")
    limits = models.JSONField(help_text="[name, unit, stated or null, what the policies say] of each limit of the check")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    set_sha256 = models.CharField(max_length=64, help_text="hash of the names of what was affected: equal where the same was found")
    is_population = models.BooleanField(default=False)
    affected = models.PositiveIntegerField(help_text="rows that the check concerns")
    exceptions = models.PositiveIntegerField(help_text="of these, those that the policy's own limits find")
    orders = models.PositiveIntegerField()
    harmed_orders = models.PositiveIntegerField()
    fills = models.PositiveIntegerField(help_text="fills that were valued")
    customers = models.PositiveIntegerField(help_text="customers with a loss")
    exact_usd = models.DecimalField("what was lost, exact", max_digits=38, decimal_places=15)
    credit_usd = models.DecimalField("credits to known customers", max_digits=20, decimal_places=2)
    unknown_orders = models.PositiveIntegerField(help_text="with a loss and without a known customer")
    unknown_usd = models.DecimalField(max_digits=38, decimal_places=15)
    unpriced_orders = models.PositiveIntegerField(help_text="with a fill that has nothing to be held against")
    better_orders = models.PositiveIntegerField()
    better_usd = models.DecimalField(max_digits=38, decimal_places=15)
    prior_usd = models.DecimalField("credited before", max_digits=38, decimal_places=15, default=Decimal(0))
    unseen = models.JSONField(help_text="what could not be seen: kind, why, first, last, days, rows, of_rows")
    accounts = models.JSONField()

    class Meta:
        ordering: ClassVar = ["harm", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["harm", "number"], name="harm_count_once")]

    def __str__(self) -> str:
        return f"count {self.number} of harm {self.harm_id}"

    def get_absolute_url(self) -> str:
        """The page of the count."""
        return reverse("harm:count", args=[self.pk])

    @property
    def days_unseen(self) -> int:
        """Trading days of the period of which nothing is in the count."""
        return sum(gap["days"] for gap in self.unseen if gap["kind"] in ("no_run", "run"))


class Credit(Moving):
    """What one customer is paid for one assessment."""

    RECORD = "customer_credit"
    PRIVATE = ("account_key", "reason", "became")
    LIFECYCLE = lifecycle.CREDIT

    harm = models.ForeignKey(Harm, models.PROTECT, related_name="credits")
    number = models.PositiveIntegerField(help_text="of the customer in this assessment")
    account_key = models.CharField(max_length=128)
    orders = models.PositiveIntegerField()
    exact_usd = models.DecimalField(max_digits=38, decimal_places=15)
    amount_usd = models.DecimalField(max_digits=20, decimal_places=2)
    result_on = models.DateField("on", null=True, blank=True)
    reference = models.CharField("payment reference", max_length=80, blank=True, default="")
    reason = models.CharField("why it came back", max_length=300, blank=True, default="")
    became = models.TextField(
        "what became of the money", max_length=2000, blank=True, default="", help_text="Such as: held for the customer; handed to the state."
    )

    class Meta:
        ordering: ClassVar = ["harm", "number"]
        indexes: ClassVar = [models.Index(fields=["harm", "state"])]
        constraints: ClassVar = [
            state_constraint(lifecycle.CREDIT, "harm_credit_state"),
            models.UniqueConstraint(fields=["harm", "number"], name="harm_credit_once"),
            models.UniqueConstraint(fields=["harm", "account_key"], name="harm_credit_once_a_customer"),
            models.CheckConstraint(condition=models.Q(amount_usd__gt=0), name="harm_credit_is_positive"),
        ]

    def __str__(self) -> str:
        return f"credit {self.code}"

    def get_absolute_url(self) -> str:
        """Where it stands on the page of its assessment's credits."""
        return f"{reverse('harm:credit', args=[self.pk])}"

    @property
    def code(self) -> str:
        """Its name in the credit file and in the file of results."""
        return f"H{self.harm.number}-{self.number:06d}"

    @property
    def is_released(self) -> bool:
        """Whether a second person made the file that pays it."""
        return bool(self.harm.released_by) and self.harm.released_by != self.harm.approved_by


class PaymentResult(Recorded):
    """One file of what became of credits: each line taken, or refused with its reason."""

    RECORD = "payment_result"
    SEEN_BY = STAFF
    PRIVATE = ("rejects",)

    harm = models.ForeignKey(Harm, models.PROTECT, related_name="results")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    lines = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()
    rejects = models.JSONField(help_text="[line, reason] of each line that was refused")
    imported_by = models.CharField(max_length=64)
    imported_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-imported_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["harm", "filed"], name="harm_paymentresult_once")]

    def __str__(self) -> str:
        return f"payment results no. {self.pk} of harm {self.harm_id}"


class ReportDecision(Moving):
    """Whether this is reported to a regulator: who, when, why; by compliance, seconded by a senior manager."""

    RECORD = "report_decision"
    PRIVATE = ("why_so",)
    LIFECYCLE = lifecycle.REPORT

    harm = models.ForeignKey(Harm, models.PROTECT, related_name="report_decisions")
    is_to_report = models.BooleanField("report it", choices=((True, "report it"), (False, "do not report it")))
    rule = models.CharField(max_length=40, choices=RULES, default=RULES[0][0])
    why_so = models.TextField("why", max_length=4000)
    due_on = models.DateField("to be reported by", null=True, blank=True)
    proposed_by = who()
    proposed_at = models.DateTimeField()
    decided_by, decided_at = who(), when()
    reported_on = models.DateField(null=True, blank=True)
    reference = models.CharField("filing reference", max_length=80, blank=True, default="")
    reported_by, reported_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(lifecycle.REPORT, "harm_reportdecision_state"),
            models.UniqueConstraint(fields=["harm"], condition=models.Q(state__in=["proposed", "decided", "reported"]), name="harm_reportdecision_one_stands"),
        ]

    def __str__(self) -> str:
        return f"{self.get_is_to_report_display()}, {self.harm}"

    def get_absolute_url(self) -> str:
        """Where it stands on the page of its assessment."""
        return f"{self.harm.get_absolute_url()}#report"
