"""The reader's room: for whom and until when, who came in, and what they took."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from oversight import clock
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.requests.asked import Request
from oversight.requests.lifecycle import ROOM
from oversight.requests.produced import PARTS, Produced, Production
from oversight.roles import AUDITOR, COMPLIANCE, SENIOR_MANAGER
from oversight.vendors.columns import when, who


class Room(Moving):
    """A reader's room: what was produced in its scope, read only, for whoever has its address and passphrase, until its last day.

    Of address and passphrase the desk keeps a hash each, which the record does not hold.
    """

    RECORD = "reading_room"
    PRIVATE = ("reader",)
    UNRECORDED = ("secret_sha256", "passphrase")
    SEEN_BY = (COMPLIANCE, SENIOR_MANAGER, AUDITOR)
    LIFECYCLE = ROOM

    request = models.ForeignKey(Request, models.PROTECT, related_name="rooms")
    production = models.ForeignKey(
        Production, models.PROTECT, null=True, blank=True, related_name="rooms", help_text="Empty: all that is produced of the request."
    )
    reader = models.CharField("for whom", max_length=200)
    last_on = models.DateField("last day")
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    passphrase = models.CharField(max_length=200, editable=False)
    link_made_by, link_made_at = who(), models.DateTimeField()
    counted_from = models.DateTimeField(help_text="wrong passphrases are counted from then on")
    made_by, made_at = who(), models.DateTimeField()
    released_by, released_at = who(), when()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [state_constraint(ROOM, "requests_room_state")]

    def __str__(self) -> str:
        return f"reader's room {self.pk} for {self.production or self.request}"

    def get_absolute_url(self) -> str:
        """The firm's page of the room; the reader has another address."""
        return reverse("requests:room", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return clock.today() > self.last_on

    @property
    def is_ahead(self) -> bool:
        return not self.is_over

    @property
    def has_something(self) -> bool:
        return self.productions.exists()

    @property
    def productions(self) -> models.QuerySet[Production]:
        """The released productions of its scope."""
        scope = Q(pk=self.production_id) if self.production_id else Q(request_id=self.request_id)
        return Production.objects.filter(scope, state__in=("released", "delivered")).order_by("number")

    @property
    def is_open_now(self) -> bool:
        return self.state == "open" and self.is_ahead


class Visit(Recorded):
    """One try at a room's passphrase: let in or not. The record holds neither who they say they are nor their address."""

    RECORD = "room_visit"
    PRIVATE = ("who", "address")
    UNRECORDED = ("token_sha256",)
    SEEN_BY = (COMPLIANCE, SENIOR_MANAGER, AUDITOR)

    room = models.ForeignKey(Room, models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    is_let_in = models.BooleanField()
    who = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=60, blank=True, default="", help_text="only where the deployment keeps it")
    token_sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    until_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["room", "is_let_in", "at"])]

    def __str__(self) -> str:
        return f"visit {self.pk} to room {self.room_id}"


class Download(Recorded):
    """That a visitor of a room took one document, or one part of a production."""

    RECORD = "room_download"
    SEEN_BY = (COMPLIANCE, SENIOR_MANAGER, AUDITOR)

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="downloads")
    production = models.ForeignKey(Production, models.PROTECT, related_name="+")
    produced = models.ForeignKey(Produced, models.PROTECT, null=True, related_name="downloads")
    part = models.CharField(max_length=10, blank=True, default="")
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.produced or self.part} in visit {self.visit_id}"

    @property
    def what(self) -> str:
        """The number of the document, or the part."""
        return self.produced.label if self.produced else PARTS[self.part]
