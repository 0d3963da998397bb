"""What a firm can have a right to obtain from its router vendor, each with the format and clock that are usual."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Obtainable:
    """One kind of records. `usual_days` after the end of the month; `why` says what it is needed for."""

    key: str
    title: str
    holds: str
    why: str
    usual_format: str
    usual_days: int


OBTAINABLE = (
    Obtainable("child_orders", "Child orders", "Each order that the router made of a customer's order, with its parent, type, limit and times.",
        "No order is followed to its end without them.", "CSV, one file a trading day", 1),
    Obtainable("routes", "Routes", "Each route with destination, session, price, size, and the instant it was sent.",
        "Which venue was tried first, and when.", "CSV, one file a trading day", 1),
    Obtainable("acks", "Acknowledgements", "The instant at which each destination acknowledged, to the microsecond or finer.",
        "Tells the router's delay from the venue's.", "CSV, one file a trading day", 1),
    Obtainable("rejects", "Rejects and cancels", "Each refused or canceled route with the destination's reason.",
        "Bursts of rejects and lost children are seen here alone.", "CSV, one file a trading day", 1),
    Obtainable("fees", "Fees and rebates", "Fee or rebate of each fill, and the tier it was computed by.",
        "Cost to the customer and to the firm, and what could tempt the router.", "CSV, one file a month", 10),
    Obtainable("iois", "IOIs and conditional orders", "Each indication or conditional order sent on the firm's behalf, to whom, and what came of it.",
        "Information leaks by these first.", "CSV, one file a month", 10),
    Obtainable("configuration", "Configuration in force", "The router's settings for this firm on each day of the month.",
        "Which rules an order was routed by.", "JSON or PDF, one file a month", 5),
    Obtainable("releases", "Release history", "Each release of the router with its day, its notes and what it changes in routing.",
        "A change of behavior is matched with its release.", "PDF or text, one file a month", 5),
    Obtainable("report_606", "Rule 606 material",
        "Routes by venue and type of order with payments and the terms of arrangements, fit for the firm's 606 report.",
        "The firm's own report, and its check.", "XML or CSV, one file a month", 15),
    Obtainable("look_through", "Look-through", "Where orders that went through another broker were executed in the end.",
        "606(b)(3) reports, and hops that add cost.", "CSV, one file a month", 15),
)  # fmt: skip
BY_KEY = {each.key: each for each in OBTAINABLE}
