"""A random sample of answers for a second person to test, drawn so that anybody can draw it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

SIZE = 20
"""With none of 20 not confirmed, nine times in ten fewer than 11 % of the answers would fail: 1 − 0.1^(1/20) = 10.9 %."""
RULE = (
    "The seed is the SHA-256 of the record's last hash before the draw, the word assessment with its number, and the form's hash, joined by |. "
    "Questions that were answered and are no gate are ranked by the SHA-256 of seed and question, joined by |; the first 20 are the sample. "
    "Nobody can choose them, and anybody can draw them again. Every gate that was answered is tested besides."
)


def seed_of(head: str, assessment: int, form: str) -> str:
    """The seed: nobody knows it before the answers are in and every earlier act is in the record."""
    return hashlib.sha256(f"{head}|assessment {assessment}|{form}".encode()).hexdigest()


def draw(questions: Iterable[str], seed: str, size: int = SIZE) -> list[str]:
    """The `size` questions whose ranks come first, in that order."""
    return sorted(questions, key=lambda question: rank(seed, question))[:size]


def rank(seed: str, question: str) -> str:
    """A question's rank: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}|{question}".encode()).hexdigest()
