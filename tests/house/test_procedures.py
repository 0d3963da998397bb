"""The starter procedures cover the library: every check is claimed, and whatever they name is there."""

from __future__ import annotations

from datetime import date

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed")

from bestexec import CHECKS, METRICS
from oversight.citations import BY_KEY, STANDINGS
from oversight.procedures import content
from oversight.procedures.chapters import CHAPTERS
from oversight.procedures.content import DUTY, KINDS, RUN
from oversight.procedures.lifecycle import READERS
from oversight.procedures.prose import parts
from oversight.procedures.starter import Starter
from oversight.procedures.starters import STARTERS

CHECK_IDS = {check.id for check in CHECKS}
each_starter = pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.key)


def unclaimed(starters: tuple[Starter, ...]) -> set[str]:
    return CHECK_IDS - {check for starter in starters for check in starter.checks}


def test_every_check_of_the_library_is_claimed_and_no_other_is() -> None:
    assert unclaimed(STARTERS) == set()
    assert {check for starter in STARTERS for check in starter.checks} == CHECK_IDS


@each_starter
def test_without_a_section_the_checks_that_it_alone_claims_are_unclaimed(starter: Starter) -> None:
    others = tuple(other for other in STARTERS if other != starter)
    assert unclaimed(others) == set(starter.checks) - {check for other in others for check in other.checks}


@each_starter
def test_every_metric_that_a_starter_names_is_a_metric_of_fills_or_orders(starter: Starter) -> None:
    assert [key for key in starter.metrics if key not in {metric.key for metric in METRICS if metric.on != "trades"}] == []


@each_starter
def test_every_authority_that_a_starter_names_is_there_with_its_standing_and_day(starter: Starter) -> None:
    cited = [BY_KEY[key] for key in starter.citations]
    assert [citation.key for citation in cited if citation.standing not in STANDINGS or not isinstance(citation.as_of, date)] == []
    assert any(content.binds(citation) for citation in cited), "a section stands on something that is neither withdrawn nor only proposed"


@each_starter
def test_a_starter_says_who_what_when_and_cannot_be_approved_as_it_is(starter: Starter) -> None:
    assert starter.chapter in {chapter.key for chapter in CHAPTERS}
    assert {starter.owner, starter.deputy, *starter.readers} <= set(READERS)
    assert starter.owner != starter.deputy
    assert len(starter.text) > 400, "really useful"
    assert len(parts(starter.text)) >= 2
    values = starter.content({starter.owner: "a-1", starter.deputy: "a-2"})
    assert content.missing(values) == [], "whole but for what the firm fills in"
    assert len(content.left_untailored(values, starter.text)) == 2, "placeholders are left, and the words are the starter's"


@each_starter
def test_what_proves_a_starter_can_prove_it(starter: Starter) -> None:
    kinds = [proof.kind for proof in starter.proofs]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) <= set(KINDS)
    assert (RUN in kinds) <= bool(starter.checks)
    assert (DUTY in kinds) <= bool(starter.duties)


def test_keys_are_unique_and_there_are_enough() -> None:
    assert len({starter.key for starter in STARTERS}) == len(STARTERS) >= 14


def test_every_duty_that_a_starter_names_is_a_kind_that_the_desk_ships() -> None:
    shipped = pytest.importorskip("oversight.obligations.shipped", reason="the calendar of duties is not here")
    assert sorted({key for starter in STARTERS for key in starter.duties} - set(shipped.BY_KEY)) == []
