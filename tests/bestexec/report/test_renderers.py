"""Every kind of block, drawn by every renderer; and what each kind of file promises."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree
from zipfile import ZipFile

import polars as pl
import pytest

from bestexec.report import html, pdf, xlsx
from bestexec.report.blocks import (
    BLOCKS,
    Block,
    Callout,
    Cell,
    Column,
    Contents,
    Definition,
    Definitions,
    Facts,
    Figure,
    Heading,
    Items,
    KeyFigure,
    KeyFigures,
    Pack,
    Table,
    Text,
)
from bestexec.report.charts import SCORECARD
from bestexec.units import FRACTION, NANOSECONDS, USD, USD_PER_SHARE

NASTY = 'a "b" <c> & \\ #d $e$ _f_ =1+1'
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

TABLE = Table(
    f"Caption {NASTY}",
    (Column("Name"), Column("Spread", USD_PER_SHARE, "right", group="Both"), Column("Harm", USD, "right", group="Both"), Column("Hash", code=True)),
    ((Cell("x"), Cell(0.0123456789, USD_PER_SHARE), Cell(Decimal("-2.5"), USD), Cell("ab" * 32)), (Cell("y"), Cell(None), Cell("too few"), Cell("cd"))),
    f"Source {NASTY}",
    (0,),
)
FIGURE = SCORECARD.draw(
    pl.DataFrame(SCORECARD.example, schema=list(SCORECARD.columns), orient="row"), title=f"Figure {NASTY}", unit=SCORECARD.unit, source="By hand."
)
EXAMPLES: dict[type[Block], tuple[Block, str]] = {
    Heading: (Heading(f"Heading {NASTY}", 2), f"Heading {NASTY}"),
    Text: (Text(f"Text {NASTY}"), f"Text {NASTY}"),
    Items: (Items(("first", f"Item {NASTY}"), is_numbered=True), f"Item {NASTY}"),
    Facts: (Facts((("Owner", f"Fact {NASTY}"),)), f"Fact {NASTY}"),
    Callout: (Callout("attention", "Look.", f"Callout {NASTY}"), f"Callout {NASTY}"),
    KeyFigures: (KeyFigures((KeyFigure("E/Q", Cell(0.45, FRACTION), Cell(880), f"Against {NASTY}"),)), f"Against {NASTY}"),
    Contents: (Contents(), "Contents"),
    Table: (TABLE, f"Caption {NASTY}"),
    Figure: (FIGURE, f"Figure {NASTY}"),
    Definitions: (Definitions(("Unit", "Formula"), (Definition("Spread", "spread", ("$", f"formula {NASTY}")),), code=("Formula",)), f"formula {NASTY}"),
}
"""A block of each kind with a text that each renderer must carry through unharmed."""


def pack(*blocks: Block) -> Pack:
    return Pack("Report", "What it is", "Example Securities LLC", date(2026, 7, 1), date(2026, 7, 31), "9f2c" * 16, (Heading("Section"), *blocks))


def sheets(book: bytes) -> list[list[list[str | float | None]]]:
    """The cells of each sheet, row by row: text, or a number as it is stored."""
    archive = ZipFile(BytesIO(book))
    shared = ["".join(node.text or "" for node in item.iter(f"{SPREADSHEET}t")) for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]
    pages = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
    return [[[_value(cell, shared) for cell in row] for row in ElementTree.fromstring(archive.read(page)).iter(f"{SPREADSHEET}row")] for page in pages]


def _value(cell: ElementTree.Element, shared: list[str]) -> str | float | None:
    stored = cell.find(f"{SPREADSHEET}v")
    if stored is None or stored.text is None:
        return None
    return shared[int(stored.text)] if cell.get("t") == "s" else float(stored.text)


def test_there_is_an_example_of_every_kind_of_block() -> None:
    assert set(EXAMPLES) == set(BLOCKS)


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_every_kind_of_block_is_on_the_page(kind: type[Block]) -> None:
    block, text = EXAMPLES[kind]
    assert text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in html.render(pack(block))


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_every_kind_of_block_is_in_the_document(kind: type[Block]) -> None:
    block, text = EXAMPLES[kind]
    assert text.replace("\\", "\\\\").replace('"', '\\"') in pdf.source(pack(block))
    assert pdf.render(pack(block)).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_every_kind_of_block_is_in_the_workbook(kind: type[Block]) -> None:
    block, text = EXAMPLES[kind]
    assert [value for page in sheets(xlsx.render(pack(block))) for row in page for value in row if text in str(value)] != []


@pytest.fixture(scope="module")
def everything() -> Pack:
    return pack(*(block for block, _ in EXAMPLES.values()), Heading("Another: section / with a name too long for a sheet"), TABLE)


def test_the_page_has_no_script_no_style_attribute_and_no_address(everything: Pack) -> None:
    page = html.render(everything)
    assert re.findall(r"<script|<link|<img|<iframe|\son\w+=|\sstyle=|\ssrc=|@import|url\((?!#)", page) == []
    assert set(re.findall(r"https?://[^\s\"'<>]+", page)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_the_page_allows_its_own_style_sheet_by_hash_and_nothing_else(everything: Pack) -> None:
    page = html.render(everything)
    (css,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    digest = b64encode(sha256(css.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_every_link_of_the_page_leads_somewhere_and_every_id_is_unique(everything: Pack) -> None:
    page = html.render(everything)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)
    assert {name for names in re.findall(r'aria-labelledby="([^"]+)"', page) for name in names.split()} <= set(ids)


def test_every_picture_of_the_page_has_a_title_and_a_sentence(everything: Pack) -> None:
    page = html.render(everything)
    assert re.findall(r'<svg role="img" aria-labelledby="(figure-1)-title figure-1-desc"', page) == ["figure-1"]
    assert f'<desc id="figure-1-desc">{FIGURE.alt.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(chr(34), "&quot;")}</desc>' in page


def test_headings_of_the_page_never_skip_a_level(everything: Pack) -> None:
    page = html.render(everything)
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_document_names_both_standards_its_title_and_its_run(everything: Pack) -> None:
    document = pdf.render(everything)
    said = {key: re.findall(rb"<" + key + rb">([^<]+)</" + key + rb">", document) for key in (b"pdfaid:part", b"pdfaid:conformance", b"pdfuaid:part")}
    assert said == {b"pdfaid:part": [b"2"], b"pdfaid:conformance": [b"B"], b"pdfuaid:part": [b"1"]}
    assert b"9f2c9f2c" in document
    assert b"2026-07-31T00:00:00" in document


def test_the_workbook_has_a_sheet_a_section_with_a_legal_name(everything: Pack) -> None:
    workbook = ElementTree.fromstring(ZipFile(BytesIO(xlsx.render(everything))).read("xl/workbook.xml"))
    names = [sheet.get("name") for sheet in workbook.iter(f"{SPREADSHEET}sheet")]
    assert names == ["1 Section", "2 Another section with a name…"]


def test_numbers_of_the_workbook_are_numbers_in_full_and_everything_else_is_text() -> None:
    (page,) = sheets(xlsx.render(pack(TABLE)))
    at = page.index(["Both", None])
    assert page[at + 1] == ["Name", "Spread\n($/share)", "Harm\n($)", "Hash"]
    assert page[at + 2] == ["x", 0.0123456789, -2.5, "ab" * 32]
    assert page[at + 3] == ["y", "—", "too few", "cd"]


def test_a_workbook_shows_a_fraction_as_percent_a_time_in_ms_and_an_instant_as_text() -> None:
    columns = (Column("Part", FRACTION, "right"), Column("Time", NANOSECONDS, "right"), Column("At"))
    row = (Cell(0.48215, FRACTION), Cell(1_234_567, NANOSECONDS), Cell(1_785_000_000_123_456_789))
    (page,) = sheets(xlsx.render(pack(Table("t", columns, (row,), "s"))))
    assert page[page.index(["Part\n(%)", "Time\n(ms)", "At"]) + 1] == [0.48215, 1.234567, "1,785,000,000,123,456,789"]


def test_a_formula_in_a_text_stays_a_text() -> None:
    (page,) = sheets(xlsx.render(pack(Text("=HYPERLINK(1)"))))
    assert ["=HYPERLINK(1)"] in [[value for value in row if value is not None] for row in page]
