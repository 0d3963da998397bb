"""The sealed runs of the workspace, each opened only when its bytes are those that were sealed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from django.conf import settings

from bestexec import Problem, Run, altered, open_run, run_disposed, run_unexplained

MANIFEST = "run.json"
Signature = tuple[tuple[str, int, int, int], ...]
_checked: dict[Path, tuple[Signature, Run]] = {}


def folder() -> Path:
    """Where the workspace keeps its sealed runs."""
    return Path(settings.WORKSPACE) / "runs"


def opened(run_id: str) -> Run:
    """The run of that id, whose bytes were held against its seal: once in a process, and again when a file of it was touched.

    Raises Problem, naming the files, when there is none or when its bytes are not those that were sealed.
    """
    place = _place(run_id)
    signature = _signature(place)
    held = _checked.get(place)
    if held is None or held[0] != signature:
        held = signature, verified(run_id)
        _checked[place] = held
    return held[1]


def verified(run_id: str) -> Run:
    """The run of that id, every byte read now. Raises Problem naming each file that is not as it was sealed."""
    place = _place(run_id)
    manifest = place / MANIFEST
    if not manifest.is_file() or hashlib.sha256(manifest.read_bytes()).hexdigest() != place.name:
        raise _altered(place, (MANIFEST,))
    run = open_run(place)
    wrong = altered(run)
    stone = run_disposed(run) if wrong else None
    if stone is not None and not run_unexplained(run):
        raise Problem(f"its tables were {stone.spoken}", where=f"run {place.name[:12]}", do="run.json, its policy and the record remain")
    if wrong:
        raise _altered(place, wrong)
    return run


def ids() -> tuple[str, ...]:
    """The ids of the workspace's sealed runs, in the order of sealing."""
    if not folder().is_dir():
        return ()
    places = [place for place in folder().iterdir() if re.fullmatch(r"[0-9a-f]{64}", place.name) and (place / MANIFEST).is_file()]
    return tuple(place.name for place in sorted(places, key=lambda place: ((place / MANIFEST).stat().st_mtime_ns, place.name)))


def _place(run_id: str) -> Path:
    place = folder() / run_id
    if not re.fullmatch(r"[0-9a-f]{64}", run_id) or not place.is_dir():
        raise Problem("the workspace has no run of this id", where=run_id[:64], do="look at its `runs` folder, or restore it from a backup")
    return place


def _altered(place: Path, names: tuple[str, ...]) -> Problem:
    return Problem(f"not the bytes that were sealed: {', '.join(names)}", where=f"run {place.name[:12]}", do="restore the run from a backup, or measure again")


def _signature(place: Path) -> Signature:
    files = ((path, path.stat()) for path in sorted(place.rglob("*")) if path.is_file())
    return tuple((path.relative_to(place).as_posix(), seen.st_ino, seen.st_mtime_ns, seen.st_size) for path, seen in files)
