"""The way from answers to the ledger of claims, and the only place here that knows the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from oversight.actor import automated
from oversight.diligence.bank.question import NUMBER, Question
from oversight.diligence.models import Answer, Assessment, Given

STATES = automated("diligence")


def state_all(assessment: Assessment, given: Sequence[Given]) -> None:
    """State what these answers claim; take back what an earlier answer claimed and this one does not. Nothing where the firm answers itself."""
    ledger = _ledger("actions")
    if ledger is None or assessment.is_by_firm:
        return
    standing = of_answers([version.answer_id for version in given])
    for version in given:
        question = assessment.form.by_id[version.answer.question_id]
        bound = bound_of(question, version)
        if question.claim is not None and bound is not None:
            claim = question.claim
            ledger.state(
                STATES, vendor=assessment.vendor, origin=version.answer.subject, key=question.id, words=words_of(question, bound), figure=claim.figure,
                side=claim.side, bound=bound, tolerance=claim.tolerance, min_n=claim.min_n,
            )  # fmt: skip
        elif str(version.answer_id) in standing:
            ledger.withdraw(STATES, assessment.vendor, question.id, f"The answer of version {version.number} no longer claims it.")


def withdraw_all(assessment: Assessment, why: str) -> None:
    """Take back every claim that an answer of this assessment made."""
    ledger = _ledger("actions")
    if ledger is None or assessment.is_by_firm:
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
    """The claims in force that these answers made, by the answer's id; none where there is no ledger."""
    ledger = _ledger("queries")
    found = ledger.of_origin(Answer.RECORD, [str(id_) for id_ in ids]) if ledger else {}
    return {id_: [_claimed(each) for each in (lines if isinstance(lines, list) else [lines])] for id_, lines in found.items()}


def _claimed(line: Any) -> Claimed:
    """A line of the ledger, or a bare claim."""
    claim = getattr(line, "claim", line)
    return Claimed(claim.words, getattr(getattr(line, "standing", None), "title", ""), claim.get_absolute_url())


def _ledger(name: str) -> Any:
    """The ledger's actions or queries; None in a desk that has no ledger yet."""
    module = f"oversight.claims.{name}"
    return import_module(module) if find_spec(module) else None
