"""How a router reaches a venue, what a memo decides, and what others publish of a venue: kinds as data, states and moves."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.evidence.lifecycle import FILERS
from oversight.lifecycle import Lifecycle, Move, State
from oversight.roles import COMMITTEE, COMPLIANCE, SUPERVISOR

NOTERS = FILERS
"""Who keeps the list of reachable venues, drafts memos and files what venues publish."""
DECIDERS = (COMPLIANCE, SUPERVISOR, COMMITTEE)
"""Who decides on a memo: one of these, and never who wrote it."""


@dataclass(frozen=True)
class Kind:
    """One kind of venue as a router sees it. `is_on_tape`: the tape names it, so that its volume can be told; others print through a reporting facility."""

    key: str
    title: str
    meaning: str
    is_on_tape: bool = False
    needs_ats_n: bool = False


KINDS = (
    Kind("exchange", "exchange", "A national securities exchange.", is_on_tape=True),
    Kind("ats", "ATS", "An alternative trading system; its Form ATS-N says how it works and what its operator's interests are.", needs_ats_n=True),
    Kind("wholesaler", "wholesaler", "A market maker that takes whole retail orders."),
    Kind("ioi", "IOI", "Indications of interest: somebody says that they would trade, before an order is shown.", needs_ats_n=True),
    Kind("conditional", "conditional", "Orders that become firm when a contra is found.", needs_ats_n=True),
    Kind("single_dealer", "single dealer", "One dealer's own platform: every trade is against that dealer."),
    Kind("broker", "broker", "Another broker's desk or algorithm, which goes on from there."),
)
KIND_BY_KEY = {kind.key: kind for kind in KINDS}
DIRECT, THROUGH = "direct", "through"
WAYS = ((DIRECT, "directly"), (THROUGH, "through another broker"))

REACH = Lifecycle(
    "reachable venue",
    (
        State("stated", "stated", "Somebody says that the router reaches it; nobody else has held that against evidence."),
        State("confirmed", "confirmed", "A second person held it against evidence."),
        State("ended", "ended", "The router reaches it no more; the entry stays, for questions about the past.", is_end=True),
        State("withdrawn", "withdrawn", "It was entered wrongly and never counts; the entry stays.", is_end=True),
    ),
    (
        Move("confirm", ("stated",), "confirmed", NOTERS, "Confirm", not_by=("stated_by",), signs="confirmed"),
        Move("end", ("stated", "confirmed"), "ended", NOTERS, "End", needs=("until_on", "why")),
        Move("withdraw", ("stated", "confirmed"), "withdrawn", NOTERS, "Withdraw as wrong", needs=("why",)),
        Move("file_ats_n", ("stated", "confirmed"), "stated", NOTERS, "Note its Form ATS-N", needs=("ats_n_on",), signs="stated", when={"needs_ats_n": "a venue of this kind files none"}),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a memo is about."""

    key: str
    title: str
    meaning: str


ABOUT = (
    Asked("venue", "new venue", "Whether the router should send orders to a venue that it does not use."),
    Asked("order_type", "new order type", "Whether an order type or an instruction that a venue or vendor offers should be used."),
    Asked("fee_tier", "new fee tier", "Whether a change of fees, rebates or tiers should change where orders go."),
)

MEMO = Lifecycle(
    "memo",
    (
        State("drafted", "draft", "Being written."),
        State("proposed", "awaiting a decision", "A second person decides: try, or decline."),
        State("trying", "being tried", "It is tried within its scope and cap, until its last day."),
        State("tried", "tried", "The trial ended; its result stands, with the day of the next look."),
        State("declined", "declined", "Not tried; it stays in the comparison, and is looked at again on its day."),
        State("withdrawn", "withdrawn", "Taken back before anybody decided.", is_end=True),
        State("settled", "settled", "Looked at again and done with: nothing more is asked.", is_end=True),
    ),
    (
        Move("propose", ("drafted",), "proposed", NOTERS, "Propose", signs="proposed"),
        Move("withdraw", ("drafted",), "withdrawn", NOTERS, "Withdraw", needs=("why",)),
        Move("send_back", ("proposed",), "drafted", DECIDERS, "Send back", needs=("why",), not_by=("drafted_by", "proposed_by")),
        Move("try_it", ("proposed",), "trying", DECIDERS, "Try it", needs=("ends_on", "relook_on"), not_by=("drafted_by", "proposed_by"), signs="decided", when={"has_terms": "it does not say the scope, the cap and what would count as success"}),
        Move("decline", ("proposed",), "declined", DECIDERS, "Decline", needs=("relook_on", "why"), not_by=("drafted_by", "proposed_by"), signs="decided"),
        Move("conclude", ("trying",), "tried", NOTERS, "Note the result", needs=("result", "relook_on"), signs="concluded"),
        Move("keep", ("declined", "tried"), "settled", DECIDERS, "Looked again: nothing more", needs=("why",), not_by=("drafted_by", "proposed_by")),
        Move("look_again", ("declined", "tried"), "drafted", NOTERS, "Look again", needs=("why",), signs="drafted"),
    ),
)  # fmt: skip

PUBLISHED_KINDS = (
    Asked("rule_605", "Rule 605 report", "Monthly execution quality of a market center."),
    Asked("rule_606", "Rule 606 report", "Quarterly routing and payments of a broker."),
    Asked("ats_n", "Form ATS-N", "How an alternative trading system works."),
    Asked("ats_volume", "ATS and OTC volume", "Weekly volume off exchange, by ATS and firm, as FINRA publishes it."),
)

PUBLISHED = Lifecycle(
    "published report",
    (
        State("filed", "filed", "It is filed as evidence, for its venue and period."),
        State("withdrawn", "withdrawn", "It was filed for the wrong venue, kind or period; it stays, and counts for nothing.", is_end=True),
    ),
    (Move("withdraw", ("filed",), "withdrawn", NOTERS, "Withdraw as wrong", needs=("why",)),),
)
