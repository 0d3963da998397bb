"""A desk of its own for the journeys: the sample firm's three days received, an account for each role, and a server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.databases import Migrated

MORNING = "2026-10-01T12:00:00+00:00"
"""08:00 in New York, on the Thursday after the sample firm's vendor file was written."""
PASSWORD = "a-morning-at-the-desk"  # of accounts that live as long as the tests do
ROLES = (
    "analyst", "supervisor", "committee", "compliance", "vendor_manager", "senior_manager", "auditor", "vendor", "administrator", "vendor_b", "committee_2",
    "committee_3",
)  # fmt: skip
PEOPLE = f"""
import django
django.setup()
from django.contrib.auth.hashers import ScryptPasswordHasher
ScryptPasswordHasher.work_factor = 2  # of passwords that stand in this file
from oversight.accounts import actions
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.demo import onboarding
onboarding.finish(onboarding.play(lambda words: None), lambda words: None)
for account in Account.objects.filter(username__in={ROLES!r}):
    actions.set_password(automated("journeys"), account, {PASSWORD!r})
"""
"""The sample firm's people and their vendor file, as the demonstration tells them; then a password that the journeys know."""


ANSWERED = """
import sys, django
django.setup()
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.findings import actions
from oversight.findings.models import Finding, SampleItem, causes
analyst, supervisor = (Actor(account.key, account.roles) for account in (Account.objects.get(username=name) for name in ("analyst", "supervisor")))
of_day = Finding.objects.filter(on=sys.argv[1])
actions.answer(analyst, list(of_day.filter(state="open")), "explain", cause_code=causes()[0][0], customer_impact="no", answer="Looked at one by one.")
actions.moved_all(supervisor, list(of_day.filter(state="awaiting_reader")), "agree")
actions.moved_all(analyst, list(SampleItem.objects.filter(state="drawn", draw__on=sys.argv[1])), "look")
"""


@dataclass(frozen=True)
class Desk:
    """A running desk: where it answers, and the environment in which its commands run."""

    address: str
    environment: dict[str, str]

    def oversight(self, *words: str) -> str:
        """What the command printed."""
        return ran([sys.executable, "-m", "django", *words], self.environment)

    def answer_all(self, on: str) -> None:
        """The rest of a day's work, so that a supervisor can sign it."""
        ran([sys.executable, "-c", ANSWERED, on], self.environment)


def ran(command: list[str], environment: dict[str, str]) -> str:
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@contextmanager
def opened(home: Path, workspace: Path, migrated: Migrated) -> Iterator[Desk]:
    """Build the desk in `home` over `workspace`, on a copy of a migrated database, and serve it until the block ends."""
    home.mkdir()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening, migrated.copied(home) as url:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        desk = Desk(address, environment(home, workspace, address, url))
        ran([sys.executable, "-c", PEOPLE], desk.environment)
        desk.oversight("receive")
        with served(desk, listening.fileno(), home / "server.log"):
            yield desk


@contextmanager
def on_another_day(desk: Desk, instant: str) -> Iterator[Desk]:
    """The same desk, served a second time as of `instant`."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        clock = f"{instant}@{datetime.now(UTC).isoformat()}"
        moved = Desk(address, {**desk.environment, "OVERSIGHT_URL": address, "OVERSIGHT_CLOCK": clock})
        with served(moved, listening.fileno(), Path(desk.environment["OVERSIGHT_HOME"]) / "another-day.log"):
            yield moved


def environment(home: Path, workspace: Path, address: str, url: str) -> dict[str, str]:
    """Nothing of ours leaks in but the PATH and where things are installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OVERSIGHT_", "BESTEXEC_", "DATABASE_", "PYTEST"))}
    return {
        **kept, "DJANGO_SETTINGS_MODULE": "oversight.settings", "OVERSIGHT_HOME": str(home), "OVERSIGHT_SECRET_KEY": "of-the-journeys-alone-" * 3,
        "BESTEXEC_WORKSPACE": str(workspace), "DATABASE_URL": url, "OVERSIGHT_URL": address, "OVERSIGHT_MFA": "offered",
        "OVERSIGHT_CLOCK": f"{MORNING}@{datetime.now(UTC).isoformat()}",
    }  # fmt: skip


@contextmanager
def served(desk: Desk, listening: int, log: Path) -> Iterator[None]:
    """`oversight serve` on a socket that listens already, so that nobody need wait for it; what it writes goes to `log`."""
    command = [sys.executable, "-m", "django", "serve", "--bind", f"fd://{listening}", "--workers", "1"]
    with log.open("w") as written, subprocess.Popen(command, env=desk.environment, pass_fds=[listening], stdout=written, stderr=written) as server:
        try:
            yield
        finally:
            server.terminate()
            server.wait(timeout=30)
