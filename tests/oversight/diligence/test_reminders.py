"""Reminders before and after the day on which answers are due, each step once."""

from __future__ import annotations

from datetime import UTC, date, datetime

from oversight import clock
from oversight.accounts import actions as people
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.diligence import actions, answering, reminding
from oversight.diligence.models import Reminder
from oversight.notices.models import Copy

from .conftest import Stage


def on(day: date) -> object:
    """Ten in the morning in New York."""
    return clock.stated(datetime(day.year, day.month, day.day, 14, tzinfo=UTC))


def reminded(stage: Stage, *days: date) -> list[tuple[str, str]]:
    """What was told on these days, in order: (to whom, what)."""
    before = set(Copy.objects.values_list("pk", flat=True))
    for day in days:
        with on(day):  # type: ignore[attr-defined]  # a context
            reminding.remind()
            reminding.remind()
    names = {stage.outside.key: "outside", stage.manager.key: "manager"}
    return [(names.get(copy.to, copy.to), copy.notice.what) for copy in Copy.objects.exclude(pk__in=before).select_related("notice").order_by("pk")]


def test_each_step_is_told_once_before_and_after_the_due_date(stage: Stage) -> None:
    row = stage.sent()
    assert row.due_on == date(2026, 10, 15)
    days = [date(2026, 10, day) for day in range(2, 31)]
    left, late = "6 questions are left of your questionnaire", "Answers of Alpha Router LLC were due 2026-10-15"
    assert reminded(stage, *days) == [
        ("outside", f"{left}, due 2026-10-15"), ("outside", f"{left}, due 2026-10-15"), ("outside", f"{left}, due today"),
        ("outside", f"{left}, which was due 2026-10-15"), ("manager", late), ("outside", f"{left}, which was due 2026-10-15"), ("manager", late),
        ("outside", f"{left}, which was due 2026-10-15"), ("manager", late),
    ]  # fmt: skip
    assert sorted(Reminder.objects.values_list("step", flat=True)) == [-7, -2, 0, 1, 7, 14]


def test_of_steps_that_were_missed_only_the_last_is_told(stage: Stage) -> None:
    stage.sent()
    assert [who for who, _ in reminded(stage, date(2026, 10, 17))] == ["outside", "manager"]
    assert list(Reminder.objects.values_list("step", flat=True)) == [1]


def test_a_day_before_the_questionnaire_was_sent_is_no_step(stage: Stage) -> None:
    actions.send(stage.manager, stage.drafted(), due_on=date(2026, 10, 2))
    assert reminded(stage, date(2026, 10, 1)) == [], "seven and two days before lie behind its sending"
    assert [what for _, what in reminded(stage, date(2026, 10, 2))] == ["6 questions are left of your questionnaire, due today"]


def test_what_was_submitted_is_not_reminded_of(stage: Stage) -> None:
    stage.submitted()
    assert reminded(stage, date(2026, 10, 14)) == []


def test_a_later_due_date_begins_its_steps_anew(stage: Stage) -> None:
    row = stage.submitted()
    from oversight.record.actions import move

    move(stage.analyst, stage.answer(row, "ACC-2"), "send_back", asked_for="Which?")
    actions.send_back(stage.manager, row, due_on=date(2026, 11, 15))
    assert [what for _, what in reminded(stage, date(2026, 11, 13))] == ["1 question is left of your questionnaire, due 2026-11-15"]


def test_where_nobody_can_answer_the_vendor_manager_is_told(stage: Stage) -> None:
    row = stage.sent()
    people.close_account(automated("test"), Account.objects.get(key=stage.outside.key), why="left")
    told = reminded(stage, date(2026, 10, 13))
    assert told == [("manager", "Answers of Alpha Router LLC are due 2026-10-15; nobody can answer, for it has no open outside account")]
    assert answering.why_closed(row) == ""


def test_an_outside_reader_is_told_by_nobodys_name(stage: Stage) -> None:
    stage.sent()
    reminded(stage, date(2026, 10, 13))
    assert set(Copy.objects.filter(to=stage.outside.key).values_list("notice__told_by", flat=True)) == {"system:diligence", "system:remind-diligence"}
