"""JSON that is not one record a line: an array of records, or records spread over lines."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from bestexec.importers.archives import Damaged, open_raw
from bestexec.importers.base import Reject

BLOCK = 1 << 20
LONGEST = 1 << 18
"""Signs that a record may take before it is taken for broken."""
_ROWS = 10_000
_BETWEEN = " \t\r\n,[]\ufeff"
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str)

Part = tuple[pl.DataFrame, tuple[Reject, ...]]


def is_document(head: bytes) -> bool:
    """Whether the text that begins with `head` is an array, or an object that goes on over several lines."""
    lines = [line.strip() for line in head.lstrip(b"\xef\xbb\xbf").split(b"\n") if line.strip()][:2]
    if not lines:
        return False
    return lines[0].startswith(b"[") or (lines[0].startswith(b"{") and not lines[0].endswith(b"}") and len(lines) > 1 and not lines[1].startswith(b"{"))


def read_documents(path: Path) -> Iterator[Part]:
    """The records as (`line` where each begins, `text` on one line), some thousand at a time, with a reject for each that is broken."""
    found, rejects = list[tuple[int, str]](), list[Reject]()
    for line, text, why in _objects(path):
        if why:
            rejects.append(Reject(line, why))
        else:
            found.append((line, text))
        if len(found) + len(rejects) >= _ROWS:
            yield _part(found, rejects)
            found, rejects = [], []
    yield _part(found, rejects)


def _part(found: list[tuple[int, str]], rejects: list[Reject]) -> Part:
    return pl.DataFrame(found, schema={"line": pl.Int64, "text": pl.String}, orient="row"), tuple(rejects)


def _objects(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line, text, why it is broken) of each object of the text."""
    held, line, at = "", 1, 0
    pieces = _pieces(path)
    more = True
    while True:
        while at < len(held) and held[at] in _BETWEEN:
            at += 1
        line, held, at = line + held.count("\n", 0, at), held[at:], 0
        end = _end_of(held)
        if end is None and more and len(held) <= LONGEST:
            piece = next(pieces, None)
            more = piece is not None
            held += piece or ""
            continue
        if not held:
            return
        why = "" if end else "not JSON"
        end = end or _resume(held)
        yield line, held[:end].replace("\r", " ").replace("\n", " "), why
        at = 0
        line, held = line + held.count("\n", 0, end), held[end:]


def _end_of(text: str) -> int | None:
    """Where the object that `text` begins with ends; None if it does not, or is none."""
    if not text.startswith("{"):
        return None
    try:
        return _DECODER.raw_decode(text)[1]
    except (ValueError, RecursionError):
        return None


def _resume(text: str) -> int:
    """Where the next record may begin after a broken one: at the next line that begins with a brace, else at the end of what is held."""
    at = text.find("\n")
    while at >= 0:
        rest = text[at + 1 : at + 200].lstrip(" \t,")
        if rest.startswith("{"):
            return at + 1
        at = text.find("\n", at + 1)
    return len(text)


def _pieces(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
    with open_raw(path) as stream:
        try:
            while piece := stream.read(BLOCK):
                yield decoder.decode(piece)
        except Damaged as damage:
            yield decoder.decode(b"", final=True) + f"\n{damage.what}\n"
            return
    yield decoder.decode(b"", final=True)
