"""Material differences and the decisions on them: modify or justify."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.differences.lifecycle import DECISION, DIFFERENCE, UNDECIDED
from oversight.record.models import Moving, state_constraint
from oversight.vendors.columns import when, who, words
from oversight.vendors.models import Vendor

MODIFY, JUSTIFY = "modify", "justify"
KINDS = ((MODIFY, "modify"), (JUSTIFY, "justify"))


class Difference(Moving):
    """One material difference: what is worse, by how much, since when it is known. `usd` and `bps` are null where nobody can tell."""

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
    origin_kind = models.CharField(max_length=40, blank=True, default="")
    origin_id = models.CharField(max_length=64, blank=True, default="")
    identified_by = who()
    identified_at = models.DateTimeField()
    due_on = models.DateField("to be decided by")
    withdrawn_by, withdrawn_at = who(), when()

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [state_constraint(DIFFERENCE, "differences_difference_state")]

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


class Decision(Moving):
    """One decision on a difference. At most one is in force (adopted)."""

    RECORD = "decision"
    PRIVATE = ("reasons",)
    LIFECYCLE = DECISION

    difference = models.ForeignKey(Difference, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=KINDS)
    reasons = words("reasons", blank=False)
    proposed_by = who()
    proposed_at = models.DateTimeField()
    decided_by, decided_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(DECISION, "differences_decision_state"),
            models.UniqueConstraint(fields=["difference"], condition=models.Q(state="adopted"), name="differences_decision_one_in_force"),
            models.UniqueConstraint(fields=["difference"], condition=models.Q(state="proposed"), name="differences_decision_one_proposed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.difference}"

    def get_absolute_url(self) -> str:
        """The page of its difference."""
        return self.difference.get_absolute_url()
