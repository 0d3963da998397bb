"""CAT records of options and multi-leg packages: read by name and by position, kept, counted, and no order made of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from tests.bestexec.cat_files import DAY, KEY, batches, events, lines, new_order, rebuilt, record

from bestexec.importers.cat_layouts import LAYOUTS, REQUIRED
from bestexec.importers.cat_packages import POSITIONS

Write = Callable[[str, str | bytes], Path]
NAME = "990001_EXMP_20260811_Test_OrderEvents_000001.json"
CALL = "AAPL  260821C00200000"
OPTION: dict[str, Any] = {
    "orderKeyDate": KEY, "orderID": "P-1", "optionID": CALL, "manualFlag": False, "electronicDupFlag": False, "deptType": "A", "side": "B", "price": 3.25,
    "quantity": 10, "orderType": "LMT", "timeInForce": {"DAY": 20260811}, "tradingSession": "REG", "handlingInstructions": {"NH": True},
    "firmDesignatedID": "ACC-1", "accountHolderType": "I", "affiliateFlag": False, "solicitationFlag": False, "openCloseIndicator": "Open",
    "representativeInd": "N",
}  # fmt: skip
LEGS = [
    {"legRefID": "1", "optionID": CALL, "openCloseIndicator": "Open", "side": "B", "legRatioQuantity": 1},
    {"legRefID": "2", "symbol": "AAPL", "side": "SL", "legRatioQuantity": 100},
]
PACKAGE = {name: value for name, value in OPTION.items() if name not in ("optionID", "side", "openCloseIndicator")} | {
    "orderID": "L-1", "underlying": "AAPL", "price": -0.5, "numberOfLegs": 2, "legDetails": LEGS,
}  # fmt: skip
ROUTE = {
    "orderKeyDate": KEY, "orderID": "P-1", "optionID": CALL, "manualFlag": False, "electronicDupFlag": False, "senderIMID": "EXMP", "destination": "CBOE",
    "destinationType": "E", "routedOrderID": "R-1", "session": "S1", "side": "B", "price": 3.25, "quantity": 10, "orderType": "LMT",
    "timeInForce": {"DAY": 20260811}, "tradingSession": "REG", "routeRejectedFlag": False, "affiliateFlag": False, "multiLegInd": False,
}  # fmt: skip
DAYS_RECORDS = [
    new_order(1, "100000.0", "O-1"), record("MONO", 2, "100001.5", **OPTION), record("MOOR", 3, "100001.6", **ROUTE),
    record("MONO", 4, "100002.0", **{**OPTION, "orderID": "P-2"}), record("MLNO", 5, "100003.0", **PACKAGE),
]  # fmt: skip
BY_POSITION = (
    f"NEW,,{DAY}_002,MONO,EXMP,{KEY},P-1,{CALL},{DAY}T100001.5,false,,,false,,A,B,3.25,10,,LMT,DAY=20260811,REG,NH,ACC-1,I,false,,false,Open,N\n"
    f"NEW,,{DAY}_003,MOOR,EXMP,{KEY},P-1,{CALL},,{DAY}T100001.6,false,false,,EXMP,CBOE,E,R-1,S1,B,3.25,10,,LMT,DAY=20260811,REG,,false,,false,false\n"
)


def test_an_option_says_of_itself_what_an_equity_does(write: Write) -> None:
    found = events(write(NAME, lines(DAYS_RECORDS))).sort("event_key").to_dicts()
    assert [(row["raw_kind"], row["kind"], row["symbol"], row["order_id"], row["side"], row["qty"], row["limit_px"], row["faults"]) for row in found] == [
        ("MENO", "order", "AAA", "O-1", 1, Decimal(100), None, None),
        ("MONO", "other", CALL, "P-1", 1, Decimal(10), Decimal("3.25"), None),
        ("MOOR", "other", CALL, "P-1", 1, Decimal(10), Decimal("3.25"), None),
        ("MONO", "other", CALL, "P-2", 1, Decimal(10), Decimal("3.25"), None),
        ("MLNO", "other", "AAPL", "L-1", None, Decimal(10), None, None),  # a net credit is no limit price, and each leg has a side of its own
    ]
    assert (found[2]["route_id"], found[2]["venue_raw"], found[2]["stream"]) == ("R-1", "CBOE", "S1")
    assert found[1]["account_key"] == found[0]["account_key"]


def test_by_position_they_say_the_same(write: Write) -> None:
    named, placed = events(write(NAME, lines(DAYS_RECORDS[1:3]))), events(write("day.csv", BY_POSITION))
    apart = ("content", "sequence", "import_id")
    assert placed.drop(apart).sort("event_key").equals(named.drop(apart).sort("event_key"), null_equal=True)


def test_they_are_counted_by_event_and_nothing_is_passed_over(write: Write) -> None:
    read = batches(write(NAME, lines(DAYS_RECORDS)))
    assert [(sum(batch.records for batch in read), sum(batch.accepted for batch in read))] == [(5, 5)]
    assert [note for batch in read for note in batch.notes if "not measured" in note] == [
        "options: read, not measured: 3 records (MONO 2, MOOR 1)", "multi-leg packages: read, not measured: 1 records (MLNO 1)",
    ]  # fmt: skip


def test_no_order_is_made_of_them_and_the_day_says_how_many_there_were(tmp_path: Path) -> None:
    told = rebuilt(tmp_path, DAYS_RECORDS)
    assert told.orders["order_id"].to_list() == ["O-1"]
    assert told.routes.height == 0
    facts = told.facts.filter(pl.col("fact").str.contains("records"))
    assert facts.select("fact", "count", "of").sort("fact").rows() == [
        ("records of multi-leg packages: read, not measured", 1, 5), ("records of options: read, not measured", 3, 5), ("records read", 5, 5),
    ]  # fmt: skip


def test_the_layouts_have_as_many_positions_as_the_specification() -> None:
    """The last position of each event, as the specification numbers it."""
    last = {"MONO": 33, "MONOS": 14, "MOOR": 35, "MOMR": 34, "MOCR": 21, "MOOA": 34, "MOIR": 30, "MOOE": 23, "MLNO": 32, "MLOA": 31, "MLCR": 22}
    assert {event: len(LAYOUTS[event]) for event in POSITIONS} == last
    assert {event: LAYOUTS[event].index("eventTimestamp") + 1 for event in POSITIONS} == {
        "MONO": 9, "MONOS": 10, "MOOR": 10, "MOMR": 10, "MOCR": 10, "MOOA": 9, "MOIR": 12, "MOOE": 12, "MLNO": 9, "MLOA": 9, "MLCR": 10,
    }  # fmt: skip
    assert all("optionID" in REQUIRED[event] for event in POSITIONS if event.startswith("MO"))
