"""Every read of self-assessments: how far one is, its gaps by weight, and what differs from an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from oversight import clock
from oversight.accounts.queries import names
from oversight.obligations.bank import ANSWERS, ASSESSMENT, ASSESSMENT_AREAS, ASSESSMENT_BY_KEY, DAYS_TO_CLOSE, DONE, NOT_APPLICABLE, NOT_DONE, PARTLY, Asked
from oversight.obligations.models import SelfAnswer, SelfAssessment
from oversight.obligations.recurrence import AFTER, fallen
from oversight.sheets import Column, Row, Sheet

TITLES = dict(ANSWERS)
GAP = {NOT_DONE: 2, PARTLY: 1}
"""How much a gap counts: its weight times this."""
STANDING = {NOT_DONE: 0, PARTLY: 1, DONE: 2}
LIST = (
    Column("assessment", "Self-assessment"), Column("state", "State", kind="tag"), Column("answered", "Answered", kind="number"),
    Column("gaps", "Gaps", kind="number"),
    Column("begun_by", "Begun by", kind="person"), Column("finished_at", "Signed", kind="instant"), Column("finished_by", "Signed by", kind="person"),
)  # fmt: skip
GAPS = (
    Column("weight", "Counts", kind="number"), Column("area", "Area"), Column("question", "Question"), Column("answer", "Answer", kind="tag"),
    Column("words", "Words"), Column("close", "What closes it"), Column("role", "Whose"), Column("due_on", "Due, as proposed", kind="day"),
    Column("cites", "Authorities", is_for_files=True),
)  # fmt: skip
COMPARED = (
    Column("question", "Question"), Column("area", "Area"), Column("before", "Before"), Column("now", "Now"), Column("change", "Change", kind="tag"),
    Column("words", "Words now"),
)  # fmt: skip


@dataclass(frozen=True)
class Gap:
    """One question that is not done, or in part. `counts` orders gaps: weight times two where it is not done, times one where it is partly."""

    asked: Asked
    answer: SelfAnswer
    since: date

    @property
    def counts(self) -> int:
        return self.asked.weight * GAP[self.answer.answer]

    @property
    def severity(self) -> str:
        return "high" if self.counts >= 8 else "medium" if self.counts >= 4 else "low"

    @property
    def due_on(self) -> date:
        """As proposed: by its weight from the signature on, the next business day where the market is closed."""
        return fallen(self.since + timedelta(days=DAYS_TO_CLOSE[self.asked.weight]), AFTER)


@dataclass(frozen=True)
class Area:
    """One area of the questions and how many are answered."""

    number: int
    title: str
    questions: tuple[Asked, ...]
    answered: int

    @property
    def left(self) -> int:
        return len(self.questions) - self.answered


def going() -> SelfAssessment | None:
    """The one that goes on."""
    return SelfAssessment.objects.filter(state="going").first()


def finished() -> QuerySet[SelfAssessment]:
    """The finished ones, the latest first."""
    return SelfAssessment.objects.filter(state="finished").order_by("-finished_at", "-pk")


def unplanned() -> SelfAssessment | None:
    """The latest finished one, where its gaps are not on the calendar yet."""
    last = finished().first()
    return last if last and last.planned_at is None and gaps(last) else None


def answers(row: SelfAssessment) -> dict[str, SelfAnswer]:
    """Its answers by question."""
    return {each.question: each for each in row.answers.all()}


def areas(row: SelfAssessment) -> list[Area]:
    """Every area with what is answered; one query."""
    held = answers(row)
    made = []
    for number, title in enumerate(ASSESSMENT_AREAS, 1):
        questions = tuple(asked for asked in ASSESSMENT if asked.area == title)
        made.append(Area(number, title, questions, sum(asked.key in held for asked in questions)))
    return made


def gaps(row: SelfAssessment) -> list[Gap]:
    """What is not done or partly done, the heaviest first; one query."""
    since = row.finished_at.astimezone(clock.MARKET_ZONE).date() if row.finished_at else clock.today()
    found = [Gap(ASSESSMENT_BY_KEY[each.question], each, since) for each in row.answers.all() if each.answer in GAP and each.question in ASSESSMENT_BY_KEY]
    order = [asked.key for asked in ASSESSMENT]
    return sorted(found, key=lambda gap: (-gap.counts, order.index(gap.asked.key)))


def earlier(row: SelfAssessment) -> SelfAssessment | None:
    """The finished one before it."""
    found = finished().exclude(pk=row.pk)
    return (found.filter(finished_at__lt=row.finished_at) if row.finished_at else found).first()


def changes(row: SelfAssessment, before: SelfAssessment) -> list[tuple[Asked, SelfAnswer | None, SelfAnswer | None, str]]:
    """Every question with its answer then and now, and what changed: better, worse, other, the same, asked anew."""
    then, now = answers(before), answers(row)
    return [(asked, then.get(asked.key), now.get(asked.key), _change(then.get(asked.key), now.get(asked.key))) for asked in ASSESSMENT]


def sheet() -> Sheet:
    """Every self-assessment as a table; two queries, however many."""
    people = names()
    found = SelfAssessment.objects.annotate(answered=Count("answers")).prefetch_related("answers")
    rows = tuple(
        Row(
            (str(row), row.state_title, row.answered, sum(each.answer in GAP for each in row.answers.all()), people.get(row.begun_by, ""), row.finished_at,
             people.get(row.finished_by, "")),
            {"assessment": row.get_absolute_url()}, key=str(row.pk),
        )
        for row in found
    )  # fmt: skip
    empty = "There was no self-assessment yet. Compliance begins the first one with the button above: it takes an hour or two, can be left and taken up again."
    return Sheet("self-assessments", "Self-assessments", LIST, rows, empty=empty)


def gap_sheet(row: SelfAssessment) -> Sheet:
    """The gaps as a table."""
    rows = tuple(
        Row(
            (gap.counts, gap.asked.area, gap.asked.text, TITLES[gap.answer.answer], gap.answer.words, gap.asked.close,
             gap.asked.role.replace("_", " "), gap.due_on,
             "; ".join(gap.asked.cites)),
            key=gap.asked.key,
        )
        for gap in gaps(row)
    )  # fmt: skip
    source = "A gap counts its weight of 1 to 5, twice where nothing is done."
    return Sheet("gaps", "Gaps, the heaviest first", GAPS, rows, source=source, empty="No gap: every question that was answered is done, or does not apply.")


def change_sheet(row: SelfAssessment, before: SelfAssessment) -> Sheet:
    """The two as a table."""
    rows = tuple(
        Row(
            (asked.text, asked.area, TITLES[then.answer] if then else "—", TITLES[now.answer] if now else "—", change, now.words if now else ""),
            key=asked.key, tone="attention" if change == "worse" else "",
        )
        for asked, then, now, change in changes(row, before)
    )  # fmt: skip
    return Sheet("compared", f"Compared with the {before}", COMPARED, rows, source="Done is better than partly, partly better than not done.")


def _change(then: SelfAnswer | None, now: SelfAnswer | None) -> str:
    if now is None:
        return "not answered yet"
    if then is None:
        return "asked anew"
    if then.answer == now.answer:
        return "the same"
    if NOT_APPLICABLE in (then.answer, now.answer):
        return "other"
    return "better" if STANDING[now.answer] > STANDING[then.answer] else "worse"
