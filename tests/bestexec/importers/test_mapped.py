"""Files of a firm's own: a mapping is proposed from names and values, confirmed once, kept as data, and read to the last digit."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.importers.base import Kept
from bestexec.importers.mapped.forms import DAYS, INSTANT_FORMS, INSTANTS, NUMBERS, as_day, as_instant, as_number, matching
from bestexec.importers.mapped.mapping import Mapping, as_toml, load, mappings_in, save
from bestexec.importers.mapped.proposing import Proposal, propose
from bestexec.importers.mapped.reading import Mapped

OMS = """Order ID,Exec ID,Ticker,B/S,Order Qty,Order Type,Order Time,Exec Qty,Exec Price,Trade Date,Exec Time,Last Mkt,Add/Remove,Note
A1,E1,IBM,B,500,LMT,01/05/2026 09:30:00.100,200,"$1,210.50",01/05/2026,09:30:00.250,NASDAQ,R,fast
A1,E2,IBM,B,500,LMT,01/05/2026 09:30:00.100,300,"$1,210.55",01/06/2026,09:30:01.000,XNYS,A,
A2,,MSFT,SS,100,MKT,01/13/2026 10:00:00,,,,,,,
A3,E3,MSFT,B,10,MKT,01/13/2026 10:00:00,10,$20.00,01/13/2026,10:00:00.5,MOONBASE,A,
"""
RECEIVED = 1_767_623_400_100_000_000
"""2026-01-05 09:30:00.100 in New York is 14:30:00.100 UTC: 20,458 days, 52,200 seconds and a tenth."""


@pytest.fixture
def oms(tmp_path: Path) -> Path:
    path = tmp_path / "Executions_20260105.csv"
    path.write_text(OMS, encoding="utf-8")
    return path


def complete(path: Path) -> Proposal:
    return propose(path, zone="America/New_York", stated={"firm": "ACME", "vendor": "vendor_a"})


def read(mapping: Mapping, path: Path) -> tuple[dict[str, pl.DataFrame], list[tuple[int, str]], int, int, tuple[str, ...]]:
    (batch,) = Mapped(mapping).read((Kept(path.name, path, "", 0),))
    return dict(batch.tables), [(reject.line, reject.reason) for reject in batch.rejects], batch.records, batch.accepted, batch.notes


def test_what_each_column_fills_is_proposed_with_samples_and_doubts(oms: Path) -> None:
    told = propose(oms)
    fills = {guess.source: guess.fills for guess in told.guesses}
    assert fills == {
        "Order ID": "orders.order_id, fills.order_id", "Exec ID": "fills.fill_id", "Ticker": "orders.symbol, fills.symbol",
        "B/S": "orders.side, orders.is_short, fills.side", "Order Qty": "orders.qty", "Order Type": "orders.order_type", "Order Time": "orders.received_at",
        "Exec Qty": "fills.qty", "Exec Price": "fills.px", "Trade Date": "fills.traded_on, fills.filled_at", "Exec Time": "fills.filled_at",
        "Last Mkt": "fills.venue_raw", "Add/Remove": "fills.liquidity", "Note": "",
    }  # fmt: skip
    by_source = {guess.source: guess for guess in told.guesses}
    assert by_source["Exec Price"].samples == ("$1,210.50", "$1,210.55", "$20.00")
    assert all(0 < guess.confidence <= 1 for guess in told.guesses if guess.fills)
    assert told.lacking == (
        "orders.firm: state it with --firm", "orders: its times name no zone; state it with --zone, such as America/New_York",
        "fills.firm: state it with --firm", "fills: its times name no zone; state it with --zone, such as America/New_York",
    )  # fmt: skip
    assert complete(oms).lacking == ()


def test_orders_repeated_on_their_fills_are_rows_once_and_every_value_is_exact(oms: Path) -> None:
    tables, rejects, records, accepted, notes = read(complete(oms).mapping, oms)
    assert (records, accepted, rejects) == (4, 4, [])
    orders, fills = tables["orders"], tables["fills"]
    assert orders.select("order_id", "symbol", "side", "qty", "order_type", "is_short", "vendor", "line").rows() == [
        ("A1", "IBM", 1, Decimal(500), "limit", False, "vendor_a", 2),
        ("A2", "MSFT", -1, Decimal(100), "market", True, "vendor_a", 4),
        ("A3", "MSFT", 1, Decimal(10), "market", False, "vendor_a", 5),
    ]
    assert orders["received_at"][0] == RECEIVED
    assert fills.select("order_id", "fill_id", "qty", "px", "venue", "venue_raw", "liquidity").rows() == [
        ("A1", "E1", Decimal(200), Decimal("1210.5"), "XNAS", "NASDAQ", "removed"),
        ("A1", "E2", Decimal(300), Decimal("1210.55"), "XNYS", "XNYS", "added"),
        ("A3", "E3", Decimal(10), Decimal(20), None, "MOONBASE", "added"),
    ]
    assert fills["filled_at"][0] == RECEIVED + 150_000_000
    assert "venues that no table of venues knows: MOONBASE" in notes
    assert fills["filled_resolution_ns"].to_list() == [1_000_000, 1_000_000, 100_000_000]
    assert orders["received_resolution_ns"].to_list() == [1_000_000, 1_000_000_000, 1_000_000_000]
    assert fills["filled_source"].unique().to_list() == ["Trade Date + Exec Time"]


def test_a_fill_of_a_later_day_stays_with_its_order(oms: Path) -> None:
    fills = read(complete(oms).mapping, oms)[0]["fills"]
    assert fills.filter(pl.col("fill_id") == "E2").select("key_on", "traded_on").row(0) == (date(2026, 1, 5), date(2026, 1, 6))


def test_a_bad_record_is_a_reject_with_its_line_and_leaves_no_half(oms: Path) -> None:
    told = complete(oms).mapping
    oms.write_text(OMS.replace("A3,E3,MSFT,B,10,MKT", "A3,E3,MSFT,X,10,MKT").replace("A2,,MSFT", ",,MSFT") + "A4,E4,IBM\n", encoding="utf-8")
    tables, rejects, records, accepted, _ = read(told, oms)
    assert (records, accepted) == (5, 2)
    assert sorted(rejects) == [
        (4, "no order_id or fill_id in it"), (5, "side: not a side (+1, -1, B, S, buy, sell)"), (6, "3 fields where 14 belong"),
    ]  # fmt: skip
    assert set(tables["orders"]["order_id"]) | set(tables["fills"]["order_id"]) == {"A1"}


def test_a_mapping_is_kept_as_text_that_a_person_can_read_and_comes_back_the_same(oms: Path, tmp_path: Path) -> None:
    mapping = complete(oms).mapping
    path = save(mapping, tmp_path / "mappings")
    assert load(path) == mapping
    assert 'filled_at = { from = ["Trade Date", "Exec Time"], form = "m/d/y" }' in as_toml(mapping)
    save(mapping, tmp_path / "mappings")
    other = Mapping(mapping.name, mapping.header, {"fills": mapping.tables["fills"]}, mapping.separator)
    with pytest.raises(Problem, match="another mapping of this name"):
        save(other, tmp_path / "mappings")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("name = 1 2", "not a mapping"),
        ('name = "x"\nheader = ["a"]\n[nothing]\nb = { from = "a" }', "there is no table 'nothing'"),
        ('name = "x"\nheader = ["a"]\n[fills]\nprice = { from = "a" }', "fills has no column 'price' to fill"),
        ('name = "x"\nheader = ["a"]\n[fills]\npx = { from = "b" }', "the header has no 'b'"),
        ('name = "x"\nheader = ["a"]\n[fills]\npx = { from = "a", form = "d/m/y" }', "there is no form 'd/m/y' for it"),
        ('name = "x"\nheader = ["a"]\n[fills]\npx = { from = "a", is = "1" }', "is filled `from` columns"),
        ('name = "X y"\nheader = ["a"]\n[fills]\npx = { from = "a" }', "a mapping has a name"),
    ],
)
def test_a_broken_mapping_says_what_is_wrong_and_where(wrong: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(wrong, encoding="utf-8")
    with pytest.raises(Problem, match=words):
        mappings_in(tmp_path)


def test_two_mappings_of_one_header_are_refused(oms: Path, tmp_path: Path) -> None:
    mapping = complete(oms).mapping
    save(mapping, tmp_path / "m")
    save(Mapping("twin", mapping.header, mapping.tables), tmp_path / "m")
    with pytest.raises(Problem, match="read the same header"):
        mappings_in(tmp_path / "m")


@pytest.mark.parametrize(
    ("form", "text", "iso"),
    [
        ("m/d/y", "1/5/2026 2:30:00.25 PM", "2026-01-05T14:30:00.25"),
        ("m/d/y", "12/31/2026 12:00:00 AM", "2026-12-31T00:00:00"),
        ("m/d/y", "12/31/2026 12:00:00 pm", "2026-12-31T12:00:00"),
        ("d/m/y", "5.1.2026 9:30", "2026-01-05T09:30:00"),
        ("fix", "20260105-14:30:00.123456789", "2026-01-05T14:30:00.123456789Z"),
        ("ymd", "20260105T093000.5-0500", "2026-01-05T09:30:00.5-0500"),
        ("d-mon-y", "05-Jan-2026 09:30:00", "2026-01-05T09:30:00"),
        ("epoch s", "1767623400.5", "1767623400500000000"),
        ("epoch ms", "1767623400123", "1767623400123000000"),
        ("epoch us", "1767623400123456", "1767623400123456000"),
        ("epoch ns", "1767623400123456789", "1767623400123456789"),
        ("m/d/y", "yesterday", "yesterday"),
    ],
)
def test_each_form_of_an_instant_becomes_the_blotters_own(form: str, text: str, iso: str) -> None:
    assert pl.DataFrame({"t": [text]}).select(as_instant(pl.col("t"), INSTANTS[form])).item() == iso


def test_days_and_money_become_the_blotters_own() -> None:
    frame = pl.DataFrame({"t": ["5-Jan-2026", "(1,234.5)", "$ 12"]})
    assert frame.select(as_day(pl.col("t"), DAYS["d-mon-y"])).item(0, 0) == "2026-01-05"
    assert frame.select(as_number(pl.col("t"), NUMBERS["money"])).to_series().to_list()[1:] == ["-1234.5", "12"]


def test_day_first_is_told_from_month_first_by_the_values_and_doubted_when_both_fit(tmp_path: Path) -> None:
    assert [form.key for form in matching(pl.Series(["13/01/2026 10:00:00"]), INSTANT_FORMS)] == ["d/m/y"]
    assert [form.key for form in matching(pl.Series(["01/13/2026 10:00:00"]), INSTANT_FORMS)] == ["m/d/y"]
    path = tmp_path / "fills.csv"
    path.write_text("Order ID,Exec ID,Symbol,Side,Qty,Price,Exec Time\nA,E,IBM,B,1,2,01/02/2026 10:00:00\n", encoding="utf-8")
    doubts = {guess.source: guess.doubt for guess in propose(path).guesses}
    assert doubts["Exec Time"] == "day or month first? both can be read"


@pytest.mark.parametrize(
    ("text", "words"), [("just one column\n1\n", "no header of two or more"), ("a,b\n1,2\n", "nothing in it looks like orders, routes or fills")]
)
def test_a_file_that_nothing_can_be_proposed_for_is_a_problem(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem, match=words):
        propose(path)


def test_columns_may_stand_in_another_order_in_a_later_file(oms: Path, tmp_path: Path) -> None:
    mapping = complete(oms).mapping
    turned = tmp_path / "later.csv"
    lines = [line.split(",") for line in OMS.replace('"$1,210.50"', "1210.50").replace('"$1,210.55"', "1210.55").splitlines()]
    turned.write_text("\n".join(",".join(reversed(line)) for line in lines) + "\n", encoding="utf-8")
    assert Mapped(mapping).recognizes(turned.name, turned.read_bytes())
    before, after = read(mapping, oms)[0], read(mapping, turned)[0]
    assert all(before[table].equals(after[table]) for table in ("orders", "fills"))


@pytest.mark.parametrize("records", [pytest.param(3_000), pytest.param(100_000, marks=pytest.mark.proof)])
def test_no_mutated_record_crashes_it_or_is_lost(records: int, oms: Path, tmp_path: Path) -> None:
    mapping, chance = complete(oms).mapping, random.Random(605)
    head, *good = OMS.splitlines()
    path = tmp_path / "mutated.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(head + "\n")
        for _ in range(records):
            line = list(chance.choice(good))
            for _ in range(chance.randint(0, 4)):
                line[chance.randrange(len(line))] = chance.choice(["", ",", '"', "\t", "9", "A", "-", ".", "\u2028", "é", "0" * 30])
            file.write("".join(line) + "\n")
    batches = list(Mapped(mapping).read((Kept(path.name, path, "", 0),)))
    assert sum(batch.records for batch in batches) == records
    assert sum(batch.accepted + len(batch.rejects) + sum(batch.skipped.values()) for batch in batches) == records
    assert all(reject.reason and reject.line > 1 for batch in batches for reject in batch.rejects)
