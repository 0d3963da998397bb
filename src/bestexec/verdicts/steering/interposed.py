"""Interpositioning: whether a broker between the firm and the market added delay or cost, without a better price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from bestexec.linking.identity import ORDER_KEY
from bestexec.schema import Column, Table
from bestexec.units import COUNT, NS_PER_MS, TEXT
from bestexec.verdicts import base
from bestexec.verdicts.base import LEVEL, STATISTIC
from bestexec.verdicts.steering.regressed import Fit, regress

FEWEST = 100
"""Fills behind a hop, and beside it in the same cells, below which nothing is concluded."""
DEEPEST = 8
"""Hops that are followed up from a fill."""
CELLS = ("symbol", "order_type", "size_bucket")

INTERPOSED = Table(
    "interposed", "What one hop added, beside fills of the same cells that had none.", ("vendor", "hop"), "",
    (
        Column("vendor", TEXT, "", "Vendor.", required=True),
        Column("hop", TEXT, "MIC", "Broker that was sent the route and sent it on.", required=True),
        Column("fills", COUNT, "fills", "Fills behind the hop in cells that have others.", required=True),
        Column("direct", COUNT, "fills", "Fills without a hop in the same cells.", required=True),
        *(
            Column(f"{what}{end}", STATISTIC, unit, meaning)
            for what, unit, words in (
                ("px", "$/share", "What the price costs more, by the metric"), ("fee", "$/share", "What fees and the customer's costs are more"),
                ("delay", "ms", "What receipt to execution takes longer"),
            )
            for end, meaning in (("", f"{words}."), ("_low", "Lower end of its interval."), ("_high", "Upper end of its interval."))
        ),
        Column("hop_fee_usd", STATISTIC, "USD", "What the hop itself charged, where the routes say (`hop_fee_usd`)."),
        Column("is_paid", pl.Boolean(), "", "Whether the routes say that somebody was paid at the hop; null where they do not tell."),
    ),
)  # fmt: skip


def interposition(
    fills: pl.DataFrame, routes: pl.DataFrame, *, metric: str = "effective_spread", cells: Sequence[str] = CELLS, material: float = 0.0005
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """(VERDICTS, INTERPOSED): one row for each vendor and broker that sent its routes on. The effect is the delay in ms, or the cost where there is none.

    `fills` are linked fills with `metric` (a cost in USD a share that reads no payment); `routes` are canonical ones, whose `parent_route_id` and
    `venue_kind` say which are hops, and may have `hop_fee_usd`, what the hop charged. Found: delay, cost or a payee is added, and a price better by
    `material` is ruled out. Not found: the price is better, or nothing is added. Where the routes do not tell parents, the one row says so.
    """
    hops = _behind(routes)
    if hops is None:
        why = "no route names the route that it was split from, so that a hop cannot be told from a venue"
        return base.table([_silent("all vendors", "every hop", 0, why)]), pl.DataFrame(schema=INTERPOSED.schema)
    if hops.is_empty():
        return base.table([]), pl.DataFrame(schema=INTERPOSED.schema)
    rows = _marked(fills, hops, metric, cells)
    pairs = rows.filter(pl.col("hop").is_not_null()).select("vendor", "hop").unique().sort("vendor", "hop").rows()
    judged = [_judged(rows, vendor, hop, cells, material) for vendor, hop in pairs]
    return base.table(verdict for verdict, _ in judged), pl.DataFrame([detail for _, detail in judged], schema=INTERPOSED.schema)


def _behind(routes: pl.DataFrame) -> pl.DataFrame | None:
    """(the order's key, route_id, hop, hop_fee_usd) of routes that a broker sent on; None where no route tells its parent."""
    if "parent_route_id" not in routes.columns or routes["parent_route_id"].null_count() == routes.height:
        return None
    fee = pl.col("hop_fee_usd").cast(pl.Float64) if "hop_fee_usd" in routes.columns else pl.lit(None, dtype=pl.Float64)
    own = routes.select(*ORDER_KEY, "route_id", up="parent_route_id", hop=pl.when(pl.col("venue_kind") == "broker").then("venue"), hop_fee_usd=fee)
    reached, found = own.select(*ORDER_KEY, "route_id", "up"), []
    for _ in range(DEEPEST):
        reached = reached.drop_nulls("up").join(own.rename({"up": "next", "route_id": "up"}), on=[*ORDER_KEY, "up"], how="inner")
        found.append(reached.drop_nulls("hop").select(*ORDER_KEY, "route_id", "hop", "hop_fee_usd"))
        reached = reached.select(*ORDER_KEY, "route_id", up="next")
    return pl.concat(found).unique([*ORDER_KEY, "route_id", "hop"], keep="first", maintain_order=True)


def _marked(fills: pl.DataFrame, hops: pl.DataFrame, metric: str, cells: Sequence[str]) -> pl.DataFrame:
    """One row a fill, or several where several brokers stood behind each other; null `hop` where none did. Fills that name no route are left out."""
    paid = [pl.col(name).cast(pl.Float64) if name in fills.columns else pl.lit(None, dtype=pl.Float64) for name in ("venue_fee_usd", "customer_cost_usd")]
    shares = pl.col("fill_qty").cast(pl.Float64)
    known = fills.filter(pl.col("route_id").is_not_null(), pl.col("vendor").is_not_null(), *(pl.col(name).is_not_null() for name in cells))
    return known.join(hops, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left").select(
        *dict.fromkeys(("vendor", "hop", "hop_fee_usd", "symbol", "day", *cells)), weight=shares, px=pl.col(metric).cast(pl.Float64),
        fee=pl.when(shares > 0).then((paid[0] + paid[1].fill_null(0)) / shares), delay=pl.col("receipt_to_fill_ns").cast(pl.Float64) / NS_PER_MS,
    ).filter(pl.col("weight") > 0)  # fmt: skip


def _judged(rows: pl.DataFrame, vendor: str, hop: str, cells: Sequence[str], material: float) -> tuple[dict[str, Any], dict[str, Any]]:
    own = rows.filter(pl.col("vendor") == vendor, pl.col("hop").is_null() | (pl.col("hop") == hop))
    both = own.filter(pl.col("hop").is_null().any().over(cells) & pl.col("hop").is_not_null().any().over(cells)).sort("symbol", "day", *cells)
    behind = both.filter(pl.col("hop").is_not_null())
    charged = own["hop_fee_usd"].drop_nulls()
    facts = {
        "vendor": vendor, "hop": hop, "fills": behind.height, "direct": both.height - behind.height,
        "hop_fee_usd": float(charged.sum()) if charged.len() else None, "is_paid": bool((charged != 0).any()) if charged.len() else None,
    }  # fmt: skip
    if min(behind.height, both.height - behind.height) < FEWEST:
        why = f"{behind.height} fills behind it and {both.height - behind.height} without it in the same cells; {FEWEST} of each are needed"
        return _silent(vendor, hop, behind.height, why), facts
    fits = {what: _added(both, what, cells) for what in ("px", "fee", "delay")}
    figures = {
        f"{what}{end}": value
        for what, fit in fits.items()
        if not fit.why
        for end, value in zip(("", "_low", "_high"), (fit.effect, *fit.interval(LEVEL)), strict=True)
    }
    return _verdict(vendor, hop, fits, facts["is_paid"] is True, material), {**facts, **figures}


def _added(rows: pl.DataFrame, what: str, cells: Sequence[str]) -> Fit:
    known = rows.filter(pl.col(what).is_finite())
    if known.is_empty():
        return Fit(0, 0, why="not known of any fill")
    codes = [known.select((pl.struct(list(names)).rank("dense") - 1).cast(pl.Int64)).to_series().to_numpy() for names in (cells, ("symbol", "day"))]
    mark = known["hop"].is_not_null().cast(pl.Float64).to_numpy()[:, None]
    return regress(known[what].to_numpy(), np.asarray(mark), known["weight"].to_numpy(), *codes, named="the hop")


def _verdict(vendor: str, hop: str, fits: dict[str, Fit], is_paid: bool, material: float) -> dict[str, Any]:
    px, fee, delay = fits["px"], fits["fee"], fits["delay"]
    shown, unit, metric = (delay, "ms", "mean_receipt_to_execution") if not delay.why else (fee, "$/share", "venue_fee_usd")
    if px.why or shown.why:
        return _silent(vendor, hop, px.n, f"price: {px.why}" if px.why else f"neither delay nor cost: {delay.why}; {fee.why}")
    low, high = shown.interval(LEVEL)
    said = {
        "judgement": "interposition", "kind": "hop", "subject": vendor, "against": hop, "metric": metric, "unit": unit, "n": shown.n,
        "clusters": shown.clusters, "effect": shown.effect, "low": low, "high": high, "smallest_visible": shown.smallest_visible(LEVEL), "p": shown.p,
    }  # fmt: skip
    added = [f"{fit.effect:.{places}f} {unit}" for fit, unit, places in ((delay, "ms", 3), (fee, "$/share", 6)) if not fit.why and fit.interval(LEVEL)[0] > 0]
    added += ["a payee"] if is_paid else []
    better, worst = px.interval(LEVEL)
    if worst < 0:
        return {**said, "verdict": base.NOT_FOUND, "sentence": f"Behind {hop}, prices of {vendor} were better by {-px.effect:.6f} $/share."}
    if not added:
        return {**said, "verdict": base.NOT_FOUND, "sentence": f"{hop} added no delay, cost or payee that can be told to {vendor}'s fills."}
    if better > -material:
        return {
            **said,
            "verdict": base.FOUND,
            "sentence": f"{hop} added {' and '.join(added)} to {vendor}'s fills, and prices were not better by {material} $/share.",
        }
    why = f"it added {' and '.join(added)}, but prices may have been better by up to {-better:.6f} $/share"
    return {**said, "verdict": base.INCONCLUSIVE, "why": why, "sentence": f"Whether {hop} was of use to {vendor}'s orders is inconclusive: {why}."}


def _silent(vendor: str, hop: str, n: int, why: str) -> dict[str, Any]:
    return {
        "judgement": "interposition", "kind": "hop", "subject": vendor, "against": hop, "n": n, "verdict": base.INCONCLUSIVE, "why": why,
        "sentence": f"Whether {hop} was of use to the orders of {vendor} is inconclusive: {why}.",
    }  # fmt: skip
