"""What is said in the room: who is there, who stands aside, what is moved, and how each seat voted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from oversight.record.models import Moving, Recorded, state_constraint
from oversight.reviews.lifecycle import CHOICES, MOTION, MOTIONS, ON_DIFFERENCE, ON_PROVIDER, RECUSAL
from oversight.reviews.seats import Seat
from oversight.roles import STAFF
from oversight.vendors.columns import when, who, words


class Presence(Recorded):
    """That a seat came, or went. The last word of each seat is where it is; the database refuses to change any."""

    RECORD = "review_presence"
    SEEN_BY = STAFF

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="presences")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="presences")
    is_here = models.BooleanField()
    noted_by, at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"seat {self.seat_id} {'came' if self.is_here else 'went'}"


class Recusal(Moving):
    """That a seat stands aside from one item, or from the whole review where no item is named."""

    RECORD = "review_recusal"
    PRIVATE = ("reason",)
    LIFECYCLE = RECUSAL

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="recusals")
    item = models.ForeignKey("reviews.AgendaItem", models.PROTECT, null=True, blank=True, related_name="recusals", verbose_name="from item")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="recusals")
    person = models.CharField(max_length=64)
    reason = words("why", blank=False)
    stated_by, stated_at = who(), models.DateTimeField()
    lifted_by, lifted_at = who(), when()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            state_constraint(RECUSAL, "reviews_recusal_state"),
            models.UniqueConstraint(fields=["review", "item", "seat"], condition=models.Q(state="stated"), name="reviews_recusal_once"),
        ]

    def __str__(self) -> str:
        return f"recusal of seat {self.seat_id}"

    def get_absolute_url(self) -> str:
        """The committee room."""
        return f"{self.review.get_absolute_url()}#floor"

    @property
    def is_on_the_table(self) -> bool:
        return self.review.takes_items


class Motion(Moving):
    """What one seat asks the others to decide, with the alternatives that were considered. `terms` are conditions: {what, owner, due_on}."""

    RECORD = "motion"
    PRIVATE = ("text", "alternatives", "terms")
    LIFECYCLE = MOTION

    item = models.ForeignKey("reviews.AgendaItem", models.PROTECT, related_name="motions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField("what it does", max_length=12, choices=MOTIONS)
    text = models.TextField("what is moved", max_length=4000)
    alternatives = models.TextField("alternatives considered, and why not", max_length=4000)
    decision_id = models.PositiveBigIntegerField(null=True, editable=False, help_text="the proposed decision that it adopts or rejects")
    terms = models.JSONField("conditions", default=list)
    moved_by, moved_at = who(), models.DateTimeField()
    mover = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    closed_by, closed_at = who(), when()
    count = models.CharField("the count", max_length=120, blank=True, default="", editable=False)
    rule = models.CharField(max_length=24, blank=True, default="", editable=False, help_text="the charter's rule when the vote was closed")
    closed_seats = models.PositiveSmallIntegerField(null=True, editable=False, help_text="seats that counted for the quorum when the vote was closed")

    class Meta:
        ordering: ClassVar = ["item__number", "number"]
        constraints: ClassVar = [
            state_constraint(MOTION, "reviews_motion_state"),
            models.UniqueConstraint(fields=["item", "number"], name="reviews_motion_number"),
            models.UniqueConstraint(fields=["item"], condition=models.Q(state="open"), name="reviews_motion_one_open"),
            models.UniqueConstraint(fields=["item"], condition=models.Q(state="carried"), name="reviews_motion_one_carried"),
            models.CheckConstraint(condition=~models.Q(text="") & ~models.Q(alternatives=""), name="reviews_motion_in_words"),
        ]

    def __str__(self) -> str:
        return f"motion {self.item.number}.{self.number}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its item in the committee room."""
        return self.item.get_absolute_url()

    @property
    def is_in_session(self) -> bool:
        return self.item.review.is_in_session

    @property
    def is_on_provider(self) -> bool:
        return self.kind in ON_PROVIDER

    @property
    def is_on_difference(self) -> bool:
        return self.kind in ON_DIFFERENCE


class Vote(Recorded):
    """How one seat voted on one motion, once and for good: the database refuses to change it."""

    RECORD = "vote"
    PRIVATE = ("words",)
    SEEN_BY = STAFF

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="votes")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="votes")
    person = models.CharField(max_length=64)
    choice = models.CharField(max_length=8, choices=CHOICES)
    words = words("in your own words")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["motion", "seat"], name="reviews_vote_once"),
            models.UniqueConstraint(fields=["motion", "person"], name="reviews_vote_once_a_person"),
            models.CheckConstraint(condition=models.Q(choice__in=[key for key, _ in CHOICES]), name="reviews_vote_choice"),
            models.CheckConstraint(condition=~models.Q(choice="against") | ~models.Q(words=""), name="reviews_vote_dissent_in_words"),
        ]

    def __str__(self) -> str:
        return f"{self.choice} motion {self.motion_id}"
