"""Orders, routes and fills out of the events that CAT files and FIX logs report."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from bestexec.rebuilding import cat, fix
from bestexec.rebuilding.base import Rebuilt, together
from bestexec.rebuilding.joining import joined

REBUILDERS: dict[str, Callable[[pl.DataFrame], Rebuilt]] = {"cat": cat.rebuild, "fix": fix.rebuild}
"""What puts the events of each source together, by `events.source`."""


def rebuild(events: pl.DataFrame) -> Rebuilt:
    """The orders, routes and fills that `events` (schema.EVENTS rows with `import_id`) report.

    A pure function of the set of events: neither the order in which they were imported nor how often changes what comes out.
    """
    parts = {source: rebuild_of(events.filter(pl.col("source") == source)) for source, rebuild_of in REBUILDERS.items()}
    return together(joined(parts["cat"], parts["fix"]))
