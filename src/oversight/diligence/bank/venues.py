"""Venue access: which markets the router reaches, how, and on whose decision."""

from __future__ import annotations

from oversight.diligence.bank.bounds import INSTITUTIONAL, NOT_HELD, PERCENT, at_most, never
from oversight.diligence.bank.question import CHOICE, NUMBER, TEXT, YES_NO, Question

VENUE_ACCESS = (
    Question(
        "DD-VEN-01", "VEN", "Does the router send our orders only to venues that we have approved in writing, with no exception for tests, failover or overflow?",
        guidance="A venue is anything that can execute: exchange, ATS, wholesaler, single-dealer platform, another broker's router. Answer no if any fallback table holds a venue we have not approved, and name it.",
        why="The first thing an examiner compares is the venue list the committee approved with the destinations in the audit trail.",
        cites=("FINRA 5310.09", "FINRA RN 21-29", "17 CFR 242.606"), evidence="Export of the destination table in force for our flow, with the fallback entries, dated.",
        kind=YES_NO, good=("yes",), weight=3, claim=never("ROU-102", "No route goes to a venue that the firm has not approved."),
    ),
    Question(
        "DD-VEN-02", "VEN", "Can an execution come back from a venue other than those to which you route, for instance because a broker you use routes on?",
        guidance="Count routing by exchanges away to another exchange, brokers' own routers, and wholesalers that forward. Name each path on which you learn the place of execution only from the fill.",
        why="A venue reached only through another broker is still a market our customers trade in, and has to be approved and reviewed as one.",
        cites=("FINRA 5310(a)(2)", "FINRA 5310(b)", "FINRA 5310.09"), evidence="A list of onward-routing paths with the settings that switch each off.",
        kind=YES_NO, good=("no",), weight=2, claim=never("ROU-101", "No order is executed at a venue that the firm has not approved.", by_answer="no"),
    ),
    Question(
        "DD-VEN-03", "VEN", "Does every execution report name the market of execution by its ISO 10383 code, whoever executed it?",
        guidance="Answer for FIX LastMkt (tag 30) on the fill, and for drop copies and files alike. A router's own code or a broker's name is not a market. Say what you send for executions off exchange.",
        why="Fills without a place cannot be reviewed by venue, and a router shown as a venue hides where the order really traded.",
        cites=("17 CFR 242.606", "ISO 10383", "FIX tags 30 and 851"), evidence="One day of fills for a test account, with the mapping of venue codes.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("COM-114", "Every fill says where it traded."),
    ),
    Question(
        "DD-VEN-04", "VEN", "How is each national securities exchange reached for our flow?",
        guidance="Choose what holds for most of our volume and list the exceptions in words. Through another broker means that broker's market participant identifier is on the order.",
        why="Each intermediary adds latency, a fee, a payee and a place where an order can be lost; it also decides whose market-access controls apply.",
        cites=("FINRA 5310(a)(2)", "17 CFR 240.15c3-5"), evidence="A table of exchange, member through whom it is reached, and port type.",
        kind=CHOICE, choices=("own membership", "our firm's membership", "through an affiliate", "through other brokers"), good=("own membership", "our firm's membership"), weight=2,
    ),
    Question(
        "DD-VEN-05", "VEN", "Which exchanges and registered ATSs that displayed the best price in National Market System stocks last quarter can the router not reach, and why?",
        guidance="Answer from the tape of the last full quarter: name each market, the share of the time it was alone at the best bid or offer, and the reason it is not connected. “None” needs the figures too.",
        why="Reviews that compare only the venues already used are the most cited failing; what is not connected must be known before it can be weighed.",
        cites=("FINRA 5310(a)(1)", "FINRA RN 15-46", "FINRA exam findings, best execution"), evidence="Connected venues against venues with time at the inside, by quarter.",
        kind=TEXT, weight=3,
    ),
    Question(
        "DD-VEN-06", "VEN", "What is the highest concentration of executed shares over venues that our retail flow should show in a quarter, as a Herfindahl index between 0 and 1?",
        guidance="The sum of the squared shares of each venue: five equal venues give 0.20. State the ceiling that your logic keeps for a flow like ours, not last month's value.",
        why="A rising concentration is the earliest sign that one venue, often one that pays, has been preferred.",
        cites=("FINRA 5310.09", "FINRA RN 21-23"), evidence="Venue shares of the last four quarters for comparable clients.",
        kind=NUMBER, unit="index", weight=2, claim=at_most("venue_concentration", "Concentration over venues is at most {bound}."),
    ),
    Question(
        "DD-VEN-07", "VEN", "Does the router keep each venue's share of our executed shares of a day within the limit that our policy sets, by itself and before the limit is crossed?",
        guidance="We hand over the limit with the configuration. Answer yes only if the router counts shares by venue during the day and stops preferring a venue that nears it.",
        why="A limit that is noticed the next morning has already been crossed.",
        cites=("FINRA 5310.09", "FINRA 3110"), evidence="The setting in the configuration and a log of a day on which it acted.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("ROU-103", "No venue gets more of a day's shares than the firm's limit."),
    ),
    Question(
        "DD-VEN-08", "VEN", "For each ATS that the router reaches, who has read its Form ATS-N, and which counterparty segments, order types and affiliate interactions did you opt out of for us?",
        guidance="Answer venue by venue. State the amendment read and its date; say “not offered” where the ATS gives no choice of segment.",
        why="An ATS says on its form who may meet our orders and what its operator's affiliates do there; a router that never read it cannot have chosen.",
        cites=("17 CFR 242.304", "FINRA 5310.09"), evidence="The venue file: form, amendment date, options chosen, reader and date.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-VEN-09", "VEN", "How far from the midpoint are our fills in ATSs: what effective spread at the instant of execution, in dollars a share?",
        guidance="Twice the signed distance from the midpoint when the fill happened, share-weighted, institutional orders not held, regular session. A pool that crosses at the midpoint gives zero; state the ceiling over all pools.",
        why="A dark venue that prices off a slow feed trades at a midpoint that has gone; it is seen by pool, never in a firm-wide average.",
        cites=("17 CFR 242.611", "17 CFR 242.304", "FINRA 5310.09"), evidence="Your own figure for the last quarter, by pool, with the reference feed of each pool.",
        kind=NUMBER, unit="$/share", weight=2,
        claim=at_most("effective_spread_at_execution", "Fills in ATSs have an effective spread at execution of at most {bound}.", venue_kind=("ats",), customer_class=INSTITUTIONAL, held=NOT_HELD),
    ),
    Question(
        "DD-VEN-10", "VEN", "What percentage of our routes will venues refuse?",
        guidance="Refusals of any kind over all routes sent: unknown symbol, port down, price collar, risk check at the venue. State the ceiling for an ordinary quarter.",
        why="A refused route costs a customer the time and sometimes the price; a router that is refused often does not know its venues.",
        cites=("FINRA 5310.01", "FINRA 5310.09"), evidence="Reject counts by venue and reason for the last quarter.",
        kind=NUMBER, unit="%", scale=PERCENT, claim=at_most("route_reject_rate", "Venues refuse at most {bound} of the routes."),
    ),
    Question(
        "DD-VEN-11", "VEN", "How is a new venue, order type or fee tier brought to us, and for how long can we decline it without losing another service?",
        guidance="Describe the notice, the lead time, the trial offered and what the router does with our flow meanwhile. Say whether our silence counts as consent.",
        why="Each must end in a dated memo of ours, try or decline; a venue that appears by default was approved by nobody.",
        cites=("FINRA RN 15-46", "FINRA 5310.09"), evidence="The last two venue notices sent to clients.",
        kind=TEXT,
    ),
)  # fmt: skip
