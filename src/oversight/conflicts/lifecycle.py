"""The kinds of conflict and of payment as data, and the states of a conflict, a yearly result and a file of payments."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.evidence.lifecycle import FILERS
from oversight.lifecycle import SYSTEM, Lifecycle, Move, State
from oversight.roles import COMPLIANCE, SUPERVISOR

NOTERS = FILERS
"""Who puts a conflict on the register, notes its yearly result and uploads payments."""
SECOND = (COMPLIANCE, SUPERVISOR)
"""Who confirms what others noted."""


@dataclass(frozen=True)
class Kind:
    """One kind of conflict: what it is, what a person looks at every year, and the authority that speaks of it."""

    key: str
    title: str
    meaning: str
    look: str
    cite: str


KINDS = (
    Kind("pfof", "payment for order flow", "A venue pays the router or the firm for orders sent to it.", "Share of flow at the venues that pay, before and after; effective over quoted spread and improvement there against elsewhere, same order class and size.", "FINRA RN 21-23"),
    Kind("rebate", "rebate", "An exchange gives money back for liquidity added, or for taking it at an inverted venue.", "Whether resting orders wait where the rebate is highest: fill likelihood, time to fill and reversion by venue, against the net fee.", "17 CFR 242.606"),
    Kind("tier", "volume tier", "A fee or rebate gets better once a month's volume passes a mark.", "Venue mix in the last days before the mark; whether flow fell back afterwards.", "17 CFR 242.606"),
    Kind("affiliate", "affiliate", "The venue, the router or a broker in the chain belongs to the same group as another of them.", "First attempts at the affiliate against its results; what the router does when the affiliate declines.", "17 CFR 242.304"),
    Kind("equity_stake", "equity stake", "One side holds shares of another, or may come to.", "Size of the stake, board seats; flow to the company held against its quality.", "FINRA 5310.09"),
    Kind("profit_share", "profit share", "A part of what a venue earns on the flow comes back to the firm or the router.", "What comes back for a hundred shares, and whether customers' prices differ where it does.", "17 CFR 242.606"),
    Kind("soft_benefit", "soft benefit", "Something other than money: market data, software, research, better clearing terms.", "What it would cost to buy; whether it depends on flow.", "FINRA 5310(c)"),
    Kind("own_first", "own book first", "The router or the firm fills from its own book, or shows orders to it first.", "Time lost by the first look; prices of internalized fills against what went on to the market.", "FINRA 5310.09"),
    Kind("other", "other", "Any other interest that could pull an order away from the best market.", "Who gains by which choice, and which figure would show it.", "FINRA 5310(a)(1)"),
)  # fmt: skip
KIND_BY_KEY = {kind.key: kind for kind in KINDS}


@dataclass(frozen=True)
class Paid:
    """One kind of payment in the ledger. `is_executed`: its line counts the shares it was paid for; another kind comes on top of shares already counted.

    `conflict` is the kind of conflict that must be on file when money of this kind is received; nothing where none is asked for.
    """

    key: str
    title: str
    meaning: str
    is_executed: bool
    conflict: str = ""


PAID = (
    Paid("pfof", "payment for order flow", "Paid for sending orders.", True, "pfof"),
    Paid("rebate", "rebate", "Given back for liquidity.", True, "rebate"),
    Paid("fee", "fee", "Charged for an execution.", True),
    Paid("tier", "tier credit", "Given for a month's volume, on top of rebates.", False, "tier"),
    Paid("profit_share", "profit share", "A part of what the venue or the router earned.", False, "profit_share"),
)
PAID_BY_KEY = {paid.key: paid for paid in PAID}
RECEIVED, WAS_PAID = "received", "paid"
DIRECTIONS = ((RECEIVED, "received by the firm"), (WAS_PAID, "paid by the firm"))
SECTIONS = (("sp500", "S&P 500"), ("other_stocks", "other stocks"), ("options", "options"))
"""The three parts of a Rule 606(a) report."""
ORDER_CLASSES = (("market", "market"), ("marketable_limit", "marketable limit"), ("non_marketable_limit", "non-marketable limit"), ("other", "other"))

CONFLICT = Lifecycle(
    "conflict",
    (
        State("proposed", "proposed", "Somebody put it on the register, or changed its terms; compliance has not accepted it."),
        State("open", "open", "Accepted; nothing keeps it in check yet."),
        State("mitigated", "mitigated", "Accepted; what keeps it in check is in force and looked at every year."),
        State("closed", "closed", "It ended; the entry stays.", is_end=True),
        State("declined", "declined", "Compliance says why this is no conflict; the entry stays.", is_end=True),
    ),
    (
        Move("accept", ("proposed",), "open", (COMPLIANCE,), "Accept as open", not_by=("proposed_by",), signs="accepted"),
        Move("accept_mitigated", ("proposed",), "mitigated", (COMPLIANCE,), "Accept as mitigated", not_by=("proposed_by",), signs="accepted", when={"has_mitigation": "it does not say what keeps it in check", "has_disclosure": "it does not say what is disclosed, and where"}),
        Move("decline", ("proposed",), "declined", (COMPLIANCE,), "Decline", needs=("why",), not_by=("proposed_by",), signs="closed"),
        Move("mitigate", ("open",), "mitigated", (COMPLIANCE,), "Say that it is mitigated", needs=("why",), not_by=("proposed_by",), when={"has_mitigation": "it does not say what keeps it in check", "has_disclosure": "it does not say what is disclosed, and where"}),
        Move("reopen", ("mitigated",), "open", (COMPLIANCE, SUPERVISOR), "Say that it is no longer in check", needs=("why",)),
        Move("amend", ("open", "mitigated"), "proposed", NOTERS, "Change its terms", needs=("why",), takes=("description", "mitigation", "disclosure", "disclosed_in"), signs="proposed"),
        Move("close", ("open", "mitigated"), "closed", (COMPLIANCE,), "Close", needs=("until_on", "why"), not_by=("proposed_by",), signs="closed"),
    ),
)  # fmt: skip

RESULT = Lifecycle(
    "yearly result",
    (
        State("proposed", "awaiting a second person", "Somebody looked and wrote down what was found."),
        State("returned", "returned for more", "The second person asks for more."),
        State("confirmed", "confirmed", "A second person agrees; nothing in it changes any more.", is_end=True),
    ),
    (
        Move("confirm", ("proposed",), "confirmed", SECOND, "Confirm", not_by=("noted_by",), signs="confirmed"),
        Move("send_back", ("proposed",), "returned", SECOND, "Return for more", needs=("why",), not_by=("noted_by",)),
        Move("answer", ("returned",), "proposed", NOTERS, "Answer", needs=("why",), takes=("looked_at", "figures", "conclusion"), signs="noted"),
    ),
)  # fmt: skip

BATCH = Lifecycle(
    "file of payments",
    (
        State("uploaded", "awaiting approval", "It ties to its control total; its lines do not count yet."),
        State("approved", "in force", "A second person approved it; its lines are the ledger of their month and source."),
        State("superseded", "superseded", "A later file stands in the place of all its months; it stays as it was.", is_end=True),
        State("set_aside", "set aside", "It never counted; the reason is in the record.", is_end=True),
    ),
    (
        Move("approve", ("uploaded",), "approved", SECOND, "Approve", not_by=("uploaded_by",), signs="approved"),
        Move("set_aside", ("uploaded",), "set_aside", tuple(dict.fromkeys((*NOTERS, *SECOND))), "Set aside", needs=("why",)),
        Move("supersede", ("approved",), "superseded", (SYSTEM,), "Supersede", when={"is_replaced": "one of its months is still in force"}),
    ),
)  # fmt: skip
