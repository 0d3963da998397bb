"""The policy folder of the workspace: read as a whole, replaced as a whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from bestexec import Problem, Workspace


def held(root: Path) -> dict[str, str]:
    """The text of each file in the workspace's policy folder, by its path there; hidden files apart. Nothing where there is no such folder.

    Raises Problem for a file that is not text.
    """
    folder = root / "policy"
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: _text(path) for name, path in paths.items() if not any(part.startswith(".") for part in name.split("/"))}


def write(workspace: Workspace, files: Mapping[str, str]) -> None:
    """Replace the folder's whole content; the caller holds the workspace. Nobody sees a part of it.

    Cut short between the two renames, there is no policy folder: measuring stops and says so, and writing again finishes it.
    """
    staged, before = workspace.root / "policy.part", workspace.root / "policy.before"
    shutil.rmtree(staged, ignore_errors=True)
    for name, text in files.items():
        path = staged.joinpath(*PurePosixPath(name).parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, text)
    for folder in {staged, *(path for path in staged.rglob("*") if path.is_dir())}:
        _sync(folder)
    if workspace.policy.exists():
        shutil.rmtree(before, ignore_errors=True)
        workspace.policy.rename(before)
    staged.rename(workspace.policy)
    _sync(workspace.root)
    shutil.rmtree(before, ignore_errors=True)


def is_clean(root: Path) -> bool:
    """Whether no publication was cut short there."""
    return not any((root / name).exists() for name in ("policy.part", "policy.before"))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Problem("the file is not text", where=f"policy/{path.name}", do="keep only text files in the policy folder") from error


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
