"""Whether the record still is what was written: every entry, link and word held against its hash, from the first to the last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from oversight.record.actions import chained, committed
from oversight.record.models import Entry, Word
from oversight.record.triggers import FIRST, missing

BATCH = 2_000
"""Entries held in memory at a time."""


@dataclass(frozen=True)
class Break:
    """The first row that is not what was written: what is wrong with it, in words for a person."""

    seq: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.seq}: {self.what}"


@dataclass(frozen=True)
class Verdict:
    """What verifying found. `seq` and `hash` are the last entry that holds; `withheld` counts words that are gone, whose hashes remain.

    `unguarded` names what the database no longer refuses: nothing was altered because of it, but anything could be.
    """

    seq: int = 0
    hash: str = FIRST
    words: int = 0
    withheld: int = 0
    heads: int = 0
    broken: Break | None = None
    unguarded: tuple[str, ...] = ()

    @property
    def is_intact(self) -> bool:
        return self.broken is None and not self.unguarded


@dataclass
class _Walk:
    """How far the walk came."""

    heads: Mapping[int, str]
    seq: int = 0
    hash: str = FIRST
    words: int = 0
    withheld: int = 0
    met: set[int] = field(default_factory=set)


def verify(heads: Mapping[int, str] | None = None) -> Verdict:
    """Walk the whole chain in bounded memory. `heads` are {seq: hash} kept outside, which must be met on the way.

    A head beyond the last entry says that entries were cut off the end.
    """
    walk = _Walk(heads or {})
    broken = next((found for entry, words in _entries() if (found := _wrong(walk, entry, words))), None)
    beyond = min((seq for seq in walk.heads if seq not in walk.met), default=None)
    if broken is None and beyond is not None:
        broken = Break(
            beyond, f"missing: the record ends at entry {walk.seq}, but this head was exported when it was longer" if beyond > walk.seq else "missing"
        )
    if broken is None:
        broken = _stray()
    return Verdict(walk.seq, walk.hash, walk.words, walk.withheld, len(walk.met), broken, missing())


def head() -> tuple[int, str]:
    """The last entry's number and hash; 0 and zeros of an empty record."""
    return Entry.objects.order_by("-seq").values_list("seq", "hash").first() or (0, FIRST)


def _entries() -> Iterator[tuple[Entry, list[Word]]]:
    """Every entry in order with its words, a batch at a time; whatever is appended meanwhile is walked too."""
    last = -1
    while batch := list(Entry.objects.filter(seq__gt=last).order_by("seq")[:BATCH]):
        words: dict[int, list[Word]] = {}
        for word in Word.objects.filter(entry_id__gte=batch[0].seq, entry_id__lte=batch[-1].seq).order_by("pk"):
            words.setdefault(word.entry_id, []).append(word)
        for entry in batch:
            yield entry, words.get(entry.seq, [])
        last = batch[-1].seq


def _wrong(walk: _Walk, entry: Entry, words: list[Word]) -> Break | None:
    """What is wrong with the next entry; None, and the walk one step further, where nothing is."""
    if entry.seq != walk.seq + 1:
        return Break(walk.seq + 1, f"missing: after entry {walk.seq} comes entry {entry.seq}")
    if entry.before_hash != walk.hash:
        return Break(entry.seq, f"the link is broken: it says that the hash before is {entry.before_hash}, and it is {walk.hash}")
    if chained(entry.before_hash, entry.body) != entry.hash:
        return Break(entry.seq, "the body is not what was hashed, or the hash was replaced")
    try:
        body = json.loads(entry.body)
        differing = [name for name, (shown, hashed) in _columns(entry, body).items() if shown != hashed]
        promised = dict(body["words"])
    except (ValueError, KeyError, TypeError):
        return Break(entry.seq, "the body is none that the desk wrote: the record was written anew")
    if differing:
        return Break(entry.seq, f"the column {differing[0]} says something else than the body that was hashed")
    if walk.heads.get(entry.seq, entry.hash) != entry.hash:
        return Break(entry.seq, f"the head exported for it was {walk.heads[entry.seq]}, and its hash is {entry.hash}: the record was written anew")
    for word in words:
        if word.name not in promised:
            return Break(entry.seq, f"the word {word.name} was added: the entry holds no hash of it")
        if committed(word.salt, word.text) != promised[word.name]:
            return Break(entry.seq, f"the word {word.name} is not the one whose hash the entry holds")
    walk.seq, walk.hash = entry.seq, entry.hash
    walk.words += len(words)
    walk.withheld += len(promised) - len(words)
    walk.met |= {entry.seq} & walk.heads.keys()
    return None


def _columns(entry: Entry, body: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Each column that repeats a part of the body: (the column, the part)."""
    kind, id_ = body["subject"]
    return {
        "seq": (entry.seq, body["seq"]), "at": (entry.at.isoformat(), body["at"]), "actor": (entry.actor, body["actor"]), "verb": (entry.verb, body["verb"]),
        "subject_kind": (entry.subject_kind, kind), "subject_id": (entry.subject_id, id_),
    }  # fmt: skip


def _stray() -> Break | None:
    """A word of no entry, which a database that does not mind foreign keys can hold."""
    seq = Word.objects.exclude(entry_id__in=Entry.objects.values("seq")).order_by("entry_id").values_list("entry_id", flat=True).first()
    return None if seq is None else Break(seq, "missing: the record holds a word of it")
