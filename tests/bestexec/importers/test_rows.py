"""Lines read at once give what lines read with care give, whatever stands in them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from bestexec.importers import cells, rows
from bestexec.importers.cells import Cell
from bestexec.importers.delimited import Layout
from bestexec.importers.plain import look
from bestexec.importers.rows import read_rows

Write = Callable[[str, str | bytes], Path]
LAYOUT = Layout(("at", "", "px", "size", "word"), "|", header=True, trailer="END|")
CELLS = (
    Cell("at", cells.clock_digits()), Cell("px", cells.decimal(8, above=0)), Cell("size", cells.integer(least=0), required=False),
    Cell("word", cells.text(), required=False), Cell("absent", cells.text(), required=False),
)  # fmt: skip
GOOD = ("093000000000001|x|10.25|100|AB", "160000000000000|x|0.00000001|0|", "000000000000000|y|9999999999.99999999|999999999999999999|E1")
ODD = (
    "093000|x|1|1|",
    "093000000|x|1|1|",
    "240000000000000|x|1|1|",
    "+93000000000001|x|1|1|",
    "093060000000000|x|1|1|",
    "093000000000001|x|0|1|",
    "093000000000001|x|1e2|1|",
    "093000000000001|x|1.123456789|1|",
    "093000000000001|x|1.1000000000|1|",
    "093000000000001|x|-1|1|",
    "093000000000001|x|.5|5|",
    "093000000000001|x|5.|5|",
    "093000000000001|x||1|",
    "093000000000001|x|1|-1|",
    "093000000000001|x|1|1.0|",
    "093000000000001|x|1|1000000000000000000|",
    "093000000000001|x|1| 7 |",
    "|x|1|1|a",
    "093000000000001|x|1|1",
    "093000000000001|x|1|1|a|b",
    "",
    "  ",
    '093000000000001|"x"|1|1|"a"',
    "093000000000001|x|nan|1|",
    "093000000000001|ü|1|1|ü",
    "at|b|px|size|word",
    "END|20240116|3",
    "END|",
    "093000000000001|x|12345678901|1|",
    "093000000000001|x|1|0000000000000000000000001|",
    "093000000000001|x|1\x0b|1|",
    "093000000000001|x|1|1|\r",
)


def read(path: Path, block: int) -> tuple[pl.DataFrame, list[object]]:
    found = list(read_rows(path, LAYOUT, CELLS, block=block))
    counts = [
        sum(one.records for one in found),
        sorted((reject.line, reject.reason, reject.text) for one in found for reject in one.rejects),
        [line for one in found for line in one.trailers],
    ]
    return pl.concat(one.values for one in found), counts


@pytest.mark.parametrize("odd", range(len(ODD)))
def test_one_odd_line_among_plain_ones_is_read_as_it_is_alone(odd: int, write: Write) -> None:
    """A block of one byte reads each line by itself, so a plain one at once; a large block must then be read with care."""
    text = "at|b|px|size|word\n" + "\n".join([*GOOD, ODD[odd], *GOOD]) + "\n"
    path = write("lines.txt", text)
    alone, alone_counts = read(path, 1)
    together, together_counts = read(path, 1 << 20)
    assert alone.equals(together)
    assert alone_counts == together_counts


@pytest.mark.check
def test_lines_in_any_mixture_are_the_same_in_blocks_of_any_size(write: Write) -> None:
    rng = random.Random(605)
    lines = [rng.choice(ODD) if rng.random() < 0.05 else rng.choice(GOOD) for _ in range(3_000)]
    path = write("lines.txt", "at|b|px|size|word\n" + "\n".join(lines) + "\n")
    expected = read(path, 1)
    for block in (300, 5_000, 1 << 20):
        found = read(path, block)
        assert found[0].equals(expected[0])
        assert found[1] == expected[1]


def test_plain_lines_are_read_at_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """If they were not, this would fail: the careful way is taken away behind the first block."""
    path = write("lines.txt", "at|b|px|size|word\n" + "\n".join(GOOD * 50) + "\n")
    expected = read(path, 1 << 20)[0]
    parse = cells.parse
    monkeypatch.setattr(rows.cells, "parse", lambda frame, *rest: parse(frame, *rest) if frame["line"].max() < 30 else pytest.fail("read with care"))
    assert read(path, 700)[0].equals(expected)


@pytest.mark.parametrize(
    ("chunk", "plain"),
    [
        (b"1|2\n3|4\n", True),
        (b"1|2|3\n4\n", False),
        (b"1\n2|3|4\n", False),
        (b"1|2\n\n3|4\n", False),
        (b'1|"2"\n', False),
        (b"1|2\r\n", False),
        ("1|ü\n".encode(), False),
        (b"T|2\n", True),
        (b"Ti|2\n", False),
    ],
)
def test_what_is_plain(chunk: bytes, plain: bool) -> None:
    assert (look(chunk, 2, "|", (b"Time|x",)) is not None) is plain
