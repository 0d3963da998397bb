"""What who answers does: drafts, delegation, submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from oversight import clock
from oversight.accounts import queries as accounts
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.diligence import stating, values
from oversight.diligence.bank.question import TEXT
from oversight.diligence.lifecycle import READERS
from oversight.diligence.models import Answer, AnswerTest, Assessment, Given, outside_accounts
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import VENDOR, VENDOR_MANAGER

CLOSED = {
    "submitted": "This questionnaire was submitted. It changes only where your client returns a question for more.",
    "withdrawn": "This questionnaire was withdrawn. Nothing is asked of you here any more.",
}
OVER = "This questionnaire is closed: a decision was taken on the answers given. What is new is said in another questionnaire; ask your contact to begin one."
REDRAWN = automated("resubmission")
OUTWARD = automated("diligence")
"""Who tells outside accounts: the firm, and nobody of it by name."""


def may_answer(account: Account, assessment: Assessment) -> bool:
    """Whether this account answers here: an outside account of the vendor, once sent; for a candidate that the firm answers for, those who read answers."""
    if assessment.is_by_firm:
        return bool(account.roles & set(READERS))
    return VENDOR in account.roles and bool(account.vendor) and account.vendor == assessment.vendor.key and assessment.is_outside


def why_closed(assessment: Assessment) -> str:
    """Why nothing can be written any more, in words that tell an outside reader no more than they may know; nothing where it is open."""
    if assessment.state == "sent":
        return ""
    if assessment.state == "drafted":
        return "This questionnaire was not sent yet."
    decided = assessment.state in ("approved", "declined", "lapsed")
    return OVER if decided else CLOSED.get(assessment.state, CLOSED["submitted"])


def draft(by: Actor, answer: Answer, *, seen: int, value: str = "", words: str = "", reason: str = "") -> Answer:
    """Save the draft of one answer. `seen` is the revision that its writer looked at.

    Raises Refusal where somebody else saved another meanwhile, where the value does not fit the question, or where nothing can change any more.
    """
    with actions.turn():
        fresh = _fresh(by, answer)
        if not fresh.is_open_to_change:
            raise Refusal("This answer was submitted and nothing more was asked for, so it stays as it is.")
        if fresh.revision != seen and fresh.drafted_by != by.key:
            raise Refusal(f"{_name(fresh.drafted_by)} saved this answer after you opened it. Yours was not saved: look at theirs first.")
        return _drafted(by, fresh, value, words, reason)


def draft_many(by: Actor, assessment: Assessment, said: Mapping[str, Mapping[str, str]]) -> int:
    """Save drafts of several answers, all or none; says how many. `said` holds value, words and reason by question.

    Raises Refusal, naming the question, for one that does not fit, that is not open, or that a colleague has drafted.
    """
    with actions.turn():
        fresh = Assessment.objects.select_related("vendor", "form").get(pk=assessment.pk)
        _may(by, fresh)
        if why := why_closed(fresh):
            raise Refusal(why)
        open_ = {answer.question_id: answer for answer in fresh.answers.exclude(state="given")}
        for question_id, each in said.items():
            answer = open_.get(question_id)
            if answer is None:
                raise Refusal(f"{question_id} does not wait for an answer here. Nothing was saved.")
            if answer.drafted_by not in ("", by.key):
                raise Refusal(f"{_name(answer.drafted_by)} has drafted an answer to {question_id}. Nothing was saved: look at theirs first.")
            answer.assessment = fresh
            try:
                _drafted(by, answer, each.get("value", ""), each.get("words", ""), each.get("reason", ""))
            except Refusal as refusal:
                raise Refusal(f"{question_id}: {refusal.words} Nothing was saved.") from refusal
    return len(said)


def delegate(by: Actor, answer: Answer, to: str) -> Answer:
    """Ask another person of the same side to answer; nobody, where `to` is empty. They are told. Raises Refusal for somebody who cannot answer here."""
    with actions.turn():
        fresh = _fresh(by, answer)
        if not fresh.is_open_to_change:
            raise Refusal("This answer was submitted, so there is nothing to delegate.")
        account = accounts.person(to) if to else None
        if to and (account is None or not account.is_active or not may_answer(account, fresh.assessment)):
            raise Refusal("This person cannot answer here. Choose one from the list.")
        changed = actions.change(by, fresh, verb="delegate", delegated_to=to, delegated_by=by.key if to else "")
        if account and account.key != by.key:
            until = f" until {fresh.assessment.due_on}" if fresh.assessment.due_on else ""
            url = f"/diligence/questionnaires/{fresh.assessment_id}/{fresh.area}/"
            tell(by, to_keys=[account.key], what=f"Question {fresh.question_id} is yours to answer{until}", url=url)
    return changed


def delegates(assessment: Assessment) -> list[Account]:
    """Who can be asked to answer here, by name."""
    if not assessment.is_by_firm:
        return list(outside_accounts(assessment.vendor.key))
    found = Account.objects.filter(is_active=True, held__role__in=READERS, held__ended_at=None).distinct()
    return list(found.order_by("name", "pk"))


def submit(by: Actor, assessment: Assessment) -> Assessment:
    """Submit every answer that is open: each makes a version of its own; who reads them is told. Raises Refusal naming what is left."""
    with actions.turn():
        fresh = Assessment.objects.select_related("vendor", "form").get(pk=assessment.pk)
        _may(by, fresh)
        if why := why_closed(fresh):
            raise Refusal(why)
        waiting = list(fresh.answers.exclude(state="given").prefetch_related("versions").order_by("place"))
        for answer in waiting:
            answer.assessment = fresh
        _whole(waiting)
        actions.move(by, fresh, "submit")
        given = actions.create_many(by, [_version(by, answer) for answer in waiting], verb="give")
        actions.move_many(by, waiting, "give")
        _test_again(waiting)
        stating.state_all(fresh, list(given))
        tell(by, to_roles=(VENDOR_MANAGER,), what=f"Answers of {fresh.vendor} are in: {len(waiting)} submitted", url=fresh.get_absolute_url(), severity="low")
    assessment.refresh_from_db()
    return assessment


def give(by: Actor, answer: Answer, **given: object) -> Answer:
    """Never alone: answers are submitted together, so that a half-answered form is never taken for a whole one."""
    raise Refusal("Answers are submitted together, on the page of the questionnaire.")


def _drafted(by: Actor, answer: Answer, value: str, words: str, reason: str) -> Answer:
    said = {"value": values.checked(answer.question, value), "words": words.strip(), "reason": reason.strip()}
    if answer.question.kind != TEXT and said["reason"] and said["value"]:
        raise Refusal("You gave an answer and a reason for having none. Keep one of the two.")
    if all(getattr(answer, name) == now for name, now in said.items()):
        return answer
    return actions.change(by, answer, verb="draft", **said, revision=answer.revision + 1, drafted_by=by.key, drafted_at=clock.now())


def _fresh(by: Actor, answer: Answer) -> Answer:
    fresh = Answer.objects.select_related("assessment__vendor", "assessment__form").get(pk=answer.pk)
    _may(by, fresh.assessment)
    if why := why_closed(fresh.assessment):
        raise Refusal(why)
    return fresh


def _may(by: Actor, assessment: Assessment) -> None:
    account = accounts.person(by.key)
    if account is None or not may_answer(account, assessment):
        who = "the firm's own people" if assessment.is_by_firm else "the outside accounts of its vendor"
        raise Refusal(f"This questionnaire is answered by {who}.", is_forbidden=True)


def _whole(waiting: Sequence[Answer]) -> None:
    blank = [answer.question_id for answer in waiting if answer.is_blank]
    if blank:
        more = f" and {len(blank) - 5} more" if len(blank) > 5 else ""
        left = "question is" if len(blank) == 1 else "questions are"
        raise Refusal(f"{len(blank)} {left} left: {', '.join(blank[:5])}{more}. Answer each, or say why there is no answer.")
    same = [answer.question_id for answer in waiting if answer.state == "returned" and _is_unchanged(answer)]
    if same:
        raise Refusal(f"More was asked for on {', '.join(same)}, and the answer is as it was. Change it, or add in words why it stays.")


def _is_unchanged(answer: Answer) -> bool:
    last = list(answer.versions.all())[-1]
    return (answer.value, answer.words, answer.reason) == (last.value, last.words, last.reason)


def _version(by: Actor, answer: Answer) -> Given:
    number = len(answer.versions.all()) + 1
    return Given(
        answer=answer, number=number, value=answer.value, words=answer.words, reason=answer.reason, drafted_by=answer.drafted_by, given_by=by.key,
        given_at=clock.now(),
    )  # fmt: skip


def _test_again(answers: Sequence[Answer]) -> None:
    """A test of an earlier version says nothing of this one."""
    tested = list(AnswerTest.objects.filter(answer__in=[answer.pk for answer in answers], state="tested"))
    actions.move_many(REDRAWN, tested, "redo", why="The answer was submitted anew after the test.")


def _name(key: str) -> str:
    return accounts.names().get(key, "Somebody else")
