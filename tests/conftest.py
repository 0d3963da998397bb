"""What every test stands on: the project's own folder, and properties that draw the same cases each time."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

if find_spec("django"):
    DESK = tempfile.mkdtemp(prefix="bestexec-desk-")
    atexit.register(shutil.rmtree, DESK, ignore_errors=True)
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
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database without a row, to be copied by tests whose desk is a process of its own. All workers make it once."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    file = tmp_path_factory.getbasetemp().parent / f"migrated-{run}.sqlite3"
    with file.with_suffix(".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not file.exists():
            making = file.with_suffix(".making")
            settings = {**os.environ, "DATABASE_URL": f"sqlite:///{making}"}
            subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=settings, check=True)
            making.rename(file)
    return file


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parents[1]
