"""The same days measured twice: a restated price, a file that came late, another limit; each is told, with what it did and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

import bestexec
from bestexec import policy
from bestexec.cli import app
from bestexec.errors import Problem
from bestexec.linking.columns import KEPT_APART
from bestexec.runs import Run, open_run
from bestexec.twice import Change, Twice, as_known, changes, compare, limits
from bestexec.workspace import Workspace

RAW = Path(__file__).resolve().parents[2] / "samples" / "raw"
ON_TIME, LATE = 1_790_000_000_000_000_000, 1_790_000_100_000_000_000
FILLS = "fills_2026-08-11.csv"
RESTATED = next(number for number, line in enumerate((RAW / FILLS).read_text(encoding="utf-8").splitlines(), 1) if "T15:" in line and "BTC-USD" not in line)
"""The line of the file, from 1, whose price is restated: the first of an equity in the regular session."""


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample firm; the fills of 13 August came late, and those of the 11th a second time with one price a cent higher."""
    folder = tmp_path_factory.mktemp("firm")
    shutil.copytree(RAW, folder / "raw")
    late = folder / "late"
    late.mkdir()
    (folder / "raw" / "fills_2026-08-13.csv").rename(late / "fills_2026-08-13.csv")
    workspace: Workspace = bestexec.open_workspace(folder / "workspace")
    bestexec.import_files(workspace, [folder / "raw"], received_at=ON_TIME)
    bestexec.measure(workspace)
    lines = (folder / "raw" / FILLS).read_text(encoding="utf-8").splitlines()
    cells = dict(zip(lines[0].split(","), lines[RESTATED - 1].split(","), strict=True))
    lines[RESTATED - 1] = ",".join({**cells, "px": str(Decimal(cells["px"]) + Decimal("0.01"))}.values())
    (late / FILLS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    bestexec.import_files(workspace, [late / FILLS], received_at=LATE)
    bestexec.measure(workspace, known_at=LATE)
    bestexec.import_files(workspace, [late / "fills_2026-08-13.csv"], received_at=LATE + 1)
    bestexec.measure(workspace)
    return workspace


@pytest.fixture(scope="module")
def runs(firm: Workspace) -> list[Run]:
    """The three runs in the order of sealing: on time, with the restated price, with the late file as well."""
    return [open_run(folder) for folder in sorted(firm.runs.glob("[0-9a-f]*"), key=lambda folder: folder.stat().st_mtime_ns)]


@pytest.fixture(scope="module")
def restated(runs: list[Run]) -> Twice:
    return compare(runs[0], runs[1], [], pool=KEPT_APART)


def test_a_run_and_itself_are_the_same(runs: list[Run]) -> None:
    assert compare(runs[2], runs[2]).is_same


def test_a_restated_price_is_one_fill_and_its_order(restated: Twice, runs: list[Run]) -> None:
    first = (RAW / FILLS).read_text(encoding="utf-8").splitlines()[RESTATED - 1].split(",")
    rows = restated.rows.select("on", "how", "order_id", "line_then", "line_now").rows()
    assert [(on, how) for on, how, *_ in rows] == [("orders", "changed"), ("fills", "changed")]
    assert all(order in first for _, _, order, *_ in rows)
    fill = restated.rows.row(1, named=True)
    assert (fill["line_then"], fill["line_now"]) == (RESTATED, RESTATED)
    assert fill["import_then"] != fill["import_now"]
    assert {"fill_px", "effective_spread"} <= set(fill["columns"])
    assert not {"fill_qty", "bid_at_t0", "venue", "fill_import"} & set(fill["columns"])


def test_the_effective_spread_moves_by_what_a_hand_computes(restated: Twice, runs: list[Run]) -> None:
    """One fill's price a cent higher: 2 × side × 0.01, weighted by its part of the shares that count."""
    fill_id = restated.rows.row(1, named=True)["fill_id"]
    fills = runs[1].table("fills")
    row = fills.row(by_predicate=pl.col("fill_id") == fill_id, named=True)
    shares = fills.filter(pl.col("effective_spread").is_not_null())["fill_qty"].sum()
    expected = 2 * row["side"] * Decimal("0.01") * row["fill_qty"] / shares
    told = restated.figures.row(by_predicate=(pl.col("metric") == "effective_spread") & (pl.col("on") == "fills"), named=True)
    assert told["difference"] == pytest.approx(float(expected), rel=1e-9)
    assert told["n_then"] == told["n_now"]
    assert told["unit"] == "dollars per share" or "share" in told["unit"]


def test_what_a_price_does_not_touch_does_not_differ(restated: Twice) -> None:
    assert not {"executed_shares", "fill_rate", "quoted_spread", "mean_time_to_execution"} & set(restated.figures["metric"])
    assert 0 < restated.figures.height < restated.of_figures


def test_the_restated_file_is_named_and_nothing_else(restated: Twice) -> None:
    [change] = restated.changes
    assert (change.kind, change.what) == ("import", FILLS)
    assert change.then is not None
    assert change.then.endswith("; it stays")
    assert change.now is not None
    assert change.then.split(",")[0] == change.now.split(",")[0]


def test_a_late_file_is_rows_that_came(runs: list[Run]) -> None:
    told = compare(runs[1], runs[2])
    came = told.rows.filter(pl.col("how") == "came")
    assert [change.what for change in told.changes] == ["fills_2026-08-13.csv"]
    assert set(came["on"]) == {"fills"}
    assert came.height == runs[2].table("fills").height - runs[1].table("fills").height
    assert came["import_now"].n_unique() == 1
    assert told.rows.filter(pl.col("on") == "orders")["day"].unique().to_list() == [came["day"][0]]
    back = compare(runs[2], runs[1])
    assert set(back.rows.filter(pl.col("on") == "fills")["how"]) == {"gone"}
    assert back.figures.height == told.figures.height


def test_what_was_known_then_is_the_run_that_was_sealed_then(firm: Workspace, runs: list[Run]) -> None:
    then = as_known(firm, runs[2], ON_TIME)
    assert compare(runs[0], then).is_same
    assert not compare(then, runs[2]).is_same
    with pytest.raises(Problem, match="nothing of this run had been received by then"):
        as_known(firm, runs[2], ON_TIME - 1)


def test_only_the_days_of_both_are_compared(firm: Workspace, runs: list[Run], tmp_path: Path) -> None:
    copy: Workspace = bestexec.open_workspace(shutil.copytree(firm.root, tmp_path / "copy"))
    first, last = (bestexec.measure(copy, **{name: pl.date_range(day, day, eager=True)[0] for name in ("first", "last")}) for day in _days(runs[2]))
    told = compare(runs[2], first)
    assert told.days == (first.manifest["days"][0],)
    assert told.rows.is_empty()
    assert told.figures.is_empty()
    assert [change.kind for change in told.changes] == ["days", "question", "question"]
    with pytest.raises(Problem, match="no day in common"):
        compare(first, last)


def _days(run: Run) -> list[Any]:
    days = run.table("fills")["day"].unique().sort()
    return [days[0], days[-1]]


def _manifest(**said: Any) -> dict[str, Any]:
    given = {"a" * 64: {"files": [{"name": "orders.csv", "sha256": "1" * 64}], "records": 1200}}
    code, asked = {"version": "1", "source": "s", "constraints": None}, {"first": None, "last": None, "as_of": "before"}
    whole = {"inputs": given, "days": ["2026-07-01", "2026-07-02"], "asked": asked, "policy": {"version": "p", "sha256": "2"}, "code": code}
    return {**whole, "definitions": {"metrics": "m", "checks": "c"}, "benchmarks": ["sip nbbo"], **said}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, []),
        ({"inputs": {}}, [Change("import", "orders.csv", "1,200 records, SHA-256 111111111111", None)]),
        (
            {"inputs": {"b" * 64: {"files": [{"name": "orders.csv", "sha256": "3" * 64}], "records": 1199}}},
            [Change("import", "orders.csv", "1,200 records, SHA-256 111111111111", "1,199 records, SHA-256 333333333333")],
        ),
        ({"days": ["2026-07-02"]}, [Change("days", "the days measured", "2: 2026-07-01 to 2026-07-02", "1: 2026-07-02 to 2026-07-02")]),
        (
            {"asked": {"first": "2026-07-01", "last": None, "as_of": "sequence"}},
            [Change("question", "as_of", "before", "sequence"), Change("question", "first", None, "2026-07-01")],
        ),
        ({"policy": {"version": "q", "sha256": "2"}}, [Change("policy", "version", "p", "q")]),
        ({"definitions": {"metrics": "m", "checks": "d"}}, [Change("definitions", "checks", "c", "d")]),
        ({"code": {"version": "2", "source": "s", "constraints": "x"}}, [Change("code", "constraints", None, "x"), Change("code", "version", "1", "2")]),
        ({"benchmarks": []}, [Change("benchmark", "quotes held against", "sip nbbo", "")]),
    ],
)
def test_each_thing_that_a_run_is_made_of_is_told_where_it_changed(said: dict[str, Any], expected: list[Change]) -> None:
    assert changes(_manifest(), _manifest(**said)) == expected


def test_a_limit_that_changed_is_named_with_both_numbers(tmp_path: Path) -> None:
    for name in ("then", "now"):
        policy.write_default(tmp_path / name)
    assert limits(tmp_path / "then", tmp_path / "now") == []
    text = (tmp_path / "now" / "policy.toml").read_text(encoding="utf-8")
    before = policy.default().limit("min_n")
    (tmp_path / "now" / "policy.toml").write_text(text.replace(f"\nmin_n = {before}", "\nmin_n = 77"), encoding="utf-8")
    assert limits(tmp_path / "then", tmp_path / "now") == [Change("limit", "min_n", str(before), "77")]


@pytest.fixture(scope="module")
def command(firm: Workspace) -> Callable[..., Any]:
    return lambda *words: CliRunner().invoke(app, ["--workspace", str(firm.root), "twice", *words], env={"COLUMNS": "240"})


def test_the_command_tells_what_changed_first(command: Callable[..., Any], runs: list[Run]) -> None:
    told = command(runs[1].id[:9], "--then", runs[0].id[:9]).stdout
    assert told.startswith("3 days, 2026-08-11 to 2026-08-13: 1 input changed, ")
    assert "1 order changed, 1 fill changed." in told.splitlines()[0]
    assert told.index(FILLS) < told.index("effective_spread")


def test_the_command_compares_with_what_was_known_by_an_instant(command: Callable[..., Any], runs: list[Run]) -> None:
    told = json.loads(command(runs[1].id, "--known-at", "2026-09-21T14:13:21Z", "--by", "", "--pool", ",".join(KEPT_APART), "--json").stdout)
    assert [change["what"] for change in told["changes"]] == [FILLS]
    assert [(row["on"], row["how"]) for row in told["rows"]] == [("orders", "changed"), ("fills", "changed")]
    assert {"metric", "then", "now", "difference", "n_then", "n_now", "on", "unit"} == set(told["figures"][0])


@pytest.mark.parametrize("words", [(), ("--then", "a", "--known-at", "2026-10-01T00:00:00Z")])
def test_two_times_are_asked_for(command: Callable[..., Any], words: tuple[str, ...]) -> None:
    answer = command(*words)
    assert isinstance(answer.exception, Problem)
    assert "two times are needed" in str(answer.exception)
