"""Filed bytes as an answer to a browser: locked in, so that nothing in them can act."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from oversight.evidence import store
from oversight.evidence.types import Type
from oversight.lifecycle import Refusal

LOCKED = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
"""What filed bytes may do in a browser: be seen."""


class Holding(Protocol):
    """What names bytes of the store: a filing, or another row that keeps bytes there."""

    @property
    def sha256(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def type(self) -> Type: ...


def served(filed: Holding, *, is_seen: bool) -> HttpResponse:
    """The bytes, compared with their hash: a download; where asked, pictures, PDF and plain text seen in a locked page. Who may is asked before."""
    is_seen = filed.type.is_shown and is_seen
    try:
        content = store.read(filed.sha256)
    except Refusal as refusal:
        raise Refusal(f"{filed.name}: {refusal.words}") from refusal
    response = HttpResponse(content, content_type=filed.kind if filed.type.is_shown else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not is_seen, filed.name) or "attachment"
    response["Content-Security-Policy"] = LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
