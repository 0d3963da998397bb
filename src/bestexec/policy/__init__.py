"""The firm's limits and readings of the rules, from `policy/policy.toml`: frozen, versioned, hashed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Generic, TypeVar

from bestexec.errors import Problem
from bestexec.policy import fix_aliases, heightened, reading, releases
from bestexec.policy.declared import LIMITS, SETTINGS, DeclaredLimit, DeclaredSetting
from bestexec.policy.fix_aliases import Alias
from bestexec.policy.heightened import Heightened
from bestexec.policy.reading import FILE, Exclusion, Listed, Steps
from bestexec.policy.releases import Release

__all__ = [
    "FILE",
    "LIMITS",
    "SETTINGS",
    "Alias",
    "Dated",
    "Exclusion",
    "Heightened",
    "Limit",
    "Listed",
    "Policy",
    "Release",
    "Setting",
    "default",
    "load",
    "sealed",
    "write_default",
]

SHIPPED = Path(__file__).parents[1] / "default_policy"

V = TypeVar("V")


def load(folder: Path) -> Policy:
    """The policy in `folder`.

    Raises Problem, naming the file, the key and what is allowed, for anything unknown, missing or of the wrong kind.
    """
    return _policy(folder, reading.read(folder))


def sealed(folder: Path) -> Policy:
    """The policy that a run was sealed under: limits and settings that were added since may be missing, and are a Problem where they are asked for."""
    return _policy(folder, reading.read(folder, is_sealed=True))


def _policy(folder: Path, found: reading.Reading) -> Policy:
    return Policy(
        version=found.version,
        effective_on=found.effective_on,
        approved_by=found.approved_by,
        nbbo_source=found.nbbo_source,
        stale_after_ns=found.stale_after_ns,
        limits={declared.name: Limit(found.limits[declared.name], declared) for declared in LIMITS if declared.name in found.limits},
        settings={declared.name: Setting(*found.settings[declared.name], declared) for declared in SETTINGS if declared.name in found.settings},
        speed_limits_ns=found.speed_limits_ns,
        treatment=found.treatment,
        exclusions=found.exclusions,
        venues=found.venues,
        venues_that_pay=found.venues_that_pay,
        vendors=found.vendors,
        heightened=heightened.read(folder),
        releases=releases.read(folder),
        fix_aliases=fix_aliases.read(folder),
        folder=folder,
        hash=_hash(folder),
    )


def default() -> Policy:
    """The shipped policy, which no firm has approved yet."""
    return load(SHIPPED)


def write_default(folder: Path) -> None:
    """Copy the shipped policy, comments and all, to `folder`, which may exist."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)


@dataclass(frozen=True)
class Dated(Generic[V]):
    """A value with the days from which it holds; the first step has no day."""

    steps: Steps[V]

    def on(self, day: date) -> V:
        """The value in force on `day`."""
        return [value for from_on, value in self.steps if from_on is None or from_on <= day][-1]


@dataclass(frozen=True)
class Limit(Dated[Decimal]):
    """One number of the firm, with its declared unit and meaning."""

    declared: DeclaredLimit

    def narrowed(self, entries: Iterable[Heightened]) -> Limit:
        """The same with what heightened monitoring says of it."""
        return Limit(heightened.narrowed(self.steps, self.declared, entries), self.declared)


@dataclass(frozen=True)
class Setting(Dated["str | bool | Decimal"]):
    """One reading of a rule, with the doubt that makes it a setting."""

    doubt: str
    declared: DeclaredSetting


@dataclass(frozen=True)
class Policy:
    """Everything the firm decides about measuring. Lists are None where the firm has not said."""

    version: str
    effective_on: date
    approved_by: str
    nbbo_source: str | None
    """The feed whose quotes are the national best bid and offer; None for whichever there is."""
    stale_after_ns: int
    limits: Mapping[str, Limit]
    settings: Mapping[str, Setting]
    speed_limits_ns: Mapping[tuple[str, int], int]
    """Longest time from the benchmark instant to a fill, by Rule 605 order class and size bucket; absent where there is none."""
    treatment: Mapping[tuple[str, str], str]
    """`measure` or `exclude` for each (kind, value), such as ("session", "pre")."""
    exclusions: Mapping[tuple[str, str], Exclusion]
    """Who approved each that is excluded, and until when."""
    venues: tuple[Listed, ...] | None
    venues_that_pay: tuple[Listed, ...] | None
    vendors: tuple[Listed, ...] | None
    heightened: tuple[Heightened, ...]
    """Vendors whose limits are narrower for a time."""
    releases: tuple[Release, ...]
    """What vendors announced of their routers."""
    fix_aliases: tuple[Alias, ...]
    """What the codes of the firm's FIX sessions mean."""
    folder: Path
    """Where it was read, for the texts that others read beside it."""
    hash: str
    """sha256 of the folder's files."""

    def limit(self, name: str, on: date | None = None, vendor: str | None = None) -> Decimal:
        """The number in force on a day, by default on the day the policy takes effect; for a vendor under heightened monitoring the narrower one."""
        return self.limits_of(name).get(vendor, _stated(self.limits, name)).on(on or self.effective_on)

    def limits_of(self, name: str) -> Mapping[str | None, Limit]:
        """The limit under None, and under each vendor for which it is narrower at some time."""
        firm = _stated(self.limits, name)
        vendors = sorted({entry.vendor for entry in self.heightened if name in entry.limits})
        return {None: firm} | {vendor: firm.narrowed(entry for entry in self.heightened if entry.vendor == vendor) for vendor in vendors}

    def setting(self, name: str, on: date | None = None) -> str | bool | Decimal:
        """The reading in force on a day, by default on the day the policy takes effect."""
        return _stated(self.settings, name).on(on or self.effective_on)


def _stated(found: Mapping[str, V], name: str) -> V:
    if name not in found:
        raise Problem(f"`{name}` is not in this policy: the run was sealed before there was one", where=FILE, do="measure its days again")
    return found[name]


def _hash(folder: Path) -> str:
    """sha256 over each file's path and content in the order of the paths; hidden files apart, line ends as LF."""
    digest = hashlib.sha256()
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(name for name in files if not any(part.startswith(".") for part in name.split("/"))):
        content = files[name].read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
