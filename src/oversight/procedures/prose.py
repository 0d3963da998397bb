"""A procedure's text in its parts: paragraphs, headings, lists and numbered steps; nothing in it is ever markup."""

from __future__ import annotations

import re
from dataclasses import dataclass

PARAGRAPH, HEADING, BULLETS, STEPS = "paragraph", "heading", "bullets", "steps"
BULLET = re.compile(r"[-*•]\s+(.*)")
STEP = re.compile(r"\d{1,2}[.)]\s+(.*)")
HEAD = re.compile(r"#{1,4}\s+(.*)")


@dataclass(frozen=True)
class Part:
    """One part: its kind, and its lines; a paragraph and a heading have one."""

    kind: str
    lines: tuple[str, ...]


def parts(text: str) -> tuple[Part, ...]:
    """The parts of a text. A blank line ends a paragraph; `## ` opens a heading, `- ` a list, `1. ` numbered steps; anything else stands as it is."""
    found: list[tuple[str, list[str]]] = []
    is_open = False
    for line in text.splitlines():
        kind, words = _read(line.strip())
        if not words:
            is_open = False
        elif kind == PARAGRAPH and is_open:
            found[-1][1][-1] += f" {words}"
        elif is_open and kind == found[-1][0] and kind in (BULLETS, STEPS):
            found[-1][1].append(words)
        else:
            found.append((kind, [words]))
        is_open = bool(words) and kind != HEADING
    return tuple(Part(kind, tuple(lines)) for kind, lines in found)


def _read(line: str) -> tuple[str, str]:
    for kind, shape in ((HEADING, HEAD), (BULLETS, BULLET), (STEPS, STEP)):
        found = shape.fullmatch(line)
        if found:
            return kind, found[1]
    return PARAGRAPH, line
