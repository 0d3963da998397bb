"""The matrix against SEC 17a-4(f): every element has its row, every row says all three things, and what it points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed")

from oversight.retention.classes import CLASSES

ELEMENTS = (
    "(f)(2)(i)(A)(1)", "(f)(2)(i)(A)(2)", "(f)(2)(i)(A)(3)", "(f)(2)(i)(A)(4)", "(f)(2)(i)(B)", "(f)(2)(ii)", "(f)(2)(iii)", "(f)(2)(iv)", "(f)(2)(v)",
    "(f)(3)(i), (ii)", "(f)(3)(iii)", "(f)(3)(iv)", "(f)(3)(v)", "(i)", "(j)",
)  # fmt: skip


@pytest.fixture(scope="module")
def matrix(root: Path) -> str:
    return (root / "docs/17a-4.md").read_text(encoding="utf-8")


def test_every_element_has_its_row_and_the_product_says_something_of_it(matrix: str) -> None:
    rows = [line.strip("| ").split(" | ") for line in matrix.splitlines() if re.match(r"\| \([fij]\)", line)]
    assert [next((each for each in ELEMENTS if row[0].startswith(f"{each} ")), row[0]) for row in rows] == list(ELEMENTS)
    assert [row[0] for row in rows if len(row) < 2 or not row[1].strip()] == []


def test_every_test_that_it_names_is_there(matrix: str, root: Path) -> None:
    named = re.findall(r"`(tests/[^`]+)`", matrix)
    assert named
    assert [name for name in named if not (root / name).exists()] == []


def test_it_says_what_a_chain_alone_is_not(matrix: str) -> None:
    assert "**A hash chain alone is not WORM" in matrix
    assert "Nothing below is a statement that a firm complies." in matrix


def test_its_doubtful_periods_are_those_of_the_schedule(matrix: str) -> None:
    assert {one.sure for one in CLASSES} == set(re.findall(r"\| (doubtful|the rule names it|our convention) \|$", matrix, re.MULTILINE))
