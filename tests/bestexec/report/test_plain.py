"""A pack as JSON and back: the same pack, the same bytes, in every rendering."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.bestexec.report.given import run_figures
from tests.bestexec.report.test_renderers import EXAMPLES, pack

from bestexec.report import html, pdf, plain, xlsx
from bestexec.report.blocks import BLOCKS, Block, Cell, Column, Table
from bestexec.report.quality import assemble
from bestexec.units import USD, Unit

EVERY = Table(
    "Values", (Column("Value"), Column("Of", align="right", group="g", bare=True)),
    ((Cell(True), Cell(Decimal("-0.0010"), USD)), (Cell(date(2026, 9, 30)), Cell(0.1, Unit("thirds", "⅓", 1, Decimal("3.0")))),
     (Cell(None), Cell(12)), (Cell(""), Cell(None, USD)), (Cell("text"), Cell("too few"))),
    "By hand.", (1,), (), "https://desk.firm.example/",
)  # fmt: skip


@pytest.mark.parametrize("kind", BLOCKS, ids=lambda kind: kind.__name__)
def test_every_kind_of_block_comes_back(kind: type[Block]) -> None:
    made = pack(EXAMPLES[kind][0])
    assert plain.loads(plain.dumps(made)) == made


def test_every_kind_of_value_comes_back_with_its_type_and_unit() -> None:
    made = pack(EVERY)
    back = plain.loads(plain.dumps(made))
    assert back == made
    assert [type(row[1].value) for row in back.blocks[1].rows] == [Decimal, float, int, type(None), str]  # type: ignore[union-attr]  # a table
    assert str(back.blocks[1].rows[0][1].value) == "-0.0010"  # type: ignore[union-attr]  # all its digits


def test_what_comes_back_is_drawn_with_the_same_bytes() -> None:
    made = assemble(run_figures())
    back = plain.loads(plain.dumps(made))
    assert (html.render(back), pdf.render(back), xlsx.render(back)) == (html.render(made), pdf.render(made), xlsx.render(made))
    assert plain.dumps(back) == plain.dumps(made)


def test_one_figure_changed_is_another_text() -> None:
    made = pack(EVERY)
    assert plain.dumps(replace(made, last_on=date(2026, 7, 30))) != plain.dumps(made)


def test_another_format_is_refused() -> None:
    told = json.loads(plain.dumps(pack(EVERY)))
    with pytest.raises(ValueError, match="format 2 of a pack is not known"):
        plain.loads(json.dumps({**told, "format": 2}))
