"""What every run looks for in how routers behave: changes that nobody announced, flow that follows payment, hops that help nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from bestexec.logic import tried
from bestexec.policy.releases import Release
from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.changes.tables import CHANGES

DIGITS = 10
MEASURE = "effective_spread"
"""The cost by which quality is held equal: it reads no payment."""


@dataclass(frozen=True)
class Detected:
    """`verdicts` in the columns of VERDICTS, `changes` in those of CHANGES."""

    verdicts: pl.DataFrame
    changes: pl.DataFrame


def detected(
    fills: pl.DataFrame, routes: pl.DataFrame, orders: pl.DataFrame, payments: pl.DataFrame, releases: Iterable[Release]
) -> Detected:  # fmt: skip
    """What a run's measured fills and orders and its routes show, beside the payments received by month (`schema.PAYMENTS`) and the vendors' release notes."""
    if fills.is_empty():
        return Detected(VERDICTS.schema.to_frame(), CHANGES.schema.to_frame())

    from bestexec.verdicts.changes import changes  # noqa: PLC0415  # statistics take a second to load, which most commands never need
    from bestexec.verdicts.steering import interposition, of_received, steering  # noqa: PLC0415  # the same

    notes = pl.DataFrame(
        [(one.vendor, one.released_on, one.words) for one in releases], schema={"vendor": pl.String, "released_on": pl.Date, "words": pl.String}, orient="row"
    )
    moved, told, _ = changes(fills, tried(orders, routes), orders, notes)
    retail = fills.filter((pl.col("customer_class") == "retail").fill_null(True) & ~pl.col("is_directed").fill_null(False))
    followed, _ = steering(retail, of_received(payments, retail), metric=MEASURE)
    hops, _ = interposition(fills, routes, metric=MEASURE)
    return Detected(_rounded(pl.concat([moved, followed, hops])), _rounded(told))


def _rounded(table: pl.DataFrame) -> pl.DataFrame:
    """Figures at ten significant digits: the last bits of a sum depend on how many threads added it."""
    return table.with_columns(pl.selectors.float().round_sig_figs(DIGITS))
