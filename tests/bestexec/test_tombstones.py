"""Bytes go after their tombstone stands, once, whole, whatever kills the process; what was altered stays."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard

from bestexec import tombstones
from bestexec.errors import Problem
from bestexec.tombstones import Piece, Tombstone

WORDS = b"what the router did\n"


def stone(root: Path, name: str, content: bytes = WORDS, folder: str = "raw") -> Tombstone:
    """A file on the disk, and what would stand in its place."""
    path = root / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return told(name, Piece(f"{folder}/{name}", hashlib.sha256(content).hexdigest(), len(content)))


def told(name: str, *pieces: Piece) -> Tombstone:
    return Tombstone(
        "raw", name, pieces, "order memoranda", "3 years", "17 CFR 240.17a-4(b)(4)", "2029-12-31", "key-1", "key-2", "2030-01-02T09:00:00+00:00", "disposal 1"
    )


def test_bytes_go_and_the_tombstone_says_under_what(tmp_path: Path) -> None:
    one = stone(tmp_path, "a")
    assert tombstones.bury(tmp_path, [one]) == {}
    assert not (tmp_path / "raw/a").exists()
    assert tombstones.of(tmp_path, "raw", "a") == one
    assert one.spoken == (
        "disposed of on 2030-01-02 under 17 CFR 240.17a-4(b)(4): order memoranda, 3 years, ended on 2029-12-31; "
        "proposed by key-1, approved by key-2, disposal 1"
    )
    assert not tombstones.is_going(tmp_path)


def test_the_layout_stays_and_folders_below_it_go_when_empty(tmp_path: Path) -> None:
    tombstones.bury(tmp_path, [stone(tmp_path, "fills.parquet", folder="imports/aa/fills")])
    assert (tmp_path / "imports").is_dir()
    assert not (tmp_path / "imports/aa").exists()


def test_what_was_altered_or_is_gone_is_not_disposed_of(tmp_path: Path) -> None:
    altered, gone, whole = stone(tmp_path, "a"), stone(tmp_path, "b"), stone(tmp_path, "c")
    (tmp_path / "raw/a").write_bytes(b"something else")
    (tmp_path / "raw/b").unlink()
    assert tombstones.bury(tmp_path, [altered, gone, whole]) == {
        ("raw", "a"): "raw/a was altered: its bytes are not those that were proposed",
        ("raw", "b"): "raw/b is gone already, and nobody disposed of it",
    }
    assert (tmp_path / "raw/a").read_bytes() == b"something else"
    assert [each.id for each in tombstones.every(tmp_path)] == ["c"]


def test_a_compressed_file_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "raw/a.zst"
    path.parent.mkdir()
    path.write_bytes(zstandard.ZstdCompressor().compress(WORDS))
    assert tombstones.sha256_within(path) == (hashlib.sha256(WORDS).hexdigest(), 20)
    assert tombstones.bury(tmp_path, [told("a", Piece("raw/a.zst", hashlib.sha256(WORDS).hexdigest(), 20))]) == {}
    assert not path.exists()


def test_a_tombstone_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="outside of its folder"):
        tombstones.bury(tmp_path, [told("a", Piece("raw/../../a", "0" * 64, 1))])


def test_bytes_that_come_back_later_are_not_taken_away_again(tmp_path: Path) -> None:
    tombstones.bury(tmp_path, [stone(tmp_path, "a")])
    (tmp_path / "raw/a").write_bytes(WORDS)
    assert tombstones.resume(tmp_path) == 0
    assert (tmp_path / "raw/a").exists()


@pytest.mark.parametrize("at", range(40))
def test_cut_at_any_step_all_is_whole_or_all_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Each write, rename, removal and sync counts as a step; the power goes at step `at`."""
    stones = [stone(tmp_path, name) for name in "abc"]
    steps = iter(range(at))

    def cut(real: object) -> object:
        def step(*given: object, **named: object) -> object:
            if next(steps, None) is None:
                raise KeyboardInterrupt
            return real(*given, **named)  # type: ignore[operator]  # it is a function

        return step

    for owner, name in ((os, "fsync"), (Path, "unlink"), (Path, "replace")):
        monkeypatch.setattr(owner, name, cut(getattr(owner, name)))
    done = False
    try:
        tombstones.bury(tmp_path, stones)
        done = True
    except KeyboardInterrupt:
        pass
    monkeypatch.undo()
    there = {each for each in "abc" if (tmp_path / "raw" / each).exists()}
    if not tombstones.is_going(tmp_path):
        assert there == (set() if done or tombstones.every(tmp_path) else set("abc"))
    else:
        assert {each.id for each in tombstones.every(tmp_path)} >= set("abc") - there, "gone without a tombstone"
        assert tombstones.resume(tmp_path) == 3
        assert not list((tmp_path / "raw").iterdir())
        assert len(tombstones.every(tmp_path)) == 3


@pytest.mark.check
def test_killed_at_many_moments_nothing_goes_without_its_tombstone(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2]); from test_tombstones import stone; from bestexec import tombstones\n"
        "root = pathlib.Path(sys.argv[1]); stones = [stone(root, f'{n:04}') for n in range(300)]; print('go', flush=True); tombstones.bury(root, stones)"
    )
    cut = 0
    for number in range(12):
        root = tmp_path / str(number)
        root.mkdir()
        child = subprocess.Popen([sys.executable, "-c", script, str(root), str(Path(__file__).parent)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.01 * number)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        names = {each.id for each in tombstones.every(root)}
        there = {path.name for path in (root / "raw").iterdir()}
        assert {f"{n:04}" for n in range(300)} - there <= names
        cut += bool(there)
        if tombstones.resume(root):
            assert not list((root / "raw").iterdir())
            assert len(tombstones.every(root)) == 300
    assert cut, "it was never killed in the middle"
