"""The minutes on paper: archival PDF, the same bytes for the same minutes and signatures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from bestexec import Block, Callout, Cell, Facts, Heading, Problem, Table, TableColumn, Text, Volume, render_volume
from oversight import clock
from oversight.accounts.queries import names
from oversight.findings import queries as findings
from oversight.findings.models import Run
from oversight.reviews import minutes as kept
from oversight.reviews.minutes import Grid, Part, Told
from oversight.reviews.models import Minutes, Review, Signature

SUBTITLE = "Minutes of the best-execution committee, with agenda, papers by hash, votes, dissent and actions."
CODES = ("SHA-256",)
LEVELS: dict[int, Literal[1, 2, 3]] = {1: 1, 2: 2, 3: 3}


def pdf(told: Told, held: Minutes | None, signatures: Sequence[Signature]) -> bytes:
    """The document. Not frozen, it says that it is a draft; frozen, it names the hash that is signed, and each signature under it."""
    day = date.fromisoformat(told.dated) if told.dated else clock.today()
    cover = (
        *told.facts[:6],
        ("In short", told.lead),
        ("SHA-256 of the minutes signed", held.sha256 if held else "none: a draft, nobody has signed"),
        ("Signatures", str(len(signatures)) if signatures else "none"),
    )  # fmt: skip
    foot = f"{told.title} · minutes {held.sha256[:16]}" if held else f"{told.title} · draft, not signed"
    title = told.title if held else f"Draft: {told.title}"
    return render_volume(Volume(title, SUBTITLE, firm(), day, cover, foot, tuple(_blocks(told, held, signatures))))


def of(review: Review) -> bytes:
    """The minutes of the review as they can be shown now."""
    told, held = kept.told(review)
    return pdf(told, held, list(held.signatures.select_related("seat").order_by("pk")) if held else [])


def firm() -> str:
    """The reporting firm, as the last run received says it."""
    last = Run.objects.order_by("-received_at", "-pk").first()
    try:
        return ", ".join(findings.sealed(last.pk).manifest["firm"]) if last else "The firm"
    except Problem:
        return "The firm"


def _blocks(told: Told, held: Minutes | None, signatures: Sequence[Signature]) -> Iterator[Block]:
    yield Heading("The meeting")
    yield Text(told.lead)
    yield Facts(told.facts)
    for part in told.parts:
        yield from _part(part)
    yield from _signed(held, signatures)


def _part(part: Part) -> Iterator[Block]:
    yield Heading(part.title, LEVELS[part.level])
    if part.facts:
        yield Facts(part.facts)
    for text in part.text:
        yield Text(text)
    for grid in part.grids:
        yield from _grid(grid)


def _grid(grid: Grid) -> Iterator[Block]:
    if not grid.rows:
        yield Text(f"{grid.caption}: {grid.empty}")
        return
    columns = tuple(TableColumn(head, code=head in CODES) for head in grid.heads)
    yield Table(grid.caption, columns, tuple(tuple(Cell(text) for text in row) for row in grid.rows), "As noted in the room.")


def _signed(held: Minutes | None, signatures: Sequence[Signature]) -> Iterator[Block]:
    yield Heading("Signatures")
    if held is None or not signatures:
        yield Callout("attention", "Nobody has signed.", "The first signature freezes these minutes; a second signs the same bytes and locks the review.")
        return
    people = names()
    yield Text(f"Each signature stands under the minutes of SHA-256 {held.sha256}, frozen {kept.at(held.frozen_at)}.")
    columns = (TableColumn("Who"), TableColumn("Place"), TableColumn("Signed"), TableColumn("In their words"), TableColumn("Minutes", code=True))
    rows = tuple(
        (
            Cell(kept.who(people, one.person)), Cell(one.seat.get_place_display()), Cell(kept.at(one.at)), Cell(one.statement or "no words"),
            Cell(one.sha256[:16]),
        )
        for one in signatures
    )  # fmt: skip
    yield Table("Signatures", columns, rows, "Each from the account of its seat.")
