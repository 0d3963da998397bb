"""Our own blotter: any canonical table, as text or Parquet, exact and with every bad row told."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.schema import FILLS, TABLES, Column

Write = Callable[[str, str | bytes], Path]

HEADER = "firm,key_on,order_id,fill_id,traded_on,symbol,side,qty,px,filled_at,liquidity,fee_usd"
GOOD = "F1,2026-01-05,o1,f1,2026-01-05,NULL,B,100.5,10.12345678,2026-01-05T09:30:00.123456789-05:00,removed,-0.0032"
FILLED_AT = 1_767_623_400_123_456_789  # 2026-01-05T14:30:00.123456789Z, see test_cells


def sample(column: Column) -> str:
    """A text that any column of that type and name takes."""
    if column.values:
        return column.values[0]
    if column.name.endswith("_at") and column.dtype == pl.Int64:
        return "2026-01-05T14:30:00.123456789Z"
    by_type = {pl.Date(): "2026-01-05", pl.Int8(): "-1", pl.Boolean(): "true", pl.Int64(): "7", pl.String(): "NA"}
    return by_type.get(column.dtype, "12.5")


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_of_every_table_is_read_exactly(table, separator, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    columns = [column for column in table.columns if column.name != "line"]
    whole = read_whole(write("x.txt", separator.join(c.name for c in columns) + "\n" + separator.join(map(sample, columns)) + "\n"))
    assert (whole.importer, whole.records, whole.accepted, whole.reasons) == ("blotter", 1, 1, [])
    at = 1_767_623_400_123_456_789
    values = {pl.Date(): date(2026, 1, 5), pl.Int8(): -1, pl.Boolean(): True, pl.String(): "NA"}
    for column in columns:
        expected = column.values[0] if column.values else values.get(column.dtype, Decimal("12.5"))
        if column.dtype == pl.Int64:
            expected = at if column.name.endswith("_at") else 7
        assert whole.tables[table.name][column.name].item() == expected, column.name
    assert whole.tables[table.name]["line"].item() == 2


def test_a_fill_keeps_its_nanosecond_its_last_digit_and_its_line(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    fill = read_whole(write("fills.csv", f"{HEADER}\n{GOOD}\n")).tables["fills"].row(0, named=True)
    assert {name: fill[name] for name in ("symbol", "side", "qty", "px", "filled_at", "fee_usd", "line", "venue")} == {
        "symbol": "NULL", "side": 1, "qty": Decimal("100.5"), "px": Decimal("10.12345678"), "filled_at": FILLED_AT, "fee_usd": Decimal("-0.0032"),
        "line": 2, "venue": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("10.12345678", "NaN", "px: not a plain decimal number"),
        ("10.12345678", "-10", "px: not above 0"),
        ("10.12345678", "0", "px: not above 0"),
        ("10.12345678", "10.123456789", "px: more than 8 decimals"),
        ("10.12345678", "", "px: missing"),
        ("100.5", "0", "qty: not above 0"),
        ("100.5", "100.5000001", "qty: more than 6 decimals"),
        ("removed", "taken", "liquidity: not one of added, removed, midpoint, auction, routed"),
        (",B,", ",X,", "side: not a side (+1, -1, B, S, buy, sell)"),
        ("09:30:00.123456789-05:00", "09:30:00.123456789", "filled_at: a time without an offset; state one, or import with --zone"),
        ("F1,", ",", "firm: missing"),
    ],
)
def test_a_bad_field_is_a_reject_with_its_line_and_text_and_its_neighbors_stand(good, bad, reason, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    broken = GOOD.replace(good, bad, 1)
    whole = read_whole(write("fills.csv", f"{HEADER}\n{GOOD}\n\n{broken}\n{GOOD}\n"))
    assert (whole.records, whole.accepted, whole.skipped) == (4, 2, {"blank line": 1})
    assert [(line, why) for line, why, _ in whole.reasons] == [(4, reason)]
    assert whole.tables["fills"]["line"].to_list() == [2, 5]


def test_a_zone_makes_naive_times_exact_and_tells_those_that_the_clock_change_spoils(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    def at(text: str) -> str:
        return GOOD.replace("2026-01-05T09:30:00.123456789-05:00", text)

    lines = [at("2026-01-05T09:30:00.123456789"), at("2026-03-08T02:30:00"), at("2026-11-01T01:30:00"), at("2026-11-01T00:30:00")]
    whole = read_whole(write("fills.csv", "\n".join([HEADER, *lines])), zone="America/New_York")
    assert whole.tables["fills"]["filled_at"].to_list() == [FILLED_AT, 1_793_507_400_000_000_000]  # 04:30 UTC of day 20,758
    assert whole.reasons == [
        (3, "filled_at: never shown by clocks in America/New_York: they went forward", "2026-03-08T02:30:00"),
        (4, "filled_at: shown twice by clocks in America/New_York: they went back", "2026-11-01T01:30:00"),
    ]


def test_an_unknown_zone_is_a_problem(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem, match="no time zone is named 'Mars/Olympus'"):
        read_whole(write("fills.csv", f"{HEADER}\n{GOOD}\n"), zone="Mars/Olympus")


def test_dates_left_out_are_the_trading_date_of_the_instant(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    """20:30 on Monday the 5th in New York belongs to Tuesday's session; midday on Saturday the 10th leads into Monday the 12th."""
    header = "firm,order_id,symbol,side,qty,order_type,received_at"
    times = ("2026-01-05T09:30:00-05:00", "2026-01-05T20:30:00-05:00", "2026-01-10T12:00:00-05:00")
    whole = read_whole(write("orders.csv", "\n".join([header, *(f"F,o{n},IBM,S,1,market,{at}" for n, at in enumerate(times))])))
    assert whole.tables["orders"]["key_on"].to_list() == [date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 12)]
    assert whole.notes == ("key_on is the trading date of received_at",)


def test_a_date_that_no_calendar_covers_must_be_stated(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    header = "firm,key_on,order_id,symbol,side,qty,order_type,received_at"
    whole = read_whole(write("orders.csv", f"{header}\nF,,o1,IBM,S,1,market,1975-01-06T12:00:00Z\nF,1975-01-06,o2,IBM,S,1,market,1975-01-06T12:00:00Z\n"))
    assert [(line, why) for line, why, _ in whole.reasons] == [(2, "received_at is on no trading calendar; state key_on")]
    assert whole.tables["orders"]["key_on"].to_list() == [date(1975, 1, 6)]


def test_the_firm_may_be_stated_once_for_the_file(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    path = write("fills.csv", f"{HEADER.removeprefix('firm,')}\n{GOOD.removeprefix('F1,')}\n")
    assert read_whole(path, firm="ACME").tables["fills"]["firm"].to_list() == ["ACME"]
    with pytest.raises(Problem, match="no firm is named"):
        read_whole(path)


def test_a_misspelled_column_stops_the_import_and_names_the_right_one(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem) as raised:
        read_whole(write("fills.csv", f"{HEADER},liquidty_raw\n{GOOD},A\n"))
    assert (raised.value.what, raised.value.do) == ("fills has no column 'liquidty_raw'", "rename it to 'liquidity_raw'")


def test_a_column_twice_in_the_header_stops_the_import(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem, match="the column 'px' stands twice"):
        read_whole(write("fills.csv", f"{HEADER},px\n{GOOD},11\n"))


def test_a_column_line_is_passed_over(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("fills.csv", f"line,{HEADER}\n99,{GOOD}\n"))
    assert whole.tables["fills"]["line"].to_list() == [2]
    assert whole.notes == ("the column `line` was passed over; a row's line is the file's own",)


def test_a_header_alone_is_no_record_and_says_so(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("fills.csv", f"{HEADER}\n"))
    assert (whole.records, whole.accepted, whole.rejects, whole.notes) == (0, 0, (), ("the file has a header and no records",))


def test_rows_with_another_separator_are_rejects(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("fills.csv", f"{HEADER}\n{GOOD.replace(',', ';')}\n"))
    assert [(line, why) for line, why, _ in whole.reasons] == [(2, "1 fields where 12 belong")]


def test_a_packed_file_reads_as_the_plain_one(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    text = f"{HEADER}\n{GOOD}\n".encode()
    plain, packed = read_whole(write("a.csv", text)), read_whole(write("a.csv.gz", gzip.compress(text)))
    assert packed.tables["fills"].equals(plain.tables["fills"])


def typed() -> pl.DataFrame:
    at = pl.Series([FILLED_AT], dtype=pl.Int64)
    return pl.DataFrame({"firm": ["F1"], "order_id": ["o1"], "fill_id": ["f1"], "symbol": ["nan"], "side": [1], "qty": [100]}).with_columns(
        px=pl.lit("10.12345678").cast(pl.Decimal(18, 8)),
        filled_at=at.cast(pl.Datetime("ns", "UTC")),
        traded_on=pl.lit(date(2026, 1, 5)),
        is_busted=pl.lit(value=False),
    )


def parquet(frame: pl.DataFrame, folder: Path) -> Path:
    path = folder / "fills.parquet"
    frame.write_parquet(path)
    return path


def test_typed_parquet_reads_exactly(tmp_path, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(parquet(pl.concat([typed()] * 3), tmp_path))
    fills = whole.tables["fills"]
    assert fills.select("symbol", "side", "qty", "px", "filled_at", "traded_on", "is_busted", "key_on").unique().rows() == [
        ("NAN", 1, Decimal(100), Decimal("10.12345678"), FILLED_AT, date(2026, 1, 5), False, date(2026, 1, 5))
    ]
    assert fills["line"].to_list() == [1, 2, 3]


def test_our_own_tables_written_as_parquet_read_back_the_same(write, tmp_path, read_whole) -> None:  # type: ignore[no-untyped-def]
    fills = read_whole(write("fills.csv", f"{HEADER}\n{GOOD}\n")).tables["fills"]
    again = read_whole(parquet(fills, tmp_path)).tables["fills"]
    assert again.drop("line").equals(fills.drop("line"))


def test_parquet_in_an_archive_and_with_naive_times(tmp_path, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    naive = typed().with_columns(filled_at=pl.lit(datetime(2026, 1, 5, 9, 30, 0, 123456)).cast(pl.Datetime("us")))  # noqa: DTZ001  # naive is the point
    packed = write("fills.parquet.gz", gzip.compress(parquet(naive, tmp_path).read_bytes()))
    assert read_whole(packed, zone="America/New_York").tables["fills"]["filled_at"].to_list() == [1_767_623_400_123_456_000]
    assert [why for _, why, _ in read_whole(packed).reasons] == ["filled_at: a time without an offset; state one, or import with --zone"]


def test_binary_prices_read_by_their_shortest_decimal_and_are_noted(tmp_path, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(parquet(pl.concat([typed().with_columns(px=pl.lit(value)) for value in (0.1, 183.63, float("nan"))]), tmp_path))
    assert whole.tables["fills"]["px"].to_list() == [Decimal("0.1"), Decimal("183.63")]
    assert whole.reasons == [(3, "px: not a plain decimal number", "NaN")]
    assert "px is binary floating point; its shortest decimal form was read" in whole.notes


def test_parquet_that_is_no_table_or_is_torn_is_a_problem(tmp_path, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem, match="not those of any canonical table"):
        read_whole(parquet(pl.DataFrame({"a": [1]}), tmp_path))
    with pytest.raises(Problem, match="not a readable Parquet file"):
        read_whole(write("torn.parquet", parquet(typed(), tmp_path).read_bytes()[:-20]))
    with pytest.raises(Problem, match="the column 'symbol' is of type List"):
        read_whole(parquet(typed().with_columns(symbol=pl.lit([1, 2])), tmp_path))


def test_bad_lines_among_good_ones_add_up(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = [GOOD.replace("f1", f"f{n}") if n % 7 else f"bad line {n}" for n in range(500)]
    path = write("fills.csv", "\n".join([HEADER, *lines]))
    whole = read_whole(path)
    assert (whole.records, whole.accepted, len(whole.rejects)) == (500, 428, 72)  # 72 of 0…499 divide by 7
    assert whole.tables["fills"].schema == FILLS.schema
