"""Sections written by hand, approved by a second person, and the people who do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import LazySettings, settings

from bestexec.checks.base import NOT_EVALUATED
from bestexec.runs import seal
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.findings.models import Run, RunDay
from oversight.procedures import actions
from oversight.procedures.content import FILED, Proof
from oversight.procedures.models import Section, Version
from oversight.record import actions as record

PROOFS = [Proof(FILED, 100, "the minutes").kept()]


@dataclass
class Desk:
    """Who writes, who approves, who owns; and what they do in one line."""

    writer: Actor
    approver: Actor
    other: Actor
    owner: Account
    deputy: Account

    def values(self, **said: Any) -> dict[str, Any]:
        """A whole and tailored section, unless said otherwise."""
        return {
            "title": "Every order accounted for", "text": "The analyst counts the orders each morning.", "runbook": "1. Count them.",
            "citations": ["FINRA 3110"], "checks": ["COM-101", "COM-102"], "metrics": ["order_count"], "duties": [], "proofs": PROOFS,
            "owner": self.owner.key, "owner_role": "analyst", "deputy": self.deputy.key, "deputy_role": "supervisor", "readers": ["analyst"],
            "read_within_days": 14, **said,
        }  # fmt: skip

    def drafted(self, chapter: str = "monitoring", **said: Any) -> Version:
        """The first draft of a section of the firm's own."""
        return actions.open_section(self.writer, chapter, self.values(**said)).versions.get()

    def proposed(self, **said: Any) -> Version:
        """The same, proposed."""
        return actions.propose(self.writer, self.drafted(**said))

    def approved(self, *, on: date | None = None, **said: Any) -> Version:
        """The same, approved and in force from that day (today)."""
        return actions.approve(self.approver, self.proposed(**said), effective_on=on or clock.today())

    def next_of(self, section: Section, *, on: date | None = None, **said: Any) -> Version:
        """Another version of the section, approved."""
        draft = actions.draft(self.writer, section, self.values(**said), "what changed")
        return actions.approve(self.approver, actions.propose(self.writer, draft), effective_on=on or clock.today())


def sealed_run(last_on: date, unasked: tuple[str, ...] = ()) -> Run:
    """A run over one day, sealed in the workspace and received, that had nothing to ask of the checks `unasked`."""
    rows = [{"check_id": check, "title": check, "reason": "nothing to ask", "rows": 0, "of_rows": 0} for check in unasked]
    policy = settings.WORKSPACE / "texts"
    policy.mkdir(parents=True, exist_ok=True)
    tables = {"not_evaluated": pl.DataFrame(rows, schema=NOT_EVALUATED.schema)}
    sealed = seal(settings.WORKSPACE / "runs", {"firm": ["Example Securities LLC"], "days": [last_on.isoformat()]}, tables, policy)
    numbers: dict[str, Any] = dict.fromkeys(("days", "orders", "fills", "findings", "not_evaluated"), 0)
    texts = dict.fromkeys(("policy_version", "policy_sha256", "metrics_sha256", "checks_sha256", "code_version", "code_sha256"), "x")
    run = Run(id=sealed.id, first_on=last_on, last_on=last_on, received_at=clock.now(), received_by="system:test", **numbers, **texts)
    record.create(automated("test"), run)
    record.create(automated("test"), RunDay(run=run, on=last_on))
    return run


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME, settings.WORKSPACE = tmp_path / "desk", tmp_path / "workspace"


@pytest.fixture
def desk(person: Callable[..., Account], actor: Callable[..., Actor]) -> Desk:
    return Desk(
        actor("compliance", name="writer"), actor("senior_manager", name="approver"), actor("supervisor", name="other"), person("analyst", name="owner"),
        person("supervisor", name="deputy"),
    )  # fmt: skip
