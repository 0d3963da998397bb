"""Orders that the policy leaves out by name, day by day, each exclusion with who approved it and until when."""

from __future__ import annotations

import polars as pl

from bestexec.policy import Policy
from bestexec.schema import Column, Table, conform
from bestexec.units import COUNT, DAY, FLAG, QTY, TEXT

EXCLUSIONS = Table(
    "exclusions", "The orders of a day that one exclusion of the policy leaves out.", ("day", "dimension", "value"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("dimension", TEXT, "", "By what they are left out: session, customer class or asset class.", required=True),
        Column("value", TEXT, "", "Which of these.", required=True),
        Column("orders", COUNT, "orders", "Orders left out by it; one that two exclusions name counts under both.", required=True),
        Column("order_shares", QTY, "shares", "Their shares."),
        Column("approved_by", TEXT, "", "Role or committee that approved the exclusion; the policy's approver where it names none.", required=True),
        Column("until", DAY, "date", "First day on which the approval no longer stands; null where it has no end."),
        Column("is_ended", FLAG, "", "The approval had ended by that day.", required=True),
    ),
)  # fmt: skip


def exclusions(orders: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """EXCLUSIONS of `linking.columns.LINKED_ORDERS` rows."""
    parts = [pl.DataFrame(schema=EXCLUSIONS.schema)]
    for (dimension, value), exclusion in sorted(policy.exclusions.items()):
        found = orders.filter(pl.col(dimension) == value).group_by("day").agg(orders=pl.len(), order_shares=pl.col("order_qty").sum())
        made = found.with_columns(
            dimension=pl.lit(dimension), value=pl.lit(value), approved_by=pl.lit(exclusion.approved_by), until=pl.lit(exclusion.until, pl.Date),
            is_ended=pl.lit(exclusion.until is not None) & (pl.col("day") >= pl.lit(exclusion.until, pl.Date)).fill_null(value=False),
        )  # fmt: skip
        parts.append(conform(made.with_columns(pl.col("orders").cast(COUNT), pl.col("order_shares").cast(QTY)), EXCLUSIONS))
    return pl.concat(parts).sort(EXCLUSIONS.key)
