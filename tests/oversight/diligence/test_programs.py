"""Due diligence for programs: the same reads and actions, and nothing for an outside account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.api import actions as tokens
from oversight.diligence import choosing
from oversight.diligence.judgements import Challenge, Condition, Score
from oversight.lifecycle import Refusal

from .conftest import FIRST, LAST, Stage

Call = Callable[..., Any]
SCOPES = ["vendors:read", "vendors:write"]


@pytest.fixture
def call(stage: Stage) -> Call:
    """Calls as one of the stage's people: `call("analyst", "/diligence")`; with a body it posts."""
    held: dict[str, str] = {}

    def ask(role: str, path: str, body: Any = None) -> Any:
        if role not in held:
            account = Account.objects.get(key=getattr(stage, role).key)
            held[role] = tokens.issue(Actor(account.key, account.roles), account, "test", SCOPES, 30)[1]
        headers = {"Authorization": f"Bearer {held[role]}"}
        url = f"/api/v1{path}"
        return Client().get(url, headers=headers) if body is None else Client().post(url, body, content_type="application/json", headers=headers)

    return ask


def test_a_program_reads_an_assessment_with_its_exact_score_and_what_blocks_it(stage: Stage, call: Call) -> None:
    row = stage.reviewed(stage.submitted(ACC_1="no"), QUA_1=2)
    said = call("analyst", f"/diligence/{row.pk}").json()
    # quality: 2×2÷4 + 2 + 1 = 4 of 5; access: 3 + 2 + 1 = 6 of 6; whole: 10 of 11
    assert [said["score"][area][name] for area in ("quality", "access", "whole") for name in ("earned", "possible")] == ["4", "5", "6", "6", "10", "11"]
    assert said["blocks"] == ["gate ACC-1 is not passed: the answer is “no”, and what passes is “yes”"]
    assert (said["state"], said["moves"]) == ("under challenge", ["score"])


def test_a_program_lists_assessments_and_answers(stage: Stage, call: Call) -> None:
    row = stage.submitted()
    assert [each["vendor"] for each in call("analyst", "/diligence?state=open").json()["rows"]] == ["Alpha Router LLC"]
    rows = call("analyst", f"/diligence/{row.pk}/answers?area=quality").json()["rows"]
    assert [(each["question"], each["answer"]) for each in rows] == [("QUA-1", "92.5 %"), ("QUA-2", "national"), ("QUA-3", "By price, then by speed.")]
    one = call("analyst", f"/diligence/answers/{stage.answer(row, 'QUA-1').pk}").json()
    assert (one["answer"], one["question"]["unit"], [version["value"] for version in one["versions"]]) == ("92.5 %", "%", ["92.5"])


def test_a_program_scores_challenges_and_sets_conditions_as_its_person(stage: Stage, call: Call) -> None:
    row = stage.submitted()
    answer = stage.answer(row, "ACC-2")
    assert call("analyst", f"/diligence/answers/{answer.pk}/score", {"points": 3}).status_code == 409, "a reason is missing"
    assert call("analyst", f"/diligence/answers/{answer.pk}/score", {"points": 3, "words": "one is missing"}).status_code == 200
    assert call("analyst", f"/diligence/answers/{answer.pk}/challenge", {"words": "Which?", "note": "ours"}).status_code == 200
    condition = {"words": "Name them.", "due_on": "2026-10-30", "owner_role": "compliance", "answer": answer.pk}
    assert call("analyst", f"/diligence/{row.pk}/condition", condition).status_code == 403
    assert call("manager", f"/diligence/{row.pk}/condition", condition).status_code == 200
    assert (Score.objects.get().scored_by, Challenge.objects.get().asked_by, Condition.objects.get().set_by) == (
        stage.analyst.key, stage.analyst.key, stage.manager.key,
    )  # fmt: skip


def test_a_program_compares_candidates(stage: Stage, call: Call) -> None:
    row = choosing.begin(stage.manager, title="Router 2026", need="A router.")
    choosing.add(stage.manager, row, stage.alpha, first_on=FIRST, last_on=LAST)
    assert [each["title"] for each in call("analyst", "/diligence/selections").json()["rows"]] == ["Router 2026"]
    compared, side_by_side = call("analyst", f"/diligence/selections/{row.pk}").json()
    assert ([column["title"] for column in compared["columns"]], len(side_by_side["rows"])) == (["Area", "Alpha Router LLC"], 6)


@pytest.mark.parametrize("path", ["/diligence/999999", "/diligence/answers/999999", "/diligence/selections/999999", f"/diligence/{2**63}"])
def test_what_is_not_there_is_said(stage: Stage, call: Call, path: str) -> None:
    assert call("analyst", path).status_code == 404


def test_an_outside_account_gets_no_token(stage: Stage) -> None:
    account = Account.objects.get(key=stage.outside.key)
    with pytest.raises(Refusal) as refusal:
        tokens.issue(stage.outside, account, "test", SCOPES, 30)
    assert refusal.value.is_forbidden
