"""Access reviews, and the reset of a lost second factor: their states and moves."""

from __future__ import annotations

from oversight.lifecycle import Lifecycle, Move, State
from oversight.roles import COMPLIANCE

ACCESS_REVIEW = Lifecycle(
    thing="access review",
    states=(
        State("opened", "open", "Every account and role of the day it was opened waits to be kept or ended."),
        State("signed", "signed", "Every line was kept or ended, and compliance signed.", is_end=True),
    ),
    moves=(
        Move(
            "sign", ("opened",), "signed", by=(COMPLIANCE,), title="Sign the review", not_by=("opened_by",), signs="signed",
            when={"is_decided": "every line must be kept or ended first"},
        ),
    ),
)  # fmt: skip

FACTOR_RESET = Lifecycle(
    thing="second-factor reset",
    states=(
        State("asked", "waiting for a second person", "An administrator asked for it; the account's second factor still stands."),
        State("done", "done", "The second factor is gone and its sessions ended; the person sets up a new one.", is_end=True),
        State("declined", "declined", "The second person did not agree; nothing changed.", is_end=True),
    ),
    moves=(
        Move("agree", ("asked",), "done", by=(COMPLIANCE,), title="Agree to the reset", not_by=("asked_by", "holder"), signs="answered"),
        Move("decline", ("asked",), "declined", by=(COMPLIANCE,), title="Decline the reset", needs=("why",), not_by=("asked_by", "holder"), signs="answered"),
    ),
)
