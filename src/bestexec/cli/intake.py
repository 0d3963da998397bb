"""Files in: `import` takes what an importer knows, `map` proposes how a file of the firm's own is read, `validate` holds a report to its rules."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from bestexec.cli.options import Json, State, as_text, day, instant, progress_shown
from bestexec.errors import Problem
from bestexec.workspace import open_workspace

if TYPE_CHECKING:
    from bestexec.importers.mapped.proposing import Proposal


def import_(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders of files, as they are.")],
    stated_date: Annotated[str, typer.Option("--date", help="Trading date of files that do not state one.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone of files whose times name none, such as America/New_York.")] = "",
    firm: Annotated[str, typer.Option("--firm", help="Reporting firm of files that do not state one.")] = "",
    symbol: Annotated[str, typer.Option("--symbol", help="Symbol of files that do not state one.")] = "",
    clock: Annotated[str, typer.Option("--clock", help="Whose clock to read in tape files that tell two: sip (default) or participant.")] = "",
    feed: Annotated[str, typer.Option("--feed", help="Name of the feed, where two of one format are held against each other, such as oms and vendor.")] = "",
    received_at: Annotated[str, typer.Option("--received-at", help="When the firm had them, ISO with offset; default: now.")] = "",
    by_reference: Annotated[bool, typer.Option("--by-reference", help="Keep path, hash and size instead of a copy (market data).")] = False,
    as_json: Json = False,
) -> None:
    """Take raw files in: recognized by content, kept whole, each record accepted, rejected or skipped with its reason."""
    from bestexec.intake import import_files

    facts = {"date": stated_date and day(stated_date).isoformat(), "zone": zone, "firm": firm, "symbol": symbol.upper(), "feed": feed, "clock": clock}
    workspace, received = open_workspace(State.workspace), instant(received_at) if received_at else time.time_ns()

    def taken_in(paths: Sequence[Path]) -> pl.DataFrame:
        with progress_shown() as progress:
            return import_files(
                workspace, paths, received_at=received, options={name: value for name, value in facts.items() if value}, by_reference=by_reference,
                secret=os.environ.get("BESTEXEC_ACCOUNT_SECRET", "").encode(), progress=progress,
            )  # fmt: skip

    from bestexec import printed

    told = taken_in(files)
    print(as_text({"files": told.to_dicts()}) if as_json else printed.imported(told))
    if not as_json and (mapped := _mapped_now(files, told, zone, firm)):
        told = told.filter(~pl.col("files").is_in([path.name for path in mapped])).vstack(again := taken_in(mapped))
        print(printed.imported(again))
    if "refused" in told["status"].to_list():
        raise typer.Exit(2)


def _mapped_now(files: Sequence[Path], told: pl.DataFrame, zone: str, firm: str) -> list[Path]:
    """The files that no importer knew, for which a mapping was proposed and confirmed."""
    from bestexec import printed
    from bestexec.importers.mapped.proposing import propose

    unknown = {row["files"] for row in told.iter_rows(named=True) if row["status"] == "refused" and "bestexec map" in row["notes"]}
    mapped: list[Path] = []
    for path in [path for path in files if path.is_file() and path.name in unknown]:
        try:
            proposal = propose(path, zone=zone, stated={"firm": firm} if firm else {})
        except Problem as problem:
            print(f"no mapping can be proposed: {problem}")
            continue
        print(printed.proposal(proposal))
        mapped += [path] if _confirmed(proposal, path, accept=False, asks=True) else []
    return mapped


def map_(
    file: Annotated[Path, typer.Argument(help="A delimited file with a header that no importer knows.")],
    name: Annotated[str, typer.Option("--name", help="Name of the mapping; default: the words of the file's name.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone of times that name none, such as America/New_York.")] = "",
    firm: Annotated[str, typer.Option("--firm", help="Reporting firm of all its records.")] = "",
    vendor: Annotated[str, typer.Option("--vendor", help="Router vendor of all its records.")] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Save the mapping as proposed; edit the file to change it.")] = False,
    as_json: Json = False,
) -> None:
    """Propose how a file of your own is read: what each column fills, how sure that is, what is lacking. Confirmed once, used ever after."""
    from bestexec import printed
    from bestexec.importers.mapped.mapping import as_toml
    from bestexec.importers.mapped.proposing import propose

    stated = {column: value for column, value in (("firm", firm), ("vendor", vendor)) if value}
    proposal = propose(file, name=name, zone=zone, stated=stated)
    if not as_json:
        print(printed.proposal(proposal))
    saved = _confirmed(proposal, file, accept=accept, asks=not as_json)
    if as_json:
        print(as_text({"mapping": as_toml(proposal.mapping), "guesses": proposal.guesses, "lacking": proposal.lacking, "saved": saved and str(saved)}))
    elif saved:
        print(f"saved {saved}\nnext: bestexec import {file}")


def validate(
    files: Annotated[list[Path], typer.Argument(help="Published or drafted Rule 605 files and Rule 606 reports, plain or packed.")],
    as_json: Json = False,
) -> None:
    """Whether a report keeps the rules it is filed under: each violation with its line, cell, rule and what to do. Needs no workspace."""
    from bestexec import printed
    from bestexec.filings import validate as check

    checked = [check(path) for path in files]
    print(as_text([printed.validation_facts(item) for item in checked]) if as_json else printed.validated(checked))
    if not all(item.is_valid for item in checked):
        raise typer.Exit(1)


def _confirmed(proposal: Proposal, file: Path, *, accept: bool, asks: bool) -> Path | None:
    """Where a proposed mapping was saved: when it is accepted, or a person at a terminal says yes; None when it was not."""
    from bestexec.importers.mapped.mapping import save

    if proposal.lacking:
        if accept:
            raise Problem("the mapping is not complete", where=file.name, do="; ".join(proposal.lacking))
        return None
    if not accept and not (asks and sys.stdin.isatty() and sys.stdout.isatty() and typer.confirm("Save this mapping and read such files by it?")):
        return None
    workspace = open_workspace(State.workspace)
    with workspace.writing():
        return save(proposal.mapping, workspace.mappings)
