"""The escalation matrix and its use: who is told of what is missed, after how many business days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal, spaced
from oversight.notices.actions import tell
from oversight.obligations import queries
from oversight.obligations.lifecycle import SECOND, SEVERITIES
from oversight.obligations.models import Escalation, Matrix, Occurrence
from oversight.obligations.raising import DESK
from oversight.obligations.recurrence import business_days_between
from oversight.record import actions
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, STAFF, SUPERVISOR

DEFAULT: tuple[dict[str, Any], ...] = (
    {"severity": "high", "after": 1, "role": SUPERVISOR}, {"severity": "high", "after": 2, "role": COMPLIANCE},
    {"severity": "high", "after": 5, "role": SENIOR_MANAGER},
    {"severity": "medium", "after": 2, "role": SUPERVISOR}, {"severity": "medium", "after": 5, "role": COMPLIANCE},
    {"severity": "medium", "after": 15, "role": SENIOR_MANAGER},
    {"severity": "low", "after": 5, "role": SUPERVISOR}, {"severity": "low", "after": 15, "role": COMPLIANCE},
)  # fmt: skip
"""Used until the firm has approved a matrix of its own."""
LONGEST = 250


def propose(by: Actor, steps: Sequence[dict[str, Any]], *, why: str) -> Matrix:
    """Propose another matrix; an earlier proposal is replaced. Raises Refusal for one that tells nobody of a severity, or tells out of order."""
    if COMPLIANCE not in by.roles:
        raise Refusal("Proposing the escalation matrix is for compliance.", is_forbidden=True)
    if not why.strip():
        raise Refusal("Say why the matrix changes.")
    checked = _checked(steps)
    if checked == queries.steps():
        raise Refusal("These are the steps that are in force already.")
    with actions.turn():
        actions.move_many(DESK, list(Matrix.objects.filter(state="proposed")), "replace")
        made = Matrix(steps=checked, reason=why.strip(), proposed_by=by.key, proposed_at=clock.now(), state=Matrix.LIFECYCLE.start)
        actions.create(by, made, verb="propose")
        tell(by, to_roles=SECOND, what="An escalation matrix awaits your approval.", url=made.get_absolute_url(), severity="low")
    return made


def approve(by: Actor, row: Matrix, *, why: str = "") -> Matrix:
    """Put a proposed matrix in force; the one before is replaced."""
    with actions.turn():
        actions.move_many(DESK, list(Matrix.objects.filter(state="in_force")), "replace")
        return actions.move(by, row, "approve", why=why)


def escalate(today: date) -> Sequence[Escalation]:
    """Tell the next roles of what is missed, each step once; one notice for all of a duty that a role is told of."""
    told: list[Escalation] = []
    with actions.turn():
        steps, rows = queries.steps(), list(queries.occurrences().filter(state__in=("missed", "waiver_asked"), due_on__lt=today))
        known = set(Escalation.objects.filter(occurrence__in=rows).values_list("occurrence_id", "role", "after"))
        waiting: dict[tuple[int, str], list[Escalation]] = defaultdict(list)
        for row in rows:
            late = business_days_between(row.due_on, today)
            for step in steps:
                if step["severity"] == row.duty.severity and step["after"] <= late and (row.pk, step["role"], step["after"]) not in known:
                    waiting[row.duty_id, step["role"]].append(Escalation(occurrence=row, role=step["role"], after=step["after"], told_at=clock.now()))
        for (_, role), steps_due in waiting.items():
            told += actions.create_many(DESK, steps_due, verb="escalate")
            _tell(role, list({step.occurrence_id: step.occurrence for step in steps_due}.values()))
    return told


def tell_asked(rows: Sequence[Occurrence]) -> None:
    """Tell whoever is asked that something of theirs is missed: the owner, or the deputy while the owner is out; the role where there is neither."""
    asked, by_duty = queries.Asked.today(), defaultdict(list)
    for row in rows:
        by_duty[row.duty_id].append(row)
    for missed in by_duty.values():
        duty = missed[0].duty
        key = asked.person(duty)
        tell(DESK, to_keys=[key] if key else (), to_roles=() if key else (duty.owner_role,), what=_words(missed), url=_address(missed), severity=duty.severity)


def _tell(role: str, rows: Sequence[Occurrence]) -> None:
    tell(DESK, to_roles=(role,), what=f"Escalated to you as {spaced(role)}. {_words(rows)}", url=_address(rows), severity=rows[0].duty.severity)


def _words(rows: Sequence[Occurrence]) -> str:
    first = rows[0]
    if len(rows) == 1:
        return f"Missed: {first.duty.title}, {first.period}, due {first.due_on}."
    return f"Missed {len(rows)} times: {first.duty.title}, since {min(row.due_on for row in rows)}."


def _address(rows: Sequence[Occurrence]) -> str:
    return rows[0].get_absolute_url() if len(rows) == 1 else f"{reverse('obligations:duties')}?show=missed"


def _checked(steps: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    order = [key for key, _ in SEVERITIES]
    for step in steps:
        if step["severity"] not in order or step["role"] not in STAFF:
            raise Refusal("A step names a severity and a role of the firm.")
        if not 1 <= step["after"] <= LONGEST:
            raise Refusal(f"A step comes 1 to {LONGEST} business days after the day that was missed.")
    silent = [severity for severity in order if severity not in {step["severity"] for step in steps}]
    if silent:
        raise Refusal(f"Nobody would be told of what is missed with severity {silent[0]}. Name a role and a number of business days.")
    named = [(step["severity"], step["role"]) for step in steps]
    if len(set(named)) < len(named):
        raise Refusal("A role is named twice for one severity. Keep the earlier step.")
    return sorted(
        ({"severity": step["severity"], "after": step["after"], "role": step["role"]} for step in steps),
        key=lambda step: (order.index(step["severity"]), step["after"]),
    )
