"""The reader's room: what opens it, what shuts it, what is noted, and that nothing else is to be had through it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from oversight.accounts.models import Account
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move
from oversight.record.models import Entry
from oversight.requests import daily, producing, queries, rooming, tables
from oversight.requests.models import Document, Download, Room, Visit
from oversight.requests.rooming import Link

from .conftest import Firm, on


def words(what: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refusal:
        what()
    return refusal.value.words


def door(link: Link) -> str:
    return reverse("requests:reading", args=[link.secret])


def come_in(link: Link, passphrase: str = "", who: str = "Examiner, district office", client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post(door(link), {"who": who, "passphrase": passphrase or link.passphrase})


def test_address_and_passphrase_open_it_and_show_what_was_produced_alone(firm: Firm) -> None:
    link = firm.room()
    client = Client()
    outside = client.get(door(link))
    assert (outside.status_code, "BX-000001" in outside.content.decode(), outside["X-Robots-Tag"], outside["Cache-Control"]) == (
        200, False, "noindex, nofollow, noarchive", "no-store",
    )  # fmt: skip
    client, answer = come_in(link)
    assert (answer.status_code, answer["Location"]) == (302, door(link))
    cookie = answer.cookies["reading"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (door(link), True, "Lax")
    page = client.get(door(link))
    said = page.content.decode()
    assert [text in said for text in ("BX-000001", "Paper 1", "unchanged since released", Document.objects.get().filed.sha256)] == [True] * 4
    assert [text in said for text in ('aria-label="Pages"', "/account/", "desk.js", "Counsel")] == [False] * 4, "no navigation, no account, no script"
    assert (page["X-Robots-Tag"], page["Cache-Control"]) == ("noindex, nofollow, noarchive", "no-store")


def test_each_download_is_noted_with_who_they_say_they_are(firm: Firm) -> None:
    link = firm.room()
    client, _ = come_in(link)
    answer = client.get(reverse("requests:reading_document", args=[link.secret, "BX-000001"]))
    assert (answer.content, answer["Content-Disposition"], answer["Cache-Control"]) == (
        b"Paper 1 of the firm.\n", 'attachment; filename="BX-000001 paper.txt"', "no-store",
    )  # fmt: skip
    archive = client.get(reverse("requests:reading_part", args=[link.secret, 1, "archive"]))
    assert "documents/BX-000001 paper.txt" in zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    visit = Visit.objects.get()
    assert (visit.who, visit.address, visit.is_let_in, [one.what for one in visit.downloads.order_by("pk")]) == (
        "Examiner, district office", "", True, ["BX-000001", "everything in one ZIP archive"],
    )  # fmt: skip
    rows = tables.visits(queries.visits_of(link.room)).rows
    assert [row.cells[1:5] for row in rows] == [("Examiner, district office", "came in", "not kept", "BX-000001, everything in one ZIP archive")]
    entries = Entry.objects.filter(subject_kind__in=("room_visit", "room_download")).order_by("seq")
    assert [(entry.verb, entry.actor) for entry in entries] == [("enter", "system:reader"), ("take", "system:reader"), ("take", "system:reader")]
    assert [text in "".join(entry.body for entry in entries) for text in ("Examiner", link.secret, link.passphrase)] == [False] * 3


def test_the_network_address_is_kept_only_where_the_deployment_says_so(firm: Firm, settings: Settings) -> None:
    settings.READER_ADDRESSES = True
    come_in(firm.room())
    assert Visit.objects.get().address == "127.0.0.1"


def test_the_desk_keeps_neither_address_nor_passphrase(firm: Firm) -> None:
    link = firm.room()
    room = Room.objects.get()
    assert (link.secret in room.secret_sha256, link.passphrase in room.passphrase, len(room.secret_sha256), room.passphrase.startswith("scrypt$")) == (
        False, False, 64, True,
    )  # fmt: skip
    body = "".join(Entry.objects.filter(subject_kind="reading_room").values_list("body", flat=True))
    assert [text in body for text in (room.secret_sha256, room.passphrase, "the examiner")] == [False] * 3


def test_a_room_opens_only_after_another_person_released_it(firm: Firm) -> None:
    production = firm.delivered()
    link = rooming.make_room(firm.compliance, production.request, reader="x", last_on=date(2026, 10, 31), production=production)
    assert Client().get(door(link)).status_code == 404
    assert come_in(link)[1].status_code == 404
    assert words(lambda: move(firm.compliance, link.room, "release")) == "Release the room: nobody approves their own work, and you are named as made by."
    move(firm.senior, link.room, "release")
    assert come_in(link)[1].status_code == 302
    assert Visit.objects.count() == 1, "tries at a shut room are not counted"


def test_a_room_with_nothing_to_read_is_not_released(firm: Firm) -> None:
    link = rooming.make_room(firm.compliance, firm.working(), reader="x", last_on=date(2026, 10, 31))
    assert words(lambda: move(firm.senior, link.room, "release")) == "Release the room: nothing is released in its scope yet."


@pytest.mark.parametrize("last_on", [date(2026, 9, 30), date(2026, 12, 1)])
def test_a_room_is_open_no_longer_than_the_limits_say(firm: Firm, last_on: date) -> None:
    row = firm.delivered().request
    assert words(lambda: rooming.make_room(firm.compliance, row, reader="x", last_on=last_on)) == (
        "A room is open at most 60 days: its last day lies between today and 2026-11-30."
    )
    assert words(lambda: rooming.make_room(firm.senior, row, reader="x", last_on=date(2026, 10, 2))) == "Making a reader's room: only compliance may do this."


def test_after_its_last_day_the_room_is_shut_even_before_the_daily_round(firm: Firm) -> None:
    link = firm.room()
    client, _ = come_in(link)
    with on(10, 31, 23, 59):
        assert Client().get(door(link)).status_code == 200
    with on(11, 1, 0, 1):
        assert (client.get(door(link)).status_code, come_in(link)[1].status_code, Room.objects.get().state) == (404, 404, "open")
        assert client.get(reverse("requests:reading_document", args=[link.secret, "BX-000001"])).status_code == 404
        assert daily.daily().ended == 1
        assert (Room.objects.get().state, daily.daily().ended) == ("expired", 0)


def test_a_revoked_room_shuts_at_once_for_who_is_in_it(firm: Firm) -> None:
    link = firm.room()
    client, _ = come_in(link)
    move(firm.senior, link.room, "revoke", why="The examination ended.")
    assert client.get(door(link)).status_code == 404
    assert client.get(reverse("requests:reading_part", args=[link.secret, 1, "archive"])).status_code == 404
    assert Download.objects.count() == 0


def test_no_room_a_shut_one_and_one_that_is_over_answer_alike(firm: Firm) -> None:
    link = firm.room()
    nothing = Client().get(reverse("requests:reading", args=["no-such-address"]))
    move(firm.senior, link.room, "revoke", why="x")
    shut = Client().get(door(link))
    assert (nothing.status_code, nothing.content) == (shut.status_code, shut.content)


def test_wrong_passphrases_wait_then_lock_and_compliance_is_told(firm: Firm) -> None:
    link = firm.room()
    for second in range(3):
        with on(10, 1, 9, 0, second):
            assert come_in(link, "wrong-word")[1].status_code == 403
    with on(10, 1, 9, 0, 30):
        _, answer = come_in(link)
        assert (answer.status_code, "Wait a minute" in answer.content.decode()) == (429, True), "even the right one waits"
    for minute in (2, 3):
        with on(10, 1, 9, minute):
            assert come_in(link, "wrong-word")[1].status_code == 403
    assert Room.objects.get().state == "locked"
    assert sorted(Copy.objects.filter(notice__what__contains="is locked after 5").values_list("to", flat=True)) == sorted(
        [firm.compliance.key, firm.counsel.key]
    )
    with on(10, 1, 10):
        assert come_in(link)[1].status_code == 404, "the right passphrase opens a locked room no more"
        rooming.unlock(firm.compliance, Room.objects.get(), why="The examiner had a typing error.")
        assert come_in(link)[1].status_code == 302
    assert Visit.objects.filter(is_let_in=False).count() == 5


def test_a_right_passphrase_begins_the_count_anew(firm: Firm) -> None:
    link = firm.room()
    for minute in range(0, 16, 2):
        with on(10, 1, 9, minute):
            come_in(link, "" if minute == 6 else "wrong-word")
    assert (Room.objects.get().state, Visit.objects.filter(is_let_in=False).count()) == ("open", 7)


def test_a_relink_ends_the_one_before_and_who_is_in(firm: Firm) -> None:
    link = firm.room()
    client, _ = come_in(link)
    with on(10, 1, 9):
        fresh = rooming.relink(firm.compliance, link.room)
        assert (client.get(door(link)).status_code, come_in(link)[1].status_code) == (404, 404)
        assert come_in(fresh)[1].status_code == 302
        assert come_in(fresh, link.passphrase)[1].status_code == 403
        old = Client()
        old.cookies["reading"] = client.cookies["reading"].value
        assert "Come in" in old.get(door(fresh)).content.decode()
    assert words(lambda: rooming.relink(firm.senior, link.room)) == "Making a new link: only compliance may do this."


def test_a_relink_unlocks_and_an_ended_room_gets_none(firm: Firm) -> None:
    link = firm.room()
    for minute in range(0, 10, 2):
        with on(10, 1, 9, minute):
            come_in(link, "wrong-word")
    assert Room.objects.get().state == "locked"
    with on(10, 1, 10):
        assert come_in(rooming.relink(firm.compliance, link.room))[1].status_code == 302
    move(firm.senior, Room.objects.get(), "revoke", why="x")
    assert words(lambda: rooming.relink(firm.compliance, link.room)) == "This room has ended. Make another."


def test_a_visit_ends_with_its_minutes_and_when_they_leave(firm: Firm) -> None:
    link = firm.room()
    client, _ = come_in(link)
    with on(10, 1, 9, 1):  # 61 minutes after 08:00
        assert "Come in" in client.get(door(link)).content.decode()
        answer = client.get(reverse("requests:reading_document", args=[link.secret, "BX-000001"]))
        assert (answer.status_code, answer["Location"]) == (302, door(link))
    client, _ = come_in(link)
    assert client.post(reverse("requests:leave", args=[link.secret])).status_code == 302
    assert "Come in" in client.get(door(link)).content.decode()


def test_a_room_over_one_production_shows_no_other(firm: Firm) -> None:
    production = firm.delivered()
    other = firm.working(reference="2026-2")
    firm.cleared(other)
    producing.release(firm.senior, producing.draft(firm.compliance, other, covering="Another letter."))
    link = firm.room(production)
    client, _ = come_in(link)
    assert "BX-000002" not in client.get(door(link)).content.decode()
    for address in (["BX-000002"], ["BX-999999"]):
        assert client.get(reverse("requests:reading_document", args=[link.secret, *address])).status_code == 404
    assert client.get(reverse("requests:reading_part", args=[link.secret, 2, "archive"])).status_code == 404
    assert client.get(reverse("requests:reading_part", args=[link.secret, 1, "request"])).status_code == 404
    assert [client.get(url).status_code for url in ("/", "/requests/", "/evidence/1/bytes/")] == [302, 302, 302], "nothing of the desk is open to a reader"


def test_a_visit_to_one_room_opens_no_other(firm: Firm) -> None:
    first = firm.room()
    second = firm.room(first.room.production)
    client, _ = come_in(first)
    other = Client()
    other.cookies["reading"] = client.cookies["reading"].value
    assert "Come in" in other.get(door(second)).content.decode()


def test_a_room_over_a_request_shows_what_is_produced_later_and_hides_what_was_recalled(firm: Firm) -> None:
    production = firm.delivered(times=2)
    link = firm.room(production, is_over_all=True)
    client, _ = come_in(link)
    document = Document.objects.order_by("pk").first()
    assert document is not None
    producing.recall(firm.compliance, document, recall_line="Given in error.")
    said = client.get(door(link)).content.decode()
    assert [text in said for text in ("A document of this production was recalled", "productions/1/archive", "productions/1/listing")] == [True, False, True]
    assert client.get(reverse("requests:reading_document", args=[link.secret, "BX-000001"])).status_code == 404
    assert client.get(reverse("requests:reading_part", args=[link.secret, 1, "archive"])).status_code == 404
    assert client.get(reverse("requests:reading_document", args=[link.secret, "BX-000002"])).status_code == 200


def test_altered_bytes_are_said_and_never_given(firm: Firm) -> None:
    link = firm.room()
    client, _ = come_in(link)
    place = store.place(Document.objects.get().filed.sha256)
    place.chmod(0o600)
    place.write_bytes(b"something else")
    assert "altered or missing: not given" in client.get(door(link)).content.decode()
    answer = client.get(reverse("requests:reading_document", args=[link.secret, "BX-000001"]))
    assert (answer.status_code, b"something else" in answer.content, Download.objects.count()) == (409, False, 0)
    staff = Client()
    staff.force_login(Account.objects.get(key=firm.senior.key), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "altered or missing" in staff.get(link.room.production.get_absolute_url()).content.decode()


def test_who_does_not_say_who_they_are_stays_outside(firm: Firm) -> None:
    link = firm.room()
    assert come_in(link, who="   ")[1].status_code == 400
    assert words(lambda: rooming.enter(link.secret, link.passphrase, who=" ")) == "Say who you are."
    assert Visit.objects.count() == 0


def test_a_room_that_is_locked_between_the_check_and_the_entry_stays_shut(firm: Firm) -> None:
    link = firm.room()
    stale = rooming.found(link.secret)
    assert stale is not None
    move(firm.senior, link.room, "revoke", why="x")
    assert words(lambda: rooming.enter(link.secret, link.passphrase, who="x")) == "No room is open at this address."


@pytest.mark.parametrize("typed", ["as told", "AS TOLD", "without dashes"])
def test_the_passphrase_may_be_typed_as_it_was_heard(firm: Firm, typed: str) -> None:
    link = firm.room()
    heard = {"as told": link.passphrase, "AS TOLD": link.passphrase.upper(), "without dashes": link.passphrase.replace("-", " ")}[typed]
    assert come_in(link, heard)[1].status_code == 302


def test_a_form_from_elsewhere_does_not_come_in(firm: Firm) -> None:
    link = firm.room()
    client = Client(enforce_csrf_checks=True)
    assert client.post(door(link), {"who": "x", "passphrase": link.passphrase}).status_code == 403
    assert Visit.objects.count() == 0
