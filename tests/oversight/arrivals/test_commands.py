"""Receiving from the command line: once, watched, and killed in the middle; what a kill leaves is mended by the next command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.databases import Migrated

from oversight.findings.models import Run

from .forked import Parent, parent

KILLED = """
import os, signal, sys
from django.db import connection
from oversight.actor import automated
from oversight.arrivals import actions

def die(execute, sql, params, many, context):
    done = execute(sql, params, many, context)
    if sql.startswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return done

with connection.execute_wrapper(die):
    actions.receive(automated("receive"), sys.argv[1])
"""
COMMAND = """
import sys
from django.core.management import call_command
call_command(sys.argv[1])
"""
PROMISED = """
from decimal import Decimal
from oversight.actor import automated

from oversight.claims import actions
from oversight.measured.reading import AT_MOST, CHECK, Figure
from oversight.vendors import actions as vendors
by = automated("test")
vendor = vendors.register(by, key="vendor_a", name="Alpha Router")
terms = {"figure": Figure(CHECK, "EXE-105"), "side": AT_MOST, "bound": Decimal(0), "min_n": 1}
actions.state(by, vendor=vendor, origin=("vendor", "1"), key="slips", words="No order slips.", **terms)
"""
STEPS = ("claims", "agreements", "differences", "reviews", "closing tests of cases", "corrective plans", "harm")
HELD = """
import json
from oversight.arrivals.models import Held
from oversight.arrivals.queries import pending
from oversight.claims.models import ClaimTest
from oversight.findings.models import Finding, Run
found = Finding.objects.filter(check_id="CLM-101", state="open").count()
print(json.dumps([Run.objects.count(), ClaimTest.objects.count(), found, Held.objects.count(), len(pending())]))
"""
COUNTED = """
import json
from oversight.findings.models import Day, Draw, Finding, Run, RunDay, SampleItem
from oversight.record.actions import chained
from oversight.record.models import Entry
from oversight.record.triggers import FIRST
before, whole = FIRST, True
for entry in Entry.objects.order_by("seq"):
    whole = whole and entry.before_hash == before and entry.hash == chained(before, entry.body)
    before = entry.hash
rows = [model.objects.count() for model in (Run, RunDay, Day, Finding, Draw, SampleItem)]
print(json.dumps({"whole": whole, "entries": Entry.objects.count(), "rows": rows}))
"""


@pytest.fixture
def apart(bench: Any, tmp_path: Path, migrated: Migrated) -> Iterator[dict[str, str]]:
    """The environment of a desk with a database of its own, migrated, that looks at the bench's workspace."""
    env = {
        **os.environ,
        "OVERSIGHT_HOME": str(tmp_path / "home"),
        "BESTEXEC_WORKSPACE": str(bench.root),
    }
    (tmp_path / "home").mkdir()
    with migrated.copied(tmp_path) as url:
        yield env | {"DATABASE_URL": url}


@pytest.fixture
def desk(apart: dict[str, str]) -> Iterator[Parent]:
    with parent(apart) as one:
        yield one


@pytest.mark.check
def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_there_twice(bench: Any, desk: Parent) -> None:
    calm = [bench.order(f"calm-{number}") for number in range(3)]
    run_id = bench.seal([bench.found(f"o-{number}") for number in range(4)], orders=calm)
    for moment in ('INSERT INTO "findings_finding"', 'INSERT INTO "findings_sampleitem"'):
        assert desk.run(KILLED, run_id, moment).returncode == -signal.SIGKILL
    empty = json.loads(desk.run(COUNTED).stdout)
    assert (empty["rows"], empty["entries"]) == ([0, 0, 0, 0, 0, 0], 0)

    assert desk.run(COMMAND, "receive").returncode == 0
    later = bench.seal([bench.found("o-1"), bench.found("new")], orders=calm, policy="p-2")
    assert desk.run(KILLED, later, 'UPDATE "findings_finding"').returncode == -signal.SIGKILL
    # One run, its day twice (as a day of the run, as a day to be signed), four findings, one draw, three orders of it, and each
    # step that it was held against; an entry for each.
    assert json.loads(desk.run(COUNTED).stdout) == {"whole": True, "entries": 11 + len(STEPS), "rows": [1, 1, 1, 4, 1, 3]}


@pytest.mark.check
@pytest.mark.parametrize("command", ["receive", "judge"])
def test_killed_between_receiving_and_judging_the_next_command_mends_it(bench: Any, desk: Parent, command: str) -> None:
    """Counted are: runs, tests of the claim, open exceptions that it made, steps that were held, runs with a step left."""
    assert desk.run(PROMISED).returncode == 0
    first = bench.seal([bench.found("a"), bench.found("b")])
    assert desk.run(KILLED, first, 'INSERT INTO "claims_claimtest"').returncode == -signal.SIGKILL
    assert json.loads(desk.run(HELD).stdout) == [1, 0, 0, 0, 1], "received, and nothing of the judgement is there"
    said = desk.run(COMMAND, command)
    assert (said.returncode, said.stdout.splitlines()[0]) == (
        0, f"{first[:12]} claims: 1 claim held against it: 1 contradicted, 0 supported, 0 cannot be told; 1 exception opened, 0 vanished")  # fmt: skip
    assert json.loads(desk.run(HELD).stdout) == [1, 1, 1, len(STEPS), 0]

    second = bench.seal([bench.found("a")], policy="p-2")
    assert desk.run(KILLED, second, 'INSERT INTO "arrivals_held"').returncode == -signal.SIGKILL
    assert json.loads(desk.run(HELD).stdout) == [2, 2, 1, len(STEPS), 1], "judged, and not yet said to be"
    assert desk.run(COMMAND, command).returncode == 0
    assert json.loads(desk.run(HELD).stdout) == [2, 2, 1, 2 * len(STEPS), 0]
    assert json.loads(desk.run(COUNTED).stdout)["whole"] is True


def test_watching_receives_what_comes_and_stops_when_told(bench: Any, apart: dict[str, str]) -> None:
    first = bench.seal([bench.found("a")])
    watching = subprocess.Popen(
        [sys.executable, "-m", "django", "receive", "--watch", "--every", "0.05"], env=apart | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    )
    with watching:
        assert watching.stdout is not None
        lines = [watching.stdout.readline() for _ in range(4)]
        second = bench.seal([], policy="p-2")
        lines += [watching.stdout.readline() for _ in range(3)]
        watching.send_signal(signal.SIGTERM)
        rest = watching.stdout.read()
    assert watching.returncode == 0
    assert [line.split(":")[0] for line in lines] == [
        "Looking for sealed runs every 0.05 s · stop with Ctrl+C\n",
        f"{first[:12]} verifying and receiving …\n",
        f"{first[:12]} received",
        f"{first[:12]} claims",
        f"{second[:12]} verifying and receiving …\n",
        f"{second[:12]} received",
        f"{second[:12]} claims",
    ]
    assert rest == "Stopped. Nothing was left half done.\n"


def test_the_runs_are_received_in_the_order_of_sealing(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    ids = [bench.seal([], policy=f"p-{number}") for number in range(3)]
    for age, run_id in enumerate(ids):
        os.utime(bench.root / "runs" / run_id / "run.json", ns=(0, age * 10**9))
    call_command("receive")
    said = capsys.readouterr().out
    assert [line.partition(" ")[0] for line in said.splitlines() if " received: " in line] == [run_id[:12] for run_id in ids]
    assert f"{ids[0][:12]} claims: no claim was left to hold against it" in said.splitlines()
    assert f"{ids[0][:12]} received: 1 days, 0 orders, 0 exceptions; 0 opened" in said
    call_command("receive", ids[0][:10])
    assert "was received before. Nothing was changed." in capsys.readouterr().err


def test_an_altered_run_is_named_and_the_others_are_received(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = bench.seal([], policy="p-1"), bench.seal([], policy="p-2")
    (bench.root / "runs" / bad / "orders.parquet").write_bytes(b"other")
    with pytest.raises(CommandError, match="1 of the runs were not received"):
        call_command("receive")
    assert list(Run.objects.values_list("pk", flat=True)) == [good]
    assert "not the bytes that were sealed: orders.parquet" in capsys.readouterr().err


def test_an_empty_workspace_and_an_unknown_run_are_said(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("receive")
    assert capsys.readouterr().out == "The workspace has no sealed run yet. Measure first: `bestexec measure`.\n"
    with pytest.raises(CommandError, match="0 runs of the workspace have an id that starts with 'abc'"):
        call_command("receive", "abc")
