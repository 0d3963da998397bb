"""What a day brings: reminders once, escalation, and what each person is asked to do."""

from __future__ import annotations

from oversight.accounts.models import Account
from oversight.notices.models import Copy
from oversight.requests import actions, daily, rooming, todo
from oversight.requests.models import Item, Reminder, Room

from .conftest import Firm, on


def told(key: str) -> list[str]:
    return list(Copy.objects.filter(to=key, notice__told_by="system:requests").order_by("pk").values_list("notice__what", flat=True))


def tasks(key: str) -> list[tuple[int, str, bool]]:
    return [(task.number, task.what, task.is_urgent) for task in todo.tasks(Account.objects.get(key=key)) if task.number]


def test_an_owner_is_reminded_three_days_before_on_the_day_and_after_once_each(firm: Firm) -> None:
    firm.working()  # items due 2026-10-16, the letter 2026-10-21
    for day in (12, 13, 14, 16, 17, 18, 18):
        with on(10, day, 6):
            daily.daily()
    assert told(firm.supervisor.key) == [
        "Item 1 of FINRA 2026-1234 is due on 2026-10-16; it is “open”", "Item 1 of FINRA 2026-1234 is due today; it is “open”",
        "Item 1 of FINRA 2026-1234 was due on 2026-10-16; it is “open”", "Item 1 of FINRA 2026-1234 was due on 2026-10-16; it is “open”",
    ]  # fmt: skip
    assert [what for what in told(firm.senior.key) if "Item" in what] == [
        "Item 1 of FINRA 2026-1234 was due on 2026-10-16; it is “open”", "Item 2 of FINRA 2026-1234 was due on 2026-10-16; it is “open”",
    ], "two days late"  # fmt: skip
    assert sorted(Reminder.objects.values_list("subject_kind", "step")) == [
        ("request", "coming"), *[("request_item", step) for step in ("coming", "coming", "due", "due", "escalated", "escalated", "late", "late")],
    ]  # fmt: skip


def test_a_letter_past_its_day_goes_to_senior_management(firm: Firm) -> None:
    firm.working()
    with on(10, 23, 6):
        assert daily.daily().words == "3 told of days that near or were missed, 0 readers' rooms ended"
        assert daily.daily().told == 0
    assert "FINRA 2026-1234 was due on 2026-10-21; it is “assembling”" in told(firm.senior.key)


def test_a_day_that_was_moved_is_reminded_of_anew(firm: Firm) -> None:
    row = firm.working()
    with on(10, 14, 6):
        daily.daily()
    actions.assign(firm.compliance, row.items.get(number="1"), owner=firm.supervisor.key, due_on=row.due_on)
    with on(10, 19, 6):
        daily.daily()
    assert told(firm.supervisor.key)[-1] == "Item 1 of FINRA 2026-1234 is due on 2026-10-21; it is “open”"


def test_an_item_whose_owner_left_goes_to_compliance(firm: Firm) -> None:
    firm.working()
    Account.objects.filter(key=firm.vm.key).update(is_active=False)
    with on(10, 14, 6):
        daily.daily()
    assert [what for what in told(firm.compliance.key) if "closed" in what] == [
        "Item 2 of FINRA 2026-1234 is due on 2026-10-16; it is “open”, and the account of its owner is closed"
    ]


def test_ended_items_and_closed_requests_are_not_reminded_of(firm: Firm) -> None:
    row = firm.working()
    for item in row.items.select_related("request"):
        actions.counseled("object")(firm.counsel, item, objection="Overbroad.")
    with on(10, 14, 6):
        assert daily.daily().told == 0


def test_a_room_that_closes_soon_is_told_once(firm: Firm) -> None:
    firm.room()
    with on(10, 29, 6):
        assert (daily.daily().told, daily.daily().told) == (3, 0), "the room, the letter and the item that is open"
    assert [what for what in told(firm.compliance.key) if "closes" in what] == [f"{Room.objects.get()} closes after 2026-10-31"]


def test_each_person_is_asked_for_their_part(firm: Firm) -> None:
    row = firm.working()
    first = row.items.get(number="1")
    assert tasks(firm.supervisor.key) == [(1, "items of a regulator's request are yours to gather", False)]
    firm.chosen(first)
    assert tasks(firm.counsel.key) == [(1, "documents wait for you as counsel", False)]
    item = Item.objects.select_related("request").get(pk=first.pk)
    actions.owned("hand_in")(firm.supervisor, item)
    assert tasks(firm.counsel.key) == [(1, "documents wait for you as counsel", False), (1, "items wait for you as counsel", False)]


def test_what_waits_for_release_is_not_asked_of_who_made_it(firm: Firm) -> None:
    production = firm.drafted()
    assert (1, "productions wait for your release", False) in tasks(firm.senior.key)
    assert [what for _, what, _ in tasks(firm.compliance.key)] == []
    rooming.make_room(firm.compliance, production.request, reader="x", last_on=production.request.due_on)
    assert (1, "readers' rooms wait for your release", False) in tasks(firm.senior.key)


def test_a_production_released_and_not_handed_over_is_urgent(firm: Firm) -> None:
    firm.released()
    assert (1, "productions are released and not handed over", True) in tasks(firm.compliance.key)


def test_a_locked_room_is_urgent(firm: Firm) -> None:
    link = firm.room()
    Room.objects.filter(pk=link.room.pk).update(state="locked")
    assert (1, "readers' rooms are locked after wrong passphrases", True) in tasks(firm.compliance.key)
