"""The states of a material difference and of a decision on it, with their moves."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMMITTEE, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER, WORKING

IDENTIFIERS = (*WORKING, VENDOR_MANAGER, COMMITTEE)
"""Who may say that a difference is material, and propose what to do about it."""
DECIDERS = (COMMITTEE, COMPLIANCE)
"""Who decides: modify or justify."""
UNDECIDED = ("identified", "proposed")
"""A difference whose clock runs."""

DIFFERENCE = Lifecycle(
    "difference",
    (
        State("identified", "to be decided", "It is material; modify or justify is owed by its day."),
        State("proposed", "decision proposed", "One person proposed a decision; another decides. The clock runs on."),
        State("modifying", "modified, flow not yet shown", "The routing is changed; later flow must show it by the day named."),
        State("modified", "modified, flow followed", "Later flow shows the change.", is_end=True),
        State("justified", "justified", "Reasons, scope and a last day are written down; then it is decided again."),
        State("withdrawn", "withdrawn", "The data was restated, or it was none: two people agree.", is_end=True),
    ),
    (
        Move("propose", ("identified",), "proposed", (SYSTEM,), "Propose a decision"),
        Move("put_back", ("proposed",), "identified", (SYSTEM,), "Put back", needs=("why",)),
        Move("modify", ("proposed",), "modifying", (SYSTEM,), "Modify"),
        Move("justify", ("proposed",), "justified", (SYSTEM,), "Justify"),
        Move("follow", ("modifying",), "modified", (SYSTEM,), "Flow followed", needs=("why",)),
        Move("reopen", ("modifying", "justified"), "identified", (SYSTEM,), "Decide again", needs=("why", "due_on", "rounds")),
        Move("withdraw", ("identified", "proposed"), "withdrawn", (COMPLIANCE, SUPERVISOR), "Withdraw", needs=("why",), not_by=("identified_by",), signs="withdrawn"),
    ),
)  # fmt: skip

DECISION = Lifecycle(
    "decision",
    (
        State("proposed", "proposed", "Written by one person; the committee, or compliance, decides."),
        State("adopted", "adopted", "The one decision in force on this difference."),
        State("rejected", "rejected", "Said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
        State("ended", "ended", "It ran out, flow did not follow, or flow followed: its part is played.", is_end=True),
    ),
    (
        Move("adopt", ("proposed",), "adopted", DECIDERS, "Adopt", not_by=("proposed_by",), signs="decided"),
        Move("reject", ("proposed",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("proposed_by",), signs="decided"),
        Move("withdraw", ("proposed",), "withdrawn", IDENTIFIERS, "Withdraw", needs=("why",), signs="decided"),
        Move("lapse", ("proposed",), "withdrawn", (SYSTEM,), "Lapse with its difference", needs=("why",)),
        Move("end", ("adopted",), "ended", (SYSTEM,), "End", needs=("why",)),
    ),
)  # fmt: skip

QUESTION = Lifecycle(
    "question on a difference",
    (
        State("asked", "waits for an answer", "Somebody must find it out by its day; the difference's clock runs on."),
        State("answered", "answered", "What was found stands beside it.", is_end=True),
        State("dropped", "dropped", "It is asked no more, and why.", is_end=True),
    ),
    (
        Move("answer", ("asked",), "answered", IDENTIFIERS, "Answer", needs=("answer",), signs="answered"),
        Move("drop", ("asked",), "dropped", IDENTIFIERS, "Drop", needs=("why",), signs="answered"),
    ),
)  # fmt: skip
