"""One page of paper: a sentence, facts, drawings and short tables; PDF/A-2b and PDF/UA-1, the same bytes every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bestexec.report.typesetting import array, document, quoted, template


@dataclass(frozen=True)
class Listed:
    """A short table: heads, and rows of texts that were printed already. `right` are the places of numbers, `free` of the columns that share the width."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    free: tuple[int, ...] = ()


@dataclass(frozen=True)
class OnePage:
    """What the page says. `drawings` are (SVG, its sentence); `facts` are (name, text); `dated` is the document's date; `foot` says what it was made from,
    `run_id` which run, empty where it rests on none."""

    title: str
    firm: str
    dated: date
    run_id: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    drawings: tuple[tuple[str, str], ...]
    tables: tuple[Listed, ...]
    notes: tuple[str, ...]
    foot: str


def render(page: OnePage) -> bytes:
    """The document. Typst refuses, with typst.TypstError, to write one that does not keep both standards."""
    return document(source(page), page.dated)


def source(page: OnePage) -> str:
    """The document in Typst: the template, then the page's texts, every one a quoted string."""
    text = template("one_page.typ")
    named = {"title": page.title, "firm": page.firm, "run": page.run_id, "lead": page.lead, "foot": page.foot}
    texts = ", ".join(f"{name}: {quoted(text)}" for name, text in named.items())
    dated = f"datetime(year: {page.dated.year}, month: {page.dated.month}, day: {page.dated.day})"
    tables = "".join(_table(table) for table in page.tables if table.rows)
    return (
        f"{text}\n#one-page({texts}, date: {dated}, facts: {_pairs(page.facts)}, drawings: {_pairs(page.drawings)}, tables: ({tables}), "
        f"notes: {array(page.notes)})\n"
    )


def _table(table: Listed) -> str:
    rows = "".join(array(row) + "," for row in table.rows)
    return f"({quoted(table.title)}, {array(table.heads)}, ({rows}), {_numbers(table.right)}, {_numbers(table.free)}),"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return f"({''.join(array(pair) + ',' for pair in pairs)})"


def _numbers(places: tuple[int, ...]) -> str:
    return f"({''.join(f'{place},' for place in places)})"
