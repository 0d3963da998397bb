"""Every write of agreements, clauses, possible breaches, credits and reports of duties; rights to data and what evaluation writes stand beside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.agreements import breaching, measures, windows
from oversight.agreements.entitling import note_right, prove, tell_missing
from oversight.agreements.evaluating import Evaluated, difference, evaluate, made_of, measure_past, recheck_log, record_measurement
from oversight.agreements.formulas import Formula
from oversight.agreements.lifecycle import KEEPERS, OPEN
from oversight.agreements.measures import Measure
from oversight.agreements.models import Agreement, Breach, Clause, Credit, DutyReport
from oversight.agreements.reading import Found
from oversight.agreements.windows import MONTH
from oversight.lifecycle import Refusal, spoken
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import VENDOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

__all__ = ("Evaluated", "daily", "evaluate", "note_right", "prove")
DESK = automated("agreements")
TERMS = ("title", "signed_on", "effective_from", "effective_until", "notice_days", "monthly_fee_usd", "terms")
"""What a person says of an agreement, and may correct while it is a draft."""
CARRIED = (
    "number", "title", "words", "template", "figure", "side", "bound", "window", "window_days", "least_n", "cure_days", "credit",
)  # fmt: skip
"""What an amendment takes over of a clause."""


def draft(by: Actor, vendor: Vendor, **terms: Any) -> Agreement:
    """Write an agreement down from the paper; `terms` are TERMS. It is measured once a second person has put it in force."""
    _may(by)
    _check_terms(terms)
    return actions.create(by, Agreement(vendor=vendor, **terms, **_drafted(by), state=Agreement.LIFECYCLE.start), verb="draft")


def correct(by: Actor, row: Agreement, **terms: Any) -> Agreement:
    """Correct a draft. Raises Refusal once it is in force: then an amendment changes it."""
    _may(by)
    if row.state != "drafted":
        raise Refusal("This agreement is no draft any more. What changes in it is an amendment.")
    _check_terms({**{name: getattr(row, name) for name in TERMS}, **terms})
    return actions.change(by, row, verb="correct", **terms, drafted_by=by.key, drafted_at=clock.now())


def amend(by: Actor, former: Agreement, **terms: Any) -> Agreement:
    """Draft an amendment: an agreement of its own that names `former` and carries its clauses, as drafts, from its own first day on."""
    _may(by)
    if former.state != "in_force":
        raise Refusal("Only an agreement in force is amended.")
    if former.amendments.filter(state="drafted").exists():
        raise Refusal("A draft of an amendment waits already. Correct that, or discard it first.")
    _check_terms(terms)
    if terms["effective_from"] <= former.effective_from:
        raise Refusal(f"An amendment begins after the agreement that it amends, which began on {former.effective_from}.")
    with actions.turn():
        row = Agreement(vendor=former.vendor, amends=former, **terms, **_drafted(by), state=Agreement.LIFECYCLE.start)
        actions.create(by, row, verb="amend")
        for clause in former.clauses.filter(state="in_force"):
            carried = {name: getattr(clause, name) for name in CARRIED}
            made = Clause(agreement=row, carries=clause, from_on=row.effective_from, **carried, **_drafted(by), state=Clause.LIFECYCLE.start)
            actions.create(by, made, verb="carry")
    return row


def put_in_force(by: Actor, row: Agreement, *, why: str = "") -> Agreement:
    """The second person's step: the agreement and its drafted clauses are in force, the one it amends is superseded, past windows are measured.

    Raises Refusal where the person drafted it or one of its clauses.
    """
    with actions.turn():
        clauses = list(row.clauses.filter(state="drafted"))
        _refuse_own(by, clauses)
        moved = actions.move(by, row, "put_in_force", why=why)
        if row.amends is not None:
            _supersede(row.amends, row)
        measure_past(DESK, actions.move_many(by, clauses, "activate"))
    return moved


def end(by: Actor, row: Agreement, *, ended_on: date, why: str = "") -> Agreement:
    """End an agreement, its clauses with it. Raises Refusal for a day before it began."""
    if ended_on < row.effective_from:
        raise Refusal(f"It began on {row.effective_from}; it cannot have ended before.")
    with actions.turn():
        moved = actions.move(by, row, "end", ended_on=ended_on, why=why)
        actions.move_many(DESK, list(row.clauses.filter(state="in_force")), "end", ended_on=ended_on, why="Its agreement ended.")
        actions.move_many(by, list(row.clauses.filter(state="drafted")), "discard", why="Its agreement ended.")
    return moved


def add_clause(
    by: Actor, agreement: Agreement, *, number: str, title: str, words: str, measure: Measure, side: str, bound: Decimal, window: str, window_days: int = 0,
    least_n: int = 1, cure_days: int, credit: Formula, from_on: date | None = None, template: str = "",
) -> Clause:  # fmt: skip
    """Write a clause down as arithmetic; `bound` in the figure's stored unit. A second person puts it in force, alone or with its agreement."""
    _may(by)
    if agreement.state not in ("drafted", "in_force"):
        raise Refusal(f"This agreement is “{agreement.state_title}”; no clause is added to it.")
    begins = from_on or agreement.effective_from
    if begins < agreement.effective_from:
        raise Refusal(f"A clause is not measured before its agreement begins, on {agreement.effective_from}.")
    _check_arithmetic(measure, window, window_days, least_n, credit, agreement.monthly_fee_usd)
    row = Clause(
        agreement=agreement, number=number.strip(), title=title.strip(), words=words.strip(), template=template, figure=measure.stored, side=side, bound=bound,
        window=window, window_days=window_days, least_n=least_n, cure_days=cure_days, credit=credit.stored, from_on=begins, **_drafted(by),
        state=Clause.LIFECYCLE.start,
    )  # fmt: skip
    return actions.create(by, row, verb="draft")


def activate(by: Actor, row: Clause, *, why: str = "") -> Clause:
    """Put one more clause of an agreement in force, by a second person; past windows are measured at once."""
    with actions.turn():
        moved = actions.move(by, row, "activate", why=why)
        measure_past(DESK, [moved])
    return moved


def report(by: Actor, clause: Clause, *, on: date, value: Decimal | None, n: int, what: str) -> DutyReport:
    """Say what happened in the period of `on` under a clause that no run can answer. Its evidence is filed beside it; then a second person confirms."""
    _may(by)
    if not clause.measure.is_reported:
        raise Refusal("This clause is measured from the data; nobody reports it by hand.")
    if clause.state != "in_force":
        raise Refusal("This clause is not in force.")
    window = windows.cut(windows.period(clause.window, on), clause.from_on, clause.last_on)
    if window.first > window.last or window.last >= clock.today():
        raise Refusal("The period is not over yet, or the clause was not in force in it.")
    if (value is None) != (n == 0):
        raise Refusal("Where nothing happened, n is 0 and there is no figure; otherwise both are said.")
    with actions.turn():
        if clause.reports.filter(first_on=window.first, last_on=window.last, state="reported").exists():
            raise Refusal(f"A report of {window.words} waits already. Withdraw it first.")
        facts = {"first_on": window.first, "last_on": window.last, "value": value, "n": n, "what": what.strip()}
        return actions.create(
            by, DutyReport(clause=clause, **facts, reported_by=by.key, reported_at=clock.now(), state=DutyReport.LIFECYCLE.start), verb="report"
        )


def confirm(by: Actor, row: DutyReport, *, why: str = "") -> DutyReport:
    """The second person's step: the clause is measured by the report, which restates an earlier one of the period."""
    with actions.turn():
        moved = actions.move(by, row, "confirm", why=why)
        clause = row.clause
        nothing = f"nothing happened in the period that could be measured: {clause.measure.counts} 0"
        found = Found(row.value, row.n, why="" if row.n else nothing, days_measured=len(row.span.days))
        made = made_of(clause, row.span, found, is_to_date=False)
        made.report = row
        former = clause.measurements.filter(first_on=row.first_on, last_on=row.last_on).order_by("-pk").first()
        if former is not None:
            made.restates, made.difference = former, difference(former, made, "A later report of the period took the place of the earlier one.")
        record_measurement(by, made)
    return moved


def answer(by: Actor, row: Breach, *, answer: str = "", promised_on: date | None = None, why: str = "") -> Breach:
    """The vendor's answer to a possible breach, from one of that vendor's own accounts alone; the vendor manager is told."""
    account = Account.objects.filter(key=by.key, is_active=True).first()
    if account is None or VENDOR not in account.roles or account.vendor != row.clause.agreement.vendor.key:
        raise Refusal("Answer: only an account of the vendor that it is about may do this.", is_forbidden=True)
    if promised_on is not None and promised_on < clock.today() and row.state in OPEN:
        raise Refusal("Answer: the day by which it is cured lies in the past. If it is cured already, give today.")
    with actions.turn():
        moved = actions.move(by, row, "answer", answer=answer.strip(), promised_on=promised_on, why=why)
        late = " with a cure date after the agreed one" if promised_on and promised_on > row.due_on else ""
        what = f"{row.clause.agreement.vendor} answered{late}: {row.clause.title}, {row.span.words}"
        tell(DESK, to_roles=(VENDOR_MANAGER,), what=what, url=row.get_absolute_url(), severity="medium" if late else "info")
    return moved


def dispute(by: Actor, row: Breach, *, firm_words: str = "", why: str = "") -> Breach:
    """Dispute the vendor's answer, in words that it reads; it may answer again."""
    with actions.turn():
        moved = actions.move(by, row, "dispute", firm_words=firm_words.strip(), why=why)
        breaching.tell_both(row, f"Your answer is disputed, you may answer again: {row.clause.title}, {row.span.words}", "medium", ())
    return moved


def claim_credit(by: Actor, breach: Breach, *, claimed_usd: Decimal, reason: str = "") -> Credit:
    """Claim the credit of a possible breach. Another amount than the arithmetic gives needs a reason. Raises Refusal where one is claimed already."""
    _may(by)
    if breach.state not in (*OPEN, "cured"):
        raise Refusal(f"This possible breach is “{breach.state_title}”; nothing is claimed for it.")
    if claimed_usd <= 0:
        raise Refusal("A claim is an amount above zero.")
    computed = breach.latest.credit_usd
    if claimed_usd != computed and not reason.strip():
        raise Refusal("This is not what the agreement's arithmetic gives. Say why another amount is claimed.")
    with actions.turn():
        if Credit.objects.filter(breach=breach).exists():
            raise Refusal("A credit is claimed for this already.")
        row = Credit(
            breach=breach, month=windows.period(MONTH, breach.last_on).first, computed_usd=computed, claimed_usd=claimed_usd, reason=reason.strip(),
            claimed_by=by.key, claimed_at=clock.now(), state=Credit.LIFECYCLE.start,
        )  # fmt: skip
        return actions.create(by, row, verb="claim")


def agree_credit(by: Actor, row: Credit, *, agreed_usd: Decimal, why: str = "") -> Credit:
    """The second person's step: amount, who and when; a possible breach that was open is credited."""
    if agreed_usd <= 0:
        raise Refusal("Note as agreed: the amount is above zero. A claim that is given up is waived.")
    with actions.turn():
        moved = actions.move(by, row, "agree", agreed_usd=agreed_usd, why=why)
        if row.breach.state in OPEN:
            actions.move(DESK, row.breach, "credit", why=f"A credit of ${agreed_usd:,.2f} was agreed.")
    return moved


def receive_credit(by: Actor, row: Credit, *, received_on: date, why: str = "") -> Credit:
    """Note that an agreed credit came. Raises Refusal for a day to come."""
    if received_on > clock.today():
        raise Refusal("Note as received: the day lies ahead.")
    return actions.move(by, row, "receive", received_on=received_on, why=why)


def daily(by: Actor) -> dict[str, int]:
    """What time alone brings: cure clocks and delivery clocks that ran out are told once, agreements that ran out end, the log is read again.

    Run it as often as you like.
    """
    return {"overdue": breaching.tell_overdue(), "missing": tell_missing(), "ran_out": _run_out(), "log": recheck_log(by)}


def _run_out() -> int:
    """End the agreements whose last day is over."""
    over = list(Agreement.objects.filter(state="in_force", effective_until__lt=clock.today()))
    for row in over:
        assert row.effective_until is not None, "it was asked for"
        with actions.turn():
            actions.move(DESK, row, "run_out", ended_on=row.effective_until)
            actions.move_many(DESK, list(row.clauses.filter(state="in_force")), "end", ended_on=row.effective_until, why="Its agreement ran out.")
            tell(DESK, to_roles=KEEPERS, what=f"An agreement with {row.vendor} ran out: {row.title}", url=row.get_absolute_url(), severity="high")
    return len(over)


def _supersede(former: Agreement, by_: Agreement) -> None:
    last = by_.effective_from - timedelta(days=1)
    why = f"Superseded by “{by_.title}”."
    actions.move(DESK, former, "supersede", ended_on=last, why=why)
    actions.move_many(DESK, list(former.clauses.filter(state="in_force")), "end", ended_on=last, why=why)


def _refuse_own(by: Actor, clauses: Iterable[Clause]) -> None:
    for clause in clauses:
        if clause.drafted_by == by.key:
            raise Refusal(f"Put in force: nobody approves their own work, and you drafted clause {clause}.", is_forbidden=True)


def _drafted(by: Actor) -> dict[str, Any]:
    return {"drafted_by": by.key, "drafted_at": clock.now()}


def _may(by: Actor) -> None:
    if not by.roles & set(KEEPERS):
        raise Refusal(f"Agreements are kept by {spoken(KEEPERS)}.", is_forbidden=True)


def _check_terms(terms: dict[str, Any]) -> None:
    if terms.get("effective_until") and terms["effective_until"] < terms["effective_from"]:
        raise Refusal("It would run out before it begins. Look at the two dates.")


def _check_arithmetic(measure: Measure, window: str, window_days: int, least_n: int, credit: Formula, fee: Decimal | None) -> None:
    measures.loaded(measure.stored)
    if measure.is_reported and window not in (windows.MONTH, windows.QUARTER):
        raise Refusal("What a person reports is reported each month or each quarter.")
    if (window == windows.ROLLING) != (window_days > 0) or (window == windows.ROLLING and not 2 <= window_days <= windows.LONGEST_ROLL):
        raise Refusal(f"A rolling window has 2 to {windows.LONGEST_ROLL} trading days; no other window has any.")
    if least_n < 1:
        raise Refusal("The least n is 1 or more.")
    if credit.needs_fee and fee is None:
        raise Refusal("The credit is a part of the monthly fee; say the fee in the agreement first.")


MOVES = {
    ("agreement", "put_in_force"): put_in_force,
    ("agreement", "end"): end,
    ("clause", "activate"): activate,
    ("duty_report", "confirm"): confirm,
    ("possible_breach", "answer"): answer,
    ("possible_breach", "dispute"): dispute,
    ("credit", "agree"): agree_credit,
    ("credit", "receive"): receive_credit,
}
"""Moves that do more than set fields."""
