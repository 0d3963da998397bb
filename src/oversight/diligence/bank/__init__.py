"""The shipped bank of questions, one file an area."""

from __future__ import annotations

from oversight.diligence.bank.question import Question

AREAS: dict[str, str] = {}
"""Each area's title by its key, in the order of the form."""
QUESTIONS: tuple[Question, ...] = ()
BY_ID = {question.id: question for question in QUESTIONS}
