"""Every write of the register of conflicts and of the ledger of payments."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import get_valid_filename

from oversight import clock
from oversight.actor import Actor, automated
from oversight.conflicts import queries, reading
from oversight.conflicts.lifecycle import NOTERS
from oversight.conflicts.models import LIVE, Conflict, ConflictResult, Payment, PaymentBatch, PaymentMonth
from oversight.evidence import actions as evidence
from oversight.lifecycle import SYSTEM, Refusal
from oversight.liquidity.lines import Reject
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE

FACTS = ("kind", "vendor", "venue", "description", "since_on", "until_on", "mitigation", "disclosure", "disclosed_in", "owner")
"""What a person says of a conflict, and may correct until it is accepted."""


@dataclass(frozen=True)
class Uploaded:
    """What came of an upload: the file's batch, and whether it is a fresh one or was there before."""

    batch: PaymentBatch
    is_fresh: bool


class DoesNotTie(Refusal):
    """The lines do not add up to the control total that was stated; `rejects` are the lines that were not taken."""

    def __init__(self, words: str, rejects: list[Reject]) -> None:
        super().__init__(words)
        self.rejects = rejects


def propose(by: Actor, **facts: Any) -> Conflict:
    """Put a conflict on the register; compliance is told, and decides. `facts` are FACTS. Raises Refusal for a role that may not, or what cannot be."""
    _may(by, "The register of conflicts is written by analysts, supervisors, compliance and vendor managers.")
    _check(facts)
    at = clock.now()
    row = Conflict(**facts, state=Conflict.LIFECYCLE.start, proposed_by=by.key, proposed_at=at, registered_at=at)
    with actions.turn():
        actions.create(by, row, verb="propose")
        tell(by, to_roles=(COMPLIANCE,), what=f"A conflict waits to be accepted: {row}.", url=row.get_absolute_url(), severity="medium")
    return row


def correct(by: Actor, row: Conflict, *, why: str = "", **facts: Any) -> Conflict:
    """Correct facts of a conflict that is not accepted; who corrects it does not accept it."""
    _may(by, "The register of conflicts is written by analysts, supervisors, compliance and vendor managers.")
    if unknown := set(facts) - set(FACTS):
        raise ValueError(f"not facts of a conflict: {sorted(unknown)}")
    _check({name: getattr(row, name) for name in FACTS} | facts)
    with actions.turn():
        if Conflict.objects.filter(pk=row.pk).exclude(state="proposed").exists():
            raise Refusal("This was decided, so it is not corrected any more. Change its terms with the button on its page; it is then accepted anew.")
        return actions.change(by, row, verb="correct", why=why, signs="proposed", **facts)


def hand_over(by: Actor, row: Conflict, owner: str) -> Conflict:
    """Give a conflict another owner, who is told. Raises Refusal where it has ended, or the account is none of the firm's."""
    _may(by, "Owners are named by analysts, supervisors, compliance and vendor managers.")
    if owner not in dict(queries.owners()):
        raise Refusal("The owner must be an open account of the firm.")
    with actions.turn():
        if Conflict.objects.filter(pk=row.pk).exclude(state__in=LIVE).exists():
            raise Refusal("It has ended, so nobody needs to own it.")
        actions.change(by, row, verb="hand_over", owner=owner)
        tell(by, to_keys=(owner,), what=f"You answer for a conflict of interest now: {row}.", url=row.get_absolute_url())
    return row


def close(by: Actor, row: Conflict, *, until_on: date | None = None, why: str = "") -> Conflict:
    """Say that a conflict ended, and when. Raises Refusal for an end before its beginning or in the future."""
    if until_on and until_on < row.since_on:
        raise Refusal(f"Close: it began on {row.since_on}, so it did not end before that.")
    if until_on and until_on > clock.today():
        raise Refusal("Close: it would end in the future. Close it when it has ended.")
    return actions.move(by, row, "close", until_on=until_on, why=why)


def note_result(by: Actor, conflict: Conflict, *, year: int, looked_at: str, figures: str, conclusion: str) -> ConflictResult:
    """Write down what a year's look found; a second person confirms it. Raises Refusal where the year has its result, or the conflict is not accepted."""
    _may(by, "Results are noted by analysts, supervisors, compliance and vendor managers.")
    if conflict.accepted_at is None or not conflict.is_live:
        raise Refusal("A yearly result belongs to a conflict that compliance accepted and that lasts.")
    if not conflict.since_on.year <= year <= clock.today().year:
        raise Refusal(f"The year must lie between {conflict.since_on.year}, when the conflict began, and {clock.today().year}.")
    row = ConflictResult(
        conflict=conflict, year=year, looked_at=looked_at, figures=figures, conclusion=conclusion, state=ConflictResult.LIFECYCLE.start,
        noted_by=by.key, noted_at=clock.now(),
    )  # fmt: skip
    with actions.turn():
        if ConflictResult.objects.filter(conflict=conflict, year=year).exists():
            raise Refusal(f"{year} has its result. Where more is known of it, note it with the next year's.")
        return actions.create(by, row, verb="note")


def upload(by: Actor, name: str, content: bytes, control_usd: Decimal) -> Uploaded:
    """Take a file of payments whose lines add up to the control total; they count once a second person approves. The file is filed as evidence.

    The same bytes a second time change nothing. Raises Problem for a file that is no such table, DoesNotTie with the difference, Refusal for a role.
    """
    _may(by, "Payments are uploaded by analysts, supervisors, compliance and vendor managers.")
    sha256 = hashlib.sha256(content).hexdigest()
    if there := _held(sha256):
        return Uploaded(there, is_fresh=False)
    lines, rejects = reading.payments(content)
    total = sum((line.amount_usd for line in lines), Decimal(0))
    if not lines:
        raise DoesNotTie("No line of the file was accepted.", rejects)
    if total != control_usd:
        more = f" {len(rejects):,} lines were not accepted; look at them first." if rejects else ""
        words = f"The lines add up to {total:,f} USD and the control total is {control_usd:,f}: the difference is {total - control_usd:,f}.{more}"
        raise DoesNotTie(words, rejects)
    with actions.turn():
        if there := _held(sha256):
            return Uploaded(there, is_fresh=False)
        return Uploaded(_kept(by, name, content, sha256, control_usd, lines, rejects), is_fresh=True)


def approve(by: Actor, batch: PaymentBatch, *, why: str = "") -> PaymentBatch:
    """Put a file's months in force; months of the same source that were in force make room, and their file stays as it was."""
    with actions.turn():
        actions.move(by, batch, "approve", why=why)
        months = list(batch.months.all())
        replaced = _replaced(months)
        for held in replaced:
            actions.change(by, held, verb="supersede", why=f"File no. {batch.pk} stands in its place.", is_current=False)
        for month in months:
            actions.change(by, month, verb="put_in_force", is_current=True)
        for before in PaymentBatch.objects.filter(pk__in={held.batch_id for held in replaced}).order_by("pk"):
            if before.is_replaced:
                actions.move(automated("payments"), before, "supersede", why=f"File no. {batch.pk} stands in the place of its months.")
    return batch


def _held(sha256: str) -> PaymentBatch | None:
    return PaymentBatch.objects.filter(sha256=sha256, state__in=("uploaded", "approved")).first()


def _kept(
    by: Actor, name: str, content: bytes, sha256: str, control_usd: Decimal, lines: list[reading.Read], rejects: list[Reject]
) -> PaymentBatch:  # fmt: skip
    said = f"{len(lines):,} lines of payments, net {control_usd:,f} USD."
    filed = evidence.file(by, get_valid_filename(name or "payments.csv"), content, title=f"Payments: {name}"[:200], shows=said)
    batch = PaymentBatch(
        filed=filed, sha256=sha256, name=filed.name, control_usd=control_usd, total_usd=control_usd, lines=len(lines),
        rejects=[[reject.number, reject.reason, reject.text] for reject in rejects], state=PaymentBatch.LIFECYCLE.start,
        uploaded_by=by.key, uploaded_at=clock.now(),
    )  # fmt: skip
    actions.create(by, batch, verb="upload")
    evidence.link(by, filed, batch.subject, "The file as it came")
    months = _months(by, batch, lines)
    actions.create_many(by, [Payment(month=months[line.month_on, line.source], **vars(line)) for line in lines], verb="upload")
    tell(by, to_roles=(COMPLIANCE,), what=f"A file of payments waits for approval: no. {batch.pk}.", url=batch.get_absolute_url())
    return batch


def _months(by: Actor, batch: PaymentBatch, lines: list[reading.Read]) -> dict[tuple[date, str], PaymentMonth]:
    counted = Counter((line.month_on, line.source) for line in lines)
    nets: dict[tuple[date, str], Decimal] = {}
    for line in lines:
        nets[line.month_on, line.source] = nets.get((line.month_on, line.source), Decimal(0)) + line.amount_usd
    rows = [PaymentMonth(batch=batch, month_on=key[0], source=key[1], lines=counted[key], net_usd=nets[key]) for key in sorted(nets)]
    return {(row.month_on, row.source): row for row in actions.create_many(by, rows, verb="upload")}


def _replaced(months: list[PaymentMonth]) -> list[PaymentMonth]:
    keys = {(month.month_on, month.source) for month in months}
    held = PaymentMonth.objects.filter(is_current=True, month_on__in={on for on, _ in keys})
    return [row for row in held if (row.month_on, row.source) in keys]


def _may(by: Actor, words: str) -> None:
    if not by.roles & {*NOTERS, SYSTEM}:
        raise Refusal(words, is_forbidden=True)


def _check(facts: dict[str, Any]) -> None:
    for name, words in (("description", "What it is"), ("owner", "Its owner"), ("since_on", "Since when")):
        if not facts.get(name):
            raise Refusal(f"{words} is missing.")
    if facts["owner"] not in dict(queries.owners()):
        raise Refusal("The owner must be an open account of the firm.")
    if facts["since_on"] > clock.today():
        raise Refusal("It would begin in the future. Put it on the register when it begins.")
    if facts.get("until_on") and facts["until_on"] < facts["since_on"]:
        raise Refusal("It would have ended before it began. Look at the two days.")


MOVES = {("conflict", "close"): close, ("payment_batch", "approve"): approve}
