"""What others state: published reports under Rules 605 and 606, reports to a customer under Rule 606(b), and a vendor's own figures."""

from __future__ import annotations

import polars as pl

from bestexec.schema.shape import LINE, Column, Table
from bestexec.schema.words import FILED_CLASSES, FILED_LAYOUTS, FILED_LOTS, FILED_SECTIONS, FILED_TYPES, STOCK_GROUPS
from bestexec.units import AMOUNT, COUNT, DAY, DURATION, FLAG, LARGE, QTY, TEXT

MONTH = Column("month_on", DAY, "date", "First day of the trading month reported.", required=True)
BROKEN = Column("broken_rules", TEXT, "", "Rules that this line breaks though it can be read, comma-separated; null when none. Such figures are no benchmark.")
_SHARE, _PER_SHARE, _FRACTION, _NS = "shares", "$/share", "fraction", "ns"
HORIZONS = ("50ms", "1s", "15s", "1min", "5min")


def _shares(name: str, meaning: str) -> Column:
    return Column(name, QTY, _SHARE, meaning)


def _money(name: str, meaning: str) -> Column:
    return Column(name, AMOUNT, _PER_SHARE, meaning)


def _fraction(name: str, meaning: str) -> Column:
    return Column(name, AMOUNT, _FRACTION, meaning)


def _time(name: str, meaning: str) -> Column:
    return Column(name, DURATION, _NS, meaning)


_REPORTER = (
    MONTH,
    Column("participant", TEXT, "", "Letter of the designated participant, as filed."),
    Column("market_center", TEXT, "", "Code of the reporting market center, broker or dealer.", required=True),
)
_BUCKETS = (
    ("under_100us", "under 100 microseconds"), ("100us_to_1ms", "from 100 microseconds to under 1 ms"), ("1ms_to_10ms", "from 1 ms to under 10 ms"),
    ("10ms_to_1s", "from 10 ms to under 1 s"), ("1s_to_10s", "from 1 s to under 10 s"), ("10s_to_30s", "from 10 s to under 30 s"),
    ("30s_to_5min", "from 30 s to under 5 min"), ("5min_or_more", "5 min or more"),
)  # fmt: skip
_LEGACY_BUCKETS = (("0s_to_9s", "0–9 s"), ("10s_to_29s", "10–29 s"), ("30s_to_59s", "30–59 s"), ("60s_to_299s", "60–299 s"), ("5min_to_30min", "5–30 min"))
PUBLISHED_605 = Table(
    "published_605", "One line of a market center's monthly Rule 605 report.",
    ("month_on", "market_center", "layout", "symbol", "order_class", "lot_flag", "size_code"), "",
    (
        *_REPORTER,
        Column("layout", TEXT, "", "Which file layout it was filed in; the two measure different order types, sizes and times.", True, FILED_LAYOUTS),
        Column("symbol", TEXT, "", "Symbol, as filed, upper case.", required=True),
        Column("order_class", TEXT, "", "Order type: Rule 605's ten, or the legacy five, which are not the same.", True, FILED_CLASSES),
        Column("lot_flag", TEXT, "", "Lot size flag, as filed; the legacy layout has none."),
        Column("lot_class", TEXT, "", "What the flag means; null when the flag is not known.", values=FILED_LOTS),
        Column("size_code", COUNT, "", "Code of the order-size group, as filed.", required=True),
        Column("size_from", QTY, "shares (legacy) or USD (amended)", "Smallest order of the size group."),
        Column("size_below", QTY, "shares (legacy) or USD (amended)", "Size from which an order is in a larger group; null for the largest."),
        Column("order_count", COUNT, "orders", "Covered orders."),
        Column("ordered_notional_usd", LARGE, "USD", "Value of the covered orders; null also when the file shows a price that is none."),
        _shares("ordered_shares", "Shares of the covered orders."),
        _shares("canceled_shares", "Shares canceled before execution."),
        _shares("executed_shares", "Shares executed at the reporter."),
        _shares("executed_away_shares", "Shares executed at any other venue."),
        *(_shares(f"shares_{name}", f"Shares executed {words} after t0.") for name, words in _BUCKETS),
        *(_shares(f"shares_{name}", f"Shares executed {words} after receipt (legacy).") for name, words in _LEGACY_BUCKETS),
        *(
            column
            for horizon in HORIZONS
            for column in (
                _money(f"realized_spread_{horizon}", f"Average realized spread after {horizon}."),
                _fraction(f"realized_spread_{horizon}_pct", f"The same over the average midpoint, after {horizon}."),
            )
        ),
        _money("average_mid", "Average midpoint at t0."),
        _money("quoted_spread", "Average quoted spread at t0."),
        _money("effective_spread", "Average effective spread; positive is a cost."),
        _fraction("effective_spread_pct", "The same over the average midpoint."),
        _fraction("effective_over_quoted", "Average effective over average quoted spread; null where the file does not show whether it states percent."),
        _shares("inside_shares", "Shares executed with price improvement."),
        _money("price_improvement", "Average improvement of those shares."),
        _time("inside_time_ns", "Their average time to execution."),
        _shares("at_quote_shares", "Shares executed at the quote."),
        _time("at_quote_time_ns", "Their average time to execution."),
        _shares("outside_shares", "Shares executed outside the quote."),
        _money("price_disimprovement", "Average amount outside of those shares."),
        _time("outside_time_ns", "Their average time to execution."),
        _shares("best_displayed_inside_shares", "Shares better than the best available displayed price."),
        _money("best_displayed_price_improvement", "Average amount better of those shares."),
        _shares("best_displayed_at_quote_shares", "Shares at the best available displayed price."),
        _shares("best_displayed_outside_shares", "Shares worse than the best available displayed price."),
        _money("best_displayed_price_disimprovement", "Average amount worse of those shares."),
        _shares("size_benchmark_shares", "Order-size benchmark."),
        _shares("size_improved_shares", "Shares beyond it, executed at or better than the quote."),
        Column("filled_order_count", COUNT, "orders", "Orders filled in whole or part (resting orders)."),
        _shares("regular_way_shares", "Shares traded anywhere at prices that could have filled the order."),
        _shares("regular_way_exchange_shares", "The same, on exchanges alone."),
        _time("filled_order_time_ns", "Average time from executable to execution."),
        BROKEN,
        LINE,
    ),
)  # fmt: skip
PUBLISHED_605_SUMMARIES = Table(
    "published_605_summaries", "One line of a reporter's monthly summary under Rule 605(a)(2).",
    ("month_on", "market_center", "stock_group", "summary_order_type", "size_code"), "",
    (
        *_REPORTER,
        Column("stock_group", TEXT, "", "In the S&P 500 on the first day of the month, or not.", True, STOCK_GROUPS),
        Column("size_code", COUNT, "", "Code of the order-size group; 199999 is all sizes under 200,000 USD.", required=True),
        Column("size_from", QTY, "USD", "Smallest order of the group."),
        Column("size_below", QTY, "USD", "Size from which an order is in a larger group; null for the largest."),
        Column("summary_order_type", TEXT, "", "Market orders, or marketable limit orders without immediate-or-cancel.", True, ("market", "marketable_limit")),
        Column("average_order_shares", QTY, "shares", "Average order size."),
        Column("average_order_usd", LARGE, "USD", "Average value of an order."),
        _money("average_mid", "Average midpoint."),
        _fraction("at_or_inside", "Shares executed at the quote or better."),
        _fraction("inside", "Shares executed with price improvement."),
        _fraction("net_price_improvement_pct", "Improvement less disimprovement, over the midpoint; positive is good for the customer."),
        _fraction("effective_spread_pct", "Average effective spread over average midpoint."),
        _fraction("quoted_spread_pct", "Average quoted spread over average midpoint."),
        _fraction("effective_over_quoted", "Average effective over average quoted spread; null where the file does not show whether it states percent."),
        _fraction("realized_spread_15s_pct", "Average realized spread after 15 s over average midpoint."),
        _fraction("realized_spread_1min_pct", "The same after 1 min."),
        _time("mean_time_to_execution_ns", "Share-weighted average time to execution."),
        BROKEN,
        LINE,
    ),
)  # fmt: skip
_VENUE = (
    Column("venue_name", TEXT, "", "Venue, as the report names it."),
    Column("venue_mic", TEXT, "MIC", "Its market identifier code, where stated."),
    Column("venue_mpid", TEXT, "", "Its market participant identifier, where stated."),
)
PUBLISHED_606 = Table(
    "published_606", "One order type in one section of a quarterly Rule 606(a)(1) report: of the section itself (no venue), or of one venue in it.",
    ("broker", "month_on", "section", "venue_name", "venue_mic", "routed_order_type"), "",
    (
        Column("broker", TEXT, "", "Broker or dealer that reports.", required=True),
        MONTH,
        Column("section", TEXT, "", "Stocks of the S&P 500, other stocks, or options.", True, FILED_SECTIONS),
        Column("is_venue", FLAG, "", "Whether the line is of a venue; else of the whole section.", required=True),
        *_VENUE,
        Column("routed_order_type", TEXT, "", "Order type the figures are of.", True, FILED_TYPES),
        _fraction(
            "order_fraction",
            "Section: non-directed orders among all (type all), or this type among the non-directed. Venue: non-directed orders of this type routed there.",
        ),
        Column("net_received_usd", LARGE, "USD", "Net payments, rebates and profit shares received (+) or fees paid (−)."),
        Column("net_received_per_100", AMOUNT, "cents per 100 shares", "The same per hundred shares; for options, cents per contract."),
        Column("material_aspects", TEXT, "", "Terms that may influence routing, in the broker's words; once for each venue."),
        Column("generated_at", pl.Int64(), "ns since 1970, UTC", "When the file was generated; not when it was posted."),
        BROKEN,
        LINE,
    ),
)  # fmt: skip
_REQUESTED = (
    Column("broker", TEXT, "", "Broker or dealer that reports.", required=True),
    Column("period_from_on", DAY, "date", "First day of the period.", required=True),
    Column("period_to_on", DAY, "date", "Last day of the period.", required=True),
)
CUSTOMER_606_ROUTES = Table(
    "customer_606_routes", "One transaction, or one route without any, of a customer's order in a Rule 606(b)(1) report.",
    ("broker", "period_from_on", "order_list", "order_id", "line"), "",
    (
        *_REQUESTED,
        Column("order_list", TEXT, "", "List that the order stands in.", True, ("held", "not_held_exempt", "options")),
        Column("order_id", TEXT, "", "The broker's order id.", required=True),
        Column("is_directed", FLAG, "", "Whether the customer named the venue.", required=True),
        *_VENUE,
        Column("transacted_at", pl.Int64(), "ns since 1970, UTC", "Transaction, rounded to the second by rule; null when none came of the route."),
        BROKEN,
        LINE,
    ),
)  # fmt: skip
CUSTOMER_606_VENUES = Table(
    "customer_606_venues", "One month of a customer's not-held orders in a Rule 606(b)(3) report (no venue), or one venue in it.",
    ("broker", "month_on", "is_directed", "venue_name", "line"), "",
    (
        *_REQUESTED,
        MONTH,
        Column("is_directed", FLAG, "", "Of the customer's directed orders, or of the others.", required=True),
        Column("is_venue_of_month", FLAG, "", "Whether the line is of a venue; else of the whole month.", required=True),
        *_VENUE,
        Column("services", TEXT, "", "Primary venue (PRV), or execution or secondary venue (EV/SRV)."),
        Column("sent_shares", LARGE, _SHARE, "Month: shares that the customer sent."),
        Column("principal_shares", LARGE, _SHARE, "Month: shares that the broker executed as principal."),
        Column("ioi_exposed_orders", COUNT, "orders", "Month: orders exposed by an actionable indication of interest."),
        Column("ioi_exposed_venues", TEXT, "", "Month: venues to which they were exposed, parted by semicolons."),
        *(Column(name, LARGE, _SHARE, meaning) for name, meaning in (
            ("routed_shares", "Shares routed to the venue."),
            ("ioc_routed_shares", "Of them, immediate-or-cancel."),
            ("further_routable_shares", "Of them, the venue could route on."),
            ("order_size_shares", "Average size of an order routed."),
            ("venue_executed_shares", "Shares executed."),
        )),
        _fraction("filled_fraction", "Executed over routed shares."),
        Column("fill_size_shares", LARGE, _SHARE, "Average size of a fill."),
        Column("net_received_per_100", AMOUNT, "cents per 100 shares", "Average net rebate received (+) or fee paid (−)."),
        *(column for side, words in (("midpoint", "at the midpoint"), ("near_side", "on the side better for the order"), ("far_side", "on the other side"))
          for column in (
              Column(f"{side}_shares", LARGE, _SHARE, f"Shares executed {words}."),
              _fraction(f"{side}_fraction", f"Of the executed shares, those {words}."),
          )),
        *(column for kind in ("provided", "removed") for column in (
            Column(f"{kind}_shares", LARGE, _SHARE, f"Shares executed of orders that {kind} liquidity."),
            _fraction(f"{kind}_fraction", f"Of the executed shares, those that {kind} liquidity."),
            Column(f"{kind}_net_per_100", AMOUNT, "cents per 100 shares", f"Average net rebate (+) or fee (−) of orders that {kind} liquidity."),
        )),
        _time("resting_time_ns", "Average time from entry to execution or cancellation of orders that provided liquidity."),
        BROKEN,
        LINE,
    ),
)  # fmt: skip
CLAIMED_FIGURES = Table(
    "claimed_figures", "One figure of a vendor's own report: a claim, held against ours and never mixed with it.",
    ("vendor", "metric", "period_from_on", "period_to_on", "venue", "symbol", "order_type", "size_group", "side"), "",
    (
        Column("vendor", TEXT, "", "Whose router the figure is about.", required=True),
        Column("metric", TEXT, "", "What was measured: the key of a metric of docs/metrics.md.", required=True),
        Column("metric_as_named", TEXT, "", "The same in the vendor's words."),
        Column("claimed_value", LARGE, "as `unit`", "The figure in the metric's own unit, ratios as fractions.", required=True),
        Column("unit", TEXT, "", "Unit of `claimed_value`.", required=True),
        Column("unit_as_named", TEXT, "", "Unit in the vendor's words, before conversion."),
        Column("period_from_on", DAY, "date", "First day of the period.", required=True),
        Column("period_to_on", DAY, "date", "Last day of the period.", required=True),
        Column("venue", TEXT, "", "Venue it is limited to, as the vendor names it; null for all."),
        Column("symbol", TEXT, "", "Symbol it is limited to; null for all."),
        Column("order_type", TEXT, "", "Order type it is limited to, as the vendor names it; null for all."),
        Column("size_group", TEXT, "", "Order sizes it is limited to, as the vendor names them; null for all."),
        Column("side", TEXT, "", "Side it is limited to, as the vendor names it; null for both."),
        Column("claimed_shares", QTY, _SHARE, "Shares the figure rests on, where stated."),
        Column("claimed_orders", COUNT, "orders", "Orders the figure rests on, where stated."),
        LINE,
    ),
)  # fmt: skip
FILED = (PUBLISHED_605, PUBLISHED_605_SUMMARIES, PUBLISHED_606, CUSTOMER_606_ROUTES, CUSTOMER_606_VENUES, CLAIMED_FIGURES)
