"""A mapping: which column of a file fills which canonical column, and how its text is read, in one TOML file made to be read.

    name = "oms_executions"
    header = ["Order ID", "B/S", "Exec Date", "Exec Time", "Px"]
    separator = ","
    zone = "America/New_York"

    [fills]
    order_id = { from = "Order ID" }
    side = { from = "B/S", words = { b = "buy", ss = "sell" } }
    filled_at = { from = ["Exec Date", "Exec Time"], form = "m/d/y" }
    px = { from = "Px", form = "money" }
    vendor = { is = "vendor_a" }

Columns of the file that no entry names are not wanted. `from` with several names joins their texts by a space.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bestexec.errors import Problem
from bestexec.importers.mapped.forms import DAYS, INSTANTS, NUMBERS, Form
from bestexec.schema import BY_NAME
from bestexec.units import DAY

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True)
class Entry:
    """How one canonical column is filled: from columns of the file, or by what is stated of all its records."""

    column: str
    sources: tuple[str, ...] = ()
    form: str = ""
    words: Map[str, str] = field(default_factory=dict)
    """What the file's words, in lower case, mean in ours."""
    stated: str = ""


@dataclass(frozen=True)
class Mapping:
    """How files of one header are read: the canonical tables they fill, each with its entries."""

    name: str
    header: tuple[str, ...]
    tables: Map[str, tuple[Entry, ...]]
    separator: str = ","
    zone: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The header as a reader compares it: lower case, without surrounding space."""
        return tuple(name.strip().lower() for name in self.header)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(as_toml(self).encode()).hexdigest()


def forms_of(table: str, column: str) -> Map[str, Form]:
    """The forms that a canonical column's text may have; {} for text and words."""
    dtype = BY_NAME[table].schema[column]
    if column.endswith("_at"):
        return INSTANTS
    return DAYS if dtype == DAY else NUMBERS if dtype.is_numeric() and column != "side" else {}


def as_toml(mapping: Mapping) -> str:
    """The text of a mapping's file: equal mappings give equal bytes."""
    lines = [f"name = {_text(mapping.name)}", f"header = [{', '.join(map(_text, mapping.header))}]", f"separator = {_text(mapping.separator)}"]
    lines += [f"zone = {_text(mapping.zone)}"] if mapping.zone else []
    for table, entries in mapping.tables.items():
        lines += ["", f"[{table}]", *(f"{entry.column} = {{ {', '.join(_parts(entry))} }}" for entry in entries)]
    return "\n".join(lines) + "\n"


def load(path: Path) -> Mapping:
    """The mapping in a file. Raises Problem saying what is wrong with it: no TOML, an unknown table, column, form or source column."""
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"not a mapping: {error}", where=str(path), do="mend it, or delete it and import the file again") from error
    header = tuple(map(str, said.get("header", ())))
    tables = {
        name: tuple(_entry(path, name, column, rule, header) for column, rule in rules.items()) for name, rules in said.items() if isinstance(rules, dict)
    }
    mapping = Mapping(str(said.get("name", "")), header, tables, str(said.get("separator", ",")), str(said.get("zone", "")))
    if not _NAME.fullmatch(mapping.name) or not header or not tables:
        raise Problem("a mapping has a name (small letters, digits, _ and -), a header and at least one table", where=str(path), do="add what is missing")
    return mapping


def mappings_in(folder: Path) -> tuple[Mapping, ...]:
    """Every mapping of a folder, by name. Raises Problem on a broken one, and on two that read the same header."""
    found = tuple(load(path) for path in sorted(folder.glob("*.toml")))
    for place, mapping in enumerate(found):
        for other in found[:place]:
            if set(other.names) == set(mapping.names):
                raise Problem(f"the mappings {other.name} and {mapping.name} read the same header", where=str(folder), do="delete one of them")
    return found


def save(mapping: Mapping, folder: Path) -> Path:
    """Write a mapping to `folder` in one step. Raises Problem when another of that name is there: nothing confirmed is replaced."""
    if not _NAME.fullmatch(mapping.name):
        raise Problem(f"{mapping.name!r} is no name of a mapping", do="use small letters, digits, _ and -")
    path, text = folder / f"{mapping.name}.toml", as_toml(mapping)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise Problem("there is another mapping of this name", where=str(path), do="choose another name, or delete that file first")
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{mapping.name}.part"
    part.write_text(text, encoding="utf-8")
    part.rename(path)
    return path


def _entry(path: Path, table: str, column: str, rule: object, header: tuple[str, ...]) -> Entry:
    where = f"{path}, [{table}] {column}"
    if table not in BY_NAME:
        raise Problem(f"there is no table {table!r}", where=where, do=f"name one of {', '.join(BY_NAME)}")
    if (column not in BY_NAME[table].schema or column == "line") and (table, column) != ("orders", "account"):
        raise Problem(f"{table} has no column {column!r} to fill", where=where, do="name it as docs/schema.md does")
    if not isinstance(rule, dict) or set(rule) - {"from", "form", "words", "is"} or ("from" in rule) == ("is" in rule):
        raise Problem("a column is filled `from` columns of the file, with `form` or `words`, or it `is` one value", where=where, do="write one of the two")
    sources = tuple([rule["from"]] if isinstance(rule.get("from"), str) else rule.get("from", ()))
    if unknown := [source for source in sources if source not in header]:
        raise Problem(f"the header has no {unknown[0]!r}", where=where, do="spell it as `header` does")
    form = str(rule.get("form", ""))
    if form and form not in forms_of(table, column):
        raise Problem(f"there is no form {form!r} for it", where=where, do=f"use one of {', '.join(forms_of(table, column)) or 'none'}")
    words = {str(said).lower(): str(meant) for said, meant in rule.get("words", {}).items()}
    return Entry(column, sources, form, words, str(rule.get("is", "")))


def _parts(entry: Entry) -> list[str]:
    if not entry.sources:
        return [f"is = {_text(entry.stated)}"]
    names = [_text(source) for source in entry.sources]
    parts = ["from = " + (names[0] if len(names) == 1 else "[" + ", ".join(names) + "]")]
    parts += [f"form = {_text(entry.form)}"] if entry.form else []
    words = ", ".join(f"{_text(said)} = {_text(meant)}" for said, meant in sorted(entry.words.items()))
    return [*parts, f"words = {{ {words} }}"] if words else parts


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
