"""Every write of a self-assessment: begin, answer, sign, and put its gaps on the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.obligations import assessment
from oversight.obligations.bank import ANSWERS, ASSESSMENT_BY_KEY, NOT_APPLICABLE, PARTLY
from oversight.obligations.models import Occurrence, SelfAnswer, SelfAssessment
from oversight.record import actions
from oversight.roles import COMPLIANCE


def begin(by: Actor) -> SelfAssessment:
    """Begin a self-assessment; one goes on at a time."""
    _compliance(by)
    with actions.turn():
        if assessment.going():
            raise Refusal("A self-assessment is going on already. Take that one up again.")
        made = SelfAssessment(begun_by=by.key, begun_at=clock.now(), state=SelfAssessment.LIFECYCLE.start)
        return actions.create(by, made, verb="begin")


def answer(by: Actor, row: SelfAssessment, given: Mapping[str, tuple[str, str]]) -> int:
    """Write down answers, {question: (answer, words)}, or change them while it goes on; says how many differ from before.

    Raises Refusal where words are wanted and missing: for `partly` and for `not applicable`.
    """
    _compliance(by)
    if row.state != "going":
        raise Refusal("This self-assessment is finished, so nothing in it changes any more. Begin another one; it is compared with this.")
    for question, (said, words) in given.items():
        _check(question, said, words)
    with actions.turn():
        if SelfAssessment.objects.get(pk=row.pk).state != "going":
            raise Refusal("Somebody else finished it meanwhile. Nothing was written.")
        before = {each.question: each for each in row.answers.all()}
        return sum(_write(by, row, before.get(question), question, said, words.strip()) for question, (said, words) in given.items())


def finish(by: Actor, row: SelfAssessment, *, statement: str = "", why: str = "") -> SelfAssessment:
    """Sign it: nothing in it changes any more."""
    return actions.move(by, row, "finish", statement=statement.strip(), why=why)


def plan(by: Actor, row: SelfAssessment, chosen: Mapping[str, date]) -> list[Occurrence]:
    """Put gaps on the calendar as duties, {question: due day}; the others are left, which is recorded too. Once a self-assessment."""
    from oversight.obligations.actions import ensure  # noqa: PLC0415 -- it lists the moves of this module

    _compliance(by)
    if row.state != "finished":
        raise Refusal("Sign the self-assessment first; its gaps are known then.")
    if row.planned_at:
        raise Refusal("Its gaps were put on the calendar already.")
    gaps = {gap.asked.key: gap for gap in assessment.gaps(row)}
    strange = sorted(set(chosen) - set(gaps))
    if strange:
        raise Refusal("One of the chosen questions is no gap. Nothing was put on the calendar.")
    early = [due_on for due_on in chosen.values() if due_on < clock.today()]
    if early:
        raise Refusal("A gap cannot be due before today. Nothing was put on the calendar.")
    with actions.turn():
        made = [
            ensure(
                by, key=f"gap_{key}", title=f"Close the gap: {gaps[key].asked.close}", due_on=due_on, severity=gaps[key].severity,
                owner_role=gaps[key].asked.role,
                deputy_role=COMPLIANCE, cites=list(gaps[key].asked.cites), second=True, runbook=gaps[key].asked.text,
                wanted="What was done, and where it can be seen.", why=f"Gap of the {row}.",
            )
            for key, due_on in chosen.items()
        ]  # fmt: skip
        actions.change(by, row, verb="plan", planned_by=by.key, planned_at=clock.now())
    return made


def _write(by: Actor, row: SelfAssessment, before: SelfAnswer | None, question: str, said: str, words: str) -> int:
    if before is None:
        made = SelfAnswer(assessment=row, question=question, answer=said, words=words, answered_by=by.key, answered_at=clock.now())
        actions.create(by, made, verb="answer")
        return 1
    if (before.answer, before.words) == (said, words):
        return 0
    actions.change(by, before, verb="answer", answer=said, words=words, answered_by=by.key, answered_at=clock.now())
    return 1


def _check(question: str, said: str, words: str) -> None:
    if question not in ASSESSMENT_BY_KEY or said not in dict(ANSWERS):
        raise Refusal("There is no such question or answer. Nothing was written.")
    if said in (PARTLY, NOT_APPLICABLE) and not words.strip():
        lacks = "what is missing" if said == PARTLY else "why it does not apply"
        raise Refusal(f"Say {lacks}: {ASSESSMENT_BY_KEY[question].text}")


def _compliance(by: Actor) -> None:
    if COMPLIANCE not in by.roles:
        raise Refusal("The self-assessment is answered by compliance.", is_forbidden=True)
