"""The SHA-256 of bytes that are about to be filed."""

from __future__ import annotations

import hashlib
from typing import IO

from django.core.files.base import File

CHUNK = 1 << 20


def sha256_of(content: bytes | IO[bytes] | File[bytes]) -> str:
    """The hash; what is read of a stream is rewound."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    digest = hashlib.sha256()
    content.seek(0)
    for chunk in iter(lambda: content.read(CHUNK), b""):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()
