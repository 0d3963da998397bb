"""The folder of filed bytes: each file once, under its SHA-256, there before any row speaks of it."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bestexec import tombstone_of
from oversight.lifecycle import Refusal

CHUNK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """Bytes that are on the disk for good."""

    sha256: str
    size: int


def place(sha256: str) -> Path:
    """Where the bytes of that hash lie, or would."""
    if not SHA256.fullmatch(sha256):
        raise ValueError(f"not a SHA-256: {sha256!r}")
    return folder() / sha256[:2] / sha256


def folder() -> Path:
    """The folder that holds them all."""
    return Path(settings.HOME) / "evidence"


def keep(chunks: Iterable[bytes]) -> Kept:
    """Put the bytes in the store: a part file, synced, renamed, its folder synced. Bytes that are there already are compared, not written.

    Raises Refusal when they are more than EVIDENCE_MAX_BYTES, none at all, or when the file that is there was altered.
    """
    folder().mkdir(parents=True, exist_ok=True)
    part = folder() / f"{secrets.token_hex(8)}.part"
    try:
        kept = _written(part, chunks)
        target = place(kept.sha256)
        if target.exists():
            read(kept.sha256)
            os.utime(target)
        else:
            _publish(part, target)
    finally:
        part.unlink(missing_ok=True)
    return kept


def read(sha256: str) -> bytes:
    """The stored bytes, compared with their hash. Raises Refusal, naming the file, when they differ or are gone."""
    try:
        content = place(sha256).read_bytes()
    except OSError as error:
        stone = tombstone_of(Path(settings.HOME), "evidence", sha256)
        if stone is not None:
            raise Refusal(f"These bytes were {stone.spoken}. Nothing is shown in their place.") from error
        raise Refusal(f"The bytes of {spoken(sha256)} are not in the store. Restore this file from a backup; nothing is shown in its place.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refusal(
            f"The file {spoken(sha256)} was altered after it was filed: its bytes no longer have this SHA-256. They are not shown. "
            "Tell compliance, and restore the file from a backup."
        )
    return content


def spoken(sha256: str) -> str:
    """Where the bytes lie, as the operator finds them below OVERSIGHT_HOME."""
    return f"evidence/{sha256[:2]}/{sha256}"


def resting(hours: float) -> Iterator[Path]:
    """Files of the store, part files included, that nobody touched for so many hours."""
    before = time.time() - hours * 3600  # the file system's own clock, not the desk's, dated these files
    for file in sorted(folder().rglob("*")):
        if file.is_file() and (file.suffix == ".part" or SHA256.fullmatch(file.name)) and file.stat().st_mtime <= before:
            yield file


def _written(part: Path, chunks: Iterable[bytes]) -> Kept:
    digest, size = hashlib.sha256(), 0
    with part.open("xb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > settings.EVIDENCE_MAX_BYTES:
                raise Refusal(f"The file is too large: at most {settings.EVIDENCE_MAX_BYTES / 1e6:,.0f} MB are kept. Split it, or file a summary of it.")
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if size == 0:
        raise Refusal("The file is empty. Nothing was filed.")
    return Kept(digest.hexdigest(), size)


def _publish(part: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    part.chmod(0o440)
    part.replace(target)
    for changed in (target.parent, folder(), folder().parent):
        _sync(changed)


def _sync(directory: Path) -> None:
    held = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
