"""One assessment's question, asked of the runs in force: every affected order, its dollars, its customer, and what could not be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
from django.conf import settings

from bestexec import (
    CHECKS,
    POPULATIONS,
    Harmed,
    LookBack,
    LookedBack,
    Problem,
    Run,
    Stated,
    Unseen,
    accounts_of,
    harm_by_customer,
    harm_of,
    look_back,
    open_workspace,
    raw_standing,
)
from oversight.findings import queries as findings
from oversight.findings.models import RunDay
from oversight.harm.models import LEAST, POLICY, Harm
from oversight.harm.prior import credited_before
from oversight.lifecycle import Refusal

KEY = ["firm", "key_on", "symbol", "order_id"]
SUMMARIES = {check.id for check in CHECKS if check.on in POPULATIONS}
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Seen:
    """What was found. `orders` have account_key, customer (its number here), prior_usd and harm_usd; `customers` account_key, exact_usd, credit_usd, number."""

    looked: LookedBack
    harmed: Harmed
    orders: pl.DataFrame
    customers: pl.DataFrame
    unseen: tuple[Unseen, ...]
    runs: tuple[str, ...]


def quiet(what: str, done: int, of: int) -> None:
    """Tells nobody."""


def seen(row: Harm, progress: Progress = quiet) -> Seen:
    """Ask the assessment's question now. Raises Refusal, in the library's words, for a question that means nothing."""
    try:
        return _seen(row, progress)
    except Problem as problem:
        raise Refusal(f"It cannot be counted: {problem}") from problem


def _seen(row: Harm, progress: Progress) -> Seen:
    runs, gone = _runs(row)
    looked = look_back(runs, question(row), progress)
    harmed = harm_of(looked, stated(row), row.netting)
    progress("looking up customers and raw files", len(runs), len(runs))
    workspace = open_workspace(settings.WORKSPACE, create=False)
    by_id = {run.id: run for run, _ in runs}
    known, unknown = accounts_of(harmed.orders, by_id.values(), workspace)
    valued, over = _less_prior(row, known)
    customers = harm_by_customer(valued, row.rounding).with_row_index("number", offset=1)
    orders = valued.join(customers.select("account_key", customer="number"), on="account_key", how="left", maintain_order="left")
    raw = [gap for run, days in runs for gap in raw_standing(run, [day for day in days if row.first_on <= day <= row.last_on], workspace)]
    gaps = (*gone, *looked.unseen, *raw, *harmed.unseen, *unknown, *over)
    return Seen(looked, harmed, orders, customers, _told(gaps), looked.runs)


def question(row: Harm) -> LookBack:
    """The question as the library takes it."""
    limits = None if row.limits_are == LEAST else {} if row.limits_are == POLICY else {name: Decimal(value) for name, value in row.limits.items()}
    return LookBack(row.check_id, row.first_on, row.last_on, row.vendor, row.venue, row.symbol, row.order_class, limits)


def stated(row: Harm) -> Stated:
    """The counterfactual as the library takes it."""
    return Stated(row.counterfactual, row.comparison, row.improvement_px)


def _runs(row: Harm) -> tuple[list[tuple[Run, tuple[date, ...]]], list[Unseen]]:
    """The runs in force that can be opened, each with its days, and those that cannot. A check of a summary is given the days before, too."""
    days: dict[str, list[date]] = {}
    current = RunDay.objects.filter(is_current=True, on__lte=row.last_on)
    if row.check_id not in SUMMARIES:
        current = current.filter(on__gte=row.first_on)
    for run_id, on in current.order_by("on").values_list("run_id", "on"):
        days.setdefault(run_id, []).append(on)
    runs, gone = [], []
    for run_id, held in days.items():
        try:
            runs.append((findings.sealed(run_id), tuple(held)))
        except (Problem, OSError) as problem:
            gone.append(Unseen("run", f"run {run_id[:12]}: {problem}", tuple(day for day in held if day >= row.first_on)))
    return runs, [gap for gap in gone if gap.days]


def _less_prior(row: Harm, orders: pl.DataFrame) -> tuple[pl.DataFrame, list[Unseen]]:
    """Orders with what was credited for each before, taken off; one that was credited more than it lost by now is said, and nothing is taken back."""
    prior = credited_before(row)
    joined = orders.join(prior, on=KEY, how="left", maintain_order="left") if prior.height else orders.with_columns(prior_usd=pl.lit(None, pl.Decimal(38, 15)))
    joined = joined.with_columns(pl.col("prior_usd").fill_null(0))
    rest = joined.with_columns(harm_usd=pl.max_horizontal(pl.col("harm_usd") - pl.col("prior_usd"), pl.lit(0, pl.Decimal(38, 15))).cast(pl.Decimal(38, 15)))
    was, now = (Decimal(str(frame[name].sum() or 0)) for frame, name in ((prior, "prior_usd"), (joined, "harm_usd")))
    more = joined.filter(pl.col("prior_usd") > joined["harm_usd"]).height + prior.join(orders, on=KEY, how="anti").height if prior.height else 0
    words = f"were credited more before than they lost by what is known now (${was:,.2f} before, ${now:,.2f} now in all); nothing is taken back"
    return rest, [Unseen("dollars", f"orders {words}", (), more, prior.height)] if more else []


def _told(gaps: tuple[Unseen, ...]) -> tuple[Unseen, ...]:
    """Gaps in one order; a day whose run is gone is not said a second time as one without a run."""
    gone = {day for gap in gaps if gap.kind == "run" for day in gap.days}
    kept = []
    for gap in gaps:
        days = tuple(day for day in gap.days if day not in gone) if gap.kind == "no_run" else gap.days
        if days or not gap.days:
            kept.append(Unseen(gap.kind, gap.why, days, gap.rows, gap.of_rows))
    places = ("no_run", "run", "raw", "rows", "dollars", "account")
    return tuple(sorted(kept, key=lambda gap: (places.index(gap.kind), gap.days[:1], gap.why)))
