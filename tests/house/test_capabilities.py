"""What the product promises, what of it works, and the test that shows it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

GROUPS = {"A": range(10), "B": range(1, 3), "C": range(1, 8), "D": range(1, 7), "E": range(1, 4), "F": range(1, 4), "G": range(1, 6), "H": range(1, 5)}
IDS = [f"{group}{number}" for group, numbers in GROUPS.items() for number in numbers]
STATUSES = {"works", "partial", "missing"}


@dataclass(frozen=True)
class Capability:
    """One row of docs/capabilities.md."""

    id: str
    what: str
    status: str
    where: str
    tests: tuple[str, ...]


@pytest.fixture(scope="session")
def capabilities(root: Path) -> list[Capability]:
    rows = re.findall(r"^\| ([A-H]\d) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", (root / "docs/capabilities.md").read_text(), re.MULTILINE)
    return [Capability(id_, what, status, where, tuple(re.findall(r"`(tests/[^`]+)`", tests))) for id_, what, status, where, tests in rows]


def test_every_promise_has_exactly_one_row(capabilities: list[Capability]) -> None:
    assert [row.id for row in capabilities] == IDS


def test_every_row_works_or_is_partial_or_is_missing(capabilities: list[Capability]) -> None:
    assert {row.id: row.status for row in capabilities if row.status not in STATUSES} == {}


def test_what_works_names_where_to_see_it_and_a_test_that_shows_it(capabilities: list[Capability]) -> None:
    assert [row.id for row in capabilities if row.status == "works" and not (row.where and row.tests)] == []


def test_what_is_missing_names_no_test(capabilities: list[Capability]) -> None:
    assert [row.id for row in capabilities if row.status == "missing" and row.tests] == []


@pytest.mark.check
def test_every_test_that_a_row_names_is_run(capabilities: list[Capability], root: Path) -> None:
    named = sorted({test for row in capabilities for test in row.tests})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:xdist", *named]
    collected = subprocess.run(collect, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert collected.returncode == 0, collected.stdout + collected.stderr
