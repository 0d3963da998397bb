"""Every table seen downloads as a workbook, CSV and Parquet, and is the same table when it is opened again."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import polars as pl
from django.test import Client

from bestexec import UNITS, Cell
from bestexec.runs import Run
from oversight.sheets import Column, Row, Sheet, download

NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
USD = next(unit for unit in UNITS if unit.symbol == "$")
FRACTION = next(unit for unit in UNITS if unit.symbol == "%")


def opened(content: bytes) -> list[list[str]]:
    """The first sheet of a workbook: cells as they are stored."""
    book = zipfile.ZipFile(io.BytesIO(content))
    texts = ["".join(node.itertext()) for node in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not sheet.findall(".//m:f", NS), "a formula"
    rows = []
    for row in sheet.findall(".//m:row", NS):
        cells = [(cell.get("t"), cell.findtext("m:v", "", NS)) for cell in row.findall("m:c", NS)]
        rows.append([texts[int(value)] if kind == "s" else value for kind, value in cells])
    return rows


def a_sheet() -> Sheet:
    columns = (Column("what", "What"), Column("cost", "Cost", USD), Column("part", "Part", FRACTION), Column("mixed", "Mixed"), Column("on", "On", kind="day"))
    rows = (
        Row(("=1+1", Decimal("1.23456789"), 0.123456789, Cell(0.5, FRACTION), date(2026, 9, 30))),
        Row(("plain", Decimal("-2.5"), None, "too few", None)),
    )
    return Sheet("costs", "Costs", columns, rows, ("a" * 64,), "By hand.")


def test_a_csv_has_units_in_its_headings_whole_numbers_and_no_formula() -> None:
    text = download(a_sheet(), "csv").content.decode()
    assert not text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text))) == [
        ["what", "cost [$]", "part [fraction]", "mixed", "on", "run_id"],
        ["'=1+1", "1.23456789", "0.123456789", "0.5", "2026-09-30", "a" * 64],
        ["plain", "-2.5", "", "too few", "", "a" * 64],
    ]


def test_a_workbook_has_the_whole_number_in_the_printed_scale_and_no_formula() -> None:
    assert opened(download(a_sheet(), "xlsx").content) == [
        ["What", "Cost, $", "Part, %", "Mixed", "On", "Run"],
        ["=1+1", "1.23456789", "12.3456789", "50", "46295", "a" * 64],
        ["plain", "-2.5", "too few", "a" * 64],
    ]


def test_parquet_keeps_decimals_and_days_as_what_they_are() -> None:
    frame = pl.read_parquet(io.BytesIO(download(a_sheet(), "parquet").content))
    assert frame.schema == {
        "what": pl.String, "cost [$]": pl.Decimal(38, 8), "part [fraction]": pl.Float64, "mixed": pl.String, "on": pl.Date, "run_id": pl.String,
    }  # fmt: skip
    assert frame["cost [$]"].to_list() == [Decimal("1.23456789"), Decimal("-2.5")]


def test_the_table_that_is_named_downloads_with_its_run(week: Callable[[], Run], browser: Callable[..., Client]) -> None:
    run = week()
    client = browser("auditor")
    sent = client.get("/scorecard/?by=vendor&sheet=by-vendor&format=parquet")
    assert sent.headers["Content-Disposition"] == f'attachment; filename="by-vendor-{run.id[:12]}.parquet"'
    frame = pl.read_parquet(io.BytesIO(sent.content))
    # vendor_b: 300 shares at the midpoint; vendor_a: 100 at the offer
    assert dict(zip(frame["vendor"], frame["effective_over_quoted [fraction]"], strict=True)) == {"vendor_b": 0.0, "vendor_a": 1.0}
    assert frame["run_id"].unique().to_list() == [run.id]


def test_a_file_has_every_row_of_a_long_list(bench: object, week: Callable[[], Run], browser: Callable[..., Client]) -> None:
    for place in range(120):
        bench.order(f"P{place:03}")  # type: ignore[attr-defined]  # the bench of this folder
    week()
    client = browser("analyst")
    assert "Page 1 of 2" in client.get("/orders/").content.decode()
    assert len(client.get("/orders/?format=csv").content.decode().splitlines()) == 1 + 120 + 3


def test_a_part_of_a_page_downloads_its_own_table_and_an_unknown_name_nothing(week: Callable[[], Run], browser: Callable[..., Client]) -> None:
    week()
    client = browser("analyst")
    part = client.get("/scorecard/trend/?metric=effective_over_quoted&per=day", headers={"hx-request": "true"}).content.decode()
    assert 'href="/scorecard/trend/?format=csv&amp;metric=effective_over_quoted&amp;per=day&amp;sheet=by-day"' in part
    assert client.get("/scorecard/?sheet=by-day&format=csv").status_code == 404
