"""Market-data feeds and clocks: what the router sees, when, and how time is kept."""

from __future__ import annotations

from oversight.diligence.bank.bounds import MARKET, PERCENT, at_least, never
from oversight.diligence.bank.question import CHOICE, NUMBER, TEXT, YES_NO, Question

FEEDS = (
    Question(
        "DD-FED-01", "FED", "From which feeds does the router build the best price it acts on?",
        guidance="Choose what holds for marketable orders. In words: which exchanges by direct feed, from which site, and what replaces a feed that fails.",
        why="A router that prices off a slower view than its counterparties is picked off, and its own reports will not show it.",
        cites=("FINRA 5310(a)(1)", "17 CFR 242.600", "17 CFR 242.611"), evidence="Feed inventory by market with site, line capacity and fallback.",
        kind=CHOICE, choices=("direct feeds of every protected market", "direct feeds of the larger markets", "consolidated feed only"), good=("direct feeds of every protected market",), weight=2,
    ),
    Question(
        "DD-FED-02", "FED", "Does the router read odd-lot quotes and act on those better than the national best quote?",
        guidance="Say from which feed, for which order sizes, and whether an odd lot is combined with what is displayed behind it.",
        why="In high-priced stocks the better price is often an odd lot; amended Rule 605 measures against the best displayed price.",
        cites=("17 CFR 242.605", "17 CFR 242.600", "FINRA RN 15-46"), evidence="Ten orders met by a better odd lot, with what was done.",
        kind=YES_NO, good=("yes",), weight=2,
        claim=at_least("best_displayed_at_or_inside", "At least {bound} of the shares of retail market orders are executed at the best displayed price or better, odd lots included.", "0.85", order_class=MARKET),
    ),
    Question(
        "DD-FED-03", "FED", "Are the clocks of every gateway and matching process that stamps our orders kept so close to the national standard that no answer is stamped before its question?",
        guidance="State the source, the largest deviation of the last quarter by host, how it is measured, and the alarm. The tolerance for computer clocks is 50 milliseconds, and far less is usual.",
        why="One gateway with a fast clock makes that venue look quick and spoils every measure of speed in the file.",
        cites=("FINRA 4590", "17 CFR 242.613"), evidence="Clock synchronization log by host for one month.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("COM-117", "No gateway's day shows routes answered before they were sent."),
    ),
    Question(
        "DD-FED-04", "FED", "Is the time stamp of each route always after our stamp of the order's receipt, allowing for the stated tolerance of both clocks?",
        guidance="Include days on which clocks change in March and November, and orders entered before the open. Say in which zone files are written.",
        why="A file an hour off on two days a year is the commonest fault of all, and breaks each measure that joins two sources.",
        cites=("FINRA 4590", "17 CFR 242.613", "FINRA 6860"), evidence="Files of the Monday after the last change of clocks.",
        kind=YES_NO, good=("yes",), claim=never("COM-105", "No route is stamped before its order was received."),
    ),
    Question(
        "DD-FED-05", "FED", "Are orders, routes, acknowledgements and fills stamped to the millisecond or finer in everything that we receive?",
        guidance="Answer for the drop copy, the end-of-day file and reports on request alike; a file that rounds to seconds is a no.",
        why="With stamps in seconds nothing about speed can be said, and the record falls short of the audit trail.",
        cites=("FINRA 6860", "17 CFR 242.613"), evidence="The same order in each of the deliveries.",
        kind=YES_NO, good=("yes",), claim=never("COM-108", "No day's fills rest on a clock coarser than the firm's limit."),
    ),
    Question(
        "DD-FED-06", "FED", "Can an order be filled before it was received, by any stamp in your files?",
        guidance="Think of corrections, manual executions entered late, step-outs and busted trades rebooked under the first order.",
        why="Such rows mean that a clock or a file is wrong, and until it is known which, neither can be used.",
        cites=("FINRA 4590", "17 CFR 240.17a-3"), evidence="The validation that runs before a file leaves you, with last month's rejects.",
        kind=YES_NO, good=("no",), claim=never("COM-104", "No fill is stamped before its order was received.", by_answer="no"),
    ),
    Question(
        "DD-FED-07", "FED", "Is a price checked against the market before an order is sent and after it is filled, so that no fill far from the midpoint reaches us unquestioned?",
        guidance="State the collar by price and spread, and who looks at a fill outside it. Splits and symbol changes of the morning are what it should catch.",
        why="A price off by a split or a decimal point is a data fault until shown otherwise, and a customer's loss if not.",
        cites=("17 CFR 240.15c3-5", "FINRA 5310(a)(1)"), evidence="Collar settings and the list of fills it stopped last quarter.",
        kind=YES_NO, good=("yes",), claim=never("COM-115", "No fill stands at a price that the market never showed."),
    ),
    Question(
        "DD-FED-08", "FED", "What does the router do when a quote is stale, locked, crossed or missing: which orders wait, which go, for how long?",
        guidance="Give the ages and durations in milliseconds and who is alerted. Describe the last time a feed fell behind without stopping.",
        why="A feed that stops is noticed; one that lags by two hundred milliseconds routes to prices that are gone.",
        cites=("17 CFR 242.611", "FINRA 5310.01", "FINRA RN 15-09"), evidence="Staleness settings and the incident record of the last feed fault.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-FED-09", "FED", "How late, in milliseconds at the 99th percentile, was your view of the best quote against the exchanges' own stamps last quarter?",
        guidance="Time of the update inside the routing process less the exchange's stamp, at the busiest minute of each day. Say where you measured.",
        why="Venue selection is only as good as the view it acts on; the busiest minutes are when it matters.",
        cites=("FINRA 5310(a)(1)", "FINRA 4590"), evidence="Feed latency by market and day.",
        kind=NUMBER, unit="ms",
    ),
    Question(
        "DD-FED-10", "FED", "How do splits, symbol changes, new listings and changes of round lot reach the router, and who checks them before the open?",
        guidance="Name the source, the cut-off, the check, and the last time one was missed.",
        why="A reference table one morning late turns good-till-canceled limits into bad fills.",
        cites=("17 CFR 242.600", "FINRA 3110"), evidence="The morning checklist of the last ten business days.",
        kind=TEXT,
    ),
    Question(
        "DD-FED-11", "FED", "What percentage of the routed orders of a quarter could you reconstruct with the market data that the router itself saw?",
        guidance="Not with data bought afterwards. Say how long the snapshots are kept and in what form we may have them.",
        why="“Why this fill” can be answered years later only from what the router saw at that instant.",
        cites=("17 CFR 240.17a-4", "FINRA 4511", "FINRA 5310.09"), evidence="The reconstruction of one order that we name.",
        kind=NUMBER, unit="%", scale=PERCENT,
    ),
)  # fmt: skip
