"""Every claim that the shipped questions make can be contradicted by a metric or a check that there is."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed")

from oversight import citations
from oversight.claims.checks import CHECKS
from oversight.diligence.bank import QUESTIONS
from oversight.diligence.bank.question import NUMBER
from oversight.measured.reading import AT_LEAST, AT_MOST, CHECKS_BY_ID
from oversight.measured.scope import parse

DAY = date(2026, 9, 30)
STATED = [(question, question.claim) for question in QUESTIONS if question.claim is not None]


def test_every_claim_names_a_metric_or_a_check_and_filters_that_cut_it() -> None:
    assert [question.id for question, claim in STATED if not claim.figure.is_known] == []


def test_every_filter_has_values_that_there_are() -> None:
    for question, claim in STATED:
        asked = {name: ",".join(values) for name, values in claim.figure.filters.items()}
        assert {name: parse(asked, (DAY, DAY)).filters[name] for name in asked} == dict(claim.figure.filters), question.id


def test_every_claim_has_a_side_and_a_bound_or_takes_it_from_a_number() -> None:
    assert [question.id for question, claim in STATED if claim.side not in (AT_MOST, AT_LEAST) or claim.min_n < 1 or claim.tolerance < 0] == []
    assert [question.id for question, claim in STATED if claim.bound is None and (question.kind != NUMBER or "{bound}" not in claim.words)] == []


def test_a_check_of_the_desk_has_an_id_of_its_own_a_severity_and_an_authority() -> None:
    assert [id_ for id_, times in Counter(check.id for check in CHECKS).items() if times > 1 or id_ in CHECKS_BY_ID] == []
    assert [check.id for check in CHECKS if check.severity not in ("high", "medium", "low", "info") or check.authority not in citations.BY_KEY] == []
