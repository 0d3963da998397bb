"""Release notes: what a vendor said that it changed in its router, and when; the desk writes them beside the firm's own limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bestexec.policy import reading

FILE = "releases.toml"


@dataclass(frozen=True)
class Release:
    """One release that a vendor announced."""

    vendor: str
    released_on: date
    words: str


def read(folder: Path) -> tuple[Release, ...]:
    """The entries of `folder`/releases.toml, none where there is no such file. Raises Problem that names the key and what is allowed."""
    given = reading.entries(folder / FILE, "release", "for each release note")
    return tuple(_release(row, f"release {place}") for place, row in enumerate(given, start=1))


def _release(row: reading.Rows, key: str) -> Release:
    reading.keys(row, key, ("vendor", "released_on", "words"), file=FILE)
    vendor, words = (reading.text(row[name], f"{key}.{name}", file=FILE) for name in ("vendor", "words"))
    return Release(vendor, reading.day(row["released_on"], f"{key}.released_on", file=FILE), words)
