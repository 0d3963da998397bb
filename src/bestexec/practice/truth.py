"""What was planted: the answer key against which findings can be held."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One planted fault or notable event: its kind, its day, the rows it concerns, and the story in words."""

    kind: str
    day: date
    says: str
    symbol: str | None = None
    order_id: str | None = None
    route_id: str | None = None
    fill_id: str | None = None
    venue: str | None = None
    vendor: str | None = None


@dataclass(frozen=True)
class Truth:
    """All that was planted in a generated folder, with the counts of what was written."""

    seed: int
    first: date
    last: date
    faults: tuple[Fault, ...]
    written: dict[str, int]
    """Rows written, by table."""

    def of(self, kind: str) -> tuple[Fault, ...]:
        """The faults of one kind."""
        return tuple(fault for fault in self.faults if fault.kind == kind)

    def write(self, path: Path) -> None:
        """Writes it as JSON; absent facts are left out."""
        faults = [{name: value for name, value in asdict(fault).items() if value is not None} for fault in self.faults]
        told = {"seed": self.seed, "first": self.first, "last": self.last, "written": self.written, "faults": faults}
        path.write_text(json.dumps(told, indent=1, default=date.isoformat) + "\n", encoding="utf-8")


def read(path: Path) -> Truth:
    """What `Truth.write` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    faults = tuple(Fault(**{**fault, "day": date.fromisoformat(fault["day"])}) for fault in told["faults"])
    return Truth(told["seed"], date.fromisoformat(told["first"]), date.fromisoformat(told["last"]), faults, told["written"])
