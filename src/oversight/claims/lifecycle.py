"""The states of a claim: what was promised stands until other words or somebody's reason take its place."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.vendors.lifecycle import KEEPERS

CLAIM = Lifecycle(
    "claim",
    (
        State("in_force", "in force", "It was said and stands; each run is held against it."),
        State("superseded", "superseded", "Other words or another bound took its place; its tests stay.", is_end=True),
        State("withdrawn", "withdrawn", "It was taken back, and why is said; its tests and exceptions stay.", is_end=True),
    ),
    (
        Move("supersede", ("in_force",), "superseded", (SYSTEM,), "Supersede", needs=("why",), signs="ended"),
        Move("withdraw", ("in_force",), "withdrawn", (*KEEPERS, SYSTEM), "Withdraw", needs=("why",), signs="ended"),
    ),
)
