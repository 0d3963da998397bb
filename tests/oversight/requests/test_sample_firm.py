"""The sample firm's letter, played once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from oversight import clock
from oversight.demo.people import People
from oversight.demo.quarter_end import requests as story
from oversight.evidence import actions as evidence
from oversight.evidence import store
from oversight.requests import queries, rooming
from oversight.requests.models import Document, Paper, Production, Request, Room
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER

from .conftest import Firm


@pytest.mark.django_db
def test_a_letter_is_answered_in_part_with_one_document_withheld_and_a_room_open(firm: Firm, actor: object, capsys: pytest.CaptureFixture[str]) -> None:
    people = People(
        {
            COMPLIANCE: firm.compliance, SENIOR_MANAGER: firm.senior, SUPERVISOR: firm.supervisor, VENDOR_MANAGER: firm.vm,
            ANALYST: actor("analyst"),  # type: ignore[operator]  # a fixture that makes people
        },
        "",
    )  # fmt: skip
    story.after_meeting(people, {})
    row = Request.objects.get()
    assert (row.state, row.received_on, row.first_due_on, row.due_on) == ("partly", date(2026, 11, 9), date(2026, 11, 23), date(2026, 11, 30))
    assert list(row.items.values_list("number", "state")) == [("1", "produced"), ("2", "produced"), ("3", "produced"), ("4", "nothing"), ("5", "open")]
    production = Production.objects.get()
    released = datetime(2026, 11, 19, 18, 15, tzinfo=UTC)
    assert (production.state, production.released_at, production.released_by) == ("delivered", released, firm.senior.key)
    assert list(production.given.values_list("label", "is_redacted")) == [
        ("BX-000001", False), ("BX-000002", False), ("BX-000003", True), ("BX-000004", False),
    ]  # fmt: skip
    assert [document.filed.title for document in Document.objects.filter(state="withheld")] == ["Memorandum of 30 October"]
    assert Paper.objects.get().written_by == firm.senior.key
    room = Room.objects.get()
    assert (room.state, room.last_on, room.visits.get().downloads.count()) == ("open", date(2026, 12, 19), 2)
    assert production.archive is not None
    assert len(queries.privileged_hashes()) == 1
    assert store.read(production.archive.sha256)[:2] == b"PK"
    assert capsys.readouterr() == ("", ""), "nothing secret is printed"
    with clock.stated(datetime(2026, 11, 20, 21, tzinfo=UTC)):
        assert Client().post(f"/requests/reading/{rooming.relink(firm.compliance, room).secret}/", {"who": "x"}).status_code == 400


@pytest.mark.django_db
def test_what_is_beside_a_review_goes_into_the_third_item_once(firm: Firm) -> None:
    filed = firm.filed(b"Minutes of 27 October.\n")
    row = firm.received()
    evidence.link(firm.supervisor, filed, row.subject)
    assert story._beside(("request",)) == [row.letter, filed]
    assert [number for number, *_ in story.ITEMS] == ["1", "2", "3", "4", "5"]


def test_its_redacted_copy_names_no_account() -> None:
    assert b"7f2c91d0aa" in story.SAMPLED
    assert [key for key in (b"7f2c91d0aa", b"1b0e44c9d7", b"93aa0d5510") if key in story.SAMPLED_REDACTED] == []
