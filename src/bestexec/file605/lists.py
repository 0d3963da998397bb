"""Lists of symbols that a user gives: members of an index, securities exempt from the rule."""

from __future__ import annotations

import re
from pathlib import Path

from bestexec.errors import Problem

_SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9 ./^+=*#&-]*")


def symbols(path: Path) -> frozenset[str]:
    """The symbols of a text file, one a line; a heading `symbol`, empty lines and what follows `#` at a line's start are passed over.

    Raises Problem, naming the line, for anything else, and for a file without a symbol.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Problem("the list cannot be read", where=str(path), do="name a text file with one symbol a line") from error
    found = set()
    for place, line in enumerate(lines, start=1):
        word = line.strip().strip('"').upper()
        if not word or word.startswith("#") or (place == 1 and word == "SYMBOL"):
            continue
        if not _SYMBOL.fullmatch(word):
            raise Problem(f"{line.strip()!r} is no symbol", where=f"{path.name}, line {place}", do="write one symbol a line")
        found.add(word)
    if not found:
        raise Problem("the list names no symbol", where=str(path), do="write one symbol a line")
    return frozenset(found)
