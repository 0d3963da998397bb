"""Every write of notices: draft, revise, send, the vendor's answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.cases import evidencing, letter, stages, telling
from oversight.cases.evidencing import Asked
from oversight.cases.lifecycle import KEEPERS
from oversight.cases.models import Case, Notice
from oversight.cases.telling import DESK
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.lifecycle import refuse as refuse_move
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.roles import COMPLIANCE, VENDOR, VENDOR_MANAGER


def draft_notice(
    by: Actor, case: Case, *, subject_line: str, what: str, asked: str, figures: Sequence[Asked] = (), orders: Iterable[str] = (),
    answer_due_on: date | None = None,
) -> Notice:  # fmt: skip
    """Draft a notice; its figures are read now and kept. Where one was sent already, this one amends it. Raises Refusal for a case that has ended."""
    telling.may(by, KEEPERS, "Draft a notice")
    said = _said(case, subject_line, what, asked, figures, orders, answer_due_on)
    with actions.turn():
        telling.still_open(case, "Draft a notice")
        if case.notices.filter(state="draft").exists():
            raise Refusal("A draft of a notice waits already. Revise that, or discard it first.")
        number = (case.notices.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Notice(case=case, number=number, supersedes=case.notice, **said, drafted_by=by.key, drafted_at=clock.now(), state=Notice.LIFECYCLE.start)
        actions.create(by, row, verb="draft")
        url = row.get_absolute_url()
        telling.firm(by, case, f"notice {case.number}.{number} is drafted: compliance, another person, approves and sends it.", (COMPLIANCE,), url=url)
    return row


def revise_notice(
    by: Actor, row: Notice, *, subject_line: str, what: str, asked: str, figures: Sequence[Asked] = (), orders: Iterable[str] = (),
    answer_due_on: date | None = None,
) -> Notice:  # fmt: skip
    """Write a draft anew, its figures read anew. Whoever revised it does not send it."""
    telling.may(by, KEEPERS, "Revise the notice")
    said = _said(row.case, subject_line, what, asked, figures, orders, answer_due_on)
    with actions.turn():
        if Notice.objects.get(pk=row.pk).state != "draft":
            raise Refusal("This notice is no draft any more. What changes is an amended notice.")
        return actions.change(by, row, verb="revise", **said, revised_by=by.key, revised_at=clock.now())


def send(by: Actor, row: Notice, *, why: str = "") -> Notice:
    """Approve and send: the letter is made and filed, the vendor's accounts are told, the answer clock runs, an earlier notice is superseded.

    Raises Refusal for who drafted or revised it, for a notice without data, and for a day of answer that is not to come.
    """
    refuse_move(row.LIFECYCLE, row.LIFECYCLE.move("send"), Notice.objects.get(pk=row.pk), person=by.key, roles=by.roles, given={"why": why})
    if row.answer_due_on <= clock.today():
        raise Refusal(f"The answer would be due on {row.answer_due_on}, which gives the vendor no day. Revise it first.")
    content = letter.notice(row)
    with actions.turn():
        if Notice.objects.get(pk=row.pk).revised_at != row.revised_at:
            raise Refusal(actions.CHANGED)
        former = row.case.notice
        if former is not None:
            actions.move(DESK, former, "supersede", why=f"Notice {row.case.number}.{row.number} took its place.")
        moved = actions.move(by, row, "send", why=why)
        name, title = f"notice-{row.case.number}-{row.number}.pdf", f"Notice {row.case.number}.{row.number} to {row.case.vendor.name}"
        held = evidence.file(by, name, content, title=title, shows=row.subject_line, effective_on=clock.today(), subject=row.subject, what="The letter as sent")
        actions.change(by, moved, verb="file_letter", letter=held)
        evidence.link(by, held, row.case.subject, f"Notice {row.case.number}.{row.number}")
        _follow(by, moved)
    return moved


def answer(by: Actor, row: Notice, *, answer: str = "", why: str = "") -> Notice:
    """The vendor's answer, from one of its own accounts alone; it may answer again until the case ends. The firm is told."""
    account = Account.objects.filter(key=by.key, is_active=True).first()
    if account is None or VENDOR not in account.roles or not row.is_read_by(account):
        raise Refusal("Answer: only an account of the vendor that it is about may do this.", is_forbidden=True)
    with actions.turn():
        late = row.is_overdue
        again = row.state == "answered"
        moved = actions.move(by, row, "answer", answer=answer.strip(), why=why)
        said = f"the vendor answered notice {row.case.number}.{row.number}{' again' if again else ''}{', past its clock' if late else ''}."
        telling.firm(DESK, row.case, said, (VENDOR_MANAGER, COMPLIANCE), url=row.get_absolute_url())
    return moved


def _follow(by: Actor, row: Notice) -> None:
    """What sending brings: the stage, or its clock where the case is noticed already, and the vendor told."""
    case = row.case
    if case.state == "opened":
        stages.give_notice(by, case)
    elif case.state == "noticed":
        stages.set_clock(by, case)
    amended = "An amended" if row.supersedes_id else "A"
    told = telling.vendor(by, row, f"{amended} formal notice to you: {row.subject_line}. Answer by {row.answer_due_on}.", "high")
    if not told:
        said = "the vendor has no open account: nobody of it was told. Send the filed letter by hand, and ask an administrator to open one."
        telling.firm(DESK, case, said, (VENDOR_MANAGER, COMPLIANCE), "high", row.get_absolute_url())


def _said(case: Case, subject_line: str, what: str, asked: str, figures: Sequence[Asked], orders: Iterable[str], answer_due_on: date | None) -> dict[str, Any]:
    """What a notice says, checked: its words name no other vendor, its figures are read, its orders are this vendor's."""
    if not all(text.strip() for text in (subject_line, what, asked)):
        raise Refusal("A notice says in words what it is about, what fell short and what is asked.")
    named = evidencing.others_named(case.vendor, subject_line, what, asked)
    if named:
        raise Refusal(f"The notice speaks of “{named}”, another vendor. What a vendor reads names no other.")
    due = answer_due_on or clock.today() + timedelta(days=desk_limits().cases["answer_days"])
    if due <= clock.today():
        raise Refusal("The answer is due on a day to come.")
    return {
        "subject_line": subject_line.strip()[:160], "what": what.strip(), "asked": asked.strip(), "answer_due_on": due,
        "figures": evidencing.figures(case.vendor, figures), "orders": evidencing.orders(case.vendor, orders),
    }  # fmt: skip
