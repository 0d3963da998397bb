"""The uncompressed bytes of a file, whatever it is packed in, to its end or to the place where it breaks off."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import zstandard

from bestexec.errors import Problem

HEAD_BYTES = 65_536
_BLOCK = 16_384
"""Packed bytes given to a codec at once: small, so that little is lost before a fault and a bomb unpacks in pieces."""
_PLAIN_BLOCK = 1 << 20
_ZIP_LOCAL_HEADER = 30
WORKBOOK_PARTS = frozenset({"[Content_Types].xml", "xl/workbook.xml"})

_CODECS: tuple[tuple[bytes, str, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", "gzip", lambda: zlib.decompressobj(31)),
    (b"BZh", "bzip2", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", "xz", lzma.LZMADecompressor),
    (b"\x28\xb5\x2f\xfd", "zstd", lambda: zstandard.ZstdDecompressor().decompressobj()),
)
_FAULTS = (zlib.error, OSError, EOFError, ValueError, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile, NotImplementedError)


class Damaged(Problem):
    """An archive breaks off or is corrupt; every byte before the break has been handed out."""


@contextmanager
def open_raw(path: Path) -> Iterator[IO[bytes]]:
    """The uncompressed bytes of `path`: plain, gz, bz2, xz, zst or a one-member zip, told by magic number; a workbook as it is.

    Multi-stream and concatenated archives are read to their end. A read raises Damaged once, when a break is
    reached and all before it has been read; afterwards the stream is at its end. Raises Problem on a zip of several members.
    """
    with path.open("rb") as raw:
        magic = raw.read(6)
        raw.seek(0)
        if magic[:4] == b"PK\x03\x04" and not _is_workbook(path):
            pieces = _unzipped(path)
        else:
            packed = next(((kind, fresh) for start, kind, fresh in _CODECS if magic.startswith(start)), None)
            pieces = _unpacked(raw, *packed, path.name) if packed else iter(lambda: raw.read(_PLAIN_BLOCK), b"")
        yield cast("IO[bytes]", _Pieces(pieces))


def head_of(path: Path, size: int = HEAD_BYTES) -> bytes:
    """The first `size` uncompressed bytes of `path`. Raises Damaged if not one of them can be read."""
    head = b""
    with open_raw(path) as stream:
        try:
            while len(head) < size and (piece := stream.read(size - len(head))):
                head += piece
        except Damaged:
            if not head:
                raise
    return head


def inner_name(path: Path) -> str:
    """Name, without folders, of the first member of a zip; empty for anything else."""
    with path.open("rb") as raw:
        header = raw.read(_ZIP_LOCAL_HEADER)
        if header[:4] != b"PK\x03\x04":
            return ""
        name = raw.read(int.from_bytes(header[26:28], "little"))
    return name.decode("utf-8", "replace").rsplit("/", 1)[-1]


class _Pieces(io.RawIOBase):
    """A binary stream over an iterator of bytes; reads may be shorter than asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(next((piece for piece in self._pieces if piece), b""))
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _unpacked(raw: IO[bytes], kind: str, fresh: Callable[[], Any], name: str) -> Iterator[bytes]:
    """Every stream of a concatenated archive; zero padding between and behind them is legal."""
    codec, block = fresh(), raw.read(_BLOCK)
    while block:
        try:
            yield codec.decompress(block)
        except _FAULTS as fault:
            raise _damaged(f"the {kind} archive is damaged: {fault}", name) from fault
        block = codec.unused_data if codec.eof else raw.read(_BLOCK)
        if codec.eof:
            while not block.strip(b"\0") and (block := raw.read(_BLOCK)):
                pass
            codec = fresh() if block else codec
    if not codec.eof:
        raise _damaged(f"the {kind} archive breaks off before its end", name)


def _unzipped(path: Path) -> Iterator[bytes]:
    """The one member of a zip; a zip that lost its directory is read from its first member on."""
    try:
        archive = zipfile.ZipFile(path)
    except _FAULTS:
        yield from _torn_zip(path)
        return
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir() and not member.filename.startswith("__MACOSX/")]
        if len(members) != 1:
            raise Problem(f"a zip of {len(members)} files", where=path.name, do="unpack it and import its files")
        try:
            with archive.open(members[0]) as stream:
                while piece := stream.read(_BLOCK):
                    yield piece
        except RuntimeError as fault:  # what zipfile raises for a password
            raise Problem("the zip is encrypted or packed in an unknown way", where=path.name, do="unpack it and import its files") from fault
        except _FAULTS as fault:
            raise _damaged(f"the zip archive is damaged: {fault}", path.name) from fault


def _is_workbook(path: Path) -> bool:
    """Whether a zip is a spreadsheet's workbook, which is one file to whoever sent it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return set(archive.namelist()) >= WORKBOOK_PARTS
    except _FAULTS:
        return False


def _torn_zip(path: Path) -> Iterator[bytes]:
    with path.open("rb") as raw:
        header = raw.read(_ZIP_LOCAL_HEADER)
        raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), io.SEEK_CUR)
        if int.from_bytes(header[8:10], "little") == zipfile.ZIP_DEFLATED:
            codec = zlib.decompressobj(-15)
            while not codec.eof and (block := raw.read(_BLOCK)):
                try:
                    yield codec.decompress(block)
                except zlib.error as fault:
                    raise _damaged(f"the zip archive is damaged: {fault}", path.name) from fault
    raise _damaged("the zip archive breaks off before its directory", path.name)


def _damaged(what: str, name: str) -> Damaged:
    return Damaged(what, where=name, do="fetch the file again and import it")
