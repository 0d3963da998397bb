"""The tables of corrective plans: versions, items, what runs say of their success, whom we reminded."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from bestexec import Cell, printed_cell
from oversight import clock
from oversight.cases.models import Case
from oversight.claims.wording import SIDES, promised
from oversight.configuration.models import Version
from oversight.evidence.queries import of_subject
from oversight.findings.models import Run
from oversight.measured.reading import CANNOT_TELL, CHECKS_BY_ID, MET, MISSED, Figure, Target
from oversight.plans.lifecycle import ITEM, OPEN, PLAN, RETESTS
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF, VENDOR
from oversight.vendors.columns import when, who, words

DIGITS, PLACES = 30, 12
CHECK_ID = re.compile(r"\b[A-Z]{3}-\d{3}\b")
OUTCOMES = {MET: "met", MISSED: "not yet met", CANNOT_TELL: "cannot tell"}
TERMS = (
    "what", "owner", "due_on", "configuration", "change", "retest_kind", "retest", "figure_kind", "figure_key", "filters", "side", "bound", "min_n", "by_on",
    "no_figure",
)  # fmt: skip
"""What an item says, copied into the next version and compared between versions."""


class Plan(Moving):
    """One version of a case's corrective plan. `asked_for` and `rejection` are written for the vendor to read."""

    RECORD = "plan"
    PRIVATE = ("asked_for", "summary", "rejection")
    LIFECYCLE = PLAN

    case = models.ForeignKey(Case, models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField("version")
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="next_versions")
    asked_for = words("what the plan must answer", help_text="The vendor reads this. Name no customer, no account, no other vendor.")
    asked_by, asked_at = who(), models.DateTimeField()
    due_on = models.DateField("owed by")
    summary = words("in a few sentences", max_length=4000)
    submitted_by, submitted_at = who(), when()
    taken_over_by, taken_over_at = who(), when()
    proposed_by, proposed_at = who(), when()
    accepted_by, accepted_at = who(), when()
    rejected_by, rejected_at = who(), when()
    rejection = words("why it does not suffice", help_text="The vendor reads this.")

    class Meta:
        ordering: ClassVar = ["-case", "-number"]
        constraints: ClassVar = [
            state_constraint(PLAN, "plans_plan_state"),
            models.UniqueConstraint(fields=["case", "number"], name="plans_plan_number"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state="accepted"), name="plans_plan_one_accepted"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(state__in=OPEN), name="plans_plan_one_open"),
        ]

    def __str__(self) -> str:
        return f"Corrective plan of case {self.case.number}, version {self.number}"

    def get_absolute_url(self) -> str:
        """The firm's page; the vendor's is another."""
        return reverse("plans:plan", args=[self.pk])

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people, and the outside accounts of the vendor that the case is with."""
        return super().is_visible_to(account) or self.case.is_shared_with(account)

    @property
    def is_unilateral(self) -> bool:
        """Whether the firm wrote it, because the vendor's time had run out."""
        return self.taken_over_at is not None

    @property
    def is_of_vendor(self) -> bool:
        return not self.is_unilateral

    @property
    def is_overdue(self) -> bool:
        return self.state == "asked" and self.due_on < clock.today() and self.case.is_open

    @property
    def is_shown_to_firm(self) -> bool:
        """Whether its words are there for the firm: not while the vendor drafts."""
        return self.state != "asked"

    @property
    def is_shown_to_vendor(self) -> bool:
        """Whether its words are there for the vendor: not while the firm writes its own."""
        return not (self.is_unilateral and self.state in ("written", "proposed"))

    @property
    def held(self) -> models.QuerySet[Item]:
        """Its items without those dropped, in their order."""
        return self.items.exclude(state="dropped").order_by("place", "pk")

    @property
    def has_items(self) -> bool:
        return self.held.exists()

    @property
    def is_complete(self) -> bool:
        return not any(item.missing for item in self.held.select_related("configuration"))

    @property
    def is_followed(self) -> bool:
        """Whether a later version was proposed in its place."""
        return Plan.objects.filter(case_id=self.case_id, number__gt=self.number, state="proposed").exists()


class Item(Moving):
    """One thing that the vendor does: what, who, by when, what is set then, how it is tested again, which figure shows it."""

    RECORD = "plan_item"
    PRIVATE = ("what", "owner", "change", "retest", "no_figure", "done", "returned", "objection")
    LIFECYCLE = ITEM

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="items")
    place = models.PositiveIntegerField(default=1)
    carries = models.ForeignKey("self", models.PROTECT, null=True, related_name="carried_by")
    what = words("what is done", blank=False)
    owner = models.CharField("who at the vendor", max_length=120)
    due_on = models.DateField("due")
    first_due_on = models.DateField("first due", null=True)
    configuration = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="resulting configuration")
    change = words("resulting configuration in words")
    retest_kind = models.CharField("re-test by", max_length=10, choices=list(RETESTS.items()))
    retest = models.CharField("which", max_length=400)
    figure_kind = models.CharField(max_length=8, blank=True, default="")
    figure_key = models.CharField(max_length=60, blank=True, default="")
    filters = models.JSONField(default=dict, blank=True)
    side = models.CharField(max_length=8, blank=True, default="")
    bound = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, help_text="in the figure's stored unit")
    min_n = models.PositiveIntegerField("least n", default=1)
    by_on = models.DateField("shown by", null=True)
    no_figure = words("why no figure can show it")
    written_by, written_at = who(), models.DateTimeField()
    objection = words("what is wrong with this item", help_text="The vendor reads this.")
    done = words("what was done", max_length=4000)
    returned = words("why it is sent back", help_text="The vendor reads this.")
    reported_by, reported_at = who(), when()
    confirmed_by, confirmed_at = who(), when()
    extended_by, extended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            state_constraint(ITEM, "plans_item_state"),
            models.CheckConstraint(condition=models.Q(retest_kind__in=list(RETESTS)), name="plans_item_retest"),
            models.CheckConstraint(condition=models.Q(side__in=["", *SIDES]), name="plans_item_side"),
        ]

    def __str__(self) -> str:
        return f"Item {self.place} of {self.plan}"

    def get_absolute_url(self) -> str:
        """The firm's page of the item."""
        return reverse("plans:item", args=[self.pk])

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people; the vendor, where it sees the plan's words."""
        return super().is_visible_to(account) or (self.plan.is_visible_to(account) and self.plan.is_shown_to_vendor)

    def takes_files_of(self, account: Any) -> bool:
        """The vendor shows what it did while the item is open or waits for the firm."""
        return VENDOR in account.roles and self.plan.case.is_shared_with(account) and self.is_live and self.state in ("open", "reported")

    @property
    def figure(self) -> Figure | None:
        return Figure(self.figure_kind, self.figure_key, {name: tuple(values) for name, values in self.filters.items()}) if self.figure_key else None

    @property
    def target(self) -> Target | None:
        figure = self.figure
        return Target(figure, self.side, self.bound, min_n=self.min_n) if figure and figure.is_known and self.side and self.bound is not None else None

    @property
    def success(self) -> str:
        """What shows that it worked, in words."""
        target = self.target
        if target is None:
            return f"no figure: {self.no_figure}" if self.no_figure else ""
        cut = "; ".join(f"{name.replace('_', ' ')} {', '.join(values)}" for name, values in target.figure.filters.items())
        return f"{target.figure.title}{f' ({cut})' if cut else ''} {promised(target)}, n ≥ {self.min_n:,}, by {self.by_on}"

    @property
    def retest_title(self) -> str:
        return RETESTS.get(self.retest_kind, "")

    @property
    def missing(self) -> tuple[str, ...]:
        """What the item lacks before its version can be submitted."""
        lacks = {
            "what is done": not self.what.strip(), "who at the vendor": not self.owner.strip(),
            "a day that has not passed": self.due_on < clock.today(), "the resulting configuration": not (self.configuration_id or self.change.strip()),
            "the re-test": not self.retest.strip(), "the figure with its bound and day, or why there is none": not self._shows,
        }  # fmt: skip
        return tuple(name for name, is_lacking in lacks.items() if is_lacking)

    @property
    def _shows(self) -> bool:
        return bool(self.no_figure.strip()) if not self.figure_key else self.target is not None and self.by_on is not None

    @property
    def is_writable(self) -> bool:
        return self.state == "drafted" and self.plan.state in ("asked", "written") and self.plan.case.is_open

    @property
    def is_accepted(self) -> bool:
        return self.plan.state == "accepted"

    @property
    def is_live(self) -> bool:
        """Whether its plan holds and its case goes on."""
        return self.plan.state == "accepted" and self.plan.case.is_open

    @property
    def is_overdue(self) -> bool:
        return self.state == "open" and self.due_on < clock.today() and self.is_live

    @property
    def has_evidence(self) -> bool:
        return of_subject(self.RECORD, str(self.pk)).exists()

    @property
    def is_set(self) -> bool:
        """Whether the configuration it names has been in force; nothing where it names none."""
        return self.configuration is None or self.configuration.state in ("in_force", "superseded")


class PlanReading(Recorded):
    """What one received run says of an item's figure, over the run's days since the plan was accepted: never changed."""

    RECORD = "plan_reading"
    SEEN_BY = STAFF

    item = models.ForeignKey(Item, models.PROTECT, related_name="readings")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    first_on = models.DateField("from")
    last_on = models.DateField("to")
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    n = models.PositiveBigIntegerField()
    outcome = models.CharField(max_length=12, choices=list(OUTCOMES.items()))
    why = models.CharField(max_length=300, blank=True, default="")
    read_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["last_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "run"], name="plans_planreading_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=list(OUTCOMES)), name="plans_planreading_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}, {self.first_on} to {self.last_on}: {self.outcome}"

    def is_visible_to(self, account: Any) -> bool:
        """Who sees the item."""
        return self.item.is_visible_to(account)

    @property
    def cell(self) -> Cell:
        figure = self.item.figure
        return Cell(self.value, figure.unit if figure and figure.is_known else None)

    @property
    def shown(self) -> str:
        return printed_cell(self.cell)

    @property
    def outcome_title(self) -> str:
        return OUTCOMES[self.outcome]


class PlanReminder(Recorded):
    """That people were told once of a plan or an item that is owed, so many days from its day: never changed."""

    RECORD = "plan_reminder"
    SEEN_BY = STAFF

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="reminders")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="reminders")
    due_on = models.DateField()
    step = models.CharField(max_length=10)
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "due_on", "step"], condition=models.Q(item=None), name="plans_planreminder_plan_once"),
            models.UniqueConstraint(fields=["item", "due_on", "step"], condition=models.Q(plan=None), name="plans_planreminder_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}, {self.step}"


def day_of(plan: Plan) -> date | None:
    """The day of the market on which the plan was accepted."""
    return plan.accepted_at.astimezone(clock.MARKET_ZONE).date() if plan.accepted_at else None


def checks_in(words: str) -> tuple[str, ...]:
    """The checks that a text names by their ids, in order."""
    return tuple(dict.fromkeys(found for found in CHECK_ID.findall(words) if found in CHECKS_BY_ID))


def rounded(value: Decimal | None) -> Decimal | None:
    """A figure as the table keeps it."""
    return None if value is None else round(value, PLACES)
