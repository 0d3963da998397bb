"""The kinds of happening in the handling log, their states and moves."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.lifecycle import Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, WORKING


@dataclass(frozen=True)
class Kind:
    """One kind of happening. `tells` is the severity of the notice to supervisors when one is noted; nothing where they are not told."""

    key: str
    title: str
    meaning: str
    tells: str = ""


KINDS = (
    Kind("override", "override of the router", "Somebody sent an order elsewhere than the router would have."),
    Kind("vendor_outage", "vendor outage", "The router, or the line to it, was down or not to be trusted.", tells="high"),
    Kind("venue_outage", "venue outage", "A venue was down, or did not answer.", tells="medium"),
    Kind("failover", "failover", "Orders went another way because the usual one failed.", tells="high"),
    Kind("manual", "manual handling", "A person worked an order by hand."),
    Kind("error_account", "error-account trade", "A trade was taken into the firm's error account.", tells="medium"),
)
BY_KEY = {kind.key: kind for kind in KINDS}
REVIEWERS = (SUPERVISOR, COMPLIANCE)

HAPPENING = Lifecycle(
    "happening",
    (
        State("noted", "noted", "Written down by whoever saw it; its facts may still be corrected, and each correction is recorded."),
        State("returned", "returned for more", "A reviewer asks for more; it goes back with an answer."),
        State("reviewed", "reviewed", "A second person read it; nothing in it changes any more.", is_end=True),
    ),
    (
        Move(
            "review", ("noted",), "reviewed", REVIEWERS, "Review", not_by=("noted_by", "corrected_by"), signs="reviewed",
            when={"is_over": "it is still going on; say when it ended first"},
        ),
        Move("send_back", ("noted",), "returned", REVIEWERS, "Return for more", needs=("why",), not_by=("noted_by",)),
        Move("answer", ("returned",), "noted", WORKING, "Answer", needs=("why",)),
    ),
)  # fmt: skip
