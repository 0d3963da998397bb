"""What the vendor sees of a room: its own alone, and nothing of the firm's notes, of customers, of other vendors, of other cases."""

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

from bestexec import Run
from oversight.accounts.models import Account
from oversight.cases.models import Case
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.record.models import Entry
from oversight.roles import EVERY_ROLE, STAFF
from oversight.rooms import actions
from oversight.rooms.models import Note, ShownFile, ShownOrder, Statement

from .conftest import CUSTOMER, SECRET, Firm, case_of, signed_in, staged

MONDAY = date(2026, 9, 28)


@pytest.fixture
def full(firm: Firm, received: Run) -> Firm:
    """Both rooms with something of each kind, and beside each thing a note of the firm that must not leak."""
    for by, room, symbol in ((firm.outside, firm.room, "ABCZ"), (firm.stranger, firm.their_room, "XYZZ")):
        whose = "ours" if room == firm.room else "of Beta"
        supposed = actions.put(firm.keeper, room, f"hypothesis {whose}")
        said = actions.say(by, room, "for", f"speaks {whose}", of=supposed, upload=actions.Upload("a.txt", f"file {whose}".encode(), f"title {whose}"))
        ours = actions.say(firm.keeper, room, "statement", f"firm says {whose}", upload=actions.Upload("b.txt", f"shown {whose}".encode(), f"shown {whose}"))
        day = actions.choose_day(firm.keeper, room, MONDAY)
        order = actions.show_order(firm.keeper, room, MONDAY, symbol, "O1", f"look {whose}")
        for row in (room, supposed, said, ours, day, order):
            actions.note(firm.analyst, room, f"{SECRET} note {row}", subject=row.subject)
            evidence.file(firm.analyst, "secret.txt", f"{SECRET} file".encode(), title=f"{SECRET} file", subject=row.subject)
    return firm


def pages_of(client: Client, firm: Firm) -> dict[str, Any]:
    """Every page and download that the outside account has of its room."""
    order = ShownOrder.objects.get(room=firm.room)
    addresses = [
        "/rooms/mine/", *(f"/rooms/mine/?format={form}" for form in ("csv", "xlsx", "parquet")), f"/rooms/mine/{firm.room.pk}/",
        f"/rooms/{firm.room.pk}/hypotheses/new/", *(f"/rooms/{firm.room.pk}/say/{kind}/" for kind in ("statement", "conclusion")),
        f"/rooms/{firm.room.pk}/say/for/?of={firm.room.hypotheses.get().pk}", f"/replays/{order.pk}/",
        *(f"/replays/{order.pk}/?format={form}" for form in ("csv", "xlsx", "parquet")), "/", "/notices/",
    ]  # fmt: skip
    return {address: client.get(address) for address in addresses}


def test_the_vendor_sees_its_room_and_none_of_the_firms_notes_files_titles_or_people(full: Firm) -> None:
    pages = pages_of(signed_in(full.one), full)
    assert {address: page.status_code for address, page in pages.items() if page.status_code != 200} == {}
    whole = b"".join(page.content for page in pages.values()).decode("utf-8", "replace")
    for seen in ("hypothesis ours", "speaks ours", "firm says ours", "shown ours", "title ours", "look ours", "your client", "2026-09-28"):
        assert seen in whole, seen
    for leak in (SECRET, CUSTOMER, "institutional", "of Beta", "Beta Router", "two", "XYZZ", "XBOS", "for the firm alone", "customer_class"):
        assert leak not in whole.replace("two sides", "").replace("two conclusions", ""), leak


def test_what_is_not_the_vendors_is_not_there(full: Firm) -> None:
    client, theirs = signed_in(full.one), full.their_room
    filed = {row.filed.title: row.filed_id for row in ShownFile.objects.select_related("filed")}
    order = ShownOrder.objects.get(room=theirs)
    for address in (
        f"/rooms/mine/{theirs.pk}/", f"/rooms/mine/{theirs.pk}/files/{filed['title of Beta']}/", f"/rooms/mine/{full.room.pk}/files/{filed['title of Beta']}/",
        f"/rooms/mine/{full.room.pk}/files/{Filed.objects.filter(title__startswith=SECRET).latest('pk').pk}/", f"/replays/{order.pk}/", "/replays/999999/",
        f"/rooms/{theirs.pk}/say/statement/", f"/rooms/{theirs.pk}/hypotheses/new/", "/rooms/mine/999999/",
        f"/rooms/{full.room.pk}/say/for/?of={theirs.hypotheses.get().pk}", f"/rooms/{full.room.pk}/say/of_order/?of={order.pk}",
        f"/move/room/{theirs.pk}/conclude/", f"/move/shown_order/{order.pk}/withdraw/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    for address, given in ((f"/rooms/{theirs.pk}/say/statement/", {"words": "x"}), (f"/rooms/{theirs.pk}/hypotheses/new/", {"words": "x"})):
        assert client.post(address, given).status_code == 404
    assert Statement.objects.filter(room=theirs, said_by=full.one.key).count() == 0


def test_the_firms_pages_and_every_history_are_closed_to_the_vendor(full: Firm) -> None:
    client = signed_in(full.one)
    note = Note.objects.filter(room=full.room).first()
    assert note is not None
    kinds = [("room", full.room.pk), ("room_note", note.pk), ("case", full.case.pk), ("room_statement", Statement.objects.earliest("pk").pk)]
    for address in (
        "/rooms/", "/rooms/?format=csv", f"/rooms/{full.room.pk}/", f"/rooms/{full.room.pk}/orders/", f"/rooms/{full.room.pk}/note/",
        f"/rooms/open/{full.case.pk}/", f"/orders/{MONDAY}/ABCZ/O1/", f"/orders/{MONDAY}/ABCZ/O1/page.pdf",
        *(reverse("record:history", args=[kind, str(pk)]) for kind, pk in kinds), "/record/", "/evidence/", f"/evidence/{Filed.objects.latest('pk').pk}/bytes/",
    ):  # fmt: skip
        page = client.get(address)
        assert (page.status_code, SECRET in page.content.decode()) == (403, False), address
    for address in (f"/rooms/{full.room.pk}/note/", f"/rooms/{full.room.pk}/days/", f"/rooms/{full.room.pk}/orders/"):
        assert client.post(address, {"words": "x", "on": "2026-09-01", "orders": ""}).status_code == 403


def test_a_note_is_visible_to_the_firm_alone_whatever_asks(full: Firm) -> None:
    for note in Note.objects.all():
        assert [note.is_visible_to(account) for account in (full.one, full.two)] == [False, False]
    firm = signed_in(Account.objects.get(key=full.analyst.key)).get(f"/rooms/{full.room.pk}/").content.decode()
    assert firm.count("for the firm alone</span>") == 6


@pytest.mark.parametrize("stage", ["opened"])
def test_before_the_notice_the_vendor_knows_of_nothing(full: Firm, stage: str) -> None:
    staged(full.case, stage)
    client = signed_in(full.one)
    assert "Case 1" not in client.get("/rooms/mine/").content.decode()
    assert [client.get(address).status_code for address in (f"/rooms/mine/{full.room.pk}/", f"/replays/{ShownOrder.objects.get(room=full.room).pk}/")] == [
        404, 404,
    ]  # fmt: skip


def test_an_outside_account_without_a_vendor_sees_nothing(full: Firm, person: Callable[..., Account]) -> None:
    client = signed_in(person("vendor", name="nobodys", vendor=""))
    assert "Case" not in client.get("/rooms/mine/?format=csv").content.decode().splitlines()[-1]
    assert client.get(f"/rooms/mine/{full.room.pk}/").status_code == 404


def test_an_order_that_was_taken_back_is_gone_for_the_vendor_and_marked_for_the_firm(full: Firm) -> None:
    order = ShownOrder.objects.select_related("room__case__vendor").get(room=full.room)
    actions.withdraw_order(full.keeper, order, why="The wrong day.")
    assert signed_in(full.one).get(f"/replays/{order.pk}/").status_code == 404
    firm = signed_in(Account.objects.get(key=full.keeper.key)).get(f"/replays/{order.pk}/")
    assert (firm.status_code, "it was taken back" in firm.content.decode()) == (200, True)


def test_a_file_that_was_taken_back_is_gone_for_the_vendor(full: Firm) -> None:
    shown = ShownFile.objects.select_related("link", "filed").get(filed__title="shown ours")
    client = signed_in(full.one)
    address = f"/rooms/mine/{full.room.pk}/files/{shown.filed_id}/"
    assert client.get(address).content == b"shown ours"
    evidence.withdraw(full.keeper, shown.link, "Not meant for it.")
    assert (client.get(address).status_code, "shown ours" in client.get(f"/rooms/mine/{full.room.pk}/").content.decode()) == (404, False)


def test_the_page_of_an_order_shows_what_its_own_router_did_and_the_run(full: Firm, received: Run) -> None:
    page = signed_in(full.one).get(f"/replays/{ShownOrder.objects.get(room=full.room).pk}/").content.decode()
    assert received.id in page
    # XNYS rejected it, XNAS filled it twice; the third route of the same order was another vendor's
    assert [words in page for words in ("XNYS rejected it", "100 shares at 10.03 on XNAS", "200 shares at 10.06 on XNAS", 'class="ribbon"')] == [True] * 4
    assert re.search(r"\bR7\b", page) is None
    csv = signed_in(full.one).get(f"/replays/{ShownOrder.objects.get(room=full.room).pk}/?format=csv").content.decode()
    assert csv.splitlines()[0] == "at,since,after,kind,words,run_id"
    assert [name in page + csv for name in ("orders.csv", "/line/", "/findings/", "Estimated", "Customers")] == [False] * 5


def test_a_run_that_cannot_be_read_is_said_without_telling_the_vendor_where_it_lies(full: Firm, settings: Any, tmp_path: Any) -> None:
    settings.WORKSPACE = tmp_path / "gone"
    order = ShownOrder.objects.get(room=full.room)
    page = signed_in(full.one).get(f"/replays/{order.pk}/")
    assert (page.status_code, str(tmp_path) in page.content.decode(), order.run_id[:12] in page.content.decode()) == (404, False, True)


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_who_reads_the_firms_pages(full: Firm, browser: Callable[..., Client], role: str) -> None:
    client = browser(role, name=f"reader {role}", vendor="one" if role == "vendor" else "")
    expected = 200 if role in STAFF else 403
    assert [client.get(url).status_code for url in ("/rooms/", f"/rooms/{full.room.pk}/")] == [expected, expected]
    replay = client.get(f"/replays/{ShownOrder.objects.get(room=full.room).pk}/").status_code
    assert replay == (200 if role in (*STAFF, "vendor") else 403)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.txt", b"", "The file is empty"), ("a.txt", b"x" * 1_000_001, "The file is too large"), ("a.exe", b"MZ\x00\x01", "does not keep files of this type")],
)
def test_a_file_that_cannot_be_kept_is_said_in_the_form_and_the_words_stay_there(firm: Firm, name: str, content: bytes, said: str) -> None:
    sent = {"words": "See the file.", "content": SimpleUploadedFile(name, content)}
    page = signed_in(firm.one).post(f"/rooms/{firm.room.pk}/say/statement/", sent)
    assert (page.status_code, said in page.content.decode(), "See the file." in page.content.decode()) == (400, True, True)
    assert (Statement.objects.count(), Filed.objects.count()) == (0, 0)


def test_a_file_name_that_is_a_path_is_no_path(firm: Firm) -> None:
    client = signed_in(firm.one)
    sent = SimpleUploadedFile("x.txt", b"bytes")
    setattr(sent, "_name", "../../etc/pass\u202ewd.txt")  # noqa: B010 -- the setter would clean it, which is what is tried here
    assert client.post(f"/rooms/{firm.room.pk}/say/statement/", {"words": "See.", "content": sent}).status_code == 302
    row = Filed.objects.get()
    assert (row.vendor, "/" in row.name, ".." in row.name, "\u202e" in row.name) == ("one", False, False, False)
    served = client.get(f"/rooms/mine/{firm.room.pk}/files/{row.pk}/")
    assert (served.content, served["X-Content-Type-Options"], "sandbox" in served["Content-Security-Policy"]) == (b"bytes", "nosniff", True)


def test_the_firm_looks_through_what_it_shows(firm: Firm) -> None:
    client = signed_in(Account.objects.get(key=firm.keeper.key))
    address = f"/rooms/{firm.room.pk}/say/statement/"
    page = client.post(address, {"words": "See.", "content": SimpleUploadedFile("x.txt", b"bytes")})
    assert (page.status_code, "Look through the file" in page.content.decode(), Statement.objects.count()) == (400, True, 0)
    assert client.post(address, {"words": "See.", "is_clean": "on", "content": SimpleUploadedFile("x.txt", b"bytes")}).status_code == 302
    leaking = client.post(address, {"words": "As Beta Router does."})
    assert (leaking.status_code, "This names another vendor" in leaking.content.decode()) == (400, True)


def test_the_form_corrects_ones_own_statement_alone(firm: Firm) -> None:
    theirs = actions.say(firm.keeper, firm.room, "statement", "Firm.")
    own = actions.say(firm.outside, firm.room, "statement", "Ours.")
    client = signed_in(firm.one)
    assert client.get(f"/rooms/{firm.room.pk}/say/statement/?instead={theirs.pk}").status_code == 404
    assert client.post(f"/rooms/{firm.room.pk}/say/statement/?instead={own.pk}", {"words": "Ours, mended."}).status_code == 302
    assert list(Statement.objects.filter(side="vendor").order_by("pk").values_list("words", "supersedes")) == [("Ours.", None), ("Ours, mended.", own.pk)]


def test_words_are_shown_as_words(firm: Firm) -> None:
    actions.say(firm.outside, firm.room, "statement", "<script>alert(1)</script>{{ x }}")
    page = signed_in(Account.objects.get(key=firm.keeper.key)).get(f"/rooms/{firm.room.pk}/").content.decode()
    assert ("&lt;script&gt;" in page, "<script>alert" in page) == (True, False)


def test_orders_are_chosen_on_the_page_all_or_none(firm: Firm, received: Run) -> None:
    client = signed_in(Account.objects.get(key=firm.keeper.key))
    address = f"/rooms/{firm.room.pk}/orders/"
    assert "O1" in client.get(f"{address}?on=2026-09-28&symbol=ABCZ&order=O1").content.decode()
    for orders, said in (
        ("2026-09-28 ABCZ O1\n2026-09-28 XYZZ O1", "that went through this vendor"), ("yesterday ABCZ O1", "This names no order"), ("", "Name an order"),
    ):  # fmt: skip
        page = client.post(address, {"orders": orders, "why": ""})
        assert (page.status_code, said in page.content.decode(), ShownOrder.objects.count()) == (400, True, 0), orders
    assert client.post(address, {"orders": "", "why": "Look.", "chosen": ["2026-09-28|ABCZ|O1", "nonsense"]}).status_code == 302
    assert list(ShownOrder.objects.values_list("order_id", "symbol", "why")) == [("O1", "ABCZ", "Look.")]


def test_a_room_is_opened_on_the_page(firm: Firm) -> None:
    case = case_of(firm.vendor, 5)
    client = signed_in(Account.objects.get(key=firm.keeper.key))
    assert f"/rooms/open/{case.pk}/" in client.get("/rooms/").content.decode()
    assert client.post(f"/rooms/open/{case.pk}/", {"about": "Beta Router did it."}).status_code == 400
    assert client.post(f"/rooms/open/{case.pk}/", {"about": "Slow acknowledgements."})["Location"] == f"/rooms/{Case.objects.get(pk=case.pk).room.pk}/"


def test_thirty_of_everything_cost_as_many_queries_as_one(full: Firm) -> None:
    outside, inside = signed_in(full.one), signed_in(Account.objects.get(key=full.keeper.key))
    counts = []
    for many in (1, 30):
        for number in range(many):
            supposed = actions.put(full.outside, full.room, f"one more {number}")
            actions.say(full.outside, full.room, "for", "yes", of=supposed, upload=actions.Upload("a.txt", b"a"))
            actions.say(full.keeper, full.room, "standing", "it stands", of=supposed, value="supported")
            actions.note(full.analyst, full.room, "mind", subject=supposed.subject)
            actions.choose_day(full.keeper, full.room, date(2026, 1 + many // 30, 1 + number % 28) if number < 28 else date(2026, 3, number - 27))
            actions.open_room(full.keeper, case_of(full.vendor, 1000 + many * 100 + number), about="More.")
        of_vendor = [asked(outside, url) for url in ("/rooms/mine/", f"/rooms/mine/{full.room.pk}/", "/")]
        counts.append(of_vendor + [asked(inside, url) for url in ("/rooms/", f"/rooms/{full.room.pk}/", "/")])
    assert counts[0] == counts[1]


def asked(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_a_refused_write_leaves_no_entry(firm: Firm) -> None:
    entries = Entry.objects.count()
    signed_in(firm.one).post(f"/rooms/{firm.their_room.pk}/say/statement/", {"words": "x"})
    signed_in(firm.one).post(f"/rooms/{firm.room.pk}/say/conclusion/", {"words": "x", "value": "the weather"})
    assert Entry.objects.count() == entries
