"""One thing that a review must take up: nobody leaves it out without a reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One thing. `subject` is (kind, id) as the record calls it; `why` says in words why it is taken up; `vendor` is a key, empty where it concerns none."""

    subject: tuple[str, str]
    title: str
    why: str
    address: str
    severity: str = "medium"
    vendor: str = ""
