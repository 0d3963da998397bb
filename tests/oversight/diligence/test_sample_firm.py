"""The sample firm's due diligence, with the shipped bank: from four candidates to two approvals."""

from __future__ import annotations

import pytest

from oversight import clock
from oversight.demo.people import open_accounts
from oversight.demo.vendor_file import diligence
from oversight.diligence import bank, queries, stating
from oversight.diligence.choices import Candidate, Selection
from oversight.diligence.judgements import Challenge, Condition
from oversight.diligence.models import Answer, Assessment, Given
from oversight.evidence.models import Filed
from oversight.roles import VENDOR_MANAGER
from oversight.vendors.actions import register


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bank as it is shipped: the questions of the other tests are put away."""
    monkeypatch.undo()


def test_the_sample_firm_selects_and_approves_its_routers(db: None, settings: object, tmp_path: object, shipped: None) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    assert len(bank.QUESTIONS) >= 90
    with diligence.at(14, 8):
        people = open_accounts("vendor_a", "vendor_b")
        vendors = {key: register(people[VENDOR_MANAGER], key=key, name=key) for key in ("vendor_a", "vendor_b", "clearing_router", "own_build")}
        kind = clock.kind()
    diligence.before_selection(people, vendors)
    assert (Selection.objects.get().state, kind) == ("proposed", "stated"), "where the stage onboarding stops"
    assert set(Assessment.objects.values_list("state", flat=True)) == {"scored"}
    assert Answer.objects.exclude(state="given").count() == 0
    scores = {row.vendor.key: queries.score_of(row).whole for row in Assessment.objects.select_related("vendor", "form")}
    assert all(total.is_whole for total in scores.values())
    ranked = sorted(scores, key=lambda key: scores[key].share or 0, reverse=True)
    assert ranked[:2] == ["vendor_a", "vendor_b"]
    diligence.after_selection(people, vendors)
    states = dict(Candidate.objects.values_list("assessment__vendor__key", "assessment__state"))
    assert states == {"vendor_a": "approved", "vendor_b": "approved", "clearing_router": "declined", "own_build": "declined"}
    assert set(Condition.objects.filter(assessment__vendor__key="vendor_a").values_list("state", flat=True)) == {"met"}
    assert set(Condition.objects.filter(assessment__vendor__key="vendor_b").values_list("state", flat=True)) == {"open"}
    assert (Challenge.objects.get().state, Given.objects.filter(number=2).count(), Filed.objects.filter(vendor="vendor_b").count()) == ("settled", 1, 2)
    of_b = Assessment.objects.get(vendor__key="vendor_b")
    claims = [
        each.words for found in stating.of_answers(of_b.answers.values_list("pk", flat=True)).values() for each in found if each.standing != "attested only"
    ]
    assert len(claims) == sum(question.claim is not None for question in bank.QUESTIONS), "vendor_b claims all that can be claimed"
