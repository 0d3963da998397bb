"""How cells print: one place rounds, halves go away from zero, unknown is a dash."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bestexec.report.blocks import TOO_FEW, Cell, Column, Table
from bestexec.report.numerals import column_texts, legend, printed, scaled
from bestexec.units import BPS, FRACTION, INDEX, NANOSECONDS, RATIO, SHARES, USD, USD_PER_SHARE


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(None, USD), "—"),
        (Cell(True), "yes"),
        (Cell(False), "no"),
        (Cell(date(2026, 7, 31)), "2026-07-31"),
        (Cell("too few"), "too few"),
        (Cell(1234567), "1,234,567"),
        (Cell(0.0000005, USD_PER_SHARE), "0.000001\u00a0$/share"),
        (Cell(Decimal("-0.0000005"), USD_PER_SHARE), "−0.000001\u00a0$/share"),
        (Cell(-0.0000004, USD_PER_SHARE), "0.000000\u00a0$/share"),
        (Cell(0.48215, FRACTION), "48.22%"),
        (Cell(Decimal("-1234.5"), USD), "−$1,234.50"),
        (Cell(1_234_567, NANOSECONDS), "1.235\u00a0ms"),
        (Cell(1.2, RATIO), "1.2000×"),
        (Cell(0.5, INDEX), "0.5000"),
        (Cell(Decimal("2.5"), SHARES), "3\u00a0shares"),
        (Cell(1.005, BPS), "1.01\u00a0bps"),
    ],
)
def test_a_cell_prints_in_its_unit_with_halves_away_from_zero(cell: Cell, text: str) -> None:
    assert printed(cell) == text


def test_a_number_is_bare_under_a_heading_of_its_unit_and_not_under_another() -> None:
    assert printed(Cell(2.5, BPS), BPS) == "2.50"
    assert printed(Cell(2.5, BPS), USD) == "2.50\u00a0bps"
    assert printed(Cell(2.5, BPS), bare=True) == "2.50"


def test_text_cannot_be_scaled() -> None:
    with pytest.raises(TypeError, match="'too few' is not a number"):
        scaled(TOO_FEW)


def test_decimals_of_a_mixed_column_stand_under_one_another_and_counts_stay_as_they_are() -> None:
    figures = (Cell(0.45, FRACTION), Cell(0.0021, USD_PER_SHARE), Cell(7), Cell(None), TOO_FEW)
    table = Table("t", (Column("Value", align="right", bare=True),), tuple((cell,) for cell in figures), "s")
    assert column_texts(table, 0) == ("45.00\u2007\u2007\u2007\u2007", "0.002100", "7", "—", "too few")


def test_the_legend_explains_only_the_marks_that_occur() -> None:
    column = (Column("Value", USD, "right"),)
    assert legend(Table("t", column, ((Cell(1, USD),),), "The source.")) == ("The source.",)
    marked = Table("t", column, ((Cell(None, USD),), (TOO_FEW,)), "The source.")
    assert legend(marked) == ("— no value: not measured, or not applicable.", "Too few: fewer observations than the policy's minimum.", "The source.")
