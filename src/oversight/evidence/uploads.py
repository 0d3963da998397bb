"""Uploads stop at the limit on the way in, so that no request fills the disk with what would be refused anyway."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest


class Uploading(forms.Form):
    """A form that takes one file, and says beside it where the file was too large to be kept."""

    upload_name = "content"

    def __init__(self, *args: Any, was_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was_too_large = was_too_large

    @property
    def too_large(self) -> str:
        """What is said then."""
        return "The file is larger than the desk keeps."

    def clean(self) -> dict[str, Any]:
        """Too large is said in place of what else would be said of a file that is not there."""
        cleaned = super().clean() or {}
        if self.was_too_large:
            self.errors.pop(self.upload_name, None)
            self.add_error(self.upload_name, self.too_large)
        return cleaned


def posted(request: HttpRequest) -> dict[str, Any]:
    """What an `Uploading` form is made of where it was sent; nothing where the page is only looked at."""
    if request.method != "POST":
        return {}
    return {"data": request.POST, "files": request.FILES, "was_too_large": getattr(request, "was_too_large", False)}


class LimitedUpload(TemporaryFileUploadHandler):
    """A temporary file of at most EVIDENCE_MAX_BYTES; the rest of a larger one is read past and `request.was_too_large` says so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with nothing received."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the chunk, or let go of the file."""
        self.received += len(raw_data)
        if self.received > settings.EVIDENCE_MAX_BYTES:
            assert self.request is not None
            self.request.was_too_large = True  # type: ignore[attr-defined]  # read by the form that asked for the file
            raise SkipFile
        super().receive_data_chunk(raw_data, start)
