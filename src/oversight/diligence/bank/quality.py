"""Execution quality: the figures that the vendor accepts to be measured by."""

from __future__ import annotations

from oversight.diligence.bank.bounds import MARKET, MARKETABLE_LIMIT, MILLISECONDS, PERCENT, at_least, at_most, never
from oversight.diligence.bank.question import NUMBER, TEXT, YES_NO, Question

QUALITY = (
    Question(
        "DD-EXQ-01", "EXQ", "What effective spread, as a percentage of the quoted spread, do you commit to for retail market orders?",
        guidance="Share-weighted over a quarter: the ratio of the two averages, against the quote at receipt. Held, not directed, regular session. State the ceiling.",
        why="It is the figure most comparable with published Rule 605 reports, disimprovement included.",
        cites=("17 CFR 242.605", "17 CFR 242.600", "FINRA 5310.09"), evidence="The figure of four quarters with the number of orders in each.",
        kind=NUMBER, unit="%", scale=PERCENT, weight=3, claim=at_most("effective_over_quoted", "Effective over quoted spread of retail market orders is at most {bound}.", order_class=MARKET),
    ),
    Question(
        "DD-EXQ-02", "EXQ", "What effective spread, as a percentage of the quoted spread, do you commit to for marketable limit orders of retail customers?",
        guidance="As for market orders. State the ceiling for a quarter; say if limits at the quote are counted in your own figures.",
        why="The second largest class, and often measured together with the first so that neither is seen.",
        cites=("17 CFR 242.605", "FINRA RN 15-46"), evidence="The figure of four quarters.",
        kind=NUMBER, unit="%", scale=PERCENT, weight=2, claim=at_most("effective_over_quoted", "Effective over quoted spread of marketable limit orders is at most {bound}.", order_class=MARKETABLE_LIMIT),
    ),
    Question(
        "DD-EXQ-03", "EXQ", "What net price improvement, in dollars a share, do you commit to for retail market orders?",
        guidance="Improvement less disimprovement over all executed shares, not only the improved ones. State the floor for a quarter.",
        why="Averages over improved shares alone look three times as good and are what brochures quote.",
        cites=("FINRA 5310.09", "17 CFR 242.605"), evidence="Net and gross figures side by side.",
        kind=NUMBER, unit="$/share", weight=3, claim=at_least("net_price_improvement", "Retail market orders are improved by at least {bound}, net.", order_class=MARKET),
    ),
    Question(
        "DD-EXQ-04", "EXQ", "What percentage of the shares of retail market orders will be executed better than the quote?",
        guidance="Strictly better, at the benchmark instant. State the floor for a quarter.",
        why="Improvement that reaches few orders is a different service from the same mean spread over most.",
        cites=("17 CFR 242.605", "FINRA 5310.09"), evidence="The figure by quarter and size bucket.",
        kind=NUMBER, unit="%", scale=PERCENT, weight=2, claim=at_least("inside", "At least {bound} of the shares of retail market orders are executed better than the quote.", order_class=MARKET),
    ),
    Question(
        "DD-EXQ-05", "EXQ", "When shares of market orders are executed outside the quote, by how much on average, in dollars a share?",
        guidance="Over the shares outside alone. State the ceiling for a quarter.",
        why="Few but deep is a different fault from many but shallow, and hurts particular customers.",
        cites=("FINRA 5310.09", "17 CFR 242.605"), evidence="The ten deepest cases of the last quarter.",
        kind=NUMBER, unit="$/share", claim=at_most("price_disimprovement", "Shares executed outside the quote are at most {bound} worse on average.", min_n=30, order_class=MARKET),
    ),
    Question(
        "DD-EXQ-06", "EXQ", "What is the median time from our receipt of a retail market order to its first fill, in milliseconds?",
        guidance="Our line to you included: we measure from our own stamp. By order, not weighted by size. State the ceiling for a quarter.",
        why="A vendor's own figure starts at its gateway and leaves out what the customer waits for.",
        cites=("17 CFR 242.605", "FINRA 5310.01", "FINRA 5310.09"), evidence="Your median from your stamp, so that the difference can be explained.",
        kind=NUMBER, unit="ms", scale=MILLISECONDS, weight=2, claim=at_most("median_time_to_first_fill", "Half of the retail market orders have a first fill within {bound}.", order_class=MARKET),
    ),
    Question(
        "DD-EXQ-07", "EXQ", "Within how many milliseconds does 99 in 100 retail market orders have its first fill?",
        guidance="As for the median. State the ceiling for a quarter; outages are not taken out.",
        why="Medians are good on the worst of days; the tail is where customers complain.",
        cites=("FINRA 5310.01", "FINRA 5310.09"), evidence="The tail by day, with incidents marked.",
        kind=NUMBER, unit="ms", scale=MILLISECONDS, weight=2, claim=at_most("p99_time_to_first_fill", "99 of 100 retail market orders have a first fill within {bound}.", order_class=MARKET),
    ),
    Question(
        "DD-EXQ-08", "EXQ", "Does no class of our orders have, on any day, more slow fills than our policy allows?",
        guidance="Slow is defined by class and size in our policy, which we hand over. Answer for every class.",
        why="Speed that is good on average and bad for one class was never looked at by class.",
        cites=("FINRA 5310.09", "FINRA exam findings, best execution"), evidence="Share of slow fills by class and day for a month.",
        kind=YES_NO, good=("yes",), claim=never("EXE-104", "No class has more slow fills on a day than the firm's limit."),
    ),
    Question(
        "DD-EXQ-09", "EXQ", "Does no market hold an acknowledged marketable order longer than the limit we set before it fills it?",
        guidance="From the market's acknowledgement to its fill, in our policy's limit. First looks and holds for hedging count.",
        why="A market that holds an order trades with an option that the customer gave away.",
        cites=("FINRA 5310.01", "FINRA RN 21-23", "SEC order 2017-01-13 on internalized orders"), evidence="Hold times by market at the 99th percentile.",
        kind=YES_NO, good=("yes",), claim=never("SPD-103", "No market holds an acknowledged marketable order beyond the firm's limit."),
    ),
    Question(
        "DD-EXQ-10", "EXQ", "What percentage of the shares of marketable orders will be filled?",
        guidance="Market and marketable limit orders, by shares, held, retail. State the floor for a quarter.",
        why="Fully and promptly are two words of one duty.",
        cites=("FINRA 5310.01", "17 CFR 242.605"), evidence="Fill rates by class.",
        kind=NUMBER, unit="%", scale=PERCENT, weight=2, claim=at_least("marketable_fill_rate", "At least {bound} of the shares of marketable orders are filled."),
    ),
    Question(
        "DD-EXQ-11", "EXQ", "What percentage of the shares of all limit orders of retail customers will be filled?",
        guidance="Marketable or not, by shares; the whole book of limit orders. State the floor, and say what part is marketable.",
        why="It is the line that committees read, and the one that posting for rebates lowers.",
        cites=("FINRA 5310.09",), evidence="Fill rate by price level against the market at receipt.",
        kind=NUMBER, unit="%", scale=PERCENT, claim=at_least("limit_fill_rate", "At least {bound} of the shares of limit orders are filled."),
    ),
    Question(
        "DD-EXQ-12", "EXQ", "Does the fill rate of each class of orders stay above the floor of our policy on every day?",
        guidance="The floors are by kind: immediate, marketable, resting. Days with few orders are not judged.",
        why="A floor by class and day finds the broken port that a quarter's mean forgives.",
        cites=("FINRA 5310.09", "FINRA exam findings, best execution"), evidence="Fill rates by class and day for a quarter.",
        kind=YES_NO, good=("yes",), claim=never("EXE-106", "No class's fill rate of a day is below the firm's floor."),
    ),
    Question(
        "DD-EXQ-13", "EXQ", "What effective spread, as a percentage of the quoted spread, should market orders in thinly traded stocks show?",
        guidance="In the symbols that our list groups as thin. State the ceiling for a quarter; it may be higher than for all stocks and must be stated.",
        why="A venue good on average and bad in small stocks is invisible in a figure weighted by shares.",
        cites=("FINRA 5310.09", "FINRA 5310.06", "FINRA exam findings, best execution"), evidence="Results by liquidity group and venue.",
        kind=NUMBER, unit="%", scale=PERCENT, weight=2, claim=at_most("effective_over_quoted", "Effective over quoted spread of market orders in thin stocks is at most {bound}.", order_class=MARKET, liquidity_class=("thin",)),
    ),
    Question(
        "DD-EXQ-14", "EXQ", "What effective spread, as a percentage of the quoted spread, should market orders received between 9:30 and 10:00 show?",
        guidance="Received in the nine o'clock hour, New York time, in the regular session. State the ceiling.",
        why="A third of retail orders arrive then, when spreads are widest and a slow feed costs most.",
        cites=("FINRA 5310.09", "FINRA 5310(a)(1)"), evidence="Results by half hour.",
        kind=NUMBER, unit="%", scale=PERCENT, claim=at_most("effective_over_quoted", "Effective over quoted spread of market orders of the first half hour is at most {bound}.", order_class=MARKET, hour=("9",)),
    ),
    Question(
        "DD-EXQ-15", "EXQ", "What percentage beyond the displayed size is filled at the quote or better, for marketable orders larger than what is displayed?",
        guidance="Shares at the quote or better beyond the displayed size, over the shares of the benchmark, retail market orders of $10,000 and more. State the floor.",
        why="Size improvement is what a wholesaler can give and an exchange cannot; it should be shown where it is claimed.",
        cites=("17 CFR 242.605", "FINRA 5310.09"), evidence="Size improvement by order size.",
        kind=NUMBER, unit="%", scale=PERCENT, claim=at_least("size_improvement", "At least {bound} beyond the displayed size is filled at the quote or better.", min_n=30, order_class=MARKET, size_bucket=("10000", "20000", "50000", "200000")),
    ),
    Question(
        "DD-EXQ-16", "EXQ", "What realized spread one minute after the fill do market orders leave to their counterparties, in dollars a share?",
        guidance="Twice the distance of the price from the midpoint one minute later, retail market orders. State the ceiling.",
        why="What the counterparty keeps is what a better auction for the order could have returned.",
        cites=("17 CFR 242.600", "17 CFR 242.605"), evidence="Realized spread by market at several horizons.",
        kind=NUMBER, unit="$/share", claim=at_most("realized_spread_1min", "Realized spread of retail market orders after a minute is at most {bound}.", order_class=MARKET),
    ),
    Question(
        "DD-EXQ-17", "EXQ", "Does no class of marketable orders pay more than our policy's part of the quoted spread on several days of a week?",
        guidance="The limit and the number of days are in our policy. Answer for every class with enough orders.",
        why="Persistence tells a bad day from a bad router.",
        cites=("FINRA 5310.09", "FINRA exam findings, best execution"), evidence="Effective over quoted spread by class and day.",
        kind=YES_NO, good=("yes",), claim=never("EXE-115", "No class of marketable orders is persistently above the firm's limit."),
    ),
    Question(
        "DD-EXQ-18", "EXQ", "When a customer was harmed by the router's fault, who computes the loss, against which price, within how many days, and who pays?",
        guidance="Walk through the last case: found by whom, orders affected, the counterfactual price, approval, payment to each customer.",
        why="Without an agreed counterfactual each case is a negotiation, and customers wait.",
        cites=("FINRA 2010", "FINRA 4530", "FINRA 5310(a)(1)"), evidence="The error policy and one closed case, names removed.",
        kind=TEXT, weight=2,
    ),
)  # fmt: skip
