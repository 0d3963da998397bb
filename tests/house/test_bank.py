"""Every question of the bank is complete, cites what exists, and its claim can be read from the data."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from bestexec import schema
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from oversight.citations import BY_KEY as CITED
from oversight.diligence.bank import AREAS, BY_ID, QUESTIONS
from oversight.diligence.bank.question import CHOICE, KINDS, NUMBER, YES_NO, Question
from oversight.measured import figures
from oversight.measured.dimensions import BY_NAME
from oversight.measured.reading import AT_LEAST, AT_MOST, CHECK, METRIC, Figure

CLAIMING = tuple(question for question in QUESTIONS if question.claim)
FIRMS_OWN = ("liquidity_class",)
"""Dimensions whose values are the firm's words, so that none can be said to be wrong."""
CLOSED = {column.name: set(column.values) for table in (LINKED_FILLS, LINKED_ORDERS, *schema.TABLES) for column in table.columns if column.values}
each = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
each_claim = pytest.mark.parametrize("question", CLAIMING, ids=lambda question: question.id)


def test_there_are_enough_questions_and_enough_of_them_can_be_contradicted() -> None:
    assert len(QUESTIONS) >= 90
    assert len(CLAIMING) >= 40
    assert [area for area in AREAS if Counter(question.area for question in QUESTIONS)[area] < 4] == []


def test_ids_are_formed_by_area_in_sequence_and_there_once() -> None:
    assert len(BY_ID) == len(QUESTIONS)
    assert [question.id for question in QUESTIONS if not re.fullmatch(rf"DD-{question.area}-\d\d", question.id)] == []
    assert {question.area for question in QUESTIONS} == set(AREAS)


def test_no_two_questions_say_the_same() -> None:
    for said in ("text", "guidance", "why", "evidence"):
        words = [re.sub(r"\W+", " ", getattr(question, said)).strip().lower() for question in QUESTIONS]
        assert [text for text, count in Counter(words).items() if count > 1] == []


def test_no_two_claims_read_the_same_figure() -> None:
    read = Counter(
        (question.claim.figure.kind, question.claim.figure.key, *sorted(question.claim.figure.filters.items())) for question in CLAIMING if question.claim
    )
    assert [figure for figure, count in read.items() if count > 1] == []


def test_there_is_one_gate_and_it_asks_who_holds_market_access_control() -> None:
    assert [(question.id, question.cites[0]) for question in QUESTIONS if question.is_gate] == [("DD-MAC-01", "17 CFR 240.15c3-5")]


@each
def test_a_question_says_what_is_meant_why_and_what_shows_it(question: Question) -> None:
    assert question.text.endswith(("?", "."))
    assert min(len(question.guidance), len(question.why), len(question.evidence)) >= 20
    assert question.guidance.endswith(".") and question.why.endswith(".") and question.evidence.endswith(".")
    assert question.weight in (1, 2, 3)
    assert question.kind in KINDS


@each
def test_a_question_cites_authorities_that_exist(question: Question) -> None:
    assert question.cites
    assert [key for key in question.cites if key not in CITED] == []


@each
def test_what_a_question_offers_fits_its_kind(question: Question) -> None:
    assert bool(question.unit) == (question.kind == NUMBER)
    assert bool(question.choices) == (question.kind == CHOICE)
    assert bool(question.good) == (question.kind in (YES_NO, CHOICE))
    allowed = {CHOICE: set(question.choices), YES_NO: {"yes", "no"}}.get(question.kind, set())
    assert set(question.good) <= allowed
    assert len(set(question.choices)) == len(question.choices)
    assert question.scale == 1 or question.kind == NUMBER


@each_claim
def test_a_claim_names_a_metric_or_check_that_exists_and_can_be_made(question: Question) -> None:
    claim = question.claim
    assert claim is not None
    assert claim.figure.is_known
    assert claim.side in (AT_MOST, AT_LEAST)
    assert (claim.bound is None) == (question.kind == NUMBER)
    assert ("{bound}" in claim.words) == (claim.figure.kind == METRIC)
    assert claim.words.format(bound="1").endswith(".")
    if question.kind != NUMBER:
        assert claim.by_answer in (question.choices or ("yes", "no"))
        assert claim.by_answer in question.good


@each_claim
def test_a_claims_filters_have_values_that_the_data_can_hold(question: Question) -> None:
    figure = question.claim.figure if question.claim else Figure(CHECK, "")
    if figure.kind == CHECK:
        assert figure.filters == {}, "a check counts every finding of the vendor"
        return
    on = figures.metric(figure.key).on
    for name, values in figure.filters.items():
        dimension = BY_NAME[name]
        assert on in dimension.on
        allowed = set(dimension.values) or CLOSED.get(dimension.column, set())
        assert allowed or name in FIRMS_OWN
        assert values and (name in FIRMS_OWN or set(values) <= allowed)


@each_claim
def test_a_claim_points_the_way_that_is_good_for_the_customer(question: Question) -> None:
    claim = question.claim
    assert claim is not None
    if claim.figure.kind == METRIC:
        better = figures.metric(claim.figure.key).better
        assert claim.side == {"lower": AT_MOST, "higher": AT_LEAST}.get(better, AT_MOST)
    else:
        assert (claim.side, claim.bound) == (AT_MOST, Decimal(0))


@each_claim
def test_a_number_is_asked_in_a_unit_that_scales_into_the_stored_one(question: Question) -> None:
    claim = question.claim
    assert claim is not None
    if question.kind != NUMBER:
        return
    stored = claim.figure.unit
    asked = {"ms": Decimal(1_000_000), "%": Decimal("0.01"), "$/share": Decimal(1), "bps": Decimal(1), "×": Decimal(1), "": Decimal(1)}
    assert question.scale == asked[stored.symbol]
    assert question.unit == {"×": "fills an order", "": "index"}.get(stored.symbol, stored.symbol)


@each_claim
def test_without_the_question_the_figure_is_claimed_by_nobody(question: Question) -> None:
    left = tuple(other for other in QUESTIONS if other.id != question.id)
    assert claimed(QUESTIONS) - claimed(left) == claimed((question,))
    assert claimed((replace(question, claim=None),)) == set()


def claimed(questions: tuple[Question, ...]) -> set[tuple[object, ...]]:
    """The figures that answers to these questions can be contradicted by."""
    return {
        (one.claim.figure.kind, one.claim.figure.key, *((name, tuple(values)) for name, values in sorted(one.claim.figure.filters.items())))
        for one in questions
        if one.claim
    }
