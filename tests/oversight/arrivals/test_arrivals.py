"""A run that is received is held against every promise, once; what could not be held stays pending and is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from oversight.actor import automated
from oversight.arrivals import actions, queries
from oversight.arrivals.models import Held
from oversight.arrivals.steps import HELD
from oversight.claims import actions as claims
from oversight.claims.models import ClaimTest
from oversight.findings import actions as findings
from oversight.findings.models import Run
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_MOST, CHECK, Figure
from oversight.record.models import Entry
from oversight.vendors import actions as vendors

BY = automated("receive")


@pytest.fixture
def promised(db: None) -> Callable[[], None]:
    """Alpha Router promises that no order slips."""

    def promise(key: str = "slips") -> None:
        vendor = vendors.Vendor.objects.filter(key="vendor_a").first() or vendors.register(BY, key="vendor_a", name="Alpha Router")
        figure = Figure(CHECK, "EXE-105")
        claims.state(BY, vendor=vendor, origin=("vendor", "1"), key=key, words="No order slips.", figure=figure, side=AT_MOST, bound=Decimal(0), min_n=1)

    return promise


def test_receiving_holds_the_run_against_every_promise(bench: Any, promised: Callable[[], None]) -> None:
    promised()
    said: list[str] = []
    run_id = bench.seal([bench.found("a")])
    receipt = actions.receive(BY, run_id, said.append)
    assert (receipt.run.pk, receipt.opened) == (run_id, 1)
    assert said == [f"{run_id[:12]} claims: 1 claim held against it: 1 contradicted, 0 supported, 0 cannot be told; 1 exception opened, 0 vanished"]
    assert list(Held.objects.values_list("run_id", "step")) == [(run_id, step.key) for step in HELD]
    assert queries.pending() == []


def test_a_run_that_was_only_received_is_pending_and_the_next_receipt_mends_it(bench: Any, promised: Callable[[], None]) -> None:
    promised()
    first = findings.receive(BY, bench.seal([bench.found("a")])).run
    assert queries.pending() == [(first, HELD)]
    second = bench.seal([], policy="p-2")
    actions.receive(BY, second)
    assert (queries.pending(), sorted(ClaimTest.objects.values_list("run_id", flat=True))) == ([], sorted([first.pk, second]))


def test_holding_again_does_nothing(bench: Any, promised: Callable[[], None]) -> None:
    promised()
    actions.receive(BY, bench.seal([bench.found("a")]))
    before = Entry.objects.count()
    assert (actions.hold(BY), Entry.objects.count()) == (0, before)


def test_a_second_receipt_is_refused(bench: Any) -> None:
    run_id = bench.seal([])
    actions.receive(BY, run_id)
    with pytest.raises(Refusal, match="was received before"):
        actions.receive(BY, run_id)


def test_an_earlier_run_that_was_altered_keeps_the_promise_pending_and_the_run_received(
    bench: Any, promised: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    promised()
    earlier, said = bench.seal([bench.found("a", date(2026, 9, 25))], days=(date(2026, 9, 25),)), list[str]()
    actions.receive(BY, earlier)
    path = bench.root / "runs" / earlier / "orders.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    later = bench.seal([bench.found("b")], policy="p-2")
    actions.receive(BY, later, said.append)
    assert [line.split(":")[0] for line in said] == ["not held against every promise yet"]
    assert (Run.objects.count(), [run.pk for run, _ in queries.pending()]) == (2, [later])
    with pytest.raises(CommandError, match=r"orders\.parquet"):
        call_command("judge")
    path.write_bytes(whole)
    call_command("judge")
    assert f"{later[:12]} claims: 1 claim held against it" in capsys.readouterr().out
    assert queries.pending() == []


def test_judging_by_command_holds_claims_stated_since(bench: Any, promised: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("judge")
    assert capsys.readouterr().out == "No run has been received yet, so nothing can speak for or against a claim.\n"
    run_id = bench.seal([bench.found("a")])
    actions.receive(BY, run_id)
    promised()
    call_command("judge")
    held = "1 claim held against it: 1 contradicted, 0 supported, 0 cannot be told; 1 exception opened, 0 vanished"
    assert capsys.readouterr().out == f"0 steps were left; {run_id[:12]}, the latest: {held}\n"


def test_what_is_pending_is_read_in_two_queries_however_many_runs(bench: Any, django_assert_num_queries: Any) -> None:
    for number in range(12):
        findings.receive(BY, bench.seal([], policy=f"p-{number}"))
        if number in (0, 11):
            with django_assert_num_queries(2):
                assert len(queries.pending()) == number + 1


def test_the_database_refuses_to_change_what_was_held(bench: Any) -> None:
    actions.receive(BY, bench.seal([]))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM arrivals_held")
