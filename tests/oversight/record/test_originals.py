"""Any thing as it stood, made again of its entries alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from oversight import clock
from oversight.actor import Actor, automated
from oversight.handling.models import Happening
from oversight.record import actions, queries
from oversight.record.actions import Act


def test_a_row_is_made_again_as_it_stood_after_each_entry(story: Happening) -> None:
    about = ("happening", str(story.pk))
    stood = [queries.original(*about, seq=seq) for seq in (1, 2, 3, 4)]
    assert [one and (one.seq, one.values["shares"], one.values["vendor"], one.values["state"], one.values["what"], one.values["cause"]) for one in stood] == [
        (1, "100", "", "noted", "The line was down.", "A cable."), (2, "120", "vendor_a", "noted", "The line was down.", "A cable."),
        (3, "120", "vendor_a", "returned", "The line was down.", "A cable."), (4, "120", "vendor_a", "noted", "The line was down.", "A cable."),
    ]  # fmt: skip


def test_the_row_made_again_equals_the_row_of_the_database(story: Happening) -> None:
    made = queries.original("happening", str(story.pk))
    assert made is not None
    row, kept = made.row(), Happening.objects.get()
    names = [field.attname for field in Happening._meta.concrete_fields]
    assert {name: getattr(row, name) for name in names} == {name: getattr(kept, name) for name in names}
    assert (row.shares, row.from_at) == (Decimal(120), datetime(2026, 10, 1, 12, tzinfo=UTC))


def test_a_row_is_made_again_as_it_stood_at_an_instant(actor: Callable[..., Actor], noted: Callable[..., Happening], morning: datetime) -> None:
    by = actor("analyst")
    row = noted(by)
    with clock.stated(morning + timedelta(hours=2)):
        actions.change(by, row, vendor="vendor_a")
    before, after = (queries.original("happening", str(row.pk), at=morning + timedelta(hours=hours)) for hours in (1, 2))
    assert before is not None
    assert after is not None
    assert (before.values["vendor"], after.values["vendor"]) == ("", "vendor_a")
    assert queries.original("happening", str(row.pk), at=morning - timedelta(seconds=1)) is None


def test_a_text_that_is_withheld_is_said_to_be_and_the_rest_is_made_again(story: Happening, attacker: Callable[..., None]) -> None:
    attacker("DELETE FROM record_word WHERE entry_id = 1 AND name = 'what'")
    made = queries.original("happening", str(story.pk))
    assert made is not None
    assert (made.withheld, "what" in made.values, made.values["cause"], made.row().what) == ({"what"}, False, "A cable.", "")


def test_a_thing_that_is_no_row_has_a_history_and_no_row(db: None) -> None:
    actions.append(automated("export-head"), Act("export", ("head", "2026-10-01"), {"seq": (None, 3)}))
    made = queries.original("head", "2026-10-01")
    assert made is not None
    assert made.values == {"seq": 3}
    with pytest.raises(LookupError, match="no table holds a head"):
        made.row()


def test_a_history_is_told_newest_first_with_names_reasons_and_how_it_stood(story: Happening) -> None:
    told = queries.history("happening", str(story.pk), with_then=True)
    assert [(step.entry.seq, step.who, step.entry.verb, step.why) for step in told] == [
        (4, "analyst", "answer", "The second."), (3, "supervisor", "send_back", "Which cable?"),
        (2, "analyst", "correct", "I had misread it."), (1, "analyst", "note", ""),
    ]  # fmt: skip
    assert [dict(step.then)["state"] for step in told] == ["noted", "returned", "noted", "noted"]
    assert [dict(step.then)["shares"] for step in told] == ["120", "120", "120", "100"]
    assert told[2].summary == "shares: 100 → 120; vendor: vendor_a"
    assert (dict(told[0].then)["noted_by"], dict(told[0].then)["noted_at"]) == ("analyst", "2026-10-01 08:00:00 EDT")


def test_a_history_ends_where_it_is_asked_to(story: Happening) -> None:
    about = ("happening", str(story.pk))
    assert [step.entry.seq for step in queries.history(*about, limit=2)] == [4, 3]
    assert [(step.entry.seq, dict(step.then)["state"]) for step in queries.history(*about, before=3, limit=2, with_then=True)] == [(2, "noted"), (1, "noted")]
    assert queries.history("happening", "0") == ()


def test_a_history_asks_three_questions_however_long_it_is(
    actor: Callable[..., Actor], noted: Callable[..., Happening], django_assert_num_queries: Callable[..., object]
) -> None:
    by = actor("analyst")
    row = noted(by)
    with django_assert_num_queries(3):
        queries.history("happening", str(row.pk))
    for number in range(30):
        actions.change(by, row, symbol=f"S{number}", why="Again.")
    with django_assert_num_queries(3):
        assert len(queries.history("happening", str(row.pk))) == 31
    with django_assert_num_queries(5):
        assert len(queries.history("happening", str(row.pk), with_then=True)) == 31
