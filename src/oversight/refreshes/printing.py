"""The report on paper: archival PDF, the same bytes for the same report."""

from __future__ import annotations

from bestexec import OnePage, PageTable, render_one_page
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.refreshes.paper import Paper, Section

THREE = 3
"""Pairs of facts stand three to a line."""


def pdf(paper: Paper, *, mark: str = "") -> bytes:
    """The document; `mark` says of a draft that it is one."""
    firm = _firm()
    return render_one_page(
        OnePage(
            title=f"{mark}: {paper.title}" if mark else paper.title, firm=firm, dated=paper.dated, lead=paper.lead,
            run_id=paper.runs[-1] if paper.runs else "none",
            facts=paper.facts + (("", ""),) * (-len(paper.facts) % THREE), drawings=(), tables=tuple(map(_table, paper.sections)), notes=paper.notes,
            foot=f"{mark or 'Report to senior management'} · times New York",
        )
    )  # fmt: skip


def _table(section: Section) -> PageTable:
    """A section without rows says why in one."""
    if section.rows:
        return PageTable(section.title, section.heads, section.rows, right=section.right, free=section.free)
    return PageTable(section.title, section.heads[:1], ((section.empty,),), free=(0,))


def _firm() -> str:
    try:
        return ", ".join(all_in_force().in_force[-1][0].manifest["firm"])
    except NothingReceived:
        return "The firm"
