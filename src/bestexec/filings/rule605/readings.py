"""How the open points of the rule are read in one month: the firm's settings, each with the doubt that makes it one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bestexec.errors import Problem
from bestexec.market.rule605.codes import LOTS, RESTING, WITH_QUOTE
from bestexec.policy import Policy
from bestexec.schema import ORDER_CLASSES
from bestexec.units import NS_PER_MS

MIDPOINT = ("LNYNN", "LNYYN")
QUOTED = tuple(name for name in ORDER_CLASSES if name in WITH_QUOTE)
LETTERS = {"round_lot": "R", "odd_lot": "O", "fractional": "F"}
NAMES = (
    "market_ioc_class", "stop_ioc_class", "market_notional_px", "size_benchmark_at", "size_benchmark_display", "size_benchmark_without_fill",
    "size_benchmark_cap", "midpoint_has_limit_group", "resting_has_quote_group", "opportunity_cap", "best_displayed_required", "crossed_market_orders",
    "crossed_spread", "halt_orders", "executable_before_halt_ms", "manual_orders", "nbbo_tie", "luld_limit_state_quotes", "stop_effective_spread_at",
    "executable_month", "replacement", "cross_symbol_weighting", "lot_flag_tokens", "executed_here", "expired_is_canceled", "unknown_round_lot",
)  # fmt: skip
"""The settings that the report reads, in the order in which it prints them."""


@dataclass(frozen=True)
class Readings:
    """The settings in force on the first day of a month."""

    month: date
    market_ioc_class: str
    stop_ioc_class: str
    market_notional_px: str
    size_benchmark_at: str
    size_benchmark_without_fill: bool
    size_benchmark_cap: str
    opportunity_cap: str
    best_displayed_required: bool
    crossed_market_orders: str
    crossed_spread: str
    halt_orders: str
    executable_before_halt_ns: int
    manual_orders: str
    nbbo_tie: str
    luld_limit_state_quotes: str
    stop_effective_spread_at: str
    executable_month: str
    cross_symbol_weighting: str
    executed_here: str
    expired_is_canceled: bool
    unknown_round_lot: str
    quote_classes: tuple[str, ...]
    """Classes that carry the statistics against the quote (group (ii))."""
    limit_classes: tuple[str, ...]
    """Classes that carry the statistics of resting orders (group (iii))."""
    lot_flags: dict[str, str]
    """Token of the lot flag by lot class."""


@dataclass(frozen=True)
class Stated:
    """One setting as the report prints it."""

    name: str
    value: str
    meaning: str
    doubt: str
    source: str


def read(policy: Policy, month: date) -> Readings:
    """The readings in force on the first day of `month`. Raises Problem for one that the report cannot follow."""

    def text(value: str | bool | Decimal) -> str:
        return str(value)

    if policy.setting("size_benchmark_display", month) != "nbbo":
        raise Problem("the displayed size of the largest venue is not computed", where="policy.toml, size_benchmark_display", do='set it to "nbbo"')
    if policy.setting("replacement", month) != "new_order":
        raise Problem("a replacement as the same order is not computed", where="policy.toml, replacement", do='set it to "new_order"')
    midpoint = MIDPOINT if policy.setting("midpoint_has_limit_group", month) else ()
    resting = RESTING if policy.setting("resting_has_quote_group", month) else ()
    by_word = {lot: token for token, lot in LOTS.items()}
    return Readings(
        month=month,
        market_ioc_class=text(policy.setting("market_ioc_class", month)),
        stop_ioc_class=text(policy.setting("stop_ioc_class", month)),
        market_notional_px=text(policy.setting("market_notional_px", month)),
        size_benchmark_at=text(policy.setting("size_benchmark_at", month)),
        size_benchmark_without_fill=bool(policy.setting("size_benchmark_without_fill", month)),
        size_benchmark_cap=text(policy.setting("size_benchmark_cap", month)),
        opportunity_cap=text(policy.setting("opportunity_cap", month)),
        best_displayed_required=bool(policy.setting("best_displayed_required", month)),
        crossed_market_orders=text(policy.setting("crossed_market_orders", month)),
        crossed_spread=text(policy.setting("crossed_spread", month)),
        halt_orders=text(policy.setting("halt_orders", month)),
        executable_before_halt_ns=int(Decimal(policy.setting("executable_before_halt_ms", month)) * NS_PER_MS),
        manual_orders=text(policy.setting("manual_orders", month)),
        nbbo_tie=text(policy.setting("nbbo_tie", month)),
        luld_limit_state_quotes=text(policy.setting("luld_limit_state_quotes", month)),
        stop_effective_spread_at=text(policy.setting("stop_effective_spread_at", month)),
        executable_month=text(policy.setting("executable_month", month)),
        cross_symbol_weighting=text(policy.setting("cross_symbol_weighting", month)),
        executed_here=text(policy.setting("executed_here", month)),
        expired_is_canceled=bool(policy.setting("expired_is_canceled", month)),
        unknown_round_lot=text(policy.setting("unknown_round_lot", month)),
        quote_classes=(*QUOTED, *resting),
        limit_classes=(*RESTING, *midpoint),
        lot_flags=by_word if policy.setting("lot_flag_tokens", month) == "words" else LETTERS,
    )


def stated(policy: Policy, month: date) -> tuple[Stated, ...]:
    """Every setting that the report reads, with its doubt, as it holds on the first day of `month`."""
    found = []
    for name in NAMES:
        setting = policy.settings[name]
        value = str(setting.on(month)).lower() if isinstance(setting.on(month), bool) else str(setting.on(month))
        found.append(Stated(name, value, setting.declared.meaning, setting.doubt, setting.declared.source.key))
    return tuple(found)
