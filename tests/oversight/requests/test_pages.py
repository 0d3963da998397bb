"""The pages of requests: who sees which, a letter carried to its room in the browser, and what bad input meets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from oversight.accounts.models import Account
from oversight.evidence import actions as evidence
from oversight.record.models import Entry
from oversight.requests import actions, counseling, gathering, producing
from oversight.requests.models import Document, Extension, Item, Production, Request, Room
from oversight.roles import STAFF

from .conftest import DUE, LETTER, Firm

Browser = Callable[..., Client]
LEAKS = ("2026-1234", "Routing to KNCM", "Produce what answers", "Paper 1")


def of(key: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(key=key), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(content: bytes = LETTER, name: str = "letter.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


def sent(**said: Any) -> dict[str, Any]:
    given = {"content": upload(), "authority": "sec", "reference": "HO-1", "rule": "Exchange Act 17(b)", "about": "Routing.", "received_on": "2026-10-01",
             "due_on": "2026-10-21", "first_on": "2026-07-01", "last_on": "2026-09-30"}  # fmt: skip
    return {**given, **said}


def addresses(firm: Firm) -> dict[str, set[str]]:
    """Every page of a letter by the roles it is for, a production and a room behind it."""
    link = firm.room()
    row, item, document = Request.objects.get(), Item.objects.get(number="2"), Document.objects.get()
    staff, keepers, owners = set(STAFF), {"compliance"}, set(STAFF) - {"auditor"}
    rooms = {"compliance", "senior_manager", "auditor"}
    return {
        "/requests/?state=all": staff, "/requests/?state=all&format=csv": staff, row.get_absolute_url(): staff, item.get_absolute_url(): staff,
        document.get_absolute_url(): staff, Production.objects.get().get_absolute_url(): staff, link.room.get_absolute_url(): rooms,
        f"{link.room.get_absolute_url()}?format=csv": rooms, reverse("requests:gather", args=[item.pk]): owners,
        **{reverse(f"requests:{name}", args=[row.pk]): keepers for name in ("add_item", "correct", "ask_extension", "draft", "make_room")},
        reverse("requests:assign", args=[item.pk]): keepers, "/requests/new/": keepers,
    }  # fmt: skip


@pytest.mark.parametrize("role", [*STAFF, "vendor", "administrator"])
def test_each_page_is_for_its_roles_and_nothing_leaks_to_others(firm: Firm, browser: Browser, role: str) -> None:
    pages = addresses(firm)
    client = browser(role, name="reader", vendor="vendor_a" if role == "vendor" else "")
    for url, roles in pages.items():
        answer = client.get(url)
        assert answer.status_code == (200 if role in roles else 403), url
        if role not in roles:
            assert [words for words in LEAKS if words in answer.content.decode()] == []


def test_nobody_who_is_not_signed_in_sees_a_request(firm: Firm) -> None:
    for url in addresses(firm):
        answer = Client().get(url)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/account/login/")


def test_a_letter_is_carried_from_its_receipt_to_the_reader_in_the_browser(firm: Firm) -> None:
    compliance, counsel, senior, supervisor = (of(who.key) for who in (firm.compliance, firm.counsel, firm.senior, firm.supervisor))
    answer = compliance.post("/requests/new/", sent(owner=firm.compliance.key, counsel=[firm.counsel.key]))
    row = Request.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    page = f"/requests/{row.pk}/"
    given = {"number": "1", "question": "Produce routing tables.", "owner": firm.supervisor.key, "due_on": "2026-10-16", "first_on": "2026-07-01",
             "last_on": "2026-09-30", "known_at": "2026-09-30T16:00"}  # fmt: skip
    assert compliance.post(f"{page}items/new/", given | {"next_one": "1"})["Location"] == f"{page}items/new/"
    item = Item.objects.get()
    for name in ("split", "begin"):
        assert compliance.post(f"/move/request/{row.pk}/{name}/", {"next": page}).status_code == 302
    gather = f"/requests/items/{item.pk}/gather/"
    firm.filed(b"Routing table of July.\n", name="../../july.txt")
    found = supervisor.get(f"{gather}?q=Paper").content.decode()
    pk = re.search(r'name="filed" value="(\d+)"', found)
    assert pk is not None
    assert supervisor.post(gather, {"how": "choose", "filed": pk[1]}).status_code == 302
    assert supervisor.post(gather, {"how": "upload", "content": upload(b"August.\n", "august.txt"), "title": "Routing table of August"}).status_code == 302
    assert supervisor.post(gather, {"how": "print", "kind": "procedures", "wanted": "2026-09-30"}).status_code == 302
    first, second, third = Document.objects.order_by("pk")
    assert supervisor.post(f"/move/request_item/{item.pk}/hand_in/", {}).status_code == 302
    assert counsel.post(f"/move/request_document/{first.pk}/clear/", {}).status_code == 302
    redacted = {"content": upload(b"August, redacted.\n", "august.txt"), "redacts": "One name.", "ground": "personal"}
    assert counsel.post(f"/requests/documents/{second.pk}/redact/", redacted).status_code == 302
    line = {"ground": "attorney_client", "log_line": "Memo of counsel, 2 Oct 2026."}
    assert counsel.post(f"/move/request_document/{third.pk}/withhold/", line).status_code == 302
    assert counsel.post(f"/requests/{row.pk}/counsel/space/", {"title": "Why", "note": "Because.", "ground": "work_product"}).status_code == 302
    assert counsel.post(f"/move/request_item/{item.pk}/review/", {}).status_code == 302
    assert compliance.post(f"{page}productions/new/", {"covering": "Enclosed.", "documents": [first.pk, second.pk]}).status_code == 302
    production = Production.objects.get()
    assert senior.post(f"/move/production/{production.pk}/release/", {}).status_code == 302
    given = {"delivered_to": "SEC staff", "delivered_how": "room"}
    assert compliance.post(f"/move/production/{production.pk}/hand_over/", given).status_code == 302
    told = compliance.post(f"{page}rooms/new/", {"reader": "SEC staff", "production": production.pk, "last_on": "2026-10-31"})
    assert (told.status_code, told["Cache-Control"]) == (200, "no-store")
    address, passphrase = re.findall(r'<code class="secret">([^<]+)</code>', told.content.decode())
    assert senior.post(f"/move/reading_room/{Room.objects.get().pk}/release/", {}).status_code == 302
    reader = Client()
    assert reader.post(address, {"who": "SEC staff", "passphrase": passphrase}).status_code == 302
    said = reader.get(address).content.decode()
    assert [words in said for words in ("BX-000001", "BX-000002", "BX-000003", "redacted", "Because.")] == [True, True, False, True, False]
    assert compliance.post(f"/move/request/{row.pk}/close/", {}).status_code == 302
    assert Request.objects.get().state == "closed"
    whole = of(firm.compliance.key).get(page).content.decode()
    assert [words in whole for words in ("Memo of counsel", "SEC staff", "Because.")] == [True, True, False]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"due_on": "2026-09-30"}, "It would be due before it was received."),
        ({"received_on": "2026-10-02", "due_on": "2026-10-21"}, "It would have come in the future."),
        ({"last_on": "2026-06-30"}, "The period would end before it begins."),
        ({"rule": "other"}, "Name the rule in words."),
        ({"authority": "nobody"}, "Select a valid choice."),
        ({"owner": "a-000000000000"}, "Select a valid choice."),
        ({"content": ""}, "This field is required."),
    ],
)
def test_a_letter_that_cannot_be_is_said_beside_the_field(firm: Firm, said: dict[str, Any], words: str) -> None:
    answer = of(firm.compliance.key).post("/requests/new/", sent(owner=firm.compliance.key) | said)
    assert (answer.status_code, words in answer.content.decode(), Request.objects.count()) == (400, True, 0)


def test_a_letter_too_large_is_said_beside_the_file(firm: Firm, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1_000_000
    answer = of(firm.compliance.key).post("/requests/new/", sent(owner=firm.compliance.key, content=upload(b"x" * 1_100_000)))
    assert (answer.status_code, "The file is too large: at most 1 MB are kept." in answer.content.decode()) == (400, True)
    assert Request.objects.count() == 0


def test_an_item_without_an_owner_is_said_beside_the_field(firm: Firm) -> None:
    row = firm.received()
    answer = of(firm.compliance.key).post(f"/requests/{row.pk}/items/new/", {"number": "1", "question": "x", "owner": ""})
    assert (answer.status_code, "This field is required." in answer.content.decode(), Item.objects.count()) == (400, True, 0)


def test_more_time_is_asked_for_and_answered_in_the_browser(firm: Firm) -> None:
    row, client = firm.working(), of(firm.compliance.key)
    ask = {"content": upload(b"More time, please.\n"), "asked_until_on": "2026-11-01", "reason": "Two vendors."}
    assert client.post(f"/requests/{row.pk}/more-time/", ask).status_code == 302
    url = f"/requests/more-time/{Extension.objects.get().pk}/"
    assert client.post(url, {"content": upload(b"Yes.\n"), "answer": "refused"}).status_code == 400
    assert client.post(url, {"content": upload(b"Yes.\n"), "answer": "granted", "until_on": "2026-11-01"}).status_code == 302
    assert Request.objects.get().due_on == date(2026, 11, 1)
    page = client.get(f"/requests/{row.pk}/").content.decode()
    assert "2026-11-01, first 2026-10-21" in page


def test_owner_and_days_are_changed_in_the_browser(firm: Firm) -> None:
    item = firm.item(firm.received())
    said = {
        "question": "The letter's own words.",
        "owner": firm.vm.key,
        "due_on": "2026-10-10",
        "first_on": "2026-07-01",
        "last_on": "2026-09-30",
        "known_at": "2026-09-30T16:00",
        "reason": "x",
    }
    assert of(firm.compliance.key).post(f"/requests/items/{item.pk}/owner/", said).status_code == 302
    item.refresh_from_db()
    assert (item.question, item.owner, item.due_on, item.known_at.hour) == ("The letter's own words.", firm.vm.key, date(2026, 10, 10), 20)


def test_a_letter_typed_wrong_is_corrected_and_the_record_keeps_what_stood_there(firm: Firm) -> None:
    row, client = firm.received(), of(firm.compliance.key)
    page = client.get(f"/requests/{row.pk}/correct/").content.decode()
    assert [text in page for text in ("Routing to KNCM", "2026-10-21", "FINRA 8210")] == [True] * 3
    said = {"authority": "finra", "reference": "2026-1234", "rule": "other", "other_rule": "Rule 8.2", "about": "Routing to KNCM in the third quarter.",
            "received_on": "2026-09-30", "due_on": "2026-10-14", "first_on": "2026-07-01", "last_on": "2026-09-30", "owner": firm.counsel.key}  # fmt: skip
    assert client.post(f"/requests/{row.pk}/correct/", said | {"due_on": "2026-09-29"}).status_code == 400
    assert client.post(f"/requests/{row.pk}/correct/", said | {"reason": "Typed wrong."}).status_code == 302
    row.refresh_from_db()
    assert (row.due_on, row.first_due_on, row.received_on, row.rule, row.owner) == (
        date(2026, 10, 14), date(2026, 10, 14), date(2026, 9, 30), "Rule 8.2", firm.counsel.key,
    )  # fmt: skip
    assert Entry.objects.filter(subject_kind="request", verb="correct").count() == 1


def test_counsel_is_named_and_ended_in_the_browser(firm: Firm) -> None:
    row = firm.received(counsel=[])
    client = of(firm.compliance.key)
    assert client.post(f"/requests/{row.pk}/counsel/", {"account": firm.counsel.key}).status_code == 302
    seat = row.counsel.get()
    assert of(firm.senior.key).post(f"/requests/counsel/{seat.pk}/end/", {"why": "Wrong matter."}).status_code == 302
    assert row.counsel.filter(ended_at=None).count() == 0


def test_a_move_of_counsel_is_refused_to_others_in_words(firm: Firm) -> None:
    document = firm.chosen(firm.working().items.get(number="1"))
    answer = of(firm.compliance.key).post(f"/move/request_document/{document.pk}/clear/", {})
    assert (answer.status_code, "only counsel named for this request may do this" in answer.content.decode()) == (403, True)
    assert Document.objects.get().state == "waiting"


def test_the_release_of_an_own_draft_is_not_offered(firm: Firm) -> None:
    production = firm.drafted()
    mine, theirs = (of(key).get(production.get_absolute_url()).content.decode() for key in (firm.compliance.key, firm.senior.key))
    assert [f"/move/production/{production.pk}/release/" in page for page in (mine, theirs)] == [False, True]


def test_a_superseded_document_is_red_and_leads_to_the_later_one(firm: Firm) -> None:
    document = firm.cleared(firm.working())[0]
    evidence.file(firm.supervisor, "p.txt", b"Later.\n", title="Later paper", supersedes=document.filed)
    client = of(firm.supervisor.key)
    assert "superseded: decide again" in client.get(document.request.get_absolute_url()).content.decode()
    assert "Take the later filing" in client.get(document.get_absolute_url()).content.decode()
    assert client.post(f"/requests/documents/{document.pk}/later/").status_code == 302
    assert Document.objects.exclude(pk=document.pk).get().filed.title == "Later paper"


def test_an_order_that_no_run_has_is_said_in_words(firm: Firm) -> None:
    item = firm.working().items.get(number="1")
    client = of(firm.supervisor.key)
    for wanted, words in (("2026-09-30 SYMB O-1", "No run in force has the order"), ("O-1", "Name an order by its key date, symbol and id")):
        answer = client.post(f"/requests/items/{item.pk}/gather/", {"how": "order", "wanted": wanted})
        assert (answer.status_code, words in answer.content.decode()) == (409, True)
    assert Document.objects.count() == 0


def test_a_relink_is_shown_once_and_by_post_alone(firm: Firm) -> None:
    link = firm.room()
    client = of(firm.compliance.key)
    url = f"/requests/rooms/{link.room.pk}/link/"
    assert client.get(url).status_code == 405
    answer = client.post(url)
    secrets = re.findall(r'<code class="secret">([^<]+)</code>', answer.content.decode())
    assert (answer.status_code, len(secrets)) == (200, 2)
    page = client.get(link.room.get_absolute_url()).content.decode()
    assert [secret in page for secret in (*secrets, link.secret, link.passphrase)] == [False] * 4
    assert "Make a new link" in page


def test_lists_take_as_many_queries_for_thirty_as_for_one(firm: Firm) -> None:
    row = firm.working()
    item = row.items.get(number="1")
    client = of(firm.senior.key)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(url).status_code == 200
        return len(held)

    urls = ("/requests/", row.get_absolute_url(), item.get_absolute_url())

    def grow(number: int) -> None:
        counseling.clear(firm.counsel, firm.chosen(item))
        counseling.withhold(firm.counsel, firm.chosen(item), ground="other", log_line="x")
        firm.item(row, f"{number + 3}")
        firm.received(reference=f"R-{number}")

    grow(0)
    queries(urls[0])
    before = [queries(url) for url in urls]
    for number in range(1, 30):
        grow(number)
    assert [queries(url) for url in urls] == before


def test_a_production_takes_as_many_queries_for_thirty_documents_as_for_one(firm: Firm) -> None:
    client = of(firm.senior.key)

    def queries(production: Production) -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(production.get_absolute_url()).status_code == 200
        return len(held)

    one = firm.delivered()
    queries(one)
    few = queries(one)
    other = firm.working(reference="2026-2")
    firm.cleared(other, times=30)
    many = producing.release(firm.senior, producing.draft(firm.compliance, other, covering="Thirty."))
    producing.hand_over(firm.compliance, many, delivered_to="FINRA", delivered_how="portal")
    assert queries(many) == few


def test_a_reader_takes_as_many_queries_for_thirty_documents_as_for_one(firm: Firm) -> None:
    def queries(times: int, reference: str) -> int:
        row = firm.working(reference=reference)
        firm.cleared(row, times=times)
        production = producing.release(firm.senior, producing.draft(firm.compliance, row, covering="x"))
        link, client = firm.room(production), Client()
        url = reverse("requests:reading", args=[link.secret])
        client.post(url, {"who": "x", "passphrase": link.passphrase})
        client.get(url)
        with CaptureQueriesContext(connection) as held:
            client.get(url)
        return len(held)

    assert queries(1, "R-1") == queries(30, "R-30")


def test_the_item_page_opens_what_differs(firm: Firm) -> None:
    row = firm.working()
    item = row.items.get(number="1")
    client = of(firm.supervisor.key)
    firm.filed(effective_on=date(2026, 8, 12))
    page = client.get(item.get_absolute_url()).content.decode()
    assert "What was known then, and what is known now" in page
    csv = client.get(f"{item.get_absolute_url()}?format=csv&sheet=known-evidence").content.decode()
    assert csv.splitlines()[0] == "what,then,now,change,run_id"
    assert client.get(f"{item.get_absolute_url()}?format=csv&sheet=nothing").status_code == 404


def test_who_only_reads_changes_nothing(firm: Firm, browser: Browser) -> None:
    link = firm.room()
    row, item, document = Request.objects.get(), Item.objects.get(number="2"), Document.objects.get()
    client, before = browser("auditor", name="reader"), Entry.objects.count()
    posts = [
        "/requests/new/", f"/requests/{row.pk}/items/new/", f"/requests/{row.pk}/counsel/", f"/requests/{row.pk}/counsel/space/",
        f"/requests/{row.pk}/more-time/", f"/requests/{row.pk}/productions/new/", f"/requests/{row.pk}/rooms/new/", f"/requests/items/{item.pk}/owner/",
        f"/requests/items/{item.pk}/gather/", f"/requests/documents/{document.pk}/redact/", f"/requests/documents/{document.pk}/later/",
        f"/requests/rooms/{link.room.pk}/link/", f"/move/reading_room/{link.room.pk}/revoke/", f"/move/request/{row.pk}/withdraw/",
    ]  # fmt: skip
    assert [client.post(url, {"why": "x"}).status_code for url in posts] == [403] * len(posts)
    assert (Entry.objects.count(), DUE) == (before, row.due_on)


def test_a_number_no_table_holds_is_not_found(firm: Firm) -> None:
    client = of(firm.compliance.key)
    for address in ("", "items/", "documents/", "productions/", "rooms/", "papers/"):
        assert client.get(f"/requests/{address}{2**70}/").status_code == 404
    assert actions.DATES == ("due_on", "first_on", "last_on", "known_at")
    assert gathering.OPEN_TO_MORE == ("open", "gathering")
