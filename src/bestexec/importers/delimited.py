"""Text in lines and fields, vectorized: the engine that every delimited format is data for.

A record is one line; a field may stand in double quotes, doubled inside, and never spans lines. So the line number of
a record is the line number of the file, and a line that does not split into its fields is a reject by itself.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from bestexec.importers.base import Damaged, Reject, open_raw

BLOCK = 8 << 20
"""Bytes of text that are worked on at once."""
SEPARATORS = (",", "\t", ";", "|")
_BOM = b"\xef\xbb\xbf"
_LONGEST_TEXT = 200
_REPEATED = "repeated header"


@dataclass(frozen=True)
class Layout:
    """How lines split into fields. A `header` is the first line, and is left out wherever it is repeated."""

    columns: tuple[str, ...]
    """Every field in the order of the line; an empty name is a field that is not wanted."""
    separator: str = ","
    header: bool = False
    trailer: str = ""
    """How a line begins that stands behind the records and is none of them."""

    @property
    def wanted(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column)


@dataclass(frozen=True)
class Fields:
    """Some lines of a file, split: `frame` has `line` (Int64) and each wanted column as text; null or empty where there is none."""

    frame: pl.DataFrame
    records: int
    rejects: tuple[Reject, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)
    trailers: tuple[str, ...] = ()
    """Lines that begin as the layout's trailer does; they are no records."""


@dataclass(frozen=True)
class Piece:
    """Some whole lines of a file as they stand, and what broke off behind them."""

    chunk: bytes
    first: int
    """Line number of the first of them."""
    layout: Layout
    header: str
    """The file's header, once it was seen."""
    damage: Damaged | None = None

    def fields(self) -> Fields:
        """The lines, split with care."""
        lines, rejects = lines_of(self.chunk, self.first)
        if self.first == 1 and self.layout.header and lines.height and lines["line"][0] == 1:
            lines = lines[1:]
        return _split(lines, (*rejects, *self.broken), self.layout, self.header)

    @property
    def broken(self) -> tuple[Reject, ...]:
        """The line in which the archive broke off, if it did."""
        if not self.damage:
            return ()
        return (Reject(self.first + self.chunk.count(b"\n"), self.damage.what, _shown(self.chunk[self.chunk.rfind(b"\n") + 1 :])),)


def header_of(head: bytes) -> tuple[tuple[str, ...], str]:
    """The column names in the first line of `head`, lower case, and the separator that splits it most; ((), "") if it is not text."""
    try:
        first = head.removeprefix(_BOM).split(b"\n", 1)[0].decode().strip()
    except UnicodeDecodeError:
        return (), ""
    separator = max(SEPARATORS, key=first.count)
    try:
        names = next(csv.reader([first], delimiter=separator), [])
    except csv.Error:
        return (), ""
    return tuple(name.strip().lower() for name in names), separator


def mostly(form: re.Pattern[str], head: bytes, count: int = 20) -> bool:
    """Whether more than half of the first lines of a file are of a form: a bad line among them does not hide what it is."""
    lines = [line.decode(errors="replace").rstrip("\r") for line in head.removeprefix(_BOM).split(b"\n", count)[:count]]
    filled = [line for line in lines if line.strip()]
    return 2 * sum(form.fullmatch(line) is not None for line in filled) > len(filled)


def read_fields(path: Path, layout: Layout, block: int = BLOCK) -> Iterator[Fields]:
    """The records of `path`, some megabytes at a time; where an archive breaks off, one reject says so."""
    for piece in read_pieces(path, layout, block):
        yield piece.fields()


def read_pieces(path: Path, layout: Layout, block: int = BLOCK) -> Iterator[Piece]:
    """The lines of `path` before they are split, some megabytes at a time."""
    first, header = 1, ""
    for chunk, damage in _chunks(path, block):
        if first == 1 and layout.header:
            header = _first_line(chunk)
        yield Piece(chunk, first, layout, header, damage)
        first += chunk.count(b"\n")


def _first_line(chunk: bytes) -> str:
    """The first line of a file; empty if it is not text or did not end."""
    line, end, _ = chunk.removeprefix(_BOM).partition(b"\n")
    try:
        return line.decode().rstrip("\r") if end else ""
    except UnicodeDecodeError:
        return ""


def read_lines(path: Path, block: int = BLOCK) -> Iterator[tuple[pl.DataFrame, tuple[Reject, ...]]]:
    """The lines of `path` as (`line`, `text`), not yet split, some megabytes at a time, with a reject for each that cannot be read as text."""
    first = 1
    for chunk, damage in _chunks(path, block):
        lines, rejects = lines_of(chunk, first)
        first += chunk.count(b"\n")
        if damage:
            rejects = (*rejects, Reject(first, damage.what))
        bad = [reject.line for reject in rejects]
        yield (lines.filter(~pl.col("line").is_in(bad)) if bad else lines), rejects


def in_step(left: tuple[Path, Layout], right: tuple[Path, Layout]) -> Iterator[tuple[Fields, Fields]]:
    """Two files read side by side, so that both parts of a pair end on the same line; one may end before the other."""
    lefts, rights = read_fields(*left), read_fields(*right)
    a, b = next(lefts, None), next(rights, None)
    while a is not None and b is not None:
        upto = min(_last_line(a), _last_line(b))
        a_now, a = _cut(a, upto)
        b_now, b = _cut(b, upto)
        yield a_now, b_now
        a, b = a or next(lefts, None), b or next(rights, None)
    for rest in (a, *lefts) if a is not None else ():
        yield rest, _nothing(right[1])
    for rest in (b, *rights) if b is not None else ():
        yield _nothing(left[1]), rest


def _chunks(path: Path, block: int) -> Iterator[tuple[bytes, Damaged | None]]:
    """Runs of whole lines. The last line counts without its line end, unless the archive broke off in it."""
    held = bytearray()
    with open_raw(path) as stream:
        try:
            while piece := stream.read(block):
                held += piece
                if len(held) >= block and (cut := held.rfind(b"\n") + 1):
                    yield bytes(held[:cut]), None
                    del held[:cut]
        except Damaged as damage:
            yield bytes(held), damage
            return
    if held:
        yield bytes(held) if held.endswith(b"\n") else bytes(held) + b"\n", None


def lines_of(chunk: bytes, first: int) -> tuple[pl.DataFrame, tuple[Reject, ...]]:
    """The whole lines of a chunk as (`line`, `text`) without their line ends, and a reject for each that is not UTF-8."""
    bytes_ = chunk[: chunk.rfind(b"\n") + 1]
    if first == 1 and bytes_.startswith(_BOM):
        bytes_ = bytes_[len(_BOM) :]
    rejects: tuple[Reject, ...] = ()
    try:
        bytes_.decode()
    except UnicodeDecodeError:
        bytes_, rejects = _without_bad_text(bytes_, first)
    ends = np.flatnonzero(np.frombuffer(bytes_, dtype=np.uint8) == 10) + 1
    offsets = np.concatenate([[0], ends]).astype(np.int64)
    texts = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(bytes_))
    lines = pl.DataFrame({"line": np.arange(first, first + len(ends), dtype=np.int64), "text": pl.Series(values=texts, dtype=pl.String)})
    lines = lines.with_columns(pl.col("text").str.strip_chars_end("\r\n" if b"\r" in bytes_ else "\n"))
    bad = [reject.line for reject in rejects]
    return (lines.filter(~pl.col("line").is_in(bad)) if bad else lines), rejects


def _without_bad_text(bytes_: bytes, first: int) -> tuple[bytes, tuple[Reject, ...]]:
    """The same lines with those that are not UTF-8 emptied."""
    lines, rejects = bytes_.split(b"\n"), list[Reject]()
    for at, line in enumerate(lines):
        try:
            line.decode()
        except UnicodeDecodeError:
            rejects.append(Reject(first + at, "not UTF-8 text", _shown(line)))
            lines[at] = b""
    return b"\n".join(lines), tuple(rejects)


def _split(lines: pl.DataFrame, rejects: tuple[Reject, ...], layout: Layout, header: str) -> Fields:
    """Blank lines and repeated headers are skipped, ragged lines rejected, the rest split into fields."""
    blank = lines["text"].str.strip_chars() == ""
    repeated = lines["text"] == header if header else pl.repeat(False, lines.height, eager=True)
    skipped = {reason: int(found.sum()) for reason, found in (("blank line", blank), (_REPEATED, repeated & ~blank)) if found.any()}
    records = lines.height + len(rejects)
    lines = lines.filter(~(blank | repeated))
    quoted = bool(lines["text"].str.contains('"', literal=True).any())
    lines, trailers = _without_trailers(lines, layout)
    records -= len(trailers)
    fault = _line_faults(lines, layout, quoted=quoted)
    ragged = tuple(Reject(line, why, text[:_LONGEST_TEXT]) for line, text, why in fault.filter(pl.col("why").is_not_null()).iter_rows())
    good = fault.filter(pl.col("why").is_null()) if ragged else lines
    return Fields(_fields(good, layout, quoted=quoted), records, (*rejects, *ragged), skipped, trailers)


def _without_trailers(lines: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, tuple[str, ...]]:
    if not layout.trailer:
        return lines, ()
    is_trailer = lines["text"].str.starts_with(layout.trailer)
    return lines.filter(~is_trailer), tuple(lines.filter(is_trailer)["text"])


def _line_faults(lines: pl.DataFrame, layout: Layout, *, quoted: bool) -> pl.DataFrame:
    """The lines with `why` they do not split into the layout's fields; null where they do."""
    text, mark = pl.col("text"), re.escape(layout.separator)
    outside = text.str.replace_all('"[^"]*"', "") if quoted else text
    found = outside.str.count_matches(layout.separator, literal=True).cast(pl.Int64) + 1
    count = pl.format("{} fields where {} belong", found, pl.lit(len(layout.columns)))
    why: pl.Expr = pl.when(found != len(layout.columns)).then(count)
    if quoted:
        one = rf'(?:[^"{mark}]*|"(?:[^"]|"")*")'
        why = pl.when(~text.str.contains(rf"^{one}(?:{mark}{one})*$")).then(pl.lit("a quote is not closed, or out of place")).otherwise(why)
    return lines.with_columns(why=why)


def _fields(lines: pl.DataFrame, layout: Layout, *, quoted: bool) -> pl.DataFrame:
    if lines.height == 0:
        return _nothing(layout).frame
    names = [column or f"unwanted:{place}" for place, column in enumerate(layout.columns)]
    fields = pl.scan_csv(
        io.BytesIO(lines["text"].str.join("\n").item().encode()), has_header=False, separator=layout.separator, quote_char='"' if quoted else None,
        schema=dict.fromkeys(names, pl.String()),
    ).select(layout.wanted).collect()  # fmt: skip
    if fields.height != lines.height:
        raise AssertionError(f"{lines.height} lines were split into {fields.height} records")
    return fields.insert_column(0, lines["line"])


def _nothing(layout: Layout) -> Fields:
    return Fields(pl.DataFrame(schema={"line": pl.Int64, **dict.fromkeys(layout.wanted, pl.String)}), 0)


def _last_line(fields: Fields) -> int:
    return max([int(fields.frame["line"].max() or 0), *(reject.line for reject in fields.rejects)])  # type: ignore[arg-type]


def _cut(fields: Fields, upto: int) -> tuple[Fields, Fields | None]:
    """The part up to a line, and the rest."""
    now, later = fields.frame.filter(pl.col("line") <= upto), fields.frame.filter(pl.col("line") > upto)
    sooner = tuple(reject for reject in fields.rejects if reject.line <= upto)
    after = tuple(reject for reject in fields.rejects if reject.line > upto)
    rest_records = later.height + len(after)
    head = Fields(now, fields.records - rest_records, sooner, fields.skipped)
    return head, Fields(later, rest_records, after) if rest_records else None


def _shown(line: bytes) -> str:
    return line[:_LONGEST_TEXT].decode("utf-8", "backslashreplace")
