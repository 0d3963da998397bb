"""Reviews and their agenda; what is said in the room and what follows from it stand in files of their own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.models import Filed
from oversight.record.models import Moving, state_constraint
from oversight.reviews.following import Action, LateItem, Minutes, Signature
from oversight.reviews.lifecycle import AGENDA_OPEN, EXTRAORDINARY, ITEM, KINDS, PAPER, PREPARED, REVIEW
from oversight.reviews.seats import Charter, Seat
from oversight.reviews.speaking import Motion, Presence, Recusal, Vote
from oversight.vendors.columns import when, who, words

__all__ = ["Action", "AgendaItem", "Charter", "LateItem", "Minutes", "Motion", "Paper", "Presence", "Recusal", "Review", "Seat", "Signature", "Vote"]
VENDOR, DIFFERENCE = "vendor", "difference"
"""Kinds of subject on which a motion does more than resolve."""


class Review(Moving):
    """One review of one quarter, or an extraordinary one. Once signed, the database itself refuses to change it."""

    RECORD = "review"
    PRIVATE = ("why",)
    LIFECYCLE = REVIEW

    kind = models.CharField(max_length=16, choices=KINDS)
    quarter = models.CharField(max_length=6, help_text="such as 2026Q3")
    first_on = models.DateField("first day reviewed")
    last_on = models.DateField("last day reviewed")
    due_on = models.DateField("to be signed by")
    why = words("why it is held out of turn")
    raised_by, raised_at = who(), models.DateTimeField()
    missed_at = models.DateTimeField(null=True, editable=False, help_text="when the desk noted that its day had passed; it stays noted")
    charter = models.ForeignKey(Charter, models.PROTECT, null=True, related_name="reviews", help_text="under which it is held, from the convening on")
    meeting_at = models.DateTimeField("when", null=True, blank=True)
    place = models.CharField("where", max_length=200, blank=True, default="", help_text="A room, or how to join.")
    generated_at = models.DateTimeField("agenda last generated", null=True, editable=False)
    convened_by, convened_at = who(), when()
    opened_by, opened_at = who(), when()
    adjourned_by, adjourned_at = who(), when()
    first_signed_by, first_signed_at = who(), when()
    signed_by, signed_at = who(), when()
    filed = models.ForeignKey(Filed, models.PROTECT, null=True, related_name="+", help_text="the signed minutes")

    class Meta:
        ordering: ClassVar = ["-last_on", "-pk"]
        constraints: ClassVar = [
            state_constraint(REVIEW, "reviews_review_state"),
            models.UniqueConstraint(fields=["quarter"], condition=models.Q(kind="quarterly"), name="reviews_review_one_a_quarter"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="reviews_review_days"),
            models.CheckConstraint(
                condition=~models.Q(state="signed") | (models.Q(filed__isnull=False, charter__isnull=False) & ~models.Q(first_signed_by=models.F("signed_by"))),
                name="reviews_review_signed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{'Extraordinary review' if self.kind == EXTRAORDINARY else 'Review'} of {self.quarter}"

    def get_absolute_url(self) -> str:
        """Its page: the committee room."""
        return reverse("reviews:review", args=[self.pk])

    @property
    def is_signed(self) -> bool:
        return self.state == "signed"

    @property
    def is_overdue(self) -> bool:
        """Its day has passed and it is not signed: true from the first minute of the day after."""
        return not self.is_signed and clock.today() > self.due_on

    @property
    def is_missed(self) -> bool:
        """It is past its day, or was signed after it."""
        signed_on = self.signed_at.astimezone(clock.MARKET_ZONE).date() if self.signed_at else None
        return self.is_overdue or self.missed_at is not None or (signed_on is not None and signed_on > self.due_on)

    @property
    def days_late(self) -> int:
        return max((clock.today() - self.due_on).days, 0) if self.is_overdue else 0

    @property
    def is_in_session(self) -> bool:
        return self.state == "in_session"

    @property
    def is_before_the_meeting(self) -> bool:
        return self.state in PREPARED

    @property
    def takes_items(self) -> bool:
        return self.state in AGENDA_OPEN

    @property
    def papers_by(self) -> datetime | None:
        """The instant until which a paper is in time: the end of the last day of the notice; None before the meeting is set."""
        if self.meeting_at is None or self.charter is None:
            return None
        last = self.meeting_at.astimezone(clock.MARKET_ZONE).date() - timedelta(days=self.charter.notice_days)
        return datetime.combine(last + timedelta(days=1), time(), clock.MARKET_ZONE)

    @property
    def has_charter(self) -> bool:
        return Charter.objects.filter(state="in_force").exists()

    @property
    def is_complete(self) -> bool:
        """Whether there is an agenda and every item of it has ended."""
        return self.items.exists() and not self.items.exclude(state__in=ITEM.ends).exists()

    @property
    def has_no_open_motion(self) -> bool:
        return not Motion.objects.filter(item__review=self, state="open").exists()

    @property
    def was_quorate(self) -> bool:
        """Whether every item that ended did so before a quorum, as it was counted then."""
        needed = self.charter.quorum if self.charter else None
        return needed is not None and not self.items.filter(state__in=ITEM.ends).filter(models.Q(ended_seats=None) | models.Q(ended_seats__lt=needed)).exists()

    @property
    def days(self) -> tuple[date, date]:
        return self.first_on, self.last_on


class AgendaItem(Moving):
    """One thing that the review must take up, as it was when it came onto the agenda. It ends in exactly one of three ways."""

    RECORD = "agenda_item"
    PRIVATE = ("title", "why", "discussion", "resolution", "skip_reason")
    LIFECYCLE = ITEM

    review = models.ForeignKey(Review, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, help_text="the part of the desk that it comes from; `hand` for a seat")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    why = models.TextField("why it is taken up", max_length=4000)
    address = models.CharField(max_length=500, blank=True, default="")
    severity = models.CharField(max_length=8, default="medium")
    vendor = models.CharField(max_length=60, blank=True, default="", help_text="its name in the data")
    is_vote = models.BooleanField("it ends by a motion alone", default=False)
    added_by, added_at = who(), models.DateTimeField()
    gone_at = models.DateTimeField(null=True, editable=False, help_text="since when its source does not name it any more; it is ended all the same")
    discussion = words("what was said")
    resolution = words("what was resolved")
    skip_reason = words("why it is skipped")
    skip_by, skip_at = who(), when()
    ended_by, ended_at = who(), when()
    ended_seats = models.PositiveSmallIntegerField(null=True, editable=False, help_text="seats that counted for the quorum when it ended")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            state_constraint(ITEM, "reviews_item_state"),
            models.UniqueConstraint(fields=["review", "number"], name="reviews_item_number"),
            models.UniqueConstraint(fields=["review", "source", "subject_kind", "subject_id"], name="reviews_item_once"),
            models.CheckConstraint(
                condition=~models.Q(state="skipped") | (~models.Q(skip_reason="") & ~models.Q(skip_by=models.F("ended_by"))),
                name="reviews_item_skipped_by_two",
            ),
            models.CheckConstraint(condition=~models.Q(state="taken_up") | ~models.Q(resolution=""), name="reviews_item_resolved"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def get_absolute_url(self) -> str:
        """It in the committee room."""
        return f"{reverse('reviews:review', args=[self.review_id])}?item={self.number}#item"

    @property
    def is_ended(self) -> bool:
        return self.state in ITEM.ends

    @property
    def is_in_session(self) -> bool:
        return self.review.is_in_session

    @property
    def has_no_open_motion(self) -> bool:
        return not self.motions.filter(state="open").exists()

    @property
    def needs_no_vote(self) -> bool:
        return not self.is_vote


class Paper(Moving):
    """Filed evidence on the table of a review, by its hash, with when it was circulated and to whom."""

    RECORD = "review_paper"
    LIFECYCLE = PAPER

    review = models.ForeignKey(Review, models.PROTECT, related_name="papers")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="papers", verbose_name="for item")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    sha256 = models.CharField("SHA-256", max_length=64)
    attached_by, attached_at = who(), models.DateTimeField()
    circulated_by, circulated_at = who(), when()
    circulated_to = models.JSONField("told", default=list, help_text="keys of the accounts that were told")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            state_constraint(PAPER, "reviews_paper_state"),
            models.UniqueConstraint(fields=["review", "sha256"], condition=~models.Q(state="withdrawn"), name="reviews_paper_once"),
        ]

    def __str__(self) -> str:
        return self.filed.title

    def get_absolute_url(self) -> str:
        """The file."""
        return self.filed.get_absolute_url()

    @property
    def is_on_the_table(self) -> bool:
        return self.review.takes_items

    @property
    def is_late(self) -> bool:
        """Whether it came after the notice that the charter asks; a paper that was not circulated is late once the notice has begun."""
        by = self.review.papers_by
        return by is not None and (self.circulated_at or clock.now()) >= by
