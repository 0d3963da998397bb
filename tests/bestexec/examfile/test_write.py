"""An exam file of a workspace: the same bytes each time, under its name only when whole."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import bestexec
from bestexec import checks, examfile, metrics, runs
from bestexec.cli import app
from bestexec.errors import Problem
from bestexec.examfile import quarter, write
from bestexec.runs import Run
from bestexec.workspace import Workspace

from .made import ABOUT, found, owners, packed, root_of, sha256, whole

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample firm's three days of July 2026, imported and measured."""
    workspace: Workspace = bestexec.open_workspace(tmp_path_factory.mktemp("firm") / "workspace")
    bestexec.import_files(workspace, [SAMPLES], received_at=1_790_000_000_000_000_000)
    bestexec.measure(workspace)
    (workspace.root / "reports").mkdir()
    for run in workspace.runs.iterdir():
        (workspace.root / "reports" / f"execution-quality-{run.name[:12]}.html").write_bytes(b"<p>report</p>")
        (workspace.root / "reports" / f"execution-quality-{run.name[:12]}.pdf.part").write_bytes(b"half")
    (workspace.root / "reports" / "execution-quality-000000000000.html").write_bytes(b"<p>of another run</p>")
    return workspace


@pytest.fixture(scope="module")
def run(firm: Workspace) -> Run:
    return next(runs.open_run(folder) for folder in firm.runs.iterdir())


@pytest.fixture(scope="module")
def exam(firm: Workspace, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("exam") / "exam.zip"
    write(target, examfile.about(quarter("2026Q3"), [run]), examfile.of_workspace(firm, [run]))
    return target


def test_a_quarter_has_its_days() -> None:
    days = {name: (quarter(name).first, quarter(name).last) for name in ("2026Q1", "2026q3", "2027-Q4", "2028Q1")}
    assert days == {
        "2026Q1": (date(2026, 1, 1), date(2026, 3, 31)), "2026q3": (date(2026, 7, 1), date(2026, 9, 30)),
        "2027-Q4": (date(2027, 10, 1), date(2027, 12, 31)), "2028Q1": (date(2028, 1, 1), date(2028, 3, 31)),
    }  # fmt: skip
    assert [quarter("2026Q3").holds(day) for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1))] == [False, True, True, False]
    for wrong in ("2026", "2026Q5", "Q3", "3026Q1x"):
        with pytest.raises(Problem, match="is not a quarter"):
            quarter(wrong)


def test_it_holds_all_that_explains_the_run_and_is_valid(exam: Path, run: Run) -> None:
    assert found(exam.read_bytes()) == []
    names = zipfile.ZipFile(exam).namelist()
    assert {name for name in names if name.startswith("runs/")} == {f"runs/{run.id}/{name}" for name in ("run.json", *run.manifest["outputs"])}
    assert {name for name in names if name.startswith("imports/")} == {f"imports/{each}/manifest.json" for each in run.manifest["inputs"]}
    assert [name for name in names if name.startswith(("reports/", "policy/"))] == ["policy/policy.toml", f"reports/execution-quality-{run.id[:12]}.html"]
    assert {"README.txt", "verify.py", "definitions/schema.json"} <= set(names)


def test_the_definitions_in_it_are_those_whose_hashes_the_run_names(exam: Path, run: Run) -> None:
    opened = zipfile.ZipFile(exam)
    assert {name: sha256(opened.read(f"definitions/{name}")) for name in ("metrics.json", "checks.txt")} == {
        "metrics.json": run.manifest["definitions"]["metrics"], "checks.txt": run.manifest["definitions"]["checks"],
    }  # fmt: skip
    assert (metrics.definitions_hash(), checks.definitions_hash()) == (run.manifest["definitions"]["metrics"], run.manifest["definitions"]["checks"])


def test_the_same_workspace_gives_the_same_bytes(exam: Path, firm: Workspace, tmp_path: Path) -> None:
    again = shutil.copytree(firm.root, tmp_path / "elsewhere")
    told = CliRunner().invoke(app, ["--workspace", str(again), "examfile", "--quarter", "2026Q3", "--to", str(tmp_path / "again.zip")], catch_exceptions=False)
    assert (tmp_path / "again.zip").read_bytes() == exam.read_bytes()
    assert f"root {root_of(exam.read_bytes())}\n" in told.stdout
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_command_answers_in_json(firm: Workspace, exam: Path, run: Run, tmp_path: Path) -> None:
    words = ["--workspace", str(firm.root), "examfile", "--quarter", "2026Q3", "--to", str(tmp_path / "e.zip"), "--run", run.id[:9], "--json"]
    told = json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout)
    assert told == {
        "file": str(tmp_path / "e.zip"), "quarter": "2026Q3", "root": root_of(exam.read_bytes()), "members": len(zipfile.ZipFile(exam).namelist()) - 3,
        "bytes": exam.stat().st_size,
    }  # fmt: skip


def test_a_quarter_without_a_run_is_told(firm: Workspace) -> None:
    with pytest.raises(Problem, match="no run has a day in 2026Q2"):
        examfile.runs_of(firm, quarter("2026Q2"))


def test_an_altered_run_is_not_packed(firm: Workspace, run: Run, tmp_path: Path) -> None:
    copy = shutil.copytree(firm.root, tmp_path / "workspace")
    (copy / "runs" / run.id / "fills.parquet").write_bytes(b"something else")
    workspace = bestexec.open_workspace(copy)
    with pytest.raises(Problem, match=r"fills\.parquet is not what was sealed"):
        examfile.of_workspace(workspace, examfile.runs_of(workspace, quarter("2026Q3")))


def test_a_run_whose_import_is_gone_is_not_packed(firm: Workspace, run: Run, tmp_path: Path) -> None:
    copy = shutil.copytree(firm.root, tmp_path / "workspace")
    shutil.rmtree(copy / "imports" / next(iter(run.manifest["inputs"])))
    with pytest.raises(Problem, match="an import that the run was made of is gone"):
        examfile.of_workspace(bestexec.open_workspace(copy), [run])


def test_a_table_that_says_who_the_customer_was_is_not_packed(firm: Workspace, tmp_path: Path) -> None:
    sealed = runs.seal(tmp_path / "runs", {"days": ["2026-07-01"]}, {"orders": pl.DataFrame({"order_id": ["1"], "account_key": ["9"]})}, firm.policy)
    with pytest.raises(Problem, match="column account_key, which says who a customer was"):
        examfile.of_runs(firm, [sealed])


def test_no_sealed_table_says_who_the_customer_was(run: Run) -> None:
    columns = {column for name in run.manifest["outputs"] if name.endswith(".parquet") for column in pl.read_parquet_schema(run.folder / name)}
    assert "order_id" in columns
    assert [column for column in columns if "account" in column or "customer_id" in column] == []


def test_written_and_packed_by_hand_are_equal(tmp_path: Path) -> None:
    written = write(tmp_path / "exam.zip", ABOUT, whole())
    by_hand = packed(whole())
    assert (tmp_path / "exam.zip").read_bytes() == by_hand
    assert (written.root, written.members, written.size) == (root_of(by_hand), len(whole()), len(by_hand))


@pytest.mark.parametrize("names", [("../x",), ("seal.json",), ("a", "A")])
def test_a_name_that_some_system_cannot_unpack_is_refused_and_nothing_is_written(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(Problem):
        write(tmp_path / "exam.zip", {}, dict.fromkeys(names, b"x"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_changes_meanwhile_is_told_and_the_earlier_exam_file_stays(tmp_path: Path) -> None:
    target, member = tmp_path / "exam.zip", tmp_path / "member"
    member.write_bytes(b"before")
    write(target, {}, {"a": member})
    earlier = target.read_bytes()

    def meddle(what: str, done: int, of: int) -> None:
        if what == "writing a":
            member.write_bytes(b"meddle")

    with pytest.raises(Problem, match="changed while it was packed"):
        write(target, {}, {"a": member}, meddle)
    assert target.read_bytes() == earlier


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="could not be written: No such file"):
        write(tmp_path / "nowhere" / "exam.zip", {}, {})


KILLED = """
import os, pathlib, sys
from bestexec.examfile import write
at = int(sys.argv[2])
calls = iter(range(99))
def progress(what, done, of):
    if next(calls) == at:
        os.kill(os.getpid(), 9)
write(pathlib.Path(sys.argv[1]), {}, {"a": b"1" * 70000, "b": b"2"}, progress)
"""


@pytest.mark.parametrize("at", [0, 2, 3])
def test_killed_at_any_step_it_leaves_no_half_file_and_the_next_one_is_whole(tmp_path: Path, at: int) -> None:
    target = tmp_path / "exam.zip"
    assert subprocess.run([sys.executable, "-c", KILLED, str(target), str(at)], check=False).returncode == -9
    assert not target.exists()
    write(target, {}, {"a": b"1" * 70000, "b": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["exam.zip"]
    assert found(target.read_bytes()) == []


def test_a_large_member_is_never_whole_in_memory(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(96 << 20)
    tracemalloc.start()
    written = write(tmp_path / "exam.zip", {}, {"large": large})
    with (tmp_path / "exam.zip").open("rb") as file:
        assert examfile.verify(file, written.root).altered == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.check
def test_a_member_beyond_four_gigabytes_is_read_by_others_too(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate((4 << 30) + 5)
        file.seek(4 << 30)
        file.write(b"tail!")
    written = write(tmp_path / "exam.zip", {}, {"a/large": large, "b/small": b"behind it"})
    with (tmp_path / "exam.zip").open("rb") as file:
        assert examfile.verify(file, written.root).altered == []
    opened = zipfile.ZipFile(tmp_path / "exam.zip")
    assert opened.getinfo("a/large").file_size == (4 << 30) + 5
    assert opened.read("b/small") == b"behind it"
    assert opened.testzip() is None


@pytest.mark.check
def test_ten_thousand_flips_of_the_sample_firms_exam_file_are_missed_by_nobody(exam: Path) -> None:
    content, draws = bytearray(exam.read_bytes()), random.Random(2026)
    owner, root = owners(bytes(content)), root_of(bytes(content))
    for _ in range(10_000):
        at, mask = draws.randrange(len(content)), draws.randrange(1, 256)
        content[at] ^= mask
        assert [name for name, _ in examfile.verify(io.BytesIO(content), root).altered] == [owner[at]]
        content[at] ^= mask
