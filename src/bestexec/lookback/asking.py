"""Asks one check again over a period: every row it concerns, the fills of these orders, and what could not be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from bestexec.checks import ASKED, Check, tables
from bestexec.checks.base import judge, sql_of, with_limits
from bestexec.linking.identity import ORDER_KEY
from bestexec.lookback.population import NO_ORDERS, POPULATIONS, behind
from bestexec.lookback.question import LimitUsed, Question, check_of, stated_limits, under, used
from bestexec.lookback.reading import ROWS, InForce, Progress, Read, read
from bestexec.lookback.unseen import ROWS as OF_ROWS
from bestexec.lookback.unseen import Unseen, ordered
from bestexec.policy import Policy
from bestexec.units import PX, QTY, TEXT

FILL_KEY = [*ORDER_KEY, "day", "fill_id"]
ORDERED = ("day", "firm", "symbol", "order_id", "fill_id", "route_id")
_LIMIT = pl.Decimal(38, 10)
_SIZES = {"fills": ("fill_qty", "fill_px"), "orders": ("order_qty", ""), "routes": ("qty", ""), "unlinked_fills": ("qty", "px")}
"""Quantity and price of a row of each table; an order or a route has no one price."""
_QUOTED = re.compile(r"quote_state_at_(\w+) = 'ok'")
_MEASURED = "excluded IS NULL"


@dataclass(frozen=True)
class LookedBack:
    """What a look-back found.

    `affected` has one row a fill, order or route that the check hits: run_id, day, firm, key_on, symbol, order_id, fill_id, route_id, side, qty, px, vendor,
    venue, order_class, `is_exception` (hit under the policy's own limits, too), then the check's numbers and the limits in force.
    `fills` are all fills of these orders, `is_affected` those that the check concerns. Of a check of a summary `groups` are its rows, and `affected` the
    population behind them. Rows and gaps come in one order, whatever the order of runs and rows.
    """

    question: Question
    check: Check
    limits: tuple[LimitUsed, ...]
    affected: pl.DataFrame
    fills: pl.DataFrame
    others: pl.DataFrame
    """Fills that may be compared with: all of the period that were measured."""
    groups: pl.DataFrame
    unseen: tuple[Unseen, ...]
    runs: tuple[str, ...]
    policies: tuple[str, ...]
    """Their versions."""

    @property
    def is_population(self) -> bool:
        """Whether the orders are those behind a summary, and not themselves found."""
        return self.check.on in POPULATIONS

    @property
    def why_none(self) -> str:
        """Why the check can have no affected orders; empty where it can."""
        return NO_ORDERS.get(self.check.on, "")


def quiet(what: str, done: int, of: int) -> None:
    """Tells nobody."""


def look_back(in_force: InForce, question: Question, progress: Progress = quiet) -> LookedBack:
    """Ask the question of the runs `in_force`, each with the days it is in force for.

    The same runs give the same rows in the same order. Raises Problem for an unknown check, a period that ends before it begins, limits that are not the
    check's or wider than a run's policy, and for a day that two runs claim. A run that is gone or altered is a gap, not an error.
    """
    check = check_of(question)
    stated = stated_limits(check, question)
    found = read(in_force, check, question.first, question.last, progress)
    progress(f"asking {check.id}", len(found.runs), len(found.runs))
    asked = [_ask(check, question, found, policy, stated, days) for policy, days in found.policies]
    hits = pl.concat([one.hits for one in asked], how="diagonal") if asked else pl.DataFrame()
    fills = pl.concat([one.fills for one in asked], how="diagonal") if asked else found.tables["fills"]
    groups = hits if check.on in POPULATIONS and asked else pl.DataFrame()
    if check.on in POPULATIONS:
        hits = pl.concat([one.population for one in asked], how="diagonal") if asked else hits
    concerned = _fills_of(check, hits, fills)
    return LookedBack(
        question, check, used(check, stated, [policy for policy, _ in found.policies]), _affected(check, hits), concerned,
        fills.filter(pl.col("day").is_between(question.first, question.last)), groups.sort(groups.columns, nulls_last=True) if groups.width else groups,
        ordered([*found.gaps, *(gap for one in asked for gap in one.gaps)]), found.runs, tuple(sorted({policy.version for policy, _ in found.policies})),
    )  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    hits: pl.DataFrame
    population: pl.DataFrame
    fills: pl.DataFrame
    gaps: tuple[Unseen, ...]


def _ask(check: Check, question: Question, found: Read, policy: Policy, stated: Mapping[str, object], days: tuple[object, ...]) -> _Asked:
    """The question of the days measured under one policy; a summary is made over all days, so that each has its days before it."""
    limits = under(policy, dict(stated))  # type: ignore[arg-type]  # numbers, as `stated_limits` gives them
    in_period = pl.col("day").is_in([day for day in days if question.first <= day <= question.last])  # type: ignore[operator]  # days
    given = (
        found.tables if check.on not in ROWS or check.on == "routes" else {name: rows for name, rows in found.tables.items() if name in ASKED[check.on].given}
    )
    rows = _narrowed(ASKED[check.on].make(given, limits).filter(in_period), question, found)
    fills = tables.fills({"fills": found.tables["fills"].filter(pl.col("day").is_in(list(days)))}, policy)
    judged = judge(check, rows, limits)
    own = judge(check, rows, policy).hits if stated else judged.hits
    key = ["day", *ASKED[check.on].key]
    hits = judged.hits.join(own.select(key).with_columns(is_exception=pl.lit(True)), on=key, how="left", nulls_equal=True, maintain_order="left")
    hits = hits.with_columns(pl.col("is_exception").fill_null(False), pl.col(check.limits).cast(_LIMIT))
    population = hits.clear()
    if check.on in POPULATIONS:
        population = _narrowed(behind(hits, check.on, {**found.tables, "made_fills": fills}), question, found).with_columns(is_exception=pl.lit(False))
    gaps = [Unseen(OF_ROWS, reason, (), count, judged.concerned) for reason, count in judged.gaps.items() if count]
    return _Asked(hits, population, fills, (*gaps, *_never_asked(check, rows, limits)))


def _narrowed(rows: pl.DataFrame, question: Question, found: Read) -> pl.DataFrame:
    """Only the rows of the vendor, venue, symbol and order class asked for. What the table lacks is looked up at the order's fills, or at the order."""
    for name, value in question.narrowed.items():
        if name in rows.columns:
            rows = rows.filter(pl.col(name) == value)
        elif "order_id" in rows.columns:
            other = found.tables["fills" if name == "venue" else "orders"]
            rows = rows.join(other.filter(pl.col(name) == value).select(ORDER_KEY).unique(), on=ORDER_KEY, how="semi")
    return rows


def _never_asked(check: Check, rows: pl.DataFrame, limits: Policy) -> list[Unseen]:
    """Rows that the question would be about if their quote were good, or of which nobody can tell: each reason with its count."""
    relaxed = _QUOTED.sub("TRUE", check.among).replace(_MEASURED, "TRUE")
    if check.on not in ROWS or not rows.height:
        return []
    is_asked, may_be = sql_of(check.among), sql_of(relaxed)
    silent = with_limits(check, rows, limits).filter(~is_asked.fill_null(False), may_be.fill_null(True))
    reasons = [
        pl.when(pl.col(f"quote_state_at_{when}") != "ok").then(pl.format(f"the quote at the {_SPOKEN.get(when, when)} is {{}}", f"quote_state_at_{when}"))
        .when(pl.col(f"quote_state_at_{when}").is_null()).then(pl.lit(f"there is no {_SPOKEN.get(when, when)}"))
        for when in _QUOTED.findall(check.among)
    ]  # fmt: skip
    left_out = [pl.col("excluded")] if _MEASURED in check.among else []
    asked_by = [name for name in dict.fromkeys(re.findall(r"\w+", relaxed)) if name in rows.columns]
    unknown = [pl.when(pl.col(name).is_null()).then(pl.lit(_UNKNOWN.get(name, f"{name} is not known"))) for name in asked_by]
    named = silent.with_columns(_why=pl.coalesce(*reasons, *left_out, *unknown, pl.lit("the data does not tell whether the question is about them")))
    counted = named.group_by("_why").agg(rows=pl.len(), days=pl.col("day").unique().sort()).sort("_why")
    return [Unseen(OF_ROWS, why, tuple(days), count, rows.height) for why, count, days in counted.iter_rows()]


_UNKNOWN = {"order_class": "they have no Rule 605 order class, by which the question is asked: not a covered kind of order, or not told by the data"}
_SPOKEN = {"t0": "benchmark instant", "execution": "instant of execution"}


def _affected(check: Check, hits: pl.DataFrame) -> pl.DataFrame:
    """Hits in the columns that LookedBack says, sorted."""
    table = "fills" if check.on in POPULATIONS else check.on
    if table not in _SIZES or not hits.width:
        return pl.DataFrame(schema=_FIXED)
    qty, px = _SIZES[table]
    had = set(hits.columns)
    sizes = {"qty": pl.col(qty) if qty in had else pl.lit(None, QTY), "px": pl.col(px) if px and px in had else pl.lit(None, PX)}
    fixed = [sizes.get(name, pl.col(name) if name in had else pl.lit(None, TEXT)).cast(dtype).alias(name) for name, dtype in _FIXED.items()]
    numbers = [] if check.on in POPULATIONS else [name for name in (*check.numbers, *check.limits) if name in had and name not in _FIXED]
    chosen = hits.select(*fixed, *dict.fromkeys(numbers), check_usd=pl.col("harm_usd") if "harm_usd" in had else pl.lit(None))
    return chosen.sort(*ORDERED, nulls_last=True, maintain_order=True)


_FIXED: dict[str, pl.DataType] = {
    "run_id": TEXT, "day": pl.Date(), "firm": TEXT, "key_on": pl.Date(), "symbol": TEXT, "order_id": TEXT, "fill_id": TEXT, "route_id": TEXT, "side": pl.Int8(),
    "qty": QTY, "px": PX, "vendor": TEXT, "venue": TEXT, "order_class": TEXT, "is_exception": pl.Boolean(),
}  # fmt: skip


def _fills_of(check: Check, hits: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """Every fill of the orders that were hit, `is_affected` where the check concerns it, sorted."""
    table = "fills" if check.on in POPULATIONS else check.on
    if table not in ("fills", "orders", "routes") or not hits.width:
        return fills.clear().with_columns(is_affected=pl.lit(True))
    key = {"fills": FILL_KEY, "orders": ORDER_KEY, "routes": [*ORDER_KEY, "route_id"]}[table]
    marked = hits.select(key).unique().with_columns(_hit=pl.lit(True))
    of_orders = fills.join(hits.select(ORDER_KEY).unique(), on=ORDER_KEY, how="semi").join(marked, on=key, how="left", maintain_order="left")
    return of_orders.with_columns(is_affected=pl.col("_hit").fill_null(False)).drop("_hit").sort("day", "firm", "symbol", "order_id", "fill_id")
