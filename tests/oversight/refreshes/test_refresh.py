"""A refresh from opening to completion: what each step asks, who may, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record import actions as record
from oversight.record.actions import move
from oversight.record.models import Entry
from oversight.refreshes import actions
from oversight.refreshes.actions import Said
from oversight.refreshes.changes import CHANGE_QUESTIONS
from oversight.refreshes.models import Acknowledgement, Gathering, Refresh, RefreshCondition

from .conftest import COUNTED, UNCHANGED, Firm

Act = Callable[..., Actor]
NEXT_YEAR = date(2027, 10, 1)
"""365 days after 2026-10-01."""


def test_it_is_counted_from_the_day_stated_and_due_365_days_later(firm: Firm) -> None:
    row = firm.opened()
    assert (row.first_on, row.due_on, row.year, row.is_stated, row.state) == (COUNTED, date(2026, 10, 8), 2026, True, "opened")
    assert [one.key for one in row.changes.all()] == [one.key for one in CHANGE_QUESTIONS]
    verbs = [entry.verb for entry in Entry.objects.filter(subject_kind__in=("refresh", "change_answer")).order_by("seq")]
    assert verbs == ["open", *["ask"] * len(CHANGE_QUESTIONS)]


def test_a_question_keeps_the_words_it_was_asked_in(firm: Firm) -> None:
    first = firm.opened().changes.order_by("place").first()
    assert first is not None
    assert (first.title, first.asks) == (CHANGE_QUESTIONS[0].title, CHANGE_QUESTIONS[0].asks)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "No completed due diligence of Vendor A is on the desk"),
        ({"counted_from": date(2026, 10, 2), "why": "x"}, "not in the future"),
        ({"counted_from": COUNTED, "why": " "}, "says what it rests on"),
        ({"counted_from": date(2026, 9, 30), "why": "the paper"}, "due on 2027-09-30. It can be opened from 120 days before"),
    ],
)
def test_it_is_not_opened_where_the_year_is_not_known_or_far(firm: Firm, given: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        actions.open_refresh(firm.vm, firm.vendor(), **given)
    assert Refresh.objects.count() == 0


def test_one_refresh_at_a_time_and_one_a_year(firm: Firm) -> None:
    vendor = firm.vendor()
    row = firm.opened(vendor)
    with pytest.raises(Refusal, match="in progress"):
        firm.opened(vendor)
    move(firm.compliance, row, "withdraw", why="Opened for the wrong vendor.")
    again = firm.completed(vendor)
    with pytest.raises(Refusal, match="was refreshed for 2026 already"):
        firm.opened(vendor)
    assert again.year == 2026


def test_a_vendor_that_ended_is_not_refreshed(firm: Firm) -> None:
    with pytest.raises(Refusal, match="nothing to refresh"):
        firm.opened(firm.vendor(state="ended"))


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "senior_manager", "auditor", "administrator", "vendor"])
def test_who_keeps_no_vendor_file_opens_and_answers_nothing(firm: Firm, actor: Act, role: str) -> None:
    by, row = actor(role, name="someone"), firm.opened()
    for attempt in (
        lambda: actions.open_refresh(by, row.vendor, counted_from=COUNTED, why="x"),
        lambda: actions.answer_changes(by, row, {"logic": UNCHANGED}),
        lambda: actions.write(by, row, assessment="x", recommendation="retain"),
        lambda: actions.set_condition(by, row, what="x", due_on=date(2026, 12, 1)),
        lambda: actions.name_managers(by, row, [firm.senior.key]),
        lambda: actions.gather(by, row),
    ):
        with pytest.raises(Refusal) as refusal:
            attempt()
        assert refusal.value.is_forbidden


def test_compliance_does_not_write_what_it_approves(firm: Firm) -> None:
    row = firm.gathered()
    with pytest.raises(Refusal) as refusal:
        actions.write(firm.compliance, row, assessment="x", recommendation="retain")
    assert refusal.value.is_forbidden


def test_answers_are_in_words_and_each_is_recorded_once(firm: Firm) -> None:
    row = firm.opened()
    with pytest.raises(Refusal, match="Routing logic: choose an answer and say it in words"):
        actions.answer_changes(firm.vm, row, {"logic": Said("changed", "  ")})
    with pytest.raises(Refusal, match="choose an answer"):
        actions.answer_changes(firm.vm, row, {"logic": Said("perhaps", "words")})
    with pytest.raises(Refusal, match="no_such"):
        actions.answer_changes(firm.vm, row, {"no_such": UNCHANGED})
    assert actions.answer_changes(firm.vm, row, {"logic": Said("changed", "Release 7.2 of June.")}) == 1
    assert actions.answer_changes(firm.vm, row, {"logic": Said("changed", "Release 7.2 of June.")}) == 0
    entry = Entry.objects.get(verb="answer")
    assert '"changed":["","changed"]' in entry.body
    assert "Release 7.2" not in entry.body
    assert [word.name for word in entry.words.all()] == ["words"]


def test_the_year_is_gathered_once_every_question_is_answered(firm: Firm) -> None:
    row = firm.opened()
    with pytest.raises(Refusal, match="questions on what changed are left without an answer"):
        actions.gather(firm.vm, row)
    assert Gathering.objects.count() == 0
    actions.gather(firm.vm, firm.answered(row))
    kept = Gathering.objects.get()
    assert (row.state, kept.first_on, kept.last_on) == ("gathered", COUNTED, date(2026, 10, 1))


def test_gathering_again_keeps_what_was_gathered_before(firm: Firm) -> None:
    row = firm.gathered()
    before = Gathering.objects.get()
    with clock.stated(clock.now() + timedelta(days=2)):
        actions.gather(firm.vm, row)
    assert [one.last_on for one in row.gatherings.order_by("pk")] == [date(2026, 10, 1), date(2026, 10, 3)]
    assert Gathering.objects.get(pk=before.pk).material == before.material


def test_a_paper_is_handed_in_whole(firm: Firm) -> None:
    row = firm.gathered()
    with pytest.raises(Refusal, match="assessment or the recommendation is missing"):
        move(firm.vm, row, "hand_in")
    actions.write(firm.vm, row, assessment="It did what it said.", recommendation="retain")
    with pytest.raises(Refusal, match="no senior manager is named"):
        move(firm.vm, row, "hand_in")
    actions.name_managers(firm.compliance, row, [firm.senior.key])
    move(firm.vm, row, "hand_in")
    assert (row.state, row.drafted_by, row.written_by) == ("drafted", firm.vm.key, firm.vm.key)


def test_what_was_gathered_long_ago_is_gathered_again_before_it_is_presented(firm: Firm) -> None:
    row = firm.written()
    with clock.stated(clock.now() + timedelta(days=30)):
        move(firm.vm, row, "hand_in")
    with clock.stated(clock.now() + timedelta(days=30, seconds=1)), pytest.raises(Refusal, match="older than 30 days"):
        actions.present(firm.compliance, row)


@pytest.mark.parametrize(("recommendation", "conditions", "fits"), [("retain", 0, True), ("retain", 1, False), ("retain_with_conditions", 0, False),
                                                                     ("retain_with_conditions", 1, True), ("leave", 0, True), ("leave", 1, False)])  # fmt: skip
def test_conditions_and_recommendation_fit_each_other(firm: Firm, recommendation: str, conditions: int, fits: bool) -> None:
    row = firm.written(recommendation=recommendation)
    for _ in range(conditions):
        actions.set_condition(firm.vm, row, what="A second data center by spring.", due_on=date(2027, 3, 31))
    if fits:
        move(firm.vm, row, "hand_in")
    else:
        with pytest.raises(Refusal, match="do not fit each other"):
            move(firm.vm, row, "hand_in")


def test_a_condition_has_words_and_a_day_ahead(firm: Firm) -> None:
    row = firm.gathered()
    for what, due_on in (("", date(2027, 1, 4)), ("Do it.", date(2026, 10, 1))):
        with pytest.raises(Refusal, match="what must be done, and by which day from tomorrow on"):
            actions.set_condition(firm.vm, row, what=what, due_on=due_on)


def test_the_author_does_not_approve_the_paper(firm: Firm, actor: Act) -> None:
    both = actor("vendor_manager", "compliance", name="both")
    row = firm.gathered()
    actions.write(both, row, assessment="Mine.", recommendation="retain")
    actions.name_managers(firm.vm, row, [firm.senior.key])
    move(firm.vm, row, "hand_in")
    with pytest.raises(Refusal, match="nobody approves their own work, and you are named as written by"):
        actions.present(both, row)
    move(firm.vm, row, "send_back", why="A figure is wrong.")
    actions.write(firm.vm, row, assessment="Ours.", recommendation="retain")
    move(both, row, "hand_in")
    with pytest.raises(Refusal, match="nobody approves their own work, and you are named as drafted by"):
        actions.present(both, row)
    actions.present(firm.compliance, row)
    assert row.state == "presented"


def test_what_a_paper_stands_on_does_not_change_once_it_is_handed_in(firm: Firm) -> None:
    row = firm.drafted()
    for attempt in (
        lambda: actions.answer_changes(firm.vm, row, {"logic": Said("changed", "late news")}),
        lambda: actions.set_condition(firm.vm, row, what="late", due_on=date(2027, 1, 4)),
        lambda: actions.write(firm.vm, row, assessment="late", recommendation="leave"),
    ):
        with pytest.raises(Refusal):
            attempt()


def test_presenting_files_the_paper_and_puts_its_hash_before_each_senior_manager(firm: Firm) -> None:
    row = firm.presented()
    assert row.report is not None
    assert (row.report.sha256, row.report.kind, row.report.filed_by) == (row.sha256, "application/pdf", firm.compliance.key)
    assert store.read(row.sha256).startswith(b"%PDF-")
    assert {(one.person, one.sha256, one.state) for one in row.acknowledgements.all()} == {(by.key, row.sha256, "named") for by in (firm.senior, firm.other)}
    assert {copy.to for copy in Copy.objects.filter(notice__url=row.get_absolute_url())} == {firm.senior.key, firm.other.key}
    assert row.report.links.get().subject_id == str(row.pk)


def test_only_accounts_with_the_role_are_named_and_each_once(firm: Firm) -> None:
    row = firm.gathered()
    with pytest.raises(Refusal, match="hold the role of senior manager"):
        actions.name_managers(firm.vm, row, [firm.senior.key, firm.compliance.key])
    assert len(actions.name_managers(firm.vm, row, [firm.senior.key, firm.senior.key])) == 1
    assert actions.name_managers(firm.vm, row, [firm.senior.key]) == []
    assert Acknowledgement.objects.count() == 1


def test_a_condition_is_confirmed_by_a_second_person(firm: Firm) -> None:
    row = firm.gathered()
    mine = actions.set_condition(firm.compliance, row, what="Mine.", due_on=date(2027, 1, 4))
    theirs = actions.set_condition(firm.vm, row, what="Theirs.", due_on=date(2027, 1, 4))
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(firm.compliance, mine, "meet", why="Done.")
    move(firm.compliance, theirs, "meet", why="Seen on site.")
    move(firm.vm, mine, "drop", why="Not needed.")
    assert sorted(RefreshCondition.objects.values_list("what", "state")) == [("Mine.", "dropped"), ("Theirs.", "met")]


def test_a_condition_is_not_dropped_once_the_paper_stands_on_it(firm: Firm) -> None:
    row = firm.written(recommendation="retain_with_conditions")
    condition = actions.set_condition(firm.vm, row, what="A second site.", due_on=date(2027, 1, 4))
    move(firm.vm, row, "hand_in")
    condition = RefreshCondition.objects.select_related("refresh").get(pk=condition.pk)
    with pytest.raises(Refusal, match="the paper stands on it"):
        move(firm.vm, condition, "drop", why="Too dear.")


def test_two_who_move_at_once_do_not_both(firm: Firm, actor: Act) -> None:
    row = firm.drafted()
    stale, second = Refresh.objects.select_related("vendor").get(pk=row.pk), actor("compliance", name="other compliance")
    actions.present(firm.compliance, row)
    with pytest.raises(Refusal, match="is “presented”"):
        actions.present(second, stale)
    assert Refresh.objects.get().presented_by == firm.compliance.key


def test_two_who_write_at_once_do_not_both(firm: Firm) -> None:
    row = firm.gathered()
    stale = Refresh.objects.get(pk=row.pk)
    actions.write(firm.vm, row, assessment="First.", recommendation="retain")
    with pytest.raises(Refusal, match="Somebody else changed this meanwhile"):
        actions.write(firm.vm, stale, assessment="Second.", recommendation="leave")
    assert Refresh.objects.get().assessment == "First."


def test_what_came_after_the_paper_was_handed_in_is_refused_to_a_stale_page(firm: Firm) -> None:
    row = firm.written()
    stale = Refresh.objects.get(pk=row.pk)
    move(firm.vm, row, "hand_in")
    for attempt in (
        lambda: actions.set_condition(firm.vm, stale, what="late", due_on=date(2027, 1, 4)),
        lambda: actions.name_managers(firm.vm, stale, [firm.senior.key]),
        lambda: actions.answer_changes(firm.vm, stale, {"logic": Said("changed", "late news")}),
    ):
        with pytest.raises(Refusal, match=r"Somebody else changed this meanwhile"):
            attempt()


def test_the_chain_of_the_record_holds_no_free_words(firm: Firm) -> None:
    row = firm.written()
    actions.set_condition(firm.vm, row, what="Secret words of a condition", due_on=date(2027, 1, 4))
    bodies = " ".join(Entry.objects.values_list("body", flat=True))
    assert [words for words in ("It did what it said", "Secret words", "nothing of it changed", "The paper file of 2025") if words in bodies] == []
    assert record.CHANGED
