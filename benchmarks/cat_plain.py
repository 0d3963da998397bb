"""The peer of the CAT importer: one record after the other, in plain Python, with the same checks, to the same table."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from bestexec.importers import cat_values as values
from bestexec.importers.cat_columns import ACTIONS, CAPACITIES, CLASSES, EXECUTIONS, FORCES, HANDLED, ORDER_TYPES, ROUTED, SESSIONS, SIDES
from bestexec.importers.cat_compound import Force, Instructions, force, instructions, orders_of
from bestexec.importers.cat_layouts import KINDS, LAYOUTS, PARTS, REQUIRED
from bestexec.market.venues import CAT_DESTINATION_MICS, CAT_MARKET_MICS
from bestexec.schema import EVENTS

NEW_YORK = ZoneInfo("America/New_York")
SECRET, SEQUENCE = b"of-the-benchmark", 20260811000001
KEY = hashlib.sha256(SECRET).digest()
_QUANTITIES = {"qty": "quantity", "leaves_qty": "leavesQty", "canceled_qty": "cancelQty", "min_qty": "minQty"}
_TIME = re.compile(r"([0-9]{8})T([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]{1,9}))?")
_EPOCH, _ROEID = re.compile(r"[0-9]{18,19}"), re.compile(r"[0-9]{8}_.")
_PRICE, _QTY, _WHOLE = re.compile(values.PRICE_FORM), re.compile(values.QUANTITY_FORM), re.compile(r"^[0-9]{1,12}(\.0*)?$")
_TIMES = ("eventTimestamp", "electronicTimestamp", "requestTimestamp")

ROWS = 20_000


def read(path: Path) -> pl.DataFrame:
    """The records of a file as a table, some thousand at a time."""
    rows = (_event(line, text, fields) for line, text, fields in (_named(path) if path.suffix == ".json" else _placed(path)))
    parts = []
    while part := list(islice(rows, ROWS)):
        parts.append(pl.DataFrame(part, schema=EVENTS.schema))
    return pl.concat(parts)


def _named(path: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, 1):
            given = json.loads(text, parse_float=str, parse_int=str)
            yield line, text.rstrip("\n"), {name: _text(value) for name, value in given.items() if value is not None}


def _text(value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _placed(path: Path) -> Iterator[tuple[int, str, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        for line, text in enumerate(file, 1):
            cells = next(csv.reader([text]))
            yield line, text.rstrip("\n"), {name: cell for name, cell in zip(LAYOUTS[cells[3]], cells, strict=False) if cell and name != "-"}


def _event(line: int, text: str, fields: dict[str, str]) -> dict[str, Any]:
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
    at, logged, requested = (_instant(fields[name]) if name in fields else None for name in _TIMES)
    return {
        "line": line, "faults": "|".join(faults) or None, "firm": fields["CATReporterIMID"], "reporter": fields["CATReporterIMID"], "day": _day(at),
        "content": hashlib.blake2b(text.encode(), key=KEY, digest_size=16).hexdigest(), "source": "cat", "sequence": SEQUENCE, "related": related,
        "action": ACTIONS[fields["actionType"]], "kind": KINDS[event], "raw_kind": event, "event_key": fields["firmROEID"], **_ids(fields),
        "event_at": at, "event_source": "eventTimestamp", "event_resolution_ns": _step(fields["eventTimestamp"]), "logged_at": logged,
        "requested_at": requested, **_terms(event, fields, instructed, lasting), **_flags(event, fields, instructed), **_places(fields),
        "account_key": _account(fields["firmDesignatedID"]) if "firmDesignatedID" in fields else None, "handling": instructed.words,
        "customer_class": CLASSES.get(fields.get("accountHolderType", "")), "reason": f"initiator {fields['initiator']}" if "initiator" in fields else None,
    }  # fmt: skip


def _ids(fields: Mapping[str, str]) -> dict[str, Any]:
    key = fields.get("orderKeyDate") or fields.get("tradeKeyDate") or fields.get("fillKeyDate") or ""
    return {
        "symbol": fields["symbol"].upper(), "order_id": fields.get("orderID"), "key_on": _on(key), "prior_on": _on(fields.get("priorOrderKeyDate", "")),
        "prior_order_id": fields.get("priorOrderID"), "parent_on": _on(fields.get("parentOrderKeyDate", "")), "parent_order_id": fields.get("parentOrderID"),
        "route_id": fields.get("routedOrderID"), "prior_route_id": fields.get("priorRoutedOrderID"),
        "fill_id": fields.get("tradeID") or fields.get("fulfillmentID"), "prior_fill_id": fields.get("priorFulfillmentID"),
    }  # fmt: skip


def _terms(event: str, fields: Mapping[str, str], instructed: Instructions, lasting: Force) -> dict[str, Any]:
    price = Decimal(fields["price"]) if "price" in fields else None
    is_execution, kind = event in EXECUTIONS, ORDER_TYPES.get(fields.get("orderType", ""))
    quantities = {ours: Decimal(fields[name]) if name in fields else None for ours, name in _QUANTITIES.items()}
    return {
        **quantities, "side": SIDES.get(fields.get("side", "")), "px": price if is_execution else None,
        "limit_px": price if not is_execution and fields.get("orderType") != "MKT" and price else None,
        "stop_px": Decimal(instructed.stop_px) if instructed.stop_px else None, "order_type": kind,
        "tif": "fok" if instructed.fill_or_kill else FORCES.get(lasting.code or ""), "session": SESSIONS.get(fields.get("tradingSession", "")),
        "capacity": CAPACITIES.get(fields.get("capacity", "")),
    }  # fmt: skip


def _flags(event: str, fields: Mapping[str, str], instructed: Instructions) -> dict[str, Any]:
    side = fields.get("side")
    side = side if side in values.EQUITY_SIDES else None
    says = event in HANDLED and not instructed.as_received
    return {
        "is_held": not instructed.not_held if says else None, "is_directed": instructed.directed if says else None,
        "is_manual": fields.get("manualFlag") == "true", "is_iso": fields["isoInd"] != "NA" if "isoInd" in fields else None,
        "is_short": side in ("SS", "SX") if side else None, "is_short_exempt": side == "SX" if side else None,
        "is_rejected": fields.get("routeRejectedFlag") == "true" if event in ROUTED else None,
        "is_copy": fields.get("electronicDupFlag") == "true" if event in ("MENO", "MEOA", "MEOM", "MEOR") else None,
        "is_representative": fields["representativeInd"] != "N" if "representativeInd" in fields else None,
    }  # fmt: skip


def _places(fields: Mapping[str, str]) -> dict[str, Any]:
    sent, market = fields.get("destination"), fields.get("marketCenterID")
    return {
        "sender": fields.get("senderIMID"), "receiver": sent or fields.get("receiverIMID"), "stream": fields.get("session"),
        "receiver_kind": {"E": "exchange", "F": "broker"}.get(fields.get("destinationType", "")), "contra": fields.get("counterparty"),
        "venue": CAT_DESTINATION_MICS.get(sent or "") or CAT_MARKET_MICS.get(market or ""), "venue_raw": sent or market,
    }  # fmt: skip


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


def _on(text: str) -> date | None:
    said = _iso(text)
    return date.fromisoformat(said) if said else None


def _step(text: str) -> int:
    return int(10 ** (9 - len(text.partition(".")[2])))


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


def _one_of(words: Sequence[str]) -> Check:
    allowed = frozenset(words)
    return lambda value, _: value in allowed


def _at_most(length: int) -> Check:
    return lambda value, _: len(value) <= length


def _checks() -> dict[str, Check]:
    found: dict[str, Check] = {name: _one_of(words) for name, words in values.CHOICES.items()}
    found |= dict.fromkeys(values.FLAGS, lambda value, _: value.lower() in ("true", "false"))
    found |= dict.fromkeys(values.PRICES, lambda value, _: _PRICE.match(value) is not None)
    found |= dict.fromkeys(values.QUANTITIES, lambda value, _: _QTY.match(value) is not None)
    found |= dict.fromkeys(values.WHOLE, lambda value, _: _WHOLE.match(value) is not None)
    found |= dict.fromkeys(values.TIMESTAMPS, lambda value, _: _is_timestamp(value))
    found |= dict.fromkeys(values.DATES, lambda value, _: _is_date(value))
    found |= {name: _at_most(most) for name, most in values.LENGTHS.items()}
    found |= dict.fromkeys(values.UNSIGNED, lambda value, _: value.isdigit() and len(value) <= 20)
    exchanges, sides = frozenset(values.EXCHANGES), frozenset(values.EQUITY_SIDES)
    found["firmROEID"] = lambda value, _: _ROEID.match(value) is not None and len(value) <= 64
    found["side"] = lambda value, _: value in sides
    found["destination"] = lambda value, fields: value in exchanges if fields.get("destinationType") == "E" else len(value) <= 16
    found["senderIMID"] = lambda value, fields: value in exchanges if fields.get("senderType") == "E" else len(value) <= 16
    return found


CHECKS = _checks()
