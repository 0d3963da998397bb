"""Blocks refuse what no renderer could print honestly, and are called the same everywhere."""

from __future__ import annotations

import math
from datetime import date

import pytest

from bestexec.report.blocks import Cell, Column, Figure, Heading, Pack, Table, Text, labels
from bestexec.units import USD

ROW = ((Cell(1, USD),),)


def test_a_row_must_be_as_long_as_the_headings() -> None:
    with pytest.raises(ValueError, match="row 0: 2 cells under 1 headings"):
        Table("t", (Column("a"),), ((Cell("x"), Cell("y")),), "s")


@pytest.mark.parametrize("cell", [Cell(math.nan, USD), Cell(math.inf, USD), Cell(0.5)])
def test_a_number_must_be_finite_and_have_a_unit(cell: Cell) -> None:
    with pytest.raises(ValueError, match="is not finite or has no unit"):
        Table("t", (Column("a"),), ((cell,),), "s")


@pytest.mark.parametrize(("caption", "rows", "source"), [("", ROW, "s"), ("t", (), "s"), ("t", ROW, "")])
def test_a_table_has_a_caption_rows_and_a_source(caption: str, rows: tuple[tuple[Cell, ...], ...], source: str) -> None:
    with pytest.raises(ValueError, match="lacks a caption, a source, a column or a row"):
        Table(caption, (Column("a", USD),), rows, source)


def test_a_figure_has_its_sentence() -> None:
    with pytest.raises(ValueError, match="lacks a title, a specification or its sentence"):
        Figure("f", "{}", Table("t", (Column("a", USD),), ROW, "s"), "")


def test_a_pack_opens_with_a_section() -> None:
    with pytest.raises(ValueError, match="opens with a heading of level 1"):
        Pack("t", "s", "f", date(2026, 7, 1), date(2026, 7, 31), "r", (Text("x"),))


def test_sections_tables_and_figures_are_counted_apart() -> None:
    table = Table("t", (Column("a", USD),), ROW, "s")
    figure = Figure("f", "{}", table, "said")
    blocks = (Heading("A"), table, figure, Heading("A.a", 2), Heading("A.b", 2), Text("x"), Heading("B"), Heading("B.a", 2), table)
    pack = Pack("t", "s", "f", date(2026, 7, 1), date(2026, 7, 31), "r", blocks)
    assert labels(pack) == ("1", "Table 1", "Figure 1", "1.1", "1.2", "", "2", "2.1", "Table 2")


def test_a_heading_says_the_unit_unless_its_title_does() -> None:
    from bestexec.units import SHARES

    assert Column("Harm", USD).symbol == "$"
    assert Column("Shares", SHARES).symbol == ""
