"""Which planted error is caught by which check, and how much of what the checks raise was planted: a practice quarter with everything planted in it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from bestexec import intake, pipeline, policy
from bestexec.demonstration import sample_policy
from bestexec.practice import make_quarter
from bestexec.practice.make import SEED
from bestexec.practice.planted import MORE, PLANTED
from bestexec.practice.truth import Fault, Truth, read
from bestexec.practice.venues import ALIAS
from bestexec.runs import Run
from bestexec.workspace import open_workspace

SPAN = date(2026, 8, 11), date(2026, 11, 10)
"""A quarter's days in which both the release of 12 August and the end of summer time lie."""
RECEIVED_AT = 1_800_000_000_000_000_000
BUDGETS = (1, 2, 3, 5, 10)
"""Alerts a day at which the table is cut beside the policy's own line."""


@dataclass(frozen=True)
class Catch:
    """Which checks must find a fault, and what of it their finding must name. `since`: it lasts from its day on, and a finding of that day or later counts."""

    kind: str
    checks: tuple[str, ...]
    names: tuple[str, ...] = ("day",)
    since: bool = False
    at: str = ""
    """The venue that a finding must name where it is not the fault's."""


CATCHES = (
    Catch("clock_offset", ("COM-117",), ("day", "vendor")),
    Catch("utc_swap", ("COM-104",), ("fill_id",)),
    Catch("duplicate_fill", ("COM-106",)),
    Catch("lost_route", ("COM-116",), ("fill_id",)),
    Catch("fill_before_order", ("COM-104",), ("fill_id",)),
    Catch("crossed_quote", ("EXE-111",), ("day", "symbol")),
    Catch("odd_lot_inside", ("EXE-112",), ("fill_id",)),
    Catch("split_adjusted", ("COM-115",), ("fill_id",)),
    Catch("former_symbol", ("COM-102", "COM-101", "COM-103"), ("day",)),
    Catch("diversion", ("VER-121", "ROU-108", "CON-104"), ("vendor", "venue"), since=True),
    Catch("diversion", ("CON-101", "VER-123"), ("vendor",), since=True),
    Catch("affiliate_first", ("VER-121", "ROU-108"), ("vendor", "venue"), since=True),
    Catch("rebate_sign", ("COM-119",), ("day", "vendor", "venue")),
    Catch("venue_alias", ("ROU-101",), ("day", "vendor"), at=ALIAS),
    Catch("missing_order", ("COM-112",)),
    Catch("missing_stop", ("COM-112",)),
    Catch("slow_feed", ("COM-120",)),
    Catch("small_caps", ("VER-101", "VER-102"), ("venue",), since=True),
    Catch("first_look", ("SPD-104", "VER-121"), ("venue",), since=True),
    Catch("probe_leak", ("VER-141",), ("venue",), since=True),
    Catch("outside_quote", ("EXE-101", "EXE-102"), ("fill_id",)),
    Catch("slow_fill", ("EXE-103",), ("fill_id",)),
    Catch("unapproved_venue", ("ROU-101",), ("day", "venue")),
)
"""Faults as the answer key names them. Busts, corrections and a fee schedule that changes as it says are no errors: they are measured as they
stand. No order of this quarter was executed in its halts; a fill there would be EXE-113."""
KINDS = tuple(dict.fromkeys(catch.kind for catch in CATCHES))
CONSEQUENCES = (
    Catch("utc_swap", ("COM-105", "COM-117"), ("day", "vendor")),
    Catch("venue_alias", ("ROU-102",), ("day", "vendor"), at=ALIAS),
    Catch("venue_alias", ("ROU-108", "VER-121"), ("vendor",), since=True, at=ALIAS),
    Catch("unapproved_venue", ("ROU-102",), ("day", "venue")),
    Catch("probe_leak", ("VER-142",), ("venue",), since=True),
)
"""What else a fault does, by what it is: five hours between one vendor's clocks, a venue's other name as if it were a new venue, flow at the venue that pays, a
dear first look where it leaks. Such a finding is explained, and catches nothing."""
ACTED_ON = ("bust", "correction", "small_caps_fill", "leaking_probe")
"""What the answer key tells of single orders and fills that were priced, canceled or left unfilled otherwise for what was planted."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=25_000)
    parser.add_argument("--seed", type=int, default=SEED, help="of the practice market")
    parser.add_argument("--dir", type=Path, help="keep the quarter and its run there, and use them again")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as passing:
        truth, run = quarter(options.dir or Path(passing), options.orders, options.seed)
        findings = named(run.table("findings"))
        print(table(truth, findings))
        print(budgeted(truth, findings, run.table("alerts")))
    return 0


def quarter(folder: Path, orders: int, seed: int = SEED) -> tuple[Truth, Run]:
    """The quarter with everything planted, measured; `folder` is filled, or read where it is filled already."""
    key = folder / "truth.json"
    made = read(key) if key.exists() else make_quarter(folder, seed=seed, orders=orders, first=SPAN[0], last=SPAN[1], planted=(*PLANTED, *MORE))
    workspace = open_workspace(folder / "workspace")
    (workspace.policy / policy.FILE).write_text(sample_policy(), encoding="utf-8")
    intake.import_files(workspace, [folder / "raw"], received_at=RECEIVED_AT, by_reference=True)
    return made, pipeline.measure(workspace)


def table(truth: Truth, findings: pl.DataFrame) -> str:
    """A row a kind of fault: how many were planted, how many were caught, by which checks, and after how many days where it lasts."""
    lines = ["| planted | faults | caught | recall | by |", "|---|---:|---:|---:|---|"]
    for kind in KINDS:
        faults = truth.of(kind)
        caught = [fault for fault in faults if catching(findings, fault).height]
        by = pl.concat([catching(findings, fault) for fault in faults])["check_id"].unique().sort().to_list() if faults else []
        recall = f"{len(caught) / len(faults):.0%}" if faults else "–"
        lines.append(f"| {kind.replace('_', ' ')} | {len(faults)} | {len(caught)} | {recall} | {', '.join(by) or '–'} |")
    return "\n".join(lines)


def catching(findings: pl.DataFrame, fault: Fault) -> pl.DataFrame:
    """The findings that catch this fault, by any check that may."""
    return pl.concat([found(findings, catch, fault) for catch in CATCHES if catch.kind == fault.kind])


def found(findings: pl.DataFrame, catch: Catch, fault: Fault) -> pl.DataFrame:
    """The findings that catch this fault in one way."""
    when = pl.col("day") >= fault.day if catch.since else pl.lit(True)
    names = [pl.col(name) == pl.lit(getattr(fault, name)) for name in catch.names] + ([pl.col("venue") == catch.at] if catch.at else [])
    return findings.filter(pl.col("check_id").is_in(catch.checks), when, *names)


def named(findings: pl.DataFrame) -> pl.DataFrame:
    """`findings` with the venue of the figure that moved, where a change of a router is told by it: `venue_share:XNAS`."""
    return findings.with_columns(venue=pl.coalesce("venue", pl.col("numbers").str.extract(r'"figure": "\w+:(\w+)"')))


def budgeted(truth: Truth, findings: pl.DataFrame, alerts: pl.DataFrame) -> str:
    """Of all alerts, and of those above each line: how many a planted fault explains, and how many kinds and faults are caught in them."""
    explained = set(_explained(truth, findings))
    told = findings.filter(pl.col("finding_id").is_in(list(explained)))["alert_id"].unique()
    lines = ["", "| alerts | number | explained by a planted fault | their findings | kinds caught | faults caught |", "|---|---:|---:|---:|---:|---:|"]
    never_cut = pl.col("severity") == "high"
    cuts = {
        "all": alerts,
        "**above the policy's line**": alerts.filter("is_above"),
        "of these, within its budget": alerts.filter(pl.col("standing") == "within the budget"),
        "of these, high and beside it": alerts.filter(pl.col("standing") == "never cut"),
        **{f"{most} a day, and the high ones": alerts.filter((pl.col("place") <= most) | never_cut) for most in BUDGETS},
    }
    kinds = [kind for kind in KINDS if truth.of(kind)]
    faults = [fault for kind in kinds for fault in truth.of(kind)]
    for words, some in cuts.items():
        within = findings.filter(pl.col("alert_id").is_in(some["alert_id"].implode()))
        caught = [fault.kind for fault in faults if catching(within, fault).height]
        true = int(some["alert_id"].is_in(told.implode()).sum())
        missed = ", ".join(kind.replace("_", " ") for kind in kinds if kind not in caught)
        lines.append(
            f"| {words} | {some.height:,} | {true:,} ({true / max(some.height, 1):.0%}) | {within.height:,} | {len(set(caught))} of {len(kinds)}"
            f"{f' (not {missed})' if 0 < len(kinds) - len(set(caught)) <= 5 else ''} | {len(caught)} of {len(faults)} |"
        )
    return "\n".join(lines)


def _explained(truth: Truth, findings: pl.DataFrame) -> Iterator[str]:
    """Ids of the findings that a planted fault explains: those that catch one, its consequences, and whatever names an order or a fill that it acted on."""
    for catch in (*CATCHES, *CONSEQUENCES):
        for fault in truth.of(catch.kind):
            yield from found(findings, catch, fault)["finding_id"]
    for kind in (*KINDS, *ACTED_ON):
        for fault in truth.of(kind):
            ids = [pl.col(name) == pl.lit(getattr(fault, name)) for name in ("fill_id", "order_id") if getattr(fault, name)]
            if ids:
                yield from findings.filter(pl.any_horizontal(ids))["finding_id"]


if __name__ == "__main__":
    sys.exit(main())
