"""CAT records for tests, and what is read and put together out of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from bestexec.importers import identify
from bestexec.importers.base import Batch, Kept, head_of
from bestexec.rebuilding import Rebuilt, rebuild
from bestexec.schema import EVENTS, conform

SECRET = b"of-the-tests-alone"
DAY, KEY = "20260811", "20260811T000000"
ORDER_FLAGS: Mapping[str, Any] = {
    "manualFlag": False, "electronicDupFlag": False, "deptType": "A", "solicitationFlag": False, "timeInForce": {"DAY": 20260811}, "tradingSession": "REG",
    "custDspIntrFlag": False, "accountHolderType": "I", "affiliateFlag": False, "negotiatedTradeFlag": False, "representativeInd": "N",
    "firmDesignatedID": "ACC-1",
}  # fmt: skip
CHANGE_FLAGS: Mapping[str, Any] = {
    "manualFlag": False, "electronicDupFlag": False, "initiator": "C", "timeInForce": {"DAY": 20260811}, "tradingSession": "REG", "isoInd": "NA",
    "custDspIntrFlag": False, "representativeInd": "N",
}  # fmt: skip
ROUTE_FLAGS: Mapping[str, Any] = {
    "manualFlag": False, "electronicDupFlag": False, "senderIMID": "EXMP", "timeInForce": {"DAY": 20260811}, "tradingSession": "REG", "affiliateFlag": False,
    "isoInd": "NA", "routeRejectedFlag": False, "dupROIDCond": False, "multiLegInd": False,
}  # fmt: skip


def record(event: str, number: int, at: str, **fields: Any) -> dict[str, Any]:
    """A new record of reporter EXMP on 11 August 2026 at a time of New York (HHMMSS…); `order_id` and the rest by CAT's names."""
    head = {"actionType": "NEW", "firmROEID": f"{DAY}_{number:03}", "type": event, "CATReporterIMID": "EXMP", "eventTimestamp": f"{DAY}T{at}"}
    return {**head, **fields}


def new_order(number: int, at: str, order_id: str, **fields: Any) -> dict[str, Any]:
    """MENO: a retail customer buys 100 AAA at the market."""
    terms = {"orderKeyDate": KEY, "orderID": order_id, "symbol": "AAA", "side": "B", "quantity": 100, "orderType": "MKT"}
    return record("MENO", number, at, **{**ORDER_FLAGS, **terms, **fields})


def changed_order(number: int, at: str, order_id: str, prior: str, **fields: Any) -> dict[str, Any]:
    """MEOM: to 100 AAA at the market."""
    terms = {
        "orderKeyDate": KEY, "orderID": order_id, "symbol": "AAA", "priorOrderKeyDate": KEY, "priorOrderID": prior, "side": "B", "quantity": 100,
        "leavesQty": 100, "orderType": "MKT",
    }  # fmt: skip
    return record("MEOM", number, at, **{**CHANGE_FLAGS, **terms, **fields})


def new_route(number: int, at: str, order_id: str, route_id: str, **fields: Any) -> dict[str, Any]:
    """MEOR: 100 AAA at the market to Nasdaq."""
    terms = {
        "orderKeyDate": KEY, "orderID": order_id, "symbol": "AAA", "destination": "NSDQ", "destinationType": "E", "routedOrderID": route_id, "side": "B",
        "quantity": 100, "orderType": "MKT",
    }  # fmt: skip
    return record("MEOR", number, at, **{**ROUTE_FLAGS, **terms, **fields})


def on_order(event: str, number: int, at: str, order_id: str, **fields: Any) -> dict[str, Any]:
    """Any other event of an order in AAA."""
    return record(event, number, at, **{"orderKeyDate": KEY, "orderID": order_id, "symbol": "AAA", "manualFlag": False, **fields})


def lines(records: Iterable[Mapping[str, Any]]) -> str:
    """One record a line."""
    return "".join(json.dumps(each, separators=(",", ":")) + "\n" for each in records)


def batches(path: Path, **options: str) -> list[Batch]:
    """A file, read by the one importer that recognizes it; the tests' secret hides its accounts."""
    return list(identify(path.name, head_of(path)).read((Kept(path.name, path, "", path.stat().st_size, options, SECRET),)))


def events(path: Path, import_id: str = "", **options: str) -> pl.DataFrame:
    """The events of a file as the pipeline has them, in the order of its lines."""
    empty = pl.DataFrame(schema=EVENTS.schema)
    frames = [conform(batch.tables["events"], EVENTS) for batch in batches(path, **options) if "events" in batch.tables]
    return pl.concat([empty, *frames]).sort("line").with_columns(import_id=pl.lit(import_id or path.name))


def rebuilt(folder: Path, *files: Iterable[Mapping[str, Any]]) -> Rebuilt:
    """What the records of some files, named in the order given, come to."""
    paths = []
    for number, records in enumerate(files, 1):
        path = folder / f"990001_EXMP_{DAY}_Test_OrderEvents_{number:06}.json"
        path.write_text(lines(records))
        paths.append(path)
    return rebuild(pl.concat([events(path) for path in paths]))


def broken(result: Rebuilt) -> list[tuple[str, str | None]]:
    """(reason, detail) of what did not fit."""
    return result.breaks.select("reason", "detail").rows()
