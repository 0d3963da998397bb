"""The states of a version of a procedure, and of one person's attestation to it."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER

WRITERS = (COMPLIANCE, SUPERVISOR, VENDOR_MANAGER)
"""Who writes procedures."""
APPROVERS = (SENIOR_MANAGER, SUPERVISOR, COMPLIANCE)
"""Who approves what another wrote."""
READERS = (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER, SENIOR_MANAGER)
"""Who can be asked to attest that they read one, and who can own one: people of the firm who do its work."""
WAS_IN_FORCE = ("approved", "superseded", "retired")

_READY = {
    "is_tailored": "it is not tailored yet; its page names the placeholders that are left",
    "is_whole": "something is missing; its page says what",
    "is_on_latest": "another version of this section was approved since it was drafted; start a draft from that one",
}

VERSION = Lifecycle(
    "procedure version",
    (
        State("draft", "draft", "Being written by one person; only now does its text change."),
        State("proposed", "proposed", "Waits for a second person. Its text no longer changes."),
        State("approved", "approved", "A second person approved it; it is in force from its effective day."),
        State("superseded", "superseded", "A later version took its place. It stays readable for good.", is_end=True),
        State("retired", "retired", "The section was given up, and the record says why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before it was approved.", is_end=True),
    ),
    (
        Move("propose", ("draft",), "proposed", WRITERS, "Propose", signs="proposed", when=_READY),
        Move("send_back", ("proposed",), "draft", APPROVERS, "Return for more", needs=("why",), not_by=("drafted_by",)),
        Move(
            "approve", ("proposed",), "approved", APPROVERS, "Approve", needs=("effective_on",), not_by=("drafted_by", "proposed_by"), signs="approved",
            when=_READY,
        ),
        Move("withdraw", ("draft", "proposed"), "withdrawn", WRITERS, "Withdraw", needs=("why",), signs="withdrawn"),
        Move("supersede", ("approved",), "superseded", (SYSTEM,), "Supersede", signs="superseded"),
        Move("retire", ("approved",), "retired", (COMPLIANCE, SENIOR_MANAGER), "Retire the section", needs=("why",), not_by=("drafted_by",), signs="retired"),
    ),
)  # fmt: skip

ATTESTATION = Lifecycle(
    "attestation",
    (
        State("asked", "asked", "One person is asked to read one version and to say so."),
        State("attested", "attested", "That person read it and said so.", is_end=True),
        State("void", "no longer asked", "Its version was superseded or retired, or the account was closed.", is_end=True),
        State("released", "released", "Compliance released the person, and the record says why.", is_end=True),
    ),
    (
        Move("attest", ("asked",), "attested", READERS, "I have read it", signs="attested"),
        Move("release", ("asked",), "released", (COMPLIANCE,), "Release", needs=("why",), not_by=("person",)),
        Move("fall_away", ("asked",), "void", (SYSTEM,), "No longer asked"),
    ),
)
