"""What was credited for each order before: an assessment's supplement pays the difference only."""

from __future__ import annotations

from typing import Any

import polars as pl

from oversight.harm import snapshot
from oversight.harm.lifecycle import DECIDED
from oversight.harm.models import Harm

SCHEMA: dict[str, Any] = {"firm": pl.String, "key_on": pl.Date, "symbol": pl.String, "order_id": pl.String, "prior_usd": pl.Decimal(38, 15)}


def credited_before(row: Harm) -> pl.DataFrame:
    """By order's key the exact dollars approved for known customers by the assessment that `row` supplements, and by its other supplements."""
    if row.supplement_to_id is None:
        return pl.DataFrame(schema=SCHEMA)
    earlier = Harm.objects.filter(state__in=DECIDED).exclude(pk=row.pk).select_related("approved_count__filed")
    parts = [pl.DataFrame(schema=SCHEMA)]
    for one in (*earlier.filter(pk=row.supplement_to_id), *earlier.filter(supplement_to=row.supplement_to_id)):
        if one.approved_count is not None:
            orders = snapshot.orders_of(snapshot.read(one.approved_count))
            parts.append(orders.filter(pl.col("customer").is_not_null()).select(*list(SCHEMA)[:4], prior_usd=pl.col("harm_usd").cast(pl.Decimal(38, 15))))
    return pl.concat(parts).group_by(list(SCHEMA)[:4]).agg(pl.col("prior_usd").sum())
