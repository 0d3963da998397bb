"""Conflicts of interest: who is paid for our flow, by whom, and what keeps it out of the routing decision."""

from __future__ import annotations

from oversight.diligence.bank.bounds import at_most, never
from oversight.diligence.bank.question import CHOICE, NUMBER, TEXT, YES_NO, Question

CONFLICTS = (
    Question(
        "DD-CON-01", "CON", "Do you, your owners or your affiliates receive anything of value from a market to which our orders go: payment, rebate above cost, credit, equity, discounted service?",
        guidance="Count what is netted into your fees, paid in tiers or paid a quarter later, and what a parent receives. A no is a statement for every venue on the list.",
        why="Whoever is paid for flow has a reason to move it; the reason has to be known before the flow can be judged.",
        cites=("FINRA RN 21-23", "17 CFR 242.606", "17 CFR 242.607"), evidence="A schedule of receipts by payer for twelve months, signed by your finance officer.",
        kind=YES_NO, good=("no",), weight=3, claim=never("CON-101", "No day shows more of the flow at venues that pay than the firm allows.", by_answer="no"),
    ),
    Question(
        "DD-CON-02", "CON", "Is it excluded that our flow moves toward a market because that market begins to pay, or pays more?",
        guidance="Name the control: what in the decision sees payments, who may change that, and what the last change of a payment did to shares of venues in the following weeks.",
        why="Flow that follows money appears as a step in one venue's share on the day an arrangement starts, whatever the policy says.",
        cites=("FINRA RN 21-23", "FINRA 5310(c)", "FINRA 5310.09"), evidence="Venue shares by week around the last three changes of payment.",
        kind=YES_NO, good=("yes",), weight=3, claim=never("CON-104", "The share of no venue that pays rises beyond what the days before explain."),
    ),
    Question(
        "DD-CON-03", "CON", "Are customers improved as much at markets that pay as at those that do not, for the same class and size of order?",
        guidance="Compare price improvement per share within order class and size bucket, never over everything. State the gap if there is one.",
        why="Better average prices at paying markets usually come from easier orders; like must be set against like.",
        cites=("FINRA RN 21-23", "FINRA 5310.09", "SEC order 2020-12-17 on payment and price"), evidence="The comparison by class and size for the last quarter.",
        kind=YES_NO, good=("yes",), weight=3, claim=never("CON-103", "In no cell of class and size is improvement lower at venues that pay by more than the firm's limit."),
    ),
    Question(
        "DD-CON-04", "CON", "Do customers pay the same part of the quoted spread at markets that pay as at those that do not?",
        guidance="Effective over quoted spread within order class and size bucket, over a quarter. Answer for the worst cell, not the mean.",
        why="Improvement and spread can tell different stories; the second includes disimprovement.",
        cites=("FINRA RN 21-23", "17 CFR 242.605"), evidence="The same comparison for effective over quoted spread.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("CON-102", "In no cell of class and size is the spread paid wider at venues that pay by more than the firm's limit."),
    ),
    Question(
        "DD-CON-05", "CON", "What is the highest rebate per executed share, in dollars, that markets will credit on our flow and that reaches us?",
        guidance="Rebates credited on fills, averaged over all executed shares in retail flow of the regular session. State zero if you keep them, and say so under DD-CON-01.",
        why="What we are credited is our conflict and must equal what we disclose, to the dollar.",
        cites=("17 CFR 242.606", "17 CFR 242.607", "FINRA RN 21-23"), evidence="A month of fee files with rebates by venue and liquidity flag.",
        kind=NUMBER, unit="$/share", claim=at_most("venue_rebates_per_share", "Rebates average at most {bound}."),
    ),
    Question(
        "DD-CON-06", "CON", "What will venue fees cost us per executed share, in dollars, at your stated tier?",
        guidance="Fees charged on fills, rebates not deducted, over all executed shares of retail flow in the regular session. State the ceiling.",
        why="A router that saves fees at the price of the customer's execution, or the reverse, shows when both are known.",
        cites=("17 CFR 242.610", "FINRA 5310.09"), evidence="Fee schedule by venue with effective dates, and a month's invoice.",
        kind=NUMBER, unit="$/share", claim=at_most("venue_fees_per_share", "Venue fees average at most {bound}."),
    ),
    Question(
        "DD-CON-07", "CON", "Which fee and rebate tiers does your own volume chase, and can our orders be used to reach one?",
        guidance="Name each tier by venue, the volume still missing on the last day of last month, and the rule that keeps month-end routing unaffected.",
        why="Month-end tier chasing moves other people's orders and leaves no trace in a quarterly mean.",
        cites=("FINRA RN 21-23", "FINRA 5310(a)(1)"), evidence="Tier reports of three month-ends with venue shares of the last five days of each.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-CON-08", "CON", "Does any broker stand between you and the market on any of our orders, and what does each such hop bring the customer?",
        guidance="For each hop: name, reason, time and cost added, who is paid. If there are none, say none. A hop for your convenience only is to be named as one.",
        why="Placing a third party between the customer and the best market is allowed only where it serves the customer; the burden of showing that is ours.",
        cites=("FINRA 5310(a)(2)", "FINRA 5310(b)"), evidence="Agreements with each intermediary broker and the fees of the last quarter.",
        kind=TEXT, weight=3,
    ),
    Question(
        "DD-CON-09", "CON", "Which affiliates of yours trade as principal, run a market or hold a stake in one, and does the router treat any of them other than at arm's length?",
        guidance="Include market makers, ATSs, single-dealer platforms, and minority stakes from five percent. Say who sees the router's order flow.",
        why="An affiliate's priority in a routing table is raised by one line of configuration.",
        cites=("17 CFR 242.304", "FINRA 5320", "SEC order 2015-08-12 on subscribers' orders"), evidence="Group chart with trading entities, and the routing priority of each.",
        kind=TEXT, weight=3,
    ),
    Question(
        "DD-CON-10", "CON", "What does the customer bear per executed share, in dollars: commissions, markups and fees passed through by you or those behind you?",
        guidance="Everything that ends on the customer's statement, over all executed shares of retail flow. A markup inside the price counts.",
        why="A net price is only a good price if nothing was taken out of it first.",
        cites=("FINRA 2121", "FINRA 2124", "17 CFR 240.10b-10"), evidence="Price build-up of ten executions from market price to customer's price.",
        kind=NUMBER, unit="$/share", weight=2, claim=at_most("customer_cost_per_share", "Customers bear at most {bound}."),
    ),
    Question(
        "DD-CON-11", "CON", "What are the people paid for who set the router's parameters and who sell it?",
        guidance="Say whether revenue from venues, internalization rates or affiliate results enter anyone's pay, by how much, and who approves it.",
        why="A conflict that was taken out of the code can come back through a bonus.",
        cites=("FINRA RN 21-23", "FINRA 2010"), evidence="The compensation policy for these functions, or a letter from your compliance officer.",
        kind=CHOICE, choices=("no venue or affiliate revenue enters their pay", "it enters, and compliance reviews it", "it enters without review"), good=("no venue or affiliate revenue enters their pay",),
    ),
    Question(
        "DD-CON-12", "CON", "Have you told any client, in writing or on a web site, how orders are routed, and is each such statement true for our flow today?",
        guidance="Attach everything published in the last two years. Mark each sentence that a client could rely upon with the person who checked it and when.",
        why="Several regulators' orders concern routers that worked otherwise than their brochures said.",
        cites=("FINRA 2010", "SEC order 2016-12-16 on a router's ranking", "SEC order 2018-06-19 on masked executions"), evidence="The marketing file with its checks.",
        kind=TEXT, weight=2,
    ),
)  # fmt: skip
