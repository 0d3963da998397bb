"""What a review leaves: actions, the frozen minutes, signatures, and what came later."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.queries import of_subject
from oversight.findings.models import Run
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.reviews.lifecycle import ACTION
from oversight.reviews.seats import Seat
from oversight.roles import STAFF
from oversight.vendors.columns import when, who, words


class Action(Moving):
    """Something that a review asks of one person by a day. It outlives the review: each next one looks at it until it is done."""

    RECORD = "review_action"
    PRIVATE = ("what", "wanted", "done_words")
    LIFECYCLE = ACTION

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="actions")
    item = models.ForeignKey("reviews.AgendaItem", models.PROTECT, null=True, blank=True, related_name="actions", verbose_name="from item")
    motion = models.ForeignKey("reviews.Motion", models.PROTECT, null=True, blank=True, related_name="actions")
    what = words("what is to be done", blank=False)
    owner = models.CharField("who does it", max_length=64)
    due_on = models.DateField("by")
    wanted = models.CharField(
        "what proves it", max_length=300, blank=True, default="", help_text="Leave it empty where words suffice; otherwise it is filed beside it."
    )
    set_by, set_at = who(), models.DateTimeField()
    done_words = words("what was done, and what it showed")
    done_by, done_at = who(), when()
    confirmed_by, confirmed_at = who(), when()
    dropped_by, dropped_at = who(), when()

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"])]
        constraints: ClassVar = [
            state_constraint(ACTION, "reviews_action_state"),
            models.CheckConstraint(condition=~models.Q(state="confirmed") | ~models.Q(confirmed_by=models.F("done_by")), name="reviews_action_two_people"),
        ]

    def __str__(self) -> str:
        return self.what[:80]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("reviews:action", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state in ACTION.ends

    @property
    def is_overdue(self) -> bool:
        return self.state == "open" and self.due_on < clock.today()

    @property
    def is_proved(self) -> bool:
        """Whether what it asks for is filed beside it; nothing is missing where it asks for nothing."""
        return not self.wanted or of_subject(*self.subject).exists()


class Minutes(Recorded):
    """The minutes as the first signature froze them: `text` is the canonical JSON that `sha256` is of. Never changed; another freeze is another row."""

    RECORD = "minutes"
    PRIVATE = ("text",)
    SEEN_BY = STAFF

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    sha256 = models.CharField("SHA-256", max_length=64)
    frozen_by, frozen_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["review", "number"], name="reviews_minutes_number")]
        verbose_name_plural = "minutes"

    def __str__(self) -> str:
        return f"minutes {self.number}, {self.sha256[:12]}"


class Signature(Recorded):
    """One signature under frozen minutes, by their hash. The database refuses to change it."""

    RECORD = "review_signature"
    PRIVATE = ("statement",)
    SEEN_BY = STAFF

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="signatures")
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="signatures")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    person = models.CharField(max_length=64)
    place = models.CharField(max_length=16)
    sha256 = models.CharField("SHA-256 of the minutes signed", max_length=64)
    statement = words("in your own words")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["minutes", "person"], name="reviews_signature_once")]

    def __str__(self) -> str:
        return f"signature under {self.sha256[:12]}"


class LateItem(Recorded):
    """That a run was received after a review of its days was signed, and what differs. The signed review stays; the next one takes this up."""

    RECORD = "late_item"
    SEEN_BY = STAFF

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="late_items")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    days = models.JSONField(help_text="the days of the reviewed quarter that the run measured, ISO")
    differs = models.TextField("what differs")
    noted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["review", "run"], name="reviews_late_item_once")]

    def __str__(self) -> str:
        return f"{len(self.days)} day{'' if len(self.days) == 1 else 's'} of {self.review.quarter}, run {self.run_id[:12]}"

    def get_absolute_url(self) -> str:
        """It on the page of the signed review."""
        return f"{reverse('reviews:review', args=[self.review_id])}#later"
