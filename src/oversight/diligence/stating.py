"""The way from answers to the ledger of claims, and the only place here that knows the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from oversight.actor import automated
from oversight.claims import actions as ledger
from oversight.claims import queries as ledger_queries
from oversight.claims.queries import Line
from oversight.diligence.bank import AREAS
from oversight.diligence.bank.question import NUMBER, Question
from oversight.diligence.models import Answer, Assessment, Given

STATES = automated("diligence")


def state_all(assessment: Assessment, given: Sequence[Given]) -> None:
    """State what these answers claim; take back what an earlier answer claimed and this one does not. Nothing where the firm answers itself."""
    if assessment.is_by_firm:
        return
    standing = of_answers([version.answer_id for version in given])
    for version in given:
        question = assessment.form.by_id[version.answer.question_id]
        bound = bound_of(question, version)
        if question.claim is not None and bound is not None:
            claim = question.claim
            ledger.state(
                STATES, vendor=assessment.vendor, origin=version.answer.subject, key=question.id, words=words_of(question, bound), figure=claim.figure,
                side=claim.side, bound=bound, tolerance=claim.tolerance, min_n=claim.min_n, area=AREAS.get(question.area, question.area),
            )  # fmt: skip
        elif question.claim is None and version.value in question.good:
            words = f"{question.text} {version.value}"
            area = AREAS.get(question.area, question.area)
            ledger.state(STATES, vendor=assessment.vendor, origin=version.answer.subject, key=question.id, words=words, area=area)
        elif str(version.answer_id) in standing:
            ledger.withdraw(STATES, assessment.vendor, question.id, f"The answer of version {version.number} no longer claims it.")


def withdraw_all(assessment: Assessment, why: str) -> None:
    """Take back every claim that an answer of this assessment made."""
    if assessment.is_by_firm:
        return
    answers = list(assessment.answers.order_by("place"))
    standing = of_answers([answer.pk for answer in answers])
    for answer in answers:
        if str(answer.pk) in standing:
            ledger.withdraw(STATES, assessment.vendor, answer.question_id, why)


def bound_of(question: Question, given: Given) -> Decimal | None:
    """The bound that the answer puts on the figure, in the figure's stored unit; None where it claims nothing."""
    claim = question.claim
    if claim is None or not given.has_answer:
        return None
    if question.kind == NUMBER and given.value:
        return claim.bound if claim.bound is not None else Decimal(given.value) * question.scale
    return claim.bound if given.value == claim.by_answer else None


def words_of(question: Question, bound: Decimal) -> str:
    """The claim in words, its bound exact and in the unit that people read."""
    assert question.claim is not None, "a question without a claim has no words for one"
    unit = question.claim.figure.unit
    digits = f"{bound * unit.scale:f}"
    exact = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return question.claim.words.replace("{bound}", exact if not unit.symbol else f"{exact} {unit.symbol}")


@dataclass(frozen=True)
class Claimed:
    """What the ledger says of one claim: its words, how it stands, its page."""

    words: str
    standing: str
    url: str


def of_answers(ids: Iterable[int]) -> dict[str, list[Claimed]]:
    """The claims in force that these answers made, by the answer's id."""
    found = ledger_queries.of_origin(Answer.RECORD, [str(id_) for id_ in ids])
    return {id_: [_claimed(line) for line in lines] for id_, lines in found.items()}


def _claimed(line: Line) -> Claimed:
    return Claimed(line.claim.words, line.standing.title, line.claim.get_absolute_url())
