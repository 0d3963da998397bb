"""The states of an answer of the profile, a self-assessment, a duty, what it owes each time, and the escalation matrix."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER

AUTOMATED = (SYSTEM,)
DOERS = (ANALYST, SUPERVISOR, COMMITTEE, COMPLIANCE, VENDOR_MANAGER)
"""Who can own a duty, stand in for its owner and do it."""
SECOND = (SUPERVISOR, COMPLIANCE)
"""Who signs as the second person, and stands in where an owner is away."""
SEVERITIES = (("high", "high"), ("medium", "medium"), ("low", "low"))

ANSWER = Lifecycle(
    "answer of the profile",
    (
        State("proposed", "waits for a second signature", "It would release the firm from something, so a second person signs it; the answer before it still stands."),
        State("in_force", "in force", "It stands, and the duties that it switches on are owed."),
        State("replaced", "replaced", "A later answer stands in its place.", is_end=True),
        State("declined", "declined", "The second person did not agree; nothing changed.", is_end=True),
    ),
    (
        Move("take_effect", ("proposed",), "in_force", (COMPLIANCE, SYSTEM), "Put in force", signs="settled", when={"releases_nothing": "it would release the firm from a duty, so a second person signs it"}),
        Move("sign", ("proposed",), "in_force", SECOND, "Sign as second person", not_by=("answered_by",), signs="settled", when={"is_evidenced": "neither words nor evidence in force say why it does not apply"}),
        Move("decline", ("proposed",), "declined", SECOND, "Decline", needs=("why",), not_by=("answered_by",), signs="settled"),
        Move("confirm", ("in_force",), "in_force", SECOND, "Confirm for another year", needs=("why",), not_by=("answered_by",), signs="confirmed", when={"is_reconfirmed": "only “not applicable” is confirmed each year", "is_evidenced": "neither words nor evidence in force say why it does not apply"}),
        Move("replace", ("proposed", "in_force"), "replaced", AUTOMATED, "Replace", signs="replaced"),
    ),
)  # fmt: skip

SELF_ASSESSMENT = Lifecycle(
    "self-assessment",
    (
        State("going", "going on", "Its questions are being answered; it can be left and taken up again."),
        State("finished", "finished", "Compliance signed it; nothing in it changes any more.", is_end=True),
        State("abandoned", "abandoned", "It was given up with a reason; what was answered stays.", is_end=True),
    ),
    (
        Move("finish", ("going",), "finished", (COMPLIANCE,), "Sign and finish", needs=("statement",), signs="finished", when={"is_complete": "some questions are not answered yet"}),
        Move("abandon", ("going",), "abandoned", (COMPLIANCE,), "Give it up", needs=("why",)),
    ),
)  # fmt: skip

DUTY = Lifecycle(
    "duty",
    (
        State("on", "on", "It is owed, and its days are on the calendar."),
        State("off", "off", "It is not owed now; what was owed before stays."),
    ),
    (
        Move("switch_off", ("on",), "off", SECOND, "Switch off", needs=("why",), not_by=("added_by",), when={"is_by_hand": "the profile switches it on: answer the profile anew, with a second signature"}),
        Move("switch_on", ("off",), "on", (COMPLIANCE,), "Switch on again", needs=("why",), when={"is_by_hand": "the profile switches it on: answer the profile anew"}),
        Move("release", ("on",), "off", AUTOMATED, "Release", needs=("why",), when={"is_from_profile": "it was added by hand"}),
        Move("bind", ("off",), "on", AUTOMATED, "Switch on by the profile", needs=("why",), when={"is_from_profile": "it was added by hand"}),
    ),
)  # fmt: skip

OPEN = ("due", "missed", "waiver_asked")
"""States in which somebody must still do something about it."""
_PROOF = {"is_proved": "the proof is missing: evidence that is in force today must be filed beside it, or the act must be in the record"}

OCCURRENCE = Lifecycle(
    "duty of one period",
    (
        State("due", "due", "It is to be done by its day."),
        State("missed", "missed", "Its day has passed and it was not done; it can still be done late, and stays marked."),
        State("waiver_asked", "waiver asked", "Somebody asks not to do it this time; a second person decides, and its clock runs on."),
        State("awaiting", "awaits a second person", "It was done; a second person confirms it where the duty says so."),
        State("done", "done", "It was done, and confirmed where the duty says so.", is_end=True),
        State("waived", "waived", "Two people agreed that it is not done this time, and why.", is_end=True),
        State("withdrawn", "not owed", "The duty was switched off or its rhythm changed before the day came.", is_end=True),
    ),
    (
        Move("do", ("due",), "awaiting", DOERS, "Done", needs=("note",), signs="done", when=_PROOF),
        Move("do_late", ("missed",), "awaiting", DOERS, "Done late", needs=("note", "late_reason"), signs="done", when=_PROOF),
        Move("prove", ("due", "missed", "waiver_asked"), "awaiting", AUTOMATED, "Done, as the record says", needs=("note", "acted_at"), signs="done"),
        Move("settle", ("awaiting",), "done", AUTOMATED, "Close without a second person", when={"needs_nobody_else": "a second person confirms it"}),
        Move("confirm", ("awaiting",), "done", SECOND, "Confirm", not_by=("done_by",), signs="confirmed"),
        Move("send_back", ("awaiting",), "due", SECOND, "Send back", needs=("why",), not_by=("done_by",)),
        Move("miss", ("due",), "missed", AUTOMATED, "Mark as missed", signs="missed", when={"is_overdue": "its day has not passed"}),
        Move("ask_waiver", ("due", "missed"), "waiver_asked", DOERS, "Ask for a waiver", needs=("why",), signs="asked"),
        Move("waive", ("waiver_asked",), "waived", SECOND, "Waive it", needs=("why",), not_by=("asked_by",), signs="waived"),
        Move("refuse_waiver", ("waiver_asked",), "due", SECOND, "Refuse the waiver", needs=("why",), not_by=("asked_by",)),
        Move("withdraw", ("due", "waiver_asked"), "withdrawn", AUTOMATED, "Withdraw", needs=("why",)),
    ),
)  # fmt: skip

MATRIX = Lifecycle(
    "escalation matrix",
    (
        State("proposed", "proposed", "It tells nobody yet; a second person approves it."),
        State("in_force", "in force", "Missed duties are escalated by it."),
        State("replaced", "replaced", "A later version is in force.", is_end=True),
        State("declined", "declined", "The second person did not agree.", is_end=True),
    ),
    (
        Move("approve", ("proposed",), "in_force", SECOND, "Approve", not_by=("proposed_by",), signs="settled"),
        Move("decline", ("proposed",), "declined", SECOND, "Decline", needs=("why",), signs="settled"),
        Move("replace", ("proposed", "in_force"), "replaced", AUTOMATED, "Replace", signs="replaced"),
    ),
)  # fmt: skip
