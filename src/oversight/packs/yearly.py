"""The yearly refresh as a pack: the report to senior management, with its questions and acknowledgements once they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bestexec import Block, Callout, Cell, Contents, Facts, Heading, Items, Pack, Table, TableColumn, Text
from oversight.packs.drawn import address
from oversight.refreshes.models import Refresh
from oversight.refreshes.paper import Paper, Section, paper, signed
from oversight.reviews.printing import firm

SUBTITLE = "Report to senior management on a vendor of the firm. The figures are evidence; the firm concludes."


def told(row: Refresh) -> Paper:
    """The paper as it stands; once it is completed, with what was asked, answered and acknowledged."""
    return signed(row) if row.completed_at else paper(row)


def assemble(row: Refresh, runs_named: str, progress: Callable[[str, int, int], None]) -> Pack:
    """The report as the desk stands now: the same desk gives the same pack."""
    said = told(row)
    progress("the paper", 0, 1)
    opening: tuple[Block, ...] = (Heading("What is recommended, and why"), Callout("note", row.state_title, said.lead), Facts(said.facts), Contents())
    chapters = tuple(block for section in said.sections for block in _chapter(section, row))
    notes = (Heading("What to know"), Items(said.notes)) if said.notes else ()
    progress("bound", 1, 1)
    return Pack(said.title, SUBTITLE, firm(), row.first_on, said.dated, runs_named, (*opening, *chapters, *notes))


def _chapter(section: Section, row: Refresh) -> Iterator[Block]:
    yield Heading(section.title)
    if not section.rows:
        yield Text(section.empty or "Nothing.")
        return
    columns = tuple(TableColumn(head, align="right" if place in section.right else "left") for place, head in enumerate(section.heads))
    rows = tuple(tuple(Cell(text) for text in cells) for cells in section.rows)
    yield Table(section.title, columns, rows, "From the refresh on the desk.", (), (), address(row.get_absolute_url()))
