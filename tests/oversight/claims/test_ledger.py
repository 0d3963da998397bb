"""What is promised, superseded and taken back; and what a run's arrival says of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from tests.oversight.desk.conftest import MONDAY, TUESDAY, Bench

from oversight import clock
from oversight.actor import Actor, automated
from oversight.claims import actions, queries
from oversight.claims.models import Claim, ClaimTest
from oversight.findings.models import Finding, Run
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_LEAST, AT_MOST, CHECK, METRIC, Figure
from oversight.notices.models import Notice
from oversight.record import actions as record
from oversight.record.models import Entry, Word
from oversight.vendors.models import Vendor

BY = automated("test")
Claimed = Callable[..., Claim]


def two_symbol_days(bench: Bench, *prices: str, on: date = MONDAY, name: str = "O") -> None:
    """A fill of 100 for each price, in symbols of its own, so that an error can be estimated."""
    for place, px in enumerate(prices):
        bench.order(f"{name}{place}", on, symbol=f"S{place}")
        bench.fill(f"{name}{place}", px, on=on, symbol=f"S{place}")


def test_the_same_promise_is_written_once(claimed: Claimed) -> None:
    first = claimed()
    assert claimed() == first
    assert (Claim.objects.count(), Entry.objects.filter(subject_kind="claim").count()) == (1, 1)


def test_other_terms_supersede_and_the_former_and_its_tests_stay(claimed: Claimed, bench: Bench) -> None:
    first = claimed()
    two_symbol_days(bench, "10.00", "10.00")
    bench.receive()
    second = claimed(bound=Decimal("0.6"))
    first.refresh_from_db()
    assert (first.state, first.ended_by, second.state, second.supersedes) == ("superseded", "system:claims", "in_force", first)
    assert (first.tests.count(), second.tests.count()) == (1, 0)
    assert queries.chain(second) == [second, first]


def test_a_claim_is_taken_back_with_a_reason_by_a_keeper_alone(claimed: Claimed, vendor: Vendor, actor: Callable[..., Actor]) -> None:
    claimed()
    with pytest.raises(Refusal, match="Withdraw: only vendor manager, compliance or system may do this") as refused:
        actions.withdraw(actor("analyst"), vendor, "Q-1", "It was a slip.")
    assert refused.value.is_forbidden
    keeper = actor("vendor_manager")
    with pytest.raises(Refusal, match="why is missing"):
        actions.withdraw(keeper, vendor, "Q-1", " ")
    assert actions.withdraw(keeper, vendor, "Q-1", "It was a slip.").state == "withdrawn"
    with pytest.raises(Refusal, match="Alpha Router has no claim “Q-1” in force"):
        actions.withdraw(keeper, vendor, "Q-1", "Again.")
    assert claimed().state == "in_force", "the same may be promised again"


def test_of_two_who_withdraw_one_claim_the_second_is_told(claimed: Claimed, actor: Callable[..., Actor]) -> None:
    row, stale = claimed(), Claim.objects.get()
    record.move(actor("vendor_manager"), row, "withdraw", why="A slip.")
    with pytest.raises(Refusal, match="is “withdrawn”; this is done while it is"):
        record.move(actor("compliance"), stale, "withdraw", why="A slip.")


def test_nobody_supersedes_by_hand(claimed: Claimed, actor: Callable[..., Actor]) -> None:
    with pytest.raises(Refusal, match="the desk does this itself"):
        record.move(actor("compliance"), claimed(), "supersede", why="Because.")


@pytest.mark.parametrize("bound", [Decimal("1e40"), Decimal("nan"), Decimal("-inf")])
def test_a_bound_that_is_no_number_of_this_world_is_refused(claimed: Claimed, bound: Decimal) -> None:
    with pytest.raises(Refusal, match="cannot be a bound"):
        claimed(bound=bound)


def test_a_claim_without_words_is_refused(claimed: Claimed) -> None:
    with pytest.raises(Refusal, match="A claim needs words"):
        claimed(words="  ")


@pytest.mark.parametrize(
    "terms",
    [
        {"figure": Figure(METRIC, "no_such_metric")}, {"figure": Figure(CHECK, "XXX-1")}, {"bound": None}, {"side": "about"}, {"figure": None},
        {"figure": Figure(METRIC, "fill_rate_orders", {"venue": ("XNAS",)})}, {"figure": Figure(CHECK, "EXE-105", {"venue": ("XNAS",)})},
        {"figure": Figure(METRIC, "effective_spread", {"color": ("red",)})},
    ],
)  # fmt: skip
def test_a_figure_that_nobody_measures_is_our_mistake(claimed: Claimed, terms: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a figure with its side and bound"):
        claimed(**terms)


def test_the_words_stand_outside_the_chain(claimed: Claimed) -> None:
    row = claimed(words="A secret of the house.")
    entry = Entry.objects.get(subject_kind="claim")
    assert "secret" not in entry.body
    assert Word.objects.get(entry=entry, name="words").text == '[null,"A secret of the house."]'
    assert row.terms == "at most 50%, two standard errors, n ≥ 1"


def test_a_run_says_of_each_claim_what_its_quarter_says(bench: Bench, claimed: Claimed) -> None:
    """Two symbols on Monday: effective spreads 0.02 and 0 of 100 shares each, against 0.02 quoted: E/Q (2 + 0) ÷ (2 + 2) = 50 %."""
    kept = claimed("kept")
    broken = claimed("broken", bound=Decimal("0.499"), side=AT_MOST)
    few = claimed("few", min_n=3)
    attested = claimed("attested", figure=None, bound=None, side="")
    two_symbol_days(bench, "10.01", "10.00")
    bench.receive()
    tests = {test.claim_id: test for test in ClaimTest.objects.all()}
    assert {claim.key: (tests[claim.pk].outcome, tests[claim.pk].value, tests[claim.pk].n, tests[claim.pk].first, tests[claim.pk].last, tests[claim.pk].why)
            for claim in (kept, broken, few)} == {
        "kept": ("met", Decimal("0.5"), 2, date(2026, 7, 1), MONDAY, ""),
        "broken": ("cannot_tell", Decimal("0.5"), 2, date(2026, 7, 1), MONDAY, "beyond the bound, yet within 2 standard errors of it"),
        "few": ("cannot_tell", Decimal("0.5"), 2, date(2026, 7, 1), MONDAY, "n is 2, fewer than the 3 that it takes"),
    }  # fmt: skip
    assert attested.pk not in tests
    assert [(line.claim.key, line.standing.words) for line in queries.ledger()] == [
        ("broken", "untested, n 2, 2026-07-01 to 2026-09-28: beyond the bound, yet within 2 standard errors of it"),
        ("few", "untested, n 2, 2026-07-01 to 2026-09-28: n is 2, fewer than the 3 that it takes"),
        ("attested", "attested only"),
        ("kept", "supported, n 2, 2026-07-01 to 2026-09-28"),
    ]


def test_a_promise_that_the_data_contradict_opens_one_exception_a_quarter(bench: Bench, claimed: Claimed, person: Callable[..., Any]) -> None:
    """Every fill at the quote: E/Q 100 %, error 0, where at most 50 % was promised."""
    person("vendor_manager")
    claim = claimed()
    two_symbol_days(bench, "10.01", "10.01")
    run = bench.receive()
    row = Finding.objects.get(check_id="CLM-101")
    assert (row.state, row.severity, row.on, row.vendor, row.matters, row.run_id, row.origin_kind, row.origin_id) == (
        "open", "medium", MONDAY, "vendor_a", True, run.id, "claim", str(claim.pk))  # fmt: skip
    assert row.subject_text == "Alpha Router: We fill well inside the quote."
    assert row.ask == (
        "The vendor said: “We fill well inside the quote.” The data say 100.00% where at most 50% was promised "
        "(held, not directed, retail, regular session, equities, USD; n 2). What explains it, and what do you ask of the vendor?"
    )
    assert ClaimTest.objects.get().finding == row
    assert Notice.objects.get().what == f"1 claim of Alpha Router is contradicted by the data of run {run.id[:12]}."

    two_symbol_days(bench, "10.01", "10.01", on=TUESDAY, name="T")
    bench.receive()
    assert Finding.objects.get(check_id="CLM-101").pk == row.pk, "the quarter has its exception already"
    again = Finding.objects.get(pk=row.pk)
    assert (again.on, again.state, '"n": 4' in again.numbers, Notice.objects.count()) == (MONDAY, "open", True, 1)


def test_an_exception_vanishes_when_a_run_no_longer_contradicts_and_is_back_when_one_does(bench: Bench, claimed: Claimed) -> None:
    """E/Q: 100 %; then with two fills at the middle of four 50 %; then of six with four at the quote 67 %, all errors 0 but the second's."""
    claimed()
    two_symbol_days(bench, "10.01", "10.01")
    first = bench.receive()
    two_symbol_days(bench, "10.00", "10.00", on=TUESDAY, name="T")
    second = bench.receive()
    row = Finding.objects.get(check_id="CLM-101")
    why = Word.objects.get(entry=Entry.objects.get(subject_kind="finding", verb="vanish"), name="(why)").text
    assert (row.state, why) == (
        "vanished", f"Run {second.id[:12]} no longer contradicts the claim: 50.00% from 2026-07-01 to 2026-09-29 is within what was promised.")  # fmt: skip
    assert Finding.objects.get(pk=row.pk).run_id == first.id

    bench.fills = [fill | {"fill_px": Decimal("10.01")} for fill in bench.fills]
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        bench.receive()
    row.refresh_from_db()
    assert (row.state, row.is_late, row.opened_at) == ("open", True, datetime(2026, 10, 2, 12, tzinfo=UTC))
    assert [(test.outcome, test.finding_id) for test in ClaimTest.objects.order_by("pk")] == [("missed", row.pk), ("met", None), ("missed", row.pk)]


def test_a_later_run_of_the_day_does_not_take_back_what_the_desk_found(bench: Bench, claimed: Claimed) -> None:
    claimed()
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    bench.orders[0]["order_qty"] = Decimal(101)
    bench.receive()
    assert (Run.objects.count(), Finding.objects.get(check_id="CLM-101").state) == (2, "open")


def test_another_quarter_makes_another_exception(bench: Bench, claimed: Claimed) -> None:
    claimed()
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    bench.orders, bench.fills = [], []
    two_symbol_days(bench, "10.01", "10.01", on=date(2026, 10, 1), name="T")
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        bench.receive()
    assert list(Finding.objects.filter(check_id="CLM-101").order_by("on").values_list("on", "state")) == [(MONDAY, "open"), (date(2026, 10, 1), "open")]


def test_a_run_is_judged_once(bench: Bench, claimed: Claimed) -> None:
    claimed()
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    before = Entry.objects.count()
    judged = actions.judge(BY, Run.objects.get())
    assert (judged.held, judged.words, Entry.objects.count()) == (0, "no claim was left to hold against it", before)


def test_a_claim_stated_since_is_held_against_the_latest_run_when_asked(bench: Bench, claimed: Claimed) -> None:
    with pytest.raises(Refusal, match="No run has been received yet"):
        actions.judge_now(BY)
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    claimed()
    assert queries.ledger()[0].standing.words == "untested: never measured: no run was held against it yet"
    assert actions.judge_now(BY).words == "1 claim held against it: 1 contradicted, 0 supported, 0 cannot be told; 1 exception opened, 0 vanished"
    assert queries.ledger()[0].standing.key == "contradicted"


def test_a_promise_to_reach_at_least_is_held_from_the_other_side(bench: Bench, claimed: Claimed) -> None:
    claimed(side=AT_LEAST, bound=Decimal("1.2"))
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    assert ClaimTest.objects.get().outcome == "missed"


def test_a_check_contradicts_by_how_often_it_found_something(bench: Bench, claimed: Claimed) -> None:
    claimed(figure=Figure(CHECK, "EXE-105"), bound=Decimal(0), words="No order ever slips.")
    bench.order("O1")
    bench.findings.append(found("O1"))
    bench.receive()
    test = ClaimTest.objects.get()
    assert (test.outcome, test.value, test.n, test.se) == ("missed", Decimal(1), 1, None)
    asked = Finding.objects.get(check_id="CLM-101").ask.replace("\xa0", " ")
    said, words = "The vendor said: “No order ever slips.”", "The data say 1 exceptions where at most 0 exceptions was promised (every order and fill; n 1)."
    assert asked.startswith(f"{said} {words}")


def found(order: str) -> dict[str, Any]:
    return {
        "finding_id": order.rjust(64, "0"), "check_id": "EXE-105", "check_version": 1, "title": "Slippage from arrival", "severity": "low", "day": MONDAY,
        "subject": f"order {order}", "symbol": "ABCZ", "venue": None, "vendor": "vendor_a", "order_id": order, "fill_id": None, "numbers": "{}", "ask": "Why?",
        "authority": "FINRA 5310", "harm_usd": None, "raw_line": None, "raw_import": None,
    }  # fmt: skip


def test_a_vendor_without_flow_is_untested_and_it_says_why(bench: Bench, claimed: Claimed, other: Vendor) -> None:
    claimed(vendor=other)
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    assert queries.ledger()[0].standing.why == "no row of the period has what this figure needs"


def test_the_ledger_as_of_a_day_is_what_was_known_at_its_end(bench: Bench, claimed: Claimed, vendor: Vendor) -> None:
    with clock.stated(datetime(2026, 9, 25, 15, tzinfo=UTC)):
        claimed()
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    with clock.stated(datetime(2026, 10, 5, 15, tzinfo=UTC)):
        actions.withdraw(BY, vendor, "Q-1", "Taken back.")
    asked = {date(2026, 9, 24): [], date(2026, 9, 25): ["untested"], date(2026, 10, 1): ["contradicted"], date(2026, 10, 4): ["contradicted"],
             date(2026, 10, 5): []}  # fmt: skip
    assert {on: [line.standing.key for line in queries.ledger(on=on)] for on in asked} == asked


@pytest.mark.parametrize("statement", ["UPDATE claims_claimtest SET n = 9", "DELETE FROM claims_claimtest"])
def test_the_database_refuses_to_change_a_test(bench: Bench, claimed: Claimed, statement: str) -> None:
    claimed()
    two_symbol_days(bench, "10.01", "10.01")
    bench.receive()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_holds_one_claim_in_force_a_key(claimed: Claimed, vendor: Vendor) -> None:
    row = claimed()
    twin = Claim(vendor=vendor, key=row.key, words="x", state="in_force", stated_by="x", stated_at=clock.now(), origin_kind="vendor", origin_id="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        record.create(BY, twin)


def test_what_rows_promise_is_found_by_their_ids(claimed: Claimed, vendor: Vendor, other: Vendor) -> None:
    claimed("a", origin=("answer", "7"))
    claimed("b", origin=("answer", "7"), figure=None, bound=None, side="")
    claimed("c", origin=("answer", "8"), vendor=other)
    claimed("d", origin=("clause", "7"))
    assert {id_: [line.claim.key for line in lines] for id_, lines in queries.of_origin("answer", [7, 8, 9]).items()} == {"7": ["a", "b"], "8": ["c"]}
    counts = queries.standings([vendor.pk, other.pk])
    assert (counts[vendor.pk]["untested"], counts[vendor.pk]["attested"], counts[other.pk]["untested"]) == (2, 1, 1)
    assert [line.claim.key for line in queries.of_vendor(other)] == ["c"]


def test_reading_many_claims_takes_as_many_queries_as_one(bench: Bench, claimed: Claimed, django_assert_num_queries: Any) -> None:
    two_symbol_days(bench, "10.01", "10.01")
    for number in (1, 30):
        for place in range(number):
            claimed(f"Q-{place}")
        bench.orders[0]["order_qty"] = Decimal(100 + number)
        bench.receive()
        with django_assert_num_queries(2):
            assert len(queries.ledger()) == number
