"""The one table of the desk: views that people keep."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from oversight.record.models import Recorded


class SavedView(Recorded):
    """A page of figures under a name: its address says period, flow and filters. Shared ones are everybody's."""

    RECORD = "saved_view"

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=600)
    kept_by = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    is_shared = models.BooleanField(default=False)
    is_dropped = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [models.Index(fields=["kept_by", "is_dropped"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page it keeps."""
        return self.address
