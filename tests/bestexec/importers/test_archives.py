"""Packed files read as they are; where one breaks off, what came before it is read and the break is told."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from bestexec.errors import Problem
from bestexec.importers.archives import Damaged, head_of, inner_name, open_raw

Write = Callable[[str, str | bytes], Path]
TEXT = b"".join(b"%d,line %d of some text that does not pack too well %d\n" % (n, n * 7919, n * n) for n in range(20_000))


def zipped(content: bytes, *names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return packed.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
    "zip": lambda content: zipped(content, "inner.csv"),
}
STREAMS = ("gz", "bz2", "xz", "zst")


def read_to_the_break(path: Path) -> tuple[bytes, str]:
    got = b""
    with open_raw(path) as stream:
        try:
            while piece := stream.read(100_000):
                got += piece
        except Damaged as damage:
            return got, damage.what
    return got, ""


@pytest.mark.parametrize("kind", PACKERS)
def test_every_kind_of_archive_reads_back_whole(kind: str, write: Write) -> None:
    path = write(f"a.{kind}", PACKERS[kind](TEXT))
    assert read_to_the_break(path) == (TEXT, "")
    assert head_of(path) == TEXT[:65_536]


@pytest.mark.parametrize("kind", STREAMS)
def test_concatenated_archives_read_to_the_end_of_the_last(kind: str, write: Write) -> None:
    halves = PACKERS[kind](TEXT[:300_000]) + PACKERS[kind](TEXT[300_000:])
    assert read_to_the_break(write("a", halves)) == (TEXT, "")


def test_zero_padding_behind_a_gzip_stream_is_legal(write: Write) -> None:
    assert read_to_the_break(write("a.gz", gzip.compress(TEXT) + b"\0" * 40_000)) == (TEXT, "")


@pytest.mark.parametrize("kind", (*STREAMS, "zip"))
def test_a_truncated_archive_gives_what_came_before_the_break_and_says_so_once(kind: str, write: Write) -> None:
    packed = PACKERS[kind](TEXT)
    path = write(f"a.{kind}", packed[: len(packed) * 3 // 4])
    got, what = read_to_the_break(path)
    assert TEXT.startswith(got)
    assert len(got) > len(TEXT) // 3 or kind in ("bz2", "xz", "zst")  # those pack in blocks and give whole ones only
    assert "breaks off" in what
    with open_raw(path) as stream, pytest.raises(Damaged):
        while stream.read(1 << 20):
            pass


@pytest.mark.parametrize("kind", STREAMS)
def test_bytes_that_belong_to_no_archive_are_told_and_not_dropped_in_silence(kind: str, write: Write) -> None:
    got, what = read_to_the_break(write(f"a.{kind}", PACKERS[kind](TEXT) + b"and some letters"))
    assert got == TEXT
    assert "damaged" in what


def test_a_damaged_byte_is_told(write: Write) -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[-6] ^= 0xFF  # in the checksum
    _, what = read_to_the_break(write("a.gz", bytes(packed)))
    assert what.startswith("the gzip archive is damaged")


def test_a_zip_of_two_files_is_not_guessed_at(write: Write) -> None:
    with pytest.raises(Problem, match="a zip of 2 files"), open_raw(write("a.zip", zipped(TEXT, "a.csv", "b.csv"))) as stream:
        stream.read(1)


def test_the_name_of_a_zips_member_is_known_even_when_the_zip_is_torn(write: Write) -> None:
    packed = zipped(TEXT, "folder/20131007_ibm_Quote_Tick.csv")
    assert inner_name(write("a.zip", packed)) == inner_name(write("b.zip", packed[:2000])) == "20131007_ibm_Quote_Tick.csv"
    assert inner_name(write("c.csv", TEXT)) == ""


def test_the_head_of_an_archive_that_is_all_damage_raises(write: Write) -> None:
    with pytest.raises(Damaged):
        head_of(write("a.gz", b"\x1f\x8b\x08\x00nothing here"))
