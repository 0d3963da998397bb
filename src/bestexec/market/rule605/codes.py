"""Codes of Rule 605's files: participants, order types, sizes, lots."""

from __future__ import annotations

from datetime import date

from bestexec.schema.words import LEGACY_CLASSES, ORDER_CLASSES, SIZE_BUCKETS

PARTICIPANTS = {
    "A": "NYSE American", "Z": "Cboe BZX", "Y": "Cboe BYX", "B": "Nasdaq BX", "M": "NYSE Texas", "C": "NYSE National", "J": "Cboe EDGA", "K": "Cboe EDGX",
    "Q": "Nasdaq", "T": "FINRA", "N": "NYSE", "P": "NYSE Arca", "X": "Nasdaq PSX", "V": "IEX", "L": "LTSE", "H": "MIAX", "U": "MEMX",
}  # fmt: skip
"""Designated participants. Real files use letters of sister exchanges and the SEC's own sample uses `S`, so a file is not held to this list."""
LEGACY_TYPES = {str(11 + place): name for place, name in enumerate(LEGACY_CLASSES)}
AMENDED_TYPES = {code: code for code in ORDER_CLASSES}
LEGACY_SIZES: dict[str, tuple[int, int | None]] = {"21": (100, 500), "22": (500, 2_000), "23": (2_000, 5_000), "24": (5_000, None)}
"""Shares: lower bound, and the bound from which an order is larger. In practice the last ends at 9,999."""
AMENDED_SIZES: dict[str, tuple[int, int | None]] = {str(low): (low, high) for low, high in zip(SIZE_BUCKETS, (*SIZE_BUCKETS[1:], None), strict=True)}
"""US dollars, lower bound inclusive, upper exclusive."""
SUMMARY_SIZES: dict[str, tuple[int, int | None]] = {**AMENDED_SIZES, "199999": (0, 200_000)}
LOTS = {"ROUND": "round_lot", "ODD": "odd_lot", "FRACTIONAL": "fractional"}
"""Tokens of the lot flag. Only ROUND has been seen in a file; a token that is not here is kept as it stands, and its class is unknown."""
WITH_QUOTE = ("MXXNN", "LYNNN", "LYNYN", "LNYNN", "LNYYN", "MXXNY", "LYNNY", "legacy_market", "legacy_marketable_limit")
"""Order types whose executions are compared with the quote (paragraph (ii))."""
RESTING = ("LNNNN", "LNNYN", "LNNNY")
"""Order types that rest until executable (paragraph (iii))."""
BEST_DISPLAYED_FROM = date(2026, 11, 1)
"""First trading month whose figures against the best available displayed price are mandatory (columns 45–49)."""
