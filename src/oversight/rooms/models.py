"""The tables of a room: what both sides put there, and the firm's own notes beside it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse

from oversight import clock
from oversight.cases.models import Case
from oversight.evidence.models import Filed, Link
from oversight.findings.models import Run
from oversight.record.models import Moving, Recorded, state_constraint
from oversight.roles import STAFF, VENDOR
from oversight.rooms.lifecycle import BY_KEY, FIRM, KINDS, OUTSIDE, ROOM, SHOWN_ORDER, SIDES, TITLES, Kind
from oversight.vendors.columns import when, who, words


class Room(Moving):
    """The joint investigation of one case, shared with that vendor's outside accounts alone. `about` is written for the vendor to read."""

    RECORD = "room"
    PRIVATE = ("about",)
    LIFECYCLE = ROOM

    case = models.OneToOneField(Case, models.PROTECT, related_name="room")
    about = words("what is investigated, for the vendor to read", blank=False)
    opened_by, opened_at = who(), models.DateTimeField()
    vendor_due_on = models.DateField("the vendor's conclusion is owed by")
    firm_concluded_by = who()
    concluded_by, concluded_at = who(), when()
    reopened_by, reopened_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [state_constraint(ROOM, "rooms_room_state")]

    def __str__(self) -> str:
        return f"Joint investigation of case {self.case.number}"

    def get_absolute_url(self) -> str:
        """The firm's page; the vendor's is another."""
        return reverse("rooms:room", args=[self.pk])

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people, and the outside accounts of the vendor that the case is with."""
        return super().is_visible_to(account) or self.case.is_shared_with(account)

    @property
    def is_concluded(self) -> bool:
        """What the case asks before it goes on to its plan."""
        return self.state == "concluded"

    @property
    def takes_words(self) -> bool:
        """Whether anything may still be said here."""
        return self.state == "open" and self.case.is_open

    @property
    def has_firm_conclusion(self) -> bool:
        return self.standing_statements("conclusion", FIRM).exists()

    @property
    def has_vendor_conclusion(self) -> bool:
        return self.standing_statements("conclusion", OUTSIDE).exists()

    @property
    def is_overdue(self) -> bool:
        """Whether the vendor's clock ran out while its conclusion was owed."""
        return self.takes_words and self.vendor_due_on < clock.today() and not self.has_vendor_conclusion

    @property
    def is_heard(self) -> bool:
        """Whether the vendor wrote its conclusion, or had its time to."""
        return self.has_vendor_conclusion or self.vendor_due_on < clock.today()

    @property
    def is_before_plan(self) -> bool:
        return self.case.state == "investigating"

    @property
    def is_unilateral(self) -> bool:
        """Whether it was concluded without a word of the vendor's conclusion: its clock had run out."""
        return self.is_concluded and not self.has_vendor_conclusion

    def standing_statements(self, kind: str, side: str) -> models.QuerySet[Statement]:
        """What that side said of that kind and has not superseded."""
        return self.statements.filter(kind=kind, side=side, later=None)


class OfRoom(Recorded):
    """What belongs to a room and is seen by whoever sees the room."""

    SEEN_BY = STAFF
    room: Any

    class Meta:
        abstract = True

    def is_visible_to(self, account: Any) -> bool:
        """Who sees the room."""
        return bool(self.room.is_visible_to(account))

    def get_absolute_url(self) -> str:
        """The place within the firm's page of the room."""
        return f"{self.room.get_absolute_url()}#{self.RECORD.removeprefix('room_')}-{self.pk}"


class Hypothesis(OfRoom):
    """One possible cause, put by either side. It stays as it was put; what both sides hold of it is said in statements."""

    RECORD = "room_hypothesis"
    PRIVATE = ("words",)

    room = models.ForeignKey(Room, models.PROTECT, related_name="hypotheses")
    side = models.CharField(max_length=6, choices=list(SIDES.items()))
    words = models.CharField("what may have caused it", max_length=400)
    put_by, put_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(side__in=list(SIDES)), name="rooms_hypothesis_side")]

    def __str__(self) -> str:
        return self.words[:80]


class Day(OfRoom):
    """A day for which the configuration in force is shown to both sides."""

    RECORD = "room_day"

    room = models.ForeignKey(Room, models.PROTECT, related_name="days")
    on = models.DateField("day")
    chosen_by, chosen_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["room", "on"], name="rooms_day_once")]

    def __str__(self) -> str:
        return self.on.isoformat()


class ShownOrder(Moving):
    """One order of the vendor, chosen by the firm to be looked at by both, as one sealed run has it."""

    RECORD = "shown_order"
    PRIVATE = ("why",)
    LIFECYCLE = SHOWN_ORDER

    room = models.ForeignKey(Room, models.PROTECT, related_name="orders")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    key_on = models.DateField("day")
    symbol = models.CharField(max_length=40)
    order_id = models.CharField("order id", max_length=120)
    why = words("what to look at, for the vendor to read")
    chosen_by, chosen_at = who(), models.DateTimeField()
    withdrawn_by, withdrawn_at = who(), when()

    class Meta:
        ordering: ClassVar = ["key_on", "pk"]
        constraints: ClassVar = [
            state_constraint(SHOWN_ORDER, "rooms_shownorder_state"),
            models.UniqueConstraint(
                fields=["room", "key_on", "symbol", "order_id"], condition=models.Q(state="shown"), name="rooms_shownorder_once"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.order_id}, {self.symbol}, {self.key_on}"

    def get_absolute_url(self) -> str:
        """Its place within the firm's page of the room."""
        return f"{self.room.get_absolute_url()}#order-{self.pk}"

    def is_visible_to(self, account: Any) -> bool:
        """The firm's people; the vendor while it is shown."""
        return bool(account.roles & set(STAFF)) or (self.state == "shown" and self.room.is_visible_to(account))


class Statement(OfRoom):
    """One thing that one side said: never changed. A correction is another statement of the same side that names this one in `supersedes`."""

    RECORD = "room_statement"
    PRIVATE = ("words",)

    room = models.ForeignKey(Room, models.PROTECT, related_name="statements")
    side = models.CharField(max_length=6, choices=list(SIDES.items()))
    kind = models.CharField(max_length=12, choices=[(kind.key, kind.title) for kind in KINDS])
    hypothesis = models.ForeignKey(Hypothesis, models.PROTECT, null=True, related_name="statements")
    day = models.ForeignKey(Day, models.PROTECT, null=True, related_name="statements")
    order = models.ForeignKey(ShownOrder, models.PROTECT, null=True, related_name="statements")
    value = models.CharField(max_length=16, blank=True, default="")
    words = models.TextField(max_length=8000)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="later")
    said_by, said_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(side__in=list(SIDES)), name="rooms_statement_side"),
            models.CheckConstraint(condition=models.Q(kind__in=list(BY_KEY)), name="rooms_statement_kind"),
            models.CheckConstraint(condition=models.Q(value__in=["", *TITLES]), name="rooms_statement_value"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_of.title}, {SIDES[self.side]}"

    def takes_files_of(self, account: Any) -> bool:
        """The vendor shows files beside what it said itself, while anything may be said."""
        return VENDOR in account.roles and self.side == OUTSIDE and self.room.case.is_shared_with(account) and self.room.takes_words

    @property
    def kind_of(self) -> Kind:
        return BY_KEY[self.kind]

    @property
    def value_title(self) -> str:
        return TITLES.get(self.value, "")


class ShownFile(OfRoom):
    """That a file was shown to the other side, beside a statement. A file that the firm files elsewhere is never shown by that."""

    RECORD = "room_file"

    room = models.ForeignKey(Room, models.PROTECT, related_name="files")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="files")
    filed = models.ForeignKey(Filed, models.PROTECT, related_name="+")
    link = models.OneToOneField(Link, models.PROTECT, related_name="+")
    shown_by, shown_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"file {self.filed_id} beside statement {self.statement_id}"


class Note(Recorded):
    """A note of the firm for the firm, beside one thing of the room. No outside account sees it, whatever it asks for."""

    RECORD = "room_note"
    SEEN_BY = STAFF
    PRIVATE = ("words",)

    room = models.ForeignKey(Room, models.PROTECT, related_name="notes")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    words = models.TextField(max_length=4000)
    noted_by, noted_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["room", "subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return f"note on {self.subject_kind} {self.subject_id}"

    def get_absolute_url(self) -> str:
        """The firm's page of the room."""
        return self.room.get_absolute_url()


class Reminder(Recorded):
    """That people were told once, so many days before or after the vendor's conclusion was owed: never changed."""

    RECORD = "room_reminder"
    SEEN_BY = STAFF

    room = models.ForeignKey(Room, models.PROTECT, related_name="reminders")
    due_on = models.DateField()
    step = models.SmallIntegerField("days from the day it is owed")
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["room", "due_on", "step"], name="rooms_reminder_once")]

    def __str__(self) -> str:
        return f"{self.room_id}, {self.due_on}, {self.step}"
