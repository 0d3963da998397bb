"""CAT records as `schema.EVENTS`: each field as an exact value where it has one, each fault by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.importers.base import Reject
from bestexec.importers.cat_clock import Fold, date_of, instants
from bestexec.importers.cat_columns import after_crd, columns
from bestexec.importers.cat_faults import checked, with_more
from bestexec.importers.cat_meaning import meanings
from bestexec.market.sessions import CALENDAR_FIRST, CALENDAR_LAST, trading_date

TIMES = ("eventTimestamp", "electronicTimestamp", "requestTimestamp")
_AS_GIVEN = ("side", "destination", "marketCenterID")
"""Fields of which a value at fault still tells something for certain."""
_READ = (
    "actionType", "errorROEID", "firmROEID", "type", "CATReporterIMID", "orderKeyDate", "tradeKeyDate", "fillKeyDate", "orderID", "tradeID", "fulfillmentID",
    "allocationID", "symbol", "optionID", "underlying",
    *TIMES, "manualFlag", "electronicDupFlag", "manualOrderKeyDate", "manualOrderID", "priorOrderKeyDate", "priorOrderID",
    "parentOrderKeyDate", "parentOrderID", "routedOrderID", "priorRoutedOrderID", "priorFulfillmentID", "senderIMID", "receiverIMID", "destination",
    "destinationType", "senderType", "session", "side", "quantity", "cancelQty", "leavesQty", "price", "minQty", "orderType", "tradingSession", "isoInd",
    "routeRejectedFlag", "representativeInd", "marketCenterID", "counterparty", "capacity", "accountHolderType", "firmDesignatedID", "cancelFlag",
    "initiator", "handlingInstructions", "timeInForce",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is known beside the records: the firm if stated, what the file's name says (reporter, day, place in the sequence), and the accounts' secret."""

    firm: str | None
    reporter: str | None
    day: date | None
    sequence: int | None
    secret: bytes


def events(fields: pl.DataFrame, facts: Facts, fold: Fold) -> tuple[pl.DataFrame, tuple[Reject, ...], Fold]:
    """(rows of schema.EVENTS, not in the order of the file, a reject for each record that cannot be used, how the file stands in the hour shown twice)."""
    given = _in_order(fields).with_columns(pl.lit(None, pl.String).alias(name) for name in _READ if name not in fields.columns)
    clean, faults = checked(given)
    times, fold = instants(clean, TIMES, fold)
    rows = pl.concat(
        [clean, given.select(pl.col(name).alias(f"given:{name}") for name in _AS_GIVEN), times.rename(lambda name: f"at:{name}")], how="horizontal"
    )
    rows = rows.with_columns(_reporter(facts), faults.alias("faults"))
    rows = rows.with_columns(firm=pl.coalesce(pl.lit(facts.firm, pl.String), "reporter"), day=_day(times[TIMES[0]], facts)).with_columns(unusable=_unusable())
    refused = tuple(Reject(*found) for found in rows.filter(pl.col("unusable").is_not_null()).select("line", "unusable").iter_rows())
    rows = rows.filter(pl.col("unusable").is_null())
    rows = pl.concat([rows, meanings(rows, facts.secret)], how="horizontal")
    more = ("never_shown", "instruction_faults", "force_faults", "related_faults")
    rows = rows.with_columns(never_shown=_never_shown())
    rows = rows.with_columns(with_more(rows["faults"], [rows[name] for name in more]).alias("faults"))
    whose = ("line", "firm", "reporter", "day", "content")
    sequence = pl.lit(facts.sequence, pl.Int64).alias("sequence")
    return rows.select(*whose, sequence, pl.lit("cat").alias("source"), *(value.alias(name) for name, value in columns().items())), refused, fold


def _in_order(fields: pl.DataFrame) -> pl.DataFrame:
    """The records as they stand, or in the order of the file where one is of an hour that clocks can show twice."""
    doubtful = fields["eventTimestamp"].str.slice(9, 2) == "01" if "eventTimestamp" in fields.columns else pl.Series([False])
    return fields.sort("line") if doubtful.any() else fields


def _reporter(facts: Facts) -> pl.Expr:
    return pl.coalesce(after_crd(pl.col("CATReporterIMID")), pl.lit(facts.reporter, pl.String)).alias("reporter")


def _day(at: pl.Series, facts: Facts) -> pl.Expr:
    """Trading date of the event; of a record without a time the date in its firmROEID, else in the file's name."""
    on = at.cast(pl.Datetime("ns")).dt.date()
    inside = pl.select(pl.when((pl.lit(on) > CALENDAR_FIRST) & (pl.lit(on) < CALENDAR_LAST.replace(day=1))).then(pl.lit(at))).to_series()
    return pl.coalesce(pl.lit(trading_date(inside)), date_of(pl.col("firmROEID").str.slice(0, 8)), pl.lit(facts.day, pl.Date))


def _unusable() -> pl.Expr:
    """Why a record cannot be kept as an event; null where it can."""
    reasons = (
        (pl.col("actionType").is_null(), "actionType: not NEW, COR, RPR or DEL"),
        (pl.col("firmROEID").is_null(), "firmROEID: missing, or not yyyymmdd_… of at most 64 signs"),
        (pl.col("firm").is_null(), "CATReporterIMID: missing, in the record and in the file's name; import with --firm"),
        (pl.col("day").is_null(), "no day: neither eventTimestamp nor firmROEID has one"),
    )
    return pl.coalesce(*(pl.when(condition).then(pl.lit(why)) for condition, why in reasons))


def _never_shown() -> pl.Expr:
    """A time in the hour that clocks leave out in spring."""
    lost = pl.col("eventTimestamp").is_not_null() & pl.col("at:eventTimestamp").is_null()
    return pl.when(lost).then(pl.lit("eventTimestamp=") + pl.col("eventTimestamp"))
