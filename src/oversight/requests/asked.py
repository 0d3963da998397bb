"""A regulator's request, its counsel, more time for it, and who was reminded of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.evidence.models import Filed
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.requests.grounds import AUTHORITIES
from oversight.requests.lifecycle import COUNSEL, EXTENSION, OPEN, REQUEST, RUNNING, TO_DO, WORKED
from oversight.roles import STAFF
from oversight.vendors.columns import when, who, words


class Request(Moving):
    """One letter of an authority, from its receipt to its close. `owner` and the other people are keys of accounts."""

    RECORD = "request"
    PRIVATE = ("about", "outside_counsel")
    LIFECYCLE = REQUEST

    authority = models.CharField("from", max_length=10, choices=list(AUTHORITIES.items()))
    asked_by = models.CharField(
        "office or examiner", max_length=120, blank=True, default="", help_text="As the letter is signed; an office rather than a name."
    )
    reference = models.CharField("their reference", max_length=80)
    rule = models.CharField("made under", max_length=80)
    about = words("what it asks, in a sentence", blank=False)
    letter = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    received_on = models.DateField("received")
    first_due_on = models.DateField("due, as the letter says")
    due_on = models.DateField("due", db_index=True)
    first_on = models.DateField("first day asked about")
    last_on = models.DateField("last day asked about")
    owner = models.CharField(max_length=64)
    outside_counsel = models.CharField("outside counsel", max_length=200, blank=True, default="", help_text="In words; outside counsel has no account here.")
    opened_by, opened_at = who(), models.DateTimeField()
    closed_by, closed_at = who(), when()

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            state_constraint(REQUEST, "requests_request_state"),
            models.CheckConstraint(condition=models.Q(authority__in=list(AUTHORITIES)), name="requests_request_authority"),
            models.CheckConstraint(condition=models.Q(due_on__gte=models.F("received_on")), name="requests_request_due_after_receipt"),
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="requests_request_period"),
            models.UniqueConstraint(fields=["authority", "reference"], name="requests_request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_authority_display()} {self.reference}"

    def get_absolute_url(self) -> str:
        """The page of the request."""
        return reverse("requests:request", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_worked(self) -> bool:
        return self.state in WORKED

    def is_counseled_by(self, account: Any) -> bool:
        """Whether this account, or who acts as it, is counsel for it now: named, and of a role of counsel."""
        return bool(account.roles & set(COUNSEL)) and self.counsel.filter(account=account.key, ended_at=None).exists()

    @property
    def is_overdue(self) -> bool:
        """Its answer is owed and its day is over."""
        return self.is_running and clock.today() > self.due_on

    @property
    def days_left(self) -> int:
        return (self.due_on - clock.today()).days

    @property
    def days_late(self) -> int:
        return max(-self.days_left, 0)

    @property
    def has_items(self) -> bool:
        return self.items.exists()

    @property
    def has_counsel(self) -> bool:
        return self.counsel.filter(ended_at=None).exists()

    @property
    def is_gathered(self) -> bool:
        return not self.items.filter(state__in=("open", "gathering", "nothing_said")).exists()

    @property
    def is_ended(self) -> bool:
        """Every item has ended."""
        return not self.items.filter(state__in=TO_DO).exists()

    @property
    def is_handed_over(self) -> bool:
        """Something was handed over, and no production waits for it."""
        states = set(self.productions.exclude(state="dropped").values_list("state", flat=True))
        return states == {"delivered"}


class Counsel(Recorded):
    """That an account is counsel for one request: it alone sees the counsel's space, for as long as it is not ended."""

    RECORD = "request_counsel"
    SEEN_BY = STAFF

    request = models.ForeignKey(Request, models.PROTECT, related_name="counsel")
    account = models.CharField(max_length=64)
    named_by, named_at = who(), models.DateTimeField()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["named_at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "account"], condition=models.Q(ended_at=None), name="requests_counsel_once")]

    def __str__(self) -> str:
        return f"counsel for request {self.request_id}"


class Extension(Moving):
    """More time: asked for with a letter, answered with another. Both are filed beside it."""

    RECORD = "request_extension"
    PRIVATE = ("reason",)
    LIFECYCLE = EXTENSION

    request = models.ForeignKey(Request, models.PROTECT, related_name="extensions")
    asked_on = models.DateField("asked for on")
    asked_until_on = models.DateField("until the day asked for")
    reason = words("why more time is needed", blank=False)
    until_on = models.DateField("granted until", null=True, blank=True)
    asked_by, asked_at = who(), models.DateTimeField()
    answered_by, answered_at = who(), when()

    class Meta:
        ordering: ClassVar = ["asked_on", "pk"]
        constraints: ClassVar = [
            state_constraint(EXTENSION, "requests_extension_state"),
            models.UniqueConstraint(fields=["request"], condition=models.Q(state="asked"), name="requests_extension_one_open"),
        ]

    def __str__(self) -> str:
        return f"extension of {self.request} to {self.until_on or self.asked_until_on}"

    def get_absolute_url(self) -> str:
        """The page of its request."""
        return f"{self.request.get_absolute_url()}#extensions"


class Reminder(Recorded):
    """That people were told that a day nears or was missed: once for each day and step."""

    RECORD = "request_reminder"
    SEEN_BY = STAFF

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    due_on = models.DateField()
    step = models.CharField(max_length=12)
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject_kind", "subject_id", "due_on", "step"], name="requests_reminder_once")]

    def __str__(self) -> str:
        return f"{self.step}, {self.subject_kind} {self.subject_id}, {self.due_on}"
