"""releases.toml: what vendors announced, or exactly what is wrong with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bestexec import policy
from bestexec.errors import Problem
from bestexec.policy.releases import FILE, Release

NOTE = '[[release]]\nvendor = "one"\nreleased_on = 2026-08-12\nwords = "New venue mix."\n'


def read(tmp_path: Path, text: str | None) -> tuple[Release, ...]:
    policy.write_default(tmp_path)
    if text is not None:
        (tmp_path / FILE).write_text(text)
    return policy.load(tmp_path).releases


def test_a_note_is_a_part_of_the_policy_and_of_its_hash(tmp_path: Path) -> None:
    assert read(tmp_path / "with", NOTE) == (Release("one", date(2026, 8, 12), "New venue mix."),)
    assert read(tmp_path / "without", None) == ()
    assert policy.load(tmp_path / "with").hash != policy.load(tmp_path / "without").hash


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("release = 1\n", "release is not a list"),
        (NOTE.replace("vendor", "vender"), "vender"),
        (NOTE.replace("2026-08-12", '"yesterday"'), "is not a date"),
        (NOTE.replace('"New venue mix."', '""'), "is not a text"),
        (NOTE.replace('words = "New venue mix."\n', ""), "words"),
        ("[other]\n", "other"),
    ],
)
def test_what_is_wrong_is_said_with_its_file(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Problem) as wrong:
        read(tmp_path, text)
    assert says in str(wrong.value)
    assert FILE in str(wrong.value)
