"""CAT values: what each kind of field may hold, what its instructions mean, what clocks showed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.bestexec.cat_files import events, lines, new_order, on_order, record

from bestexec.importers.cat_clock import Fold, instants, is_timestamp, key_date, resolution_ns
from bestexec.importers.cat_compound import Force, force, instructions
from bestexec.importers.cat_layouts import LAYOUTS, REQUIRED

Write = Callable[[str, str | bytes], Path]
NAME = "990001_EXMP_20260811_Test_OrderEvents_000001.json"
NS = 1_000_000_000


def fault_of(write: Write, **fields: Any) -> str | None:
    return events(write(NAME, lines([new_order(1, "100000.0", "O-1", **fields)])))["faults"].item()  # type: ignore[no-any-return]  # a text


def test_the_layouts_have_the_positions_of_the_specification() -> None:
    """Numbers of positions and some places of 4.1.0 r15."""
    numbers = {
        "MENO": 47,
        "MENOS": 12,
        "MEOR": 37,
        "MEORS": 17,
        "MEMR": 34,
        "MEMRS": 18,
        "MECR": 22,
        "MECRS": 18,
        "MEOA": 46,
        "MEIR": 28,
        "MEIM": 31,
        "MEIC": 18,
    }
    numbers |= {"MECO": 36, "MECOM": 35, "MECOC": 17, "MEOM": 54, "MEOJ": 32, "MEOC": 18, "MEOCR": 15, "MEOE": 33, "MEOT": 36, "MEOTS": 12, "MEOF": 20}
    numbers |= {"MEOFS": 10, "MEFA": 20, "MEPA": 26}
    assert {event: len(LAYOUTS[event]) for event in numbers} == numbers
    places = {("MENO", 18): "side", ("MENO", 47): "BFMMFlag", ("MEOR", 17): "routedOrderID", ("MEMR", 17): "priorRoutedOrderID", ("MEOT", 23): "sellDetails"}
    assert {place: LAYOUTS[place[0]][place[1] - 1] for place in places} == places
    assert REQUIRED["MENOS"] == {"actionType", "firmROEID", "type", "orderKeyDate", "orderID", "symbol", "eventTimestamp"}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"side": "S"}, "side=S"), ({"quantity": 1234567890123}, "quantity=1234567890123"), ({"quantity": "1e3"}, "quantity=1e3"),
        ({"quantity": 1.1234567}, "quantity=1.1234567"), ({"price": -1.5, "orderType": "LMT"}, "price=-1.5"), ({"orderType": "LMT"}, "price missing"),
        ({"symbol": "A" * 23}, "symbol=" + "A" * 23), ({"eventTimestamp": "20260811T250000"}, "eventTimestamp=20260811T250000"),
        ({"eventTimestamp": "20260308T023000.000"}, "eventTimestamp=20260308T023000.000"), ({"manualFlag": "maybe"}, "manualFlag=maybe"),
        ({"tradingSession": None}, "tradingSession missing"), ({"accountHolderType": "Z"}, "accountHolderType=Z"),
        ({"handlingInstructions": {"ZZZ": True, "STOP": "x"}}, "handlingInstructions.ZZZ|handlingInstructions.STOP=x"),
        ({"timeInForce": {"FOREVER": True}}, "timeInForce.FOREVER"), ({"timeInForce": {"GTD": "soon"}}, "timeInForce.GTD=soon"),
        ({"aggregatedOrders": [{"orderID": "X", "orderKeyDate": "never"}]}, "aggregatedOrders.orderKeyDate=never"),
        ({"minQty": 1.5}, "minQty=1.5"), ({"quantity": 1.0, "price": 0}, None), ({"side": "a|b"}, "side=a¦b"),
    ],
)  # fmt: skip
def test_each_invalid_value_is_named_and_the_record_is_kept(write: Write, fields: dict[str, Any], fault: str | None) -> None:
    assert fault_of(write, **fields) == fault


def test_a_longer_record_than_cat_allows_is_told(write: Write) -> None:
    many = [{"orderID": f"{number:064}", "orderKeyDate": "20260811T000000"} for number in range(100)]
    assert fault_of(write, aggregatedOrders=many) == "longer than 8190 bytes"


def test_a_value_at_fault_is_left_out_and_a_sell_stays_one(write: Write) -> None:
    row = events(write(NAME, lines([new_order(1, "100000.0", "O-1", side="S", quantity="many", orderType="BEST")]))).to_dicts()[0]
    assert {name: row[name] for name in ("side", "is_short", "qty", "order_type", "order_id")} == {
        "side": -1, "is_short": None, "qty": None, "order_type": None, "order_id": "O-1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NH|DIR", {"not_held": True, "directed": True}), ("STOP=17.95", {"is_stop": True, "stop_px": "17.95"}), ("MOC", {"auction": "close"}),
        ("LOO", {"auction": "open"}), ("M", {"peg": "midpoint_peg"}), ("R|AON", {"peg": "pegged", "all_or_none": True}), ("TS", {"is_trailing": True}),
        ("RAR", {"as_received": True}), ("FOK", {"fill_or_kill": True}),
    ],
)  # fmt: skip
def test_instructions_mean_what_the_dictionary_says(text: str, said: dict[str, Any]) -> None:
    found = vars(instructions(text))
    plain = vars(instructions("ALO"))
    assert {name: value for name, value in found.items() if value != plain[name] and name != "words"} == said


def test_both_encodings_of_instructions_are_one() -> None:
    assert instructions('{"AOK": true, "DISP": "10.00", "DLVT": ["MM1", "MM2"], "NH": false}') == instructions("AOK|DISP=10.00|DLVT=MM1@MM2")
    assert force('{"DAY": "20190528"}') == force("DAY=20190528") == Force("DAY", "20190528")
    assert force("DAY") == Force("DAY")
    assert force("DAY|IOC") == Force(None, faults="timeInForce=DAY¦IOC")


@pytest.mark.parametrize(
    ("kind", "instructed", "order_type"),
    [
        ("MKT", {"MOO": True}, "market_on_open"), ("LMT", {"LOC": True}, "limit_on_close"), ("MKT", {"STOP": 9}, "stop"), ("LMT", {"SLQ": True}, "stop_limit"),
        ("LMT", {"M": True}, "midpoint_peg"), ("LMT", {"PEG": True}, "pegged"), ("LMT", {"TS": True}, "trailing_stop"), ("LMT", {"AON": True}, "all_or_none"),
        ("CAB", {}, "other"),
    ],
)  # fmt: skip
def test_an_order_is_of_the_type_that_its_instructions_make_it(write: Write, kind: str, instructed: dict[str, Any], order_type: str) -> None:
    records = [new_order(1, "100000.0", "O-1", orderType=kind, price=10, handlingInstructions=instructed)]
    assert events(write(NAME, lines(records)))["order_type"].item() == order_type


def test_a_limit_of_zero_is_no_limit_and_a_market_order_has_none(write: Write) -> None:
    prices = [{"orderType": "LMT", "price": 0}, {"orderType": "MKT", "price": 9}, {"orderType": "LMT", "price": 9}]
    found = events(write(NAME, lines([new_order(number, "100000.0", "O-1", **terms) for number, terms in enumerate(prices)])))
    assert found["limit_px"].cast(pl.Float64).to_list() == [None, None, 9.0]


def test_a_time_shows_the_step_of_the_digits_given() -> None:
    texts = {"20260811T100000": NS, "20260811T100000.5": NS // 10, "20260811T100000.12345678": 10, "20260811T100000.123456789": 1, "1786456800123456789": 1}
    frame = pl.DataFrame({"at": list(texts)}).select(resolution_ns(pl.col("at")))
    assert frame["at"].to_list() == list(texts.values())


def test_a_day_that_there_is_not_is_no_time() -> None:
    texts = ["20240229T000000", "20260229T000000", "20260431T000000", "20261301T000000", "20260811T240000", "20260811T000060", "19691231T000000", "99999999"]
    assert pl.DataFrame({"at": texts}).select(is_timestamp(pl.col("at")))["at"].to_list() == [True] + [False] * 7


def test_text_is_new_yorks_clock_and_a_number_is_nanoseconds() -> None:
    """14:00 UTC on 11 August 2026 = 10:00 in New York: 20,676 days and 14 h = 1,786,456,800 s."""
    texts = pl.DataFrame({"at": ["20260811T100000.000000001", "1786456800000000001", "20260111T100000"]})
    found, _ = instants(texts, ("at",), Fold())
    assert found["at"].to_list() == [1_786_456_800 * NS + 1, 1_786_456_800 * NS + 1, 1_768_143_600 * NS]
    keys = pl.DataFrame({"at": ["20260811T000000", "1786456800000000001", "20260811", "x", "20261345T000000"]}).select(key_date(pl.col("at")).cast(pl.String))
    assert keys["at"].to_list() == ["2026-08-11", "2026-08-11", "2026-08-11", None, None]


def test_the_hour_shown_twice_is_decided_by_the_order_of_the_file_even_over_batches() -> None:
    """Clocks went back at 2:00 on 1 November 2026: 1:59 was 05:59 UTC first, and 1:10 after it was 06:10 UTC. 00:00 UTC that day is 1,793,491,200 s."""
    midnight, minute = 1_793_491_200, 60
    first, fold = instants(pl.DataFrame({"at": ["20261101T005900", "20261101T015900", "20261101T014500", None]}), ("at",), Fold())
    second, fold = instants(pl.DataFrame({"at": ["20261101T011000", "20261101T015900"]}), ("at",), fold)
    third, _ = instants(pl.DataFrame({"at": ["20261101T015930", "20261101T020000"]}), ("at",), fold)
    seconds = [(midnight + at * minute) * NS for at in (299, 359, 345)]
    assert first["at"].to_list() == [*seconds, None]
    assert second["at"].to_list() == [(midnight + at * minute) * NS for at in (370, 419)]
    assert third["at"].to_list() == [(midnight + 419 * minute + 30) * NS, (midnight + 420 * minute) * NS]


def test_the_day_is_the_trading_day_else_the_one_in_the_names(write: Write) -> None:
    records = [
        on_order("MEOC", 1, "210000.0", "O-1", cancelQty=0, leavesQty=0, initiator="C"), record("MEOC", 2, "x", firmROEID="20260812_2"),
    ]  # fmt: skip
    assert events(write(NAME, lines(records)))["day"].cast(pl.String).to_list() == ["2026-08-12", "2026-08-12"]
