"""The states of a corrective plan and of its items, and who moves them on."""

from __future__ import annotations

from oversight.lifecycle import Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who asks for plans, and writes one where the vendor let its time run out."""
DECIDERS = (COMPLIANCE, SUPERVISOR)
"""Who accepts what the vendor manager proposed."""
JUDGES = (VENDOR_MANAGER, COMPLIANCE, SUPERVISOR)
"""Who rejects a version, confirms an item or sends it back."""
OPEN = ("asked", "written", "submitted", "proposed")
"""A version on which somebody must still do something before it holds."""
WITH_FIRM = ("written", "submitted", "proposed")
WHOLE = {"has_items": "it has no item yet", "is_complete": "an item is not complete, or falls due before today; its page says what is missing"}

PLAN = Lifecycle(
    "plan",
    (
        State("asked", "asked of the vendor", "The vendor writes it in its own account and saves drafts; the firm's pages show nothing of them until it submits."),
        State("written", "written by the firm", "The vendor let its time run out: the firm writes the plan, and everybody sees that it did."),
        State("submitted", "submitted", "The vendor's version is with the firm, unchanged from now on."),
        State("proposed", "proposed for acceptance", "The vendor manager proposes to accept it; a second person in another role decides."),
        State("accepted", "accepted", "Two people of the firm accepted it; its items are carried out.", is_end=True),
        State("rejected", "rejected", "It does not suffice, and why; the next version is asked for.", is_end=True),
        State("replaced", "replaced", "A later version was accepted in its place.", is_end=True),
    ),
    (
        Move("submit", ("asked",), "submitted", (VENDOR,), "Submit the plan", signs="submitted", when=WHOLE),
        Move(
            "take_over", ("asked",), "written", KEEPERS, "Write it for the vendor", needs=("why",), signs="taken_over",
            when={"is_overdue": "the vendor's time has not run out"},
        ),
        Move("propose", ("submitted",), "proposed", (VENDOR_MANAGER,), "Propose to accept", signs="proposed"),
        Move("propose_own", ("written",), "proposed", KEEPERS, "Propose the firm's own", signs="proposed", when=WHOLE),
        Move("accept", ("proposed",), "accepted", DECIDERS, "Accept", not_by=("proposed_by", "taken_over_by"), signs="accepted"),
        Move("send_back", ("proposed",), "written", DECIDERS, "Send back to who wrote it", needs=("why",), when={"is_unilateral": "the vendor wrote it: reject it"}),
        Move(
            "reject", ("submitted", "proposed"), "rejected", JUDGES, "Reject", needs=("rejection",), signs="rejected",
            when={"is_of_vendor": "the firm wrote it: send it back"},
        ),
        Move("replace", ("accepted",), "replaced", DECIDERS, "Replace", when={"is_followed": "no later version waits in its place"}),
    ),
)  # fmt: skip

ITEM = Lifecycle(
    "plan item",
    (
        State("drafted", "in the plan", "Written down in a version that nobody has accepted yet."),
        State("dropped", "dropped", "Taken out before the version was submitted.", is_end=True),
        State("open", "open", "The vendor carries it out by its day."),
        State("reported", "reported done", "The vendor says that it is done, and shows it; the firm looks."),
        State("confirmed", "confirmed", "The firm saw that it is done.", is_end=True),
    ),
    (
        Move("drop", ("drafted",), "dropped", (VENDOR, *KEEPERS), "Drop it", when={"is_writable": "its version is not being written"}),
        Move("begin", ("drafted",), "open", DECIDERS, "Begin", when={"is_accepted": "its plan is not accepted"}),
        Move(
            "report", ("open",), "reported", (VENDOR, VENDOR_MANAGER), "Report it done", needs=("done",), signs="reported",
            when={"has_evidence": "attach what shows it first", "is_live": "its plan or its case has ended"},
        ),
        Move(
            "confirm", ("reported",), "confirmed", JUDGES, "Confirm", not_by=("reported_by",), signs="confirmed",
            when={"is_set": "the configuration that it names has not been in force yet", "is_live": "its plan or its case has ended"},
        ),
        Move("return_it", ("reported",), "open", JUDGES, "Send back", needs=("returned",), when={"is_live": "its plan or its case has ended"}),
        Move("extend", ("open",), "open", DECIDERS, "Give more time", needs=("due_on", "why"), signs="extended", when={"is_live": "its plan or its case has ended"}),
    ),
)  # fmt: skip

RETESTS = {
    "check": "a check of the desk, by its id",
    "scenario": "a scenario of the certification, by its name",
    "report": "a new test report of the release",
    "other": "another re-test",
    "none": "no re-test, and why",
}
