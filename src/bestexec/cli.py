"""The command line: parse, call one function, print."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from bestexec.errors import Problem
from bestexec.workspace import Workspace, open_workspace

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Measures how well orders were executed: files in, a sealed and explained scorecard out.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON: unrounded numbers, ratios as fractions, instants as text.")]
By = Annotated[str, typer.Option("--by", help="Dimensions, comma-separated.")]
RunId = Annotated[str, typer.Option("--run", help="Start of a run's id; default: the run sealed last.")]
First = Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")]
Last = Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")]
Symbol = Annotated[str, typer.Option("--symbol", help="Symbols, comma-separated.")]
AsOfRule = Annotated[str, typer.Option("--as-of", help="sequence, before or at-or-before. Rule 605's own columns keep their rule.")]
Horizons = Annotated[str, typer.Option("--horizons", help="Horizons to show, comma-separated, of 50ms, 1s, 15s, 1min, 5min.")]


Progress = Callable[[str, int, int], None]


class State:
    """What the options before the command said."""

    workspace = Path("workspace")


@app.callback()
def _options(
    workspace: Annotated[Path, typer.Option("--workspace", envvar="BESTEXEC_WORKSPACE", help="The firm's folder.")] = Path("workspace"),
) -> None:
    State.workspace = workspace


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files, or folders of files, as they are.")],
    stated_date: Annotated[str, typer.Option("--date", help="Trading date of files that do not state one.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Time zone of files whose times name none, such as America/New_York.")] = "",
    firm: Annotated[str, typer.Option("--firm", help="Reporting firm of files that do not state one.")] = "",
    symbol: Annotated[str, typer.Option("--symbol", help="Symbol of files that do not state one.")] = "",
    clock: Annotated[str, typer.Option("--clock", help="Whose clock to read in tape files that tell two: sip (default) or participant.")] = "",
    received_at: Annotated[str, typer.Option("--received-at", help="When the firm had them, ISO with offset; default: now.")] = "",
    by_reference: Annotated[bool, typer.Option("--by-reference", help="Keep path, hash and size instead of a copy (market data).")] = False,
    as_json: Json = False,
) -> None:
    """Take raw files in: recognized by content, kept whole, each record accepted, rejected or skipped with its reason."""
    from bestexec.intake import import_files

    facts = {"date": stated_date and _day(stated_date).isoformat(), "zone": zone, "firm": firm, "symbol": symbol.upper(), "clock": clock}
    with _progress() as progress:
        told = import_files(
            open_workspace(State.workspace), files, received_at=_instant(received_at) if received_at else time.time_ns(),
            options={name: value for name, value in facts.items() if value}, by_reference=by_reference,
            secret=os.environ.get("BESTEXEC_ACCOUNT_SECRET", "").encode(), progress=progress,
        )  # fmt: skip
    from bestexec import printed

    print(_json({"files": told.to_dicts()}) if as_json else printed.imported(told))
    if "refused" in told["status"].to_list():
        raise typer.Exit(2)


@app.command()
def measure(
    first: First = "",
    last: Last = "",
    known_at: Annotated[str, typer.Option("--known-at", help="Use only what had been received by then, ISO with offset.")] = "",
    as_of: AsOfRule = "before",
    as_json: Json = False,
) -> None:
    """Link, measure, ask the checks, and seal what came out as a run."""
    from bestexec import pipeline, printed

    asked = pipeline.Asked(_day_or_none(first), _day_or_none(last), _instant(known_at) if known_at else None, _rule(as_of))
    with _progress() as progress:
        run = pipeline.measure(_workspace(), asked, progress)
    print(_json({"run": run.id, "days": run.manifest["days"], "outputs": run.manifest["outputs"]}) if as_json else printed.measured(run))


@app.command()
def scorecard(
    by: By = "vendor",
    pool: Annotated[
        str, typer.Option("--pool", help="Dimensions to pool that otherwise stay apart: held, directed, session, customer_class, asset_class, currency.")
    ] = "",
    run: RunId = "",
    first: First = "",
    last: Last = "",
    symbol: Symbol = "",
    as_of: AsOfRule = "",
    horizons: Horizons = "",
    as_json: Json = False,
) -> None:
    """Figures of a sealed run over any mix of dimensions, with n, coverage, standard error, exclusions and data grade."""
    from bestexec import printed
    from bestexec.views import scorecard as view

    with _progress() as progress:
        figures = view(
            _workspace(), _names(by), pool=_names(pool), run=run, first=_day_or_none(first), last=_day_or_none(last),
            symbols=_symbols(symbol), as_of=_rule(as_of) if as_of else None, horizons=_names(horizons), progress=progress,
        )  # fmt: skip
    print(_json(figures.as_json()) if as_json else printed.figures(figures))


@app.command()
def tape(
    by: By = "symbol",
    first: First = "",
    last: Last = "",
    symbol: Symbol = "",
    as_of: AsOfRule = "before",
    horizons: Horizons = "",
    as_json: Json = False,
) -> None:
    """The market's own figures over its regular-way tape."""
    from bestexec import printed
    from bestexec.views import tape as view

    with _progress() as progress:
        figures = view(
            _workspace(), _names(by), first=_day_or_none(first), last=_day_or_none(last), symbols=_symbols(symbol),
            as_of=_rule(as_of), horizons=_names(horizons), progress=progress,
        )  # fmt: skip
    print(_json(figures.as_json()) if as_json else printed.figures(figures))


@app.command()
def explain(
    metric: Annotated[str, typer.Argument(help="Key of a metric, such as effective_spread.")] = "",
    order: Annotated[str, typer.Option("--order", help="An order id: every metric of it, with its arithmetic.")] = "",
    run: RunId = "",
    as_json: Json = False,
) -> None:
    """How a number came to be: formula, inputs, arithmetic, source lines."""
    from bestexec import explain as explaining
    from bestexec import printed
    from bestexec.recompute import chosen

    if order:
        told = explaining.explain_order(chosen(_workspace(), run), order)
        print(_json(told) if as_json else printed.order(told))
    elif metric:
        found = explaining.explain_metric(metric)
        print(_json([printed.metric_facts(item) for item in found]) if as_json else printed.metrics(found))
    else:
        raise Problem("nothing to explain", do="name a metric, or an order with --order ID")


@app.command()
def report(
    run: RunId = "",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the PDF, web page and workbook; default: reports/ in the workspace.")] = None,
    as_json: Json = False,
) -> None:
    """The execution-quality report of a sealed run: PDF/A, web page and workbook."""
    from bestexec.recompute import chosen
    from bestexec.reporting import write_report

    workspace = _workspace()
    with _progress() as progress:
        files = write_report(chosen(workspace, run), out or workspace.root / "reports", progress)
    print(_json({"files": [str(path) for path in files]}) if as_json else "\n".join(f"wrote {path}" for path in files))


@app.command()
def verify(
    run: Annotated[str, typer.Argument(help="Start of a run's id; default: the run sealed last.")] = "",
    recompute: Annotated[bool, typer.Option(help="Make the run again and compare every table.")] = True,
    as_json: Json = False,
) -> None:
    """Whether a sealed run is intact, and comes out the same when made again."""
    from bestexec import recompute as recomputing

    workspace = _workspace()
    chosen = recomputing.chosen(workspace, run)
    with _progress() as progress:
        verdict = recomputing.verify(workspace, chosen, recompute=recompute, progress=progress)
    if as_json:
        print(_json({"run": chosen.id, "state": verdict.state, "differences": list(verdict.differences)}))
    else:
        print(f"run {chosen.id[:12]}: {verdict.state}" + "".join(f"\n  {line}" for line in verdict.differences))
    if not verdict.is_good:
        raise typer.Exit(1)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the sample firm's files and workspace go.")] = Path("demo"),
    orders: Annotated[int, typer.Option("--orders", help="Customer orders in the quarter.")] = 25_000,
    as_json: Json = False,
) -> None:
    """The sample firm's quarter, from raw files to the report."""
    from bestexec.demonstration import run_demo

    with _progress() as progress:
        told = run_demo(folder, orders=orders, received_at=time.time_ns(), progress=progress)
    print(_json(told) if as_json else told["text"])


def main() -> None:
    """Run the command line; a Problem is told without a traceback and ends with 2."""
    try:
        app()
    except Problem as problem:
        print(f"bestexec: {problem}", file=sys.stderr)
        sys.exit(2)


def _workspace() -> Workspace:
    return open_workspace(State.workspace, create=False)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _symbols(text: str) -> tuple[str, ...]:
    return tuple(name.upper() for name in _names(text))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(f"{text} is not a date", do="write YYYY-MM-DD") from error


def _day_or_none(text: str) -> date | None:
    return _day(text) if text else None


def _instant(text: str) -> int:
    """Epoch nanoseconds of an ISO instant that names its offset; up to nine digits of a second."""
    try:
        whole, digits = re.sub(r"[.,](\d{1,9})(?!\d)", "", text), re.search(r"[.,](\d{1,9})(?!\d)", text)
        stated = datetime.fromisoformat(whole)
    except ValueError as error:
        raise Problem(f"{text} is not an instant", do="write it like 2026-10-01T08:00:00-04:00") from error
    if stated.tzinfo is None:
        raise Problem(f"{text} names no offset", do="add Z or an offset such as -04:00")
    return int(stated.timestamp()) * 1_000_000_000 + (int(digits[1].ljust(9, "0")) if digits else 0)


def _rule(text: str) -> Any:
    from bestexec.linking.asof import AsOf

    if text not in set(AsOf):
        raise Problem(f"{text} is not an as-of rule", where="--as-of", do=f"choose among {', '.join(AsOf)}")
    return AsOf(text)


def _json(value: Any) -> str:
    return json.dumps(_plain(value), indent=1, ensure_ascii=False, allow_nan=False)


def _plain(value: Any, name: str = "") -> Any:
    """`value` as JSON holds it: instants (whole numbers in fields named `…_at`) and dates as ISO text, decimals as numbers, dataclasses as their fields."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, int) and name.endswith("_at") and not isinstance(value, bool):
        from bestexec.printed import instant

        return instant(value)
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal's error stream; elsewhere a line there every few seconds, none for work that is quick."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    with Bar(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)


class _Lines:
    """Progress where there is no terminal."""

    SECONDS = 5

    def __init__(self) -> None:
        self.told_at = time.monotonic()

    def __call__(self, what: str, done: int, of: int) -> None:
        if time.monotonic() - self.told_at >= self.SECONDS:
            self.told_at = time.monotonic()
            print(f"  {what} ({done} of {of})", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
