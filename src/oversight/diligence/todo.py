"""What of due diligence needs an account today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.diligence import queries
from oversight.diligence.judgements import AnswerTest, Challenge, Condition
from oversight.diligence.lifecycle import WITH_FIRM
from oversight.diligence.models import Answer, Assessment, Selection
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER
from oversight.task import Task

R = TypeVar("R", bound=Model)
SOON = timedelta(days=60)
"""So long before an approval runs out the next assessment should begin."""


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    own = _delegated(account) if account.roles & {VENDOR_MANAGER, ANALYST, SUPERVISOR, COMPLIANCE} else []
    return [*own, *(task for role, tell in TOLD.items() if role in account.roles for task in tell(account))]


def _vendor_manager(account: Account) -> list[Task]:
    listed, today = reverse("diligence:assessments"), clock.today()
    late = Assessment.objects.filter(state="sent", due_on__lt=today).count()
    replied = Challenge.objects.filter(state="answered", answer__assessment__state__in=WITH_FIRM).count()
    running_out = Assessment.objects.filter(state="approved", valid_until__lt=today + SOON, later=None).count()
    return [
        Task(len(queries.nobody_answers()), "questionnaires can be answered by nobody", f"{listed}?state=sent", is_urgent=True),
        Task(late, "questionnaires are late", f"{listed}?state=late", is_urgent=True),
        Task(Assessment.objects.filter(state="submitted").count(), "questionnaires came back and wait to be read", f"{listed}?state=submitted"),
        Task(replied, "challenges were answered", f"{listed}?state=review"),
        Task(Assessment.objects.filter(state="scored").count(), "assessments are scored and wait for your proposal", f"{listed}?state=scored"),
        Task(Selection.objects.filter(state="open").count(), "selection memos are to be written", reverse("diligence:selections")),
        Task(running_out, "approvals of vendors run out within 60 days, and no assessment is begun", f"{listed}?state=in_force"),
        *_conditions(account, VENDOR_MANAGER),
    ]


def _compliance(account: Account) -> list[Task]:
    listed = reverse("diligence:assessments")
    memos = Selection.objects.filter(state="proposed").exclude(proposed_by=account.key).count()
    return [
        Task(
            Assessment.objects.filter(state="proposed").exclude(proposed_by=account.key).count(),
            "assessments wait for your decision",
            f"{listed}?state=proposed",
        ),
        Task(memos, "selection memos wait for your decision", reverse("diligence:selections")),
        *_to_confirm(account),
        *_conditions(account, COMPLIANCE),
    ]


def _supervisor(account: Account) -> list[Task]:
    return [*_to_test(account), *_to_confirm(account), *_conditions(account, SUPERVISOR)]


def _analyst(account: Account) -> list[Task]:
    unscored = Assessment.objects.filter(state="review").count()
    return [
        Task(unscored, "assessments are under challenge: score their answers", f"{reverse('diligence:assessments')}?state=review"),
        *_to_test(account),
        *_conditions(account, ANALYST),
    ]


def _vendor(account: Account) -> list[Task]:
    """What is left of each questionnaire, and what was asked about answers."""
    rows = list(queries.of_outside(account).filter(state="sent"))
    counts = queries.counts([row.pk for row in rows])
    left = [
        Task(counts[row.pk]["left"], f"questions are left until {row.due_on}", reverse("diligence:questionnaire", args=[row.pk]), is_urgent=row.is_late)
        for row in rows
    ]
    asked = Challenge.objects.filter(state="asked", answer__assessment__in=queries.of_outside(account)).count()
    return [*left, Task(asked, "of your answers were asked about", reverse("diligence:questionnaires")), *_delegated(account)]


def _delegated(account: Account) -> list[Task]:
    """Questions that somebody asked this account to answer."""
    open_ = Answer.objects.filter(delegated_to=account.key, assessment__state="sent").exclude(state="given").order_by("assessment_id", "place")
    first, number = _first(open_)
    if first is None:
        return []
    return [Task(number, "questions are yours to answer", f"{reverse('diligence:area', args=[first.assessment_id, first.area])}#{first.question_id}")]


def _to_test(account: Account) -> list[Task]:
    drawn = AnswerTest.objects.filter(state="drawn", answer__assessment__state__in=("review", "scored")).order_by("answer__assessment_id", "place")
    first, number = _first(drawn.select_related("answer"))
    return [Task(number, "sampled answers wait for a second person's test", reverse("diligence:answer", args=[first.answer_id]))] if first else []


def _to_confirm(account: Account) -> list[Task]:
    reported = Condition.objects.filter(state="reported").exclude(reported_by=account.key)
    first, number = _first(reported.order_by("due_on", "pk"))
    return [Task(number, "conditions are reported met and wait to be confirmed", first.get_absolute_url())] if first else []


def _conditions(account: Account, role: str) -> list[Task]:
    open_ = Condition.objects.filter(state="open", owner_role=role, assessment__state__in=("approved", "proposed")).order_by("due_on", "pk")
    first, number = _first(open_)
    if first is None:
        return []
    return [Task(number, "conditions of approvals are yours to see to", first.get_absolute_url(), is_urgent=first.is_overdue)]


def _first(rows: QuerySet[R]) -> tuple[R | None, int]:
    """The first of the rows and how many there are; one query."""
    first = rows.annotate(number_of_all=Window(Count("pk"))).first()
    return first, getattr(first, "number_of_all", 0)


TOLD: dict[str, Callable[[Account], list[Task]]] = {
    VENDOR_MANAGER: _vendor_manager, COMPLIANCE: _compliance, SUPERVISOR: _supervisor, ANALYST: _analyst, VENDOR: _vendor,
}  # fmt: skip
