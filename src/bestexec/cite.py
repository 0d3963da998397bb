"""The authorities that a metric, a check or a column can name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cite:
    """One authority: its short name, what it says in our words, and how sure we are of the text.

    `standing` is one of `in force`, `proposed`, `withdrawn`, `practice` (a convention of the field, no rule).
    """

    key: str
    says: str
    standing: str = "in force"


RULE_600_EFFECTIVE_SPREAD = Cite(
    "17 CFR 242.600(b)(8)", "Average effective spread: share-weighted double difference between execution price and the midpoint of the NBBO at receipt."
)
RULE_600_REALIZED_SPREAD = Cite(
    "17 CFR 242.600(b)(13)",
    "Average realized spread: the same against the midpoint a stated time after execution; the last regular quote when that time passes the close.",
)
RULE_605_QUOTED = Cite("17 CFR 242.605(a)(1)(ii)(A)", "Share-weighted average quoted spread at the benchmark instant.")
RULE_605_PERCENT = Cite(
    "17 CFR 242.605(a)(1)(i)(P)-(X), (ii)(C)", "Percentage spreads are ratios of share-weighted averages to the share-weighted average midpoint."
)
RULE_605_EQ = Cite("17 CFR 242.605(a)(1)(ii)(D)", "Average effective spread over average quoted spread.")
RULE_605_IMPROVEMENT = Cite("17 CFR 242.605(a)(1)(ii)(E)-(L)", "Shares executed with price improvement, at the quote and outside it, with amounts and times.")
RULE_605_BEST_DISPLAYED = Cite(
    "17 CFR 242.605(a)(1)(ii)(M)-(Q)", "The same against the best available displayed price, odd lots included; required from trading month 2026-11."
)
RULE_605_SIZE = Cite(
    "17 CFR 242.605(a)(1)(ii)(R)-(S)", "Order-size benchmark and shares executed beyond the displayed size; the exact semantics are a dated setting."
)
RULE_605_TIME = Cite("17 CFR 242.605(a)(1)(i)(G)-(N)", "Shares executed within each time bucket after the benchmark instant.")
RULE_605_LIMIT = Cite("17 CFR 242.605(a)(1)(iii)(A)-(D)", "Statistics of executable non-marketable orders, from the time they become executable.")
RULE_605_COUNTS = Cite("17 CFR 242.605(a)(1)(i)(A)-(F)", "Covered orders, their shares, cancellations and executions.")
RULE_606_VENUES = Cite("17 CFR 242.606(a)(1)", "Venues to which non-directed orders are routed, with payments received and fees paid.")
RULE_606_CUSTOMER = Cite(
    "17 CFR 242.606(b)(1)", "On request: the venues of a customer's orders of six months, directed or not, and the time of each transaction."
)
RULE_606_NOT_HELD = Cite(
    "17 CFR 242.606(b)(3)-(5)", "On request: how a customer's not-held orders of six months were handled, by venue and month; two de-minimis tests."
)
RULE_611 = Cite("17 CFR 242.611", "Protection of displayed quotations against trade-throughs; a proposal of June 2026 would rescind it.")
RULE_612 = Cite("17 CFR 242.612", "Minimum pricing increments.")
RULE_610_FEES = Cite("17 CFR 242.610(c)", "Cap on the fee for access to a protected quotation: 0.003 per share, by the amendment 0.001 from November 2026.")
RULE_17A3 = Cite("17 CFR 240.17a-3(a)(6)", "A memorandum of each order with its terms, the time of receipt, the time and price of execution or cancellation.")
RULE_613 = Cite("17 CFR 242.613", "The consolidated audit trail: each order from receipt through routing to execution.")
FINRA_3110 = Cite("FINRA 3110", "A system to supervise, with written procedures and evidence that they are carried out.")
FINRA_5260 = Cite("FINRA 5260", "No transaction in a security while its trading is halted.")
FINRA_6860 = Cite("FINRA 6860", "Events of the audit trail are stamped in milliseconds, or finer where the system is finer.")
FINRA_RN_15_46 = Cite("FINRA Regulatory Notice 15-46", "Reviews cover every order type and size, and venues not used today as well as those used.")
FINRA_RN_21_29 = Cite(
    "FINRA Regulatory Notice 21-29", "A function may be outsourced, the responsibility stays: due diligence and continued supervision of the vendor."
)
FINRA_5310 = Cite(
    "FINRA 5310(a)(1)",
    "Reasonable diligence to ascertain the best market, so that the price to the customer is as favorable as possible under prevailing conditions.",
)
FINRA_5310_REVIEW = Cite(
    "FINRA 5310.09",
    "Regular and rigorous review, at least quarterly, security by security and by type of order: price improvement, disimprovement, limit-order likelihood, speed, size, costs, customer needs, internalization and payment.",
)
FINRA_5310_PROMPT = Cite("FINRA 5310.01", "Every effort to execute a marketable order fully and promptly.")
FINRA_5310_INTERPOSITION = Cite("FINRA 5310(a)(2)", "No interpositioning inconsistent with best execution.")
FINRA_RN_21_23 = Cite("FINRA Regulatory Notice 21-23", "Payment for order flow must not interfere with best execution.")
FINRA_4590 = Cite("FINRA 4590", "Business clocks kept in step with the national standard.")
PERCENT_OF_MARKET = Cite("Perold, The Implementation Shortfall (1988)", "Paper return less real return, the unfilled part included.", "practice")
HERFINDAHL = Cite("Herfindahl–Hirschman index", "Sum of squared shares; a concentration measure between 0 and 1.", "practice")
KAPLAN_MEIER = Cite("Kaplan and Meier (1958)", "Product-limit estimate of a time to event with right censoring.", "practice")
MARKOUT = Cite("Mark-out convention", "Midpoint at execution against the midpoint a stated time later.", "practice")
VWAP = Cite("Interval VWAP convention", "Volume-weighted price of the regular-way tape from receipt to last fill, own fills included.", "practice")
CLUSTERED = Cite("Cameron, Gelbach and Miller (2011)", "Standard errors robust to clustering.", "practice")
RULE_605_SUMMARY = Cite(
    "17 CFR 242.605(a)(2)(iv)-(xii)", "The summary report: shares at the quote or better, shares improved, percentage improvement and spreads, mean time."
)
ARRIVAL = Cite("Arrival-price convention", "Execution price against the midpoint when the firm received the order.", "practice")
TAPE_SPREAD = Cite("Huang and Stoll (1996)", "Effective spread of a trade whose aggressor is unknown: twice the distance from price to midpoint.", "practice")
TIME_WEIGHTED = Cite("Time-weighted spread convention", "Quoted spread weighted by the time it stood in the regular session.", "practice")
INVERSE_ECDF = Cite(
    "Hyndman and Fan (1996), definition 1", "Sample quantile: the smallest value that at least the stated share of the sample does not exceed.", "practice"
)
WOODRUFF = Cite("Woodruff (1952)", "Standard error of a quantile: the interval of its proportion, read back through the sample quantiles.", "practice")

CITES = tuple(value for value in dict(globals()).values() if isinstance(value, Cite))
