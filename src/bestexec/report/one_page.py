"""One page of paper: a sentence, facts, drawings and short tables; PDF/A-2b and PDF/UA-1, the same bytes every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files

import typst

from bestexec.report import typeface


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
    """What the page says. `drawings` are (SVG, its sentence); `facts` are (name, text); `dated` is the document's date; `foot` says what it was made from."""

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
    midnight = datetime(page.dated.year, page.dated.month, page.dated.day, tzinfo=UTC)
    made = typst.compile(
        source(page).encode(),
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(typeface.folder())]),
        ignore_system_fonts=True,
        pdf_standards=["a-2b", "ua-1"],
        timestamp=int(midnight.timestamp()),
    )
    return bytes(made)


def source(page: OnePage) -> str:
    """The document in Typst: the template, then the page's texts, every one a quoted string."""
    template = (files("bestexec.report") / "templates" / "one_page.typ").read_text(encoding="utf-8")
    named = {"title": page.title, "firm": page.firm, "run": page.run_id, "lead": page.lead, "foot": page.foot}
    texts = ", ".join(f"{name}: {_quoted(text)}" for name, text in named.items())
    dated = f"datetime(year: {page.dated.year}, month: {page.dated.month}, day: {page.dated.day})"
    tables = "".join(_table(table) for table in page.tables if table.rows)
    return (
        f"{template}\n#one-page({texts}, date: {dated}, facts: {_pairs(page.facts)}, drawings: {_pairs(page.drawings)}, tables: ({tables}), "
        f"notes: {_array(page.notes)})\n"
    )


def _table(table: Listed) -> str:
    rows = "".join(_array(row) + "," for row in table.rows)
    return f"({_quoted(table.title)}, {_array(table.heads)}, ({rows}), {_numbers(table.right)}, {_numbers(table.free)}),"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> str:
    return f"({''.join(_array(pair) + ',' for pair in pairs)})"


def _numbers(places: tuple[int, ...]) -> str:
    return f"({''.join(f'{place},' for place in places)})"


def _array(texts: tuple[str, ...]) -> str:
    return f"({''.join(_quoted(text) + ',' for text in texts)})"


def _quoted(text: str) -> str:
    """A Typst string: nothing in it can be read as markup or code."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'
