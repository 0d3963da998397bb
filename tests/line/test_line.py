"""The whole way, on the sample firm: files in, a sealed run out, read, verified, tampered with and caught."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import bestexec
from bestexec import policy, runs
from bestexec.cli import app
from bestexec.pipeline import Asked, compute
from bestexec.recompute import verify
from bestexec.runs import Run
from bestexec.store import imports_in, read_rows
from bestexec.workspace import Workspace

from .conftest import RECEIVED_AT, SAMPLES


def _cli(workspace: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bestexec.cli", "--workspace", str(workspace), *words]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)


def test_every_record_of_every_file_is_accounted_for(firm: Workspace) -> None:
    for item in imports_in(firm.imports):
        manifest = item.manifest
        assert manifest["accepted"] + manifest["rejected"] + sum(manifest["skipped"].values()) == manifest["records"], manifest["files"]


def test_a_second_import_of_the_same_files_adds_nothing(firm: Workspace) -> None:
    before = [item.id for item in imports_in(firm.imports)]
    told = bestexec.import_files(firm, [SAMPLES], received_at=RECEIVED_AT + 1)
    assert set(told["status"]) == {"already imported"}
    assert [item.id for item in imports_in(firm.imports)] == before


def test_every_fill_fed_is_measured_unlinked_withdrawn_or_a_copy(firm: Workspace, run: Run) -> None:
    fed = sum(sum(item.manifest["rows"].get("fills", {}).values()) for item in imports_in(firm.imports))
    copies = run.table("copies").filter(pl.col("table") == "fills").height
    assert run.table("fills").height + run.table("unlinked").height + run.table("withdrawn").height + copies == fed


def test_a_scorecard_cut_finer_adds_up_to_the_whole(firm: Workspace, run: Run) -> None:
    whole = bestexec.scorecard(firm, [], pool=["held", "directed", "session", "customer_class", "asset_class", "currency"])
    by_vendor = bestexec.scorecard(firm, ["vendor"])
    assert by_vendor["fills"].sum() == whole["fills"].item() == run.table("fills").height
    assert by_vendor["shares"].sum() == whole["shares"].item()


def test_what_must_not_be_pooled_stays_apart_unless_asked(firm: Workspace, run: Run) -> None:
    apart = bestexec.scorecard(firm, ["vendor"])
    assert {"is_held", "is_directed", "session", "customer_class", "asset_class"} <= set(apart.columns)
    assert "is_held" not in bestexec.scorecard(firm, ["vendor"], pool=["held"]).columns


def test_the_effective_spread_of_one_fill_is_what_a_hand_computes(run: Run) -> None:
    fills = run.table("fills").filter(pl.col("excluded").is_null())
    row = fills.sort("day", "fill_id").row(0, named=True)
    mid = (row["bid_at_t0"] + row["ask_at_t0"]) / 2
    assert row["effective_spread"] == 2 * row["side"] * (row["fill_px"] - mid)


def test_reversion_is_what_lies_between_effective_and_realized_spread(run: Run) -> None:
    """effective at execution − realized = −2 × reversion, for each fill and each horizon, exactly."""
    fills = run.table("fills")
    for horizon in ("50ms", "1s", "15s", "1min", "5min"):
        known = fills.drop_nulls(["effective_spread_at_execution", f"realized_spread_{horizon}", f"reversion_{horizon}"])
        assert known.height > 0
        gap = known.select(
            pl.sql_expr(f"effective_spread_at_execution - realized_spread_{horizon} + 2 * reversion_{horizon}").alias("gap")
        )["gap"]  # fmt: skip
        assert gap.unique().to_list() == [Decimal(0)]


def test_the_run_is_intact_and_comes_out_equal(firm: Workspace, run: Run) -> None:
    assert verify(firm, run).state == "recomputed equal"


def test_an_altered_table_is_caught_by_name(firm: Workspace, run: Run, tmp_path: Path) -> None:
    copy = tmp_path / run.id
    shutil.copytree(run.folder, copy)
    content = bytearray((copy / "fills.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "fills.parquet").write_bytes(bytes(content))
    verdict = verify(firm, runs.open_run(copy))
    assert (verdict.state, verdict.differences) == ("altered", ("fills.parquet: not the bytes that were sealed",))


def test_a_run_sealed_before_a_table_was_made_says_so_and_is_read_as_it_is(firm: Workspace, run: Run, tmp_path: Path) -> None:
    """The same run without the tape of the firm's symbols, as code from before it would have sealed it."""
    tables = {name.removesuffix(".parquet"): run.table(name.removesuffix(".parquet")) for name in run.manifest["outputs"] if name.endswith(".parquet")}
    manifest = {name: value for name, value in run.manifest.items() if name not in ("format", "outputs")}
    old = runs.seal(tmp_path, manifest, {name: table for name, table in tables.items() if name != "tape_symbols"}, run.folder / "policy")
    assert verify(firm, old).differences == ("tape_symbols: not among what was sealed, for the code of then did not make it",)


def test_the_tape_of_the_firms_symbols_is_that_of_the_days_it_traded_them(firm: Workspace, run: Run) -> None:
    held, fills, orders = run.table("tape_symbols"), run.table("fills"), run.table("orders")
    own = pl.concat([fills.select("day", "symbol"), orders.select("day", "symbol")]).unique()
    assert held.join(own, on=["day", "symbol"], how="anti").height == 0
    trades = read_rows(imports_in(firm.imports), "trades").join(own, on=["day", "symbol"], how="semi")
    assert held["trades"].sum() + held["filtered_trades"].sum() == trades.height
    assert held["shares"].sum() + held["filtered_shares"].sum() == trades["qty"].cast(pl.Decimal(38, 6)).sum()


@pytest.mark.parametrize("threads", ["1", pytest.param("2", marks=pytest.mark.check), pytest.param("4", marks=pytest.mark.check)])
def test_the_same_files_give_the_same_run_elsewhere_later_and_on_any_number_of_threads(run: Run, tmp_path: Path, threads: str) -> None:
    elsewhere = tmp_path / "another folder"
    environment = {"POLARS_MAX_THREADS": threads, "TZ": "Asia/Tokyo", "HOME": str(tmp_path), "LC_ALL": "C", "PYTHONHASHSEED": threads}
    assert _cli(elsewhere, "import", str(SAMPLES), **environment).returncode == 0
    measured = _cli(elsewhere, "measure", "--json", **environment)
    assert json.loads(measured.stdout)["run"] == run.id


def test_a_day_measured_alone_is_that_day_of_the_whole(firm: Workspace, run: Run) -> None:
    for day in run.table("fills")["day"].unique().sort():
        alone = compute(firm, Asked(first=day, last=day), policy.load(firm.policy))[1]
        for name in ("fills", "orders", "tape_symbols"):
            assert alone[name].equals(run.table(name).filter(pl.col("day") == day), null_equal=True), (name, day)


GTC_FILES = {
    "orders": "firm,key_on,order_id,symbol,side,qty,order_type,limit_px,tif,received_at\nF,2026-07-01,1,AAA,1,100,limit,10.02,gtc,2026-07-01T14:00:00Z\n",
    "fills": "firm,key_on,order_id,fill_id,symbol,side,qty,px,filled_at\nF,2026-07-01,1,9,AAA,1,100,10.02,2026-07-02T14:00:00Z\n",
    "quotes": "symbol,quoted_at,sequence,bid_px,ask_px,kind,source\n"
    "AAA,2026-07-01T13:30:00Z,1,10.05,10.10,nbbo,hand\nAAA,2026-07-01T15:00:00Z,2,10.02,10.07,nbbo,hand\nAAA,2026-07-02T13:30:00Z,3,10.00,10.05,nbbo,hand\n",
}


def test_a_good_till_order_keeps_its_benchmark_instant_when_only_the_day_of_its_fill_is_measured(tmp_path: Path) -> None:
    """Executable at 11:00 New York on 1 July (1,782,918,000 s), when the bid comes down to its limit; executed on 2 July."""
    workspace = bestexec.open_workspace(tmp_path / "workspace")
    for name, text in GTC_FILES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    bestexec.import_files(workspace, [tmp_path / f"{name}.csv" for name in GTC_FILES], received_at=RECEIVED_AT)
    late = bestexec.measure(workspace, first=date(2026, 7, 2), last=date(2026, 7, 2)).table("fills")
    assert late.select("day", "t0_at").rows() == [(date(2026, 7, 2), 1_782_918_000_000_000_000)]


def test_another_as_of_rule_keeps_to_the_days_of_the_run(firm: Workspace, run: Run, tmp_path: Path) -> None:
    shutil.copytree(firm.root, tmp_path / "copy")
    copy, last = bestexec.open_workspace(tmp_path / "copy"), run.table("fills")["day"].unique().sort()[-1]
    alone = bestexec.measure(copy, first=last, last=last)
    pooled = ["held", "directed", "session", "customer_class", "asset_class", "currency"]
    assert bestexec.scorecard(copy, [], pool=pooled, as_of="at-or-before")["fills"].item() == alone.table("fills").height


def test_what_arrived_later_is_not_known_earlier(tmp_path: Path) -> None:
    workspace = bestexec.open_workspace(tmp_path / "two times")
    late = next(path for path in sorted(SAMPLES.rglob("*")) if path.name.startswith("fills"))
    on_time = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and path != late and path.suffix != ".md"]
    bestexec.import_files(workspace, on_time, received_at=RECEIVED_AT)
    then = bestexec.measure(workspace)
    bestexec.import_files(workspace, [late], received_at=RECEIVED_AT + 10)
    assert bestexec.measure(workspace, known_at=RECEIVED_AT).id == then.id
    assert bestexec.measure(workspace, known_at=RECEIVED_AT + 10).id != then.id


def test_files_received_one_by_one_and_in_another_order_give_the_same_run(run: Run, tmp_path: Path) -> None:
    workspace = bestexec.open_workspace(tmp_path / "one by one")
    for number, path in enumerate(sorted((SAMPLES / "raw").iterdir(), reverse=True)):
        bestexec.import_files(workspace, [path], received_at=RECEIVED_AT + number)
    assert bestexec.measure(workspace).id == run.id


@pytest.mark.check
def test_killed_in_the_middle_of_an_import_nothing_is_lost_and_nothing_twice(run: Run, tmp_path: Path) -> None:
    """Killed at several moments, then run again to the end: the same run id as without a kill."""
    workspace = tmp_path / "killed"
    command = [sys.executable, "-m", "bestexec.cli", "--workspace", str(workspace), "import", str(SAMPLES)]
    for seconds in (0.6, 0.9, 1.2, 1.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(process, seconds)
    assert _cli(workspace, "import", str(SAMPLES)).returncode == 0
    for seconds in (1.0, 1.6):
        process = subprocess.Popen([*command[:5], "measure"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(process, seconds)
    assert json.loads(_cli(workspace, "measure", "--json").stdout)["run"] == run.id


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Let it work, then kill it as a power cut would."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_two_writers_do_not_mix(firm: Workspace) -> None:
    with firm.writing():
        told = _cli(firm.root, "import", str(SAMPLES))
    assert (told.returncode, "another process is writing" in told.stderr) == (2, True)


def test_a_problem_is_told_without_a_traceback(tmp_path: Path) -> None:
    told = _cli(tmp_path / "nothing", "measure")
    assert told.returncode == 2
    assert told.stderr.startswith("bestexec: there is no workspace here")
    assert "Traceback" not in told.stderr


def test_an_order_is_explained_with_its_arithmetic_and_source_lines(firm: Workspace, run: Run) -> None:
    order_id = run.table("fills").filter(pl.col("excluded").is_null()).sort("day", "fill_id")["order_id"][0]
    told = json.loads(_cli(firm.root, "explain", "--order", order_id, "--json").stdout)
    assert {"fill_line", "fill_import"} <= set(told["fills"][0]["row"])
    spread = next(step for step in told["fills"][0]["steps"] if step["metric"] == "effective_spread")
    two, side, price, mid = re.fullmatch(r"(\d) \* (-?1) \* \(([\d.]+) - ([\d.]+)\)", spread["arithmetic"]).groups()  # type: ignore[union-attr]  # it matches
    assert float(Decimal(two) * Decimal(side) * (Decimal(price) - Decimal(mid))) == spread["gives"]


def test_what_the_terminal_says_of_an_order_is_in_its_units(firm: Workspace, run: Run) -> None:
    """A fill rate of one is a hundred percent, and a time of n nanoseconds n / 1,000,000 milliseconds."""
    whole = run.table("orders").filter(pl.col("is_complete"), pl.col("excluded").is_null()).sort("order_id")
    fill = run.table("fills").filter(pl.col("order_id") == whole["order_id"][0]).row(0, named=True)
    told = _cli(firm.root, "explain", "--order", whole["order_id"][0]).stdout
    assert "Fill rate by shares (fill_rate) = 100.00 %" in told
    assert f"(mean_time_to_execution) = {Decimal(fill['t0_to_fill_ns']) / 1_000_000:,.3f} ms" in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["findings", "--all"], "above the line"),
        (["verdicts", "--all"], "comparisons ask for a decision"),
        (["competing"], "No published Rule 605 report covers a month of this run"),
        (["claimed"], "No vendor's own report covers a day of this run"),
        (["routers"], "No stated routing rule is on file"),
    ],
)
def test_each_judgement_has_a_command_that_says_what_there_is_and_what_is_lacking(firm: Workspace, run: Run, words: list[str], says: str) -> None:
    command = ["--workspace", str(firm.root), *words, "--run", run.id]
    told, as_json = CliRunner().invoke(app, command), CliRunner().invoke(app, [*command, "--json"])
    assert (told.exit_code, as_json.exit_code, says in told.stdout) == (0, 0, True)
    assert json.loads(as_json.stdout) is not None
