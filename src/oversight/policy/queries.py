"""Every read of policy."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from oversight.policy import limits
from oversight.policy.limits import DeskLimits


def desk_limits() -> DeskLimits:
    """The desk's limits in force: of the published desk.toml, or the shipped ones where the firm has published none.

    Raises Problem, naming the key and what is allowed, for a published file that somebody broke by hand.
    """
    # Between the two renames of a publication (or after a crash there) what was in force before still is.
    for folder in ("policy", "policy.before"):
        if (settings.WORKSPACE / folder).is_dir():
            file = settings.WORKSPACE / folder / limits.FILE
            return _read(*_signature(file)) if file.is_file() else _read(*_signature(limits.SHIPPED))
    return _read(*_signature(limits.SHIPPED))


def _signature(file: Path) -> tuple[Path, int, int, int]:
    seen = file.stat()
    return file, seen.st_ino, seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=8)
def _read(file: Path, *_signature: int) -> DeskLimits:
    return limits.read(file.read_text(encoding="utf-8-sig"))
