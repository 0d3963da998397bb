"""The command line: parse, call one function, print."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from bestexec.cli import exam, intake, rule605, rule606
from bestexec.cli.options import (
    AsOfRule,
    By,
    First,
    Horizons,
    Json,
    Last,
    RunId,
    State,
    Symbol,
    as_text,
    day_or_none,
    instant,
    names,
    progress_shown,
    rule,
    symbols,
    workspace,
)
from bestexec.errors import Problem

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Measures how well orders were executed: files in, a sealed and explained scorecard out.")
app.command("import")(intake.import_)
app.command("map")(intake.map_)
app.command()(intake.validate)
app.command()(exam.examfile)
app.command()(exam.twice)
app.command()(rule606.file606)
app.command()(rule606.customer606)
app.command()(rule606.compare606)
app.command()(exam.disposed)
app.command()(rule605.file605)
app.command()(rule605.compare605)


@app.callback()
def _options(
    workspace: Annotated[Path, typer.Option("--workspace", envvar="BESTEXEC_WORKSPACE", help="The firm's folder.")] = Path("workspace"),
) -> None:
    State.workspace = workspace


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

    asked = pipeline.Asked(day_or_none(first), day_or_none(last), instant(known_at) if known_at else None, rule(as_of))
    with progress_shown() as progress:
        run = pipeline.measure(workspace(), asked, progress)
    print(as_text({"run": run.id, "days": run.manifest["days"], "outputs": run.manifest["outputs"]}) if as_json else printed.measured(run))


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

    with progress_shown() as progress:
        figures = view(
            workspace(), names(by), pool=names(pool), run=run, first=day_or_none(first), last=day_or_none(last),
            symbols=symbols(symbol), as_of=rule(as_of) if as_of else None, horizons=names(horizons), progress=progress,
        )  # fmt: skip
    print(as_text(figures.as_json()) if as_json else printed.figures(figures))


@app.command()
def coverage(run: RunId = "", as_json: Json = False) -> None:
    """Whether every order, route and fill of each day was fed: held against control totals and against each other feed."""
    from bestexec import printed
    from bestexec.recompute import chosen

    opened = chosen(workspace(), run)
    tables = {name: opened.table(name) for name in ("completeness", "reconciled", "unmatched", "facts", "breaks", "grade", "grade_days", "clocks")}
    later = ("match_rates", "exclusions", "consolidated")  # runs that were sealed before these were made do not have them
    tables |= {name: opened.table(name) for name in later if f"{name}.parquet" in opened.manifest["outputs"]}
    print(as_text({name: table.to_dicts() for name, table in tables.items()}) if as_json else printed.coverage(**tables))


@app.command()
def findings(
    run: RunId = "",
    first: First = "",
    last: Last = "",
    every: Annotated[bool, typer.Option("--all", help="Also the alerts below the line.")] = False,
    as_json: Json = False,
) -> None:
    """What a person must look at, by cause: the alerts that each day's budget reaches, and how many stand below the line."""
    from bestexec.printed import alerts
    from bestexec.recompute import chosen
    from bestexec.views import chosen_rows

    opened, days = chosen(workspace(), run), (day_or_none(first), day_or_none(last))
    tables = {name: chosen_rows(opened.table(name), *days) for name in ("alerts", "findings")}
    print(as_text({name: table.to_dicts() for name, table in tables.items()}) if as_json else alerts.alerts(tables["alerts"], every=every))


@app.command()
def verdicts(
    run: RunId = "", every: Annotated[bool, typer.Option("--all", help="Also what had too little to stand on.")] = False,
    orders: Annotated[bool, typer.Option("--orders", help="Single orders that fared worse than their like, which averages hide.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Whose difference is real, like against like, and large enough to decide on."""
    from bestexec.printed import judgements
    from bestexec.recompute import chosen

    if orders:
        found = chosen(workspace(), run).table("harmed_orders")
        print(as_text(found.to_dicts()) if as_json else judgements.harmed(found))
        return
    table = chosen(workspace(), run).table("verdicts")
    print(as_text(table.to_dicts()) if as_json else judgements.verdicts(table, every=every))


@app.command()
def competing(run: RunId = "", metric: Annotated[str, typer.Option("--metric", help="Key of a metric; default: all.")] = "", as_json: Json = False) -> None:
    """What every market center's published Rule 605 report says of the firm's own mix of orders."""
    from bestexec.printed import judgements
    from bestexec.recompute import chosen

    table = chosen(workspace(), run).table("competing")
    table = table.filter(table["metric"] == metric) if metric else table
    print(as_text(table.to_dicts()) if as_json else judgements.competing(table))


@app.command()
def routers(run: RunId = "", as_json: Json = False) -> None:
    """How the vendors' routers behaved: changes that nobody announced, flow that follows payment, hops, stated rules broken."""
    from bestexec.printed import judgements
    from bestexec.recompute import chosen

    tables = {name: chosen(workspace(), run).table(name) for name in ("detected", "changes", "standing", "violations")}
    print(as_text({name: table.to_dicts() for name, table in tables.items()}) if as_json else judgements.routers(tables["detected"], tables["standing"]))


@app.command()
def routed(run: RunId = "", as_json: Json = False) -> None:
    """What happened on the routes: who learns of orders, what first looks cost, whose time it was, how long limit orders waited."""
    from bestexec.printed import routes
    from bestexec.recompute import chosen
    from bestexec.routed.shown import SHOWN

    opened = chosen(workspace(), run)
    tables = {one.name: opened.table(one.name) for one in SHOWN}
    print(as_text({name: table.to_dicts() for name, table in tables.items()}) if as_json else routes.routed(tables))


@app.command()
def claimed(run: RunId = "", as_json: Json = False) -> None:
    """A vendor's own figures beside the same figures recomputed from the firm's records."""
    from bestexec.printed import judgements
    from bestexec.recompute import chosen

    table = chosen(workspace(), run).table("claimed")
    print(as_text(table.to_dicts()) if as_json else judgements.claimed(table))


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

    with progress_shown() as progress:
        figures = view(
            workspace(), names(by), first=day_or_none(first), last=day_or_none(last), symbols=symbols(symbol),
            as_of=rule(as_of), horizons=names(horizons), progress=progress,
        )  # fmt: skip
    print(as_text(figures.as_json()) if as_json else printed.figures(figures))


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
        told = explaining.explain_order(chosen(workspace(), run), order)
        print(as_text(told) if as_json else printed.order(told))
    elif metric:
        found = explaining.explain_metric(metric)
        print(as_text([printed.metric_facts(item) for item in found]) if as_json else printed.metrics(found))
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

    folder = workspace()
    with progress_shown() as progress:
        files = write_report(chosen(folder, run), out or folder.root / "reports", progress)
    print(as_text({"files": [str(path) for path in files]}) if as_json else "\n".join(f"wrote {path}" for path in files))


@app.command()
def verify(
    run: Annotated[str, typer.Argument(help="Start of a run's id; default: the run sealed last.")] = "",
    recompute: Annotated[bool, typer.Option(help="Make the run again and compare every table.")] = True,
    as_json: Json = False,
) -> None:
    """Whether a sealed run is intact, and comes out the same when made again."""
    from bestexec import recompute as recomputing

    folder = workspace()
    chosen = recomputing.chosen(folder, run)
    with progress_shown() as progress:
        verdict = recomputing.verify(folder, chosen, recompute=recompute, progress=progress)
    if as_json:
        print(as_text({"run": chosen.id, "state": verdict.state, "differences": list(verdict.differences)}))
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

    with progress_shown() as progress:
        told = run_demo(folder, orders=orders, received_at=time.time_ns(), progress=progress)
    print(as_text(told) if as_json else told["text"])


def main() -> None:
    """Run the command line; a Problem is told without a traceback and ends with 2."""
    try:
        app()
    except Problem as problem:
        print(f"bestexec: {problem}", file=sys.stderr)
        sys.exit(2)
