"""The authorities that a question, a duty or a procedure can name, each with its standing and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

IN_FORCE, PROPOSED, WITHDRAWN, LESSON, PRACTICE = "in force", "proposed", "withdrawn", "lesson", "practice"
STANDINGS = {
    IN_FORCE: "The text binds today.", PROPOSED: "Published for comment; it binds nobody yet.", WITHDRAWN: "Proposed once and withdrawn; it never bound anybody.",
    LESSON: "What a regulator told firms, or found in one.", PRACTICE: "A convention of the field, no rule.",
}  # fmt: skip


@dataclass(frozen=True)
class Citation:
    """One authority. `says` is in our words; `standing` is one of STANDINGS, `as_of` the day on which it was looked at; `note` is what is doubtful."""

    key: str
    says: str
    standing: str
    as_of: date
    note: str = ""


LOOKED = date(2026, 11, 22)
CITATIONS = (
    Citation("FINRA 5310(a)(1)", "Reasonable diligence to ascertain the best market, so that the price to the customer is as favorable as possible: the character of the market, size and type of transaction, number of markets checked, accessibility of the quotation, terms of the order.", IN_FORCE, LOOKED),
    Citation("FINRA 5310(a)(2)", "No interpositioning of a third party inconsistent with best execution.", IN_FORCE, LOOKED),
    Citation("FINRA 5310(b)", "Who uses a broker's broker bears the burden of showing that it was best for the customer.", IN_FORCE, LOOKED),
    Citation("FINRA 5310(c)", "Too few people or too small a department excuse nobody from best execution; flow is not channelled for reciprocation.", IN_FORCE, LOOKED),
    Citation("FINRA 5310.01", "Every effort to execute a marketable order fully and promptly.", IN_FORCE, LOOKED),
    Citation("FINRA 5310.09", "Regular and rigorous review at least quarterly, security by security and by type of order, on eight factors; material differences are acted upon or justified. The duty cannot be passed to another.", IN_FORCE, LOOKED, "The numbering of the supplementary material was read in secondary copies."),
    Citation("FINRA 3110", "A system to supervise, written procedures that name who reviews what and when, and evidence that it was done.", IN_FORCE, LOOKED),
    Citation("FINRA 3120", "Supervisory controls are tested and the result reported to senior management every year.", IN_FORCE, LOOKED),
    Citation("FINRA 3130", "The chief executive certifies each year that there are processes to establish, maintain, review and test procedures.", IN_FORCE, LOOKED),
    Citation("FINRA 2010", "High standards of commercial honor.", IN_FORCE, LOOKED),
    Citation("FINRA 4370", "A business continuity plan, reviewed each year, that covers critical counterparties and vendors.", IN_FORCE, LOOKED),
    Citation("FINRA 4511", "Books and records are kept as the rules say; six years where no other period is named.", IN_FORCE, LOOKED),
    Citation("FINRA 4530", "Certain events and the firm's own conclusions of violation are reported within their time.", IN_FORCE, LOOKED),
    Citation("FINRA 4590", "Business clocks are kept in step with the national standard.", IN_FORCE, LOOKED),
    Citation("FINRA 5270", "No front running of block transactions.", IN_FORCE, LOOKED),
    Citation("FINRA 5320", "No trading ahead of customer orders.", IN_FORCE, LOOKED),
    Citation("FINRA 6151", "Members file their 606(a) reports with FINRA too.", IN_FORCE, LOOKED),
    Citation("FINRA 6470", "Order routing disclosure for OTC equity securities.", IN_FORCE, LOOKED),
    Citation("FINRA RN 15-46", "Reviews cover every order type and size, and venues not used today as well as those used; order-by-order review has its place.", LESSON, LOOKED),
    Citation("FINRA RN 21-23", "Payment for order flow must not interfere with best execution.", LESSON, LOOKED),
    Citation("FINRA RN 21-29", "A function may be outsourced, the responsibility stays: diligence before, supervision after, and a way out.", LESSON, LOOKED),
    Citation("FINRA NTM 05-48", "Outsourcing to a vendor does not lessen the duty to supervise the activity.", LESSON, LOOKED),
    Citation("FINRA exam findings, best execution", "Seen in firms: order types never reviewed, factors left blank, only venues used compared, conflicts unmanaged, reviews undocumented.", LESSON, LOOKED),
    Citation("SEC risk alert 2015-11 on outsourced functions", "Firms relied on a provider's word without testing it.", LESSON, LOOKED, "Named in secondary sources; read the alert itself before quoting it."),
    Citation("17 CFR 242.600", "Definitions: the benchmarks, spreads and covered orders that statistics rest on.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.605", "Monthly statistics of execution quality by market centers and by brokers with 100,000 or more customer accounts.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.606", "Quarterly reports on routing, with payments and material terms; reports to customers on request.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.607", "Account statements and yearly notices on payment for order flow.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.610", "Access to quotations and the cap on fees for it.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.611", "Protection of displayed quotations against trade-throughs.", IN_FORCE, LOOKED, "A proposal of June 2026 would rescind it."),
    Citation("17 CFR 242.611 (rescission)", "Proposal of 17 June 2026 to rescind the order protection rule.", PROPOSED, LOOKED),
    Citation("17 CFR 242.612", "Minimum pricing increments.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.613", "The consolidated audit trail.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.201", "Short-sale price test.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.204", "Close-out of fails to deliver.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.304", "Form ATS-N: how an alternative trading system for stocks works, and its operator's conflicts.", IN_FORCE, LOOKED),
    Citation("17 CFR 240.15c3-5", "Market access: controls under the direct and exclusive control of the broker-dealer that provides access.", IN_FORCE, LOOKED),
    Citation("17 CFR 240.17a-3", "Records to be made, the memorandum of each order among them.", IN_FORCE, LOOKED),
    Citation("17 CFR 240.17a-4", "How long and in what form records are kept; the audit-trail alternative to unalterable storage.", IN_FORCE, LOOKED),
    Citation("17 CFR 240.17a-4(a)", "Blotters and ledgers are kept six years, the first two easily accessible.", IN_FORCE, LOOKED, "The periods are from memory; read the paragraph before relying on them."),
    Citation("17 CFR 240.17a-4(b)", "Order memoranda, communications, written agreements and other papers of the business are kept three years, the first two easily accessible.", IN_FORCE, LOOKED, "The periods are from memory; which of its numbered records a paper is, is for counsel."),
    Citation("17 CFR 240.17a-4(e)(7)", "Compliance and supervisory manuals, with each change, are kept until three years after the end of their use.", IN_FORCE, LOOKED, "From memory; read the paragraph before relying on it."),
    Citation("17 CFR 240.17a-4(f)", "Electronic records: unalterable storage, or a complete, time-stamped audit trail from which an altered or deleted record can be re-created.", IN_FORCE, LOOKED, "Adopted in October 2022, complied with since May 2023. Read in secondary copies; numbering of its subparagraphs is checked before it is quoted."),
    Citation("FINRA 4511(b)", "Records for which no rule names a period are kept six years; records of an account six years after it was closed.", IN_FORCE, LOOKED),
    Citation("17 CFR 240.10b-10", "Confirmations say in what capacity the firm acted and whether payment for order flow was received.", IN_FORCE, LOOKED),
    Citation("17 CFR 248.30", "Regulation S-P: safeguards for customer information, service providers included, and notice of incidents.", IN_FORCE, LOOKED, "The amendments of 2024 apply to smaller firms from June 2026."),
    Citation("Regulation Best Execution (34-96496)", "Proposed in December 2022, withdrawn in June 2025; FINRA's rule stays the standard.", WITHDRAWN, LOOKED),
    Citation("Order Competition Rule (34-96495)", "Proposed in December 2022, withdrawn in June 2025.", WITHDRAWN, LOOKED),
    Citation("The firm's own schedule", "What no rule asks to be kept, such as a copy that is built again of records that are, is kept as long as the firm says.", PRACTICE, LOOKED, "Whether a copy is a record all the same is for counsel."),
    Citation("NIST SP 800-161", "Supply-chain risk practices for systems and services.", PRACTICE, LOOKED),
    Citation("ISO 22301", "Business continuity management.", PRACTICE, LOOKED),
    Citation("FINRA 5310.06", "Where quotations are few, written policies say how best execution is judged, and it is documented that they were followed.", IN_FORCE, LOOKED),
    Citation("FINRA 5310.08", "A customer's unsolicited instruction to use a market is followed; promptness and terms remain the firm's duty.", IN_FORCE, LOOKED, "The numbering of the supplementary material was read in secondary copies."),
    Citation("17 CFR 242.606(a)", "Quarterly public report on the routing of held stock orders and of options, by month, with venues, payments and material aspects; three years public.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.606(b)", "Reports to a customer on request, on held and on not-held orders, and a yearly notice that they can be asked for.", IN_FORCE, LOOKED, "The days allowed and the thresholds of small firms and customers were read in secondary sources."),
    Citation("17 CFR 240.15c3-5(e)", "Market-access controls are reviewed each year, and the chief executive certifies it.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.301", "What a registered alternative trading system owes.", IN_FORCE, LOOKED),
    Citation("SOC 2", "An auditor's report on a service organization's controls.", PRACTICE, LOOKED),
    Citation("FINRA 2121", "Prices and commissions are fair, markups included.", IN_FORCE, LOOKED),
    Citation("FINRA 2124", "Trading net with a customer is disclosed and agreed beforehand.", IN_FORCE, LOOKED, "From memory; read the rule before quoting it."),
    Citation("FINRA 2265", "Who offers extended hours tells customers of their risks: lower liquidity, wider spreads, unlinked markets.", IN_FORCE, LOOKED, "From memory; read the rule before quoting it."),
    Citation("FINRA 5260", "No trading and no quoting during a trading halt.", IN_FORCE, LOOKED, "From memory; read the rule before quoting it."),
    Citation("FINRA 5310.06", "Where quotations or prices are few, written policies say how the best market is found, and that they were followed is documented.", IN_FORCE, LOOKED, "The numbering of the supplementary material was read in secondary copies."),
    Citation("FINRA 5310.08", "A customer's unsolicited instruction to use a named market relieves the firm of choosing the market, and of nothing else.", IN_FORCE, LOOKED, "The numbering of the supplementary material is from memory: .07 or .08."),
    Citation("FINRA 5350", "A stop order is triggered by a transaction; another trigger has another name and is disclosed first. Who routes a stop on takes reasonable steps that it is handled so.", IN_FORCE, LOOKED),
    Citation("FINRA 6860", "Clocks that stamp reportable events are kept in step; stamps are in milliseconds, or finer where the system is finer.", IN_FORCE, LOOKED, "Numbered within the 6800 series; check the paragraph before quoting it."),
    Citation("FINRA RN 15-09", "Algorithms and routers: development, testing, change control, monitoring after release, and compliance that takes part.", LESSON, LOOKED),
    Citation("FINRA oversight report, third-party risk", "Seen in firms: vendors and their suppliers not inventoried, contracts silent on incidents and data, no plan for leaving.", LESSON, LOOKED, "The yearly report of 2025; named in secondary sources."),
    Citation("17 CFR 240.15c3-1", "Net capital of broker-dealers.", IN_FORCE, LOOKED),
    Citation("17 CFR 240.17a-5", "Broker-dealers' financial reports, the audited yearly one among them.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.200", "Marking of orders as long, short or short exempt.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.203", "Locating shares before a short sale.", IN_FORCE, LOOKED),
    Citation("17 CFR 242.1001", "Regulation SCI: capacity, integrity, resilience, availability and security of systems.", IN_FORCE, LOOKED, "Binds SCI entities only; for most router vendors it is a yardstick, no duty."),
    Citation("LULD plan", "Limit up-limit down: price bands and trading pauses in single stocks.", IN_FORCE, LOOKED, "A plan of the markets; it binds firms through the markets' rules."),
    Citation("Options order protection plan", "Protection of displayed option quotations, complex trades excepted.", IN_FORCE, LOOKED, "A plan of the option markets; from memory, read it before quoting."),
    Citation("SEC order 2013-10-16 on a deployment", "Old code on one server of eight sent orders for 45 minutes; controls on market access and on deployment were missing.", LESSON, LOOKED, "Read in secondary accounts."),
    Citation("SEC order 2015-08-12 on subscribers' orders", "A broker's own trading desk used a live feed of subscribers' orders in its pool.", LESSON, LOOKED, "Read in secondary accounts."),
    Citation("SEC order 2016-12-16 on a router's ranking", "A router's ranking of venues was updated once in two years and overridden by hand, while clients were told otherwise.", LESSON, LOOKED, "Release 33-10272, read in secondary accounts."),
    Citation("SEC order 2017-01-13 on internalized orders", "A market maker's algorithms did not look for the price that clients were told of.", LESSON, LOOKED, "Read in secondary accounts."),
    Citation("SEC order 2018-06-19 on masked executions", "Clients were told that a broker executed orders which others executed.", LESSON, LOOKED, "Read in secondary accounts."),
    Citation("SEC order 2020-12-17 on payment and price", "A broker that was paid more than usual gave customers worse prices, and told them otherwise.", LESSON, LOOKED, "Read in secondary accounts."),
    Citation("Arrival-price convention", "Execution price against the midpoint when the firm received the order.", PRACTICE, LOOKED),
    Citation("Mark-out convention", "Midpoint at execution against the midpoint a stated time later.", PRACTICE, LOOKED),
    Citation("ISO 10383", "Codes that identify markets.", PRACTICE, LOOKED),
    Citation("FINRA 4530(a)", "Certain events of a list, customer-related findings and settlements among them, are reported within 30 calendar days of when the firm knows.", IN_FORCE, LOOKED, "Read in secondary copies; the list and its thresholds are read in the rule itself before they are relied on."),
    Citation("FINRA 4530(b)", "A firm's own conclusion that it, or a person of it, violated certain rules is reported within 30 calendar days of the conclusion.", IN_FORCE, LOOKED, "Read in secondary copies. The supplementary material narrows it to conduct of wide or potentially wide impact, or of a material or repeated kind; when a firm has concluded, and which credits are such conduct, is for counsel."),
    Citation("State unclaimed-property laws", "Money owed to a customer who cannot be found is kept for them, and handed to a state after the time its law names.", IN_FORCE, LOOKED, "The times and notices differ from state to state; nothing here computes them."),
    Citation("FIX tags 30 and 851", "LastMkt and LastLiquidityInd: where a fill was executed, and whether it added or removed liquidity.", PRACTICE, LOOKED),
    Citation("FINRA 8210", "Members give FINRA's staff, on request and within the time named, information, testimony and their books and records.", IN_FORCE, LOOKED, "What the rule says of encrypting portable media was read in secondary sources."),
    Citation("Exchange Act 17(a)", "Broker-dealers make, keep and furnish the records and reports that the SEC prescribes.", IN_FORCE, LOOKED),
    Citation("Exchange Act 17(b)", "Their records are open to examination by the SEC's representatives at any time.", IN_FORCE, LOOKED, "From memory; read the section before quoting it."),
    Citation("17 CFR 240.17a-4(j)", "Legible, true, complete and current copies of records are furnished promptly when the SEC's representatives ask.", IN_FORCE, LOOKED, "The paragraph was read in secondary copies."),
    Citation("An exchange's rule on requests", "Each exchange has a rule of its own by which its members answer its staff's requests.", IN_FORCE, LOOKED, "Numbered by each exchange for itself: take the number from the letter, and read the rule."),
    Citation("A state's securities law", "A state's securities regulator asks registered firms for records under that state's act.", IN_FORCE, LOOKED, "Differs from state to state: take the section from the letter; nobody looked it up here."),
    Citation("Federal Rule of Evidence 502", "An inadvertent disclosure waives privilege in a federal proceeding only under conditions, prompt steps to recall it among them.", IN_FORCE, LOOKED, "Whether it reaches a production to a self-regulator is doubtful: ask counsel."),
)  # fmt: skip
BY_KEY = {citation.key: citation for citation in CITATIONS}
