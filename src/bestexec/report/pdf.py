"""A pack as an archival, tagged document: PDF/A-2b and PDF/UA-1 together, the same bytes every time."""

from __future__ import annotations

from itertools import groupby
from textwrap import fill
from typing import assert_never

from bestexec.report.blocks import Block, Callout, Column, Definitions, Facts, Figure, Heading, Items, KeyFigures, Pack, Table, Text, labels
from bestexec.report.numerals import column_texts, legend, printed
from bestexec.report.theme import svg
from bestexec.report.typesetting import array, document, quoted, template

LONG = 20
"""A column with a longer text shares the free width; the others take what they need."""

WIDE = 9
"""Characters of a shared heading over each of its columns; a longer one takes another line."""


def render(pack: Pack) -> bytes:
    """The document, dated with the period's end. Typst refuses, with typst.TypstError, to write one that does not keep both standards."""
    return document(source(pack), pack.last_on)


def source(pack: Pack) -> str:
    """The document in Typst: the template, then one call a block, every text a quoted string."""
    text = template("report.typ")
    facts = {"title": pack.title, "subtitle": pack.subtitle, "firm": pack.firm, "period": pack.period, "run": pack.run_id}
    named = ", ".join(f"{name}: {quoted(fact)}" for name, fact in facts.items())
    opening = f"#show: report.with({named}, date: datetime(year: {pack.last_on.year}, month: {pack.last_on.month}, day: {pack.last_on.day}))"
    return "\n".join((text, opening, *(block(piece, label) for piece, label in zip(pack.blocks, labels(pack), strict=True)), *_values(pack), ""))


def block(block: Block, label: str) -> str:
    """One block as a call of the template's function of the same name."""
    match block:
        case Heading():
            return f"#titled({quoted(label)}, {quoted(block.text)}, {block.level})"
        case Text():
            return f"#par[#{quoted(block.text)}]"
        case Items():
            return f"#items({array(block.texts)}, {'true' if block.is_numbered else 'false'})"
        case Facts():
            return f"#facts(({''.join(array(pair) + ',' for pair in block.pairs)}))"
        case Callout():
            return f"#callout({quoted(block.tone)}, {quoted(block.title)}, {quoted(block.text)})"
        case KeyFigures():
            return key_figures(block)
        case Table():
            return table(block, label)
        case Figure():
            return figure(block, label)
        case Definitions():
            return definitions(block)
        case _:
            assert_never(block)


def key_figures(block: KeyFigures) -> str:
    tiles = []
    for figure in block.figures:
        digits, _, unit = printed(figure.figure).partition("\u00a0")
        tiles.append(array((figure.title, digits, unit, f"n = {printed(figure.count)}", figure.against)))
    return f"#key-figures(({', '.join(tiles)},))"


def table(block: Table, label: str) -> str:
    texts = [column_texts(block, index) for index in range(len(block.columns))]
    widths = ", ".join(_width(column, column_text) for column, column_text in zip(block.columns, texts, strict=True))
    aligns = ", ".join(column.align for column in block.columns)
    heads = "".join(f"({quoted(column.title)}, {quoted(column.symbol)})," for column in block.columns)
    runs = [(name, len(list(members))) for name, members in groupby(block.columns, key=lambda column: column.group)]
    groups = "".join(f"({quoted(fill(name, WIDE * width))}, {width})," for name, width in runs) if any(name for name, _ in runs) else ""
    cells = "".join(f"({array(tuple(column_text[number] for column_text in texts))}),\n" for number in range(len(block.rows)))
    code = "".join(f"{index}," for index, column in enumerate(block.columns) if column.code)
    strong = "".join(f"{number}," for number in block.strong)
    return (
        f"#grid-of({quoted(label)}, {quoted(block.caption)}, ({widths},), ({aligns},), ({heads}), ({groups}), (\n{cells}), "
        f"({code}), ({strong}), {array(legend(block))})"
    )


def figure(block: Figure, label: str) -> str:
    words = ", ".join(quoted(text) for text in (label, block.title, block.alt))
    return f"#picture({words}, {array(legend(block.values))}, {quoted(svg(block.spec, 'figure'))})"


def definitions(block: Definitions) -> str:
    labels = array(block.labels)
    code = array(block.code)
    return "\n".join(f"#term({quoted(entry.term)}, {quoted(entry.key)}, {labels}, {array(entry.facts)}, {code})" for entry in block.entries)


def _values(pack: Pack) -> tuple[str, ...]:
    """The tables behind the charts, at the end, where paper has room for them."""
    figures = [(piece, label) for piece, label in zip(pack.blocks, labels(pack), strict=True) if isinstance(piece, Figure)]
    if not figures:
        return ()
    return ('#titled("", "Values of the figures", 1)', *(table(figure.values, f"Values of {label.lower()}") for figure, label in figures))


def _width(column: Column, texts: tuple[str, ...]) -> str:
    """What the column needs, or a part of the free width that grows with its longest text."""
    longest = max(len(text) for text in texts)
    return f"{min(longest / LONG, 3):.2f}fr" if column.align == "left" and not column.code and longest > LONG else "auto"
