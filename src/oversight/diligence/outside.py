"""A questionnaire as who answers it sees it: values made of what they may know, so that no page of theirs can hold more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from oversight.accounts.models import Account
from oversight.accounts.queries import names
from oversight.diligence import answering, values
from oversight.diligence.bank.question import Question
from oversight.diligence.models import Answer, Assessment, Challenge
from oversight.evidence.models import Link

CLIENT = "your client"


@dataclass(frozen=True)
class Said:
    """One remark of a challenge: who of which side, when, what."""

    who: str
    at: datetime
    words: str
    is_reply: bool


@dataclass(frozen=True)
class Thread:
    """A challenge as who answers sees it; `waits` for their reply."""

    pk: int
    waits: bool
    remarks: tuple[Said, ...]


@dataclass(frozen=True)
class Attached:
    """A file of their own beside a question."""

    link: int
    filed: int
    title: str
    size: int
    effective_on: date | None
    expires_on: date | None
    standing: str


@dataclass(frozen=True)
class Asked:
    """One question with the draft of its answer."""

    question: Question
    value: str
    shown: str
    words: str
    reason: str
    revision: int
    drafted_by: str
    drafted_at: datetime | None
    delegated_to: str
    delegate_key: str
    is_mine: bool
    is_open: bool
    is_blank: bool
    state: str
    asked_for: str
    files: tuple[Attached, ...]
    threads: tuple[Thread, ...]


@dataclass(frozen=True)
class Area:
    """An area of the form with its questions."""

    key: str
    title: str
    questions: tuple[Asked, ...]

    @property
    def left(self) -> int:
        return sum(asked.is_blank and asked.is_open for asked in self.questions)

    @property
    def done(self) -> int:
        return len(self.questions) - self.left

    @property
    def waiting(self) -> int:
        """What is returned, or asked in a challenge."""
        return sum(asked.state == "returned" or any(thread.waits for thread in asked.threads) for asked in self.questions)


@dataclass(frozen=True)
class Questionnaire:
    """The whole, with what is left. `closed` says why nothing can be written any more."""

    pk: int
    title: str
    due_on: date | None
    is_late: bool
    standing: str
    closed: str
    areas: tuple[Area, ...]

    @property
    def questions(self) -> list[Asked]:
        return [asked for area in self.areas for asked in area.questions]

    @property
    def left(self) -> list[Asked]:
        """What has neither an answer nor a reason."""
        return [asked for asked in self.questions if asked.is_blank and asked.is_open]

    @property
    def returned(self) -> list[Asked]:
        return [asked for asked in self.questions if asked.state == "returned"]

    @property
    def challenged(self) -> list[Asked]:
        return [asked for asked in self.questions if any(thread.waits for thread in asked.threads)]

    @property
    def is_open(self) -> bool:
        return not self.closed


def questionnaire(row: Assessment, account: Account) -> Questionnaire:
    """What this account sees of the questionnaire; five queries, however many questions."""
    answers = list(row.answers.prefetch_related("challenges__remarks").order_by("place"))
    files, people = _files(row, answers), names()
    asked = [_asked(row, answer, account, files, people) for answer in answers]
    titles = row.form.areas
    areas = tuple(Area(key, title, held) for key, title in titles.items() if (held := tuple(each for each in asked if each.question.area == key)))
    return Questionnaire(row.pk, _title(row), row.due_on, row.is_late, standing(row), answering.why_closed(row), areas)


def standing(row: Assessment) -> str:
    """Where it stands, in words that say nothing of what the firm thinks of it."""
    if row.state == "sent":
        return "with you, late" if row.is_late else "with you"
    return {"withdrawn": "withdrawn", "approved": "closed", "declined": "closed", "lapsed": "closed", "drafted": "not sent yet"}.get(row.state, "submitted")


def _title(row: Assessment) -> str:
    return f"Questionnaire for {row.vendor.name}, for {row.first_on} to {row.last_on}"


def _asked(row: Assessment, answer: Answer, account: Account, files: Mapping[str, list[Attached]], people: Mapping[str, str]) -> Asked:
    question = row.form.by_id[answer.question_id]
    is_open = row.state == "sent" and answer.state != "given"
    state = "returned" if is_open and answer.state == "returned" else "submitted" if not is_open else "waiting" if answer.is_blank else "draft"
    return Asked(
        question, answer.value, values.shown(question, answer.value), answer.words, answer.reason, answer.revision,
        people.get(answer.drafted_by, ""), answer.drafted_at, people.get(answer.delegated_to, ""), answer.delegated_to,
        answer.delegated_to == account.key, is_open, answer.is_blank, state, answer.asked_for if state == "returned" else "",
        tuple(files.get(str(answer.pk), ())), tuple(_thread(row, each, people) for each in answer.challenges.all()),
    )  # fmt: skip


def _thread(row: Assessment, challenge: Challenge, people: Mapping[str, str]) -> Thread:
    remarks = tuple(
        Said(people.get(each.said_by, "") if each.is_reply or row.is_by_firm else CLIENT, each.said_at, each.words, each.is_reply)
        for each in challenge.remarks.all()
    )
    return Thread(challenge.pk, challenge.state == "asked", remarks)


def _files(row: Assessment, answers: list[Answer]) -> dict[str, list[Attached]]:
    """The files beside these answers that their own side filed, by the answer's id."""
    vendor = "" if row.is_by_firm else row.vendor.key
    linked = Link.objects.filter(subject_kind=Answer.RECORD, subject_id__in=[str(answer.pk) for answer in answers], state="linked", filed__vendor=vendor)
    found: dict[str, list[Attached]] = {}
    for link in linked.select_related("filed").order_by("linked_at", "pk"):
        filed = link.filed
        made = Attached(link.pk, filed.pk, filed.title, filed.size, filed.effective_on, filed.expires_on, filed.standing)
        found.setdefault(link.subject_id, []).append(made)
    return found
