"""The page that lists every check, as people read it."""

from __future__ import annotations

from bestexec.checks.alerts import ORDER
from bestexec.checks.base import Asked, Check
from bestexec.checks.families import ASKED, CHECKS, FAMILIES, Family
from bestexec.policy import LIMITS


def markdown() -> str:
    """How a check works, one section a family, and the limits."""
    return "\n".join([_HEAD, _alerts(), *(_family(family) for family in FAMILIES), _limits()])


_HEAD = """# Checks

A check is a question of a measured table, and its answer is rows: findings. A finding is not a violation. It carries the exact numbers, the
question that a person must answer, and the authority behind it. *Among* says which rows are asked about; rows that lack a needed column, and
rows that are not enough to judge by, are counted as not evaluated, never passed over. Words in braces are limits of `policy.toml`.
A finding's id is the hash of the check, the key of its subject and the trading date, so the same fact keeps its id in a later run.
"""


def _alerts() -> str:
    order = "; then ".join(says for _, says in ORDER)
    return f"{_ALERTS}\nWhat comes first on a day: {order}.\n"


_ALERTS = """## Alerts: what is read first

Findings of one check on one day that have one cause are one alert; each check below says what its cause is. An alert stands beside the trailing days
(`trailing_days`): on how many of them the check fired, and on how many it found as many at once or, where that is rarer, at as much cost. A check that fires
every day in the same way therefore comes after one that fires for the first time. Each day's first alerts are read, as many as its orders allow
(`alerts_per_100k_orders`, and `least_alerts` at least); those of severity high are read whatever the budget is. All others stand below the line: they are
findings still, are counted, and a part of them (`below_line_sample`) is drawn by the alert's own hash and read all the same. Checks that judge all days of a
run together have places of their own, cut at what the orders of the whole period allow.
"""


def _family(family: Family) -> str:
    return f"## {family.prefix}: {family.title}\n\n" + "\n".join(_check(check, ASKED[check.on]) for check in family.checks)


def _check(check: Check, asked: Asked) -> str:
    lines = {
        "Asked of": f"`{check.on}`. {asked.row} Named by {', '.join(f'`{name}`' for name in dict.fromkeys(('day', *asked.key)))}.",
        "Among": _code(check.among),
        "Needs": ", ".join(f"`{name}`" for name in check.needs),
        "Enough": _code(check.enough),
        "Finding where": _code(check.where) or "always",
        "Cost to customers": f"`{check.harm_usd}`, in dollars" if check.harm_usd else "",
        "One alert": f"a day's findings of the same {', '.join(f'`{name}`' for name in check.alert)}" if check.alert else "all findings of a day",
        "Question": check.ask,
        "Authority": f"{check.source.key} ({check.source.standing}): {check.source.says}",
    }
    facts = "\n".join(f"- {name}: {text}" for name, text in lines.items() if text)
    return f"### {check.id} {check.title}\n\nSeverity {check.severity}, version {check.version}.\n\n{facts}\n"


def _code(text: str) -> str:
    return "" if text == "TRUE" else f"`{text}`"


def _limits() -> str:
    rows = "\n".join(f"| `{limit.name}` | {limit.unit} | {limit.meaning} | {', '.join(readers(limit.name)) or limit.reserved_for} |" for limit in LIMITS)
    return f"## Limits\n\n| limit | unit | meaning | read by |\n|---|---|---|---|\n{rows}\n"


def readers(limit: str) -> tuple[str, ...]:
    """The checks, and the tables that checks are asked of, which read a limit."""
    return (*(check.id for check in CHECKS if limit in check.limits), *(f"`{asked.name}`" for asked in ASKED.values() if limit in asked.limits))
