"""The peer of the CAT importer: one record after the other, in plain Python, with the same checks."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from bestexec.importers import cat_values as values
from bestexec.importers.cat_columns import ACTIONS, CAPACITIES, CLASSES, ORDER_TYPES, SESSIONS, SIDES
from bestexec.importers.cat_compound import Force, Instructions, force, instructions, orders_of
from bestexec.importers.cat_layouts import KINDS, LAYOUTS, PARTS, REQUIRED
from bestexec.market.venues import CAT_DESTINATION_MICS, CAT_MARKET_MICS
from bestexec.units import PX, QTY

NEW_YORK = ZoneInfo("America/New_York")
SECRET = b"of-the-benchmark"
_TIME = re.compile(r"([0-9]{8})T([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]{1,9}))?")
_EPOCH, _ROEID = re.compile(r"[0-9]{18,19}"), re.compile(r"[0-9]{8}_.")
_PRICE, _QTY, _WHOLE = re.compile(values.PRICE_FORM), re.compile(values.QUANTITY_FORM), re.compile(r"^[0-9]{1,12}(\.0*)?$")
_TIMES = ("eventTimestamp", "electronicTimestamp", "requestTimestamp")

SCHEMA = pl.Schema({
    "line": pl.Int64, "faults": pl.String, "event_key": pl.String, "day": pl.Date, "event_at": pl.Int64, "logged_at": pl.Int64, "requested_at": pl.Int64,
    "key_on": pl.String, "symbol": pl.String, "order_id": pl.String, "side": pl.Int8, "qty": QTY, "leaves_qty": QTY, "canceled_qty": QTY, "px": PX,
    "order_type": pl.String, "handling": pl.String, "is_held": pl.Boolean, "is_directed": pl.Boolean, "tif": pl.String, "session": pl.String,
    "customer_class": pl.String, "account_key": pl.String, "capacity": pl.String, "action": pl.String, "kind": pl.String, "venue": pl.String,
    "route_id": pl.String, "sender": pl.String, "receiver": pl.String, "is_manual": pl.Boolean, "is_rejected": pl.Boolean, "related": pl.String,
    "content": pl.String,
})  # fmt: skip
"""Half of the columns of schema.EVENTS; the importer makes them all."""
ROWS = 20_000


def read(path: Path) -> pl.DataFrame:
    """The records of a file as a table, some thousand at a time."""
    rows = (_event(line, text, fields) for line, text, fields in (_named(path) if path.suffix == ".json" else _placed(path)))
    parts = []
    while part := list(islice(rows, ROWS)):
        parts.append(pl.DataFrame(part, schema=SCHEMA, orient="row"))
    return pl.concat(parts)


def _named(path: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, 1):
            given = json.loads(text, parse_float=str, parse_int=str)
            yield line, text, {name: _text(value) for name, value in given.items() if value is not None}


def _text(value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _placed(path: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        for line, text in enumerate(file, 1):
            cells = next(csv.reader([text]))
            yield line, text, {name: cell for name, cell in zip(LAYOUTS[cells[3]], cells, strict=False) if cell and name != "-"}


def _event(line: int, text: str, fields: dict[str, str]) -> tuple[Any, ...]:
    event = fields["type"]
    faults = [f"{name}={value[:40]}" for name, value in fields.items() if name in CHECKS and not CHECKS[name](value, fields)]
    known = LAYOUTS[event]
    faults += [f"extra {name}" for name in fields if name not in known]
    faults += [f"{name} missing" for name in REQUIRED[event] if name not in fields and name not in values.FLAGS]
    instructed, lasting = _instructions(fields.get("handlingInstructions")), _force(fields.get("timeInForce"))
    faults += [fault for fault in (instructed.faults, lasting.faults) if fault]
    given = {name: fields[name] for name in PARTS if name in fields}
    related, wrong = orders_of(event, given, SECRET, _iso) if given else (None, None)
    faults += [wrong] if wrong else []
    times = [_instant(fields[name]) if name in fields else None for name in _TIMES]
    account = _account(fields["firmDesignatedID"]) if "firmDesignatedID" in fields else None
    quantities = [Decimal(fields[name]) if name in fields else None for name in values.QUANTITIES]
    price = Decimal(fields["price"]) if "price" in fields else None
    order_type = ORDER_TYPES.get(fields.get("orderType", ""))
    return (
        line, "|".join(faults) or None, fields["firmROEID"], _day(times[0]), *times, _iso(fields.get("orderKeyDate", "")), fields.get("symbol", "").upper(),
        fields.get("orderID"), SIDES.get(fields.get("side", "")), *quantities, price,
        order_type, instructed.words, not instructed.not_held, instructed.directed, lasting.code, SESSIONS.get(fields.get("tradingSession", "")),
        CLASSES.get(fields.get("accountHolderType", "")), account, CAPACITIES.get(fields.get("capacity", "")), ACTIONS[fields["actionType"]], KINDS[event],
        CAT_DESTINATION_MICS.get(fields.get("destination", "")) or CAT_MARKET_MICS.get(fields.get("marketCenterID", "")), fields.get("routedOrderID"),
        fields.get("senderIMID"), fields.get("destination"), fields.get("manualFlag") == "true", fields.get("routeRejectedFlag") == "true", related,
        hashlib.blake2b(text.encode(), key=SECRET, digest_size=16).hexdigest(),
    )  # fmt: skip


@cache
def _instructions(text: str | None) -> Instructions:
    return instructions(text) if text else Instructions(None)


@cache
def _force(text: str | None) -> Force:
    return force(text) if text else Force(None)


@cache
def _account(account: str) -> str:
    return hmac.new(SECRET, account.encode(), "sha256").hexdigest()


def _iso(text: str) -> str | None:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if _is_timestamp(text) else None


def _instant(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return int(text) if _EPOCH.fullmatch(text) else None
    day, hour, minute, second, fraction = match.groups()
    return _midnight(day) + (int(hour) * 3600 + int(minute) * 60 + int(second)) * 10**9 + int((fraction or "").ljust(9, "0"))


@cache
def _midnight(day: str) -> int:
    """Of the made-up day, whose clocks do not change."""
    shown = datetime(int(day[:4]), int(day[4:6]), int(day[6:]), tzinfo=NEW_YORK)
    return int(shown.timestamp()) * 10**9


def _day(instant: int | None) -> date | None:
    if instant is None:
        return None
    local = datetime.fromtimestamp(instant // 10**9, UTC).astimezone(NEW_YORK)
    return local.date() + timedelta(days=local.hour >= 20)


def _is_timestamp(text: str) -> bool:
    match = _TIME.fullmatch(text)
    if match is None:
        return _EPOCH.fullmatch(text) is not None
    return _is_date(match[1]) and int(match[2]) < 24 and int(match[3]) < 60 and int(match[4]) < 60


@cache
def _is_date(text: str) -> bool:
    try:
        return len(text) == 8 and bool(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    except ValueError:
        return False


Check = Callable[[str, Mapping[str, str]], bool]


def _checks() -> dict[str, Check]:
    found: dict[str, Check] = {name: (lambda value, _, allowed=frozenset(words): value in allowed) for name, words in values.CHOICES.items()}
    found |= dict.fromkeys(values.FLAGS, lambda value, _: value.lower() in ("true", "false"))
    found |= dict.fromkeys(values.PRICES, lambda value, _: _PRICE.match(value) is not None)
    found |= dict.fromkeys(values.QUANTITIES, lambda value, _: _QTY.match(value) is not None)
    found |= dict.fromkeys(values.WHOLE, lambda value, _: _WHOLE.match(value) is not None)
    found |= dict.fromkeys(values.TIMESTAMPS, lambda value, _: _is_timestamp(value))
    found |= dict.fromkeys(values.DATES, lambda value, _: _is_date(value))
    found |= {name: (lambda value, _, most=most: len(value) <= most) for name, most in values.LENGTHS.items()}
    found |= {name: (lambda value, _, most=most: value.isdigit() and len(value) <= most) for name, most in values.UNSIGNED.items()}
    exchanges, sides = frozenset(values.EXCHANGES), frozenset(values.EQUITY_SIDES)
    found["firmROEID"] = lambda value, _: _ROEID.match(value) is not None and len(value) <= 64
    found["side"] = lambda value, _: value in sides
    found["destination"] = lambda value, fields: value in exchanges if fields.get("destinationType") == "E" else len(value) <= 16
    found["senderIMID"] = lambda value, fields: value in exchanges if fields.get("senderType") == "E" else len(value) <= 16
    return found


CHECKS = _checks()
