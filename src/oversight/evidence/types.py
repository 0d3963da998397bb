"""Which types of file the desk keeps, told from their bytes; what the browser said is not asked."""

from __future__ import annotations

import codecs
import re
import zipfile
from dataclasses import dataclass
from typing import IO

HEAD = 4096
"""So many bytes at the beginning tell the type."""
CONTROL = re.compile(rb"[\x00\x02-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
"""What no text holds; a log of FIX messages does hold SOH, and a colored one ESC."""
ACTIVE = re.compile(rb"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\w+:svg|math)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Type:
    """One type of file. `is_shown`: the browser may show it, locked in; anything else is only ever downloaded."""

    key: str
    title: str
    begins: tuple[bytes, ...] = ()
    is_shown: bool = False


PDF = Type("application/pdf", "PDF", (b"%PDF-",), is_shown=True)
PNG = Type("image/png", "PNG picture", (b"\x89PNG\r\n\x1a\n",), is_shown=True)
JPEG = Type("image/jpeg", "JPEG picture", (b"\xff\xd8\xff",), is_shown=True)
TEXT = Type("text/plain; charset=utf-8", "plain text", is_shown=True)
WIDE_TEXT = Type("text/plain; charset=utf-16", "plain text in UTF-16", (b"\xff\xfe", b"\xfe\xff"), is_shown=True)
WESTERN_TEXT = Type("text/plain; charset=windows-1252", "plain text in Windows-1252", is_shown=True)
MARKUP = Type("application/xml", "HTML, SVG or XML")
WORD = Type("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document")
WORKBOOK = Type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook")
SLIDES = Type("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint slides")
ZIP = Type("application/zip", "ZIP archive", (b"PK\x03\x04", b"PK\x05\x06"))
OFFICE_97 = Type("application/x-ole-storage", "Office 97 document or Outlook message", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",))
GZIP = Type("application/gzip", "GZIP archive", (b"\x1f\x8b",))
ZSTD = Type("application/zstd", "Zstandard archive", (b"\x28\xb5\x2f\xfd",))
PARQUET = Type("application/vnd.apache.parquet", "Parquet table", (b"PAR1",))

TYPES = (PDF, PNG, JPEG, WIDE_TEXT, ZIP, OFFICE_97, GZIP, ZSTD, PARQUET, TEXT, WESTERN_TEXT, MARKUP, WORD, WORKBOOK, SLIDES)
BY_KEY = {kind.key: kind for kind in TYPES}
OFFICE = (("word/", WORD), ("xl/", WORKBOOK), ("ppt/", SLIDES))
"""The folder within the archive that tells one Office file from another."""


def told(content: IO[bytes]) -> Type | None:
    """The type of `content`, or None where the desk keeps no such file. Reads the beginning and, of an archive, the list of names; unpacks nothing."""
    content.seek(0)
    head = content.read(HEAD)
    for kind in TYPES:
        if kind.begins and head.startswith(kind.begins):
            return _archive(content) if kind is ZIP else kind
    return _text(head)


def _archive(content: IO[bytes]) -> Type:
    try:
        names = zipfile.ZipFile(content).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    return next((kind for folder, kind in OFFICE if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)), ZIP)


def _text(head: bytes) -> Type | None:
    if not head or CONTROL.search(head):
        return None
    if ACTIVE.search(head):
        return MARKUP
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return WESTERN_TEXT
    return TEXT
