"""Lines and fields: every line of a file is a record, a skip or a reject, and keeps its number."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bestexec.importers.delimited import Fields, Layout, header_of, in_step, read_fields

Write = Callable[[str, str | bytes], Path]
AB = Layout(("a", "b"), header=True)


def rows(parts: list[Fields]) -> list[tuple[object, ...]]:
    return [row for part in parts for row in part.frame.rows()]


def rejects(parts: list[Fields]) -> list[tuple[int, str, str]]:
    return [(reject.line, reject.reason, reject.text) for part in parts for reject in part.rejects]


def skipped(parts: list[Fields]) -> list[dict[str, int]]:
    return [part.skipped for part in parts if part.skipped]


def test_fields_keep_the_line_of_the_file(write: Write) -> None:
    parts = list(read_fields(write("x.csv", "a,b\n1,2\n\n3,\n,4\n"), AB))
    assert rows(parts) == [(2, "1", "2"), (4, "3", None), (5, None, "4")]
    assert skipped(parts) == [{"blank line": 1}]
    assert [part.records for part in parts] == [4]


@pytest.mark.parametrize("block", [1, 5, 7, 1000])
def test_the_size_of_a_block_changes_nothing(write: Write, block: int) -> None:
    path = write("x.csv", "a,b\r\n1,é2\r\nx\r\n\r\na,b\r\n3,4")
    parts = list(read_fields(path, AB, block))
    assert rows(parts) == [(2, "1", "é2"), (6, "3", "4")]
    assert rejects(parts) == [(3, "1 fields where 2 belong", "x")]
    assert (sum(part.records for part in parts), sum(sum(part.skipped.values()) for part in parts)) == (5, 2)


def test_a_byte_order_mark_belongs_to_no_field(write: Write) -> None:
    assert rows(list(read_fields(write("x.csv", b"\xef\xbb\xbfa,b\n1,2\n"), AB))) == [(2, "1", "2")]
    assert header_of(b"\xef\xbb\xbfA;b \n1;2") == (("a", "b"), ";")


def test_a_first_line_that_breaks_in_its_middle_has_no_names() -> None:
    assert header_of(b"a,b\rc,d\n1,2\n") == ((), "")


def test_quotes_hold_separators_and_doubled_quotes(write: Write) -> None:
    parts = list(read_fields(write("x.csv", 'a,b\n"1,5","say ""no"""\n"",2\n'), AB))
    assert [row[1:] for row in rows(parts)] == [("1,5", 'say "no"'), ("", "2")]
    assert rejects(parts) == []


@pytest.mark.parametrize("line", ['"1,2', '1"x",2', '"1"x,2', '1,2"'])
def test_a_quote_out_of_place_is_a_reject_and_harms_no_neighbor(write: Write, line: str) -> None:
    parts = list(read_fields(write("x.csv", f'a,b\n{line}\n3,"4"\n'), AB))
    assert rejects(parts) == [(2, "a quote is not closed, or out of place", line)]
    assert rows(parts) == [(3, "3", "4")]


def test_ragged_lines_and_a_wrong_separator_are_rejects(write: Write) -> None:
    parts = list(read_fields(write("x.csv", "a,b\n1\n1,2,3\n1;2\n5,6\n"), AB))
    assert rejects(parts) == [(2, "1 fields where 2 belong", "1"), (3, "3 fields where 2 belong", "1,2,3"), (4, "1 fields where 2 belong", "1;2")]
    assert rows(parts) == [(5, "5", "6")]


def test_text_that_is_not_utf8_is_a_reject_that_shows_its_bytes(write: Write) -> None:
    parts = list(read_fields(write("x.csv", b"a,b\n1,2\n\xff,x\n3,4\n"), AB))
    assert rejects(parts) == [(3, "not UTF-8 text", "\\xff,x")]
    assert rows(parts) == [(2, "1", "2"), (4, "3", "4")]


def test_a_repeated_header_of_joined_files_is_skipped_and_counted(write: Write) -> None:
    joined = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"a,b\n3,4\n")
    parts = list(read_fields(write("x.csv.gz", joined), AB))
    assert rows(parts) == [(2, "1", "2"), (4, "3", "4")]
    assert skipped(parts) == [{"repeated header": 1}]


def test_a_truncated_archive_ends_in_one_reject_that_names_the_break(write: Write) -> None:
    text = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * 7919) for n in range(2, 20_002))
    packed = gzip.compress(text)
    parts = list(read_fields(write("x.csv.gz", packed[: len(packed) // 2]), AB))
    read, ((line, reason, tail),) = rows(parts), rejects(parts)
    assert [row[0] for row in read] == list(range(2, line))  # all whole lines before the break
    assert 1_000 < line < 20_000
    assert reason == "the gzip archive breaks off before its end"
    assert text.split(b"\n")[line - 1].startswith(tail.encode())


def test_unwanted_fields_are_counted_but_not_kept(write: Write) -> None:
    parts = list(read_fields(write("x.csv", "1,2,3\n4,5\n"), Layout(("a", "", "c"))))
    assert rows(parts) == [(1, "1", "3")]
    assert rejects(parts) == [(2, "2 fields where 3 belong", "4,5")]


def test_two_files_are_read_in_step_though_their_lines_differ_in_length(write: Write, tmp_path: Path) -> None:
    short = write("short.csv", "".join(f"{n}\n" for n in range(1, 3_001)))
    long = write("long.csv", "".join(f"{n},{'x' * 5_000}\n" for n in range(1, 3_001)))
    seen = 0
    for left, right in in_step((short, Layout(("n",))), (long, Layout(("n", "")))):
        assert left.frame["line"].to_list() == right.frame["line"].to_list()
        assert left.records == right.records == left.frame.height
        seen += left.records
    assert seen == 3_000


@given(st.lists(st.sampled_from(["1,2", "", "x", "a,b", '"1",2', '1",2', "1,2,3", "  ", "é,ü"]), max_size=30), st.integers(1, 60))
def test_every_line_is_a_row_a_skip_or_a_reject(lines: list[str], block: int) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(("a,b\n" + "\n".join(lines)).encode())
        file.flush()
        parts = list(read_fields(Path(file.name), AB, block))
    told = sorted([row[0] for row in rows(parts)] + [reject[0] for reject in rejects(parts)])
    last = len(lines) - (1 if lines and lines[-1] == "" else 0)
    assert sum(part.records for part in parts) == last
    assert told == [at for at, line in enumerate(lines[:last], start=2) if line.strip() and line != "a,b"]
