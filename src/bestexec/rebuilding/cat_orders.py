"""Customers' orders out of CAT records: one row a version, each ended by what replaced or canceled it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bestexec.market.sessions import trading_date
from bestexec.rebuilding.cat_chains import CHANGES, KEY, ROOTS, Chains

TOLERANCE_NS, MANUAL_TOLERANCE_NS = 50_000_000, 1_000_000_000
"""How much earlier than its order an event may be stamped, electronic and manual: clocks differ."""
REQUIRED = ("side", "qty", "order_type", "received_at")
_ALWAYS_INHERITED = (
    "side", "order_type", "account_key", "customer_class", "is_held", "is_directed", "is_short", "is_short_exempt", "is_manual", "tif", "session",
)  # fmt: skip
_INHERITED_BY_ADJUSTMENT = ("qty", "limit_px", "min_qty", "stop_px", "expires_at", "handling")
"""What a modification restates in full, so that it is gone where it is not said again."""

LACKING = "an order that lacks what every order has"
NO_ORDER_TO_CANCEL = "a cancel of an order that is not here"
CANCELED_LATE = "a cancel of an order that was replaced before"
TOO_MUCH_CANCELED = "canceled and open together are more than was ordered"


@dataclass(frozen=True)
class Versions:
    """`rows`: each version of each customer's order, with `node`, `root`, `order_id` and `key_on` of schema.ORDERS, `received_at`."""

    rows: pl.DataFrame
    breaks: list[pl.DataFrame]


def versions(rows: pl.DataFrame, known: Chains) -> Versions:
    """Every version, in the order in which they came, each ended by the next and by cancels."""
    nodes = known.nodes.filter("is_version")
    again = rows.filter(pl.col("kind").is_in(CHANGES)).join(known.nodes.select("import_id", "line"), on=["import_id", "line"], how="anti")
    again = again.join(nodes.select(*KEY, "node", "root", "is_rep"), on=KEY, how="inner")
    triggers = again.filter(pl.col("kind") == "order_effective").group_by("node").agg(triggered_at=pl.col("event_at").min())
    names = [*rows.columns, "node", "root", "is_rep"]
    every = pl.concat([nodes.select(names), again.filter(pl.col("kind") != "order_effective").select(names)])
    made = _inherited(_supplemented(every, rows)).join(triggers, on="node", how="left", maintain_order="left").with_columns(
        triggered_at=pl.coalesce("triggered_at", pl.when(pl.col("kind") == "order_effective").then("event_at")),
        received_at=pl.col("event_at"), received_source=pl.col("event_source"), received_resolution_ns=pl.col("event_resolution_ns"),
    )  # fmt: skip
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in REQUIRED)
    lacking = made.filter(~whole).with_columns(reason=pl.lit(LACKING), detail=_lacks())
    return Versions(_named(made.filter(whole)), [lacking])


def _supplemented(every: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """What supplements say later of an order is added where it was open; nothing is replaced."""
    later = rows.filter((pl.col("kind") == "order_supplement") & pl.col("account_key").is_not_null()).group_by(KEY).agg(later=pl.col("account_key").min())
    return every.join(later, on=KEY, how="left", maintain_order="left").with_columns(account_key=pl.coalesce("account_key", "later")).drop("later")


def _inherited(every: pl.DataFrame) -> pl.DataFrame:
    """Versions in the order of time within their root; what one leaves unsaid is as in the one before."""
    ordered = every.sort("root", "event_at", pl.col("kind").is_in(ROOTS), "event_key", descending=[False, False, True, False], nulls_last=True)
    adjusted = pl.col("kind") != "order_replaced"
    opened = ordered.with_columns(
        qty=pl.when(pl.col("kind").is_in(CHANGES) & (pl.col("leaves_qty") > 0)).then("leaves_qty").otherwise("qty"),
        limit_px=pl.when((pl.col("order_type") == "market").fill_null(value=False)).then(None).otherwise("limit_px"),
    )
    filled = opened.with_columns(pl.col(name).forward_fill().over("root") for name in _ALWAYS_INHERITED)
    return filled.with_columns(
        pl.when(adjusted).then(pl.col(name).forward_fill().over("root")).otherwise(pl.col(name)).alias(name) for name in _INHERITED_BY_ADJUSTMENT
    )


def _named(made: pl.DataFrame) -> pl.DataFrame:
    """Versions under names of their own: the first of an id keeps it, later ones get `/2`, `/3` …; each is ended by the next."""
    place = pl.int_range(pl.len()).over("node")
    source_id = pl.col("order_id")
    named = made.with_columns(
        order_id=pl.when(place == 0).then(source_id).otherwise(source_id + "/" + (place + 1).cast(pl.String)), cat_id=source_id, cat_on="key_on",
        key_on=trading_date(made["received_at"]),
    )  # fmt: skip
    following = pl.col("received_at").shift(-1).over("root")
    before = pl.col("order_id").shift(1).over("root")
    return named.with_columns(
        prior_order_id=pl.coalesce(before, pl.when(pl.col("kind").is_in(CHANGES)).then("prior_order_id")),
        parent_order_id=pl.lit(None, pl.String), ended_at=following, end_reason=pl.when(following.is_not_null()).then(pl.lit("replaced")),
        canceled_qty=pl.lit(None, made.schema["qty"]), special_handling="handling", asset_class=pl.lit("equity"),
    )  # fmt: skip


def in_force(events: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """`events` (with `owner`, the node of a version) with the version in force at each: `order_id`, `order_key_on`, `order_received_at` and its terms.

    An event a little earlier than the first version, as clocks differ, is of the first; one that is too early is so too, and `is_early` says it.
    """
    tolerance = pl.when("is_manual").then(MANUAL_TOLERANCE_NS).otherwise(TOLERANCE_NS)
    known = rows.select(
        owner="node", version_at="received_at", order_id="order_id", order_key_on="key_on", order_side="side", order_qty="qty", order_is_rep="is_rep",
        order_end="end_reason", order_root="root",
    ).sort("version_at")  # fmt: skip
    timed = events.drop("order_id").with_columns(tolerated=pl.col("event_at") + tolerance).sort("tolerated", "event_key", "content", nulls_last=True)
    dated = timed.filter(pl.col("tolerated").is_not_null())
    joined = dated.join_asof(known, left_on="tolerated", right_on="version_at", by="owner", strategy="backward", check_sortedness=False)
    early = pl.concat([joined.filter(pl.col("order_id").is_null()), timed.filter(pl.col("tolerated").is_null())], how="diagonal")
    first = known.unique(subset="owner", keep="first", maintain_order=True)
    late = early.drop([name for name in known.columns if name != "owner"], strict=False).join(first, on="owner", how="left", maintain_order="left")
    both = pl.concat([joined.filter(pl.col("order_id").is_not_null()), late.select(joined.columns)])
    return both.with_columns(is_early=(pl.col("tolerated") < pl.col("version_at")).fill_null(value=False)).drop("tolerated")


def canceled(made: Versions, rows: pl.DataFrame, known: Chains) -> Versions:
    """The versions with the cancels of customers' orders applied. A cancel of zero shares is of all that was open; that of a part ends no order."""
    told = rows.filter(pl.col("kind") == "order_canceled").join(known.nodes.select(*KEY, "owner", "is_version"), on=KEY, how="left", maintain_order="left")
    cancels = told.filter(pl.col("is_version").fill_null(value=True)).drop("is_version")
    found = in_force(cancels.filter(pl.col("owner").is_not_null()), made.rows)
    lost = pl.concat([cancels.filter(pl.col("owner").is_null()), found.filter(pl.col("order_id").is_null()).select(cancels.columns)])
    of_version = found.filter(pl.col("order_id").is_not_null())
    whole = pl.col("leaves_qty").fill_null(0) == 0
    sums = of_version.group_by(node="owner", order_id="order_id").agg(
        cut=pl.col("canceled_qty").sum(), all_of_it=(pl.col("canceled_qty").fill_null(0) == 0).any(), last=pl.col("event_at").filter(whole).max(),
    )  # fmt: skip
    joined = made.rows.join(sums, on=["node", "order_id"], how="left", maintain_order="left")
    ends = pl.col("end_reason").is_null() & pl.col("last").is_not_null()
    done = joined.with_columns(
        canceled_qty=pl.when(~pl.col("all_of_it")).then(pl.col("cut").cast(joined.schema["qty"])), ended_at=pl.when(ends).then("last").otherwise("ended_at"),
        end_reason=pl.when(ends).then(pl.lit("canceled")).otherwise("end_reason"),
    )  # fmt: skip
    late = of_version.filter(whole & (pl.col("order_end") == "replaced"))
    too_much = of_version.filter(pl.col("canceled_qty").fill_null(0) + pl.col("leaves_qty").fill_null(0) > pl.col("order_qty"))
    breaks = [_broken(lost, NO_ORDER_TO_CANCEL), _broken(late, CANCELED_LATE), _broken(too_much, TOO_MUCH_CANCELED)]
    return Versions(done.drop("cut", "all_of_it", "last"), [*made.breaks, *breaks])


def _broken(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    return rows.with_columns(reason=pl.lit(reason), detail=pl.col("event_key"))


def _lacks() -> pl.Expr:
    names: Sequence[pl.Expr] = [pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in REQUIRED]
    return pl.concat_str(names, separator=", ", ignore_nulls=True)
