"""What every run looks for in how routers behave: changes that nobody announced, flow that follows payment, hops that help nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from bestexec.policy.releases import Release
from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.changes.tables import CHANGES

MEASURE = "effective_spread"
"""The cost by which quality is held equal: it reads no payment."""


@dataclass(frozen=True)
class Detected:
    """`verdicts` in the columns of VERDICTS, `changes` in those of CHANGES."""

    verdicts: pl.DataFrame
    changes: pl.DataFrame


def detected(
    fills: pl.DataFrame, routes: pl.DataFrame, attempts: pl.DataFrame, orders: pl.DataFrame, payments: pl.DataFrame, releases: Iterable[Release]
) -> Detected:  # fmt: skip
    """What a run's measured fills and orders and its routes show, beside the payments received by month (`schema.PAYMENTS`) and the vendors' release notes.

    `attempts` are the routes as `logic.tried` tells them. A payment is for all flow of its month, so its rate is over all shares; what follows it is
    asked of retail orders alone.
    """
    if fills.is_empty():
        return Detected(VERDICTS.schema.to_frame(), CHANGES.schema.to_frame())

    from bestexec.verdicts.changes.judging import changes  # noqa: PLC0415  # statistics take a second to load, which most commands never need
    from bestexec.verdicts.steering import interposition, of_received, steering  # noqa: PLC0415  # the same

    notes = pl.DataFrame(
        [(one.vendor, one.released_on, one.words) for one in releases], schema={"vendor": pl.String, "released_on": pl.Date, "words": pl.String}, orient="row"
    )
    moved, told, _ = changes(fills, attempts, orders, notes)
    retail = fills.filter((pl.col("customer_class") == "retail").fill_null(True) & ~pl.col("is_directed").fill_null(False))
    followed, _ = steering(retail, of_received(payments, fills), metric=MEASURE)
    hops, _ = interposition(fills, routes, metric=MEASURE)
    return Detected(pl.concat([moved, followed, hops]), told)
