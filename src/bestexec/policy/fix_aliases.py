"""FIX aliases: what a session's own spellings of markets and liquidity mean, with dates, from fix_aliases.toml beside the policy.

[[alias]]
session = "SOR>FIRM"      # SenderCompID>TargetCompID of the messages that carry the code
tag = 30                  # 30, 851, or any tag from 5000 on
code = "O"                # as the messages spell it
means = "XNAS"            # a MIC (tag 30), a word for liquidity (tag 851), either (other tags)
from = 2026-01-01         # first day it holds; `to` is the first day it no longer does; either may be left out
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bestexec.policy import reading
from bestexec.schema.words import LIQUIDITY

FILE = "fix_aliases.toml"
MARKET, LIQUIDITY_INDICATOR, FIRST_CUSTOM = 30, 851, 5000
_NEEDED, _OPTIONAL = ("session", "tag", "code", "means"), ("from", "to")
_MIC = re.compile(r"[A-Z0-9]{4}")
_SESSION = re.compile(r"[^>\s]+>[^>\s]+")


@dataclass(frozen=True)
class Alias:
    """What one spelling means: in one session (`SENDER>TARGET`) or, if empty, in all; from a day on, up to another."""

    code: str
    means: str
    session: str = ""
    from_on: date | None = None
    to_on: date | None = None
    tag: int = 0
    """The tag that holds the code; 0 in a table of one tag."""

    @property
    def is_market(self) -> bool:
        return self.means not in LIQUIDITY

    def holds(self, on: date | None) -> bool:
        """Whether it holds on a day; without a day, whether it always does."""
        return (self.from_on is None or (on is not None and on >= self.from_on)) and (self.to_on is None or (on is not None and on < self.to_on))


def read(folder: Path) -> tuple[Alias, ...]:
    """The entries of `folder`/fix_aliases.toml, none where there is no such file. Raises Problem that names the key and what is allowed."""
    given = reading.entries(folder / FILE, "alias", "for each code of a session")
    aliases = tuple(_alias(row, f"alias {place}") for place, row in enumerate(given, start=1))
    for place, alias in enumerate(aliases):
        if other := next((n for n, before in enumerate(aliases[:place], start=1) if _at_once(alias, before)), None):
            what = f"it gives {alias.tag}={alias.code} of {alias.session} a second meaning on the same days as alias {other}"
            raise reading.wrong(what, f"alias {place + 1}", "end one with `to` where the other begins with `from`, or delete one", file=FILE)
    return aliases


def hash_of(aliases: Sequence[Alias]) -> str:
    """sha256 of what the table says, whatever the order and the comments; empty for an empty table."""
    rows = [[each.session, each.tag, each.code, each.means, *(day and day.isoformat() for day in (each.from_on, each.to_on))] for each in aliases]
    return hashlib.sha256(json.dumps(sorted(rows, key=str)).encode()).hexdigest() if rows else ""


def _alias(row: reading.Rows, key: str) -> Alias:
    reading.keys(row, key, _NEEDED, _OPTIONAL, file=FILE)
    session, code, means = (reading.text(row[name], f"{key}.{name}", file=FILE) for name in ("session", "code", "means"))
    if not _SESSION.fullmatch(session):
        raise reading.wrong(f"{session!r} is not a session", f"{key}.session", "allowed: SENDER>TARGET as tags 49 and 56 spell them", file=FILE)
    tag = row["tag"]
    if not isinstance(tag, int) or isinstance(tag, bool) or (tag not in (MARKET, LIQUIDITY_INDICATOR) and tag < FIRST_CUSTOM):
        raise reading.wrong(
            f"{tag!r} is not a tag for codes", f"{key}.tag", f"allowed: {MARKET}, {LIQUIDITY_INDICATOR}, or one from {FIRST_CUSTOM} on", file=FILE
        )
    is_mic, is_word = bool(_MIC.fullmatch(means)), means in LIQUIDITY
    if not ((is_mic and tag != LIQUIDITY_INDICATOR) or (is_word and tag != MARKET)):
        allowed = [*(["a MIC, four capital letters or digits"] if tag != LIQUIDITY_INDICATOR else []), *(LIQUIDITY if tag != MARKET else [])]
        raise reading.wrong(f"{means!r} is not a meaning of tag {tag}", f"{key}.means", f"allowed: {', '.join(allowed)}", file=FILE)
    from_on, to_on = (reading.day(row[name], f"{key}.{name}", file=FILE) if name in row else None for name in _OPTIONAL)
    if from_on and to_on and to_on <= from_on:
        raise reading.wrong(f"it ends on {to_on} and begins on {from_on}", key, "`to` is the first day it no longer holds, after `from`", file=FILE)
    return Alias(code, means, session, from_on, to_on, tag)


def _at_once(one: Alias, other: Alias) -> bool:
    """Whether two entries say something of one code of one session on one day."""
    same = (one.session, one.tag, one.code) == (other.session, other.tag, other.code)
    apart = (one.to_on and other.from_on and one.to_on <= other.from_on) or (other.to_on and one.from_on and other.to_on <= one.from_on)
    return same and not apart
