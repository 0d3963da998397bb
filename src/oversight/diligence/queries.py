"""Every read of due diligence that others need, and the lists of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When

from oversight import clock
from oversight.accounts.models import Account
from oversight.accounts.queries import names
from oversight.diligence import scoring
from oversight.diligence.choices import Candidate, Selection
from oversight.diligence.dossier import Line, dossier
from oversight.diligence.judgements import Challenge, Condition, Score
from oversight.diligence.lifecycle import IN_PROGRESS
from oversight.diligence.models import Answer, Assessment, Given, outside_accounts
from oversight.diligence.scoring import Breakdown, Total
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.models import Vendor

STATES = {"open": "in progress", "late": "answers are late", "in_force": "approved and in force", "ended": "declined, lapsed or withdrawn"}
COLUMNS = (
    Column("vendor", "Vendor"), Column("state", "State", kind="tag"), Column("period", "For use"), Column("due_on", "Answers due", kind="day"),
    Column("left", "Questions left", kind="number"), Column("score", "Score so far", kind="number"), Column("scored", "Scored", kind="number"),
    Column("challenges", "Open challenges", kind="number"), Column("conditions", "Open conditions", kind="number"),
    Column("valid_until", "Approved until", kind="day"), Column("drafted_by", "Begun by", kind="person"),
    Column("drafted_at", "Begun", kind="instant", is_for_files=True),
)  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """One question whose answer differs between two assessments, each as it was shown; empty where it was not asked or not answered then."""

    question_id: str
    text: str
    before: str
    now: str


def assessments(*, state: str = "", vendor: str = "") -> QuerySet[Any]:
    """Every assessment, those in progress first, the latest first."""
    found: QuerySet[Any] = Assessment.objects.select_related("vendor", "form")
    today = clock.today()
    states = {
        "open": Q(state__in=IN_PROGRESS), "late": Q(state="sent", due_on__lt=today), "in_force": Q(state="approved", valid_until__gte=today),
        "ended": Q(state__in=Assessment.LIFECYCLE.ends) | Q(state="approved", valid_until__lt=today),
    }  # fmt: skip
    found = found.filter(states.get(state, Q(state=state) if state in Assessment.LIFECYCLE.keys else Q()))
    if vendor:
        found = found.filter(vendor__key=vendor)
    return found.annotate(rank=Case(When(state__in=IN_PROGRESS, then=Value(0)), default=Value(1))).order_by("rank", "-drafted_at", "-pk")


def assessment(pk: int) -> Assessment | None:
    """One assessment with its vendor, form and the one before."""
    return Assessment.objects.select_related("vendor", "form", "former__vendor").filter(pk=pk).first()


def answer(pk: int) -> Answer | None:
    """One answer with its assessment, form and vendor."""
    return Answer.objects.select_related("assessment__vendor", "assessment__form").filter(pk=pk).first()


def selections() -> QuerySet[Selection]:
    """Every selection with its candidates, the latest first."""
    return Selection.objects.prefetch_related("candidates__assessment__vendor").order_by("-opened_at", "-pk")


def selection(pk: int) -> Selection | None:
    """One selection with its form."""
    return Selection.objects.select_related("form").filter(pk=pk).first()


def candidates(row: Selection) -> list[Candidate]:
    """The candidates in the order in which they were added, each with its assessment, vendor and form."""
    return list(Candidate.objects.filter(selection=row).select_related("assessment__vendor").prefetch_related("assessment__form").order_by("pk"))


def candidacy(row: Assessment) -> Candidate | None:
    """As whose candidate this assessment was made."""
    return Candidate.objects.filter(assessment=row).select_related("selection").first()


def condition(pk: int) -> Condition | None:
    """One condition with its assessment and answer."""
    return Condition.objects.select_related("assessment__vendor", "answer").filter(pk=pk).first()


def approved(vendor: Vendor, on: date | None = None) -> Assessment | None:
    """The assessment by which the vendor is approved on that day (today); None where there is none. What lapsed later held until then."""
    day = on or clock.today()
    held = Assessment.objects.filter(vendor=vendor, state__in=("approved", "lapsed"), valid_until__gte=day).select_related("vendor", "form")
    for row in held.order_by("-approved_at", "-pk"):
        if _day(row.approved_at) <= day and (row.lapsed_at is None or day < _day(row.lapsed_at)):
            return row
    return None


def latest(vendor: Vendor) -> Assessment | None:
    """The last assessment that was begun and not withdrawn."""
    return Assessment.objects.filter(vendor=vendor).exclude(state="withdrawn").select_related("vendor", "form").order_by("-pk").first()


def answers_of(row: Assessment) -> tuple[Line, ...]:
    """Every question of an assessment with its versions, score, test, challenges, conditions and evidence, in the order of the form."""
    return dossier(row).lines


def score_of(row: Assessment) -> Breakdown:
    """The exact score, whole and by area."""
    return scoring.breakdown(dossier(row))


def changed_since(row: Assessment, former: Assessment) -> list[Changed]:
    """The questions whose answers differ from those of a former assessment, in the order of the later form; then those no longer asked."""
    before, now = dossier(former).by_id, dossier(row).by_id
    order = [*now, *(id_ for id_ in before if id_ not in now)]
    found = []
    for id_ in order:
        was, is_ = before.get(id_), now.get(id_)
        if _said(was) != _said(is_):
            asked = is_ or was
            assert asked is not None, "the question stands in one of the two"
            found.append(Changed(id_, asked.question.text, was.shown if was else "", is_.shown if is_ else ""))
    return found


def scores(ids: Iterable[int]) -> dict[int, Total]:
    """The whole score so far of each assessment, by its number; two queries, whatever their number."""
    held = list(ids)
    asked = dict(Answer.objects.filter(assessment__in=held).order_by().values_list("assessment").annotate(Count("pk")))
    sums = (
        Score.objects.filter(given__in=Given.latest().filter(answer__assessment__in=held))
        .order_by().values_list("given__answer__assessment")
        .annotate(earned=Sum(F("points") * F("given__answer__weight")), possible=Sum("given__answer__weight"), scored=Count("pk"))
    )  # fmt: skip
    found = {id_: Total("all areas", Decimal(earned) / scoring.MOST, Decimal(possible), scored, asked.get(id_, 0)) for id_, earned, possible, scored in sums}
    return {id_: found.get(id_, Total("all areas", Decimal(0), Decimal(0), 0, asked.get(id_, 0))) for id_ in held}


def counts(ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Of each assessment: questions left, challenges and conditions open; three queries, whatever their number."""
    held = list(ids)
    found = {id_: {"left": 0, "challenges": 0, "conditions": 0} for id_ in held}
    for name, rows, of in (
        ("left", Answer.objects.filter(assessment__in=held).exclude(state="given"), "assessment"),
        ("challenges", Challenge.objects.filter(answer__assessment__in=held).exclude(state="settled"), "answer__assessment"),
        ("conditions", Condition.objects.filter(assessment__in=held, state__in=("open", "reported")), "assessment"),
    ):
        for id_, number in rows.order_by().values_list(of).annotate(Count("pk")):
            found[id_][name] = number
    return found


def sheet(found: Iterable[Assessment]) -> Sheet:
    """The assessments as a table."""
    held, people = list(found), names()
    of_score, of_counts = scores([row.pk for row in held]), counts([row.pk for row in held])
    rows = tuple(
        Row(
            (
                row.vendor.name, "run out" if row.has_run_out else row.state_title, f"{row.first_on} to {row.last_on}", row.due_on,
                of_counts[row.pk]["left"] if row.state in ("drafted", "sent") else 0, of_score[row.pk].percent,
                f"{of_score[row.pk].scored} of {of_score[row.pk].asked}", of_counts[row.pk]["challenges"], of_counts[row.pk]["conditions"],
                row.valid_until, people.get(row.drafted_by, row.drafted_by), row.drafted_at,
            ),
            {"vendor": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_late or row.has_run_out else "",
        )
        for row in held
    )  # fmt: skip
    empty = "No assessment fits. Begin one with the button above: it sends the vendor a questionnaire and leads to its approval."
    return Sheet("assessments", "Due diligence", COLUMNS, rows, source=scoring.RULE, empty=empty)


def of_outside(account: Account) -> QuerySet[Assessment]:
    """The questionnaires that were sent to the vendor of this outside account, the latest first; none for anybody else."""
    of_vendor = Assessment.objects.filter(vendor__key=account.vendor, is_by_firm=False).exclude(sent_at=None) if account.vendor else Assessment.objects.none()
    return of_vendor.select_related("vendor", "form").order_by("-sent_at", "-pk")


def nobody_answers() -> list[Assessment]:
    """Questionnaires that are out and that nobody can answer: every outside account of the vendor was closed."""
    found = Assessment.objects.filter(state="sent", is_by_firm=False).select_related("vendor").order_by("pk")
    return [row for row in found if not outside_accounts(row.vendor.key).exists()]


def _day(at: datetime | None) -> date:
    assert at is not None, "what is approved says when"
    return at.astimezone(clock.MARKET_ZONE).date()


def _said(line: Line | None) -> tuple[str, str, str]:
    given = line.current if line else None
    return (given.value, given.words, given.reason) if given else ("", "", "")
