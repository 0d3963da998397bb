"""Data access: what we receive, how complete it is, and whether we may keep it."""

from __future__ import annotations

from oversight.diligence.bank.bounds import never
from oversight.diligence.bank.question import CHOICE, NUMBER, TEXT, YES_NO, Question

DELIVERIES = (
    Question(
        "DD-DAT-01", "DAT", "Does every order that we send you come back in your files with at least one route, unless you refused it?",
        guidance="Orders internalized, queued and never sent, or replaced before routing included. Name what is left out of your files by design.",
        why="Orders missing from the vendor's file are the ones nobody measures; a fraction of a percent is enough to hide an outage.",
        cites=("17 CFR 242.613", "17 CFR 240.17a-3", "FINRA RN 21-29"), evidence="A reconciliation of one week against our order count, with differences explained.",
        kind=YES_NO, good=("yes",), weight=3, claim=never("COM-102", "Every order shows a route."),
    ),
    Question(
        "DD-DAT-02", "DAT", "Is every child order delivered to us, those of other brokers' algorithms and of immediate orders that came back empty included?",
        guidance="A fill whose route we cannot find is the test. Say which destinations give you no child orders.",
        why="What was tried before the fill is half of the evidence of diligence.",
        cites=("17 CFR 242.613", "17 CFR 242.606", "FINRA 5310.09"), evidence="One parent order with each child, from each kind of destination.",
        kind=YES_NO, good=("yes",), weight=3, claim=never("COM-116", "Every fill belongs to a route that was delivered."),
    ),
    Question(
        "DD-DAT-03", "DAT", "Do the shares of each route add up: filled and returned equal sent, at the end of every day?",
        guidance="Partial fills, cancels in flight, busts and corrections included. Say when a correction of yesterday reaches us and in which file.",
        why="Shares that vanish between a route and its end are either lost fills or lost customers' money.",
        cites=("17 CFR 242.613", "17 CFR 240.17a-3"), evidence="Your end-of-day reconciliation and last month's breaks.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("COM-109", "The shares of every route are accounted for."),
    ),
    Question(
        "DD-DAT-04", "DAT", "Do the shares of each parent order add up to its end, over all the days that it worked?",
        guidance="Filled, canceled and expired equal ordered. Good-till-canceled orders keep one identity for life; say if yours change it overnight.",
        why="An order that changes its name each night cannot be followed to its end.",
        cites=("17 CFR 240.17a-3", "17 CFR 242.613"), evidence="One good-till-canceled order over three days.",
        kind=YES_NO, good=("yes",), claim=never("COM-111", "The shares of every ended order are accounted for."),
    ),
    Question(
        "DD-DAT-05", "DAT", "Can a fill be reported to us more often than it happened, so that an order appears filled beyond its size?",
        guidance="Resends after a lost session, the same execution under two ids, a correction sent as a new fill. Say which id is unique for life.",
        why="A duplicated fill is a false position at the customer until somebody notices.",
        cites=("17 CFR 240.17a-3", "FINRA 4511"), evidence="The rule for resends, with a captured example.",
        kind=YES_NO, good=("no",), weight=2, claim=never("COM-110", "No order has fills beyond its size.", by_answer="no"),
    ),
    Question(
        "DD-DAT-06", "DAT", "By how many hours after the close are the day's orders, routes, acknowledgements, rejects, fills, cancels and fees with us, complete?",
        guidance="State the commitment for complete files. Later corrections are a file of their own, not a silent replacement.",
        why="Exceptions are worked the next morning; data at noon means a day is signed late, every day.",
        cites=("FINRA 5310.09", "FINRA 3110"), evidence="Delivery times of the last thirty files.",
        kind=NUMBER, unit="hours", weight=2,
    ),
    Question(
        "DD-DAT-07", "DAT", "Do you give us the fee or rebate of every fill, the reason of every refusal and the liquidity flag as the venue sent it?",
        guidance="All three, by fill or route, not by monthly total. Name the destinations for which one is missing.",
        why="Without them, payment cannot be tied to disclosure, rejects cannot be mended and posting cannot be judged.",
        cites=("17 CFR 242.606", "17 CFR 242.607", "FIX tags 30 and 851"), evidence="One day's file with the three columns filled.",
        kind=YES_NO, good=("yes",), weight=2,
    ),
    Question(
        "DD-DAT-08", "DAT", "Are we entitled by contract to raw data of our own orders, to keep it without end and to show it to regulators and auditors, after the agreement too?",
        guidance="Answer yes only if nothing in the agreement limits storage, use for comparing you with others, or disclosure to a regulator.",
        why="A right to look at a screen is not a right to the record.",
        cites=("17 CFR 240.17a-4", "FINRA 4511", "FINRA RN 21-29"), evidence="The clause, including what holds after termination.",
        kind=YES_NO, good=("yes",), weight=3,
    ),
    Question(
        "DD-DAT-09", "DAT", "In what form are files delivered, and what changes without notice?",
        guidance="Choose the form of the main delivery. In words: the specification's version, how columns are added, how a code list is kept.",
        why="A feed that changes without notice is silently misread for a week before somebody asks.",
        cites=("FINRA 4511", "17 CFR 242.613"), evidence="The specification and its change log.",
        kind=CHOICE, choices=("FIX drop copy and audit-trail files", "documented files with notice of changes", "documented files without notice", "reports on a screen"), good=("FIX drop copy and audit-trail files", "documented files with notice of changes"),
    ),
    Question(
        "DD-DAT-10", "DAT", "For our 606 reports, what do you compute yourselves, on which orders, and may we recompute it from data you give us?",
        guidance="Say how non-directed orders are classed, how payments are attributed, how zero and unknown are told apart, and who signs.",
        why="A report published unread, with zeros where fees were paid, was the firm's fault and not its vendor's.",
        cites=("17 CFR 242.606", "FINRA 6151", "FINRA exam findings, best execution"), evidence="Last quarter's report with the rows behind one venue's line.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-DAT-11", "DAT", "At the end of the agreement, what is returned, in which form, within how many days, and what do you keep?",
        guidance="Count routing logs, configuration history, market snapshots and correspondence. Say who answers a regulator's request two years later.",
        why="The record must outlive the vendor.",
        cites=("17 CFR 240.17a-4", "FINRA 4511", "FINRA RN 21-29"), evidence="The exit clause, and an export made for a test.",
        kind=TEXT,
    ),
)  # fmt: skip
