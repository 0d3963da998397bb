"""The project's files are its own, and speak of nothing but it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.])/(w[o]rk|r[o]ot|h[o]me|t[m]p|U[s]ers|o[p]t)/\w", re.IGNORECASE)
REGISTRY = re.compile(r"p[y]pi\.o[r]g|p[y]thonhosted|registry\.n[p]mjs|deb\.d[e]bian|index\.c[r]ates|anaconda\.o[r]g", re.IGNORECASE)
SAMPLES_BYTES = 3_000_000
TELLING_SIZE = 200
"""Files shorter than this many bytes can be equal by chance."""


def lines_with(pattern: re.Pattern[str], paths: list[Path], root: Path) -> list[str]:
    found = []
    for path in paths:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(root)}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def test_no_file_names_a_path_of_some_machine(tracked: list[Path], root: Path) -> None:
    assert lines_with(MACHINE_PATH, tracked, root) == []


def test_no_file_names_the_host_of_a_package_registry(tracked: list[Path], root: Path) -> None:
    assert lines_with(REGISTRY, tracked, root) == []


def test_the_samples_are_small_enough_to_read(tracked: list[Path], root: Path) -> None:
    samples = [path for path in tracked if path.is_relative_to(root / "samples")]
    assert samples
    assert sum(path.stat().st_size for path in samples) <= SAMPLES_BYTES


def test_nothing_was_copied_from_recorded_data_of_others(tracked: list[Path], root: Path) -> None:
    theirs = root.parent / "shared/data"
    if not theirs.is_dir():
        pytest.skip("no recorded data beside the project")
    sizes: dict[int, list[Path]] = {}
    for path in theirs.rglob("*"):
        if path.is_file() and path.stat().st_size > TELLING_SIZE:
            sizes.setdefault(path.stat().st_size, []).append(path)
    suspects = [(ours, other) for ours in tracked for other in sizes.get(ours.stat().st_size, [])]
    digest = {path: hashlib.sha256(path.read_bytes()).digest() for pair in suspects for path in pair}
    assert [f"{ours.relative_to(root)} is {other.name}" for ours, other in suspects if digest[ours] == digest[other]] == []
