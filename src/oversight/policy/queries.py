"""Every read of policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from bestexec import Problem
from oversight import clock
from oversight.accounts.queries import names
from oversight.policy import folder, limits
from oversight.policy.limits import DeskLimits
from oversight.policy.models import WAS_IN_FORCE, Extra, Version
from oversight.sheets import Column, Row, Sheet


@dataclass(frozen=True)
class Drift:
    """A file of the workspace's policy folder that is not as it was published. `how`: missing, changed, not published or unreadable."""

    name: str
    how: str


def desk_limits() -> DeskLimits:
    """The desk's limits in force: of the published desk.toml, or the shipped ones where the firm has published none.

    Raises Problem, naming the key and what is allowed, for a published file that somebody broke by hand.
    """
    # Between the two renames of a publication (or after a crash there) what was in force before still is.
    for name in ("policy", "policy.before"):
        if (settings.WORKSPACE / name).is_dir():
            file = settings.WORKSPACE / name / limits.FILE
            return _read(*_signature(file)) if file.is_file() else _read(*_signature(limits.SHIPPED))
    return _read(*_signature(limits.SHIPPED))


def in_force(on: date | None = None) -> Version | None:
    """The version in force now, or at the end of the day `on` in the market's zone; None where there was none."""
    if on is None:
        return Version.objects.filter(state="published").first()
    midnight = datetime.combine(on + timedelta(days=1), time(), clock.MARKET_ZONE)
    return Version.objects.filter(state__in=WAS_IN_FORCE, approved_at__lt=midnight).order_by("-approved_at", "-number").first()


def named(label: str) -> Version | None:
    """The version of that name that is or was in force: what a run's `policy_version` says."""
    return Version.objects.filter(label=label, state__in=WAS_IN_FORCE).first()


def proposals() -> list[Version]:
    """The versions that wait for a second person, oldest first."""
    return list(Version.objects.filter(state="proposed").order_by("proposed_at", "number"))


def published() -> dict[str, str]:
    """The text of each file that should lie in the workspace's policy folder, by name."""
    version = in_force()
    return {**(version.files if version else {}), **dict(Extra.objects.exclude(text="").values_list("name", "text"))}


def drift() -> tuple[Drift, ...]:
    """How the workspace's policy folder differs from what was published; nothing where no version is in force yet."""
    if in_force() is None:
        return ()
    try:
        found = folder.held(settings.WORKSPACE)
    except Problem as problem:
        return (Drift(problem.where, "unreadable"),)
    wanted = published()
    how = {name: "missing" if name not in found else "not published" if name not in wanted else "changed" for name in {*found, *wanted}}
    return tuple(Drift(name, how[name]) for name in sorted(how) if found.get(name) != wanted.get(name))


def sheet() -> Sheet:
    """Every version as a table, latest first."""
    people = names()
    columns = (
        Column("number", "No.", kind="number"), Column("label", "Version"), Column("state", "State"), Column("effective_on", "Effective", kind="day"),
        Column("drafted_by", "Drafted by", kind="person"), Column("approved_by", "Approved by", kind="person"),
        Column("approved_at", "In force since", kind="instant"), Column("superseded_at", "Until", kind="instant"), Column("hash", "Hash", kind="code"),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                version.number, version.label, version.state_title, version.effective_on, _who(people, version.drafted_by), _who(people, version.approved_by),
                version.approved_at, version.superseded_at, version.hash,
            ),
            {"label": version.get_absolute_url()}, key=str(version.number),
        )
        for version in Version.objects.defer("files").order_by("-number")
    )  # fmt: skip
    source = "Each version keeps the whole text of its files. The hash is what a run sealed with just these files carries."
    return Sheet(
        "policy-versions",
        "Versions",
        columns,
        rows,
        source=source,
        empty="No version yet. An operator takes over what lies in the workspace: manage.py adopt_policy.",
    )


def _who(people: dict[str, str], key: str) -> str:
    return "adopted, not approved here" if key.startswith("system:") else people.get(key, key)


def _signature(file: Path) -> tuple[Path, int, int, int]:
    seen = file.stat()
    return file, seen.st_ino, seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=8)
def _read(file: Path, *_signature: int) -> DeskLimits:
    return limits.read(file.read_text(encoding="utf-8-sig"))
