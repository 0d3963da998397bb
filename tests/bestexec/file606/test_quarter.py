"""The practice firm's quarter, made small: blocked while the vendors' files lack orders, filed to the cent once they are sent."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from bestexec import open_workspace, pipeline, policy
from bestexec.demonstration import sample_policy, sample_terms
from bestexec.examfile.quarter import Quarter
from bestexec.file606 import Written, gather, write_public
from bestexec.filings import validate
from bestexec.filings.rule606 import terms
from bestexec.intake import import_files
from bestexec.practice import make_quarter
from bestexec.workspace import Workspace

Q3 = Quarter(2026, 3)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("firm")
    make_quarter(folder, orders=1_000, symbols=24, quotes_per_symbol_day=(40, 30, 20), first=date(2026, 7, 1), last=date(2026, 9, 30))
    workspace = open_workspace(folder / "workspace")
    (workspace.policy / policy.FILE).write_text(sample_policy(), encoding="utf-8")
    (workspace.policy / terms.FILE).write_text(sample_terms(), encoding="utf-8")
    return workspace


def filed(firm: Workspace, raw: str, to: Path) -> Written:
    """The report once this folder of the firm's files is imported as well, and all of it measured."""
    import_files(firm, [firm.root.parent / raw], received_at=1)
    pipeline.measure(firm)
    return write_public(gather(firm), Q3, to)


def test_the_report_waits_for_orders_that_the_vendors_files_lack_and_then_ties_to_the_cent(firm: Workspace, tmp_path: Path) -> None:
    planted = json.loads((firm.root.parent / "truth.json").read_text(encoding="utf-8"))["faults"]
    missing = sum(fault["kind"] == "missing_order" for fault in planted)
    blocked = filed(firm, "raw", tmp_path / "blocked")
    assert (blocked.files, blocked.gaps[0].what) == ((), f"{missing} orders that OMS counts are in no feed")
    assert {gap.what.partition(" at ")[0] for gap in blocked.gaps[1:]} <= {"fees and rebates"}
    made = filed(firm, "late", tmp_path / "filed")
    assert [path.name for path in made.files] == [f"606a1-2026Q3.{suffix}" for suffix in ("xml", "pdf", "html", "json")]
    assert (made.gaps, validate(made.files[0]).violations.height) == ((), 0)
    ties = json.loads((tmp_path / "filed" / "606a1-2026Q3.json").read_text(encoding="utf-8"))["ties"]
    assert len(ties) > 20
    assert all(tie["is_tied"] for tie in ties)
