"""Change control: releases, configuration and the notice we are given of either."""

from __future__ import annotations

from oversight.diligence.bank.bounds import never
from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question

CHANGES = (
    Question(
        "DD-CHG-01", "CHG", "How many business days before a change that can alter where our orders go are we told in writing?",
        guidance="Changes of code, parameters, ranking tables, venues, fees used by the logic, and sub-vendors. State the shortest notice you commit to.",
        why="A change that is explained before it happens can be measured before and after; one found later is an investigation.",
        cites=("FINRA RN 21-29", "FINRA RN 15-09", "FINRA 3110"), evidence="The last four notices with the date of the change each announced.",
        kind=NUMBER, unit="business days", weight=2,
    ),
    Question(
        "DD-CHG-02", "CHG", "Between announced changes, does each venue's share of our flow stay within what the days before explain?",
        guidance="Our check compares a day with the twenty before it and allows for chance. If your logic moves shares by itself, answer no and describe what moves them and by how much.",
        why="A router that changes silently is the risk that oversight of a vendor exists for.",
        cites=("FINRA 5310.09", "FINRA RN 21-29", "SEC order 2016-12-16 on a router's ranking"), evidence="Release notes of two quarters beside weekly venue shares.",
        kind=YES_NO, good=("yes",), weight=3, claim=never("ROU-108", "No venue's share of a day leaves what the days before explain."),
    ),
    Question(
        "DD-CHG-03", "CHG", "Who may change a routing parameter that touches our flow in production?",
        guidance="Choose what the system enforces, not what the procedure asks. A developer with direct access to production is one person.",
        why="Two people and a record are the least that can be asked of a change that moves customers' orders.",
        cites=("FINRA RN 15-09", "17 CFR 240.15c3-5", "SOC 2"), evidence="Screens or logs of one change with requester, approver and time.",
        kind=CHOICE, choices=("two people, enforced by the system", "two people, by procedure", "one person, logged", "one person"), good=("two people, enforced by the system",), weight=3,
    ),
    Question(
        "DD-CHG-04", "CHG", "How is a release tested against our kinds of orders before it reaches production, and may we see the result?",
        guidance="Describe the replay or certification suite, its order types and market states, what counts as a pass, and who signs. Say whether our own scenarios can be added.",
        why="A release tested on simple orders only fails on stops, halts and odd lots, with real customers.",
        cites=("FINRA RN 15-09", "SEC order 2013-10-16 on a deployment", "17 CFR 242.1001"), evidence="The test report of the last release.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-CHG-05", "CHG", "How many minutes does it take to return to the release before, and when was that last done in production or in a full rehearsal?",
        guidance="From the decision to the last server running the old release, open orders accounted for. State minutes; the date goes with the evidence.",
        why="One firm lost more in 45 minutes than it had, with old code running on one server out of eight and no way back.",
        cites=("SEC order 2013-10-16 on a deployment", "FINRA RN 15-09"), evidence="Record of the last rollback or rehearsal, with times.",
        kind=NUMBER, unit="minutes", weight=2,
    ),
    Question(
        "DD-CHG-06", "CHG", "When was the last emergency change that touched our flow?",
        guidance="One that went in without the usual notice or test. If there was none in three years, give the first day of that span and say so.",
        why="Emergency changes show how the process works when it is inconvenient.",
        cites=("FINRA RN 15-09", "FINRA 3110"), evidence="Its ticket: cause, who approved, test afterwards, when we were told.",
        kind=DATE,
    ),
    Question(
        "DD-CHG-07", "CHG", "Has no release of the last year lowered the fill rate of any class of our orders beyond what chance explains?",
        guidance="Look at each order class for twenty days before and after each release. If you are not yet routing for us, answer for comparable clients.",
        why="Price is watched after a release; likelihood of execution usually is not.",
        cites=("FINRA 5310.09", "FINRA 5310.01"), evidence="Fill rates by class around each release.",
        kind=YES_NO, good=("yes",), weight=2, claim=never("EXE-107", "No class's fill rate of a day falls beyond the firm's limit."),
    ),
    Question(
        "DD-CHG-08", "CHG", "For how many years can you show which code, parameters and tables routed a given order of ours?",
        guidance="State the years kept and complete. Parameters and ranking tables of the day count, not only versions of the code.",
        why="Five years later the question is what the router was that day, and only its own history answers.",
        cites=("17 CFR 240.17a-4", "FINRA 4511", "FINRA RN 15-09"), evidence="The full configuration in force at 10:00 on a day we name.",
        kind=NUMBER, unit="years",
    ),
    Question(
        "DD-CHG-09", "CHG", "Can we, on our own and at once, take a venue or a strategy out of our flow?",
        guidance="Name the interface, who on our side may use it, how long it takes to hold for new orders, and what becomes of working ones.",
        why="Whoever may pull a venue now must be able to; waiting for a vendor's ticket is not a control.",
        cites=("FINRA 3110", "FINRA 5310.09", "17 CFR 240.15c3-5"), evidence="A demonstration on the test gateway.",
        kind=YES_NO, good=("yes",), weight=2,
    ),
)  # fmt: skip
