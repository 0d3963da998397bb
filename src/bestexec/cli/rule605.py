"""The commands of the monthly Rule 605 report: make it, and hold somebody's file against it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bestexec.cli.options import Json, as_text, names, progress_shown, workspace
from bestexec.errors import Problem

if TYPE_CHECKING:
    from bestexec.runs import Run
    from bestexec.workspace import Workspace

Members = Annotated[Path | None, typer.Option("--members", help="Symbols of the S&P 500 on the month's first day, one a line; default: the symbols files.")]
Runs = Annotated[str, typer.Option("--run", help="Starts of runs' ids, comma-separated, the last one's policy counts; default: the run sealed last.")]
Thin = Annotated[Path | None, typer.Option("--thin", help="Symbols exempt as rarely traded, one a line.")]


def file605(
    month: Annotated[str, typer.Option("--month", help="The month, such as 2026-08.")],
    code: Annotated[str, typer.Option("--code", help="The reporter's code: capital letters.")],
    to: Annotated[Path, typer.Option("--to", help="The folder in which the month's folder is published.")],
    participant: Annotated[str, typer.Option("--participant", help="Letter of the designated participant.")] = "T",
    members: Members = None,
    thin: Thin = None,
    run: Runs = "",
    as_json: Json = False,
) -> None:
    """The month's Rule 605 report: detailed file, summary, orders left out, settings and counts, a page to read; published in one step."""
    from bestexec import file605 as filing
    from bestexec.file605 import publishing
    from bestexec.file605.lists import symbols
    from bestexec.printed import rule605 as printed

    folder, first = workspace(), _month(month)
    if not re.fullmatch("[A-Z]+", code):
        raise Problem(f"{code} is no reporter's code", where="--code", do="write capital letters alone, as the plan gave it")
    if not re.fullmatch("[A-Z]", participant):
        raise Problem(f"{participant} is no designated participant", where="--participant", do="write one capital letter, such as T for FINRA")
    named = filing.Named(code, participant)
    with progress_shown() as progress:
        made = filing.compute(
            folder, _named(folder, run), first, named, members=symbols(members) if members else None, thin=symbols(thin) if thin else (), progress=progress
        )
        written = publishing.write(made, to, progress)
    if as_json:
        said = {"folder": str(written.folder), "files": [path.name for path in written.files], "is_added": written.is_added}
        print(as_text(said | publishing.account(made, written.corrects)))
    else:
        print(printed.filed(made, written))


def compare605(
    file: Annotated[Path, typer.Argument(help="The detailed file to be held, in the amended layout.")],
    against: Annotated[Path | None, typer.Argument(help="Another detailed file to hold it against; default: what the workspace gives for its month.")] = None,
    tolerance: Annotated[str, typer.Option("--tolerance", help="Cells that may differ by so much, such as AvgEffctvSprd=0.0001,CvrdOrderCnt=1.")] = "",
    thin: Thin = None,
    to: Annotated[Path | None, typer.Option("--to", help="Folder for differences.csv and orders.csv.")] = None,
    run: Runs = "",
    as_json: Json = False,
) -> None:
    """Somebody's detailed Rule 605 file held against ours, cell by cell: each difference with the orders behind it. Exit 1 where one is found."""
    from bestexec import file605 as filing
    from bestexec.file605 import comparing
    from bestexec.file605.lists import symbols
    from bestexec.printed import rule605 as printed

    allowed = _tolerances(tolerance)
    if against is not None:
        held = comparing.against_file(file, against, allowed)
    else:
        month, code, participant = comparing.named_in(file)
        folder = workspace()
        with progress_shown() as progress:
            ours = filing.compute(folder, _named(folder, run), month, filing.Named(code, participant), thin=symbols(thin) if thin else (), progress=progress)
        held = comparing.against_month(file, ours, allowed)
    if to:
        comparing.write(held, to)
    print(as_text({"file": str(file)} | comparing.as_json(held)) if as_json else printed.held(held, file.name))
    if held.compared.differences.height:
        raise typer.Exit(1)


def _named(folder: Workspace, run: str) -> list[Run]:
    from bestexec.recompute import chosen

    return [chosen(folder, each) for each in names(run)] or [chosen(folder)]


def _month(text: str) -> date:
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise Problem(f"{text} is not a month", where="--month", do="write it like 2026-08")
    return date.fromisoformat(f"{text}-01")


def _tolerances(text: str) -> dict[str, Decimal]:
    found = {}
    for part in names(text):
        name, sign, amount = part.partition("=")
        try:
            found[name.strip()] = Decimal(amount)
        except InvalidOperation:
            sign = ""
        if not sign or not found[name.strip()].is_finite() or found[name.strip()] < 0:
            raise Problem(f"{part} is no tolerance", where="--tolerance", do="write it like AvgEffctvSprd=0.0001")
    return found
