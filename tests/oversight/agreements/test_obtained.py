"""The right to data: written down by two, proved each month, told once when a month is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import Settings

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.agreements import actions, queries
from oversight.agreements.models import Delivery, Entitlement
from oversight.agreements.obtainable import OBTAINABLE
from oversight.evidence.queries import of_subject
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move

from .conftest import Desk

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
PROOF: dict[str, Any] = {"delivered_on": date(2026, 8, 4), "is_complete": True, "import_name": "routes_2026-07.csv"}


@pytest.fixture
def right(desk: Desk) -> Entitlement:
    """Routes of vendor_a from mid-July on, within five days of the month's end."""
    row = actions.note_right(desk.manager, desk.vendor(), what="routes", clause="9.1", format="CSV", clock_days=5, from_on=date(2026, 7, 15))
    return move(desk.compliance, row, "activate")


def standings(*months: date) -> list[str]:
    return [cell.standing for _, cells in queries.grid(queries.rights(), months) for cell in cells]


def test_a_right_is_put_in_force_by_another_and_stands_once(desk: Desk) -> None:
    given: dict[str, Any] = {"clause": "9.1", "format": "CSV", "clock_days": 5, "from_on": JULY}
    row = actions.note_right(desk.manager, desk.vendor(), what="routes", **given)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(desk.manager, row, "activate")
    with pytest.raises(Refusal, match="on the list already"):
        actions.note_right(desk.manager, desk.vendor(), what="routes", **given)
    with pytest.raises(Refusal, match="nothing that is obtained"):
        actions.note_right(desk.manager, desk.vendor(), what="gossip", **given)
    actions.note_right(desk.manager, desk.vendor("vendor_b"), what="routes", **given)


def test_a_month_is_due_after_its_end_and_missing_after_its_clock(right: Entitlement) -> None:
    # July ends on the 31st, so five days are August 5; September's are October 5.
    assert [right.due_on(month) for month in (JULY, SEPTEMBER)] == [date(2026, 8, 5), date(2026, 10, 5)]
    assert right.months() == (JULY, AUGUST, SEPTEMBER)
    assert standings(date(2026, 6, 1), JULY, AUGUST, SEPTEMBER) == ["—", "missing since 2026-08-05", "missing since 2026-09-05", "due 2026-10-05"]


def test_a_proof_says_whether_it_was_late_and_complete(desk: Desk, right: Entitlement) -> None:
    actions.prove(desk.manager, right, JULY, **PROOF)
    actions.prove(desk.manager, right, AUGUST, delivered_on=date(2026, 9, 9), is_complete=True, import_name="x.csv")
    actions.prove(desk.manager, right, SEPTEMBER, delivered_on=date(2026, 10, 1), is_complete=False, what="The 30th is missing.", import_name="x.csv")
    assert standings(JULY, AUGUST, SEPTEMBER) == ["delivered 2026-08-04", "delivered 2026-09-09, late", "incomplete"]


def test_a_correction_is_a_proof_of_its_own_and_nothing_is_changed(desk: Desk, right: Entitlement) -> None:
    first = actions.prove(desk.manager, right, JULY, **PROOF)
    second = actions.prove(desk.compliance, right, JULY, **{**PROOF, "is_complete": False, "what": "The 31st is missing."})
    assert (second.corrects, standings(JULY)) == (first, ["incomplete"])
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE agreements_delivery SET is_complete = %s", [True])


@pytest.mark.parametrize(
    ("month", "facts", "said"),
    [
        (date(2026, 10, 1), {}, "not over yet"),
        (date(2026, 6, 1), {}, "does not cover it"),
        (JULY, {"delivered_on": date(2026, 6, 30)}, "in it or after it"),
        (JULY, {"delivered_on": date(2026, 10, 2)}, "not in the future"),
        (JULY, {"import_name": " "}, "Name the import, or file what shows"),
        (JULY, {"is_complete": False}, "Say what is missing"),
    ],
)
def test_proofs_that_cannot_be_are_refused(desk: Desk, right: Entitlement, month: date, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        actions.prove(desk.manager, right, month, **{**PROOF, **facts})
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("role", ["supervisor", "committee", "senior_manager", "auditor", "vendor", "administrator"])
def test_only_who_keeps_or_imports_proves(right: Entitlement, actor: Callable[..., Actor], role: str) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.prove(actor(role, name=f"some {role}"), right, JULY, **PROOF)
    assert refusal.value.is_forbidden


def test_a_missing_month_is_told_once_to_the_firm_and_to_its_vendor_alone(desk: Desk, right: Entitlement) -> None:
    actions.prove(desk.manager, right, JULY, **PROOF)
    assert [actions.daily(automated("daily"))["missing"] for _ in range(2)] == [1, 0]
    words = "Routes of 2026-08 did not come by 2026-09-05"

    def told(key: str) -> list[tuple[str, str]]:
        return [(copy.notice.what, copy.notice.severity) for copy in Copy.objects.filter(to=key).select_related("notice")]

    assert told(desk.manager.key) == told(desk.compliance.key) == [(f"Alder Routing: {words}", "high")]
    assert told(desk.outside["vendor_a"].key) == [(f"{words}. The firm asks for it.", "high")]
    assert told(desk.outside["vendor_b"].key) == []
    with clock.stated(datetime(2026, 10, 6, 12, tzinfo=UTC)):
        assert actions.daily(automated("daily"))["missing"] == 1, "September's clock ran out on the 5th"


def test_a_right_that_ended_asks_for_no_more_months(desk: Desk, right: Entitlement) -> None:
    move(desk.compliance, right, "end", until_on=date(2026, 8, 20), why="The agreement ended.")
    assert (right.months(), actions.daily(automated("daily"))["missing"]) == ((JULY, AUGUST), 0)


def test_the_months_shown_are_the_last_that_are_over() -> None:
    assert queries.months_back(3) == (JULY, AUGUST, SEPTEMBER)


def test_a_delivery_note_is_filed_with_the_proof(desk: Desk, right: Entitlement, settings: Settings) -> None:
    client = Client()
    client.force_login(Account.objects.get(key=desk.manager.key), backend="allauth.account.auth_backends.AuthenticationBackend")
    url = f"/agreements/obtained/{right.pk}/2026-07/"
    sent = {"delivered_on": "2026-08-04", "is_complete": "on", "content": SimpleUploadedFile("../../etc/note.txt", b"Delivered.\n")}
    assert client.post(url, sent).status_code == 302
    row = Delivery.objects.get()
    assert [link.filed.name for link in of_subject(*row.subject)] == ["note.txt"]
    assert "Noted before: delivered 2026-08-04" in client.get(url).content.decode()


@pytest.mark.parametrize("sent", [{}, {"delivered_on": "2026-08-04", "is_complete": "on"}, {"delivered_on": "2026-08-04", "import_name": "x.csv"}])
def test_a_proof_without_its_words_is_said_beside_the_field(desk: Desk, right: Entitlement, sent: dict[str, str]) -> None:
    client = Client()
    client.force_login(Account.objects.get(key=desk.manager.key), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"/agreements/obtained/{right.pk}/2026-07/", sent).status_code == 400
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("month", ["2026-7", "2026-13", "2026-07-01", "nonsense", "9999999"])
def test_a_month_that_there_is_not_is_not_found(desk: Desk, right: Entitlement, month: str) -> None:
    client = Client()
    client.force_login(Account.objects.get(key=desk.manager.key), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/agreements/obtained/{right.pk}/{month}/").status_code == 404


def test_each_thing_that_may_be_obtained_has_a_key_of_its_own() -> None:
    assert len({each.key for each in OBTAINABLE}) == len(OBTAINABLE) == 10
