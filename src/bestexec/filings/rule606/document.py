"""A Rule 606 report as a tree of elements: laid out by the SEC's schema, written as XML, read back whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from bestexec.errors import Problem
from bestexec.importers.rule606 import root_of
from bestexec.market.rule606 import LONGEST_NAME, ROOTS, Part
from bestexec.units import NS_PER_SECOND

SCHEMA_FILE = "oh-20191231.xsd"
VERSION = "1.3"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
DECIMALS = {"usd": 2, "cph": 4, "shares": 3}
"""Decimals that a number is written with; the schema asks for at least four in cents per hundred shares."""
PCT_DECIMALS = 2


@dataclass(frozen=True)
class Node:
    """One element: its name and either its text or the elements in it."""

    name: str
    text: str = ""
    below: tuple[Node, ...] = ()

    def all(self, name: str) -> tuple[Node, ...]:
        """The elements of that name directly below, in their order."""
        return tuple(node for node in self.below if node.name == name)

    def one(self, name: str) -> Node | None:
        """The first element of that name directly below, if there is one."""
        return next(iter(self.all(name)), None)

    def value(self, name: str) -> str:
        """The text of the leaf `name` directly below; empty where there is none, or nothing in it."""
        found = self.one(name)
        return found.text if found else ""


def lay_out(root: str, values: Mapping[str, Any]) -> Node:
    """The report whose values are given by element names: lists where an element repeats, mappings where it has parts, None where it has no text.

    Elements stand in the schema's order whatever the order of `values`. Raises ValueError for a name that the schema does not have there, a
    part that must stand and does not, or a value that its type cannot hold.
    """
    return _laid_out(ROOTS[root], values)


def _laid_out(part: Part, values: Mapping[str, Any]) -> Node:
    strange = values.keys() - {below.name for below in part.parts}
    if strange:
        raise ValueError(f"<{part.name}> has no {', '.join(sorted(strange))}")
    return Node(part.name, below=tuple(node for below in part.parts for node in _nodes(below, values)))


def _nodes(part: Part, values: Mapping[str, Any]) -> Iterator[Node]:
    given = values.get(part.name)
    if part.kind:
        if given is not None or part.least:
            yield Node(part.name, as_text(part.kind, given))
        return
    each = given if isinstance(given, list | tuple) else [] if given is None else [given]
    if len(each) < part.least or (part.most is not None and len(each) > part.most):
        raise ValueError(f"{len(each)} × <{part.name}>")
    for one in each:
        yield _laid_out(part, one)


def as_text(kind: str, value: Any) -> str:
    """A value in the form that the schema's type asks for; nothing for None. Shares of a whole come as fractions and leave as percent."""
    if value is None:
        return ""
    if kind == "pct":
        return rounded(Fraction(value) * 100, PCT_DECIMALS)
    if kind in DECIMALS:
        return rounded(Fraction(value), DECIMALS[kind])
    if kind == "yes_no":
        return "Y" if value else "N"
    if kind == "date":
        return date.isoformat(value)
    if kind == "timestamp":
        return f"{datetime.fromtimestamp(value // NS_PER_SECOND, UTC):%Y-%m-%dT%H:%M:%SZ}"
    text = str(value)
    return " ".join(text.split())[:LONGEST_NAME] if kind in ("name", "customer") else text


def rounded(number: Fraction, decimals: int) -> str:
    """The number with that many decimals, halves away from zero; no sign before a zero."""
    scaled = abs(number) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{Decimal(whole).scaleb(-decimals):f}"
    return f"-{text}" if number < 0 and whole else text


def write(report: Node) -> bytes:
    """The report as XML: UTF-8, one element a line; the same report gives the same bytes."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{report.name} xmlns:xsi="{_INSTANCE}" xsi:noNamespaceSchemaLocation="{SCHEMA_FILE}">\n'
    return (head + "".join(line for node in report.below for line in _lines(node, 1)) + f"</{report.name}>\n").encode()


def _lines(node: Node, depth: int) -> Iterator[str]:
    indent = "\t" * depth
    if not node.below:
        yield f"{indent}<{node.name}>{escape(_allowed(node.text))}</{node.name}>\n"
        return
    yield f"{indent}<{node.name}>\n"
    for below in node.below:
        yield from _lines(below, depth + 1)
    yield f"{indent}</{node.name}>\n"


def _allowed(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\t\n" or 0x20 <= ord(sign) <= 0xD7FF or 0xE000 <= ord(sign) <= 0xFFFD or ord(sign) >= 0x10000)


def read(path: Path) -> Node:
    """The report in a file, every element and text as it stands. Raises Problem for anything that is no Rule 606 report, or declares a document type."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problem(error.strerror or "the file cannot be read", where=str(path), do="check the name") from error
    if root_of(content) not in ROOTS:
        raise Problem("this is no Rule 606 report", where=path.name, do=f"its first element would be one of {', '.join(ROOTS)}")
    return _Reader(path.name).read(content)


class _Reader:
    """Puts the elements of one file together. A document type is refused before anything in it is looked at."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.open: list[tuple[str, list[str], list[Node]]] = []
        self.root: Node | None = None

    def read(self, content: bytes) -> Node:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise Problem(f"not well-formed XML: {error}", where=self.name, do="write the file again") from error
        if self.root is None:
            raise Problem("the file has no element", where=self.name, do="write the file again")
        return self.root

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.open.append((name, [], []))

    def _text(self, text: str) -> None:
        self.open[-1][1].append(text)

    def _end(self, name: str) -> None:
        _, texts, below = self.open.pop()
        text = "".join(texts)
        node = Node(name, "" if below or not text.strip() else text, tuple(below))
        if self.open:
            self.open[-1][2].append(node)
        else:
            self.root = node

    def _doctype(self, *declared: object) -> None:
        raise Problem("the file declares a document type", where=self.name, do="leave the declaration out; reports of this schema need none")


def decimal_of(text: str) -> Decimal | None:
    """The number that a cell holds; None for an empty one. Raises ValueError for anything else."""
    if not text.strip():
        return None
    try:
        number = Decimal(text.strip())
    except ArithmeticError as error:
        raise ValueError(f"{text!r} is not a number") from error
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a number")
    return number


def quantized(number: Decimal | Fraction, decimals: int) -> Decimal:
    """The same rounding as `rounded`, as a number."""
    if isinstance(number, Fraction):
        return Decimal(rounded(number, decimals))
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
