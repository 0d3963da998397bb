"""Real market data gives the published figures, from the command line, to the printed digit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = [pytest.mark.check, pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")]


def _cli(workspace: Path, *words: str) -> Any:
    command = [sys.executable, "-m", "bestexec.cli", "--workspace", str(workspace), *words, "--json"]
    told = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=True)
    return json.loads(told.stdout)


def _row(rows: list[dict[str, Any]], **where: str) -> dict[str, Any]:
    (found,) = [row for row in rows if all(row[name] == value for name, value in where.items())]
    return found


def test_itch_apple_of_30_january_2019(tmp_path: Path) -> None:
    _cli(tmp_path / "w", "import", str(DATA / "itch_aapl_2019" / "phase_e_itch_AAPL_events_sample.csv"))
    row = _row(_cli(tmp_path / "w", "tape", "--by", "symbol", "--as-of", "sequence")["rows"], symbol="AAPL")
    assert (row["trades"], row["shares"]) == (746, 71_750)
    assert (round(row["effective_spread"], 6), round(row["quoted_spread"], 6), row["at_or_inside"]) == (0.051718, 0.052020, 1.0)


def test_itch_files_state_no_date_and_the_answer_says_so(tmp_path: Path) -> None:
    file = str(DATA / "itch_aapl_2019" / "phase_e_itch_AAPL_events_sample.csv")
    _cli(tmp_path / "undated", "import", file)
    assert any("trading date not stated" in note for note in _cli(tmp_path / "undated", "tape")["notes"])
    _cli(tmp_path / "dated", "import", file, "--date", "2019-01-30")
    told = _cli(tmp_path / "dated", "tape", "--by", "symbol,day", "--as-of", "sequence")
    assert [row["day"] for row in told["rows"]] == ["2019-01-30"]


def test_lobster_microsoft_of_21_june_2012(tmp_path: Path) -> None:
    _cli(tmp_path / "w", "import", *map(str, sorted((DATA / "lobster_small").glob("MSFT*.csv"))))
    row = _row(_cli(tmp_path / "w", "tape", "--by", "symbol", "--as-of", "sequence")["rows"], symbol="MSFT")
    assert (row["trades"], row["shares"]) == (115, 31_798)
    assert (round(row["effective_spread"], 8), round(row["quoted_spread"], 8)) == (0.01309642, 0.01366690)


def test_lean_ibm_and_bank_of_america_of_7_october_2013(tmp_path: Path) -> None:
    _cli(tmp_path / "w", "import", *map(str, sorted((DATA / "lean" / "tick").glob("*/20131007_*.zip"))))
    rows = _cli(tmp_path / "w", "tape", "--by", "symbol")["rows"]
    ibm, bac = _row(rows, symbol="IBM"), _row(rows, symbol="BAC")
    assert (ibm["trades"], ibm["shares"]) == (23_746, 3_525_549)
    assert (round(ibm["time_weighted_spread"], 8), round(ibm["effective_spread"], 8), round(ibm["quoted_spread"], 8)) == (0.03837179, 0.03151692, 0.04080709)
    assert round(100 * ibm["at_or_inside"], 2) == 97.42
    assert (bac["trades"], bac["shares"]) == (83_294, 56_653_229)
    assert (round(bac["effective_spread"], 8), round(bac["quoted_spread"], 8), round(100 * bac["at_or_inside"], 2)) == (0.00997512, 0.01003604, 99.94)
    off_exchange = _row(_cli(tmp_path / "w", "tape", "--by", "symbol,venue")["rows"], symbol="IBM", venue="OFFX")
    assert (off_exchange["shares"], round(off_exchange["effective_spread"], 6)) == (1_192_321, 0.036172)


def test_every_trade_is_counted_or_left_out_with_a_reason(tmp_path: Path) -> None:
    _cli(tmp_path / "w", "import", *map(str, sorted((DATA / "lean" / "tick" / "ibm").glob("20131007_*.zip"))))
    told = _cli(tmp_path / "w", "tape", "--by", "symbol")
    assert sum(row["trades"] for row in told["rows"]) + sum(row["trades"] for row in told["excluded"]) == 24_293
