"""Exceptions that the desk itself makes, of a promise that the data contradicts: opened once, measured again, vanished and back like those of a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.findings.due import due_at
from oversight.findings.models import SEVERITIES, Day, Finding, Run
from oversight.lifecycle import SYSTEM, Refusal
from oversight.policy.queries import desk_limits
from oversight.record import actions

Subject = tuple[str, str]
"""(kind, id) of the recorded row that a finding is about."""


def open_by_desk(
    by: Actor, *, check_id: str, subject_key: Subject, title: str, severity: str, on: date, run: Run, subject_text: str, vendor: str = "",
    numbers: Mapping[str, Any], ask: str, authority: str, matters: bool = True, why: str = "",
) -> Finding:  # fmt: skip
    """The finding of that check, subject and trading date: opened where there is none, open again where it had vanished, else with these numbers.

    What people answered stays. For automated actors alone: a person does not make an exception by hand.
    """
    _may(by)
    kind, id_ = subject_key
    facts: dict[str, Any] = {
        "title": title[:200], "severity": severity, "rank": SEVERITIES.index(severity), "subject_text": subject_text[:400], "vendor": vendor, "run": run,
        "numbers": json.dumps(dict(numbers), ensure_ascii=False), "ask": ask, "authority": authority, "matters": matters,
    }  # fmt: skip
    with actions.turn():
        row = Finding.objects.select_related("run").filter(finding_id=finding_id(check_id, subject_key, on)).first()
        if row is None:
            fresh = Finding(finding_id=finding_id(check_id, subject_key, on), check_id=check_id, origin_kind=kind, origin_id=id_, on=on, **facts)
            return _opened(by, fresh, why)
        was_gone = row.state == "vanished"
        facts["matters"] = matters or row.customer_impact == "yes"
        if row.severity != severity:
            facts["due_at"] = due_at(row.opened_at, desk_limits().clocks_h[severity])
        actions.change(by, row, verb="measure_again", why=why, **facts)
        return _back(by, row, why) if was_gone else row


def vanish_by_desk(by: Actor, finding: Finding, *, why: str) -> Finding:
    """The promise is no longer contradicted: the finding vanishes with the reason, whatever was answered stays. Nothing where it had vanished."""
    _may(by)
    with actions.turn():
        if finding.state == "vanished":
            return finding
        actions.move(by, finding, "vanish", why=why)
        _came_later(by, finding.on, why)
    return finding


def finding_id(check_id: str, subject_key: Subject, on: date) -> str:
    """The name for life of a question about a subject on a day: made as the library makes its own."""
    kind, id_ = subject_key
    return hashlib.sha256(json.dumps([check_id, {kind: id_}, on], default=str, sort_keys=True).encode()).hexdigest()


def _opened(by: Actor, row: Finding, why: str) -> Finding:
    at = clock.now()
    row.state, row.opened_at, row.due_at = Finding.LIFECYCLE.start, at, due_at(at, desk_limits().clocks_h[row.severity])
    row.is_late = Day.objects.filter(on=row.on).exclude(state="open").exists()
    made = actions.create(by, row, verb="open", why=why)
    _came_later(by, row.on, why or f"{row.title}: an exception of this day was opened.")
    return made


def _back(by: Actor, row: Finding, why: str) -> Finding:
    at = clock.now()
    actions.move(by, row, "recur", why=why or "It is contradicted again.")
    due = due_at(at, desk_limits().clocks_h[row.severity])
    actions.change(by, row, verb="begin_again", opened_at=at, due_at=due, is_late=True, read_by="", read_at=None)
    _came_later(by, row.on, why or f"{row.title}: an exception of this day is back.")
    return row


def _came_later(by: Actor, on: date, why: str) -> None:
    for day in Day.objects.filter(on=on, state="signed"):
        actions.move(by, day, "come_later", why=why)


def _may(by: Actor) -> None:
    if SYSTEM not in by.roles:
        raise Refusal("Exceptions are made by runs and by the desk itself, not by hand.", is_forbidden=True)
