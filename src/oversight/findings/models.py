"""Received runs, the findings in them, suppressions, samples and signed days."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.findings.lifecycle import DAY, FINDING, SAMPLE, SUPPRESSION
from oversight.policy.queries import desk_limits
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF

SEVERITIES = ("high", "medium", "low", "info")
IMPACTS = (("yes", "yes"), ("no", "no"), ("cannot_tell", "cannot tell"))


def causes() -> tuple[tuple[str, str], ...]:
    """What people are offered as cause: (key, title), as the desk's limits say."""
    return desk_limits().cause_codes


class Run(Recorded):
    """A sealed run that was received: its bytes were held against its seal first. Its id is the SHA-256 of its run.json."""

    RECORD = "run"
    SEEN_BY = STAFF

    id = models.CharField(primary_key=True, max_length=64)
    first_on = models.DateField()
    last_on = models.DateField()
    days = models.PositiveIntegerField()
    orders = models.PositiveIntegerField()
    fills = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()
    not_evaluated = models.PositiveIntegerField(help_text="rows that a check could not judge")
    policy_version = models.CharField(max_length=200)
    policy_sha256 = models.CharField(max_length=64)
    metrics_sha256 = models.CharField(max_length=64)
    checks_sha256 = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    code_sha256 = models.CharField(max_length=64)
    benchmarks = models.JSONField(default=list)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.id[:12]}, {self.first_on} to {self.last_on}"

    def get_absolute_url(self) -> str:
        """The page of the run."""
        return reverse("findings:run", args=[self.id])


class RunDay(Recorded):
    """That a run measured a trading day, and whether it is the one in force for that day."""

    RECORD = "run_day"
    SEEN_BY = STAFF

    run = models.ForeignKey(Run, models.PROTECT, related_name="run_days")
    on = models.DateField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "on"], name="findings_runday_once"),
            models.UniqueConstraint(fields=["on"], condition=models.Q(is_current=True), name="findings_runday_one_current"),
        ]

    def __str__(self) -> str:
        return f"{self.on} in {self.run_id[:12]}"


class Suppression(Moving):
    """Keeps known findings of one check out of the queue until a day on which somebody must decide again. An empty scope is any."""

    RECORD = "suppression"
    PRIVATE = ("reason",)
    LIFECYCLE = SUPPRESSION

    check_id = models.CharField("check", max_length=20)
    vendor = models.CharField(max_length=60, blank=True, default="")
    venue = models.CharField(max_length=20, blank=True, default="")
    symbol = models.CharField(max_length=40, blank=True, default="")
    reason = models.TextField()
    from_on = models.DateField("first day")
    expires_on = models.DateField("last day")
    proposed_by = models.CharField(max_length=64)
    proposed_at = models.DateTimeField()
    approved_by = models.CharField(max_length=64, blank=True, default="")
    approved_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, blank=True, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(SUPPRESSION, "findings_suppression_state"),
            models.CheckConstraint(condition=models.Q(expires_on__gte=models.F("from_on")), name="findings_suppression_days"),
        ]

    def __str__(self) -> str:
        return f"{self.check_id} {self.scope}, {self.from_on} to {self.expires_on}"

    def get_absolute_url(self) -> str:
        """The page of the suppression."""
        return reverse("findings:suppression", args=[self.pk])

    @property
    def scope(self) -> str:
        """What it is narrowed to, in words."""
        return ", ".join(f"{name} {value}" for name in ("vendor", "venue", "symbol") if (value := getattr(self, name))) or "everywhere"

    @property
    def is_over(self) -> bool:
        return clock.today() > self.expires_on

    @property
    def is_in_force(self) -> bool:
        """Active, and today is not after its last day."""
        return self.state == "active" and not self.is_over


class Finding(Moving):
    """One row that a person must look at. Its numbers are those of `run`; `finding_id` names the same question of the same subject for life."""

    RECORD = "finding"
    PRIVATE = ("answer",)
    LIFECYCLE = FINDING

    finding_id = models.CharField(max_length=64, unique=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="found", help_text="the run whose numbers it shows")
    check_id = models.CharField("check", max_length=20)
    check_version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=8, choices=[(key, key) for key in SEVERITIES])
    rank = models.PositiveSmallIntegerField(help_text="the severity as a number: 0 is high")
    on = models.DateField("trading date")
    subject_text = models.CharField("what it is about", max_length=400)
    symbol = models.CharField(max_length=40, blank=True, default="")
    venue = models.CharField(max_length=20, blank=True, default="")
    vendor = models.CharField(max_length=60, blank=True, default="")
    order_id = models.CharField(max_length=120, blank=True, default="")
    key_on = models.DateField(null=True, help_text="the trading date of the order's receipt, which is part of its name")
    fill_id = models.CharField(max_length=120, blank=True, default="")
    numbers = models.TextField(help_text="JSON as it was sealed, exact")
    ask = models.TextField()
    authority = models.CharField(max_length=200)
    harm_usd = models.DecimalField(max_digits=20, decimal_places=8, null=True, help_text="estimated; unknown where it is not arithmetic on fills")
    raw_line = models.PositiveBigIntegerField(null=True)
    raw_import = models.CharField(max_length=64, blank=True, default="")
    origin_kind = models.CharField(max_length=40, blank=True, default="", help_text="what the desk made it of; empty where a run found it")
    origin_id = models.CharField(max_length=64, blank=True, default="")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_late = models.BooleanField(default=False, help_text="it came after its day was signed, or with a later run of its day")
    matters = models.BooleanField(default=False, help_text="a second person reads the answer")
    owner = models.CharField(max_length=64, blank=True, default="")
    cause_code = models.CharField("cause", max_length=40, blank=True, default="", choices=causes)
    customer_impact = models.CharField("was the customer affected", max_length=12, blank=True, default="", choices=IMPACTS)
    answer = models.TextField("what happened, and why", blank=True, default="", max_length=4000)
    answered_by = models.CharField(max_length=64, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=64, blank=True, default="")
    read_at = models.DateTimeField(null=True)
    escalated_by = models.CharField(max_length=64, blank=True, default="")
    escalated_at = models.DateTimeField(null=True)
    suppression = models.ForeignKey(Suppression, models.PROTECT, null=True, related_name="covered")

    class Meta:
        ordering: ClassVar = ["rank", "due_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "rank", "due_at"]),
            models.Index(fields=["on", "state"]),
            models.Index(fields=["check_id", "on"]),
            models.Index(fields=["order_id", "symbol"]),
            models.Index(fields=["owner", "state"]),
        ]
        constraints: ClassVar = [state_constraint(FINDING, "findings_finding_state")]

    def __str__(self) -> str:
        return f"{self.title}, {self.subject_text}, {self.on}"

    def get_absolute_url(self) -> str:
        """The page of the finding."""
        return reverse("findings:finding", args=[self.pk])

    @property
    def is_minor(self) -> bool:
        return not self.matters

    @property
    def is_by_desk(self) -> bool:
        """Whether the desk made it of a promise, and not a check of a run."""
        return bool(self.origin_kind)

    @property
    def is_overdue(self) -> bool:
        """Open past its clock."""
        return self.state == "open" and self.due_at < clock.now()

    @property
    def cause_title(self) -> str:
        return dict(causes()).get(self.cause_code, self.cause_code)


class Day(Moving):
    """One trading day that was received. What was signed is kept in its signatures; the fields here say who signed last."""

    RECORD = "trading_day"
    PRIVATE = ("statement",)
    LIFECYCLE = DAY

    on = models.DateField(unique=True)
    statement = models.TextField(blank=True, default="", max_length=2000)
    signed_by = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-on"]
        constraints: ClassVar = [state_constraint(DAY, "findings_day_state")]

    def __str__(self) -> str:
        return f"{self.on}"

    def get_absolute_url(self) -> str:
        """The page of the day."""
        return reverse("findings:day", args=[self.on.isoformat()])

    @property
    def is_answered(self) -> bool:
        return not Finding.objects.filter(on=self.on, state__in=("open", "awaiting_reader")).exists()

    @property
    def is_looked_at(self) -> bool:
        return not SampleItem.objects.filter(draw__on=self.on, state="drawn").exists()


class Signature(Recorded):
    """What a supervisor signed of a day, and when: the database refuses to change it."""

    RECORD = "signature"
    SEEN_BY = STAFF
    PRIVATE = ("statement",)

    day = models.ForeignKey(Day, models.PROTECT, related_name="signatures")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    counts = models.JSONField()
    statement = models.TextField()
    signed_by = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["signed_at", "pk"]

    def __str__(self) -> str:
        return f"{self.day_id} by {self.signed_by}"


class Draw(Recorded):
    """A sample of a day's orders without findings: everything that is needed to draw it again. `beside` is the run whose orders were left aside."""

    RECORD = "draw"
    SEEN_BY = STAFF

    on = models.DateField(db_index=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="draws")
    beside = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    head = models.CharField(max_length=64, help_text="hash of the record's last entry before the run was received")
    seed = models.CharField(max_length=64)
    population = models.PositiveIntegerField(help_text="orders that could have been drawn")
    asked = models.PositiveIntegerField(help_text="orders to draw, as the desk's limits said")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["on", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["on", "run"], name="findings_draw_once")]

    def __str__(self) -> str:
        return f"sample of {self.on} from {self.population} orders"


class SampleItem(Moving):
    """One order of a draw."""

    RECORD = "sample"
    PRIVATE = ("note",)
    LIFECYCLE = SAMPLE

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="items")
    place = models.PositiveIntegerField()
    key_on = models.DateField()
    symbol = models.CharField(max_length=40)
    order_id = models.CharField(max_length=120)
    vendor = models.CharField(max_length=60, blank=True, default="")
    note = models.TextField("what is asked", blank=True, default="", max_length=2000)
    looked_by = models.CharField(max_length=64, blank=True, default="")
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["draw", "place"]
        indexes: ClassVar = [models.Index(fields=["state"])]
        constraints: ClassVar = [
            state_constraint(SAMPLE, "findings_sampleitem_state"),
            models.UniqueConstraint(fields=["draw", "place"], name="findings_sampleitem_once"),
        ]

    def __str__(self) -> str:
        return f"order {self.order_id}, {self.symbol}, {self.key_on}"

    @property
    def order_key(self) -> tuple[date, str, str]:
        return self.key_on, self.symbol, self.order_id
