"""A received run as its page shows it: what went in, by which rules, what came out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from bestexec import Problem
from oversight.accounts.queries import names
from oversight.findings.models import Run
from oversight.findings.sealed import opened
from oversight.sheets import Column, Row, Sheet

RUNS = (
    Column("run_id", "Run", kind="code"),
    Column("first_on", "From", kind="day"),
    Column("last_on", "To", kind="day"),
    Column("days", "Days", kind="number"),
    Column("in_force", "In force for", kind="number"),
    Column("orders", "Orders", kind="number"),
    Column("fills", "Fills", kind="number"),
    Column("exceptions", "Exceptions", kind="number"),
    Column("not_evaluated", "Not judged", kind="number"),
    Column("policy", "Policy"),
    Column("program", "Program"),
    Column("received_at", "Received", kind="instant"),
    Column("received_by", "By", kind="person"),
)
INPUTS = (
    Column("file", "File"),
    Column("importer", "Read as"),
    Column("records", "Records", kind="number"),
    Column("accepted", "Accepted", kind="number"),
    Column("rejected", "Rejected", kind="number"),
    Column("skipped", "Skipped", kind="number"),
    Column("sha256", "SHA-256", kind="code"),
)
OUTPUTS = (Column("file", "File"), Column("rows", "Rows", kind="number"), Column("sha256", "SHA-256", kind="code"))
UNJUDGED = (
    Column("check_id", "Check", kind="code"),
    Column("title", "What it looks for"),
    Column("reason", "Why it could not be asked"),
    Column("rows", "Rows", kind="number"),
    Column("of_rows", "of", kind="number"),
)


@dataclass(frozen=True)
class Parts:
    """The run's manifest and what could not be judged, as tables."""

    manifest: Any
    inputs: Sheet
    outputs: Sheet
    unjudged: Sheet


def sheet(runs: Iterable[Any]) -> Sheet:
    """The runs as a table; each must come from `queries.received`."""
    people = names()
    rows = tuple(
        Row(
            (
                run.id,
                run.first_on,
                run.last_on,
                run.days,
                run.in_force,
                run.orders,
                run.fills,
                run.findings,
                run.not_evaluated,
                run.policy_version,
                run.code_version,
                run.received_at,
                people.get(run.received_by, run.received_by),
            ),
            {"run_id": reverse("findings:run", args=[run.id])},
            key=run.id[:12],
        )
        for run in runs
    )
    empty = "No run was received yet. Measure (`bestexec measure`), then `oversight receive`."
    return Sheet("runs", "Received runs", RUNS, rows, source="Each run was held against its seal before it was received, once.", empty=empty)


def parts(run: Run) -> tuple[Parts | None, str]:
    """(the run's tables, "") or (None, why it cannot be read)."""
    try:
        sealed = opened(run.id)
        unjudged = sealed.table("not_evaluated")
    except Problem as problem:
        return None, str(problem)
    inputs = sorted(
        (file["name"], source["importer"], *(_number(source[name]) for name in ("records", "accepted", "rejected", "skipped")), file["sha256"])
        for source in sealed.manifest["inputs"].values()
        for file in source["files"]
    )
    outputs = [(name, part.get("rows"), part["sha256"]) for name, part in sorted(sealed.manifest["outputs"].items())]
    said = [tuple(row[column.key] for column in UNJUDGED) for row in unjudged.iter_rows(named=True)]
    made = Parts(
        sealed.manifest,
        _table("inputs", "What went in", INPUTS, inputs, run, "Raw files, by the SHA-256 of their bytes."),
        _table("outputs", "What came out", OUTPUTS, outputs, run, "Sealed files, by the SHA-256 of their bytes."),
        _table(
            "not-evaluated",
            "What the checks could not judge",
            UNJUDGED,
            said,
            run,
            "Rows that lack what a check needs, or too few to judge by: they are no answer.",
        ),
    )
    return made, ""


def _table(name: str, caption: str, columns: tuple[Column, ...], cells: Iterable[tuple[Any, ...]], run: Run, source: str) -> Sheet:
    return Sheet(name, caption, columns, tuple(Row(row) for row in cells), runs=(run.id,), source=source)


def _number(counted: Any) -> int:
    """A count, or the sum of counts by reason."""
    return sum(counted.values()) if isinstance(counted, dict) else counted
