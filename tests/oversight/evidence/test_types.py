"""Types are told from bytes, names are made safe."""

from __future__ import annotations

import io
import zipfile

import pytest

from oversight.evidence import types
from oversight.evidence.names import cleaned


def archive(*names: str) -> bytes:
    """An archive of empty files of those names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name in names:
            out.writestr(name, b"")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", types.PDF),
        (b"\x89PNG\r\n\x1a\nrest", types.PNG),
        (b"\xff\xd8\xff\xe0JFIF", types.JPEG),
        (b"symbol,px\nAAA,1\n", types.TEXT),
        ("café — naïve".encode(), types.TEXT),
        (b"8=FIX.4.4\x019=10\x0135=0\x01", types.TEXT),
        ("é".encode() * 4096, types.TEXT),
        (b"x" + "é".encode() * 4096, types.TEXT),
        ("café".encode("cp1252"), types.WESTERN_TEXT),
        ("text".encode("utf-16"), types.WIDE_TEXT),
        (b"<!DOCTYPE html><p>hello", types.MARKUP),
        (b"\n <SCRIPT>alert(1)</SCRIPT>", types.MARKUP),
        (b'<?xml version="1.0"?><report/>', types.MARKUP),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', types.MARKUP),
        (b"PAR1....PAR1", types.PARQUET),
        (b"\x1f\x8b\x08\x00", types.GZIP),
        (archive("a.txt"), types.ZIP),
        (archive("[Content_Types].xml", "word/document.xml"), types.WORD),
        (archive("[Content_Types].xml", "xl/workbook.xml"), types.WORKBOOK),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), types.SLIDES),
        (b"PK\x03\x04 and then no archive", types.ZIP),
        (b"MZ\x90\x00\x03 a program", None),
        (b"\x7fELF\x02\x01\x01\x00", None),
        (b"", None),
    ],
)
def test_a_type_is_told_from_the_bytes(content: bytes, kind: types.Type | None) -> None:
    assert types.told(io.BytesIO(content)) == kind


def test_an_archive_that_would_unpack_to_much_is_told_without_unpacking() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("bomb", b"\0" * 50_000_000)
    assert types.told(made) == types.ZIP


def test_only_pictures_pdf_and_plain_text_are_ever_shown() -> None:
    assert [kind.key for kind in types.TYPES if kind.is_shown] == [
        "application/pdf", "image/png", "image/jpeg", "text/plain; charset=utf-16", "text/plain; charset=utf-8", "text/plain; charset=windows-1252",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\someone\\letter.pdf", "letter.pdf"),
        ('a"\r\nSet-Cookie: x=1.txt', 'a" Set-Cookie: x=1.txt'),
        ("Übersicht – Q3.xlsx", "Übersicht – Q3.xlsx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("null\x00byte.txt", "nullbyte.txt"),
        (".hidden", "hidden"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert cleaned(name) == safe
