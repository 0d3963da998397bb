"""Rooms for programs: the firm's read them whole, an outside account's reads nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.api import actions as tokens
from oversight.lifecycle import Refusal
from oversight.rooms import actions

from .conftest import ABOUT, Firm


def read(account: Account, path: str) -> Any:
    token = tokens.issue(Actor(account.key, account.roles), account, "test", ["vendors:read"], 30)[1]
    return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


def test_a_program_of_the_firm_reads_a_room_with_its_notes(firm: Firm, person: Callable[..., Account]) -> None:
    actions.say(firm.outside, firm.room, "conclusion", "A setting.", value="setting")
    actions.note(firm.analyst, firm.room, "Ask the desk.", subject=firm.room.subject)
    reader = person("analyst", name="reader")
    assert [row["case"] for row in read(reader, "/rooms?vendor=one").json()["rows"]] == [str(firm.case)]
    said = read(reader, f"/rooms/{firm.room.pk}").json()
    assert (said["vendor"], said["room"]["about"], said["said"]["vendor_conclusion"]["value"], [note["words"] for note in said["said"]["notes"]]) == (
        "one", ABOUT, "setting", ["Ask the desk."],
    )  # fmt: skip
    assert read(reader, "/rooms/999999").status_code == 404


def test_an_outside_account_has_no_program(firm: Firm) -> None:
    with pytest.raises(Refusal):
        read(firm.one, f"/rooms/{firm.room.pk}")
