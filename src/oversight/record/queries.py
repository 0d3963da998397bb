"""Every read of the record worth a name."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from oversight import clock
from oversight.lifecycle import Refusal
from oversight.record.models import Entry, Moving, Recorded
from oversight.record.proof import head, verify
from oversight.record.sight import apart_kinds, kinds_seen, may_see, model_of, row_of
from oversight.record.telling import Original, Step, steps, words_of
from oversight.sheets import Column, Row, Sheet

__all__ = ("Filters", "Original", "Step", "entries", "head", "history", "may_see", "model_of", "original", "page", "row_of", "sheet", "verify")
PAGE = 100
MOST = 100_000
"""Entries in one download: a workbook holds no more than about ten times as many rows."""
COLUMNS = (
    Column("seq", "Entry", kind="number"),
    Column("at", "When", kind="instant"),
    Column("who", "Who"),
    Column("actor", "Key", kind="code"),
    Column("verb", "Did", kind="code"),
    Column("kind", "To", kind="code"),
    Column("id", "Which", kind="code"),
    Column("differences", "From → to"),
    Column("why", "Why"),
    Column("clock", "Clock"),
    Column("hash", "Hash", kind="code"),
)


@dataclass(frozen=True)
class Filters:
    """What to look for; an empty one does not matter. `kinds` are those that may be seen, None for all; `day` is a day in the market's zone."""

    actor: str = ""
    verb: str = ""
    kind: str = ""
    day: date | None = None
    kinds: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Page:
    """Entries, newest first. `older` is where the next page begins, None at the end."""

    steps: tuple[Step, ...]
    older: int | None
    kinds: tuple[str, ...]
    verbs: tuple[str, ...]
    seq: int
    hash: str
    apart: int
    """How many entries are about what stands apart: they are listed to nobody."""


def entries(filters: Filters | None = None) -> QuerySet[Entry]:
    """The entries that the filters let through, in order, none of them about what stands apart. An actor is a key, or a part of a person's name."""
    asked = filters or Filters()
    found = Entry.objects.exclude(subject_kind__in=apart_kinds()).order_by("seq")
    if asked.kinds is not None:
        found = found.filter(subject_kind__in=asked.kinds)
    if asked.kind:
        found = found.filter(subject_kind=asked.kind)
    if asked.verb:
        found = found.filter(verb=asked.verb)
    if asked.actor:
        named = get_user_model()._default_manager.filter(name__icontains=asked.actor).values_list("key", flat=True)
        found = found.filter(actor__in=[asked.actor, *named])
    if asked.day:
        midnight = datetime.combine(asked.day, time(), clock.MARKET_ZONE)
        found = found.filter(at__gte=midnight, at__lt=datetime.combine(asked.day + timedelta(days=1), time(), clock.MARKET_ZONE))
    return found


def page(account: Any, filters: Filters, before: int | None = None) -> Page:
    """One page of what this account may see, newest first, from below the entry `before`."""
    found = entries(filters).order_by("-seq")
    shown = list((found.filter(seq__lt=before) if before is not None else found)[: PAGE + 1])
    older = shown[PAGE - 1].seq if len(shown) > PAGE else None
    seen = kinds_seen(account)
    every = {"head", *(model.RECORD for model in apps.get_models() if issubclass(model, Recorded) and not model.IS_APART)}
    kinds = seen if seen is not None else tuple(sorted(every))
    apart = Entry.objects.filter(subject_kind__in=apart_kinds()).count() if seen is None else 0
    return Page(steps(shown[:PAGE]), older, kinds, _verbs(kinds), *head(), apart=apart)


def sheet(filters: Filters) -> Sheet:
    """Every entry that the filters let through, newest first. Raises Refusal for more than a workbook should hold."""
    found = entries(filters).order_by("-seq")
    if len(found.values_list("seq")[: MOST + 1]) > MOST:
        raise Refusal(f"These are more than {MOST:,} entries. Choose a day, a person or a kind, and download again.")
    rows = tuple(_row(step) for batch in _batches(found) for step in steps(batch))
    return Sheet("record", "The record, newest first", COLUMNS, rows, source="The record of the desk; an entry's hash covers its body and the hash before.")


def history(kind: str, id: str, *, before: int | None = None, limit: int = PAGE, with_then: bool = False) -> tuple[Step, ...]:
    """The last entries about one thing, newest first; with how it stood after each where asked. Three queries, however many entries."""
    about = Entry.objects.filter(subject_kind=kind, subject_id=id)
    shown = list((about.filter(seq__lt=before) if before is not None else about).order_by("-seq")[:limit])
    if not with_then or not shown:
        return steps(shown)
    wanted = {entry.seq for entry in shown}
    stood = {stand.seq: deepcopy(stand) for stand in _stands(kind, id, about.filter(seq__lte=shown[0].seq)) if stand.seq in wanted}
    return steps(shown, originals=stood)


def original(kind: str, id: str, *, seq: int | None = None, at: datetime | None = None) -> Original | None:
    """The thing as it stood after entry `seq`, or at the instant `at`, or now: made of its entries alone. None where none was made by then."""
    about = Entry.objects.filter(subject_kind=kind, subject_id=id)
    if seq is not None:
        about = about.filter(seq__lte=seq)
    if at is not None:
        about = about.filter(at__lte=at)
    stood = None
    for stood in _stands(kind, id, about):  # noqa: B007 -- the last is wanted
        pass
    return stood


def entry(seq: int) -> Step | None:
    """One entry as it is shown, with its words."""
    found = Entry.objects.filter(seq=seq).prefetch_related("words").first()
    return steps([found])[0] if found else None


def _stands(kind: str, id: str, about: QuerySet[Entry]) -> Iterator[Original]:
    """The one thing after each of its entries, in order; the same object each time, one step further."""
    stand = Original(kind, id)
    for batch in _batches(about.order_by("seq")):
        words = words_of(batch)
        for each in batch:
            stand.then(each, words.get(each.seq, {}))
            yield stand


def _batches(found: QuerySet[Entry], size: int = 500) -> Iterator[list[Entry]]:
    rows = found.iterator(chunk_size=size)
    while batch := [entry for _, entry in zip(range(size), rows, strict=False)]:
        yield batch


def _verbs(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """What can be done to things of these kinds, as far as lifecycles say; others may be typed."""
    models = [model for model in apps.get_models() if issubclass(model, Moving) and model.RECORD in kinds]
    return tuple(sorted({"create", "change", *(move.name for model in models for move in model.LIFECYCLE.moves)}))


def _row(step: Step) -> Row:
    entry = step.entry
    return Row((
        entry.seq, entry.at, step.who, entry.actor, entry.verb, entry.subject_kind, entry.subject_id, step.summary, step.why, step.body["clock"], entry.hash,
    ))  # fmt: skip
