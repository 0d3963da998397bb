"""Suppressions in force stand beside the firm's limits, so that each later run holds them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from bestexec import Workspace, load_policy, open_workspace
from oversight.actor import Actor
from oversight.findings import actions
from oversight.findings.models import Suppression
from oversight.policy import actions as policy
from oversight.policy import queries as limits

Acting = Callable[..., Actor]


@pytest.fixture
def workspace(db: None, tmp_path: Path, settings: Any) -> Workspace:
    settings.WORKSPACE = tmp_path / "workspace"
    made = open_workspace(settings.WORKSPACE)
    policy.adopt()
    return made


def proposed(by: Actor) -> Suppression:
    row = Suppression(check_id="EXE-112", vendor='the "second"', reason="Known.", from_on=date(2026, 9, 30), expires_on=date(2026, 10, 29))
    return actions.propose(by, row)


def test_approved_it_stands_beside_the_limits_and_withdrawn_it_is_gone(workspace: Workspace, actor: Acting) -> None:
    analyst, supervisor, file = actor("analyst"), actor("supervisor"), workspace.policy / "suppressions.toml"
    before = load_policy(workspace.policy).hash
    row = proposed(analyst)
    assert not file.exists()
    actions.approve(supervisor, row)
    assert tomllib.loads(file.read_text())["suppressions"] == [
        {"number": row.pk, "check_id": "EXE-112", "vendor": 'the "second"', "from_on": date(2026, 9, 30), "expires_on": date(2026, 10, 29)}
    ]
    assert "Known." not in file.read_text()
    assert load_policy(workspace.policy).hash != before
    assert limits.drift() == ()
    actions.withdraw(supervisor, row, why="No longer so.")
    assert not file.exists()
    assert load_policy(workspace.policy).hash == before


def test_while_the_workspace_is_written_the_page_says_so_and_the_daily_command_mends_it(
    workspace: Workspace, actor: Acting, browser: Callable[..., Client], capsys: pytest.CaptureFixture[str]
) -> None:
    analyst, supervisor, page = actor("analyst"), actor("supervisor"), browser("auditor")
    with workspace.writing():
        row = actions.approve(supervisor, proposed(analyst))
        assert row.state == "active"
        assert "is not beside the firm" in page.get("/exceptions/suppressions/").content.decode()
        call_command("daily")
        assert capsys.readouterr().out.splitlines()[0].endswith("; run this again")
    call_command("daily")
    assert capsys.readouterr().out.splitlines()[0] == "suppressions: 0 ended"
    assert (workspace.policy / "suppressions.toml").exists()
    assert "is not beside the firm" not in page.get("/exceptions/suppressions/").content.decode()
