"""Stand-in until the branch of differences is merged: adopt and reject alone."""

from __future__ import annotations

from oversight.actor import Actor, automated
from oversight.differences.models import Decision
from oversight.record import actions

DESK = automated("differences")


def adopt(by: Actor, decision: Decision, *, why: str = "", review: tuple[str, str] = ("", "")) -> Decision:
    with actions.turn():
        actions.move(by, decision, "adopt", why=why)
        actions.move(DESK, decision.difference, decision.kind)
    return decision


def reject(by: Actor, decision: Decision, *, why: str = "", review: tuple[str, str] = ("", "")) -> Decision:
    with actions.turn():
        actions.move(by, decision, "reject", why=why)
        actions.move(DESK, decision.difference, "put_back", why="rejected")
    return decision
