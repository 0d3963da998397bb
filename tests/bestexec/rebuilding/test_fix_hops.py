"""Orders over several hops: children tied to parents, executions counted once, whatever is imported first."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from bestexec.rebuilding import rebuild
from bestexec.rebuilding.fix import LOW_CONFIDENCE, SENT_TWICE
from bestexec.rebuilding.fix_checks import FILLS_ONLY
from bestexec.rebuilding.fix_fills import NOT_ABOVE
from bestexec.rebuilding.fix_parents import AFFIX, INFERRED, SAME_ID

from .fix_world import BACK, IN, OUT, UP, Log, events_of, fact, fills, orders, reasons, routes

TO_NASDAQ, FROM_NASDAQ, TO_ARCA, FROM_ARCA = "SOR>XNAS", "XNAS>SOR", "SOR>ARCX", "ARCX>SOR"


def split(first: str, second: str, *more: str) -> Log:
    """A1 for 1000 goes to the router, which sends two children; each is executed, and the parent is not told."""
    log = Log()
    log.order(OUT, 0, "A1", 1000, *more)
    log.put(BACK, 1, "35=8", "11=A1", "37=SOR1", "150=0", "39=0")
    log.order(TO_NASDAQ, 10, "C1", 600, *([first] if first else []), "59=3")
    log.order(TO_ARCA, 11, "C2", 400, *([second] if second else []), "59=3")
    log.put(FROM_NASDAQ, 12, "35=8", "11=C1", "37=N1", "150=0", "39=0")
    log.fill(FROM_NASDAQ, 20, "C1", "1", 600, "100")
    log.fill(FROM_ARCA, 21, "C2", "1", 300, "100")
    log.put(FROM_ARCA, 22, "35=8", "11=C2", "150=4", "39=4")
    return log


RULES = [
    ("526=A1", "526=A1", "tag 526"), ("583=A1", "583=A1", "tag 583"), ("66=A1", "66=A1", "tag 66"), ("198=SOR1", "198=SOR1", "tag 198"),
    ("8011=A1", "8011=A1", "tag 8011"), ("20001=SOR1", "20001=A1", "tag 20001"), ("", "", INFERRED),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "rule"), RULES)
def test_children_become_routes_of_their_parent_by_each_rule(first: str, second: str, rule: str) -> None:
    rebuilt = split(first, second).rebuilt()
    assert orders(rebuilt) == [("A1", 1000, None, None, None)]
    assert routes(rebuilt) == [("C1", "A1", None, 600, "filled"), ("C2", "A1", None, 400, "canceled")]
    # both venues call their execution 1: two executions, told apart by their routes
    assert fills(rebuilt) == [("1@C1", "A1", "C1", 600, 100.0, None, None), ("1@C2", "A1", "C2", 300, 100.0, None, None)]
    assert fact(rebuilt, f"children tied by {rule}") == (2, 2)
    assert reasons(rebuilt) == ([(LOW_CONFIDENCE, 2)] if rule == INFERRED else [])
    assert rebuilt.routes.sort("route_id").select("venue", "venue_raw", "venue_kind").rows() == [("XNAS", "XNAS", "exchange"), ("ARCX", "ARCX", "exchange")]
    assert rebuilt.routes.sort("route_id")["acked_at"].is_null().to_list() == [False, True]


@pytest.mark.parametrize("child", ["S_ORDER-77", "ORDER-77.1", "X:ORDER-77/2"])
def test_a_childs_id_may_hold_its_parents(child: str) -> None:
    log = Log()
    log.order(OUT, 0, "ORDER-77", 1000)
    log.order(TO_NASDAQ, 10, child, 600)
    rebuilt = log.rebuilt()
    found = fact(rebuilt, f"children tied by {AFFIX}") if child != "X:ORDER-77/2" else fact(rebuilt, f"children tied by {INFERRED}")
    assert found == (1, 1)
    assert routes(rebuilt) == [(child, "ORDER-77", None, 600, None)]


def test_a_custom_tag_whose_values_are_no_ids_ties_nothing() -> None:
    log = Log()
    log.order("CLIENT>FIRM", 0, "1", 100, "8201=2")
    log.order("OTHER>FIRM", 1, "2", 100, "8201=3", "54=2")
    log.order("THIRD>FIRM", 2, "3", 100, "8201=1", "55=KO")
    rebuilt = log.rebuilt()
    assert [order_id for order_id, *_ in orders(rebuilt)] == ["1", "2", "3"]
    assert routes(rebuilt) == []


def test_two_orders_that_both_fit_are_not_guessed_between() -> None:
    log = Log()
    log.order(OUT, 0, "A1", 1000)
    log.order(OUT, 1, "A2", 1000)
    log.order(TO_NASDAQ, 10, "C1", 600)
    rebuilt = log.rebuilt()
    assert [order_id for order_id, *_ in orders(rebuilt)] == ["A1", "A2", "C1"]
    assert routes(rebuilt) == []


def three_hops() -> Log:
    """Client → firm → router → two venues; every hop reports every execution, with ids of its own at the venues."""
    log = Log()
    log.order(IN, 0, "ORD1", 1000)
    log.order(OUT, 5, "B6_ORD1", 1000)
    log.order(TO_NASDAQ, 10, "C1", 600, "8011=B6_ORD1")
    log.order(TO_ARCA, 11, "C2", 400, "8011=B6_ORD1")
    log.fill(FROM_NASDAQ, 20, "C1", "N9", 600, "100", "851=2")
    log.fill(BACK, 21, "B6_ORD1", "E1", 600, "100")
    log.fill(UP, 22, "ORD1", "E1", 600, "100")
    log.fill(FROM_ARCA, 30, "C2", "P9", 400, "100.5", "851=1", "30=ARCX")
    log.fill(BACK, 31, "B6_ORD1", "E2", 400, "100.5", "30=ARCX")
    log.fill(UP, 32, "ORD1", "E2", 400, "100.5", "30=ARCX")
    return log


def test_an_execution_that_three_hops_report_is_one_at_the_first_hop_with_the_childs_route() -> None:
    rebuilt = three_hops().rebuilt()
    assert orders(rebuilt) == [("ORD1", 1000, None, "filled", 0)]
    assert routes(rebuilt) == [("B6_ORD1", "ORD1", None, 1000, "filled"), ("C1", "ORD1", "B6_ORD1", 600, "filled"), ("C2", "ORD1", "B6_ORD1", 400, "filled")]
    assert fills(rebuilt) == [("E1", "ORD1", "C1", 600, 100.0, None, None), ("E2", "ORD1", "C2", 400, 100.5, None, None)]
    assert rebuilt.fills.sort("fill_id").select("venue", "liquidity", "liquidity_raw").rows() == [("XNAS", "removed", "2"), ("ARCX", "added", "1")]
    assert fact(rebuilt, f"children tied by {AFFIX}") == (1, 3)
    assert fact(rebuilt, FILLS_ONLY) is None
    assert fact(rebuilt, "children tied by tag 8011") == (2, 3)
    assert reasons(rebuilt) == []


def test_a_drop_copy_of_an_execution_adds_nothing() -> None:
    log = three_hops()
    log.fill("SOR>COMPLIANCE", 40, "B6_ORD1", "E1", 600, "100")
    log.fill("SOR>COMPLIANCE", 41, "B6_ORD1", "E2", 400, "100.5", "30=ARCX")
    assert fills(log.rebuilt()) == fills(three_hops().rebuilt())


def test_the_same_id_handed_on_is_one_order_and_its_route() -> None:
    log = Log()
    log.order(IN, 0, "ORD1", 1000)
    log.order(OUT, 5, "ORD1", 1000)
    log.fill(BACK, 20, "ORD1", "E1", 1000, "100")
    log.fill(UP, 21, "ORD1", "E1", 1000, "100")
    rebuilt = log.rebuilt()
    assert orders(rebuilt) == [("ORD1", 1000, None, "filled", 0)]
    assert routes(rebuilt) == [("ORD1", "ORD1", None, 1000, "filled")]
    assert fills(rebuilt) == [("E1", "ORD1", "ORD1", 1000, 100.0, None, None)]
    assert fact(rebuilt, f"children tied by {SAME_ID}") == (1, 1)


def test_a_childs_execution_that_its_parent_does_not_report_is_told_and_not_added() -> None:
    log = split("526=A1", "526=A1")
    log.fill(BACK, 30, "A1", "E1", 600, "100")
    rebuilt = log.rebuilt()
    assert fills(rebuilt) == [("E1", "A1", "C1", 600, 100.0, None, None)]
    assert reasons(rebuilt) == [(NOT_ABOVE, 1)]


def test_a_busted_childs_execution_is_busted_at_the_order_too() -> None:
    log = split("526=A1", "526=A1")
    log.put(FROM_NASDAQ, 40, "35=8", "11=C1", "17=2", "19=1", "150=H", "32=600", "31=100")
    rebuilt = log.rebuilt()
    assert fills(rebuilt) == [("1@C1", "A1", "C1", 600, 100.0, True, None), ("1@C2", "A1", "C2", 300, 100.0, None, None)]
    assert routes(rebuilt) == [("C1", "A1", None, 600, None), ("C2", "A1", None, 400, "canceled")]


def test_children_go_to_the_version_in_force_when_they_were_sent() -> None:
    log = Log()
    log.order(OUT, 0, "A1", 1000)
    log.order(TO_NASDAQ, 10, "C1", 100, "526=A1")
    log.fill(FROM_NASDAQ, 15, "C1", "N1", 100, "100")
    log.put(OUT, 20, "35=G", "11=A2", "41=A1", "38=800", "40=2", "44=102")
    log.put(BACK, 30, "35=8", "11=A2", "41=A1", "150=5", "39=0")
    log.order(TO_NASDAQ, 40, "C2", 700, "526=A1")  # the router still names the first id
    log.fill(FROM_NASDAQ, 50, "C2", "N2", 700, "100")
    rebuilt = log.rebuilt()
    assert orders(rebuilt) == [("A1", 1000, None, "replaced", 900), ("A2", 700, "A1", "filled", 0)]
    assert routes(rebuilt) == [("C1", "A1", None, 100, "filled"), ("C2", "A2", None, 700, "filled")]
    assert [(fill_id, order_id, route_id) for fill_id, order_id, route_id, *_ in fills(rebuilt)] == [("N1", "A1", "C1"), ("N2", "A2", "C2")]


def test_a_child_replaced_at_its_venue_is_two_routes() -> None:
    log = split("526=A1", "526=A1")
    log.order(TO_NASDAQ, 100, "C3", 100, "526=A1")
    log.put(TO_NASDAQ, 110, "35=G", "11=C4", "41=C3", "38=50", "40=2", "44=99")
    log.put(FROM_NASDAQ, 120, "35=8", "11=C4", "41=C3", "150=5", "39=0")
    assert [row for row in routes(log.rebuilt()) if row[0] in ("C3", "C4")] == [("C3", "A1", None, 100, "replaced"), ("C4", "A1", None, 50, None)]


def test_an_order_sent_twice_under_one_id_is_one_order_and_told() -> None:
    log = Log()
    log.order(OUT, 0, "A1", 1000)
    log.order(OUT, 1, "A1", 900)
    rebuilt = log.rebuilt()
    assert orders(rebuilt) == [("A1", 1000, None, None, None)]
    assert reasons(rebuilt) == [(SENT_TWICE, 1)]


def test_circular_links_are_cut() -> None:
    log = Log()
    log.order(OUT, 0, "A1", 100, "526=C1")
    log.order(TO_NASDAQ, 0, "C1", 100, "526=A1")
    rebuilt = log.rebuilt()
    assert sorted(order_id for order_id, *_ in orders(rebuilt)) == ["A1", "C1"]


WORLDS = pl.concat([three_hops().events("hops"), events_of(b"\n".join(split("526=A1", "526=A1").lines).replace(b"55=IBM", b"55=KO"), "split")])
TABLES = ("orders", "routes", "fills", "breaks", "facts")


@settings(max_examples=examples(8, 100), deadline=None)
@given(st.permutations(range(WORLDS.height)), st.lists(st.integers(0, WORLDS.height - 1), max_size=12))
def test_neither_the_order_nor_the_repetition_of_imports_changes_anything(order: list[int], again: list[int]) -> None:
    shuffled = rebuild(WORLDS[[*order, *again]])
    straight = rebuild(WORLDS)
    assert [name for name in TABLES if not getattr(shuffled, name).equals(getattr(straight, name))] == []


def test_the_same_messages_in_a_second_log_change_no_figure() -> None:
    once = rebuild(WORLDS)
    twice = rebuild(pl.concat([WORLDS.with_columns(import_id=pl.lit("zz")), WORLDS]))
    assert [name for name in TABLES if not getattr(once, name).equals(getattr(twice, name))] == []


def test_the_recorded_children_are_tied_by_the_tag_that_nobody_named(data) -> None:  # type: ignore[no-untyped-def]
    rebuilt = rebuild(events_of((data / "fix/100FIX42.dat").read_bytes()))
    facts = dict(rebuilt.facts.select("fact", "count").rows())
    assert facts == {
        "messages: order": 75, "messages: fill": 24, "messages: status": 1, "executions attached to an order": 24, "orders that are another's child": 25,
        "children tied by tag 8011": 25, FILLS_ONLY: 1,
    }  # fmt: skip
    assert (rebuilt.orders.height, rebuilt.routes.height, rebuilt.fills.height) == (24, 24, 24)  # one order, with its child, is for no shares
    assert rebuilt.fills["route_id"].null_count() == 0
