"""Alerts: findings of one cause on one day, the most telling first, and how many of them a day's budget reaches.

What the budget does not reach stays a finding; it is counted as below the line, and a part of it is drawn by its own hash to be read all the same.
"""

from __future__ import annotations

import math
from datetime import date

import polars as pl

from bestexec.checks.families import ASKED, CHECKS
from bestexec.policy import Policy
from bestexec.schema import Column, Table, conform
from bestexec.units import COUNT, DAY, FLAG, NOTIONAL, TEXT

SEVERITIES = ("high", "medium", "low", "info")
NEVER_CUT = ("high",)
"""Severities that stand above the line whatever the budget is."""
STANDINGS = ("within the budget", "never cut", "drawn from below", "below the line")
PER_ORDERS = 100_000
HASHES = 16**8
"""An alert's id begins with eight hexadecimal digits, as good as drawn by lot."""

ALERTS = Table(
    "alerts", "Findings of one check on one day that have one cause, as the check declares it.", ("alert_id",), "day",
    (
        Column("alert_id", TEXT, "", "Hash of the check, the cause and the trading date; each finding names its own.", required=True),
        Column("check_id", TEXT, "", "Check.", required=True),
        Column("title", TEXT, "", "What was found, in words.", required=True),
        Column("severity", TEXT, "", "How much it matters.", required=True, values=SEVERITIES),
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("symbol", TEXT, "", "Symbol, where all its findings are of one."),
        Column("venue", TEXT, "MIC", "Venue, where all its findings are of one."),
        Column("vendor", TEXT, "", "Vendor, where all its findings are of one."),
        Column("findings", COUNT, "findings", "Findings in it.", required=True),
        Column("orders", COUNT, "orders", "Orders that they name.", required=True),
        Column("harm_usd", NOTIONAL, "USD", "Estimated cost to customers over them; null where no finding has one."),
        Column("first_finding_id", TEXT, "", "The finding of the greatest cost, else the first by id.", required=True),
        Column("is_of_period", FLAG, "", "It judges all days of the run together, and has a place and a budget beside the day's.", required=True),
        Column("days_before", COUNT, "days", "Trailing days of the run it is compared with.", required=True),
        Column("fired_days", COUNT, "days", "Of these, on which the check found anything; null where they are too few to tell."),
        Column("as_bad_days", COUNT, "days", "Of these, on which it found as many at once or, where that is fewer, at as much cost; null as before."),
        Column("place", COUNT, "", "Its place among the alerts of the day, or of the period, 1 first.", required=True),
        Column("budget", COUNT, "alerts", "How many alerts the orders of the day, or of the period, allow.", required=True),
        Column("standing", TEXT, "", "Why it is to be read, or not.", required=True, values=STANDINGS),
        Column("is_above", FLAG, "", "It stands above the line.", required=True),
    ),
)  # fmt: skip

ORDER = (
    ("rarity", "the smaller part of the trailing days was as bad for its check, unknown last"),
    ("usual", "the smaller part of them its check fired on"),
    ("rank", "the higher severity"),
    ("orders", "the more orders have the cause in common"),
    ("findings", "the more findings"),
    ("harm_usd", "the more it cost customers"),
    ("alert_id", "its hash"),
)
"""What comes first on a day, or in the run's period, each where all before are equal."""
_MORE_IS_FIRST = ("orders", "findings", "harm_usd")
OF_PERIOD = tuple(check.id for check in CHECKS if ASKED[check.on].is_of_period)


def alerts(findings: pl.DataFrame, orders: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """ALERTS of `findings` (FINDINGS rows, each with its `alert_id`); `orders` (day) say which days there were and how many orders each had."""
    counts = dict(orders.group_by("day").len().iter_rows())
    days = sorted({*counts, *findings["day"]})
    ranked = _ranked(_with_days_before(_grouped(findings), days, policy))
    whole = sum(counts.values())
    on_day = pl.DataFrame(
        [
            (day, is_of_period, _budget(whole if is_of_period else counts.get(day, 0), day, policy), int(policy.limit("below_line_sample", day) * HASHES))
            for day in days for is_of_period in (False, True)
        ],
        schema={"day": DAY, "is_of_period": FLAG, "budget": COUNT, "_drawn_below": COUNT}, orient="row",
    )  # fmt: skip
    placed = ranked.with_columns(place=pl.int_range(1, pl.len() + 1).over("day", "is_of_period", order_by="_first")).join(
        on_day, on=["day", "is_of_period"], how="left"
    )
    number = pl.col("alert_id").str.slice(0, 8).str.to_integer(base=16)
    stands = (
        pl.when(pl.col("place") <= pl.col("budget")).then(pl.lit(STANDINGS[0]))
        .when(pl.col("severity").is_in(NEVER_CUT)).then(pl.lit(STANDINGS[1]))
        .when(number < pl.col("_drawn_below")).then(pl.lit(STANDINGS[2]))
        .otherwise(pl.lit(STANDINGS[3]))
    )  # fmt: skip
    told = placed.with_columns(standing=stands).with_columns(is_above=pl.col("standing").is_in(STANDINGS[:2]))
    return conform(told, ALERTS).sort("day", "is_of_period", "place")


def _grouped(findings: pl.DataFrame) -> pl.DataFrame:
    """A row an alert."""
    first = findings.sort(pl.col("harm_usd"), "finding_id", descending=[True, False], nulls_last=True)
    only = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name) for name in ("symbol", "venue", "vendor")]
    return first.group_by("alert_id", "check_id", "day", maintain_order=True).agg(
        pl.col("title", "severity").first(), *only, findings=pl.len().cast(COUNT), orders=pl.col("order_id").drop_nulls().n_unique().cast(COUNT),
        harm_usd=pl.when(pl.col("harm_usd").count() > 0).then(pl.col("harm_usd").cast(NOTIONAL).sum()), first_finding_id=pl.col("finding_id").first(),
    ).with_columns(is_of_period=pl.col("check_id").is_in(OF_PERIOD))  # fmt: skip


def _with_days_before(grouped: pl.DataFrame, days: list[date], policy: Policy) -> pl.DataFrame:
    """Each alert beside what its check found on the trailing days."""
    trailing = int(policy.limit("trailing_days"))
    places = {day: place for place, day in enumerate(days)}
    numbered = grouped.with_columns(_day=pl.col("day").replace_strict(places, return_dtype=COUNT) if places else pl.lit(None, COUNT))
    worst = numbered.group_by("check_id", _then="_day").agg(_most=pl.col("findings").max(), _dearest=pl.col("harm_usd").max())
    pairs = numbered.join(worst, on="check_id").filter(pl.col("_then") < pl.col("_day"), pl.col("_then") >= pl.col("_day") - trailing)
    told = pairs.group_by("alert_id").agg(
        fired_days=pl.len().cast(COUNT), _many=(pl.col("_most") >= pl.col("findings")).sum().cast(COUNT),
        _dear=(pl.col("_dearest") >= pl.col("harm_usd")).sum().cast(COUNT),
    )  # fmt: skip
    beside = numbered.join(told, on="alert_id", how="left").with_columns(pl.col("fired_days", "_many", "_dear").fill_null(0))
    enough = {place: int(policy.limit("min_trailing_days", day)) for day, place in places.items()}
    before = beside.with_columns(
        days_before=pl.min_horizontal("_day", trailing), _enough=pl.col("_day").replace_strict(enough, return_dtype=COUNT) if enough else pl.lit(None, COUNT)
    )
    is_known = ~pl.col("is_of_period") & (pl.col("days_before") >= pl.col("_enough"))
    fewest = pl.when(pl.col("harm_usd").is_null()).then("_many").otherwise(pl.min_horizontal("_many", "_dear"))
    return before.with_columns(fired_days=pl.when(is_known).then("fired_days"), as_bad_days=pl.when(is_known).then(fewest))


def _ranked(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with `_first`, their order over all days."""
    parts = rows.with_columns(
        rarity=pl.col("as_bad_days") / pl.col("days_before"), usual=pl.col("fired_days") / pl.col("days_before"),
        rank=pl.col("severity").replace_strict({name: place for place, name in enumerate(SEVERITIES)}, return_dtype=COUNT),
    )  # fmt: skip
    by = [name for name, _ in ORDER]
    return parts.sort(by, descending=[name in _MORE_IS_FIRST for name in by], nulls_last=True).with_row_index("_first")


def _budget(orders: int, day: date, policy: Policy) -> int:
    """Alerts that so many orders allow by the policy of `day`."""
    allowed = math.ceil(policy.limit("alerts_per_100k_orders", day) * orders / PER_ORDERS)
    return max(allowed, int(policy.limit("least_alerts", day)))
