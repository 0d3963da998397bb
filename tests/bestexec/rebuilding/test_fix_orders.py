"""One order in FIX: acknowledged, executed, replaced, busted, corrected, refused, ended."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from bestexec.rebuilding import rebuild
from bestexec.rebuilding.fix_checks import AVERAGE_BREAK, FILLS_ONLY, OPEN_BREAK, SUM_BREAK

from .fix_world import BACK, HALF_PAST_NINE, MS, OUT, Log, fact, fills, orders, reasons, routes


def one_order() -> Log:
    log = Log()
    log.order(OUT, 0, "A1", 1000)
    log.put(BACK, 5, "35=8", "11=A1", "37=S1", "150=0", "39=0", "38=1000", "151=1000", "14=0")
    return log


def test_partial_executions_fill_an_order_and_its_arithmetic_holds() -> None:
    log = one_order()
    log.fill(BACK, 100, "A1", "E1", 400, "100", "37=S1", "38=1000", "14=400", "151=600", "6=100", "39=1")
    log.fill(BACK, 200, "A1", "E2", 600, "101", "37=S1", "38=1000", "14=1000", "151=0", "6=100.6", "39=2")  # (400 × 100 + 600 × 101) / 1000 = 100.6
    rebuilt = log.rebuilt()
    assert orders(rebuilt) == [("A1", 1000, None, "filled", 0)]
    assert fills(rebuilt) == [("E1", "A1", None, 400, 100.0, None, None), ("E2", "A1", None, 600, 101.0, None, None)]
    assert reasons(rebuilt) == []
    row = rebuilt.orders.row(0, named=True)
    assert (row["received_at"], row["received_source"], row["received_resolution_ns"], row["ended_at"]) == (
        HALF_PAST_NINE,
        "tag 52",
        MS,
        HALF_PAST_NINE + 200 * MS,
    )
    assert (row["limit_px"], row["symbol"], row["side"], row["tif"], row["order_type"]) == (Decimal(101), "IBM", 1, "day", "limit")
    assert rebuilt.fills["venue"].to_list() == ["XNAS", "XNAS"]
    assert fact(rebuilt, FILLS_ONLY) == (1, 1)
    assert fact(rebuilt, "executions attached to an order") == (2, 2)
    assert fact(rebuilt, "messages: fill") == (2, 4)


def test_what_does_not_add_up_is_told() -> None:
    log = one_order()
    log.fill(BACK, 100, "A1", "E1", 400, "100", "38=1000", "14=500", "151=600", "6=102")  # 14 ≠ 400; 1000 − 500 ≠ 600; 102 ≠ 100
    assert reasons(log.rebuilt()) == sorted([(SUM_BREAK, 1), (OPEN_BREAK, 1), (AVERAGE_BREAK, 1)])


def replaced(*, fill_before_ack: str = "A1") -> Log:
    """1000, of which 300 are executed before the replacement to 800 is acknowledged, and 100 after it."""
    log = one_order()
    log.put(OUT, 50, "35=G", "11=A2", "41=A1", "38=800", "40=2", "44=102")
    log.fill(BACK, 60, fill_before_ack, "E1", 300, "100", "37=S1")
    log.put(BACK, 70, "35=8", "11=A2", "41=A1", "37=S1", "150=5", "39=1", "38=800")
    log.fill(BACK, 80, "A2", "E2", 100, "101", "37=S1")
    return log


@pytest.mark.parametrize("named", ["A1", "A2"])
def test_an_execution_before_the_replacement_is_acknowledged_is_the_replaced_versions(named: str) -> None:
    rebuilt = replaced(fill_before_ack=named).rebuilt()
    assert orders(rebuilt) == [("A1", 1000, None, "replaced", 700), ("A2", 500, "A1", None, None)]  # 800 in all, less the 300 before
    assert [(fill_id, order_id) for fill_id, order_id, *_ in fills(rebuilt)] == [("E1", "A1"), ("E2", "A2")]
    first, second = rebuilt.orders.sort("order_id").iter_rows(named=True)
    assert (first["ended_at"], second["received_at"]) == (HALF_PAST_NINE + 70 * MS, HALF_PAST_NINE + 50 * MS)
    assert (first["limit_px"], second["limit_px"]) == (Decimal(101), Decimal(102))
    assert reasons(rebuilt) == []


def test_an_execution_after_the_acknowledgement_is_the_new_versions_whatever_id_it_names() -> None:
    log = replaced()
    log.fill(BACK, 90, "A1", "E3", 400, "101", "37=S1")
    rebuilt = log.rebuilt()
    assert [(fill_id, order_id) for fill_id, order_id, *_ in fills(rebuilt)] == [("E1", "A1"), ("E2", "A2"), ("E3", "A2")]
    assert orders(rebuilt) == [("A1", 1000, None, "replaced", 700), ("A2", 500, "A1", "filled", 0)]


def test_a_second_replacement_and_a_cancel_end_the_chain() -> None:
    log = replaced()
    log.put(OUT, 100, "35=G", "11=A3", "41=A2", "38=900", "40=1")
    log.put(BACK, 110, "35=8", "11=A3", "41=A2", "37=S2", "150=5", "39=1")
    log.put(OUT, 120, "35=F", "11=A4", "41=A3", "38=900")
    log.put(BACK, 130, "35=8", "11=A4", "41=A3", "37=S2", "150=4", "39=4")
    rebuilt = log.rebuilt()
    assert orders(rebuilt) == [("A1", 1000, None, "replaced", 700), ("A2", 500, "A1", "replaced", 400), ("A3", 500, "A2", "canceled", 500)]  # 900 − 400
    assert rebuilt.orders.filter(pl.col("order_id") == "A3")["order_type"].to_list() == ["market"]


def test_a_refused_replacement_never_comes_into_force() -> None:
    log = one_order()
    log.put(OUT, 50, "35=G", "11=A2", "41=A1", "38=800", "40=2", "44=102")
    log.put(BACK, 60, "35=9", "11=A2", "41=A1", "37=S1", "39=0", "434=2", "102=0")
    log.fill(BACK, 70, "A1", "E1", 1000, "100", "37=S1")
    assert orders(log.rebuilt()) == [("A1", 1000, None, "filled", 0)]


def test_a_replacement_without_acknowledgement_is_in_force_from_the_first_report_that_names_it() -> None:
    log = one_order()
    log.put(OUT, 50, "35=G", "11=A2", "41=A1", "38=800", "40=2", "44=102")
    log.fill(BACK, 60, "A2", "E1", 200, "100", "37=S1")
    assert orders(log.rebuilt()) == [("A1", 1000, None, "replaced", 1000), ("A2", 800, "A1", None, None)]


@pytest.mark.parametrize("bust", [("20=1", "150=1"), ("150=H",), ("20=1", "150=H")])
def test_a_bust_marks_the_execution_it_names_and_adds_nothing(bust: tuple[str, ...]) -> None:
    log = one_order()
    log.fill(BACK, 100, "A1", "E1", 400, "100")
    log.fill(BACK, 110, "A1", "E2", 600, "100")
    log.put(BACK, 120, "35=8", "11=A1", "17=E3", "19=E1", *bust, "32=400", "31=100", "14=600", "151=400", "38=1000")
    rebuilt = log.rebuilt()
    assert fills(rebuilt) == [("E1", "A1", None, 400, 100.0, True, None), ("E2", "A1", None, 600, 100.0, None, None)]
    assert orders(rebuilt) == [("A1", 1000, None, None, None)]
    assert reasons(rebuilt) == []


@pytest.mark.parametrize("correct", [("20=2", "150=1"), ("150=G",)])
def test_a_correction_replaces_the_execution_it_names(correct: tuple[str, ...]) -> None:
    log = one_order()
    log.fill(BACK, 100, "A1", "E1", 400, "100")
    log.put(BACK, 120, "35=8", "11=A1", "17=E2", "19=E1", *correct, "32=300", "31=100.5", "14=300", "6=100.5", "30=XNAS")
    log.put(BACK, 130, "35=8", "11=A1", "17=E3", "19=E2", *correct, "32=250", "31=100.5", "14=250", "6=100.5", "30=XNAS")
    rebuilt = log.rebuilt()
    assert fills(rebuilt) == [
        ("E1", "A1", None, 400, 100.0, None, None),
        ("E2", "A1", None, 300, 100.5, None, "E1"),
        ("E3", "A1", None, 250, 100.5, None, "E2"),
    ]
    assert reasons(rebuilt) == []


def test_a_correction_after_a_replacement_stays_with_the_version_that_was_executed() -> None:
    log = replaced()
    log.put(BACK, 90, "35=8", "11=A2", "37=S1", "17=E9", "19=E1", "150=G", "32=200", "31=100", "30=XNAS")
    rebuilt = log.rebuilt()
    assert [(fill_id, order_id, corrects) for fill_id, order_id, _, _, _, _, corrects in fills(rebuilt)] == [
        ("E1", "A1", None),
        ("E2", "A2", None),
        ("E9", "A1", "E1"),
    ]
    assert orders(rebuilt) == [("A1", 1000, None, "replaced", 800), ("A2", 600, "A1", None, None)]


def test_busts_and_corrections_of_what_no_log_shows_are_told() -> None:
    log = one_order()
    log.put(BACK, 120, "35=8", "11=A1", "17=E3", "19=X1", "150=H", "32=400", "31=100")
    log.put(BACK, 130, "35=8", "11=A1", "17=E4", "19=X2", "150=G", "32=400", "31=100", "30=XNAS")
    rebuilt = log.rebuilt()
    assert reasons(rebuilt) == [("bust of an unknown execution", 1), ("correction of an unknown execution", 1)]
    assert fills(rebuilt) == [("E4", "A1", None, 400, 100.0, None, None)]


ENDS = [(("150=4", "39=4"), "canceled"), (("150=C", "39=C"), "expired"), (("150=3", "39=3"), "expired"), (("150=8", "39=8", "58=closed"), "rejected")]


@pytest.mark.parametrize(("fields", "reason"), ENDS)
def test_each_end_of_an_order_is_told(fields: tuple[str, ...], reason: str) -> None:
    log = one_order()
    log.put(BACK, 100, "35=8", "11=A1", "37=S1", *fields)
    assert orders(log.rebuilt()) == [("A1", 1000, None, reason, 1000)]


def test_done_for_the_day_does_not_end_an_order_that_is_good_till_canceled() -> None:
    log = Log()
    log.order(OUT, 0, "A1", 1000, "59=1")
    log.put(BACK, 100, "35=8", "11=A1", "150=3", "39=3")
    assert orders(log.rebuilt()) == [("A1", 1000, None, None, None)]


def test_a_session_reject_refuses_the_message_whose_number_it_names() -> None:
    log = Log()
    log.order(OUT, 0, "A1", 1000)
    log.order(OUT, 1, "A2", 500)
    log.put(BACK, 10, "35=3", "45=2", "58=tag missing")
    assert orders(log.rebuilt()) == [("A1", 1000, None, None, None), ("A2", 500, None, "rejected", 500)]


def test_status_replies_and_pending_states_add_nothing() -> None:
    log = one_order()
    log.fill(BACK, 100, "A1", "E1", 400, "100")
    log.put(BACK, 110, "35=8", "11=A1", "17=E7", "150=I", "39=1", "32=400", "31=100")
    log.put(BACK, 120, "35=8", "11=A1", "17=E8", "150=6", "39=6", "32=400", "31=100")
    assert fills(log.rebuilt()) == [("E1", "A1", None, 400, 100.0, None, None)]


def test_a_resent_message_adds_nothing_and_one_whose_original_is_lost_counts() -> None:
    log = one_order()
    log.fill(BACK, 100, "A1", "E1", 400, "100")
    log.fill(BACK, 900, "A1", "E1", 400, "100", "43=Y")
    log.fill(BACK, 901, "A1", "E2", 600, "100", "97=Y")
    rebuilt = log.rebuilt()
    assert fills(rebuilt) == [("E1", "A1", None, 400, 100.0, None, None), ("E2", "A1", None, 600, 100.0, None, None)]
    assert rebuilt.fills.sort("fill_id")["filled_at"].to_list() == [HALF_PAST_NINE + 100 * MS, HALF_PAST_NINE + 901 * MS]


def test_an_execution_repeated_with_another_price_is_told() -> None:
    log = one_order()
    log.fill(BACK, 100, "A1", "E1", 400, "100")
    log.fill(BACK, 110, "A1", "E1", 400, "101")
    rebuilt = log.rebuilt()
    assert reasons(rebuilt) == [("execution repeated with another quantity or price", 1)]
    assert fills(rebuilt) == [("E1", "A1", None, 400, 100.0, None, None)]


def test_an_execution_whose_order_no_log_shows_is_kept_under_its_own_id_and_told() -> None:
    log = Log()
    log.fill(BACK, 100, "Z1", "E1", 400, "100")
    log.put(BACK, 110, "35=8", "11=Z2", "150=4", "39=4")
    rebuilt = log.rebuilt()
    assert fills(rebuilt) == [("E1", "Z1", None, 400, 100.0, None, None)]
    assert reasons(rebuilt) == [("cancel, expiry or refusal of an order that no log shows", 1), ("execution of an order that no log shows", 1)]
    assert (orders(rebuilt), routes(rebuilt)) == ([], [])


def test_an_order_without_quantity_and_an_execution_without_id_make_no_rows() -> None:
    log = Log()
    log.put(OUT, 0, "35=D", "11=A1", "40=1")
    log.order(OUT, 1, "A2", 100)
    log.put(BACK, 5, "35=8", "11=A2", "150=F", "32=100", "31=100")
    rebuilt = log.rebuilt()
    assert reasons(rebuilt) == [("execution without an id (17)", 1), ("order without symbol, side, quantity or type", 1)]
    assert (orders(rebuilt), fills(rebuilt)) == ([("A2", 100, None, None, None)], [])


def test_no_event_gives_nothing() -> None:
    rebuilt = rebuild(one_order().events().head(0))
    assert (rebuilt.orders.height, rebuilt.routes.height, rebuilt.fills.height, rebuilt.breaks.height, rebuilt.facts.height) == (0, 0, 0, 0, 0)
