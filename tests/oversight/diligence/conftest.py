"""A small bank of questions, two vendors with outside accounts, and an assessment brought to any stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.diligence import actions, answering, bank, judging
from oversight.diligence.bank.question import CHOICE, DATE, NUMBER, TEXT, YES_NO, Question, Stated
from oversight.diligence.models import Answer, Assessment
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_LEAST, METRIC, Figure
from oversight.record.actions import move
from oversight.vendors.actions import register
from oversight.vendors.models import Vendor

AREAS = {"access": "Market access", "quality": "Execution quality"}
PLAIN: dict[str, Any] = {"guidance": "Say it plainly.", "why": "Because we must know.", "cites": (), "evidence": "A document."}
QUESTIONS = (
    Question("ACC-1", "access", "Do you hold direct control of market access?", **PLAIN, kind=YES_NO, good=("yes",), weight=3, is_gate=True),
    Question("ACC-2", "access", "How many venues do you reach?", **PLAIN, kind=NUMBER, unit="venues", weight=2),
    Question("ACC-3", "access", "Since when?", **PLAIN, kind=DATE),
    Question(
        "QUA-1", "quality", "Which share of orders is filled?", **PLAIN, kind=NUMBER, unit="%", scale=Decimal("0.01"), weight=2,
        claim=Stated("At least {bound} of orders are filled.", Figure(METRIC, "fill_rate_orders"), AT_LEAST, None),
    ),
    Question("QUA-2", "quality", "Which clock do you use?", **PLAIN, kind=CHOICE, choices=("national", "own"), good=("national",), weight=2),
    Question("QUA-3", "quality", "Describe how you choose a venue.", **PLAIN, kind=TEXT),
)  # fmt: skip
SAID = {"ACC-1": "yes", "ACC-2": "14", "ACC-3": "2020-01-02", "QUA-1": "92.5", "QUA-2": "national", "QUA-3": ""}
FIRST, LAST, DUE = date(2026, 10, 1), date(2027, 9, 30), date(2026, 10, 15)
Act = Callable[..., Actor]


@pytest.fixture(autouse=True)
def _ground(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_HANDLERS = ["oversight.evidence.uploads.LimitedUpload"]
    monkeypatch.setattr(bank, "AREAS", AREAS)
    monkeypatch.setattr(bank, "QUESTIONS", QUESTIONS)
    monkeypatch.setattr(bank, "BY_ID", {question.id: question for question in QUESTIONS})


@dataclass
class Stage:
    """Who acts, and on what: the vendor manager keeps the file, the analyst scores, the supervisor tests, compliance decides."""

    manager: Actor
    analyst: Actor
    supervisor: Actor
    compliance: Actor
    outside: Actor
    alpha: Vendor
    person: Callable[..., Account]

    def drafted(self, vendor: Vendor | None = None, **more: Any) -> Assessment:
        return actions.begin(self.manager, vendor=vendor or self.alpha, first_on=FIRST, last_on=LAST, **more)

    def sent(self, vendor: Vendor | None = None, **more: Any) -> Assessment:
        return actions.send(self.manager, self.drafted(vendor, **more), due_on=DUE)

    def say(self, row: Assessment, by: Actor | None = None, **said: str) -> None:
        """Save every draft: SAID, or what is said here by question (`ACC_1="no"`)."""
        for answer in row.answers.exclude(state="given"):
            value = said.get(answer.question_id.replace("-", "_"), SAID[answer.question_id])
            answering.draft(by or self.outside, answer, seen=answer.revision, value=value, words="" if value else "By price, then by speed.")

    def submitted(self, vendor: Vendor | None = None, by: Actor | None = None, **said: str) -> Assessment:
        row = self.sent(vendor)
        self.say(row, by, **said)
        return answering.submit(by or self.outside, row)

    def score(self, row: Assessment, **points: int) -> None:
        """Score every answer: 4 points, or what is said here by question."""
        for answer in row.answers.all():
            of = points.get(answer.question_id.replace("-", "_"), 4)
            judging.score(self.analyst, answer, of, "" if of == 4 else "not shown")

    def reviewed(self, row: Assessment | None = None, **points: int) -> Assessment:
        """Drawn, scored, every sampled answer confirmed."""
        row = row or self.submitted()
        actions.draw(self.manager, row)
        self.score(row, **points)
        for answer in row.answers.all():
            if hasattr(answer, "test"):
                judging.test(self.supervisor, answer.test, "Looked at the document.", "confirmed")
        return row

    def proposed(self, row: Assessment | None = None, **points: int) -> Assessment:
        row = self.reviewed(row, **points)
        move(self.analyst, row, "score")
        return actions.propose(self.manager, row, "Approve it.")

    def approved(self, row: Assessment | None = None) -> Assessment:
        return actions.approve(self.compliance, self.proposed(row))

    def answer(self, row: Assessment, question: str) -> Answer:
        return Answer.objects.get(assessment=row, question_id=question)

    def vendor(self, key: str) -> tuple[Vendor, Actor]:
        """Another vendor with an outside account."""
        account = self.person("vendor", name=f"{key} person", vendor=key)
        return register(self.manager, key=key, name=f"{key.title()} Router LLC"), Actor(account.key, account.roles)


@pytest.fixture
def stage(actor: Act, person: Callable[..., Account]) -> Stage:
    acting = {role: actor(role, name=f"the {role}") for role in ("vendor_manager", "analyst", "supervisor", "compliance")}
    outside = person("vendor", name="Ada of Alpha", vendor="alpha")
    alpha = register(acting["vendor_manager"], key="alpha", name="Alpha Router LLC")
    return Stage(
        acting["vendor_manager"], acting["analyst"], acting["supervisor"], acting["compliance"], Actor(outside.key, outside.roles), alpha, person
    )  # fmt: skip


def signed_in(account: Account) -> Client:
    """A browser signed in as this account."""
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def refused(act: Callable[[], Any]) -> str:
    """What a refusal says."""
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.words
