"""What every test stands on: the project's own folder, and properties that draw the same cases each time."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tests.databases import Migrated

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

    from django.contrib.auth.hashers import ScryptPasswordHasher

    ScryptPasswordHasher.work_factor = 2
    """Tests hash some hundred passwords that nobody need guess; the shipped cost is a fifth of a second for each."""


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What is imported and collected stays to the end, and to look through it again and again is a third of that time: it is not looked through for garbage."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


settings.register_profile("same_cases", derandomize=True, deadline=None, database=None)
settings.load_profile("same_cases")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """The schema, made once for all workers of this run; each has its folder in one that they share."""
    own, run = tmp_path_factory.getbasetemp(), os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return Migrated(own.parent, run) if run else Migrated(own, "alone")


@pytest.fixture(scope="session")
def django_db_setup(migrated: Migrated, django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None) -> Iterator[None]:
    """The tests' database, as a copy; pytest-django's own would migrate it in each worker."""
    from django.db import connection

    with django_db_blocker.unblock(), migrated.under(connection):
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parents[1]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several workers one makes all journeys and one asks all views for all roles, each over one desk, built once; the rest goes where there is room."""
    from xdist.scheduler import LoadScopeScheduling

    class OneDesk(LoadScopeScheduling):  # type: ignore[misc,no-any-unimported]
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith("tests/line/browser/") and "test_no_page_of_a_role" not in nodeid:
                return "journeys"
            return "permissions" if nodeid.startswith("tests/house/test_permissions.py") else nodeid

    return OneDesk(config, log)
