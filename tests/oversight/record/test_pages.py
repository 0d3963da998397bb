"""The record's pages: each role sees what is its own, and no more."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import findall, search

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.accounts.actions import open_account
from oversight.actor import Actor, automated
from oversight.handling.models import Happening
from oversight.record import actions
from oversight.record.actions import Act
from oversight.record.models import Entry, Recorded
from oversight.record.sight import SIGHT, kinds_seen
from oversight.roles import EVERY_ROLE

Browser = Callable[..., Client]


@pytest.fixture
def both(story: Happening) -> Happening:
    """The story, entries 1 to 4, and then an account that was opened, with a private name."""
    open_account(automated("test"), username="secret", name="Secret Name", email="secret@firm.example", roles=("analyst",), why="To begin.")
    return story


def listed(client: Client, query: str = "") -> list[int]:
    """The entries that the list shows."""
    page = client.get(f"/record/{query}").content.decode()
    return [int(seq) for seq in findall(r'<td class="right"><a href="/record/(\d+)/">', page)]


def about_accounts() -> list[int]:
    return list(Entry.objects.filter(subject_kind__in=("account", "holding")).order_by("-seq").values_list("seq", flat=True))


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_each_role_lists_the_kinds_that_are_its_own(role: str, both: Happening, browser: Browser) -> None:
    client = browser(role, name="reader")
    every = list(Entry.objects.order_by("-seq").values_list("seq", flat=True))
    shown = {"auditor": every, "compliance": every, "supervisor": [4, 3, 2, 1], "administrator": about_accounts()}
    assert client.get("/record/").status_code == (200 if role in shown else 403)
    assert listed(client) == shown.get(role, [])


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_each_role_opens_entries_and_histories_of_what_it_may_see(role: str, both: Happening, browser: Browser) -> None:
    client = browser(role, name="reader")
    account = Entry.objects.filter(subject_kind="account").latest("seq")
    of_happening = {"vendor": 403, "administrator": 404}.get(role, 200)
    of_account = {"vendor": 403, "auditor": 200, "compliance": 200, "administrator": 200}.get(role, 404)
    for address, status in (
        ("/record/2/", of_happening), ("/record/2/hashed.txt", of_happening), (f"/record/of/happening/{both.pk}/", of_happening),
        (f"/record/{account.seq}/", of_account), (f"/record/{account.seq}/hashed.txt", of_account), (f"/record/of/account/{account.subject_id}/", of_account),
    ):  # fmt: skip
        answer = client.get(address)
        assert (address, answer.status_code) == (address, status)
        assert status == 200 or not search("Which cable|Secret Name", answer.content.decode())


def test_nothing_is_shown_to_who_has_not_signed_in(both: Happening, client: Client) -> None:
    for address in ("/record/", "/record/2/", "/record/2/hashed.txt", f"/record/of/happening/{both.pk}/"):
        assert client.get(address)["Location"] == f"/account/login/?next={address}"


def test_a_filter_for_a_kind_does_not_widen_what_is_seen(both: Happening, browser: Browser) -> None:
    assert listed(browser("administrator", name="reader"), "?kind=happening") == []
    assert listed(browser("supervisor", name="other"), "?kind=account") == []


def test_the_download_holds_no_more_than_the_page(both: Happening, browser: Browser) -> None:
    text = browser("administrator", name="reader").get("/record/?format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["seq"]) for row in rows] == about_accounts()
    assert "cable" not in text


def test_entries_are_filtered_by_person_act_kind_and_day(both: Happening, browser: Browser) -> None:
    client = browser("auditor")
    with clock.stated(clock.now() + timedelta(days=1)):
        last = actions.append(automated("sweep"), Act("sweep", ("thing", "1"))).seq
    assert listed(client, "?actor=super") == [3]
    assert listed(client, "?actor=system:sweep") == [last]
    assert listed(client, "?verb=correct") == [2]
    assert listed(client, "?kind=happening&actor=analyst") == [4, 2, 1]
    assert listed(client, "?day=2026-10-02") == [last]
    assert last not in listed(client, "?day=2026-10-01")
    assert listed(client, "?verb=nothing") == []


def test_a_day_that_is_none_is_refused_in_words(both: Happening, browser: Browser) -> None:
    answer = browser("auditor").get("/record/?day=yesterday")
    assert (answer.status_code, "On (New York): Enter a valid date." in answer.content.decode()) == (400, True)


def test_a_long_list_is_paged_and_asks_no_more_questions(db: None, browser: Browser) -> None:
    client = browser("auditor")
    actions.append(automated("test"), Act("note", ("thing", "1"), why="Because."))
    listed(client)
    with CaptureQueriesContext(connection) as few:
        assert listed(client) == [1]
    actions.append_all(automated("test"), [Act("note", ("thing", str(number)), why="Because.") for number in range(2, 206)])
    with CaptureQueriesContext(connection) as many:
        assert listed(client) == list(range(205, 105, -1))
    assert len(many) == len(few)
    assert listed(client, "?before=106") == list(range(105, 5, -1))
    assert listed(client, "?before=6") == [5, 4, 3, 2, 1]
    assert len(list(csv.reader(io.StringIO(client.get("/record/?format=csv").content.decode())))) == 206


def test_an_entry_is_checked_by_hand_as_its_page_says(story: Happening, browser: Browser, tmp_path: object) -> None:
    client, entry = browser("auditor"), Entry.objects.get(seq=3)
    page = unescape(client.get("/record/3/").content.decode())
    taken = client.get("/record/3/hashed.txt")
    assert taken["Content-Disposition"] == 'attachment; filename="entry-3.txt"'
    assert hashlib.sha256(taken.content).hexdigest() == entry.hash
    assert f"<code>{entry.hash}</code>" in page
    (command,) = findall(r"<pre[^>]*>(printf %s .*? \| sha256sum)</pre>", page.replace("\n", "\v"))
    printed = subprocess.run(["sh", "-c", command.replace("\v", "\n")], capture_output=True, text=True, check=True).stdout.split()[0]
    assert f'"(why)":"{printed}"' in entry.body


def test_what_is_typed_is_shown_as_text(actor: Callable[..., Actor], noted: Callable[..., Happening], browser: Browser) -> None:
    by = actor("analyst")
    row = noted(by, what="<script>alert(1)</script>")
    actions.change(by, row, vendor="<b>v</b>", why="<img src=x>")
    client = browser("auditor")
    for address in ("/record/", "/record/1/", "/record/2/", f"/record/of/happening/{row.pk}/"):
        page = client.get(address).content.decode()
        assert not search("<script>alert|<b>v|<img src=x", page)


def test_a_withheld_text_is_said_to_be(story: Happening, browser: Browser, attacker: Callable[..., None]) -> None:
    attacker("DELETE FROM record_word WHERE entry_id IN (1, 3)")
    client = browser("auditor")
    assert "withheld" in client.get("/record/3/").content.decode()
    assert client.get(f"/record/of/happening/{story.pk}/").content.decode().count("The text is withheld; its hash remains.") == 2
    assert client.get("/record/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/record/99/", "/record/99999999999999999999999/", "/record/of/happening/99/", "/record/of/nothing/1/", "/record/of/happening/x/"]
)
def test_what_is_not_there_is_not_found(address: str, story: Happening, browser: Browser) -> None:
    assert browser("auditor").get(f"/record/{address}").status_code == 404
    assert browser("analyst", name="other").get(f"/record/{address}").status_code == 404


@pytest.mark.parametrize("address", ["/record/", "/record/1/", "/record/1/hashed.txt", "/record/of/happening/1/"])
def test_nothing_is_posted_to_the_record(address: str, story: Happening, browser: Browser) -> None:
    assert browser("auditor").post(address).status_code == 405


def test_a_history_leads_to_its_entries_and_says_how_it_stood(story: Happening, browser: Browser) -> None:
    page = browser("analyst", name="reader").get(f"/record/of/happening/{story.pk}/").content.decode()
    assert findall(r'<li id="entry-(\d)">', page) == ["4", "3", "2", "1"]
    assert page.count("As it was then") == 4


def test_each_role_that_lists_entries_is_named_with_kinds_that_there_are(person: Callable[..., object]) -> None:
    assert kinds_seen(person("auditor")) is None
    assert kinds_seen(person("analyst")) == ()
    assert kinds_seen(person("supervisor", "administrator")) == tuple(sorted({*SIGHT["supervisor"], *SIGHT["administrator"]}))


def test_the_rule_names_kinds_that_there_are() -> None:
    assert {kind for kinds in SIGHT.values() for kind in kinds} - {"*"} - {model.RECORD for model in apps.get_models() if issubclass(model, Recorded)} == set()
