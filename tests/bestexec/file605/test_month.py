"""The sample firm's month from its raw files: figures worked out from the raw lines, files that keep their rules, corrections, comparisons."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import shutil
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import bestexec
from bestexec import file605
from bestexec.cli import app
from bestexec.errors import Problem
from bestexec.file605 import publishing
from bestexec.file605.lists import symbols
from bestexec.filings import validate
from bestexec.recompute import chosen
from bestexec.workspace import Workspace

RAW = Path(__file__).resolve().parents[3] / "samples" / "raw"
DAYS = ("2026-08-11", "2026-08-12", "2026-08-13")
AUGUST = date(2026, 8, 1)
NAMED = file605.Named("TEST", "T")
Answer = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace: Workspace = bestexec.open_workspace(tmp_path_factory.mktemp("firm") / "workspace")
    bestexec.import_files(workspace, [RAW], received_at=1)
    bestexec.measure(workspace)
    return workspace


@pytest.fixture(scope="module")
def month(firm: Workspace) -> file605.Month:
    return file605.compute(firm, [chosen(firm, "")], AUGUST, NAMED)


@pytest.fixture(scope="module")
def filed(month: file605.Month, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publishing.write(month, tmp_path_factory.mktemp("filed")).folder


@pytest.fixture
def run(firm: Workspace) -> Answer:
    def run(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["--workspace", str(firm.root), *map(str, arguments)])
        if isinstance(done.exception, Problem):
            raise done.exception
        return done.exit_code, done.stdout

    return run


def lines(pattern: str) -> Iterator[dict[str, str]]:
    for path in sorted(RAW.glob(pattern)):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt") as stream:
            yield from csv.DictReader(stream)


def ns(instant: str) -> int:
    whole, digits = instant.removesuffix("Z").split(".")
    return int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp()) * 10**9 + int(digits.ljust(9, "0"))


@pytest.fixture(scope="module")
def quotes() -> dict[str, tuple[list[int], list[tuple[str, str]]]]:
    """National best bids and offers of the raw files by symbol, in the order of their time."""
    found: dict[str, list[tuple[int, int, str, str]]] = defaultdict(list)
    for row in lines("quotes_*"):
        if row["kind"] == "nbbo":
            found[row["symbol"]].append((ns(row["quoted_at"]), int(row["sequence"]), row["bid_px"], row["ask_px"]))
    return {symbol: ([row[0] for row in sorted(rows)], [(row[2], row[3]) for row in sorted(rows)]) for symbol, rows in found.items()}


def test_market_orders_are_what_their_raw_lines_give(month: file605.Month, quotes: Any) -> None:
    """Each covered market order and its executions, read from the raw files alone: mid, spread, improvement and time, added up in fractions."""
    covered = set(month.covered.filter(pl.col("order_class") == "MXXNN")["order_id"])
    orders = {row["order_id"]: row for row in lines("orders_*") if row["order_id"] in covered}
    assert len(orders) == len(covered) > 100
    total: dict[str, Fraction] = defaultdict(Fraction)
    for order in orders.values():
        total["CvrdOrderQty"] += Fraction(order["qty"])
    fills = {row["fill_id"]: row for row in lines("fills_*")}
    corrected = {row["corrects_fill_id"] for row in fills.values()}
    for name, fill in fills.items():
        if (order := orders.get(fill["order_id"])) is None or fill["is_busted"] == "true" or name in corrected:
            continue
        times, prices = quotes[order["symbol"]]
        bid, ask = map(Fraction, prices[bisect_right(times, ns(order["received_at"])) - 1])
        n, px, side = Fraction(fill["qty"]), Fraction(fill["px"]), int(order["side"])
        total["mid"] += n * (bid + ask) / 2
        total["quoted"] += n * (ask - bid)
        total["effective"] += n * 2 * side * (px - (bid + ask) / 2)
        total["time"] += n * (ns(fill["filled_at"]) - ns(order["received_at"]))
        total["executed"] += n
        total["better"] += n if side * ((ask if side > 0 else bid) - px) > 0 else 0
    sums = month.sums.filter(pl.col("order_class") == "MXXNN")
    assert Fraction(sums["ordered"].sum(), 10**6) == total["CvrdOrderQty"]
    assert Fraction(sums["executed"].sum() + sums["executed_away"].sum(), 10**6) == total["executed"]
    assert Fraction(sums["mid_amount"].sum(), 10**15) == total["mid"]
    assert Fraction(sums["quoted_amount"].sum(), 10**15) == total["quoted"]
    assert Fraction(sums["effective_amount"].sum(), 10**15) == total["effective"]
    assert Fraction(sums["inside_shares"].sum(), 10**6) == total["better"]
    assert Fraction(sums["time_amount"].sum(), 10**6) == total["time"]


def test_every_order_of_the_month_is_covered_or_left_out_for_a_reason(month: file605.Month) -> None:
    named = [row["order_id"] for row in lines("orders_*")]
    told = [*month.covered["order_id"], *month.left_out["order_id"]]
    assert sorted(told) == sorted(named)
    assert month.left_out["excluded"].null_count() == 0
    by_raw = sum(1 for row in lines("orders_*") if row["asset_class"] == "crypto")
    assert month.left_out.filter(pl.col("excluded") == "crypto is no NMS stock").height == by_raw > 0


def test_both_files_keep_the_rules_of_their_layouts(filed: Path) -> None:
    for name in ("TEST202608.txt", "TEST202608.csv"):
        checked = validate(filed / name)
        assert (checked.is_valid, checked.records) == (True, checked.accepted), checked.broken
    assert b"\r\n" in (filed / "TEST202608.csv").read_bytes()
    assert b"\r" not in (filed / "TEST202608.txt").read_bytes()


def test_the_account_adds_up_and_names_each_file_by_its_hash(filed: Path, month: file605.Month) -> None:
    account = json.loads((filed / "TEST202608.json").read_text())
    orders = account["orders"]
    assert orders["of_the_month"] == orders["covered"] + orders["left_out"] == 733
    assert sum(item["orders"] for item in account["excluded"].values()) == orders["left_out"]
    for name, digest in account["files"].items():
        assert hashlib.sha256((filed / name).read_bytes()).hexdigest() == digest
    assert account["settings"]["crossed_spread"]["doubt"]
    assert (account["run"], account["corrects"]) == (month.run_id, None)
    listed = list(csv.DictReader((filed / "TEST202608-left-out.csv").read_text().splitlines()))
    assert len(listed) == orders["left_out"]
    assert all(row["import_id"] and row["line"] and row["excluded"] for row in listed)


def test_the_page_says_what_was_left_out_and_which_days_are_silent(filed: Path) -> None:
    page = (filed / "TEST202608.html").read_text()
    for words in ("not held", "market_notional_px", "34 = 33", "Days without an order", "2026-08-03"):
        assert words in page
    assert (filed / "TEST202608.pdf").read_bytes().startswith(b"%PDF")


def test_made_again_it_is_the_same_bytes_and_nothing_new(firm: Workspace, filed: Path, tmp_path: Path) -> None:
    again = file605.compute(firm, [chosen(firm, "")], AUGUST, NAMED)
    other = publishing.write(again, tmp_path).folder
    assert {path.name: path.read_bytes() for path in other.iterdir()} == {path.name: path.read_bytes() for path in filed.iterdir()}
    assert publishing.write(again, tmp_path).is_added is False
    assert [path.name for path in tmp_path.iterdir()] == ["TEST202608"]


def test_a_late_correction_is_a_new_report_that_names_the_old(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    late = raw / "fills_2026-08-13.csv"
    late.rename(tmp_path / late.name)
    workspace = bestexec.open_workspace(tmp_path / "workspace")
    bestexec.import_files(workspace, [raw], received_at=1)
    first_run = bestexec.measure(workspace)
    out = tmp_path / "out"
    first = publishing.write(file605.compute(workspace, [chosen(workspace, "")], AUGUST, NAMED), out)
    kept = (first.folder / "TEST202608.txt").read_bytes()
    bestexec.import_files(workspace, [tmp_path / late.name], received_at=2)
    bestexec.measure(workspace)
    second = publishing.write(file605.compute(workspace, [chosen(workspace, "")], AUGUST, NAMED), out)
    assert (second.folder.name, second.is_added) == ("TEST202608-2", True)
    assert second.corrects == hashlib.sha256(kept).hexdigest() == json.loads((second.folder / "TEST202608.json").read_text())["corrects"]
    assert (first.folder / "TEST202608.txt").read_bytes() == kept != (second.folder / "TEST202608.txt").read_bytes()
    assert second.corrects in (second.folder / "TEST202608.html").read_text()
    as_before = file605.compute(workspace, [chosen(workspace, first_run.id)], AUGUST, NAMED)
    assert publishing.detail_bytes(as_before.detail) == kept


def test_what_cannot_be_written_leaves_nothing(month: file605.Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(staging: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "publish", full)
    with pytest.raises(Problem, match="No space left"):
        publishing.write(month, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_breaks_its_layout_is_not_published(month: file605.Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = publishing.detail_bytes(month.detail).replace(b"|MXXNN|1|", b"|MXXNN|-1|", 1)
    monkeypatch.setattr(publishing, "detail_bytes", lambda detail: broken)
    with pytest.raises(Problem, match="break the layout's rules"):
        publishing.write(month, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_members_the_summary_is_blocked_and_says_what_to_add(firm: Workspace, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(RAW, raw)
    text = (raw / "symbols.csv").read_text()
    (raw / "symbols.csv").write_text(re.sub(r",(true|false),", ",,", text))
    workspace = bestexec.open_workspace(tmp_path / "workspace")
    bestexec.import_files(workspace, [raw], received_at=1)
    bestexec.measure(workspace)
    made = file605.compute(workspace, [chosen(workspace, "")], AUGUST, NAMED)
    folder = publishing.write(made, tmp_path / "out").folder
    assert not (folder / "TEST202608.csv").exists()
    assert "--members" in (folder / "TEST202608.html").read_text()
    (tmp_path / "members.txt").write_text("symbol\nGOMAZ\n# a remark\n\n")
    known = file605.compute(workspace, [chosen(workspace, "")], AUGUST, NAMED, members=symbols(tmp_path / "members.txt"))
    assert known.summary is not None
    in_index = known.summary.filter(pl.col("Sp500") == "Y", pl.col("OrderSize") == "199999")["AvgOrderQty"]
    assert 0 < len(in_index) < known.summary.height


@pytest.mark.parametrize(("text", "what"), [("", "names no symbol"), ("GOMAZ\nGOMAZ,1\n", "is no symbol")])
def test_a_list_of_symbols_that_is_none(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "list.txt").write_text(text)
    with pytest.raises(Problem, match=what):
        symbols(tmp_path / "list.txt")


def test_securities_on_the_list_are_exempt(firm: Workspace) -> None:
    made = file605.compute(firm, [chosen(firm, "")], AUGUST, NAMED, thin=["GOMAZ"])
    assert "GOMAZ" not in set(made.detail["Symbol"])
    assert made.left_out.filter(pl.col("excluded") == "security exempt as rarely traded")["symbol"].unique().to_list() == ["GOMAZ"]


def test_a_month_without_orders_is_refused(firm: Workspace) -> None:
    with pytest.raises(Problem, match="no order belongs to this month"):
        file605.compute(firm, [chosen(firm, "")], date(2026, 9, 1), NAMED)


def test_the_command_writes_and_says_so(run: Answer, tmp_path: Path) -> None:
    ask = ("file605", "--month", "2026-08", "--code", "TEST", "--participant", "T", "--to", tmp_path)
    code, text = run(*ask)
    assert code == 0
    assert f"wrote{tmp_path}/TEST202608/TEST202608.txt" in "".join(text.split())
    code, text = run(*ask, "--json")
    told = json.loads(text)
    assert (code, told["is_added"], told["month"], told["reporter"]) == (0, False, "202608", "TEST")


def test_the_command_takes_lists_of_symbols(run: Answer, tmp_path: Path) -> None:
    (tmp_path / "members.txt").write_text("FARAZ\n")
    (tmp_path / "exempt.txt").write_text("GOMAZ\n")
    ask = ("file605", "--month", "2026-08", "--code", "TEST", "--to", tmp_path, "--members", tmp_path / "members.txt", "--thin", tmp_path / "exempt.txt")
    told = json.loads(run(*ask, "--json")[1])
    assert told["excluded"]["security exempt as rarely traded"]["orders"] > 0
    rows = list(csv.DictReader((tmp_path / "TEST202608" / "TEST202608.csv").read_text().splitlines()))
    assert {row["Sp500"] for row in rows} == {"Y", "N"}
    assert "GOMAZ" not in (tmp_path / "TEST202608" / "TEST202608.txt").read_text()


@pytest.mark.parametrize(
    ("option", "value", "what"), [("--month", "2026-8", "not a month"), ("--code", "te1", "no reporter's code"), ("--participant", "TT", "no designated")]
)
def test_wrong_words_are_refused(run: Answer, tmp_path: Path, option: str, value: str, what: str) -> None:
    said = {"--month": "2026-08", "--code": "TEST", "--participant": "T", "--to": tmp_path} | {option: value}
    with pytest.raises(Problem, match=what):
        run("file605", *(word for pair in said.items() for word in pair))


def test_a_wrong_cell_is_named_with_the_orders_behind_it(run: Answer, filed: Path, month: file605.Month, tmp_path: Path) -> None:
    theirs = tmp_path / "TEST202608.txt"
    rows = (filed / "TEST202608.txt").read_text().split("\n")
    cells = rows[5].split("|")
    cells[11] = str(int(cells[11]) + 1)
    rows[5] = "|".join(cells)
    theirs.write_text("\n".join(rows))
    assert run("compare605", filed / "TEST202608.txt") == (
        0,
        f"TEST202608.txt: {month.detail.height} rows in both, {month.detail.height * 51:,} cells compared, 0 differences.\n",
    )
    code, text = run("compare605", theirs, "--json")
    (told,) = json.loads(text)["differences"]
    assert (code, told["line"], told["place"], told["cell"], told["difference"]) == (1, 6, 12, "CvrdOrderExctdQty", 1)
    lots = {"ROUND": "round_lot", "ODD": "odd_lot", "FRACTIONAL": "fractional"}
    behind = month.covered.filter(
        pl.col("symbol") == told["Symbol"], pl.col("lot_class") == lots[told["LotSizeFlag"]], pl.col("size_bucket") == int(told["OrderSize"]),
        pl.col("order_class") == told["OrderType"],
    )  # fmt: skip
    assert sorted(order["order_id"] for order in told["orders"]) == sorted(behind["order_id"]) != []
    code, text = run("compare605", theirs)
    assert "12 CvrdOrderExctdQty" in text
    assert behind["order_id"][0] in text
    assert run("compare605", theirs, "--tolerance", "CvrdOrderExctdQty=1")[0] == 0
    assert run("compare605", theirs, filed / "TEST202608.txt")[0] == 1
    with pytest.raises(Problem, match="is no tolerance"):
        run("compare605", theirs, "--tolerance", "CvrdOrderExctdQty")
