"""The states of a room and of an order shown in it, what may be said there, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.lifecycle import Lifecycle, Move, State
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER

KEEPERS = (VENDOR_MANAGER, COMPLIANCE)
"""Who opens a room, chooses days and orders, and concludes."""
SPEAKERS = (VENDOR_MANAGER, COMPLIANCE, SUPERVISOR, ANALYST)
"""Who speaks in it for the firm."""
INSIDE = (*SPEAKERS, VENDOR)
FIRM, OUTSIDE = "firm", "vendor"
SIDES = {FIRM: "the firm", OUTSIDE: "the vendor"}

ROOM = Lifecycle(
    "room",
    (
        State("open", "open", "Both sides put hypotheses, say what speaks for and against them, and show what they have."),
        State("concluded", "concluded", "The firm's conclusion stands, the vendor's beside it or missing by its clock; the case can go on.", is_end=True),
    ),
    (
        Move(
            "conclude", ("open",), "concluded", KEEPERS, "Conclude the investigation", not_by=("firm_concluded_by",), signs="concluded",
            when={
                "has_firm_conclusion": "the firm's own conclusion with its root cause is not written yet",
                "is_heard": "the vendor has not written its conclusion, and its clock has not run out",
            },
        ),
        Move(
            "reopen", ("concluded",), "open", KEEPERS, "Reopen the investigation", needs=("why",), signs="reopened",
            when={"is_before_plan": "the case has gone on from its investigation"},
        ),
    ),
)  # fmt: skip

SHOWN_ORDER = Lifecycle(
    "shown order",
    (
        State("shown", "shown", "The vendor sees a page of this order, without anything that names a customer."),
        State("withdrawn", "withdrawn", "The page was taken back; that it was shown, to whom and from when stays in the record.", is_end=True),
    ),
    (Move("withdraw", ("shown",), "withdrawn", KEEPERS, "Take it back", needs=("why",), signs="withdrawn"),),
)


@dataclass(frozen=True)
class Kind:
    """One kind of statement. `of` names the thing it is about; `values` what it may say beside its words; `asks` is what its form says."""

    key: str
    title: str
    of: str
    asks: str
    values: tuple[tuple[str, str], ...] = ()
    is_one: bool = False
    """Whether a side has one at a time: a later one takes the place of the one before, which stays to be read."""


STANDINGS = (
    ("open", "open"),
    ("supported", "supported"),
    ("refuted", "refuted"),
    ("undecided", "undecided: what there is does not tell"),
)
CAUSES = (
    ("router_logic", "router logic: it did what it is built to do"),
    ("setting", "a setting of the router"),
    ("venue", "a venue: its fills, its queue or its failure"),
    ("market_data", "market data that was slow, wrong or missing"),
    ("capacity", "capacity or an outage"),
    ("payment", "a payment or another conflict of interest"),
    ("firm_own", "the firm's own: its orders, its instructions or its systems"),
    ("data_fault", "a fault of the data: the figures were wrong, the routing was not"),
    ("none_found", "none found"),
)
"""The declared root causes of a case."""

KINDS = (
    Kind("statement", "statement", "", "Say what the other side should know. It stays as it is: a correction is another statement."),
    Kind("for", "speaks for it", "hypothesis", "What supports this hypothesis? Attach what shows it."),
    Kind("against", "speaks against it", "hypothesis", "What speaks against this hypothesis? Attach what shows it."),
    Kind("standing", "how it stands", "hypothesis", "How do you see this hypothesis now, and why? The other side's view stands beside yours.", STANDINGS, is_one=True),
    Kind("otherwise", "set otherwise", "day", "How was the router set on this day, if not as shown? Attach what shows it."),
    Kind("of_order", "about the order", "order", "What does this order show?"),
    Kind("conclusion", "conclusion", "", "What caused it, in your view? The other side's conclusion stands beside yours, agreed or not.", CAUSES, is_one=True),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}
TITLES = {key: title for kind in KINDS for key, title in kind.values}
