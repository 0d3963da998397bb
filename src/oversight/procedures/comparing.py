"""Two versions of a section, word by word: what was taken out and what was put in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from oversight.accounts.queries import names
from oversight.procedures.content import KINDS, proofs_of
from oversight.procedures.models import Version

SAME, OUT, IN = "same", "out", "in"
WORDS = re.compile(r"\s+|[^\s]+")
TITLES = {
    "title": "Title", "citations": "Authorities", "checks": "Checks", "metrics": "Metrics", "duties": "Duties", "proofs": "Evidence", "owner": "Owner",
    "deputy": "Deputy", "readers": "Readers", "read_within_days": "Days to attest",
}  # fmt: skip
"""The fields that are no running text, in the order in which they are compared."""


@dataclass(frozen=True)
class Stretch:
    """Words that are the same in both, were taken out, or were put in."""

    kind: str
    text: str


@dataclass(frozen=True)
class Changed:
    """A field that is no running text, before and after."""

    title: str
    before: str
    after: str


def stretches(before: str, after: str) -> list[Stretch]:
    """The two texts in one: what both have, what only the first has, what only the second has."""
    a, b = WORDS.findall(before), WORDS.findall(after)
    found: list[Stretch] = []
    for what, a_from, a_to, b_from, b_to in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Stretch(SAME, "".join(a[a_from:a_to])))
            continue
        if a_to > a_from:
            found.append(Stretch(OUT, "".join(a[a_from:a_to])))
        if b_to > b_from:
            found.append(Stretch(IN, "".join(b[b_from:b_to])))
    return found


def changed(before: Version, after: Version) -> list[Changed]:
    """The other fields that differ."""
    pairs = [(title, _said(before, name), _said(after, name)) for name, title in TITLES.items()]
    return [Changed(*pair) for pair in pairs if pair[1] != pair[2]]


def counted(found: Sequence[Stretch]) -> tuple[int, int]:
    """(words taken out, words put in)."""
    out, put = (sum(len(one.text.split()) for one in found if one.kind == kind) for kind in (OUT, IN))
    return out, put


def _said(version: Version, name: str) -> str:
    value: Any = getattr(version, name)
    if name == "proofs":
        return "; ".join(f"{proof.what}, shown by {KINDS[proof.kind]}, at most {proof.days} days old" for proof in proofs_of(value)) or "none"
    if name in ("owner", "deputy"):
        role = getattr(version, f"{name}_title")
        return f"{names().get(value, value)}{f', as {role}' if role else ''}" if value else "nobody"
    if isinstance(value, list):
        return ", ".join(version.reader_titles if name == "readers" else value) or "none"
    return str(value)
