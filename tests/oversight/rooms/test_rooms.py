"""A joint investigation: what both sides say, which cause each concludes, and when the firm may go on alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from oversight import clock
from oversight.actor import Actor
from oversight.cases.models import Case
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.rooms import actions, agenda, daily, queries, todo
from oversight.rooms.models import Room, Statement
from oversight.rooms.seen import seen

from .conftest import ABOUT, CUSTOMER, Firm, case_of, staged

LATER = datetime(2026, 10, 12, 12, tzinfo=UTC)
"""08:00 in New York, the day after the vendor's clock of ten days ran out: 1 + 10 = the 11th."""
FIRM_SAYS, VENDOR_SAYS = "Flow follows a payment.", "A setting, since corrected."


def concluded(firm: Firm) -> None:
    actions.say(firm.keeper, firm.room, "conclusion", FIRM_SAYS, value="payment")


def test_a_room_is_opened_for_a_case_under_investigation_once_and_its_vendor_is_told(firm: Firm) -> None:
    assert (firm.room.about, firm.room.vendor_due_on, firm.case.room.is_concluded) == (ABOUT, date(2026, 10, 11), False)
    told = Copy.objects.filter(to=firm.one.key).select_related("notice")
    assert [copy.notice.what for copy in told] == ["Case 1: A joint investigation is open to you; your conclusion is owed by 2026-10-11"]
    with pytest.raises(Refusal, match="has its room already"):
        actions.open_room(firm.keeper, firm.case, about=ABOUT)


@pytest.mark.parametrize("state", ["opened", "noticed", "planning", "monitored", "closed"])
def test_at_any_other_stage_no_room_is_opened(firm: Firm, state: str) -> None:
    case = case_of(firm.vendor, 7, state)
    with pytest.raises(Refusal, match="while a case is investigated"):
        actions.open_room(firm.keeper, case, about=ABOUT)


def test_only_those_who_lead_cases_open_rooms(firm: Firm, actor: Callable[..., Actor]) -> None:
    case = case_of(firm.vendor, 7)
    for role in ("analyst", "supervisor", "committee", "auditor", "administrator"):
        with pytest.raises(Refusal) as refusal:
            actions.open_room(actor(role), case, about=ABOUT)
        assert refusal.value.is_forbidden


def test_both_sides_put_hypotheses_and_say_what_speaks_for_and_against(firm: Firm) -> None:
    ours, theirs = actions.put(firm.analyst, firm.room, "Flow follows the payment."), actions.put(firm.outside, firm.room, "A setting was wrong.")
    actions.say(firm.outside, firm.room, "against", "The setting explains it.", of=ours)
    actions.say(firm.keeper, firm.room, "for", "The share rose on 12 August.", of=ours, upload=actions.Upload("share.csv", b"day,share\n2026-08-12,0.6\n"))
    actions.say(firm.keeper, firm.room, "standing", "It fits.", of=ours, value="supported")
    actions.say(firm.outside, firm.room, "standing", "It does not.", of=ours, value="refuted")
    first, second = seen(firm.room, is_firm=True).hypotheses
    assert [(said.words, len(said.files)) for said in first.speaks_for] == [("The share rose on 12 August.", 1)]
    assert [said.words for said in first.speaks_against] == ["The setting explains it."]
    assert (first.firm_view and first.firm_view.value, first.vendor_view and first.vendor_view.value, first.is_disputed) == ("supported", "refuted", True)
    assert (second.pk, second.side, second.firm_view, second.is_disputed) == (theirs.pk, "vendor", None, False)


def test_a_view_comes_in_place_of_the_sides_earlier_one_and_never_of_the_others(firm: Firm) -> None:
    row = actions.put(firm.analyst, firm.room, "Flow follows the payment.")
    first = actions.say(firm.outside, firm.room, "standing", "Let us see.", of=row, value="undecided")
    ours = actions.say(firm.keeper, firm.room, "standing", "It fits.", of=row, value="supported")
    second = actions.say(firm.outside, firm.room, "standing", "It does not.", of=row, value="refuted")
    assert [(each.pk, each.supersedes_id) for each in Statement.objects.all()] == [(first.pk, None), (ours.pk, None), (second.pk, first.pk)]


def test_nothing_said_is_ever_changed(firm: Firm) -> None:
    said = actions.say(firm.outside, firm.room, "statement", "We looked.")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE rooms_statement SET words = 'We did not.'")
    with pytest.raises(Refusal, match="your own side"):
        actions.say(firm.keeper, firm.room, "statement", "They did not.", supersedes=said)
    later = actions.say(firm.outside, firm.room, "statement", "We looked twice.", supersedes=said)
    assert [(each.words, each.later_at is not None) for each in seen(firm.room, is_firm=False).statements] == [
        ("We looked.", True),
        ("We looked twice.", False),
    ]
    with pytest.raises(Refusal, match="corrected this already"):
        actions.say(firm.outside, firm.room, "statement", "Thrice.", supersedes=said)
    assert later.supersedes_id == said.pk


def test_who_writes_second_without_having_seen_the_first_is_told(firm: Firm, person: Callable[..., object]) -> None:
    colleague = person("vendor", name="al_of_alpha", vendor="one")
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting", seen=0)
    with pytest.raises(Refusal, match="Somebody else changed this meanwhile"):
        actions.say(Actor(colleague.key, colleague.roles), firm.room, "conclusion", "Nothing.", value="none_found", seen=0)  # type: ignore[attr-defined]
    assert [each.words for each in Statement.objects.filter(kind="conclusion")] == [VENDOR_SAYS]


def test_both_conclusions_stand_side_by_side_and_their_disagreement_is_kept(firm: Firm) -> None:
    concluded(firm)
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting")
    actions.conclude(firm.compliance, firm.room)
    page = seen(firm.room, is_firm=True)
    assert page.firm_conclusion and page.vendor_conclusion
    assert [(each.value_title, each.words) for each in (page.firm_conclusion, page.vendor_conclusion)] == [
        ("a payment or another conflict of interest", FIRM_SAYS), ("a setting of the router", VENDOR_SAYS),
    ]  # fmt: skip
    assert (page.is_disputed, page.is_unilateral, firm.room.is_concluded) == (True, False, True)
    assert Case.objects.get(pk=firm.case.pk).room.is_concluded


def test_a_cause_is_one_of_the_list(firm: Firm) -> None:
    with pytest.raises(Refusal, match="Choose one of the list"):
        actions.say(firm.keeper, firm.room, "conclusion", FIRM_SAYS, value="the weather")


def test_the_firm_does_not_conclude_without_its_own_conclusion(firm: Firm) -> None:
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting")
    with pytest.raises(Refusal, match="the firm's own conclusion"):
        actions.conclude(firm.compliance, firm.room)


def test_who_wrote_the_firms_conclusion_does_not_conclude(firm: Firm) -> None:
    concluded(firm)
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.conclude(firm.keeper, firm.room)


def test_without_the_vendor_the_firm_concludes_only_after_its_clock_and_everybody_sees_it(firm: Firm) -> None:
    concluded(firm)
    with clock.stated(LATER - timedelta(days=1)), pytest.raises(Refusal, match="its clock has not run out"):
        actions.conclude(firm.compliance, firm.room)
    with clock.stated(LATER):
        assert firm.room.is_overdue
        assert [item.title for item in agenda.items(date(2026, 10, 1), date(2026, 12, 31))] == [str(firm.their_room), str(firm.room)], "before it is concluded"
        actions.conclude(firm.compliance, firm.room)
        assert (firm.room.is_unilateral, seen(firm.room, is_firm=False).is_unilateral) == (True, True)
        alone = [item for item in agenda.items(date(2026, 10, 1), date(2026, 12, 31)) if item.subject == firm.room.subject]
    assert [(item.why, item.vendor) for item in alone] == [("It was concluded without the vendor, whose clock had run out.", "one")]


def test_a_concluded_room_takes_no_words_until_it_is_reopened_with_a_reason(firm: Firm) -> None:
    concluded(firm)
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting")
    actions.conclude(firm.compliance, firm.room)
    for by in (firm.outside, firm.keeper):
        with pytest.raises(Refusal, match="was concluded: nothing more is said here"):
            actions.say(by, firm.room, "statement", "One more thing.")
    with clock.stated(LATER):
        with pytest.raises(Refusal, match="why is missing"):
            actions.reopen(firm.keeper, firm.room)
        actions.reopen(firm.keeper, firm.room, why="New files came.")
    assert (firm.room.state, firm.room.vendor_due_on) == ("open", date(2026, 10, 22))
    actions.say(firm.outside, firm.room, "statement", "One more thing.")


def test_it_is_not_reopened_once_the_case_has_gone_on(firm: Firm) -> None:
    concluded(firm)
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting")
    actions.conclude(firm.compliance, firm.room)
    staged(firm.case, "planning")
    with pytest.raises(Refusal, match="gone on from its investigation"):
        actions.reopen(firm.keeper, Room.objects.get(pk=firm.room.pk), why="New files came.")


def test_a_room_ends_with_its_case(firm: Firm) -> None:
    staged(firm.case, "terminated")
    with pytest.raises(Refusal, match="ended with its case, which is “terminated”"):
        actions.say(firm.outside, firm.room, "statement", "Wait.")
    assert (list(queries.rooms(state="open")), todo.tasks(firm.one)) == ([firm.their_room], [])


def test_two_conclude_at_once_and_the_second_is_told(firm: Firm) -> None:
    concluded(firm)
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting")
    stale = Room.objects.get(pk=firm.room.pk)
    actions.conclude(firm.compliance, firm.room)
    with pytest.raises(Refusal, match="is “concluded”; this is done while it is “open”"):
        actions.conclude(firm.compliance, stale)


@pytest.mark.parametrize("words", ["As Beta Router did, too.", "two does it, as well", f"account {'0f' * 8}", "BETA ROUTER"])
def test_the_firms_words_name_no_other_vendor_and_no_account(firm: Firm, words: str) -> None:
    entries = Entry.objects.count()
    for leak in (
        lambda: actions.say(firm.keeper, firm.room, "statement", words),
        lambda: actions.put(firm.keeper, firm.room, words),
        lambda: actions.open_room(firm.keeper, case_of(firm.vendor, 8), about=words),
        lambda: actions.say(firm.keeper, firm.room, "statement", "See the file.", upload=actions.Upload("a.csv", f"name\n{words}\n".encode())),
        lambda: actions.say(firm.keeper, firm.room, "statement", "See the file.", upload=actions.Upload(f"{words}.txt", b"nothing")),
    ):
        with pytest.raises(Refusal, match=r"names another vendor|an account's key"):
            leak()
    assert (Statement.objects.count(), Filed.objects.count(), Entry.objects.count()) == (0, 0, entries + 1), "the case that was made to try alone"


def test_who_refuses_a_file_keeps_the_words_out_too(firm: Firm) -> None:
    with pytest.raises(Refusal, match="The file is empty"):
        actions.say(firm.outside, firm.room, "statement", "See the file.", upload=actions.Upload("a.txt", b""))
    assert (Statement.objects.count(), Filed.objects.count()) == (0, 0)


def test_days_are_chosen_once_and_never_ahead(firm: Firm) -> None:
    day = actions.choose_day(firm.keeper, firm.room, date(2026, 8, 12))
    actions.say(firm.outside, firm.room, "otherwise", "The destination table was another.", of=day)
    with pytest.raises(Refusal, match="is shown already"):
        actions.choose_day(firm.compliance, firm.room, date(2026, 8, 12))
    with pytest.raises(Refusal, match="has not come yet"):
        actions.choose_day(firm.keeper, firm.room, date(2026, 10, 2))
    with pytest.raises(Refusal, match="of what in this room"):
        actions.say(firm.stranger, firm.their_room, "otherwise", "It was another.", of=day)
    (shown,) = seen(firm.room, is_firm=False).days
    assert (shown.on, shown.tables, [said.words for said in shown.otherwise]) == (date(2026, 8, 12), (), ["The destination table was another."])


def test_only_the_vendors_own_orders_of_a_run_in_force_are_shown(firm: Firm, received: object) -> None:
    on = date(2026, 9, 28)
    row = actions.show_order(firm.keeper, firm.room, on, "ABCZ", "O1", "The reject at 10:00.")
    assert (row.run_id, row.state) == (getattr(received, "id"), "shown")  # noqa: B009 -- the fixture is typed as anything
    for symbol, order_id, day in (("XYZZ", "O1", on), ("ABCZ", "O2", on), ("ABCZ", "O1", date(2026, 9, 29))):
        with pytest.raises(Refusal, match="that went through this vendor"):
            actions.show_order(firm.keeper, firm.room, day, symbol, order_id)
    with pytest.raises(Refusal, match="shown already"):
        actions.show_order(firm.compliance, firm.room, on, "ABCZ", "O1")
    with pytest.raises(Refusal, match="that went through this vendor"):
        actions.show_orders(firm.keeper, firm.their_room, [(on, "XYZZ", "O1"), (on, "ABCZ", "O1")])
    assert firm.their_room.orders.count() == 0, "all or none"


def test_no_order_is_shown_before_the_first_run(firm: Firm) -> None:
    with pytest.raises(Refusal, match="that went through this vendor"):
        actions.show_order(firm.keeper, firm.room, date(2026, 9, 28), "ABCZ", "O1")


def test_an_account_of_the_vendor_that_was_closed_or_lost_its_role_says_nothing_more(firm: Firm) -> None:
    account, by = firm.one, firm.outside
    account.held.update(ended_at=clock.now())
    with pytest.raises(Refusal, match="There is no such room"):
        actions.say(by, firm.room, "statement", "Still here.")
    assert [row.pk for row in queries.nobody_answers()] == [firm.room.pk]
    keeper = [task.what for task in todo.tasks(type(account).objects.get(key=firm.keeper.key)) if task.number]
    assert keeper == ["joint investigations have nobody at the vendor who can answer"]


def test_the_vendor_is_reminded_once_a_step_and_the_firm_told_when_it_is_late(firm: Firm) -> None:
    staged(firm.their_room.case, "terminated")
    counts = []
    for day in (datetime(2026, 10, 8, 12, tzinfo=UTC), datetime(2026, 10, 8, 15, tzinfo=UTC), LATER, LATER + timedelta(hours=3)):
        with clock.stated(day):
            counts.append(daily.remind())
    assert counts == [1, 0, 1, 0]
    told = list(Copy.objects.filter(to__in=(firm.one.key, firm.keeper.key)).order_by("pk").values_list("notice__what", flat=True))
    assert told[-3:] == [
        "Case 1: your conclusion is owed by 2026-10-11", "Case 1: your conclusion was owed by 2026-10-11",
        "Case 1: the vendor's conclusion was owed by 2026-10-11",
    ]  # fmt: skip


def test_a_conclusion_that_came_is_not_asked_for_again(firm: Firm) -> None:
    staged(firm.their_room.case, "terminated")
    actions.say(firm.outside, firm.room, "conclusion", VENDOR_SAYS, value="setting")
    with clock.stated(LATER):
        assert (daily.remind(), todo.tasks(firm.one), firm.room.is_overdue) == (0, [], False)


def test_every_write_is_in_the_record_and_words_stand_outside_its_chain(firm: Firm) -> None:
    actions.note(firm.analyst, firm.room, f"{CUSTOMER} called twice.", subject=firm.room.subject)
    entry = Entry.objects.latest("seq")
    assert (entry.verb, entry.subject_kind, CUSTOMER in entry.body) == ("note", "room_note", False)
    with pytest.raises(Refusal, match="nothing of this room"):
        actions.note(firm.analyst, firm.room, "Elsewhere.", subject=firm.their_room.subject)


def test_a_move_through_the_record_asks_the_same(firm: Firm) -> None:
    with pytest.raises(Refusal, match="the firm's own conclusion"):
        record.move(firm.compliance, firm.room, "conclude")
