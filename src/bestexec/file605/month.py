"""A month's report, computed from the inputs of sealed runs under the policy of the last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec import policy, runs
from bestexec.books import Books
from bestexec.errors import Problem
from bestexec.file605.gathering import gather, next_month
from bestexec.file605.taped import traded_meanwhile
from bestexec.filings import rule605
from bestexec.filings.rule605 import Readings, Stated
from bestexec.filings.rule605.invariants import Invariant
from bestexec.market.sessions import trading_date, trading_days
from bestexec.pipeline import Asked, feeds_in, known_imports
from bestexec.schema import BY_NAME
from bestexec.store import days_of
from bestexec.workspace import Workspace

Progress = Callable[[str, int, int], None]
STEPS = 5


@dataclass(frozen=True)
class Named:
    """Who reports: the reporter's code and the letter of its designated participant."""

    code: str
    participant: str


@dataclass(frozen=True)
class Month:
    """The report of one month, with all that it rests on."""

    named: Named
    readings: Readings
    settings: tuple[Stated, ...]
    run_id: str
    """The run behind the report; of several, their ids joined."""
    policy_version: str
    policy_hash: str
    firm: str
    days: tuple[date, ...]
    silent: tuple[date, ...]
    """Trading days of the month without an order or a fill."""
    covered: pl.DataFrame
    """Covered orders with t0, order type, size group, lot class and value."""
    left_out: pl.DataFrame
    """The month's other orders with `excluded`."""
    fills: pl.DataFrame
    """Executions of the covered orders."""
    sums: pl.DataFrame
    detail: pl.DataFrame
    summary: pl.DataFrame | None
    """None where membership of the S&P 500 is not known of every symbol."""
    unknown_members: tuple[str, ...]
    invariants: tuple[Invariant, ...]
    unlinked: int
    withdrawn: int


def compute(
    workspace: Workspace,
    sealed: Sequence[runs.Run],
    month: date,
    named: Named,
    *,
    members: Collection[str] | None = None,
    thin: Collection[str] = (),
    progress: Progress = lambda what, done, of: None,
) -> Month:
    """The report of `month` (its first day), of the inputs of the `sealed` runs under the policy of the last.

    `members` are the symbols of the S&P 500 on that day, `thin` those exempt as rarely traded.

    Raises Problem when the month has no orders, a setting cannot be followed, a required statistic lacks its data, or an invariant is broken.
    Holds the workspace for writing: quote books are built where they are not yet.
    """
    with workspace.writing():
        return _computed(workspace, sealed, month, named, members, thin, progress)


def _computed(
    workspace: Workspace, sealed: Sequence[runs.Run], month: date, named: Named, members: Collection[str] | None, thin: Collection[str], progress: Progress
) -> Month:  # fmt: skip
    limits = policy.sealed(sealed[-1].folder / "policy")
    readings = rule605.read(limits, month)
    imports = known_imports(workspace, Asked(only=tuple(sorted({import_id for run in sealed for import_id in run.manifest["inputs"]}))))
    progress("reading orders and executions", 0, STEPS)
    feeds = feeds_in(imports)
    days = sorted({*_busy(feeds), *days_of(imports, "quotes")})
    of_month = [day for day in days if month <= day < next_month(month)]
    books = Books(workspace.books, imports, nbbo_source=limits.nbbo_source, stale_after_ns=None)
    progress("looking up the quotes of each order and execution", 1, STEPS)
    found = gather(feeds, imports, books, days, frozenset(thin), readings)
    told = _of_month(rule605.judged(found.orders, found.fills, readings), readings)
    if told.is_empty():
        raise Problem("no order belongs to this month", where=f"{month:%Y-%m}", do="import its order files and measure, or name another month or run")
    population = rule605.parted(told, readings)
    fills = found.fills.join(population.covered.select(rule605.ORDER_KEY), on=rule605.ORDER_KEY, how="semi", maintain_order="left")
    progress("reading what traded while orders rested", 2, STEPS)
    traded = traded_meanwhile(population.covered, days, books.market_of, readings)
    progress("adding up", 3, STEPS)
    sums = rule605.sums_of(population.covered, fills, traded, readings)
    detail = rule605.detailed(sums, readings, code=named.code, participant=named.participant)
    kept = rule605.hold(detail, readings)
    progress("summing up", 4, STEPS)
    index, unknown = _index(members, feeds["symbols"], sums, month)
    summary = None if unknown else rule605.summarized(sums, index, readings, code=named.code, participant=named.participant)
    busy = _busy(feeds)
    quiet = tuple(day for day in trading_days(month, _last_day(month)) if day not in busy)
    firms = sorted({firm for run in sealed for firm in run.manifest["firm"]})
    run_id = "+".join(run.id for run in sealed)
    return Month(
        named, readings, rule605.stated(limits, month), run_id, limits.version, limits.hash, ", ".join(firms), tuple(of_month), quiet,
        population.covered, population.left_out, fills, sums, detail, summary, unknown, kept, found.unlinked, found.withdrawn,
    )  # fmt: skip


def _busy(feeds: dict[str, pl.DataFrame]) -> set[date]:
    return {day for table in ("orders", "fills") for day in feeds[table][BY_NAME[table].day].unique()}


def _last_day(month: date) -> date:
    return date.fromordinal(next_month(month).toordinal() - 1)


def _of_month(told: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """The orders that belong to the month, by the instant that the policy names; those without it, by their receipt."""
    instants = {"executable": pl.col("t0_at"), "receipt": pl.col("received_at"), "execution": pl.coalesce("first_filled_at", "t0_at")}
    anchor = told.select(pl.coalesce(instants[readings.executable_month], "received_at").alias("at"))["at"]
    return told.filter(trading_date(anchor).is_between(readings.month, next_month(readings.month), closed="left"))


def _index(members: Collection[str] | None, symbols: pl.DataFrame, sums: pl.DataFrame, month: date) -> tuple[Collection[str], tuple[str, ...]]:
    """(symbols of the index, symbols of the summary of which nobody says whether they belong to it)."""
    if members is not None:
        return members, ()
    in_force = symbols.filter(
        pl.col("is_sp500").is_not_null(),
        pl.col("from_on").is_null() | (pl.col("from_on") <= month),
        pl.col("to_on").is_null() | (pl.col("to_on") > month),
    ).unique(subset="symbol", keep="last", maintain_order=True)
    summed: Sequence[str] = sums.filter(pl.col("order_class").is_in(["MXXNN", "LYNNN"]))["symbol"].unique().sort().to_list()
    known = set(in_force["symbol"])
    return in_force.filter("is_sp500")["symbol"].to_list(), tuple(symbol for symbol in summed if symbol not in known)
