"""Heightened monitoring: limits that hold more narrowly for one vendor, for a time; the desk writes them beside the firm's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bestexec.policy import reading
from bestexec.policy.declared import LIMITS, DeclaredLimit
from bestexec.policy.reading import Steps

FILE = "heightened.toml"
BY_NAME = {declared.name: declared for declared in LIMITS}


@dataclass(frozen=True)
class Heightened:
    """One vendor's narrower limits. `to_on` is the first day on which they no longer hold; a run is owed at least every `every_days` trading days."""

    vendor: str
    case: str
    from_on: date
    to_on: date | None
    every_days: int
    limits: Mapping[str, Decimal]

    def holds(self, on: date) -> bool:
        return self.from_on <= on and (self.to_on is None or on < self.to_on)


def read(folder: Path) -> tuple[Heightened, ...]:
    """The entries of `folder`/heightened.toml, none where there is no such file. Raises Problem that names the key and what is allowed."""
    given = reading.entries(folder / FILE, "heightened", "for each vendor")
    return tuple(_entry(row, f"heightened {place}") for place, row in enumerate(given, start=1))


def narrowed(steps: Steps[Decimal], declared: DeclaredLimit, entries: Iterable[Heightened]) -> Steps[Decimal]:
    """The limit's steps with what `entries` say of it: on each day the narrowest of all, so that nothing is ever widened."""
    concerned = [entry for entry in entries if declared.name in entry.limits]
    days = {day for day, _ in steps if day} | {day for entry in concerned for day in (entry.from_on, entry.to_on) if day}
    return ((None, steps[0][1]), *((day, _narrowest(steps, declared, concerned, day)) for day in sorted(days)))


def _narrowest(steps: Steps[Decimal], declared: DeclaredLimit, entries: Iterable[Heightened], day: date) -> Decimal:
    base = [value for from_on, value in steps if from_on is None or from_on <= day][-1]
    return declared.narrowest((base, *(entry.limits[declared.name] for entry in entries if entry.holds(day))))


def _entry(row: dict[str, Any], key: str) -> Heightened:
    reading.keys(row, key, ("vendor", "case", "from", "every_days", "limits"), ("to",), file=FILE)
    from_on, to_on = reading.day(row["from"], f"{key}.from", file=FILE), reading.day(row["to"], f"{key}.to", file=FILE) if "to" in row else None
    if to_on and to_on <= from_on:
        raise reading.wrong(f"it ends on {to_on} and begins on {from_on}", key, "`to` is the first day it no longer holds, after `from`", file=FILE)
    every = reading.number(row["every_days"], f"{key}.every_days", least=Decimal(1), file=FILE)
    if every != int(every):
        raise reading.wrong(f"{every} is not a whole number", f"{key}.every_days", "allowed: trading days from one run to the next", file=FILE)
    if not isinstance(row["limits"], dict):
        raise reading.wrong(f"{row['limits']!r} is not a table", f"{key}.limits", "write [heightened.limits] with the limits that are narrower", file=FILE)
    reading.keys(row["limits"], f"{key}.limits", (), tuple(name for name, declared in BY_NAME.items() if declared.is_narrowable), file=FILE)
    limits = {name: _limit(value, name, key) for name, value in row["limits"].items()}
    return Heightened(reading.text(row["vendor"], f"{key}.vendor", file=FILE), str(row["case"]), from_on, to_on, int(every), limits)


def _limit(value: object, name: str, key: str) -> Decimal:
    declared = BY_NAME[name]
    return reading.number(value, f"{key}.limits.{name}", declared.least, declared.most, file=FILE)
