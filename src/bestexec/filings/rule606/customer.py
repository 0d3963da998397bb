"""The report of Rule 606(b)(1): to which venues a customer's orders of six months were routed, and when they were executed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from bestexec.filings.rule606.document import VERSION, Node, lay_out
from bestexec.filings.rule606.period import Period, transacted
from bestexec.filings.rule606.routed import seen_through
from bestexec.linking.identity import ORDER_KEY
from bestexec.market.rule606 import ROUTES
from bestexec.market.venues import OFF_EXCHANGE, name_of

Key = tuple[Any, ...]


def routes_report(
    orders: pl.DataFrame, routes: pl.DataFrame, fills: pl.DataFrame, period: Period, *, broker: str, customer: str, with_not_held: bool,
    names: Mapping[str, str], generated_at: int | None = None,
) -> Node:  # fmt: skip
    """The report of the customer whose LINKED_ORDERS, schema.ROUTES and LINKED_FILLS are given.

    Orders received, routed or executed in the period; routes and executions of the period alone. `with_not_held` adds the not-held orders that a
    de-minimis test exempts from (b)(3). An execution without a route was the broker's own.
    """
    sent, done = routes.filter(pl.col("routed_on").is_between(period.first, period.last)), fills.filter(pl.col("day").is_between(period.first, period.last))
    touched = pl.concat([orders.filter(pl.col("day").is_between(period.first, period.last)).select(ORDER_KEY), sent.select(ORDER_KEY), done.select(ORDER_KEY)])
    ours = orders.join(touched.unique(), on=ORDER_KEY, how="semi", maintain_order="left").sort("received_at", *ORDER_KEY)
    routed = _routes(sent, done, ours.select(ORDER_KEY), broker, names)
    lists = {"held": _held(held=True), "options": pl.col("asset_class") == "option"} | ({"notHeldExempt": _held(held=False)} if with_not_held else {})
    values: dict[str, Any] = {
        "version": VERSION, "customer": customer, "bd": broker, "timestamp": generated_at, "startDate": period.first, "endDate": period.last,
    }  # fmt: skip
    for name, which in lists.items():
        listed = ours.filter(which)
        if listed.height:
            values[name] = {"order": _orders(listed, routed)}
    return lay_out(ROUTES, values)


def _held(*, held: bool) -> pl.Expr:
    is_held = pl.col("is_held").fill_null(True)
    return (pl.col("asset_class") == "equity") & (is_held if held else ~is_held)


def _orders(listed: pl.DataFrame, routed: Mapping[Key, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    rows = listed.select(*ORDER_KEY, pl.col("is_directed").fill_null(False)).rows()
    ids = _ids([row[:-1] for row in rows])
    return [{"orderId": order_id, "directed": row[-1], "route": routed.get(row[:-1], [])} for order_id, row in zip(ids, rows, strict=True)]


def _ids(keys: list[Key]) -> Iterable[str]:
    """The order ids; one that the list has twice is told with its day, and its symbol."""
    times = Counter(key[-1] for key in keys)
    return (key[-1] if times[key[-1]] == 1 else f"{key[-1]} {key[1]} {key[2]}" for key in keys)


def _routes(sent: pl.DataFrame, done: pl.DataFrame, keys: pl.DataFrame, broker: str, names: Mapping[str, str]) -> dict[Key, list[dict[str, Any]]]:
    """The routes of each order by its key, first sent first, each with its executions."""
    executed: dict[tuple[Key, str | None], list[int]] = defaultdict(list)
    unrouted: dict[Key, dict[str | None, list[int]]] = defaultdict(lambda: defaultdict(list))
    kept = seen_through(sent.join(keys, on=ORDER_KEY, how="semi", maintain_order="left")).sort("routed_at", "route_id", maintain_order=True)
    known = set(kept.select(*ORDER_KEY, "route_id").rows())
    fills = done.join(keys, on=ORDER_KEY, how="semi", maintain_order="left").sort("filled_at", "fill_id", maintain_order=True)
    for row in fills.select(*ORDER_KEY, "route_id", "venue", "filled_at").iter_rows():
        *key, route_id, venue, at = row
        if (*key, route_id) in known:
            executed[tuple(key), route_id].append(at)
        else:
            unrouted[tuple(key)][None if route_id is None and venue in (None, OFF_EXCHANGE) else venue].append(at)
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for row in kept.select(*ORDER_KEY, "route_id", "reported_venue", "named").iter_rows():
        *key, route_id, mic, named = row
        found[tuple(key)].append(_route(mic, names.get(mic) or name_of(mic) or mic if mic else named, executed[tuple(key), route_id]))
    for of_order, by_venue in unrouted.items():
        for venue, times in by_venue.items():
            is_own = venue in (None, OFF_EXCHANGE)
            found[of_order].append(_route(None if is_own else venue, broker if is_own or not venue else names.get(venue) or name_of(venue) or venue, times))
    return found


def _route(mic: str | None, name: str, times: Iterable[int]) -> dict[str, Any]:
    return {"venueName": name, "mic": mic, "transaction": [transacted(at) for at in times]}
