"""A pack as an archival, tagged document: PDF/A-2b and PDF/UA-1 together, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import fill
from typing import assert_never

from bestexec.report.blocks import Block, Callout, Column, Contents, Definitions, Facts, Figure, Heading, Items, KeyFigures, Pack, Table, Text, labels
from bestexec.report.numerals import column_texts, legend, printed
from bestexec.report.theme import svg
from bestexec.report.typesetting import array, document, quoted, template

LONG = 20
"""A column with a longer text shares the free width; the others take what they need."""

UPRIGHT, LYING = 61.0, 84.0
"""Widths of the text on an upright and on a lying page, in em of a table's face; many columns are set smaller, and have more."""
EM, GUTTER, LEAST = 0.56, 0.9, 11
"""A letter's width and the room between columns, in em; characters that a column of sentences needs at least."""
MANY = 7
"""A table of more columns is set smaller."""
SMALLER = 8 / 7.2

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
    return "\n".join((text, opening, *_sections(pack), *_values(pack), ""))


def _sections(pack: Pack) -> Iterator[str]:
    """Each section on pages that its widest table fits: upright ones, or, for a broad table, lying ones."""
    is_lying = False
    for section in _by_section(tuple(zip(pack.blocks, labels(pack), strict=True))):
        is_broad = any(isinstance(piece, Table) and needs(piece) > UPRIGHT for piece, _ in section)
        if is_broad != is_lying:
            yield f"#set page(flipped: {'true' if is_broad else 'false'})"
        is_lying = is_broad
        for piece, label in section:
            yield block(piece, label)
    if is_lying:
        yield "#set page(flipped: false)"


def _by_section(labeled: tuple[tuple[Block, str], ...]) -> Iterator[list[tuple[Block, str]]]:
    """The blocks from one heading of level 1 to the next; what lists the contents stands by itself."""
    section: list[tuple[Block, str]] = []
    for piece, label in labeled:
        if section and (isinstance(piece, Contents) or isinstance(section[-1][0], Contents) or (isinstance(piece, Heading) and piece.level == 1)):
            yield section
            section = []
        section.append((piece, label))
    yield section


def needs(table: Table) -> float:
    """The width that a table needs, in em of the face of a table with few columns: words whole, sentences broken."""
    widths = [_characters(column, column_texts(table, index)) * EM + GUTTER for index, column in enumerate(table.columns)]
    return sum(widths) / (SMALLER if len(widths) > MANY else 1)


def _characters(column: Column, texts: tuple[str, ...]) -> int:
    """How many characters a column needs beside others: numbers and short texts whole, sentences by their longest word."""
    heads = max(len(word) for word in (*column.title.split(), column.symbol, ""))
    longest = max(len(text) for text in texts)
    if column.align == "left" and longest > LONG:
        words = max((len(word) for text in texts for word in text.split()), default=0)
        return max(heads, min(words, LONG), min(longest // 3, LEAST + longest // 12))
    return max(heads, longest)


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
        case Contents():
            return "#contents()"
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
    is_broad = needs(block) > UPRIGHT
    widths = ", ".join(_width(column, column_text, is_broad=is_broad) for column, column_text in zip(block.columns, texts, strict=True))
    aligns = ", ".join(column.align for column in block.columns)
    heads = "".join(f"({quoted(column.title)}, {quoted(column.symbol)})," for column in block.columns)
    runs = [(name, len(list(members))) for name, members in groupby(block.columns, key=lambda column: column.group)]
    groups = "".join(f"({quoted(fill(name, WIDE * width))}, {width})," for name, width in runs) if any(name for name, _ in runs) else ""
    cells = "".join(f"({array(tuple(column_text[number] for column_text in texts))}),\n" for number in range(len(texts[0])))
    code = "".join(f"{index}," for index, column in enumerate(block.columns) if column.code)
    strong = "".join(f"{number}," for number in (*block.strong, *((len(block.rows),) if block.total else ())))
    return (
        f"#grid-of({quoted(label)}, {quoted(block.caption)}, ({widths},), ({aligns},), ({heads}), ({groups}), (\n{cells}), "
        f"({code}), ({strong}), {array(legend(block))}, {quoted(block.address)})"
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


def _width(column: Column, texts: tuple[str, ...], *, is_broad: bool) -> str:
    """What the column needs, or a part of the free width that grows with its longest text; in a broad table each heading breaks to what stands below it."""
    longest = max(len(text) for text in texts)
    if column.align == "left" and not column.code and longest > LONG:
        return f"{min(longest / LONG, 3):.2f}fr"
    return f"{_characters(column, texts) * EM:.2f}em" if is_broad and not column.code else "auto"
