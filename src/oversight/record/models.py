"""The record's two tables, and what a row that is recorded looks like."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models

from oversight.lifecycle import Lifecycle
from oversight.roles import STAFF


class Entry(models.Model):
    """One act. `body` is the canonical JSON that `hash` covers, together with the hash of the entry before."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    verb = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    body = models.TextField()
    before_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id", "seq"]), models.Index(fields=["actor", "seq"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.subject_kind} {self.subject_id}"


class Word(models.Model):
    """A text that stands outside the chain: free words and personal data. The entry's body holds its salted hash only."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="words")
    name = models.CharField(max_length=60)
    salt = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "name"], name="record_word_once")]

    def __str__(self) -> str:
        return f"{self.name} of entry {self.entry_id}"


class Recorded(models.Model):
    """A row whose every change is an entry. It is written by `record.actions` alone.

    RECORD says what the record calls it; PRIVATE names fields that are personal or free text, kept outside the chain;
    UNRECORDED names fields that are derived and of no interest (a cache, a last sign-in). BYTES names the field with the SHA-256 of bytes in the store
    of evidence, where there is one: they stay for as long as a row names them. IS_APART: no role opens the rows, their history or their entries;
    `is_visible_to` alone says who does.
    """

    RECORD: ClassVar[str] = ""
    PRIVATE: ClassVar[tuple[str, ...]] = ()
    UNRECORDED: ClassVar[tuple[str, ...]] = ()
    SEEN_BY: ClassVar[tuple[str, ...]] = ()
    BYTES: ClassVar[str] = ""
    IS_APART: ClassVar[bool] = False

    class Meta:
        abstract = True

    @property
    def subject(self) -> tuple[str, str]:
        """What the record calls this row: (kind, id)."""
        if not self.RECORD:
            raise ImproperlyConfigured(f"{type(self).__name__} does not say RECORD")
        return self.RECORD, str(self.pk)

    def is_visible_to(self, account: Any) -> bool:
        """Whether this account may see the row at all: SEEN_BY its roles; a model that outsiders see says more."""
        return bool(account.roles & set(self.SEEN_BY))

    def takes_files_of(self, account: Any) -> bool:
        """Whether this outside account may file evidence beside the row now: never, unless the model says otherwise."""
        return False

    def recorded(self) -> dict[str, Any]:
        """Every recorded field as the record writes it, by name."""
        return {field.attname: plain(getattr(self, field.attname)) for field in self._meta.concrete_fields if field.attname not in self.UNRECORDED}


class Moving(Recorded):
    """A recorded row with a lifecycle; its `state` changes through `record.actions.move` alone."""

    LIFECYCLE: ClassVar[Lifecycle]
    SEEN_BY: ClassVar[tuple[str, ...]] = STAFF
    state = models.CharField(max_length=24)

    class Meta:
        abstract = True

    @property
    def state_title(self) -> str:
        return self.LIFECYCLE.state(self.state).title

    def offers(self, move: str, by: Any) -> bool:
        """Whether pages show `by` the button of a move that role and state allow: they do, unless the model knows more of who may."""
        return True


def state_constraint(lifecycle: Lifecycle, name: str) -> models.CheckConstraint:
    """The database's own word on what states there are."""
    return models.CheckConstraint(condition=models.Q(state__in=lifecycle.keys), name=name)


def plain(value: Any) -> Any:
    """A field's value as JSON holds it: exact text for decimals and floats, ISO text for dates and instants (UTC)."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
