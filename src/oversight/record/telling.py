"""Entries told to a person: who, what, from what to what, and how the thing stood then."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

from oversight import clock
from oversight.lifecycle import spaced
from oversight.record.actions import REASON
from oversight.record.models import Entry, Word
from oversight.record.sight import model_of

NOTHING = "—"
AUTOMATED = "system:"
ACCOUNT = re.compile(r"a-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")


@dataclass(frozen=True)
class Difference:
    """One field, from what to what, in words. `is_withheld`: the text is gone, its hash remains."""

    name: str
    before: str
    after: str
    is_withheld: bool = False


@dataclass(frozen=True)
class Step:
    """One entry as it is shown."""

    entry: Entry
    body: Mapping[str, Any]
    who: str
    why: str
    is_why_withheld: bool
    differences: tuple[Difference, ...]
    facts: tuple[tuple[str, str], ...]
    then: tuple[tuple[str, str], ...] = ()

    @property
    def is_stated(self) -> bool:
        return bool(self.body["clock"] == clock.STATED)

    @property
    def summary(self) -> str:
        """What the entry says, on one line: from what to what, then its facts."""
        changed = [f"{spaced(each.name)}: {each.after if each.before == NOTHING else f'{each.before} → {each.after}'}" for each in self.differences]
        return "; ".join([*changed, *(f"{spaced(name)}: {fact}" for name, fact in self.facts)])


@dataclass
class Original:
    """A thing as it stood after one entry. `values` are the recorded fields as the record writes them; `withheld` those whose text is gone."""

    kind: str
    id: str
    seq: int = 0
    at: datetime | None = None
    values: dict[str, Any] = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)

    def then(self, entry: Entry, words: Mapping[str, str]) -> None:
        """Take one more entry."""
        body = json.loads(entry.body)
        self.seq, self.at = entry.seq, entry.at
        self.values |= {name: after for name, (_, after) in body["changes"].items()}
        for name in body["words"].keys() - {REASON}:
            self.withheld.discard(name)
            if name in words:
                self.values[name] = json.loads(words[name])[1]
            else:
                self.values.pop(name, None)
                self.withheld.add(name)

    def row(self) -> Model:
        """The row of the database as it stood: not saved, and only what the record holds of it. Raises LookupError where no model is called so."""
        model = model_of(self.kind)
        if model is None:
            raise LookupError(f"no table holds a {self.kind}")
        known = {column.attname: column for column in model._meta.concrete_fields}
        return model(**{name: known[name].to_python(value) for name, value in self.values.items() if name in known})


def steps(entries: Sequence[Entry], *, originals: Mapping[int, Original] | None = None) -> tuple[Step, ...]:
    """The entries as they are shown, in their order: two queries, however many. `originals` say how the thing stood after each."""
    words = words_of(entries)
    bodies = {entry.seq: json.loads(entry.body) for entry in entries}
    pairs = {entry.seq: _pairs(bodies[entry.seq], words.get(entry.seq, {})) for entry in entries}
    stood = {seq: sorted(original.values.items()) for seq, original in (originals or {}).items()}
    held = [*(entry.actor for entry in entries), *(value for each in pairs.values() for pair in each.values() if pair for value in pair)]
    names = names_of([*held, *(value for values in stood.values() for _, value in values)])
    return tuple(
        Step(
            entry,
            bodies[entry.seq],
            who(entry.actor, names),
            words.get(entry.seq, {}).get(REASON, ""),
            REASON in bodies[entry.seq]["words"] and REASON not in words.get(entry.seq, {}),
            _differences(pairs[entry.seq], names),
            tuple((name, told(value, names)) for name, value in bodies[entry.seq]["facts"].items()),
            tuple((name, told(value, names)) for name, value in stood.get(entry.seq, ())),
        )
        for entry in entries
    )


def words_of(entries: Iterable[Entry]) -> dict[int, dict[str, str]]:
    """The texts of the entries by number and name."""
    found: dict[int, dict[str, str]] = {}
    for seq, name, text in Word.objects.filter(entry_id__in=[entry.seq for entry in entries]).values_list("entry_id", "name", "text"):
        found.setdefault(seq, {})[name] = text
    return found


def names_of(values: Iterable[Any]) -> dict[str, str]:
    """The names of the accounts among `values`, by key."""
    keys = {value for value in values if isinstance(value, str) and ACCOUNT.fullmatch(value)}
    return dict(get_user_model()._default_manager.filter(key__in=keys).values_list("key", "name")) if keys else {}


def who(key: str, names: Mapping[str, str]) -> str:
    """An actor in words."""
    return f"the desk itself ({spaced(key.removeprefix(AUTOMATED))})" if key.startswith(AUTOMATED) else names.get(key, key)


def told(value: Any, names: Mapping[str, str]) -> str:
    """A recorded value in words: people by name, instants in the market's zone, a dash for nothing."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if INSTANT.fullmatch(value):
        local = datetime.fromisoformat(value).astimezone(clock.MARKET_ZONE)
        return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"
    return who(value, names)


def _pairs(body: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, list[Any] | None]:
    """Each field's (before, after), the words among them; None for one whose text is gone."""
    private = {name: json.loads(words[name]) if name in words else None for name in sorted(body["words"].keys() - {REASON})}
    return {**body["changes"], **private}


def _differences(pairs: Mapping[str, list[Any] | None], names: Mapping[str, str]) -> tuple[Difference, ...]:
    """In words, the state first; what was nothing and is nothing is not told."""
    drawn = [_difference(name, pair, names) for name, pair in sorted(pairs.items(), key=lambda each: each[0] != "state")]
    return tuple(each for each in drawn if each.is_withheld or (each.before, each.after) != (NOTHING, NOTHING))


def _difference(name: str, pair: list[Any] | None, names: Mapping[str, str]) -> Difference:
    if pair is None:
        return Difference(name, "withheld", "withheld", is_withheld=True)
    before, after = pair
    return Difference(name, told(before, names), told(after, names))
