"""Every read of cases that pages and other apps ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from bestexec import trading_days
from oversight import clock
from oversight.accounts.models import Account
from oversight.cases.lifecycle import CONDITIONS, OPEN, READ_OUTSIDE, Condition
from oversight.cases.models import Case, CaseDifference, Evaluation, Measure, Monitoring, Notice, Override, Registration
from oversight.differences.lifecycle import UNDECIDED
from oversight.differences.models import Difference
from oversight.evidence.models import Link
from oversight.findings.models import Finding, RunDay
from oversight.vendors.lifecycle import VENDOR as VENDOR_STATES
from oversight.vendors.models import Vendor

STATES = {"open": "open", "late": "past the day of their stage", "ended": "ended"}
RUNGS = (
    ("opened", "Opened", "opened"), ("noticed", "Notice", "noticed"), ("investigating", "Investigation", "investigating"), ("planning", "Plan", "planning"),
    ("monitored", "Monitoring", "monitored"), ("ended", "End", "ended"),
)  # fmt: skip
"""Each rung of the ladder: state, title, and the pair of fields that say who came there and when."""


@dataclass(frozen=True)
class Rung:
    """One rung as it is drawn. `tone` is a tag's: good (done), due (here), late (here, past its day), info (ahead, or not reached)."""

    title: str
    at: datetime | None
    words: str
    tone: str


@dataclass(frozen=True)
class Asked:
    """One condition of what comes next: met, skipped by a signed override, or neither."""

    condition: Condition
    is_met: bool
    is_skipped: bool


@dataclass(frozen=True)
class Line:
    """A check's findings of a vendor over as many trading days before monitoring as since."""

    check_id: str
    title: str
    before: int
    since: int


def cases(*, vendor: str = "", state: str = "") -> QuerySet[Case]:
    """Cases, open ones first, the earliest clock first; each with what its row shows. Two queries for all."""
    standing = Notice.objects.filter(case=OuterRef("pk"), state__in=("sent", "answered")).order_by("-number")
    undecided = Difference.objects.filter(cases=OuterRef("pk"), state__in=UNDECIDED).order_by("due_on")
    found = Case.objects.select_related("vendor").annotate(
        is_ended=Q(state__in=Case.LIFECYCLE.ends),
        notice_state=Subquery(standing.values("state")[:1]), notice_due_on=Subquery(standing.values("answer_due_on")[:1]),
        difference_due_on=Subquery(undecided.values("due_on")[:1]), difference_count=Count("case_differences", distinct=True),
        measure_count=Count("measures", filter=Q(measures__state="in_force"), distinct=True),
        override_count=Count("overrides", filter=Q(overrides__state__in=("signed", "used")), distinct=True),
        draft_waits=Exists(Notice.objects.filter(case=OuterRef("pk"), state="draft")),
    )  # fmt: skip
    if vendor:
        found = found.filter(vendor__key=vendor)
    chosen = {"open": Q(state__in=OPEN), "late": Q(state__in=OPEN, stage_due_on__lt=clock.today()), "ended": ~Q(state__in=OPEN)}
    return found.filter(chosen.get(state, Q(state=state) if state in Case.LIFECYCLE.keys else Q())).order_by("is_ended", "stage_due_on", "-number")


def open_cases() -> QuerySet[Case]:
    """Cases on which somebody must still do something, the earliest clock first."""
    return cases(state="open")


def of_vendor(vendor: Vendor) -> QuerySet[Case]:
    """The cases against one vendor, open ones first."""
    return cases(vendor=vendor.key)


def of_period(first: date, last: date, at: datetime) -> QuerySet[Case]:
    """The cases opened by that instant that are about the days: whose differences touch them, or without any, and going on at some time since they began."""
    begins = datetime.combine(first, time(), clock.MARKET_ZONE)
    touching = CaseDifference.objects.filter(difference__first_on__lte=last, difference__last_on__gte=first)
    about_none = ~Exists(CaseDifference.objects.filter(case=OuterRef("pk"))) & (Q(ended_at=None) | Q(ended_at__gte=begins))
    return Case.objects.filter(opened_at__lte=at).filter(Q(pk__in=touching.values("case")) | about_none).order_by("number")


def notices_by(first: date, last: date, at: datetime) -> QuerySet[Notice]:
    """The notices of these cases that had been sent by that instant, each with its letter."""
    found = Notice.objects.filter(case__in=of_period(first, last, at), sent_at__lte=at)
    return found.select_related("case", "letter").order_by("case__number", "number")


def rungs(case: Case) -> list[Rung]:
    """The ladder of one case as it is drawn; no query."""
    here = "ended" if not case.is_open else case.state
    keys = [state for state, _, _ in RUNGS]
    drawn = []
    for place, (state, title, field) in enumerate(RUNGS):
        at = getattr(case, f"{field}_at")
        is_here, is_done = state == here, at is not None and keys.index(here) >= place
        tone = ("late" if case.is_past_its_day else "due") if is_here and case.is_open else "good" if is_done else "info"
        words = case.state_title if state == "ended" and is_done else f"due {case.stage_due_on}" if is_here and case.is_open and case.stage_due_on else ""
        drawn.append(Rung(title, at, words or ("" if is_done else "ahead" if case.is_open else "not reached"), tone))
    return drawn


def next_words(case: Case) -> str:
    """What is next and who does it first, of a case from `cases`; no query."""
    if not case.is_open:
        return "nothing: it has ended"
    notice, is_late = case.notice_state, bool(case.notice_due_on) and clock.today() > case.notice_due_on  # type: ignore[attr-defined]  # annotated
    said = {
        "opened": "compliance approves and sends the notice" if case.draft_waits else "a vendor manager drafts the notice",  # type: ignore[attr-defined]  # annotated
        "noticed": "a vendor manager begins the investigation" if notice == "answered" else
        "a vendor manager goes on without the vendor's answer" if is_late else "the vendor answers",
        "investigating": "firm and vendor conclude in their room; then a vendor manager asks for the plan",
        "planning": "the vendor submits its plan, the firm accepts it; a test is registered; a supervisor begins monitoring",
        "monitored": "runs arrive under narrower limits; compliance closes on the registered test",
    }  # fmt: skip
    return said[case.state]


def asked(case: Case) -> list[Asked]:
    """The conditions of the next stage of an open case, each met or not, skipped or not."""
    moves = {"opened": "give_notice", "noticed": "investigate", "investigating": "ask_plan", "planning": "monitor", "monitored": "close"}
    signed = set(case.overrides.filter(state="signed").values_list("condition", flat=True)) if case.is_open else set()
    return [Asked(one, case.is_met(one.key), one.key in signed) for one in CONDITIONS if one.move == moves.get(case.state)]


def skippable(case: Case) -> list[Condition]:
    """The conditions of the case's next moves that are not met: what an override could skip now."""
    held = set(case.overrides.filter(state__in=("proposed", "signed")).values_list("condition", flat=True))
    here = [one for one in CONDITIONS if case.state in case.LIFECYCLE.move(one.move).sources and one.key not in held]
    return [one for one in here if not case.is_met(one.key)]


def notices_of(case: Case) -> QuerySet[Notice]:
    """The notices of a case, the latest first."""
    return case.notices.exclude(state="discarded").select_related("case__vendor", "letter", "supersedes").order_by("-number")


def of_account(vendor: str) -> QuerySet[Notice]:
    """What an outside account of this vendor reads: its own notices that were sent, those that wait for its answer first."""
    found = Notice.objects.filter(case__vendor__key=vendor, state__in=READ_OUTSIDE) if vendor else Notice.objects.none()
    waits = Q(state="sent", case__state__in=OPEN)
    return found.select_related("case__vendor", "case__closing_letter", "letter").annotate(waits=waits).order_by("-waits", "answer_due_on", "-pk")


def to_answer(vendor: str) -> QuerySet[Notice]:
    """Those of them that wait for an answer."""
    return of_account(vendor).filter(state="sent", case__state__in=OPEN)


def may_read(notice: Notice, account: Account, filed: int) -> bool:
    """Whether that filing is one that the vendor reads beside its notice: the letter, the letter of the end, or what its own accounts filed there."""
    if filed in (notice.letter_id, notice.case.closing_letter_id):
        return True
    own = Link.objects.filter(subject_kind=Notice.RECORD, subject_id=str(notice.pk), state="linked", filed=filed, filed__vendor=account.vendor)
    return bool(account.vendor) and own.exists()


def files_of(notice: Notice, vendor: str) -> QuerySet[Link]:
    """What accounts of the vendor filed beside its notice."""
    found = Link.objects.filter(subject_kind=Notice.RECORD, subject_id=str(notice.pk), state="linked", filed__vendor=vendor)
    return found.exclude(filed__vendor="").select_related("filed").order_by("linked_at", "pk")


def measures_of(case: Case) -> QuerySet[Measure]:
    """Interim measures of a case: those that stand or wait first."""
    rows = case.measures.select_related("case", "to_vendor", "configuration__vendor", "happening")
    return rows.annotate(is_over=Q(state__in=Measure.LIFECYCLE.ends)).order_by("is_over", "from_on", "pk")


def standing_measures() -> QuerySet[Measure]:
    """Every interim measure in force, of ended cases, too."""
    return Measure.objects.filter(state="in_force").select_related("case__vendor", "to_vendor").order_by("from_on", "pk")


def in_force_on(vendor: Vendor, on: date) -> list[Monitoring]:
    """The heightened monitoring that holds for a vendor on a trading day."""
    rows = Monitoring.objects.filter(case__vendor=vendor, state="in_force").select_related("case__vendor").order_by("pk")
    return [row for row in rows if row.holds_on(on)]


def runs_since(row: Monitoring) -> QuerySet[RunDay]:
    """The days since monitoring began that a run in force measured, with their runs, the latest first."""
    until = row.ended_at.astimezone(clock.MARKET_ZONE).date() if row.ended_at else clock.today()
    return RunDay.objects.filter(is_current=True, on__range=(row.from_on, until)).select_related("run").order_by("-on")


def counted(row: Monitoring) -> tuple[list[Line], int]:
    """Findings of the vendor by check: since monitoring began, and over as many measured trading days before; with that number of days. Three queries."""
    days = sorted(runs_since(row).values_list("on", flat=True))
    if not days:
        return [], 0
    before = sorted(RunDay.objects.filter(is_current=True, on__lt=row.from_on).order_by("-on").values_list("on", flat=True)[: len(days)])
    found = Finding.objects.filter(vendor=row.case.vendor.key).exclude(state="vanished")
    both = Q(on__in=days) | Q(on__in=before)
    rows = found.filter(both).values("check_id", "title").annotate(since=Count("pk", filter=Q(on__in=days)), before=Count("pk", filter=Q(on__in=before)))
    return [Line(each["check_id"], each["title"], each["before"], each["since"]) for each in rows.order_by("check_id")], len(days)


def found_lately(vendor: Vendor, days: int = 90) -> set[str]:
    """The checks that found something of this vendor in the last so many days."""
    since = clock.today() - timedelta(days=days)
    return set(Finding.objects.filter(vendor=vendor.key, on__gte=since).exclude(state="vanished").values_list("check_id", flat=True))


def evaluations_of(row: Registration) -> QuerySet[Evaluation]:
    """What each run said of a closing test, the latest first."""
    return row.evaluations.select_related("run", "registration").order_by("-pk")


def overrides_between(first: date, last: date) -> QuerySet[Override]:
    """Overrides that a second person signed in the period, both ends included in the market's zone: what a review must see."""
    begins, ends = (datetime.combine(day, time(), clock.MARKET_ZONE) for day in (first, last + timedelta(days=1)))
    rows = Override.objects.filter(state__in=("signed", "used", "lapsed"), decided_at__gte=begins, decided_at__lt=ends)
    return rows.select_related("case__vendor").order_by("decided_at", "pk")


def exits_to_begin() -> list[Case]:
    """Terminated cases whose vendor's exit has not begun."""
    begun = ("exiting", *VENDOR_STATES.ends)
    return list(Case.objects.filter(state="terminated").exclude(vendor__state__in=begun).select_related("vendor").order_by("pk"))


def next_trading_day(after: date) -> date:
    """The first trading day after that day."""
    return trading_days(after + timedelta(days=1), after + timedelta(days=12))[0]


def awaiting(
    rows: QuerySet[Measure] | QuerySet[Monitoring] | QuerySet[Registration] | QuerySet[Override], key: str
) -> Sequence[Measure | Monitoring | Registration | Override]:
    """Those that wait for a second person and that this one neither proposed nor registered."""
    field = "registered_by" if rows.model is Registration else "proposed_by"
    return list(rows.filter(state=rows.model.LIFECYCLE.start, case__state__in=OPEN).exclude(**{field: key}).select_related("case").order_by("pk"))


def differences_of(case: Case) -> Iterable[Difference]:
    """The differences that a case is about, each with its own clock."""
    return case.differences.order_by("due_on", "pk")
