"""The tables whose rows are groups: a venue's day, an order class's day, a symbol's day."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.checks.base import Asked
from bestexec.checks.tables import Given, fills, on_list, routes
from bestexec.policy import Policy

KINDS = ("is_held", "is_directed", "session", "customer_class", "asset_class", "currency")
"""Never pooled silently: these stay apart in every summary of quality or routing."""
VENDOR = ("vendor", *KINDS)
MINUTE_NS = "60000000000i"
Ints = npt.NDArray[np.int64]

_IS_REGULAR = (pl.col("kind").fill_null("regular") == "regular") & pl.col("excluded").is_null()
"""Regular trading with a good quote at the benchmark instant: what quality is measured on."""


def quotes_coverage(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, symbol): fills by the state of their quotes. Fills whose order never had a benchmark instant are left out, but for those that met no quote at all:
    of a symbol that no feed quotes, nobody knows when an order could have been executed. Kinds that the policy leaves out by name need no quote.
    """
    state, at_receipt = pl.col("quote_state_at_t0"), pl.col("quote_state_at_receipt")
    unseen = pl.col("t0_at").is_null() & (pl.col("quote_state_at_execution") == "missing").fill_null(False) & ~pl.col("is_left_out").fill_null(False)
    counted = given["fills"].filter(pl.col("t0_at").is_not_null() | unseen).group_by("day", "symbol").agg(
        fills=_count(), unquoted=_where(state.is_in(["missing", "one_sided"]) | unseen), locked=_where(state == "locked"), stale=_where(at_receipt == "stale")
    )  # fmt: skip
    return counted.with_columns((pl.col(name) / pl.col("fills")).alias(f"{name}_fraction") for name in ("unquoted", "locked", "stale"))


def clock_days(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor): the coarsest clock behind any fill."""
    return given["fills"].group_by("day", "vendor").agg(fills=_count(), coarsest_ns=pl.col("clock_resolution_ns").max())


def gateway_days(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, clock of the routes): routes that were acknowledged or filled before they were sent."""
    answered = routes(given, policy).with_columns(first_ns=pl.min_horizontal("route_to_ack_ns", "route_to_fill_ns")).drop_nulls("first_ns")
    counted = answered.group_by("day", "vendor", "routed_source").agg(
        routes=_count(), too_early=_where(pl.col("first_ns") < 0), earliest_ns=pl.col("first_ns").min()
    )
    return counted.with_columns(too_early_fraction=_ratio("too_early", "routes"))


def vendor_feeds(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor): orders of every vendor seen or expected; `is_expected` null where the policy does not say."""
    orders = given["orders"].group_by("day", "vendor").agg(orders=_count())
    expected = [(day, listed.name) for day in given["orders"]["day"].unique() for listed in policy.vendors or () if listed.holds(day)]
    every = pl.concat([orders.select("day", "vendor"), pl.DataFrame(expected, schema={"day": pl.Date, "vendor": pl.String}, orient="row")]).unique()
    counted = every.join(orders, on=["day", "vendor"], how="left", nulls_equal=True).with_columns(pl.col("orders").fill_null(0))
    return on_list(counted, "vendor", policy.vendors, "is_expected")


def feed_hours(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, hour, against): how late the quotes were, beside the median hour of the trailing days, and how many of these there are."""
    rows = given["feed_lags"].with_columns(_day=pl.col("day").rank("dense").cast(pl.Int64)).sort("against", "_day", "hour")
    trailing = f"{int(policy.limit('trailing_days'))}i"
    before = rows.drop_nulls("lag_ms").select("against", "_day", "lag_ms")
    every = pl.concat([before, rows.select("against", "_day", lag_ms=pl.lit(None, pl.Int64)).unique()]).sort("against", "_day")
    usual = every.rolling(index_column="_day", period=trailing, closed="left", group_by=["against"]).agg(
        usual_lag_ms=pl.col("lag_ms").median(), days_before=pl.col("_day").filter(pl.col("lag_ms").is_not_null()).n_unique()
    )
    beside = rows.join(usual.unique(["against", "_day"], keep="first", maintain_order=True), on=["against", "_day"], how="left", maintain_order="left")
    return beside.with_columns(pl.col("days_before").cast(pl.Int64), later_ms=pl.col("lag_ms") - pl.col("usual_lag_ms")).drop("_day")


def copies(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, table, import): copies that say the same as the row that stays."""
    return given["duplicates"].filter(pl.col("copies") == "same").group_by("day", "table", "import_id").agg(rows=_count())


def fee_days(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, venue): fees and rebates as the fills state them and by the venue's schedule, over fills of which both are known."""
    both = given["fills"].drop_nulls(["venue_fee_usd", "schedule_fee_usd"])
    counted = both.group_by("day", "vendor", "venue").agg(
        fills=_count(), differing=_where(pl.col("venue_fee_usd") != pl.col("schedule_fee_usd")), stated_usd=pl.col("venue_fee_usd").sum(),
        scheduled_usd=pl.col("schedule_fee_usd").sum(),
    )  # fmt: skip
    return counted.with_columns(gap_usd=pl.col("stated_usd") - pl.col("scheduled_usd"))


def venue_days(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, kinds, venue): shares at each venue, as a fraction of the day and of the trailing days.

    A venue the vendor ever used has a row on each of the vendor's days, with zero shares when it got none.
    """
    placed = given["fills"].filter(pl.col("venue").is_not_null())
    totals = placed.group_by("day", *VENDOR).agg(all_fills=_count(), all_qty=pl.col("fill_qty").sum())
    parts = placed.group_by("day", *VENDOR, "venue").agg(fills=_count(), venue_qty=pl.col("fill_qty").sum())
    every = totals.join(placed.select(*VENDOR, "venue").unique(), on=VENDOR, nulls_equal=True)
    rows = every.join(parts, on=["day", *VENDOR, "venue"], how="left", nulls_equal=True).with_columns(pl.col("fills", "venue_qty").fill_null(0))
    trailed = _trailing(rows, (*VENDOR, "venue"), ("venue_qty", "all_qty", "fills", "all_fills"), policy).with_columns(
        venue_fraction=_ratio("venue_qty", "all_qty"), trailing_fraction=_ratio("trailing_venue_qty", "trailing_all_qty")
    )
    flagged = on_list(on_list(trailed, "venue", policy.venues, "is_approved"), "venue", policy.venues_that_pay, "is_paying")
    return flagged.with_columns(share_move=pl.col("venue_fraction") - pl.col("trailing_fraction"), move_sigmas=_sigmas("fills", "all_fills"))


def vendor_days(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, kinds): how concentrated the venues are, and how much of the flow they pay for. Shares without a venue stand apart."""
    placed = venue_days(given, policy).group_by("day", *VENDOR).agg(
        placed_fills=pl.col("fills").sum(), placed_qty=pl.col("venue_qty").sum(), _squares=pl.sql_expr("SUM(venue_qty * venue_qty)"),
        paying_qty=pl.col("venue_qty").filter("is_paying").sum(),
    )  # fmt: skip
    counted = given["fills"].group_by("day", *VENDOR).agg(fills=_count(), unplaced=_where(pl.col("venue").is_null()))
    rows = _paying_venues(counted.join(placed, on=["day", *VENDOR], how="left", nulls_equal=True), policy)
    return rows.with_columns(
        hhi=pl.col("_squares").cast(pl.Float64) / pl.col("placed_qty").cast(pl.Float64).pow(2),
        paying_fraction=pl.when(pl.col("paying_venues").is_not_null()).then(_ratio("paying_qty", "placed_qty")),
    ).drop("_squares")


def route_days(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, venue): routes, those refused, and the most refused within any sixty seconds."""
    sent = given["routes"].rename({"routed_on": "day"})
    key = ["day", "vendor", "venue"]
    refused = sent.filter(pl.col("end_reason") == "rejected").sort(*key, "routed_at", nulls_last=True)
    in_a_minute = refused.rolling(index_column="routed_at", period=MINUTE_NS, group_by=list(key)).agg(rejected=_count())
    worst = in_a_minute.group_by(key).agg(rejected_in_a_minute=pl.col("rejected").max())
    counted = sent.group_by(key).agg(routes=_count(), rejected=_where(pl.col("end_reason") == "rejected"))
    rows = counted.join(worst, on=key, how="left", nulls_equal=True).with_columns(pl.col("rejected_in_a_minute").fill_null(0))
    return on_list(rows, "venue", policy.venues, "is_approved")


def venue_answers(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, venue): how long immediate orders that were canceled stayed, from acknowledgement to answer, over the last days (`persistence_window_days`, this
    one among them) and over the trailing days before these. `move_sigmas`: routes of the last days beyond the earlier median, against one in two.
    """
    kept = given["routes"].filter(pl.col("tif") == "ioc", pl.col("end_reason") == "canceled").with_columns(kept_ns=pl.col("ended_at") - pl.col("acked_at"))
    known = kept.drop_nulls(["kept_ns", "venue", "routed_on"]).with_columns(_day=pl.col("routed_on").rank("dense").cast(pl.Int64)).sort("venue", "_day")
    last, trailing = int(policy.limit("persistence_window_days")), int(policy.limit("trailing_days"))
    rows = []
    for (venue,), part in known.partition_by("venue", as_dict=True, maintain_order=True).items():
        places, times = part["_day"].to_numpy(), part["kept_ns"].to_numpy()
        for day, place in part.select("routed_on", "_day").unique(maintain_order=True).iter_rows():
            earliest, began, ended = np.searchsorted(places, [place - last - trailing, place - last, place], side="right")
            now, before = times[began:ended], times[earliest:began]
            rows.append((day, venue, len(now), int(np.median(now)), len(before), *_against(now, before)))
    return pl.DataFrame(rows, schema=_ANSWERS, orient="row").with_columns(later_ns=pl.col("kept_ns") - pl.col("usual_kept_ns"))


_ANSWERS = {
    "day": pl.Date, "venue": pl.String, "routes": pl.Int64, "kept_ns": pl.Int64, "routes_before": pl.Int64, "usual_kept_ns": pl.Int64,
    "move_sigmas": pl.Float64,
}  # fmt: skip


def _against(now: Ints, before: Ints) -> tuple[int | None, float | None]:
    """The median of `before`, and the sign test of `now` against it, in standard errors; null where there is none."""
    if not len(before):
        return None, None
    usual = int(np.median(before))
    beyond = int((now > usual).sum())
    return usual, float((2 * beyond - len(now)) / np.sqrt(len(now)))


def class_orders(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, kinds, order class): how many orders got a fill, that day and on the trailing days. Orders never executable are left out."""
    key = (*VENDOR, "order_class")
    counted = given["orders"].filter(pl.col("order_class").is_not_null()).group_by("day", *key).agg(orders=_count(), filled_orders=_where(pl.col("is_filled")))
    rows = _trailing(counted, key, ("orders", "filled_orders"), policy)
    rated = rows.with_columns(fill_rate=_ratio("filled_orders", "orders"), trailing_rate=_ratio("trailing_filled_orders", "trailing_orders"))
    return rated.with_columns(rate_drop=pl.col("trailing_rate") - pl.col("fill_rate"), move_sigmas=_sigmas("filled_orders", "orders"))


def class_quality(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, kinds, order class): effective over quoted spread, on how many of the last days it was over the limit, and how many fills were slow."""
    key = (*VENDOR, "order_class")
    measured = fills(given, policy).filter(_IS_REGULAR, pl.col("order_class").is_not_null())
    is_timed = pl.col("speed_limit_ns").is_not_null() & pl.col("t0_to_fill_ns").is_not_null()
    rows = measured.group_by("day", *key).agg(
        *_spreads(), fills=_count(), timed=_where(is_timed), slow=_where(is_timed & (pl.col("t0_to_fill_ns") > pl.col("speed_limit_ns")))
    )
    rated = rows.with_columns(eq=_ratio("effective_usd", "quoted_usd"), slow_fraction=_ratio("slow", "timed"))
    return _over_days(rated, key, policy)


def paying_cells(given: Given, policy: Policy) -> pl.DataFrame:
    """(day, vendor, kinds, order class, size bucket): the same measures at venues that pay and elsewhere. Payments themselves enter no measure."""
    cell = ["day", *VENDOR, "order_class", "size_bucket"]
    measured = fills(given, policy).filter(_IS_REGULAR, pl.col("order_class").is_not_null(), pl.col("venue").is_not_null())
    paying, elsewhere = (
        _side(measured.filter(pl.col("is_paying").fill_null(False) == pays), cell, name) for pays, name in ((True, "paying"), (False, "elsewhere"))
    )
    rows = _paying_venues(paying.join(elsewhere, on=cell, how="full", coalesce=True, nulls_equal=True), policy)
    return rows.with_columns(
        eq_excess=pl.col("paying_eq") - pl.col("elsewhere_eq"), gap_usd=pl.col("elsewhere_improvement_usd") - pl.col("paying_improvement_usd")
    )  # fmt: skip


def _side(measured: pl.DataFrame, cell: list[str], name: str) -> pl.DataFrame:
    sums = measured.group_by(cell).agg(*_spreads(), fills=_count())
    ratios = {"fills": pl.col("fills"), "eq": _ratio("effective_usd", "quoted_usd"), "improvement_usd": _ratio("improvement_usd", "shares")}
    return sums.select(*cell, *(ratio.alias(f"{name}_{what}") for what, ratio in ratios.items()))


def _count() -> pl.Expr:
    return pl.len().cast(pl.Int64)


def _where(flag: pl.Expr) -> pl.Expr:
    return flag.sum().cast(pl.Int64)


def _ratio(num: str, den: str) -> pl.Expr:
    """One division of two exact sums; null when nothing is divided by."""
    below = pl.col(den).cast(pl.Float64)
    return pl.when(below != 0).then(pl.col(num).cast(pl.Float64) / below)


def _sigmas(part: str, whole: str) -> pl.Expr:
    """The day's fraction less that of the trailing days, in standard errors of the difference of two proportions; null when neither could differ."""
    now, before = pl.col(whole).cast(pl.Float64), pl.col(f"trailing_{whole}").cast(pl.Float64)
    pooled = (pl.col(part) + pl.col(f"trailing_{part}")) / (now + before)
    error = (pooled * (1 - pooled) * (1 / now + 1 / before)).sqrt()
    return pl.when((before > 0) & (error > 0)).then((pl.col(part) / now - pl.col(f"trailing_{part}") / before) / error)


def _spreads() -> tuple[pl.Expr, ...]:
    return (
        pl.sql_expr("SUM(fill_qty * 2 * side * (fill_px - mid_at_t0))").alias("effective_usd"),
        pl.sql_expr("SUM(fill_qty * (ask_at_t0 - bid_at_t0))").alias("quoted_usd"),
        pl.sql_expr("SUM(fill_qty * side * (far_px_at_t0 - fill_px))").alias("improvement_usd"),
        pl.col("fill_qty").sum().alias("shares"),
    )


def _paying_venues(rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """`rows` with the number of venues that pay on the day; null where the policy does not say."""
    days = rows["day"].unique()
    listed = policy.venues_that_pay
    counts = [None if listed is None else len({entry.name for entry in listed if entry.holds(day)}) for day in days]
    return rows.join(pl.DataFrame({"day": days, "paying_venues": pl.Series(counts, dtype=pl.Int64)}), on="day", how="left")


def _numbered(rows: pl.DataFrame, key: Iterable[str]) -> pl.DataFrame:
    """`rows` in order, each day with its place among the days that the data has."""
    return rows.with_columns(_day=pl.col("day").rank("dense").cast(pl.Int64)).sort(*key, "_day", nulls_last=True)


def _trailing(rows: pl.DataFrame, key: tuple[str, ...], sums: tuple[str, ...], policy: Policy) -> pl.DataFrame:
    """`rows` with `trailing_<sum>` over the policy's number of days before each, and `days_before`: how many of them the group has."""
    numbered = _numbered(rows, key)
    days = int(policy.limit("trailing_days"))
    before = numbered.rolling(index_column="_day", period=f"{days}i", closed="left", group_by=list(key)).agg(
        *(pl.col(name).sum().alias(f"trailing_{name}") for name in sums), days_before=_count()
    )
    return numbered.join(before, on=[*key, "_day"], how="left", nulls_equal=True).drop("_day")


def _over_days(rows: pl.DataFrame, key: tuple[str, ...], policy: Policy) -> pl.DataFrame:
    """`rows` with `over_days`: on how many of the last days, this one among them, E/Q was over the limit with enough fills."""
    pairs = rows.select("day", "vendor").unique()
    limits = [(day, vendor, float(policy.limit("max_eq", day, vendor)), int(policy.limit("min_n", day, vendor))) for day, vendor in pairs.iter_rows()]
    held_to = pl.DataFrame(limits, schema={"day": pl.Date, "vendor": pl.String, "_max_eq": pl.Float64, "_min_n": pl.Int64}, orient="row")
    is_over = ((pl.col("eq") > pl.col("_max_eq")) & (pl.col("fills") >= pl.col("_min_n"))).fill_null(False)
    numbered = _numbered(rows.join(held_to, on=["day", "vendor"], how="left", nulls_equal=True).with_columns(_is_over=is_over), key)
    window = f"{int(policy.limit('persistence_window_days'))}i"
    counted = numbered.rolling(index_column="_day", period=window, group_by=list(key)).agg(over_days=_where(pl.col("_is_over")))
    return numbered.join(counted, on=[*key, "_day"], how="left", nulls_equal=True).drop("_day", "_is_over", "_max_eq", "_min_n")


SUMMARIES = (
    Asked("quotes_coverage", "One symbol's fills of one day, by the state of their quotes.", ("fills",), quotes_coverage, ("symbol",), "quotes of {symbol}"),
    Asked("clock_days", "One vendor's fills of one day.", ("fills",), clock_days, ("vendor",), "clocks of vendor {vendor}"),
    Asked(
        "gateway_days", "One vendor's answered routes of one day, by the clock that stamped them.", ("routes", "fills"), gateway_days,
        ("vendor", "routed_source"), "clock {routed_source} of vendor {vendor}", may_be_empty=True,
    ),
    Asked("vendor_feeds", "One vendor's orders of one day, seen or expected.", ("orders",), vendor_feeds, ("vendor",), "feed of vendor {vendor}"),
    Asked(
        "feed_hours", "The quotes of one hour against the prices executed in it.", ("feed_lags",), feed_hours, ("hour", "against"),
        "quotes against {against} from {hour}:00", may_be_empty=True, limits=("trailing_days",),
    ),
    Asked(
        "copies", "One import's exact copies in one table on one day.", ("duplicates",), copies,
        ("table", "import_id"), "{table} of one import", may_be_empty=True,
    ),
    Asked(
        "venue_days", "One vendor's shares at one venue on one day.", ("fills",), venue_days,
        (*VENDOR, "venue"), "vendor {vendor} at {venue}", limits=("trailing_days",),
    ),
    Asked("fee_days", "One vendor's fills at one venue on one day whose fee is stated and on the schedule.", ("fills",), fee_days, ("vendor", "venue"),
          "fees of vendor {vendor} at {venue}", may_be_empty=True),
    Asked("vendor_days", "One vendor's shares over its venues on one day.", ("fills",), vendor_days, VENDOR, "venues of vendor {vendor}"),
    Asked("route_days", "One vendor's routes to one venue on one day.", ("routes",), route_days, ("vendor", "venue"), "routes of vendor {vendor} to {venue}"),
    Asked(
        "venue_answers", "One venue's canceled immediate orders of the last days.", ("routes",), venue_answers, ("venue",), "answers of {venue}",
        may_be_empty=True, limits=("persistence_window_days", "trailing_days"),
    ),
    Asked(
        "class_orders", "One vendor's orders of one class on one day.", ("orders",), class_orders,
        (*VENDOR, "order_class"), "{order_class} orders of vendor {vendor}", limits=("trailing_days",),
    ),
    Asked(
        "class_quality", "One vendor's fills of one order class on one day.", ("fills",), class_quality,
        (*VENDOR, "order_class"), "{order_class} fills of vendor {vendor}", limits=("max_eq", "min_n", "persistence_window_days"),
    ),
    Asked(
        "paying_cells", "One order class and size of one vendor on one day, at venues that pay and elsewhere.", ("fills",), paying_cells,
        (*VENDOR, "order_class", "size_bucket"), "{order_class} orders from ${size_bucket} of vendor {vendor}",
    ),
)  # fmt: skip
