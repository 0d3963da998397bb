"""Routing logic: in what order the router decides, and what it puts first."""

from __future__ import annotations

from oversight.diligence.bank.bounds import MARKET, MARKETABLE_LIMIT, MILLISECONDS, PERCENT, at_least, at_most, never
from oversight.diligence.bank.question import CHOICE, NUMBER, TEXT, YES_NO, Question

LOGIC = (
    Question(
        "DD-LOG-01", "LOG", "State the routing decision for a marketable retail order as rules in sequence: what is read, what is compared, what breaks a tie, when it stops.",
        guidance="Write each rule so that a route can be checked against it: “if the best price is displayed by one exchange alone, that exchange receives the first route”. Marketing language cannot be tested and will be returned.",
        why="What a vendor says of its logic becomes predicates over our routes; regulators have sanctioned a router that did not do what its owner described.",
        cites=("FINRA 5310(a)(1)", "FINRA RN 21-29", "SEC order 2016-12-16 on a router's ranking"), evidence="The logic document with version and date, and the person who keeps it.",
        kind=TEXT, weight=3,
    ),
    Question(
        "DD-LOG-02", "LOG", "For market orders of retail customers, which aim comes first when they conflict?",
        guidance="Choose the aim that wins when two venues differ. Cost means fees and rebates of whoever pays them, us included.",
        why="The duty runs to the customer's price first; speed and likelihood serve it, the router's cost does not.",
        cites=("FINRA 5310(a)(1)", "FINRA 5310.09"), evidence="The objective function or the ranking table in force for our account.",
        kind=CHOICE, choices=("price", "likelihood of execution", "speed", "cost to the router or to us", "set by each client"), good=("price",), weight=3,
        claim=at_least("at_or_inside", "With price first, at least {bound} of the shares of retail market orders are executed at the quote or better.", "0.97", by_answer="price", order_class=MARKET),
    ),
    Question(
        "DD-LOG-03", "LOG", "What percentage of the shares of our retail market orders will be executed worse than the national best quote at receipt?",
        guidance="The benchmark is the quote when our order was received. Orders larger than the displayed size count. Give the ceiling for a quarter.",
        why="Net improvement hides disimprovement: a mean can be good while one order in forty is executed outside.",
        cites=("FINRA 5310.09", "17 CFR 242.605"), evidence="Your share outside the quote by quarter, and the three largest causes.",
        kind=NUMBER, unit="%", scale=PERCENT, weight=3, claim=at_most("outside", "At most {bound} of the shares of retail market orders are executed outside the quote.", order_class=MARKET),
    ),
    Question(
        "DD-LOG-04", "LOG", "Will a marketable order no larger than the displayed size ever be executed at a price worse than that quote?",
        guidance="Answer yes if it can happen while the quote was accessible: quote fade, first look, a slow venue. Describe when, and how the customer is made good.",
        why="This is the case in which the quote was there for the taking; each one has to be explained order by order.",
        cites=("FINRA 5310(a)(1)", "FINRA 5310.01", "17 CFR 242.611"), evidence="Procedure for price adjustments and a sample of five adjusted orders.",
        kind=YES_NO, good=("no",), weight=2,
        claim=never("EXE-101", "No fill of an order within the displayed size is worse than the quote at its benchmark instant.", by_answer="no"),
    ),
    Question(
        "DD-LOG-05", "LOG", "Does every intermarket sweep order that you send carry a limit price and go with the sweeps that the rule requires?",
        guidance="Say who decides that an order is a sweep, on which snapshot of which feed, and how the record of that snapshot is kept.",
        why="A sweep marked wrongly lets a venue ignore protected quotes; the sender, not the venue, answers for it.",
        cites=("17 CFR 242.611", "17 CFR 242.611 (rescission)", "17 CFR 242.600"), evidence="Ten sweeps with the snapshot relied upon for each.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("ROU-107", "Every sweep carries a limit price."),
    ),
    Question(
        "DD-LOG-06", "LOG", "Is every held market order either executed or handed back within a minute of receipt in a market that trades?",
        guidance="Answer for orders that no venue takes: after how long, and how often, does the router retry, and who is told.",
        why="A marketable order that waits unseen is the most plain breach of prompt execution, and customers notice it first.",
        cites=("FINRA 5310.01", "FINRA 5310(a)(1)"), evidence="The time-out settings and last quarter's list of orders that ran into them.",
        kind=YES_NO, good=("yes",), weight=3, claim=never("ROU-106", "No marketable held order is left waiting."),
    ),
    Question(
        "DD-LOG-07", "LOG", "What is the mean time from our receipt of a retail market order to your first route, in milliseconds?",
        guidance="Our line to you included: we measure from our receipt stamp to the stamp of the first child order, weighted by shares. State a ceiling.",
        why="Receipt-to-route time was ignored in reviews for years, since each party measured only its own leg.",
        cites=("FINRA 5310.09", "FINRA exam findings, best execution"), evidence="Latency by percentile between your gateway and your first child order.",
        kind=NUMBER, unit="ms", scale=MILLISECONDS, weight=2, claim=at_most("mean_receipt_to_route", "From receipt to the first route it takes at most {bound} on average.", order_class=MARKET),
    ),
    Question(
        "DD-LOG-08", "LOG", "Can a fill ever be beyond the customer's limit price, net of corrections made the same day?",
        guidance="Consider price conversions, sub-penny rounding, splits effective overnight, and pegged orders whose limit is recomputed.",
        why="The limit is the one term that the customer set; crossing it is never a matter of judgement.",
        cites=("FINRA 5310(a)(1)", "17 CFR 242.612"), evidence="The pre-route limit check and its last test.",
        kind=YES_NO, good=("no",), weight=3, claim=never("EXE-108", "No fill is beyond its order's limit.", by_answer="no"),
    ),
    Question(
        "DD-LOG-09", "LOG", "How many fills does a filled retail market order receive on average?",
        guidance="Fills for each order with at least one fill. Splitting over venues and partial fills at one venue both count.",
        why="Needless splitting adds fees, signals size and slows completion; it is also where wholesalers and exchanges differ most.",
        cites=("FINRA 5310.09",), evidence="Distribution of child orders and fills by order size.",
        kind=NUMBER, unit="fills an order", claim=at_most("fills_per_order", "A filled retail market order has at most {bound} fills on average.", order_class=MARKET),
    ),
    Question(
        "DD-LOG-10", "LOG", "What percentage of the shares of our marketable limit orders will be executed better than the quote?",
        guidance="At the benchmark instant. State the floor for a quarter; it may differ from market orders and usually does.",
        why="Marketable limits are often routed by the table for market orders without anybody having compared results.",
        cites=("FINRA RN 15-46", "FINRA 5310.09", "17 CFR 242.605"), evidence="Results of the last quarter by order class.",
        kind=NUMBER, unit="%", scale=PERCENT, claim=at_least("inside", "At least {bound} of the shares of marketable limit orders are executed better than the quote.", order_class=MARKETABLE_LIMIT),
    ),
    Question(
        "DD-LOG-11", "LOG", "Which parts of the logic learn from past executions, on whose data, how often are they refitted, and who can say afterwards why one order went where it went?",
        guidance="Include ranking tables refreshed from statistics. Say what happens when the refit fails: last good table, default table, or stale inputs in use.",
        why="A router once ran for two years on a ranking whose inputs had stopped updating; nobody looked, and clients had been told otherwise.",
        cites=("SEC order 2016-12-16 on a router's ranking", "FINRA RN 15-09", "FINRA 3110"), evidence="Refit log of the last quarter and the explanation of one order of our choice.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-LOG-12", "LOG", "Is our flow routed by the same tables as that of your other clients and affiliates, and if not, what differs and who asked for it?",
        guidance="Name each client-specific override in force for us and each preference enjoyed by others that we do not have.",
        why="An override set for one client, or for an affiliate, tends to stay long after its reason has gone.",
        cites=("FINRA 5310(a)(1)", "FINRA RN 21-29"), evidence="The list of overrides for our account with date, requester and reason.",
        kind=TEXT,
    ),
)  # fmt: skip
