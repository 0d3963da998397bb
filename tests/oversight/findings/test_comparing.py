"""What differs between two runs is said in words."""

from __future__ import annotations

from typing import Any

import pytest

from oversight.findings.comparing import differences


def manifest(**said: Any) -> dict[str, Any]:
    made = {
        "inputs": {"1": {"files": [{"name": "orders.csv"}]}},
        "policy": {"version": "p-1", "sha256": "a"},
        "definitions": {"metrics": "m", "checks": "c"},
        "code": {"version": "1.0", "source": "s", "constraints": "k"},
        "asked": {"first": None, "last": None, "as_of": "before"},
    }
    return made | said


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "the same files, policy, definitions and code"),
        ({"inputs": {"1": {"files": [{"name": "orders.csv"}]}, "2": {"files": [{"name": "late.csv"}]}}}, "added: late.csv"),
        ({"inputs": {"2": {"files": [{"name": "orders.csv"}]}}}, "added: orders.csv; no longer used: orders.csv"),
        ({"policy": {"version": "p-2", "sha256": "b"}}, "policy p-1 → p-2"),
        ({"policy": {"version": "p-1", "sha256": "b"}}, "the text of policy p-1 changed"),
        ({"definitions": {"metrics": "m", "checks": "d"}}, "the definitions of the checks changed"),
        ({"definitions": {"metrics": "n", "checks": "c"}}, "the definitions of the metrics changed"),
        ({"code": {"version": "1.1", "source": "t", "constraints": "k"}}, "program 1.0 → 1.1"),
        ({"code": {"version": "1.0", "source": "t", "constraints": "k"}}, "the program's code changed within version 1.0"),
        ({"code": {"version": "1.0", "source": "s", "constraints": "l"}}, "the packages that the program runs with changed"),
        ({"asked": {"first": "2026-09-28", "last": None, "as_of": "before"}}, "other days or another as-of rule were asked for"),
    ],
)
def test_each_part_that_differs_is_named(changed: dict[str, Any], words: str) -> None:
    assert differences(manifest(), manifest(**changed)) == words


def test_of_many_files_five_are_named_and_the_rest_counted() -> None:
    many = {str(number): {"files": [{"name": f"f{number}.csv"}]} for number in range(1, 9)}
    assert differences(manifest(inputs={}), manifest(inputs=many)) == "added: f1.csv, f2.csv, f3.csv, f4.csv, f5.csv and 3 more"
