"""The pack of a review, as frozen values: nothing in it asks the database, the disk or the clock any more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from bestexec import Contents, Pack
from oversight.packs.chapters import CHAPTERS, drawn
from oversight.packs.opening import first_page
from oversight.packs.telling import Told
from oversight.reviews.printing import firm

SUBTITLE = "Everything that the review decides on. The figures are evidence; the firm concludes."
Progress = Callable[[str, int, int], None]


def assemble(told: Told, progress: Progress = lambda what, done, of: None) -> Pack:
    """The pack of the review as the desk stands now: the same desk gives the same pack."""
    blocks = [*first_page(told), Contents()]
    for number, chapter in enumerate(CHAPTERS):
        progress(chapter.title, number, len(CHAPTERS))
        blocks += drawn(chapter, told)
    progress("bound", len(CHAPTERS), len(CHAPTERS))
    runs = told.sources.ids if told.sources else ()
    return Pack(f"Best execution, {told.quarter}", SUBTITLE, firm(), *told.review.days, named(runs), tuple(blocks))


def named(runs: tuple[str, ...]) -> str:
    """The run by its id; several by the hash of their ids; none in words."""
    if len(runs) == 1:
        return runs[0]
    return f"{hashlib.sha256('+'.join(runs).encode()).hexdigest()[:16]} ({len(runs)} runs)" if runs else "none"
