"""The suppressions in force as a text beside the firm's limits, so that each later run holds them by hash."""

from __future__ import annotations

import json
from datetime import date

from oversight.actor import Actor
from oversight.findings.models import Suppression
from oversight.lifecycle import Refusal
from oversight.policy import actions as policy
from oversight.policy import queries as limits

FILE = "suppressions.toml"
FIELDS = ("check_id", "vendor", "venue", "symbol", "from_on", "expires_on")
HEAD = "# The suppressions in force: what they cover is counted and asks nothing of anybody. Written by the desk.\n"


def text() -> str:
    """One table a suppression, in the order of their numbers; empty where none is in force. Reasons and people stay in the desk."""
    rows = list(Suppression.objects.filter(state="active").order_by("pk").values("pk", *FIELDS))
    return HEAD + "".join(_table(row) for row in rows) if rows else ""


def publish(by: Actor) -> bool:
    """Put the text into the policy folder, after the caller's own transaction. False where that cannot be now: `oversight daily` tries again."""
    if is_published():
        return True
    try:
        policy.publish_extras(by, {FILE: text()})
    except Refusal:
        return False
    return True


def is_published() -> bool:
    """Whether what was published last says what is in force."""
    return limits.published().get(FILE, "") == text()


def _table(row: dict[str, object]) -> str:
    lines = [f"{name} = {value.isoformat() if isinstance(value, date) else json.dumps(value)}" for name, value in row.items() if name != "pk" and value]
    return f"\n[[suppressions]]\nnumber = {row['pk']}\n" + "\n".join(lines) + "\n"
