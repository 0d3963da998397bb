"""A pack as one self-contained page: no script, no request, readable by night, on a telephone, on paper and aloud."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import assert_never

from bestexec.report.blocks import Block, Callout, Column, Contents, Definitions, Facts, Figure, Heading, Items, KeyFigures, Pack, Table, Text, labels
from bestexec.report.numerals import column_texts, is_number, legend, printed
from bestexec.report.theme import BY_NIGHT, svg

SHORT, LONG = 14, 36
"""Characters up to which a text never breaks, and from which it gets a width of its own."""


def render(pack: Pack) -> str:
    """The whole page. Its own policy header allows its one style sheet, by hash, and nothing else."""
    css = _style()
    digest = b64encode(sha256(css.encode()).digest()).decode()
    return (
        '<!doctype html>\n<html lang="en-US">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(pack.title)} · {escape(pack.firm)} · {pack.period}</title>\n<style>{css}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">Skip to the report</a>\n{_masthead(pack)}\n<div class="frame">\n{_contents(pack)}\n'
        f'<main id="main">\n{"".join(_sections(pack))}</main>\n</div>\n'
        f"<footer>{escape(pack.title)} · {escape(pack.firm)} · {pack.period} · run <code>{escape(pack.run_id)}</code></footer>\n</body>\n</html>\n"
    )


def block(block: Block, label: str) -> str:
    """One block as markup; `label` is what `blocks.labels` calls it."""
    match block:
        case Heading():
            return heading(block, label)
        case Text():
            return f"<p>{escape(block.text)}</p>\n"
        case Items():
            return items(block)
        case Facts():
            return facts(block)
        case Callout():
            return f'<aside class="callout {block.tone}"><strong>{escape(block.title)}</strong> {escape(block.text)}</aside>\n'
        case KeyFigures():
            return key_figures(block)
        case Contents():
            return ""
        case Table():
            return f"{_scrolled(table(block, label), label)}{_notes(block)}\n"
        case Figure():
            return figure(block, label)
        case Definitions():
            return definitions(block)
        case _:
            assert_never(block)


def heading(block: Heading, label: str) -> str:
    if block.level == 3:
        return f"<h4>{escape(block.text)}</h4>\n"
    tag = "h2" if block.level == 1 else "h3"
    return f'<{tag} id="s{label}"><span class="number">{label}</span> {escape(block.text)}</{tag}>\n'


def items(block: Items) -> str:
    tag = "ol" if block.is_numbered else "ul"
    return f"<{tag}>{''.join(f'<li>{escape(text)}</li>' for text in block.texts)}</{tag}>\n"


def facts(block: Facts) -> str:
    return f'<dl class="facts">{"".join(f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in block.pairs)}</dl>\n'


def key_figures(block: KeyFigures) -> str:
    tiles = (
        f'<div class="tile"><dt>{escape(figure.title)}</dt><dd class="figure">{_split(printed(figure.figure))}</dd>'
        f'<dd class="count">n = {escape(printed(figure.count))}</dd><dd class="against">{escape(figure.against)}</dd></div>'
        for figure in block.figures
    )
    return f'<dl class="tiles">{"".join(tiles)}</dl>\n'


def table(block: Table, label: str) -> str:
    texts = [column_texts(block, index) for index in range(len(block.columns))]
    rows = []
    for number, row in enumerate(block.rows):
        cells = "".join(
            _cell(column, column_text[number], muted=not is_number(cell)) for column, column_text, cell in zip(block.columns, texts, row, strict=True)
        )
        rows.append(f'<tr class="strong">{cells}</tr>' if number in block.strong else f"<tr>{cells}</tr>")
    caption = f"<caption><b>{label}</b> {escape(block.caption)}</caption>"
    return f"<table>{caption}<thead>{_heads(block.columns)}</thead><tbody>{''.join(rows)}</tbody>{_total(block, texts)}</table>"


def figure(block: Figure, label: str) -> str:
    name = label.lower().replace(" ", "-")
    described = f'<svg role="img" aria-labelledby="{name}-title {name}-desc" '
    titles = f'<title id="{name}-title">{escape(block.title)}</title><desc id="{name}-desc">{escape(block.alt)}</desc>'
    picture = re.sub(r"^(<svg[^>]*>)", lambda head: head[1] + titles, svg(block.spec, name), count=1).replace("<svg ", described, 1)
    of = f"Values of {label.lower()}"
    values = f"<details><summary>{of}</summary>{_scrolled(table(block.values, label), of)}</details>"
    return (
        f"<figure><figcaption><b>{label}</b> {escape(block.title)}</figcaption>{_scrolled(picture, label)}"
        f'<p class="said">{escape(block.alt)}</p>{_notes(block.values)}{values}</figure>\n'
    )


def definitions(block: Definitions) -> str:
    entries = []
    for entry in block.entries:
        facts = "".join(
            f"<dt>{escape(label)}</dt><dd>{f'<code>{escape(fact)}</code>' if label in block.code else escape(fact)}</dd>"
            for label, fact in zip(block.labels, entry.facts, strict=True)
            if fact
        )
        entries.append(f'<section class="term"><h3>{escape(entry.term)} <code>{escape(entry.key)}</code></h3><dl>{facts}</dl></section>')
    return f'<div class="terms">{"".join(entries)}</div>\n'


def _scrolled(markup: str, name: str) -> str:
    """Wide content moves in a frame of its own, which a keyboard can reach."""
    return f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">{markup}</div>'


def _cell(column: Column, text: str, *, muted: bool) -> str:
    if column.align == "right":
        return f'<td class="{"right muted" if muted else "right"}">{escape(text)}</td>'
    if column.code:
        return f"<td><code>{escape(text)}</code></td>"
    length = " class=long" if len(text) > LONG else " class=short" if len(text) <= SHORT else ""
    return f"<td{length}>{escape(text)}</td>"


def _total(block: Table, texts: list[tuple[str, ...]]) -> str:
    if not block.total:
        return ""
    cells = "".join(_cell(column, column_text[-1], muted=False) for column, column_text in zip(block.columns, texts, strict=True))
    return f"<tfoot><tr>{cells}</tr></tfoot>"


def _heads(columns: tuple[Column, ...]) -> str:
    heads = "".join(
        f'<th scope="col"{" class=right" if column.align == "right" else ""}>{escape(column.title)}'
        f"{f'<span class=unit>{escape(column.symbol)}</span>' if column.symbol else ''}</th>"
        for column in columns
    )
    if not any(column.group for column in columns):
        return f"<tr>{heads}</tr>"
    groups = [(name, len(list(members))) for name, members in groupby(columns, key=lambda column: column.group)]
    over = "".join(
        f'<th scope="colgroup" colspan="{width}" class="group">{escape(name)}</th>' if name else f'<td colspan="{width}"></td>' for name, width in groups
    )
    return f'<tr class="groups">{over}</tr><tr>{heads}</tr>'


def _notes(block: Table) -> str:
    further = f' <a href="{escape(block.address)}">Look into it on the desk</a>' if block.address else ""
    return f'<p class="source">{" ".join(escape(note) for note in legend(block))}{further}</p>'


def _split(text: str) -> str:
    """The number large, its unit small."""
    digits, _, unit = text.partition("\u00a0")
    return f"{escape(digits)}<small>{escape(unit)}</small>" if unit else escape(digits)


def _masthead(pack: Pack) -> str:
    return (
        f'<header><p class="firm">{escape(pack.firm)}</p><h1>{escape(pack.title)}</h1><p class="subtitle">{escape(pack.subtitle)}</p>'
        f'<p class="run">Period {pack.period} · run <code>{escape(pack.run_id)}</code></p></header>'
    )


def _contents(pack: Pack) -> str:
    sections = [(label, block) for label, block in zip(labels(pack), pack.blocks, strict=True) if isinstance(block, Heading) and block.level == 1]
    entries = "".join(f'<li><a href="#s{label}"><span class="number">{label}</span> {escape(block.text)}</a></li>' for label, block in sections)
    return f'<nav aria-label="Contents"><h2>Contents</h2><ol>{entries}</ol></nav>'


def _sections(pack: Pack) -> Iterator[str]:
    """Each section in an element of its own, named by its heading."""
    is_open = False
    for piece, label in zip(pack.blocks, labels(pack), strict=True):
        if isinstance(piece, Heading) and piece.level == 1:
            yield f'{"</section>" if is_open else ""}<section aria-labelledby="s{label}">\n'
            is_open = True
        yield block(piece, label)
    yield "</section>\n"


def _style() -> str:
    sheet = (files("bestexec.report") / "templates" / "report.css").read_text(encoding="utf-8")
    swaps = "".join(f"svg [{paint}='{day}']{{{paint}:{night}}}" for day, night in BY_NIGHT.items() for paint in ("fill", "stroke"))
    return f"{sheet}@media screen and (prefers-color-scheme:dark){{{swaps}}}\n"
