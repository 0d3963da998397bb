"""Every write of due diligence: what happens to an assessment as a whole; answers, judgements and selections have files of their own."""

from __future__ import annotations

from datetime import date, timedelta

from oversight import clock
from oversight.actor import Actor, automated
from oversight.diligence import answering, choosing, drawing, judging, stating
from oversight.diligence.checklist import blocks
from oversight.diligence.dossier import dossier
from oversight.diligence.lifecycle import KEEPERS
from oversight.diligence.models import AnswerTest, Assessment, Given, Score, outside_accounts
from oversight.diligence.opening import begin
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.record.proof import head
from oversight.roles import ADMINISTRATOR, COMPLIANCE, VENDOR_MANAGER

__all__ = ["MOVES", "approve", "ask_for_account", "begin", "decline", "draw", "lapse_overdue", "propose", "send", "send_back", "withdraw"]
YEAR = timedelta(days=365)
"""An approval runs no longer: after that day it lapses, or diligence was done again."""


def send(by: Actor, row: Assessment, due_on: date | None = None) -> Assessment:
    """Send the questionnaire to who answers it, and tell them."""
    _not_behind(due_on)
    with actions.turn():
        actions.move(by, row, "send", due_on=due_on)
        _tell_answerers(by, row, f"A questionnaire waits for your answers until {due_on}")
    return row


def send_back(by: Actor, row: Assessment, due_on: date | None = None) -> Assessment:
    """Send the questionnaire back with the questions that were returned; only they can change."""
    _not_behind(due_on)
    with actions.turn():
        actions.move(by, row, "send_back", due_on=due_on)
        many = row.answers.filter(state="returned").count()
        _tell_answerers(by, row, f"{many} question{'' if many == 1 else 's'} of your questionnaire came back for more, until {due_on}")
    return row


def draw(by: Actor, row: Assessment) -> Assessment:
    """Draw the sample and begin the review; a sample that was drawn before stays, whatever was answered anew."""
    with actions.turn():
        head_before = head()[1]
        actions.move(by, row, "draw")
        if not row.seed:
            _draw(by, row, head_before)
    return row


def propose(by: Actor, row: Assessment, recommendation: str = "") -> Assessment:
    """Propose the approval, with a recommendation; compliance is told."""
    with actions.turn():
        actions.move(by, row, "propose", recommendation=recommendation)
        tell(by, to_roles=(COMPLIANCE,), what=f"Due diligence on {row.vendor} waits for your decision", url=row.get_absolute_url(), severity="low")
    return row


def approve(by: Actor, row: Assessment, valid_until: date | None = None) -> Assessment:
    """Approve, for 365 days unless a nearer last day is named. Raises Refusal naming each thing that stands in the way."""
    until = valid_until or clock.today() + YEAR
    with actions.turn():
        if row.state == "proposed":
            _judged_by_others(by, row)
            if found := blocks(row):
                raise Refusal(f"It cannot be approved yet: {'; '.join(found)}.")
            if not clock.today() < until <= clock.today() + YEAR:
                raise Refusal(f"An approval runs from tomorrow to {clock.today() + YEAR} at the longest.")
        actions.move(by, row, "approve", valid_until=until)
        tell(by, to_roles=(VENDOR_MANAGER,), what=f"Due diligence on {row.vendor} is approved until {until}", url=row.get_absolute_url())
    return row


def decline(by: Actor, row: Assessment, why: str = "") -> Assessment:
    """Decline, with the reason; what its answers claimed is taken back."""
    with actions.turn():
        actions.move(by, row, "decline", why=why)
        stating.withdraw_all(row, "The assessment was declined.")
        tell(by, to_roles=(VENDOR_MANAGER,), what=f"Due diligence on {row.vendor} is declined", url=row.get_absolute_url(), severity="medium")
    return row


def withdraw(by: Actor, row: Assessment, why: str = "") -> Assessment:
    """Give the assessment up before answers came in; who was asked is told that nothing is asked any more."""
    with actions.turn():
        was_sent = row.state == "sent"
        actions.move(by, row, "withdraw", why=why)
        if was_sent:
            _tell_answerers(by, row, "A questionnaire was withdrawn; nothing is asked of you there any more")
    return row


def lapse_overdue() -> int:
    """Let approvals lapse whose last day is behind us; says how many. Called daily."""
    by, lapsed = automated("lapse-diligence"), 0
    for row in Assessment.objects.filter(state="approved", valid_until__lt=clock.today()).select_related("vendor").order_by("pk"):
        with actions.turn():
            actions.move(by, row, "lapse", why=f"The approval ran until {row.valid_until}.")
            what = f"The approval of {row.vendor} has run out: its due diligence must be done again"
            tell(by, to_roles=(VENDOR_MANAGER, COMPLIANCE), what=what, url=row.get_absolute_url(), severity="high")
        lapsed += 1
    return lapsed


def ask_for_account(by: Actor, row: Assessment, *, name: str, email: str) -> None:
    """Ask the administrators to open an outside account of the vendor for this person: opening accounts is theirs."""
    if not by.roles & set(KEEPERS):
        raise Refusal("Outside accounts are asked for by vendor managers and compliance.", is_forbidden=True)
    if not name.strip() or "@" not in email:
        raise Refusal("A name and an e-mail address are needed.")
    with actions.turn():
        what = f"Please open an outside account of {row.vendor.key} for {name.strip()}, {email.strip()}: a questionnaire waits for its answers"
        notice = tell(by, to_roles=(ADMINISTRATOR,), what=what, url="/people/open/", severity="medium")
        actions.append(by, actions.Act("ask_for_account", row.subject, facts={"notice": notice.pk}))


def _draw(by: Actor, row: Assessment, head_before: str) -> None:
    of = dossier(row)
    answered = [line for line in of.lines if line.has_answer]
    plain = {line.question.id: line for line in answered if not line.answer.is_gate}
    seed = drawing.seed_of(head_before, row.pk, row.form.sha256)
    drawn = [(plain[name], place) for place, name in enumerate(drawing.draw(plain, seed), 1)]
    gates = [(line, 0) for line in answered if line.answer.is_gate]
    actions.change(by, row, verb="seed", head=head_before, seed=seed, population=len(plain))
    actions.create_many(by, [AnswerTest(answer=line.answer, place=place, state="drawn") for line, place in [*gates, *drawn]], verb="draw")


def _judged_by_others(by: Actor, row: Assessment) -> None:
    if Score.objects.filter(given__answer__assessment=row, scored_by=by.key).exists():
        raise Refusal("Approve: nobody approves their own work, and you scored an answer of it.", is_forbidden=True)
    given = Given.objects.filter(answer__assessment=row)
    if given.filter(given_by=by.key).exists() or given.filter(drafted_by=by.key).exists():
        raise Refusal("Approve: nobody approves their own work, and you answered a question of it.", is_forbidden=True)


def _not_behind(due_on: date | None) -> None:
    if due_on is not None and due_on < clock.today():
        raise Refusal("The day on which answers are due lies behind us.")


def _tell_answerers(by: Actor, row: Assessment, what: str) -> None:
    url = f"/diligence/questionnaires/{row.pk}/"
    if row.is_by_firm:
        tell(by, to_keys=[row.drafted_by], what=what, url=url, severity="medium")
    else:
        keys = [account.key for account in outside_accounts(row.vendor.key)]
        tell(answering.OUTWARD, to_keys=keys, what=what, url=url, severity="medium")


MOVES = {
    ("assessment", "send"): send, ("assessment", "submit"): answering.submit, ("assessment", "send_back"): send_back, ("assessment", "draw"): draw,
    ("assessment", "propose"): propose, ("assessment", "approve"): approve, ("assessment", "decline"): decline, ("assessment", "withdraw"): withdraw,
    ("answer", "give"): answering.give, ("answer", "send_back"): judging.send_back,
    ("challenge", "reply"): judging.reply, ("challenge", "ask_again"): judging.ask_again, ("answer_test", "test"): judging.test,
    ("selection", "propose"): choosing.propose, ("selection", "approve"): choosing.approve,
}  # fmt: skip
