"""The vendor as a firm: finances, ownership, discipline, insurance and the people it depends on."""

from __future__ import annotations

from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question

STANDING = (
    Question(
        "DD-STA-01", "STA", "What is the balance-sheet date of your newest audited financial statements?",
        guidance="Of the legal entity that signs with us; a parent's statements count only with its guarantee. If unaudited, leave empty and say so.",
        why="A vendor that fails mid-quarter takes routing, data and credits with it.",
        cites=("FINRA RN 21-29", "17 CFR 240.17a-5"), evidence="The statements with the auditor's opinion and notes.",
        kind=DATE, weight=2,
    ),
    Question(
        "DD-STA-02", "STA", "For how many months could the signing entity operate at last year's expense from unencumbered cash, with no new revenue?",
        guidance="Cash and equivalents less client money and pledged amounts, divided by monthly operating expense. State whole months.",
        why="Profit can be argued over; months of cash tell how long an exit may take.",
        cites=("FINRA RN 21-29", "17 CFR 240.15c3-1"), evidence="The computation from the audited figures.",
        kind=NUMBER, unit="months", weight=2,
    ),
    Question(
        "DD-STA-03", "STA", "Is the signing entity, or the affiliate that handles our orders, a registered broker-dealer and FINRA member with continuing membership?",
        guidance="Give the CRD number and any restriction on its business. A software provider that never touches an order as a member answers no and says what it is.",
        why="Whether a member handles our flow as agent decides if we may rely on its review at all, and who owes what.",
        cites=("FINRA 5310.09", "FINRA RN 21-29", "17 CFR 240.15c3-5"), evidence="Registration record and membership agreement with restrictions.",
        kind=YES_NO, good=("yes", "no"), weight=2,
    ),
    Question(
        "DD-STA-04", "STA", "Who owns five percent or more, directly or through others, and did anything change in two years or is agreed to change?",
        guidance="Name natural persons at the end of each chain, trading firms and market operators among the owners, options and convertibles included.",
        why="A stake held by a market maker is a conflict that appears in no routing table.",
        cites=("FINRA RN 21-23", "FINRA RN 21-29"), evidence="Ownership chart, dated and signed.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-STA-05", "STA", "Has the entity, an affiliate or a principal been subject to a regulator's order, a settled matter, a Wells or similar notice or a market-access finding in ten years?",
        guidance="Answer yes for matters still open. For each: regulator, date, subject, sanction, what was changed, and whether it touches routing.",
        why="Past findings say where the weak point is; an undisclosed one says more.",
        cites=("FINRA 4530", "FINRA 2010", "FINRA RN 21-29"), evidence="Disclosure records and correspondence closing each matter.",
        kind=YES_NO, good=("no",), weight=3,
    ),
    Question(
        "DD-STA-06", "STA", "Which claims, suits or arbitrations are pending whose loss would exceed a tenth of your equity, or that concern routing, data or intellectual property of the router?",
        guidance="Name parties, amount, stage and insurer's position. Say none if none.",
        why="An injunction over the code stops routing as surely as a fire.",
        cites=("FINRA RN 21-29", "FINRA 4370"), evidence="Counsel's letter or the note in the statements.",
        kind=TEXT,
    ),
    Question(
        "DD-STA-07", "STA", "What sum, in millions of dollars per claim, do errors-and-omissions and cyber insurance cover for losses of clients?",
        guidance="The lower of the two, after the deductible and sublimits for trading errors. Say whether trading losses are excluded, as they often are.",
        why="The promise to make good is worth what stands behind it.",
        cites=("FINRA RN 21-29",), evidence="Certificates with limits, exclusions and expiry.",
        kind=NUMBER, unit="million $",
    ),
    Question(
        "DD-STA-08", "STA", "Who are the people without whom the logic could not be explained, mended or operated, who replaces each, and who left in the last year?",
        guidance="Roles with years in place, the deputy of each, notice periods, and where the knowledge is written. Count those under contract elsewhere.",
        why="Routers outlive their authors badly; the first sign is a question that nobody answers any more.",
        cites=("FINRA RN 21-29", "FINRA RN 15-09", "FINRA 4370"), evidence="Role chart with deputies, and last year's leavers.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-STA-09", "STA", "What percentage of your revenue came from your largest client, and what percentage from markets to which you route?",
        guidance="Give the larger of the two figures as the number and both in words, for the last financial year.",
        why="Dependence on one client is a risk to survive; dependence on a market is a conflict.",
        cites=("FINRA RN 21-23", "FINRA RN 21-29"), evidence="Revenue by source, from the audited year.",
        kind=NUMBER, unit="%",
    ),
    Question(
        "DD-STA-10", "STA", "If you are sold, merge or stop, what are we entitled to?",
        guidance="Choose the strongest right in the agreement. In words: notice, transition period, escrow of code and configuration, help with migration.",
        why="The exit plan rests on these rights; they are negotiated before signing or never.",
        cites=("FINRA RN 21-29", "FINRA 4370"), evidence="The clauses, and the last deposit in escrow.",
        kind=CHOICE, choices=("notice, transition service and escrow", "notice and transition service", "notice only", "nothing"), good=("notice, transition service and escrow", "notice and transition service"),
    ),
)  # fmt: skip
