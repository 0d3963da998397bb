"""Heightened monitoring in force as a text beside the firm's limits, so that each later run holds it by hash."""

from __future__ import annotations

import json

from oversight.actor import Actor
from oversight.cases.models import Monitoring
from oversight.lifecycle import Refusal
from oversight.policy import actions as policy
from oversight.policy import queries as limits

FILE = "heightened.toml"
HEAD = "# Heightened monitoring: limits that hold more narrowly for one vendor. Written by the desk.\n"


def text() -> str:
    """One table a monitoring in force, in the order of their numbers; empty where there is none. Reasons and people stay in the desk."""
    rows = list(Monitoring.objects.filter(state="in_force").select_related("case__vendor").order_by("pk"))
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


def _table(row: Monitoring) -> str:
    until = f"to = {row.to_on}\n" if row.to_on else ""
    numbers = "".join(f"{name} = {row.limits[name]}\n" for name in sorted(row.limits))
    head = f"\n[[heightened]]\nvendor = {json.dumps(row.case.vendor.key)}\ncase = {json.dumps(str(row.case.number))}\nfrom = {row.from_on}\n{until}"
    return f"{head}every_days = {row.every_days}\n[heightened.limits]\n{numbers}"
