"""What a yearly refresh is made of, with the states and moves of each part."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, VENDOR_MANAGER

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who opens a refresh, names senior managers and sets conditions."""
RETAIN, WITH_CONDITIONS, LEAVE = "retain", "retain_with_conditions", "leave"
RECOMMENDATIONS = {RETAIN: "retain", WITH_CONDITIONS: "retain with conditions", LEAVE: "leave"}
FRESH_DAYS = 30
"""A paper rests on what was gathered at most so many days ago."""

FRESH = f"what was gathered is older than {FRESH_DAYS} days; gather it again"
REFRESH = Lifecycle(
    "refresh",
    (
        State("opened", "opened", "The year is asked about: each question on what changed needs an answer in words."),
        State("gathered", "gathered", "What the desk knows of the year is gathered and kept as it was; the assessment is being written."),
        State("drafted", "paper drafted", "The vendor manager handed the paper in; compliance reads it."),
        State("presented", "presented", "Compliance approved the paper; the named senior managers ask, and acknowledge it by its hash."),
        State("completed", "completed", "Every named senior manager acknowledged the paper and no question is open.", is_end=True),
        State("withdrawn", "withdrawn", "It was begun and given up before it was presented.", is_end=True),
    ),
    (
        Move("gather", ("opened", "gathered"), "gathered", (VENDOR_MANAGER,), "Gather the year", signs="gathered", when={"is_answered": "questions on what changed are left without an answer"}),
        Move("hand_in", ("gathered",), "drafted", (VENDOR_MANAGER,), "Hand the paper in", signs="drafted", when={"is_written": "the assessment or the recommendation is missing", "is_conditioned": "conditions and recommendation do not fit each other", "has_named": "no senior manager is named"}),
        Move("send_back", ("drafted",), "gathered", KEEPERS, "Send the paper back", needs=("why",)),
        Move("present", ("drafted",), "presented", (COMPLIANCE,), "Approve and present", not_by=("drafted_by", "written_by"), signs="presented", when={"is_fresh": FRESH}),
        Move("take_back", ("presented",), "gathered", (COMPLIANCE,), "Take the paper back", needs=("why",)),
        Move("complete", ("presented",), "completed", (SYSTEM,), "Complete", signs="completed", when={"is_acknowledged": "a named senior manager has not acknowledged it", "is_settled": "a question is open"}),
        Move("withdraw", ("opened", "gathered", "drafted"), "withdrawn", (COMPLIANCE,), "Withdraw", needs=("why",)),
    ),
)  # fmt: skip

ACKNOWLEDGEMENT = Lifecycle(
    "acknowledgement",
    (
        State("named", "to acknowledge", "This senior manager is asked to acknowledge the paper."),
        State("acknowledged", "acknowledged", "In their own account, with date and words, by the paper's hash."),
        State("superseded", "superseded", "The paper was taken back; the next one is acknowledged anew.", is_end=True),
        State("excused", "excused", "Compliance no longer asks this person, and says why.", is_end=True),
    ),
    (
        Move("acknowledge", ("named",), "acknowledged", (SENIOR_MANAGER,), "Acknowledge", needs=("words",), signs="acknowledged", when={"is_put": "the paper has not been presented"}),
        Move("excuse", ("named",), "excused", (COMPLIANCE,), "Excuse", needs=("why",), when={"is_not_last": "nobody would be left to acknowledge it; name another first"}),
        Move("supersede", ("named", "acknowledged"), "superseded", (SYSTEM,), "Supersede"),
    ),
)  # fmt: skip

SENIOR_QUESTION = Lifecycle(
    "question of a senior manager",
    (
        State("asked", "waits for an answer", "The refresh does not complete before it is answered."),
        State("answered", "answered", "The answer stands beside the question; who asked may ask again."),
        State("withdrawn", "withdrawn", "Who asked it took it back.", is_end=True),
    ),
    (
        Move("answer", ("asked",), "answered", KEEPERS, "Answer", needs=("answer",), not_by=("asked_by",), signs="answered"),
        Move("ask_again", ("answered",), "asked", (SENIOR_MANAGER,), "Ask again", needs=("why",), when={"is_presented": "the refresh is no longer before the senior managers"}),
        Move("withdraw", ("asked",), "withdrawn", (SENIOR_MANAGER,), "Withdraw the question", needs=("why",)),
    ),
)  # fmt: skip

CONDITION = Lifecycle(
    "condition of a refresh",
    (
        State("open", "open", "The vendor is retained on condition that this is done by its day."),
        State("met", "met", "A second person saw that it was done.", is_end=True),
        State("dropped", "dropped", "It is asked no more, and why.", is_end=True),
    ),
    (
        Move("meet", ("open",), "met", (COMPLIANCE,), "Confirm that it is met", needs=("why",), not_by=("set_by",), signs="closed"),
        Move("drop", ("open",), "dropped", KEEPERS, "Drop", needs=("why",), signs="closed", when={"is_being_written": "the paper stands on it; only compliance can confirm it as met now"}),
    ),
)  # fmt: skip

EXTENSION = Lifecycle(
    "extension of an approval",
    (
        State("proposed", "proposed", "Compliance asks for more days, once; a senior manager decides."),
        State("signed", "signed", "The approval holds until its last day, and not a day longer.", is_end=True),
        State("refused", "refused", "A senior manager said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Compliance took it back.", is_end=True),
    ),
    (
        Move("sign", ("proposed",), "signed", (SENIOR_MANAGER,), "Sign the extension", not_by=("proposed_by",), signs="signed", when={"is_ahead": "its last day has passed"}),
        Move("refuse", ("proposed",), "refused", (SENIOR_MANAGER,), "Refuse", needs=("why",), not_by=("proposed_by",), signs="refused"),
        Move("withdraw", ("proposed",), "withdrawn", (COMPLIANCE,), "Withdraw", needs=("why",)),
    ),
)  # fmt: skip
