"""Configuration: two documents first, a change decided by two on what is decided already, and what was in force at any instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.configuration import actions, queries, todo
from oversight.configuration.models import Document, Version
from oversight.configuration.terms import THRESHOLD, VENUE, Setting, changes, checked
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.policy import actions as policy
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

from .conftest import AHEAD, FIRST, JULY, Firm, changed

PAST = datetime(2026, 9, 30, 12, tzinfo=UTC)


def test_nothing_is_proposed_before_statement_and_profile_are_signed_by_two(firm: Firm) -> None:
    vendor = vendors.register(firm.vm, key="vendor_a", name="A")
    row = firm.drafted(vendor)
    for kind in ("statement", "profile"):
        with pytest.raises(Refusal, match="before its best-execution statement and its flow profile are approved"):
            actions.propose(firm.analyst, row)
        firm.signed(vendor, kind)
    assert actions.propose(firm.analyst, row).state == "proposed"


def test_a_document_has_two_signatures_of_two_people(firm: Firm) -> None:
    vendor = vendors.register(firm.vm, key="vendor_a", name="A")
    row = actions.draft_document(firm.compliance, vendor, "statement", text="Price first.")
    actions.propose_document(firm.compliance, row)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve_document(firm.compliance, row)
    actions.approve_document(firm.supervisor, row)
    assert (row.proposed_by, row.approved_by) == (firm.compliance.key, firm.supervisor.key)
    assert sorted(word.name for word in Entry.objects.get(verb="draft").words.all()) == ["changed", "text"], "outside the chain"


def test_a_later_document_takes_the_place_of_the_one_before(firm: Firm, vendor: Vendor) -> None:
    first = Document.objects.get(kind="statement")
    second = firm.signed(vendor, "statement", "Speed first.")
    first.refresh_from_db()
    assert (first.state, second.state, second.number, second.base_id) == ("superseded", "approved", 2, first.pk)


def test_two_drafts_of_one_document_are_not_both_signed(firm: Firm, vendor: Vendor) -> None:
    one, two = (actions.draft_document(firm.analyst, vendor, "statement", text=text) for text in ("One.", "Two."))
    for row in (one, two):
        actions.propose_document(firm.analyst, row)
    actions.approve_document(firm.compliance, one)
    with pytest.raises(Refusal, match="another version was decided on since it was drafted"):
        actions.approve_document(firm.compliance, two)
    one.refresh_from_db()
    assert one.state == "approved"


@pytest.mark.parametrize(("kind", "text", "said"), [("nap", "x", "no such document"), ("statement", "  ", "says nothing yet")])
def test_a_document_that_cannot_be_is_refused(firm: Firm, vendor: Vendor, kind: str, text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        actions.draft_document(firm.analyst, vendor, kind, text=text)


@pytest.mark.parametrize("role", ["committee", "senior_manager", "auditor", "administrator", "vendor"])
def test_who_may_not_write_writes_nothing(firm: Firm, vendor: Vendor, actor: Callable[..., Actor], role: str) -> None:
    by = actor(role, name="other")
    for act in (
        lambda: actions.draft(by, vendor, settings=FIRST, effective_from=AHEAD, summary="x"),
        lambda: actions.draft_document(by, vendor, "statement", text="x"),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.is_forbidden


def test_the_first_version_needs_nothing_before_it_and_may_say_how_the_router_stands(firm: Firm, vendor: Vendor) -> None:
    row = firm.approved(vendor, effective_from=JULY)
    assert (row.base_id, row.state, vendor.has_configuration) == (None, "approved", False)
    actions.put_in_force(firm.vm, row, in_force_from=JULY)
    assert (vendor.has_configuration, row.was_set_early) == (True, True)


def test_a_change_needs_what_was_measured_before_it(firm: Firm, vendor: Vendor) -> None:
    firm.set(vendor)
    row = firm.drafted(vendor, changed(stop="sent at once"))
    with pytest.raises(Refusal, match="the analysis before the change is missing"):
        actions.propose(firm.analyst, row)
    firm.read(row)
    assert actions.propose(firm.analyst, row).state == "proposed"


def test_a_change_takes_effect_ahead(firm: Firm, vendor: Vendor) -> None:
    firm.set(vendor)
    row = firm.drafted(vendor, changed(stop="sent at once"), effective_from=PAST)
    firm.read(row)
    with pytest.raises(Refusal, match="it would take effect in the past"):
        actions.propose(firm.analyst, row)


def test_a_change_is_decided_by_a_second_person(firm: Firm, vendor: Vendor) -> None:
    row = actions.draft(firm.compliance, vendor, settings=FIRST, effective_from=AHEAD, summary="x")
    actions.propose(firm.analyst, row)
    with pytest.raises(Refusal, match="you are named as drafted by"):
        actions.approve(firm.compliance, row)
    with pytest.raises(Refusal) as refusal:
        actions.approve(firm.vm, row)
    assert refusal.value.is_forbidden
    actions.approve(firm.supervisor, row)
    assert Copy.objects.filter(to=firm.vm.key, notice__what__startswith="Approved:").count() == 1


def test_of_two_changes_on_one_base_the_second_is_refused_in_words(firm: Firm, vendor: Vendor) -> None:
    firm.set(vendor)
    one, two = firm.drafted(vendor, changed(stop="sent at once")), firm.drafted(vendor, changed(stop="never sent"))
    for row in (one, two):
        firm.read(row)
    actions.propose(firm.analyst, one)
    actions.propose(firm.analyst, two)
    actions.approve(firm.compliance, one)
    with pytest.raises(Refusal, match="another version was decided on since it was drafted"):
        actions.approve(firm.compliance, two)
    late = firm.drafted(vendor, changed(stop="later"))
    assert late.base_id == one.pk, "the next draft begins with what was decided last, set or not"
    three = Version.objects.get(pk=two.pk)
    record.move(firm.compliance, three, "reject", why="stale")
    assert three.state == "rejected"


def test_a_draft_on_what_was_withdrawn_is_stale(firm: Firm, vendor: Vendor) -> None:
    firm.set(vendor)
    approved = firm.approved(vendor, changed(stop="sent at once"))
    row = firm.drafted(vendor, changed(stop="never sent"))
    firm.read(row)
    record.move(firm.analyst, approved, "withdraw", why="the vendor cannot")
    with pytest.raises(Refusal, match="another version was decided on since it was drafted"):
        actions.propose(firm.analyst, row)


def test_two_first_versions_are_not_both_approved(firm: Firm, vendor: Vendor) -> None:
    one, two = firm.drafted(vendor), firm.drafted(vendor, changed(stop="x"))
    for row in (one, two):
        actions.propose(firm.analyst, row)
    actions.approve(firm.compliance, one)
    with pytest.raises(Refusal, match="another version was decided on"):
        actions.approve(firm.compliance, two)


def test_two_people_at_once_decide_once(firm: Firm, vendor: Vendor) -> None:
    row = actions.propose(firm.analyst, firm.drafted(vendor))
    stale = Version.objects.get(pk=row.pk)
    actions.approve(firm.compliance, row)
    with pytest.raises(Refusal, match="is “approved”; this is done while it is"):
        record.move(firm.supervisor, stale, "reject", why="no")


def test_nobody_goes_on_with_anothers_draft_or_with_one_that_was_proposed(firm: Firm, vendor: Vendor) -> None:
    row = firm.drafted(vendor)
    said: dict[str, Any] = {"settings": changed(stop="x"), "effective_from": AHEAD, "summary": "x"}
    with pytest.raises(Refusal, match="somebody else's draft"):
        actions.revise(firm.vm, row, **said)
    assert actions.revise(firm.analyst, row, **said).settings == checked(changed(stop="x"))
    actions.propose(firm.analyst, row)
    with pytest.raises(Refusal, match="its words no longer change"):
        actions.revise(firm.analyst, row, **said)


def test_a_draft_that_changes_nothing_is_refused(firm: Firm, vendor: Vendor) -> None:
    firm.set(vendor)
    with pytest.raises(Refusal, match="Nothing differs from version 1"):
        firm.drafted(vendor, list(reversed(FIRST)))


def test_the_version_before_holds_until_the_router_is_set_anew(firm: Firm, vendor: Vendor) -> None:
    first = firm.set(vendor)
    second = firm.approved(vendor, changed(stop="sent at once"))
    at = datetime(2026, 9, 21, 14, 30, tzinfo=UTC)
    """10:30 in New York."""
    actions.put_in_force(firm.vm, second, in_force_from=at)
    first.refresh_from_db()
    assert (first.state, first.in_force_until) == ("superseded", at)
    asked = (JULY, at.replace(minute=29, second=59), at, datetime(2027, 1, 1, tzinfo=UTC))
    assert [queries.in_force("vendor_a", instant) for instant in asked] == [first, first, second, second]
    assert [queries.in_force("vendor_a", datetime(2026, 6, 30, tzinfo=UTC)), queries.in_force("vendor_b", at)] == [None, None]
    assert [queries.in_force_during("vendor_a", date(2026, 9, day)) for day in (20, 21, 22)] == [[first], [first, second], [second]]


def test_the_day_of_an_order_is_the_markets(firm: Firm, vendor: Vendor) -> None:
    first = firm.set(vendor)
    second = firm.approved(vendor, changed(stop="sent at once"))
    actions.put_in_force(firm.vm, second, in_force_from=datetime(2026, 9, 22, 4, 0, tzinfo=UTC))  # midnight in New York
    assert [queries.in_force_during("vendor_a", date(2026, 9, day)) for day in (21, 22)] == [[first], [second]]


@pytest.mark.parametrize(
    ("at", "said"),
    [(datetime(2026, 10, 1, 12, 1, tzinfo=UTC), "set so in the future"), (JULY, "since a later instant"), (None, "in force from is missing")],
)
def test_an_instant_that_cannot_be_is_refused(firm: Firm, vendor: Vendor, at: datetime | None, said: str) -> None:
    first = firm.set(vendor)
    second = firm.approved(vendor, changed(stop="sent at once"))
    with pytest.raises(Refusal, match=said):
        actions.put_in_force(firm.vm, second, in_force_from=at)
    first.refresh_from_db()
    assert first.state == "in_force"


def test_versions_are_set_in_the_order_in_which_they_were_decided(firm: Firm, vendor: Vendor) -> None:
    firm.set(vendor)
    second = firm.approved(vendor, changed(stop="sent at once"))
    third = firm.approved(vendor, changed(stop="never sent"))
    with pytest.raises(Refusal, match="approved before it and is not noted as set"):
        actions.put_in_force(firm.vm, third, in_force_from=PAST)
    actions.put_in_force(firm.vm, second, in_force_from=PAST.replace(hour=11))
    actions.put_in_force(firm.vm, Version.objects.get(pk=third.pk), in_force_from=PAST)
    assert Version.objects.filter(state="in_force").count() == 1


def test_what_was_to_take_effect_and_is_not_noted_as_set_is_a_task(firm: Firm, vendor: Vendor, person: Callable[..., Account]) -> None:
    row = firm.approved(vendor)
    keeper = person("vendor_manager", name="keeper")
    words = "approved configurations were to take effect and are not noted as set"
    assert {task.what: task.number for task in todo.tasks(keeper)}[words] == 0
    with clock.stated(AHEAD.replace(minute=1)):
        tasks = {task.what: (task.number, task.address, task.is_urgent) for task in todo.tasks(keeper)}
    assert tasks[words] == (1, f"/configuration/{row.pk}/", True)


def test_nobodys_own_proposal_is_their_task(firm: Firm, vendor: Vendor) -> None:
    row = actions.propose(firm.supervisor, actions.draft(firm.supervisor, vendor, settings=FIRST, effective_from=AHEAD, summary="x"))
    assert (queries.waiting(firm.supervisor.key), queries.waiting(firm.compliance.key)) == ([], [row])


def test_two_versions_are_compared_setting_by_setting() -> None:
    later = [
        *(each for each in changed(midpoint_wait="0.0010") if each.key != "XNYS"), Setting(VENUE, "IEXG", "midpoint alone", "", ""),
    ]  # fmt: skip
    assert [(change.how, change.of.key, change.before and change.before.said, change.after and change.after.said) for change in changes(FIRST, later)] == [
        ("changed", "midpoint wait", "0.0005 USD per share", "0.0010 USD per share"),
        ("added", "IEXG", None, "midpoint alone"),
        ("removed", "XNYS", "all orders", None),
    ]
    assert changes(FIRST, reversed(FIRST)) == []


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (Setting("nap", "a", "b"), "no such kind"),
        (Setting(VENUE, "nasdaq", "all"), "is no market identifier code"),
        (Setting(THRESHOLD, "wait", "a lot", "USD"), "is a number with a unit"),
        (Setting(THRESHOLD, "wait", "NaN", "USD"), "is a number with a unit"),
        (Setting(THRESHOLD, "wait", "1"), "is a number with a unit"),
        (Setting(VENUE, "XNAS", " "), "of what it is and its value"),
        (FIRST[3], "“XNAS” is set twice"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: Setting, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        checked([*FIRST, setting])


def test_venues_of_routers_and_of_the_policy_are_set_side_by_side(
    firm: Firm, vendor: Vendor, settings: Any, tmp_path: Any, person: Callable[..., Account]
) -> None:
    from bestexec import open_workspace

    settings.WORKSPACE = tmp_path / "workspace"
    workspace = open_workspace(settings.WORKSPACE)
    assert (queries.policy_venues(date(2026, 10, 1)), queries.venue_drift(date(2026, 10, 1))) == (None, [])
    file = workspace.root / "policy" / "policy.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\n[", '\nvenues = [{mic = "XNAS"}, {mic = "IEXG"}]\n\n[', 1), encoding="utf-8")
    policy.adopt()
    assert queries.venue_drift(date(2026, 10, 1)) == [], "no router is set yet"
    firm.set(vendor)
    other = firm.founded("vendor_b")
    firm.set(other, [*FIRST, Setting(VENUE, "KNCM", "retail", "", "")])
    assert queries.approved_venues(date(2026, 10, 1)) == {"vendor_a": {"XNAS", "XNYS"}, "vendor_b": {"XNAS", "XNYS", "KNCM"}}
    assert [(each.venue, each.how, each.vendors) for each in queries.venue_drift(date(2026, 10, 1))] == [
        ("KNCM", queries.ONLY_ROUTER, ("vendor_b",)), ("XNYS", queries.ONLY_ROUTER, ("vendor_a", "vendor_b")), ("IEXG", queries.ONLY_POLICY, ()),
    ]  # fmt: skip
    tasks = {task.what: task.number for task in todo.tasks(person("compliance", name="second"))}
    assert tasks["venues are open to a router and not approved by the policy"] == 2
