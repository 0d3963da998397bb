"""What people looked at in the analysis of a quarter."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight.analysis.lifecycle import LOOK
from oversight.record.models import Moving, state_constraint
from oversight.vendors.columns import when, who, words

KINDS, ORDERS = "kinds", "orders"
SCOPES = ((KINDS, "kinds of orders"), (ORDERS, "single orders"))


class Look(Moving):
    """One look at some rows of a quarter: kinds of orders with their factors, or single orders. `rows` name each with the run that was looked at."""

    RECORD = "look"
    PRIVATE = ("shows", "asks", "answer")
    LIFECYCLE = LOOK

    first_on = models.DateField()
    last_on = models.DateField()
    scope = models.CharField(max_length=8, choices=SCOPES)
    rows = models.JSONField(help_text="[key, run or runs] of each row")
    shows = words("what they show", blank=False)
    looked_by = who()
    looked_at = models.DateTimeField()
    asks = words("what is asked")
    answer = words("what was found")
    settled_by, settled_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-looked_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["first_on", "scope"])]
        constraints: ClassVar = [
            state_constraint(LOOK, "analysis_look_state"),
            models.CheckConstraint(condition=models.Q(scope__in=[key for key, _ in SCOPES]), name="analysis_look_scope"),
        ]

    def __str__(self) -> str:
        return f"{len(self.rows)} {self.get_scope_display()} of {self.first_on} to {self.last_on}"

    def get_absolute_url(self) -> str:
        """The page of the look."""
        return reverse("analysis:look", args=[self.pk])
