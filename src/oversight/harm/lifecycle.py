"""The states of an assessment of harm, of one customer's credit and of the decision on reporting, with their moves."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, WORKING

PROPOSERS = (ANALYST, SUPERVISOR)
APPROVERS = (COMPLIANCE, SENIOR_MANAGER)
RELEASERS = (SUPERVISOR, COMPLIANCE)
"""Who proposes, who approves, and who makes the credit file: never one person for approving and for making it."""
OPEN = ("opened", "counted", "proposed", "none_proposed", "approved", "credited")
UNDECIDED = ("opened", "counted", "proposed", "none_proposed")
"""What is found anew goes into the assessment itself."""
DECIDED = ("approved", "credited", "settled")
"""Credits are approved; what is counted later is a supplement."""
AUTOMATED = (SYSTEM,)
_CURRENT = {"is_current": "a run or a file behind the count changed since, or nothing was counted; count again"}

HARM = Lifecycle(
    "assessment of harm",
    (
        State("opened", "opened", "The question is being put: which check, which days, held against what. Nothing counts yet."),
        State("counted", "counted", "Every affected order was counted and valued; one person proposes credits, or that nobody was harmed."),
        State("proposed", "credits proposed", "One person proposes the credits; a second in another role approves."),
        State("none_proposed", "no harm proposed", "One person proposes that no customer was harmed; a second in another role agrees."),
        State("approved", "approved", "The credits are approved to the cent; another person than the approver makes the file that pays them."),
        State("credited", "credit file made", "The file was made, once; its lines are paid, returned or uncollected as results come in."),
        State("settled", "settled", "Every credit came to its end, and whether to report was decided.", is_end=True),
        State("none", "no customer was harmed", "Two people say so, with their reasons.", is_end=True),
    ),
    (
        Move("count", ("opened", "counted"), "counted", (*WORKING, SYSTEM), "Count the orders"),
        Move("ask_again", ("counted",), "opened", WORKING, "Put another question", needs=("why",)),
        Move("propose", ("counted",), "proposed", PROPOSERS, "Propose the credits", needs=("conclusion",), signs="proposed",
             when={**_CURRENT, "has_harm": "by this count no order lost anything; propose that nobody was harmed"}),
        Move("propose_none", ("counted",), "none_proposed", PROPOSERS, "Propose that nobody was harmed", needs=("conclusion",), signs="proposed", when=_CURRENT),
        Move("send_back", ("proposed", "none_proposed"), "counted", APPROVERS, "Send back", needs=("why",), not_by=("proposed_by",)),
        Move("approve", ("proposed",), "approved", APPROVERS, "Approve the credits", not_by=("opened_by", "proposed_by"), signs="approved", when=_CURRENT),
        Move("agree_none", ("none_proposed",), "none", APPROVERS, "Agree that nobody was harmed", needs=("why",), not_by=("opened_by", "proposed_by"),
             signs="approved", when=_CURRENT),
        Move("release", ("approved",), "credited", RELEASERS, "Make the credit file", not_by=("approved_by",), signs="released"),
        Move("settle", ("credited",), "settled", RELEASERS, "Settle", signs="settled", when={
            "is_paid_out": "a credit is neither paid, nor uncollected with what became of it, nor below the firm's least amount",
            "has_report_decision": "whether to report was not decided by compliance and a senior manager"}),
    ),
)  # fmt: skip

CREDIT = Lifecycle(
    "credit",
    (
        State("due", "approved", "Approved, and in no file yet."),
        State("sent", "sent", "In a credit file that a second person made; its result is awaited."),
        State("paid", "paid", "The customer has it.", is_end=True),
        State("returned", "returned", "It came back: the account is closed, or did not take it. It is sent again, or said to be uncollected."),
        State("uncollected", "uncollected", "The customer could not be paid; what became of the money is written down.", is_end=True),
        State("withheld", "below the least amount", "Below what the firm pays, as its policy states.", is_end=True),
    ),
    (
        Move("send", ("due",), "sent", AUTOMATED, "Put into the credit file"),
        Move("withhold", ("due",), "withheld", AUTOMATED, "Leave out: below the firm's least amount"),
        Move("pay", ("sent", "uncollected"), "paid", RELEASERS, "Note as paid", needs=("result_on", "reference"),
             when={"is_released": "no second person made the file that pays it"}),
        Move("come_back", ("sent",), "returned", RELEASERS, "Note as returned", needs=("result_on", "reason")),
        Move("send_again", ("returned",), "sent", RELEASERS, "Send again", needs=("why",)),
        Move("give_up", ("returned",), "uncollected", RELEASERS, "Note as uncollected", needs=("became",)),
    ),
)  # fmt: skip

REPORT = Lifecycle(
    "decision on reporting",
    (
        State("proposed", "proposed", "Compliance says whether to report, and why; a senior manager seconds."),
        State("decided", "decided", "Seconded; where it is to be reported, that is still owed.", is_end=True),
        State("reported", "reported", "It was reported.", is_end=True),
        State("rejected", "not seconded", "The senior manager did not second it; another proposal is owed.", is_end=True),
    ),
    (
        Move("second", ("proposed",), "decided", (SENIOR_MANAGER,), "Second", not_by=("proposed_by",), signs="decided"),
        Move("reject", ("proposed",), "rejected", (SENIOR_MANAGER,), "Do not second", needs=("why",), not_by=("proposed_by",), signs="decided"),
        Move("note_report", ("decided",), "reported", (COMPLIANCE,), "Note that it was reported", needs=("reported_on", "reference"), signs="reported",
             when={"is_to_report": "it was decided not to report"}),
    ),
)  # fmt: skip
