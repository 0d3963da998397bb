"""A quarter is looked at kind by kind and, where an average cannot judge, order by order; nothing is left blank."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.oversight.desk.conftest import MONDAY, Bench

from bestexec import Run
from oversight.actor import Actor
from oversight.analysis import actions, grid, lane, queries
from oversight.analysis.agenda import items
from oversight.analysis.factors import CIRCUMSTANCES, FACTORS
from oversight.analysis.models import KINDS, ORDERS, Look
from oversight.differences.beginnings import beginning
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.record.actions import move
from oversight.vendors.quarters import Quarter

Third = Callable[[], Run]
Q3 = Quarter(2026, 3)


def sources() -> object:
    found = queries.sources_of(Q3)
    assert found is not None
    return found


def test_the_last_quarter_that_is_over_is_shown_first() -> None:
    """It is 1 October 2026."""
    assert (queries.asked(""), queries.asked("2026Q3"), str(queries.asked("2026Q3").before)) == (Q3, Q3, "2026Q2")
    for text in ("2026Q5", "third", "2026Q3-"):
        with pytest.raises(Refusal, match="is not a quarter"):
            queries.asked(text)


def test_each_factor_is_measured_or_says_where_it_is_seen_and_each_circumstance_is_answered() -> None:
    assert len(FACTORS) == 8
    assert [factor.name for factor in FACTORS if not (factor.key in figures.BY_KEY or factor.elsewhere[0])] == []
    assert {letter for factor in FACTORS for letter in factor.answers} == set(CIRCUMSTANCES)


def test_kinds_are_never_pooled_and_no_cell_is_blank(third: Third) -> None:
    third()
    kinds = grid.kinds(sources(), Q3)  # type: ignore[arg-type]
    assert [(kind.order_type, kind.orders, kind.flow.split(", ")[0]) for kind in kinds] == [("market", 3, "held"), ("market", 1, "not held")]
    assert [len(kind.cells) for kind in kinds] == [8, 8]
    assert all(bool(cell.figure) != bool(cell.why) for kind in kinds for cell in kind.cells)


def test_a_cell_without_data_says_that_no_evidence_was_collected(third: Third) -> None:
    """No quote has a size, so nothing is known of it; a market order is not judged as a limit order; retail time is 20 ms throughout."""
    third()
    cells = dict(zip((factor.name for factor in FACTORS), grid.kinds(sources(), Q3)[0].cells, strict=True))  # type: ignore[arg-type]
    assert (cells["size"].why, cells["likelihood"].why, cells["needs"].why) == (
        "no evidence collected", "not a limit order", "see statement and flow profile",
    )  # fmt: skip
    assert (cells["speed"].figure.replace("\u00a0", " "), cells["speed"].n) == ("20.000 ms", 3)


def test_security_by_security_adds_up_to_the_kind(third: Third) -> None:
    third()
    kind = grid.kinds(sources(), Q3)[0]  # type: ignore[arg-type]
    assert [(symbol, orders) for symbol, orders, _ in grid.by_symbol(sources(), Q3, kind.key)] == [("ABCZ", 3)]  # type: ignore[arg-type]


def test_blocks_and_orders_not_held_are_judged_one_by_one(third: Third) -> None:
    third()
    assert sorted((one.order_id, one.why) for one in lane.orders(sources(), Q3)) == [("O3", "block"), ("O4", "not held")]  # type: ignore[arg-type]


def test_everything_is_left_until_somebody_looked(third: Third, actor: Callable[..., Actor]) -> None:
    third()
    analyst = actor("analyst")
    assert vars(queries.summary(Q3.first, Q3.last)) == {"kinds": 2, "kinds_left": 2, "orders": 2, "orders_left": 2, "questions": 0}
    kinds = [kind.key for kind in grid.kinds(sources(), Q3)]  # type: ignore[arg-type]
    actions.look(analyst, Q3, KINDS, kinds[:1], shows="Inside the quote throughout.")
    actions.look(analyst, Q3, ORDERS, [f"{MONDAY}|ABCZ|O3"], shows="Worked in one print.", asks="Why at once?")
    assert vars(queries.summary(Q3.first, Q3.last)) == {"kinds": 2, "kinds_left": 1, "orders": 2, "orders_left": 1, "questions": 1}
    assert queries.left(Q3.first, Q3.last) == 3


def test_a_question_is_settled_by_another_person(third: Third, actor: Callable[..., Actor]) -> None:
    third()
    analyst, supervisor = actor("analyst"), actor("supervisor")
    row = actions.look(analyst, Q3, ORDERS, [f"{MONDAY}|ABCZ|O3"], shows="One print.", asks="Why?")
    begun = beginning(*row.subject)
    assert begun is not None
    assert (begun.initial["what"], begun.initial["first_on"], begun.address) == ("Why?", row.first_on, row.get_absolute_url())
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(analyst, row, "settle", answer="The customer asked for it.")
    assert move(supervisor, row, "settle", answer="The customer asked for it.").state == "settled"


def test_a_restated_run_wants_another_look(third: Third, bench: Bench, actor: Callable[..., Actor]) -> None:
    third()
    analyst = actor("analyst")
    actions.look(analyst, Q3, KINDS, [kind.key for kind in grid.kinds(sources(), Q3)], shows="Fine.")  # type: ignore[arg-type]
    assert queries.summary(Q3.first, Q3.last).kinds_left == 0
    bench.order("O5")
    bench.fill("O5", "10.00")
    bench.receive()
    assert queries.summary(Q3.first, Q3.last).kinds_left == 2
    assert Look.objects.count() == 1


@pytest.mark.parametrize(("keys", "words"), [([], "Choose from one row"), (["2026-09-28|ABCZ|O9"], "has no row"), ([f"{n}" for n in range(501)], "to 500")])
def test_what_is_not_there_cannot_be_looked_at(third: Third, actor: Callable[..., Actor], keys: list[str], words: str) -> None:
    third()
    with pytest.raises(Refusal, match=words):
        actions.look(actor("analyst"), Q3, ORDERS, keys, shows="Fine.")


def test_without_a_run_nothing_was_collected(db: None, actor: Callable[..., Actor], bench: Bench) -> None:
    with pytest.raises(Refusal, match="nothing to look at"):
        actions.look(actor("analyst"), Q3, KINDS, ["x"], shows="Fine.")
    assert [item.why for item in items(Q3.first, Q3.last)] == ["No run of 2026Q3 was received: no evidence collected."]


def test_a_review_takes_up_what_is_left_and_each_question(third: Third, actor: Callable[..., Actor]) -> None:
    third()
    actions.look(actor("analyst"), Q3, ORDERS, [f"{MONDAY}|ABCZ|O3"], shows="One print.", asks="Why at once?")
    assert [item.why for item in items(Q3.first, Q3.last)] == [
        "Why at once?", "2 of 2 kinds of orders and 1 of 2 single orders nobody looked at.",
    ]  # fmt: skip


def test_an_analyst_works_the_pages(third: Third, browser: Callable[..., Client]) -> None:
    third()
    client = browser("analyst")
    shown = client.get("/analysis/").content.decode()
    assert "2 of 2 kinds of orders nobody looked at" in shown
    assert "no evidence collected" in shown
    client.post("/analysis/2026Q3/look/orders/", {"row": [f"{MONDAY}|ABCZ|O3", f"{MONDAY}|ABCZ|O4"], "shows": "Each read with its quotes."})
    assert "each of 2 was looked at" in client.get("/analysis/2026Q3/orders/").content.decode()
    assert client.get(f"/analysis/looks/{Look.objects.get().pk}/").status_code == 200
    kind = grid.kinds(sources(), Q3)[0].key  # type: ignore[arg-type]
    assert "ABCZ" in client.get("/analysis/2026Q3/securities/", {"kind": kind}).content.decode()
    assert client.get("/analysis/2026Q3/securities/", {"kind": "nonsense"}).status_code == 404


def test_who_does_not_work_the_queue_reads_only_and_a_vendor_sees_nothing(third: Third, browser: Callable[..., Client]) -> None:
    third()
    auditor, vendor = browser("auditor"), browser("vendor", vendor="vendor_a")
    assert "I looked at these" not in auditor.get("/analysis/").content.decode()
    assert auditor.post("/analysis/2026Q3/look/orders/", {"row": "x", "shows": "y"}).status_code == 403
    assert [vendor.get(address).status_code for address in ("/analysis/", "/analysis/2026Q3/orders/")] == [403, 403]


def test_more_orders_take_no_more_queries(bench: Bench, browser: Callable[..., Client]) -> None:
    client, counts = browser("auditor"), []
    for number in (1, 29):
        for place in range(number):
            bench.order(f"B{number}-{place}", order_qty=Decimal(20_000), is_filled=False, filled_qty=Decimal(0), fills=0)
        bench.receive()
        client.get("/analysis/2026Q3/orders/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/analysis/2026Q3/orders/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_where_fills_were_looked_at_and_none_was_outside_that_is_the_answer(bench: Bench) -> None:
    """Two fills inside and at the quote of 9.99 to 10.01: none of two is outside it; a limit order without any says that nothing was collected."""
    for name, px in (("O1", "10.00"), ("O2", "10.01")):
        bench.order(name)
        bench.fill(name, px)
    bench.order("O3", order_type="limit", order_class="LYNNN", filled_qty=Decimal(0), is_filled=False, is_complete=False, fills=0)
    bench.receive()
    kinds = {kind.order_type: dict(zip((factor.name for factor in FACTORS), kind.cells, strict=True)) for kind in grid.kinds(sources(), Q3)}  # type: ignore[arg-type]
    assert kinds["market"]["disimprovement"].why == "none of 2 fills"
    assert kinds["limit"]["disimprovement"].why == "no evidence collected"
