"""How a finding speaks: its numbers as exact JSON, its question and its subject as sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bestexec.units import NS_PER_MS, NS_PER_SECOND

Row = Mapping[str, Any]


def exact(row: Row) -> str:
    """A JSON object: decimals with every digit they have, instants as ISO text with nine, unknown as null."""
    return "{" + ", ".join(f"{json.dumps(name)}: {_exact(name, value)}" for name, value in row.items()) + "}"


def spoken(sentence: str, row: Row) -> str:
    """`sentence` with each {name} said as its unit is said: 37.25 ms, $1.50, 6%. Rounded for the ear; `exact` keeps the digits."""
    return re.sub(r"{(\w+)}", lambda named: _spoken(named[1], row[named[1]]), sentence)


def subject_of(template: str, key: tuple[str, ...], row: Row) -> str:
    """The subject in words, and the kind of orders it stands for where the key keeps kinds apart."""
    kinds = [_kind(name, row[name]) for name in key if name in _KINDS]
    return ", ".join([spoken(template, row), *(kind for kind in kinds if kind)])


_KINDS = {
    "is_held": ("held", "not held"), "is_directed": ("directed", "not directed"),
    "session": None, "customer_class": None, "asset_class": None, "currency": None,
}  # fmt: skip


def _kind(name: str, value: object) -> str:
    if value is None:
        return ""
    words = _KINDS[name]
    return (words[0] if value else words[1]) if words else str(value)


def _exact(name: str, value: object) -> str:
    if isinstance(value, Decimal):
        return _plain(value)
    if name.endswith("_at") and isinstance(value, int):
        return json.dumps(_instant(value))
    return json.dumps(value.isoformat() if isinstance(value, date) else value)


def _plain(value: Decimal) -> str:
    """Without exponent or trailing zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _instant(ns: int) -> str:
    seconds, rest = divmod(ns, NS_PER_SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def _spoken(name: str, value: object) -> str:
    if value is None:
        return "unknown"
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return str(value)
    if name.endswith("_at") and isinstance(value, int):
        return _instant(value)
    number = Decimal(str(value))
    if name.endswith("_ns"):
        return f"{_plain(number / NS_PER_MS)} ms"
    if name.endswith("_ms"):
        return f"{_plain(number)} ms"
    if name.endswith("_bps"):
        return f"{_rounded(number, 2)} bps"
    if name.endswith(("_fraction", "_rate", "_share_move", "_rate_drop")):
        return f"{_rounded(number * 100, 2)}%"
    if name.endswith("_usd"):
        return ("−" if number < 0 else "") + (f"${abs(number):,.2f}" if abs(number) >= 1 else f"${_rounded(abs(number), 6)}")
    return _rounded(number, 4) if isinstance(value, float) else _plain(number)


def _rounded(number: Decimal, decimals: int) -> str:
    return _plain(round(number, decimals))
