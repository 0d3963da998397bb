"""Information leakage: who learns of our orders before they are done, and what it costs."""

from __future__ import annotations

from oversight.diligence.bank.bounds import INSTITUTIONAL, NOT_HELD, at_most
from oversight.diligence.bank.question import CHOICE, NUMBER, TEXT, YES_NO, Question

LEAKAGE = (
    Question(
        "DD-LEA-01", "LEA", "Which fields of our orders reach a venue or another broker: client tag, account, parent quantity, strategy, capacity, retail mark?",
        guidance="Answer by destination and FIX tag, for child orders and for indications. Say which can be suppressed and whether a constant tag lets children of one parent be joined.",
        why="A stable tag tells a counterparty whose order it is and how much may still come.",
        cites=("FINRA 2010", "FINRA 5270", "FIX tags 30 and 851"), evidence="Outgoing messages of one parent order, one for each destination type.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-LEA-02", "LEA", "To whom do you send indications of interest or conditional orders on our behalf, and are they firm?",
        guidance="Choose the strongest kind in use for our flow. Actionable means that symbol, side and a size of at least a round lot can be inferred and traded against.",
        why="An indication is an advertisement; who receives it decides what it costs.",
        cites=("17 CFR 242.304", "FINRA 5310(a)(1)"), evidence="The settings for our account and a day's log of indications and responses.",
        kind=CHOICE, choices=("none", "conditional orders to listed venues", "actionable indications to chosen counterparties", "actionable indications to many"), good=("none", "conditional orders to listed venues"), weight=2,
    ),
    Question(
        "DD-LEA-03", "LEA", "What should be left of the price move one minute after fills of institutional orders: what reversion, in dollars a share?",
        guidance="Above zero the price came back, which the order paid for. Share-weighted, not held, regular session. State the ceiling.",
        why="Impact that reverts was caused by the way of trading, not by news.",
        cites=("Mark-out convention", "FINRA 5310.09"), evidence="Mark-outs at one second, fifteen seconds, one and five minutes for the last quarter.",
        kind=NUMBER, unit="$/share", weight=2,
        claim=at_most("reversion_1min", "The price comes back by at most {bound} in the minute after institutional fills.", customer_class=INSTITUTIONAL, held=NOT_HELD),
    ),
    Question(
        "DD-LEA-04", "LEA", "What average slippage from the midpoint at receipt should institutional orders show, in basis points?",
        guidance="All institutional orders of the regular session, not held, whatever the size. Positive is a cost. State the ceiling you accept to be measured by.",
        why="Leakage shows as drift between receipt and execution, before any fill looks bad on its own quote.",
        cites=("Arrival-price convention", "FINRA 5310.09"), evidence="Slippage by order size and liquidity of the symbol.",
        kind=NUMBER, unit="bps", weight=2,
        claim=at_most("arrival_slippage_bps", "Institutional orders slip at most {bound} from arrival.", customer_class=INSTITUTIONAL, held=NOT_HELD),
    ),
    Question(
        "DD-LEA-05", "LEA", "How far from the interval's volume-weighted price are benchmark orders executed, in basis points?",
        guidance="Institutional benchmark orders, from receipt to last fill. Positive is a cost. State the ceiling.",
        why="A schedule that others can read is traded ahead of, slice by slice.",
        cites=("Arrival-price convention", "FINRA 5310.09"), evidence="Results by strategy and duration, with the randomization used.",
        kind=NUMBER, unit="bps",
        claim=at_most("vwap_slippage_bps", "Benchmark orders are at most {bound} worse than the interval's price.", min_n=30, order_type=("benchmark",), customer_class=INSTITUTIONAL, held=NOT_HELD),
    ),
    Question(
        "DD-LEA-06", "LEA", "What should realized spread one second after our fills in ATSs be at most, in dollars a share?",
        guidance="Twice the distance of the price from the midpoint one second later, institutional, not held. A figure near the quoted spread means that the pool's other side knew more.",
        why="Pools differ by who trades in them; a pool that is toxic for our orders is found by what happens next.",
        cites=("17 CFR 242.600", "17 CFR 242.304"), evidence="Realized spread by pool and counterparty segment.",
        kind=NUMBER, unit="$/share",
        claim=at_most("realized_spread_1s", "Realized spread one second after fills in ATSs is at most {bound}.", venue_kind=("ats",), customer_class=INSTITUTIONAL, held=NOT_HELD),
    ),
    Question(
        "DD-LEA-07", "LEA", "Is any record of our orders, executed or not, sold, shared or used for a purpose other than routing them?",
        guidance="Count anonymized and aggregated uses, model training, affiliates' research, and products for venues. Answer no only if your agreements with sub-vendors say the same.",
        why="Order data bought in bulk tells who is in the market; customers were never asked.",
        cites=("17 CFR 248.30", "FINRA 2010", "SEC order 2015-08-12 on subscribers' orders"), evidence="The data-use clause in force and the register of recipients.",
        kind=YES_NO, good=("no",), weight=3,
    ),
    Question(
        "DD-LEA-08", "LEA", "Who inside your group can see our open orders, on which screens, and how often is that access reviewed?",
        guidance="Count people and systems, support staff and developers with production access included. Name every trading function that is not walled off.",
        why="A trading desk once used a live feed of clients' orders in the same firm's pool; the feed was one permission.",
        cites=("FINRA 5320", "FINRA 5270", "SEC order 2015-08-12 on subscribers' orders"), evidence="The last access review for order-viewing entitlements.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-LEA-09", "LEA", "How do you find out that a venue or counterparty trades on what it learns from our probes, and which one did you last cut off for it?",
        guidance="Describe the measure (quote fade after immediate orders, drift after indications), the threshold, how often it is run, and the last action taken.",
        why="A vendor that measures leakage can name somebody it stopped routing to.",
        cites=("FINRA 5310.09", "FINRA RN 15-46"), evidence="The last venue-toxicity report and the decision it led to.",
        kind=TEXT,
    ),
)  # fmt: skip
