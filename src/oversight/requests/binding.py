"""A production bound: cover letter, index and log of what is withheld, all in one archive with its sums; the same values, the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import IO

from bestexec import Block, Callout, Cell, Facts, Heading, Items, OnePage, PageTable, Table, TableColumn, Text, Volume, render_one_page, render_volume
from oversight import clock
from oversight.evidence import store
from oversight.evidence.names import cleaned
from oversight.sheets import RISKY

INDEX = ("number", "title", "file", "sha256", "items", "known_on", "redacted", "what_is_redacted")
WITHHELD = ("what", "item", "ground", "line")
ODD = re.compile(r"[^A-Za-z0-9._ ()+-]+")
LONGEST = 100
MOST_NAMED = 40
"""So many documents are named in the cover letter; the index names them all."""
HOW_TO_CHECK = (
    "Each document is the file that the firm keeps under the SHA-256 of its bytes; its number stands in its file name and in the index. Pages carry no stamp: "
    "a stamp would change the bytes, and with them what the sum proves."
)


@dataclass(frozen=True)
class Given:
    """One document as it goes out. `known_on` is the day on which the firm had it on file."""

    label: str
    title: str
    name: str
    sha256: str
    items: str
    known_on: date
    redacts: str = ""
    is_redacted: bool = False

    @property
    def path(self) -> str:
        """Its place in the archive: safe on every system, whatever the file was called."""
        return f"documents/{self.label} {safe(self.name)}"


@dataclass(frozen=True)
class Kept:
    """One line on what is not given, or not whole: without privileged words."""

    what: str
    item: str
    ground: str
    line: str


@dataclass(frozen=True)
class Bound:
    """All that a production says, as plain values. `ended` are items without a document: (number, how it ended, in words)."""

    firm: str
    title: str
    authority: str
    reference: str
    rule: str
    dated: date
    at: datetime
    covering: str
    given: tuple[Given, ...]
    kept: tuple[Kept, ...]
    ended: tuple[tuple[str, str, str], ...] = ()

    @property
    def numbers(self) -> str:
        """From which number to which."""
        return f"{self.given[0].label} to {self.given[-1].label}" if self.given else "no document"


def index(bound: Bound) -> bytes:
    """The index as CSV."""
    rows = (
        (one.label, one.title, one.path, one.sha256, one.items, one.known_on.isoformat(), "yes" if one.is_redacted else "no", one.redacts)
        for one in bound.given
    )
    return _csv(INDEX, rows)


def withheld(bound: Bound) -> bytes:
    """The log of what is withheld or redacted, as CSV."""
    return _csv(WITHHELD, ((one.what, one.item, one.ground, one.line) for one in bound.kept))


def letter(bound: Bound) -> bytes:
    """The cover letter."""
    facts = (
        ("To", bound.authority), ("Your reference", bound.reference), ("Date", bound.dated.isoformat()), ("Made under", bound.rule),
        ("Numbers", bound.numbers), ("Withheld or redacted", f"{len(bound.kept)}, in the log"),
    )  # fmt: skip
    return render_one_page(
        OnePage(
            title=bound.title, firm=bound.firm, dated=bound.dated, run_id="", lead=bound.covering, facts=facts, drawings=(), tables=_enclosed(bound),
            notes=(
                "Enclosed: the documents, an index with the SHA-256 of each, and the log of what is withheld or redacted, with its ground.",
                HOW_TO_CHECK,
                "Nothing in this production is meant to waive a privilege. If a privileged document was given by mistake, we ask to have it back.",
            ),
            foot=f"{bound.reference} · {bound.dated}",
        )
    )  # fmt: skip


def _enclosed(bound: Bound) -> tuple[PageTable, ...]:
    """The documents, as far as a letter names them."""
    rows = tuple((one.label, f"{one.title}{', redacted' if one.is_redacted else ''}", one.items) for one in bound.given[:MOST_NAMED])
    more = f": the first {MOST_NAMED} of {len(bound.given)}; the index names them all" if len(bound.given) > MOST_NAMED else ""
    return (PageTable(f"Documents{more}", ("Number", "What it is", "Items"), rows, free=(1,)),) if rows else ()


def listing(bound: Bound) -> bytes:
    """The index bound as PDF: documents, what is withheld, items without a document, how to check."""
    cover = (
        ("To", bound.authority), ("Your reference", bound.reference), ("Documents", str(len(bound.given))), ("Numbers", bound.numbers),
        ("Withheld or redacted", str(len(bound.kept))),
    )  # fmt: skip
    return render_volume(
        Volume("Index of a production", bound.title, bound.firm, bound.dated, cover, f"{bound.reference} · {bound.numbers}", tuple(_blocks(bound)))
    )


def archive(bound: Bound, parts: Sequence[tuple[str, bytes]]) -> IO[bytes]:
    """Everything in one ZIP, in a temporary file, rewound: the parts, then the documents, then the sums of all of them. Raises Refusal for altered bytes."""
    with ExitStack() as held:
        out: IO[bytes] = held.enter_context(tempfile.TemporaryFile())
        _fill(out, bound, parts)
        out.seek(0)
        held.pop_all()  # whole: whoever files it closes it
    return out


def safe(name: str) -> str:
    """A file name that means the same on every system and leads nowhere: the last part of what was typed, plain letters, its ending kept."""
    letters = unicodedata.normalize("NFKD", cleaned(name)).encode("ascii", "ignore").decode()
    stem, dot, ending = ODD.sub("_", letters).rpartition(".")
    plain = f"{stem.strip(' ._')[:LONGEST]}.{ending[:12].strip(' ._')}" if dot and stem.strip(" ._") else ODD.sub("_", letters).strip(" ._")[:LONGEST]
    return plain.strip(" .") or "file"


def _blocks(bound: Bound) -> Iterator[Block]:
    yield Heading("Index")
    yield Heading("Documents", 2)
    given = [
        (Cell(one.label), Cell(f"{one.title}{', redacted' if one.is_redacted else ''}"), Cell(one.items), Cell(one.known_on), Cell(one.sha256))
        for one in bound.given
    ]
    if given:
        columns = (TableColumn("Number"), TableColumn("What it is"), TableColumn("Items"), TableColumn("Known on"), TableColumn("SHA-256", code=True))
        yield Table("What is given", columns, tuple(given), "Known on: the day on which the firm had the file.")
    else:
        yield Callout("note", "No document is given.", "Each item ended without one; see below.")
    yield Heading("Withheld or redacted", 2)
    if bound.kept:
        kept = tuple((Cell(one.what), Cell(one.item), Cell(one.ground), Cell(one.line)) for one in bound.kept)
        yield Table("What is kept back, and why", tuple(map(TableColumn, ("What", "Item", "Ground", "Description"))), kept, "Written by the firm's counsel.")
    else:
        yield Text("Nothing is withheld and nothing is redacted.")
    if bound.ended:
        yield Heading("Items without a document", 2)
        ended = tuple((Cell(number), Cell(how), Cell(said)) for number, how, said in bound.ended)
        yield Table("How they ended", tuple(map(TableColumn, ("Item", "How", "In words"))), ended, "Each looked at by two people, or objected to by counsel.")
    yield Heading("How to check", 2)
    yield Text(HOW_TO_CHECK)
    yield Items(
        ("Unpack the archive.", "Run: sha256sum -c SHA256SUMS", "Each line ends with OK where the bytes are those of this production."), is_numbered=True
    )
    yield Facts((("Numbers", bound.numbers), ("Made", f"{bound.at.astimezone(clock.MARKET_ZONE):%Y-%m-%d %H:%M} New York time")))


def _fill(out: IO[bytes], bound: Bound, parts: Sequence[tuple[str, bytes]]) -> None:
    sums = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in chain(parts, ((one.path, store.read(one.sha256)) for one in bound.given)):
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
            _put(bundle, name, content, bound.at)
        _put(bundle, "SHA256SUMS", "".join(sums).encode(), bound.at)


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(heads)
    for row in rows:
        lines.writerow([f"'{value}" if value.startswith(RISKY) else value for value in row])
    return text.getvalue().encode()


def _put(bundle: zipfile.ZipFile, name: str, content: bytes, at: datetime) -> None:
    """One file, dated with the production, readable by everyone: nothing of this machine is in it."""
    local = at.astimezone(clock.MARKET_ZONE)
    entry = zipfile.ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second // 2 * 2))
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    bundle.writestr(entry, content)
