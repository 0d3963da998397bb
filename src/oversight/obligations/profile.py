"""Every read of the profile: what stands, what stood on a day, what it switches on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from oversight import clock
from oversight.accounts.queries import names
from oversight.obligations.bank import PROFILE, PROFILE_AREAS, PROFILE_BY_KEY, Question
from oversight.obligations.models import Answer
from oversight.obligations.shipped import BY_KEY, LISTED_ONLY
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("area", "Area"), Column("question", "Question"), Column("answer", "Answer"), Column("figure", "Number", kind="number"),
    Column("duties", "Duties it switches on"), Column("words", "Why", is_for_files=True), Column("standing", "Standing", kind="tag"),
    Column("answered_by", "Answered by", kind="person"), Column("signed_by", "In force by", kind="person"), Column("since", "In force since", kind="instant"),
    Column("reconfirm_on", "Confirm again by", kind="day"), Column("cites", "Authorities", is_for_files=True),
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """One question with the answer that stands and the one that waits for its second signature."""

    asked: Question
    stands: Answer | None = None
    waits: Answer | None = None


def midnight_after(on: date) -> datetime:
    """The first instant after that day of the market's zone."""
    return datetime.combine(on + timedelta(days=1), time(), clock.MARKET_ZONE)


def in_force(on: date | None = None) -> dict[str, Answer]:
    """The answer to each question, by its key: now, or at the end of that day."""
    until = midnight_after(on or clock.today())
    if on is None:
        found = Answer.objects.filter(state="in_force")
    else:
        found = Answer.objects.exclude(state="declined").filter(settled_at__lt=until).filter(Q(replaced_at=None) | Q(replaced_at__gte=until))
    rows = {row.question: row for row in found}
    for row in rows.values():
        if on is not None and row.confirmed_at and row.confirmed_at >= until:
            row.reconfirm_on = None  # by when it was to be confirmed then, the row does not say any more; the record does
    return rows


def standings(on: date | None = None) -> list[Standing]:
    """Every question in its order; two queries."""
    stand = in_force(on)
    wait = {row.question: row for row in Answer.objects.filter(state="proposed")} if on is None else {}
    return [Standing(asked, stand.get(asked.key), wait.get(asked.key)) for asked in PROFILE]


def by_area(rows: list[Standing]) -> list[tuple[str, list[Standing]]]:
    """The questions by area, for the page."""
    return [(area, [row for row in rows if row.asked.area == area]) for area in PROFILE_AREAS]


def switched_on(on: date | None = None) -> dict[str, tuple[str, ...]]:
    """The keys of the duties that the profile switches on, each with the questions that do; those that another part of the desk runs left out."""
    found: dict[str, tuple[str, ...]] = {}
    for question, row in in_force(on).items():
        for key in PROFILE_BY_KEY[question].duties(row.choice) if question in PROFILE_BY_KEY else ():
            if key not in LISTED_ONLY:
                found[key] = (*found.get(key, ()), question)
    return found


def listed_only() -> list[tuple[str, str]]:
    """What the profile switches on that another part of the desk runs: (title, where)."""
    keys = {key for question, row in in_force().items() for key in PROFILE_BY_KEY[question].duties(row.choice) if key in LISTED_ONLY}
    return [(BY_KEY[key].title, BY_KEY[key].elsewhere) for key in sorted(keys)]


def asks_for(key: str) -> list[Question]:
    """The questions some answer to which switches the duty on."""
    return [asked for asked in PROFILE if any(key in keys for keys in asked.switches.values())]


def history(question: str) -> QuerySet[Answer]:
    """Every answer that was given to the question, the latest first."""
    return Answer.objects.filter(question=question).order_by("-pk")


def waiting(key: str = "") -> QuerySet[Answer]:
    """Answers that wait for a second signature; with an account's key, those that it may sign."""
    found = Answer.objects.filter(state="proposed")
    return found.exclude(answered_by=key) if key else found


def stale() -> QuerySet[Answer]:
    """“Not applicable” whose yearly confirmation is overdue."""
    return Answer.objects.filter(state="in_force", reconfirm_on__lt=clock.today())


def sheet(rows: list[Standing], on: date | None = None) -> Sheet:
    """The profile as a table."""
    people = names()
    told = f"at the end of {on}" if on else "now"
    return Sheet(
        "profile", f"Obligation profile, {told}", COLUMNS, tuple(_row(row, people) for row in rows),
        source="What compliance answered; an answer that releases the firm from something is signed by a second person.",
    )  # fmt: skip


def _row(row: Standing, people: Mapping[str, str]) -> Row:
    stands = row.stands
    duties = [BY_KEY[key].title for key in row.asked.duties(stands.choice)] if stands else []
    return Row(
        (
            row.asked.area, row.asked.text, stands.choice_title if stands else "not answered", stands.figure if stands else None, "; ".join(duties),
            stands.words if stands else "", _standing(row), people.get(stands.answered_by, "") if stands else "",
            people.get(stands.settled_by, "") if stands else "",
            stands.settled_at if stands else None, stands.reconfirm_on if stands else None, "; ".join(row.asked.cites),
        ),
        {"question": f"/duties/profile/{row.asked.key}/"}, key=row.asked.key, tone="attention" if stands is None or stands.is_stale else "",
    )  # fmt: skip


def _standing(row: Standing) -> str:
    if row.waits:
        return "waits for a second signature"
    if row.stands is None:
        return "not answered"
    return "confirmation overdue" if row.stands.is_stale else "in force"
