"""Security: who can get in, what is tested, and when we are told."""

from __future__ import annotations

from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question

SECURITY = (
    Question(
        "DD-SEC-01", "SEC", "What is the last day covered by your newest independent report on controls (SOC 2 Type 2 or equal) that includes the routing platform?",
        guidance="The end of the audited period, not the date of the letter. If the platform or its hosting is carved out, there is no such report: leave the answer empty and say so.",
        why="A report that ended fourteen months ago says nothing of today, and a carve-out says nothing at all.",
        cites=("SOC 2", "17 CFR 248.30", "FINRA RN 21-29"), evidence="The full report with exceptions and management's answers, and a bridge letter to today.",
        kind=DATE, weight=2,
    ),
    Question(
        "DD-SEC-02", "SEC", "Which exceptions did that report contain, and which of our own controls does it rely on?",
        guidance="Copy each exception with its cause and state today. List every complementary user-entity control and say how we would prove it.",
        why="The report is unqualified only for those who do their part; most firms never read which part that is.",
        cites=("SOC 2", "FINRA oversight report, third-party risk"), evidence="A table of exceptions and user-entity controls.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-SEC-03", "SEC", "Within how many hours of knowing it will you tell us of unauthorized access to systems that hold or route our orders or data?",
        guidance="Hours from detection, not from the end of your inquiry. The shortest period in your agreements governs; state it.",
        why="Our own duties run from the moment we know, some of them within 72 hours; a vendor's slow notice uses them up.",
        cites=("17 CFR 248.30", "FINRA 4530", "FINRA RN 21-29"), evidence="The clause, and the runbook with our contact in it.",
        kind=NUMBER, unit="hours", weight=2,
    ),
    Question(
        "DD-SEC-04", "SEC", "When did an outside party last try to break into the order gateway, the routing hosts and the client portal?",
        guidance="Date of the last penetration test whose scope included all three. Say who did it and which findings are open, by severity.",
        why="Portals are tested, gateways less often; orders enter by the gateway.",
        cites=("SOC 2", "NIST SP 800-161"), evidence="Scope, summary and state of the findings.",
        kind=DATE,
    ),
    Question(
        "DD-SEC-05", "SEC", "How are order sessions between us protected?",
        guidance="Choose what is in use on every session with us, drop copies included. A private line without authentication of the session is not protection.",
        why="Whoever can speak on the session can trade in our name.",
        cites=("SOC 2", "17 CFR 240.15c3-5"), evidence="Session inventory with line, encryption, authentication and last change of credentials.",
        kind=CHOICE, choices=("encrypted and authenticated by certificate", "private line with authenticated session", "private line only", "open network with password"), good=("encrypted and authenticated by certificate", "private line with authenticated session"), weight=2,
    ),
    Question(
        "DD-SEC-06", "SEC", "Must everyone with access to production, suppliers included, pass a second factor, and is that access reviewed at least each quarter?",
        guidance="Both halves must hold, with no standing shared accounts. Count break-glass accounts and say how their use is seen.",
        why="Most intrusions begin with a credential that somebody no longer needed.",
        cites=("SOC 2", "17 CFR 248.30"), evidence="The last access review: reviewed, removed, by whom.",
        kind=YES_NO, good=("yes",),
    ),
    Question(
        "DD-SEC-07", "SEC", "Which of our customers' personal information reaches you, and could the service be given without it?",
        guidance="Name each field: account numbers, names, addresses of devices, large-trader ids. Say where it is stored, in what country, and when it is erased.",
        why="What was never sent cannot leak; an account key usually does.",
        cites=("17 CFR 248.30",), evidence="A field list with purpose, place and time of erasure.",
        kind=TEXT,
    ),
    Question(
        "DD-SEC-08", "SEC", "How is one client's data and flow kept from another's in the platform, logs, backups and test systems?",
        guidance="Say where separation is by system, by key or by a column only, and whether production data is ever used for tests.",
        why="A shared test system is where one client's orders are seen by another's developer.",
        cites=("17 CFR 248.30", "SOC 2", "FINRA 2010"), evidence="Design note and the result of the last test of separation.",
        kind=TEXT,
    ),
)  # fmt: skip
