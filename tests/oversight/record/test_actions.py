"""Acts and their entries stand or fall together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from oversight import clock
from oversight.actor import Actor, automated
from oversight.handling.models import Happening
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.record.actions import Act
from oversight.record.models import Entry, Word, plain

from .conftest import happening

Noted = Callable[..., Happening]
CHANGED = "Somebody else changed this meanwhile. Look at it again before you go on."


def test_an_entry_says_who_did_what_to_what_in_which_role_and_by_which_clock(actor: Callable[..., Actor], noted: Noted) -> None:
    by = actor("analyst")
    row = noted(by, shares=Decimal("100.5"), cause="A cable.")
    entry = Entry.objects.get()
    body = json.loads(entry.body)
    words = {word.name: word for word in Word.objects.all()}
    assert (entry.seq, entry.actor, entry.verb, entry.subject_kind, entry.subject_id) == (1, by.key, "note", "happening", str(row.pk))
    assert body == {
        "seq": 1, "at": "2026-10-01T12:00:00+00:00", "clock": "stated", "actor": by.key, "roles": ["analyst"], "origin": "desk", "verb": "note",
        "subject": ["happening", str(row.pk)], "facts": {},
        "changes": {
            "id": [None, row.pk], "state": [None, "noted"], "kind": [None, "failover"], "vendor": [None, ""], "venue": [None, ""], "symbol": [None, ""],
            "from_at": [None, "2026-10-01T12:00:00+00:00"], "to_at": [None, "2026-10-01T12:00:00+00:00"], "orders": [None, ""], "shares": [None, "100.5"],
            "noted_by": [None, by.key], "noted_at": [None, "2026-10-01T12:00:00+00:00"], "corrected_by": [None, ""], "reviewed_by": [None, ""],
        },
        "words": {name: hashlib.sha256(f"{words[name].salt}\n{words[name].text}".encode()).hexdigest() for name in ("what", "cause")},
    }  # fmt: skip
    assert (words["what"].text, words["cause"].text) == ('[null,"The line was down."]', '[null,"A cable."]')
    assert (len(words["what"].salt), words["what"].salt == words["cause"].salt) == (32, False)


def test_the_hash_is_that_of_the_hash_before_a_line_feed_and_the_body(story: Happening) -> None:
    before = "0" * 64
    for entry in Entry.objects.order_by("seq"):
        assert (entry.before_hash, entry.hash) == (before, hashlib.sha256(f"{before}\n{entry.body}".encode()).hexdigest())
        before = entry.hash


def test_a_change_says_from_what_to_what(story: Happening) -> None:
    body = json.loads(Entry.objects.get(verb="correct").body)
    assert body["changes"] == {"shares": ["100", "120"], "vendor": ["", "vendor_a"]}
    assert list(body["words"]) == ["(why)"]
    assert Word.objects.get(entry__verb="correct").text == "I had misread it."


def test_nothing_is_recorded_where_nothing_differs(actor: Callable[..., Actor], noted: Noted) -> None:
    by = actor("analyst")
    row = noted(by)
    actions.change(by, row, vendor="", why="Just looking.")
    actions.change(by, row, vendor="", signs="corrected")
    assert (Entry.objects.count(), Happening.objects.get().corrected_by) == (1, "")


def test_a_change_may_sign_who_made_it_last(actor: Callable[..., Actor], noted: Noted) -> None:
    second = actor("supervisor")
    actions.change(second, noted(actor("analyst")), vendor="vendor_a", signs="corrected")
    row = Happening.objects.get()
    assert (row.vendor, row.corrected_by, row.corrected_at) == ("vendor_a", second.key, clock.now())


def test_a_move_signs_and_says_from_which_state(actor: Callable[..., Actor], noted: Noted) -> None:
    row, second = noted(actor("analyst")), actor("supervisor")
    actions.move(second, row, "review")
    entry = Entry.objects.get(verb="review")
    assert json.loads(entry.body)["changes"] == {
        "state": ["noted", "reviewed"], "reviewed_by": ["", second.key], "reviewed_at": [None, "2026-10-01T12:00:00+00:00"],
    }  # fmt: skip
    kept = Happening.objects.get()
    assert (kept.state, kept.reviewed_by, kept.reviewed_at) == ("reviewed", second.key, datetime(2026, 10, 1, 12, tzinfo=UTC))


def test_whoever_moves_a_row_that_was_moved_meanwhile_is_told(actor: Callable[..., Actor], noted: Noted) -> None:
    row, second = noted(actor("analyst")), actor("supervisor")
    stale = Happening.objects.get()
    actions.move(second, row, "review")
    with pytest.raises(Refusal) as refused:
        actions.move(second, stale, "review")
    assert refused.value.words == "Review: the happening is “reviewed”; this is done while it is “noted”."
    assert (stale.state, Entry.objects.count()) == ("noted", 2)


def test_what_a_move_asks_is_asked_of_the_row_as_it_is_now(actor: Callable[..., Actor], noted: Noted) -> None:
    analyst, second = actor("analyst"), actor("supervisor")
    noted(analyst)
    seen, other = Happening.objects.get(), Happening.objects.get()
    actions.change(analyst, other, to_at=None)
    with pytest.raises(Refusal, match="say when it ended first"):
        actions.move(second, seen, "review")
    actions.change(second, other, to_at=other.from_at, corrected_by=second.key)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.move(second, seen, "review")


def test_whoever_changes_a_value_that_was_changed_meanwhile_is_told(actor: Callable[..., Actor], noted: Noted) -> None:
    by = actor("analyst")
    row = noted(by)
    stale = Happening.objects.get()
    actions.change(by, row, shares=Decimal(7))
    with pytest.raises(Refusal) as refused:
        actions.change(by, stale, shares=Decimal(8))
    assert (refused.value.words, stale.shares, Entry.objects.count()) == (CHANGED, None, 2)


def test_a_move_on_many_is_made_on_all_or_none(actor: Callable[..., Actor], noted: Noted) -> None:
    analyst, second = actor("analyst"), actor("supervisor")
    rows = [noted(analyst), noted(analyst), noted(second)]
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.move_many(second, rows, "review")
    assert [row.state for row in rows] == ["noted"] * 3
    assert (Happening.objects.filter(state="reviewed").count(), Entry.objects.count()) == (0, 3)
    actions.move_many(second, rows[:2], "review")
    assert (Happening.objects.filter(state="reviewed").count(), Entry.objects.count()) == (2, 5)
    assert list(actions.move_many(second, [], "review")) == []


def test_many_rows_are_created_with_an_entry_each(actor: Callable[..., Actor], db: None) -> None:
    by = actor("analyst")
    made = actions.create_many(by, [happening(by.key, symbol=f"S{number}") for number in range(3)])
    assert list(Entry.objects.values_list("seq", "subject_id")) == [(number, str(row.pk)) for number, row in enumerate(made, 1)]
    assert list(actions.create_many(by, [])) == []


def test_a_row_whose_entry_cannot_be_written_is_not_written(actor: Callable[..., Actor], noted: Noted) -> None:
    with pytest.raises(ValidationError):
        actions.create(actor("analyst"), happening(), verb="v" * 41)
    assert (Happening.objects.count(), Entry.objects.count()) == (0, 0)


def test_an_automated_actor_signs_with_its_own_name(db: None) -> None:
    entry = actions.append(automated("receive"), Act("note", ("thing", "1"), {"on": (None, date(2026, 10, 1))}, facts={"n": (1, Decimal("1.50"))}))
    body = json.loads(entry.body)
    assert (body["actor"], body["roles"], body["origin"], body["changes"], body["facts"]) == (
        "system:receive", ["system"], "command", {"on": [None, "2026-10-01"]}, {"n": [1, "1.50"]},
    )  # fmt: skip
    assert actions.append_all(automated("receive"), []) == []


def test_an_entry_says_which_clock_it_went_by(db: None) -> None:
    with clock.stated(datetime(2026, 1, 1, tzinfo=UTC)):
        entry = actions.append(automated("x"), Act("note", ("thing", "1")))
    assert (json.loads(entry.body)["clock"], entry.at) == ("stated", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1E+2"), "100"), (Decimal("0.10"), "0.10"), (0.1, "0.1"), (None, None), (True, True), (7, 7), ("é", "é"),
        (date(2026, 10, 1), "2026-10-01"), (datetime(2026, 10, 1, 8, tzinfo=clock.MARKET_ZONE), "2026-10-01T12:00:00+00:00"),
        ((1, Decimal(2)), [1, "2"]), ({"a": date(2026, 10, 1)}, {"a": "2026-10-01"}),
    ],
)  # fmt: skip
def test_a_value_is_written_exactly(value: object, written: object) -> None:
    assert plain(value) == written


@pytest.mark.parametrize("name", ["entry", "word"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE", "REPLACE"])
def test_the_database_refuses_to_change_what_was_appended(name: str, verb: str, story: Happening) -> None:
    table = f"record_{name}"
    statement = {
        "UPDATE": f"UPDATE {table} SET {'actor' if name == 'entry' else 'text'} = 'x'", "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE", "REPLACE": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    }[verb]  # fmt: skip
    if verb == {"sqlite": "TRUNCATE", "postgresql": "REPLACE"}[connection.vendor]:
        pytest.skip(f"{connection.vendor} knows no {verb}")
    before = list(Entry.objects.values_list()), list(Word.objects.values_list())
    assert_refused(statement, "does not continue the chain" if (name, verb) == ("entry", "REPLACE") else "is append-only")
    assert (list(Entry.objects.values_list()), list(Word.objects.values_list())) == before


@pytest.mark.parametrize(("seq", "before_hash"), [(6, "{hash}"), (4, "{hash}"), (0, "{hash}"), (5, "f" * 64), (5, "0" * 64)])
def test_the_database_refuses_an_entry_that_does_not_continue_the_chain(seq: int, before_hash: str, story: Happening) -> None:
    last = Entry.objects.latest("seq").hash
    assert_refused(
        "INSERT INTO record_entry (seq, at, actor, verb, subject_kind, subject_id, body, before_hash, hash) "
        f"VALUES ({seq}, '2026-10-01 12:00:00', 'x', 'x', 'x', 'x', 'x', '{before_hash.format(hash=last)}', '{'a' * 64}')",
        "does not continue the chain",
    )
    assert Entry.objects.count() == 4


def assert_refused(statement: str, words: str) -> None:
    connection.check_constraints()
    with pytest.raises(IntegrityError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
