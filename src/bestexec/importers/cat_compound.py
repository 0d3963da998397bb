"""CAT fields that hold several values: name/value pairs, and lists of orders, in both encodings."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bestexec.importers.cat_layouts import PARTS, SUPPLEMENT_PARTS

INSTRUCTIONS = frozenset((
    "ADD", "AIP", "ALG", "ALGMod", "ALGS", "ALO", "AOK", "AON", "APCM", "AUC", "ATT", "BIN", "CAC", "CMC", "CMPX", "CND", "CPR", "CTR", "CSC", "CSH", "d",
    "DAC", "DIR", "DIV", "DNI", "DNR", "DNRT", "ERP", "EW", "FB", "FBA", "FOK", "FS", "FUT", "G", "GP", "IO", "LOC", "LOO", "M", "MAX", "MOC", "MOO",
    "MRP", "MTL", "NAV", "NCTR", "NH", "OCP", "OFF", "OPO", "OPT", "OVD", "P", "PBG", "PCS", "PCTPX", "PEG", "QCC", "R", "RAR", "RLO", "RSV", "SCL",
    "SLD", "SLL", "SLQ", "SLR", "SOQ", "STOPF", "STP", "TS", "TTF", "TTO", "TTS", "TTSO", "TTU", "UNP", "UNS", "WDP", "WRK",
))  # fmt: skip
"""Handling instructions that are there or not."""
_PRICE, _QUANTITY, _TEXT = re.compile(r"[0-9]{1,10}(\.[0-9]{0,8}0*)?"), re.compile(r"[0-9]{1,12}(\.[0-9]{0,6}0*)?"), re.compile(r".{1,40}")
_TIMESTAMP, _DATE = re.compile(r"[0-9]{8}T[0-9]{6}(\.[0-9]{1,9})?|[0-9]{18,19}"), re.compile(r"[0-9]{8}")
VALUED = {
    "AucResp": _TEXT, "APCL": _PRICE, "CASH": _PRICE, "DISP": _PRICE, "DISQ": _QUANTITY, "DLVF": _TEXT, "DLVT": _TEXT, "STOP": _PRICE, "SW": _PRICE,
    "SWQ": _QUANTITY, "TMO": _TIMESTAMP,
}  # fmt: skip
"""Handling instructions that come with a value, and its form."""
_FORCES = {"DAY": _DATE, "GFD": re.compile(r"[0-9]{1,20}"), "GTD": _DATE, "GTT": _TIMESTAMP, "GTX": _DATE}
_BARE_FORCES = frozenset({"GTC", "GTM", "IOC", "IOR", "DAY"})
"""`DAY` without a date is said often and means the day of the event."""
_HOLDERS = frozenset("AEFIOVPX")
_DECODER, _ENCODER = json.JSONDecoder(parse_float=str, parse_int=str), json.JSONEncoder(sort_keys=True)
SHOWN = 40


@dataclass(frozen=True)
class Instructions:
    """What the handling instructions of an order say of it; `words` are they, in the comma-separated form."""

    words: str | None
    auction: str | None = None
    """`open` or `close` when it is for an opening or closing auction alone."""
    is_stop: bool = False
    stop_px: str | None = None
    is_trailing: bool = False
    peg: str | None = None
    all_or_none: bool = False
    fill_or_kill: bool = False
    not_held: bool = False
    directed: bool = False
    as_received: bool = False
    """RAR: the instructions are those of the order that it was made of."""
    is_readable: bool = True
    faults: str | None = None


@dataclass(frozen=True)
class Force:
    """Time in force: its code, and the date or time at which it ends where one is said."""

    code: str | None
    until: str | None = None
    faults: str | None = None


def pairs_of(text: str) -> list[tuple[str, str | None]] | None:
    """Names with their values, None where a name stands alone; None if it is neither encoding. Names said to be false are left out."""
    if not text.startswith("{"):
        return [(name, value if mark else None) for name, mark, value in (item.partition("=") for item in text.split("|"))]
    try:
        given = _DECODER.decode(text)
    except ValueError:
        return None
    return [(name, _value(value)) for name, value in given.items() if value is not False and value is not None]


def instructions(text: str) -> Instructions:
    """`handlingInstructions`, whose faults are named by their codes."""
    pairs = pairs_of(text)
    if pairs is None:
        return Instructions(text, is_readable=False, faults=fault("handlingInstructions", text))
    said, faults = dict(pairs), []
    for name, value in pairs:
        form = VALUED.get(name)
        if not (form.fullmatch(value or "") if form else name in INSTRUCTIONS and value is None):
            faults.append(fault(f"handlingInstructions.{name[:SHOWN]}", value))
    stop = said.get("STOP")
    return Instructions(
        "|".join(name if value is None else f"{name}={value}" for name, value in pairs) or None,
        auction="open" if said.keys() & {"MOO", "LOO"} else "close" if said.keys() & {"MOC", "LOC"} else None,
        is_stop=not said.keys().isdisjoint(("STOP", "STOPF", "SOQ", "SLQ")),
        stop_px=stop if stop and _PRICE.fullmatch(stop) else None,
        is_trailing="TS" in said,
        peg="midpoint_peg" if "M" in said else "pegged" if said.keys() & {"P", "R", "d", "PEG"} else None,
        all_or_none="AON" in said,
        fill_or_kill="FOK" in said,
        not_held="NH" in said,
        directed="DIR" in said,
        as_received="RAR" in said,
        faults=_joined(faults),
    )


def force(text: str) -> Force:
    """`timeInForce`: one code, with its end where it has one."""
    pairs = pairs_of(text)
    if not pairs or len(pairs) > 1:
        return Force(None, faults=fault("timeInForce", text))
    ((code, value),) = pairs
    form = _FORCES.get(code)
    if not ((value is None and code in _BARE_FORCES) or (form and value and form.fullmatch(value))):
        known = code in _FORCES or code in _BARE_FORCES
        return Force(code if known else None, faults=fault(f"timeInForce.{code[:SHOWN]}", value))
    return Force(code, value)


def orders_of(event: str, fields: Mapping[str, str], secret: bytes, date_of: Callable[[str], str | None]) -> tuple[str | None, str | None]:
    """(`events.related`, its faults) of a record's compound fields: by field, the orders it names, each with the date in its key as ISO text.

    An account among them is replaced by its keyed hash; a sub-field that is at fault is named and left out.
    """
    related, faults = {}, list[str]()
    for field, text in fields.items():
        elements = _elements(event, field, text)
        if elements is None:
            faults.append(fault(field, "cannot be read"))
            continue
        related[_SHORT[field]] = [_order(field, element, secret, date_of, faults) for element in elements]
    return _ENCODER.encode(related) if related else None, _joined(faults)


_SHORT = {"aggregatedOrders": "aggregated", "buyDetails": "buy", "sellDetails": "sell", "clientDetails": "client", "firmDetails": "firm"}


def _order(field: str, element: Mapping[str, str], secret: bytes, date_of: Callable[[str], str | None], faults: list[str]) -> dict[str, Any]:
    """One order that a compound field names: what is said of it and can be read."""
    said: dict[str, Any] = {}
    for name, (ours, meaning) in _ELEMENT.items():
        text = element.get(name)
        if text:
            value = date_of(text) if name == "orderKeyDate" else meaning(text)
            if value is None:
                faults.append(fault(f"{field}.{name}", text))
            else:
                said[ours] = value
    account = element.get("firmDesignatedID")
    if account and secret:
        said["account_key"] = hmac.new(secret, account.encode(), "sha256").hexdigest()
    if "order_id" not in said and field != "firmDetails" and not account and not element.get("orderID"):
        faults.append(f"{field}.orderID missing")
    return said


_ELEMENT: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "orderKeyDate": ("on", str),
    "orderID": ("order_id", lambda text: text if len(text) <= 64 else None),
    "side": ("side", {"B": 1, "SL": -1, "SS": -1, "SX": -1}.get),
    "quantity": ("qty", lambda text: text if _QUANTITY.fullmatch(text) else None),
    "originatingIMID": ("imid", str),
    "accountHolderType": ("holder", lambda text: text if text in _HOLDERS else None),
}


def _elements(event: str, field: str, text: str) -> list[dict[str, str]] | None:
    if not text.startswith("["):
        names = SUPPLEMENT_PARTS.get(event, PARTS[field]) if field != "aggregatedOrders" else PARTS[field]
        split = [part.split("@") for part in text.split("|")]
        return [{name: value for name, value in zip(names, values, strict=False) if name and value} for values in split]
    try:
        given = _DECODER.decode(text)
    except ValueError:
        return None
    if not all(isinstance(element, dict) for element in given):
        return None
    return [{name: str(_value(value) or "") for name, value in element.items() if value is not None} for element in given]


def _value(value: Any) -> str | None:
    """A JSON value as the comma-separated form has it."""
    if value is True:
        return None
    return "@".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def fault(field: str, value: str | None) -> str:
    """A value that a field may not have, as `events.faults` names it."""
    shown = "" if value is None else "=" + value[:SHOWN].replace("|", "¦")
    return field.replace("|", "¦") + shown


def _joined(faults: Sequence[str]) -> str | None:
    return "|".join(faults) or None
