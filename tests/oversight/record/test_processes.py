"""Many processes, one record: one wins and the other is told, the chain stays whole, and a kill leaves act and entry together or neither."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.databases import Migrated

pytestmark = pytest.mark.check

PROCESSES = Path(__file__).with_name("processes.py")
START = "import django; django.setup(); import runpy, sys; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
Drill = Callable[[str, int], Any]


@pytest.fixture(scope="module")
def database(migrated: Migrated, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database of its own: a file, or one more on the server that the tests run on."""
    with migrated.copied(tmp_path_factory.mktemp("desk")) as url:
        yield url


@pytest.fixture(scope="module")
def drill(database: str, tmp_path_factory: pytest.TempPathFactory) -> Drill:
    """Runs a drill of processes.py on that database; what it printed."""
    around = {**os.environ, "DATABASE_URL": database, "OVERSIGHT_HOME": str(tmp_path_factory.mktemp("home"))}

    def run(name: str, number: int) -> Any:
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", START, str(PROCESSES), name, str(number)], env=around, capture_output=True, text=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return json.loads(ran.stdout)

    return run


def test_of_two_who_make_the_same_move_one_wins_and_the_other_is_told(drill: Drill) -> None:
    assert drill("same_move", 10) == [["Review: the happening is “reviewed”; this is done while it is “noted”.", "made"]] * 10


def test_eight_writers_leave_one_unbroken_chain(drill: Drill) -> None:
    assert drill("writers", 50) == {"said": ["done"] * 8, "added": 400, "by_writer": [50] * 8, "broken": "None"}


def test_a_process_killed_at_any_statement_leaves_act_and_entry_together_or_neither(drill: Drill) -> None:
    seen = drill("at_each_statement", 200)
    assert len(seen) > 30
    assert [one for one in seen if one["broken"] != "None" or not one["is_as_told"]] == []


def test_a_process_killed_anywhere_leaves_act_and_entry_together_or_neither(drill: Drill) -> None:
    seen = drill("at_random", 15)
    assert [one for one in seen if one["broken"] != "None" or not one["is_as_told"]] == []
    assert [after["entries"] > before["entries"] for before, after in pairwise(seen)] == [True] * 14
