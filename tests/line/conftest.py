"""The sample firm's three days, imported and measured once for the whole line."""

from __future__ import annotations

from pathlib import Path

import pytest

import bestexec
from bestexec.runs import Run
from bestexec.workspace import Workspace

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
RECEIVED_AT = 1_790_000_000_000_000_000


@pytest.fixture(scope="session")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with every sample file imported."""
    workspace = bestexec.open_workspace(tmp_path_factory.mktemp("firm") / "workspace")
    told = bestexec.import_files(workspace, [SAMPLES], received_at=RECEIVED_AT)
    assert set(told["status"]) == {"imported"}
    return workspace


@pytest.fixture(scope="session")
def run(firm: Workspace) -> Run:
    """The run of all three days."""
    return bestexec.measure(firm)
