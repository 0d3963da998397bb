"""Interim measures of a case: what is done from day one, decided by two."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from oversight import clock
from oversight.cases.lifecycle import MEASURE, OPEN
from oversight.configuration.models import Version
from oversight.handling.models import Happening
from oversight.record.models import Moving, state_constraint
from oversight.vendors.columns import when, who, words
from oversight.vendors.models import Vendor

REROUTE, PULL, CAP, OTHER = "reroute", "pull_venue", "pilot_cap", "other"
KINDS = {REROUTE: "reroute a part of the flow", PULL: "take a venue from the router", CAP: "cap the orders a day", OTHER: "another measure"}


class Measure(Moving):
    """One interim measure: what, from when, until when; the configuration version or the entry of the handling log that carries it out."""

    RECORD = "interim_measure"
    PRIVATE = ("what",)
    LIFECYCLE = MEASURE

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="measures")
    kind = models.CharField("measure", max_length=12, choices=list(KINDS.items()))
    percent = models.DecimalField("part of the flow, %", max_digits=5, decimal_places=2, null=True, blank=True)
    to_vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="takes_over", verbose_name="to which vendor")
    venue = models.CharField("venue", max_length=20, blank=True, default="")
    cap_orders = models.PositiveIntegerField("orders a day, at most", null=True, blank=True)
    what = words("which flow, and why now", blank=False)
    from_on = models.DateField("from")
    until_on = models.DateField("until, last day", null=True, blank=True)
    configuration = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="interim_measures", verbose_name="configuration version")
    happening = models.ForeignKey(Happening, models.PROTECT, null=True, blank=True, related_name="interim_measures", verbose_name="entry of the handling log")
    proposed_by, proposed_at = who(), models.DateTimeField()
    decided_by, decided_at = who(), when()
    ended_by, ended_at = who(), when()
    end_told_on = models.DateField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["from_on", "pk"]
        constraints: ClassVar = [
            state_constraint(MEASURE, "cases_measure_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(KINDS)), name="cases_measure_kind"),
            models.CheckConstraint(condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")), name="cases_measure_days"),
            models.CheckConstraint(condition=models.Q(percent=None) | models.Q(percent__gt=0, percent__lte=100), name="cases_measure_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, case {self.case.number}"

    def get_absolute_url(self) -> str:
        """Its case, where it is shown."""
        return f"{self.case.get_absolute_url()}#measures"

    @property
    def title(self) -> str:
        """What is done, in words for the firm."""
        percent = "" if self.percent is None else f"{self.percent.normalize():f} % of the flow"
        said = {
            REROUTE: f"{percent or 'a part of the flow'} goes to {self.to_vendor or 'another route'}", PULL: f"venue {self.venue} is taken from the router",
            CAP: f"at most {self.cap_orders} orders a day", OTHER: "another measure",
        }  # fmt: skip
        return said[self.kind]

    @property
    def title_outside(self) -> str:
        """The same without any other vendor's name."""
        percent = "a part" if self.percent is None else f"{self.percent.normalize():f} %"
        return f"{percent} of the flow goes another way" if self.kind == REROUTE else self.title

    @property
    def is_of_open_case(self) -> bool:
        return self.case.state in OPEN

    @property
    def is_carried_out(self) -> bool:
        """Whether it says by what it is carried out."""
        return self.configuration_id is not None or self.happening_id is not None

    @property
    def is_past(self) -> bool:
        return self.until_on is not None and clock.today() > self.until_on
