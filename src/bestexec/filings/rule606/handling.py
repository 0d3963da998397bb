"""The report of Rule 606(b)(3): how a customer's not-held orders were handled, by month and venue, directed ones apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from bestexec.filings.rule606.document import VERSION, Node, lay_out
from bestexec.filings.rule606.money import per_hundred
from bestexec.filings.rule606.period import Period
from bestexec.filings.rule606.readings import Readings
from bestexec.filings.rule606.routed import seen_through
from bestexec.linking.identity import ORDER_KEY
from bestexec.market.rule606 import DIRECTIONS, HANDLING
from bestexec.market.venues import OFF_EXCHANGE, name_of
from bestexec.units import NS_PER_MS

_GROUP = ["is_directed", "month_on", "reported_venue", "named"]
_EXACT = pl.Decimal(38, 8)


def handling_report(
    orders: pl.DataFrame, routes: pl.DataFrame, fills: pl.DataFrame, period: Period, readings: Readings, *, broker: str, customer: str,
    names: Mapping[str, str], generated_at: int | None = None,
) -> Node:  # fmt: skip
    """The report of the customer whose LINKED_ORDERS, schema.ROUTES and LINKED_FILLS are given; only not-held orders in stocks count.

    Shares sent are by the month of receipt, shares routed by that of the route, shares executed by that of the execution. Nothing is known of
    indications of interest, so that their cells are empty.
    """
    ours = orders.filter((pl.col("asset_class") == "equity") & ~pl.col("is_held").fill_null(True)).select(
        *ORDER_KEY, "day", "order_qty", is_directed=pl.col("is_directed").fill_null(False)
    )
    direction = ours.select(*ORDER_KEY, "is_directed")
    kept = seen_through(routes.join(direction, on=ORDER_KEY, how="inner", maintain_order="left"))
    executed = _executions(fills, kept, direction, broker, readings, period)
    sent = kept.filter(pl.col("routed_on").is_between(period.first, period.last)).with_columns(month_on=pl.col("routed_on").dt.truncate("1mo"))
    by_venue = _by_venue(_routed(sent, readings), _executed(executed), _resting(sent, fills, readings))
    of_month = _by_month(ours.filter(pl.col("day").is_between(period.first, period.last)), executed)
    values: dict[str, Any] = {
        "version": VERSION, "customer": customer, "bd": broker, "timestamp": generated_at, "startDate": period.first, "endDate": period.last,
    }  # fmt: skip
    for element, is_directed in DIRECTIONS.items():
        months = sorted({month for directed, month in (*of_month, *((row["is_directed"], row["month_on"]) for row in by_venue)) if directed is is_directed})
        values[element] = {"hMonthly": [_month(month, of_month.get((is_directed, month), {}), _of(by_venue, is_directed, month), names) for month in months]}
    return lay_out(HANDLING, {name: value for name, value in values.items() if name not in DIRECTIONS or value["hMonthly"]})


def _month(month: date, sums: Mapping[str, Any], rows: list[dict[str, Any]], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "year": month.year, "mon": month.month, "sentShr": sums.get("sent") or 0, "executedAsPrincipalShr": sums.get("principal") or 0, "ioiExposedOrd": None,
        "ioiExposedVenueList": {}, "routingVenueList": {"iVenue": [_venue(row, names) for row in rows]},
    }  # fmt: skip


def _venue(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    mic = row["reported_venue"]
    return {
        "venueName": names.get(mic) or name_of(mic) or mic if mic else row["named"], "mic": mic, **figures(row),
    }  # fmt: skip


def figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """The 21 figures of one venue in one month, by element, out of its sums; None where there is nothing to divide by, or a fee is not known."""
    shares = {name: Fraction(row[name] or 0) for name in ("routed", "executed", "midpoint", "near", "far", "provided", "removed")}
    executed, routes, fills = shares["executed"], row["routes"] or 0, row["fills"] or 0
    resting = row["resting_ns"]
    return {
        "routedShr": shares["routed"], "iocRoutedShr": row["ioc"] or 0, "furtherRoutableShr": row["further"] or 0,
        "orderSizeShr": _over(shares["routed"], routes), "executedShr": executed, "filledPct": _over(executed, shares["routed"]),
        "fillSizeShr": _over(executed, fills), "netFeeOrRebateCph": _net(row["net"], row["without_fee"], executed),
        "midpointShr": shares["midpoint"], "midpointPct": _over(shares["midpoint"], executed),
        "nearsideShr": shares["near"], "nearsidePct": _over(shares["near"], executed),
        "farsideShr": shares["far"], "farsidePct": _over(shares["far"], executed),
        "providedLiqudityShr": shares["provided"], "providedLiquidityPct": _over(shares["provided"], executed),
        "orderDurationMsec": None if resting is None else (int(resting) + NS_PER_MS // 2) // NS_PER_MS,
        "providedLiquidityNetCph": _net(row["provided_net"], row["provided_without_fee"], shares["provided"]),
        "removedLiquidityShr": shares["removed"], "removedLiquidityPct": _over(shares["removed"], executed),
        "removedLiquidityNetCph": _net(row["removed_net"], row["removed_without_fee"], shares["removed"]),
    }  # fmt: skip


def _over(part: Fraction, whole: Fraction | int) -> Fraction | None:
    return part / whole if whole else None


def _net(net: Any, unknown: int | None, shares: Fraction) -> Fraction | None:
    return None if unknown else per_hundred(Fraction(net or 0), shares)


def _executions(fills: pl.DataFrame, kept: pl.DataFrame, direction: pl.DataFrame, broker: str, readings: Readings, period: Period) -> pl.DataFrame:
    """The executions of the period with their venue, and on which side of the quote each was."""
    of_route = kept.select(*ORDER_KEY, "route_id", "reported_venue", "named").unique(subset=[*ORDER_KEY, "route_id"], keep="first", maintain_order=True)
    joined = fills.filter(pl.col("day").is_between(period.first, period.last)).join(direction.rename({"is_directed": "_directed"}), on=ORDER_KEY, how="inner")
    own = pl.when(pl.col("venue") != OFF_EXCHANGE).then("venue")
    placed = joined.join(of_route, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left").with_columns(
        is_directed=pl.col("_directed"), month_on=pl.col("day").dt.truncate("1mo"), named=pl.coalesce("named", own, pl.lit(broker)),
        reported_venue=pl.when(pl.col("named").is_null()).then(own).otherwise("reported_venue"),
    )  # fmt: skip
    from_mid = pl.col("side") * (pl.col("fill_px") - pl.col("mid_at_execution"))
    is_buy = pl.col("side") > 0
    near = pl.when(is_buy).then("bid_at_execution").otherwise("ask_at_execution")
    far = pl.when(is_buy).then("ask_at_execution").otherwise("bid_at_execution")
    at_near, at_far = from_mid < 0, from_mid > 0
    if readings.inside_the_quote == "neither":
        at_near, at_far = at_near & (pl.col("side") * (pl.col("fill_px") - near) <= 0), at_far & (pl.col("side") * (pl.col("fill_px") - far) >= 0)
    return placed.with_columns(
        _midpoint=from_mid == 0, _near=at_near, _far=at_far, _provided=pl.col("liquidity") == "added", _removed=pl.col("liquidity") == "removed"
    )


def _executed(fills: pl.DataFrame) -> pl.DataFrame:
    shares, net, unknown = pl.col("fill_qty").cast(_EXACT), -pl.col("venue_fee_usd").cast(_EXACT), pl.col("venue_fee_usd").is_null()
    by_side = [shares.filter(f"_{name}").sum().alias(name) for name in ("midpoint", "near", "far", "provided", "removed")]
    by_kind = [column for name in ("provided", "removed") for column in (
        net.filter(f"_{name}").sum().alias(f"{name}_net"), (unknown & pl.col(f"_{name}").fill_null(False)).sum().alias(f"{name}_without_fee"),
    )]  # fmt: skip
    return fills.group_by(_GROUP).agg(*by_side, *by_kind, executed=shares.sum(), fills=pl.len(), net=net.sum(), without_fee=unknown.sum())


def _routed(sent: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    shares, is_ioc = pl.col("qty").cast(_EXACT), (pl.col("tif") == "ioc").fill_null(False)
    further = (pl.col("venue_kind") == "broker").fill_null(False) if readings.further_routable == "brokers" else ~is_ioc
    return sent.group_by(_GROUP).agg(routed=shares.sum(), ioc=shares.filter(is_ioc).sum(), further=shares.filter(further).sum(), routes=pl.len())


def _resting(sent: pl.DataFrame, fills: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """The mean time from sending to the end, of the routes that provided liquidity."""
    of_route = fills.group_by(*ORDER_KEY, "route_id").agg(
        _added=(pl.col("liquidity") == "added").any(), _took=(pl.col("liquidity") == "removed").any(), _last=pl.col("filled_at").max()
    )
    joined = sent.join(of_route, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left")
    could_rest = (pl.col("tif") != "ioc").fill_null(True) & ~pl.col("_took").fill_null(False)
    provides = pl.col("_added").fill_null(False) if readings.providing_orders == "executed_adding" else could_rest
    lasted = pl.coalesce("ended_at", "_last") - pl.col("routed_at")
    return joined.filter(provides).group_by(_GROUP).agg(resting_ns=(lasted.sum() // lasted.count()))


def _by_venue(routed: pl.DataFrame, executed: pl.DataFrame, resting: pl.DataFrame) -> list[dict[str, Any]]:
    joined = routed.join(executed, on=_GROUP, how="full", coalesce=True, nulls_equal=True).join(resting, on=_GROUP, how="left", nulls_equal=True)
    return list(joined.sort(["routed", "reported_venue", "named"], descending=[True, False, False], nulls_last=True).iter_rows(named=True))


def _by_month(ours: pl.DataFrame, executed: pl.DataFrame) -> dict[tuple[bool, date], dict[str, Any]]:
    sent = ours.group_by("is_directed", month_on=pl.col("day").dt.truncate("1mo")).agg(sent=pl.col("order_qty").cast(_EXACT).sum())
    own = executed.group_by("is_directed", "month_on").agg(principal=pl.col("fill_qty").cast(_EXACT).filter(pl.col("capacity") == "principal").sum())
    both = sent.join(own, on=["is_directed", "month_on"], how="full", coalesce=True)
    return {(row["is_directed"], row["month_on"]): row for row in both.iter_rows(named=True)}


def _of(rows: list[dict[str, Any]], is_directed: bool, month: date) -> list[dict[str, Any]]:
    return [row for row in rows if row["is_directed"] is is_directed and row["month_on"] == month]
