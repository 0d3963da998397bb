"""Writes a Rule 606 report: its XML, its document and what stands behind it, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bestexec.examfile.quarter import Quarter
from bestexec.file606.gathering import Gathered, orders_of, public_figures
from bestexec.filings.rule606 import document, readings
from bestexec.filings.rule606.customer import routes_report
from bestexec.filings.rule606.de_minimis import DeMinimis, customer, firm, over_part
from bestexec.filings.rule606.document import Node
from bestexec.filings.rule606.figures import Public
from bestexec.filings.rule606.gaps import Gap
from bestexec.filings.rule606.handling import handling_report
from bestexec.filings.rule606.period import Period, before
from bestexec.filings.rule606.public import report
from bestexec.market.sessions import trading_days
from bestexec.report import html, pdf
from bestexec.report.rule606 import About, assemble
from bestexec.store import publish_files
from bestexec.workspace import Workspace


@dataclass(frozen=True)
class Written:
    """What was written, and what keeps a report from being filed."""

    files: tuple[Path, ...]
    gaps: tuple[Gap, ...]
    remarks: tuple[str, ...] = ()
    tests: tuple[DeMinimis, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def write_public(gathered: Gathered, quarter: Quarter, to: Path, *, broker: str = "", generated_at: int | None = None, draft: bool = False) -> Written:
    """The report of (a)(1) as `606a1-<quarter>.xml`, `.pdf`, `.html` and `.json` in `to`. With gaps nothing is written, unless as a draft, so named."""
    figures = public_figures(gathered, quarter, broker)
    facts = _facts(figures, gathered, quarter)
    if figures.gaps and not draft:
        return Written((), figures.gaps, figures.remarks, facts=facts)
    told = readings.told(gathered.policy, readings.PUBLIC_NAMES, quarter.last)
    about = About(gathered.firm, quarter.first, quarter.last, gathered.run_id, told, figures.remarks, figures.left_out, figures.gaps)
    stem = f"606a1-{quarter}" + ("-draft" if figures.gaps else "")
    files = publish_files(to, _drawn(stem, report(figures, generated_at), about) | {f"{stem}.json": _json(facts)})
    return Written(files, figures.gaps, figures.remarks, facts=facts)


def write_customer(
    workspace: Workspace, gathered: Gathered, account: str, asked_on: date, to: Path, *, broker: str = "", customer_name: str = "",
    generated_at: int | None = None,
) -> Written:  # fmt: skip
    """The reports that an account's owner gets who asks on `asked_on`: (b)(1), and (b)(3) of not-held orders unless a de-minimis test exempts them.

    A test that cannot be told exempts nobody. The files are named `606b1-<account>-<day>` and `606b3-…`.
    """
    span, read = before(asked_on), readings.readings(gathered.policy, asked_on)
    orders = orders_of(workspace, gathered, account)
    tests: tuple[DeMinimis, ...] = (firm(gathered.fed.orders, span, read.firm_fraction), customer(orders, span, read.customer_usd))
    measured = Period(gathered.days[0], gathered.days[-1])
    is_whole = not trading_days(span.first, min(span.last, measured.first - timedelta(days=1))) and not trading_days(
        max(span.first, measured.last + timedelta(days=1)), span.last
    )
    tests = tests if is_whole else tuple(over_part(test, measured) for test in tests)
    exempt = any(test.is_exempt for test in tests)
    routes, fills = gathered.fed.routes, gathered.fed.fills
    named: dict[str, Any] = {"broker": broker or gathered.firm, "customer": customer_name or account, "names": gathered.names, "generated_at": generated_at}
    made = {"606b1": routes_report(orders, routes, fills, span, with_not_held=exempt, **named)}
    if not exempt:
        handled = handling_report(orders, routes, fills, span, read, **named)
        made |= {"606b3": handled} if handled.all("hDirected") or handled.all("hNondirected") else {}
    unmeasured = f"The period is {span.first} to {span.last}; measured are {measured.first} to {measured.last}. What lies outside is not in the report."
    remarks = (*(() if is_whole else (unmeasured,)), *(f"{test.test}: {test.says}." for test in tests))
    told = readings.told(gathered.policy, readings.CUSTOMER_NAMES, asked_on)
    about = About(gathered.firm, span.first, span.last, gathered.run_id, told, remarks)
    facts = {"account": account, "asked_on": asked_on, "from": span.first, "to": span.last, "reports": sorted(made), "runs": [run.id for run in gathered.runs]}
    contents = dict[str, bytes]()
    for name, node in made.items():
        contents |= _drawn(f"{name}-{account}-{asked_on}", node, about)
    return Written(publish_files(to, contents), (), remarks, tests, facts)


def _drawn(stem: str, node: Node, about: About) -> dict[str, bytes]:
    pack = assemble(node, about)
    return {f"{stem}.xml": document.write(node), f"{stem}.pdf": pdf.render(pack), f"{stem}.html": html.render(pack).encode()}


def _facts(figures: Public, gathered: Gathered, quarter: Quarter) -> dict[str, Any]:
    told = readings.told(gathered.policy, readings.PUBLIC_NAMES, quarter.last)
    return {
        "quarter": str(quarter), "runs": [run.id for run in gathered.runs], "policy": gathered.policy.hash, "left_out": dict(figures.left_out),
        "readings": [{"point": point, "read_as": value} for point, value, _ in told],
        "gaps": [{"what": gap.what, "do": gap.do, "orders": gap.orders} for gap in figures.gaps], "remarks": list(figures.remarks),
        "ties": [
            {"month": f"{tie.month_on:%Y-%m}", "venue": tie.venue, "by_fills_usd": tie.by_fills, "by_ledger_usd": tie.by_ledger, "is_tied": tie.is_tied}
            for tie in figures.ties
        ],
    }  # fmt: skip


def _json(facts: Mapping[str, Any]) -> bytes:
    return (json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()
