"""How duties stood at the end of any day, from the record alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.actor import Actor
from oversight.obligations import actions, standing
from oversight.obligations.models import Duty, Occurrence
from oversight.record.models import Entry

from .conftest import FACTS, at


def told(month: int, day: int) -> list[tuple[str, str, str]]:
    return [(stood.period, stood.title, stood.owner) for stood in standing.as_of(date(2026, month, day))]


def test_what_was_open_missed_and_done_is_known_as_it_was_then(compliance: Actor, owner: Actor, deputy: Actor, duty: Duty, due: Occurrence) -> None:
    with at(10, 8):
        actions.daily()
    with at(10, 9):
        actions.assign(compliance, duty, owner=deputy.key, deputy=owner.key, why="They changed places.")
    with at(10, 12):
        due.refresh_from_db()
        actions.done(deputy, due, note="Called them.", late_reason="Nobody answered.")
    assert told(9, 30) == []
    assert [line for line in told(10, 7) if line[0] == "2026-09"] == [("2026-09", "due", owner.key)]
    assert [line for line in told(10, 8) if line[0] == "2026-09"] == [("2026-09", "missed", owner.key)]
    assert [line for line in told(10, 9) if line[0] == "2026-09"] == [("2026-09", "missed", deputy.key)]
    assert [line for line in told(10, 12) if line[0] == "2026-09"] == [("2026-09", "done", deputy.key)]
    last = standing.as_of(date(2026, 10, 12))
    assert [stood.is_late for stood in last if stood.period == "2026-09"] == [True]
    assert standing.summed(last) == {"open": 2, "overdue": 0, "awaiting": 0, "done": 1, "waived": 0}


def test_what_was_past_its_day_and_not_yet_marked_says_so(due: Occurrence) -> None:
    assert [stood.title for stood in standing.as_of(date(2026, 10, 8))] == ["past its day", "due"]


def test_the_evening_belongs_to_its_day_in_new_york(due: Occurrence, owner: Actor) -> None:
    with at(10, 6, 23):  # 03:00 UTC of the 7th
        actions.done(owner, due, note="Called them in the evening.")
    assert ("2026-09", "due", owner.key) in told(10, 5)
    assert ("2026-09", "done", owner.key) in told(10, 6)


def test_it_asks_the_record_the_same_number_of_times_however_much_there_is(compliance: Actor, owner: Actor, due: Occurrence) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            standing.as_of(date(2026, 10, 1))
        return len(queries)

    one = asked()
    for number in range(20):
        actions.add(compliance, key=f"call-{number}", owner=owner.key, **FACTS)
    actions.daily()
    assert (asked(), one) == (2, 2)


def test_the_record_alone_is_read(due: Occurrence) -> None:
    Occurrence.objects.filter(pk=due.pk).update(state="waived")  # behind the record's back
    assert told(10, 1)[0][1] == "due"
    assert Entry.objects.exists()


def test_nothing_of_the_firm_stands_before_it_began(actor: Callable[..., Actor]) -> None:
    assert standing.as_of(date(2026, 10, 1)) == []
