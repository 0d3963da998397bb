"""The states of a legal hold, of a stated period and of a disposal."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, STAFF, SUPERVISOR, VENDOR_MANAGER

READERS = STAFF
"""Who reads the schedule, holds and disposals."""
ASKERS = (ANALYST, SUPERVISOR, COMPLIANCE, VENDOR_MANAGER)
"""Who asks for a hold: anybody who learns of a reason."""
KEEPERS = (COMPLIANCE,)
"""Who places holds, states periods, proposes and runs disposals."""
SECOND = (COMPLIANCE, SENIOR_MANAGER)
"""Who decides on what another proposed."""

HOLD = Lifecycle(
    "legal hold",
    (
        State("proposed", "asked for", "Somebody named a reason; until compliance decides, nothing in its scope is disposed of."),
        State("in_force", "in force", "Nothing in its scope is disposed of."),
        State("released", "released", "Another person than the one who placed it let it go, with the reason; the schedule goes on.", is_end=True),
        State("declined", "declined", "Another person said why no hold is needed; it never was in force.", is_end=True),
    ),
    (
        Move("place", ("proposed",), "in_force", KEEPERS, "Place the hold", signs="placed"),
        Move("decline", ("proposed",), "declined", SECOND, "Decline", needs=("why",), not_by=("proposed_by",), signs="ended"),
        Move("release", ("in_force",), "released", SECOND, "Release the hold", needs=("why",), not_by=("placed_by",), signs="ended"),
    ),
)

PERIOD = Lifecycle(
    "stated period",
    (
        State("proposed", "proposed", "Compliance stated another period for a class; the one before goes on."),
        State("in_force", "in force", "Holds from its day on, until a later one takes its place."),
        State("superseded", "superseded", "A later one took its place; it stays.", is_end=True),
        State("declined", "declined", "Another person said why not.", is_end=True),
    ),
    (
        Move("approve", ("proposed",), "in_force", SECOND, "Approve", not_by=("proposed_by",), signs="decided"),
        Move("decline", ("proposed",), "declined", SECOND, "Decline", needs=("why",), not_by=("proposed_by",), signs="decided"),
        Move("supersede", ("in_force",), "superseded", (SYSTEM,), "Supersede"),
    ),
)

DISPOSAL = Lifecycle(
    "disposal",
    (
        State("proposed", "proposed", "A list of exactly these things, each by its hash; nothing is gone."),
        State("approved", "approved", "A second person agreed; the bytes go when it is carried out, what is held by then excepted."),
        State("done", "carried out", "The bytes are gone, a tombstone stands for each; what was held or altered by then stayed, and is named.", is_end=True),
        State("declined", "declined", "It will not be carried out.", is_end=True),
    ),
    (
        Move("approve", ("proposed",), "approved", SECOND, "Approve", not_by=("proposed_by",), signs="decided"),
        Move("decline", ("proposed", "approved"), "declined", SECOND, "Decline", needs=("why",), signs="ended", when={"is_untouched": "a part of it is gone already, so it is carried out to its end"}),
        Move("finish", ("approved",), "done", (SYSTEM,), "Carried out", takes=("stayed",), signs="ended"),
    ),
)  # fmt: skip
