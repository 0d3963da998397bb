"""Uploads stop at the limit on the way in, so that no request fills the disk with what would be refused anyway."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


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
