"""Totals: exact sums below columns, printed by every renderer, a formula in the workbook; and where a table leads."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest

from bestexec.report import html, pdf, xlsx
from bestexec.report.blocks import Cell, Column, Heading, Pack, Table
from bestexec.report.numerals import column_texts
from bestexec.units import BPS, USD

COLUMNS = (Column("Venue"), Column("Paid", USD, "right"), Column("Fills", align="right"))


def table(*rows: tuple[Cell, ...], summed: tuple[int, ...] = (1, 2), address: str = "") -> Table:
    return Table("Payments", COLUMNS, rows, "By hand.", summed=summed, address=address)


def cells(venue: str, paid: str | None, fills: int) -> tuple[Cell, ...]:
    return Cell(venue), Cell(Decimal(paid), USD) if paid else Cell(None), Cell(fills)


def pack(of: Table) -> Pack:
    return Pack("Report", "What it is", "Example Securities LLC", date(2026, 7, 1), date(2026, 9, 30), "9f2c" * 16, (Heading("Section"), of))


TWO = table(cells("XNAS", "0.10", 2), cells("XNYS", "0.20", 3), address="https://desk.firm.example/ledger/?a=1&b=2")


def test_a_total_is_exact_and_names_itself() -> None:
    """0.10 + 0.20 is 0.30, which floats would miss; 2 + 3 = 5."""
    assert TWO.total == (Cell("Total"), Cell(Decimal("0.30"), USD), Cell(Decimal(5)))
    assert (column_texts(TWO, 1)[-1], column_texts(TWO, 2)[-1]) == ("0.30", "5")


def test_what_is_unknown_is_left_out_of_a_total_and_a_total_of_nothing_is_unknown() -> None:
    assert table(cells("XNAS", "1.25", 1), cells("XNYS", None, 1)).total[1] == Cell(Decimal("1.25"), USD)
    assert table(cells("XNAS", None, 1)).total[1] == Cell(None)
    assert table(cells("XNAS", "1", 1), summed=()).total == ()


def test_different_units_are_not_added_up() -> None:
    with pytest.raises(ValueError, match="'Paid' adds up numbers of different units"):
        table(cells("XNAS", "1", 1), (Cell("XNYS"), Cell(Decimal(2), BPS), Cell(1)))


def test_page_and_document_print_the_total_and_the_way_on() -> None:
    page, source = html.render(pack(TWO)), pdf.source(pack(TWO))
    assert '<tfoot><tr><td class=short>Total</td><td class="right">0.30</td><td class="right">5</td></tr></tfoot>' in page
    assert '<a href="https://desk.firm.example/ledger/?a=1&amp;b=2">Look into it on the desk</a>' in page
    assert '("Total","0.30","5",)' in source
    assert pdf.render(pack(TWO)).startswith(b"%PDF-1.7")


def test_the_workbook_adds_up_by_a_formula_that_holds_the_same_value() -> None:
    sheet = ZipFile(BytesIO(xlsx.render(pack(TWO)))).read("xl/worksheets/sheet1.xml").decode()
    formulas = re.findall(r'<c r="([A-Z]+)(\d+)"[^>]*><f>SUM\(([A-Z]+)(\d+):([A-Z]+)(\d+)\)</f><v>([^<]+)</v>', sheet)
    assert [(column, start, end, float(value)) for column, _, start, _, end, _, value in formulas] == [("B", "B", "B", 0.3), ("C", "C", "C", 5)]
    assert all(int(last) - int(first) == 1 and int(row) == int(last) + 1 for _, row, _, first, _, last, _ in formulas)
