"""Raw files behind the days of a look-back: there, gone or altered, and said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bestexec.api import import_files, measure
from bestexec.lookback import Unseen, raw_standing
from bestexec.lookback.unseen import RAW
from bestexec.runs import Run
from bestexec.store import sha256_of
from bestexec.workspace import Workspace, open_workspace

DAY = date(2026, 8, 3)
ORDERS = (
    "firm,key_on,order_id,symbol,side,qty,order_type,received_at,account_key\n"
    "F,2026-08-03,O1,AAA,buy,100,market,2026-08-03T14:00:00Z,k1\n"
)  # fmt: skip
FILLS = "firm,order_id,fill_id,symbol,side,qty,px,filled_at\nF,O1,F1,AAA,buy,100,10.05,2026-08-03T14:00:01Z\n"
QUOTES = (
    "day,symbol,quoted_at,sequence,bid_px,ask_px,bid_qty,ask_qty,kind,source\n"
    "2026-08-03,AAA,2026-08-03T13:59:00Z,1,10.00,10.02,500,500,nbbo,sip\n"
)  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "workspace")


def measured(workspace: Workspace, *, by_reference: bool = False) -> Run:
    """One order of one day, from three raw files."""
    folder = workspace.root.parent / "raw files"
    folder.mkdir()
    for name, text in (("orders.csv", ORDERS), ("fills.csv", FILLS), ("quotes.csv", QUOTES)):
        (folder / name).write_text(text, encoding="utf-8")
    import_files(workspace, [folder], received_at=1, by_reference=by_reference)
    return measure(workspace)


def said(run: Run, workspace: Workspace) -> list[tuple[str, str]]:
    found = raw_standing(run, [DAY], workspace)
    assert all((gap.kind, gap.days) == (RAW, (DAY,)) for gap in found)
    return [(gap.why.split(":")[0], gap.why.split(": ", 1)[1]) for gap in found]


@pytest.mark.parametrize("by_reference", [False, True])
def test_files_that_stand_are_no_gap(workspace: Workspace, by_reference: bool) -> None:
    run = measured(workspace, by_reference=by_reference)
    assert raw_standing(run, [DAY], workspace) == ()
    assert raw_standing(run, [], workspace) == ()


def test_a_file_that_is_gone_is_said(workspace: Workspace) -> None:
    run = measured(workspace)
    for path in workspace.raw.iterdir():
        path.unlink()
    assert said(run, workspace) == [(name, "the raw file is gone from where it was kept") for name in ("fills.csv", "orders.csv", "quotes.csv")]


def test_a_file_that_was_altered_is_said(workspace: Workspace) -> None:
    run = measured(workspace, by_reference=True)
    folder = workspace.root.parent / "raw files"
    (folder / "orders.csv").write_text(ORDERS.replace("k1", "k2"), encoding="utf-8")
    (folder / "fills.csv").write_text(FILLS + "\n", encoding="utf-8")
    assert said(run, workspace) == [
        ("fills.csv", "the raw file was altered: its size is another"),
        ("orders.csv", "the raw file was altered: its SHA-256 is another"),
    ]


def test_a_kept_file_whose_bytes_changed_is_said(workspace: Workspace) -> None:
    run = measured(workspace)
    kept = workspace.raw / f"{sha256_of(workspace.root.parent / 'raw files' / 'orders.csv')}.zst"
    kept.write_bytes(kept.read_bytes()[:-3])
    assert [name for name, _ in said(run, workspace)] == ["orders.csv"]


def test_an_import_that_is_gone_is_said(workspace: Workspace) -> None:
    run = measured(workspace)
    for manifest in workspace.imports.glob("*/manifest.json"):
        manifest.unlink()
    assert said(run, workspace) == [(name, "the import that read it is gone") for name in ("fills.csv", "orders.csv", "quotes.csv")]
    assert raw_standing(run, [DAY], workspace)[0] == Unseen(RAW, "fills.csv: the import that read it is gone", (DAY,))
