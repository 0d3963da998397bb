"""The 18 columns of Rule 605's summary: a header line, commas between fields, times in milliseconds (SEC specification of September 2025)."""

from __future__ import annotations

from bestexec.market.rule605.base import FiledField, FiledLayout
from bestexec.market.rule605.codes import SUMMARY_SIZES
from bestexec.market.rule605.detail import NAMING

_RULE = "17 CFR 242.605(a)(2)"
_NO_QUOTE = ("nan", "NaN", "inf", "+inf", "-inf")


def _fraction(number: int, name: str, column: str, meaning: str, where: str, **bounds: int) -> FiledField:
    return FiledField(number, name, column, "fraction", meaning, "executed", bounds.get("least"), bounds.get("most"), reference=_RULE + where)


SUMMARY = FiledLayout(
    "summary", "Rule 605 summary report", "published_605_summaries",
    (
        *NAMING,
        FiledField(4, "Sp500", "stock_group", "word", "In the S&P 500 on the first day of the month.", "key", words={"Y": "sp500", "N": "other"}),
        FiledField(5, "OrderSize", "size_code", "word", "Size group by value.", "key", words={code: int(code) for code in SUMMARY_SIZES}),
        FiledField(6, "OrderType", "summary_order_type", "word", "M market, ML marketable limit.", "key", words={"M": "market", "ML": "marketable_limit"}),
        FiledField(7, "AvgOrderQty", "average_order_shares", "shares", "Average order size in shares.", "always", least=0, reference=_RULE + "(i)"),
        FiledField(8, "AvgOrderSize", "average_order_usd", "usd", "Average value of an order.", "always", least=0, reference=_RULE + "(ii)"),
        FiledField(9, "ExctdOrderMidPtAvg", "average_mid", "per_share", "Average midpoint.", "executed", least=0, reference=_RULE + "(iii)"),
        _fraction(10, "PctExctdAtQuotOrBetter", "at_or_inside", "Shares executed at the quote or better.", "(iv)", least=0, most=1),
        _fraction(11, "PctExctdPI", "inside", "Shares executed with price improvement.", "(v)", least=0, most=1),
        _fraction(12, "WghtdAvgPctPI", "net_price_improvement_pct", "Net improvement over the midpoint.", "(vi)", most=2),
        _fraction(13, "AvgEffctvSprdPct", "effective_spread_pct", "Average effective spread over average midpoint.", "(vii)", least=-2),
        _fraction(14, "AvgPctQuotSprd", "quoted_spread_pct", "Average quoted spread over average midpoint.", "(viii)", least=0),
        FiledField(
            15, "AvgEFQPct", "effective_over_quoted", "fraction", "Average effective over average quoted spread; empty when that is zero.",
            nulls=_NO_QUOTE, reference=_RULE + "(ix)",
        ),
        FiledField(
            16, "AvgRealSprdPct15sec", "realized_spread_15s_pct", "fraction", "Average realized spread after 15 s over average midpoint.",
            nulls=_NO_QUOTE, reference=_RULE + "(x)",
        ),
        _fraction(17, "AvgRealSprdPct1min", "realized_spread_1min_pct", "The same after 1 min.", "(xi)"),
        FiledField(
            18, "WghtdAvgExctnTime", "mean_time_to_execution_ns", "milliseconds", "Share-weighted average time to execution, ms.", "executed", least=0,
            reference=_RULE + "(xii)",
        ),
    ),
    separator=",", header=True, decimals=6,
)  # fmt: skip
