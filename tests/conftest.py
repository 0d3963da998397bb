"""What every test stands on: the project's own folder, and properties that draw the same cases each time."""

from __future__ import annotations

import os
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

if find_spec("django"):
    DESK = tempfile.mkdtemp(prefix="bestexec-desk-")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "oversight.settings",
        "OVERSIGHT_SECRET_KEY": "of-the-tests-alone-" * 3,
        "OVERSIGHT_HOME": DESK,
        "BESTEXEC_WORKSPACE": f"{DESK}/workspace",
        "OVERSIGHT_MFA": "offered",
        "OVERSIGHT_URL": "http://127.0.0.1:8000",
        "OVERSIGHT_HOSTS": "testserver",
    }
    os.environ.setdefault("DATABASE_URL", "sqlite://")
    """`make test` says PostgreSQL here the second time."""
    import django

    django.setup()

settings.register_profile("same_cases", derandomize=True, deadline=None, database=None)
settings.load_profile("same_cases")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parents[1]
