"""A file of the firm's own, from the command line: refused with advice, mapped, imported, and named in what was imported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bestexec.cli import app
from bestexec.store import imports_in, read_rows

FILE = "Order ID,Exec ID,Symbol,Side,Qty,Price,Exec Time\nA,E1,IBM,Buy,100,10.25,20260105-14:30:00.123456789\nA,E2,IBM,Buy,50,10.26,20260105-14:30:01\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "street_20260105.csv").write_text(FILE, encoding="utf-8")
    return tmp_path


def test_an_unknown_file_is_proposed_a_mapping_and_read_once_that_is_accepted(folder: Path) -> None:
    run = CliRunner().invoke
    first = run(app, ["--workspace", "workspace", "import", "street_20260105.csv"])
    assert first.exit_code == 2
    assert "bestexec map street_20260105.csv" in " ".join(first.output.split())
    assert "fills.fill_id" in first.output
    refused = run(app, ["--workspace", "workspace", "map", "street_20260105.csv", "--accept"])
    assert refused.exit_code != 0
    assert "state it with --firm" in str(refused.exception)
    accepted = json.loads(run(app, ["--workspace", "workspace", "map", "street_20260105.csv", "--firm", "ACME", "--accept", "--json"]).stdout)
    assert accepted["saved"] == "workspace/mappings/street.toml"
    assert (folder / accepted["saved"]).read_text(encoding="utf-8") == accepted["mapping"]
    again = json.loads(run(app, ["--workspace", "workspace", "import", "street_20260105.csv", "--json"]).stdout)["files"]
    assert [(row["importer"], row["status"], row["records"], row["accepted"]) for row in again] == [("mapping street", "imported", 2, 2)]
    (made,) = imports_in(folder / "workspace/imports")
    assert made.manifest["notes"][0].startswith("read by the mapping street, ")
    assert read_rows([made], "fills").select("fill_id", "filled_at").rows() == [("E1", 1_767_623_400_123_456_789), ("E2", 1_767_623_401_000_000_000)]


def test_nothing_is_saved_when_nobody_confirms(folder: Path) -> None:
    told = CliRunner().invoke(app, ["--workspace", "workspace", "map", "street_20260105.csv", "--firm", "ACME"])
    assert told.exit_code == 0
    assert not (folder / "workspace").exists()
