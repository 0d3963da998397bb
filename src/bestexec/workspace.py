"""The folder that holds it all: its layout, its one writer, its format number."""

from __future__ import annotations

import fcntl
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bestexec import policy
from bestexec.errors import Problem

FORMAT = 1


@dataclass(frozen=True)
class Workspace:
    """One reporting firm's folder. Readers see published folders only; writers hold the lock."""

    root: Path

    @property
    def raw(self) -> Path:
        """Raw bytes by sha256."""
        return self.root / "raw"

    @property
    def imports(self) -> Path:
        """One published folder per import."""
        return self.root / "imports"

    @property
    def books(self) -> Path:
        """Quote books, by day and by what they were built from; may be deleted, and are rebuilt."""
        return self.root / "books"

    @property
    def runs(self) -> Path:
        """Sealed runs by id."""
        return self.root / "runs"

    @property
    def policy(self) -> Path:
        """The firm's limits, in force for the next run."""
        return self.root / "policy"

    @property
    def mappings(self) -> Path:
        """How files that are the firm's own are read: confirmed mappings, one file each."""
        return self.root / "mappings"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the workspace for one writer. Raises Problem when another process writes."""
        with (self.root / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Problem("another process is writing", where=str(self.root), do="wait for it, then try again") from error
            yield


def open_workspace(root: str | Path, *, create: bool = True) -> Workspace:
    """The workspace at `root`, made if absent, with the shipped policy.

    Raises Problem for a folder that is something else, or whose format is newer than this program.
    """
    folder = Path(root).expanduser()
    marker = folder / "workspace.toml"
    if not marker.exists():
        if folder.exists() and any(folder.iterdir()) and not _half_made(folder):
            raise Problem("the folder is not a workspace and is not empty", where=str(folder), do="name another folder with --workspace")
        if not create:
            raise Problem("there is no workspace here", where=str(folder), do="import a file first, or name the folder with --workspace")
        _make(folder)
    found = tomllib.loads(marker.read_text(encoding="utf-8")).get("format")
    if found != FORMAT:
        raise Problem(f"the workspace has format {found}, this program writes {FORMAT}", where=str(marker), do="use the program version that made it")
    return Workspace(folder)


_FOLDERS = ("raw", "imports", "books", "runs")


def _half_made(folder: Path) -> bool:
    """Whether `folder` holds only what `_make` makes before its marker: a creation that was cut short."""
    return all(path.name in (*_FOLDERS, "policy", "lock") for path in folder.iterdir())


def _make(folder: Path) -> None:
    for name in _FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    policy.write_default(folder / "policy")
    (folder / "lock").touch()
    part = folder / "workspace.toml.part"
    part.write_text(f"# A bestexec workspace: one reporting firm.\nformat = {FORMAT}\n", encoding="utf-8")
    part.rename(folder / "workspace.toml")
