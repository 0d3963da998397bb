"""CAT routes and executions: chains, refusals that come late, amendments, busts; and what does not add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bestexec.cat_files import DAY, KEY, ROUTE_FLAGS, broken, new_order, new_route, on_order, rebuilt, record

from bestexec.rebuilding import cat_fills, cat_routes

ORDER = new_order(1, "100000.0", "O-1")
TO = {"destination": "NSDQ", "destinationType": "E", "senderIMID": "EXMP", "routeRejectedFlag": False, "multiLegInd": False}


def changed_route(number: int, at: str, route_id: str, **fields: Any) -> dict[str, Any]:
    flags = {name: value for name, value in ROUTE_FLAGS.items() if name != "electronicDupFlag"}
    return on_order("MEMR", number, at, "O-1", **{**flags, **TO, "routedOrderID": route_id, "side": "B", "quantity": 100, "orderType": "MKT", **fields})


def canceled_route(number: int, at: str, route_id: str, **fields: Any) -> dict[str, Any]:
    return on_order("MECR", number, at, "O-1", **{**TO, "cancelQty": 0, "routedOrderID": route_id, **fields})


def ends(tmp_path: Path, *records: dict[str, Any]) -> list[tuple[str, str | None]]:
    return rebuilt(tmp_path, [ORDER, *records]).routes.select("route_id", "end_reason").rows()


def test_a_change_under_the_same_id_is_a_route_of_its_own(tmp_path: Path) -> None:
    records = [new_route(2, "100001.0", "O-1", "R-1"), changed_route(3, "100002.0", "R-1", dupROIDCond=True)]
    records += [canceled_route(4, "100003.0", "R-1", cancelQty=70)]
    result = rebuilt(tmp_path, [ORDER, *records])
    assert result.routes.select("route_id", "end_reason", "canceled_qty").cast({"canceled_qty": int}).rows() == [
        ("R-1", "replaced", None), ("R-1/2", "canceled", 70),
    ]  # fmt: skip
    assert broken(result) == []


def test_a_refused_change_or_cancel_leaves_the_route_as_it_was(tmp_path: Path) -> None:
    records = [new_route(2, "100001.0", "O-1", "R-1"), changed_route(3, "100002.0", "R-2", priorRoutedOrderID="R-1", routeRejectedFlag=True)]
    records += [canceled_route(4, "100003.0", "R-1")]
    late = on_order("MECRS", 5, "100003.0", "O-1", **{**TO, "routedOrderID": "R-1", "routeRejectedFlag": True})
    assert ends(tmp_path, *records) == [("R-1", "canceled"), ("R-2", "rejected")]
    assert ends(tmp_path, *records, late) == [("R-1", None), ("R-2", "rejected")]


def test_a_supplement_adds_what_a_route_left_open_and_replaces_nothing(tmp_path: Path) -> None:
    bare = new_route(2, "100001.0", "O-1", "R-1", routedOrderID=None, destination=None)
    supplement = on_order("MEORS", 3, "100001.0", "O-1", **{**TO, "destination": "ARCA", "routedOrderID": "R-9"})
    whole = new_route(4, "100002.0", "O-1", "R-2")
    other = on_order("MEORS", 5, "100002.0", "O-1", **{**TO, "destination": "ARCA", "routedOrderID": "R-2", "routeRejectedFlag": True})
    result = rebuilt(tmp_path, [ORDER, bare, supplement, whole, other])
    assert result.routes.select("route_id", "venue", "end_reason").rows() == [("R-2", "XNAS", "rejected"), ("R-9", "ARCX", None)]


def test_clocks_may_differ_by_50_ms_and_a_persons_by_a_second(tmp_path: Path) -> None:
    records = [new_route(2, "095959.96", "O-1", "R-1"), new_route(3, "095959.9", "O-1", "R-2"), new_route(4, "095959.9", "O-1", "R-3", manualFlag=True)]
    assert broken(rebuilt(tmp_path, [ORDER, *records])) == [(cat_routes.TOO_EARLY, "R-2")]


def test_routes_that_do_not_fit_are_told(tmp_path: Path) -> None:
    records = [
        new_route(2, "100001.0", "O-1", "R-1", quantity=101), changed_route(3, "100002.0", "R-2", priorRoutedOrderID="R-0"),
        canceled_route(4, "100003.0", "R-8"),
        on_order("MEORS", 5, "100003.0", "O-1", **{**TO, "routedOrderID": "R-7"}), new_route(6, "100001.0", "O-1", "R-6", side=None),
    ]  # fmt: skip
    assert sorted(broken(rebuilt(tmp_path, [ORDER, *records]))) == sorted([
        (cat_routes.TOO_LARGE, "R-1"), (cat_routes.NO_ROUTE_TO_REPLACE, "R-2"), (cat_routes.NO_ROUTE_TO_CANCEL, "R-8"),
        (cat_routes.NO_ROUTE_TO_SUPPLEMENT, "R-7"), (cat_routes.LACKING, f"{DAY}_006"),
    ])  # fmt: skip


def named(order_id: str = "O-1", **fields: Any) -> list[dict[str, Any]]:
    return [{"orderKeyDate": KEY, "orderID": order_id, "side": "B", **fields}]


def trade(number: int, at: str, trade_id: str, **fields: Any) -> dict[str, Any]:
    terms = {"tradeKeyDate": KEY, "tradeID": trade_id, "symbol": "AAA", "manualFlag": False, "cancelFlag": False, "quantity": 40, "price": 10.5}
    return record("MEOT", number, at, **{**terms, "capacity": "P", "marketCenterID": "L", "sideDetailsInd": "NA", "buyDetails": named(), **fields})


def given(number: int, at: str, fill_id: str, event: str = "MEOF", **fields: Any) -> dict[str, Any]:
    terms = {"fillKeyDate": KEY, "fulfillmentID": fill_id, "symbol": "AAA", "manualFlag": False, "quantity": 40, "price": 10.5, "capacity": "R"}
    flag = {"cancelFlag": False} if event == "MEOF" else {}
    return record(event, number, at, **{**terms, **flag, "fulfillmentLinkType": "Y", "clientDetails": named(), **fields})


def test_a_trade_of_several_orders_takes_each_quantity_from_its_supplement(tmp_path: Path) -> None:
    other = new_order(2, "100000.0", "O-2")
    whole = trade(3, "100001.0", "T-1", buyDetails=None)
    parts = record("MEOTS", 4, "100001.0", tradeKeyDate=KEY, tradeID="T-1", symbol="AAA", buyDetails=named(quantity=30) + named("O-2", quantity=10))
    result = rebuilt(tmp_path, [ORDER, other, whole, parts])
    assert result.fills.select("order_id", "fill_id", "qty", "px", "venue").cast({"qty": int, "px": str}).rows() == [
        ("O-1", "T-1", 30, "10.50000000", "FINN"), ("O-2", "T-1", 10, "10.50000000", "FINN"),
    ]  # fmt: skip
    assert broken(result) == []


def test_a_bust_an_amendment_and_one_under_the_same_id(tmp_path: Path) -> None:
    records = [
        trade(2, "100001.0", "T-1", cancelFlag=True, cancelTimestamp=f"{DAY}T100100.0"), given(3, "100002.0", "F-1"),
        given(4, "100003.0", "F-2", "MEFA", priorFillKeyDate=KEY, priorFulfillmentID="F-1", quantity=50), given(5, "100004.0", "F-2", "MEFA", quantity=100),
    ]  # fmt: skip
    result = rebuilt(tmp_path, [ORDER, *records])
    assert result.fills.select("fill_id", "qty", "is_busted", "corrects_fill_id").cast({"qty": int}).rows() == [
        ("F-1", 40, False, None), ("F-2", 50, False, "F-1"), ("F-2/2", 100, False, "F-2"), ("T-1", 40, True, None),
    ]  # fmt: skip
    assert result.orders.select("end_reason").item() == "filled"


def test_executions_that_do_not_fit_are_told(tmp_path: Path) -> None:
    records = [
        trade(2, "100001.0", "T-1", quantity=101), trade(3, "100001.0", "T-2", buyDetails=None), trade(4, "100001.0", "T-3", buyDetails=named("X-1")),
        given(5, "100001.0", "F-4", clientDetails=named() + named("O-9")), trade(6, "100001.0", "T-5", price=None),
        record("MEOTS", 7, "100001.0", tradeKeyDate=KEY, tradeID="T-6", symbol="AAA", buyDetails=named(quantity=1)),
    ]  # fmt: skip
    found = rebuilt(tmp_path, [ORDER, *records])
    assert sorted(broken(found)) == sorted([
        (cat_fills.TOO_MUCH, f"{DAY}_001"), (cat_fills.NAMES_NO_ORDER, f"{DAY}_003"), (cat_fills.NO_ORDER, f"{DAY}_004"),
        (cat_fills.NO_ORDER, f"{DAY}_005"), *[(cat_fills.QTY_NOT_SAID, f"{DAY}_005")] * 2, (cat_fills.LACKING, f"{DAY}_006"),
        (cat_fills.NO_TRADE, f"{DAY}_007"),
    ])  # fmt: skip
    assert found.fills["fill_id"].to_list() == ["T-1", "T-3"]
