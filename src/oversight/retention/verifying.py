"""Whether every filed byte is what was filed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings

from bestexec import sha256_within, tombstone_of
from oversight.evidence import store
from oversight.record.models import Recorded


@dataclass(frozen=True)
class Found:
    """How many files are whole, how many were disposed of, and what is wrong, one line each."""

    whole: int
    disposed: int
    wrong: tuple[str, ...]


def named() -> list[str]:
    """The SHA-256 of all bytes that rows name, in order."""
    keeping = [model for model in apps.get_models() if issubclass(model, Recorded) and model.BYTES]
    return sorted({kept for model in keeping for kept in model._default_manager.values_list(model.BYTES, flat=True) if kept})


def missing() -> list[str]:
    """Those that are not in the store and were not disposed of."""
    return [kept for kept in named() if not store.place(kept).is_file() and not is_disposed(kept)]


def is_disposed(sha256: str) -> bool:
    """Whether a tombstone stands for these bytes."""
    return tombstone_of(Path(settings.HOME), "evidence", sha256) is not None


def verify() -> Found:
    """Read every byte that a row names."""
    whole, disposed, wrong = 0, 0, []
    for sha256 in named():
        path = store.place(sha256)
        if path.is_file():
            altered = sha256_within(path)[0] != sha256
            whole += not altered
            wrong += [f"{store.spoken(sha256)} was altered"] if altered else []
        elif is_disposed(sha256):
            disposed += 1
        else:
            wrong.append(f"{store.spoken(sha256)} is not in the store")
    return Found(whole, disposed, tuple(wrong))
