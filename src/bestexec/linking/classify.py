"""Rule 605's t0, order class, size bucket and lot class of an order, as expressions over its columns."""

from __future__ import annotations

import polars as pl

from bestexec.linking.columns import SIZE_BUCKETS

STOPS = ("stop", "stop_limit", "trailing_stop")
COVERED_TYPES = ("market", "limit", *STOPS)
UNCOVERED_TIFS = ("fok", "opg", "cls")
"""Fill-or-kill asks for the whole size at once; the others ask for an auction's price. The rule covers neither."""
DISSEMINATED = ("ok", "locked", "crossed")
"""States in which a national best bid and offer stands; a crossed one counts since the exemptive order of April 2026."""

_is_stop = pl.col("order_type").is_in(STOPS)
_has_limit = pl.col("limit_px").is_not_null()
_is_limit = pl.col("order_type").is_in(["limit", "all_or_none"]) & _has_limit
_is_buy = pl.col("side") > 0
_is_ioc = pl.col("tif").fill_null("day") == "ioc"


def t0_at() -> pl.Expr:
    """The benchmark instant (Int64 ns): receipt; the executable time of stops, and of limits that are worse than the midpoint at receipt.

    Needs order_type, side, limit_px, received_at, executable_at and the quote at receipt. Null when a waiting order never became executable.
    """
    waits = _is_stop | (_is_limit & ~_reaches("mid", "receipt"))
    return pl.when(waits).then(pl.col("executable_at")).otherwise(pl.col("received_at"))


def marketability() -> pl.Expr:
    """One of `MARKETABILITIES`: a limit against the quote at receipt, a stop-limit against the quote at its election (t0)."""
    limit = (
        pl.when(_reaches("far", "receipt"))
        .then(pl.lit("marketable"))
        .when(_reaches("mid", "receipt"))
        .then(pl.lit("midpoint_or_better"))
        .when(pl.col("t0_at").is_not_null())
        .then(pl.lit("non_marketable"))
        .when(pl.col("quote_state_at_receipt").fill_null("missing") == "missing")
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("not_executable"))
    )
    stop = (
        pl.when(pl.col("t0_at").is_null())
        .then(pl.lit("not_executable"))
        .when(~_has_limit | _reaches("far", "t0"))
        .then(pl.lit("marketable"))
        .when(pl.col("mid_at_t0").is_null())
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("non_marketable"))
    )
    return (
        pl.when(_is_stop)
        .then(stop)
        .when(_is_limit)
        .then(limit)
        .when(pl.col("order_type").is_in(["market", "all_or_none"]))
        .then(pl.lit("marketable"))
        .otherwise(pl.lit("unknown"))
    )


def order_class(*, market_ioc_is_marketable_ioc: bool = True, held_unless_said: bool = True) -> pl.Expr:
    """One of `ORDER_CLASSES`, fixed at t0; null when the order is not of a covered kind.

    Needs what `marketability` needs, the columns `marketability`, tif, session, is_held, special_handling and is_short_exempt.
    The rule's ten classes have no code for a market order marked IOC nor for a stop marked IOC: the first is
    read as `LYNYN` (`market_ioc_is_marketable_ioc`), the second as the stop's own class. Halts, the price test for short
    sales and thinly traded securities are not looked at here.
    """
    market = pl.when(_is_ioc & market_ioc_is_marketable_ioc).then(pl.lit("LYNYN")).otherwise(pl.lit("MXXNN"))
    stop = pl.when(~_has_limit).then(pl.lit("MXXNY")).otherwise(_by_marketability(marketable="LYNNY", non_marketable="LNNNY"))
    at_once = _by_marketability(marketable="LYNNN", midpoint_or_better="LNYNN", non_marketable="LNNNN")
    at_once_ioc = _by_marketability(marketable="LYNYN", midpoint_or_better="LNYYN", non_marketable="LNNYN")
    kind = (
        pl.when(_is_stop)
        .then(stop)
        .when(pl.col("order_type") == "market")
        .then(market)
        .when(_is_ioc)
        .then(at_once_ioc)
        .otherwise(at_once)
    )  # fmt: skip
    return pl.when(_is_covered(held_unless_said)).then(kind)


def notional() -> pl.Expr:
    """Value of the order (USD): at its limit; without one, at the far quote at t0. The rule's text leaves the price open."""
    return pl.col("qty") * pl.coalesce("limit_px", _quote("far", "t0"))


def size_bucket() -> pl.Expr:
    """The order's Rule 605 notional bucket by its lower bound (Int64, USD)."""
    value = notional()
    return pl.max_horizontal(pl.when(value >= lower).then(pl.lit(lower, pl.Int64)) for lower in SIZE_BUCKETS)


def _is_covered(held_unless_said: bool) -> pl.Expr:
    stands = pl.col("quote_state_at_t0").is_in(DISSEMINATED)
    waited = pl.col("marketability") == "non_marketable"
    in_session = pl.col("session").fill_null("regular") == "regular"
    return (
        pl.col("order_type").is_in(COVERED_TYPES)
        & ~pl.col("tif").fill_null("day").is_in(UNCOVERED_TIFS)
        & pl.col("is_held").fill_null(held_unless_said)
        & pl.col("special_handling").is_null()
        & ~pl.col("is_short_exempt").fill_null(False)
        & pl.col("t0_at").is_not_null()
        & stands
        & (in_session | waited | _is_stop)
    )


def _by_marketability(**classes: str) -> pl.Expr:
    return pl.col("marketability").replace_strict(classes, default=None, return_dtype=pl.String)


def _quote(which: str, instant: str) -> pl.Expr:
    """The midpoint, or the far side: the offer for a buy, the bid for a sell."""
    if which == "mid":
        return pl.col(f"mid_at_{instant}")
    return pl.when(_is_buy).then(pl.col(f"ask_at_{instant}")).otherwise(pl.col(f"bid_at_{instant}"))


def _reaches(which: str, instant: str) -> pl.Expr:
    """Whether the limit is at that price or better for the other side; false where the quote is not a good one."""
    price = _quote(which, instant)
    reached = pl.when(_is_buy).then(pl.col("limit_px") >= price).otherwise(pl.col("limit_px") <= price)
    return (reached & pl.col(f"mid_at_{instant}").is_not_null()).fill_null(False)
