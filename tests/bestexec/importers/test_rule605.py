"""Published Rule 605 files: exact values, and each broken rule told at its cell."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bestexec.errors import Problem
from bestexec.market.rule605 import DETAIL, LAYOUTS, rules_of
from bestexec.schema import BY_NAME

from .conftest import ReadWhole
from .filed_samples import BASES, DETAIL_LINE, RESTING_LINE, filed, header, line

Write = Callable[[str, str | bytes], Path]
REPEATED = "RptDate, Symbol, LotSizeFlag, OrderSize, OrderType"


def one(kind: str, base: dict[str, str] | None = None, /, **cells: str) -> str:
    return filed(kind, line(kind, base, **cells))


def test_every_field_fills_a_column_of_its_table_and_the_fields_are_numbered() -> None:
    for layout in LAYOUTS:
        assert [item.number for item in layout.fields] == list(range(1, len(layout.fields) + 1))
        assert {item.column for item in layout.fields} <= set(BY_NAME[layout.table].schema.names())
    assert [len(layout.fields) for layout in LAYOUTS] == [26, 55, 18]


def test_the_rule_of_a_line_names_fields_of_its_layout() -> None:
    assert [(layout.name, rule.key) for layout in LAYOUTS for rule in rules_of(layout) if layout.by_column(rule.names[0]) is None] == []


def test_a_legacy_line_is_read_in_seconds_and_shares(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("TEST202605.dat", one("legacy")))
    (row,) = whole.tables["published_605"].to_dicts()
    given = {name: value for name, value in row.items() if value is not None}
    assert given == {
        "month_on": date(2026, 5, 1), "participant": "T", "market_center": "TEST", "layout": "legacy", "symbol": "ABC", "order_class": "legacy_market",
        "size_code": 21, "size_from": 100, "size_below": 500, "order_count": 3, "ordered_shares": 300, "canceled_shares": 0, "executed_shares": 200,
        "executed_away_shares": 100, "shares_0s_to_9s": 100, "shares_10s_to_29s": 100, "shares_30s_to_59s": 50, "shares_60s_to_299s": 50,
        "shares_5min_to_30min": 0, "realized_spread_5min": Decimal("-0.0123"), "effective_spread": Decimal("0.0456"), "inside_shares": 100,
        "price_improvement": Decimal("0.01"), "inside_time_ns": 1_500_000_000, "at_quote_shares": 150, "at_quote_time_ns": 2_250_000_000,
        "outside_shares": 50, "price_disimprovement": Decimal("0.02"), "outside_time_ns": 12_000_000_001, "line": 1,
    }  # fmt: skip
    assert (whole.broken, whole.records, whole.accepted) == ([], 1, 1)
    assert whole.notes == ("Rule 605 report, legacy 26 fields",)


def test_an_amended_line_is_read_in_milliseconds_and_dollars(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("TEST202608.txt", one("detail")))
    (row,) = whole.tables["published_605"].to_dicts()
    assert (whole.broken, row["broken_rules"], row["layout"], row["lot_class"]) == ([], None, "amended", "round_lot")
    assert (row["month_on"], row["size_from"], row["size_below"]) == (date(2026, 8, 1), 1_000, 5_000)
    assert (row["ordered_notional_usd"], row["average_mid"], row["effective_over_quoted"]) == (4036, Decimal("10.0475"), Decimal("0.941176"))
    assert (row["inside_time_ns"], row["at_quote_time_ns"], row["outside_time_ns"]) == (3_500_000, 15_000_001, 1_500_000_000)
    assert (row["shares_1ms_to_10ms"], row["shares_10ms_to_1s"], row["shares_1s_to_10s"], row["shares_under_100us"]) == (200, 100, 100, None)
    assert (row["realized_spread_1min"], row["realized_spread_1min_pct"], row["realized_spread_1s"]) == (Decimal("0.02"), Decimal("0.001991"), None)


def test_a_resting_line_and_a_comma_for_a_bar(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", one("detail", RESTING_LINE).replace("|", ",")))
    (row,) = whole.tables["published_605"].to_dicts()
    assert (row["filled_order_count"], row["regular_way_shares"], row["regular_way_exchange_shares"], row["filled_order_time_ns"]) == (2, 190, 160, 80_000_000)
    assert whole.broken == []


def test_a_summary_line(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("TEST202608.csv", one("summary")))
    (row,) = whole.tables["published_605_summaries"].to_dicts()
    assert (row["stock_group"], row["summary_order_type"], row["size_from"], row["size_below"]) == ("other", "market", 1_000, 5_000)
    assert (row["net_price_improvement_pct"], row["mean_time_to_execution_ns"], row["realized_spread_15s_pct"]) == (Decimal("0.000249"), 380_500_000, None)
    assert whole.broken == []


@pytest.mark.parametrize("kind", BASES)
def test_zip_and_gzip_are_read_as_they_are(kind: str, read_whole: ReadWhole, tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(one(kind).encode()))
    assert read_whole(path).accepted == 1


@pytest.mark.parametrize("kind", ["detail", "summary"])
def test_a_header_without_lines_is_a_file_without_records(kind: str, read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", filed(kind)))
    assert (whole.records, whole.accepted, whole.broken) == (0, 0, [])


@pytest.mark.parametrize(("cells", "cell", "rule"), [
    ({"CvrdOrderCnclQty": "1"}, "CvrdOrderQty", "shares-add-up"),
    ({"CvrdOrderQtyto1sec": "101"}, "CvrdOrderQtyto100microsec", "buckets-add-up"),
    ({"ExctdOrderAtQuotQty": "99"}, "ExctdPIOrdersQty", "quote-groups-add-up"),
    ({"AvgEffctvSprdPct": "0.007964"}, "AvgEffctvSprdPct", "percent-of-midpoint"),
    ({"AvgRealSprdPct1min": "0.001993"}, "AvgRealSprdPct1min", "percent-of-midpoint"),
    ({"AvgEffctvSprdPct": ""}, "AvgEffctvSprdPct", "spread-missing"),
    ({"ExctdOrderMidPtAvg": ""}, "ExctdOrderMidPtAvg", "executed-missing"),
    ({"ExctdPIOrdWghtdAvgTime": ""}, "ExctdPIOrdWghtdAvgTime", "average-missing"),
    ({"ExctdPIOrderRltvBestPrWghtdAvg": "0.01"}, "ExctdPIOrderRltvBestPrWghtdAvg", "average-of-nothing"),
    ({"ExctdPIOrderRltvBestPrQty": "200", "ExctdPIOrderRltvBestPrWghtdAvg": "0.01", "ExctdOrderAtBestPrQty": "150", "ExctdOrderOutBestPrQty": "50",
      "ExctdOrderOutBestPrWghtdAvgAmt": "0.01"}, "ExctdPIOrderRltvBestPrQty", "best-displayed-no-worse"),
    ({"ExctdPIOrderRltvBestPrQty": "100", "ExctdPIOrderRltvBestPrWghtdAvg": "0.01", "ExctdOrderAtBestPrQty": "100", "ExctdOrderOutBestPrQty": "100",
      "ExctdOrderOutBestPrWghtdAvgAmt": "0.01"}, "ExctdPIOrderRltvBestPrQty", "best-displayed-add-up"),
    ({"RptDate": "202611"}, "ExctdPIOrderRltvBestPrQty", "best-displayed-add-up"),
    ({"ExctdOrderSizeBnchmrkQty": "401"}, "ExctdOrderSizeBnchmrkQty", "size-benchmark"),
    ({"ExctdSIOutsizedQty": "401"}, "ExctdSIOutsizedQty", "size-improved"),
    ({"CvrdOrderSize": "0.04"}, "CvrdOrderSize", "notional-sentinel"),
    ({"CvrdOrderSize": "399999996"}, "CvrdOrderSize", "notional-sentinel"),
    ({"CvrdOrderSize": "400000"}, "CvrdOrderSize", "notional-far"),
    ({"CvrdOrderSize": "10001"}, "CvrdOrderSize", "notional-outside-size"),
    ({"CvrdOrderCnt": ""}, "CvrdOrderCnt", "missing"),
    ({"ExctdPIOrdWghtdAvgTime": "-3.5"}, "ExctdPIOrdWghtdAvgTime", "range"),
    ({"ExctdOutQuotOrdWghtdAvgTime": "1500.0000001"}, "ExctdOutQuotOrdWghtdAvgTime", "exact"),
    ({"ExctdOrderAvgQuotSprd": "0.0850000"}, "ExctdOrderAvgQuotSprd", "decimals"),
])  # fmt: skip
def test_each_rule_about_an_amended_line_is_told_at_its_cell(read_whole: ReadWhole, write: Write, cells: dict[str, str], cell: str, rule: str) -> None:
    whole = read_whole(write("x.csv", one("detail", **cells)))
    assert (2, cell, rule) in whole.broken
    if whole.accepted:
        (row,) = whole.tables["published_605"].to_dicts()
        assert rule in row["broken_rules"].split(",")


def test_the_effective_spread_must_follow_from_the_quoted_one(read_whole: ReadWhole, write: Write) -> None:
    """0.085 − 2 × (200 × 0.015 − 100 × 0.02) / 400 = 0.08; with 0.016 it is 0.079."""
    whole = read_whole(write("x.csv", one("detail", ExctdPIOrdWghtdAvgAmtPerShare="0.016")))
    assert whole.broken == [(2, "AvgEffctvSprd", "effective-from-quoted")]
    text = whole.violations["text"].item()
    assert text == "AvgEffctvSprd 0.08, ExctdOrderAvgQuotSprd 0.085, ExctdPIOrdWghtdAvgAmtPerShare 0.016, ExctdOutQuotOrdWghtdAvgAmt 0.02"


def test_a_ratio_that_the_other_lines_do_not_share_is_told(read_whole: ReadWhole, write: Write) -> None:
    """0.08 / 0.085 = 0.941176. With cells of six decimals it lies within ± (5e-7 + 5e-7 × 1.94 / 0.085) ≈ 1.2e-5, and 0.9412 does not."""
    lines = [line("detail", Symbol=f"S{n}") for n in range(3)]
    whole = read_whole(write("x.csv", filed("detail", *lines, line("detail", AvgEFQPct="0.9412"))))
    assert whole.broken == [(5, "AvgEFQPct", "effective-over-quoted")]


def test_a_value_that_is_a_placeholder_is_left_out(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", one("detail", CvrdOrderSize="0.04")))
    (row,) = whole.tables["published_605"].to_dicts()
    assert (row["ordered_notional_usd"], row["broken_rules"]) == (None, "notional-sentinel")
    assert whole.notes[-1] == "rules broken: 1 × notional-sentinel"


@pytest.mark.parametrize(("cells", "reason"), [
    ({"RptDate": "202613"}, "RptDate: not a month written yyyymm"),
    ({"OrderType": "MKT"}, f"OrderType: not one of {', '.join(BASES['detail'][0].fields[6].words)}"),
    ({"Symbol": ""}, "Symbol: empty, and it may not be"),
    ({"CvrdOrderQty": "4O0"}, "CvrdOrderQty: not a number"),
    ({"AvgEffctvSprd": "0.123456789"}, "AvgEffctvSprd: more than 8 decimals or 10 digits"),
    ({"CvrdOrderCnt": "1.5"}, "CvrdOrderCnt: not a whole number"),
    ({"ExctdAtQuotOrdWghtdAvgTime": "9" * 29}, "ExctdAtQuotOrdWghtdAvgTime: more than 6 decimals or 12 digits"),
    ({"ExctdOrderMidPtAvg": "1" * 400}, "ExctdOrderMidPtAvg: more than 8 decimals or 10 digits"),
])  # fmt: skip
def test_a_line_that_cannot_be_read_is_a_reject(read_whole: ReadWhole, write: Write, cells: dict[str, str], reason: str) -> None:
    whole = read_whole(write("x.csv", one("detail", **cells)))
    assert (whole.records, whole.accepted, [(reject.line, reject.reason) for reject in whole.rejects]) == (1, 0, [(2, reason)])


def test_numbers_in_powers_of_ten_are_exact(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", one("summary", AvgPctQuotSprd="8.46e-03", AvgOrderSize="2.018E3")))
    (row,) = whole.tables["published_605_summaries"].to_dicts()
    assert (row["quoted_spread_pct"], row["average_order_usd"], whole.broken) == (Decimal("0.00846"), 2018, [])


def test_percent_is_told_from_fractions_for_each_file(read_whole: ReadWhole, write: Write) -> None:
    percent = read_whole(write("p.csv", one("detail", AvgEFQPct="94.117647", AvgEffctvSprdPct="0.796218", AvgRealSprdPct1min="0.199054")))
    (row,) = percent.tables["published_605"].to_dicts()
    assert (row["effective_over_quoted"], row["effective_spread_pct"], row["realized_spread_1min_pct"]) == (
        Decimal("0.94117647"), Decimal("0.00796218"), Decimal("0.00199054"),
    )  # fmt: skip
    assert percent.broken == []
    assert percent.notes[1:] == ("AvgEFQPct: filed in percent, kept as fractions", "percentages of the midpoint: filed in percent, kept as fractions")


def test_a_ratio_that_is_neither_is_left_out_and_said_of_the_file_and_of_each_line(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", one("detail", AvgEFQPct="7")))
    assert whole.tables["published_605"].select("effective_over_quoted", "broken_rules").rows() == [(None, "effective-over-quoted")]
    assert "AvgEFQPct: neither fractions nor percent, left out" in whole.notes


def test_a_ratio_without_the_spreads_that_would_show_its_scale_is_left_out(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", one("detail", ExctdOrderAvgQuotSprd="")))
    assert whole.tables["published_605"]["effective_over_quoted"].to_list() == [None]
    assert "AvgEFQPct: no line shows whether they are fractions or percent, left out" in whole.notes


def test_the_second_line_of_one_name_is_a_reject(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", filed("detail", line("detail"), line("detail", RESTING_LINE), line("detail", CvrdOrderCnt="3"))))
    assert [(reject.line, reject.reason) for reject in whole.rejects] == [(4, f"the same DsgntParticipant, RprtEntityCd, {REPEATED} as line 2")]
    assert whole.tables["published_605"]["line"].to_list() == [2, 3]


def test_a_lot_flag_that_nobody_explained_is_kept_and_not_guessed(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("x.csv", one("detail", LotSizeFlag="XYZ")))
    assert whole.tables["published_605"].select("lot_flag", "lot_class").rows() == [("XYZ", None)]
    assert "lot flags whose meaning is not known: XYZ" in whole.notes


def test_the_name_and_the_lines_must_say_one_month(read_whole: ReadWhole, write: Write) -> None:
    whole = read_whole(write("TEST202609.csv", filed("detail", line("detail"), line("detail", RptDate="202607"))))
    assert whole.broken == [(1, "file name", "file-name"), (1, "RptDate", "one-month")]


def test_a_header_in_another_order_is_told_and_read_by_name(read_whole: ReadWhole, write: Write) -> None:
    names, cells = header("summary").split(","), line("summary").split(",")
    swapped = [",".join([*items[:4], items[5], items[4], *items[6:]]) for items in (names, cells)]
    whole = read_whole(write("x.csv", "\r\n".join(swapped)))
    assert whole.broken == [(1, "header", "header")]
    assert whole.tables["published_605_summaries"].select("size_code", "summary_order_type").rows() == [(1_000, "market")]


def test_a_column_that_is_missing_or_strange_is_told(read_whole: ReadWhole, write: Write) -> None:
    text = one("detail").replace("|FilledOrderWghtdAvgTime", "|Comment")
    assert read_whole(write("x.csv", text)).broken == [(1, "FilledOrderWghtdAvgTime", "header"), (1, "Comment", "header")]


def test_a_header_without_what_names_a_line_is_a_problem(read_whole: ReadWhole, write: Write) -> None:
    text = one("detail").replace("|OrderType|", "|Kind|")
    with pytest.raises(Problem, match="the header lacks OrderType"):
        read_whole(write("x.csv", text))


@pytest.mark.parametrize(("cells", "rule"), [
    ({"executed_shares": "201"}, "shares-add-up"),
    ({"shares_5_30_min": "1"}, "buckets-add-up"),
    ({"outside_shares": "51"}, "quote-groups-add-up"),
    ({"average_effective_spread": ""}, "spread-missing"),
    ({"improved_shares": "0", "at_quote_shares": "250"}, "average-of-nothing"),
    ({"outside_time": "-1"}, "range"),
])  # fmt: skip
def test_each_rule_about_a_legacy_line(read_whole: ReadWhole, write: Write, cells: dict[str, str], rule: str) -> None:
    whole = read_whole(write("x.dat", one("legacy", **cells)))
    assert rule in {found for _, _, found in whole.broken}


def test_a_legacy_zero_for_an_average_of_nothing_is_how_it_was_written(read_whole: ReadWhole, write: Write) -> None:
    cells = {"outside_shares": "0", "outside_amount": "0.0000", "outside_time": "0.0", "at_quote_shares": "200"}
    assert read_whole(write("x.dat", one("legacy", **cells))).broken == []


def test_orders_without_executions_need_their_sizes_alone(read_whole: ReadWhole, write: Write) -> None:
    empty = dict.fromkeys([item.name for item in BASES["summary"][0].fields[8:]], "")
    assert read_whole(write("x.csv", one("summary", **empty))).broken == []
    assert read_whole(write("y.csv", one("summary", **{**empty, "PctExctdPI": "0.5"}))).broken == [
        (2, name, "executed-missing") for name in ("ExctdOrderMidPtAvg", "PctExctdAtQuotOrBetter", "WghtdAvgPctPI", "AvgEffctvSprdPct", "AvgPctQuotSprd")
    ] + [(2, "AvgRealSprdPct1min", "executed-missing"), (2, "WghtdAvgExctnTime", "executed-missing")]


def test_every_name_of_the_made_up_line_is_a_field_of_the_layout() -> None:
    assert set(DETAIL_LINE) <= {item.name for item in DETAIL.fields}


def test_the_good_sample_of_the_sec_breaks_no_rule(read_whole: ReadWhole, data: Path) -> None:
    whole = read_whole(data / "rule605_sec_oes/sample.csv")
    assert (whole.records, whole.accepted, whole.broken) == (35, 35, [])
    assert whole.notes == ("Rule 605 summary report", "AvgEFQPct: filed as fractions")


def test_the_bad_sample_of_the_sec_is_told_row_by_row(read_whole: ReadWhole, data: Path) -> None:
    """By the SEC's metadata; what an average value says of its size group, and that a line is half filled, by its guide."""
    whole = read_whole(data / "rule605_sec_oes/ng.csv")
    assert whole.broken == [
        (2, "RptDate", "month"), (2, "Sp500", "word"), (2, "OrderSize", "word"), (2, "OrderType", "word"), (2, "AvgOrderQty", "range"),
        (2, "AvgOrderSize", "number"), (2, "ExctdOrderMidPtAvg", "number"), (2, "PctExctdAtQuotOrBetter", "range"), (2, "PctExctdPI", "number"),
        (2, "WghtdAvgPctPI", "number"), (2, "AvgEffctvSprdPct", "number"), (2, "AvgEFQPct", "number"), (2, "WghtdAvgExctnTime", "range"),
        (3, "OrderType", "word"), (3, "AvgOrderQty", "missing"), (3, "AvgOrderSize", "missing"),
        (6, "AvgPctQuotSprd", "range"),
        (8, "AvgOrderSize", "notional-outside-size"),
        (32, "", "named-twice"),
        (33, "AvgOrderSize", "notional-outside-size"), (33, "WghtdAvgExctnTime", "executed-missing"),
        (40, "AvgPctQuotSprd", "range"),
    ]  # fmt: skip
    assert [reject.line for reject in whole.rejects] == [2, 3, 32]
    assert (whole.records, whole.accepted) == (55, 52)


ALETI = (
    "CoveredOrders", "CoveredShares", "CancelledShares", "MktCtrExecShares", "AwayExecShares", "ExecShares_0_9", "ExecShares_10_29", "ExecShares_30_59",
    "ExecShares_60_299", "ExecShares_5_30", "AvgRealSpread", "AvgEffecSpread", "PrImpShares", "PrImp_AvgAmt", "PrImp_AvgT", "ATQShares", "ATQ_AvgT",
    "OTQShares", "OTQ_AvgAmt", "OTQ_AvgT",
)  # fmt: skip
"""Fields 7 to 26 of the legacy layout as a collection of published figures names them, summed over symbols and sizes."""


def test_published_figures_of_ten_years_are_read_and_only_those_that_contradict_themselves_are_told(read_whole: ReadWhole, write: Write, data: Path) -> None:
    with (data / "rule605_606_aleti/rawdata_605.csv").open() as stream:
        published = list(csv.DictReader(stream))
    lines = [
        "|".join(["T", row["MarketCenter"], row["idate"], row["Exchange"], row["OrderCode"], "21", *(_short(row[name], name) for name in ALETI)])
        for row in published
    ]
    whole = read_whole(write("published.dat", "\n".join(lines)))
    too_many = [
        (at, "covered shares", "shares-add-up")
        for at, row in enumerate(published, 1)
        if float(row["CoveredShares"]) < sum(float(row[name]) for name in ("CancelledShares", "MktCtrExecShares", "AwayExecShares"))
    ]
    names = [(row["MarketCenter"], row["idate"], row["Exchange"], row["OrderCode"]) for row in published]
    again = [at for at, name in enumerate(names, 1) if name in names[: at - 1]]
    assert [reject.line for reject in whole.rejects] == again
    assert [found for found in whole.broken if found[2] == "shares-add-up"] == [found for found in too_many if found[0] not in again]
    assert {rule for _, _, rule in whole.broken} == {"one-month", "named-twice", "shares-add-up"}
    assert (whole.records, whole.accepted) == (7_451, 7_451 - len(again))


def _short(text: str, name: str) -> str:
    """Averages were divided by a program and have too many digits for any file."""
    return f"{float(text):.8f}" if "Avg" in name and text else text.removesuffix(".0")
