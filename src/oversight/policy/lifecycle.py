"""The states of one version of the firm's limits."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, WORKING

VERSION = Lifecycle(
    "policy version",
    (
        State("draft", "draft", "Being written by one person."),
        State("proposed", "proposed", "Waits for a second person. Its text no longer changes."),
        State("published", "in force", "Its files lie in the workspace's policy folder; the next run is held to them."),
        State("superseded", "superseded", "A later version took its place. It stays readable for good.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
    ),
    (
        Move(
            "propose", ("draft",), "proposed", WORKING, "Propose", signs="proposed",
            when={"is_drafted_on_what_is_in_force": "another version took force since it was drafted; start a draft from this text"},
        ),
        Move(
            "publish", ("proposed",), "published", (COMPLIANCE, SUPERVISOR), "Approve and publish", not_by=("drafted_by", "proposed_by"), signs="approved",
            when={"is_drafted_on_what_is_in_force": "another version took force since it was drafted; reject it, and start a draft from this text"},
        ),
        Move("reject", ("proposed",), "rejected", (COMPLIANCE, SUPERVISOR), "Reject", needs=("why",), not_by=("drafted_by", "proposed_by"), signs="rejected"),
        Move("withdraw", ("draft", "proposed"), "withdrawn", WORKING, "Withdraw", needs=("why",), signs="withdrawn"),
        Move("supersede", ("published",), "superseded", (SYSTEM,), "Supersede", signs="superseded"),
    ),
)  # fmt: skip
