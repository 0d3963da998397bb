"""Whether bytes that were given are still those that were released."""

from __future__ import annotations

from functools import lru_cache

from oversight.evidence import store
from oversight.lifecycle import Refusal


def proved(sha256: str) -> bool:
    """Whether the bytes in the store have this SHA-256 now: read once in a process, and again when the file was touched."""
    try:
        seen = store.place(sha256).stat()
    except OSError:
        return False
    return _read(sha256, seen.st_ino, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=4096)
def _read(sha256: str, *_signature: int) -> bool:
    try:
        store.read(sha256)
    except Refusal:
        return False
    return True
