"""The 26 fields of Rule 605's file as it was through July 2026: bars between fields, no header, times in seconds."""

from __future__ import annotations

from bestexec.market.rule605.base import FiledField, FiledLayout
from bestexec.market.rule605.codes import LEGACY_SIZES, LEGACY_TYPES

_PLAN = "NMS plan for Rule 605 (2001)"


def _shares(number: int, name: str, column: str, meaning: str) -> FiledField:
    return FiledField(number, name, column, "shares", meaning, "always", least=0, reference=_PLAN)


def _time(number: int, name: str, column: str) -> FiledField:
    return FiledField(number, name, column, "seconds", "Share-weighted average time to execution of those shares, seconds.", least=0, reference=_PLAN)


LEGACY = FiledLayout(
    "legacy", "Rule 605 report, legacy 26 fields", "published_605",
    (
        FiledField(1, "participant", "participant", "code", "Designated participant.", "always", pattern="[A-Z]", reference=_PLAN),
        FiledField(2, "market center", "market_center", "code", "Code of the market center.", "key", pattern="[A-Z0-9]+", reference=_PLAN),
        FiledField(3, "date", "month_on", "month", "Trading month, yyyymm.", "key", pattern="20[0-9]{2}(0[1-9]|1[0-2])", reference=_PLAN),
        FiledField(4, "symbol", "symbol", "code", "Symbol.", "key", pattern=r"[A-Za-z0-9][A-Za-z0-9 ./^+=*#&-]*", reference=_PLAN),
        FiledField(5, "order type", "order_class", "word", "Order type, 11 to 15.", "key", words=LEGACY_TYPES, reference=_PLAN),
        FiledField(6, "order size", "size_code", "word", "Size group, 21 to 24.", "key", words={code: int(code) for code in LEGACY_SIZES}, reference=_PLAN),
        FiledField(7, "covered orders", "order_count", "count", "Number of covered orders.", "always", least=0, reference=_PLAN),
        _shares(8, "covered shares", "ordered_shares", "Shares of the covered orders."),
        _shares(9, "canceled shares", "canceled_shares", "Shares canceled before execution."),
        _shares(10, "executed shares", "executed_shares", "Shares executed at the market center."),
        _shares(11, "executed away shares", "executed_away_shares", "Shares executed at other venues."),
        _shares(12, "shares 0-9 s", "shares_0s_to_9s", "Shares executed within 0 to 9 seconds."),
        _shares(13, "shares 10-29 s", "shares_10s_to_29s", "Shares executed within 10 to 29 seconds."),
        _shares(14, "shares 30-59 s", "shares_30s_to_59s", "Shares executed within 30 to 59 seconds."),
        _shares(15, "shares 60-299 s", "shares_60s_to_299s", "Shares executed within 60 to 299 seconds."),
        _shares(16, "shares 5-30 min", "shares_5min_to_30min", "Shares executed within 5 to 30 minutes."),
        FiledField(17, "average realized spread", "realized_spread_5min", "per_share", "Average realized spread after 5 minutes.", reference=_PLAN),
        FiledField(18, "average effective spread", "effective_spread", "per_share", "Average effective spread (types 11 and 12).", reference=_PLAN),
        FiledField(19, "improved shares", "inside_shares", "shares", "Shares executed with price improvement.", least=0, reference=_PLAN),
        FiledField(20, "improved amount", "price_improvement", "per_share", "Share-weighted average improvement of those shares.", least=0, reference=_PLAN),
        _time(21, "improved time", "inside_time_ns"),
        FiledField(22, "at-quote shares", "at_quote_shares", "shares", "Shares executed at the quote.", least=0, reference=_PLAN),
        _time(23, "at-quote time", "at_quote_time_ns"),
        FiledField(24, "outside shares", "outside_shares", "shares", "Shares executed outside the quote.", least=0, reference=_PLAN),
        FiledField(25, "outside amount", "price_disimprovement", "per_share", "Share-weighted average amount outside.", least=0, reference=_PLAN),
        _time(26, "outside time", "outside_time_ns"),
    ),
    separator="|", header=False, decimals=None,
)  # fmt: skip
"""The participants' plan says nothing about decimals that we could read; a cell is held to what our columns hold exactly."""
