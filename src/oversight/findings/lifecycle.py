"""The states of a finding, a suppression, a sampled order and a trading day."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, WORKING

SECOND = (SUPERVISOR, COMPLIANCE)
"""Who reads what others answered."""
AUTOMATED = (SYSTEM,)
_MINOR = {"is_minor": "it matters, so a second person reads it"}
_MATTERS = {"matters": "it does not matter more than before"}
_READY = {
    "is_answered": "an exception of this day is still open or awaits its second reader",
    "is_looked_at": "an order of this day's sample was not looked at",
}

FINDING = Lifecycle(
    "exception",
    (
        State("open", "open", "Nobody has answered it; its clock runs."),
        State("awaiting_reader", "awaiting second reader", "It was answered, it matters, and a second person has not agreed yet."),
        State("escalated", "escalated", "It is with compliance or a supervisor."),
        State("closed", "closed", "It was answered, and by a second person where it matters.", is_end=True),
        State("suppressed", "suppressed", "An approved suppression covers it; it is counted and shown, and asks nothing.", is_end=True),
        State("vanished", "vanished", "A later run of its day does not find it any more; what was answered stays.", is_end=True),
    ),
    (
        Move("explain", ("open",), "awaiting_reader", WORKING, "Explain", needs=("cause_code", "customer_impact", "answer"), signs="answered"),
        Move("dismiss", ("open",), "awaiting_reader", WORKING, "Dismiss", needs=("cause_code", "answer"), signs="answered"),
        Move("settle", ("awaiting_reader",), "closed", AUTOMATED, "Close without a second reader", when=_MINOR),
        Move("agree", ("awaiting_reader",), "closed", SECOND, "Agree", not_by=("answered_by",), signs="read"),
        Move("send_back", ("awaiting_reader",), "open", SECOND, "Send back", needs=("why",), not_by=("answered_by",)),
        Move("escalate", ("open", "awaiting_reader"), "escalated", WORKING, "Escalate", needs=("why",), signs="escalated"),
        Move(
            "resolve", ("escalated",), "closed", SECOND, "Resolve", needs=("why",), takes=("cause_code", "customer_impact"),
            not_by=("escalated_by", "answered_by"), signs="read",
        ),
        Move("reopen", ("closed",), "open", (SUPERVISOR,), "Reopen", needs=("why",)),
        Move("weigh_again", ("closed",), "awaiting_reader", AUTOMATED, "Send to a second reader", needs=("why",), when=_MATTERS),
        Move("vanish", ("open", "awaiting_reader", "escalated", "closed", "suppressed"), "vanished", AUTOMATED, "Vanish", needs=("why",)),
        Move("recur", ("vanished",), "open", AUTOMATED, "Recur", needs=("why",)),
        Move("suppress", ("open",), "suppressed", AUTOMATED, "Suppress", needs=("why", "suppression_id")),
        Move("lift", ("suppressed",), "open", AUTOMATED, "Lift the suppression", needs=("why",)),
    ),
)  # fmt: skip

SUPPRESSION = Lifecycle(
    "suppression",
    (
        State("proposed", "proposed", "Somebody asks for it; it covers nothing yet."),
        State("active", "active", "It covers matching exceptions until the day it ends."),
        State("ended", "ended", "It covers nothing any more: withdrawn, or its last day is over.", is_end=True),
    ),
    (
        Move("approve", ("proposed",), "active", SECOND, "Approve", not_by=("proposed_by",), signs="approved"),
        Move("withdraw", ("proposed", "active"), "ended", WORKING, "Withdraw", needs=("why",), signs="ended"),
        Move("lapse", ("proposed", "active"), "ended", AUTOMATED, "End with its last day", when={"is_over": "its last day is not over"}, signs="ended"),
    ),
)  # fmt: skip

SAMPLE = Lifecycle(
    "sampled order",
    (
        State("drawn", "to look at", "The seed chose it; nobody has looked yet."),
        State("looked", "passed", "A person looked and found it in order.", is_end=True),
        State("questioned", "questioned", "A person looked and asks something about it."),
    ),
    (
        Move("look", ("drawn",), "looked", WORKING, "Passed", signs="looked"),
        Move("question", ("drawn", "looked"), "questioned", WORKING, "Question", needs=("note",), signs="looked"),
        Move("settle", ("questioned",), "looked", WORKING, "Answer the question", needs=("why",), signs="looked"),
    ),
)  # fmt: skip

DAY = Lifecycle(
    "trading day",
    (
        State("open", "open", "Its exceptions and its sample are being worked."),
        State("signed", "signed", "A supervisor signed what was answered and looked at."),
        State("late", "something came later", "After it was signed, a run or a person changed what it holds; the signature stays."),
    ),
    (
        Move(
            "sign", ("open", "late"), "signed", (SUPERVISOR,), "Sign the day", needs=("statement",), signs="signed",
            when=_READY,
        ),
        Move("come_later", ("signed",), "late", AUTOMATED, "Mark that something came later", needs=("why",)),
    ),
)  # fmt: skip
