"""File names as people may have typed them, made safe to keep and to send."""

from __future__ import annotations

import unicodedata

LONGEST = 180


def cleaned(name: str) -> str:
    """The last part of `name` without control and direction characters, at most 180 characters, its ending kept; `file` where nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2]
    letters = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", last) if char.isspace() or unicodedata.category(char)[0] != "C")
    plain = " ".join(letters.split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > LONGEST and dot and len(ending) <= 12:
        plain = f"{stem[: LONGEST - len(ending) - 1]}.{ending}"
    return plain[:LONGEST] or "file"
