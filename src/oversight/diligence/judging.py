"""What the firm does with answers: scores, challenges, tests, conditions, and what is returned for more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from oversight import clock
from oversight.accounts import queries as accounts
from oversight.actor import Actor
from oversight.diligence import answering, scoring
from oversight.diligence.dossier import Line, dossier
from oversight.diligence.judgements import AnswerTest, Challenge, Condition, Remark, Score
from oversight.diligence.lifecycle import KEEPERS, READERS, WITH_FIRM
from oversight.diligence.models import Answer, Assessment, Given, outside_accounts
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import STAFF, VENDOR_MANAGER

SCORED_IN = ("submitted", "review")
CONDITIONS_IN = (*WITH_FIRM, "proposed")


def score(by: Actor, answer: Answer, points: int, words: str = "") -> Score:
    """Score the last version of an answer, or score it again. Less than full points need a reason. Raises Refusal for who gave or tested the answer."""
    _may(by)
    with actions.turn():
        fresh = _of_firm(answer, SCORED_IN, "scored")
        given = _last(fresh)
        _fits(points, words)
        _second(by, given, AnswerTest.objects.filter(answer=fresh).first())
        before = Score.objects.filter(given=given).first()
        said: dict[str, Any] = {"points": points, "words": words.strip(), "is_proposed": False, "scored_by": by.key, "scored_at": clock.now()}
        if before is not None:
            return actions.change(by, before, verb="score", **said)
        return actions.create(by, Score(given=given, **said), verb="score")


def score_many(by: Actor, assessment: Assessment, given: Mapping[int, tuple[int, str]]) -> int:
    """Score answers of one assessment that have no score yet, all or none; says how many. `given` are points and why, by the answer's number.

    Raises Refusal, naming the question, where `score` would, and for one that somebody has scored meanwhile.
    """
    _may(by)
    with actions.turn():
        lines = {line.answer.pk: line for line in dossier(_in(assessment, SCORED_IN, "scored")).lines}
        made = [_scored(by, lines[id_], points, words) for id_, (points, words) in given.items() if id_ in lines]
        actions.create_many(by, made, verb="score")
    return len(made)


def take_proposals(by: Actor, assessment: Assessment) -> int:
    """Score, by what the answers themselves suggest, each one that is not scored and that this person may score; says how many."""
    _may(by)
    with actions.turn():
        of = dossier(_in(assessment, SCORED_IN, "scored"))
        made = [row for line in of.lines if (row := _proposed(by, line)) is not None]
        actions.create_many(by, made, verb="score")
    return len(made)


def challenge(by: Actor, answer: Answer, words: str, note: str = "") -> Challenge:
    """Ask who gave the answer something about it; `note` is for the firm alone. They are told."""
    _may(by)
    if not words.strip():
        raise Refusal("Say what you ask.")
    with actions.turn():
        fresh = _of_firm(answer, WITH_FIRM, "challenged")
        _last(fresh)
        row = Challenge(answer=fresh, note=note.strip(), state=Challenge.LIFECYCLE.start, asked_by=by.key, asked_at=clock.now())
        actions.create(by, row, verb="challenge")
        _say(by, row, words, is_reply=False)
        _tell_outside(by, fresh, f"Your client asks about your answer to {fresh.question_id}")
    return row


def ask_again(by: Actor, row: Challenge, why: str = "") -> Challenge:
    """Ask on: `why` is what is asked."""
    with actions.turn():
        actions.move(by, row, "ask_again", why=why)
        _say(by, row, why, is_reply=False)
        _tell_outside(by, row.answer, f"Your client asks on about your answer to {row.answer.question_id}")
    return row


def reply(by: Actor, row: Challenge, why: str = "") -> Challenge:
    """Reply to what was asked: `why` is the reply. Raises Refusal for who may not answer this questionnaire, and for a reply when nothing is asked."""
    account = accounts.person(by.key)
    if account is None or not answering.may_answer(account, row.answer.assessment):
        raise Refusal("This is for those who answer the questionnaire.", is_forbidden=True)
    if row.state != "asked":
        raise Refusal("Nothing is asked here now.")
    if not why.strip():
        raise Refusal("Say what you reply.")
    with actions.turn():
        actions.move(by, row, "reply", why=why)
        _say(by, row, why, is_reply=True)
        tell(
            by, to_roles=(VENDOR_MANAGER,), to_keys=[row.asked_by], what=f"A challenge of {row.answer.question_id} was answered", url=row.get_absolute_url(),
            severity="low",
        )  # fmt: skip
    return row


def send_back(by: Actor, answer: Answer, asked_for: str = "") -> Answer:
    """Return one answer for more; it reaches who answers when the questionnaire is sent back."""
    return actions.move(by, answer, "send_back", asked_for=asked_for)


def test(by: Actor, row: AnswerTest, tried: str = "", result: str = "") -> AnswerTest:
    """Write down what a second person tried. Raises Refusal for who scored or gave the answer, and outside the review."""
    with actions.turn():
        answer = _of_firm(row.answer, ("review", "scored"), "tested")
        given = _last(answer)
        of_score = Score.objects.filter(given=given).first()
        if of_score is not None and of_score.scored_by == by.key:
            raise Refusal("You scored this answer, so somebody else tests it.", is_forbidden=True)
        if by.key in (given.drafted_by, given.given_by):
            raise Refusal("You gave this answer, so somebody else tests it.", is_forbidden=True)
        if result not in dict(AnswerTest._meta.get_field("result").flatchoices):
            raise Refusal("Say what came out: confirmed, not confirmed, or cannot be tested.")
        actions.move(by, row, "test", tried=tried, result=result)
        actions.change(by, row, verb="tested_version", version=given.number)
    return row


def set_condition(by: Actor, assessment: Assessment, *, words: str, due_on: date, owner_role: str, answer: Answer | None = None) -> Condition:
    """Set a condition of the approval. Raises Refusal without words, with a day behind us, or once it is decided."""
    if not by.roles & set(KEEPERS):
        raise Refusal("Conditions are set by vendor managers and compliance.", is_forbidden=True)
    if not words.strip() or owner_role not in STAFF:
        raise Refusal("Say what must happen, and who of the firm sees to it.")
    if due_on < clock.today():
        raise Refusal("The day by which it must happen lies behind us.")
    if answer is not None and answer.assessment_id != assessment.pk:
        raise Refusal("This answer belongs to another assessment.")
    with actions.turn():
        fresh = _in(assessment, CONDITIONS_IN, "given conditions")
        row = Condition(
            assessment=fresh, answer=answer, words=words.strip(), due_on=due_on, owner_role=owner_role, state=Condition.LIFECYCLE.start, set_by=by.key,
            set_at=clock.now(),
        )  # fmt: skip
        return actions.create(by, row, verb="set_condition")


def scoring_points() -> list[tuple[int, str]]:
    """Each number of points with what it means."""
    return list(Score._meta.get_field("points").flatchoices)


def _proposed(by: Actor, line: Line) -> Score | None:
    given = line.current
    if given is None or line.score is not None or by.key in (given.drafted_by, given.given_by) or (line.test and line.test.tested_by == by.key):
        return None
    suggested = scoring.proposed(line.question, given.value, has_answer=given.has_answer)
    if suggested is None:
        return None
    points, words = suggested
    return Score(given=given, points=points, words=words, is_proposed=True, scored_by=by.key, scored_at=clock.now())


def _may(by: Actor) -> None:
    if not by.roles & set(READERS):
        raise Refusal("Answers are read and scored by vendor managers, analysts, supervisors and compliance.", is_forbidden=True)


def _in(assessment: Assessment, states: tuple[str, ...], done: str) -> Assessment:
    fresh = Assessment.objects.select_related("vendor", "form").get(pk=assessment.pk)
    if fresh.state not in states:
        raise Refusal(f"Nothing is {done} here now: the assessment is “{fresh.state_title}”.")
    return fresh


def _of_firm(answer: Answer, states: tuple[str, ...], done: str) -> Answer:
    fresh = Answer.objects.select_related("assessment__vendor").get(pk=answer.pk)
    if fresh.assessment.state not in states:
        raise Refusal(f"Nothing is {done} here now: the assessment is “{fresh.assessment.state_title}”.")
    return fresh


def _last(answer: Answer) -> Given:
    given = answer.versions.order_by("-number").first()
    if given is None:
        raise Refusal("This question has no answer yet.")
    return given


def _fits(points: int, words: str) -> None:
    if points not in dict(scoring_points()):
        raise Refusal("Points go from 0 to 4.")
    if points < scoring.MOST and not words.strip():
        raise Refusal("Say why it has less than full points.")


def _second(by: Actor, given: Given, test: AnswerTest | None) -> None:
    """Who gave an answer does not score it, nor who tested it: two people look."""
    if by.key in (given.drafted_by, given.given_by):
        raise Refusal("You gave this answer, so somebody else scores it.", is_forbidden=True)
    if test is not None and test.state == "tested" and test.tested_by == by.key:
        raise Refusal("You tested this answer, so somebody else scores it.", is_forbidden=True)


def _scored(by: Actor, line: Line, points: int, words: str) -> Score:
    """The score of one line of several, each refusal naming its question."""
    name = line.question.id
    if line.current is None:
        raise Refusal(f"{name}: This question has no answer yet.")
    if line.score is not None:
        raise Refusal(f"{name} was scored meanwhile. Look at it again before you go on.")
    try:
        _fits(points, words)
        _second(by, line.current, line.test)
    except Refusal as refusal:
        raise Refusal(f"{name}: {refusal.words} Nothing was saved.", is_forbidden=refusal.is_forbidden) from refusal
    return Score(given=line.current, points=points, words=words.strip(), is_proposed=False, scored_by=by.key, scored_at=clock.now())


def _say(by: Actor, row: Challenge, words: str, *, is_reply: bool) -> Remark:
    return actions.create(by, Remark(challenge=row, words=words.strip(), is_reply=is_reply, said_by=by.key, said_at=clock.now()), verb="say")


def _tell_outside(by: Actor, answer: Answer, what: str) -> None:
    """Tell who answers: the vendor's accounts by the firm, the firm's own people by who asks."""
    assessment = answer.assessment
    url = f"/diligence/questionnaires/{assessment.pk}/{answer.area}/"
    if assessment.is_by_firm:
        tell(by, to_keys=[_last(answer).given_by], what=what.replace("Your client", "Somebody of the firm"), url=url, severity="medium")
    else:
        keys = [account.key for account in outside_accounts(assessment.vendor.key)]
        tell(answering.OUTWARD, to_keys=keys, what=what, url=url, severity="medium")
