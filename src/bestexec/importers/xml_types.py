"""Texts of Rule 606's elements as exact values, by the types of the SEC's schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from bestexec.market.rule606 import LONGEST_NAME, SERVICES, VERSIONS

_SPACE = re.compile(r"[ \t\r\n]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_WHOLE_DIGITS = 18
FIRST_YEAR, LAST_YEAR = 1970, 2262
"""Years whose every nanosecond fits an int64 count from 1970; the last is excluded."""


@dataclass(frozen=True)
class Read:
    """The value of a text, and what is wrong with it, if anything. Where `is_lost`, it could not be read at all; an empty text has the value None."""

    value: object
    rule: str = ""
    says: str = ""
    is_lost: bool = False


def read_text(kind: str, text: str) -> Read:
    """The text of an element of that type."""
    return _KINDS[kind](text)


def _collapsed(text: str) -> str:
    return _SPACE.sub(" ", text).strip(" ")


def _lost(rule: str, says: str) -> Read:
    return Read(None, rule, says, is_lost=True)


def _number(
    form: str, says: str, *, digits: int = 10, decimals: int = 8, least: int | None = None, most: int | None = None, percent: bool = False
) -> Callable[[str], Read]:
    """A decimal written as `form`, or nothing. One that is written otherwise is still read; one out of its range has no value."""
    exact = re.compile(form)

    def read(text: str) -> Read:
        bare = _collapsed(text)
        if not bare:
            return Read(None)
        if not _DECIMAL.fullmatch(bare):
            return _lost("number", "not a decimal number")
        number = Decimal(bare)
        if (least is not None and number < least) or (most is not None and number > most):
            return Read(None, "range", f"not {least} to {most}" if most is not None else f"below {least}")
        value = number.scaleb(-2) if percent else number
        if -int(value.normalize().as_tuple().exponent) > decimals or value.adjusted() >= digits:
            return _lost("exact", f"more than {decimals - 2 * percent} decimals or {digits} digits")
        value = value.quantize(Decimal(1).scaleb(-decimals))
        return Read(value) if exact.fullmatch(bare) else Read(value, "format", says)

    return read


def _pattern(form: str, says: str, *, empty: bool) -> Callable[[str], Read]:
    exact = re.compile(form)

    def read(text: str) -> Read:
        if empty and not _collapsed(text):
            return Read(None)
        return Read(text) if exact.fullmatch(text) else Read(_collapsed(text) or None, "format", says)

    return read


def _name(least: int) -> Callable[[str], Read]:
    def read(text: str) -> Read:
        bare = _collapsed(text)
        if len(bare) < least:
            return _lost("missing", "empty, and it may not be")
        return Read(bare or None) if len(bare) <= LONGEST_NAME else Read(bare, "format", f"longer than {LONGEST_NAME} characters")

    return read


def _word(words: dict[str, object]) -> Callable[[str], Read]:
    def read(text: str) -> Read:
        return Read(words[text]) if text in words else _lost("word", f"not one of {', '.join(words)}")

    return read


def _whole(least: int, most: int) -> Callable[[str], Read]:
    def read(text: str) -> Read:
        bare = _collapsed(text)
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", bare):
            return _lost("number", "not a whole number")
        return Read(int(bare)) if least <= int(bare) <= most else _lost("range", f"not {least} to {most}")

    return read


def _count(text: str) -> Read:
    bare = _collapsed(text)
    if not bare:
        return Read(None)
    if not re.fullmatch("[0-9]+", bare) or len(bare.lstrip("0")) > _WHOLE_DIGITS:
        return _lost("number", "not a whole number")
    return Read(int(bare))


def _date(text: str) -> Read:
    bare = _collapsed(text)
    try:
        found = date.fromisoformat(bare) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", bare) else None
    except ValueError:
        return _lost("date", "no such day")
    if found is None:
        return _lost("date", "not a date written yyyy-mm-dd")
    return Read(found) if FIRST_YEAR <= found.year < LAST_YEAR else _lost("exact", f"not within {FIRST_YEAR}–{LAST_YEAR}")


def _time(text: str) -> Read:
    """Seconds after midnight; 24:00:00 is the end of the day."""
    bare = _collapsed(text)
    match = re.fullmatch(r"([0-9]{2}):([0-9]{2}):([0-9]{2})", bare)
    hours, minutes, seconds = (int(part) for part in match.groups()) if match else (24, 60, 60)
    if (hours, minutes, seconds) != (24, 0, 0) and (hours > 23 or minutes > 59 or seconds > 59):
        return _lost("time", "not a time written hh:mm:ss")
    return Read(hours * 3600 + minutes * 60 + seconds)


def _timestamp(text: str) -> Read:
    bare = _collapsed(text)
    try:
        moment = datetime.strptime(bare, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if len(bare) == 20 else None
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year < LAST_YEAR:
        return Read(None, "timestamp", "not an instant written yyyy-mm-ddThh:mm:ssZ")
    return Read(int(moment.timestamp()) * 1_000_000_000)


def _id(text: str) -> Read:
    return Read(text) if text else _lost("missing", "empty, and it may not be")


_KINDS: dict[str, Callable[[str], Read]] = {
    "pct": _number(r"[0-9]*\.[0-9]{2,}", "a percentage needs at least two decimals", least=0, most=100, percent=True),
    "cph": _number(r"-?[0-9]*\.[0-9]{4,}", "cents per hundred shares need at least four decimals"),
    "usd": _number(_DECIMAL.pattern, "", digits=16, decimals=12),
    "shares": _number(_DECIMAL.pattern, "", digits=16, decimals=12, least=0),
    "whole": _count,
    "mic": _pattern("[A-Z0-9]{4}", "not four capital letters or digits", empty=True),
    "mpid": _pattern("[A-Z0-9]{4,5}", "not four or five capital letters or digits", empty=True),
    "name": _name(1),
    "customer": _name(0),
    "text": lambda text: Read(text.strip() or None),
    "version": _word(dict(zip(VERSIONS, VERSIONS, strict=True))),
    "services": _word(dict(zip(SERVICES, SERVICES, strict=True))),
    "yes_no": _word({"N": False, "Y": True}),
    "id": _id,
    "year": _whole(2000, 2099),
    "month": _whole(1, 12),
    "quarter": _whole(1, 4),
    "date": _date,
    "time": _time,
    "timestamp": _timestamp,
}
