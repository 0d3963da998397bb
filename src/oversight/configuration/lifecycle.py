"""The states of the two documents that come first, and of a version of a router's configuration."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR_MANAGER, WORKING

WRITERS = (*WORKING, VENDOR_MANAGER)
"""Who drafts, analyzes and proposes."""
DECIDERS = (COMPLIANCE, SUPERVISOR)
"""Who decides on what somebody else proposed."""

STALE = "another version was decided on since it was drafted; start a draft from that one"

DOCUMENT = Lifecycle(
    "document",
    (
        State("draft", "draft", "Being written by one person."),
        State("proposed", "proposed", "Signed by one; waits for the second signature. Its text no longer changes."),
        State("approved", "approved", "Signed by two. What the router is set to is held against it."),
        State("superseded", "superseded", "A later version took its place.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
    ),
    (
        Move("propose", ("draft",), "proposed", WRITERS, "Sign and propose", signs="proposed", when={"is_on_latest": STALE}),
        Move("approve", ("proposed",), "approved", DECIDERS, "Sign and approve", not_by=("drafted_by", "proposed_by"), signs="approved", when={"is_on_latest": STALE}),
        Move("reject", ("proposed",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("drafted_by", "proposed_by"), signs="decided"),
        Move("withdraw", ("draft", "proposed"), "withdrawn", WRITERS, "Withdraw", needs=("why",), signs="decided"),
        Move("supersede", ("approved",), "superseded", (SYSTEM,), "Supersede", signs="superseded"),
    ),
)  # fmt: skip

SOUND = {
    "is_founded": "nothing is proposed for a vendor before its best-execution statement and its flow profile are approved",
    "is_on_latest": STALE,
    "has_settings": "it says nothing yet",
}
VERSION = Lifecycle(
    "configuration",
    (
        State("draft", "draft", "Being written by one person."),
        State("proposed", "proposed", "Waits for a second person. Its settings no longer change."),
        State("approved", "approved", "Decided on; the router is to be set so from the instant named."),
        State("in_force", "in force", "The router is set so."),
        State("superseded", "superseded", "A later version took its place; orders of its time are held against it.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before the router was set so.", is_end=True),
    ),
    (
        Move("propose", ("draft",), "proposed", WRITERS, "Propose", signs="proposed", when={**SOUND, "has_before": "the analysis before the change is missing: choose figures and a period, and read them", "is_ahead": "it would take effect in the past; revise it and name an instant ahead"}),
        Move("approve", ("proposed",), "approved", DECIDERS, "Approve", not_by=("drafted_by", "proposed_by"), signs="approved", when=SOUND),
        Move("reject", ("proposed",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("drafted_by", "proposed_by"), signs="decided"),
        Move("withdraw", ("draft", "proposed", "approved"), "withdrawn", WRITERS, "Withdraw", needs=("why",), signs="decided"),
        Move("put_in_force", ("approved",), "in_force", WRITERS, "Note that the router is set so", needs=("in_force_from",), signs="set"),
        Move("supersede", ("in_force",), "superseded", (SYSTEM,), "Supersede", needs=("in_force_until",), signs="superseded"),
    ),
)  # fmt: skip
