"""What every test stands on: the project's own folder, and properties that draw the same cases each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same_cases", derandomize=True, deadline=None, database=None)
settings.load_profile("same_cases")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parents[1]
