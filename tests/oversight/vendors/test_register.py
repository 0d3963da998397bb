"""The register: who writes it, from candidate to ended, the chain, and what the record says of a day past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.vendors import actions, past, queries, todo
from oversight.vendors.models import SubVendor, Vendor

from .above import assess, configure
from .conftest import Firm

Person = Callable[..., Account]


def assessed(vendor: Vendor) -> None:
    """What the apps above hold is there: an approved due diligence and a configuration in force."""
    assess(vendor)
    configure(vendor)


def ready(firm: Firm, vendor: Vendor) -> None:
    """Everything that this app itself asks before going live."""
    firm.arranged(vendor)
    record.move(firm.supervisor, firm.tested(vendor), "accept")
    actions.confirm_access(firm.compliance, firm.stated(vendor))
    firm.left_by_plan(vendor)


def live(firm: Firm, vendor: Vendor) -> Vendor:
    ready(firm, vendor)
    record.move(firm.compliance, vendor, "approve")
    record.move(firm.compliance, vendor, "accept_test")
    actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=50)
    return record.move(firm.compliance, vendor, "go_live")


def test_a_vendor_begins_as_a_candidate_with_its_words_outside_the_chain(firm: Firm) -> None:
    row = firm.vendor()
    entry = Entry.objects.get(verb="register")
    assert (row.state, entry.subject_kind, [word.name for word in entry.words.all()]) == ("candidate", "vendor", ["summary"])


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "senior_manager", "auditor", "administrator", "vendor"])
def test_only_vendor_managers_and_compliance_keep_the_file(actor: Callable[..., Actor], vendor: Vendor, role: str) -> None:
    by = actor(role, name="somebody")
    for act in (
        lambda: actions.register(by, key="x", name="X"),
        lambda: actions.describe(by, vendor, name="X", summary=""),
        lambda: actions.add_product(by, vendor, name="p", purpose="x", version="1", since_on=date(2026, 1, 2)),
        lambda: actions.add_sub_vendor(by, vendor, name="s", kind="other", purpose="x", criticality="minor", since_on=date(2026, 1, 2)),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.is_forbidden


@pytest.mark.parametrize("key", ["", " x", "x" * 61, "a/../b\x00", "tab\tkey"])
def test_a_name_that_no_file_could_spell_is_refused(firm: Firm, key: str) -> None:
    with pytest.raises(Refusal, match="name in the data"):
        actions.register(firm.vm, key=key, name="X")


def test_a_name_stands_on_the_register_once(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal, match="“vendor_a” is on the register already"):
        firm.vendor("vendor_a")


@pytest.mark.parametrize(
    ("moves", "name", "said"),
    [
        ((), "approve", "due diligence is not approved yet"),
        (("approve",), "accept_test", "no test report is filed and accepted"),
        (("approve", "accept_test"), "begin_pilot", "no arrangement is in force"),
    ],
)
def test_no_step_is_skipped(firm: Firm, vendor: Vendor, moves: tuple[str, ...], name: str, said: str) -> None:
    if moves:
        assessed(vendor)
    if "accept_test" in moves:
        record.move(firm.supervisor, firm.tested(vendor), "accept")
    for each in moves:
        record.move(firm.compliance, vendor, each)
    with pytest.raises(Refusal, match=said):
        record.move(firm.compliance, vendor, name, **({"pilot_cap_orders": 5} if name == "begin_pilot" else {}))


def test_a_pilot_needs_a_configuration_and_settled_market_access(firm: Firm, vendor: Vendor) -> None:
    assess(vendor)
    firm.arranged(vendor)
    record.move(firm.supervisor, firm.tested(vendor), "accept")
    for name in ("approve", "accept_test"):
        record.move(firm.compliance, vendor, name)
    with pytest.raises(Refusal, match="no configuration is in force"):
        actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=5)
    configure(vendor)
    with pytest.raises(Refusal, match="market-access control is not settled"):
        actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=5)


def test_a_vendor_goes_live_when_all_is_met_and_not_before(firm: Firm, vendor: Vendor) -> None:
    assessed(vendor)
    firm.arranged(vendor)
    record.move(firm.supervisor, firm.tested(vendor), "accept")
    actions.confirm_access(firm.compliance, firm.stated(vendor))
    for name in ("approve", "accept_test"):
        record.move(firm.compliance, vendor, name)
    actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=50)
    with pytest.raises(Refusal, match="no exit plan with a tested fallback"):
        record.move(firm.compliance, vendor, "go_live")
    firm.left_by_plan(vendor)
    record.move(firm.compliance, vendor, "go_live")
    assert [stay.state for stay in past.stays(vendor.pk)] == ["candidate", "approved", "tested", "pilot", "live"]


def test_who_registered_it_does_not_approve_it(firm: Firm) -> None:
    row = actions.register(firm.compliance, key="own", name="Own")
    assessed(row)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(firm.compliance, row, "approve")


def test_what_the_apps_above_hold_is_not_met_while_they_hold_nothing(vendor: Vendor) -> None:
    assert (vendor.is_assessed, vendor.has_configuration) == (False, False)


@pytest.mark.parametrize("role", ["compliance", "supervisor"])
def test_compliance_and_supervisors_stop_a_vendor_now_and_everybody_is_told(
    firm: Firm, vendor: Vendor, role: str
) -> None:  # fmt: skip
    assessed(vendor)
    live(firm, vendor)
    by = getattr(firm, role)
    with pytest.raises(Refusal, match="why is missing"):
        actions.suspend(by, vendor)
    actions.suspend(by, vendor, why="orders lost")
    told = {copy.to for copy in Copy.objects.filter(notice__severity="high")}
    assert told == {person.key for person in (firm.vm, firm.compliance, firm.supervisor, firm.analyst)} - {by.key}
    assert vendor.state == "suspended"


def test_the_desk_itself_suspends_with_a_reason(firm: Firm, vendor: Vendor) -> None:
    assessed(vendor)
    live(firm, vendor)
    actions.suspend(automated("refresh"), vendor, why="the yearly refresh is overdue")
    assert past.stays(vendor.pk)[-1].by == "system:refresh"


def test_an_analyst_stops_nobody(firm: Firm, vendor: Vendor) -> None:
    assessed(vendor)
    live(firm, vendor)
    with pytest.raises(Refusal) as refusal:
        actions.suspend(firm.analyst, vendor, why="orders lost")
    assert (refusal.value.is_forbidden, Vendor.objects.get().state) == (True, "live")


def test_a_suspension_is_no_way_past_the_pilot(firm: Firm, vendor: Vendor) -> None:
    assessed(vendor)
    ready(firm, vendor)
    for name in ("approve", "accept_test"):
        record.move(firm.compliance, vendor, name)
    actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=50)
    actions.suspend(firm.supervisor, vendor, why="orders lost")
    with pytest.raises(Refusal, match="it was stopped in its pilot"):
        actions.resume(firm.compliance, vendor, why="mended")
    actions.resume_pilot(firm.compliance, vendor, why="mended")
    record.move(firm.compliance, vendor, "go_live")
    actions.suspend(firm.supervisor, vendor, why="again")
    with pytest.raises(Refusal, match="it was not stopped in a pilot"):
        actions.resume_pilot(firm.compliance, vendor, why="mended")
    assert actions.resume(firm.compliance, vendor, why="mended").state == "live"


def test_a_vendor_whose_diligence_ran_out_is_not_lifted(firm: Firm, vendor: Vendor) -> None:
    assess(vendor, until=date(2026, 10, 1))
    configure(vendor)
    live(firm, vendor)
    actions.suspend(firm.supervisor, vendor, why="its router stands still")
    assert vendor.is_assessed, "1 October is the last day"
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)), pytest.raises(Refusal, match="due diligence is not approved or has run out"):
        actions.resume(firm.compliance, vendor, why="please")


def test_two_people_at_once_stop_it_once(firm: Firm, vendor: Vendor) -> None:
    assessed(vendor)
    live(firm, vendor)
    stale = Vendor.objects.get(pk=vendor.pk)
    actions.suspend(firm.supervisor, vendor, why="one")
    with pytest.raises(Refusal, match="is “suspended”; this is done while it is"):
        actions.suspend(firm.compliance, stale, why="two")


def test_a_cap_is_at_least_one_order_and_is_changed_with_a_reason(firm: Firm, vendor: Vendor) -> None:
    assessed(vendor)
    ready(firm, vendor)
    for name in ("approve", "accept_test"):
        record.move(firm.compliance, vendor, name)
    with pytest.raises(Refusal, match="at least one order a day"):
        actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=0)
    actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=50)
    with pytest.raises(Refusal, match="why is missing"):
        actions.change_cap(firm.compliance, vendor, pilot_cap_orders=80)
    actions.change_cap(firm.compliance, vendor, pilot_cap_orders=80, why="two weeks went well")
    assert (vendor.state, vendor.pilot_cap_orders, len(past.stays(vendor.pk))) == ("pilot", 80, 4)


def test_nothing_is_added_to_an_ended_file(firm: Firm, vendor: Vendor) -> None:
    record.move(firm.compliance, vendor, "decline", why="too slow")
    with pytest.raises(Refusal, match="nothing is added to its file any more"):
        actions.add_product(firm.vm, vendor, name="p", purpose="x", version="1", since_on=date(2026, 1, 2))
    with pytest.raises(Refusal, match="nothing of it changes any more"):
        actions.describe(firm.vm, vendor, name="X", summary="")
    with pytest.raises(Refusal, match="no arrangement with it begins any more"):
        firm.drafted(vendor)


def linked(firm: Firm, vendor: Vendor, name: str, behind: SubVendor | None = None) -> SubVendor:
    return actions.add_sub_vendor(firm.vm, vendor, behind=behind, name=name, kind="broker", purpose="x", criticality="critical", since_on=date(2026, 1, 2))


def test_a_chain_is_a_tree_by_name(firm: Firm, vendor: Vendor) -> None:
    racks = linked(firm, vendor, "Racks")
    power = linked(firm, vendor, "Power", racks)
    linked(firm, vendor, "Fuel", power)
    linked(firm, vendor, "Broker")
    assert [(branch.depth, branch.row.name) for branch in queries.flat(queries.chain(vendor))] == [(0, "Broker"), (0, "Racks"), (1, "Power"), (2, "Fuel")]


def test_a_link_is_not_ended_while_others_stand_behind_it(firm: Firm, vendor: Vendor) -> None:
    racks = linked(firm, vendor, "Racks")
    power = linked(firm, vendor, "Power", racks)
    with pytest.raises(Refusal, match="end those first"):
        actions.end_part(firm.vm, racks, ended_on=date(2026, 9, 30), why="moved")
    actions.end_part(firm.vm, power, ended_on=date(2026, 9, 30), why="moved")
    actions.end_part(firm.vm, SubVendor.objects.get(pk=racks.pk), ended_on=date(2026, 9, 30), why="moved")
    assert (queries.chain(vendor), len(queries.flat(queries.chain(vendor, with_ended=True)))) == ((), 2)
    with pytest.raises(Refusal, match="not in this vendor's chain, or no more"):
        linked(firm, vendor, "Solar", SubVendor.objects.get(pk=power.pk))


def test_nothing_stands_behind_another_vendors_link(firm: Firm, vendor: Vendor) -> None:
    other = linked(firm, firm.vendor("vendor_b"), "Racks")
    with pytest.raises(Refusal, match="not in this vendor's chain"):
        linked(firm, vendor, "Power", other)


@pytest.mark.parametrize(("ended_on", "said"), [(date(2025, 12, 31), "before it began"), (date(2026, 10, 2), "in the future")])
def test_an_end_lies_between_its_beginning_and_today(firm: Firm, vendor: Vendor, ended_on: date, said: str) -> None:
    row = linked(firm, vendor, "Racks")
    with pytest.raises(Refusal, match=said):
        actions.end_part(firm.vm, row, ended_on=ended_on, why="x")


def test_a_release_is_recorded_from_what_to_what(firm: Firm, vendor: Vendor) -> None:
    row = actions.add_product(firm.vm, vendor, name="Router", purpose="x", version="7.2", since_on=date(2026, 1, 2))
    actions.release(firm.vm, row, version="7.3", since_on=date(2026, 9, 30), why="midpoint pegs")
    assert '"version":["7.2","7.3"]' in Entry.objects.get(verb="release").body
    with pytest.raises(Refusal, match="cannot begin before it"):
        actions.release(firm.vm, row, version="7.1", since_on=date(2026, 2, 1))


def test_the_states_of_a_day_are_read_from_the_record(firm: Firm) -> None:
    with clock.stated(datetime(2026, 9, 15, 14, tzinfo=UTC)):
        row = firm.vendor()
        assessed(row)
    with clock.stated(datetime(2026, 9, 17, 3, 59, tzinfo=UTC)):  # 23:59 of 16 September in New York
        record.move(firm.compliance, row, "approve")
    other = firm.vendor("vendor_b")
    assert queries.as_of(date(2026, 9, 14)) == []
    assert queries.as_of(date(2026, 9, 15)) == [(row, "candidate")]
    assert queries.as_of(date(2026, 9, 16)) == [(row, "approved")]
    assert queries.as_of(date(2026, 10, 1)) == [(row, "approved"), (other, "candidate")]


@pytest.mark.parametrize(("role", "number"), [("compliance", 1), ("supervisor", 1), ("vendor_manager", 0), ("analyst", 0)])
def test_what_waits_for_a_second_person_is_that_persons_task(firm: Firm, vendor: Vendor, person: Person, role: str, number: int) -> None:
    firm.drafted(vendor)
    tasks = {task.what: task.number for task in todo.tasks(person(role, name="second"))}
    assert tasks.get("arrangements with vendors wait for a second person", 0) == number


def test_nobodys_own_draft_is_their_task(firm: Firm, vendor: Vendor) -> None:
    row = firm.drafted(vendor)
    assert queries.waiting(type(row), firm.vm.key) == []
    assert queries.waiting(type(row), firm.supervisor.key) == [row]


def test_plans_past_their_next_look_are_the_keepers_task(firm: Firm, vendor: Vendor, person: Person) -> None:
    firm.left_by_plan(vendor, relook_on=date(2026, 9, 30))
    tasks = {task.what: task.number for task in todo.tasks(person("vendor_manager", name="keeper"))}
    assert tasks["exit plans are past their next look"] == 1
