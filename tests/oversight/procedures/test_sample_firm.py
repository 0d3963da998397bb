"""The sample firm's procedures, as the demonstration tells them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from time import perf_counter

import pytest

from oversight import clock
from oversight.actor import automated
from oversight.demo.people import People, open_accounts
from oversight.demo.vendor_file import procedures as story
from oversight.procedures import ages, drift, printing, queries
from oversight.procedures.models import Attestation, Printing, Section, Version
from oversight.roles import ANALYST, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors import actions as vendors


@pytest.fixture
def people(db: None) -> People:
    with clock.stated(datetime(2026, 9, 14, 12, tzinfo=UTC)):
        people = open_accounts("vendor_a")
        held = {key: vendors.register(automated("demo"), key=key, name=key) for key in ("vendor_a", "vendor_b")}
    began = perf_counter()
    story.before_selection(people, held)
    assert Counter(Version.objects.values_list("state", flat=True)) == {"proposed": 22, "draft": 2}
    story.after_selection(people, held)
    assert perf_counter() - began < 20, "far more than the two seconds that it takes alone on a machine"
    return people


def test_the_sample_firm_stands_where_its_story_says(people: People) -> None:
    assert Counter(Version.objects.values_list("state", flat=True)) == {"approved": 22, "draft": 2, "proposed": 1}
    assert {version.section.starter for version in Version.objects.filter(state="draft")} == set(story.STILL_DRAFTS)
    assert [version for version in Version.objects.exclude(approved_by="") if version.approved_by in (version.drafted_by, version.proposed_by)] == []
    coming = [one for one in queries.found() if one.coming]
    assert [(one.section.starter, one.coming and one.coming.effective_on) for one in coming] == [("testing", story.LATER["testing"])]
    (change,) = queries.proposals()
    assert (change.section.starter, change.number, change.drafted_by) == ("configuration", 2, people[VENDOR_MANAGER].key)


def test_one_section_has_lapsed_and_is_first_on_the_list(people: People) -> None:
    first, *rest = queries.found()
    assert first.section.starter == "conflicts"
    lapsed = {one.section.starter: sorted(each.proof.kind for each in one.proved if each.age.state == ages.LAPSED) for one in [first, *rest] if one.version}
    assert "filed" in lapsed["conflicts"], "the ledger of 10 August may be 40 days old: until 19 September"


def test_a_check_that_only_a_draft_names_is_said_to_be_unclaimed(people: People) -> None:
    assert queries.unclaimed() == ["EXE-114"]


def test_people_have_read_what_the_story_says(people: People) -> None:
    assert [queries.attestations(state="asked", person=people[role].key).count() for role in (ANALYST, SUPERVISOR)] == [2, 0]
    assert queries.attestations(state="attested", person=people[SENIOR_MANAGER].key).count() == 1
    assert Attestation.objects.filter(person=people["vendor"].key).count() == 0


def test_a_printing_is_filed_and_says_what_is_adrift(people: People) -> None:
    row = Printing.objects.get()
    assert (row.on.isoformat(), row.sections) == ("2026-09-25", 21), "22 approved, one of them effective in October"
    printed = printing.as_of(row.on)
    kinds = {title for title, _ in printed.adrift}
    assert {drift.KINDS[drift.OPEN], drift.KINDS[drift.UNCLAIMED], drift.KINDS[drift.AUTHORITIES], drift.KINDS[drift.EVIDENCE]} <= kinds
    assert Section.objects.count() == 24
