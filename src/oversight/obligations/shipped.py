"""The kinds of duty that come with the desk: what is owed, how often, by whom, how it is done and what proves it."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.obligations.recurrence import AFTER, DAYS, MONTH, MONTHS, QUARTER, RAISED, TRADING_DAY, WEEK, YEAR, Rule
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER

FILE, ACT, WORDS = "file", "act", "words"
PROOFS = (
    (FILE, "a file among the evidence"), (ACT, "an act in the record"), (WORDS, "the words of whoever did it"),
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """One kind of duty. `owner` and `deputy` are roles; `proof` is one of PROOFS and `act` a key of `proofs.ACTS`; `wanted` says what proof in words.

    `second`: another person confirms it. `elsewhere`: another part of the desk runs its clock, and here it is only listed. `doubt`: what is uncertain in the rule.
    """

    key: str
    title: str
    cites: tuple[str, ...]
    rule: Rule
    owner: str
    deputy: str
    severity: str
    runbook: str
    wanted: str
    proof: str = FILE
    act: str = ""
    second: bool = False
    elsewhere: str = ""
    doubt: str = ""


MONTH_AFTER_QUARTER = Rule(QUARTER, 1, MONTHS)
QUARTERLY, SOON_AFTER_QUARTER, MONTHLY = Rule(QUARTER, 30), Rule(QUARTER, 10), Rule(MONTH, 10)
OURS = "The interval is our default, not the rule's; set your own."

REVIEWS = (
    Kind("review_quarterly", "Regular and rigorous review of execution quality", ("FINRA 5310.09", "FINRA RN 15-46"), QUARTERLY, SUPERVISOR, COMPLIANCE, "high",
         "Open the scorecard of the quarter; take security by security and type of order through the eight factors; set beside it venues not used today; "
         "write down each material difference; bring it to the committee; end each in modify or justify.",
         "The signed review, which the desk finds in the record by itself.", proof=ACT, act="review_signed", second=True, doubt="The rule says quarterly at least, and no day. 30 business days are our default."),
    Kind("committee_quarterly", "Best-execution committee meets and minutes", ("FINRA 3110", "FINRA 5310.09"), Rule(QUARTER, 45), COMPLIANCE, SUPERVISOR, "high",
         "Send papers five business days before; check quorum and recusals; vote on the provider; close or carry each earlier action; file the minutes.",
         "The signed minutes, which the desk finds in the record by itself.", proof=ACT, act="review_signed", second=True, doubt=OURS),
    Kind("reliance_quarterly", "Examine the review of the firm that we rely on", ("FINRA 5310.09",), SOON_AFTER_QUARTER, COMPLIANCE, SUPERVISOR, "high",
         "Ask for the results and the rationale of the last quarter; read, challenge, and write down how the review was done. Without it the reliance lapses.",
         "The results received, and our note on them.", second=True),
    Kind("options_quarterly", "Review of options orders, apart from stocks", ("FINRA 5310.09", "FINRA RN 15-46"), QUARTERLY, SUPERVISOR, COMPLIANCE, "high",
         "Single-leg and multi-leg apart: price improvement against the exchanges' best, auctions used and not used, fees borne by customers.", "The signed review."),
    Kind("otc_quarterly", "Review of OTC equity orders", ("FINRA 5310.06", "FINRA 5310.09"), QUARTERLY, SUPERVISOR, COMPLIANCE, "medium",
         "Read how prices were found where few quotes exist; check that the written policy was followed and documented order by order where it says so.",
         "The signed review."),
    Kind("extended_quarterly", "Review of orders outside regular hours", ("FINRA 5310.09", "FINRA RN 15-46"), QUARTERLY, SUPERVISOR, COMPLIANCE, "medium",
         "Take pre-market, post-market and overnight apart; set spreads and fill rates beside the venues open then; read the customer's disclosure.",
         "The signed review."),
    Kind("fractional_quarterly", "Review of fractional-share orders", ("FINRA 5310.09", "17 CFR 242.605"), QUARTERLY, SUPERVISOR, COMPLIANCE, "medium",
         "Separate the fraction from the whole share; say who fills fractions and at what price; compare with the quote of that instant.", "The signed review."),
    Kind("crypto_quarterly", "Review of crypto orders by the firm's own standard", ("FINRA 2010", "FINRA 3110"), QUARTERLY, SUPERVISOR, COMPLIANCE, "medium",
         "Best bids and offers of the venues with their fees, around the clock; what the customer paid; which venues could not be compared, and why.",
         "The signed review.", doubt="FINRA 5310 is written for securities; the standard here is the firm's own."),
    Kind("order_by_order", "Order-by-order lane: blocks, discretionary and not-held orders", ("FINRA 5310.09", "FINRA RN 15-46"), Rule(WEEK, 2), ANALYST, SUPERVISOR,
         "medium", "Take each order of the lane of last week; read its life; say whether it was handled as its terms asked; escalate what was not.",
         "The list with a word on each order."),
    Kind("directed_quarterly", "Directed orders: marked and handled as told", ("FINRA 5310.08", "17 CFR 242.606"), SOON_AFTER_QUARTER, ANALYST, SUPERVISOR, "low",
         "Draw 25 orders marked as directed; check the customer's instruction and that the order went there and nowhere else.", "The sample with its result."),
    Kind("marks_quarterly", "Held and not held: are the marks right", ("17 CFR 242.600", "17 CFR 242.606"), SOON_AFTER_QUARTER, ANALYST, SUPERVISOR, "medium",
         "Draw 25 orders of each mark; hold each against its ticket; correct the mapping where a mark is wrong and say what it changed.", "The sample with its result."),
)  # fmt: skip

DAILY = (
    Kind("exceptions_daily", "Exceptions answered and the trading day signed", ("FINRA 3110", "FINRA 5310.01"), Rule(TRADING_DAY, 2), SUPERVISOR, COMPLIANCE, "high",
         "Work the queue, look at the sample, sign the day.", "The day's signature, which the desk finds in the record by itself.", proof=ACT, act="day_signed",
         doubt=OURS),
    Kind("clocks_monthly", "Clock synchronization: read the log of offsets", ("FINRA 4590", "17 CFR 242.613"), Rule(MONTH, 5), VENDOR_MANAGER, SUPERVISOR, "medium",
         "Read the log of offsets of every gateway, the vendor's included; name each breach of tolerance, its minutes and the orders in them.",
         "The log, or the vendor's statement, with a note.", doubt="The rules ask for a check each business day; this duty is that a person reads the month."),
    Kind("payments_monthly", "Payments reconciled: ledger against statements", ("17 CFR 242.606(a)", "FINRA RN 21-23"), MONTHLY, COMPLIANCE, VENDOR_MANAGER, "high",
         "Import each payer's statement; compare by venue and month with the ledger and with shares routed; explain each difference above a dollar.",
         "The reconciliation."),
    Kind("access_data_monthly", "Access to routing records, exercised and proved", ("FINRA RN 21-29", "17 CFR 240.17a-4"), Rule(MONTH, 5), VENDOR_MANAGER, ANALYST, "high",
         "Ask each vendor for the month's child orders, routes, acknowledgements, rejects and fees; count them against our orders; chase what lacks.",
         "What was received, with the counts."),
    Kind("configuration_quarterly", "Router configuration and approved venues read through", ("FINRA 3110", "FINRA RN 21-29"), SOON_AFTER_QUARTER, SUPERVISOR, COMPLIANCE, "medium",
         "Take the settings in force; ask the vendor to confirm them in writing; each difference is a change without approval.", "The vendor's confirmation."),
    Kind("thresholds_quarterly", "Thresholds tested below the line", ("FINRA 3110", "FINRA 3120"), QUARTERLY, ANALYST, SUPERVISOR, "medium",
         "Loosen each limit by a quarter and read what would have been found; say whether the limit hides what matters.", "The test with its result.", doubt=OURS),
)  # fmt: skip

DISCLOSURES = (
    Kind("rule605_monthly", "Rule 605 report published", ("17 CFR 242.605",), Rule(MONTH, 1, MONTHS), COMPLIANCE, SUPERVISOR, "high",
         "Make the month's detail and summary; check them cell by cell; publish both; keep them public for three years from posting.",
         "The files as published, and the address.", second=True,
         doubt="Our day is the last business day within the month after; the plan's own words are to be read."),
    Kind("accounts_monthly", "Customer accounts counted against 100,000", ("17 CFR 242.605",), Rule(MONTH, 5), COMPLIANCE, SUPERVISOR, "high",
         "Count accounts through which NMS stocks trade. At 100,000 reporting begins on the first day of the fourth month after; note the day.",
         "The count and where it comes from.", doubt="Start and length of the reporting period were read in secondary copies."),
    Kind("rule606a_quarterly", "Rule 606(a) routing report published and filed with FINRA", ("17 CFR 242.606(a)", "FINRA 6151"), MONTH_AFTER_QUARTER, COMPLIANCE,
         SUPERVISOR, "high", "Make the three months; check percentages and payments against ledger and orders; read the material aspects anew, not copied forward; "
         "publish XML and PDF; file with FINRA; keep it public for three years.", "The XML as published, the PDF, and FINRA's receipt.", second=True,
         doubt="Due within one month of the quarter's end; where that day is no business day we take the one before."),
    Kind("check606_quarterly", "The vendor's or clearing firm's 606 report, checked before it is relied upon", ("17 CFR 242.606(a)",), MONTH_AFTER_QUARTER, COMPLIANCE, ANALYST,
         "high", "Recompute it from our orders; name each wrong cell; do not adopt what was not examined.", "The comparison, and our decision."),
    Kind("rule606b1_request", "606(b)(1): a customer asks where the orders went", ("17 CFR 242.606(b)",), Rule(RAISED), COMPLIANCE, SUPERVISOR, "high",
         "The register of requests runs this clock.", "The register of requests.", elsewhere="the register of disclosure requests",
         doubt="We recall no number of days in the rule; the firm sets its own."),
    Kind("rule606b3_request", "606(b)(3): not-held report within seven business days; later months at month-end", ("17 CFR 242.606(b)",), Rule(RAISED), COMPLIANCE, SUPERVISOR,
         "high", "The register of requests runs this clock.", "The register of requests.", elsewhere="the register of disclosure requests"),
    Kind("rule606b2_yearly", "Customers told that their routing report is there for the asking", ("17 CFR 242.606(b)",), Rule(YEAR, 0, DAYS, year_ends=6), COMPLIANCE,
         SUPERVISOR, "medium", "Send the yearly notice to every customer; keep the list and the proof of delivery; chase what came back.", "The notice and its delivery."),
    Kind("deminimis_monthly", "Not-held share of flow against the 606(b)(3) thresholds", ("17 CFR 242.606(b)",), MONTHLY, ANALYST, COMPLIANCE, "medium",
         "Compute not-held shares over six months as a share of all, and each customer's monthly notional; note who crosses.", "The computation.",
         doubt="5 % and 1,000,000 USD are from secondary sources."),
    Kind("rule607_yearly", "Yearly notice on payment for order flow", ("17 CFR 242.607",), Rule(YEAR, 0, DAYS, year_ends=6), COMPLIANCE, SUPERVISOR, "high",
         "Update the words from the conflicts register; send to every account; give it to each new account at opening; keep delivery.", "The notice and its delivery."),
    Kind("rule6470_quarterly", "Routing disclosure for OTC equities published", ("FINRA 6470",), MONTH_AFTER_QUARTER, COMPLIANCE, SUPERVISOR, "high",
         "Make the report for unlisted stocks, check it as the other one, publish it and file it.", "The report as published.",
         doubt="Period and day are taken as those of 606(a); read the rule before relying on them."),
    Kind("ats_quarterly", "Own ATS or internalization: form, subscribers, own statistics", ("17 CFR 242.304", "17 CFR 242.605"), SOON_AFTER_QUARTER, COMPLIANCE, SUPERVISOR, "high",
         "Read the form against what the system does; report its statistics apart from the rest; check who sees whose orders.", "The checklist, signed."),
)  # fmt: skip

YEARLY = (
    Kind("report3120_yearly", "Report on supervisory controls to senior management", ("FINRA 3120",), Rule(YEAR, 3, MONTHS), COMPLIANCE, SUPERVISOR, "high",
         "Sum up tests, exceptions, changes made and changes proposed; best execution and the outsourced router have a section of their own.", "The report as sent."),
    Kind("certification3130_yearly", "Chief executive's certification", ("FINRA 3130",), Rule(YEAR, 3, MONTHS), COMPLIANCE, SUPERVISOR, "high",
         "Meet with the chief executive; hand over the report; file the signed certification, not later than the anniversary of the last.", "The signed certification.",
         doubt="The anniversary of the firm's last certification binds; set the day accordingly."),
    Kind("market_access_yearly", "Market-access controls reviewed and certified", ("17 CFR 240.15c3-5(e)",), Rule(YEAR, 3, MONTHS), COMPLIANCE, SUPERVISOR, "high",
         "Review the controls and who can change them; test each limit; the chief executive certifies that they comply and that the review was made.",
         "The review and the signed certification."),
    Kind("bcp_yearly", "Business continuity plan reviewed, vendors included", ("FINRA 4370",), Rule(YEAR, 0, DAYS, year_ends=9), COMPLIANCE, SUPERVISOR, "medium",
         "Read the plan against the vendors in use; exercise the loss of the router; update contacts; a senior manager approves.", "The plan as approved."),
    Kind("refresh_yearly", "Due diligence of every vendor in use refreshed", ("FINRA RN 21-29", "FINRA NTM 05-48"), Rule(YEAR, 0, DAYS), VENDOR_MANAGER, COMPLIANCE, "high",
         "Run the yearly refresh of each vendor: what changed, last year's claims against the year's data, presented to senior management.",
         "The report to senior management with its acknowledgements.", second=True, doubt=OURS),
    Kind("exit_yearly", "Exit plan: the fallback route tested", ("FINRA 4370", "FINRA RN 21-29"), Rule(YEAR, 0, DAYS, year_ends=3), VENDOR_MANAGER, SUPERVISOR, "medium",
         "Send a small part of the flow by the fallback on a quiet day; time the switch; note what did not work.", "The test's report."),
    Kind("conflicts_yearly", "Conflicts of interest: each one's result of the year", ("FINRA RN 21-23", "FINRA 5310(c)"), Rule(YEAR, 0, DAYS), COMPLIANCE, VENDOR_MANAGER, "high",
         "For each conflict: does its mitigation work, does flow follow payment at equal quality, is the disclosure still true.", "The register as signed.", second=True),
    Kind("wsp_yearly", "Written supervisory procedures reviewed", ("FINRA 3110",), Rule(YEAR, 0, DAYS, year_ends=11), COMPLIANCE, SUPERVISOR, "high",
         "Go through each section: who does it, is it done, where is the proof, which rule changed; approve or amend.", "The procedures as approved.", second=True),
    Kind("limits_yearly", "Limits of the checks reviewed", ("FINRA 3110", "FINRA 3120"), Rule(YEAR, 0, DAYS, year_ends=3), SUPERVISOR, COMPLIANCE, "medium",
         "Take each limit with its count of findings and its last change; keep, tighten or loosen, with a reason.", "The minute of the review."),
    Kind("profile_yearly", "Obligation profile read through", ("FINRA 3110",), Rule(YEAR, 0, DAYS, year_ends=9), COMPLIANCE, SUPERVISOR, "medium",
         "Read every answer; answer anew what changed; confirm each “not applicable”.", "A word on each answer that changed.", proof=WORDS),
    Kind("access_quarterly", "Access review signed", ("FINRA 3110", "17 CFR 248.30"), SOON_AFTER_QUARTER, COMPLIANCE, SUPERVISOR, "medium",
         "An administrator opens the review; keep or end each role; sign.", "The signature, which the desk finds in the record by itself.", proof=ACT, act="access_reviewed"),
    Kind("restore_quarterly", "Backup restored as a test", ("17 CFR 240.17a-4", "FINRA 4370"), Rule(QUARTER, 10), VENDOR_MANAGER, COMPLIANCE, "medium",
         "Restore the desk and its evidence on another machine; verify the record; note how long it took.", "The log of the restore.", doubt=OURS),
    Kind("records_yearly", "Retention of order and routing records checked", ("17 CFR 240.17a-3", "17 CFR 240.17a-4", "FINRA 4511"), Rule(YEAR, 0, DAYS, year_ends=6),
         COMPLIANCE, SUPERVISOR, "medium", "Ask for five orders of each of the last three years, routes and vendor messages with them; note what could not be found.",
         "The sample with its result."),
    Kind("training_yearly", "People trained who watch the router", ("FINRA 3110",), Rule(YEAR, 0, DAYS, AFTER), COMPLIANCE, SUPERVISOR, "low",
         "Train analysts, supervisors and committee on rule changes and last year's findings.", "The list of who attended, and the papers."),
)  # fmt: skip

KINDS = (*REVIEWS, *DAILY, *DISCLOSURES, *YEARLY)
BY_KEY = {kind.key: kind for kind in KINDS}
LISTED_ONLY = tuple(kind.key for kind in KINDS if kind.elsewhere)
