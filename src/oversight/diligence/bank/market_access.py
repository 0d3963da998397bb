"""Market-access control: who holds it, directly and exclusively, and how it works."""

from __future__ import annotations

from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question

MARKET_ACCESS = (
    Question(
        "DD-MAC-01", "MAC", "Which broker-dealer has direct and exclusive control of the pre-trade risk controls that our orders pass before they reach a market?",
        guidance="The rule asks this of the broker-dealer whose identifier or membership the order uses. Software of yours is no obstacle; a control that you alone can change, while the order bears our identifier, is.",
        why="A gate: where nobody with the duty holds the controls, no score elsewhere can make up for it.",
        cites=("17 CFR 240.15c3-5",), evidence="A table of control, threshold, owner, who can change it, and by whose identifier the order goes; counsel's view where it is allocated.",
        kind=CHOICE, choices=("our firm, on its own identifier", "the vendor's broker-dealer, on its own identifier", "another broker-dealer, on its own identifier", "it is shared or not settled"),
        good=("our firm, on its own identifier", "the vendor's broker-dealer, on its own identifier", "another broker-dealer, on its own identifier"), weight=3, is_gate=True,
    ),
    Question(
        "DD-MAC-02", "MAC", "Can anyone other than that broker-dealer change or switch off a control, in an emergency or for maintenance included?",
        guidance="Count your administrators, hosting staff and venues' portals. Answer no only if the system prevents it.",
        why="Exclusive means that nobody else can, not that nobody else would.",
        cites=("17 CFR 240.15c3-5", "FINRA RN 15-09"), evidence="Entitlements of the risk system, and its change log for a quarter.",
        kind=YES_NO, good=("no",), weight=3,
    ),
    Question(
        "DD-MAC-03", "MAC", "List each pre-trade control with its threshold for our flow: credit, order size, price collar, duplicates, message rate, restricted symbols, short-sale marking.",
        guidance="For each: soft or hard, by order or cumulative, who set the value, on which figures, when it was last changed, how often it blocked in the last quarter.",
        why="Thresholds so wide that they never block are a finding in most examinations.",
        cites=("17 CFR 240.15c3-5", "17 CFR 242.201", "17 CFR 242.200"), evidence="The control table and a quarter's blocks.",
        kind=TEXT, weight=3,
    ),
    Question(
        "DD-MAC-04", "MAC", "How many seconds pass from our decision to stop until no new order of ours leaves you and working orders are canceled?",
        guidance="By the control that we operate ourselves, on a busy day. State seconds to the last cancel acknowledged; say what cannot be canceled.",
        why="A switch that was never timed is a hope.",
        cites=("17 CFR 240.15c3-5", "FINRA RN 15-09", "SEC order 2013-10-16 on a deployment"), evidence="Record of the last timed test with our flow or a copy of it.",
        kind=NUMBER, unit="seconds", weight=2,
    ),
    Question(
        "DD-MAC-05", "MAC", "When was the last yearly review of the effectiveness of these controls, with the chief executive's certification?",
        guidance="Of the broker-dealer that holds them. Give the date of the certificate.",
        why="The rule asks for both each year; their absence is simple to find.",
        cites=("17 CFR 240.15c3-5", "FINRA 3130"), evidence="The review, its findings and the certificate.",
        kind=DATE, weight=2,
    ),
    Question(
        "DD-MAC-06", "MAC", "Does every order bear the right short-sale mark and, while a price test applies, a price that it allows?",
        guidance="Say who marks, who locates, what happens to a short order in a restricted symbol, and how exempt marks are granted.",
        why="A wrong mark is a violation of each order's own, and routers re-price orders after the mark was checked.",
        cites=("17 CFR 242.200", "17 CFR 242.201", "17 CFR 242.203"), evidence="Short orders in a restricted symbol on one day, as received and as sent.",
        kind=YES_NO, good=("yes",), weight=2,
    ),
    Question(
        "DD-MAC-07", "MAC", "Is an order that has been sent twice by mistake, by us or by a resend, stopped before the second reaches a market?",
        guidance="Say what makes two orders the same, within how long, and how a wanted repeat gets through.",
        why="Duplicates are named in the rule and seen after every failed session.",
        cites=("17 CFR 240.15c3-5", "FINRA RN 15-09"), evidence="The duplicate rule and its last ten hits.",
        kind=YES_NO, good=("yes",),
    ),
    Question(
        "DD-MAC-08", "MAC", "Does the router route under our identifier only orders that we sent, each once, with nothing it generated itself beyond children of them?",
        guidance="Hedging, inventory, market-making and error correction of yours must go under another identifier. Name each exception.",
        why="Whoever trades under our identifier trades in our name before the regulator.",
        cites=("17 CFR 240.15c3-5", "17 CFR 242.613", "FINRA 3110"), evidence="A day of orders under our identifier against those that we sent.",
        kind=YES_NO, good=("yes",), weight=2,
    ),
)  # fmt: skip
