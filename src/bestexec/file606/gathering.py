"""What a Rule 606 report is made of, out of sealed runs and the imports that they were made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from bestexec import policy, runs
from bestexec.errors import Problem
from bestexec.examfile.quarter import Quarter
from bestexec.filings.rule606 import terms
from bestexec.filings.rule606.figures import Fed, Public
from bestexec.filings.rule606.gaps import Gap
from bestexec.filings.rule606.public import public
from bestexec.filings.rule606.readings import readings
from bestexec.linking.control import CUTS
from bestexec.linking.ledger import lines_in_force
from bestexec.lookback.accounts import accounts_of
from bestexec.pipeline import Asked, known_imports
from bestexec.policy import Policy
from bestexec.recompute import chosen
from bestexec.runs import Run
from bestexec.store import read_rows, received_at
from bestexec.workspace import Workspace

ORDERS = (
    "firm", "key_on", "symbol", "order_id", "day", "order_type", "marketability", "asset_class", "customer_class", "is_held", "is_directed", "order_qty",
    "limit_px", "filled_qty", "filled_notional_usd", "mid_at_receipt", "received_at",
)  # fmt: skip
FILLS = (
    "firm", "key_on", "symbol", "order_id", "fill_id", "route_id", "day", "venue", "vendor", "side", "fill_qty", "fill_px", "filled_at", "liquidity",
    "capacity", "venue_fee_usd", "bid_at_execution", "ask_at_execution", "mid_at_execution",
)  # fmt: skip


@dataclass(frozen=True)
class Gathered:
    """The sealed runs of a report, their tables together with the days that count, and the policy in force now."""

    fed: Fed
    runs: tuple[Run, ...]
    days_of: Mapping[str, Collection[date]]
    """The days that count of each run, by its id."""
    policy: Policy
    firm: str

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that counts, the first one first."""
        return tuple(sorted(day for days in self.days_of.values() for day in days))

    @property
    def run_id(self) -> str:
        """The run behind the report; of several, their ids joined."""
        return "+".join(run.id for run in self.runs)

    @property
    def names(self) -> dict[str, str]:
        """Names of venues by MIC, as the firm's own table has them."""
        return dict(self.fed.venues.drop_nulls("name").select("venue", "name").iter_rows())


def gather(workspace: Workspace, wanted: tuple[str, ...] = (), in_force: Mapping[str, Collection[date]] | None = None) -> Gathered:
    """Everything that the runs whose ids begin as `wanted` says hold; by default the run sealed last. `in_force` names the days for which each run counts.

    Raises Problem where two of them measured the same day, an import is gone, or a sealed table was altered.
    """
    sealed = tuple(runs.find(workspace.runs, each) for each in wanted) or (chosen(workspace),)
    counts = {run.id: tuple(in_force[run.id] if in_force else map(date.fromisoformat, run.manifest["days"])) for run in sealed}
    twice = sorted(day for day, count in Counter(day for days in counts.values() for day in days).items() if count > 1)
    if twice:
        raise Problem(f"two of the runs measured {twice[0]}", do="name runs with different days")
    inputs = sorted({import_id for run in sealed for import_id in run.manifest["inputs"]})
    imports = known_imports(workspace, Asked(only=tuple(inputs)))
    wants = (("orders", ORDERS, "day"), ("routes", None, "routed_on"), ("fills", FILLS, "day"))
    tables = [pl.concat([run.table(name, columns).filter(pl.col(day).is_in(list(counts[run.id]))) for run in sealed]) for name, columns, day in wants]
    ledger, replaced = lines_in_force(read_rows(imports, "payments"), received_at(imports))
    symbols, venues = (read_rows(imports, name) for name in ("symbols", "venues"))
    orders, routes, fills = tables
    fed = Fed(orders, routes, fills, symbols, venues, ledger, tuple(replaced["month_on"].dt.truncate("1mo")))
    firms = sorted({firm for run in sealed for firm in run.manifest["firm"]})
    return Gathered(fed, sealed, counts, policy.load(workspace.policy), ", ".join(firms))


def public_figures(gathered: Gathered, quarter: Quarter, broker: str = "") -> Public:
    """The figures of the public report of a quarter. Raises Problem when the runs have no day in it."""
    if not gathered.fed.orders.filter(pl.col("day").is_between(quarter.first, quarter.last)).height:
        raise Problem(f"no order of {quarter} in the run", where=gathered.run_id[:12], do="measure that quarter, or name its runs with --run")
    read = readings(gathered.policy, quarter.last)
    made = public(gathered.fed, quarter.first, broker or gathered.firm, read, terms.read(gathered.policy.folder))
    return replace(made, gaps=(*_lacking(gathered, quarter), *made.gaps))


def _lacking(gathered: Gathered, quarter: Quarter) -> tuple[Gap, ...]:
    """The orders that an independent total of the quarter counts and no feed has: a report without them is not the quarter's."""
    wanted = ("day", "source", "measure", *CUTS, "total", "counted")
    parts = [run.table("control", wanted).filter(pl.col("day").is_in(list(gathered.days_of[run.id]))) for run in gathered.runs]
    totals = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(wanted, pl.Null))
    of_quarter = totals.filter(pl.col("measure") == "orders", pl.col("day").is_between(quarter.first, quarter.last), pl.col("total") > pl.col("counted"))
    scope = [pl.col(cut).is_not_null().alias(cut) for cut in CUTS]
    short = of_quarter.group_by("source", *scope).agg(orders=(pl.col("total") - pl.col("counted")).sum().cast(pl.Int64))
    most = short.group_by("source").agg(pl.col("orders").max()).sort("source")
    do = "see bestexec coverage, ask whoever sends the feed for them, import and measure"
    return tuple(Gap(f"{orders:,} orders that {source} counts are in no feed", do) for source, orders in most.iter_rows())


def orders_of(workspace: Workspace, gathered: Gathered, account: str) -> pl.DataFrame:
    """The linked orders of one account: those whose import says that the account gave them. Raises Problem when there are none of that account."""
    counted = [(run, pl.col("day").is_in(list(gathered.days_of[run.id]))) for run in gathered.runs]
    parts = [run.table("orders", ORDERS).filter(counts).with_columns(run_id=pl.lit(run.id)) for run, counts in counted]
    known, _ = accounts_of(pl.concat(parts), gathered.runs, workspace)
    ours = known.filter(pl.col("account_key") == account)
    if ours.is_empty():
        raise Problem(f"no order of the account {account}", where=gathered.run_id[:12], do="name the keyed hash of an account that has orders in the run")
    return ours.select(ORDERS)
