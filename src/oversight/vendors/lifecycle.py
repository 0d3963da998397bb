"""The things of the vendor register, their states and moves."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER, WORKING

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who keeps the vendor file."""
READERS = (*WORKING, VENDOR_MANAGER)
"""Who reads and challenges somebody else's review, and files a report of a test."""
DECIDERS = (COMPLIANCE, SUPERVISOR)
"""Who decides on what others drafted; the same may stop a vendor now."""
ADOPTERS = (COMPLIANCE, SENIOR_MANAGER)
"""Who decides whether a router that was live before the desk came stays so for a time."""
ROUTING = ("adopted", "pilot", "live", "exiting")
"""The states in which orders may go to a vendor."""

USED = "no arrangement is in force that began before it was put on the register, so it did not route for the firm before this desk"
LIVE = {
    "is_assessed": "its due diligence is not approved or has run out", "has_arrangement": "no arrangement is in force",
    "has_test_report": "no test report is filed and accepted by a second person", "has_exit_plan": "there is no exit plan with a tested fallback",
    "has_access_control": "who holds market-access control is not settled",
}  # fmt: skip
"""What going live asks."""

VENDOR = Lifecycle(
    "vendor",
    (
        State("candidate", "candidate", "Looked at, compared with others; no order goes there."),
        State("adopted", "adopted", "It was live before the desk came and stays so until the day named, by which everything is done that going live asks."),
        State("approved", "approved", "Its due diligence was approved; it may be tested."),
        State("tested", "tested", "A test report is filed; a pilot may begin."),
        State("pilot", "pilot", "It routes a capped part of the flow."),
        State("live", "live", "It routes the firm's flow."),
        State("suspended", "suspended", "No order goes there until somebody lifts it: its yearly refresh is overdue, or it was stopped by hand."),
        State("exiting", "exiting", "It is being left, by the exit plan."),
        State("ended", "ended", "It routes nothing any more.", is_end=True),
        State("declined", "declined", "It was not chosen; the memo says why. It stays in comparisons.", is_end=True),
    ),
    (
        Move("approve", ("candidate",), "approved", (COMPLIANCE,), "Approve", not_by=("registered_by",), signs="approved", when={"is_assessed": "its due diligence is not approved yet"}),
        Move("decline", ("candidate",), "declined", (COMPLIANCE,), "Decline", needs=("why",)),
        Move("propose_adoption", ("candidate",), "candidate", KEEPERS, "Propose to adopt it", needs=("adopted_until", "why"), signs="adoption_proposed", when={"was_used_before": USED}),
        Move("refuse_adoption", ("candidate",), "candidate", ADOPTERS, "Do not adopt it", needs=("why",), not_by=("adoption_proposed_by",), signs="adoption_refused", when={"is_adoption_asked": "nobody proposes to adopt it"}),
        Move("adopt", ("candidate",), "adopted", ADOPTERS, "Adopt it", needs=("why",), not_by=("adoption_proposed_by",), signs="adopted", when={"is_adoption_asked": "nobody proposes to adopt it", "is_adoption_ahead": "the day by which its diligence is done has passed", "was_used_before": USED}),
        Move("regularize", ("adopted",), "live", (COMPLIANCE,), "End the adoption: it is live by the rules", not_by=("registered_by",), when={**LIVE, "has_configuration": "no configuration is in force"}),
        Move("accept_test", ("approved",), "tested", DECIDERS, "Accept the test report", not_by=("registered_by",), when={"has_test_report": "no test report is filed and accepted by a second person"}),
        Move("begin_pilot", ("tested",), "pilot", (COMPLIANCE,), "Begin the pilot", needs=("pilot_cap_orders",), when={"has_arrangement": "no arrangement is in force", "has_configuration": "no configuration is in force", "has_access_control": "who holds market-access control is not settled"}),
        Move("change_cap", ("pilot",), "pilot", (COMPLIANCE,), "Change the cap", needs=("pilot_cap_orders", "why")),
        Move("go_live", ("pilot",), "live", (COMPLIANCE,), "Go live", not_by=("registered_by",), when=LIVE),
        Move("suspend", ("adopted", "pilot", "live"), "suspended", (*DECIDERS, SYSTEM), "Suspend", needs=("why",)),
        Move("resume", ("suspended",), "live", (COMPLIANCE,), "Lift the suspension", needs=("why",), when={"was_live": "it was stopped in its pilot, so it goes back there", "is_assessed": "its due diligence is not approved or has run out"}),
        Move("resume_pilot", ("suspended",), "pilot", (COMPLIANCE,), "Go on with the pilot", needs=("why",), when={"was_in_pilot": "it was not stopped in a pilot", "is_assessed": "its due diligence is not approved or has run out"}),
        Move("resume_adopted", ("suspended",), "adopted", (COMPLIANCE,), "Lift the suspension until the adoption ends", needs=("why",), when={"was_adopted": "it was not stopped while adopted", "is_adoption_ahead": "the day by which its diligence is done has passed"}),
        Move("begin_exit", ("adopted", "approved", "tested", "pilot", "live", "suspended"), "exiting", (COMPLIANCE,), "Begin the exit", needs=("why",)),
        Move("end", ("exiting",), "ended", (COMPLIANCE,), "End", needs=("why",)),
    ),
)  # fmt: skip

PRODUCT = Lifecycle(
    "product",
    (State("in_use", "in use", "The firm uses it in the version named."), State("ended", "ended", "The firm uses it no more.", is_end=True)),
    (Move("end", ("in_use",), "ended", KEEPERS, "End its use", needs=("ended_on", "why"), signs="ended"),),
)
SUB_VENDOR = Lifecycle(
    "sub-vendor",
    (State("standing", "standing", "The vendor rests on it."), State("ended", "ended", "The vendor rests on it no more; it stays in the history.", is_end=True)),
    (Move("end", ("standing",), "ended", KEEPERS, "End", needs=("ended_on", "why"), signs="ended", when={"has_nothing_behind": "others stand behind it in the chain; end those first"}),),
)  # fmt: skip

ARRANGEMENT = Lifecycle(
    "arrangement",
    (
        State("drafted", "drafted", "Written down by one person; a second looks at it."),
        State("in_force", "in force", "A second person approved it; it holds between its dates."),
        State("ended", "ended", "It was ended; flow goes there under it no more.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
    ),
    (
        Move("approve", ("drafted",), "in_force", DECIDERS, "Approve", not_by=("drafted_by", "corrected_by"), signs="approved", when={"has_agreement": "the signed agreement is not filed beside it"}),
        Move("reject", ("drafted",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("drafted_by", "corrected_by"), signs="decided"),
        Move("withdraw", ("drafted",), "withdrawn", KEEPERS, "Withdraw", needs=("why",), signs="decided"),
        Move("end", ("in_force",), "ended", DECIDERS, "End", needs=("until_on", "why"), signs="ended"),
    ),
)  # fmt: skip

RELIANCE = Lifecycle(
    "reliance",
    (
        State("opened", "opened", "The firm means to rely on the review of that quarter; results and rationale are asked for."),
        State("received", "received", "Results and rationale are here, filed."),
        State("read", "read", "One person read them and wrote down what they show."),
        State("challenged", "challenged", "Another person challenged them, and the answer is here."),
        State("relied_on", "relied on", "A second person agreed: for this quarter the firm rests on that review."),
        State("lapsed", "lapsed", "The day until which it holds has passed. The next quarter needs its own.", is_end=True),
        State("refused", "not relied on", "The firm does not rest on that review and makes its own.", is_end=True),
    ),
    (
        Move("receive", ("opened",), "received", READERS, "Note that it was received", needs=("results",), takes=("received_on", "rationale"), signs="received"),
        Move("read", ("received",), "read", READERS, "Write down what it shows", needs=("reading_file",), takes=("reading",), signs="read"),
        Move("challenge", ("read",), "challenged", READERS, "Challenge it", needs=("challenge_file",), takes=("challenge", "answer"), not_by=("read_by",), signs="challenged"),
        Move("rely", ("challenged",), "relied_on", DECIDERS, "Rely on it", not_by=("opened_by", "read_by"), signs="relied", when={"can_hold": "the day until which it could hold has passed, or nobody's review can be relied on under this arrangement"}),
        Move("refuse", ("opened", "received", "read", "challenged", "relied_on"), "refused", DECIDERS, "Do not rely on it", needs=("why",), signs="refused"),
        Move("lapse", ("opened", "received", "read", "challenged", "relied_on"), "lapsed", (SYSTEM,), "Lapse", signs="lapsed", when={"is_past": "the day until which it holds has not passed"}),
    ),
)  # fmt: skip

TEST_REPORT = Lifecycle(
    "test report",
    (
        State("filed", "filed", "Waits for a second person."),
        State("accepted", "accepted", "A second person read it and accepts it.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
    ),
    (
        Move("accept", ("filed",), "accepted", DECIDERS, "Accept", not_by=("filed_by",), signs="accepted", when={"is_explained": "scenarios failed and nothing explains them"}),
        Move("reject", ("filed",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("filed_by",), signs="rejected"),
    ),
)  # fmt: skip

ACCESS_CONTROL = Lifecycle(
    "market-access statement",
    (
        State("stated", "stated", "One person states who holds the controls; a second confirms it."),
        State("confirmed", "confirmed", "A second person read the evidence: it is settled."),
        State("superseded", "superseded", "A later statement took its place.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
    ),
    (
        Move("confirm", ("stated",), "confirmed", DECIDERS, "Confirm", not_by=("stated_by",), signs="confirmed", when={"is_with_a_broker": "the controls must be under the direct and exclusive control of the broker-dealer that provides the access"}),
        Move("reject", ("stated",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("stated_by",), signs="rejected"),
        Move("supersede", ("confirmed",), "superseded", (SYSTEM,), "Supersede", signs="superseded"),
    ),
)  # fmt: skip

EXIT_PLAN = Lifecycle(
    "exit plan",
    (
        State("draft", "draft", "Being written by one person."),
        State("proposed", "proposed", "Waits for a second person. Its text no longer changes."),
        State("approved", "approved", "The plan by which the vendor would be left today."),
        State("superseded", "superseded", "A later version took its place.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
    ),
    (
        Move("propose", ("draft",), "proposed", KEEPERS, "Propose", signs="proposed", when={"has_steps": "it has no step yet", "is_on_latest": "another version was approved since it was drafted; start a draft from that one"}),
        Move("approve", ("proposed",), "approved", DECIDERS, "Approve", not_by=("drafted_by", "proposed_by"), signs="approved", when={"is_on_latest": "another version was approved since it was drafted; reject it, and start a draft from that one"}),
        Move("reject", ("proposed",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("drafted_by", "proposed_by"), signs="decided"),
        Move("withdraw", ("draft", "proposed"), "withdrawn", KEEPERS, "Withdraw", needs=("why",), signs="decided"),
        Move("supersede", ("approved",), "superseded", (SYSTEM,), "Supersede", signs="superseded"),
    ),
)  # fmt: skip
