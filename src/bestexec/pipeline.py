"""The line from raw file to sealed run. READ THIS FIRST."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec import checks, logic, metrics, policy, runs, tombstones
from bestexec.books import Books
from bestexec.claimed import held_against
from bestexec.competing import reweighted
from bestexec.errors import Problem
from bestexec.linking.asof import AsOf
from bestexec.linking.clocks import legs
from bestexec.linking.completeness import completeness, fed, told_by
from bestexec.linking.control import control
from bestexec.linking.exclusions import exclusions
from bestexec.linking.grade import grade, grade_days
from bestexec.linking.identity import ORDER_KEY
from bestexec.linking.ledger import lines_in_force
from bestexec.linking.link import Linked, link
from bestexec.linking.match_rates import match_rates
from bestexec.linking.reconciling import reconcile
from bestexec.linking.rules import Rules
from bestexec.linking.symbol_tape import symbols_by_day
from bestexec.rebuilding import rebuild
from bestexec.rebuilding.base import Rebuilt
from bestexec.routed import first_looks, owned, survival
from bestexec.schema import BY_NAME
from bestexec.scorecards import excluded_rows, tape_benchmarks
from bestexec.store import Imported, days_of, feeds_of, imports_in, in_force, read_rows, received_at
from bestexec.units import NS_PER_MS
from bestexec.verdicts.declared import harmed, judged
from bestexec.verdicts.detected import detected
from bestexec.verdicts.leaking import leaking
from bestexec.workspace import Workspace

Progress = Callable[[str, int, int], None]
"""Told (what is being done, how much is done, of how much)."""


def quiet(what: str, done: int, of: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Asked:
    """What a run was asked to measure. All of it is in run.json, so that the run can be made again."""

    first: date | None = None
    last: date | None = None
    known_at: int | None = None
    """Use only what had been received by then (epoch ns); None for all."""
    as_of: AsOf = AsOf.BEFORE
    only: tuple[str, ...] = field(default=())
    """Import ids to use, when a run is made again; empty for all."""


def measure(workspace: Workspace, asked: Asked | None = None, progress: Progress = quiet) -> runs.Run:
    """Measure what the workspace holds and seal it as a run. Raises Problem when there is nothing to measure."""
    asked = asked or Asked()
    with workspace.writing():
        manifest, outputs = compute(workspace, asked, policy.load(workspace.policy), progress)
        progress("sealing", 7, 7)
        return runs.seal(workspace.runs, manifest, outputs, workspace.policy)


def compute(workspace: Workspace, asked: Asked, limits: policy.Policy, progress: Progress = quiet) -> tuple[dict[str, Any], dict[str, pl.DataFrame]]:
    """(manifest, outputs) of a run, sealed by nobody yet: the line itself."""
    imports = known_imports(workspace, asked)
    days = days_asked(imports, asked)
    progress("reading orders, routes and fills", 0, 7)
    rebuilt = rebuild(read_rows(imports, "events"))
    feeds = _feeds(imports, rebuilt)
    books = Books(workspace.books, imports, nbbo_source=limits.nbbo_source, stale_after_ns=limits.stale_after_ns)
    progress("linking each fill to the quotes around it", 1, 7)
    concerned, working_days = _concerning(feeds, days, imports)
    every = link({**feeds, **concerned}, working_days, books.market_of, rules=_rules(limits), as_of=asked.as_of)
    linked = _within(every, days)
    progress("measuring", 2, 7)
    fills, orders = metrics.measure(linked.fills, "fills"), metrics.measure(linked.orders, "orders")
    progress("setting the tape beside it", 3, 7)
    tapes = tape_benchmarks(imports, days, books, progress, symbols_by_day(orders, fills), feeds["symbols"], fills)
    progress("judging what differs", 4, 7)
    verdicts = judged(fills, limits)
    claimed = held_against(read_rows(imports, "claimed_figures"), fills, orders, days, int(limits.limit("min_n", days[-1])))
    attempts, stated = logic.tried(orders, linked.routes), logic.read(limits.folder)
    ledger, _ = lines_in_force(read_rows(imports, "payments"), received_at(imports))
    seen = detected(fills, linked.routes, attempts, orders, ledger, limits.releases)
    broken = logic.violations(stated, attempts)
    leaks = leaking(linked.quoted_routes, limits)
    clocks = legs(concerned["orders"], concerned["routes"], concerned["fills"], days)
    of_days = concerned["orders"].filter(pl.col("key_on").is_in(days))
    looks = first_looks(linked.quoted_routes, int(limits.limit("max_probe_ms", days[-1]) * NS_PER_MS), int(limits.limit("min_n", days[-1])))
    progress("asking the checks", 5, 7)
    totals = control(feeds["control_totals"].filter(pl.col("day").is_in(days)), every.orders, feeds)
    reconciled, unmatched = reconcile(_of_days(feeds, days), feeds_of(imports))
    rates = match_rates(reconciled, unmatched)
    tables = {
        "fills": fills,
        "orders": orders,
        "routes": linked.routes,
        "unlinked_fills": linked.unlinked,
        "duplicates": linked.copies,
        "control": totals,
        "unmatched": unmatched,
        "verdicts": verdicts,
        "claimed": claimed,
        "detected": seen.verdicts,
        "changes": seen.changes,
        "violations": broken,
        "leaking": leaks,
        "first_looks": looks,
        "feed_lags": tapes["feed_lags"],
    }
    found = checks.find(tables, limits)
    outputs = {
        "fills": fills, "orders": orders, **tapes, "unlinked": linked.unlinked, "withdrawn": linked.withdrawn, "copies": linked.copies,
        "routes": linked.routes, "linked_routes": linked.quoted_routes, "control": totals, "reconciled": reconciled, "unmatched": unmatched,
        "match_rates": rates, "excluded": excluded_rows(fills, orders),
        "exclusions": exclusions(orders, limits),
        "completeness": completeness(fed(linked, fills, orders), totals, told_by(_of_days(feeds, days), feeds_of(imports)), unmatched),
        "breaks": _of_any(rebuilt.breaks, days), "facts": _of_any(rebuilt.facts, days), "grade": grade(fills, orders),
        "grade_days": grade_days(fills, orders, feeds_of(imports)), "clocks": clocks,
        "owned": owned(of_days, linked.routes, concerned["fills"], clocks), "survival": survival(linked.routes, linked.quoted_routes, concerned["fills"]),
        "first_looks": looks,
        "verdicts": verdicts, "harmed_orders": harmed(fills, limits), "detected": seen.verdicts,
        "changes": seen.changes, "violations": broken, "leaking": leaks,
        "standing": logic.standing(stated, attempts), "claimed": claimed,
        "consolidated": books.consolidated(days),
        "competing": reweighted(read_rows(imports, "published_605"), fills, orders),
        "findings": found.findings, "not_evaluated": found.not_evaluated, "alerts": found.alerts,
    }  # fmt: skip
    progress("writing", 6, 7)
    return _manifest(imports, days, asked, limits, books, outputs), outputs


def feeds_in(imports: Sequence[Imported]) -> dict[str, pl.DataFrame]:
    """The canonical tables of the imports, with what is put together out of events."""
    return _feeds(imports, rebuild(read_rows(imports, "events")))


def _feeds(imports: Sequence[Imported], rebuilt: Rebuilt) -> dict[str, pl.DataFrame]:
    """The canonical tables: rows as they came, and before them those that are put together out of events."""
    feeds = {name: read_rows(imports, name) for name in ("orders", "routes", "fills", "fees", "symbols", "control_totals")}
    made = {"orders": rebuilt.orders, "routes": rebuilt.routes, "fills": rebuilt.fills}
    return feeds | {name: pl.concat([rows, feeds[name]]) for name, rows in made.items()}


def _of_days(feeds: Mapping[str, pl.DataFrame], days: Sequence[date]) -> dict[str, pl.DataFrame]:
    return {table: feeds[table].filter(pl.col(BY_NAME[table].day).is_in(days)) for table in ("orders", "routes", "fills")}


def _of_any(told: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """What is told of `days`, or of no day."""
    return told.filter(pl.col("day").is_in(days) | pl.col("day").is_null())


def known_imports(workspace: Workspace, asked: Asked) -> tuple[Imported, ...]:
    """The imports a run may use: those in force of what was received by `known_at`, or those named. Raises Problem if a named one is gone."""
    published = imports_in(workspace.imports)
    if asked.only:
        missing = sorted(set(asked.only) - {item.id for item in published})
        if missing:
            stone = tombstones.of(workspace.root, "import", missing[0])
            if stone is not None:
                raise Problem(f"rows that the run was made of were {stone.spoken}", where=missing[0], do="the run itself stays as it was sealed")
            raise Problem(f"{len(missing)} imports that the run was made of are gone", where=missing[0], do="import those files again")
        return tuple(item for item in published if item.id in asked.only)
    return in_force([item for item in published if asked.known_at is None or item.manifest["received_at"] <= asked.known_at])


def days_asked(imports: Sequence[Imported], asked: Asked) -> tuple[date, ...]:
    """The days with orders or fills within what was asked. Raises Problem when there are none."""
    days = tuple(day for day in _trading_days(imports) if (asked.first is None or day >= asked.first) and (asked.last is None or day <= asked.last))
    if not days:
        raise Problem(
            "no orders or fills to measure",
            where=f"{asked.first or 'the first day'} to {asked.last or 'the last'}",
            do="import order and fill files for those days",
        )
    return days


def _trading_days(imports: Sequence[Imported]) -> list[date]:
    return sorted({*days_of(imports, "orders"), *days_of(imports, "fills"), *days_of(imports, "events")})


def _concerning(feeds: Mapping[str, pl.DataFrame], days: Sequence[date], imports: Sequence[Imported]) -> tuple[dict[str, pl.DataFrame], list[date]]:
    """(orders, routes and fills of every order that was received or executed on `days`, the days on which these orders worked).

    A good-till order executed within the days asked became executable when it did, even if that was before them.
    """
    of_days = [feeds["orders"].filter(pl.col("key_on").is_in(days)), feeds["fills"].filter(pl.col("traded_on").is_in(days))]
    known = pl.concat(rows.select(ORDER_KEY) for rows in of_days).unique()
    concerned = {name: feeds[name].join(known, on=ORDER_KEY, how="semi", maintain_order="left") for name in ("orders", "routes", "fills")}
    first = min([days[0], *concerned["orders"]["key_on"]])
    last = max([days[-1], *concerned["fills"]["traded_on"]])
    return concerned, [day for day in _trading_days(imports) if first <= day <= last]


def _within(linked: Linked, days: Sequence[date]) -> Linked:
    return Linked(
        linked.fills.filter(pl.col("day").is_in(days)), linked.orders.filter(pl.col("day").is_in(days)),
        linked.unlinked.filter(pl.col("traded_on").is_in(days)), linked.withdrawn.filter(pl.col("traded_on").is_in(days)),
        linked.routes.filter(pl.col("routed_on").is_in(days)), linked.quoted_routes.filter(pl.col("day").is_in(days)),
        linked.copies.filter(pl.col("day").is_in(days)),
    )  # fmt: skip


def _rules(limits: policy.Policy) -> Rules:
    return Rules(
        market_ioc_is_marketable_ioc=limits.setting("market_ioc_class") == "LYNYN",
        executable_before_halt_ns=int(Decimal(limits.setting("executable_before_halt_ms")) * NS_PER_MS),
        leaves_out_limit_states=limits.setting("luld_limit_state_quotes") == "exclude",
        left_out=frozenset(pair for pair, treatment in limits.treatment.items() if treatment == "exclude"),
    )


def _manifest(
    imports: Sequence[Imported], days: Sequence[date], asked: Asked, limits: policy.Policy, books: Books, outputs: Mapping[str, pl.DataFrame]
) -> dict[str, Any]:  # fmt: skip
    kept = ("importer", "files", "records", "accepted", "rejected", "skipped", "notes", "rows")
    return {
        "firm": outputs["orders"]["firm"].unique().sort().to_list(),
        "days": [day.isoformat() for day in days],
        "asked": {"first": asked.first and asked.first.isoformat(), "last": asked.last and asked.last.isoformat(), "as_of": asked.as_of.value},
        "inputs": {item.id: {name: item.manifest[name] for name in kept} for item in sorted(imports, key=lambda item: item.id)},
        "benchmarks": sorted({stream.words for day in days for stream in books.benchmark(day)}),
        "policy": {"version": limits.version, "sha256": limits.hash},
        "definitions": {"metrics": metrics.definitions_hash(), "checks": checks.definitions_hash()},
        "code": runs.code_identity(),
    }
