"""The stages of a remediation case, what each move asks, and the lifecycles of what a case is made of."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR, VENDOR_MANAGER

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who leads a case."""
OPENERS = (ANALYST, SUPERVISOR, VENDOR_MANAGER, COMPLIANCE, COMMITTEE)
"""Who opens one."""
DECIDERS = (COMPLIANCE, SUPERVISOR)
"""Who decides on what another proposed."""
PROPOSERS = (ANALYST, SUPERVISOR, VENDOR_MANAGER, COMPLIANCE)
"""Who proposes measures, monitoring, tests and overrides."""
OPEN = ("opened", "noticed", "investigating", "planning", "monitored")
"""A case on which somebody must still do something."""
SHARED = ("noticed", "investigating", "planning", "monitored", "closed", "justified", "terminated")
"""Stages in which the vendor knows of the case: from its notice on."""
READ_OUTSIDE = ("sent", "answered", "superseded")
"""States of a notice that its vendor reads."""


@dataclass(frozen=True)
class Condition:
    """What a move asks, and what a signed override can skip. `fact` is the case's property that says whether it is met or overridden."""

    key: str
    move: str
    fact: str
    title: str
    missing: str


CONDITIONS = (
    Condition(
        "notice", "give_notice", "may_be_noticed", "the formal notice to the vendor", "the formal notice was not sent; a second person approves and sends it"
    ),
    Condition(
        "answer", "investigate", "may_be_investigated", "the vendor's answer, or the end of its clock", "the vendor has not answered, and its clock runs"
    ),
    Condition("conclusion", "ask_plan", "may_be_planned", "the conclusions of the investigation", "the investigation is not concluded"),
    Condition("plan", "monitor", "may_rest_on_plan", "an accepted corrective plan", "no corrective plan is accepted"),
    Condition(
        "registration", "monitor", "may_rest_on_test", "a closing test registered beforehand", "no closing test is registered and agreed by a second person"
    ),
    Condition("monitoring", "monitor", "may_rest_on_monitoring", "heightened monitoring in force", "no heightened monitoring is in force"),
    Condition("closing", "close", "may_be_closed", "a passed closing test over its whole window", "the registered test is not met over its whole window"),
    Condition("steps", "close_early", "may_be_closed_early", "every step that is left", "a case ends before its steps only by a signed override"),
    Condition("exit_plan", "terminate", "may_be_terminated", "an approved exit plan of the vendor", "the vendor has no approved exit plan"),
)
BY_KEY = {condition.key: condition for condition in CONDITIONS}


def _when(move: str) -> dict[str, str]:
    return {condition.fact: condition.missing for condition in CONDITIONS if condition.move == move}


CASE = Lifecycle(
    "case",
    (
        State("opened", "opened", "What fell short is written down; interim measures may stand. The notice is being prepared."),
        State("noticed", "notice given", "The formal notice with the data is with the vendor; its answer is owed by a day."),
        State("investigating", "joint investigation", "Firm and vendor look for the cause in a room of their own; each writes its conclusion."),
        State("planning", "corrective plan", "The vendor writes what it will do, by when; the firm accepts or rejects."),
        State("monitored", "heightened monitoring", "The plan is carried out under narrower limits and more frequent runs."),
        State("closed", "closed", "Its registered test was met, or a reasoned vote closed it, or a signed override.", is_end=True),
        State("justified", "justified", "The difference is justified for a scope and a time; the case ends with that.", is_end=True),
        State("terminated", "terminated", "The vendor is left by its exit plan.", is_end=True),
    ),
    (
        Move("give_notice", ("opened",), "noticed", (COMPLIANCE,), "Go on: notice given", signs="noticed", when=_when("give_notice")),
        Move("investigate", ("noticed",), "investigating", KEEPERS, "Begin the joint investigation", signs="investigating", when=_when("investigate")),
        Move("ask_plan", ("investigating",), "planning", KEEPERS, "Ask for the corrective plan", signs="planning", when=_when("ask_plan")),
        Move("monitor", ("planning",), "monitored", DECIDERS, "Begin heightened monitoring", signs="monitored", when=_when("monitor")),
        Move("close", ("monitored",), "closed", (COMPLIANCE,), "Close on its test", needs=("why",), signs="ended", when=_when("close")),
        Move("close_early", ("opened", "noticed", "investigating", "planning"), "closed", (COMPLIANCE,), "Close without its steps", needs=("why",), signs="ended", when=_when("close_early")),
        Move("close_by_vote", ("monitored",), "closed", (COMMITTEE, COMPLIANCE), "Close by reasoned vote", needs=("why",), not_by=("opened_by",), signs="ended", when={"is_without_power": "its registration does not say that no test can have power, and its window did not end with too few rows", "has_vote": "a review votes on it; the move is made there"}),
        Move("justify", OPEN, "justified", (COMPLIANCE,), "End as justified", needs=("why",), signs="ended", when={"is_justified": "not every difference of the case is justified by an adopted decision"}),
        Move("terminate", OPEN, "terminated", (COMPLIANCE,), "Terminate", needs=("why",), signs="ended", when=_when("terminate")),
    ),
)  # fmt: skip

NOTICE = Lifecycle(
    "notice",
    (
        State("draft", "draft", "Written by one person with its data; compliance, another person, approves and sends it."),
        State("sent", "vendor's answer pending", "The letter is filed and with the vendor; the answer clock runs."),
        State("answered", "answered", "The vendor answered; both stand side by side."),
        State("superseded", "superseded", "An amended notice took its place; letter and answer stay.", is_end=True),
        State("discarded", "discarded", "The draft was given up.", is_end=True),
    ),
    (
        Move("send", ("draft",), "sent", (COMPLIANCE,), "Approve and send", not_by=("drafted_by", "revised_by"), signs="sent", when={"has_figures": "no figure could be measured and no order is named: a notice goes out with its data", "is_of_open_case": "its case has ended"}),
        Move("answer", ("sent", "answered"), "answered", (VENDOR,), "Answer", needs=("answer",), signs="answered", when={"is_of_open_case": "the case has ended"}),
        Move("supersede", ("sent", "answered"), "superseded", (SYSTEM,), "Superseded by an amended notice", needs=("why",)),
        Move("discard", ("draft",), "discarded", KEEPERS, "Discard the draft", needs=("why",)),
    ),
)  # fmt: skip

MEASURE = Lifecycle(
    "interim measure",
    (
        State("proposed", "proposed", "Written by one person; another decides."),
        State("in_force", "in force", "Two people decided on it; it stands until its day or until somebody ends it with a reason."),
        State("ended", "ended", "It stands no more; it stays on the case.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
    ),
    (
        Move("decide", ("proposed",), "in_force", DECIDERS, "Decide: in force", not_by=("proposed_by",), signs="decided", when={"is_of_open_case": "its case has ended"}),
        Move("reject", ("proposed",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("proposed_by",), signs="decided"),
        Move("withdraw", ("proposed",), "withdrawn", PROPOSERS, "Withdraw", needs=("why",)),
        Move("end", ("in_force",), "ended", (*DECIDERS, SYSTEM), "End", needs=("why",), signs="ended"),
    ),
)  # fmt: skip

MONITORING = Lifecycle(
    "heightened monitoring",
    (
        State("proposed", "proposed", "Narrower limits and a shorter period, written by one person; another approves."),
        State("in_force", "in force", "Published beside the policy: the next runs of this vendor are held to it."),
        State("ended", "ended", "It holds no more; it stays on the case.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
    ),
    (
        Move("approve", ("proposed",), "in_force", DECIDERS, "Approve and publish", not_by=("proposed_by",), signs="decided", when={"is_narrower": "a limit is no narrower than the policy's any more; propose it anew", "is_of_open_case": "its case has ended"}),
        Move("reject", ("proposed",), "rejected", DECIDERS, "Reject", needs=("why",), not_by=("proposed_by",), signs="decided"),
        Move("withdraw", ("proposed",), "withdrawn", PROPOSERS, "Withdraw", needs=("why",)),
        Move("end", ("in_force",), "ended", DECIDERS, "End before its day", needs=("why",), not_by=("proposed_by",), signs="ended", when={"may_end_early": "the case stands in heightened monitoring and no other is in force; approve another first, or end the case"}),
        Move("run_out", ("in_force",), "ended", (SYSTEM,), "Ran out", needs=("why",), signs="ended"),
    ),
)  # fmt: skip

REGISTRATION = Lifecycle(
    "closing test",
    (
        State("registered", "registered", "Locked by its hash; a second person agrees before its window begins."),
        State("agreed", "agreed", "Two people fixed beforehand what ends the case."),
        State("superseded", "superseded", "A later registration took its place; its window began anew.", is_end=True),
        State("rejected", "rejected", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before anybody agreed.", is_end=True),
    ),
    (
        Move("agree", ("registered",), "agreed", (COMPLIANCE, SUPERVISOR, COMMITTEE), "Agree", not_by=("registered_by",), signs="decided", when={"is_ahead_of_its_window": "a run of its window was received already; register anew with a window that begins later", "is_intact": "its words are not those that were locked", "is_of_open_case": "its case has ended"}),
        Move("reject", ("registered",), "rejected", (COMPLIANCE, SUPERVISOR, COMMITTEE), "Reject", needs=("why",), not_by=("registered_by",), signs="decided"),
        Move("withdraw", ("registered",), "withdrawn", PROPOSERS, "Withdraw", needs=("why",)),
        Move("supersede", ("agreed",), "superseded", (SYSTEM,), "Superseded by a later registration", needs=("why",)),
    ),
)  # fmt: skip

OVERRIDE = Lifecycle(
    "override",
    (
        State("proposed", "proposed", "One person would skip a condition, and says why; a second person in another role signs, or not."),
        State("signed", "signed", "Two people in two roles skip the condition once; it stays visible on the case."),
        State("used", "used", "The move was made on it.", is_end=True),
        State("refused", "refused", "A second person said no, and why.", is_end=True),
        State("withdrawn", "withdrawn", "Taken back before it was used.", is_end=True),
        State("lapsed", "lapsed", "The case went on or ended without it.", is_end=True),
    ),
    (
        Move("sign", ("proposed",), "signed", (COMPLIANCE,), "Sign as compliance", not_by=("proposed_by",), signs="decided", when={"is_from_another_role": "compliance proposed it, so the second role is a senior manager's", "is_of_open_case": "its case has ended"}),
        Move("sign_as_senior", ("proposed",), "signed", (SENIOR_MANAGER,), "Sign as senior manager", not_by=("proposed_by",), signs="decided", when={"is_of_open_case": "its case has ended"}),
        Move("refuse", ("proposed",), "refused", (COMPLIANCE, SENIOR_MANAGER), "Refuse", needs=("why",), not_by=("proposed_by",), signs="decided"),
        Move("withdraw", ("proposed", "signed"), "withdrawn", PROPOSERS, "Withdraw", needs=("why",)),
        Move("use", ("signed",), "used", (SYSTEM,), "Used", signs="used"),
        Move("lapse", ("proposed", "signed"), "lapsed", (SYSTEM,), "Lapsed", needs=("why",)),
    ),
)  # fmt: skip
