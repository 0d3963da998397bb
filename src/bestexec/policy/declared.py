"""Every limit and every doubtful reading that a policy must state: its name, its unit, what it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bestexec import cite
from bestexec.cite import Cite


@dataclass(frozen=True)
class DeclaredLimit:
    """One number a firm must set. `least` and `most` bound it, both included."""

    name: str
    unit: str
    meaning: str
    most: Decimal | None = None
    least: Decimal = Decimal(0)
    reserved_for: str = ""
    """Who reads it when no check does."""
    is_dated: bool = True
    """Whether it may change on a day; a span of days may not."""
    narrows: str = "down"
    """Which way makes it find more: `down` for most, `up` for a rate that must be reached."""

    @property
    def is_narrowable(self) -> bool:
        """Whether heightened monitoring of one vendor may narrow it: a check reads it, and it may change on a day."""
        return self.is_dated and not self.reserved_for

    def narrowest(self, values: Iterable[Decimal]) -> Decimal:
        """The value among `values` that finds the most."""
        return max(values) if self.narrows == "up" else min(values)


@dataclass(frozen=True)
class DeclaredSetting:
    """One reading of a rule that two people could take differently. `allowed` is a closed list, or `bool`, or `Decimal`."""

    name: str
    allowed: tuple[str, ...] | type[bool] | type[Decimal]
    meaning: str
    source: Cite
    reserved_for: str = ""
    """What will read it; empty when it is read today."""
    unless_said: str | bool | None = None
    """What holds where a policy says nothing of it, having been written before it was; None: every policy must say."""


_ONE = Decimal(1)

LIMITS = (
    # For every kind of check
    DeclaredLimit("min_n", "orders or fills", "Fewest orders or fills from which a rate or an average is judged at all.", least=_ONE),
    DeclaredLimit("trailing_days", "days", "Days before today that today is compared with.", least=_ONE, is_dated=False),
    DeclaredLimit("min_trailing_days", "days", "Fewest days before today that make a comparison.", least=_ONE),
    DeclaredLimit("min_move_sigmas", "standard errors", "Standard errors by which a day must differ from the days before: small numbers move by themselves."),
    DeclaredLimit("persistence_window_days", "days", "m of “n of the last m days”.", least=_ONE, is_dated=False),
    DeclaredLimit("persistence_days", "days", "n of “n of the last m days”.", least=_ONE),
    DeclaredLimit("materiality_usd", "USD", "Dollars a quarter from which a difference is material.", reserved_for="verdicts"),
    DeclaredLimit("materiality_bps", "bps", "Basis points of notional from which a difference is material.", reserved_for="verdicts"),
    DeclaredLimit("max_order_harm_usd", "USD", "Dollars by which one order may be worse than its like before it is listed.", reserved_for="verdicts"),
    # The alert budget
    DeclaredLimit(
        "alerts_per_100k_orders", "alerts", "Alerts of a day that are read for each 100,000 orders of it; high ones are read beside.", reserved_for="alerts"
    ),
    DeclaredLimit("least_alerts", "alerts", "Fewest alerts of a day that are read, however few its orders are.", least=_ONE, reserved_for="alerts"),
    DeclaredLimit("below_line_sample", "fraction", "Part of the alerts below the line that is drawn and read all the same.", most=_ONE, reserved_for="alerts"),
    # Completeness
    DeclaredLimit("max_unquoted_fraction", "fraction", "Part of a symbol's fills of a day that may lack a quote at the benchmark instant.", most=_ONE),
    DeclaredLimit("max_clock_resolution_ms", "ms", "Coarsest clock that may stamp an order, a route or a fill."),
    DeclaredLimit("max_too_early_fraction", "fraction", "Part of one clock's routes of a day that may be answered before they were sent.", most=_ONE),
    DeclaredLimit("max_feed_lag_ms", "ms", "How much later than on the days before quotes may come, against the prices executed in an hour."),
    DeclaredLimit("min_feed_lag_sigmas", "standard errors", "Standard errors by which executed prices must fit the later quotes better."),
    DeclaredLimit("max_fee_gap_usd", "USD", "What one vendor's stated fees and rebates at one venue may differ from the schedule in a day."),
    DeclaredLimit("max_control_difference", "orders or shares", "How far our count may be from the control total."),
    DeclaredLimit(
        "max_px_gap_fraction", "fraction", "Distance of a price from the midpoint at execution beyond which the data, not the execution, is doubted."
    ),
    # Execution
    DeclaredLimit("max_outside_usd", "USD", "What one fill outside the quote may cost the customer before a person looks at it."),
    DeclaredLimit("max_odd_lot_missed_usd", "USD", "What one fill may cost beside a better odd lot that was displayed, as if its whole size had been there."),
    DeclaredLimit("max_slow_fraction", "fraction", "Part of an order class's fills of a day that may be slower than the speed limit of their kind.", most=_ONE),
    DeclaredLimit("max_slippage_bps", "bps", "Slippage of one order from the midpoint at receipt."),
    DeclaredLimit("max_slippage_half_spreads", "half spreads", "The same in half spreads at receipt, so that wide markets are not blamed on the router."),
    DeclaredLimit("min_slippage_qty", "shares", "Smallest executed quantity whose slippage is looked at."),
    DeclaredLimit("min_slippage_usd", "USD", "Smallest slippage in dollars that is looked at."),
    DeclaredLimit("min_marketable_fill_rate", "fraction", "Part of market and marketable limit orders of a day with a fill.", most=_ONE, narrows="up"),
    DeclaredLimit(
        "min_limit_fill_rate",
        "fraction",
        "Part of executable non-marketable and midpoint-or-better limit orders of a day with a fill.",
        most=_ONE,
        narrows="up",
    ),
    DeclaredLimit("min_ioc_fill_rate", "fraction", "Part of immediate-or-cancel orders of a day with a fill.", most=_ONE, narrows="up"),
    DeclaredLimit("max_fill_rate_drop", "fraction", "How far a day's fill rate may fall below that of the days before.", most=_ONE),
    DeclaredLimit("max_eq", "ratio", "Effective over quoted spread of an order class on a day."),
    DeclaredLimit("max_stale_fraction", "fraction", "Part of a symbol's fills of a day whose quote at receipt was stale.", most=_ONE),
    DeclaredLimit("max_locked_fraction", "fraction", "Part of a symbol's fills of a day whose quote at the benchmark instant was locked.", most=_ONE),
    DeclaredLimit("max_large_disimprovement_bps", "bps", "Disimprovement of a fill of an order larger than the displayed size."),
    # Routing
    DeclaredLimit("max_venue_fraction", "fraction", "Part of a vendor's executed shares of a day that one venue may get.", most=_ONE),
    DeclaredLimit("max_hhi", "index", "Herfindahl–Hirschman index of a vendor's venues of a day.", most=_ONE),
    DeclaredLimit("max_share_move", "fraction", "How far a venue's part of a vendor's shares may move from that of the days before.", most=_ONE),
    DeclaredLimit("max_rejects_per_minute", "routes", "Routes that one venue may refuse within any sixty seconds."),
    DeclaredLimit("max_stuck_ms", "ms", "Time a market or marketable limit order may work without being complete."),
    # Conflicts
    DeclaredLimit("max_paying_fraction", "fraction", "Part of a vendor's executed shares of a day that may go to venues that pay.", most=_ONE),
    DeclaredLimit(
        "max_paying_eq_excess", "ratio", "How much higher effective over quoted spread may be at venues that pay than elsewhere, same class and size."
    ),
    DeclaredLimit(
        "max_paying_improvement_gap_usd", "USD/share", "How much lower price improvement may be at venues that pay than elsewhere, same class and size."
    ),
    DeclaredLimit("max_paying_share_move", "fraction", "How far the part of one paying venue may rise above that of the days before.", most=_ONE),
    # Leakage
    DeclaredLimit(
        "max_fade_bps",
        "bps",
        "How much more the midpoint may move against the order after unfilled routes at one venue than after those at the others.",
        reserved_for="verdicts",
    ),
    DeclaredLimit("max_probe_ms", "ms", "Longest life of an unfilled route that is looked at for leakage.", reserved_for="verdicts"),
    # Speed by leg
    DeclaredLimit("max_receipt_to_route_ms", "ms", "The firm's own leg: receipt of the order to its first route."),
    DeclaredLimit("max_route_to_ack_ms", "ms", "The way to the venue and back: route to acknowledgement."),
    DeclaredLimit(
        "max_answer_rise_ms",
        "ms",
        "How much longer than before a venue may keep an immediate order that it cancels: median of the last days, acknowledgement to answer.",
    ),
    DeclaredLimit("max_ack_to_fill_ms", "ms", "The venue's leg of a market or marketable limit order: acknowledgement to fill."),
)

LATER = "checks of ticks and access fees"
SETTINGS = (
    DeclaredSetting("market_ioc_class", ("LYNYN", "MXXNN"), "Rule 605 class of a market order marked immediate-or-cancel.", cite.RULE_605_COUNTS),
    DeclaredSetting("stop_ioc_class", ("stop", "ioc"), "Whether a stop order marked immediate-or-cancel keeps its stop class.", cite.RULE_605_COUNTS),
    DeclaredSetting(
        "market_notional_px",
        ("far_quote", "mid", "near_quote"),
        "Price that turns a market order's shares into its notional bucket.",
        cite.RULE_605_COUNTS,
    ),
    DeclaredSetting("size_benchmark_at", ("t0", "execution"), "Instant whose displayed size is the order-size benchmark.", cite.RULE_605_SIZE),
    DeclaredSetting("size_benchmark_display", ("nbbo", "largest_venue"), "Whose displayed size it is.", cite.RULE_605_SIZE),
    DeclaredSetting("size_benchmark_without_fill", bool, "Whether an order without a fill counts in the benchmark.", cite.RULE_605_SIZE),
    DeclaredSetting("midpoint_has_limit_group", bool, "Whether midpoint-or-better classes carry the statistics of group (iii).", cite.RULE_605_LIMIT),
    DeclaredSetting(
        "best_displayed_required", bool, "Whether statistics against the best available displayed price are required.", cite.RULE_605_BEST_DISPLAYED
    ),
    DeclaredSetting("half_penny_tick", bool, "Whether half-penny increments may be in force.", cite.RULE_612, LATER),
    DeclaredSetting("access_fee_cap_usd", Decimal, "Highest access fee per share for quotes of 1.00 and more.", cite.RULE_610_FEES, LATER),
    DeclaredSetting("crossed_market_orders", ("include", "exclude"), "Orders received in a crossed market.", cite.RULE_605_COUNTS),
    DeclaredSetting("crossed_spread", ("leave_out", "signed"), "A crossed quote in the average quoted spread.", cite.RULE_605_QUOTED),
    DeclaredSetting("halt_orders", ("exclude", "include"), "Market and marketable limit orders received during an announced halt.", cite.RULE_605_COUNTS),
    DeclaredSetting(
        "executable_before_halt_ms", Decimal, "An order executable for less than this before a halt, and open at it, is excluded.", cite.RULE_605_COUNTS
    ),
    DeclaredSetting("manual_orders", ("include", "exclude"), "Orders received by hand.", cite.RULE_605_COUNTS),
    DeclaredSetting("nbbo_tie", ("at_or_before", "before"), "Quote in force when it bears the same instant as the benchmark.", cite.RULE_600_EFFECTIVE_SPREAD),
    DeclaredSetting("luld_limit_state_quotes", ("include", "exclude"), "Quotes of a limit-up or limit-down state as benchmarks.", cite.RULE_605_QUOTED),
    DeclaredSetting(
        "stop_effective_spread_at", ("trigger", "receipt"), "Benchmark instant of a stop order's effective spread.", cite.RULE_600_EFFECTIVE_SPREAD
    ),
    DeclaredSetting(
        "executable_month", ("executable", "receipt", "execution"), "Month of an order that became executable in a later one.", cite.RULE_605_LIMIT
    ),
    DeclaredSetting("replacement", ("new_order", "same_order"), "Whether a replaced order starts a new life.", cite.RULE_605_COUNTS),
    DeclaredSetting("cross_symbol_weighting", ("shares", "equal_by_symbol"), "Weights of symbols in the summary report.", cite.RULE_605_PERCENT),
    DeclaredSetting(
        "lot_flag_tokens", ("words", "letters"), "Tokens of the lot flag: ROUND, ODD, FRACTIONAL, or R, O, F.", cite.RULE_605_COUNTS, unless_said="words"
    ),
    DeclaredSetting(
        "resting_has_quote_group", bool, "Whether classes that rest also carry the statistics against the quote.", cite.RULE_605_QUOTED, unless_said=False
    ),
    DeclaredSetting(
        "size_benchmark_cap", ("order_size", "none"), "What bounds one order's part of the order-size benchmark.", cite.RULE_605_SIZE, unless_said="order_size"
    ),
    DeclaredSetting(
        "opportunity_cap",
        ("order_size", "none"),
        "What bounds the shares traded elsewhere that could have filled one order.",
        cite.RULE_605_LIMIT,
        unless_said="order_size",
    ),
    DeclaredSetting(
        "executed_here",
        ("principal", "none"),
        "Executions that count as the firm's own; the others were executed away.",
        cite.RULE_605_COUNTS,
        unless_said="principal",
    ),
    DeclaredSetting("expired_is_canceled", bool, "Whether shares that expire unexecuted count as canceled.", cite.RULE_605_COUNTS, unless_said=True),
    DeclaredSetting(
        "unknown_round_lot",
        ("by_price", "block"),
        "Round lot of a symbol for which no feed states one: by the price of the day, or no report.",
        cite.RULE_605_COUNTS,
        unless_said="by_price",
    ),
    DeclaredSetting("iso_checks", bool, "Whether intermarket sweep orders are checked.", cite.RULE_611),
    # Rule 606
    DeclaredSetting(
        "rerouted_orders",
        ("each_venue", "first_venue"),
        "Where an order counts that was routed to several venues: once at each, or at the first alone.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting("per_hundred_shares", ("executed", "routed"), "Shares over which Rule 606 payments are stated in cents per hundred.", cite.RULE_606_VENUES),
    DeclaredSetting(
        "stops_606",
        ("other", "as_elected"),
        "Rule 606 order type of stop orders: other, or market and limit as they are when elected.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting(
        "unquoted_limits_606",
        ("nonmarketable_limit", "other"),
        "Rule 606 order type of a limit order that was received while nothing was quoted.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting(
        "unmarked_orders_606",
        ("held_and_non_directed", "left_out"),
        "What an order is of which no feed says whether it was held or directed.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting(
        "untyped_payments_606",
        ("by_shares", "blocked"),
        "Payments whose order type the ledger does not say: divided by executed shares, or the report waits.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting("ties_at_last_venue", bool, "Whether venues that tie with the tenth are all reported.", cite.RULE_606_VENUES),
    DeclaredSetting(
        "material_aspects_required",
        bool,
        "Whether a venue that paid or was paid needs its material aspects on file before the report is written.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting(
        "material_aspects_age_days",
        Decimal,
        "Days before the quarter's end within which a venue's material aspects must have been reviewed.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting(
        "router_only_brokers",
        ("named", "blocked"),
        "A broker that only routes on, and whose routes are not fed: named as the venue with what is known of where it sends, or the report waits.",
        cite.RULE_606_VENUES,
    ),
    DeclaredSetting(
        "not_held_firm_fraction",
        Decimal,
        "Part of the shares of customers' orders, over six months, below which a firm's not-held orders are de minimis.",
        cite.RULE_606_NOT_HELD,
    ),
    DeclaredSetting(
        "not_held_customer_usd",
        Decimal,
        "Average value a month of a customer's not-held orders, over six months, below which they are de minimis.",
        cite.RULE_606_NOT_HELD,
    ),
    DeclaredSetting(
        "inside_the_quote_606",
        ("by_side", "neither"),
        "Executions inside the quote and off its midpoint: on the side of the midpoint where they lie, or on neither side.",
        cite.RULE_606_NOT_HELD,
    ),
    DeclaredSetting(
        "providing_orders_606",
        ("executed_adding", "resting"),
        "Routes that provide liquidity: those executed as adding, or every one that could rest and removed nothing.",
        cite.RULE_606_NOT_HELD,
    ),
    DeclaredSetting(
        "further_routable_606",
        ("brokers", "all_but_ioc"),
        "Routes that the venue could route on: those sent to brokers, or all that were not immediate-or-cancel.",
        cite.RULE_606_NOT_HELD,
    ),
)
