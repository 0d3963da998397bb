"""A run of lines in which nothing needs care, told by looking at its bytes: ASCII, no quotes, every line of as many fields as it should have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

_BLANKS = (b" ", b"\t", b"\v", b"\f")
_NEWLINE, _POINT, _ZERO, _NINE = 10, 46, 48, 57
_EXPONENTS = (69, 101)
_MOSTLY_OVER = (3, 5)
"""Digits behind a point at which prices of cents, and of hundredths of a cent, are over."""


@dataclass(frozen=True)
class Plain:
    """Whole lines, and where their fields end."""

    text: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]
    """Where each line ends."""
    marks: npt.NDArray[np.int64]
    """Lines × separators: where each separator stands."""
    bare: bool
    """No blanks but line ends, so that there is nothing to strip."""

    @property
    def lines(self) -> int:
        return len(self.ends)

    def width(self, place: int) -> int | None:
        """The number of bytes of the field at `place`, if it is the same in every line."""
        stops = self.ends if place == self.marks.shape[1] else self.marks[:, place]
        before = np.append(-1, self.ends[:-1]) if place == 0 else self.marks[:, place - 1]
        widths = stops - before - 1
        return int(widths[0]) if (widths == widths[0]).all() else None

    @cached_property
    def has_exponents(self) -> bool:
        """Whether an E stands behind a digit or a point anywhere."""
        found = np.flatnonzero((self.text == _EXPONENTS[0]) | (self.text == _EXPONENTS[1]))
        before = self.text[found[found > 0] - 1]
        return bool((_digits(before) | (before == _POINT)).any())

    def has_decimals_beyond(self, most: int) -> bool:
        """Whether more than `most` digits follow a point anywhere. Asked first where prices mostly end."""
        places = np.flatnonzero(self.text == _POINT)
        places = places[places + most + 1 < len(self.text)]
        for step in sorted(range(1, most + 2), key=lambda step: (step not in _MOSTLY_OVER, step)):
            places = places[_digits(self.text[places + step])]
            if not len(places):
                return False
        return True


def look(chunk: bytes, fields: int, separator: str, apart: tuple[bytes, ...] = ()) -> Plain | None:
    """The lines of `chunk` (which ends with a line end), or None when one of them needs care, or may begin as one of `apart`."""
    text = np.frombuffer(chunk, dtype=np.uint8)
    ends, marks = np.flatnonzero(text == _NEWLINE), np.flatnonzero(text == ord(separator))
    each = fields - 1
    if not each or not len(ends) or len(marks) != each * len(ends) or not chunk.isascii():
        return None
    if b'"' in chunk or b"\r" in chunk or b"+" in chunk or _may_begin(text, ends, apart):
        return None
    by_line = marks.reshape(-1, each)
    if (by_line[:, -1] > ends).any() or (by_line[1:, 0] < ends[:-1]).any():
        return None
    return Plain(text, ends, by_line, not any(blank in chunk for blank in _BLANKS))


def _digits(bytes_: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (bytes_ >= _ZERO) & (bytes_ <= _NINE)
    return found


def _may_begin(text: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64], apart: tuple[bytes, ...]) -> bool:
    """Whether the first two bytes of some line are those of one of `apart`."""
    starts = np.append(0, ends[:-1] + 1)
    return any(bool(((text[starts] == one[0]) & (text[starts + 1] == one[1])).any()) for one in apart if len(one) > 1)
