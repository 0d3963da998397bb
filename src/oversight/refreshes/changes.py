"""What a refresh asks of the year: what changed, question by question."""

from __future__ import annotations

from dataclasses import dataclass

CHANGED, UNCHANGED, NOT_KNOWN = "changed", "unchanged", "not_known"
ANSWERS = {CHANGED: "changed", UNCHANGED: "unchanged", NOT_KNOWN: "not known"}


@dataclass(frozen=True)
class ChangeQuestion:
    """One question on the year. `looks` tells the vendor manager where to look before answering; `cites` are keys of citations."""

    key: str
    title: str
    asks: str
    looks: str
    cites: tuple[str, ...]


CHANGE_QUESTIONS = (
    ChangeQuestion(
        "ownership",
        "Ownership and control",
        "Did owners of five percent or more, the parent, or those who control the vendor change, or is a change agreed?",
        "The vendor's own statement, its registration record, and the press.",
        ("FINRA RN 21-29", "FINRA RN 21-23"),
    ),
    ChangeQuestion(
        "finances",
        "Financial condition",
        "Did its financial condition change: audited result, cash, capital, auditor, going-concern wording?",
        "The audited statements that came out in the year; compare months of cash with those of last year.",
        ("FINRA RN 21-29", "17 CFR 240.17a-5"),
    ),
    ChangeQuestion(
        "discipline",
        "Discipline and litigation",
        "Was it, an affiliate or a principal subject to a regulator's order, inquiry, suit or arbitration in the year?",
        "Registration records, regulators' lists, the vendor's answer. Look yourself; do not only ask.",
        ("FINRA 4530", "FINRA RN 21-29"),
    ),
    ChangeQuestion(
        "logic",
        "Routing logic",
        "Did the routing logic or its parameters change for our flow, by release, by table or by learning?",
        "Release notes, the configuration register here, and venue shares that moved.",
        ("FINRA 5310.09", "FINRA RN 15-09"),
    ),
    ChangeQuestion(
        "venues",
        "Venues",
        "Were venues added, removed, or reached another way, and was each approved by us before?",
        "The venue list against the venues page of the year.",
        ("FINRA 5310.09", "FINRA RN 15-46"),
    ),
    ChangeQuestion(
        "order_types",
        "Order types and sessions",
        "Did we begin or stop sending order types, sessions or customers' kinds of flow, or did the vendor's handling of one change?",
        "Our flow profile, and orders by type over the year.",
        ("FINRA RN 15-46",),
    ),
    ChangeQuestion(
        "pricing",
        "Pricing",
        "Did what we pay the vendor change, or the way in which fees and rebates reach us?",
        "Invoices and fee files of twelve months.",
        ("17 CFR 242.606", "FINRA 5310.09"),
    ),
    ChangeQuestion(
        "payments",
        "Payments and conflicts",
        "Did anybody begin, stop or change paying for our flow: the vendor, its affiliates, venues?",
        "The payments ledger and the conflicts register here.",
        ("FINRA RN 21-23", "17 CFR 242.607"),
    ),
    ChangeQuestion(
        "affiliates",
        "Affiliates",
        "Did an affiliate begin to trade as principal, run a market, or take part in our executions?",
        "The group chart, and contra sides in the fills.",
        ("17 CFR 242.304", "FINRA 5320"),
    ),
    ChangeQuestion(
        "sub_vendors",
        "Sub-vendors",
        "Did the chain behind the vendor change: hosting, network, market data, brokers, clearing, software?",
        "The chain on the vendor's page, and notices received.",
        ("NIST SP 800-161", "FINRA RN 21-29"),
    ),
    ChangeQuestion(
        "outages",
        "Outages",
        "Which outages delayed, lost or misrouted orders, and were the promised measures taken?",
        "The handling log of the year, and the vendor's root-cause reports.",
        ("FINRA 4370", "FINRA RN 21-29"),
    ),
    ChangeQuestion(
        "incidents",
        "Security incidents",
        "Was there unauthorized access to systems or data that hold or route our orders, at the vendor or behind it?",
        "Notices received; ask in writing for a statement that there was none.",
        ("17 CFR 248.30", "SOC 2"),
    ),
    ChangeQuestion(
        "controls_report",
        "Report on controls",
        "Is there a newer independent report on controls, and what exceptions does it contain?",
        "The period covered, carve-outs, exceptions, and our own part as user.",
        ("SOC 2",),
    ),
    ChangeQuestion(
        "continuity",
        "Continuity",
        "Did sites, recovery times or the fallback change, and when was each last tried with flow?",
        "The vendor's exercise report, and our own test of the fallback.",
        ("FINRA 4370", "ISO 22301"),
    ),
    ChangeQuestion(
        "people",
        "Key persons",
        "Did people leave or come without whom the logic could not be explained, mended or operated?",
        "The role chart of last year, name by role.",
        ("FINRA RN 21-29",),
    ),
    ChangeQuestion(
        "market_access",
        "Market access",
        "Did anything change in who holds market-access control, its thresholds, or its yearly review?",
        "The control table, and the date of the last certificate.",
        ("17 CFR 240.15c3-5",),
    ),
    ChangeQuestion(
        "data",
        "Data we receive",
        "Did files, formats, stamps or delivery times change, and was anything missing?",
        "Coverage and data grade of the year, and the monthly proof of the data-access right.",
        ("17 CFR 242.613", "FINRA 4511"),
    ),
    ChangeQuestion(
        "agreement",
        "Agreement and insurance",
        "Did the agreement, its service levels, or the insurance behind it change or run out?",
        "Clauses, credits paid, certificates of insurance with their expiry.",
        ("FINRA RN 21-29",),
    ),
    ChangeQuestion(
        "complaints",
        "Complaints",
        "Did customers or our own desk complain of executions by this vendor?",
        "The complaint file, and the error account.",
        ("FINRA 4530", "FINRA 5310.09"),
    ),
    ChangeQuestion(
        "alternatives",
        "Alternatives",
        "Did the alternatives change: new routers, new venues, our own ability to route, what others offer?",
        "The last selection memo, read again with today's eyes.",
        ("FINRA 5310.09", "FINRA RN 15-46"),
    ),
)
"""A question is never reworded under its key; a refresh keeps the words that it was asked in."""
BY_KEY = {question.key: question for question in CHANGE_QUESTIONS}
