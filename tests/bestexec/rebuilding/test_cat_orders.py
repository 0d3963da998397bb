"""CAT orders: versions, cancels, children, representative orders; and what does not fit together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bestexec.cat_files import DAY, KEY, broken, changed_order, new_order, new_route, on_order, rebuilt, record

from bestexec.rebuilding import cat, cat_chains, cat_orders, cat_routes

PART = {"side": "B", "quantity": 40, "orderType": "MKT", "timeInForce": {"DAY": 20260811}, "tradingSession": "REG", "multiLegInd": False}
CANCEL = {"cancelQty": 0, "leavesQty": 0, "initiator": "C"}


def child(number: int, at: str, order_id: str, parent: str, **fields: Any) -> dict[str, Any]:
    return on_order("MECO", number, at, order_id, **{"parentOrderKeyDate": KEY, "parentOrderID": parent, **PART, **fields})


def test_versions_under_one_id_get_names_of_their_own_and_routes_go_to_the_one_in_force(tmp_path: Path) -> None:
    records = [
        new_order(1, "100000.0", "O-1"), new_route(2, "100001.0", "O-1", "R-1"), changed_order(3, "100100.0", "O-1", "O-1", quantity=60, leavesQty=50),
        new_route(4, "100101.0", "O-1", "R-2", quantity=50), on_order("MEOC", 5, "100200.0", "O-1", **CANCEL),
    ]  # fmt: skip
    result = rebuilt(tmp_path, records)
    assert result.orders.select("order_id", "prior_order_id", "end_reason", "qty").cast({"qty": int}).rows() == [
        ("O-1", None, "replaced", 100), ("O-1/2", "O-1", "canceled", 50),
    ]  # fmt: skip
    assert result.routes.select("order_id", "route_id").rows() == [("O-1", "R-1"), ("O-1/2", "R-2")]
    assert broken(result) == []


def test_a_long_line_of_modifications_has_one_root_and_inherits_what_it_leaves_unsaid(tmp_path: Path) -> None:
    first = new_order(1, "100000.0", "O-0", handlingInstructions={"NH": True, "DIR": True}, accountHolderType="A")
    later = [changed_order(number + 1, f"10{number:02}00.0", f"O-{number}", f"O-{number - 1}", handlingInstructions={"RAR": True}) for number in range(1, 51)]
    result = rebuilt(tmp_path, [first, *later])
    assert result.orders.height == 51
    assert result.orders.select("is_held", "is_directed", "customer_class").unique().rows() == [(False, True, "institutional")]
    assert result.orders["account_key"].n_unique() == 1
    assert {fact: count for fact, count in result.facts.select("fact", "count").iter_rows() if fact == "customers' orders"} == {"customers' orders": 1}


def test_children_of_children_lead_to_the_customers_order(tmp_path: Path) -> None:
    records = [
        new_order(1, "100000.0", "O-1"), child(2, "100000.1", "C-1", "O-1"), child(3, "100000.2", "C-2", "C-1", quantity=20),
        on_order("MECOM", 4, "100000.3", "C-3", priorOrderKeyDate=KEY, priorOrderID="C-2", leavesQty=20, **PART),
        new_route(5, "100000.4", "C-3", "R-1", quantity=20),
        on_order("MECOC", 6, "100000.5", "C-3", side="B", cancelQty=0, leavesQty=0), on_order("MEOC", 7, "100000.6", "C-1", **CANCEL),
    ]  # fmt: skip
    result = rebuilt(tmp_path, records)
    assert result.orders.select("order_id", "end_reason").rows() == [("O-1", None)]
    assert result.routes.select("order_id", "route_id").rows() == [("O-1", "R-1")]
    assert broken(result) == []


def test_a_partial_cancel_does_not_end_an_order(tmp_path: Path) -> None:
    result = rebuilt(tmp_path, [new_order(1, "100000.0", "O-1"), on_order("MEOC", 2, "100100.0", "O-1", cancelQty=30, leavesQty=70, initiator="F")])
    assert result.orders.select("end_reason", "canceled_qty").cast({"canceled_qty": int}).rows() == [(None, 30)]


def test_orders_of_another_day_or_symbol_are_other_orders(tmp_path: Path) -> None:
    records = [new_order(1, "100000.0", "O-1"), new_order(2, "100000.0", "O-1", symbol="BBB"), new_route(3, "100001.0", "O-1", "R-1", symbol="BBB")]
    result = rebuilt(tmp_path, records)
    assert result.orders.select("symbol", "order_id").rows() == [("AAA", "O-1"), ("BBB", "O-1")]
    assert result.routes["symbol"].to_list() == ["BBB"]


def test_an_order_of_an_earlier_day_keeps_its_key_date_apart(tmp_path: Path) -> None:
    """The key of a good-till order names the day it began, in either form: 1,786,370,400 s is 10 August, 10:00 in New York."""
    first = new_order(1, "100000.0", "O-1", eventTimestamp="20260810T100000.0", orderKeyDate="20260810T000000", firmROEID="20260810_1")
    route = new_route(2, "100001.0", "O-1", "R-1", orderKeyDate=1_786_370_400 * 10**9)
    result = rebuilt(tmp_path, [first], [route])
    assert result.routes.select("key_on", "routed_on", "order_id").cast({"key_on": str, "routed_on": str}).rows() == [("2026-08-10", "2026-08-11", "O-1")]
    assert broken(result) == []


def test_an_electronic_copy_of_a_manual_order_is_that_order(tmp_path: Path) -> None:
    manual = new_order(1, "100000", "M-1", manualFlag=True, electronicTimestamp=f"{DAY}T100003.0")
    copy = new_order(2, "100003.0", "E-1", electronicDupFlag=True, manualOrderKeyDate=KEY, manualOrderID="M-1")
    result = rebuilt(tmp_path, [manual, copy, new_route(3, "100004.0", "E-1", "R-1")])
    assert result.orders["order_id"].to_list() == ["M-1"]
    assert result.routes["order_id"].to_list() == ["M-1"]


def test_a_firms_order_for_several_customers_is_nobodys_and_keeps_its_routes(tmp_path: Path) -> None:
    names = [{"orderID": f"O-{number}", "orderKeyDate": KEY} for number in (1, 2)]
    firm = new_order(3, "100001.0", "F-1", quantity=200, accountHolderType="P", representativeInd="YS")
    more = record("MENOS", 4, "100001.0", orderKeyDate=KEY, orderID="F-1", symbol="AAA", aggregatedOrders=names)
    orders = [new_order(1, "100000.0", "O-1"), new_order(2, "100000.0", "O-2")]
    result = rebuilt(tmp_path, [*orders, firm, more, new_route(5, "100002.0", "F-1", "R-1", quantity=200)])
    assert result.orders["order_id"].to_list() == ["O-1", "O-2"]
    assert result.routes.select("order_id", "route_id").rows() == [("F-1", "R-1")]
    alone = rebuilt(tmp_path, [*orders, firm, {**more, "aggregatedOrders": names[:1]}, new_route(5, "100002.0", "F-1", "R-1")])
    assert alone.routes["order_id"].to_list() == ["O-1"]


def test_a_stop_is_triggered_when_cat_says_that_it_became_effective(tmp_path: Path) -> None:
    stop = new_order(1, "100000.0", "O-1", handlingInstructions={"STOP": 9.5})
    effective = on_order("MEOE", 2, "110000.0", "O-1", timeInForce={"DAY": 20260811}, tradingSession="REG", orderType="MKT")
    result = rebuilt(tmp_path, [stop, effective])
    assert result.orders.select("order_type", "triggered_at").rows() == [("stop", 1_786_460_400 * 10**9)]


def test_a_modification_drops_the_stop_that_it_does_not_restate_and_an_adjustment_keeps_it(tmp_path: Path) -> None:
    stop = new_order(1, "100000.0", "O-1", orderType="LMT", price=10, handlingInstructions={"STOP": 9.5})
    adjusted = on_order("MEOJ", 2, "100100.0", "O-2", priorOrderKeyDate=KEY, priorOrderID="O-1", initiator="F", price=9, timeInForce={"DAY": 20260811})
    plain = changed_order(3, "100200.0", "O-3", "O-2", orderType="LMT", price=11)
    result = rebuilt(tmp_path, [stop, adjusted, plain])
    assert result.orders.select("order_id", "limit_px", "stop_px").cast({"limit_px": float, "stop_px": float}).rows() == [
        ("O-1", 10.0, 9.5), ("O-2", 9.0, 9.5), ("O-3", 11.0, None),
    ]  # fmt: skip


def test_what_does_not_fit_is_told_by_reason(tmp_path: Path) -> None:
    records = [
        new_order(1, "100000.0", "O-1"), new_order(2, "100001.0", "O-1"), on_order("MEOC", 3, "100000.0", "X-1", **CANCEL),
        child(4, "100000.0", "C-1", "X-2"), changed_order(5, "100000.0", "O-3", "X-3"), new_route(6, "100000.0", "X-4", "R-4"),
        on_order("MECOC", 7, "100000.0", "X-5", side="B", cancelQty=0, leavesQty=0), new_order(8, "100000.0", "O-8", symbol=None),
        new_order(9, "100000.0", "O-9", quantity="x"), on_order("MEOC", 10, "100000.5", "O-1", cancelQty=80, leavesQty=30, initiator="C"),
        changed_order(11, "100000.0", "L-1", "L-2"), changed_order(12, "100000.0", "L-2", "L-1"),
    ]  # fmt: skip
    found = broken(rebuilt(tmp_path, records))
    assert sorted(found, key=str) == sorted(
        [
            (cat_chains.USED_TWICE, f"{DAY}_002"), (cat_orders.NO_ORDER_TO_CANCEL, f"{DAY}_003"), (cat_chains.NO_PARENT, "X-2"), (cat_chains.NO_PRIOR, "X-3"),
            (cat_routes.NO_ORDER, "X-4"), (cat.PART_CANCEL, f"{DAY}_007"), (cat.WITHOUT_KEY, f"{DAY}_008"), (cat_orders.LACKING, "qty"),
            (cat_orders.TOO_MUCH_CANCELED, f"{DAY}_010"), (cat_chains.CIRCLE, "L-2"), (cat_chains.CIRCLE, "L-1"),
        ],
        key=str,
    )  # fmt: skip
