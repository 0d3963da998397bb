"""Corrective plans for programs: the firm's read versions and items, and nothing of a vendor's draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.api import actions as tokens
from oversight.plans import actions

from .conftest import Firm


def read(account: Account, path: str) -> Any:
    token = tokens.issue(Actor(account.key, account.roles), account, "test", ["vendors:read"], 30)[1]
    return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


def test_a_program_reads_a_version_once_it_was_submitted(firm: Firm, person: Callable[..., Account]) -> None:
    reader, item = person("analyst"), firm.item()
    actions.describe(firm.outside, firm.plan, "a draft")
    draft = read(reader, f"/plans/{firm.plan.pk}").json()
    assert (draft["items"], "summary" in draft["plan"], read(reader, f"/plans/items/{item.pk}").status_code) == ([], False, 404)
    firm.accepted()
    said = read(reader, f"/plans/{firm.plan.pk}").json()
    assert (said["plan"]["summary"], [each["owner"] for each in said["items"]], said["moves"]) == ("a draft", ["Head of routing"], [])
    one = read(reader, f"/plans/items/{item.pk}").json()
    assert (one["standing"], one["trend"]["rows"]) == ("no run was read yet", [])
    assert [row["state"] for row in read(reader, "/plans").json()["rows"]] == ["accepted"]
    assert [row["owner"] for row in read(reader, "/plans/items").json()["rows"]] == ["Head of routing"]
