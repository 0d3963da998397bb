"""The rows that a look-back asks about: of each sealed run only the days it is in force for, its bytes held against its seal."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from bestexec.checks import ASKED, GIVEN, Check
from bestexec.checks.tables import FILL_FACTS, ORDER_FACTS, ROUTE_FACTS
from bestexec.errors import Problem
from bestexec.lookback.unseen import NO_RUN, RUN, Unseen
from bestexec.market.sessions import trading_days
from bestexec.policy import Policy, load
from bestexec.runs import Run
from bestexec.schema import Table, conform

InForce = Sequence[tuple[Run, Sequence[date]]]
Progress = Callable[[str, int, int], None]
OUTPUT = {"unlinked_fills": "unlinked", "duplicates": "copies"}
"""What a run calls a table of `checks.given.GIVEN`, where it has another name."""
ROWS = ("fills", "orders", "routes", "unlinked_fills")
"""Tables whose rows are of one order each."""
KEPT = {
    "fills": (
        "day", "firm", "key_on", "order_id", "symbol", "side", "vendor", "venue", "route_id", "fill_id", "order_class", "size_bucket", "customer_class",
        "asset_class", "currency", "excluded", "is_left_out", "kind", "fill_qty", "fill_px", "order_qty", "limit_px", "filled_at", "routed_at",
        "bid_at_t0", "ask_at_t0", "mid_at_t0", "quote_state_at_t0", "best_bid_at_t0", "best_ask_at_t0",
        "bid_at_execution", "ask_at_execution", "quote_state_at_execution", "fill_line", "fill_import",
    ),
    "orders": ("day", "firm", "key_on", "order_id", "symbol", "side", "vendor", "order_class", "order_qty", "received_at", "order_line", "order_import"),
}  # fmt: skip
"""Columns that are read whatever the check asks: who, what, at which price, beside which quotes."""


@dataclass(frozen=True)
class Read:
    """`tables` by the names of GIVEN, each row with its `run_id`; `policies` each with the days measured under it; `gaps` the days that are not there."""

    tables: dict[str, pl.DataFrame]
    policies: tuple[tuple[Policy, tuple[date, ...]], ...]
    runs: tuple[str, ...]
    gaps: tuple[Unseen, ...] = field(default=())


def read(in_force: InForce, check: Check, first: date, last: date, progress: Progress) -> Read:
    """Rows for asking `check` from `first` to `last`: a check of rows needs these days, one of a summary the days before them, too.

    Raises Problem where two runs claim to be in force for one day.
    """
    is_summary = check.on not in ROWS
    tables = tuple(dict.fromkeys((*ASKED[check.on].given, "fills", "orders")))
    wanted = [
        (run, _within(days, None if is_summary else first, last)) for run, days in sorted(in_force, key=lambda one: (min(one[1], default=last), one[0].id))
    ]
    _once(day for _, days in wanted for day in days)
    parts: dict[str, list[pl.DataFrame]] = {name: [_shape(name, check).schema.to_frame().with_columns(run_id=pl.lit("")).clear()] for name in tables}
    policies: dict[str, tuple[Policy, list[date]]] = {}
    gaps, runs = [], []
    for done, (run, days) in enumerate(wanted):
        if not days:
            continue
        progress(f"reading run {run.id[:12]}", done, len(wanted))
        try:
            policy = load(run.folder / "policy")
            found = {name: _rows(run, name, check, days) for name in tables}
        except (Problem, OSError, pl.exceptions.PolarsError) as problem:
            gaps.append(Unseen(RUN, f"run {run.id[:12]}: {problem}", tuple(day for day in days if day >= first)))
            continue
        for name, rows in found.items():
            parts[name].append(rows)
        policies.setdefault(policy.hash, (policy, []))[1].extend(days)
        runs.append(run.id)
    measured = {day for _, days in wanted for day in days}
    missing = tuple(day for day in trading_days(first, last) if day not in measured)
    if missing:
        gaps.append(Unseen(NO_RUN, "no run in force measured them", missing))
    frames = {name: pl.concat(each) for name, each in parts.items()}
    return Read(frames, tuple((policy, tuple(days)) for policy, days in policies.values()), tuple(sorted(runs)), tuple(gap for gap in gaps if gap.days))


def _within(days: Iterable[date], first: date | None, last: date) -> tuple[date, ...]:
    return tuple(sorted(day for day in days if day <= last and (first is None or day >= first)))


def _once(days: Iterable[date]) -> None:
    seen: set[date] = set()
    for day in days:
        if day in seen:
            raise Problem(f"two runs are named as in force for {day}", where="look-back", do="name one run a day")
        seen.add(day)


def _rows(run: Run, name: str, check: Check, days: Collection[date]) -> pl.DataFrame:
    shape = _shape(name, check)
    rows = conform(run.table(OUTPUT.get(name, name), {column.name for column in shape.columns}), shape)
    return rows.filter(pl.col(shape.day).is_in(list(days))).with_columns(run_id=pl.lit(run.id))


def _shape(name: str, check: Check) -> Table:
    """The given table with the columns that are read: all for a summary, else those that the check, its facts or a counterfactual name."""
    table = GIVEN[name]
    if check.on not in ("fills", "orders") or name not in KEPT:
        return table
    texts = (
        check.among,
        check.where,
        check.enough,
        check.harm_usd,
        *check.needs,
        *check.numbers,
        *FILL_FACTS.values(),
        *ORDER_FACTS.values(),
        *ROUTE_FACTS.values(),
    )
    named = set(re.findall(r"\w+", " ".join(texts))) | set(KEPT[name])
    return replace(table, columns=tuple(column for column in table.columns if column.name in named))
