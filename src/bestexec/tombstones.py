"""What stands where bytes were disposed of, and the one way in which they go: noted first, then removed, resumable at any moment."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import zstandard

from bestexec.errors import Problem

FOLDER = "disposed"
GOING = "going.json"
"""The journal of a disposal under way: there while it is not finished, so that whoever comes next finishes it."""
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Piece:
    """One file: where it lay below the folder, the SHA-256 and the size in bytes of what it held; of one compressed on keeping, of what is in it."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Tombstone:
    """One thing whose bytes are gone on purpose: what it was, under which rule its time ended, and which two people let it go, by their opaque keys.

    `ended_on` and `disposed_at` are ISO text; `reference` is the firm's own name of the decision.
    """

    kind: str
    id: str
    pieces: tuple[Piece, ...]
    record_class: str
    period: str
    citation: str
    ended_on: str
    proposed_by: str
    approved_by: str
    disposed_at: str
    reference: str

    @property
    def spoken(self) -> str:
        """In one sentence, where bytes are looked for that are gone."""
        return (
            f"disposed of on {self.disposed_at[:10]} under {self.citation}: {self.record_class}, {self.period}, ended on {self.ended_on}; "
            f"proposed by {self.proposed_by}, approved by {self.approved_by}, {self.reference}"
        )

    @property
    def content(self) -> bytes:
        """The file's bytes: equal tombstones, equal bytes."""
        return (json.dumps(asdict(self), sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def place(root: Path, kind: str, id: str) -> Path:
    """Where the tombstone of that thing stands, or would."""
    return root / FOLDER / f"{kind}-{id}.json"


def of(root: Path, kind: str, id: str) -> Tombstone | None:
    """The tombstone of that thing, or None. It says that something was disposed of only where the bytes are gone, so look for those first."""
    path = place(root, kind, id)
    return _read(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def every(root: Path) -> tuple[Tombstone, ...]:
    """Every tombstone below `root`, by its file's name."""
    return tuple(_read(json.loads(path.read_text(encoding="utf-8"))) for path in sorted((root / FOLDER).glob("*-*.json")) if not path.name.startswith("."))


def is_going(root: Path) -> bool:
    """Whether a disposal was begun and not finished."""
    return (root / FOLDER / GOING).is_file()


def bury(root: Path, stones: Sequence[Tombstone]) -> dict[tuple[str, str], str]:
    """Dispose of these things; who calls holds the folder's lock. What was not disposed of, by (kind, id), with the reason: a file altered or gone.

    Journal, tombstones, bytes: each is on the disk before the next begins, and a killed one is finished by `resume`.
    """
    resume(root)
    kept = {(stone.kind, stone.id): why for stone in stones if (why := _why_not(root, stone))}
    going = [stone for stone in stones if (stone.kind, stone.id) not in kept]
    if going:
        (root / FOLDER).mkdir(exist_ok=True)
        _write(root / FOLDER / GOING, (json.dumps([asdict(stone) for stone in going], ensure_ascii=False) + "\n").encode())
        _sync(root)
        resume(root)
    return kept


def resume(root: Path) -> int:
    """Finish a disposal that was killed; how many things it was about, 0 where none was under way."""
    journal = root / FOLDER / GOING
    if not journal.is_file():
        return 0
    stones = [_read(said) for said in json.loads(journal.read_text(encoding="utf-8"))]
    for stone in stones:
        _write(place(root, stone.kind, stone.id), stone.content)
    for stone in stones:
        for piece in stone.pieces:
            _remove(root, _within(root, piece.path))
    journal.unlink()
    _sync(journal.parent)
    return len(stones)


def sha256_within(path: Path) -> tuple[str, int]:
    """SHA-256 and size of what a file holds; of one that was compressed on keeping, of what is in it."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as raw:
        stream: IO[bytes] | Any = zstandard.ZstdDecompressor().stream_reader(raw) if path.suffix == ".zst" else raw
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _why_not(root: Path, stone: Tombstone) -> str:
    for piece in stone.pieces:
        path = _within(root, piece.path)
        if not path.is_file():
            return f"{piece.path} is gone already, and nobody disposed of it"
        try:
            found = sha256_within(path)
        except (OSError, zstandard.ZstdError) as error:
            return f"{piece.path} cannot be read: {error}"
        if found != (piece.sha256, piece.size):
            return f"{piece.path} was altered: its bytes are not those that were proposed"
    return ""


def _within(root: Path, path: str) -> Path:
    """The file below `root`. Raises Problem for a path that leads out of it."""
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise Problem("a tombstone names a file outside of its folder", where=path, do="look who wrote it")
    return root / path


def _remove(root: Path, path: Path) -> None:
    """Take a file away, and folders that are empty then, those right below `root` excepted: they are the layout."""
    path.unlink(missing_ok=True)
    folder = path.parent
    while folder.is_dir() and folder.parent != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
    if folder.is_dir():
        _sync(folder)


def _read(said: dict[str, Any]) -> Tombstone:
    return Tombstone(**{**said, "pieces": tuple(Piece(**piece) for piece in said["pieces"])})


def _write(path: Path, content: bytes) -> None:
    """Written aside, synced, renamed, the folder synced."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as made:
        made.write(content)
        made.flush()
        os.fsync(made.fileno())
    part.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
