"""A corrective plan: written by the vendor, decided by two, carried out item by item, its success read on each run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from oversight import clock
from oversight.actor import Actor
from oversight.arrivals.rounds import ROUNDS
from oversight.configuration.models import Version
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.plans import actions, agenda, daily, queries, todo
from oversight.plans.measuring import measure
from oversight.plans.models import Item, Plan, PlanReading
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import TERMS, Bench, Firm, case_of, staged

LATE = datetime(2026, 10, 12, 12, tzinfo=UTC)
"""08:00 in New York, the day after the vendor's ten days: 1 + 10 = the 11th."""
QUARTER = (date(2026, 10, 1), date(2026, 12, 31))


def told(key: str) -> list[str]:
    return list(Copy.objects.filter(to=key).order_by("pk").values_list("notice__what", flat=True))


def test_a_plan_is_asked_for_once_in_planning_and_the_vendor_is_told_of_its_day(firm: Firm) -> None:
    assert (firm.plan.state, firm.plan.number, firm.plan.due_on) == ("asked", 1, date(2026, 10, 11))
    assert told(firm.one.key) == ["Case 1: the corrective plan is asked of you; it is owed by 2026-10-11"]
    with pytest.raises(Refusal, match="being written or decided already"):
        actions.ask(firm.keeper, firm.case)
    with pytest.raises(Refusal, match="when the cause is known"):
        actions.ask(firm.keeper, case_of(firm.vendor, 9, "investigating"))
    with pytest.raises(Refusal, match="names another vendor"):
        actions.ask(firm.keeper, firm.their_case, "Do as Alpha Router does.")


def test_a_plan_that_nobody_asked_for_is_asked_for_by_the_days_round(firm: Firm) -> None:
    assert [case.pk for case in queries.to_ask()] == [firm.their_case.pk]
    assert (daily.walk().asked, daily.walk().asked) == (1, 0)
    assert Plan.objects.get(case=firm.their_case).asked_by == "system:corrective plans"
    assert {"corrective plans", "joint investigations"} <= {part.title for part in ROUNDS}


def test_drafts_are_saved_and_changed_by_any_account_of_the_vendor(firm: Firm, person: Callable[..., Any]) -> None:
    item = firm.item()
    colleague = person("vendor", name="al_of_alpha", vendor="vendor_a")
    actions.change_item(Actor(colleague.key, colleague.roles), item, owner="Head of venues")
    assert (Item.objects.get().owner, Item.objects.get().written_by) == ("Head of venues", colleague.key)
    actions.drop_item(firm.outside, item)
    assert (list(firm.plan.held), firm.plan.has_items) == ([], False)


def test_two_change_an_item_at_once_and_the_second_is_told(firm: Firm) -> None:
    item = firm.item()
    stale = Item.objects.select_related("plan__case__vendor").get(pk=item.pk)
    actions.change_item(firm.outside, item, owner="Head of venues")
    with pytest.raises(Refusal, match="Somebody else changed this meanwhile"):
        actions.change_item(firm.outside, stale, owner="Head of risk")
    assert Item.objects.get().owner == "Head of venues"


def test_nobody_of_the_firm_writes_in_the_vendors_draft(firm: Firm) -> None:
    for by in (firm.keeper, firm.compliance):
        with pytest.raises(Refusal, match="only when the vendor's time has run out"):
            actions.add_item(by, firm.plan, **TERMS)
    with pytest.raises(Refusal, match="There is no such plan"):
        actions.add_item(firm.stranger, firm.plan, **TERMS)


def test_a_plan_without_items_or_with_a_lacking_one_is_not_submitted(firm: Firm) -> None:
    with pytest.raises(Refusal, match="it has no item yet"):
        firm.submitted()
    item = firm.item(change="", figure_key="", side="", bound=None, by_on=None)
    assert item.missing == ("the resulting configuration", "the figure with its bound and day, or why there is none")
    with pytest.raises(Refusal, match="an item is not complete"):
        firm.submitted()
    actions.change_item(firm.outside, item, change="Nothing changes.", no_figure="It is a letter.")
    assert firm.submitted().state == "submitted"


def test_a_day_that_has_passed_keeps_the_plan_from_being_submitted(firm: Firm) -> None:
    item = firm.item(due_on=date(2026, 9, 30))
    assert item.missing == ("a day that has not passed",)
    with pytest.raises(Refusal, match="falls due before today"):
        firm.submitted()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"figure_key": "nonsense"}, "no such figure"), ({"filters": {"vendor": ["vendor_b"]}}, "not cut so"), ({"filters": {"colour": ["red"]}}, "not cut so"),
        ({"retest_kind": "luck"}, "tested again"),
        ({"retest": "a look at it, or ABC-999"}, "by its id"), ({"what": " "}, "What is done is missing"), ({"due_on": None}, "due is missing"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused(firm: Firm, said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        firm.item(**said)


def version(firm: Firm, vendor: Any, state: str) -> Version:
    when = clock.now()
    made = Version(vendor=vendor, number=1, effective_from=when, settings=[], summary="s", drafted_by=firm.keeper.key, drafted_at=when, state=state)
    return record.create(firm.keeper, made)


def test_a_resulting_configuration_is_this_vendors_and_was_decided_on(firm: Firm) -> None:
    for foreign in (version(firm, firm.other, "in_force"), version(firm, firm.vendor, "draft")):
        with pytest.raises(Refusal, match="no configuration of this vendor's router"):
            firm.item(configuration=foreign)


def test_what_was_submitted_stays_as_it_is(firm: Firm) -> None:
    item = firm.item()
    firm.submitted()
    for write in (firm.item, lambda: actions.change_item(firm.outside, item, owner="x"), lambda: actions.drop_item(firm.outside, item)):
        with pytest.raises(Refusal, match="it stays as it is"):
            write()
    with pytest.raises(Refusal, match="it stays as it is"):
        actions.submit(firm.outside, Plan.objects.get(pk=firm.plan.pk))


def test_it_takes_two_of_the_firm_in_two_roles_to_accept(firm: Firm, person: Callable[..., Any]) -> None:
    firm.item()
    firm.submitted()
    for by in (firm.compliance, firm.supervisor):
        with pytest.raises(Refusal, match="only vendor manager may"):
            actions.propose(by, firm.plan)
    with pytest.raises(Refusal, match="is “submitted”"):
        actions.accept(firm.compliance, firm.plan)
    both = person("vendor_manager", "compliance", name="both")
    actions.propose(Actor(both.key, both.roles), firm.plan)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.accept(Actor(both.key, both.roles), firm.plan)
    assert queries.accepted(firm.case) is None
    actions.accept(firm.supervisor, firm.plan)
    assert (queries.accepted(firm.case), Item.objects.get().state) == (firm.plan, "open")
    assert told(firm.one.key)[-1] == "Case 1: the corrective plan was accepted: 1 item to be carried out"


def test_two_accept_at_once_and_the_second_is_told(firm: Firm) -> None:
    firm.item()
    actions.propose(firm.keeper, firm.submitted())
    stale = Plan.objects.select_related("case__vendor").get(pk=firm.plan.pk)
    actions.accept(firm.compliance, firm.plan)
    with pytest.raises(Refusal):
        actions.accept(firm.supervisor, stale)
    assert Entry.objects.filter(verb="accept", subject_kind="plan").count() == 1


def test_a_rejected_version_says_why_item_by_item_and_the_next_is_asked_for_with_its_items(firm: Firm) -> None:
    first, second = firm.item(), firm.item(what="Send the missing orders.", owner="Data desk")
    firm.submitted()
    with pytest.raises(Refusal, match="rejection is missing"):
        actions.reject(firm.keeper, firm.plan)
    with pytest.raises(Refusal, match="names another vendor"):
        actions.reject(firm.keeper, firm.plan, "Beta Router does better.")
    actions.reject(firm.keeper, firm.plan, "Too late.", objections={first.pk: "By the 20th is too late.", 999: "not an item of it"})
    nxt = queries.current(firm.case)
    assert nxt is not None
    assert (nxt.number, nxt.base, nxt.due_on, firm.plan.state) == (2, firm.plan, date(2026, 10, 6), "rejected")
    assert list(Item.objects.filter(plan=firm.plan).order_by("place").values_list("objection", flat=True)) == ["By the 20th is too late.", ""]
    carried = list(nxt.held)
    assert [(item.what, item.carries_id, item.objection) for item in carried] == [(TERMS["what"], first.pk, ""), ("Send the missing orders.", second.pk, "")]
    actions.change_item(firm.outside, carried[0], due_on=date(2026, 10, 13), bound=Decimal("0.45"))
    actions.drop_item(firm.outside, carried[1])
    actions.add_item(firm.outside, nxt, **(TERMS | {"what": "Write to us each week."}))
    found = [(each.how, each.item.what, each.fields) for each in queries.differences(firm.plan, nxt)]
    assert found == [
        ("added", "Write to us each week.", ()), ("changed", TERMS["what"], (("due", "2026-10-20", "2026-10-13"), ("bound", "0.5", "0.45"))),
        ("dropped", "Send the missing orders.", ()),
    ]  # fmt: skip


def test_the_firm_writes_the_plan_only_after_the_vendors_time_and_everybody_sees_it(firm: Firm) -> None:
    with clock.stated(LATE - timedelta(days=1)), pytest.raises(Refusal, match="the vendor's time has not run out"):
        actions.take_over(firm.keeper, firm.plan, why="It does not answer.")
    with clock.stated(LATE):
        assert [item.why for item in agenda.items(*QUARTER)] == ["It was owed by 2026-10-11 and is not there."]
        actions.take_over(firm.keeper, firm.plan, why="It does not answer.")
        with pytest.raises(Refusal, match="it stays as it is"):
            actions.add_item(firm.outside, firm.plan, **TERMS)
        with pytest.raises(Refusal, match="names another vendor"):
            actions.add_item(firm.keeper, firm.plan, **(TERMS | {"what": "As vendor_b does."}))
        item = actions.add_item(firm.keeper, firm.plan, **TERMS)
        assert (item.is_visible_to(firm.one), firm.plan.is_shown_to_vendor) == (False, False)
        actions.propose_own(firm.compliance, firm.plan)
        with pytest.raises(Refusal, match="nobody approves their own work"):
            actions.accept(firm.compliance, firm.plan)
        with pytest.raises(Refusal, match="the firm wrote it: send it back"):
            actions.reject(firm.supervisor, firm.plan, "No.")
        record.move(firm.supervisor, firm.plan, "send_back", why="More.")
        actions.propose_own(firm.compliance, firm.plan)
        actions.accept(firm.supervisor, firm.plan)
        assert (firm.plan.is_unilateral, Item.objects.get().is_visible_to(firm.one)) == (True, True)
        assert [found.why for found in agenda.items(*QUARTER)] == ["The firm wrote it: the vendor's time had run out."]
    assert told(firm.one.key)[-1] == "Case 1: the corrective plan was accepted, as your client wrote it: 1 item to be carried out"


def test_an_item_is_reported_with_evidence_and_confirmed_by_another_side(firm: Firm) -> None:
    item = firm.item()
    firm.accepted()
    item.refresh_from_db()
    with pytest.raises(Refusal, match="attach what shows it first"):
        actions.report(firm.outside, item, "It is set.")
    with pytest.raises(Refusal, match="The vendor reports its own items done"):
        actions.report(firm.keeper, item, "It is set.")
    with pytest.raises(Refusal, match="There is no such item"):
        actions.report(firm.stranger, item, "It is set.")
    firm.reported(item)
    with pytest.raises(Refusal, match="returned is missing"):
        actions.return_it(firm.keeper, item)
    actions.return_it(firm.keeper, item, "Show the table.")
    actions.report(firm.outside, item, "Here it is.")
    actions.confirm(firm.compliance, item)
    verbs = list(Entry.objects.filter(subject_kind="plan_item").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["add_item", "begin", "report", "return_it", "report", "confirm"]


def test_an_item_whose_configuration_is_not_in_force_is_not_confirmed(firm: Firm) -> None:
    named = version(firm, firm.vendor, "approved")
    item = firm.item(configuration=named)
    firm.accepted()
    item = queries.item(item.pk) or item
    firm.reported(item)
    with pytest.raises(Refusal, match="has not been in force yet"):
        actions.confirm(firm.compliance, item)
    record.change(firm.keeper, named, state="in_force")
    actions.confirm(firm.compliance, queries.item(item.pk) or item)


def test_more_time_is_given_by_who_decides_with_a_reason_and_the_first_day_stays(firm: Firm) -> None:
    item = firm.item()
    firm.accepted()
    item = queries.item(item.pk) or item
    with pytest.raises(Refusal, match="only compliance or supervisor"):
        actions.extend(firm.keeper, item, date(2026, 11, 1), why="Their release moved.")
    with pytest.raises(Refusal, match="later than the one that stands"):
        actions.extend(firm.compliance, item, date(2026, 10, 19), why="Sooner.")
    actions.extend(firm.compliance, item, date(2026, 11, 1), why="Their release moved.")
    actions.extend(firm.compliance, item, date(2026, 11, 8), why="Once more.")
    assert (item.due_on, item.first_due_on, item.state) == (date(2026, 11, 8), date(2026, 10, 20), "open")


def test_a_further_version_replaces_the_accepted_one_and_leaves_what_was_confirmed(firm: Firm) -> None:
    done, left = firm.item(), firm.item(what="Send the missing orders.")
    before = firm.accepted()
    done = queries.item(done.pk) or done
    actions.confirm(firm.compliance, firm.reported(done))
    staged(firm.case, "monitored")
    after = actions.ask(firm.keeper, firm.case, "A second venue takes its place.")
    assert [item.carries_id for item in after.held] == [left.pk]
    actions.accept(firm.compliance, actions.propose(firm.keeper, actions.submit(firm.outside, after)))
    before.refresh_from_db()
    assert (queries.accepted(firm.case), before.state) == (after, "replaced")
    with pytest.raises(Refusal, match="its plan or its case has ended"):
        actions.extend(firm.compliance, queries.item(left.pk) or left, date(2026, 12, 1), why="x")


def test_who_owes_is_reminded_once_a_step_and_who_decides_is_told_of_what_is_late(firm: Firm) -> None:
    staged(firm.their_case, "terminated")
    firm.item()
    firm.accepted()
    steps = []
    # due 2026-10-20: five days before is the 15th, one day after the 21st, five days after the 25th
    for day in (14, 15, 15, 21, 25, 26):
        with clock.stated(datetime(2026, 10, day, 12, tzinfo=UTC)):
            done = daily.walk()
            steps.append((day, done.reminded, done.escalated))
    assert steps == [(14, 0, 0), (15, 1, 0), (15, 0, 0), (21, 1, 0), (25, 0, 1), (26, 0, 0)]
    assert told(firm.supervisor.key)[-1] == "Case 1: item 1 of the corrective plan was due 2026-10-20 and is not reported done"
    with clock.stated(datetime(2026, 10, 21, 12, tzinfo=UTC)):
        assert [item.why for item in agenda.items(*QUARTER)] == ["It was due 2026-10-20 and is not reported done."]
        assert [(task.number, task.what) for task in todo.tasks(firm.one) if task.number] == [(1, "items of your corrective plan are overdue")]


def test_an_account_removed_in_mid_plan_leaves_the_draft_and_the_firm_is_told(firm: Firm, person: Callable[..., Any]) -> None:
    firm.item()
    by = firm.outside
    firm.one.held.update(ended_at=clock.now())
    with pytest.raises(Refusal, match="There is no such plan"):
        actions.add_item(by, firm.plan, **TERMS)
    with clock.stated(LATE - timedelta(days=5)):
        assert daily.walk().reminded == 1
    assert told(firm.keeper.key)[-1] == (
        "Case 1: the corrective plan is owed by 2026-10-11; nobody can answer, for the vendor has no open outside account"
    )  # fmt: skip
    successor = person("vendor", name="amy_of_alpha", vendor="vendor_a")
    assert actions.submit(Actor(successor.key, successor.roles), firm.plan).state == "submitted"


def test_the_figure_is_read_on_each_run_since_the_plan_was_accepted(firm: Firm, bench: Bench) -> None:
    with clock.stated(datetime(2026, 9, 29, 13, tzinfo=UTC)):
        item, rare = firm.item(), firm.item(min_n=100)
        firm.accepted()
    bench.order("O1")
    bench.fill("O1", "10.01")
    monday = bench.receive()
    assert PlanReading.objects.count() == 0, "Monday the 28th came before the plan"
    on = date(2026, 9, 29)
    for name, px, shares in (("O2", "10.01", 100), ("O3", "10.00", 300)):
        bench.order(name, on)
        bench.fill(name, px, shares, on)
    run = bench.receive()
    # Tuesday alone: 100 at 10.01 (effective 0.02) and 300 at 10.00 (0): (100 × 0.02) ÷ (400 × 0.02) = 25 %, at most 50 %
    first, second = PlanReading.objects.order_by("item__place")
    assert (first.run_id, first.first_on, first.last_on, first.value, first.n, first.outcome, first.shown) == (
        run.id,
        on,
        on,
        Decimal("0.25"),
        2,
        "met",
        "25.00%",
    )
    assert (second.item_id, second.outcome, second.why) == (rare.pk, "cannot_tell", "n is 2, fewer than the 100 that it takes")
    bench.order("O4", on)
    bench.fill("O4", "10.02", 800, on)
    again = bench.receive()
    # with 800 at 10.02 (effective 0.04): (2 + 0 + 32) ÷ (1200 × 0.02) = 34 ÷ 24 = 141.67 %
    trend = queries.trends([item])[item.pk]
    assert [(row.outcome, row.pk in trend.superseded) for row in trend.readings] == [("met", True), ("missed", False)]
    assert (trend.last and trend.last.run_id, trend.standing) == (again.id, "not yet met")
    assert measure(firm.keeper, type(first.run).objects.get(pk=again.id)).words == "", "each item once a run"
    assert monday.id not in {row.run_id for row in PlanReading.objects.all()}
    with clock.stated(datetime(2026, 12, 1, 13, tzinfo=UTC)):
        due = [found.why for found in agenda.items(*QUARTER) if "figure" in found.why]
        assert due == [], "both are overdue by then, which is said once"
        assert [row.pk for row in queries.unmet()] == [item.pk, rare.pk]


def test_a_plan_ends_with_its_case(firm: Firm) -> None:
    firm.item()
    staged(firm.case, "terminated")
    with pytest.raises(Refusal, match="The case has ended"):
        firm.submitted()
    with clock.stated(LATE):
        assert (agenda.items(*QUARTER), todo.tasks(firm.one)[0].number, daily.walk().reminded) == ([], 0, 0)
