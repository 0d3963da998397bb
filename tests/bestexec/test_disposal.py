"""After a disposal everything that looks for the bytes says under what they went; nothing takes it for a loss, and a loss is still one."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bestexec
from bestexec import examfile, recompute, runs, tombstones
from bestexec.cli import app
from bestexec.disposal import BOOK, RAW, ROWS, RUN, Item, dispose, items, pieces
from bestexec.errors import Problem
from bestexec.examfile.verify import verify
from bestexec.lives import raw_lines
from bestexec.lookback import raw_standing
from bestexec.runs import Run
from bestexec.tombstones import Tombstone
from bestexec.workspace import Workspace

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "raw"
RECEIVED_AT = 1_790_000_000_000_000_000
"""21 September 2026, 13:33:20 UTC."""
DAYS = (date(2026, 8, 11), date(2026, 8, 12), date(2026, 8, 13))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample firm's three days, measured."""
    workspace: Workspace = bestexec.open_workspace(tmp_path_factory.mktemp("firm") / "workspace")
    bestexec.import_files(workspace, [SAMPLES], received_at=RECEIVED_AT)
    bestexec.measure(workspace)
    return workspace


@pytest.fixture
def firm(measured: Workspace, tmp_path: Path) -> Workspace:
    """A copy to dispose of."""
    shutil.copytree(measured.root, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def run(firm: Workspace) -> Run:
    return recompute.latest(firm)


def gone(workspace: Workspace, which: Callable[[Item], bool]) -> list[Item]:
    """Dispose of these; what they were."""
    chosen = [item for item in items(workspace) if which(item)]
    stones = [
        Tombstone(
            one.kind, one.id, pieces(workspace.root, one.paths), "a class", "6 years", "17 CFR 240.17a-4(a)", "2032-09-21", "key-1", "key-2",
            "2032-09-22T09:00:00+00:00", "disposal no. 1",
        )
        for one in chosen
    ]  # fmt: skip
    assert dispose(workspace, stones) == {}
    return chosen


def test_everything_that_bytes_lie_for_is_listed_with_its_days(firm: Workspace, run: Run) -> None:
    found = items(firm)
    assert {item.kind for item in found} == {RAW, ROWS, RUN, BOOK}
    assert [(item.id, item.first_on, item.last_on, item.counts_from) for item in found if item.kind == RUN] == [(run.id, DAYS[0], DAYS[2], DAYS[2])]
    fills = [item for item in found if item.kind == RAW and item.tables == ("fills",)]
    assert sorted(item.last_on for item in fills if item.last_on) == list(DAYS)
    assert {item.counts_from for item in fills} == {date(2026, 9, 21)}, "the firm had them later than the days they speak of"
    listed = {path for item in found for path in item.paths}
    kept = {path.relative_to(firm.root).as_posix() for path in firm.root.rglob("*") if path.is_file()} - listed
    assert {path.split("/")[0] for path in kept} <= {"imports", "policy", "runs", "workspace.toml", "lock"}
    assert {path.rpartition("/")[2] for path in kept if path.startswith("imports/")} == {"manifest.json"}


def test_a_run_that_was_disposed_of_is_not_altered_and_says_under_what(firm: Workspace, run: Run) -> None:
    gone(firm, lambda item: item.kind == RUN)
    verdict = recompute.verify(firm, run)
    assert (verdict.state, verdict.is_good) == ("disposed of", True)
    assert verdict.differences == (
        (
            "its tables were disposed of on 2032-09-22 under 17 CFR 240.17a-4(a): a class, 6 years, ended on 2032-09-21; "
            "proposed by key-1, approved by key-2, disposal no. 1"
        ),
    )
    with pytest.raises(Problem, match="the run's tables were disposed of on 2032-09-22 under 17 CFR"):
        run.table("fills")


def test_beside_a_disposal_a_loss_is_still_a_loss(firm: Workspace, run: Run) -> None:
    gone(firm, lambda item: item.kind == RUN)
    (run.folder / "policy" / "policy.toml").unlink()
    assert recompute.verify(firm, run).state == "altered"
    assert runs.unexplained(run) == ("policy/policy.toml",)


def test_a_tombstone_with_other_hashes_than_were_sealed_explains_nothing(firm: Workspace, run: Run) -> None:
    gone(firm, lambda item: item.kind == RUN)
    path = tombstones.place(firm.root, RUN, run.id)
    said = json.loads(path.read_text(encoding="utf-8"))
    said["pieces"][0]["sha256"] = "0" * 64
    path.write_text(json.dumps(said), encoding="utf-8")
    assert recompute.verify(firm, run).state == "altered"


def test_a_run_whose_rows_went_is_intact_and_not_made_again(firm: Workspace, run: Run) -> None:
    rows = gone(firm, lambda item: item.kind == ROWS and item.tables == ("fills",))
    verdict = recompute.verify(firm, run)
    assert (verdict.state, len(rows), len(verdict.differences)) == ("intact", 3, 3)
    assert all("not made again: the rows of import" in line and "disposed of on 2032-09-22" in line for line in verdict.differences)
    assert run.table("fills").height > 0


def test_the_line_of_a_raw_file_that_went_says_so(firm: Workspace) -> None:
    [one, *_] = gone(firm, lambda item: item.kind == RAW and item.tables == ("fills",))
    [line] = raw_lines(firm, one.id, 2)
    assert line.cells == ()
    assert line.why_not.startswith("the raw file was disposed of on 2032-09-22 under 17 CFR 240.17a-4(a)")


def test_a_look_back_says_of_which_days_raw_files_were_disposed_of(firm: Workspace, run: Run) -> None:
    gone(firm, lambda item: item.kind == RAW and item.tables == ("fills",) and item.last_on == DAYS[1])
    [gap] = raw_standing(run, DAYS, firm)
    assert (gap.kind, gap.days) == ("raw", (DAYS[1],))
    assert "the raw file was disposed of on 2032-09-22" in gap.why


def test_the_same_file_is_not_taken_in_again(firm: Workspace) -> None:
    gone(firm, lambda item: item.kind in (RAW, ROWS) and item.tables == ("fills",) and item.last_on == DAYS[0])
    told = bestexec.import_files(firm, [SAMPLES / "fills_2026-08-11.csv"], received_at=RECEIVED_AT)
    assert told["status"].to_list() == ["refused"]
    assert "this file was disposed of on 2032-09-22" in told["notes"][0]
    assert not any(firm.raw.glob(".*"))


def test_books_that_went_are_built_again_of_the_rows_that_stay(firm: Workspace, run: Run) -> None:
    gone(firm, lambda item: item.kind == BOOK)
    assert not any(firm.books.rglob("*.arrow"))
    assert recompute.verify(firm, run).state == "recomputed equal"


def test_an_exam_file_tells_a_stranger_what_was_disposed_of(firm: Workspace, run: Run, tmp_path: Path) -> None:
    [one] = gone(firm, lambda item: item.kind == RUN)
    members = examfile.of_workspace(firm, [run])
    assert f"disposed/run-{run.id}.json" in members
    examfile.write(tmp_path / "exam.zip", examfile.about("2026Q3", [run]), members)
    found = verify(io.BytesIO((tmp_path / "exam.zip").read_bytes()))
    assert found.altered == []
    assert f"run {one.id[:12]}: disposed of on 2032-09-22 under 17 CFR 240.17a-4(a), a class" in found.notes


def test_an_exam_file_without_the_tombstone_misses_the_tables(firm: Workspace, run: Run, tmp_path: Path) -> None:
    gone(firm, lambda item: item.kind == RUN)
    members = {name: member for name, member in examfile.of_workspace(firm, [run]).items() if not name.startswith("disposed/")}
    examfile.write(tmp_path / "exam.zip", examfile.about("2026Q3", [run]), members)
    found = verify(io.BytesIO((tmp_path / "exam.zip").read_bytes()))
    assert any("the run sealed" in what and "it is not here" in what for _, what in found.altered)


def test_the_command_lists_what_was_disposed_of(firm: Workspace, run: Run) -> None:
    asked = ["--workspace", str(firm.root), "disposed"]
    assert CliRunner().invoke(app, asked).output == "Nothing of this workspace was disposed of.\n"
    gone(firm, lambda item: item.kind == RUN)
    shown = CliRunner().invoke(app, asked, env={"COLUMNS": "200"}).output
    assert "1 things were disposed of" not in shown
    assert f"{run.id[:12]}" in shown
    [said] = json.loads(CliRunner().invoke(app, [*asked, "--json"]).output)["disposed"]
    assert (said["kind"], said["id"], said["citation"]) == ("run", run.id, "17 CFR 240.17a-4(a)")
    assert {piece["path"] for piece in said["pieces"]} == {f"runs/{run.id}/{name}" for name in run.manifest["outputs"] if name.endswith(".parquet")}
