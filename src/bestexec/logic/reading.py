"""Reads logic.toml, the vendors' stated rules, and says exactly what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from bestexec.logic.kinds import BY_KEY, Kind, Term
from bestexec.logic.rules import Rule
from bestexec.logic.rules import Term as Value
from bestexec.policy import reading
from bestexec.schema import CUSTOMER_CLASSES, ORDER_TYPES, SESSIONS

FILE = "logic.toml"
FILTERS = {"order_types": ORDER_TYPES, "sessions": SESSIONS, "customer_classes": CUSTOMER_CLASSES}
_NEEDED = ("key", "vendor", "kind", "source")
_OPTIONAL = (*FILTERS, "order_qty_from", "order_qty_below", "from", "to")
_MIC = re.compile(r"[A-Z0-9]{4}")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")


def read(folder: Path) -> tuple[Rule, ...]:
    """The rules of `folder`/logic.toml, none where there is no such file. Raises Problem that names file, line and key, and what is allowed."""
    path = folder / FILE
    given = reading.entries(path, "rule", "for each stated rule")
    if not given:
        return ()
    places = _places(path.read_text(encoding="utf-8-sig"), given)
    rules = tuple(_rule(row, place) for row, place in zip(given, places, strict=True))
    for nth, rule in enumerate(rules):
        if rule.key in [other.key for other in rules[:nth]]:
            raise reading.wrong(f"two rules are called `{rule.key}`", places[nth].of("key"), "give each rule a key of its own", file=FILE)
    return rules


class _Place:
    """Where a rule is written: its number, and the lines of its keys where they can be told."""

    def __init__(self, number: int, line: int | None, lines: Mapping[str, int]) -> None:
        self.number, self.line, self.lines = number, line, lines

    def of(self, name: str = "") -> str:
        line = self.lines.get(name, self.line)
        return ", ".join(part for part in (f"line {line}" if line else "", f"rule {self.number}", name) if part)


def _places(text: str, rules: list[dict[str, Any]]) -> list[_Place]:
    """The place of each rule; without lines where the text has not one header a rule, as in inline tables."""
    lines = text.splitlines()
    headers = [n for n, line in enumerate(lines) if re.fullmatch(r"\s*\[\[\s*rule\s*\]\]\s*(#.*)?", line)]
    if len(headers) != len(rules):
        return [_Place(number, None, {}) for number in range(1, len(rules) + 1)]
    ends = [*headers[1:], len(lines)]
    return [
        _Place(number, start + 1, {found[1]: n + 1 for n in range(end - 1, start, -1) if (found := re.match(r"\s*(\w+)\s*=", lines[n]))})
        for number, (start, end) in enumerate(zip(headers, ends, strict=True), start=1)
    ]


def _rule(row: dict[str, Any], place: _Place) -> Rule:
    kind = _kind(row, place)
    _known(row, kind, place)
    from_on, to_on = (reading.day(row[side], place.of(side), file=FILE) if side in row else None for side in ("from", "to"))
    if from_on and to_on and to_on <= from_on:
        raise reading.wrong(f"it ends on {to_on} and begins on {from_on}", place.of("to"), "`to` is the first day it no longer holds, after `from`", file=FILE)
    sizes = {name: _shares(row[name], place.of(name)) for name in ("order_qty_from", "order_qty_below") if name in row}
    if len(sizes) == 2 and sizes["order_qty_below"] <= sizes["order_qty_from"]:
        raise reading.wrong("no size is concerned", place.of("order_qty_below"), f"allowed: more than {sizes['order_qty_from']}", file=FILE)
    filters = {name: _words(row[name], words, place.of(name)) for name, words in FILTERS.items() if name in row}
    vendor, source = (reading.text(row[name], place.of(name), file=FILE) for name in ("vendor", "source"))
    return Rule(
        key=_key(row, place), vendor=vendor, kind=kind.key, source=source, terms=_terms(row, kind, place), from_on=from_on, to_on=to_on,
        order_types=filters.get("order_types", ()), sessions=filters.get("sessions", ()), customer_classes=filters.get("customer_classes", ()),
        order_qty_from=sizes.get("order_qty_from"), order_qty_below=sizes.get("order_qty_below"),
    )  # fmt: skip


def _kind(row: dict[str, Any], place: _Place) -> Kind:
    if "kind" not in row:
        raise reading.wrong("`kind` is missing", place.of(), f"add it; allowed: {', '.join(BY_KEY)}", file=FILE)
    named = row["kind"]
    if not isinstance(named, str) or named not in BY_KEY:
        raise reading.wrong(f"{named!r} is not a kind of rule", place.of("kind"), f"allowed: {', '.join(BY_KEY)}", file=FILE)
    return BY_KEY[named]


def _known(row: dict[str, Any], kind: Kind, place: _Place) -> None:
    """Every key known to this kind and every needed one there."""
    strange = [name for name in row if name not in (*_NEEDED, *_OPTIONAL, *(term.name for term in kind.terms))]
    needed = (*_NEEDED, *(term.name for term in kind.terms if term.is_needed))
    optional = (*_OPTIONAL, *(term.name for term in kind.terms if not term.is_needed))
    reading.keys(row, place.of(strange[0]) if strange else place.of(), needed, optional, file=FILE)
    if kind.one_of and not any(name in row for name in kind.one_of):
        raise reading.wrong(f"`{kind.key}` says no size", place.of(), f"add at least one of: {', '.join(kind.one_of)}", file=FILE)


def _key(row: dict[str, Any], place: _Place) -> str:
    key = reading.text(row["key"], place.of("key"), file=FILE)
    if not _KEY.fullmatch(key):
        raise reading.wrong(f"{key!r} is not a key", place.of("key"), "allowed: small letters, digits, - and _, such as midpoint-first", file=FILE)
    return key


def _terms(row: dict[str, Any], kind: Kind, place: _Place) -> dict[str, Value]:
    terms = {term.name: _term(term, row[term.name], place.of(term.name)) for term in kind.terms if term.name in row}
    low, high = terms.get("qty_from"), terms.get("qty_below")
    if isinstance(low, Decimal) and isinstance(high, Decimal) and high <= low:
        raise reading.wrong("no size is barred", place.of("qty_below"), f"allowed: more than {low}", file=FILE)
    return terms


def _term(term: Term, value: object, key: str) -> Value:
    match term.kind:
        case "venues":
            return _venues(value, key)
        case "sessions":
            return _words(value, SESSIONS, key)
        case "count":
            return _whole(value, key)
        case "milliseconds":
            return reading.number(value, key, file=FILE)
        case "shares":
            return _shares(value, key)
        case "flag":
            if not isinstance(value, bool):
                raise reading.wrong(f"{value!r} is not allowed", key, "allowed: true, false", file=FILE)
            return value


def _list(value: object, key: str, allowed: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
        raise reading.wrong(f"{value!r} is not a list", key, allowed, file=FILE)
    twice = [word for nth, word in enumerate(value) if word in value[:nth]]
    if twice:
        raise reading.wrong(f"`{twice[0]}` is there twice", key, "name each once", file=FILE)
    return tuple(value)


def _venues(value: object, key: str) -> tuple[str, ...]:
    allowed = 'allowed: a list of MICs, four capital letters or digits of ISO 10383 each, such as ["XNAS", "IEXG"]'
    venues = _list(value, key, allowed)
    for venue in venues:
        if not _MIC.fullmatch(venue):
            raise reading.wrong(f"{venue!r} is not a MIC", key, allowed, file=FILE)
    return venues


def _words(value: object, allowed: tuple[str, ...], key: str) -> tuple[str, ...]:
    words = _list(value, key, f"allowed: a list of {', '.join(allowed)}")
    for word in words:
        if word not in allowed:
            raise reading.wrong(f"{word!r} is not allowed", key, f"allowed: {', '.join(allowed)}", file=FILE)
    return words


def _whole(value: object, key: str) -> int:
    found = reading.number(value, key, Decimal(1), file=FILE)
    if found != int(found):
        raise reading.wrong(f"{found} is not a whole number", key, "allowed: 1, 2, 3 …", file=FILE)
    return int(found)


def _shares(value: object, key: str) -> Decimal:
    found = reading.number(value, key, file=FILE)
    if found == 0:
        raise reading.wrong("0 shares are not allowed", key, "allowed: a number above 0", file=FILE)
    return found
