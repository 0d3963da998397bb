"""A model that the record could not hold is refused at start."""

from __future__ import annotations

import pytest
from django.core.checks import CheckMessage

from oversight.handling.models import Happening
from oversight.record.checks import recorded_models


def found() -> list[tuple[str | None, str]]:
    return [(message.id, message.msg) for message in recorded_models() if isinstance(message, CheckMessage)]


def test_every_model_of_the_desk_can_be_held() -> None:
    assert found() == []


@pytest.mark.parametrize("name", ["", "finding"])
def test_a_model_says_what_the_record_calls_it_and_no_other_is_called_so(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Happening, "RECORD", name)
    assert found() == [("record.E001", "RECORD is missing, or another model's")]


def test_private_fields_are_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Happening, "PRIVATE", ("what", "wat"))
    assert found() == [("record.E002", "PRIVATE or UNRECORDED names wat")]


def test_no_field_is_called_what_the_actions_call_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oversight.record.checks.TAKEN", ("by", "cause"))
    assert found() == [("record.E003", "a field is called cause")]
