"""The messages of Nasdaq TotalView-ITCH 5.0: their layouts as data, and a stream taken apart into them.

A stream is length-prefixed: two bytes, big-endian, then the message. Numbers are big-endian too; times are six bytes of nanoseconds after midnight in New
York; prices count ten-thousandths. Layouts follow the published specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.importers.base import Damaged, open_raw
from bestexec.units import NS_PER_SECOND

BLOCK = 16 << 20
"""Bytes worked on at once."""
_HEAD = (("locate", ">u2"), ("tracking", ">u2"), ("clock_high", ">u2"), ("clock_low", ">u4"))
_ORDER, _SIDE, _SHARES, _STOCK, _PRICE = ("order", ">u8"), ("side", "S1"), ("shares", ">u4"), ("stock", "S8"), ("price", ">u4")
_MATCH = ("match", ">u8")

LAYOUTS: dict[str, tuple[tuple[str, str], ...]] = {
    "A": (_ORDER, _SIDE, _SHARES, _STOCK, _PRICE),
    "F": (_ORDER, _SIDE, _SHARES, _STOCK, _PRICE, ("mpid", "S4")),
    "E": (_ORDER, _SHARES, _MATCH),
    "C": (_ORDER, _SHARES, _MATCH, ("printable", "S1"), _PRICE),
    "X": (_ORDER, _SHARES),
    "D": (_ORDER,),
    "U": (_ORDER, ("new_order", ">u8"), _SHARES, _PRICE),
    "P": (_ORDER, _SIDE, _SHARES, _STOCK, _PRICE, _MATCH),
    "Q": (("shares", ">u8"), _STOCK, _PRICE, _MATCH, ("cross", "S1")),
    "R": (
        _STOCK,
        ("category", "S1"),
        ("financial", "S1"),
        ("round_lot", ">u4"),
        ("lots_only", "S1"),
        ("class", "S1"),
        ("subtype", "S2"),
        ("authenticity", "S1"),
        ("threshold", "S1"),
        ("ipo", "S1"),
        ("luld_tier", "S1"),
        ("etp", "S1"),
        ("leverage", ">u4"),
        ("inverse", "S1"),
    ),
    "H": (_STOCK, ("state", "S1"), ("reserved", "S1"), ("reason", "S4")),
    "Y": (_STOCK, ("action", "S1")),
    "h": (_STOCK, ("market", "S1"), ("state", "S1")),
}
"""What is read of each type, after the type and the common head: locate, tracking number, time."""
UNREAD = {
    "S": (12, "system event"), "L": (26, "market participant's position"), "V": (35, "decline level of the circuit breaker"),
    "W": (12, "breach of the circuit breaker"), "K": (28, "quoting period of a new issue"), "J": (35, "auction collar"),
    "B": (19, "broken trade, which stays in the table"), "I": (50, "order imbalance"), "N": (20, "retail interest"),
    "O": (48, "direct listing with capital raise"),
}  # fmt: skip
"""Length and name of the types that carry nothing for the canonical tables."""
DTYPES = {kind: np.dtype([("type", "S1"), *_HEAD, *fields]) for kind, fields in LAYOUTS.items()}
SIZES = {**{kind: dtype.itemsize for kind, dtype in DTYPES.items()}, **{kind: size for kind, (size, _) in UNREAD.items()}}
_SIZE_OF = np.zeros(256, np.int64)
for _kind, _size in SIZES.items():
    _SIZE_OF[ord(_kind)] = _size
_CLOCK_AT, _HEAD_BYTES = 5, 11
DAY_NS = 86_400 * NS_PER_SECOND
_IDENTITIES = frozenset({"order", "new_order", "match"})
"""Numbers that only tell things apart: the largest become negative, which tells them apart as well."""


@dataclass(frozen=True)
class Block:
    """Some whole messages: bytes, where each begins, how long it is, and the number of the first (from 1)."""

    raw: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]
    first: int

    @cached_property
    def late(self) -> npt.NDArray[np.bool_]:
        """Whether each message tells a time beyond the end of a day."""
        long = self.lengths >= _HEAD_BYTES
        places = np.where(long, self.starts, self.starts[0])
        clock = np.zeros(len(places), np.int64)
        for at in range(_CLOCK_AT, min(_HEAD_BYTES, len(self.raw) - int(places.max(initial=0)))):
            clock = (clock << 8) | self.raw[places + at]
        late: npt.NDArray[np.bool_] = long & (clock >= DAY_NS)
        return late

    def kinds(self) -> npt.NDArray[np.uint8]:
        return self.raw[self.starts]

    def frame(self, kind: str) -> pl.DataFrame | None:
        """The messages of one type that are as long as it is: `record`, `clock` (ns after midnight) and its fields; None if there are none."""
        dtype = DTYPES[kind]
        which = np.flatnonzero((self.kinds() == ord(kind)) & (self.lengths == dtype.itemsize) & ~self.late)
        if not len(which):
            return None
        bytes_ = self.raw[self.starts[which, None] + np.arange(dtype.itemsize)]
        records = np.ascontiguousarray(bytes_).view(dtype).reshape(-1)
        clock = (records["clock_high"].astype(np.int64) << 32) | records["clock_low"]
        names = ("locate", *(name for name, _ in LAYOUTS[kind]))
        return pl.DataFrame({"record": which + self.first, "clock": clock, **{name: _column(name, records[name]) for name in names}})


@dataclass(frozen=True)
class Break:
    """Where the stream cannot be read on: the number of the message, and why."""

    record: int
    why: str


def read_blocks(path: Path, block: int = BLOCK) -> Iterator[Block | Break]:
    """The stream's messages, and one Break where it cannot be read on."""
    rest, number, damage, why = b"", 1, "", ""
    with open_raw(path) as stream:
        more = True
        while more and not why:
            pieces = [rest]
            try:
                while more and sum(map(len, pieces)) < block:
                    piece = stream.read(block)
                    more = bool(piece)
                    pieces.append(piece)
            except Damaged as damaged:
                more, damage = False, damaged.what
            raw = np.frombuffer(b"".join(pieces), np.uint8)
            starts, lengths, stop, why = _messages(raw)
            if len(starts):
                yield Block(raw, starts, lengths, number)
                number += len(starts)
            rest = raw[stop:].tobytes()
    if damage or why or rest:
        yield Break(number, damage or why or "the file breaks off within a message")


def _messages(raw: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int, str]:
    """Starts and lengths of the whole messages in `raw`, where the next would begin, and why it cannot be read on, if so.

    Every place that looks like the head of a message of known type and length is found at once. Nearly all follow one another; only where one does not
    is a step taken by itself: over a place that merely looked so, or over a message of a type that is not known.
    """
    if len(raw) < 3:
        return np.empty(0, np.int64), np.empty(0, np.int64), 0, ""
    told = (raw[:-2].astype(np.int64) << 8) | raw[1:-1]
    seen = np.flatnonzero((told == _SIZE_OF[raw[2:]]) & (told > 0))
    after = seen + 2 + told[seen]
    breaks = np.flatnonzero(after[:-1] != seen[1:])
    parts: list[npt.NDArray[np.int64]] = []
    at, why = 0, ""
    while at + 2 < len(raw):
        place = int(np.searchsorted(seen, at))
        if place < len(seen) and seen[place] == at:
            run = int(breaks[np.searchsorted(breaks, place)]) if np.searchsorted(breaks, place) < len(breaks) else len(seen) - 1
            found = seen[place : run + 1]
            whole = found[after[place : run + 1] <= len(raw)]
            parts.append(whole)
            if len(whole) < len(found):
                at = int(found[len(whole)])
                break
            at = int(after[run])
            continue
        length = int(told[at])
        if length == 0:
            why = "a message of no bytes cannot be"
            break
        if at + 2 + length > len(raw):
            break
        parts.append(np.array([at], np.int64))
        at += 2 + length
    heads = np.concatenate(parts) if parts else np.empty(0, np.int64)
    return heads + 2, told[heads], at, why


def _column(name: str, values: npt.NDArray[Any]) -> pl.Series:
    """Text without its padding; whole numbers as int64, null where they do not fit."""
    if name in _IDENTITIES:
        return pl.Series(values.astype(np.uint64).view(np.int64))
    if values.dtype.kind == "S":
        return pl.Series(np.char.decode(values, "latin-1").astype(str)).str.strip_chars(" \x00")
    if values.dtype.itemsize == 8:
        return pl.Series(values.astype(np.uint64)).cast(pl.Int64, strict=False)
    return pl.Series(values.astype(np.int64))
