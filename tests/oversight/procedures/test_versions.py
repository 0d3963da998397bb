"""Versions of a section: written by one, approved by another, in force from a day, superseded, retired; two people at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.procedures import actions, daily, queries, starters
from oversight.procedures.models import Section, Version
from oversight.procedures.standing import in_force
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import Desk

Act = Callable[..., Actor]
TODAY = date(2026, 10, 1)


def test_a_starter_cannot_be_proposed_before_it_is_tailored_and_the_refusal_names_what_is_left(desk: Desk) -> None:
    (section,) = actions.take_over(desk.writer, ["large"])
    version = section.versions.get()
    with pytest.raises(
        Refusal, match=r"left to fill in: \[number\] \(4 times\), \[title of the person\], \[Title of the second person\]; the text is the starter's"
    ):
        actions.propose(desk.writer, version)
    with pytest.raises(Refusal, match="it is not tailored yet"):
        record.move(desk.writer, version, "propose")
    assert version.state == "draft"


def test_the_starters_text_with_its_brackets_taken_off_counts_as_tailored_only_when_the_words_differ(desk: Desk) -> None:
    (section,) = actions.take_over(desk.writer, ["large"])
    version = section.versions.get()
    filled = starters.BY_KEY["large"].text.replace("[number]", "ten").replace("[title of the person]", "the desk supervisor")
    actions.revise(desk.writer, version, {**version.content, "text": filled.replace("[Title of the second person]", "Compliance")}, "ours")
    assert version.untailored == []
    actions.propose(desk.writer, version)
    assert version.state == "proposed"


def test_taking_over_is_once_and_all_or_nothing(desk: Desk) -> None:
    actions.take_over(desk.writer, ["large"])
    for keys, words in (
        (["exit", "large"], "Taken over before: Orders that are looked at one by one"),
        (["nonsense"], "no starter “nonsense”"),
        ([], "No starter"),
    ):
        with pytest.raises(Refusal, match=words):
            actions.take_over(desk.writer, keys)
    assert Section.objects.count() == 1


def test_owner_and_deputy_of_a_starter_are_whoever_held_the_roles_longest(desk: Desk) -> None:
    (section,) = actions.take_over(desk.writer, ["coverage"])
    version = section.versions.get()
    assert (version.owner, version.owner_role, version.deputy, version.deputy_role) == (desk.owner.key, "analyst", desk.other.key, "supervisor")


def test_approval_is_anothers_and_puts_it_in_force_on_its_day(desk: Desk) -> None:
    version = desk.proposed()
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve(desk.writer, version, effective_on=TODAY)
    with pytest.raises(Refusal, match="effective on is missing"):
        actions.approve(desk.approver, version)
    actions.approve(desk.approver, version, effective_on=TODAY)
    assert (version.state, version.approved_by, in_force()) == ("approved", desk.approver.key, {version.section.pk: version})


@pytest.mark.parametrize("role", ["analyst", "committee", "vendor_manager", "auditor", "administrator", "vendor"])
def test_only_senior_managers_supervisors_and_compliance_approve(desk: Desk, actor: Act, role: str) -> None:
    version = desk.proposed()
    with pytest.raises(Refusal) as refusal:
        actions.approve(actor(role, name="somebody"), version, effective_on=TODAY)
    assert refusal.value.is_forbidden


@pytest.mark.parametrize("role", ["analyst", "committee", "senior_manager", "auditor", "administrator", "vendor"])
def test_only_compliance_supervisors_and_vendor_managers_write(desk: Desk, actor: Act, role: str) -> None:
    by = actor(role, name="somebody")
    for write in (lambda: actions.open_section(by, "monitoring", desk.values()), lambda: actions.take_over(by, ["large"])):
        with pytest.raises(Refusal) as refusal:
            write()
        assert refusal.value.is_forbidden
    assert Entry.objects.count() == 0


def test_a_procedure_takes_effect_today_or_later(desk: Desk) -> None:
    version = desk.proposed()
    with pytest.raises(Refusal, match="2026-09-30 is over"):
        actions.approve(desk.approver, version, effective_on=date(2026, 9, 30))
    assert version.state == "proposed"


def test_a_version_for_a_later_day_waits_and_the_one_before_stays_in_force_until_then(desk: Desk) -> None:
    first = desk.approved()
    second = desk.next_of(first.section, on=date(2026, 10, 5), text="The analyst counts orders twice each morning.")
    assert in_force() == {first.section.pk: first}
    assert in_force(date(2026, 10, 4)) == {first.section.pk: first}
    assert in_force(date(2026, 10, 5)) == {first.section.pk: second}
    with clock.stated(datetime(2026, 10, 5, 12, tzinfo=UTC)):
        assert in_force() == {first.section.pk: second}, "by its date, before anything ran"
        assert (daily.daily().took_effect, daily.daily().took_effect) == (1, 0)
    assert Version.objects.get(pk=first.pk).state == "superseded"
    assert in_force(date(2026, 10, 4)) == {first.section.pk: first}, "as it was"


def test_a_later_version_cannot_take_effect_before_the_one_it_follows(desk: Desk) -> None:
    first = desk.approved(on=date(2026, 10, 9))
    draft = actions.propose(desk.writer, actions.draft(desk.writer, first.section, desk.values(text="Other words."), "why"))
    with pytest.raises(Refusal, match="the version before takes effect on 2026-10-09"):
        actions.approve(desk.approver, draft, effective_on=date(2026, 10, 8))


def test_of_two_people_changing_one_section_the_second_is_told(desk: Desk) -> None:
    first = desk.approved()
    ours = actions.draft(desk.writer, first.section, desk.values(text="Ours."), "ours")
    theirs = actions.draft(desk.other, first.section, desk.values(text="Theirs."), "theirs")
    for version, by in ((ours, desk.writer), (theirs, desk.other)):
        actions.propose(by, version)
    actions.approve(desk.approver, ours, effective_on=TODAY)
    with pytest.raises(Refusal, match="another version of this section was approved since it was drafted"):
        actions.approve(desk.approver, theirs, effective_on=TODAY)
    assert [version.state for version in (ours, theirs)] == ["approved", "proposed"]
    assert theirs.is_on_latest is False


def test_of_two_first_versions_of_one_section_the_database_takes_one(desk: Desk) -> None:
    first = desk.approved()
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.bulk_create([
            Version(
                section=first.section, number=9, base=None, state="approved", effective_on=TODAY, drafted_by="a-1", drafted_at=clock.now(), hash="h",
                **first.content,
            )
        ])  # fmt: skip


def test_two_approvals_at_once_make_one(desk: Desk, actor: Act) -> None:
    version = desk.proposed()
    stale = Version.objects.get(pk=version.pk)
    actions.approve(desk.approver, version, effective_on=TODAY)
    with pytest.raises(Refusal, match="is “approved”; this is done while it is"):
        actions.approve(actor("supervisor", name="late"), stale, effective_on=TODAY)
    assert Entry.objects.filter(verb="approve").count() == 1


def test_a_draft_is_its_drafters_and_changes_in_draft_alone(desk: Desk) -> None:
    version = desk.drafted()
    with pytest.raises(Refusal, match="somebody else's draft"):
        actions.revise(desk.other, version, desk.values(text="x"), "")
    actions.propose(desk.writer, version)
    with pytest.raises(Refusal, match="its text no longer changes"):
        actions.revise(desk.writer, version, desk.values(text="x"), "")


def test_a_draft_that_was_changed_in_another_window_is_not_overwritten(desk: Desk) -> None:
    version = desk.drafted()
    seen, stale = version.hash, Version.objects.get(pk=version.pk)
    actions.revise(desk.writer, version, desk.values(text="From one window."), "", seen=seen)
    with pytest.raises(Refusal, match="changed or moved meanwhile"):
        actions.revise(desk.writer, stale, desk.values(text="From the other."), "", seen=seen)
    assert Version.objects.get().text == "From one window."


def test_a_draft_that_differs_in_nothing_or_says_no_reason_is_refused(desk: Desk) -> None:
    first = desk.approved()
    with pytest.raises(Refusal, match="Nothing differs"):
        actions.draft(desk.writer, first.section, first.content, "why")
    with pytest.raises(Refusal, match="Say what changes, and why"):
        actions.draft(desk.writer, first.section, desk.values(text="Other."), " ")
    with pytest.raises(Refusal, match="needs a title"):
        actions.draft(desk.writer, first.section, desk.values(title=" "), "why")


def test_a_proposal_is_returned_with_a_reason_and_its_drafter_is_told(desk: Desk) -> None:
    version = desk.proposed()
    with pytest.raises(Refusal, match="why is missing"):
        actions.send_back(desk.approver, version)
    actions.send_back(desk.approver, version, why="who does it on a holiday?")
    assert version.state == "draft"
    told = Copy.objects.filter(to=desk.writer.key).select_related("notice").order_by("-pk").first()
    assert told is not None
    assert (told.notice.what, told.notice.url) == ("Procedure returned for more: Every order accounted for, version 1.", version.get_absolute_url())


def test_who_may_approve_is_told_of_a_proposal(desk: Desk) -> None:
    desk.proposed()
    assert set(Copy.objects.values_list("to", flat=True)) == {desk.approver.key, desk.other.key, desk.deputy.key}


def test_a_retired_section_is_in_force_no_more_and_stays_readable_as_of_before(desk: Desk) -> None:
    with clock.stated(datetime(2026, 9, 28, 12, tzinfo=UTC)):
        version = desk.approved()
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.retire(desk.writer, version, why="gone")
    actions.retire(desk.approver, version, why="another section covers it")
    assert (in_force(), in_force(date(2026, 9, 30))) == ({}, {version.section.pk: version})
    assert queries.unclaimed() == list(queries.claims_of()), "nothing is claimed any more"


def test_a_version_retired_before_its_day_never_was_in_force(desk: Desk) -> None:
    first = desk.approved()
    second = desk.next_of(first.section, on=date(2026, 10, 9), text="Other.")
    actions.retire(desk.approver, second, why="too early")
    assert in_force(date(2026, 10, 10)) == {first.section.pk: first}


def test_the_section_is_called_what_the_approved_version_calls_it(desk: Desk) -> None:
    first = desk.approved()
    draft = actions.draft(desk.writer, first.section, desk.values(title="Every order counted"), "shorter")
    assert Section.objects.get().title == "Every order accounted for"
    actions.approve(desk.approver, actions.propose(desk.writer, draft), effective_on=TODAY)
    assert Section.objects.get().title == "Every order counted"
    assert in_force(date(2026, 10, 1))[first.section.pk].title == "Every order counted"


def test_words_stand_outside_the_chain_and_every_act_is_an_entry(desk: Desk) -> None:
    desk.approved()
    verbs = list(Entry.objects.exclude(verb="tell").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["open", "draft", "propose", "approve", "ask"]
    entry = Entry.objects.get(verb="draft")
    assert "counts the orders" not in entry.body
    assert sorted(word.name for word in entry.words.all()) == ["proofs", "runbook", "summary", "text"]


def test_a_section_that_names_a_check_claims_it_and_a_deleted_one_claims_it_no_more(desk: Desk) -> None:
    before = set(queries.unclaimed())
    version = desk.approved()
    assert before - set(queries.unclaimed()) == {"COM-101", "COM-102"}
    desk.next_of(version.section, checks=["COM-101"])
    assert before - set(queries.unclaimed()) == {"COM-101"}
