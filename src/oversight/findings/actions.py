"""Every write of findings: what people answer, assign, suppress, look at and sign, and runs that are received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.urls import reverse

from bestexec import CHECKS, Problem
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.findings import by_desk, covering, publishing, receipt
from oversight.findings.counting import counts_of, run_in_force
from oversight.findings.due import due_at
from oversight.findings.lifecycle import SECOND
from oversight.findings.models import Day, Finding, Run, Signature, Suppression, causes
from oversight.findings.receipt import Receipt
from oversight.findings.sealed import verified
from oversight.lifecycle import Refusal, refuse, spoken
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.record.actions import Act
from oversight.record.models import Moving
from oversight.roles import COMPLIANCE, WORKING

M = TypeVar("M", bound=Moving)
DESK = automated("findings")
AT_WORK = ("open", "awaiting_reader", "escalated")


def receive(by: Actor, run_id: str) -> Receipt:
    """Receive a sealed run of the workspace, once: verified first, all of it or nothing. Raises Problem for altered bytes, Refusal for a second time."""
    return receipt.receive(by, run_id)


open_by_desk, vanish_by_desk = by_desk.open_by_desk, by_desk.vanish_by_desk
"""What the desk itself finds: an exception made of a promise, and its end."""


def answer(
    by: Actor, rows: Sequence[Finding], move: str, *, cause_code: str = "", customer_impact: str = "", answer: str = "", why: str = ""
) -> Sequence[Finding]:
    """`explain` or `dismiss` findings with one answer, all or none. What matters then awaits a second reader; the rest is closed.

    Raises Refusal that names the first finding which cannot be answered so.
    """
    if cause_code and cause_code not in dict(causes()):
        raise Refusal(f"There is no cause {cause_code!r}. The desk's limits say which there are.")
    given = {"cause_code": cause_code, "answer": (answer or why).strip(), **({"customer_impact": customer_impact} if move == "explain" else {})}
    with transaction.atomic():
        moved = moved_all(by, rows, move, **given)
        for row in moved:
            if customer_impact == "yes" and not row.matters:
                actions.change(DESK, row, verb="weigh", matters=True)
        actions.move_many(DESK, [row for row in moved if not row.matters], "settle")
        _tell(by, SECOND, [row for row in moved if row.matters], "awaits a second reader", "await a second reader")
    return moved


def explain(by: Actor, row: Finding, *, why: str = "", **given: Any) -> Finding:
    """Explain one finding: cause_code, customer_impact (yes, no, cannot_tell), answer."""
    return answer(by, [row], "explain", why=why, **given)[0]


def dismiss(by: Actor, row: Finding, *, why: str = "", **given: Any) -> Finding:
    """Dismiss one finding: cause_code, answer."""
    return answer(by, [row], "dismiss", why=why, **given)[0]


def escalate(by: Actor, rows: Sequence[Finding], *, why: str) -> Sequence[Finding]:
    """Hand findings to compliance or a supervisor, all or none."""
    with transaction.atomic():
        moved = moved_all(by, rows, "escalate", why=why)
        _tell(by, (COMPLIANCE,), moved, "was escalated", "were escalated")
    return moved


def reopen(by: Actor, row: Finding, *, why: str = "") -> Finding:
    """Open a closed finding again: its clock starts anew, and a signed day says that something came later."""
    with transaction.atomic():
        moved = actions.move(by, row, "reopen", why=why)
        _begin(by, moved, "begin_again")
        _came_later({row.on}, "A closed exception of this day was opened again.")
    return moved


def moved_all(by: Actor, rows: Sequence[M], move: str, *, why: str = "", **given: Any) -> Sequence[M]:
    """The move on all rows, or a Refusal that names the first which cannot make it."""
    if not rows:
        raise Refusal("Choose at least one first.")
    for row in rows:
        try:
            refuse(row.LIFECYCLE, row.LIFECYCLE.move(move), row, person=by.key, roles=by.roles, given={**given, "why": why})
        except Refusal as refusal:
            named = f"{row}. {refusal.words}" + (" Nothing was changed." if len(rows) > 1 else "")
            raise Refusal(named, is_forbidden=refusal.is_forbidden) from refusal
    return actions.move_many(by, list(rows), move, why=why, **given)


def take(by: Actor, rows: Sequence[Finding]) -> Sequence[Finding]:
    """Become the owner of findings that somebody must still do something about."""
    _may(by, WORKING, "Take")
    return _owned(by, rows, by.key, "take")


def assign(by: Actor, rows: Sequence[Finding], owner: str) -> Sequence[Finding]:
    """Make an account of a working role (its key) the owner; nobody, where the key is empty. For supervisors and compliance."""
    _may(by, SECOND, "Assign")
    account = Account.objects.filter(key=owner, is_active=True).first()
    if owner and (account is None or not account.roles & set(WORKING)):
        raise Refusal("Assign: this person does not work the queue.")
    return _owned(by, rows, owner, "assign")


def propose(by: Actor, row: Suppression) -> Suppression:
    """Propose a suppression. Raises Refusal where it lasts too long, ends before it begins or is over already."""
    _may(by, WORKING, "Propose a suppression")
    longest = desk_limits().longest_suppression_days
    if row.check_id not in {check.id for check in CHECKS}:
        raise Refusal("Only exceptions of the runs' checks are suppressed. What the desk made of a promise is answered, or the promise is withdrawn.")
    if row.expires_on < row.from_on:
        raise Refusal("The last day comes before the first.")
    if (row.expires_on - row.from_on).days + 1 > longest:
        raise Refusal(f"A suppression may last {longest} days at most; then somebody decides again.")
    if row.is_over:
        raise Refusal("Its last day is over already.")
    if not row.reason.strip():
        raise Refusal("Say why these exceptions need no answer.")
    row.state, row.proposed_by, row.proposed_at = Suppression.LIFECYCLE.start, by.key, clock.now()
    return actions.create(by, row, verb="propose")


def approve(by: Actor, row: Suppression, *, why: str = "") -> Suppression:
    """Approve a suppression; the open findings that it covers move under it, an entry for each."""
    with transaction.atomic():
        moved = actions.move(by, row, "approve", why=why)
        scope = {"vendor": row.vendor, "venue": row.venue, "symbol": row.symbol}
        covering.suppress(covering.covered(row.check_id, scope, row.from_on, row.expires_on).filter(state="open"), row)
    publishing.publish(by)
    return moved


def withdraw(by: Actor, row: Suppression, *, why: str = "") -> Suppression:
    """End a suppression because it should not be: what it covers is open again, with a new clock."""
    with transaction.atomic():
        moved = actions.move(by, row, "withdraw", why=why)
        lifted = actions.move_many(covering.DESK, list(row.covered.filter(state="suppressed")), "lift", why=f"Suppression {row.pk} was withdrawn.")
        for finding in lifted:
            _begin(covering.DESK, finding, "begin_again")
        _came_later({finding.on for finding in lifted}, f"Suppression {row.pk} was withdrawn; what it covered is open again.")
    publishing.publish(by)
    return moved


def lapse() -> Sequence[Suppression]:
    """End the suppressions whose last day is over; what they covered stays covered. What is in force then is published, if it was not yet."""
    over = [row for row in Suppression.objects.filter(state__in=("proposed", "active")) if row.is_over]
    ended = actions.move_many(automated("lapse"), over, "lapse")
    publishing.publish(automated("lapse"))
    return ended


def sign(by: Actor, row: Day, *, why: str = "", statement: str = "") -> Day:
    """Sign a trading day: what was answered and looked at is written down as it stands, for good.

    Raises Refusal for somebody who answered an exception of the day that matters: nobody signs off their own work.
    """
    if Finding.objects.filter(on=row.on, matters=True, answered_by=by.key).exclude(state="vanished").exists():
        raise Refusal("Sign the day: you answered an exception of this day that matters. Another supervisor signs it.", is_forbidden=True)
    run = run_in_force(row.on)
    if run is None:
        raise Refusal("Sign the day: no run in force measured it.")
    with transaction.atomic():
        moved = actions.move(by, row, "sign", why=why, statement=statement.strip())
        signed = Signature(day=row, run=run, counts=counts_of(row.on), statement=statement.strip(), signed_by=by.key, signed_at=clock.now())
        actions.create(by, signed, verb="sign")
    return moved


def verify(by: Actor, run: Run) -> tuple[bool, str]:
    """Hold every byte of a received run against its seal now; (whether intact, in words). The answer is recorded."""
    _may(by, WORKING, "Verify a run")
    try:
        verified(run.id)
    except (Problem, OSError) as problem:
        outcome = str(problem)
    else:
        outcome = ""
    words = outcome or "Intact: every byte is as it was sealed."
    actions.append(by, Act("verify", run.subject, facts={"intact": not outcome, "said": words}))
    return not outcome, words


def _owned(by: Actor, rows: Sequence[Finding], owner: str, verb: str) -> Sequence[Finding]:
    if not rows:
        raise Refusal("Choose at least one exception first.")
    for row in rows:
        if row.state not in AT_WORK:
            raise Refusal(f"{row}. It is “{row.state_title}”, so nobody needs to own it. Nothing was changed.")
    with transaction.atomic():
        return [actions.change(by, row, verb=verb, owner=owner) for row in rows]


def _begin(by: Actor, row: Finding, verb: str) -> None:
    at = clock.now()
    actions.change(by, row, verb=verb, opened_at=at, due_at=due_at(at, desk_limits().clocks_h[row.severity]), read_by="", read_at=None)


def _came_later(days: set[date], why: str) -> None:
    for day in Day.objects.filter(on__in=days, state="signed"):
        actions.move(DESK, day, "come_later", why=why)


def _tell(by: Actor, roles: Sequence[str], rows: Sequence[Finding], one: str, many: str) -> None:
    """Tell the roles once, however many exceptions there are."""
    if rows:
        first, state = rows[0], rows[0].state
        what = f"An exception {one}: {first.title}." if len(rows) == 1 else f"{len(rows)} exceptions {many}."
        url = first.get_absolute_url() if len(rows) == 1 else f"{reverse('findings:queue')}?state={state}"
        tell(by, to_roles=roles, what=what, url=url, severity=min(rows, key=lambda row: row.rank).severity)


def _may(by: Actor, roles: Sequence[str], title: str) -> None:
    if not by.roles & set(roles):
        raise Refusal(f"{title}: only {spoken(roles)} may do this.", is_forbidden=True)


MOVES = {
    ("finding", "explain"): explain,
    ("finding", "dismiss"): dismiss,
    ("finding", "reopen"): reopen,
    ("suppression", "approve"): approve,
    ("suppression", "withdraw"): withdraw,
    ("trading_day", "sign"): sign,
}
"""Moves that do more than set fields."""
