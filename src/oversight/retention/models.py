"""Legal holds, stated periods, disposals, and what was disposed of."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.urls import reverse

from oversight.record.models import Moving, Recorded, state_constraint
from oversight.retention.classes import BY_KEY, CHOICES, ROOTS, STATED, RecordClass, spoken
from oversight.retention.lifecycle import DISPOSAL, HOLD, PERIOD, READERS
from oversight.vendors.columns import when, who, words


class Hold(Moving):
    """A legal hold. Its scope is days (with classes, or all of them), whole classes, or named things; no file is split by symbol: symbols are for the reader.

    `subjects` are [kind, id] of recorded rows: the evidence filed beside them is held. `orders` are [day, symbol, order id]: what speaks of those days is held.
    """

    RECORD = "legal_hold"
    SEEN_BY = READERS
    PRIVATE = ("reason",)
    LIFECYCLE = HOLD

    title = models.CharField("what it is about", max_length=200)
    reason = words("why", blank=False)
    first_on = models.DateField("from", null=True, blank=True)
    last_on = models.DateField("to", null=True, blank=True, help_text="Empty: until it is released.")
    classes = models.JSONField("classes", default=list, blank=True, help_text="Of these days; without days the whole of these classes.")
    symbols = models.JSONField("symbols", default=list, blank=True)
    orders = models.JSONField("orders", default=list, blank=True)
    subjects = models.JSONField("cases, requests and other rows", default=list, blank=True)
    proposed_by, proposed_at = who(), models.DateTimeField()
    placed_by, placed_at = who(), when()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [
            state_constraint(HOLD, "retention_hold_state"),
            models.CheckConstraint(
                condition=models.Q(last_on=None) | models.Q(first_on__isnull=False, last_on__gte=models.F("first_on")), name="retention_hold_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"Hold no. {self.pk}, {self.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("retention:hold", args=[self.pk])

    @property
    def stops(self) -> bool:
        """Whether it stops disposal now: asked for or in force."""
        return self.state in ("proposed", "in_force")

    @property
    def scope(self) -> str:
        """In words."""
        titles = [BY_KEY[key].title for key in self.classes]
        days = f"{self.first_on} to {self.last_on or 'its release'}" if self.first_on else ""
        orders = ", ".join(" ".join(order) for order in self.orders)
        beside = ", ".join(" ".join(subject) for subject in self.subjects)
        symbols = ", ".join(self.symbols)
        parts = (", ".join(titles) if titles else "every class" if days else "", days, symbols, orders and f"orders {orders}", beside and f"beside {beside}")
        return "; ".join(part for part in parts if part)

    def is_over(self, first: date, last: date) -> bool:
        """Whether its days, or those of an order it names, meet these."""
        named = any(first.isoformat() <= str(order[0]) <= last.isoformat() for order in self.orders)
        return named or (self.first_on is not None and self.first_on <= last and first <= (self.last_on or date.max))


class Period(Moving):
    """What the firm states of a class in place of the shipped period, from a day on: its reading of a rule that leaves it open."""

    RECORD = "retention_period"
    SEEN_BY = READERS
    PRIVATE = ("reason",)
    LIFECYCLE = PERIOD

    record_class = models.CharField("class", max_length=24, choices=STATED)
    months = models.PositiveIntegerField("months", help_text="How long it is kept: 72 for six years.")
    from_on = models.DateField("from")
    reason = words("on whose reading of which rule", blank=False)
    proposed_by, proposed_at = who(), models.DateTimeField()
    decided_by, decided_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-from_on", "-pk"]
        constraints: ClassVar = [
            state_constraint(PERIOD, "retention_period_state"),
            models.UniqueConstraint(fields=["record_class", "from_on"], condition=models.Q(state="in_force"), name="retention_period_once"),
        ]

    def __str__(self) -> str:
        return f"{self.class_of.title}: {spoken(self.months)} from {self.from_on}"

    def get_absolute_url(self) -> str:
        """Where it stands on the page of periods."""
        return f"{reverse('retention:periods')}#period-{self.pk}"

    @property
    def class_of(self) -> RecordClass:
        return BY_KEY[self.record_class]


class Disposal(Moving):
    """A list of things whose time is over: proposed by one, approved by another, carried out once.

    `items` hold kind, id, class, root, period, citation, the day its time ended, and its files by path, SHA-256 and size; `stayed` are [kind, id, why].
    """

    RECORD = "disposal"
    SEEN_BY = READERS
    PRIVATE = ("reason",)
    LIFECYCLE = DISPOSAL

    reason = words("why now", blank=False)
    items = models.JSONField(default=list, editable=False)
    count = models.PositiveIntegerField(editable=False)
    size = models.PositiveBigIntegerField(editable=False, help_text="bytes")
    stayed = models.JSONField(default=list, editable=False)
    proposed_by, proposed_at = who(), models.DateTimeField()
    decided_by, decided_at = who(), when()
    ended_by, ended_at = who(), when()

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-pk"]
        constraints: ClassVar = [state_constraint(DISPOSAL, "retention_disposal_state")]

    def __str__(self) -> str:
        return f"Disposal no. {self.pk}, {self.count:,} thing{'' if self.count == 1 else 's'}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("retention:disposal", args=[self.pk])

    @property
    def is_untouched(self) -> bool:
        """Whether nothing of it is gone yet."""
        return not self.disposed.exists()


class Disposed(Recorded):
    """One thing that was disposed of; the database refuses to change it. `tombstone` is the SHA-256 of the tombstone that stands for it."""

    RECORD = "disposed"
    SEEN_BY = READERS

    disposal = models.ForeignKey(Disposal, models.PROTECT, related_name="disposed")
    root = models.CharField(max_length=12, choices=ROOTS)
    kind = models.CharField(max_length=20)
    item = models.CharField("id", max_length=120)
    record_class = models.CharField("class", max_length=24, choices=CHOICES)
    files = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField(help_text="bytes")
    tombstone = models.CharField("SHA-256 of its tombstone", max_length=64)
    disposed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-disposed_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["root", "kind", "item", "disposal"], name="retention_disposed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.item[:24]}"

    def get_absolute_url(self) -> str:
        """The disposal that it was a part of."""
        return reverse("retention:disposal", args=[self.disposal_id])


class Restore(Recorded):
    """A backup that was restored aside and held against its hashes and its record: what was looked at, and what was found."""

    RECORD = "restore_test"
    SEEN_BY = READERS

    manifest = models.CharField("SHA-256 of the backup's manifest", max_length=64)
    backed_up_at = models.DateTimeField()
    record_seq = models.PositiveBigIntegerField("last entry of the record in it")
    record_hash = models.CharField(max_length=64)
    files = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField(help_text="bytes")
    seconds = models.PositiveIntegerField()
    is_proved = models.BooleanField(help_text="every hash and the chain of the record held")
    proof = models.ForeignKey("evidence.Filed", models.PROTECT, related_name="+")
    restored_by, restored_at = who(), models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-restored_at", "-pk"]

    def __str__(self) -> str:
        return f"restore test, record to entry {self.record_seq}"
