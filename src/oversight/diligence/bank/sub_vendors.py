"""Sub-vendors: who stands behind the vendor, and what we may know and demand of them."""

from __future__ import annotations

from oversight.diligence.bank.bounds import MARKET, PERCENT, at_most
from oversight.diligence.bank.question import CHOICE, NUMBER, TEXT, YES_NO, Question

SUB_VENDORS = (
    Question(
        "DD-SUB-01", "SUB", "List every third party without whom our orders could not be routed for a day: hosting, network, market data, brokers, clearing, software.",
        guidance="For each: legal name, what it does, country, how long you could go on without it, the substitute, and its own material suppliers.",
        why="The chain behind a vendor is where concentration hides: two vendors, one host.",
        cites=("NIST SP 800-161", "FINRA RN 21-29", "FINRA 4370"), evidence="The register of suppliers with criticality and date of last review.",
        kind=TEXT, weight=3,
    ),
    Question(
        "DD-SUB-02", "SUB", "How many business days before a material sub-vendor is added or replaced are we told, with a right to object?",
        guidance="Material means on the list of the question before. State zero if we are told afterwards or may not object.",
        why="Diligence approved on one chain does not cover another.",
        cites=("FINRA RN 21-29", "FINRA NTM 05-48"), evidence="The clause and the last notice given.",
        kind=NUMBER, unit="business days", weight=2,
    ),
    Question(
        "DD-SUB-03", "SUB", "Do our audit and access rights, and those of our regulators, reach each material sub-vendor by contract?",
        guidance="Answer yes only if each agreement says so. Name those that refused and what you do instead.",
        why="A right that ends at the first supplier ends before the place where things happen.",
        cites=("FINRA RN 21-29", "17 CFR 240.17a-4", "FINRA NTM 05-48"), evidence="The clause for each, or a table of clause by supplier.",
        kind=YES_NO, good=("yes",), weight=2,
    ),
    Question(
        "DD-SUB-04", "SUB", "Through which brokers do you route, what may they do with the order, and do you receive their routing reports down to the executing market?",
        guidance="For each broker: agency or principal, may it internalize, may it send on, what it pays or charges you, and the look-through report it gives.",
        why="Our 606 report names where orders were routed; a broker that routes on must be looked through to do so truthfully.",
        cites=("17 CFR 242.606", "FINRA 5310(b)", "FINRA exam findings, best execution"), evidence="A look-through report of each broker for the last quarter.",
        kind=TEXT, weight=2,
    ),
    Question(
        "DD-SUB-05", "SUB", "How long, in days, could routing go on if your largest hosting provider ended its service tomorrow?",
        guidance="Assume no help from it. State days of service without it, not the length of its notice.",
        why="Exit plans fail on the supplier nobody contracted with directly.",
        cites=("FINRA 4370", "NIST SP 800-161", "ISO 22301"), evidence="Your own exit plan for that provider and its last review.",
        kind=NUMBER, unit="days",
    ),
    Question(
        "DD-SUB-06", "SUB", "How often do you review the execution quality of each broker and wholesaler you route to, and what does a poor result lead to?",
        guidance="Choose the rhythm that is documented. In words: the last destination reduced or removed, and the figures it rested on.",
        why="A vendor that does not review its own destinations has passed on to us a duty it cannot tell us how to perform.",
        cites=("FINRA 5310.09", "FINRA RN 15-46"), evidence="The last two reviews with decisions.",
        kind=CHOICE, choices=("monthly or more often", "quarterly", "yearly", "not on a fixed rhythm"), good=("monthly or more often", "quarterly"), weight=2,
    ),
    Question(
        "DD-SUB-07", "SUB", "What effective spread, as a percentage of the quoted spread, do market orders executed by wholesalers show?",
        guidance="Retail market orders of the regular session, at wholesalers alone. State the ceiling for a quarter.",
        why="The wholesaler is a sub-vendor of execution itself; its results are reported every month and can be set against ours.",
        cites=("17 CFR 242.605", "FINRA 5310.09"), evidence="Results by wholesaler and order class for four quarters.",
        kind=NUMBER, unit="%", scale=PERCENT, weight=2,
        claim=at_most("effective_over_quoted", "Effective over quoted spread of market orders at wholesalers is at most {bound}.", order_class=MARKET, venue_kind=("wholesaler",)),
    ),
)  # fmt: skip
