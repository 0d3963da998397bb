"""The commands about later years: the exam file of a quarter, the same days measured twice, what was disposed of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bestexec.cli.options import By, Json, as_text, instant, names, progress_shown, workspace
from bestexec.errors import Problem


def examfile(
    quarter: Annotated[str, typer.Option("--quarter", help="The quarter, such as 2026Q3.")],
    to: Annotated[Path, typer.Option("--to", help="The file to write.")],
    run: Annotated[str, typer.Option("--run", help="Starts of runs' ids, comma-separated; default: every run with a day in the quarter.")] = "",
    as_json: Json = False,
) -> None:
    """One archive of a quarter with its proofs, which a stranger verifies offline: sealed runs, imports' manifests, policy, definitions, reports."""
    from bestexec import examfile as exam

    folder, wanted = workspace(), exam.quarter(quarter)
    sealed = exam.runs_of(folder, wanted, names(run))
    with progress_shown() as progress:
        written = exam.write(to, exam.about(wanted, sealed), exam.of_workspace(folder, sealed), progress)
    if as_json:
        print(as_text({"file": str(to), "quarter": str(wanted), "root": written.root, "members": written.members, "bytes": written.size}))
    else:
        print(f"wrote {to}: {written.members} members, {written.size:,} bytes\nroot {written.root}")
        print(f"Keep the root apart from the file. Anybody verifies it with Python alone: python verify.py {to.name} --root {written.root}")


def twice(
    run: Annotated[str, typer.Argument(help="Start of the id of the run that says what is known now; default: the run sealed last.")] = "",
    then: Annotated[str, typer.Option("--then", help="Start of the id of the run that said what was known then.")] = "",
    known_at: Annotated[str, typer.Option("--known-at", help="In place of --then: with what had been received by then, ISO with offset; not sealed.")] = "",
    by: By = "vendor",
    pool: Annotated[str, typer.Option("--pool", help="Dimensions to pool that otherwise stay apart.")] = "",
    as_json: Json = False,
) -> None:
    """As known then, as known now: which figures differ, by how much, and the inputs, orders and fills that explain it."""
    from bestexec import twice as comparing
    from bestexec.printed.twice import twice as printed
    from bestexec.recompute import chosen

    if bool(then) == bool(known_at):
        raise Problem("two times are needed", do="name a run with --then, or an instant with --known-at")
    folder = workspace()
    now = chosen(folder, run)
    with progress_shown() as progress:
        before = chosen(folder, then) if then else comparing.as_known(folder, now, instant(known_at), progress)
    told = comparing.compare(before, now, names(by), pool=names(pool))
    limits = comparing.limits(before.folder / "policy", now.folder / "policy")
    told = replace(told, changes=(*told.changes, *limits))
    print(as_text(told.as_json()) if as_json else printed(told))


def disposed(as_json: Json = False) -> None:
    """What of the workspace was disposed of when its time was over: each with its rule, its two people and its hashes."""
    from bestexec import tombstones
    from bestexec.printed.buried import tombstones as printed

    stones = tombstones.every(workspace().root)
    print(as_text({"disposed": list(stones)}) if as_json else printed(stones))
