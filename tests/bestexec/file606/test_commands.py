"""The three commands over the sample firm's days, from raw files to what a person reads."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from bestexec import open_workspace, pipeline
from bestexec.cli import app
from bestexec.filings import validate
from bestexec.intake import import_files

RAW = Path(__file__).resolve().parents[3] / "samples" / "raw"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("firm") / "workspace"
    made = open_workspace(folder)
    import_files(made, [RAW], received_at=1)
    pipeline.measure(made)
    return folder


def run(workspace: Path, *arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--workspace", str(workspace), *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def draft(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filed")
    assert run(workspace, "file606", "--quarter", "2026Q3", "--to", folder, "--draft")[0] == 1
    return folder / "606a1-2026Q3-draft.xml"


def test_three_days_are_no_quarter_and_nothing_is_written(workspace: Path, tmp_path: Path) -> None:
    code, text = run(workspace, "file606", "--quarter", "2026Q3", "--to", tmp_path / "out")
    assert (code, (tmp_path / "out").exists()) == (1, False)
    assert "    no order of 2026-07 was measured" in text.splitlines()
    assert text.splitlines()[-1] == "Nothing was written. --draft writes it as a draft."


def test_the_draft_counts_each_order_of_the_feed_once(workspace: Path, draft: Path, tmp_path: Path) -> None:
    """Held orders in stocks that were routed, and option orders of customers, counted in the raw files; the rest is told by its reason."""
    told = json.loads(draft.with_suffix(".json").read_text())
    raw = pl.concat(pl.read_csv(path, infer_schema_length=0) for path in sorted(RAW.glob("orders_*.csv")))
    not_held = raw.filter(pl.col("is_held") == "false", pl.col("asset_class") == "equity").height
    crypto = raw.filter(pl.col("asset_class") == "crypto").height
    assert (told["left_out"].get("not held", 0), told["left_out"].get("neither a stock nor an option", 0)) == (not_held, crypto)


def test_the_shares_of_the_draft_follow_from_each_other(draft: Path) -> None:
    """No doubt of the validator: order types are 100 %, and each venue's share is that of its types by their weight."""
    checked, text = validate(draft), draft.read_text()
    records = sum(text.count(f"<{name}>") for name in ("rSP500", "rOtherStocks", "rOptions", "rVenue"))
    assert (checked.records, checked.violations.rows()) == (records, [])


def test_a_report_holds_against_itself_and_a_changed_cell_does_not(workspace: Path, draft: Path, tmp_path: Path) -> None:
    told = json.loads(run(workspace, "compare606", draft, "--json")[1])
    assert {found["kind"] for found in told["differences"]} <= {"aspects blank", "router-only broker named"}
    text = draft.read_text()
    at = text.index("<orderPct>")
    wrong = tmp_path / "theirs.xml"
    wrong.write_text(text[:at] + "<orderPct>1.23" + text[text.index("</orderPct>", at) :])
    code, told_text = run(workspace, "compare606", wrong, "--to", tmp_path / "out", "--tolerance", "pct=0.05")
    (line,) = [line for line in told_text.splitlines() if line.startswith("wrong cell")]
    assert (code, ": theirs 1.23, ours " in line) == (1, True)
    differences, orders = (pl.read_csv(tmp_path / "out" / name, infer_schema_length=0) for name in ("differences.csv", "orders.csv"))
    (row,) = differences.filter(pl.col("kind") == "wrong cell").iter_rows(named=True)
    assert orders.filter(pl.col("number") == row["number"]).height == int(row["orders"]) > 0


def test_two_files_are_compared_without_a_workspace(draft: Path, tmp_path: Path) -> None:
    code, text = run(tmp_path / "none", "compare606", draft, "--ours", draft, "--before", draft)
    assert code == (1 if "aspects blank" in text else 0)
    assert "wrong cell" not in text


@pytest.mark.parametrize("tolerance", ["pct", "pct=x", "colour=1", "usd=-1", "usd=nan"])
def test_a_tolerance_that_is_none_is_refused(draft: Path, tmp_path: Path, tolerance: str) -> None:
    done = CliRunner().invoke(app, ["compare606", str(draft), "--ours", str(draft), "--tolerance", tolerance])
    assert "is no tolerance" in str(done.exception)


def test_a_customer_gets_the_routes_and_the_handling_of_its_orders(workspace: Path, tmp_path: Path) -> None:
    """The account with the most orders that were not held: only three days are measured, so that no test exempts it."""
    raw = pl.concat(pl.read_csv(path, infer_schema_length=0) for path in sorted(RAW.glob("orders_*.csv")))
    not_held = raw.filter(pl.col("is_held") == "false", pl.col("asset_class") == "equity", pl.col("account_key").is_not_null())
    account = not_held.group_by(key="account_key").len().sort("len", "key", descending=[True, False])["key"][0]
    code, text = run(workspace, "customer606", "--account", account, "--asked-on", "2026-09-01", "--to", tmp_path, "--json")
    told = json.loads(text)
    assert (code, told["reports"], told["from"], told["to"]) == (0, ["606b1", "606b3"], "2026-03-01", "2026-08-31")
    assert [test["is_exempt"] for test in told["tests"] if test["test"].startswith("(b)(5)")] in ([None], [False])
    for name in ("606b1", "606b3"):
        theirs = tmp_path / f"{name}-{account}-2026-09-01.xml"
        assert run(workspace, "validate", theirs)[0] == 0
        code, text = run(workspace, "compare606", theirs, "--account", account, "--asked-on", "2026-09-01")
        assert (code, text.splitlines()[0]) == (0, "0 differences, 0 doubts")


def test_an_account_without_orders_is_refused(workspace: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--workspace", str(workspace), "customer606", "--account", "nobody", "--asked-on", "2026-09-01", "--to", str(tmp_path)])
    assert "no order of the account nobody" in str(done.exception)
