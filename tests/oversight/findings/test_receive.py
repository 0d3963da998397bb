"""A sealed run is received once, verified, all of it or nothing; a later run of a day takes the place of the one before."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bestexec import Problem
from oversight import clock
from oversight.actor import automated
from oversight.findings import actions, queries
from oversight.findings.models import Day, Draw, Finding, Run, RunDay, SampleItem
from oversight.lifecycle import Refusal
from oversight.notices.models import Notice
from oversight.record import actions as record
from oversight.record.actions import REASON
from oversight.record.models import Entry, Word

MONDAY, TUESDAY, WEDNESDAY = date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30)
BY = automated("receive")


def states() -> dict[str, int]:
    return {state: Finding.objects.filter(state=state).count() for state in Finding.LIFECYCLE.keys if Finding.objects.filter(state=state).exists()}


def why_of(row: Any, verb: str) -> str:
    entry = Entry.objects.get(subject_kind=row.RECORD, subject_id=str(row.pk), verb=verb)
    return Word.objects.get(entry=entry, name=REASON).text


def test_a_run_brings_its_facts_its_days_and_its_findings(bench: Any) -> None:
    orders = [bench.order("calm-1"), bench.order("calm-2", TUESDAY)]
    rows = [bench.found("a", severity="high"), bench.found("b", TUESDAY, harm_usd=Decimal(100)), bench.found("c", TUESDAY, severity="info", harm_usd=None)]
    receipt = bench.receive(rows, days=(MONDAY, TUESDAY), orders=orders)

    run = Run.objects.get()
    assert (run.id, run.first_on, run.last_on, run.days, run.orders, run.fills, run.findings, run.not_evaluated) == (
        bench.sealed[0],
        MONDAY,
        TUESDAY,
        2,
        5,
        0,
        3,
        3,
    )
    assert (run.policy_version, run.code_version, run.received_by, run.received_at) == ("p-1", "0.1.0", "system:receive", clock.now())
    assert list(RunDay.objects.values_list("on", "is_current")) == [(MONDAY, True), (TUESDAY, True)]
    assert list(Day.objects.order_by("on").values_list("on", "state")) == [(MONDAY, "open"), (TUESDAY, "open")]
    assert (receipt.opened, receipt.opened_high, receipt.late, receipt.vanished, receipt.days_late) == (3, 1, 0, 0, 0)
    a, b, c = (bench.finding(name) for name in "abc")
    assert [(row.state, row.matters, row.is_late, row.key_on) for row in (a, b, c)] == [
        ("open", True, False, MONDAY), ("open", True, False, TUESDAY), ("open", False, False, TUESDAY)]  # fmt: skip
    opened = datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert [row.due_at - opened for row in (a, b)] == [timedelta(hours=4), timedelta(hours=24)]
    assert (a.check_id, a.on, a.order_id, a.vendor, a.venue, a.raw_line, a.harm_usd) == ("EXE-105", MONDAY, "a", "vendor_a", "", 7, Decimal(5))


def test_every_row_that_a_receipt_makes_has_its_entry(bench: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b")], orders=[bench.order("calm")])
    counted = {kind: Entry.objects.filter(subject_kind=kind).count() for kind in ("run", "run_day", "trading_day", "finding", "draw", "sample")}
    assert counted == {"run": 1, "run_day": 1, "trading_day": 1, "finding": 2, "draw": 1, "sample": 1}


def test_a_run_is_received_once(bench: Any) -> None:
    bench.receive([bench.found("a")])
    entries = Entry.objects.count()
    with pytest.raises(Refusal, match="was received before"):
        actions.receive(BY, bench.sealed[0])
    assert Entry.objects.count() == entries


def test_an_altered_run_is_refused_naming_the_file(bench: Any) -> None:
    run_id = bench.seal([bench.found("a")])
    path = bench.root / "runs" / run_id / "fills.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Problem, match=r"not the bytes that were sealed: fills\.parquet"):
        actions.receive(BY, run_id)
    assert (Run.objects.count(), Finding.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_an_altered_manifest_is_refused_before_it_is_read(bench: Any) -> None:
    run_id = bench.seal([bench.found("a")])
    (bench.root / "runs" / run_id / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(Problem, match=r"not the bytes that were sealed: run\.json"):
        actions.receive(BY, run_id)


@pytest.mark.parametrize("run_id", ["0" * 64, "../runs", ""])
def test_a_run_that_is_not_there_is_said(bench: Any, run_id: str) -> None:
    with pytest.raises(Problem, match="no run of this id"):
        actions.receive(BY, run_id)


def test_findings_on_days_that_were_not_measured_are_refused(bench: Any) -> None:
    with pytest.raises(Problem, match="which it did not measure"):
        bench.receive([bench.found("a", TUESDAY)])
    assert Run.objects.count() == 0


def test_when_anything_fails_nothing_is_received(bench: Any) -> None:
    run_id = bench.seal([bench.found("a")], orders=[bench.order("calm")])

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('INSERT INTO "findings_sampleitem"'):
            raise OSError("the disk is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail), pytest.raises(OSError, match="the disk is full"):
        actions.receive(BY, run_id)
    assert (Run.objects.count(), RunDay.objects.count(), Finding.objects.count(), Entry.objects.count()) == (0, 0, 0, 0)
    assert actions.receive(BY, run_id).opened == 1


def test_triage_stays_with_what_recurs_and_its_numbers_are_the_later_runs(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b")])
    actions.explain(actor("analyst"), bench.finding("a"), cause_code="market_moved", customer_impact="no", answer="It moved.")
    receipt = bench.receive([bench.found("a", numbers='{"slippage_usd": 6}', harm_usd=Decimal(6)), bench.found("b")], files=("orders.csv", "late.csv"))

    a, b = bench.finding("a"), bench.finding("b")
    assert (a.state, a.answer, a.harm_usd, a.numbers, a.run_id) == ("closed", "It moved.", Decimal(6), '{"slippage_usd": 6}', bench.sealed[1])
    assert (b.state, b.run_id) == ("open", bench.sealed[0])
    assert (receipt.measured_again, receipt.opened, receipt.vanished) == (1, 0, 0)
    assert why_of(a, "measure_again") == f"Run {bench.sealed[1][:12]} took the place of {bench.sealed[0][:12]} for 2026-09-28: added: late.csv."


def test_an_answer_nobody_read_goes_to_a_second_reader_when_it_comes_to_matter(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a")])
    actions.dismiss(actor("analyst"), bench.finding("a"), cause_code="other", answer="Small.")
    bench.receive([bench.found("a", harm_usd=Decimal("99.99"))], policy="p-2")
    assert bench.finding("a").state == "closed"
    bench.receive([bench.found("a", harm_usd=Decimal(100))], policy="p-3")
    assert (bench.finding("a").state, bench.finding("a").answer) == ("awaiting_reader", "Small.")


def test_what_vanished_says_which_input_changed_and_what_is_new_is_late(bench: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b")])
    receipt = bench.receive([bench.found("b"), bench.found("c")], files=("orders.csv", "orders_again.csv"), policy="p-2")
    assert [(bench.finding(name).state, bench.finding(name).is_late) for name in "abc"] == [("vanished", False), ("open", False), ("open", True)]
    assert (receipt.opened, receipt.late, receipt.vanished) == (1, 1, 1)
    assert why_of(bench.finding("a"), "vanish") == (
        f"Run {bench.sealed[1][:12]} took the place of {bench.sealed[0][:12]} for 2026-09-28: added: orders_again.csv; policy p-1 → p-2."
    )


def test_what_comes_back_is_open_again_with_a_new_clock(bench: Any) -> None:
    bench.receive([bench.found("a")])
    bench.receive([], policy="p-2")
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        receipt = bench.receive([bench.found("a")], policy="p-3")
    row = bench.finding("a")
    assert (receipt.recurred, row.state, row.is_late, row.opened_at) == (1, "open", True, datetime(2026, 10, 2, 12, tzinfo=UTC))
    assert row.due_at == datetime(2026, 10, 5, 12, tzinfo=UTC), "Friday 08:00 and 24 hours of trading days: Monday 08:00"


def test_a_run_of_fewer_days_touches_its_days_alone(bench: Any) -> None:
    days = (MONDAY, TUESDAY, WEDNESDAY)
    bench.receive([bench.found("a", MONDAY), bench.found("b", TUESDAY), bench.found("c", WEDNESDAY)], days=days)
    bench.receive([], days=(TUESDAY,), policy="p-2")
    assert states() == {"open": 2, "vanished": 1}
    assert [(run.id, days) for run, days in queries.runs_in_force()] == [(bench.sealed[0], (MONDAY, WEDNESDAY)), (bench.sealed[1], (TUESDAY,))]
    assert [(run.id, days) for run, days in queries.runs_in_force(TUESDAY, WEDNESDAY)] == [(bench.sealed[1], (TUESDAY,)), (bench.sealed[0], (WEDNESDAY,))]


def test_the_runs_in_force_are_held_against_their_seal_again_when_a_file_was_touched(bench: Any) -> None:
    bench.receive([])
    assert len(queries.runs_in_force()) == 1
    path = bench.root / "runs" / bench.sealed[0] / "orders.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Problem, match=r"orders\.parquet"):
        queries.runs_in_force()


def test_a_signed_day_says_that_something_came_later_and_its_signature_stays(bench: Any, actor: Any) -> None:
    bench.receive([], days=(MONDAY, TUESDAY))
    supervisor = actor("supervisor")
    for day in Day.objects.all():
        actions.sign(supervisor, day, statement="Nothing was found.")
    receipt = bench.receive([bench.found("a")], days=(MONDAY, TUESDAY), policy="p-2")
    assert (receipt.days_late, receipt.late, bench.finding("a").is_late) == (1, 1, True)
    monday, tuesday = Day.objects.get(on=MONDAY), Day.objects.get(on=TUESDAY)
    assert (monday.state, tuesday.state) == ("late", "signed")
    signature = monday.signatures.get()
    assert (signature.run_id, signature.statement, signature.counts["exceptions"]) == (bench.sealed[0], "Nothing was found.", 0)


def test_an_earlier_run_that_is_gone_is_said(bench: Any) -> None:
    bench.receive([bench.found("a")])
    (bench.root / "runs" / bench.sealed[0]).rename(bench.root / "elsewhere")
    bench.receive([], policy="p-2")
    assert why_of(bench.finding("a"), "vanish").endswith("that run is no longer in the workspace.")


def test_a_new_high_exception_is_told_once_a_receipt(bench: Any, person: Any) -> None:
    person("supervisor"), person("analyst"), person("auditor")
    bench.receive([bench.found("a", severity="high"), bench.found("b", severity="high"), bench.found("c")])
    assert Notice.objects.get().what == f"2 new exceptions of high severity came with run {bench.sealed[0][:12]}."


def test_a_sample_is_drawn_by_a_seed_that_nobody_chooses(bench: Any) -> None:
    names = [f"calm-{number}" for number in range(30)]
    orders = [
        *(bench.order(name) for name in names),
        bench.order("out", is_left_out=True),
        bench.order("option", excluded="asset class option is not measured"),
    ]
    head = record.append(BY, record.Act("look", ("desk", "1"))).hash
    bench.receive([bench.found("loud")], orders=orders)

    draw = Draw.objects.get()
    seed = sha256(f"{head}|{bench.sealed[0]}|2026-09-28")
    by_hand = sorted(names, key=lambda name: sha256(f"{seed}|FIRM|2026-09-28|ABCZ|{name}"))[:10]
    assert (draw.seed, draw.population, draw.asked) == (seed, 30, 10)
    assert list(SampleItem.objects.values_list("order_id", flat=True)) == by_hand
    assert queries.redraw(draw) == (True, 30)


def test_a_later_run_draws_from_the_orders_that_only_it_holds(bench: Any) -> None:
    calm = [bench.order(f"calm-{number}") for number in range(12)]
    bench.receive([], orders=calm)
    bench.receive([], orders=calm, policy="p-2")
    assert Draw.objects.count() == 1, "the same orders are not drawn again"
    bench.receive([], orders=[*calm, bench.order("came-late")], policy="p-3")
    second = Draw.objects.get(run_id=bench.sealed[2])
    assert (second.population, second.beside_id) == (1, bench.sealed[1])
    assert [item.order_id for item in second.items.all()] == ["came-late"]
    assert queries.redraw(second) == (True, 1)


def sha256(text: str) -> str:

    return hashlib.sha256(text.encode()).hexdigest()
