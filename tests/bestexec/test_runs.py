"""A sealed run is named by what it holds, and shows it when a byte changes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bestexec import runs
from bestexec.errors import Problem


def _seal(folder: Path, value: int = 1) -> runs.Run:
    folder.mkdir(parents=True, exist_ok=True)
    limits = folder.parent / "policy"
    limits.mkdir(exist_ok=True)
    (limits / "policy.toml").write_text("version = 'x'\n", encoding="utf-8")
    return runs.seal(folder, {"days": ["2026-07-01"]}, {"fills": pl.DataFrame({"a": [value, 2]})}, limits)


def test_equal_runs_have_one_id_in_any_folder(tmp_path: Path) -> None:
    assert _seal(tmp_path / "here" / "runs").id == _seal(tmp_path / "there" / "runs").id


def test_another_value_is_another_id(tmp_path: Path) -> None:
    assert _seal(tmp_path / "runs").id != _seal(tmp_path / "runs", 7).id


def test_sealing_the_same_again_leaves_one_run(tmp_path: Path) -> None:
    _seal(tmp_path / "runs")
    _seal(tmp_path / "runs")
    assert len(list((tmp_path / "runs").iterdir())) == 1


def test_an_untouched_run_is_intact(tmp_path: Path) -> None:
    assert runs.altered(_seal(tmp_path / "runs")) == ()


@pytest.mark.parametrize("name", ["fills.parquet", "run.json", "policy/policy.toml"])
def test_one_changed_byte_is_named_by_its_file(tmp_path: Path, name: str) -> None:
    run = _seal(tmp_path / "runs")
    path = run.folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert runs.altered(run) == (name,)


def test_an_altered_table_is_not_read(tmp_path: Path) -> None:
    run = _seal(tmp_path / "runs")
    (run.folder / "fills.parquet").write_bytes(b"something else")
    with pytest.raises(Problem, match="altered or is gone"):
        run.table("fills")


def test_run_json_holds_no_time_path_or_host(tmp_path: Path) -> None:
    run = _seal(tmp_path / "runs")
    assert sorted(run.manifest) == ["days", "format", "outputs"]
    assert str(tmp_path) not in (run.folder / "run.json").read_text(encoding="utf-8")


def test_a_run_is_found_by_the_start_of_its_id(tmp_path: Path) -> None:
    run = _seal(tmp_path / "runs")
    assert runs.find(tmp_path / "runs", run.id[:8]).id == run.id
    with pytest.raises(Problem, match="0 runs"):
        runs.find(tmp_path / "runs", "zzzz")
