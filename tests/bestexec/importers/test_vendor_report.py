"""A vendor's own report: exact claims, each in its metric's unit, from text and from workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from bestexec import metrics
from bestexec.errors import Problem
from bestexec.importers import workbooks
from bestexec.importers.vendor_metrics import METRIC_BY_NAME, NAMED_METRICS, NAMED_UNITS, plain

from .conftest import ReadWhole

Write = Callable[[str, str | bytes], Path]
HEADER = "vendor,metric,value,unit,period_from,period_to"
REPORT = f"""{HEADER},venue,symbol,order_type,size,shares,orders,comment
ROUTER,Effective/Quoted,94.1176,%,2026-07-01,2026-09-30,,,market,,120000,800,fine
ROUTER,net_price_improvement,0.0025,$/share,2026-07-01,2026-09-30,XVVV,,,100-499,,,
ROUTER,Average Execution-Speed,12.5,ms,20260701,20260930,,abc,,,,,
ROUTER,Fill rate,1,fraction,2026-07-01,2026-09-30,,,,,,,
"""


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    """A workbook with those sheets; dates are cells with a date's format."""
    book = xlsxwriter.Workbook(path)
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, as_date)
                elif cell is not None:
                    sheet.write(row, column, cell)
    book.close()
    return path


JULY, SEPTEMBER = date(2026, 7, 1), date(2026, 9, 30)
SHEET: list[list[object]] = [
    ["Execution quality, third quarter"],
    [],
    ["Vendor", "Metric", "Value", "Unit", "Period_from", "Period_to", "Shares"],
    ["ROUTER", "E/Q", 94.1176, "%", JULY, SEPTEMBER, 120_000],
    [],
    ["ROUTER", "E/Q", "#N/A", "%", JULY, SEPTEMBER, None],
    ["ROUTER", "VWAP slippage", -0.1, "bps", JULY, SEPTEMBER, None],
]


def test_each_figure_is_kept_in_its_metrics_unit_exactly(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("q3.csv", REPORT))
    assert (whole.importer, whole.records, whole.accepted, whole.notes) == ("vendor_report", 4, 4, ("columns left out: comment",))
    rows = whole.tables["claimed_figures"]
    assert rows.select("metric", "metric_as_named", "claimed_value", "unit", "unit_as_named", "line").rows() == [
        ("effective_over_quoted", "Effective/Quoted", Decimal("0.941176"), "fraction", "%", 2),
        ("net_price_improvement", "net_price_improvement", Decimal("0.0025"), "$/share", "$/share", 3),
        ("mean_time_to_execution", "Average Execution-Speed", Decimal(12_500_000), "ns", "ms", 4),
        ("fill_rate", "Fill rate", Decimal(1), "fraction", "fraction", 5),
    ]
    assert rows.select("period_from_on", "period_to_on").unique().rows() == [(JULY, SEPTEMBER)]
    assert rows.select("venue", "symbol", "order_type", "size_group", "claimed_shares", "claimed_orders").rows() == [
        (None, None, "market", None, 120_000, 800), ("XVVV", None, None, "100-499", None, None), (None, "ABC", None, None, None, None), (None,) * 6,
    ]  # fmt: skip


@pytest.mark.parametrize(("line", "reason"), [
    ("ROUTER,Sharpe ratio,1,ratio,2026-07-01,2026-09-30", "metric: not a metric that we know; write its key"),
    ("ROUTER,E/Q,94,furlongs,2026-07-01,2026-09-30", f"unit: not one of {', '.join(NAMED_UNITS)}"),
    ("ROUTER,E/Q,94,ms,2026-07-01,2026-09-30", "the unit is none of this metric"),
    ("ROUTER,E/Q,94%,%,2026-07-01,2026-09-30", "value: not a plain decimal number"),
    ("ROUTER,E/Q,94,%,2026-09-30,2026-07-01", "the period ends before it begins"),
    ("ROUTER,E/Q,94,%,2026-07-01,", "period_to: missing"),
    (",E/Q,94,%,2026-07-01,2026-09-30", "vendor: missing"),
    ("ROUTER,E/Q,94,%", "4 fields where 6 belong"),
])  # fmt: skip
def test_what_cannot_be_read_as_a_claim_is_a_reject_and_is_not_guessed(read_whole: ReadWhole, write: Write, line: str, reason: str) -> None:
    whole = read_whole(write("q3.csv", f"{HEADER}\n{line}\n"))
    assert (whole.records, whole.accepted, [(reject.line, reject.reason) for reject in whole.rejects]) == (1, 0, [(2, reason)])


def test_a_workbook_is_read_from_its_first_sheet_with_the_header(read_whole: ReadWhole, tmp_path: Path) -> None:
    whole = read_whole(workbook(tmp_path / "q3.xlsx", [["Contents"], ["see the next sheet"]], SHEET))
    assert (whole.importer, whole.records, whole.accepted, whole.skipped) == ("vendor_report", 4, 2, {"blank line": 1})
    assert whole.tables["claimed_figures"].select("metric", "claimed_value", "claimed_shares", "period_from_on", "line").rows() == [
        ("effective_over_quoted", Decimal("0.941176"), 120_000, JULY, 4), ("vwap_slippage_bps", Decimal("-0.1"), None, JULY, 7),
    ]  # fmt: skip
    assert [(reject.line, reject.reason, reject.text) for reject in whole.rejects] == [(6, "value: not a plain decimal number", "#N/A")]
    assert whole.notes == ("read from row 3 on of the sheet 'Sheet2'", "numbers of a workbook are binary floating point; their shortest decimal form was read")


def test_a_workbook_and_the_same_text_give_the_same_claims(read_whole: ReadWhole, write: Write, tmp_path: Path) -> None:
    rows = [line.split(",") for line in REPORT.splitlines()]
    numbers = [[float(cell) if index == 2 and row else cell for index, cell in enumerate(cells)] for row, cells in enumerate(rows)]
    of_text, of_sheet = read_whole(write("q3.csv", REPORT)), read_whole(workbook(tmp_path / "q3.xlsx", numbers))
    assert of_sheet.tables["claimed_figures"].equals(of_text.tables["claimed_figures"])


def test_a_workbook_without_the_header_is_a_problem(read_whole: ReadWhole, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"no sheet has the header \(Sheet1, Sheet2\)"):
        read_whole(workbook(tmp_path / "q3.xlsx", [["a"]], [["metric", "value"]]))


def test_a_workbook_that_swells_is_not_opened(read_whole: ReadWhole, tmp_path: Path) -> None:
    path = workbook(tmp_path / "q3.xlsx", SHEET)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/large.bin", bytes(workbooks.MOST_BYTES + 1))
    assert path.stat().st_size < 200_000
    with pytest.raises(Problem, match="unpacks to more than 64 MB"):
        read_whole(path)


def test_a_damaged_workbook_is_a_problem(read_whole: ReadWhole, tmp_path: Path) -> None:
    path = workbook(tmp_path / "q3.xlsx", SHEET)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content[: len(content) // 2] if name.endswith("sheet1.xml") else content)
    path.write_bytes(packed.getvalue())
    with pytest.raises(Problem, match="not a readable workbook"):
        read_whole(path)


def test_every_name_leads_to_a_metric_of_ours_in_its_unit() -> None:
    kept = {"nanoseconds, printed as milliseconds": "ns", "fraction, printed as percent": "fraction"}
    ours = {metric.key: kept.get(metric.unit.name, metric.unit.symbol) for metric in metrics.METRICS if metric.on != "trades"}
    assert {named.key: named.unit for named in NAMED_METRICS} == {named.key: ours[named.key] for named in NAMED_METRICS}
    assert {named.unit for named in NAMED_METRICS} == {unit for unit, _ in NAMED_UNITS.values()}


def test_no_name_is_of_two_metrics() -> None:
    names = [plain(name) for named in NAMED_METRICS for name in {plain(name): name for name in (named.key, *named.names)}]
    assert sorted(names) == sorted(METRIC_BY_NAME)
