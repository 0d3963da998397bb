"""Writes an exam file: hashed first, copied second, under its name only when all of it is on the disk."""

from __future__ import annotations

import fcntl
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bestexec.errors import Problem
from bestexec.examfile.verify import CHUNK, Entry, Exam, wrong_name
from bestexec.store import sync_folder

Member = bytes | Path
"""A member's bytes, or the file that holds them: a large one is never whole in memory."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Written:
    """An exam file that is on the disk: the root that everything in it hangs on, how many members, how many bytes."""

    path: Path
    root: str
    members: int
    size: int


def write(target: Path, about: Mapping[str, Any], members: Mapping[str, Member], progress: Progress = lambda what, done, of: None) -> Written:
    """Write `members` by their names, and what they are `about`, to `target`. The same input gives the same bytes.

    Whoever is killed here leaves at most `.<name>.part`, which the next one writes over. Raises Problem for a name that some system cannot unpack,
    for two that differ in case alone, for a file that changes meanwhile, and where the disk is full.
    """
    names = sorted(members, key=str.encode)
    _refuse(names)
    try:
        entries = [_entry(name, members[name], done, len(names), progress) for done, name in enumerate(names)]
        exam = Exam(dict(about), entries)
        with (target.parent / f".{target.name}.part").open("ab") as part:
            _lock(part, target)
            part.truncate(0)
            done = 0
            for owner, piece in exam.pieces():
                if isinstance(piece, bytes):
                    part.write(piece)
                else:
                    progress(f"writing {owner}", done, len(names))
                    _copy(piece, members[owner], part)
                    done += 1
            part.flush()
            os.fsync(part.fileno())
            size = part.tell()
            Path(part.name).rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise Problem(
            f"the exam file could not be written: {error.strerror}", where=str(error.filename or target), do="mend that, then make it again"
        ) from error
    return Written(target, exam.root, len(names), size)


def _refuse(names: list[str]) -> None:
    folded: dict[str, str] = {}
    for name in names:
        wrong = wrong_name(name)
        if wrong:
            raise Problem(f"a member's name {wrong}", where=name, do="give it another name")
        if folded.setdefault(name.casefold(), name) != name:
            raise Problem("two members have names that differ in case alone", where=name, do="give one another name")


def _lock(part: IO[bytes], target: Path) -> None:
    try:
        fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Problem("another process is writing this exam file", where=str(target), do="wait for it") from error


def _chunks(member: Member) -> Iterator[bytes]:
    if isinstance(member, bytes):
        yield member
        return
    with member.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _entry(name: str, member: Member, done: int, of: int, progress: Progress) -> Entry:
    progress(f"hashing {name}", done, of)
    digest, crc, size = hashlib.sha256(), 0, 0
    for chunk in _chunks(member):
        digest.update(chunk)
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    return {"crc32": f"{crc:08x}", "name": name, "sha256": digest.hexdigest(), "size": size}


def _copy(entry: Entry, member: Member, part: IO[bytes]) -> None:
    """The member's bytes, held once more against the hash that the list already has."""
    digest = hashlib.sha256()
    for chunk in _chunks(member):
        digest.update(chunk)
        part.write(chunk)
    if digest.hexdigest() != entry["sha256"]:
        raise Problem("the file changed while it was packed", where=entry["name"], do="make the exam file again")
