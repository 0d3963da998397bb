"""A finding's numbers as a person reads them: each with its unit, the limits apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bestexec import CHECKS
from oversight.lifecycle import spaced

PROMISED = frozenset({"promised"})
"""What a finding that the desk made of a promise was held to."""
LIMITS = {check.id: frozenset(check.limits) for check in CHECKS}
PRICES = ("mid_at_", "bid_at_", "ask_at_")
PERCENT = ("fraction", "share_move")
UNITS = (("_px", "$/share"), ("_usd", "$"), ("_qty", "shares"), ("_ms", "ms"), ("_bps", "bps"))
SUFFIXES = (*(ending for ending, _ in UNITS), "_ns")


@dataclass(frozen=True)
class Number:
    """One number: its name in words, the value, its unit, and whether it is a limit of the policy."""

    name: str
    value: str
    unit: str
    is_limit: bool


def numbers_of(check_id: str, text: str) -> list[Number]:
    """The numbers in a finding's JSON, those found first and then the limits they were held to."""
    limits = LIMITS.get(check_id, PROMISED)
    known = json.loads(text, parse_float=Decimal)
    made = [Number(_named(name), *_valued(name, value), name in limits) for name, value in known.items() if value is not None]
    return sorted(made, key=lambda number: number.is_limit)


def _named(name: str) -> str:
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix) if len(name) > len(suffix) else name
    return spaced(name)


def _valued(name: str, value: Any) -> tuple[str, str]:
    """(value, unit) in words; nanoseconds are said as milliseconds, fractions as percent."""
    if isinstance(value, bool | str):
        return str(value), ""
    number = Decimal(value)
    if name.endswith("_ns"):
        return _grouped(number / 1_000_000), "ms"
    if name.endswith(PERCENT):
        return _grouped(round(number * 100, 2)), "%"
    if name.startswith(PRICES):
        return _grouped(round(number, 6)), "$/share"
    return _grouped(round(number, 4)), next((unit for ending, unit in UNITS if name.endswith(ending)), "")


def _grouped(number: Decimal) -> str:
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
