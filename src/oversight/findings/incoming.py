"""What a sealed run brings to the desk: its facts, and its findings as rows of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec import Problem
from bestexec import Run as SealedRun
from oversight.findings.models import SEVERITIES, Run
from oversight.policy.limits import DeskLimits

CENT = Decimal("0.00000001")
TEXTS = ("symbol", "venue", "vendor", "order_id", "fill_id", "raw_import")
ORDER_KEY = ("day", "symbol", "order_id")


@dataclass(frozen=True)
class Incoming:
    """A run about to be received. `findings` are the fields of Finding by finding id."""

    run: Run
    sealed: SealedRun
    days: tuple[date, ...]
    findings: Mapping[str, Mapping[str, Any]]


def incoming(sealed: SealedRun, limits: DeskLimits) -> Incoming:
    """The run's facts and findings. Raises Problem for findings on days that the run says it did not measure."""
    manifest = sealed.manifest
    days = tuple(date.fromisoformat(on) for on in manifest["days"])
    found = with_key_dates(sealed)
    strange = sorted(set(found["day"]) - set(days))
    if strange:
        raise Problem(f"the run has findings on {strange[0]}, which it did not measure", where=f"run {sealed.id[:12]}", do="measure again")
    policy, definitions, code = manifest["policy"], manifest["definitions"], manifest["code"]
    rows = manifest["outputs"]
    run = Run(
        id=sealed.id, first_on=min(days), last_on=max(days), days=len(days), orders=rows["orders.parquet"]["rows"], fills=rows["fills.parquet"]["rows"],
        findings=found.height, not_evaluated=sealed.table("not_evaluated")["rows"].sum(), policy_version=str(policy["version"] or ""),
        policy_sha256=policy["sha256"], metrics_sha256=definitions["metrics"], checks_sha256=definitions["checks"], code_version=code["version"],
        code_sha256=code["source"], benchmarks=list(manifest["benchmarks"]),
    )  # fmt: skip
    return Incoming(run, sealed, days, {row["finding_id"]: fields(row, limits) for row in found.iter_rows(named=True)})


def with_key_dates(sealed: SealedRun) -> pl.DataFrame:
    """The run's findings, each with the date that is part of its order's name where it is about one."""
    keys = pl.concat(sealed.table(name).select(*ORDER_KEY, "key_on") for name in ("orders", "fills")).unique(ORDER_KEY, keep="first", maintain_order=True)
    return sealed.table("findings").join(keys, on=ORDER_KEY, how="left", maintain_order="left")


def fields(row: Mapping[str, Any], limits: DeskLimits) -> dict[str, Any]:
    """One row of a run's findings as the fields of Finding that a run decides."""
    harm = row["harm_usd"]
    return {
        "check_id": row["check_id"], "check_version": row["check_version"], "title": row["title"], "severity": row["severity"],
        "rank": SEVERITIES.index(row["severity"]), "on": row["day"], "subject_text": row["subject"][:400], "key_on": row["key_on"],
        **{name: row[name] or "" for name in TEXTS}, "raw_line": row["raw_line"], "numbers": row["numbers"], "ask": row["ask"], "authority": row["authority"],
        "harm_usd": None if harm is None else harm.quantize(CENT), "matters": weighs(row["severity"], harm, limits),
    }  # fmt: skip


def weighs(severity: str, harm_usd: Decimal | None, limits: DeskLimits) -> bool:
    """Whether a second person reads the answer, by severity or by dollars."""
    return severity in limits.second_reader_severities or (harm_usd is not None and harm_usd >= limits.second_reader_usd)


def differing(row: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `row` that the later run says otherwise."""
    return {name: value for name, value in found.items() if getattr(row, name) != value}
