"""What there is to choose from on the vendor register: kinds of arrangement with what follows from each, links of a chain, holders of market access."""

from __future__ import annotations

from dataclasses import dataclass

AGENT, PRINCIPAL, MIXED, SOFTWARE = "agent", "principal", "mixed", "software"
CAPACITIES = {
    AGENT: "agent for the customer",
    PRINCIPAL: "principal, against its own account",
    MIXED: "agent for some orders, principal for others",
    SOFTWARE: "none: it supplies software and handles no order",
}


@dataclass(frozen=True)
class Kind:
    """One kind of arrangement. `reliance` says whether relying on somebody else's review is possible under it, and why or why not."""

    key: str
    title: str
    meaning: str
    follows: tuple[str, ...]
    capacities: tuple[str, ...]
    is_member: bool
    allows_reliance: bool
    reliance: str


KINDS = (
    Kind(
        "own_mpid", "own MPID, licensed router",
        "The firm sends orders under its own market participant identifier; the vendor supplies the router as software.",
        (
            "The firm is the routing broker-dealer: the regular and rigorous review is its own.",
            "Market-access controls are under the firm's direct and exclusive control.",
            "The firm's routing reports name the venues themselves, never the router.",
        ),
        (SOFTWARE,), is_member=False, allows_reliance=False,
        reliance="Not possible: no member handles these orders for the firm, so there is nobody's review to rely on. The firm reviews its own routing.",
    ),
    Kind(
        "member_agent", "FINRA member, as agent",
        "A member takes the firm's customer orders and routes them on as agent for the customer.",
        (
            "Both firms owe the customer best execution.",
            "The firm may rest on the member's review, one quarter at a time, when results and rationale were received, read and challenged.",
            "Look-through data is needed: where the orders went behind the member.",
        ),
        (AGENT,), is_member=True, allows_reliance=True,
        reliance="Possible, one quarter at a time: results and rationale received, read by one person and challenged by another.",
    ),
    Kind(
        "wholesaler", "principal wholesaler",
        "A dealer fills the orders against its own account, or works them as riskless principal.",
        (
            "The dealer is a venue in the firm's own review and is compared with venues not used.",
            "Payment for the flow is a conflict: it is registered, disclosed and kept out of the score.",
            "Each quarter the firm decides whether the dealer keeps the flow.",
        ),
        (PRINCIPAL, MIXED), is_member=True, allows_reliance=False,
        reliance="Not possible: it deals against the orders instead of handling them as agent; its review looks at itself. "
        "The firm reviews it among its venues.",
    ),
    Kind(
        "carrying_router", "carrying firm's router",
        "The firm that carries the accounts routes the orders with its own router, under the clearing agreement.",
        (
            "The clearing agreement says who does what; best execution stays with the introducing firm too.",
            "Where the carrying firm agreed to handle this flow as agent, its review can be relied on, one quarter at a time.",
            "Its routing report is examined before the firm adopts it by reference.",
        ),
        (AGENT, PRINCIPAL, MIXED), is_member=True, allows_reliance=True,
        reliance="Possible only where the carrying firm, a member, agreed to handle this very flow as agent; then one quarter at a time, "
        "with results and rationale received, read and challenged.",
    ),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}

CHAIN = {
    "hosting": "hosting, data center",
    "market_data": "market data",
    "broker": "broker it routes through",
    "connectivity": "lines and connectivity",
    "software": "software",
    "other": "other",
}
CRITICALITIES = {
    "critical": "critical: routing stops without it",
    "important": "important: routing suffers without it",
    "minor": "minor: routing goes on without it",
}
HOLDERS = {
    "firm": "this firm",
    "member": "another broker-dealer, which provides the access",
    "vendor": "a vendor that is no broker-dealer",
}
"""Who may be said to hold the controls of 17 CFR 240.15c3-5."""


def why_not(kind: str, capacity: str, crd: str) -> str:
    """Why relying on somebody else's regular and rigorous review is refused under such an arrangement, in words; empty where it is possible."""
    of = BY_KEY[kind]
    if not of.allows_reliance:
        return of.reliance
    if capacity != AGENT:
        return f"Not possible: this flow is handled as {CAPACITIES[capacity]}. A review can be relied on only for flow handled as agent for the customer."
    if not crd:
        return "Not possible: whoever handles the flow is not named as a FINRA member; its CRD number is missing."
    return ""
