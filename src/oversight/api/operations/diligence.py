"""Due diligence: assessments, answers, scores, selections; and what a program does with answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Body, Field, Query, Schema

from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.diligence import judging, queries, scoring, stating, tables
from oversight.diligence.checklist import checklist
from oversight.diligence.dossier import dossier, dossiers
from oversight.diligence.lifecycle import KEEPERS, READERS
from oversight.diligence.models import Answer, Assessment
from oversight.lifecycle import offered


class AssessmentSaid(Schema):
    """One assessment: its fields, its score, what stands before its approval, the moves open to the caller."""

    assessment: dict[str, Any]
    state: str
    score: dict[str, Any] = Field(description="earned and possible, exact; share is earned ÷ possible; by area and whole")
    blocks: list[str] = Field(description="what stands between it and its approval, in words")
    moves: list[str]


class AnswerSaid(Schema):
    """One answer: the question as asked, every version given, score and test."""

    question: dict[str, Any]
    answer: str
    versions: list[dict[str, Any]]
    score: dict[str, Any] | None
    test: dict[str, Any] | None
    gate: str = Field(description="why this gate is not passed; empty where it is, or where the question is none")


class Points(Schema):
    """A score."""

    points: int = Field(ge=0, le=4)
    words: str = Field("", max_length=4000, description="why; needed for less than full points")


class Question(Schema):
    """A challenge."""

    words: str = Field(max_length=4000, description="what is asked; who answered reads it")
    note: str = Field("", max_length=4000, description="for the firm alone")


class Must(Schema):
    """A condition of an approval."""

    words: str = Field(max_length=2000)
    due_on: date
    owner_role: str
    answer: int | None = Field(None, description="number of the answer that it covers")


def assessments(request: HttpRequest, page: Query[Page], state: str = "", vendor: str = "") -> Table:
    """The assessments, those in progress first."""
    return paged(request, queries.assessments(state=state, vendor=vendor), queries.sheet, page)


def assessment(request: HttpRequest, id: int) -> AssessmentSaid:
    """One assessment, by its number."""
    row, by = _assessment(id), caller_of(request).by
    of = dossier(row)
    made = scoring.breakdown(of)
    score = {key: _total(total) for key, total in [("whole", made.whole), *made.areas.items()]}
    blocks = [words for item in checklist(of) for words, _ in item.missing] if row.is_in_progress else []
    moves = [move.name for move in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles)]
    return AssessmentSaid(assessment=said.row(row), state=row.state_title, score=score, blocks=blocks, moves=moves)


def answers(request: HttpRequest, id: int, page: Query[Page], show: str = "", area: str = "") -> Table:
    """The answers of an assessment, in the order of its form; `show` is one of the page's filters."""
    row = _assessment(id)
    of, claims = dossier(row), stating.of_answers(row.answers.values_list("pk", flat=True))
    return table(request, tables.answers(of, tables.kept(of.lines, show, area, claims), claims), page)


def answer(request: HttpRequest, id: int) -> AnswerSaid:
    """One answer, by its number."""
    row = _answer(id)
    line = next(line for line in dossier(row.assessment).lines if line.answer.pk == row.pk)
    question = {name: said.value(getattr(line.question, name)) for name in ("id", "version", "area", "text", "guidance", "evidence", "kind", "unit", "weight")}
    return AnswerSaid(
        question=question, answer=line.shown, versions=[said.row(given) for given in line.versions], gate=line.gate_reason,
        score=said.row(line.score) if line.score else None, test=said.row(line.test) if line.test else None,
    )  # fmt: skip


def comparison(request: HttpRequest, id: int, area: str = "", differing: bool = False) -> list[Table]:
    """The candidates of a selection: by area, then every answer side by side."""
    row = queries.selection(_number(id))
    if row is None:
        raise Http404
    found = dossiers([each.assessment for each in queries.candidates(row)])
    compared = tables.compared(found, [scoring.breakdown(of) for of in found])
    return [table(request, compared), table(request, tables.side_by_side(row, found, area, differing=differing))]


def selections(request: HttpRequest, page: Query[Page]) -> Table:
    """The selections, the latest first."""
    return paged(request, queries.selections(), tables.selections, page)


def score(request: HttpRequest, id: int, given: Body[Points]) -> AnswerSaid:
    """Score the last version of an answer."""
    judging.score(caller_of(request).by, _answer(id), given.points, given.words)
    return answer(request, id)


def challenge(request: HttpRequest, id: int, given: Body[Question]) -> AnswerSaid:
    """Ask who answered something about it."""
    judging.challenge(caller_of(request).by, _answer(id), given.words, given.note)
    return answer(request, id)


def set_condition(request: HttpRequest, id: int, given: Body[Must]) -> AssessmentSaid:
    """Set a condition of the approval."""
    covered = _answer(given.answer) if given.answer is not None else None
    judging.set_condition(caller_of(request).by, _assessment(id), words=given.words, due_on=given.due_on, owner_role=given.owner_role, answer=covered)
    return assessment(request, id)


def _assessment(id_: int) -> Assessment:
    row = queries.assessment(_number(id_))
    if row is None:
        raise Http404
    return row


def _answer(id_: int) -> Answer:
    row = queries.answer(_number(id_))
    if row is None:
        raise Http404
    return row


def _number(id_: int) -> int:
    """A number that the database can hold; nothing stands at nought."""
    return id_ if id_ < 2**63 else 0


def _total(total: scoring.Total) -> dict[str, Any]:
    return {name: said.value(getattr(total, name)) for name in ("title", "earned", "possible", "share", "scored", "asked")}


CALLS = "oversight.diligence"
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/diligence", assessments, Table, f"{CALLS}.queries.assessments", "vendors:read"),
    Operation("GET", "/diligence/{int:id}", assessment, AssessmentSaid, f"{CALLS}.dossier.dossier", "vendors:read"),
    Operation("GET", "/diligence/{int:id}/answers", answers, Table, f"{CALLS}.dossier.dossier", "vendors:read"),
    Operation("GET", "/diligence/answers/{int:id}", answer, AnswerSaid, f"{CALLS}.dossier.dossier", "vendors:read"),
    Operation("GET", "/diligence/selections", selections, Table, f"{CALLS}.queries.selections", "vendors:read"),
    Operation("GET", "/diligence/selections/{int:id}", comparison, list[Table], f"{CALLS}.dossier.dossiers", "vendors:read"),
    Operation("POST", "/diligence/answers/{int:id}/score", score, AnswerSaid, f"{CALLS}.judging.score", "vendors:write", READERS),
    Operation("POST", "/diligence/answers/{int:id}/challenge", challenge, AnswerSaid, f"{CALLS}.judging.challenge", "vendors:write", READERS),
    Operation("POST", "/diligence/{int:id}/condition", set_condition, AssessmentSaid, f"{CALLS}.judging.set_condition", "vendors:write", KEEPERS),
)
