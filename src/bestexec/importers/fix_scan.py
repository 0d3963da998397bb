"""Where FIX messages stand in a log: starts, delimiters, fields and ends, found over whole blocks of bytes at once.

A message starts at `8=FIX…`, followed by its delimiter and `9=`. What separates its fields is whatever stands there, so it may differ from
line to line. A delimiter separates only where a tag and `=` follow, so a value may hold it. The message ends behind its `10=…`; where there is none
before the next start, it is cut off at its line's end, and its last value is not believed.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bestexec.importers.base import Damaged, open_raw
from bestexec.importers.fix_tags import CONTENTS_AFTER

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BLOCK = 4 << 20
LONGEST_MESSAGE = 8 * BLOCK
"""A message without an end is given up after so many bytes."""
SOH, NEWLINE, RETURN, EQUALS, NINE = 1, 10, 13, 61, 57
PAD = 32
"""Zeros behind a block, so that looking ahead needs no check."""
SPELLED = (b"<SOH>", b"\\u0001", b"\\x01", b"\\001", b"[SOH]", b"^A", "␁".encode(), "¦".encode())
"""Spellings of the delimiter that are longer than a byte."""
_FIRST_OF_SPELLED = sorted({spelling[0] for spelling in SPELLED})
VERSION = rb"8=FIXT?\.[0-9]\.[0-9](?:SP[0-9])?"
START = re.compile(VERSION + rb"(?:" + b"|".join(map(re.escape, SPELLED)) + rb"|[^0-9A-Za-z.])9=[0-9]")
_START_AT = re.compile(rb"8=FIX")


def _marked(error: UnicodeError) -> tuple[str, int]:
    """A question mark for each byte that is no UTF-8, so that no place moves."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "?" * (error.end - error.start), error.end


codecs.register_error("bestexec.mark", _marked)


@dataclass(frozen=True)
class Messages:
    """The messages of a block; places are offsets into `bytes`, where every delimiter is SOH by now.

    `tag`, `value_from`, `value_to` and `of` (the message's number) are of its fields, in the order they stand, without tag 8.
    """

    bytes: Bytes
    start: Places
    end: Places
    prefix_from: Places
    truncated: Flags
    delimiter: Bytes
    trailer: Places
    """Where `10=` stands; −1 in a truncated message."""
    line: Places
    tag: npt.NDArray[np.int32]
    at: Places
    value_from: Places
    value_to: Places
    of: Places
    blank_lines: int
    other_lines: int


def blocks(path: Path, block: int = BLOCK) -> Iterator[tuple[bytes, Damaged | None]]:
    """Runs of whole messages. The last message of a run waits for the next, so that none is cut by us."""
    held = bytearray()
    with open_raw(path) as stream:
        try:
            while piece := stream.read(block):
                held += piece
                if len(held) >= block and (cut := _cut(held)):
                    yield bytes(held[:cut]), None
                    del held[:cut]
        except Damaged as damage:
            yield bytes(held), damage
            return
    if held:
        yield bytes(held), None


def _cut(held: bytearray) -> int:
    last = held.rfind(b"8=FIX")
    whole = held.rfind(b"\n", 0, last if last > 0 else len(held)) + 1
    if last > 0 and held.find(b"8=FIX", whole, last) >= 0:
        whole = last  # several messages on the line: what stands before the last of them is whole
    return whole or (len(held) if len(held) >= LONGEST_MESSAGE else 0)


def has_lines(head: bytes) -> bool:
    """Whether messages stand on lines, rather than one after the other."""
    return b"\n" in head.rstrip() or len(_START_AT.findall(head)) < 2


def scan(block: bytes, first_line: int) -> Messages:
    """The messages of a block that begins with line `first_line`."""
    text, size = _padded(block if block.isascii() else block.decode("utf-8", "bestexec.mark").encode())
    start, delimiter = _starts(text, size)
    if np.isin(delimiter, _FIRST_OF_SPELLED).any():
        text, size = _padded(_spelled_out(text[:size].tobytes()))
        start, delimiter = _starts(text, size)
    at, tag, value_from = _fields(text, size, start, delimiter)
    at, tag, value_from, start, delimiter = _without_contents(text, at, tag, value_from, start, delimiter)
    lines = np.flatnonzero(text[:size] == NEWLINE)
    counts = np.searchsorted(at, np.append(start, size))
    of = np.repeat(np.arange(len(start)), np.diff(counts))
    within = slice(counts[0] if len(counts) else 0, None)
    at, tag, value_from = at[within], tag[within], value_from[within]
    end, trailer = _ends(text, start, lines, size, at, tag, value_from, of)
    truncated = trailer < 0
    inside = (at < end[of]) & (at <= np.where(truncated, size, trailer)[of])
    if not inside.all():
        at, tag, value_from, of = at[inside], tag[inside], value_from[inside], of[inside]
    value_to = _value_ends(at, of, end)
    text[at - 1] = SOH
    if truncated.any():
        trusted = ~(truncated[of] & _last_of(of))
        at, tag, value_from, value_to, of = at[trusted], tag[trusted], value_from[trusted], value_to[trusted], of[trusted]
    line_start = np.concatenate([[0], lines + 1])[np.searchsorted(lines, start)]
    prefix_from = np.maximum(line_start, np.concatenate([[0], end[:-1]])[: len(start)])
    blank, other = _other_lines(text[:size], lines, start, end)
    return Messages(
        text, start, end, prefix_from, truncated, delimiter, trailer, first_line + np.searchsorted(lines, start), tag, at, value_from,
        value_to, of, blank, other,
    )  # fmt: skip


def _padded(block: bytes) -> tuple[Bytes, int]:
    return np.frombuffer(block + bytes(PAD), np.uint8).copy(), len(block)


def _spelled_out(block: bytes) -> bytes:
    """The block with delimiters that are spelled in several bytes as SOH."""
    for spelling in SPELLED:
        if spelling in block and re.search(VERSION + re.escape(spelling) + b"9=", block):
            block = block.replace(spelling, b"\x01")
    return block


def _starts(text: Bytes, size: int) -> tuple[Places, Bytes]:
    """Where messages start, and what delimits each: the byte behind its version."""
    at = np.flatnonzero(text[:size] == ord("F")) - 2
    at = at[at >= 0]
    for ahead, sign in enumerate(b"8=FIX"):
        at = at[text[at + ahead] == sign]
    before = text[at - 1] * (at > 0)
    at = at[~_is_word(before)]
    length = np.full(len(at), 7) + (text[at + 5] == ord("T"))
    length += 3 * ((text[at + length + 2] == ord("S")) & (text[at + length + 3] == ord("P")))
    length += 2
    delimiter = text[at + length]
    cut = np.isin(delimiter, (NEWLINE, RETURN, 0))
    opens = (text[at + length + 1] == NINE) & (text[at + length + 2] == EQUALS)
    opens |= np.isin(delimiter, _FIRST_OF_SPELLED)
    good = np.where(cut, True, ~_is_word(delimiter) & (opens | np.isin(text[at + length + 1], (NEWLINE, RETURN, 0))))
    return at[good], delimiter[good]


def _is_word(signs: Bytes) -> Flags:
    return np.asarray(((signs - 48).astype(np.uint8) < 10) | ((signs | 32) - 97 < 26) | (signs == 46))


def _fields(text: Bytes, size: int, start: Places, delimiter: Bytes) -> tuple[Places, npt.NDArray[np.int32], Places]:
    """(place, tag, place of the value) of everything between delimiters that begins with a tag and `=`."""
    kinds = [int(kind) for kind in np.unique(delimiter) if kind]
    found = []
    for kind in kinds:
        after = np.flatnonzero(text[:size] == kind) + 1
        if len(kinds) > 1:
            of = np.searchsorted(start, after, "right") - 1
            after = after[(of >= 0) & (delimiter[of] == kind)]
        found.append(after)
    at = found[0] if len(found) == 1 else np.sort(np.concatenate([*found, np.zeros(0, np.int64)]))
    tag, equals = tags_at(text, at)
    good = (equals > 0) & (tag != 8)
    return at[good], tag[good], at[good] + equals[good] + 1


def tags_at(text: Bytes, at: Places) -> tuple[npt.NDArray[np.int32], Places]:
    """The number that begins at each place, and how many digits stand before its `=`; 0 where there is no number with `=` behind it."""
    first, second, third, fourth = (text[at + ahead] for ahead in range(4))
    digits = [(sign - 48).astype(np.uint8) for sign in (first, second, third)]
    one = (second == EQUALS) & (digits[0] < 10)
    two = (third == EQUALS) & (digits[0] < 10) & (digits[1] < 10)
    three = (fourth == EQUALS) & (digits[0] < 10) & (digits[1] < 10) & (digits[2] < 10)
    short = one | two | three
    units = [digit.astype(np.int32) for digit in digits]
    tag = np.where(one, units[0], np.where(two, units[0] * 10 + units[1], units[0] * 100 + units[1] * 10 + units[2]))
    equals = one + 2 * two.astype(np.int64) + 3 * three
    tag[~short] = 0
    rest = np.flatnonzero(~short & (digits[0] < 10) & (digits[1] < 10) & (digits[2] < 10))
    tag[rest], equals[rest] = _long_tags(text, at[rest])
    return tag, equals


def _long_tags(text: Bytes, at: Places) -> tuple[npt.NDArray[np.int32], Places]:
    tag, equals = np.zeros(len(at), np.int32), np.zeros(len(at), np.int64)
    live, place = np.arange(len(at)), at
    for digits in range(8):
        sign = text[place + digits]
        digit = (sign - 48).astype(np.uint8)
        ends = (sign == EQUALS) & (digits > 0)
        equals[live[ends]] = digits
        more = digit < 10
        live, place = live[more], place[more]
        tag[live] = tag[live] * 10 + digit[more]
    return tag, equals


def _without_contents(
    text: Bytes, at: Places, tag: npt.NDArray[np.int32], value_from: Places, start: Places, delimiter: Bytes
) -> tuple[Places, npt.NDArray[np.int32], Places, Places, Bytes]:
    """The same without what only seems to be fields and starts, within data whose length the field before states."""
    of = np.searchsorted(start, at[lengths], "right") - 1 if len(lengths := np.flatnonzero(np.isin(tag[:-1], list(CONTENTS_AFTER)))) else lengths
    lengths = lengths[(of >= 0) & (delimiter[of] == SOH)] if len(lengths) else lengths
    expected = np.array([CONTENTS_AFTER[int(found)] for found in np.unique(tag[lengths])], np.int32)[np.unique(tag[lengths], return_inverse=True)[1]]
    lengths = lengths[tag[lengths + 1] == expected]
    if not len(lengths):
        return at, tag, value_from, start, delimiter
    stated = np.array([_whole(text, begin, stop) for begin, stop in zip(value_from[lengths], at[lengths + 1] - 1, strict=True)])
    begins = value_from[lengths + 1]
    stops = begins + stated
    fits = (stated > 0) & (stops < len(text) - PAD)
    fits &= text[np.where(fits, stops, 0)] == SOH
    begins, stops = begins[fits], stops[fits]
    real, first = ~_covered(at, begins, stops), ~_covered(start, begins, stops)
    return at[real], tag[real], value_from[real], start[first], delimiter[first]


def _whole(text: Bytes, begin: int, stop: int) -> int:
    digits = text[begin:stop].tobytes()
    return int(digits) if digits.isdigit() and len(digits) < 9 else 0


def _covered(places: Places, begins: Places, stops: Places) -> Flags:
    """Whether each place (ascending) lies in one of the spans [begin, stop]."""
    edges = np.zeros(len(places) + 1, np.int64)
    np.add.at(edges, np.searchsorted(places, begins), 1)
    np.add.at(edges, np.searchsorted(places, stops, "right"), -1)
    return np.asarray(np.cumsum(edges[:-1]) > 0)


def _ends(
    text: Bytes, start: Places, lines: Places, size: int, at: Places, tag: npt.NDArray[np.int32], value_from: Places, of: Places
) -> tuple[Places, Places]:
    """(end of each message, place of its `10=`, −1 where it is cut)."""
    bound = np.append(start[1:], size) if len(start) else start
    next_line = np.append(lines, size)[np.searchsorted(lines, start)] if len(start) else start
    end, trailer = np.minimum(bound, next_line), np.full(len(start), -1, np.int64)
    trailers = np.flatnonzero(tag == 10)[::-1]
    stop = value_from[trailers]
    for _ in range(6):
        stop = stop + ((text[stop] - 48).astype(np.uint8) < 10)
    written = stop > value_from[trailers]
    end[of[trailers[written]]], trailer[of[trailers[written]]] = stop[written], at[trailers[written]]
    cut = trailer < 0
    while len(bare := np.flatnonzero(cut & (end > start) & np.isin(text[end - 1], (RETURN, 32)))):
        end[bare] -= 1
    return end, trailer


def _value_ends(at: Places, of: Places, end: Places) -> Places:
    """A value ends before the delimiter of the next field of its message, the last one with the message."""
    if not len(at):
        return at
    following = np.append(at[1:] - 1, 0)
    return np.where(_last_of(of), end[of], following)


def _last_of(of: Places) -> Flags:
    return np.append(of[1:] != of[:-1], True) if len(of) else np.zeros(0, np.bool_)


def _other_lines(text: Bytes, lines: Places, start: Places, end: Places) -> tuple[int, int]:
    """How many lines hold no part of a message: blank ones, and others."""
    begins = np.concatenate([[0], lines + 1])
    begins = begins[begins < len(text)]
    if not len(begins):
        return 0, 0
    edges = np.zeros(len(begins) + 2, np.int64)
    np.add.at(edges, np.searchsorted(lines, start), 1)
    np.add.at(edges, np.searchsorted(lines, np.maximum(end - 1, start)) + 1, -1)
    alone = np.cumsum(edges)[: len(begins)] == 0
    if not alone.any():
        return 0, 0
    filled = np.add.reduceat(text > 32, begins, dtype=np.int64) > 0
    return int((alone & ~filled).sum()), int((alone & filled).sum())
