"""The charter of the committee, and who sits on it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.record.models import Moving, state_constraint
from oversight.reviews.lifecycle import ALONE, CHARTER, MODES, OF_MODE, ONE, PLACES, PRINCIPAL, RULES, SEAT, SECOND, SKIPPING, VOTING
from oversight.vendors.columns import when, who, words


class Charter(Moving):
    """One version of the rules under which reviews are held; at most one is in force."""

    RECORD = "review_charter"
    PRIVATE = ("purpose",)
    LIFECYCLE = CHARTER

    number = models.PositiveIntegerField(unique=True)
    mode = models.CharField("who decides", max_length=12, choices=MODES)
    quorum = models.PositiveSmallIntegerField("quorum, seats", help_text="Seats with a vote that must be present and not recused.")
    majority = models.CharField("a motion carries when", max_length=24, choices=RULES)
    due_days = models.PositiveSmallIntegerField("days after the quarter's end until its review is signed")
    notice_days = models.PositiveSmallIntegerField("days before the meeting until which papers are circulated")
    purpose = words("what the committee is for, and what it decides")
    proposed_by, proposed_at = who(), models.DateTimeField()
    approved_by, approved_at = who(), when()
    declined_by, declined_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            state_constraint(CHARTER, "reviews_charter_state"),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="in_force"), name="reviews_charter_one_in_force"),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="proposed"), name="reviews_charter_one_proposed"),
            models.CheckConstraint(condition=models.Q(quorum__gte=1), name="reviews_charter_quorum"),
        ]

    def __str__(self) -> str:
        return f"charter {self.number}"

    def get_absolute_url(self) -> str:
        """The page of the charter and its seats."""
        return reverse("reviews:charter")

    @property
    def is_small(self) -> bool:
        return self.mode == ONE

    @property
    def is_workable(self) -> bool:
        """One principal decides alone, so the quorum is one; a committee is more than one person."""
        return self.quorum == 1 if self.is_small else self.quorum >= 2

    @property
    def places(self) -> tuple[str, ...]:
        return OF_MODE[self.mode]


class Seat(Moving):
    """Who sits, in which place, registered as what, independent of whom, from when until when."""

    RECORD = "review_seat"
    PRIVATE = ("registration", "why")
    LIFECYCLE = SEAT

    person = models.CharField(max_length=64, help_text="the key of the account")
    place = models.CharField(max_length=16, choices=PLACES)
    registration = models.CharField("registered as", max_length=200, blank=True, default="", help_text="Such as: Series 24, principal. File what proves it.")
    is_independent_of_desk = models.BooleanField("independent of the routing desk", default=False)
    is_independent_of_vendors = models.BooleanField("independent of vendors", default=False)
    why = words("why independent, or why not", blank=False)
    from_on = models.DateField("first day")
    until_on = models.DateField("last day", null=True, blank=True)
    appointed_by, appointed_at = who(), models.DateTimeField()
    confirmed_by, confirmed_at = who(), when()
    declined_by, declined_at = who(), when()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["place", "from_on", "pk"]
        constraints: ClassVar = [
            state_constraint(SEAT, "reviews_seat_state"),
            models.UniqueConstraint(fields=["person"], condition=models.Q(state="in_force"), name="reviews_seat_one_a_person"),
            models.UniqueConstraint(fields=["place"], condition=models.Q(state="in_force", place__in=ALONE), name="reviews_seat_one_in_the_chair"),
            models.CheckConstraint(condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")), name="reviews_seat_ends_after"),
        ]

    def __str__(self) -> str:
        return f"{self.get_place_display()}, seat {self.pk}"

    def get_absolute_url(self) -> str:
        """The page of the charter and its seats."""
        return f"{reverse('reviews:charter')}#seat-{self.pk}"

    @property
    def has_vote(self) -> bool:
        return self.place in VOTING

    @property
    def may_skip(self) -> bool:
        return self.place in SKIPPING

    @property
    def is_independent(self) -> bool:
        return self.is_independent_of_desk and self.is_independent_of_vendors

    @property
    def independence(self) -> str:
        """In words."""
        return f"of the routing desk: {_said(self.is_independent_of_desk)}; of vendors: {_said(self.is_independent_of_vendors)}"

    def holds_on(self, on: date) -> bool:
        """Whether it holds on that day by its own dates; whether its account still may sit is asked elsewhere."""
        return self.state == "in_force" and self.from_on <= on and (self.until_on is None or on <= self.until_on)

    @property
    def is_free(self) -> bool:
        """Whether neither the place, where one person holds it, nor the person is taken."""
        others = Seat.objects.filter(state="in_force").exclude(pk=self.pk)
        return not others.filter(models.Q(person=self.person) | models.Q(place=self.place, place__in=ALONE)).exists()

    @property
    def is_sound(self) -> bool:
        """The second signer is independent of desk and vendors, and never the principal."""
        if self.place == SECOND and not self.is_independent:
            return False
        other = {SECOND: PRINCIPAL, PRINCIPAL: SECOND}.get(self.place)
        return not Seat.objects.filter(state="in_force", place=other, person=self.person).exists() if other else True

    @property
    def is_over(self) -> bool:
        return self.until_on is not None and self.until_on < clock.today()


def _said(is_so: bool) -> str:
    return "yes" if is_so else "no"
