"""All that the firm holds of an assessment, question by question: read in a fixed number of queries, however many questions and candidates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch

from oversight.diligence import values
from oversight.diligence.bank.question import Question
from oversight.diligence.judgements import AnswerTest, Challenge, Condition, Score
from oversight.diligence.models import Answer, Assessment, Given
from oversight.diligence.scoring import PASS, Part
from oversight.evidence.models import Link


@dataclass(frozen=True)
class Line:
    """One question with everything about its answer. `current` is the last version given; None where nothing was submitted."""

    question: Question
    answer: Answer
    versions: tuple[Given, ...]
    score: Score | None
    test: AnswerTest | None
    challenges: tuple[Challenge, ...]
    conditions: tuple[Condition, ...]
    links: tuple[Link, ...]

    @property
    def current(self) -> Given | None:
        return self.versions[-1] if self.versions else None

    @property
    def shown(self) -> str:
        """The answer in a line: its value with the unit, else its words, else why there is none."""
        if self.current is None:
            return ""
        value = values.shown(self.question, self.current.value)
        return value or self.current.words or (f"No answer: {self.current.reason}" if self.current.reason else "")

    @property
    def has_answer(self) -> bool:
        return self.current is not None and self.current.has_answer

    @property
    def open_challenges(self) -> list[Challenge]:
        return [challenge for challenge in self.challenges if challenge.state != "settled"]

    @property
    def expired(self) -> list[Link]:
        """The links whose file has run out."""
        return [link for link in self.links if link.filed.standing == "expired"]

    @property
    def expiring(self) -> list[Link]:
        return [link for link in self.links if link.filed.standing]

    @property
    def part(self) -> Part:
        """Its part of the score."""
        return Part(self.answer.weight, self.score.points if self.score else None)

    @property
    def gate_reason(self) -> str:
        """Why this gate is not passed; nothing where it is, or where the question is no gate."""
        if not self.answer.is_gate:
            return ""
        if self.current is None or not self.has_answer:
            return f"there is no answer{f': {self.current.reason}' if self.current and self.current.reason else ''}"
        if self.question.good and self.current.value not in self.question.good:
            return f"the answer is “{self.current.value}”, and what passes is “{'” or “'.join(self.question.good)}”"
        if self.score is None:
            return "it is not scored yet"
        if self.score.points < PASS:
            return f"it has {self.score.points} of 4 points, and {PASS} pass{f': {self.score.words}' if self.score.words else ''}"
        return ""

    @property
    def covering(self) -> list[Condition]:
        """The conditions that cover this answer and stand."""
        return [condition for condition in self.conditions if condition.state != "dropped"]


@dataclass(frozen=True)
class Dossier:
    """An assessment, its lines in the order of the form, and its conditions."""

    assessment: Assessment
    lines: tuple[Line, ...]
    conditions: tuple[Condition, ...]

    @cached_property
    def areas(self) -> list[tuple[str, str, list[Line]]]:
        """(key, title, lines) of each area that the form has, in its order."""
        titles = self.assessment.form.areas
        of: dict[str, list[Line]] = {key: [] for key in titles}
        for line in self.lines:
            of.setdefault(line.question.area, []).append(line)
        return [(key, titles.get(key, key), lines) for key, lines in of.items() if lines]

    @property
    def gates(self) -> list[Line]:
        return [line for line in self.lines if line.answer.is_gate]

    @cached_property
    def by_id(self) -> dict[str, Line]:
        return {line.question.id: line for line in self.lines}


def dossier(assessment: Assessment) -> Dossier:
    """The one assessment; at most six queries."""
    return dossiers([assessment])[0]


def dossiers(assessments: Sequence[Assessment]) -> list[Dossier]:
    """Each assessment with all that belongs to it; at most six queries for all of them together."""
    versions = Prefetch("versions", Given.objects.select_related("score").order_by("number"))
    challenges = Prefetch("challenges", Challenge.objects.order_by("asked_at", "pk"))
    answers = list(
        Answer.objects.filter(assessment__in=[row.pk for row in assessments])
        .select_related("test")
        .prefetch_related(versions, challenges)
        .order_by("assessment_id", "place")
    )
    links = _links(answers)
    conditions: dict[int, list[Condition]] = {}
    for condition in Condition.objects.filter(assessment__in=[row.pk for row in assessments]).order_by("due_on", "pk"):
        conditions.setdefault(condition.assessment_id, []).append(condition)
    of: dict[int, list[Answer]] = {}
    for answer in answers:
        of.setdefault(answer.assessment_id, []).append(answer)
    return [_dossier(row, of.get(row.pk, []), conditions.get(row.pk, []), links) for row in assessments]


def _dossier(row: Assessment, answers: Iterable[Answer], conditions: Sequence[Condition], links: dict[str, list[Link]]) -> Dossier:
    lines = []
    for answer in answers:
        answer.assessment = row
        for challenge in answer.challenges.all():
            challenge.answer = answer
        lines.append(_line(row.form.by_id[answer.question_id], answer, [each for each in conditions if each.answer_id == answer.pk], links))
    return Dossier(row, tuple(lines), tuple(conditions))


def _line(question: Question, answer: Answer, conditions: Sequence[Condition], links: dict[str, list[Link]]) -> Line:
    versions = tuple(answer.versions.all())
    return Line(
        question, answer, versions, getattr(versions[-1], "score", None) if versions else None, getattr(answer, "test", None),
        tuple(answer.challenges.all()), tuple(conditions), tuple(links.get(str(answer.pk), ())),
    )  # fmt: skip


def _links(answers: Sequence[Answer]) -> dict[str, list[Link]]:
    """The standing links to these answers, by the answer's id; a file that a later one stands in for is left out."""
    found: dict[str, list[Link]] = {}
    linked = Link.objects.filter(subject_kind=Answer.RECORD, subject_id__in=[str(answer.pk) for answer in answers], state="linked")
    for link in linked.filter(filed__superseded_by=None).select_related("filed").order_by("linked_at", "pk"):
        found.setdefault(link.subject_id, []).append(link)
    return found
