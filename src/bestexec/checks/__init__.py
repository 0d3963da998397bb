"""Questions of the measured tables; the answer is rows, and a list of what could not be asked."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import polars as pl

from bestexec.checks import alerts as alerting
from bestexec.checks import base, summaries, tables, words
from bestexec.checks.alerts import ALERTS, alerts
from bestexec.checks.base import FINDINGS, NOT_EVALUATED, Answer, Asked, Check, answer, not_evaluated
from bestexec.checks.families import ASKED, CHECKS, FAMILIES
from bestexec.checks.given import GIVEN
from bestexec.checks.printed import markdown
from bestexec.policy import Policy
from bestexec.schema import conform

__all__ = [
    "ALERTS",
    "ASKED",
    "CHECKS",
    "FAMILIES",
    "FINDINGS",
    "GIVEN",
    "NOT_EVALUATED",
    "Check",
    "Found",
    "definitions_hash",
    "definitions_text",
    "find",
    "markdown",
]


@dataclass(frozen=True)
class Found:
    """`findings` has the columns of FINDINGS, `not_evaluated` those of NOT_EVALUATED, `alerts` those of ALERTS; all in a fixed order."""

    findings: pl.DataFrame
    not_evaluated: pl.DataFrame
    alerts: pl.DataFrame


def find(given: Mapping[str, pl.DataFrame], policy: Policy) -> Found:
    """Ask every check of the tables `given` by the names of GIVEN.

    The same rows give the same findings, in whatever order the rows come.
    """
    conformed = {name: conform(frame, GIVEN[name]) for name, frame in given.items()}
    made = {asked.name: asked.make(conformed, policy) for asked in ASKED.values() if not _absent(asked, conformed)}
    answers = [_ask(check, ASKED[check.on], conformed, made, policy) for check in CHECKS]
    findings = pl.DataFrame([row for one in answers for row in one.findings], schema=FINDINGS.schema, orient="row")
    unasked = pl.DataFrame([row for one in answers for row in one.not_evaluated], schema=NOT_EVALUATED.schema, orient="row")
    orders = conformed["orders"] if "orders" in conformed else GIVEN["orders"].schema.to_frame()
    return Found(findings.sort("day", "check_id", "symbol", "subject", "finding_id"), unasked, alerts(findings, orders, policy))


def definitions_text() -> str:
    """Every check's text, and the code that makes the tables and answers them: what is hashed."""
    texts = json.dumps([asdict(check) for check in CHECKS], sort_keys=True, default=str)
    return texts + "".join(inspect.getsource(module) for module in (base, tables, summaries, words, alerting))


def definitions_hash() -> str:
    """sha256 of every check's text and of the code that makes the tables and answers them."""
    return hashlib.sha256(definitions_text().encode()).hexdigest()


def _absent(asked: Asked, given: Mapping[str, pl.DataFrame]) -> list[str]:
    return [name for name in asked.given if name not in given]


def _ask(check: Check, asked: Asked, given: Mapping[str, pl.DataFrame], made: Mapping[str, pl.DataFrame], policy: Policy) -> Answer:
    absent = _absent(asked, given)
    if absent:
        return Answer(not_evaluated=(not_evaluated(check, f"no {' and no '.join(absent)} were given", 0, 0),))
    return answer(check, asked, made[asked.name], policy)
