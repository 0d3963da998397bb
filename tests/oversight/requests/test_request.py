"""A letter's way: taken in, split, worked on, given more time, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.evidence.models import Filed, Link
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move
from oversight.record.models import Entry
from oversight.requests import actions, grounds, todo
from oversight.requests.models import Counsel, Item, Request
from oversight.task import Task

from .conftest import DUE, LETTER, Firm, on

Act = Callable[..., Actor]


def words(what: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as refusal:
        what()
    return refusal.value.words


def test_a_letter_is_filed_and_its_clock_runs(firm: Firm) -> None:
    row = firm.received()
    assert (row.state, row.due_on, row.first_due_on, row.days_left, row.owner) == ("received", DUE, DUE, 20, firm.compliance.key)
    assert (row.letter.effective_on, row.letter.size) == (date(2026, 10, 1), len(LETTER))
    assert [(link.filed_id, link.what) for link in Link.objects.filter(subject_kind="request", subject_id=row.pk)] == [(row.letter_id, "the letter")]
    assert [seat.account for seat in row.counsel.all()] == [firm.counsel.key]
    told = sorted(Copy.objects.filter(notice__what__contains="a letter of request came").values_list("to", flat=True))
    assert told == sorted([firm.counsel.key, firm.senior.key]), "who took it in needs no telling"
    assert "Routing to KNCM" not in Entry.objects.get(verb="open", subject_kind="request").body


@pytest.mark.parametrize(
    ("said", "words_of_it"),
    [
        ({"due_on": date(2026, 9, 30)}, "It would be due on 2026-09-30, before it was received on 2026-10-01. Look at the two days."),
        ({"received_on": date(2026, 10, 2)}, "The letter would have come in the future."),
        ({"last_on": date(2026, 6, 30)}, "The period would end before it begins."),
        ({"reference": "  "}, "Say who asks, under which reference and rule, and what it asks in a sentence."),
        ({"owner": "a-000000000000"}, "The owner of a request is an open account of compliance."),
        ({"counsel": ["a-000000000000"]}, "Counsel on the desk is an open account of compliance or senior manager."),
    ],
)
def test_a_letter_that_cannot_be_is_refused_and_nothing_is_left(firm: Firm, said: dict[str, Any], words_of_it: str) -> None:
    assert words(lambda: firm.received(**said)) == words_of_it
    assert (Request.objects.count(), Filed.objects.count()) == (0, 0)


def test_the_same_letter_twice_is_refused(firm: Firm) -> None:
    firm.received()
    assert words(firm.received) == "A letter of FINRA with the reference 2026-1234 is here already."


def test_a_letter_of_no_bytes_or_too_many_is_refused(firm: Firm, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 10
    given = {"authority": "sec", "reference": "1", "rule": "Exchange Act 17(a)", "about": "x", "received_on": date(2026, 10, 1), "due_on": DUE,
             "first_on": DUE, "last_on": DUE}  # fmt: skip
    assert words(lambda: actions.open_request(firm.compliance, "a.txt", b"", **given)) == "The file is empty. Nothing was filed."
    assert words(lambda: actions.open_request(firm.compliance, "a.txt", LETTER, **given)).startswith("The file is too large: at most 0 MB are kept.")
    assert Request.objects.count() == 0


def test_only_compliance_takes_a_letter_in(firm: Firm) -> None:
    given = {"authority": "sec", "reference": "1", "rule": "x", "about": "x", "received_on": DUE, "due_on": DUE, "first_on": DUE, "last_on": DUE}
    assert words(lambda: actions.open_request(firm.senior, "a.txt", LETTER, **given)) == "Taking a letter in: only compliance may do this."


def test_an_item_has_an_owner_and_is_due_before_the_letter(firm: Firm) -> None:
    row = firm.received()
    item = firm.item(row, "3(b)")
    assert (item.number, item.place, item.due_on, item.known_at) == ("3(b)", 1, DUE - timedelta(days=5), row.opened_at)
    assert words(lambda: firm.item(row, "3(b)")) == "Item 3(b) is there already."
    assert words(lambda: actions.add_item(firm.compliance, row, number="4", question="x", owner="")) == (
        "The owner of an item is an open account of analyst, supervisor, committee, compliance, vendor manager or senior manager."
    )
    assert words(lambda: firm.item(row, "4", due_on=DUE + timedelta(days=1))).startswith("An item is due between 2026-10-01 and 2026-10-21")
    assert words(lambda: firm.item(row, "4", known_at=clock.now() + timedelta(hours=1))).startswith("What is known at an instant to come")
    assert [notice.notice.what for notice in Copy.objects.filter(to=firm.supervisor.key)] == ["item 3(b) of FINRA 2026-1234 is yours, due 2026-10-16"]


def test_nothing_is_gathered_before_the_letter_is_split_and_counsel_is_named(firm: Firm) -> None:
    row = firm.received(counsel=[])
    assert words(lambda: move(firm.compliance, row, "split")) == "The items are complete: no item is written yet; each question of the letter is one."
    item = firm.item(row)
    move(firm.compliance, row, "split")
    assert words(lambda: move(firm.compliance, row, "begin")) == "Begin gathering: no counsel is named for this request."
    assert words(lambda: firm.chosen(item)) == "FINRA 2026-1234 is “split into items”. Begin gathering first."
    actions.name_counsel(firm.compliance, row, firm.counsel.key)
    assert move(firm.compliance, row, "begin").state == "assembling"


def test_an_item_goes_to_another_owner_who_is_told(firm: Firm) -> None:
    item = firm.item(firm.received())
    actions.assign(firm.compliance, item, owner=firm.vm.key, due_on=date(2026, 10, 12), why="The vendor manager has the files.")
    assert (item.owner, item.due_on) == (firm.vm.key, date(2026, 10, 12))
    assert Copy.objects.filter(to=firm.vm.key).count() == 1
    stale = Item.objects.get(pk=item.pk)
    actions.assign(firm.compliance, item, owner=firm.supervisor.key)
    assert words(lambda: actions.assign(firm.compliance, stale, owner=firm.senior.key)).startswith("Somebody else changed this meanwhile.")


def test_a_day_that_was_missed_is_red_and_on_the_list_of_compliance(firm: Firm) -> None:
    row = firm.working()
    with on(10, 17):
        assert (row.is_overdue, [item.is_overdue for item in row.items.all()]) == (False, [True, True])
    with on(10, 22):
        assert (Request.objects.get().is_overdue, row.days_late) == (True, 1)
        compliance = Account.objects.get(key=firm.compliance.key)
        urgent = [(task.number, task.what) for task in todo.tasks(compliance) if task.number and task.is_urgent]
    assert urgent == [(1, "answers to regulators are past their day"), (2, "items of requests are past their day")]


def test_a_fresh_letter_is_urgent_on_day_one(firm: Firm) -> None:
    firm.received()
    tasks = [task for task in todo.tasks(Account.objects.get(key=firm.compliance.key)) if task.number]
    assert tasks == [Task(1, "letters of request are not split into items", Request.objects.get().get_absolute_url(), is_urgent=True)]


def test_more_time_is_asked_for_and_granted_each_with_its_letter(firm: Firm) -> None:
    row = firm.working()
    later = DUE + timedelta(days=10)
    asked = actions.ask_extension(firm.compliance, row, "ask.txt", b"We ask for ten days.\n", asked_until_on=later, reason="Two vendors must answer.")
    assert (row.due_on, asked.state) == (DUE, "asked"), "the day stands until it is granted"
    assert words(lambda: move(firm.senior, asked, "grant", until_on=later)).startswith("Granted: only compliance")
    assert words(lambda: actions.grant(firm.compliance, asked, until_on=later)) == ("File the authority's answer with it: its letter, or a note of its call.")
    assert words(lambda: actions.grant(firm.compliance, asked, until_on=DUE, name="a.txt", letter=b"no")) == (
        "The request is due on 2026-10-21; a grant names a later day."
    )
    actions.grant(firm.compliance, asked, until_on=later, name="granted.txt", letter=b"Granted.\n")
    row.refresh_from_db()
    assert (row.due_on, row.first_due_on, asked.state, asked.answered_by) == (later, DUE, "granted", firm.compliance.key)
    assert Link.objects.filter(subject_kind="request_extension", subject_id=asked.pk).count() == 2


def test_a_refused_extension_leaves_the_day_and_only_one_waits_at_a_time(firm: Firm) -> None:
    row = firm.working()
    asked = actions.ask_extension(firm.compliance, row, "ask.txt", b"Please.\n", asked_until_on=date(2026, 11, 1), reason="Time.")
    assert words(lambda: actions.ask_extension(firm.compliance, row, "a.txt", b"x", asked_until_on=date(2026, 11, 2), reason="x")) == (
        "An extension was asked for and not answered yet."
    )
    actions.refuse_extension(firm.compliance, asked, why="No more time.", name="no.txt", letter=b"No.\n")
    row.refresh_from_db()
    assert (asked.state, row.due_on) == ("refused", DUE)


def test_counsel_alone_lets_another_person_into_counsels_space(firm: Firm, actor: Act) -> None:
    row = firm.received()
    assert words(lambda: actions.name_counsel(firm.compliance, row, firm.compliance.key)) == (
        "Counsel is named for this request. Only counsel lets another person into counsel's space."
    )
    actions.name_counsel(firm.counsel, row, firm.senior.key)
    assert words(lambda: actions.name_counsel(firm.counsel, row, firm.supervisor.key)).startswith("Counsel on the desk is an open account of")
    seat = Counsel.objects.get(account=firm.counsel.key)
    assert words(lambda: actions.end_counsel(firm.compliance, seat, why="x")) == "Counsel ends it, or a senior manager."
    actions.end_counsel(firm.senior, seat, why="Left the matter.")
    assert row.counsel.filter(ended_at=None).get().account == firm.senior.key


def test_the_last_counsel_of_a_request_that_is_worked_on_stays(firm: Firm) -> None:
    seat = firm.working().counsel.get()
    assert words(lambda: actions.end_counsel(firm.counsel, seat, why="x")) == "This is the only counsel of a request that is worked on. Name another first."


def test_nothing_responsive_is_said_by_two_people_with_the_search(firm: Firm, actor: Act) -> None:
    item = firm.working().items.get(number="2")
    find = actions.owned("find_nothing")
    assert words(lambda: find(firm.supervisor, item, search_made="Looked.")) == "Nothing responsive: its owner does this, or compliance."
    assert words(lambda: find(firm.vm, item, search_made="  ")) == "Nothing responsive: search made is missing."
    find(firm.vm, item, search_made="Searched mail, agreements and evidence for KNCM.")
    assert item.state == "nothing_said"
    own = actor("compliance", "vendor_manager", name="both")
    Item.objects.filter(pk=item.pk).update(searched_by=own.key)
    assert words(lambda: move(own, item, "confirm_nothing")) == (
        "Confirm: nothing responsive: nobody approves their own work, and you are named as searched by."
    )
    assert move(firm.compliance, Item.objects.get(pk=item.pk), "confirm_nothing").state == "nothing"


def test_an_item_with_documents_does_not_end_as_nothing(firm: Firm) -> None:
    item = firm.working().items.get(number="1")
    firm.chosen(item)
    assert words(lambda: actions.owned("find_nothing")(firm.supervisor, item, search_made="x")) == (
        "Nothing responsive: documents are in it; take them out first."
    )


def test_counsel_objects_and_nobody_else(firm: Firm) -> None:
    item = firm.working().items.get(number="2")
    object_to = actions.counseled("object")
    assert words(lambda: object_to(firm.compliance, item, objection="Overbroad.")) == ("Object or withhold: only counsel named for this request may do this.")
    assert object_to(firm.counsel, item, objection="It asks for another firm's records.").state == "withheld"


def test_the_authority_can_take_its_letter_back(firm: Firm) -> None:
    row = move(firm.compliance, firm.working(), "withdraw", why="Letter of 6 October.")
    assert (row.state, row.closed_by, row.is_running) == ("withdrawn", firm.compliance.key, False)
    assert words(lambda: firm.item(row, "9")) == "FINRA 2026-1234 is “withdrawn”. Reopen it first."


def test_what_is_doubtful_in_a_rule_is_said() -> None:
    assert grounds.doubt("FINRA 4511") == ""
    assert grounds.doubt("Exchange Act 17(b)") == "From memory; read the section before quoting it."
    assert grounds.doubt("Rule of the exchange 8.2") == "Not among the desk's authorities: read the letter, and check its standing."
    assert [rule for rule in grounds.RULES if grounds.citation(rule) is None] == []
