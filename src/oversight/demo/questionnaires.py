"""What the sample firm's two vendors, and the firm itself for two alternatives, answer to the bank's questions."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question


@dataclass(frozen=True)
class Reply:
    """An answer as it is typed in."""

    value: str = ""
    words: str = ""
    reason: str = ""


HOLDS_ACCESS = "the vendor's broker-dealer, on its own identifier"
NUMBERS = {
    "DD-MAC-04": ("4", "2"), "DD-VEN-06": ("0.15", "0.11"), "DD-VEN-09": ("0.001", "0.001"), "DD-VEN-10": ("0.4", "0.1"), "DD-LOG-03": ("2", "0.5"),
    "DD-LOG-07": ("2", "1"), "DD-LOG-09": ("1.3", "1.3"), "DD-LOG-10": ("50", "60"), "DD-ORD-02": ("50", "60"), "DD-ORD-03": ("95", "95"),
    "DD-ORD-05": ("85", "85"), "DD-ORD-07": ("0.001", "0.001"), "DD-ORD-08": ("30", "30"), "DD-ORD-13": ("65", "65"), "DD-ORD-16": ("60", "55"),
    "DD-EXQ-01": ("62", "50"), "DD-EXQ-02": ("90", "75"), "DD-EXQ-03": ("0.0040", "0.0055"), "DD-EXQ-04": ("72", "82"), "DD-EXQ-05": ("0.03", "0.03"),
    "DD-EXQ-06": ("15", "12"), "DD-EXQ-07": ("250", "200"), "DD-EXQ-10": ("99", "99"), "DD-EXQ-11": ("78", "76"), "DD-EXQ-13": ("62", "55"),
    "DD-EXQ-14": ("66", "60"), "DD-EXQ-15": ("100", "100"), "DD-EXQ-16": ("0.015", "0.015"), "DD-CON-05": ("0.0005", "0.0005"),
    "DD-CON-06": ("0.0006", "0.0006"), "DD-CON-10": ("0", "0"), "DD-LEA-03": ("0.001", "0.001"), "DD-LEA-04": ("5", "3"), "DD-LEA-05": ("2.5", "2.5"),
    "DD-LEA-06": ("0.001", "0.0025"), "DD-FED-09": ("3", "1"), "DD-FED-11": ("100", "90"), "DD-CHG-01": ("10", "2"), "DD-CHG-05": ("15", "5"),
    "DD-CHG-08": ("7", "2"), "DD-BCP-01": ("10", "5"), "DD-BCP-08": ("3.5", "2"), "DD-BCP-09": ("5", "15"), "DD-SEC-03": ("24", "72"),
    "DD-SUB-02": ("30", "0"), "DD-SUB-05": ("90", "5"), "DD-SUB-07": ("56", "50"), "DD-DAT-06": ("4", "12"), "DD-STA-02": ("22", "9"),
    "DD-STA-07": ("20", "5"), "DD-STA-09": ("14", "38"),
}  # fmt: skip
"""What vendor_a and vendor_b commit to. The first leaves room to what it measures; some of the second's are better than its own flow ever was."""
DATES = {
    "DD-MAC-05": ("2026-03-31", "2025-12-15"), "DD-CHG-06": ("2026-02-11", "2026-08-12"), "DD-BCP-02": ("2026-06-20", "2024-11-02"),
    "DD-SEC-01": ("2026-06-30", "2025-03-31"), "DD-SEC-04": ("2026-05-08", "2025-01-20"), "DD-STA-01": ("2025-12-31", "2024-12-31"),
}  # fmt: skip
ADMITTED = {
    "DD-VEN-01": "New markets are switched on in test for all clients at first. We found orders of yours there in August and now keep clients out by default.",
    "DD-VEN-02": "Yes: one broker we reach sends on to markets of its own. We name them in the monthly file.",
    "DD-VEN-03": "Not every report: one destination gives its own short name. The mapping is promised for October.",
    "DD-VEN-07": "Not on every day: on thin days one market can take more than your limit. We report each such day.",
    "DD-LOG-04": "It can, when a quote fades while the order is under way. We measure it each month and send you the orders.",
    "DD-LOG-06": "Two orders hung in the gateway in the last quarter and were canceled by hand.",
    "DD-EXQ-09": "Two markets were slower than your limit on single days; both are named in the monthly file.",
    "DD-FED-06": "Once in the quarter: a market's stamp ran behind ours. The order of events is right in our own log.",
    "DD-CHG-02": "Not between all of them: shares also move with the market. We say which days we cannot explain.",
    "DD-DAT-01": "A handful of orders a quarter are missing from the daily file and come with the correction a day later.",
    "DD-DAT-02": "Children of one broker's algorithm come without their route. We have asked that broker for them.",
    "DD-DAT-03": "Two routes of the quarter have no end in the file; the corrected file is on its way.",
    "DD-DAT-04": "The same two orders. Everything else adds up.",
}
"""Where vendor_a answers that it does not always hold, and says so."""
TEXTS = {
    "DD-MAC-03": "All hard: credit $25 million gross a day; order 50,000 shares or $2 million; collar 5 % from the last sale; duplicate within 2 s; "
    "200 messages a second; your restricted list loaded at 07:00. Set by our risk desk with your supervisor on 15 June 2026.",
    "DD-VEN-05": "Two ATSs that admit no retail flow. Every exchange that displayed the best price is reached by our own membership.",
    "DD-VEN-08": "Our market-structure desk reads each Form ATS-N and its amendments. For you we opted out of three counterparty segments, as listed.",
    "DD-VEN-11": "By a notice of 30 days with the fees, the reason and a trial plan. You can decline for as long as you wish; nothing else changes.",
    "DD-LOG-01": "Read all protected quotes and odd lots; take the best price; among equals the market with the higher likelihood of improvement in 20 days.",
    "DD-LOG-11": "The likelihood table is refitted each Sunday on executions of all clients, without names. An order keeps the table's version and the scores.",
    "DD-LOG-12": "One set of tables for all agency clients. Yours differ in two venues that you switched off.",
    "DD-ORD-01": "The last sale of the listing market's regular session; we hold the stop until then.",
    "DD-ORD-04": "By the likelihood of a fill within the day, then by the shorter queue. Rebates are not an input.",
    "DD-ORD-09": "Seen by one desk of four people. Two conditional venues with at least 2,500 shares; broken up after 20 minutes without interest.",
    "DD-ORD-10": "Not offered for stocks.",
    "DD-ORD-11": "Not offered: no option orders are handled for you.",
    "DD-ORD-14": "One overnight venue; its own midpoint, and no order goes without a quote younger than a minute.",
    "DD-EXQ-18": "Our operations desk, against the midpoint at receipt, within five business days; we pay.",
    "DD-CON-07": "Two exchanges' top tiers, which our volume meets without your orders.",
    "DD-CON-08": "On 4 % of orders one broker, which brings markets that admit members only. Its fee is ours.",
    "DD-CON-09": "None trades as principal. A fund of a wholesaler's owner holds 4 % of our parent, without a seat on the board.",
    "DD-CON-12": "A page for clients of June 2026, attached. It is true of your flow but for the two venues that you switched off.",
    "DD-LEA-01": "Symbol, side, quantity of the child, limit, capacity, retail mark where the venue asks. No client tag, no parent quantity.",
    "DD-LEA-08": "Eleven people of the trading desk and of support, on two screens; reviewed each quarter, last on 3 July 2026.",
    "DD-LEA-09": "By the quote's change in the second after our probes, venue by venue, monthly. One counterparty was cut off in March 2026.",
    "DD-FED-08": "A quote older than a second counts as missing. Locked: routed. Crossed: held for 500 ms, then to the better side. Missing: handed back.",
    "DD-FED-10": "From the listing markets' files at 06:00, checked by two people against a second supplier before 08:30.",
    "DD-CHG-04": "Every release is run on a week of your orders in the simulator; the comparison is sent to you ten business days before.",
    "DD-BCP-05": "Three: 2025-11-14, a feed line down, 6 minutes; 2026-03-02, a gateway restart, 11 minutes; 2026-06-09, a slow venue, 25 minutes.",
    "DD-BCP-06": "Resting orders are canceled by the venues on disconnect where they offer it, by us within 5 seconds elsewhere. Our desk calls yours.",
    "DD-SEC-02": "Two exceptions: a leaver's account closed four days late, one change without its second signature. It relies on your review of your users.",
    "DD-SEC-07": "None. Orders carry a keyed code of the account that we cannot turn back.",
    "DD-SEC-08": "One database schema, key and log stream for each client; test systems hold made-up orders alone.",
    "DD-SUB-01": "Two halls of one hosting firm in two states, two carriers, two market-data suppliers, one broker for members-only markets.",
    "DD-SUB-04": "One broker. It may not internalize; its 606 data comes down to the executing market each quarter.",
    "DD-DAT-10": "Nothing. You receive the data to compute it yourselves.",
    "DD-DAT-11": "Orders, routes, rejects, fees and configuration of six years as CSV and FIX logs, within 30 days; we keep what our own rules ask.",
    "DD-STA-04": "The founders 61 %, employees 22 %, a fund of a wholesaler's owner 4 %, others below 5 %. No change in two years, none agreed.",
    "DD-STA-06": "None.",
    "DD-STA-08": "Four people: two for the logic, one for gateways, one for data. Each has a named deputy; one deputy left in May 2026 and was replaced.",
}
"""vendor_a in its own words."""
MORE_ON_LOGIC = (
    "Read all protected quotes and odd lots; take the best price; among equals the market with the higher likelihood of improvement in 20 days; if these are "
    "within a tenth of a cent, the one with the shorter time to fill; a tie after that is drawn by lot. It stops when nothing is left or the quote is gone."
)
"""What vendor_a answers once it was asked what breaks a tie."""
BRIEF = {
    "MAC": "Controls are in place as the rule requires.", "VEN": "We reach all markets that matter.", "LOG": "Best price first; details are proprietary.",
    "ORD": "Handled as the market convention has it.", "EXQ": "Our operations team looks at each case.", "CON": "None that touches your orders.",
    "LEA": "Only what the venue needs.", "FED": "Handled by the platform.", "CHG": "Tested by our quality team.", "BCP": "One outage of 40 minutes in 2025.",
    "SEC": "See the report.", "SUB": "One cloud provider; a list on request.",
    "DAT": "By agreement at that time.", "STA": "Privately held; no changes.",
}  # fmt: skip
"""vendor_b in its own words, by area."""
LESS_GOOD = {
    "DD-FED-01": "consolidated feed only", "DD-CHG-03": "one person, logged", "DD-BCP-10": "one cloud region or campus is shared", "DD-SUB-06": "yearly",
    "DD-DAT-09": "documented files without notice", "DD-STA-10": "notice only",
    "DD-CON-11": "it enters, and compliance reviews it", "DD-VEN-04": "through other brokers",
}  # fmt: skip
"""What vendor_b could not but admit."""
SHORT = {
    "own_build": "Nothing is built yet, so there is nothing to answer for.",
    "clearing_router": "The clearing firm answers no questionnaires of introducing brokers, and its public papers do not say it.",
}
KNOWN_OF_CLEARING = {
    "DD-MAC-01": Reply("another broker-dealer, on its own identifier", "The clearing firm's, by the clearing agreement."),
    "DD-CON-01": Reply("yes", "Its 606 report names payments by three wholesalers."),
    "DD-CHG-09": Reply("no", "A change of routing is asked for by letter and takes a quarter."),
    "DD-DAT-09": Reply("reports on a screen", "A monthly statement of execution quality."),
    "DD-STA-03": Reply("yes", "Registered, a member of FINRA."),
}
KNOWN_OF_BUILDING = {
    "DD-MAC-01": Reply("it is shared or not settled", "The firm holds no market access of its own today; a year's work before the first order.")
}


def by_vendor_a(question: Question) -> Reply:
    """Honest: figures that leave room, gaps named, words that say something."""
    if question.id in ADMITTED:
        return Reply(_other(question), ADMITTED[question.id])
    return _by_kind(question, 0, TEXTS.get(question.id, "As described in the document attached."))


def by_vendor_b(question: Question) -> Reply:
    """Always what sounds best, whatever its flow shows."""
    if question.id in LESS_GOOD:
        return Reply(LESS_GOOD[question.id])
    return _by_kind(question, 1, BRIEF[question.area])


def by_firm(question: Question, of: str) -> Reply:
    """What the firm itself can say of an alternative; for the rest, why it cannot."""
    known = KNOWN_OF_CLEARING if of == "clearing_router" else KNOWN_OF_BUILDING
    return known.get(question.id, Reply(reason=SHORT[of]))


def _by_kind(question: Question, place: int, words: str) -> Reply:
    if question.is_gate:
        return Reply(HOLDS_ACCESS if HOLDS_ACCESS in question.choices else _best(question))
    if question.kind == NUMBER:
        return Reply(NUMBERS.get(question.id, ("1", "1"))[place])
    if question.kind == DATE:
        return Reply(DATES.get(question.id, ("2026-06-30", "2025-06-30"))[place])
    return Reply(words=words) if question.kind == TEXT else Reply(_best(question))


def _best(question: Question) -> str:
    """The answer that sounds best: what its claim asks for, else what scores fully."""
    if question.claim is not None:
        return question.claim.by_answer
    return question.good[0] if question.good else question.choices[0] if question.kind == CHOICE else "yes"


def _other(question: Question) -> str:
    """The answer that claims less."""
    if question.kind == YES_NO:
        return "no" if _best(question) == "yes" else "yes"
    return next((choice for choice in question.choices if choice not in question.good), question.choices[-1])
