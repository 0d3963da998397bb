"""Proposes how a delimited file is read, from its header and the values of its first lines, for a person to confirm."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import polars as pl

from bestexec.errors import Problem
from bestexec.importers.archives import head_of
from bestexec.importers.blotter import ACCOUNT, DERIVED_FROM
from bestexec.importers.delimited import Layout, header_of, read_fields
from bestexec.importers.mapped.forms import DAY_FORMS, INSTANT_FORMS, NUMBER_FORMS, Form, matching
from bestexec.importers.mapped.mapping import Entry, Mapping
from bestexec.importers.mapped.names import NAMES, SHORT, WORDS, plain
from bestexec.schema import BY_NAME, Column
from bestexec.units import DAY, FLAG

TABLES = ("orders", "routes", "fills")
LOOKED_AT = 500
"""Records that a proposal is made from."""
_ALIKE, _SHORT = 0.84, 3
"""How alike two names must be that are not the same, and up to how many letters a name is too short for that."""
_PLAIN_SIDES = {"+1", "-1", "b", "s", "buy", "sell"}
_FLAGS = {"true", "false", "t", "f", "yes", "no", "y", "n", "1", "0"}
_SAY_THEIR_ZONE = {"fix", *(form.key for form in INSTANT_FORMS if form.key.startswith("epoch"))}
_ID = {"orders": "order_id", "routes": "route_id", "fills": "fill_id"}


@dataclass(frozen=True)
class Guess:
    """One column of the file: samples of its values, what it would fill, how sure that is (0 to 1) and why, and what to look at."""

    source: str
    samples: tuple[str, ...]
    fills: str
    confidence: float
    how: str
    doubt: str = ""


@dataclass(frozen=True)
class Proposal:
    """A mapping to confirm, the guesses behind it, one a column of the file, and what it lacks before it can be used."""

    mapping: Mapping
    guesses: tuple[Guess, ...]
    lacking: tuple[str, ...]


def propose(path: Path, *, name: str = "", zone: str = "", stated: Map[str, str] | None = None) -> Proposal:
    """A mapping of the delimited file at `path`: `stated` are values of all its records (firm, vendor …) that no column holds.

    Raises Problem when the file has no header in one of the known separators, or nothing in it looks like orders, routes or fills.
    """
    head = head_of(path)
    names, separator = header_of(head)
    if len(names) < 2 or len(set(names)) != len(names):
        raise Problem("no header of two or more different names", where=path.name, do="export it with a header in its first line")
    header = _as_written(head, separator, len(names))
    fields = next(iter(read_fields(path, Layout(names, separator, header=True))))
    values = fields.frame.head(LOOKED_AT).drop("line")
    facts = dict(stated or {})
    found = {table: entries for table in TABLES if (entries := _entries(table, header, values, facts))}
    if not found:
        raise Problem("nothing in it looks like orders, routes or fills", where=path.name, do="write a mapping by hand (docs/guides/files/oms.md shows one)")
    kept = _apart(found)
    tables = {table: tuple(fit.entry for fit in fits) for table, fits in kept.items()}
    mapping = Mapping(name or _name(path), header, tables, separator, zone)
    return Proposal(mapping, _guesses(header, values, kept), _lacking(tables, values, zone))


@dataclass(frozen=True)
class Fit:
    """An entry of the mapping with how sure it is, how its text is read, and what is doubtful."""

    entry: Entry
    confidence: float
    how: str
    doubt: str = ""


Fits = tuple[Fit, ...]


def _entries(table: str, header: tuple[str, ...], values: pl.DataFrame, facts: Map[str, str]) -> Fits:
    """The entries of one table, the surest name first; [] where what names a row of it is not in the file."""
    taken: dict[str, Fit] = {}
    used: set[str] = set()
    for name in sorted(_scores(table, header), key=lambda name: (-name.score, header.index(name.source))):
        read = None if name.column in taken or name.source in used else _read(table, name.column, values[name.source.strip().lower()])
        if read is not None:
            entry, sure = replace(read.entry, sources=(name.source,)), name.score * (0.8 if read.doubt else 1.0)
            taken[name.column] = replace(read, entry=entry, confidence=round(sure, 2))
            used.add(name.source)
    _join_day_and_time(table, taken, header, values, used)
    _short_by_side(table, taken)
    known = {column.name for column in BY_NAME[table].columns}
    for column, value in facts.items():
        if column in known and column not in taken:
            taken[column] = Fit(Entry(column, stated=value), 1.0, "stated for the whole file")
    needed = {_ID[table], "order_id", "symbol", "side", "qty"} | ({"px"} if table == "fills" else set())
    order = [column.name for column in BY_NAME[table].columns] + [ACCOUNT]
    return tuple(taken[column] for column in order if column in taken) if needed <= taken.keys() else ()


@dataclass(frozen=True)
class _Named:
    """A column of the file whose name is like one of the names of a canonical column."""

    column: str
    source: str
    score: float


def _scores(table: str, header: tuple[str, ...]) -> list[_Named]:
    found = []
    for (of, column), names in NAMES.items():
        if of not in ("*", table) or (column not in BY_NAME[table].schema and column != ACCOUNT):
            continue
        known = [plain(name) for name in (column, *names)]
        for source in header:
            word = plain(source)
            if word in known:
                found.append(_Named(column, source, 1.0 - 0.01 * min(known.index(word), 40)))
            elif len(word) > _SHORT and (near := max(difflib.SequenceMatcher(None, word, name).ratio() for name in known)) >= _ALIKE:
                found.append(_Named(column, source, round(0.6 * near, 2)))
    return found


def _read(table: str, column: str, values: pl.Series) -> Fit | None:
    """How a column's values are read as `column`; None when they cannot be that."""
    if column == ACCOUNT:
        return Fit(Entry(column), 1.0, "account, kept as a keyed hash alone")
    declared = next(item for item in BY_NAME[table].columns if item.name == column)
    filled = values.drop_nulls().str.strip_chars()
    filled = filled.filter(filled != "")
    if filled.is_empty():
        return None if declared.required else Fit(Entry(column), 1.0, "empty in the lines looked at", "no value to judge by")
    forms = _forms(declared)
    if forms:
        fits = matching(filled, forms)
        if not fits:
            return None
        return Fit(Entry(column, form=fits[0].key), 1.0, f"as {fits[0].words}", _either(fits))
    if column in WORDS or declared.values:
        return _by_words(declared, filled)
    if declared.dtype == FLAG:
        return Fit(Entry(column), 1.0, "true or false") if set(filled.str.to_lowercase()) <= _FLAGS else None
    if column == "symbol" and not filled.str.contains(r"^[A-Za-z][A-Za-z0-9 ./_-]{0,21}$").all():
        return None
    unique = filled.n_unique() == len(filled)
    doubt = "the same id stands on several lines" if column == _ID[table] and not unique and table != "orders" else ""
    return Fit(Entry(column), 1.0, "text as it stands", doubt)


def _by_words(declared: Column, filled: pl.Series) -> Fit | None:
    """By the meaning of its words; some of them unknown is a doubt, most of them unknown is not this column."""
    meanings = {**{value: value for value in declared.values}, **WORDS.get(declared.name, {})}
    seen = sorted(set(filled.str.to_lowercase().to_list()))
    unknown = [word for word in seen if word not in meanings]
    if 2 * len(unknown) > len(seen):
        return None
    words = {word: meanings[word] for word in seen if word in meanings and meanings[word] != word}
    doubt = f"no meaning known for {', '.join(unknown[:5])}: those lines will be rejected" if unknown else ""
    return Fit(Entry(declared.name, words=words), 1.0, ", ".join(f"{word} is {meanings[word]}" for word in seen if word in meanings)[:120], doubt)


def _forms(column: Column) -> tuple[Form, ...]:
    if column.name.endswith("_at"):
        return INSTANT_FORMS
    return DAY_FORMS if column.dtype == DAY else NUMBER_FORMS if column.dtype.is_numeric() and column.name != "side" else ()


def _join_day_and_time(table: str, taken: dict[str, Fit], header: tuple[str, ...], values: pl.DataFrame, used: set[str]) -> None:
    """An instant whose day and time of day stand in two columns, such as Trade Date and Trade Time: the two whose names are most alike."""
    days = [source for source in header if "date" in plain(source) and matching(values[source.strip().lower()], DAY_FORMS)]
    for (of, column), names in NAMES.items():
        if of != table or not column.endswith("_at") or column in taken:
            continue
        known = {plain(name) for name in (*names, "time")}
        times = [source for source in header if plain(source) in known and source not in used]
        for day, time in sorted(product(days, times), key=lambda pair: -difflib.SequenceMatcher(None, *pair).ratio()):
            joined = values.select(pl.concat_str([pl.col(day.strip().lower()), pl.lit(" "), pl.col(time.strip().lower())])).to_series()
            if fits := matching(joined, INSTANT_FORMS):
                doubt = _either(fits)
                taken[column] = Fit(Entry(column, (day, time), fits[0].key), 0.7 if doubt else 0.9, f"{day} and {time}, as {fits[0].words}", doubt)
                used.add(time)
                break


def _short_by_side(table: str, taken: dict[str, Fit]) -> None:
    """A column of sides that tells short sales apart says so of the order too."""
    words = {**dict.fromkeys(WORDS["side"], "false"), **dict.fromkeys(SHORT, "true")}
    fit = taken.get("side")
    if table == "orders" and fit and "is_short" not in taken and SHORT & fit.entry.words.keys():
        seen = {word: words[word] for word in sorted({*fit.entry.words, *_PLAIN_SIDES})}
        taken["is_short"] = Fit(Entry("is_short", fit.entry.sources, words=seen), fit.confidence, "by the side's word")


def _either(fits: tuple[Form, ...]) -> str:
    return "day or month first? both can be read" if {"m/d/y", "d/m/y"} <= {form.key for form in fits} else ""


def _apart(found: Map[str, Fits]) -> Map[str, Fits]:
    """Orders beside fills only when the file has the order's own quantity, apart from the fill's; a fill's lines name no route of their own."""
    sources = {table: {fit.entry.column: fit.entry.sources for fit in fits} for table, fits in found.items()}
    kept = dict(found)
    for table in ("orders", "routes"):
        if table in kept and "fills" in kept and (sources[table]["qty"] == sources["fills"]["qty"] or not _has_clock(sources[table], table, sources["fills"])):
            del kept[table]
    return kept


def _has_clock(own: Map[str, tuple[str, ...]], table: str, fills: Map[str, tuple[str, ...]]) -> bool:
    clock = {"orders": "received_at", "routes": "routed_at"}[table]
    return clock in own and own[clock] != fills.get("filled_at")


def _guesses(header: tuple[str, ...], values: pl.DataFrame, found: Map[str, Fits]) -> tuple[Guess, ...]:
    guesses = []
    for source in header:
        filled = values[source.strip().lower()].drop_nulls().str.strip_chars()
        samples = tuple(filled.filter(filled != "").unique(maintain_order=True).head(3).to_list())
        places = [(f"{table}.{fit.entry.column}", fit) for table, fits in found.items() for fit in fits if source in fit.entry.sources]
        if places:
            sure, doubts = min(fit.confidence for _, fit in places), dict.fromkeys(fit.doubt for _, fit in places if fit.doubt)
            guesses.append(Guess(source, samples, ", ".join(place for place, _ in places), sure, places[0][1].how, "; ".join(doubts)))
        else:
            guesses.append(Guess(source, samples, "", 0.0, "not used"))
    return tuple(guesses)


def _lacking(tables: Map[str, tuple[Entry, ...]], values: pl.DataFrame, zone: str) -> tuple[str, ...]:
    """What must be stated before the mapping can be used."""
    said = []
    for table, entries in tables.items():
        have = {entry.column for entry in entries}
        derived = DERIVED_FROM.get(table, {})
        need = [column for column in BY_NAME[table].required if column not in (*have, "line", "firm", *derived)]
        said += [f"{table}.{column}: no column fits" for column in need]
        said += [f"{table}.firm: state it with --firm"] if "firm" not in have else []
        clocks = [
            entry
            for entry in entries
            if entry.column.endswith("_at") and entry.form not in ("fix", *(form.key for form in INSTANT_FORMS if "epoch" in form.key))
        ]
        if not zone and any(_without_offset(entry, values) for entry in clocks):
            said.append(f"{table}: its times name no zone; state it with --zone, such as America/New_York")
    return tuple(dict.fromkeys(said))


def _without_offset(entry: Entry, values: pl.DataFrame) -> bool:
    last = values[entry.sources[-1].strip().lower()].drop_nulls().str.strip_chars()
    return bool(len(last)) and not last.str.contains(r"(Z|[+-][0-9]{2}:?[0-9]{2})$").all()


def _as_written(head: bytes, separator: str, count: int) -> tuple[str, ...]:
    """The header's names with their own capitals."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode().strip()
    written = tuple(name.strip() for name in next(csv.reader([first], delimiter=separator)))
    return written if len(written) == count else header_of(head)[0]


def _name(path: Path) -> str:
    """A name for the mapping out of the file's: its words, without dates and numbers."""
    words = [word for word in re.split(r"[^a-z]+", path.name.split(".")[0].lower()) if word]
    return "_".join(words)[:64] or "file"
