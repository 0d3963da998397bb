"""Continuity: outages, capacity, and what becomes of open orders when something fails."""

from __future__ import annotations

from oversight.diligence.bank.bounds import never
from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question

CONTINUITY = (
    Question(
        "DD-BCP-01", "BCP", "Within how many minutes of the loss of your primary site will our orders route again from another, without a change on our side?",
        guidance="From the failure to the first order accepted at the other site. State the objective you are held to, not the best case.",
        why="During an open market minutes are prices; the figure decides when we use our own fallback.",
        cites=("FINRA 4370", "ISO 22301", "17 CFR 242.1001"), evidence="The continuity plan and the report of its last exercise.",
        kind=NUMBER, unit="minutes", weight=2,
    ),
    Question(
        "DD-BCP-02", "BCP", "When did you last run a trading day, or part of one, from the other site with client flow?",
        guidance="A test on a weekend with test orders does not count; give the date of the last with real orders or with the industry's test, and say which.",
        why="Plans that were never run with flow fail at the first session with real sequence numbers.",
        cites=("FINRA 4370", "ISO 22301"), evidence="The exercise report with what failed and when it was mended.",
        kind=DATE, weight=2,
    ),
    Question(
        "DD-BCP-03", "BCP", "Did the router accept and route our orders on every trading day, early closes included?",
        guidance="Before go-live answer for comparable clients and the last twelve months. A day on which one gateway queued orders is not a lost day here; it belongs in DD-BCP-05.",
        why="A day without a vendor's file is either an outage or a missing file, and both need an explanation the same morning.",
        cites=("FINRA 4370", "FINRA RN 21-29"), evidence="Availability by day and gateway for twelve months.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("COM-113", "The vendor's orders are there on every trading day."),
    ),
    Question(
        "DD-BCP-04", "BCP", "Is it detected within a minute, and routed around, when one venue refuses order after order?",
        guidance="State the count or rate that takes a venue out, who is told, and what brings it back. Venue-side risk limits are the usual cause.",
        why="Reject storms cost each customer in the queue, and often the router learns of it from its clients.",
        cites=("FINRA 5310.01", "FINRA RN 15-09"), evidence="The setting and the log of its last use.",
        kind=YES_NO, good=("yes",), claim=never("ROU-105", "No venue refuses a burst of routes before they are sent elsewhere."),
    ),
    Question(
        "DD-BCP-05", "BCP", "List every incident of the last 24 months that delayed, lost, duplicated or misrouted orders of any client.",
        guidance="For each: day, duration in minutes, orders and shares touched, root cause, when clients were told, what changed. “None” is rarely true and will be compared with venues' and regulators' notices.",
        why="How incidents are told is the best forecast of how the next one will be.",
        cites=("FINRA RN 21-29", "FINRA 4530", "17 CFR 242.1001"), evidence="The incident register, and two complete root-cause reports.",
        kind=TEXT, weight=3,
    ),
    Question(
        "DD-BCP-06", "BCP", "When a session drops, what becomes of our open orders at each kind of venue, and who tells us their state?",
        guidance="Cancel on disconnect by venue, what is done with partial fills in flight, how states are reconciled, how long that takes.",
        why="Orders in an unknown state are hedged twice or not at all; both happened.",
        cites=("FINRA 5310.01", "17 CFR 240.15c3-5", "FINRA 4370"), evidence="Cancel-on-disconnect settings and one reconciliation.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-BCP-07", "BCP", "Does every venue acknowledge our routes within the limit that we have set, so that no line or gateway is slow without being noticed?",
        guidance="The limit is in our policy, in milliseconds from your sending to the venue's answer. Say how a slow line is found during the day.",
        why="A slow line is an outage of one venue that nobody declares.",
        cites=("FINRA 5310.09", "FINRA 5310.01"), evidence="Acknowledgement times by venue and port, with alarms raised.",
        kind=YES_NO, good=("yes",), claim=never("SPD-102", "No acknowledgement takes longer than the firm's limit."),
    ),
    Question(
        "DD-BCP-08", "BCP", "By what factor does tested capacity exceed the highest message rate of the last twelve months?",
        guidance="Tested end to end, market data included, with open orders. State the factor; the date and report go with it.",
        why="The busiest day is when a router fails, and when customers trade most.",
        cites=("17 CFR 242.1001", "FINRA RN 15-09"), evidence="Capacity test report.",
        kind=NUMBER, unit="times",
    ),
    Question(
        "DD-BCP-09", "BCP", "How soon, in minutes, are our desk and our on-call contact told that something is wrong, and by which channel that does not depend on your systems?",
        guidance="From detection to the first message to a person. State the commitment; a status page is not a message.",
        why="The fallback is started by us, and only when we know.",
        cites=("FINRA 4370", "FINRA RN 21-29"), evidence="Messages of the last two incidents with times.",
        kind=NUMBER, unit="minutes",
    ),
    Question(
        "DD-BCP-10", "BCP", "Where do the two sites stand, and what do they share: power, carrier, cloud region, operator, vendor of market data?",
        guidance="Choose by the largest thing shared; describe the rest. Two zones of one cloud region share that region.",
        why="A second site that shares the cause of the first one's failure is a second bill, not a second site.",
        cites=("ISO 22301", "NIST SP 800-161"), evidence="A diagram with what is common to both.",
        kind=CHOICE, choices=("nothing material is shared", "one carrier or data vendor is shared", "one cloud region or campus is shared", "there is one site"), good=("nothing material is shared",),
    ),
)  # fmt: skip
