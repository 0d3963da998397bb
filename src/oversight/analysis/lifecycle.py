"""The states of what a person looked at in a quarter's analysis."""

from __future__ import annotations

from oversight.lifecycle import Lifecycle, Move, State
from oversight.roles import WORKING

LOOKERS = WORKING
"""Who looks."""

LOOK = Lifecycle(
    "look",
    (
        State("looked", "looked at, in order", "A person looked and found nothing to ask."),
        State("questioned", "questioned", "A person looked and asks something; the review waits for it."),
        State("settled", "question settled", "Another person answered what was asked.", is_end=True),
    ),
    (
        Move("question", ("looked",), "questioned", LOOKERS, "Ask something", needs=("asks",)),
        Move("settle", ("questioned",), "settled", LOOKERS, "Settle", needs=("answer",), not_by=("looked_by",), signs="settled"),
    ),
)  # fmt: skip
