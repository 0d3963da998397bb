"""Arrangements with a vendor, and reliance on somebody else's review under one."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.queries import of_subject
from oversight.record.models import Moving, state_constraint
from oversight.vendors.columns import when, who, words
from oversight.vendors.filings import filing
from oversight.vendors.kinds import BY_KEY, CAPACITIES, KINDS, Kind, why_not
from oversight.vendors.lifecycle import ARRANGEMENT, RELIANCE
from oversight.vendors.quarters import Quarter, parse


def in_force_on(on: date) -> models.Q:
    """Arrangements that hold on that day."""
    return models.Q(state="in_force", from_on__lte=on) & (models.Q(until_on=None) | models.Q(until_on__gte=on))


class Arrangement(Moving):
    """Under what kind of contract a vendor handles which flow, from when until when."""

    RECORD = "arrangement"
    PRIVATE = ("terms",)
    LIFECYCLE = ARRANGEMENT

    vendor = models.ForeignKey("vendors.Vendor", models.PROTECT, related_name="arrangements")
    kind = models.CharField("kind", max_length=20, choices=[(kind.key, kind.title) for kind in KINDS])
    party = models.CharField("who handles the flow", max_length=120, help_text="Legal name of the firm on the other side.")
    crd = models.CharField("CRD number", max_length=10, blank=True, default="", help_text="Of the FINRA member on the other side; empty where it is none.")
    capacity = models.CharField("in which capacity", max_length=12, choices=list(CAPACITIES.items()))
    customer_classes = models.CharField("customers", max_length=200, help_text="Such as: retail, held.")
    order_types = models.CharField(max_length=300, help_text="Such as: market, limit, stop; no multi-leg options.")
    asset_classes = models.CharField("instruments", max_length=200, help_text="Such as: US equities; listed options.")
    terms = words("what else was agreed")
    from_on = models.DateField("from")
    until_on = models.DateField("until", null=True, blank=True, help_text="The last day. Empty: no end was agreed.")
    drafted_by, drafted_at = who(), models.DateTimeField()
    corrected_by, corrected_at = who(), when()
    approved_by, approved_at = who(), when()
    decided_by, decided_at = who(), when()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-from_on", "-pk"]
        constraints: ClassVar = [
            state_constraint(ARRANGEMENT, "vendors_arrangement_state"),
            models.CheckConstraint(condition=models.Q(kind__in=list(BY_KEY)), name="vendors_arrangement_kind"),
            models.CheckConstraint(
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
                name="vendors_arrangement_ends_after",
                violation_error_message="It would end before it begins. Look at the two dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_of.title}, {self.party}"

    def get_absolute_url(self) -> str:
        """The page of this arrangement."""
        return reverse("vendors:arrangement", args=[self.pk])

    @property
    def kind_of(self) -> Kind:
        return BY_KEY[self.kind]

    @property
    def has_agreement(self) -> bool:
        """Whether something is filed beside it."""
        return of_subject(*self.subject).exists()

    @property
    def why_no_reliance(self) -> str:
        """Why nobody's review can be relied on under it; empty where that is possible."""
        return why_not(self.kind, self.capacity, self.crd)

    @property
    def standing(self) -> str:
        """How it stands today, its dates looked at."""
        if self.state != "in_force":
            return self.state_title
        if self.from_on > clock.today():
            return f"approved, in force from {self.from_on}"
        return f"ran out on {self.until_on}" if self.until_on and self.until_on < clock.today() else "in force"


FILES = ("results", "rationale", "reading_file", "challenge_file")
WHOLE = (
    models.Q(received_on__isnull=False, **{f"{name}__isnull": False for name in FILES}) & ~models.Q(reading="") & ~models.Q(challenge="") & ~models.Q(answer="")
)
"""The three facts, each with its evidence and its words: the database too takes no reliance without them."""


class Reliance(Moving):
    """That for one quarter the firm rests on somebody else's regular and rigorous review: received, read and challenged, each by whom, when, with what."""

    RECORD = "reliance"
    PRIVATE = ("reading", "challenge", "answer")
    LIFECYCLE = RELIANCE

    arrangement = models.ForeignKey(Arrangement, models.PROTECT, related_name="reliances")
    quarter = models.CharField("quarter reviewed", max_length=6)
    due_on = models.DateField("holds until", help_text="The day on which the next quarter's review is due. The day after, this has lapsed.")
    received_on = models.DateField("received on", null=True, blank=True)
    results = filing("statistical results")
    rationale = filing("rationale")
    reading = words("what it shows")
    reading_file = filing("notes of the reading")
    challenge = words("what was challenged")
    answer = words("what was answered")
    challenge_file = filing("the challenge and its answer")
    opened_by, opened_at = who(), models.DateTimeField()
    received_by, received_at = who(), when()
    read_by, read_at = who(), when()
    challenged_by, challenged_at = who(), when()
    relied_by, relied_at = who(), when()
    refused_by, refused_at = who(), when()
    lapsed_by, lapsed_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-quarter", "-pk"]
        constraints: ClassVar = [
            state_constraint(RELIANCE, "vendors_reliance_state"),
            models.CheckConstraint(condition=~models.Q(state="relied_on") | WHOLE, name="vendors_reliance_received_read_and_challenged"),
            models.UniqueConstraint(fields=["arrangement", "quarter"], condition=~models.Q(state__in=RELIANCE.ends), name="vendors_reliance_once"),
        ]

    def __str__(self) -> str:
        return f"reliance on {self.arrangement.party}, {self.quarter}"

    def get_absolute_url(self) -> str:
        """The page of this reliance."""
        return reverse("vendors:reliance", args=[self.pk])

    @property
    def of_quarter(self) -> Quarter:
        return parse(self.quarter)

    @property
    def is_past(self) -> bool:
        return self.due_on < clock.today()

    @property
    def is_in_time(self) -> bool:
        return not self.is_past

    @property
    def can_hold(self) -> bool:
        """Whether its day has not passed, and the arrangement lets somebody's review be relied on."""
        return self.is_in_time and not self.arrangement.why_no_reliance

    @property
    def is_relied_on(self) -> bool:
        """Whether the firm rests on it today, the date looked at: it lapses by itself, before anybody notes it."""
        return self.state == "relied_on" and self.can_hold

    @property
    def standing(self) -> str:
        return "lapsed" if self.is_past and self.state not in self.LIFECYCLE.ends else self.state_title
