"""The sample firm's quarter, from raw files to the reports, in one call."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bestexec import file605, intake, pipeline, policy, printed, views
from bestexec.errors import Problem
from bestexec.examfile.quarter import Quarter
from bestexec.file605 import publishing
from bestexec.file606 import Written, gather, write_public
from bestexec.filings.rule606 import terms
from bestexec.market.sessions import trading_days
from bestexec.practice import make_quarter
from bestexec.practice.customers import VENDOR_A, VENDOR_B
from bestexec.practice.draws import MICRO
from bestexec.practice.issues import issues
from bestexec.practice.make import SEED, SYMBOLS
from bestexec.practice.published import write_reports
from bestexec.practice.venues import APPROVED, EXCHANGES, OPTIONS_EXCHANGE, PAYER, POOLS
from bestexec.printed import rule606 as printed606
from bestexec.reporting import write_report
from bestexec.runs import Run
from bestexec.workspace import Workspace, open_workspace

Progress = Callable[[str, int, int], None]
MONTH, QUARTER, REPORTER = date(2026, 8, 1), Quarter(2026, 3), file605.Named("SMPL", "T")
"""What the demonstration files, and the sample firm's code as a reporter."""
REVIEWED_ON = date(2026, 9, 28)
"""When the sample firm last looked at the terms with its venues."""
MADE = "made.txt"
"""Marks a folder that this module made, and may therefore make again."""
HEADLINE = ("effective_over_quoted", "net_price_improvement", "at_or_inside", "median_time_to_first_fill", "fill_rate_orders", "limit_fill_rate_orders")
"""Metrics of the scorecard that the demonstration prints."""


def run_demo(folder: Path, *, orders: int, received_at: int, progress: Progress) -> dict[str, Any]:
    """Make the practice quarter in `folder`/raw, import and measure it in `folder`/workspace, report it in `folder`/report, and make what is filed in
    `folder`/filed; returns what was made, and the text to print.

    A folder that an earlier demonstration made is made anew. Raises Problem for one that holds anything else.
    """
    _clear(folder)
    truth = make_quarter(folder, orders=orders, progress=lambda done, of, what: progress(what, done, of))
    months = sorted({(day.year, day.month) for day in trading_days(truth.first, truth.last)})
    write_reports(folder / "raw", issues(SEED, SYMBOLS), months, SEED)
    workspace = open_workspace(folder / "workspace")
    (workspace.policy / policy.FILE).write_text(sample_policy(), encoding="utf-8")
    (workspace.policy / terms.FILE).write_text(sample_terms(), encoding="utf-8")
    told = intake.import_files(workspace, [folder / "raw"], received_at=received_at, by_reference=True, progress=progress)
    run = pipeline.measure(workspace, progress=progress)
    files = write_report(run, folder / "report", progress)
    of_month, of_quarter = _filings(workspace, run, folder / "filed", progress)
    shown = views.scorecard(workspace, ("vendor",), pool=("held", "directed", "session", "customer_class", "asset_class", "currency"), metrics=HEADLINE)
    counts = {name: int(told[name].sum()) for name in ("records", "accepted", "rejected", "skipped")}
    text = "\n".join((
        f"The sample firm's quarter, {truth.first} to {truth.last}, made up: two router vendors, and {len(truth.faults):,} planted faults.",
        f"{told.height} raw files: {counts['records']:,} records = {' + '.join(f'{counts[name]:,} {name}' for name in ('accepted', 'rejected', 'skipped'))}.",
        "", printed.figures(shown), "", printed.measured(run), "",
        f"Rule 605 report of {MONTH:%Y-%m}, and Rule 606(a)(1) report of {QUARTER}:", printed606.written(of_quarter), "",
        "Look at:", *(f"  {path}" for path in files), f"  {_page(of_month)}", f"  {_page(of_quarter.files)}", f"  {folder / 'raw'} (raw files)",
        f"  {folder / 'late'} (what the vendors send when they are asked for what is missing)", f"  {folder / 'truth.json'} (what was planted)",
        f"Go on with: .venv/bin/bestexec --workspace {workspace.root} scorecard --by venue",
    ))  # fmt: skip
    return {"run": run.id, "files": [str(path) for path in (*files, *of_month, *of_quarter.files)], **counts, "text": text}


def _filings(workspace: Workspace, run: Run, to: Path, progress: Progress) -> tuple[tuple[Path, ...], Written]:
    """Files of the month's Rule 605 report, and the quarter's Rule 606(a)(1) report: a draft while something keeps it from being filed."""
    month = publishing.write(file605.compute(workspace, [run], MONTH, REPORTER, progress=progress), to, progress)
    return month.files, write_public(gather(workspace, (run.id,)), QUARTER, to, draft=True)


def _page(files: Iterable[Path]) -> Path:
    return next(path for path in files if path.suffix == ".html")


def sample_policy() -> str:
    """The shipped policy with the sample firm's own lists: approved venues, the venue that pays, the two vendors."""
    text = (policy.SHIPPED / policy.FILE).read_text(encoding="utf-8")
    venues = "".join(f'\n[[venues]]\nmic = "{mic}"\n' for mic in sorted({*APPROVED, OPTIONS_EXCHANGE}))
    paying = f'\n[[venues_that_pay]]\nmic = "{PAYER.mic}"\nkind = "pfof"\n'
    vendors = "".join(f'\n[[vendors]]\nname = "{name}"\n' for name in (VENDOR_A, VENDOR_B))
    stated = text.replace('version = "default-1"', 'version = "sample-1"').replace("effective_on = 2026-08-01", "effective_on = 2026-07-01")
    stated = stated.replace("nobody yet: shipped default", "committee")
    return f"{stated}\n\n# The sample firm's lists\n{venues}{paying}{vendors}"


def sample_terms() -> str:
    """What the sample firm has on file of its relationships with venues at which money passes: `venue_terms.toml`."""
    stated = [(venue.mic, {"fees_and_rebates": "By its published schedule, without a tier that the firm reached"}) for venue in EXCHANGES]
    stated += [(pool.mic, {"fees_and_rebates": f"{_dollars(pool.fee)} a share executed"}) for pool in POOLS]
    stated.append((PAYER.mic, {
        "payment": f"{_dollars(PAYER.pays)} a share executed, to the router's maker and not to us, whatever the order's type",
        "profit_sharing": "The router's maker gives a fifth of the payment to us",
    }))  # fmt: skip
    return "".join(
        f'[[terms]]\nvenue = "{venue}"\nreviewed_on = {REVIEWED_ON}\n' + "".join(f'{name} = "{words}"\n' for name, words in aspects.items()) + "\n"
        for venue, aspects in stated
    )


def _dollars(millionths: int) -> str:
    return f"{Decimal(millionths) / MICRO:f} USD"


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / MADE).exists():
        raise Problem("the folder holds something else", where=str(folder), do="name another with --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MADE).write_text("Made by `bestexec demo`; made anew the next time.\n", encoding="utf-8")
