"""The states of agreements, clauses, possible breaches, credits, reports of duties and rights to data, with their moves."""

from __future__ import annotations

from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who keeps agreements; of two steps that need two people, one each."""
SECOND = (COMPLIANCE, SUPERVISOR)
"""Who accepts a vendor's explanation."""
OPEN = ("possible", "answered", "proposed", "disputed")
"""A possible breach that somebody must still do something about; its cure clock runs."""

AGREEMENT = Lifecycle(
    "agreement",
    (
        State("drafted", "drafted", "Written down from the paper; nothing is measured against it yet."),
        State("in_force", "in force", "A second person compared it with the signed document; its clauses are measured."),
        State("superseded", "superseded", "An amendment took its place; what was measured under it stays.", is_end=True),
        State("ended", "ended", "It ran out or was given notice; what was measured under it stays.", is_end=True),
        State("discarded", "discarded", "The draft was given up.", is_end=True),
    ),
    (
        Move(
            "put_in_force", ("drafted",), "in_force", KEEPERS, "Put in force", not_by=("drafted_by",), signs="put_in_force",
            when={"has_document": "file the signed document beside it first", "can_supersede": "the agreement that it amends is not in force any more"},
        ),
        Move("discard", ("drafted",), "discarded", KEEPERS, "Discard the draft", needs=("why",)),
        Move("supersede", ("in_force",), "superseded", (SYSTEM,), "Superseded by an amendment", needs=("ended_on", "why")),
        Move("end", ("in_force",), "ended", (COMPLIANCE,), "End the agreement", needs=("ended_on", "why"), signs="ended"),
        Move("run_out", ("in_force",), "ended", (SYSTEM,), "Ran out", needs=("ended_on",)),
    ),
)  # fmt: skip

CLAUSE = Lifecycle(
    "clause",
    (
        State("drafted", "drafted", "Written as arithmetic; a second person must still hold it against the paper."),
        State("in_force", "in force", "Measured on every run that is received, or reported by a person each period."),
        State("ended", "ended", "Measured no more after its last day; its measurements stay.", is_end=True),
        State("discarded", "discarded", "The draft was given up.", is_end=True),
    ),
    (
        Move(
            "activate", ("drafted",), "in_force", KEEPERS, "Put the clause in force", not_by=("drafted_by",), signs="activated",
            when={"is_agreement_in_force": "its agreement is not in force; putting that in force takes its clauses along"},
        ),
        Move("discard", ("drafted",), "discarded", KEEPERS, "Discard the draft", needs=("why",)),
        Move("end", ("in_force",), "ended", (COMPLIANCE, SYSTEM), "End the clause", needs=("ended_on", "why")),
    ),
)  # fmt: skip

BREACH = Lifecycle(
    "possible breach",
    (
        State("possible", "possible breach, vendor's answer pending", "A complete window missed its target by the data; the vendor has not answered yet."),
        State("answered", "answered by the vendor", "The vendor said why, and by when it is cured; the firm must judge that."),
        State("proposed", "acceptance proposed", "One person of the firm would accept the explanation; a second decides."),
        State("disputed", "disputed", "The firm does not follow the vendor's answer; the words of both sides are kept."),
        State("accepted", "accepted as explained", "Two people of the firm accepted the vendor's explanation.", is_end=True),
        State("cured", "cured", "A later window met the target, or evidence of the cure is filed.", is_end=True),
        State("credited", "credited", "A credit was agreed by two people.", is_end=True),
        State("withdrawn", "withdrawn: the data was restated", "The data of the window was restated, and the target is met by it."),
    ),
    (
        Move("answer", ("possible", "answered", "disputed"), "answered", (VENDOR,), "Answer", needs=("answer", "promised_on"), signs="answered"),
        Move("propose", ("answered", "disputed"), "proposed", KEEPERS, "Propose to accept the explanation", needs=("assessment",), signs="proposed"),
        Move("accept", ("proposed",), "accepted", SECOND, "Accept as explained", not_by=("proposed_by",), signs="settled"),
        Move("send_back", ("proposed",), "answered", SECOND, "Do not accept yet", needs=("why",), not_by=("proposed_by",)),
        Move("dispute", ("answered",), "disputed", KEEPERS, "Dispute the answer", needs=("firm_words",), signs="disputed"),
        Move(
            "cure", ("possible", "answered", "disputed"), "cured", KEEPERS, "Note as cured", needs=("why",), signs="settled",
            when={"is_cure_shown": "no later window met the target, and no evidence of a cure is filed beside it"},
        ),
        Move("credit", OPEN, "credited", (SYSTEM,), "Credited", needs=("why",)),
        Move("withdraw", OPEN, "withdrawn", (SYSTEM,), "Withdraw: the data was restated", needs=("why",)),
        Move("recur", ("withdrawn",), "possible", (SYSTEM,), "Recur: the data was restated again", needs=("why",)),
    ),
)  # fmt: skip

CREDIT = Lifecycle(
    "credit",
    (
        State("claimed", "claimed", "The firm asks the vendor for it, by the agreement's arithmetic or for a reason."),
        State("agreed", "agreed", "A second person of the firm wrote down that vendor and firm agree on the amount."),
        State("received", "received", "It stands on the vendor's invoice or on the firm's account.", is_end=True),
        State("waived", "waived", "A second person gave the claim up, and said why.", is_end=True),
    ),
    (
        Move("agree", ("claimed",), "agreed", KEEPERS, "Note as agreed", needs=("agreed_usd", "why"), not_by=("claimed_by",), signs="agreed"),
        Move("receive", ("agreed",), "received", KEEPERS, "Note as received", needs=("received_on",), signs="received"),
        Move("waive", ("claimed", "agreed"), "waived", KEEPERS, "Waive", needs=("why",), not_by=("claimed_by",), signs="waived"),
    ),
)  # fmt: skip

REPORT = Lifecycle(
    "report of a duty",
    (
        State("reported", "reported", "One person wrote down what happened in the period, with evidence; a second must read it."),
        State("confirmed", "confirmed", "A second person read the evidence; the clause is measured by it.", is_end=True),
        State("withdrawn", "withdrawn", "It was wrong; another report may take its place.", is_end=True),
    ),
    (
        Move(
            "confirm", ("reported",), "confirmed", (*KEEPERS, SUPERVISOR), "Confirm", not_by=("reported_by",), signs="confirmed",
            when={"is_proved": "file the evidence beside it first"},
        ),
        Move("withdraw", ("reported",), "withdrawn", KEEPERS, "Withdraw", needs=("why",)),
    ),
)  # fmt: skip

ENTITLEMENT = Lifecycle(
    "right to data",
    (
        State("drafted", "drafted", "Written down from the agreement; no proof is asked for yet."),
        State("in_force", "in force", "A second person compared it with the agreement; each month's delivery is proved."),
        State("ended", "ended", "The right ended with the agreement or was given up; its proofs stay.", is_end=True),
        State("discarded", "discarded", "The draft was given up.", is_end=True),
    ),
    (
        Move("activate", ("drafted",), "in_force", KEEPERS, "Put in force", not_by=("drafted_by",), signs="activated"),
        Move("discard", ("drafted",), "discarded", KEEPERS, "Discard the draft", needs=("why",)),
        Move("end", ("in_force",), "ended", (COMPLIANCE,), "End", needs=("until_on", "why")),
    ),
)  # fmt: skip
