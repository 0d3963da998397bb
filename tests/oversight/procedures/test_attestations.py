"""Attestations: asked of roles and of people by name, given by the person alone, asked anew for each version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.procedures import actions, queries
from oversight.procedures.models import Attestation
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import Desk


def acting(account: Account) -> Actor:
    return Actor(account.key, account.roles)


def test_an_approval_asks_whoever_holds_the_roles_once_and_tells_them(desk: Desk, person: Callable[..., Account]) -> None:
    both = person("analyst", "supervisor", name="both")
    version = desk.approved(readers=["analyst", "supervisor"])
    asked = {row.person: (row.role, row.due_on) for row in Attestation.objects.all()}
    assert asked[both.key] == ("analyst", date(2026, 10, 15))
    assert set(asked) == {desk.owner.key, desk.deputy.key, desk.other.key, both.key}
    told = Copy.objects.select_related("notice").get(to=both.key, notice__what__startswith="Read and attest")
    assert told.notice.what == f"Read and attest by 2026-10-15: {version}"


def test_only_the_person_attests(desk: Desk) -> None:
    desk.approved()
    row = Attestation.objects.get()
    for by in (desk.writer, desk.approver, acting(desk.deputy)):
        with pytest.raises(Refusal, match="Only the person who is asked") as refusal:
            actions.attest(by, row)
        assert refusal.value.is_forbidden
    actions.attest(acting(desk.owner), row)
    assert (row.state, row.attested_by) == ("attested", desk.owner.key)
    entry = Entry.objects.get(verb="attest")
    assert (entry.actor, entry.subject_kind) == (desk.owner.key, "attestation")
    with pytest.raises(Refusal, match="is “attested”; this is done while it is"):
        actions.attest(acting(desk.owner), Attestation.objects.get(pk=row.pk))


def test_another_version_asks_again_and_what_was_attested_stays(desk: Desk) -> None:
    first = desk.approved(readers=["analyst", "supervisor"])
    actions.attest(acting(desk.owner), Attestation.objects.get(person=desk.owner.key))
    second = desk.next_of(first.section, text="The analyst counts twice.", readers=["analyst"])
    assert {(row.version_id, row.person, row.state) for row in Attestation.objects.all()} == {
        (first.pk, desk.owner.key, "attested"), (first.pk, desk.deputy.key, "void"), (first.pk, desk.other.key, "void"),
        (second.pk, desk.owner.key, "asked"),
    }  # fmt: skip


def test_compliance_asks_by_name_and_nobody_twice(desk: Desk, person: Callable[..., Account]) -> None:
    version = desk.approved()
    guest = person("committee", name="guest")
    actions.ask(desk.writer, version, [guest, desk.owner], date(2026, 10, 5))
    assert Attestation.objects.get(person=guest.key).role == ""
    assert Attestation.objects.filter(person=desk.owner.key).count() == 1
    with pytest.raises(Refusal, match="all asked about this version before"):
        actions.ask(desk.writer, version, [guest], date(2026, 10, 5))


@pytest.mark.parametrize(
    ("roles", "due_on", "words"),
    [
        (("vendor",), date(2026, 10, 5), "Not a reader of procedures"),
        (("administrator",), date(2026, 10, 5), "Not a reader of procedures"),
        (("auditor",), date(2026, 10, 5), "Not a reader of procedures"),
        (("committee",), date(2026, 9, 30), "2026-09-30 is over"),
    ],
)
def test_who_cannot_be_asked(desk: Desk, person: Callable[..., Account], roles: tuple[str, ...], due_on: date, words: str) -> None:
    version = desk.approved()
    with pytest.raises(Refusal, match=words):
        actions.ask(desk.writer, version, [person(*roles, name="somebody", vendor="vendor_a" if roles == ("vendor",) else "")], due_on)


def test_asking_is_for_compliance_and_about_what_is_approved(desk: Desk) -> None:
    version = desk.proposed()
    with pytest.raises(Refusal, match="Only an approved version"):
        actions.ask(desk.writer, version, [desk.owner], date(2026, 10, 5))
    with pytest.raises(Refusal, match="is for compliance") as refusal:
        actions.ask(desk.other, version, [desk.owner], date(2026, 10, 5))
    assert refusal.value.is_forbidden


def test_compliance_releases_a_person_with_a_reason_but_not_itself(desk: Desk) -> None:
    desk.approved(readers=["analyst", "compliance"])
    row, own = Attestation.objects.get(person=desk.owner.key), Attestation.objects.get(person=desk.writer.key)
    with pytest.raises(Refusal, match="why is missing"):
        record.move(desk.writer, row, "release")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(desk.writer, own, "release", why="x")
    record.move(desk.writer, row, "release", why="on leave until January")
    assert row.state == "released"


def test_what_is_overdue_is_listed_first(desk: Desk) -> None:
    from datetime import UTC, datetime

    from oversight import clock

    desk.approved(title="Soon", read_within_days=2)
    desk.approved(title="Later", read_within_days=30)
    with clock.stated(datetime(2026, 10, 4, 12, tzinfo=UTC)):
        assert [row.version.title for row in queries.attestations(state="overdue")] == ["Soon"]
        assert [(row.version.title, row.is_overdue) for row in queries.to_attest(desk.owner)] == [("Soon", True), ("Later", False)]
