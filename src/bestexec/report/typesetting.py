"""A Typst source made into an archival, tagged document: PDF/A-2b and PDF/UA-1 together, the same bytes every time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.resources import files

import typst

from bestexec.report import typeface


def document(source: str, dated: date) -> bytes:
    """The document, dated. Typst refuses, with typst.TypstError, to write one that does not keep both standards."""
    midnight = datetime(dated.year, dated.month, dated.day, tzinfo=UTC)
    made = typst.compile(
        source.encode(),
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(typeface.folder())]),
        ignore_system_fonts=True,
        pdf_standards=["a-2b", "ua-1"],
        timestamp=int(midnight.timestamp()),
    )
    return bytes(made)


def template(name: str) -> str:
    """The text of a template of this package."""
    return (files("bestexec.report") / "templates" / name).read_text(encoding="utf-8")


def array(texts: tuple[str, ...]) -> str:
    """A Typst array of strings."""
    return f"({''.join(quoted(text) + ',' for text in texts)})"


def quoted(text: str) -> str:
    """A Typst string: nothing in it can be read as markup or code."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return f'"{escaped}"'
