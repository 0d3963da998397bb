"""One at a time: a disposal and a backup of the desk do not run beside each other."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oversight.lifecycle import Refusal


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the desk's folder against another disposal or backup. Raises Refusal where one is under way."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "retention.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refusal("A disposal or a backup of this desk is under way. Wait for it, then try again.") from error
        yield
