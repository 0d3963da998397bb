"""The record: a chain that the database guards, that says from what to what, and that shows where it was broken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from oversight.accounts.actions import keep_own, open_account
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.record import proof, queries
from oversight.record.actions import FIRST, Act, append, append_all
from oversight.record.models import Entry, Word

DESK = automated("test")


def opened() -> Account:
    return open_account(DESK, username="first", name="The first", email="first@firm.example", roles=("analyst",), why="To begin.")


def test_each_entry_covers_the_hash_of_the_one_before(db: None) -> None:
    append_all(DESK, [Act("try", ("thing", str(number))) for number in range(3)])
    before = FIRST
    for entry in Entry.objects.order_by("seq"):
        assert entry.before_hash == before
        assert entry.hash == hashlib.sha256(f"{before}\n{entry.body}".encode()).hexdigest()
        before = entry.hash
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]


def test_an_entry_says_who_when_and_from_what_to_what(db: None) -> None:
    account = opened()
    keep_own(DESK, account, name="The first", wants_mail=False)
    body = json.loads(Entry.objects.order_by("-seq")[0].body)
    assert body["changes"] == {"wants_mail": [True, False]}
    assert (body["actor"], body["verb"], body["subject"]) == ("system:test", "change_own", ["account", account.key])
    assert (body["at"], body["clock"]) == ("2026-10-01T12:00:00+00:00", "stated")


def test_personal_words_stand_outside_the_chain(db: None) -> None:
    opened()
    assert not any(word in entry.body for entry in Entry.objects.all() for word in ("The first", "first@firm.example", "To begin."))
    word = Word.objects.filter(entry__verb="open", text="To begin.").get()
    assert json.loads(word.entry.body)["words"][word.name] == hashlib.sha256(f"{word.salt}\nTo begin.".encode()).hexdigest()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_entry SET verb = 'other'",
        "DELETE FROM record_entry",
        "UPDATE record_word SET text = 'other'",
        "DELETE FROM record_word",
    ],
)
def test_the_database_refuses_to_change_or_remove(db: None, statement: str) -> None:
    opened()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_an_entry_that_does_not_go_on_from_the_last(db: None) -> None:
    last = append(DESK, Act("try", ("thing", "1")))
    for seq, before in ((last.seq + 2, last.hash), (last.seq + 1, "f" * 64)):
        stray = Entry(seq=seq, at=datetime(2026, 10, 1, tzinfo=UTC), actor="x", verb="x", subject_kind="x", subject_id="1", body="{}", before_hash=before, hash="e" * 64)
        with pytest.raises(DatabaseError), transaction.atomic():
            stray.save(force_insert=True)


def test_a_thing_is_made_again_as_it_stood(db: None) -> None:
    account = opened()
    first = Entry.objects.get(subject_kind="account", verb="open").seq
    keep_own(DESK, account, name="Another name", wants_mail=False)
    then, now = queries.original("account", account.key, seq=first), queries.original("account", account.key)
    assert then is not None
    assert now is not None
    assert (then.values["name"], then.values["wants_mail"]) == ("The first", True)
    assert (now.values["name"], now.values["wants_mail"]) == ("Another name", False)


def without_guards() -> None:
    """What somebody with the database's password can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('record_entry', 'record_word')")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("ALTER TABLE record_entry DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE record_word DISABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE record_entry SET body = replace(body, 'try', 'spy') WHERE seq = 2", 2),
        ("DELETE FROM record_entry WHERE seq = 2", 2),
        ("UPDATE record_word SET text = 'other' WHERE entry_id = 3", 3),
    ],
)
def test_verification_names_the_first_row_that_is_broken(db: None, tampering: str, broken: int) -> None:
    append_all(DESK, [Act("try", ("thing", str(number)), why="because" if number == 3 else "") for number in (1, 2, 3, 4)])
    assert proof.verify().broken is None
    without_guards()
    with connection.cursor() as cursor:
        cursor.execute(tampering)
    found = proof.verify().broken
    assert found is not None
    assert found.seq == broken


def test_an_analyst_does_not_read_the_whole_record(browser: Callable[..., Client]) -> None:
    assert browser("analyst").get("/record/").status_code == 403
    assert browser("auditor").get("/record/").status_code == 200
