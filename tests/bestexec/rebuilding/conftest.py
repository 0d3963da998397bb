"""Where the recorded data lies."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    """Recorded market data, beside the project; it is nobody's to copy into it."""
    folder = Path(__file__).resolve().parents[3] / "../shared/data"
    if not folder.is_dir():
        pytest.skip("no recorded data beside the project (../shared/data)")
    return folder
