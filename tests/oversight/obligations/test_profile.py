"""The obligation profile: what switches duties on, what takes a second person, what stood on any day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.obligations import actions, profile, profiling, queries, raising
from oversight.obligations.bank import ALWAYS, NOT_APPLICABLE
from oversight.obligations.models import Answer, Duty, Occurrence
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import at

Act = Callable[..., Actor]


def keys() -> set[str]:
    return set(Duty.objects.filter(state="on").values_list("key", flat=True))


def test_an_answer_switches_duties_on_without_an_owner_yet(compliance: Actor) -> None:
    row = profiling.answer(compliance, "routes_through_vendor", "yes")
    assert (row.state, row.settled_by) == ("in_force", compliance.key)
    assert keys() == set(ALWAYS)
    assert queries.without_owner().count() == len(ALWAYS)
    made = Entry.objects.filter(subject_kind="duty", verb="bind").first()
    assert made is not None
    assert made.actor == "system:duties"


def test_a_duty_that_another_part_of_the_desk_runs_is_listed_alone(compliance: Actor) -> None:
    profiling.answer(compliance, "not_held", "yes")
    assert keys() == {"order_by_order", "deminimis_monthly", "marks_quarterly"}
    assert [where for _, where in profile.listed_only()] == ["the register of disclosure requests"]


@pytest.mark.parametrize(
    ("choice", "figure", "words"),
    [
        ("under", None, "Say how many"),
        ("under", 90_000, "is not “fewer than 90,000”"),
        ("near", 89_999, "is not"),
        ("over", 99_999, "is not"),
        ("near", 100_000, "is not"),
    ],
)
def test_a_number_that_contradicts_the_answer_is_refused(compliance: Actor, choice: str, figure: int | None, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        profiling.answer(compliance, "accounts", choice, figure=figure)
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(
    ("choice", "figure", "duties"),
    [("under", 0, set()), ("under", 89_999, set()), ("near", 90_000, {"accounts_monthly"}), ("over", 100_000, {"accounts_monthly", "rule605_monthly"})],
)
def test_the_number_of_accounts_decides_about_605(compliance: Actor, choice: str, figure: int, duties: set[str]) -> None:
    profiling.answer(compliance, "accounts", choice, figure=figure)
    assert keys() == duties


@pytest.mark.parametrize(("question", "choice", "figure"), [("nothing", "yes", None), ("pfof", "perhaps", None), ("pfof", "yes", 7)])
def test_an_answer_to_nothing_is_refused(compliance: Actor, question: str, choice: str, figure: int | None) -> None:
    with pytest.raises(Refusal):
        profiling.answer(compliance, question, choice, figure=figure)


def test_not_applicable_takes_a_second_person_and_a_reason(compliance: Actor, actor: Act) -> None:
    row = profiling.answer(compliance, "crypto", NOT_APPLICABLE)
    assert (row.state, profile.in_force()) == ("proposed", {})
    with pytest.raises(Refusal, match="nobody approves their own work"):
        profiling.sign(compliance, row)
    with pytest.raises(Refusal, match="so a second person signs it"):
        profiling.take_effect(compliance, row)
    with pytest.raises(Refusal, match="neither words nor evidence"):
        profiling.sign(actor("supervisor"), row)
    evidence.file(compliance, "charter.txt", b"The firm holds no crypto assets.\n", subject=row.subject)
    profiling.sign(actor("supervisor", name="another"), row)
    assert (row.state, row.reconfirm_on) == ("in_force", date(2027, 10, 1))


def test_evidence_that_expired_between_draft_and_signature_does_not_do(compliance: Actor, actor: Act) -> None:
    row = profiling.answer(compliance, "crypto", NOT_APPLICABLE)
    evidence.file(compliance, "charter.txt", b"No crypto.\n", subject=row.subject, expires_on=date(2026, 10, 2))
    with at(10, 5), pytest.raises(Refusal, match="neither words nor evidence in force"):
        profiling.sign(actor("supervisor"), row)


def test_it_is_confirmed_each_year_or_is_red(compliance: Actor, actor: Act) -> None:
    supervisor = actor("supervisor")
    row = profiling.sign(supervisor, profiling.answer(compliance, "crypto", NOT_APPLICABLE, words="The firm trades none."))
    with at(10, 1, year=2027):
        assert not row.is_stale
    with at(10, 2, year=2027):
        assert (row.is_stale, list(profile.stale())) == (True, [row])
        with pytest.raises(Refusal, match="nobody approves their own work"):
            profiling.confirm(compliance, row, why="Still none.")
        with pytest.raises(Refusal, match="why is missing"):
            profiling.confirm(supervisor, row)
        profiling.confirm(supervisor, row, why="Asked the desk: still none.")
        assert (row.is_stale, row.reconfirm_on) == (False, date(2028, 10, 2))


def test_a_year_on_from_a_leap_day_is_the_28th() -> None:
    assert profiling.year_on(date(2028, 2, 29)) == date(2029, 2, 28)


def test_what_switches_a_duty_off_takes_a_second_person_and_the_old_answer_stands_until_then(compliance: Actor, actor: Act) -> None:
    profiling.answer(compliance, "pfof", "yes")
    row = profiling.answer(compliance, "pfof", "no", words="The last arrangement ended in August.")
    assert (row.state, keys()) == ("proposed", {"payments_monthly", "rule607_yearly"})
    raising.raise_due(date(2026, 10, 1))
    profiling.sign(actor("supervisor"), row)
    assert keys() == set()
    assert [answer.state for answer in profile.history("pfof")] == ["in_force", "replaced"]
    assert set(Occurrence.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_a_duty_that_another_answer_still_asks_for_stays_on(compliance: Actor, actor: Act) -> None:
    profiling.answer(compliance, "pfof", "yes")
    profiling.answer(compliance, "fees", "yes")
    profiling.sign(actor("supervisor"), profiling.answer(compliance, "pfof", "no", words="Ended."))
    assert keys() == {"payments_monthly"}


def test_switched_on_again_it_is_owed_from_that_day(compliance: Actor, actor: Act) -> None:
    profiling.answer(compliance, "fees", "yes")
    profiling.sign(actor("supervisor"), profiling.answer(compliance, "fees", "no", words="None."))
    with at(11, 20):
        profiling.answer(compliance, "fees", "yes")
        row = Duty.objects.get(key="payments_monthly")
        assert (row.state, row.owed_from) == ("on", date(2026, 11, 20))


def test_the_profile_cannot_be_gone_round_by_switching_a_duty_off(compliance: Actor, actor: Act) -> None:
    profiling.answer(compliance, "fees", "yes")
    row = Duty.objects.get()
    with pytest.raises(Refusal, match="the profile switches it on"):
        actions.switch_off(actor("supervisor"), row, why="We would rather not.")


def test_a_decline_changes_nothing(compliance: Actor, actor: Act) -> None:
    profiling.answer(compliance, "fees", "yes")
    row = profiling.answer(compliance, "fees", "no", words="None, I think.")
    record.move(actor("supervisor"), row, "decline", why="The statement of July shows rebates.")
    assert (row.state, keys(), profile.in_force()["fees"].choice) == ("declined", {"payments_monthly"}, "yes")


def test_a_second_draft_replaces_the_first_and_one_waits_at_a_time(compliance: Actor) -> None:
    one = profiling.answer(compliance, "crypto", NOT_APPLICABLE, words="None.")
    two = profiling.answer(compliance, "crypto", NOT_APPLICABLE, words="None, and none is planned.")
    assert [(row.pk, row.state) for row in profile.history("crypto")] == [(two.pk, "proposed"), (one.pk, "replaced")]
    twin = Answer(question="crypto", choice="no", answered_by="x", answered_at=two.answered_at, state="proposed")
    with pytest.raises(IntegrityError), transaction.atomic():
        record.create(compliance, twin)


def test_two_people_signing_at_once_the_second_is_told(compliance: Actor, actor: Act) -> None:
    row = profiling.answer(compliance, "crypto", NOT_APPLICABLE, words="None.")
    stale = Answer.objects.get(pk=row.pk)
    profiling.sign(actor("supervisor"), row)
    with pytest.raises(Refusal), transaction.atomic():
        profiling.sign(actor("compliance", name="other"), stale)
    assert Answer.objects.get(pk=row.pk).state == "in_force"


def test_the_same_answer_again_is_refused(compliance: Actor) -> None:
    profiling.answer(compliance, "fees", "yes")
    with pytest.raises(Refusal, match="stands already"):
        profiling.answer(compliance, "fees", "yes")


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "vendor_manager", "senior_manager", "auditor", "administrator", "vendor"])
def test_only_compliance_answers(actor: Act, role: str) -> None:
    with pytest.raises(Refusal) as refusal:
        profiling.answer(actor(role), "fees", "yes")
    assert refusal.value.is_forbidden


def test_the_profile_as_of_any_day(compliance: Actor, actor: Act) -> None:
    with at(10, 1):
        profiling.answer(compliance, "fees", "yes")
    with at(10, 6):
        waiting = profiling.answer(compliance, "fees", "no", words="Ended.")
    with at(10, 9):
        profiling.sign(actor("supervisor"), waiting)
    stood = {day: {key: row.choice for key, row in profile.in_force(date(2026, day // 100, day % 100)).items()} for day in (930, 1001, 1008, 1009)}
    assert stood == {930: {}, 1001: {"fees": "yes"}, 1008: {"fees": "yes"}, 1009: {"fees": "no"}}
    assert profile.switched_on(date(2026, 10, 8)) == {"payments_monthly": ("fees",)}
    assert profile.switched_on(date(2026, 10, 9)) == {}


def test_the_words_stand_outside_the_chain(compliance: Actor) -> None:
    profiling.answer(compliance, "fees", "yes", words="The vendor passes rebates on.")
    assert not Entry.objects.filter(body__contains="passes rebates").exists()
