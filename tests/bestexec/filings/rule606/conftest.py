"""Where the SEC's schema and samples are, and how a report is held to our validator."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bestexec.filings import validate
from bestexec.filings.rule606.document import Node, write

Broken = Callable[[Node], list[tuple[str, str, str]]]


@pytest.fixture(scope="session")
def samples() -> Path:
    """The SEC's own schema and samples, beside the project; they are not copied into it."""
    folder = Path(__file__).resolve().parents[4] / "../shared/data/rule606_sec_oh"
    if not folder.is_dir():
        pytest.skip("no recorded data beside the project (../shared/data)")
    return folder


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """(cell, rule, text) of every rule that a written report breaks, doubts among them."""

    def told(report: Node) -> list[tuple[str, str, str]]:
        path = tmp_path / "report.xml"
        path.write_bytes(write(report))
        checked = validate(path)
        assert checked.what == "rule606"
        return checked.violations.select("cell", "rule", "text").rows()

    return told
