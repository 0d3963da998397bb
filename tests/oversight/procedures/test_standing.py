"""Where sections stand: the age of evidence by file, duty and run, as of any day; what is adrift; reminders and lapses."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bestexec import CHECKS, open_workspace
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.notices.models import Notice
from oversight.policy import actions as policy
from oversight.procedures import actions, ages, daily, drift, performing, printing, queries
from oversight.procedures.content import DUTY, FILED, RUN, Proof
from oversight.procedures.duties import Done, Duty
from oversight.procedures.models import Attestation, Version
from oversight.procedures.standing import Evidence
from oversight.record import actions as record

from .conftest import Desk, sealed_run


@contextmanager
def on(day: int, month: int = 10) -> Iterator[None]:
    with clock.stated(datetime(2026, month, day, 14, tzinfo=UTC)):
        yield


def aged(version: Version, day: date | None = None) -> list[tuple[str, date | None]]:
    standing = queries.standing_of(version.section, day)
    assert standing is not None
    return [(one.age.state, one.age.last_on) for one in standing.proved]


def filed(desk: Desk, version: Version, effective_on: date | None, **more: Any) -> Any:
    content = f"minutes {effective_on} {more}".encode()
    return evidence.file(desk.writer, "minutes.txt", content, effective_on=effective_on, subject=version.section.subject, **more)


def test_a_file_beside_the_section_counts_from_its_effective_date(desk: Desk) -> None:
    version = desk.approved()
    assert aged(version) == [(ages.NEVER, None)]
    filed(desk, version, date(2026, 9, 1))
    assert aged(version) == [(ages.FRESH, date(2026, 9, 1))]
    filed(desk, version, date(2026, 6, 1))
    assert aged(version) == [(ages.FRESH, date(2026, 9, 1))], "an older one filed later does not count"
    filed(desk, version, None)
    assert aged(version) == [(ages.FRESH, date(2026, 10, 1))], "without an effective date: the day on which it was filed"


def test_a_file_that_expired_is_to_come_or_was_withdrawn_proves_nothing(desk: Desk) -> None:
    version = desk.approved()
    filed(desk, version, date(2026, 9, 1), expires_on=date(2026, 9, 30))
    filed(desk, version, date(2026, 10, 2))
    wrong = filed(desk, version, date(2026, 9, 3)).links.get()
    assert aged(version) == [(ages.FRESH, date(2026, 9, 3))]
    evidence.withdraw(desk.writer, wrong, "of another section")
    assert aged(version) == [(ages.NEVER, None)]
    with on(2):
        assert aged(version) == [(ages.FRESH, date(2026, 10, 2))]


def test_evidence_lapses_by_itself_and_is_seen_on_the_first_day(desk: Desk) -> None:
    version = desk.approved()
    filed(desk, version, date(2026, 9, 1))
    with on(10, 12):
        assert aged(version) == [(ages.SOON, date(2026, 9, 1))], "100 days after 1 September is 10 December"
    with on(11, 12):
        assert aged(version) == [(ages.LAPSED, date(2026, 9, 1))]
        assert [one.section for one in queries.found(state=ages.LAPSED)] == [version.section]
    assert aged(version, date(2026, 12, 11)) == [(ages.LAPSED, date(2026, 9, 1))]


def test_the_age_can_be_asked_of_any_day_and_says_what_was_known_then(desk: Desk) -> None:
    with on(1, 9):
        version = desk.approved()
    filed(desk, version, date(2026, 9, 15))
    assert aged(version, date(2026, 9, 30)) == [(ages.NEVER, None)], "it was filed on 1 October, whatever day it is of"
    assert aged(version) == [(ages.FRESH, date(2026, 9, 15))]
    assert queries.by_age(date(2026, 8, 31)) == []


def test_a_run_counts_when_it_evaluated_every_check_of_the_section(desk: Desk) -> None:
    version = desk.approved(proofs=[Proof(RUN, 4, "a run").kept()], checks=["COM-101", "COM-102"])
    sealed_run(date(2026, 9, 28))
    assert aged(version) == [(ages.FRESH, date(2026, 9, 28))]
    sealed_run(date(2026, 9, 29), ("COM-103",))
    assert aged(version) == [(ages.FRESH, date(2026, 9, 29))], "COM-103 is another section's"
    sealed_run(date(2026, 9, 30), ("COM-102",))
    assert aged(version) == [(ages.FRESH, date(2026, 9, 29))], "COM-102 was last evaluated over the 29th"


def test_a_check_that_no_run_ever_evaluated_leaves_its_section_without_evidence(desk: Desk) -> None:
    version = desk.approved(proofs=[Proof(RUN, 40, "a run").kept()], checks=["COM-101", "COM-102"])
    sealed_run(date(2026, 9, 30), ("COM-102",))
    assert aged(version) == [(ages.NEVER, None)]
    assert sorted({"COM-101", "COM-102"} & set(performing.last_evaluated())) == ["COM-101"]


def test_a_run_received_later_does_not_count_for_a_day_before(desk: Desk) -> None:
    with on(29, 9):
        version = desk.approved(proofs=[Proof(RUN, 4, "a run").kept()])
        sealed_run(date(2026, 9, 28))
    sealed_run(date(2026, 9, 29))
    assert aged(version, date(2026, 9, 30)) == [(ages.FRESH, date(2026, 9, 28))]
    assert aged(version) == [(ages.FRESH, date(2026, 9, 29))]


def test_a_run_whose_bytes_are_gone_evaluated_nothing(desk: Desk) -> None:
    run = sealed_run(date(2026, 9, 30))
    shutil.rmtree(settings.WORKSPACE / "runs" / run.pk)
    assert performing.last_evaluated() == {}


def test_a_duty_counts_from_its_last_confirmation_and_one_that_is_off_is_adrift(desk: Desk) -> None:
    version = desk.approved(proofs=[Proof(DUTY, 100, "the review").kept()], duties=["review", "gone"])
    calendar = {"review": Duty("review", "Review", True, "/duties/1/", ((Done(date(2026, 9, 2), date(2026, 9, 3)),),))}
    assert _proved_by(calendar, version) == (ages.NEVER, None), "one of its duties was never confirmed"
    assert _off(calendar) == [("gone (not in the calendar)", "named by Every order accounted for")]
    calendar["gone"] = Duty("gone", "Gone", False, "/duties/2/", ((Done(date(2026, 8, 2), date(2026, 8, 3)),),))
    assert _proved_by(calendar, version) == (ages.FRESH, date(2026, 8, 2)), "the earlier of the two"
    assert _off(calendar) == [("Gone (switched off)", "named by Every order accounted for")]


def _proved_by(calendar: dict[str, Duty], version: Version) -> tuple[str, date | None]:
    (one,) = Evidence({}, {}, calendar, {version.section_id: clock.today()}, clock.today()).proved(version)
    return one.age.state, one.age.last_on


def _off(calendar: dict[str, Duty]) -> list[tuple[str, str]]:
    found = drift.adrift(queries.standings(), clock.today(), calendar)
    return [(one.what, one.how) for one in found if one.kind == drift.DUTIES]


def _adrift(kind: str, day: date | None = None) -> list[drift.Adrift]:
    day = day or clock.today()
    return [one for one in drift.adrift(queries.standings(day), day) if one.kind == kind]


def test_drafts_proposals_and_versions_to_come_are_adrift(desk: Desk) -> None:
    first = desk.approved()
    actions.draft(desk.writer, first.section, desk.values(text="Other."), "why")
    second = desk.approved(on=date(2026, 10, 9), title="Later")
    assert [(one.what, one.how) for one in _adrift(drift.OPEN)] == [
        ("Every order accounted for", "version 2 is a draft by writer; version 1 stays in force"),
        ("Later", "version 1 is approved and takes effect on 2026-10-09"),
    ]
    assert second.section.pk not in {one.section.pk for one in queries.by_age()}


def test_what_was_open_on_a_day_that_is_over_is_said_of_that_day(desk: Desk) -> None:
    with on(20, 9):
        proposed = desk.proposed()
    with on(25, 9):
        actions.approve(desk.approver, proposed, effective_on=date(2026, 9, 25))
    assert [one.how for one in _adrift(drift.OPEN, date(2026, 9, 24))] == ["version 1 is a draft by writer; nothing of it is in force"]
    assert (_adrift(drift.OPEN, date(2026, 9, 19)), _adrift(drift.OPEN, date(2026, 9, 25))) == ([], [])


def test_checks_that_nobody_claims_are_adrift_by_name(desk: Desk) -> None:
    desk.approved(checks=[check.id for check in CHECKS if check.id != "ROU-105"])
    assert [(one.what, one.how) for one in _adrift(drift.UNCLAIMED)] == [("ROU-105", "Burst of rejects")]


def test_a_withdrawn_authority_is_adrift_and_so_is_an_owner_who_left(desk: Desk) -> None:
    desk.approved(citations=["FINRA 5310.09", "Regulation Best Execution (34-96496)"])
    assert [(one.what, one.how) for one in _adrift(drift.AUTHORITIES)] == [
        ("Regulation Best Execution (34-96496)", "withdrawn as of 2026-11-22; named by Every order accounted for")
    ]
    assert _adrift(drift.OWNERS) == []
    record.change(automated("test"), desk.owner.held.get(), ended_at=clock.now())
    assert [one.how for one in _adrift(drift.OWNERS)] == ["its owner, owner, no longer holds the role analyst, or the account is closed"]


def test_a_limit_changed_by_hand_is_adrift(desk: Desk) -> None:
    open_workspace(settings.WORKSPACE)
    policy.adopt()
    assert _adrift(drift.LIMITS) == []
    file = settings.WORKSPACE / "policy" / "policy.toml"
    file.write_text(file.read_text() + "\n# by hand\n")
    assert [(one.what, one.how) for one in _adrift(drift.LIMITS)] == [("policy.toml", "changed")]


def test_the_number_of_queries_does_not_grow_with_the_sections(desk: Desk) -> None:
    first = desk.approved(proofs=[Proof(FILED, 100, "x").kept(), Proof(RUN, 4, "y").kept()])
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as of_sheet:
            queries.sheet(queries.found())
        with CaptureQueriesContext(connection) as of_age:
            queries.sheet_by_age()
        with CaptureQueriesContext(connection) as of_printing:
            printing.document(printing.as_of(clock.today()))
        counted.append((len(of_sheet), len(of_age), len(of_printing)))
        for number in range(29):
            desk.approved(title=f"Section {number}", proofs=first.proofs)
    assert counted[0] == counted[1]


def test_each_person_is_reminded_once_before_and_once_after_the_day(desk: Desk) -> None:
    version = desk.approved(read_within_days=10)
    row = Attestation.objects.get()
    assert (row.person, row.due_on, row.role) == (desk.owner.key, date(2026, 10, 11), "analyst")
    assert daily.daily() == daily.Done()
    with on(8):
        assert (daily.daily(), daily.daily()) == (daily.Done(reminded=1), daily.Done())
        assert Notice.objects.order_by("-pk")[0].what == f"Attestation due on 2026-10-11: {version}"
    with on(12):
        assert (daily.daily(), daily.daily()) == (daily.Done(reminded=1), daily.Done())
        late = Notice.objects.order_by("-pk")[0]
        assert (late.what, late.severity) == (f"Attestation overdue since 2026-10-11: {version}", "medium")
        assert set(late.copies.values_list("to", flat=True)) == {desk.owner.key, desk.writer.key}, "compliance is told of what is late"


def test_a_lapse_is_told_once_to_owner_deputy_and_compliance(desk: Desk) -> None:
    version = desk.approved(readers=[], proofs=[Proof(FILED, 10, "the minutes").kept()])
    with on(12):
        assert (daily.daily(), daily.daily()) == (daily.Done(lapsed=1), daily.Done())
        notice = Notice.objects.order_by("-pk")[0]
        assert notice.what == f"Evidence lapsed: {version.title} had none that suffices after 2026-10-11."
        assert set(notice.copies.values_list("to", flat=True)) == {desk.owner.key, desk.deputy.key, desk.writer.key}
        filed(desk, version, date(2026, 10, 12))
        assert daily.daily() == daily.Done()
    with on(23):
        assert daily.daily() == daily.Done(lapsed=1), "another lapse is told again"


def test_who_joins_later_is_asked_and_whose_account_closes_is_asked_no_more(desk: Desk, person: Callable[..., Account]) -> None:
    desk.approved()
    joined = person("analyst", name="joined")
    assert daily.daily() == daily.Done(asked=1)
    record.change(automated("test"), joined, is_active=False)
    assert (daily.daily(), daily.daily()) == (daily.Done(fell_away=1), daily.Done())
    assert Attestation.objects.get(person=joined.key).state == "void"


def test_a_file_cannot_be_printed_for_a_day_to_come(desk: Desk) -> None:
    with pytest.raises(Refusal, match="2026-10-02 is to come"):
        printing.as_of(date(2026, 10, 2))
