"""People are told, each sees only their own, and mails say no more than they may."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.notices import actions, queries, wording
from oversight.notices.models import Copy, Letter, Notice
from oversight.record.models import Entry
from oversight.roles import EVERY_ROLE

Act = Callable[..., Actor]
Browser = Callable[..., Client]
Person = Callable[..., Account]


def told_to(notice: Notice) -> list[str]:
    return list(notice.copies.order_by("to").values_list("to", flat=True))


def test_a_role_is_told_but_not_who_tells_nor_who_is_gone(actor: Act, person: Person) -> None:
    by = actor("supervisor", name="teller")
    here, gone = person("supervisor", name="here"), person("supervisor", name="gone")
    person("analyst")
    gone.is_active = False
    gone.save()
    notice = actions.tell(by, to_roles=("supervisor",), what="Vendor outage", url="/handling/1/", severity="high")
    assert told_to(notice) == [here.key]


def test_a_role_that_ended_is_not_told(actor: Act, person: Person) -> None:
    former = person("supervisor", name="former")
    former.held.update(ended_at=former.opened_at)
    assert told_to(actions.tell(actor("analyst"), to_roles=("supervisor",), what="x", url="/")) == []


def test_one_entry_is_recorded_for_one_telling_and_none_for_reading(actor: Act, person: Person) -> None:
    by, people = actor("analyst"), [person("supervisor", name=name) for name in ("one", "two")]
    notice = actions.tell(by, to_roles=("supervisor",), what="A line\nof words", url="/x/")
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject_kind, entry.subject_id) == ("tell", "notice", str(notice.pk))
    assert json.loads(entry.body)["facts"] == {"to": [account.key for account in people]}
    assert "A line" not in entry.body
    for account in people:
        actions.read_all(account)
    assert (Entry.objects.count(), queries.unread(people[0])) == (1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://elsewhere.example/"}, {"url": "//elsewhere.example/"}, {"url": "/\\elsewhere.example"}, {"url": "/a\nb"},
        {"severity": "urgent"}, {"to_roles": ("vendor",)},
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_an_error(actor: Act, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot tell"):
        actions.tell(actor("analyst"), **{"what": "x", "url": "/", **wrong})  # type: ignore[arg-type]
    assert Notice.objects.count() == 0


def test_a_mail_waits_only_for_those_who_want_mail(actor: Act, person: Person) -> None:
    wanting, other = person("supervisor", name="wanting"), person("supervisor", name="other")
    other.wants_mail = False
    other.save()
    notice = actions.tell(actor("analyst"), to_roles=("supervisor",), what="x", url="/")
    assert told_to(notice) == sorted([wanting.key, other.key])
    assert [letter.to for letter in Letter.objects.all()] == [wanting.key]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("3 high exceptions of 2026-09-30 wait", "3 high exceptions of 2026-09-30 wait"),
        ("Harm of $1,234.50 and -$7", "Harm of [figure: see the desk] and [figure: see the desk]"),
        ("slippage 12.5 bps on 1,200 shares", "slippage [figure: see the desk] on [figure: see the desk]"),
        ("filled 97% in 350 ms at 10.0125", "filled [figure: see the desk] in [figure: see the desk] at [figure: see the desk]"),
        ("customer someone@mail.example asked", "customer [address: see the desk] asked"),
        ("a\r\nBcc: x\nb", "a Bcc: x b"),
    ],
)
def test_a_mail_says_counts_and_dates_and_no_figures(what: str, said: str) -> None:
    assert wording.for_mail(what) == said


def test_a_letter_is_plain_text_with_a_way_to_the_desk(actor: Act, person: Person) -> None:
    account = person("supervisor")
    actions.tell(actor("analyst"), to_roles=("supervisor",), what="Vendor outage noted: Router A", url="/handling/7/", severity="high")
    call_command("send_mail_queue")
    (sent,) = mail.outbox
    assert (sent.subject, sent.to, sent.from_email) == ("[bestexec] high: Vendor outage noted: Router A", [account.email], "bestexec@localhost")
    assert sent.body == (
        "Vendor outage noted: Router A\n\nSeverity: high\nhttp://127.0.0.1:8000/handling/7/\n\n"
        "This mail holds no figures; the desk does. You can turn mails off: http://127.0.0.1:8000/people/me/\n"
    )
    assert sent.message()["Message-ID"] == Letter.objects.get().message_id
    assert sent.message().get_content_type() == "text/plain"


def test_words_cannot_add_a_header_to_a_mail(actor: Act, person: Person) -> None:
    person("supervisor")
    actions.tell(actor("analyst"), to_roles=("supervisor",), what="x\r\nBcc: all@firm.example\r\n\r\nbody", url="/")
    call_command("send_mail_queue")
    message = mail.outbox[0].message()
    assert (message["Bcc"], message["Subject"]) == (None, "[bestexec] x Bcc: [address: see the desk] body")


def test_a_person_sees_only_their_own_notices(actor: Act, browser: Browser, person: Person) -> None:
    other = person("supervisor", name="other")
    mine = browser("supervisor", name="mine")
    actions.tell(actor("analyst"), to_keys=(other.key,), what="for the other alone", url="/")
    copy = Copy.objects.get()
    assert b"for the other alone" not in mine.get("/notices/?show=all").content
    assert b"for the other alone" not in mine.get("/notices/?show=all&format=csv").content
    assert mine.post(f"/notices/{copy.pk}/read/").status_code == 404
    mine.post("/notices/read/")
    copy.refresh_from_db()
    assert copy.read_at is None


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_every_role_reads_its_own_notices(browser: Browser, actor: Act, role: str) -> None:
    client = browser(role, name="reader")
    reader = Account.objects.get(username="reader")
    actions.tell(automated("test"), to_keys=(reader.key,), what="for you", url="/evidence/")
    page = client.get("/notices/")
    assert (page.status_code, b"for you" in page.content, queries.unread(reader)) == (200, True, 1)
    answer = client.post(f"/notices/{Copy.objects.get().pk}/read/")
    assert (answer.status_code, answer["Location"], queries.unread(reader)) == (302, "/evidence/", 0)
    assert b"for you" not in client.get("/notices/").content
    assert b"for you" in client.get("/notices/?show=all").content


def test_reading_is_never_done_by_a_look(browser: Browser) -> None:
    client = browser("analyst")
    assert [client.get(url).status_code for url in ("/notices/read/", "/notices/1/read/")] == [405, 405]


def test_thirty_notices_cost_as_many_queries_as_one_and_the_count_costs_one(browser: Browser, person: Person) -> None:
    client = browser("analyst", name="reader")
    reader = Account.objects.get(username="reader")
    counts = []
    for many in (1, 29):
        for number in range(many):
            by = Actor(person("supervisor", name=f"s {many} {number}").key, frozenset({"supervisor"}))
            actions.tell(by, to_keys=(reader.key,), what=f"notice {number}", url="/")
        client.get("/notices/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/notices/")
        counts.append(len(caught))
    assert counts[0] == counts[1]
    with CaptureQueriesContext(connection) as caught:
        assert queries.unread(reader) == 30
    assert len(caught) == 1


def test_words_of_a_notice_are_shown_as_words(browser: Browser) -> None:
    client = browser("analyst", name="reader")
    actions.tell(automated("test"), to_keys=(Account.objects.get(username="reader").key,), what="<script>alert(1)</script>{{ user }}", url="/")
    page = client.get("/notices/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ user }}" in page
