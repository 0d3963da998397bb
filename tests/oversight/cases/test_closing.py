"""The closing test: registered before the data, locked, judged on received runs, and no way around it but in the open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.oversight.cases.conftest import MONDAY, TUESDAY, Bench, Firm, on

from oversight.actor import Actor
from oversight.cases import actions, evaluating
from oversight.cases.models import Case, Evaluation, Registration
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_LEAST, CHECK, Figure
from oversight.record.actions import change

WEDNESDAY = date(2026, 10, 7)


def receives(bench: Bench, on_: date, px: str, *, n: int = 1, others: int = 0) -> None:
    """A run of that day with `n` fills of Beta Router at a price, and as many of Alpha Router as said, received on the morning after."""
    bench.orders, bench.fills, bench.totals = [], [], []
    for vendor, number in [*(("vendor_b", number) for number in range(n)), *(("vendor_a", number) for number in range(others))]:
        bench.order(f"{vendor}-{on_}-{number}", vendor=vendor, on=on_)
        bench.fill(f"{vendor}-{on_}-{number}", px, vendor=vendor, on=on_)
    with on(date.fromordinal(on_.toordinal() + 1), 8):
        bench.receive()


def test_a_registration_is_locked_by_a_hash_over_all_its_terms(firm: Firm, case: Case) -> None:
    row = firm.registered(case)
    again = Registration.objects.get(pk=row.pk)
    assert (again.hash, again.is_intact, len(row.hash)) == (again.locked(), True, 64)
    for name, value in (("bound", Decimal("0.7")), ("min_n", 5), ("last_on", WEDNESDAY), ("if_inconclusive", "x"), ("registered_by", "somebody")):
        held = getattr(again, name)
        setattr(again, name, value)
        assert not again.is_intact, name
        setattr(again, name, held)


def test_nobody_agrees_to_their_own_nor_to_one_that_was_altered(firm: Firm, case: Case) -> None:
    row = firm.registered(case)
    for by in (firm.vm, firm.analyst, firm.senior):
        with pytest.raises(Refusal):
            actions.agree(by, row)
    change(firm.vm, row, bound=Decimal("0.9"))
    with pytest.raises(Refusal, match="not those that were locked"):
        actions.agree(firm.supervisor, row)


def test_a_window_that_has_begun_or_was_measured_is_refused(firm: Firm, case: Case, bench: Bench) -> None:
    with pytest.raises(Refusal, match="begin in the past"):
        firm.registered(case, first_on=date(2026, 9, 28))
    row = firm.registered(case)
    receives(bench, MONDAY, "10.00")
    with on(MONDAY), pytest.raises(Refusal, match="a run of its window was received already"):
        actions.agree(firm.supervisor, row)
    with on(MONDAY), pytest.raises(Refusal, match="A run of this window was received already"):
        firm.registered(case)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"bound": None}, "Name the bound"), ({"compared": "vendor"}, "Name another vendor"), ({"compared": "baseline"}, "Name a period before the window"),
        ({"compared": "baseline", "baseline": (date(2026, 8, 3), date(2026, 8, 4))}, "The baseline was not measured: no day from 2026-08-03"),
        ({"if_inconclusive": " "}, "Say beforehand what happens"), ({"no_power": True}, "why no test can have power"), ({"min_n": 0}, "at least one"),
        ({"margin": Decimal(-1)}, "not below zero"), ({"last_on": date(2026, 10, 4)}, "holds 0 trading days"),
        ({"last_on": date(2028, 1, 4)}, "takes one to 260"),
        ({"figure": Figure("metric", "no_such")}, "There is no such figure"), ({"side": "about"}, "There is no such figure"),
        ({"first_on": date(2035, 12, 30), "last_on": date(2036, 1, 4)}, "The calendar does not know"),
    ],
)  # fmt: skip
def test_terms_that_make_no_test_are_refused_in_words(firm: Firm, case: Case, said: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        firm.registered(case, **said)


def test_a_case_closes_on_its_test_once_the_whole_window_is_met(firm: Firm, case: Case, bench: Bench) -> None:
    firm.at_monitoring(case)
    receives(bench, MONDAY, "10.00")  # effective 0 against a spread of 0.02: E/Q 0 %, at most 60 %
    first = Evaluation.objects.get()
    assert (first.value, first.n, first.days_measured, first.days_expected, first.outcome, first.is_complete) == (0, 1, 1, 2, "met", False)
    with pytest.raises(Refusal, match="not met over its whole window"):
        actions.close(firm.compliance, case, why="Met so far.")
    receives(bench, TUESDAY, "10.01")  # effective 0.02: over both days (0 + 2) ÷ (2 × 100 × 0.02 = 4) = 50 %
    last = case.registration.latest if case.registration else None
    assert last is not None and (last.value, last.n, last.outcome, last.is_complete) == (Decimal("0.5"), 2, "met", True)
    with on(WEDNESDAY):
        closed = actions.close(firm.compliance, case, why="The registered test is met.")
    assert (closed.state, closed.ended_how, closed.closing_letter is not None) == ("closed", "test", True)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Evaluation.objects.filter(pk=last.pk).update(outcome="missed")


def test_a_test_that_is_missed_or_restated_to_missed_closes_nothing(firm: Firm, case: Case, bench: Bench) -> None:
    firm.at_monitoring(case)
    receives(bench, MONDAY, "10.00")
    receives(bench, TUESDAY, "10.00")
    assert case.is_test_passed
    receives(bench, TUESDAY, "10.04")  # the day is measured again: 0.08 effective: (0 + 8) ÷ 4 = 200 %
    assert ([row.outcome for row in Evaluation.objects.order_by("pk")], case.is_test_passed) == (["met", "met", "missed"], False)
    with on(WEDNESDAY), pytest.raises(Refusal, match="not met over its whole window"):
        actions.close(firm.compliance, case, why="It was met before.")


def test_what_lies_within_its_error_of_the_bound_is_not_met(firm: Firm, case: Case, bench: Bench) -> None:
    row = firm.registered(case, errors=Decimal(2))
    actions.agree(firm.supervisor, row)
    receives(bench, MONDAY, "10.00")
    assert [(one.outcome, one.why) for one in Evaluation.objects.all()] == [("cannot_tell", "its error is not known: it rests on fewer than two symbol-days")]
    receives(bench, TUESDAY, "10.01")
    last = row.latest
    # E/Q of 0 % and 100 % on two symbol-days: 50 % with a standard error of 50 % or more, so 60 % is within two of them.
    assert last is not None and (last.value, last.outcome, last.why) == (Decimal("0.5"), "cannot_tell", "the figure lies within 2 standard errors of the bound")
    assert last.se is not None and last.se >= Decimal("0.05")


def test_the_margin_is_given_on_the_bad_side_of_the_baseline(firm: Firm, case: Case, bench: Bench) -> None:
    day = date(2026, 9, 28)
    row = firm.registered(case, compared="baseline", bound=None, margin=Decimal("0.25"), baseline=(day, day))
    assert (row.baseline_value, row.baseline_n, len(row.baseline_runs), evaluating.bound_of(row)) == (0, 1, 1, Decimal("0.25"))
    assert evaluating.bound_of(Registration(side=AT_LEAST, compared="absolute", bound=Decimal(1), margin=Decimal("0.25"))) == Decimal("0.75")


def test_another_vendor_is_read_over_the_same_window_and_must_have_enough_itself(firm: Firm, case: Case, bench: Bench) -> None:
    row = firm.registered(case, compared="vendor", bound=None, other=firm.other, margin=Decimal("0.1"), min_n=2)
    actions.agree(firm.supervisor, row)
    receives(bench, MONDAY, "10.00", n=2)
    assert [(one.outcome, one.bound) for one in Evaluation.objects.all()] == [("cannot_tell", None)]
    receives(bench, TUESDAY, "10.01", n=2, others=1)
    last = row.latest
    assert last is not None and (last.outcome, last.why) == ("cannot_tell", "n of the other vendor is 1, fewer than the 2 that it takes")
    receives(bench, TUESDAY, "10.01", n=2, others=2)
    last = row.latest
    # Beta: (0 + 0 + 2 + 2) ÷ (4 × 2) = 50 %; Alpha: 4 ÷ 4 = 100 %, with the margin 110 %.
    assert last is not None and (last.value, last.bound, last.other_n, last.outcome) == (Decimal("0.5"), Decimal("1.1"), 2, "met")


def test_a_check_is_counted_and_a_count_has_no_error(firm: Firm, case: Case, bench: Bench) -> None:
    row = firm.registered(case, figure=Figure(CHECK, "EXE-101"), bound=Decimal(0), errors=Decimal(2))
    actions.agree(firm.supervisor, row)
    receives(bench, MONDAY, "10.00")
    assert [(one.value, one.n, one.outcome) for one in Evaluation.objects.all()] == [(0, 1, "met")]


def test_a_later_registration_supersedes_in_the_open_and_its_window_begins_anew(firm: Firm, case: Case, bench: Bench) -> None:
    first = firm.registered(case)
    actions.agree(firm.supervisor, first)
    receives(bench, MONDAY, "10.00")
    with on(TUESDAY):
        with pytest.raises(Refusal, match="begin in the past"):
            firm.registered(case, first_on=MONDAY)
        second = firm.registered(case, first_on=date(2026, 10, 12), last_on=date(2026, 10, 16))
        assert (case.registration, second.supersedes) == (first, first)
        actions.agree(firm.compliance, second)
    first.refresh_from_db()
    assert (first.state, case.registration, second.latest, first.evaluations.count()) == ("superseded", second, None, 1)
    assert [row.pk for row in case.registrations.all()] == [first.pk, second.pk]


def test_a_run_is_held_against_a_test_once(firm: Firm, case: Case, bench: Bench) -> None:
    actions.agree(firm.supervisor, firm.registered(case))
    receives(bench, MONDAY, "10.00")
    run = Evaluation.objects.get().run
    assert (actions.hold(firm.analyst, run).tests, Evaluation.objects.count()) == (0, 1)
    assert actions.hold(firm.analyst, run).words == ""


def test_a_vote_closes_only_where_no_test_can_have_power(firm: Firm, case: Case, bench: Bench, actor: Callable[..., Actor]) -> None:
    firm.at_monitoring(case)
    review = firm.vendor.subject  # any row on record stands for the review here; the app above names its own
    with pytest.raises(Refusal, match="does not say that no test can have power"):
        actions.close_by_vote(firm.committee, case, review=review, why="We are convinced.")
    registration = case.registration
    assert registration is not None
    with on(MONDAY):
        later = firm.registered(case, first_on=date(2026, 10, 12), last_on=date(2026, 10, 13), min_n=1000)
        actions.agree(firm.supervisor, later)
    receives(bench, date(2026, 10, 12), "10.00")
    receives(bench, date(2026, 10, 13), "10.00")
    assert later.latest is not None and (later.latest.outcome, later.is_without_power) == ("cannot_tell", True)
    with on(date(2026, 10, 14)):
        for by, said, words in (
            (firm.supervisor, {"review": review}, "only committee or compliance"), (firm.committee, {}, "The review|the review"),
            (firm.committee, {"review": ("no_such", "1")}, "is not on record"),
        ):  # fmt: skip
            with pytest.raises(Refusal, match=words):
                actions.close_by_vote(by, case, why="We are convinced.", **said)  # type: ignore[arg-type]
        closed = actions.close_by_vote(firm.committee, case, review=review, why="Two orders a day tell nothing; the route is gone.")
    assert (closed.state, closed.ended_how, closed.vote_kind) == ("closed", "vote", "vendor")


def test_who_opened_a_case_does_not_vote_it_closed(firm: Firm, bench: Bench, week: Callable[[], Any]) -> None:
    week()
    case = actions.open_case(firm.committee, firm.vendor, title="Rare orders", what="Three in a year.")
    firm.answered(case)
    actions.agree(firm.supervisor, firm.registered(case, no_power=True, no_power_why="Three orders a year."))
    firm.monitored(case)
    case.refresh_from_db()
    actions.investigate(firm.vm, case)
    for condition, act in (("conclusion", lambda: actions.ask_plan(firm.vm, case)), ("plan", lambda: actions.monitor(firm.supervisor, case))):
        firm.skip(case, condition)
        act()
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.close_by_vote(firm.committee, case, review=firm.vendor.subject, why="Convinced.")
    assert Case.objects.get().vote_kind == "", "what was refused left nothing behind"
    assert actions.close_by_vote(firm.compliance, case, review=firm.vendor.subject, why="The vote carried.").state == "closed"
