"""What findings do from the command line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command

from oversight.findings import actions
from oversight.findings.models import Suppression


def test_suppressions_end_by_a_command(bench: Any, actor: Any, capsys: pytest.CaptureFixture[str]) -> None:
    row = Suppression(check_id="EXE-105", reason="Known.", from_on=date(2026, 9, 28), expires_on=date(2026, 10, 1))
    actions.approve(actor("supervisor"), actions.propose(actor("analyst"), row))
    call_command("daily")
    assert capsys.readouterr().out.splitlines()[0].split(";")[0] == "suppressions: 0 ended"
