"""No letter is lost, none is sent twice by two senders, and a kill is told as it is."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from pytest_django import Settings
from tests.databases import Migrated

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.notices import actions, outbox, queries
from oversight.notices.models import Letter
from oversight.record.models import Entry

Person = Callable[..., Account]
BY = automated("mail")


def tell(account: Account, what: str = "x", severity: str = "info") -> None:
    actions.tell(automated("test"), to_keys=(account.key,), what=what, url="/", severity=severity)


def test_a_letter_is_sent_once(person: Person) -> None:
    tell(person("analyst"))
    assert [outbox.post(BY), outbox.post(BY)] == [outbox.Posted(1, 0, 0), outbox.Posted(0, 0, 0)]
    assert len(mail.outbox) == 1
    assert Entry.objects.filter(verb="send_mail").count() == 1


def test_a_letter_in_another_senders_hands_is_left_alone_for_a_quarter_of_an_hour(person: Person) -> None:
    tell(person("analyst"))
    Letter.objects.update(claimed_at=clock.now())
    assert outbox.post(BY) == outbox.Posted(0, 0, 0)
    with clock.stated(clock.now() + timedelta(minutes=15, seconds=1)):
        assert outbox.post(BY) == outbox.Posted(1, 0, 0)


def test_a_letter_claimed_twice_is_claimed_once(person: Person) -> None:
    tell(person("analyst"))
    first, second = queries.waiting().get(), queries.waiting().get()
    assert [outbox._claimed(first), outbox._claimed(second)] == [True, False]


def test_a_letter_to_a_closed_account_is_given_up(person: Person) -> None:
    account = person("analyst")
    tell(account)
    account.is_active = False
    account.save()
    assert outbox.post(BY) == outbox.Posted(0, 0, 1)
    assert (mail.outbox, Letter.objects.get().last_error) == ([], "the account is closed or wants no mail")


def test_a_letter_that_no_server_takes_is_tried_eight_times(person: Person, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = closed.getsockname()[1]
    tell(person("analyst"))
    results = []
    for quarter in range(9):
        with clock.stated(clock.now() + timedelta(minutes=16 * quarter)):
            results.append(outbox.post(BY))
    assert results == [*[outbox.Posted(0, 1, 0)] * 7, outbox.Posted(0, 0, 1), outbox.Posted(0, 0, 0)]
    letter = Letter.objects.get()
    assert (letter.tries, letter.last_error, letter.sent_at) == (8, "ConnectionRefusedError", None)


def test_a_digest_says_in_one_mail_what_would_have_been_many(person: Person) -> None:
    account = person("analyst")
    for number in range(22):
        tell(account, f"notice {number}")
    tell(account, "the outage", "high")
    assert (actions.digest(BY), actions.digest(BY)) == (1, 0)
    assert outbox.post(BY) == outbox.Posted(1, 0, 0)
    (sent,) = mail.outbox
    lines = sent.body.splitlines()
    assert sent.subject == "[bestexec] 23 notices for you"
    assert lines[:5] == ["23 notices, not yet read:", "", "- high: the outage", "  http://127.0.0.1:8000/", "- info: notice 21"]
    assert lines[42:45] == ["and 3 more: http://127.0.0.1:8000/notices/", "", "What needs you today: http://127.0.0.1:8000/"]


def test_a_digest_is_one_a_person_a_day(person: Person) -> None:
    one, two, none = person("analyst", name="one"), person("analyst", name="two"), person("analyst", name="none")
    for account in (one, two):
        tell(account)
    none.wants_mail = False
    none.save()
    tell(none)
    assert actions.digest(BY) == 2
    tell(one)
    assert actions.digest(BY) == 0
    with clock.stated(clock.now() + timedelta(days=1)):
        assert actions.digest(BY) == 2


def test_a_digest_says_what_needs_its_reader_before_what_is_unread(person: Person) -> None:
    busy, idle = person("analyst", name="busy"), person("auditor", name="idle")
    tell(busy, "the outage", "high")
    needs = {busy.key: [(3, "exceptions are yours", "/exceptions/?owner=me"), (1200, "open exceptions have no owner", "/exceptions/?owner=nobody")]}
    assert actions.digest(BY, lambda account: needs.get(account.key, [])) == 1
    assert idle.key not in {letter.to for letter in Letter.objects.exclude(digest_on=None)}
    assert outbox.post(BY) == outbox.Posted(1, 0, 0)
    (sent,) = mail.outbox
    assert sent.subject == "[bestexec] 2 things to do and 1 notice for you"
    assert sent.body.splitlines()[:10] == [
        "To do today:", "", "- 3 exceptions are yours", "  http://127.0.0.1:8000/exceptions/?owner=me", "- 1,200 open exceptions have no owner",
        "  http://127.0.0.1:8000/exceptions/?owner=nobody", "", "1 notice, not yet read:", "", "- high: the outage",
    ]  # fmt: skip


def test_who_read_everything_gets_no_digest(person: Person) -> None:
    account = person("analyst")
    tell(account)
    actions.read_all(account)
    assert actions.digest(BY) == 0


MAKING = """
import django
django.setup()
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.notices import actions
account = Account(username="one", name="one", email="one@firm.example", opened_at=clock.now())
account.save()
for number in range(40):
    actions.tell(automated("test"), to_keys=(account.key,), what=f"notice {number}", url="/")
"""


class Server:
    """A mail server that takes every mail and remembers its Message-ID; `after` is called once a mail was taken and before the client hears of it."""

    def __init__(self, after: Callable[[int], None]) -> None:
        self.taken: list[str] = []
        self.after = after
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        while True:
            client, _ = self.listening.accept()
            with client, client.makefile("rwb") as talk:
                if not self.talked(talk):
                    return

    def talked(self, talk: object) -> bool:
        say = lambda words: (talk.write(words + b"\r\n"), talk.flush())  # type: ignore[attr-defined]  # noqa: E731
        try:
            say(b"220 ready")
            while line := talk.readline():  # type: ignore[attr-defined]
                verb = line[:4].upper()
                if verb == b"STOP":
                    return False
                if verb == b"DATA":
                    say(b"354 go on")
                    letter = []
                    while (part := talk.readline()) not in (b".\r\n", b""):  # type: ignore[attr-defined]
                        letter.append(part.decode())
                    self.taken.append(next(part.split(": ")[1].strip() for part in letter if part.startswith("Message-ID")))
                    self.after(len(self.taken))
                say(b"250 fine" if verb != b"QUIT" else b"221 bye")
        except OSError:
            pass
        return True

    def stop(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"STOP\r\n")
            self.thread.join()
        self.listening.close()


@pytest.fixture
def place(tmp_path: Path, migrated: Migrated) -> Iterator[dict[str, str]]:
    home = tmp_path / "desk"
    home.mkdir()
    environment = {**os.environ, "OVERSIGHT_HOME": str(home), "DATABASE_URL": f"sqlite:///{home}/desk.sqlite3"}
    shutil.copy(migrated.file, home / "desk.sqlite3")
    subprocess.run([sys.executable, "-c", MAKING], env=environment, check=True)
    return environment


SENDING = """
import sys
from datetime import datetime, timedelta, UTC
import django
from django.conf import settings
django.setup()
settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", int(sys.argv[1])
from oversight import clock
from oversight.actor import automated
from oversight.notices import outbox
with clock.stated(datetime.now(UTC) + timedelta(minutes=int(sys.argv[2]))):
    outbox.post(automated("mail"))
"""


@pytest.mark.check
def test_killed_between_send_and_mark_one_letter_goes_out_again_under_the_same_id_and_none_is_lost(place: dict[str, str]) -> None:
    running: list[subprocess.Popen[bytes]] = []
    server = Server(lambda taken: running[0].send_signal(signal.SIGKILL) if taken == 11 else None)
    try:
        for minutes in (0, 16):
            running.insert(0, subprocess.Popen([sys.executable, "-c", SENDING, str(server.port), str(minutes)], env=place))
            running[0].wait()
    finally:
        server.stop()
    assert [process.returncode for process in running] == [0, -signal.SIGKILL]
    assert len(set(server.taken)) == 40, "every letter arrived"
    assert len(server.taken) == 41, "the one that was on its way arrived twice"
    assert server.taken.count(server.taken[10]) == 2, "under one Message-ID"
