"""FIX as data: which tags are read, what their codes mean, and the names that sessions give to markets and liquidity.

Sources: FIX 4.2, 4.4 and 5.0SP2 with their code sets. A code that stands in no table gives null, is kept as it came and counted.
"""

from __future__ import annotations

from datetime import date

from bestexec.policy.fix_aliases import Alias

TEXTS = (
    1, 11, 15, 17, 18, 19, 20, 21, 29, 30, 34, 35, 37, 39, 40, 41, 43, 45, 47, 49, 50, 54, 55, 56, 57, 58, 59, 65, 97, 100, 102, 103, 150,
    375, 378, 379, 528, 851, 9730, 9882, 9, 10, 13,
)  # fmt: skip
"""Tags read as text."""
QUANTITIES = {38: "qty_ordered", 32: "qty_executed", 14: "cumulative_qty", 151: "leaves_qty", 110: "min_qty", 84: "canceled_qty"}
PRICES = {31: "px", 6: "average_px", 44: "limit_px", 99: "stop_px", 12: "commission"}
TIMES = {52: "sent", 60: "transacted", 126: "expires"}
PARENT_TAGS = (526, 583, 66, 198, 1080)
"""Standard tags in which a child may name its parent: SecondaryClOrdID, ClOrdLinkID, ListID, SecondaryOrderID, RefOrderID."""
FIRST_CUSTOM = 5000
CONTENTS_AFTER = {
    95: 96, 90: 91, 93: 89, 212: 213, 348: 349, 350: 351, 352: 353, 354: 355, 356: 357, 358: 359, 360: 361, 362: 363, 364: 365, 445: 446, 618: 619, 621: 622,
    1184: 1185, 1277: 1278, 1280: 1281, 1282: 1283, 1397: 1398, 1401: 1402, 1403: 1404,
}  # fmt: skip
"""Length tags and the data tag that each measures: such data may hold the delimiter."""

SESSION_MESSAGES = {"0": "heartbeat", "1": "test request", "2": "resend request", "4": "sequence reset", "5": "logout", "A": "logon", "n": "XML message"}
ORDER_MESSAGES = ("D", "G", "F", "8", "9", "3", "j", "s", "t", "u", "E", "AB", "AC", "AE", "Q")
"""Messages that say something of orders; all others are skipped by name."""
SEVERAL_SIDES = ("s", "t", "u", "E", "AB", "AC", "AE")
"""Crosses, lists, multi-leg orders, trade captures: kept as events, but no one side or quantity is theirs."""

KIND_OF_MESSAGE = {"D": "order", "G": "replace_request", "F": "cancel_request", "9": "cancel_rejected", "3": "rejected", "j": "rejected"}
KIND_OF_REPORT = {
    "0": "acknowledged", "1": "fill", "2": "fill", "3": "done", "4": "order_canceled", "5": "order_replaced", "6": "status", "8": "rejected", "A": "status",
    "C": "expired", "D": "order_restated", "E": "status", "F": "fill", "G": "fill_corrected", "H": "fill_busted", "I": "status",
}  # fmt: skip
"""ExecType (150), or where it is absent OrdStatus (39), as a kind of event; pending states are status."""
KIND_OF_TRANSACTION = {"1": "fill_busted", "2": "fill_corrected", "3": "status"}
"""ExecTransType (20, FIX 4.2): goes before 150."""

SIDES = {"1": 1, "2": -1, "3": 1, "4": -1, "5": -1, "6": -1}
SHORT = ("5", "6")
SHORT_EXEMPT = "6"
ORDER_TYPES = {
    "1": "market", "2": "limit", "3": "stop", "4": "stop_limit", "5": "market_on_close", "7": "limit", "A": "market_on_close", "B": "limit_on_close",
    "P": "pegged",
}  # fmt: skip
AT_THE_OPEN = {"market": "market_on_open", "limit": "limit_on_open"}
AT_THE_CLOSE = {"market": "market_on_close", "limit": "limit_on_close"}
TIFS = {"0": "day", "1": "gtc", "2": "opg", "3": "ioc", "4": "fok", "6": "gtd", "7": "cls"}
NOT_HELD, HELD, SWEEP, MIDPOINT, TRAILING = "1", "5", "f", "M", "a"
"""ExecInst (18): one sign each, with or without spaces between."""
LAST_CAPACITIES = {"1": "agency", "2": "agency", "3": "principal", "4": "principal"}
ORDER_CAPACITIES = {"A": "agency", "G": "principal", "I": "agency", "P": "principal", "R": "riskless_principal", "W": "agency"}
RULE_80A = {"A": "agency", "I": "agency", "P": "principal"}
INDIVIDUAL = "I"


LAST_MARKETS: tuple[Alias, ...] = (
    Alias("NYS", "XNYS"), Alias("NAS", "XNAS"), Alias("ARC", "ARCX"), Alias("ASE", "XASE"), Alias("BYX", "BATY"), Alias("BZX", "BATS"),
    Alias("PHLX", "XPSX", to_on=date(2010, 10, 8)),
)  # fmt: skip
"""LastMkt (30) spellings beside the venues' own MICs and names. A letter means different markets in different codebooks, so no letter stands
here: a session's letters are the firm's to say (`policy/fix_aliases.py`)."""
LIQUIDITY_851: tuple[Alias, ...] = (Alias("1", "added"), Alias("2", "removed"), Alias("3", "routed"), Alias("4", "auction"))
LIQUIDITY_9730: tuple[Alias, ...] = (Alias("A", "added"), Alias("R", "removed"), Alias("X", "routed"))
