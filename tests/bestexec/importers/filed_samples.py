"""Lines of Rule 605's files and documents of Rule 606, made by hand, each cell of which can be said anew."""

from __future__ import annotations

from bestexec.market.rule605 import DETAIL, LEGACY, SUMMARY, FiledLayout

LEGACY_LINE = {
    "participant": "T", "market center": "TEST", "date": "202605", "symbol": "abc", "order type": "11", "order size": "21", "covered orders": "3",
    "covered shares": "300", "canceled shares": "0", "executed shares": "200", "executed away shares": "100", "shares 0-9 s": "100",
    "shares 10-29 s": "100", "shares 30-59 s": "50", "shares 60-299 s": "50", "shares 5-30 min": "0", "average realized spread": "-0.0123",
    "average effective spread": "0.0456", "improved shares": "100", "improved amount": "0.0100", "improved time": "1.5", "at-quote shares": "150",
    "at-quote time": "2.25", "outside shares": "50", "outside amount": "0.02", "outside time": "12.000000001",
}  # fmt: skip
DETAIL_LINE = {
    # Buy market 300, quote 10.00 × 10.10, filled 100 each at 10.08 (2 ms), 10.10 (15 ms), 10.12 (1.5 s);
    # buy market 100, quote 10.02 × 10.06, filled at 10.05 (5 ms).
    "DsgntParticipant": "Z", "RprtEntityCd": "TEST", "RptDate": "202608", "Symbol": "ABC", "LotSizeFlag": "ROUND", "OrderSize": "1000", "OrderType": "MXXNN",
    "CvrdOrderCnt": "2",
    "CvrdOrderSize": "4036",  # 300 × 10.10 + 100 × 10.06
    "CvrdOrderQty": "400", "CvrdOrderCnclQty": "0", "CvrdOrderExctdQty": "300", "CvrdOrderExctdAwayQty": "100",
    "CvrdOrderQtyto10millisec": "200", "CvrdOrderQtyto1sec": "100", "CvrdOrderQtyto10sec": "100",
    "AvgRealSprd1min": "0.02", "AvgRealSprdPct1min": "0.001991",  # 0.02 / 10.0475
    "ExctdOrderMidPtAvg": "10.0475",  # (300 × 10.05 + 100 × 10.04) / 400
    "ExctdOrderAvgQuotSprd": "0.085",  # (300 × 0.10 + 100 × 0.04) / 400
    "AvgEffctvSprd": "0.08",  # (100 × 0.06 + 100 × 0.10 + 100 × 0.14 + 100 × 0.02) / 400
    "AvgEffctvSprdPct": "0.007962",  # 0.08 / 10.0475
    "AvgEFQPct": "0.941176",  # 0.08 / 0.085
    "ExctdPIOrdersQty": "200", "ExctdPIOrdWghtdAvgAmtPerShare": "0.015", "ExctdPIOrdWghtdAvgTime": "3.5",  # (0.02 + 0.01) / 2; (2 + 5) / 2 ms
    "ExctdOrderAtQuotQty": "100", "ExctdAtQuotOrdWghtdAvgTime": "15.000001",
    "ExctdOrderOutQuotQty": "100", "ExctdOutQuotOrdWghtdAvgAmt": "0.02", "ExctdOutQuotOrdWghtdAvgTime": "1500",
    "ExctdOrderSizeBnchmrkQty": "400", "ExctdSIOutsizedQty": "0",
}  # fmt: skip
RESTING_LINE = {
    # Three resting orders of 100: filled 100 at 20 ms, 50 at 200 ms, none.
    **{name: DETAIL_LINE[name] for name in ("DsgntParticipant", "RprtEntityCd", "RptDate", "Symbol", "LotSizeFlag", "OrderSize")},
    "OrderType": "LNNNN", "CvrdOrderCnt": "3", "CvrdOrderSize": "3009", "CvrdOrderQty": "300", "CvrdOrderCnclQty": "150", "CvrdOrderExctdQty": "150",
    "CvrdOrderExctdAwayQty": "0", "CvrdOrderQtyto1sec": "150", "ExctdOrderMidPtAvg": "10.05", "FilledOrderCnt": "2", "RegExctdOrderQty": "190",
    "RegExctdOrderOnXchngQty": "160", "FilledOrderWghtdAvgTime": "80",  # (100 × 20 + 50 × 200) / 150
}  # fmt: skip
SUMMARY_LINE = {
    # The two orders of DETAIL_LINE.
    "DsgntParticipant": "Z", "RprtEntityCd": "TEST", "RptDate": "202608", "Sp500": "N", "OrderSize": "1000", "OrderType": "M",
    "AvgOrderQty": "200", "AvgOrderSize": "2018", "ExctdOrderMidPtAvg": "10.0475", "PctExctdAtQuotOrBetter": "0.75", "PctExctdPI": "0.5",
    "WghtdAvgPctPI": "0.000249",  # (200 × 0.015 − 100 × 0.02) / (400 × 10.0475)
    "AvgEffctvSprdPct": "0.007962", "AvgPctQuotSprd": "0.00846", "AvgEFQPct": "0.941176", "AvgRealSprdPct15sec": "", "AvgRealSprdPct1min": "0.001991",
    "WghtdAvgExctnTime": "380.5",  # (2 + 15 + 1500 + 5) / 4
}  # fmt: skip
BASES: dict[str, tuple[FiledLayout, dict[str, str]]] = {"legacy": (LEGACY, LEGACY_LINE), "detail": (DETAIL, DETAIL_LINE), "summary": (SUMMARY, SUMMARY_LINE)}


def line(kind: str, base: dict[str, str] | None = None, /, **cells: str) -> str:
    """One line of that kind, with some cells said anew; spaces and hyphens in a field's name are underscores here."""
    layout, usual = BASES[kind]
    said = {**(base or usual), **{_named(name, layout): value for name, value in cells.items()}}
    return layout.separator.join(said.get(item.name, "") for item in layout.fields)


def header(kind: str) -> str:
    layout, _ = BASES[kind]
    return layout.separator.join(item.name for item in layout.fields)


def filed(kind: str, *lines: str) -> str:
    """A file of those lines, under its header where it has one."""
    head = [header(kind)] if BASES[kind][0].header else []
    return "".join(f"{text}\r\n" for text in (*head, *lines))


def _named(name: str, layout: FiledLayout) -> str:
    return next(item.name for item in layout.fields if item.name.replace(" ", "_").replace("-", "_") == name)
