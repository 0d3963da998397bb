"""A volume: a cover, contents, then chapters of blocks; PDF/A-2b and PDF/UA-1, the same bytes every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bestexec.report.blocks import Block, Heading, labeled
from bestexec.report.pdf import block
from bestexec.report.typesetting import array, document, quoted, template


@dataclass(frozen=True)
class Volume:
    """What is bound: `cover` are (name, text) facts on the first page, `dated` is the document's date, `foot` stands below every page.

    Raises ValueError unless it opens with a heading of level 1: each of those begins a chapter on a page of its own.
    """

    title: str
    subtitle: str
    firm: str
    dated: date
    cover: tuple[tuple[str, str], ...]
    foot: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        if not self.blocks or not isinstance(self.blocks[0], Heading) or self.blocks[0].level != 1:
            raise ValueError("a volume opens with a heading of level 1")


def render(volume: Volume) -> bytes:
    """The document. Typst refuses, with typst.TypstError, to write one that does not keep both standards."""
    return document(source(volume), volume.dated)


def source(volume: Volume) -> str:
    """The document in Typst: the templates, then one call a block, every text a quoted string."""
    day = volume.dated
    named = {"title": volume.title, "subtitle": volume.subtitle, "firm": volume.firm, "dated": day.isoformat(), "foot": volume.foot}
    texts = ", ".join(f"{name}: {quoted(text)}" for name, text in named.items())
    cover = "".join(array(pair) + "," for pair in volume.cover)
    opening = f"#show: volume.with({texts}, date: datetime(year: {day.year}, month: {day.month}, day: {day.day}), cover: ({cover}))"
    drawn = (block(piece, label) for piece, label in zip(volume.blocks, labeled(volume.blocks), strict=True))
    return "\n".join((template("report.typ"), template("volume.typ"), opening, *drawn, ""))
