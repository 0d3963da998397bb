"""The 55 columns of Rule 605's detailed file as amended: a header line, bars or commas between fields, times in milliseconds."""

from __future__ import annotations

from bestexec.market.rule605.base import FiledField, FiledLayout
from bestexec.market.rule605.codes import AMENDED_SIZES, AMENDED_TYPES

_RULE = "17 CFR 242.605(a)(1)"
_HORIZONS = (("50millisec", "50ms", "O", "P"), ("1sec", "1s", "Q", "R"), ("15sec", "15s", "S", "T"), ("1min", "1min", "U", "V"), ("5min", "5min", "W", "X"))
_BUCKETS = (
    ("to100microsec", "under_100us", "under 100 microseconds", "G"), ("to1millisec", "100us_to_1ms", "from 100 microseconds to under 1 ms", "H"),
    ("to10millisec", "1ms_to_10ms", "from 1 ms to under 10 ms", "I"), ("to1sec", "10ms_to_1s", "from 10 ms to under 1 s", "J"),
    ("to10sec", "1s_to_10s", "from 1 s to under 10 s", "K"), ("to30sec", "10s_to_30s", "from 10 s to under 30 s", "L"),
    ("to5min", "30s_to_5min", "from 30 s to under 5 min", "M"), ("Othr", "5min_or_more", "5 min or more", "N"),
)  # fmt: skip


def _shares(number: int, name: str, column: str, meaning: str, where: str, *, always: bool = False) -> FiledField:
    return FiledField(number, name, column, "shares", meaning, "always" if always else "no", least=0, reference=_RULE + where)


def _amount(number: int, name: str, column: str, meaning: str, where: str) -> FiledField:
    return FiledField(number, name, column, "per_share", meaning, positive=True, reference=_RULE + where)


def _time(number: int, name: str, column: str, meaning: str, where: str) -> FiledField:
    return FiledField(number, name, column, "milliseconds", meaning, least=0, reference=_RULE + where)


def _spread(number: int, name: str, column: str, meaning: str, where: str) -> FiledField:
    return FiledField(number, name, column, "per_share", meaning, reference=_RULE + where)


def _fraction(number: int, name: str, column: str, meaning: str, where: str) -> FiledField:
    return FiledField(number, name, column, "fraction", meaning, reference=_RULE + where)


NAMING = (
    FiledField(1, "DsgntParticipant", "participant", "code", "Letter of the designated participant.", "key", pattern="[A-Z]+", reference="NMS plan"),
    FiledField(2, "RprtEntityCd", "market_center", "code", "Code of the market center, broker or dealer.", "key", pattern="[A-Z]+", reference="NMS plan"),
    FiledField(
        3, "RptDate", "month_on", "month", "Trading month, yyyymm, from 202501 on.", "key",
        pattern="(202[5-9]|20[3-9][0-9])(0[1-9]|1[0-2])", reference="NMS plan",
    ),
)  # fmt: skip
"""The three fields that detail and summary begin with."""
DETAIL = FiledLayout(
    "detail", "Rule 605 detailed report, 55 columns", "published_605",
    (
        *NAMING,
        FiledField(4, "Symbol", "symbol", "code", "Symbol of the tape.", "key", pattern=r"[A-Za-z0-9][A-Za-z0-9 ./^+=*#&-]*", reference="NMS plan"),
        FiledField(5, "LotSizeFlag", "lot_flag", "code", "Fractional, odd lot, or round lot and more.", "key", pattern="[A-Za-z0-9_-]+", reference="NMS plan"),
        FiledField(6, "OrderSize", "size_code", "word", "Size group: its lower bound in dollars.", "key", words={code: int(code) for code in AMENDED_SIZES}),
        FiledField(7, "OrderType", "order_class", "word", "One of the rule's ten order types.", "key", words=AMENDED_TYPES),
        FiledField(8, "CvrdOrderCnt", "order_count", "count", "Number of covered orders.", "always", least=0, reference=_RULE + "(i)(A)"),
        FiledField(9, "CvrdOrderSize", "ordered_notional_usd", "usd", "Value of the covered orders.", "always", least=0, reference=_RULE + "(i)(B)"),
        _shares(10, "CvrdOrderQty", "ordered_shares", "Shares of the covered orders.", "(i)(C)", always=True),
        _shares(11, "CvrdOrderCnclQty", "canceled_shares", "Shares canceled before execution.", "(i)(D)"),
        _shares(12, "CvrdOrderExctdQty", "executed_shares", "Shares executed at the reporter.", "(i)(E)"),
        _shares(13, "CvrdOrderExctdAwayQty", "executed_away_shares", "Shares executed at any other venue.", "(i)(F)"),
        *(
            _shares(14 + at, f"CvrdOrderQty{name}", f"shares_{column}", f"Shares executed {words} after t0.", f"(i)({letter})")
            for at, (name, column, words, letter) in enumerate(_BUCKETS)
        ),
        *(
            made
            for at, (name, column, letter, percent) in enumerate(_HORIZONS)
            for made in (
                _spread(22 + 2 * at, f"AvgRealSprd{name}", f"realized_spread_{column}", f"Average realized spread after {column}.", f"(i)({letter})"),
                _fraction(23 + 2 * at, f"AvgRealSprdPct{name}", f"realized_spread_{column}_pct", "The same over the average midpoint.", f"(i)({percent})"),
            )
        ),
        FiledField(32, "ExctdOrderMidPtAvg", "average_mid", "per_share", "Average midpoint at t0.", "executed", positive=True, reference=_RULE + "(i)(Y)"),
        _spread(33, "ExctdOrderAvgQuotSprd", "quoted_spread", "Average quoted spread at t0.", "(ii)(A)"),
        _spread(34, "AvgEffctvSprd", "effective_spread", "Average effective spread; positive is a cost.", "(ii)(B)"),
        _fraction(35, "AvgEffctvSprdPct", "effective_spread_pct", "The same over the average midpoint.", "(ii)(C)"),
        FiledField(
            36, "AvgEFQPct", "effective_over_quoted", "fraction", "Average effective over average quoted spread.",
            nulls=("nan", "NaN", "inf", "+inf", "-inf"), reference=_RULE + "(ii)(D)",
        ),
        _shares(37, "ExctdPIOrdersQty", "inside_shares", "Shares executed with price improvement.", "(ii)(E)"),
        _amount(38, "ExctdPIOrdWghtdAvgAmtPerShare", "price_improvement", "Average improvement of those shares.", "(ii)(F)"),
        _time(39, "ExctdPIOrdWghtdAvgTime", "inside_time_ns", "Their average time to execution, ms.", "(ii)(G)"),
        _shares(40, "ExctdOrderAtQuotQty", "at_quote_shares", "Shares executed at the quote.", "(ii)(H)"),
        _time(41, "ExctdAtQuotOrdWghtdAvgTime", "at_quote_time_ns", "Their average time to execution, ms.", "(ii)(I)"),
        _shares(42, "ExctdOrderOutQuotQty", "outside_shares", "Shares executed outside the quote.", "(ii)(J)"),
        _amount(43, "ExctdOutQuotOrdWghtdAvgAmt", "price_disimprovement", "Average amount outside.", "(ii)(K)"),
        _time(44, "ExctdOutQuotOrdWghtdAvgTime", "outside_time_ns", "Their average time to execution, ms.", "(ii)(L)"),
        _shares(45, "ExctdPIOrderRltvBestPrQty", "best_displayed_inside_shares", "Shares better than the best available displayed price.", "(ii)(M)"),
        _amount(46, "ExctdPIOrderRltvBestPrWghtdAvg", "best_displayed_price_improvement", "Average amount better.", "(ii)(N)"),
        _shares(47, "ExctdOrderAtBestPrQty", "best_displayed_at_quote_shares", "Shares at the best available displayed price.", "(ii)(O)"),
        _shares(48, "ExctdOrderOutBestPrQty", "best_displayed_outside_shares", "Shares worse than it.", "(ii)(P)"),
        _amount(49, "ExctdOrderOutBestPrWghtdAvgAmt", "best_displayed_price_disimprovement", "Average amount worse.", "(ii)(Q)"),
        _shares(50, "ExctdOrderSizeBnchmrkQty", "size_benchmark_shares", "Order-size benchmark.", "(ii)(R)"),
        _shares(51, "ExctdSIOutsizedQty", "size_improved_shares", "Shares beyond the benchmark, at or better than the quote.", "(ii)(S)"),
        FiledField(52, "FilledOrderCnt", "filled_order_count", "count", "Orders with a complete or partial fill.", least=0, reference=_RULE + "(iii)(A)"),
        _shares(53, "RegExctdOrderQty", "regular_way_shares", "Shares traded regular way that could have filled the order.", "(iii)(B)"),
        _shares(54, "RegExctdOrderOnXchngQty", "regular_way_exchange_shares", "The same on national securities exchanges.", "(iii)(C)"),
        _time(55, "FilledOrderWghtdAvgTime", "filled_order_time_ns", "Average time from executable to execution, ms.", "(iii)(D)"),
    ),
    separator="|", header=True, decimals=6,
)  # fmt: skip
