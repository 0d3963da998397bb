"""Every write of the desk: create, change or move a row, and the entry that says so, in one transaction."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, models, transaction

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal, refuse
from oversight.record.models import Entry, Moving, Recorded, Word, plain
from oversight.record.triggers import FIRST

R = TypeVar("R", bound=Recorded)
M = TypeVar("M", bound=Moving)
REASON = "(why)"
"""What an entry calls the reason given for it among its words: no field is called so."""
CHANGED = "Somebody else changed this meanwhile. Look at it again before you go on."
LOCK = 0x6265_7865
"""One writer at a time (PostgreSQL's advisory lock; SQLite has one writer anyway)."""


@dataclass(frozen=True)
class Act:
    """One thing done, to be appended. `changes` are {field: (before, after)}; `private` texts go outside the chain."""

    verb: str
    subject: tuple[str, str]
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    why: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def create(by: Actor, row: R, *, verb: str = "create", why: str = "", **facts: Any) -> R:
    """Insert `row` and record all of it."""
    with turn():
        row.save(force_insert=True)
        append(by, _creation(row, verb, why, facts))
    return row


def create_many(by: Actor, rows: Sequence[R], *, verb: str = "create", why: str = "") -> Sequence[R]:
    """Insert `rows` of one model, each with an entry of its own."""
    with turn():
        made = type(rows[0])._default_manager.bulk_create(rows, batch_size=500) if rows else []
        append_all(by, [_creation(row, verb, why, {}) for row in made])
    return made


def change(by: Actor, row: R, *, verb: str = "change", why: str = "", signs: str = "", **values: Any) -> R:
    """Set fields of `row` and record from what to what. Raises Refusal when somebody changed them meanwhile; no entry when nothing differs.

    `signs` names the row's `…_by` and `…_at`, which say who changed it last; where nothing differs nobody did.
    """
    differing = _differing(row, values)
    if not differing:
        return row
    if signs:
        differing |= _differing(row, {f"{signs}_by": by.key, f"{signs}_at": clock.now()})
    before = {name: getattr(row, name) for name in differing}
    with turn():
        _set(row, before, differing)
        append(by, _difference(row, verb, why, before, differing))
    return _with(row, differing)


def _differing(row: Recorded, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def move(by: Actor, row: M, name: str, *, why: str = "", **given: Any) -> M:
    """Make the move `name` on `row`: ask the lifecycle, compare and set, append to the record; one transaction.

    `given` are the fields set with it; `why` counts as given where the move needs it. Raises Refusal, in words for the person.
    """
    return move_many(by, [row], name, why=why, **given)[0]


def move_many(by: Actor, rows: Sequence[M], name: str, *, why: str = "", **given: Any) -> Sequence[M]:
    """The same move on several rows of one model, all or none; an entry for each. What a move asks is asked of the rows as the database has them."""
    if not rows:
        return rows
    the_move = rows[0].LIFECYCLE.move(name)
    signed = {f"{the_move.signs}_by": by.key, f"{the_move.signs}_at": clock.now()} if the_move.signs else {}
    values = {**given, **signed, "state": the_move.target}
    acts = []
    with turn():
        kept = type(rows[0])._default_manager.in_bulk([row.pk for row in rows])
        for row in rows:
            if row.pk not in kept:
                raise Refusal(CHANGED)
            as_kept = kept[row.pk]
            refuse(row.LIFECYCLE, the_move, as_kept, person=by.key, roles=by.roles, given={**given, "why": why})
            _set(row, {field: getattr(row, field) for field in ("state", *the_move.not_by)}, values)
            acts.append(_difference(row, name, why, {field: getattr(as_kept, field) for field in values}, values))
        append_all(by, acts)
    return [_with(row, values) for row in rows]


@contextmanager
def turn() -> Iterator[None]:
    """A transaction of the one writer: others wait from here to its end, so that no two wait for each other, and what it reads stays so.

    An action that reads before it writes, or writes twice, opens it first; within it no row needs a lock of its own.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def append(by: Actor, act: Act) -> Entry:
    """One more entry at the end of the chain."""
    return append_all(by, [act])[0]


def append_all(by: Actor, acts: Sequence[Act]) -> list[Entry]:
    """Entries in order at the end of the chain; within the caller's transaction, so that act and entry stand or fall together."""
    if not acts:
        return []
    with turn():
        last = Entry.objects.order_by("-seq").values_list("seq", "hash").first() or (0, FIRST)
        entries, words = [], []
        for act in acts:
            entry, of_entry = _entry(by, act, *last)
            entries.append(entry)
            words += of_entry
            last = (entry.seq, entry.hash)
        Entry.objects.bulk_create(entries, batch_size=500)
        Word.objects.bulk_create(words, batch_size=500)
    return entries


def chained(before_hash: str, body: str) -> str:
    """The hash of an entry: SHA-256 of the hash before, a line feed and the body."""
    return hashlib.sha256(f"{before_hash}\n{body}".encode()).hexdigest()


def committed(salt: str, text: str) -> str:
    """What the chain holds of a text outside it."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values, equal bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _entry(by: Actor, act: Act, seq: int, before_hash: str) -> tuple[Entry, list[Word]]:
    at = clock.now()
    texts = {**({REASON: act.why} if act.why else {}), **{name: canonical(_pair(pair)) for name, pair in act.private.items()}}
    salted = {name: (secrets.token_hex(16), text) for name, text in texts.items()}
    kind, id_ = act.subject
    body = canonical({
        "seq": seq + 1, "at": at.isoformat(), "clock": clock.kind(), "actor": by.key, "roles": sorted(by.roles), "origin": by.origin,
        "verb": act.verb, "subject": [kind, id_], "changes": {name: _pair(pair) for name, pair in act.changes.items()},
        "facts": {name: plain(fact) for name, fact in act.facts.items()}, "words": {name: committed(salt, text) for name, (salt, text) in salted.items()},
    })  # fmt: skip
    entry = Entry(
        seq=seq + 1, at=at, actor=by.key, verb=act.verb, subject_kind=kind, subject_id=id_, body=body, before_hash=before_hash, hash=chained(before_hash, body)
    )
    entry.clean_fields()
    return entry, [Word(entry=entry, name=name, salt=salt, text=text) for name, (salt, text) in salted.items()]


def _pair(pair: tuple[Any, Any]) -> list[Any]:
    before, after = pair
    return [plain(before), plain(after)]


def _creation(row: Recorded, verb: str, why: str, facts: Mapping[str, Any]) -> Act:
    pairs = {name: (None, value) for name, value in row.recorded().items() if value is not None}
    return _act(row, verb, why, pairs, facts)


def _difference(row: Recorded, verb: str, why: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Act:
    names = {field.name: field.attname for field in row._meta.concrete_fields}
    pairs = {names.get(name, name): (_as_recorded(before[name]), _as_recorded(after[name])) for name in before}
    return _act(row, verb, why, {name: pair for name, pair in pairs.items() if name not in row.UNRECORDED}, {})


def _as_recorded(value: Any) -> Any:
    return plain(value.pk if isinstance(value, models.Model) else value)


def _act(row: Recorded, verb: str, why: str, pairs: Mapping[str, tuple[Any, Any]], facts: Mapping[str, Any]) -> Act:
    within = {name: pair for name, pair in pairs.items() if name not in row.PRIVATE}
    return Act(verb, row.subject, within, why, facts, {name: pair for name, pair in pairs.items() if name in row.PRIVATE})


def _set(row: Recorded, expected: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Compare and set: whoever comes second is told."""
    asked = {name if value is not None else f"{name}__isnull": True if value is None else value for name, value in expected.items()}
    if type(row)._default_manager.filter(pk=row.pk, **asked).update(**values) != 1:
        raise Refusal(CHANGED)


def _with(row: R, values: Mapping[str, Any]) -> R:
    """The row in memory, once the database has it: a refused one keeps what it had."""
    for name, value in values.items():
        setattr(row, name, value)
    return row
