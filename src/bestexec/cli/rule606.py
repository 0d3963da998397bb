"""The commands about Rule 606: the quarterly report, a customer's reports, and a report of others held against ours."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from bestexec.cli.options import Json, as_text, day, instant, names, workspace
from bestexec.errors import Problem

Runs = Annotated[str, typer.Option("--run", help="Starts of runs' ids, comma-separated; default: the run sealed last.")]
Broker = Annotated[str, typer.Option("--broker", help="Name of the broker or dealer in the report; default: the firm's id.")]
GeneratedAt = Annotated[str, typer.Option("--generated-at", help="Time stamp of the report, ISO with offset; default: none.")]
To = Annotated[Path, typer.Option("--to", help="Folder for the files.")]


def file606(
    quarter: Annotated[str, typer.Option("--quarter", help="The quarter, such as 2026Q3.")],
    to: To,
    run: Runs = "",
    broker: Broker = "",
    generated_at: GeneratedAt = "",
    draft: Annotated[bool, typer.Option("--draft", help="Write it although points are open, named and marked as a draft.")] = False,
    as_json: Json = False,
) -> None:
    """The public order-routing report of a quarter, Rule 606(a)(1): XML, PDF and web page, or what keeps it from being filed."""
    from bestexec.examfile import quarter as named
    from bestexec.file606 import gather, write_public
    from bestexec.printed import rule606 as printed

    told = write_public(
        gather(workspace(), names(run)), named(quarter), to, broker=broker, generated_at=instant(generated_at) if generated_at else None, draft=draft
    )  # fmt: skip
    print(as_text({**told.facts, "files": [str(path) for path in told.files]}) if as_json else printed.written(told))
    if told.gaps:
        raise typer.Exit(1)


def customer606(
    account: Annotated[str, typer.Option("--account", help="Keyed hash of the account.")],
    to: To,
    asked_on: Annotated[str, typer.Option("--asked-on", help="Day of the request, YYYY-MM-DD.")],
    run: Runs = "",
    broker: Broker = "",
    customer: Annotated[str, typer.Option("--customer", help="The customer's name in the report; default: the account's keyed hash.")] = "",
    generated_at: GeneratedAt = "",
    as_json: Json = False,
) -> None:
    """A customer's reports of six months: Rule 606(b)(1), and (b)(3) unless a de-minimis test exempts its not-held orders."""
    from bestexec.file606 import gather, write_customer
    from bestexec.printed import rule606 as printed

    folder = workspace()
    told = write_customer(
        folder, gather(folder, names(run)), account, day(asked_on), to, broker=broker, customer_name=customer,
        generated_at=instant(generated_at) if generated_at else None,
    )  # fmt: skip
    tests = [{"test": test.test, "is_exempt": test.is_exempt, "says": test.says} for test in told.tests]
    print(as_text({**told.facts, "tests": tests, "files": [str(path) for path in told.files]}) if as_json else printed.written(told))


def compare606(
    theirs: Annotated[Path, typer.Argument(help="The Rule 606 XML that somebody else made.")],
    ours: Annotated[Path | None, typer.Option("--ours", help="A file to hold it against; default: what the workspace gives.")] = None,
    before: Annotated[Path | None, typer.Option("--before", help="Their report of the quarter before: aspects copied from it are told.")] = None,
    tolerance: Annotated[str, typer.Option("--tolerance", help="How far cells may be apart, such as pct=0.05,usd=1,cph=0.1,shares=1,whole=0.")] = "",
    account: Annotated[str, typer.Option("--account", help="Of a customer's report: keyed hash of the account.")] = "",
    asked_on: Annotated[str, typer.Option("--asked-on", help="Of a customer's report: day of the request, YYYY-MM-DD.")] = "",
    to: Annotated[Path | None, typer.Option("--to", help="Folder for differences.csv and orders.csv.")] = None,
    run: Runs = "",
    as_json: Json = False,
) -> None:
    """A Rule 606 report of others held against ours, cell by cell, with the orders behind each difference; ends with 1 where one is wrong."""
    from bestexec.file606 import gather, held_against, holding
    from bestexec.printed import rule606 as printed

    tolerances = _tolerances(tolerance)
    if ours:
        told = holding.files_against(theirs, ours, before, tolerances)
    else:
        folder = workspace()
        told = held_against(
            folder, gather(folder, names(run)), theirs, previous=before, tolerances=tolerances, account=account,
            asked_on=day(asked_on) if asked_on else None,
        )  # fmt: skip
    if to:
        holding.write(told, to)
    print(as_text({"differences": told.as_rows(), "our_gaps": list(told.gaps)}) if as_json else printed.held(told))
    if any(not found.is_doubt for found in told.differences):
        raise typer.Exit(1)


def _tolerances(text: str) -> dict[str, Decimal]:
    from bestexec.filings.rule606.comparing import TOLERANCES

    stated = dict(TOLERANCES)
    for part in names(text):
        kind, _, number = part.partition("=")
        try:
            value = Decimal(number)
        except InvalidOperation as error:
            raise Problem(f"{part} is no tolerance", where="--tolerance", do="write it like pct=0.05") from error
        if kind not in TOLERANCES or not value.is_finite() or value < 0:
            raise Problem(f"{part} is no tolerance", where="--tolerance", do=f"choose among {', '.join(TOLERANCES)}, with a number from 0 up")
        stated[kind] = value
    return stated
