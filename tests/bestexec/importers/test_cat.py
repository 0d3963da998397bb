"""CAT files: what is recognized, read, skipped and refused, in every packing."""

from __future__ import annotations

import bz2
import gzip
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.bestexec.cat_files import DAY, KEY, batches, events, lines, new_order, new_route, on_order

from bestexec.errors import Problem
from bestexec.importers import cat, identify
from bestexec.importers.base import Batch, Kept

Write = Callable[[str, str | bytes], Path]
NAME = "990001_EXMP_20260811_Test_OrderEvents_000001.json"

SAMPLE_FAULTS = {
    **dict.fromkeys((2, 8, 10, 21, 25, 39, 40, 45), "side=S"), 74: "side=SL", 9: "destination=XNYS", 54: "destination=XNYS", 78: "destination=XNYS",
    55: "destination=XNAS", 83: "destination=XNAS", 58: "destination=ARCX", 63: "destination=ARCX", 12: "marketCenterID=XNYS", 13: "marketCenterID=XNAS",
    14: "marketCenterID=ARCX", **dict.fromkeys((49, 50, 51), "marketCenterID=XCBO"), 16: "senderIMID=EFGH", 17: "senderType=N", 19: "senderType=S",
    66: "priceType=NET", 67: "priceType=NET", 68: "priceType=NET|destination=XCBO",
}  # fmt: skip
"""Read off the recorded sample by hand: sides of the wrong product, MICs where CAT's own codes belong, a member's id as an exchange's, unknown types."""


def counts(read: list[Batch]) -> tuple[int, int, int, int]:
    """(records, accepted, rejected, skipped) of all batches."""
    rejected, skipped = sum(len(each.rejects) for each in read), sum(sum(each.skipped.values()) for each in read)
    return sum(each.records for each in read), sum(each.accepted for each in read), rejected, skipped


def rejects(path: Path) -> list[tuple[int, str]]:
    return sorted((reject.line, reject.reason) for batch in batches(path) for reject in batch.rejects)


def test_the_recorded_sample_has_84_events_of_20_types_and_each_invalid_value_is_named(data: Path) -> None:
    (path,) = (data / "cat").glob("*.json")
    found = events(path)
    assert counts(batches(path)) == (84, 84, 0, 0)
    assert found["raw_kind"].n_unique() == 20
    assert dict(found.filter(pl.col("faults").is_not_null()).select("line", "faults").iter_rows()) == SAMPLE_FAULTS


def test_a_record_of_every_field_kind_is_read_exactly(write: Write) -> None:
    """10:00:00.123456789 in New York in August is 14:00:00.123456789 UTC: 1,786,456,800 s."""
    order = new_order(1, "100000.123456789", "O-1", price=10.12345678, quantity=0.000001, orderType="LMT", minQty=100, side="SX", accountHolderType="A")
    order |= {
        "handlingInstructions": {"NH": True, "STOP": 9.5, "DLVT": ["MM1", "MM2"]},
        "timeInForce": {"GTT": "20260811T160000.5"},
        "CATReporterIMID": "123:EXMP",
    }
    row = events(write(NAME, lines([order]))).to_dicts()[0]
    assert {name: row[name] for name in ("firm", "reporter", "event_at", "event_source", "event_resolution_ns", "symbol", "order_id", "side")} == {
        "firm": "EXMP", "reporter": "EXMP", "event_at": 1_786_456_800_123_456_789, "event_source": "eventTimestamp", "event_resolution_ns": 1,
        "symbol": "AAA", "order_id": "O-1", "side": -1,
    }  # fmt: skip
    assert (row["limit_px"], row["stop_px"], row["qty"], row["min_qty"]) == (Decimal("10.12345678"), Decimal("9.5"), Decimal("0.000001"), Decimal(100))
    assert (row["order_type"], row["tif"], row["expires_at"]) == ("stop_limit", "gtd", 1_786_478_400_500_000_000)
    assert (row["is_held"], row["is_directed"], row["is_short"], row["is_short_exempt"], row["is_manual"]) == (False, False, True, True, False)
    assert (row["handling"], row["customer_class"], row["session"], row["kind"], row["action"]) == (
        "NH|STOP=9.5|DLVT=MM1@MM2", "institutional", "regular", "order", "new",
    )  # fmt: skip
    assert row["sequence"] == 20260811000001
    assert row["faults"] == "CATReporterIMID=123:EXMP"


def test_digits_that_no_float_holds_stay(write: Write) -> None:
    text = (
        lines([new_order(1, "100000.0", "O-1", orderType="LMT", price="@")])
        .replace('"@"', "1234567890.12345678")
        .replace('"quantity":100', '"quantity":123456789012.123456')
    )
    row = events(write(NAME, text)).to_dicts()[0]
    assert (row["limit_px"], row["qty"], row["faults"]) == (Decimal("1234567890.12345678"), Decimal("123456789012.123456"), None)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lambda text: bz2.compress(text[:500]) + bz2.compress(text[500:])])
def test_every_packing_reads_the_same(write: Write, pack: Callable[[bytes], bytes]) -> None:
    text = lines([new_order(number, "100000.0", f"O-{number}") for number in range(9)])
    plain = events(write(NAME, text), "x")
    assert_frame_equal(events(write(NAME + ".packed", pack(text.encode())), "x").drop("sequence"), plain.drop("sequence"))


def test_a_zip_reads_the_same(tmp_path: Path, write: Write) -> None:
    text = lines([new_order(1, "100000.0", "O-1")])
    with zipfile.ZipFile(tmp_path / "day.zip", "w") as archive:
        archive.writestr(NAME, text)
    assert_frame_equal(events(tmp_path / "day.zip", "x").drop("sequence"), events(write(NAME, text), "x").drop("sequence"))


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_and_records_over_several_lines_read_the_same(write: Write, indent: int | None) -> None:
    records = [new_order(number, "100000.0", f"O-{number}") for number in range(3)]
    expected = events(write(NAME, lines(records)), "x").drop("line", "content")
    array = json.dumps(records, indent=indent)
    spread = "\n".join(json.dumps(record, indent=2) for record in records)
    for text in (array, spread):
        assert_frame_equal(events(write(NAME, text), "x").drop("line", "content"), expected)
    of_one = json.dumps(records[0], indent=2).count("\n") + 1
    assert events(write(NAME, spread))["line"].to_list() == [1, 1 + of_one, 1 + 2 * of_one]


def test_bad_lines_are_rejects_with_their_reason_and_the_rest_is_read(write: Write) -> None:
    good = lines([new_order(1, "100000.0", "O-1")])
    bad = [
        '{"actionType":"NEW",', "[1]", '{"actionType":"NEW","firmROEID":"20260811_9"}', '{"actionType":"OLD","firmROEID":"20260811_9","type":"MENO"}',
        '{"actionType":"NEW","firmROEID":"","type":"MENO"}', "NEW,,20260811_9,MZNO,EXMP", "x", '{"actionType":"NEW","type":"MENO","quantity":NaN}', "",
    ]  # fmt: skip
    path = write(NAME, good + "\n".join(bad) + "\n" + good.replace("_001", "_002"))
    assert rejects(path) == [
        (2, "not JSON"), (3, "not the fields of a record"), (4, "no type of a CAT event"), (5, "actionType: not NEW, COR, RPR or DEL"),
        (6, "firmROEID: missing, or not yyyymmdd_… of at most 64 signs"), (7, "no type of a CAT event"), (8, "not the fields of a record"),
        (9, "NaN is not a value"),
    ]  # fmt: skip
    assert counts(batches(path)) == (11, 2, 8, 1)


def test_a_short_row_lacks_its_tail_and_a_long_one_has_more_than_its_layout(write: Write) -> None:
    head = f"NEW,,{DAY}_001,MENOS,EXMP,{KEY},O-1,AAA,,{DAY}T100000.000"
    found = events(write("day.csv", f"{head}\n{head},,ACC-1,x,,y\n{head.replace(',AAA', ',')}\n"))
    assert found["faults"].to_list() == [None, "extra field_13|extra field_15", "symbol missing"]
    assert found["account_key"].is_not_null().to_list() == [False, True, False]


def test_values_in_quotes_and_an_event_without_layout_are_read(write: Write) -> None:
    found = events(write("day.csv", f'NEW,,{DAY}_001,MENOS,EXMP,{KEY},"O-1",AAA,,{DAY}T100000.000\nNEW,,{DAY}_002,MOOJ,EXMP,{KEY},P-1,x\n'))
    assert found.select("kind", "raw_kind", "order_id", "faults").rows() == [
        ("order_supplement", "MENOS", "O-1", None), ("other", "MOOJ", None, "extra field_6|extra field_7|extra field_8"),
    ]  # fmt: skip


def test_a_name_given_twice_or_not_known_is_told(write: Write) -> None:
    text = lines([on_order("MEOCR", 1, "100000.0", "O-1", cancelQty=0, colour="red")]).replace('"symbol":"AAA"', '"symbol":"AAA","symbol":"BBB"')
    row = events(write(NAME, text)).to_dicts()[0]
    assert (row["symbol"], row["faults"]) == ("AAA", "extra colour|extra symbol twice")


def test_a_deletion_and_a_repair_say_what_they_are_on(write: Write) -> None:
    repair = new_order(2, "100000.0", "O-1") | {"actionType": "RPR", "errorROEID": 77}
    found = events(write(NAME, lines([{"actionType": "DEL", "firmROEID": f"{DAY}_001"}, repair])))
    assert found.select("action", "corrects", "kind", "raw_kind", "faults").rows() == [
        ("deletion", f"{DAY}_001", "other", "DEL", None), ("repair", "77", "order", "MENO", None),
    ]  # fmt: skip
    short = events(write(f"990001_EXMP_{DAY}_Test_OrderEvents_000002.DEL.csv", f"DEL,,{DAY}_001\n"))
    assert short.select("action", "corrects", "day", "firm").rows() == [("deletion", f"{DAY}_001", found["day"][0], "EXMP")]


def test_a_record_that_cat_returned_is_used_and_says_so(write: Write) -> None:
    row = f"NEW,,{DAY}_001,MENOS,EXMP,{KEY},O-1,AAA,,{DAY}T100000.000"
    path = write(f"990001_EXMP_{DAY}_Test_OrderEvents_000001.ingestion.error.csv.bz2", bz2.compress(f"2132,NEW,555,{row}\nnothing\n".encode()))
    assert events(path).select("order_id", "reason", "alternate_id", "faults").rows() == [("O-1", "CAT error 2132", "555", "CAT error 2132")]
    assert rejects(path) == [(2, "no record behind an error")]
    assert events(path)["content"].to_list() == events(write("day.csv", row + "\n"))["content"].to_list()


@pytest.mark.parametrize("ending", [".ack.csv", ".integrity.csv", ".ingestion.csv", ".meta.json"])
def test_what_cat_says_of_a_file_is_skipped(write: Write, ending: str) -> None:
    path = write(f"990001_EXMP_{DAY}_Test_OrderEvents_000001{ending}", "a,b\n1,2\n")
    assert counts(batches(path)) == (2, 0, 0, 2)


def test_accounts_need_a_secret_and_go_no_further(write: Write) -> None:
    path = write(NAME, lines([new_order(1, "100000.0", "O-1", firmDesignatedID="ACC-" + "7" * 60), new_order(2, "100000.0", "O-2")]))
    found = events(path)
    assert "ACC-" not in str(found.rows())
    assert (found["faults"][0], found["account_key"].is_null().to_list()) == ("firmDesignatedID", [True, False])
    with pytest.raises(Problem, match="no secret to hide them with"):
        list(cat.read((Kept(path.name, path, "", 0),)))


def test_the_firm_is_what_the_operator_states(write: Write) -> None:
    found = events(write(NAME, lines([new_order(1, "100000.0", "O-1")])), firm="Example Securities")
    assert found.select("firm", "reporter").rows() == [("Example Securities", "EXMP")]


def test_a_place_is_known_by_cats_code_or_by_its_mic_and_a_member_with_its_crd(write: Write) -> None:
    to = [("E", "ARCA"), ("E", "XNAS"), ("E", "ZZ"), ("F", "7:NITE"), ("F", "RTRX"), ("N", "LONDON")]
    records = [new_route(number, "100000.0", "O-1", f"R-{number}", destinationType=kind, destination=where) for number, (kind, where) in enumerate(to)]
    assert events(write(NAME, lines(records))).select("venue", "venue_raw", "receiver_kind", "faults").rows() == [
        ("ARCX", "ARCA", "exchange", None), ("XNAS", "XNAS", "exchange", "destination=XNAS"), (None, "ZZ", "exchange", "destination=ZZ"),
        ("VALX", "7:NITE", "wholesaler", None), (None, "RTRX", "broker", None), (None, "LONDON", None, None),
    ]  # fmt: skip


def test_letters_of_other_codebooks_do_not_mislead(write: Write) -> None:
    """CAT's L is FINRA/Nasdaq's facility and its F is abroad; on the tape they are exchanges."""
    trades = [
        {"actionType": "NEW", "firmROEID": f"{DAY}_{letter}", "type": "MEOT", "tradeKeyDate": KEY, "tradeID": letter, "symbol": "AAA",
         "eventTimestamp": f"{DAY}T100000.0", "quantity": 1, "price": 1, "capacity": "P", "marketCenterID": letter, "sideDetailsInd": "NA"}
        for letter in ("L", "F", "LT", "Q", "T")
    ]  # fmt: skip
    assert events(write(NAME, lines(trades))).select("venue", "faults").rows() == [
        ("FINN", None), (None, None), ("LTSE", None), ("XNAS", None), (None, "marketCenterID=T"),
    ]  # fmt: skip


def test_names_in_any_order_with_spaces_are_read_the_same(write: Write) -> None:
    order = new_order(1, "100000.0", "O-1", handlingInstructions={"DISP": 10.25, "NH": True}, price=10.5, orderType="LMT")
    plain = events(write(NAME, lines([order])), "x").drop("content")
    for text in (json.dumps(order, sort_keys=True), json.dumps(order, separators=(" , ", " : "))):
        assert_frame_equal(events(write(NAME, text), "x").drop("content"), plain)
    assert plain["handling"].item() == "DISP=10.25|NH"


def test_a_list_of_records_that_is_no_cat_file_is_not_taken_for_one() -> None:
    with pytest.raises(Problem):
        identify("x.json", b'[{"type":"order","id":1}]')


def test_a_broken_record_of_several_lines_is_one_reject_and_the_next_is_read(write: Write) -> None:
    first, third = (json.dumps(new_order(number, "100000.0", f"O-{number}"), indent=2) for number in (1, 3))
    path = write(NAME, f'{first}\n{{\n  "actionType": "NEW",\n  "type": oops\n}}\n{third}\n')
    assert (events(path)["order_id"].to_list(), rejects(path)) == (["O-1", "O-3"], [(first.count("\n") + 2, "not JSON")])


def test_a_file_that_breaks_off_gives_what_stands_before_it(write: Write) -> None:
    text = lines([new_order(number, "100000.0", f"O-{number}") for number in range(4000)])
    path = write(NAME + ".bz2", bz2.compress(text.encode())[:-2000])
    records, accepted, rejected, skipped = counts(batches(path))
    assert (records, skipped, accepted + rejected) == (accepted + rejected, 0, records)
    assert rejects(path)[-1][1] == "the bzip2 archive breaks off before its end"
