"""A workspace and a desk with things whose time is over and things whose time is not, and the two people."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

import bestexec
from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.record.actions import move
from oversight.retention import actions
from oversight.retention.models import Disposal, Hold

OLD, NEW = date(2019, 3, 4), date(2026, 9, 28)
"""Six years after 4 March 2019 is 4 March 2025, which has passed on the morning of the tests, 1 October 2026; of 28 September 2026 nothing has."""


def raw_bytes(on: date, table: str) -> bytes:
    """What came that day."""
    return f"{table} of {on.isoformat()}\n".encode()


@dataclass
class Place:
    """The firm's two folders and its people."""

    home: Path
    workspace: Path
    compliance: Actor
    senior: Actor
    analyst: Actor

    def imported(self, on: date, table: str = "fills") -> str:
        """An import of one file of that day, received the same evening; its id, which is the file's SHA-256."""
        content = raw_bytes(on, table)
        sha256 = hashlib.sha256(content).hexdigest()
        folder = self.workspace / "imports" / sha256
        (folder / table).mkdir(parents=True)
        (folder / table / f"{on.isoformat()}.parquet").write_bytes(b"rows " + content)
        (folder / "rejects.parquet").write_bytes(b"no rejects")
        received = int(datetime(on.year, on.month, on.day, 22, tzinfo=UTC).timestamp()) * 1_000_000_000
        manifest: dict[str, Any] = {
            "importer": "blotter", "files": [{"name": f"{table}.csv", "sha256": sha256, "size": len(content)}], "references": [], "received_at": received,
            "options": {}, "rows": {table: {on.isoformat(): 1}}, "streams": {}, "notes": [],
        }  # fmt: skip
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (self.workspace / "raw" / sha256).write_bytes(content)
        return sha256

    def filed(self, text: str, on: date, **named: Any) -> Filed:
        """A file that was filed on that day."""
        with clock.stated(datetime(on.year, on.month, on.day, 16, tzinfo=UTC)):
            return evidence.file(self.analyst, "note.txt", text.encode(), **named)

    def held(self, **scope: Any) -> Hold:
        """A hold that compliance placed."""
        hold = actions.ask_for_hold(self.analyst, title="A letter of the regulator", reason="It asks for these days.", **scope)
        return move(self.compliance, hold, "place")

    def approved(self, *classes: str) -> Disposal:
        """A disposal that two people agreed on."""
        row = actions.propose_disposal(self.compliance, classes, reason="Their time is over.")
        return actions.approve_disposal(self.senior, row)


@pytest.fixture
def firm(settings: Settings, tmp_path: Path, actor: Callable[..., Actor]) -> Place:
    settings.HOME, settings.WORKSPACE = tmp_path / "home", tmp_path / "workspace"
    settings.HOME.mkdir()
    bestexec.open_workspace(settings.WORKSPACE)
    return Place(settings.HOME, settings.WORKSPACE, actor("compliance"), actor("senior_manager"), actor("analyst"))
