"""What a check is: a question of a named table, whose answer is rows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from bestexec.checks.words import exact, spoken, subject_of
from bestexec.cite import Cite
from bestexec.policy import Limit, Policy
from bestexec.schema import Column, Table
from bestexec.units import AMOUNT, COUNT, DAY, TEXT

SEVERITIES = ("info", "low", "medium", "high")
CAUSES = ("vendor", "venue", "symbol")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """A question. Its texts are SQL that Polars runs on the table named `on`; `{names}` are the policy's limits.

    `among` says which rows the question is about. Of these, rows that lack a column in `needs`, and rows that are
    not `enough`, cannot be judged: they are counted as not evaluated. The others are findings where `where` is true.
    (Polars takes `x IS NOT TRUE` of an unknown x for unknown: write `NOT COALESCE(x, FALSE)`.)
    """

    id: str
    title: str
    on: str
    where: str
    severity: str
    source: Cite
    ask: str
    """What a person must answer; `{names}` are the row's columns and the policy's limits."""
    hit: Row
    miss: Row
    """A row that is a finding, and one that nearly is: only the columns that matter."""
    numbers: tuple[str, ...]
    """Columns that a finding shows; the limits it was held to are added."""
    needs: tuple[str, ...] = ()
    among: str = "TRUE"
    enough: str = "TRUE"
    harm_usd: str = ""
    """What it cost the customers in dollars, where that is arithmetic on their own fills."""
    alert: tuple[str, ...] = ()
    """Columns of a finding, of CAUSES, that with the check and the day name its cause: findings that are alike in them are one alert."""
    version: int = 1
    limits: tuple[str, ...] = field(init=False)
    """The policy's limits it is held to, read off its texts."""

    def __post_init__(self) -> None:
        texts = " ".join((self.among, self.enough, self.where, self.harm_usd))
        object.__setattr__(self, "limits", tuple(dict.fromkeys(re.findall(r"{(\w+)}", texts))))


@dataclass(frozen=True)
class Asked:
    """A table that checks can be `on`: what a row is, what it is made of, and how a row is named."""

    name: str
    row: str
    given: tuple[str, ...]
    """Tables of `checks.given.GIVEN` that it is made of."""
    make: Callable[[Mapping[str, pl.DataFrame], Policy], pl.DataFrame]
    key: tuple[str, ...]
    """Columns that, with `day`, name a row for life."""
    subject: str
    raw: tuple[str, str] | None = None
    """Columns with the line and the import of the raw record, where a row is one."""
    may_be_empty: bool = False
    """Having no rows is an answer, not a gap."""
    is_of_period: bool = False
    """Its rows judge all days of the run together, and bear the last of them."""
    limits: tuple[str, ...] = ()
    """The policy's limits that `make` reads."""


FINDINGS = Table(
    "findings", "One row that a person must look at, and why.", ("finding_id",), "day",
    (
        Column("finding_id", TEXT, "", "Hash of the check, the subject's key and the trading date.", required=True),
        Column("check_id", TEXT, "", "Check that asked; ids are never reused.", required=True),
        Column("check_version", COUNT, "", "Version of the check.", required=True),
        Column("title", TEXT, "", "What was found, in words.", required=True),
        Column("severity", TEXT, "", "How much it matters.", required=True, values=SEVERITIES),
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("subject", TEXT, "", "What it is about.", required=True),
        Column("symbol", TEXT, "", "Symbol."),
        Column("venue", TEXT, "MIC", "Venue."),
        Column("vendor", TEXT, "", "Vendor of the router."),
        Column("order_id", TEXT, "", "The source's order id."),
        Column("fill_id", TEXT, "", "Execution id."),
        Column("numbers", TEXT, "JSON", "The columns that the check shows and the limits it holds them to, exact.", required=True),
        Column("ask", TEXT, "", "The question a person must answer.", required=True),
        Column("authority", TEXT, "", "Rule or practice behind the question.", required=True),
        Column("harm_usd", AMOUNT, "USD", "Estimated cost to customers; null where it is not arithmetic on their own fills."),
        Column("alert_id", TEXT, "", "Alert that it is part of: hash of the check, its cause and the trading date."),
        Column("raw_line", COUNT, "", "Line of the raw record, where the subject is one."),
        Column("raw_import", TEXT, "", "Import of the raw record."),
    ),
)  # fmt: skip

NOT_EVALUATED = Table(
    "not_evaluated", "Rows that a check could not judge, and why.", ("check_id", "reason"), "",
    (
        Column("check_id", TEXT, "", "Check.", required=True),
        Column("title", TEXT, "", "What it looks for.", required=True),
        Column("reason", TEXT, "", "Why it could not be asked.", required=True),
        Column("rows", COUNT, "rows", "Rows that could not be judged.", required=True),
        Column("of_rows", COUNT, "rows", "Rows that the question is about.", required=True),
    ),
)  # fmt: skip

WHY_EMPTY = {
    "is_approved": "policy.toml does not say [[venues]], or the venue is unknown",
    "is_paying": "policy.toml does not say [[venues_that_pay]], or the venue is unknown",
    "is_expected": "policy.toml does not say [[vendors]], or the vendor is unknown",
    "paying_venues": "policy.toml does not say [[venues_that_pay]]",
}
"""Why a column is empty that no feed carries."""


@dataclass(frozen=True)
class Answer:
    """Rows of FINDINGS, and of NOT_EVALUATED."""

    findings: tuple[Row, ...] = ()
    not_evaluated: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What a check says of its rows: `hits` with the limits in force and `harm_usd` beside them, gaps by reason, how many rows it is about."""

    hits: pl.DataFrame
    gaps: Mapping[str, int]
    concerned: int


def answer(check: Check, asked: Asked, rows: pl.DataFrame, policy: Policy) -> Answer:
    """What `check` finds in `rows` of the table it is on."""
    if rows.is_empty() and not asked.may_be_empty:
        return Answer(not_evaluated=(not_evaluated(check, f"`{asked.name}` has no rows", 0, 0),))
    judged = judge(check, rows, policy)
    return Answer(
        tuple(_finding(check, asked, row) for row in judged.hits.iter_rows(named=True)),
        tuple(not_evaluated(check, reason, count, judged.concerned) for reason, count in judged.gaps.items() if count),
    )


def judge(check: Check, rows: pl.DataFrame, policy: Policy) -> Judged:
    """Ask `check` of `rows`: which are hits, and how many could not be judged and why."""
    concerned = with_limits(check, rows, policy).filter(sql_of(check.among))
    known = concerned.drop_nulls(check.needs) if check.needs else concerned
    judged = known.filter(sql_of(check.enough))
    gaps = {_gap(name): concerned[name].null_count() for name in check.needs}
    gaps[f"too few to judge by: not {_spelled(check.enough)}"] = known.height - judged.height
    harm = sql_of(check.harm_usd).cast(AMOUNT) if check.harm_usd else pl.lit(None, AMOUNT)
    return Judged(judged.filter(sql_of(check.where)).with_columns(harm_usd=harm), gaps, concerned.height)


def with_limits(check: Check, rows: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """`rows` with one column for each limit that the check is held to, as it is in force on the row's day for its vendor."""
    return rows.with_columns(_in_force(policy, name, rows.columns).alias(name) for name in check.limits)


def sql_of(text: str) -> pl.Expr:
    """A text of a check as an expression: `{names}` are the columns of `with_limits`."""
    return pl.sql_expr(_spelled(text))


def not_evaluated(check: Check, reason: str, rows: int, of_rows: int) -> Row:
    """One row of NOT_EVALUATED."""
    return {"check_id": check.id, "title": check.title, "reason": reason, "rows": rows, "of_rows": of_rows}


def _in_force(policy: Policy, name: str, columns: Collection[str]) -> pl.Expr:
    """The limit on each row's day, narrower where its vendor is under heightened monitoring."""
    firm = _by_day(policy.limits[name])
    if "vendor" not in columns:
        return firm
    for vendor, limit in policy.limits_of(name).items():
        firm = firm if vendor is None else pl.when(pl.col("vendor") == vendor).then(_by_day(limit)).otherwise(firm)
    return firm


def _by_day(limit: Limit) -> pl.Expr:
    """The limit on each row's day, a whole number where it is one."""
    chosen = pl.lit(None)
    for from_on, value in limit.steps:
        number = pl.lit(int(value), pl.Int64) if value == int(value) else pl.lit(value)
        chosen = number if from_on is None else pl.when(pl.col("day") >= from_on).then(number).otherwise(chosen)
    return chosen


def _spelled(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def _gap(name: str) -> str:
    return f"{name} is not known" + (f": {WHY_EMPTY[name]}" if name in WHY_EMPTY else "")


def _finding(check: Check, asked: Asked, row: Row) -> Row:
    line, import_id = asked.raw or ("", "")
    key = json.dumps([check.id, {name: row[name] for name in asked.key}, row["day"]], default=str, sort_keys=True)
    cause = json.dumps([check.id, {name: row.get(name) for name in check.alert}, row["day"]], default=str, sort_keys=True)
    shown = {name: row[name] for name in (*check.numbers, *check.limits)}
    return {
        "finding_id": hashlib.sha256(key.encode()).hexdigest(),
        "check_id": check.id, "check_version": check.version, "title": check.title, "severity": check.severity,
        "day": row["day"], "subject": subject_of(asked.subject, asked.key, row),
        **{name: row.get(name) for name in ("symbol", "venue", "vendor", "order_id", "fill_id")},
        "numbers": exact(shown), "ask": spoken(check.ask, row), "authority": check.source.key, "harm_usd": row["harm_usd"],
        "alert_id": hashlib.sha256(cause.encode()).hexdigest(), "raw_line": row.get(line), "raw_import": row.get(import_id),
    }  # fmt: skip
