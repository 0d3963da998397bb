"""Columns that the tables of the vendor file share: who did something, when, and free words."""

from __future__ import annotations

from typing import Any

from django.db import models


def who() -> Any:
    """An actor's key; empty until somebody did it."""
    return models.CharField(max_length=64, blank=True, default="", editable=False)


def when() -> Any:
    """The instant of it; none until then."""
    return models.DateTimeField(null=True, editable=False)


def words(title: str, **given: Any) -> Any:
    """Free words, at most 4,000 letters; kept outside the chain by whoever names the column PRIVATE."""
    return models.TextField(title, **{"max_length": 4000, "blank": True, "default": "", **given})
