"""The record: entries as the chain holds them, and its head."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Field, Query, Schema

from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.record import queries
from oversight.record.sight import SIGHT, kinds_seen


class Sought(Schema):
    """Which entries, in the order of the chain."""

    actor: str = Field("", description="account key, or a part of a person's name")
    verb: str = ""
    kind: str = Field("", description="kind of the subject, such as finding")
    day: date | None = Field(None, description="day in the market's zone")
    after: int = Field(0, ge=0, le=2**62, description="only entries after this number")
    limit: int = Field(100, ge=1, le=1000)


class EntrySaid(Schema):
    """One entry: `hash` is the SHA-256 of `before_hash`, a line feed and `body`, byte for byte. Free words stand outside the chain and are not told."""

    seq: int
    at: str
    actor: str
    verb: str
    subject_kind: str
    subject_id: str
    body: str
    before_hash: str
    hash: str


class Entries(Schema):
    """Entries in order; `next` is the address of those after them."""

    entries: list[EntrySaid]
    next: str | None


class Head(Schema):
    """The last entry's number and hash: to be kept outside, where nobody of the desk can change it."""

    seq: int
    hash: str


def entries(request: HttpRequest, sought: Query[Sought]) -> Entries:
    """The entries that the token's owner may see, in the order of the chain."""
    seen = kinds_seen(caller_of(request).account)
    asked = queries.Filters(actor=sought.actor, verb=sought.verb, kind=sought.kind, day=sought.day, kinds=seen)
    held = list(queries.entries(asked).filter(seq__gt=sought.after)[: sought.limit + 1])
    shown = [
        EntrySaid(at=str(said.value(entry.at)), **{name: getattr(entry, name) for name in EntrySaid.model_fields if name != "at"})
        for entry in held[: sought.limit]
    ]
    return Entries(entries=shown, next=said.onward(request, after=shown[-1].seq) if len(held) > sought.limit else None)


def head(request: HttpRequest) -> Head:
    """The record's head now."""
    seq, hash_ = queries.head()
    return Head(seq=seq, hash=hash_)


OPERATIONS = (
    Operation("GET", "/record", entries, Entries, "oversight.record.queries.entries", "record:read", tuple(SIGHT)),
    Operation("GET", "/record/head", head, Head, "oversight.record.queries.head", "record:read", tuple(SIGHT)),
)
