"""Counting: the question is asked, its orders are filed as a table, and the count is written down for good."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models import Max

from bestexec import LimitUsed, Unseen
from oversight import clock
from oversight.actor import Actor, automated
from oversight.evidence import actions as evidence
from oversight.harm import looking, snapshot, standing
from oversight.harm.looking import Progress, Seen, quiet
from oversight.harm.models import Count, Harm
from oversight.lifecycle import refuse
from oversight.record import actions

DESK = automated("make-whole")
"""Files the table and the credit file: what was counted is the desk's, who counted stands in the record."""


def count(by: Actor, row: Harm, *, why: str = "", progress: Progress = quiet) -> Count:
    """Ask the question of the runs in force now and keep the answer. Raises Refusal for who may not, or a question that means nothing."""
    refuse(row.LIFECYCLE, row.LIFECYCLE.move("count"), row, person=by.key, roles=by.roles, given={"why": why})
    seen = looking.seen(row, progress)
    return _kept(by, row, seen, why)


def _kept(by: Actor, row: Harm, seen: Seen, why: str) -> Count:
    with actions.turn():
        number = (row.counts.aggregate(last=Max("number"))["last"] or 0) + 1
        actions.move(by, row, "count", why=why)
        made = _count(by, row, seen, number)
        content = snapshot.made(seen, {"harm": row.number, "asked": row.asked, "runs": made.runs})
        made.filed = evidence.file(
            DESK, f"harm-{row.number}-count-{number}.parquet", content, title=f"Harm {row.number}, count {number}: every affected order and fill",
            shows="Each fill held against the counterfactual, with its order's sums; customers by their number here.",
            effective_on=row.last_on, subject=row.subject, what=f"Count {number}",
        )  # fmt: skip
        actions.create(by, made, verb="count")
        row.__dict__.pop("counted", None)
    return made


def _count(by: Actor, row: Harm, seen: Seen, number: int) -> Count:
    orders, harmed = seen.orders, seen.orders.filter(pl.col("harm_usd") > 0)
    unknown, better = harmed.filter(pl.col("account_key").is_null()), orders.filter(pl.col("loss_usd") < 0)
    return Count(
        harm=row, number=number, made_by=by.key, made_at=clock.now(), asked=row.asked, runs=list(seen.runs),
        in_force=standing.in_force(row.first_on, row.last_on), policies=list(seen.looked.policies),
        limits=[_limit(one) for one in seen.looked.limits],
        set_sha256=snapshot.set_hash(seen), is_population=seen.looked.is_population,
        affected=seen.looked.affected.height, exceptions=int(seen.looked.affected["is_exception"].sum() or 0),
        orders=orders.height, harmed_orders=harmed.height, fills=int(seen.harmed.fills["loss_usd"].count()), customers=seen.customers.height,
        exact_usd=_sum(harmed, "harm_usd"), credit_usd=_sum(seen.customers, "credit_usd"),
        unknown_orders=unknown.height, unknown_usd=_sum(unknown, "harm_usd"), unpriced_orders=_unpriced(orders),
        better_orders=better.height, better_usd=-_sum(better, "loss_usd"), prior_usd=_sum(orders, "prior_usd"),
        unseen=[_gap(gap) for gap in seen.unseen], accounts=seen.customers["account_key"].to_list(),
    )  # fmt: skip


def _limit(one: LimitUsed) -> list[str | None]:
    return [one.name, one.unit, None if one.stated is None else _plain(one.stated), ", ".join(_plain(value) for value in one.policy)]


def _unpriced(orders: pl.DataFrame) -> int:
    return orders.filter((pl.col("fills_unknown") > 0) | pl.col("loss_usd").is_null()).height


def _gap(gap: Unseen) -> dict[str, Any]:
    first, last = (on.isoformat() if on else None for on in (gap.first_on, gap.last_on))
    return {"kind": gap.kind, "why": gap.why, "first": first, "last": last, "days": len(gap.days), "rows": gap.rows, "of_rows": gap.of_rows}


def _sum(rows: pl.DataFrame, name: str) -> Decimal:
    return Decimal(str(rows[name].sum() or 0))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
