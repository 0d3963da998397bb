"""What the command line prints of what was disposed of."""

from __future__ import annotations

from collections.abc import Sequence

from bestexec.printed.terminal import drawn, lined
from bestexec.tombstones import Tombstone


def tombstones(stones: Sequence[Tombstone]) -> str:
    """One line a thing: what it was, under which rule, when, and by whose two keys; then how many files and bytes."""
    if not stones:
        return "Nothing of this workspace was disposed of."
    table = lined(("what", "id", "record class", "period", "under", "ended on", "disposed", "decision", ">files", ">bytes"))
    for stone in stones:
        size = sum(piece.size for piece in stone.pieces)
        table.add_row(
            stone.kind, stone.id[:24], stone.record_class, stone.period, stone.citation, stone.ended_on, stone.disposed_at[:10], stone.reference,
            f"{len(stone.pieces):,}", f"{size:,}",
        )  # fmt: skip
    counted = "1 thing was" if len(stones) == 1 else f"{len(stones):,} things were"
    return drawn(f"{counted} disposed of; hashes and the two people of each are in disposed/.", table)
